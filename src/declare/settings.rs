//! `ropa.yaml`: who the organisation is and how its project is checked.

use serde::{Deserialize, Serialize};

use super::evidence::EvidenceDecl;
use super::policy::PolicyDecl;
use super::value::{Duration, Measures, Text, Unit, Word, written_plain};
use crate::finding::Level;
use crate::source::{Bare, Entries, ImportDecl, Many, Maybe, Short, Spanned, Translated};

/// `ropa.yaml`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Version of the language: 1.
    pub version: Maybe<Spanned<u64>>,
    /// What the names of this project begin with in others that import it.
    pub namespace: Maybe<Word>,
    /// What other repositories declare, by their namespace.
    pub imports: Entries<Short<ImportDecl>>,
    /// Who keeps the record, Art. 30(1)(a).
    pub organisation: Maybe<OrganisationDecl>,
    /// Further entities that share the project.
    pub entities: Entries<OrganisationDecl>,
    /// Languages of the register; the first is the default.
    pub languages: Many<Word>,
    /// Policies of the house: what must not go where.
    pub policies: Entries<PolicyDecl>,
    /// Levels of rules, where the project sets others.
    pub levels: Entries<Short<LevelDecl>>,
    /// Captures of what really leaves, held against the map.
    pub evidence: Entries<EvidenceDecl>,
    /// How the lock counts.
    pub lock: Maybe<LockDecl>,
    /// How often an activity is reviewed.
    pub review_every: Maybe<Spanned<Duration>>,
    /// The policy on retention and whether it is followed.
    pub retention_policy: Maybe<RetentionPolicy>,
    /// Measures that hold everywhere, Art. 30(1)(g).
    pub security: Measures,
    /// Its texts that are written by language.
    #[serde(skip)]
    pub texts: Vec<Translated>,
}

/// A review is for so long, where nobody has said otherwise.
const REVIEWED_FOR: Duration = Duration { count: 12, unit: Unit::Months, after: None };

impl Settings {
    /// How long the review of an activity holds.
    pub fn reviewed_for(&self) -> Duration {
        self.review_every.as_ref().map_or(REVIEWED_FOR, |it| it.value.clone())
    }
}

/// A controller or processor and its people, Art. 30(1)(a).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct OrganisationDecl {
    /// Legal name.
    pub name: Maybe<Word>,
    /// Postal address.
    pub address: Maybe<Word>,
    /// Country of establishment.
    pub country: Maybe<Word>,
    /// Country whose national rules apply; by default the country.
    pub profile: Maybe<Word>,
    /// How to reach it.
    pub contact: Maybe<Word>,
    /// Representative in the Union, Art. 27, or why there is none.
    pub representative: Maybe<Short<PersonDecl>>,
    /// Data protection officer, or why there is none.
    pub dpo: Maybe<Short<PersonDecl>>,
    /// Lead supervisory authority.
    pub authority: Maybe<Word>,
    /// How many people it employs.
    pub employees: Maybe<Spanned<u64>>,
    /// `art30.5`, where it is claimed.
    pub exemption: Maybe<Word>,
}

/// A person in an office, or `{none: why}`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PersonDecl {
    /// Name.
    pub name: Maybe<Word>,
    /// Mail address.
    pub email: Maybe<Word>,
    /// How to reach them.
    pub contact: Maybe<Word>,
    /// Why there is none.
    pub none: Maybe<Word>,
}

impl Bare for PersonDecl {
    type Form = Word;
    fn bare(name: Word) -> Self {
        PersonDecl { name: Maybe::from(name), ..PersonDecl::default() }
    }
}

/// The level of a rule as a project sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingLevel {
    /// Not reported; needs a reason.
    Off,
    /// Worth knowing.
    Note,
    /// A gap.
    Warning,
    /// Fails the check.
    Error,
}

impl SettingLevel {
    /// The level to report at; `None` where the rule is off.
    pub fn level(self) -> Option<Level> {
        match self {
            SettingLevel::Off => None,
            SettingLevel::Note => Some(Level::Note),
            SettingLevel::Warning => Some(Level::Warning),
            SettingLevel::Error => Some(Level::Error),
        }
    }
}

/// A level and the reason for it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LevelDecl {
    /// The level.
    pub level: Maybe<Spanned<SettingLevel>>,
    /// The reason.
    pub why: Maybe<Spanned<Text>>,
}

impl Bare for LevelDecl {
    type Form = Spanned<SettingLevel>;
    fn bare(level: Spanned<SettingLevel>) -> Self {
        LevelDecl { level: Maybe::from(level), ..LevelDecl::default() }
    }
}

/// How the lock counts exposures.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LockDecl {
    /// One row for each item, or for each category.
    pub granularity: Maybe<Spanned<Granularity>>,
}

/// What one row of the lock stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Granularity {
    /// One item.
    Item,
    /// The items of one category that share form, gates and labels.
    Category,
}

/// The retention policy and whether it is followed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RetentionPolicy {
    /// Where it is.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// `true`, or `{no: why}`.
    pub followed: Maybe<Followed>,
}

/// Whether a policy is followed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
pub enum Followed {
    /// `true`.
    Word(Spanned<bool>),
    /// `{no: why}`.
    Map(NotFollowed),
}

written_plain! { Followed: Word Map; }

/// Why a policy is not followed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NotFollowed {
    /// Why.
    pub no: Maybe<Spanned<Text>>,
}

//! Processing activities, one record of Art. 30(1) each.

use serde::{Deserialize, Serialize};

use super::value::{Date, Measures, Retention, Text, Word, written_plain};
use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// In which role the organisation acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityRole {
    /// Decides on purposes and means.
    Controller,
    /// Decides together with others, Art. 26.
    JointController,
    /// Acts for a controller, Art. 28.
    Processor,
}

/// Properties that a DPIA is asked about (WP248).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// Evaluation or scoring.
    Scoring,
    /// Systematic monitoring.
    Monitoring,
    /// Matching of data sets.
    Matching,
    /// Large scale.
    LargeScale,
    /// New technology.
    Innovative,
    /// Stands between a person and a right or service.
    BlocksRight,
    /// Automated decisions.
    AutomatedDecision,
}

/// Where an activity is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityStatus {
    /// Not yet.
    Planned,
    /// Now.
    Active,
    /// No longer.
    Ended,
}

/// How far it belongs to the core of the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// Main.
    Main,
    /// Auxiliary.
    Auxiliary,
}

/// One processing activity.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ActivityDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Its number in the record, as typed.
    pub number: Maybe<Word>,
    /// Business function.
    pub function: Maybe<Spanned<Text>>,
    /// Who answers for it.
    pub owner: Maybe<Word>,
    /// Where it is in its life.
    pub status: Maybe<Spanned<ActivityStatus>>,
    /// Main or auxiliary.
    pub importance: Maybe<Spanned<Importance>>,
    /// Day of the first entry.
    pub created: Maybe<Spanned<Date>>,
    /// Day of the last change.
    pub updated: Maybe<Spanned<Date>>,
    /// Day of the last review.
    pub reviewed: Maybe<Spanned<Date>>,
    /// The entity of the group it belongs to.
    pub entity: Maybe<Word>,
    /// The organisation's role in it.
    pub role: Maybe<Spanned<ActivityRole>>,
    /// Joint controllers, as recipients.
    pub joint: Many<Word>,
    /// Controllers on whose behalf it is done, Art. 30(2).
    pub on_behalf_of: Many<Word>,
    /// Categories of processing, Art. 30(2)(b).
    pub operations: Many<Spanned<Text>>,
    /// Why the data are processed, Art. 30(1)(b).
    pub purpose: Many<Spanned<Text>>,
    /// The letter of Art. 6(1).
    pub basis: Maybe<Word>,
    /// The legitimate interest, Art. 13(1)(d).
    pub interest: Maybe<Spanned<Text>>,
    /// Where its assessment is.
    pub lia: Maybe<Word>,
    /// Conditions of Art. 9(2), by category.
    pub special: Entries<Short<SpecialDecl>>,
    /// The law that Art. 10 asks for.
    pub offences: Maybe<Offences>,
    /// Why device storage needs no consent, Art. 5(3) ePrivacy.
    pub essential: Maybe<Reasoned>,
    /// Direct marketing, Art. 21(2).
    pub marketing: Maybe<Spanned<bool>>,
    /// Not regular, Art. 30(5).
    pub occasional: Maybe<Spanned<bool>>,
    /// Risks to people.
    pub risks: Many<Risk>,
    /// Purposes it is compatible with, Art. 6(4).
    pub compatible: Many<Compatible>,
    /// How long data are kept, Art. 30(1)(f).
    pub retention: Maybe<Retention>,
    /// Measures, Art. 30(1)(g).
    pub security: Measures,
    /// Data protection impact assessment, Art. 35.
    pub dpia: Maybe<Dpia>,
    /// Properties a DPIA asks about.
    pub traits: Many<Spanned<Trait>>,
    /// Rights people have; else computed from the basis.
    pub rights: Many<Word>,
    /// Software it runs on.
    pub technology: Many<Word>,
    /// Ceiling: the data its purpose needs.
    pub data: Many<Word>,
    /// Ceiling: the recipients (ids or kinds) it may reach.
    pub recipients: Many<Word>,
    /// Ceiling: the countries it may reach.
    pub countries: Many<Word>,
    /// For policies.
    pub tags: Many<Word>,
}

/// The condition of Art. 9(2) a category rests on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SpecialDecl {
    /// Letter `a` to `j`.
    pub condition: Maybe<Word>,
    /// The national law that b, g, h, i and j ask for.
    pub law: Maybe<Word>,
}

impl Bare for SpecialDecl {
    type Form = Word;
    fn bare(condition: Word) -> Self {
        SpecialDecl { condition: Maybe::from(condition), ..SpecialDecl::default() }
    }
}

/// The law that allows data on offences.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Offences {
    /// Reference.
    pub law: Maybe<Word>,
}

/// A statement with its reason: `{why: …}`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Reasoned {
    /// The reason.
    pub why: Maybe<Spanned<Text>>,
}

/// A risk to people and what is done about it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Risk {
    /// What can happen.
    pub text: Maybe<Spanned<Text>>,
    /// How likely.
    pub likelihood: Maybe<Word>,
    /// How grave.
    pub severity: Maybe<Word>,
    /// What is done.
    pub measures: Many<Spanned<Text>>,
}

/// A purpose this one is compatible with.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Compatible {
    /// The activity the data were collected for.
    pub from: Maybe<Word>,
    /// Where the assessment is.
    pub assessment: Maybe<Word>,
}

/// How far an impact assessment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DpiaStatus {
    /// Not begun.
    Planned,
    /// Being written.
    Ongoing,
    /// Finished.
    Done,
}

written_plain! { Dpia: Word Map; }

/// Data protection impact assessment, or why none is needed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
pub enum Dpia {
    /// Where it is.
    Word(Word),
    /// More about it.
    Map(DpiaDecl),
}

/// What is known of an impact assessment.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DpiaDecl {
    /// Where it is.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// How far it is.
    pub status: Maybe<Spanned<DpiaStatus>>,
    /// Day it was finished.
    pub date: Maybe<Spanned<Date>>,
    /// The risk that remains.
    pub residual: Maybe<Word>,
    /// Who was consulted, Art. 36.
    pub consulted: Maybe<Word>,
    /// Why none is needed.
    pub none: Maybe<Word>,
}

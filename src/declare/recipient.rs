//! External parties: who they are, in which role, where, under which contract.

use serde::{Deserialize, Serialize};

use super::system::{CollectDecl, DeriveDecl, FlowDecl};
use super::value::{Date, Measures, Mode, Retention, Text, Word, written_plain};
use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// The legal role of a recipient towards the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Acts on instructions, Art. 28.
    Processor,
    /// Decides together with the organisation, Art. 26.
    JointController,
    /// Decides for itself.
    Controller,
    /// A public authority.
    Authority,
}

impl Role {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Processor => "processor",
            Role::JointController => "joint-controller",
            Role::Controller => "controller",
            Role::Authority => "authority",
        }
    }
}

/// A recipient, or a sub-processor.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RecipientDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Legal name, Art. 15(1)(c).
    pub name: Maybe<Word>,
    /// How to reach it.
    pub contact: Maybe<Word>,
    /// Entry of the vendor catalogue that lends its facts.
    pub vendor: Maybe<Word>,
    /// Legal role.
    pub role: Maybe<Spanned<Role>>,
    /// What sort of business it is.
    pub kind: Maybe<Word>,
    /// A public authority under a particular inquiry, Art. 4(9).
    pub inquiry: Maybe<Spanned<bool>>,
    /// Country of establishment.
    pub country: Maybe<Word>,
    /// Countries it processes in.
    pub processing: Many<Word>,
    /// Countries it is accessed from.
    pub access_from: Many<Word>,
    /// On what a transfer to a third country rests.
    pub transfer: Maybe<TransfersDecl>,
    /// The contract with it.
    pub contract: Maybe<ContractDecl>,
    /// Who works for it.
    pub subprocessors: Many<Short<SubprocessorDecl>>,
    /// What it does with the data for itself.
    pub own_purposes: Many<Word>,
    /// Fields it can match back to people.
    pub matches: Many<Word>,
    /// Fields it holds anyway, or keys.
    pub holds: Many<Word>,
    /// The vendor's sub-functions, each its own flow.
    pub features: Entries<Short<FeatureDecl>>,
    /// How long it keeps data.
    pub retention: Maybe<Retention>,
    /// How an erasure reaches it.
    pub erase: Maybe<Mode>,
    /// How an objection reaches it.
    pub suppress: Maybe<Mode>,
    /// Deletions asked for.
    pub deletions: Many<Deletion>,
    /// Its host names.
    pub hosts: Many<Word>,
    /// Trust boundary.
    pub zone: Maybe<Word>,
    /// For policies.
    pub tags: Many<Word>,
    /// Measures, Art. 32(1).
    pub security: Measures,
    /// What it collects itself.
    pub collects: Entries<Short<CollectDecl>>,
    /// What it makes of what it holds.
    pub derives: Entries<Short<DeriveDecl>>,
    /// What comes back from it or goes onward.
    pub sends: Entries<Box<Short<FlowDecl>>>,
}

/// A sub-processor and what it gets, if not all.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SubprocessorDecl {
    /// The recipient.
    pub id: Maybe<Word>,
    /// What it gets.
    pub fields: Many<Word>,
}

impl Bare for SubprocessorDecl {
    type Form = Word;
    fn bare(id: Word) -> Self {
        SubprocessorDecl { id: Maybe::from(id), fields: Many::default() }
    }
}

/// One transfer for all countries, or one for each.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
pub enum TransfersDecl {
    /// The mechanism alone.
    Word(Word),
    /// Several.
    List(Many<Short<TransferDecl>>),
    /// One.
    Map(Box<TransferDecl>),
}

written_plain! { TransfersDecl: Word List Map; }

impl TransfersDecl {
    /// Every transfer that is declared.
    pub fn all(&self) -> Vec<TransferDecl> {
        match self {
            TransfersDecl::Word(mechanism) => vec![TransferDecl::bare(mechanism.clone())],
            TransfersDecl::List(list) => list.iter().map(|it| it.0.clone()).collect(),
            TransfersDecl::Map(one) => vec![(**one).clone()],
        }
    }
}

/// On what a transfer rests, Chapter V GDPR.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct TransferDecl {
    /// The country it is for; none means every third country of the recipient.
    pub country: Maybe<Word>,
    /// Instrument, an id of `mechanisms`.
    pub mechanism: Maybe<Word>,
    /// Module of the standard clauses, 1 to 4.
    pub module: Maybe<Spanned<u64>>,
    /// In force since.
    pub since: Maybe<Spanned<Date>>,
    /// First day it is no longer in force.
    pub until: Maybe<Spanned<Date>>,
    /// Entry on the Data Privacy Framework's list.
    pub listed: Maybe<Short<ListedDecl>>,
    /// Canada: a commercial organisation under PIPEDA.
    pub commercial: Maybe<Spanned<bool>>,
    /// Where the impact assessment is.
    pub assessment: Maybe<Word>,
    /// The instrument that takes over.
    pub fallback: Maybe<Word>,
    /// Further measures, and documents of Art. 49(1) second subparagraph.
    pub safeguards: Many<Spanned<Text>>,
    /// Day the authority was told, Art. 49(1).
    pub authority_informed: Maybe<Spanned<Date>>,
}

impl Bare for TransferDecl {
    type Form = Word;
    fn bare(mechanism: Word) -> Self {
        TransferDecl { mechanism: Maybe::from(mechanism), ..TransferDecl::default() }
    }
}

/// An entry on the Data Privacy Framework's list.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ListedDecl {
    /// The legal entity.
    pub entity: Maybe<Word>,
    /// Day somebody looked.
    pub checked: Maybe<Spanned<Date>>,
    /// `hr`, `non-hr`.
    pub covers: Many<Word>,
}

impl ListedDecl {
    /// Day up to which somebody has looked: entries lapse after a year.
    pub fn lapses(&self) -> Option<Date> {
        self.checked.as_ref().map(|day| day.value.months_later(12))
    }
}

impl Bare for ListedDecl {
    type Form = Word;
    fn bare(entity: Word) -> Self {
        ListedDecl { entity: Maybe::from(entity), ..ListedDecl::default() }
    }
}

/// The contract with a recipient.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ContractDecl {
    /// `dpa`, `joint-controller-arrangement`, `controller-terms`, …
    #[serde(rename = "type")]
    pub kind: Maybe<Word>,
    /// Where it is.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// Day of signature.
    pub signed: Maybe<Spanned<Date>>,
    /// First day it is no longer in force.
    pub expires: Maybe<Spanned<Date>>,
    /// Letters of Art. 28(3) it covers.
    pub clauses: Many<Word>,
    /// Data it covers, as a selector.
    pub data: Many<Word>,
    /// Groups of people it covers.
    pub subjects: Many<Word>,
    /// Activities it covers.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// `specific` or `general` authorisation of sub-processors, Art. 28(2).
    pub subprocessing: Maybe<Spanned<Subprocessing>>,
    /// Sub-processors authorised.
    pub authorised: Many<Word>,
    /// Sub-processors that were notified.
    pub notified: Many<Word>,
    /// Where its essence is published, Art. 26(2).
    pub essence: Maybe<Word>,
}

/// How sub-processors are authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subprocessing {
    /// One by one.
    Specific,
    /// All, with notice of changes.
    General,
}

/// Whether a sub-function of a vendor is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureState {
    /// It runs.
    On,
    /// It does not.
    Off,
}

/// A sub-function of a vendor, and where it differs from the vendor itself.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FeatureDecl {
    /// On or off.
    pub state: Maybe<Spanned<FeatureState>>,
    /// Day somebody looked.
    pub verified: Maybe<Spanned<Date>>,
    /// What shows it.
    pub proof: Maybe<Word>,
    /// Its own legal role.
    pub role: Maybe<Spanned<Role>>,
    /// Its own sort of business.
    pub kind: Maybe<Word>,
    /// Its own contract.
    pub contract: Maybe<ContractDecl>,
    /// Its own transfer.
    pub transfer: Maybe<TransfersDecl>,
    /// Fields it can match back to people.
    pub matches: Many<Word>,
}

impl FeatureDecl {
    /// Months after which somebody has to look again whether it is off.
    pub const LOOK_AGAIN: i32 = 12;

    /// Day on which somebody has to look again.
    pub fn look_again(&self) -> Option<Date> {
        self.verified.as_ref().map(|day| day.value.months_later(FeatureDecl::LOOK_AGAIN))
    }

    /// The state on a day: what was looked at later says nothing of the time before.
    pub fn state_on(&self, today: Date) -> Option<FeatureState> {
        let seen = self.verified.as_ref().is_none_or(|day| day.value <= today);
        self.state.as_ref().filter(|_| seen).map(|state| state.value)
    }
}

impl Bare for FeatureDecl {
    type Form = Spanned<FeatureState>;
    fn bare(state: Spanned<FeatureState>) -> Self {
        FeatureDecl { state: Maybe::from(state), ..FeatureDecl::default() }
    }
}

impl Deletion {
    /// Day by which a request made by now is to be answered, Art. 12(3); none where it has been.
    pub fn due(&self, today: Date) -> Option<Date> {
        let confirmed = self.confirmed.as_ref().is_some_and(|day| day.value <= today);
        self.requested.as_ref().map(|day| day.value).filter(|day| *day <= today && !confirmed).map(|day| day.months_later(1))
    }
}

/// A deletion asked of a recipient.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Deletion {
    /// Day it was asked for.
    pub requested: Maybe<Spanned<Date>>,
    /// What is to be deleted, as a selector; none means all.
    pub scope: Many<Word>,
    /// Reference.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// Day it was confirmed.
    pub confirmed: Maybe<Spanned<Date>>,
}

//! Systems, what they collect, derive and send, and who inside may read it.

use serde::{Deserialize, Serialize};

use super::value::{Date, Measures, Mode, Retention, Text, Word};
use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// One of the organisation's own systems.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SystemDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Who runs it.
    pub team: Maybe<Word>,
    /// Trust boundary.
    pub zone: Maybe<Word>,
    /// For policies.
    pub tags: Many<Word>,
    /// The country it stands in.
    pub location: Maybe<Word>,
    /// Recipients that host it and so hold all it holds.
    pub hosted: Many<Short<HostedDecl>>,
    /// From whom it collects which fields.
    pub collects: Entries<Short<CollectDecl>>,
    /// What it makes of what it holds.
    pub derives: Entries<Short<DeriveDecl>>,
    /// Processing without a flow, by activity.
    pub uses: Entries<UsesDecl>,
    /// To whom it sends which fields.
    pub sends: Entries<Box<Short<FlowDecl>>>,
    /// Which roles may read which fields.
    pub access: Entries<AccessDecl>,
    /// Where reading is logged.
    pub log: Maybe<LogDecl>,
    /// How long it keeps data.
    pub retention: Maybe<Retention>,
    /// How an erasure is carried out.
    pub erase: Maybe<Mode>,
    /// Measures, Art. 32(1).
    pub security: Measures,
    /// Its own host names.
    pub hosts: Many<Word>,
    /// Software it runs on.
    pub technology: Many<Word>,
    /// Adds to a system that another file declares.
    pub extends: Maybe<Spanned<bool>>,
}

/// A recipient that hosts a system.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct HostedDecl {
    /// The recipient.
    pub id: Maybe<Word>,
    /// What it holds, if not all.
    pub fields: Many<Word>,
}

impl Bare for HostedDecl {
    type Form = Word;
    fn bare(id: Word) -> Self {
        HostedDecl { id: Maybe::from(id), ..HostedDecl::default() }
    }
}

/// A selector alone: a word or a list of words.
pub type SelectorDecl = Many<Word>;

/// Fields collected from one group of people.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct CollectDecl {
    /// Which fields.
    pub fields: Many<Word>,
    /// For which activities.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// What holds the collection back.
    pub gate: Many<Word>,
    /// Where the data come from, if not from the people themselves.
    pub source: Maybe<Word>,
}

impl Bare for CollectDecl {
    type Form = Many<Word>;
    fn bare(fields: Many<Word>) -> Self {
        CollectDecl { fields, ..CollectDecl::default() }
    }
}

/// A field made from others.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct DeriveDecl {
    /// The inputs.
    pub from: Many<Word>,
    /// About whom it is, if not about those whose data go in.
    pub of: Many<Word>,
    /// The transform that is applied.
    #[serde(rename = "as")]
    pub transform: Maybe<Word>,
    /// How it is anonymised.
    pub method: Maybe<Spanned<Text>>,
    /// Where that was assessed.
    pub assessment: Maybe<Word>,
}

impl Bare for DeriveDecl {
    type Form = Many<Word>;
    fn bare(from: Many<Word>) -> Self {
        DeriveDecl { from, ..DeriveDecl::default() }
    }
}

/// Fields an activity uses inside a system.
pub type UsesDecl = Many<Word>;

/// Fields a role may read.
pub type AccessDecl = Many<Word>;

/// A flow: which fields go, for what, held back by what.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FlowDecl {
    /// Which fields; none written means all it holds, now and later.
    pub fields: Many<Word>,
    /// For which activities.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// The basis it rests on, if not its activity's.
    pub basis: Maybe<Word>,
    /// What holds it back; several hold together.
    pub gate: Many<Word>,
    /// How it goes.
    pub channel: Maybe<Spanned<Channel>>,
    /// How the recipient then contacts people.
    pub contact_by: Many<Spanned<ContactBy>>,
    /// How often.
    pub frequency: Maybe<Spanned<Frequency>>,
    /// First day.
    pub since: Maybe<Spanned<Date>>,
    /// First day without it.
    pub stopped: Maybe<Spanned<Date>>,
    /// Day from which the target no longer holds what came through it.
    pub purged: Maybe<Spanned<Date>>,
    /// What is given for the data.
    pub consideration: Maybe<Spanned<Consideration>>,
    /// Whether the recipient may use them for more.
    pub reuse: Maybe<Spanned<bool>>,
    /// Ground for passing on a national identifier.
    pub justified: Maybe<Justified>,
    /// What the team says the data have become.
    pub claims: Maybe<Spanned<Claim>>,
    /// How data are anonymised on the way.
    pub method: Maybe<Spanned<Text>>,
    /// Where that was assessed.
    pub assessment: Maybe<Word>,
    /// Why it exists.
    pub why: Maybe<Spanned<Text>>,
}

impl Bare for FlowDecl {
    type Form = Many<Word>;
    fn bare(fields: Many<Word>) -> Self {
        FlowDecl { fields, ..FlowDecl::default() }
    }
}

/// How a flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A tag in the page.
    Tag,
    /// A library in an app.
    Sdk,
    /// Calls between programs.
    Api,
    /// Files or jobs at intervals.
    Batch,
    /// A list handed over.
    Upload,
    /// By post.
    Post,
    /// By hand.
    Manual,
}

/// How a recipient contacts people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContactBy {
    /// By e-mail.
    Email,
    /// By text message.
    Sms,
    /// By phone.
    Phone,
    /// By post.
    Post,
}

/// How often data flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// One time.
    Once,
    /// Now and then.
    Occasional,
    /// All the time.
    Continuous,
}

/// What is given in return for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consideration {
    /// Money.
    Paid,
    /// Other data or services.
    Exchange,
    /// Nothing.
    None,
}

/// What a team says data have become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// Nobody can be found in them any more.
    Anonymised,
}

/// Ground for passing on a national identifier.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Justified {
    /// Which ground.
    pub ground: Maybe<Spanned<Ground>>,
    /// Why it holds.
    pub why: Maybe<Spanned<Text>>,
}

/// Grounds for using a national identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Clearly justified by the purpose.
    Purpose,
    /// The need to identify people surely.
    SecureIdentification,
    /// Another noteworthy reason.
    Other,
    /// Consent.
    Consent,
    /// A law asks for it.
    Law,
}

/// Where reading is logged.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LogDecl {
    /// Where.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
    /// Last looked through.
    pub reviewed: Maybe<Spanned<Date>>,
}

//! Systems and recipients, and everything that moves data.

use super::ids::{ActivityId, FieldId, FlowId, GateId, NodeId, SubjectId};
use super::selector::Selector;
use crate::declare::{
    CollectDecl, ContractDecl, Date, Deletion, DeriveDecl, FeatureDecl, FlowDecl, RecipientDecl, Role, SystemDecl, TransferDecl, Word,
};
use crate::law::Step;
use crate::source::{Span, Spanned};

/// A system or a recipient.
#[derive(Clone, Debug)]
pub struct Node {
    /// Id.
    pub id: String,
    /// Which of the two, with what only that kind has.
    pub kind: NodeKind,
    /// Who runs it.
    pub team: Option<String>,
    /// Items that come in here from people.
    pub collects: Vec<Collect>,
    /// Items made here.
    pub derives: Vec<Derive>,
    /// Processing without a flow.
    pub uses: Vec<Use>,
    /// Who inside may read what.
    pub access: Vec<Access>,
    /// Flows that leave, sorted by id.
    pub sends: Vec<FlowId>,
    /// Flows that arrive, sorted by id.
    pub receives: Vec<FlowId>,
    /// Where.
    pub span: Span,
}

impl Node {
    /// The recipient, if it is one.
    pub fn recipient(&self) -> Option<&Recipient> {
        match &self.kind {
            NodeKind::Recipient(recipient) => Some(recipient),
            NodeKind::System(_) => None,
        }
    }

    /// Its trust boundary.
    pub fn zone(&self) -> Option<&Word> {
        match &self.kind {
            NodeKind::System(decl) => decl.zone.as_ref(),
            NodeKind::Recipient(it) => it.decl.zone.as_ref(),
        }
    }

    /// Its tags, which policies can name.
    pub fn tags(&self) -> &[Word] {
        match &self.kind {
            NodeKind::System(decl) => &decl.tags,
            NodeKind::Recipient(it) => &it.decl.tags,
        }
    }

    /// Whether it belongs to the organisation.
    pub fn is_system(&self) -> bool {
        matches!(self.kind, NodeKind::System(_))
    }

    /// What readers see.
    pub fn title<'a>(&'a self, language: &str) -> &'a str {
        self.spoken_title(language).0
    }

    /// The same, and the language it is in where that is known to be another.
    pub fn spoken_title<'a>(&'a self, language: &str) -> (&'a str, Option<&'a str>) {
        let title = match &self.kind {
            NodeKind::System(decl) => decl.title.as_ref(),
            NodeKind::Recipient(it) => it.decl.title.as_ref(),
        };
        let name = || self.recipient().and_then(|it| it.name.as_deref());
        title.map_or_else(|| (name().unwrap_or(&self.id), None), |text| text.spoken(language))
    }
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// One of the organisation's own.
    System(Box<SystemDecl>),
    /// An external party.
    Recipient(Box<Recipient>),
}

/// A country as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Country {
    /// A code of `countries`.
    Known(Spanned<String>),
    /// Stated to be unknown.
    Unknown(Span),
    /// Nobody has said.
    Missing,
}

/// An external party, with the vendor's facts where it states none itself.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Legal name.
    pub name: Option<String>,
    /// Entry of the vendor catalogue.
    pub vendor: Option<String>,
    /// All recipients of one vendor share a number: what one holds, the vendor holds.
    pub group: u32,
    /// Legal role.
    pub role: Option<Role>,
    /// Sort of business.
    pub kind: Option<String>,
    /// Establishment.
    pub country: Country,
    /// Further places of processing.
    pub processing: Vec<Spanned<String>>,
    /// Places of remote access.
    pub access_from: Vec<Spanned<String>>,
    /// On what transfers rest.
    pub transfers: Vec<TransferDecl>,
    /// The contract.
    pub contract: Option<ContractDecl>,
    /// Who works for it.
    pub subprocessors: Vec<NodeId>,
    /// What it can match back to people: the lists `matches`, `holds`, and those of its features.
    pub matches: Vec<Selector>,
    /// Its sub-functions.
    pub features: Vec<(Spanned<String>, FeatureDecl)>,
    /// Deletions asked for, with what they cover.
    pub deletions: Vec<(Deletion, Selector)>,
    /// As written.
    pub decl: Box<RecipientDecl>,
}

/// Fields that come in from a group of people.
#[derive(Clone, Debug)]
pub struct Collect {
    /// From whom.
    pub subject: SubjectId,
    /// Which; `FieldId::UNKNOWN` for what nobody has said. With the place of the word.
    pub fields: Vec<(FieldId, Span)>,
    /// For which activities.
    pub activities: Vec<ActivityId>,
    /// What holds it back.
    pub gates: Vec<GateId>,
    /// As written.
    pub decl: CollectDecl,
    /// Where.
    pub span: Span,
}

/// A field made from others.
#[derive(Clone, Debug)]
pub struct Derive {
    /// The field it makes.
    pub field: FieldId,
    /// From what.
    pub from: Selector,
    /// About whom; empty means about those whose data go in.
    pub of: Vec<SubjectId>,
    /// The form it is given, if one is stated.
    pub step: Option<Step>,
    /// A form that needs a method and has none.
    pub unproven: bool,
    /// As written.
    pub decl: DeriveDecl,
    /// Where its name stands.
    pub span: Span,
}

/// What an activity does inside a system.
#[derive(Clone, Debug)]
pub struct Use {
    /// The activity.
    pub activity: ActivityId,
    /// With which items.
    pub selector: Selector,
    /// Where.
    pub span: Span,
}

/// What a role may read.
#[derive(Clone, Debug)]
pub struct Access {
    /// The role, by id.
    pub role: String,
    /// For which activities.
    pub activities: Vec<ActivityId>,
    /// Which items.
    pub selector: Selector,
    /// Where.
    pub span: Span,
}

/// How a flow comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowKind {
    /// Declared under `sends`.
    Sends,
    /// `hosted:`, all a system holds.
    Hosting,
    /// `subprocessors:`, all a recipient holds.
    Subprocessor,
}

/// The legal basis of a flow or activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// An id of `bases`.
    Known(Spanned<String>),
    /// Stated to be unknown.
    Unknown(Span),
}

/// Items going from one node to another.
#[derive(Clone, Debug)]
pub struct Flow {
    /// `sender->target#label`.
    pub id: String,
    /// How it comes about.
    pub kind: FlowKind,
    /// From.
    pub from: NodeId,
    /// To.
    pub to: NodeId,
    /// The part behind `#`.
    pub label: Option<String>,
    /// What it carries.
    pub selector: Selector,
    /// For which activities.
    pub activities: Vec<ActivityId>,
    /// What holds it back, implied gates included; sorted.
    pub gates: Vec<GateId>,
    /// The basis it rests on, if not its activity's.
    pub basis: Option<Basis>,
    /// First day without it.
    pub stopped: Option<Date>,
    /// Day from which its target no longer holds what it brought.
    pub purged: Option<Date>,
    /// A transform that needs a method and has none.
    pub unproven: bool,
    /// As written; empty for hosting and sub-processing.
    pub decl: Box<FlowDecl>,
    /// Where its target stands.
    pub span: Span,
}

impl Flow {
    /// Whether nothing goes through it any more on a day.
    pub fn is_stopped(&self, today: Date) -> bool {
        self.stopped.is_some_and(|stopped| stopped <= today)
    }
}

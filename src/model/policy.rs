//! Policies of the house with their names resolved.

use super::ids::{ActivityId, GateId, NodeId};
use super::selector::Selector;
use crate::declare::{PolicyDecl, Role};
use crate::law::Form;
use crate::source::Span;

/// What must not go where.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Id.
    pub id: String,
    /// What is denied.
    pub deny: Selector,
    /// In which forms.
    pub forms: Vec<Form>,
    /// For which activities; `None` for all, and for flows that name none.
    pub activities: Option<Vec<ActivityId>>,
    /// Where it must not go.
    pub to: Target,
    /// What lifts it.
    pub unless: Option<Exception>,
    /// As written.
    pub decl: PolicyDecl,
    /// Where its id stands.
    pub span: Span,
}

/// Systems and recipients: what every list that is there allows.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Only recipients.
    pub external: bool,
    /// Legal roles.
    pub roles: Option<Vec<Role>>,
    /// Kinds of business.
    pub kinds: Option<Vec<String>>,
    /// Country codes, `outside-eea` among them.
    pub countries: Option<Vec<String>>,
    /// Recipients and systems by id.
    pub nodes: Option<Vec<NodeId>>,
    /// Zones.
    pub zones: Option<Vec<String>>,
    /// Tags.
    pub tags: Option<Vec<String>>,
}

/// What lifts a policy.
#[derive(Clone, Debug, Default)]
pub struct Exception {
    /// One of these gates stands on every way.
    pub gates: Option<Vec<GateId>>,
    /// The item arrives in one of these forms.
    pub forms: Option<Vec<Form>>,
    /// It rests on one of these bases.
    pub bases: Option<Vec<String>>,
    /// It is for one of these activities.
    pub activities: Option<Vec<ActivityId>>,
    /// It goes there.
    pub to: Target,
}

//! What can hold a flow back.

use crate::declare::{GateDecl, GateKind};
use crate::source::Span;

use super::ids::{ActivityId, GateId};

/// A gate; `consent.marketing` implies `consent`.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Dotted id.
    pub id: String,
    /// The gates it implies, itself included; sorted.
    pub implies: Vec<GateId>,
    /// What it asks.
    pub kind: GateKind,
    /// The activities it was asked for; empty means any.
    pub activities: Vec<ActivityId>,
    /// As written; `None` for a gate that only follows from another's name.
    pub decl: Option<GateDecl>,
    /// Where.
    pub span: Span,
}

impl Gate {
    /// Whether it asks people for consent.
    pub fn asks_consent(&self) -> bool {
        matches!(self.kind, GateKind::Consent | GateKind::ExplicitConsent)
    }
}

/// What a gate asks, by its name.
pub(super) fn kind_of(id: &str) -> GateKind {
    match id.split('.').next().unwrap_or_default() {
        "consent" if id.starts_with("consent.explicit") => GateKind::ExplicitConsent,
        "consent" => GateKind::Consent,
        "opt-out" | "optout" | "objection" => GateKind::OptOut,
        _ => GateKind::Approval,
    }
}

//! Captures that a project holds against its map, with the names in them resolved.

use super::ids::{GateId, NodeId};
use crate::declare::EvidenceDecl;
use crate::source::Span;

/// One entry of `evidence:`.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Its name.
    pub id: String,
    /// The system that sends what it shows.
    pub of: Option<NodeId>,
    /// The gates that were open; nothing where nobody has written it down.
    pub consented: Option<Vec<GateId>>,
    /// Patterns of addresses, and the categories they give away.
    pub sensitive: Vec<(String, Vec<String>)>,
    /// As written.
    pub decl: EvidenceDecl,
    /// Where its name stands.
    pub span: Span,
}

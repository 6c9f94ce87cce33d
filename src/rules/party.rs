//! Whom rules on roles and contracts look at: a recipient in a role, with what flows to it.

use std::collections::BTreeMap;

use super::Case;
use crate::declare::{ContractDecl, Date, FeatureDecl, Role};
use crate::finding::{Edit, Effort, Finding};
use crate::flow::Exposure;
use crate::model::{Flow, FlowKind, Model, Node, NodeId, Recipient};
use crate::source::{Span, Spanned};

/// Letters of Art. 28(3).
pub(super) const LETTERS: std::ops::RangeInclusive<char> = 'a'..='h';

/// A recipient, or a feature of it that is declared apart, and what flows to it in one role.
pub(super) struct Party<'a> {
    pub(super) node: &'a Node,
    pub(super) recipient: &'a Recipient,
    /// The feature, where what is looked at is its own.
    pub(super) feature: Option<&'a (Spanned<String>, FeatureDecl)>,
    /// Never empty.
    pub(super) flows: Vec<(&'a Flow, &'a [Exposure])>,
}

impl<'a> Party<'a> {
    /// `recipient`, or `recipient#feature`.
    pub(super) fn key(&self) -> String {
        self.feature.map_or_else(|| self.node.id.clone(), |(name, _)| format!("{}#{}", self.node.id, name.value))
    }

    /// The key of its declaration.
    pub(super) fn place(&self) -> Span {
        self.feature.map_or(self.node.span, |(name, _)| name.span)
    }

    pub(super) fn exposures(&self) -> impl Iterator<Item = &'a Exposure> {
        self.flows.iter().flat_map(|(_, exposures)| *exposures)
    }

    /// The contract of its first flow, and so of all where features with their own are apart.
    pub(super) fn contract(&self, model: &'a Model) -> Option<&'a ContractDecl> {
        self.flows.first().and_then(|(flow, _)| model.contract_in(flow))
    }
}

/// Everyone whom the organisation's own flows reach in a role, hosts included; features for which
/// `apart` holds stand for themselves. A sub-processor's role and contract are its processor's matter.
pub(super) fn parties<'a>(case: &Case<'a>, role: Role, apart: fn(&FeatureDecl) -> bool) -> Vec<Party<'a>> {
    let model = case.model();
    let mut all: BTreeMap<(NodeId, Option<&str>), Party> = BTreeMap::new();
    for (id, exposures) in case.by_flow() {
        let flow = model.flow(id);
        let node = model.node(flow.to);
        let Some(recipient) = node.recipient().filter(|_| flow.kind != FlowKind::Subprocessor) else { continue };
        if model.role_in(flow) != Some(role) {
            continue;
        }
        let label = flow.label.as_deref();
        let feature = recipient.features.iter().find(|(name, it)| Some(name.value.as_str()) == label && apart(it));
        let party = all.entry((flow.to, label.filter(|_| feature.is_some())));
        party.or_insert_with(|| Party { node, recipient, feature, flows: Vec::new() }).flows.push((flow, exposures));
    }
    all.into_values().collect()
}

/// Whether a contract says where it is or when it was signed: else there is none.
pub(super) fn is_stated(contract: &ContractDecl) -> bool {
    contract.reference.is_some() || contract.signed.is_some()
}

/// Whether a contract is stated, signed and not over.
pub(super) fn in_force(contract: &ContractDecl, today: Date) -> bool {
    let ended = contract.expires.as_ref().is_some_and(|day| day.value <= today);
    let ahead = contract.signed.as_ref().is_some_and(|day| today < day.value);
    is_stated(contract) && !ended && !ahead
}

/// Adds keys to a contract, beside one that it has.
pub(super) fn needs(finding: &mut Finding, contract: &ContractDecl, effort: Effort, yaml: String) {
    if let Some(span) = place(contract) {
        finding.fix(Edit::Beside(span), effort, yaml);
    }
}

/// A word of a contract that says which it is.
pub(super) fn place(contract: &ContractDecl) -> Option<Span> {
    let word = contract.reference.as_ref().or(contract.kind.as_ref()).map(|it| it.span);
    word.or(contract.signed.as_ref().map(|it| it.span))
}

/// Letters as a list in a fix, each to be checked.
pub(super) fn flow_style(letters: impl IntoIterator<Item = char>) -> String {
    letters.into_iter().map(|it| format!("<{it}>")).collect::<Vec<_>>().join(", ")
}

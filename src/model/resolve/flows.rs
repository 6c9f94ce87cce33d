//! Flows: those declared under `sends`, and those that hosting and sub-processing imply.

use std::collections::BTreeMap;

use super::nodes::{Part, Parts};
use super::words::Transforms;
use super::{Resolver, duplicate};
use crate::declare::{FlowDecl, Word};
use crate::finding::{INVALID_ID, INVALID_VALUE};
use crate::model::names::{unknown, valid_id};
use crate::model::{Basis, Flow, FlowId, FlowKind, NodeId, Selector};
use crate::source::{Entry, Short};

impl Resolver<'_> {
    pub(super) fn flows(&mut self, moves: BTreeMap<String, Parts>) {
        let mut flows = Vec::new();
        for (id, parts) in moves {
            let Some(from) = self.nodes.get(&id).map(NodeId) else { continue };
            for part in parts.sends {
                flows.extend(self.flow(from, part));
            }
            for hosted in parts.hosted {
                if let Some(word) = hosted.id.as_ref()
                    && let Some(to) = self.a_recipient(word)
                {
                    flows.push(self.implied(FlowKind::Hosting, from, to, &hosted.fields, word));
                }
            }
            let subprocessors = self.model.recipient(from).map(|it| it.decl.subprocessors.0.clone()).unwrap_or_default();
            for sub in subprocessors {
                // A name that is none has been reported with the recipient.
                if let Some(word) = sub.id.as_ref()
                    && let Some(to) = self.nodes.get(word).map(NodeId).filter(|to| !self.model.node(*to).is_system())
                {
                    flows.push(self.implied(FlowKind::Subprocessor, from, to, &sub.fields, word));
                }
            }
        }
        flows.sort_by(|a: &Flow, b| (&a.id, a.span).cmp(&(&b.id, b.span)));
        flows.dedup_by(|again, first| {
            let same = again.id == first.id;
            if same {
                duplicate(&first.id, first.span, again.span, self.out);
            }
            same
        });
        for (at, flow) in flows.iter().enumerate() {
            self.model.nodes[flow.from.index()].sends.push(FlowId::from_index(at));
            self.model.nodes[flow.to.index()].receives.push(FlowId::from_index(at));
        }
        self.model.flows = flows;
    }

    fn flow(&mut self, from: NodeId, part: Part<Box<Short<FlowDecl>>>) -> Option<Flow> {
        let Part { entry: Entry { key, value }, file } = part;
        let decl = Box::new(value.0);
        let (target, label) = match key.split_once('#') {
            Some((target, label)) => (target, Some(label)),
            None => (key.as_str(), None),
        };
        let activities = self.for_activities(&decl.activities, file);
        let gates = self.gate_list(&decl.gate);
        let transforms = if decl.method.is_some() { Transforms::Proven } else { Transforms::Unproven };
        let (selector, unproven) = self.selector(&decl.fields, transforms);
        let selector = if decl.fields.is_empty() { Selector::all() } else { selector };
        let basis = decl.basis.as_ref().and_then(|word| self.basis(word));
        if let Some(label) = label
            && !valid_id(label, false)
        {
            self.out
                .report(&INVALID_ID, &[&key])
                .say(format!("`{label}` cannot be the label of a flow"))
                .at(key.span, "")
                .help("labels are letters, digits, `_` and `-`");
        }
        let Some(to) = self.nodes.get(target).map(NodeId) else {
            unknown("system or recipient", target, key.span, self.nodes.ids(), self.out);
            return None;
        };
        if to == from {
            let id = &self.model.node(from).id;
            self.out
                .report(&INVALID_VALUE, &[id])
                .say(format!("`{id}` sends to itself"))
                .at(key.span, "")
                .help("remove the flow; what happens inside a system stands under `uses`");
            return None;
        }
        Some(Flow {
            id: flow_id(&self.model.node(from).id, target, label),
            kind: FlowKind::Sends,
            from,
            to,
            label: label.map(str::to_owned),
            selector,
            activities,
            gates,
            basis,
            stopped: decl.stopped.as_ref().map(|it| it.value),
            purged: decl.purged.as_ref().map(|it| it.value),
            unproven,
            span: key.span,
            decl,
        })
    }

    fn implied(&mut self, kind: FlowKind, from: NodeId, to: NodeId, fields: &[Word], word: &Word) -> Flow {
        let label = match kind {
            FlowKind::Hosting => "hosting",
            FlowKind::Subprocessor | FlowKind::Sends => "subprocessor",
        };
        let (selector, unproven) = self.selector(fields, Transforms::Unproven);
        Flow {
            id: flow_id(&self.model.node(from).id, &self.model.node(to).id, Some(label)),
            kind,
            from,
            to,
            label: Some(label.to_owned()),
            selector: if fields.is_empty() { Selector::all() } else { selector },
            activities: Vec::new(),
            gates: Vec::new(),
            basis: None,
            stopped: None,
            purged: None,
            unproven,
            decl: Box::default(),
            span: word.span,
        }
    }

    /// A legal basis, `unknown` included; another word is a finding.
    pub(super) fn basis(&mut self, word: &Word) -> Option<Basis> {
        if word.value == "unknown" {
            return Some(Basis::Unknown(word.span));
        }
        if self.model.law.bases.get(word).is_none() {
            unknown("legal basis", word, word.span, self.model.law.bases.ids(), self.out);
            return None;
        }
        Some(Basis::Known(word.clone()))
    }
}

/// `sender->target#label`.
fn flow_id(from: &str, to: &str, label: Option<&str>) -> String {
    match label {
        Some(label) => format!("{from}->{to}#{label}"),
        None => format!("{from}->{to}"),
    }
}

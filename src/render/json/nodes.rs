//! Systems, recipients and flows.

use serde_json::{Value, json};

use super::Export;
use crate::declare::FlowDecl;
use crate::model::{Basis, Country, Flow, FlowKind, Node, NodeId, NodeKind, Recipient};

impl Export<'_> {
    pub(super) fn systems(&self) -> Value {
        let one = |node: &Node| match &node.kind {
            NodeKind::System(decl) => Some(self.node(node, json!({ "declared": self.declared(decl) }))),
            NodeKind::Recipient(_) => None,
        };
        self.map.model.nodes.iter().filter_map(one).collect()
    }

    pub(super) fn recipients(&self) -> Value {
        let nodes = self.map.model.nodes.iter().enumerate();
        nodes.filter_map(|(at, node)| Some(self.node(node, self.recipient(NodeId::from_index(at), node.recipient()?)))).collect()
    }

    /// What systems and recipients share, around what only one of them has.
    fn node(&self, node: &Node, own: Value) -> Value {
        let mut out = json!({
            "id": node.id,
            "team": node.team,
            "place": self.place(node.span),
            "collects": self.collects(node),
            "derives": self.derives(node),
            "uses": self.uses(node),
            "access": self.access(node),
            "flows": node.sends.iter().map(|id| self.sent(self.map.model.flow(*id))).collect::<Vec<_>>(),
        });
        if let (Value::Object(out), Value::Object(own)) = (&mut out, own) {
            out.extend(own);
        }
        out
    }

    fn recipient(&self, id: NodeId, it: &Recipient) -> Value {
        let model = &self.map.model;
        let ids = |nodes: &[NodeId]| nodes.iter().map(|id| model.node(*id).id.clone()).collect::<Vec<_>>();
        let chain: Vec<NodeId> = model.chain(id).into_iter().filter(|member| *member != id).collect();
        let mut features: Vec<&str> = it.features.iter().map(|(name, _)| name.value.as_str()).collect();
        features.sort_unstable();
        json!({
            "name": it.name,
            "vendor": it.vendor,
            "role": it.role,
            "kind": it.kind,
            "country": match &it.country {
                Country::Known(code) => Some(code.value.as_str()),
                Country::Unknown(_) => Some("unknown"),
                Country::Missing => None,
            },
            "countries": self.map.countries.of(id).iter().map(|it| it.code()).collect::<Vec<_>>(),
            "third_countries": self.map.countries.of(id).iter().filter(|it| !it.eea).map(|it| it.code()).collect::<Vec<_>>(),
            "subprocessors": ids(&chain),
            "features": features,
            "declared": self.declared(&it.decl),
        })
    }

    fn collects(&self, node: &Node) -> Value {
        let model = &self.map.model;
        let mut all: Vec<_> = node.collects.iter().collect();
        all.sort_by_key(|it| (it.subject, it.span));
        let one = |it: &&crate::model::Collect| {
            let mut fields: Vec<&str> = it.fields.iter().map(|(field, _)| model.field(*field).id.as_str()).collect();
            fields.sort_unstable();
            json!({
                "subject": model.subject(it.subject).id,
                "fields": fields,
                "activities": self.activity_ids(&it.activities),
                "gates": self.gates(&it.gates),
                "place": self.place(it.span),
                "declared": self.declared(&it.decl),
            })
        };
        all.iter().map(one).collect()
    }

    fn derives(&self, node: &Node) -> Value {
        let model = &self.map.model;
        let mut all: Vec<_> = node.derives.iter().collect();
        all.sort_by_key(|it| (it.field, it.span));
        let one = |it: &&crate::model::Derive| {
            json!({
                "field": model.field(it.field).id,
                "from": self.selector(&it.from),
                "of": it.of.iter().map(|id| model.subject(*id).id.as_str()).collect::<Vec<_>>(),
                "unproven": it.unproven,
                "place": self.place(it.span),
                "declared": self.declared(&it.decl),
            })
        };
        all.iter().map(one).collect()
    }

    fn uses(&self, node: &Node) -> Value {
        let mut all: Vec<_> = node.uses.iter().collect();
        all.sort_by_key(|it| (it.activity, it.span));
        let one = |it: &&crate::model::Use| {
            let words = self.selector(&it.selector);
            json!({ "activity": self.map.model.activity_id(it.activity), "fields": words, "place": self.place(it.span), "declared": { "fields": words } })
        };
        all.iter().map(one).collect()
    }

    fn access(&self, node: &Node) -> Value {
        let mut all: Vec<_> = node.access.iter().collect();
        all.sort_by_key(|it| (&it.role, it.span));
        let one = |it: &&crate::model::Access| {
            let words = self.selector(&it.selector);
            json!({
                "role": it.role,
                "activities": self.activity_ids(&it.activities),
                "fields": words,
                "place": self.place(it.span),
                "declared": { "fields": words },
            })
        };
        all.iter().map(one).collect()
    }

    /// A flow within its sender.
    fn sent(&self, flow: &Flow) -> Value {
        json!({ "id": flow.id, "to": self.map.model.node(flow.to).id, "declared": self.declared(&flow.decl) })
    }

    pub(super) fn flows(&self) -> Value {
        self.map.model.flows.iter().map(|flow| self.flow(flow)).collect()
    }

    fn flow(&self, flow: &Flow) -> Value {
        let model = &self.map.model;
        let decl: &FlowDecl = &flow.decl;
        json!({
            "id": flow.id,
            "kind": match flow.kind {
                FlowKind::Sends => "sends",
                FlowKind::Hosting => "hosting",
                FlowKind::Subprocessor => "subprocessor",
            },
            "from": model.node(flow.from).id,
            "to": model.node(flow.to).id,
            "label": flow.label,
            "fields": self.selector(&flow.selector),
            "activities": self.activity_ids(&flow.activities),
            "gates": self.gates(&flow.gates),
            "basis": flow.basis.as_ref().map(|basis| match basis {
                Basis::Known(word) => word.value.as_str(),
                Basis::Unknown(_) => "unknown",
            }),
            "role": model.role_in(flow),
            "stopped": flow.stopped.map(|day| day.to_string()),
            "purged": flow.purged.map(|day| day.to_string()),
            "unproven": flow.unproven,
            "place": self.place(flow.span),
            "declared": self.declared(decl),
        })
    }
}

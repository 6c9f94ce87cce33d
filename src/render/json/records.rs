//! Activities, and the people and papers around them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Export;
use crate::flow::{Processing, third_countries};
use crate::model::{FieldId, FlowId, FlowKind};

impl Export<'_> {
    pub(super) fn activities(&self) -> Value {
        let all = self.map.processing();
        let activities = self.map.model.activities.iter().zip(all);
        activities
            .map(|(activity, computed)| {
                let mut out = self.processed(computed);
                if let Value::Object(out) = &mut out {
                    out.insert("id".to_owned(), json!(activity.id));
                    out.insert("place".to_owned(), self.place(activity.span));
                    out.insert("declared".to_owned(), self.declared(&activity.decl));
                }
                out
            })
            .collect()
    }

    /// The computed part of a record.
    fn processed(&self, it: &Processing) -> Value {
        let model = &self.map.model;
        let subjects: BTreeSet<&str> = it.items.iter().map(|item| model.subject(item.subject).id.as_str()).collect();
        let fields: BTreeSet<&str> = it.items.iter().map(|item| model.field(item.field).id.as_str()).collect();
        let items: BTreeSet<String> = it.items.iter().map(|item| model.item_id(*item)).collect();
        let names = |ids: &BTreeSet<FieldId>| ids.iter().map(|id| model.field(*id).id.as_str()).collect::<BTreeSet<_>>();
        let category = |(id, fields): (&crate::model::CategoryId, &BTreeSet<FieldId>)| json!({ "category": model.category(*id).id, "fields": names(fields) });
        let flows = |ids: &BTreeSet<FlowId>| ids.iter().map(|id| model.flow(*id).id.as_str()).collect::<Vec<_>>();
        let recipients = it.recipients.iter().map(|(id, how)| {
            let subprocessor = how.flows.iter().all(|id| model.flow(*id).kind == FlowKind::Subprocessor);
            json!({ "recipient": model.node(*id).id, "flows": flows(&how.flows), "open": how.open, "subprocessor": subprocessor })
        });
        let countries = third_countries(&self.map.model, it, self.map.today).into_iter().map(|third| {
            let mechanisms: BTreeSet<String> = third
                .flows
                .iter()
                .flat_map(|id| model.transfers_in(model.flow(*id)))
                .filter(|it| it.country.as_ref().is_none_or(|code| Some(code.value.as_str()) == third.country))
                .filter_map(|it| it.mechanism.as_ref().map(|word| word.value.clone()))
                .collect();
            json!({ "recipient": model.node(third.recipient).id, "country": third.country.unwrap_or("unknown"), "mechanisms": mechanisms })
        });
        json!({
            "subjects": subjects,
            "fields": fields,
            "items": items,
            "categories": it.categories(&self.map.model).iter().map(category).collect::<Vec<_>>(),
            "sensitive": it.sensitive.iter().map(category).collect::<Vec<_>>(),
            "systems": it.systems.iter().map(|id| model.node(*id).id.as_str()).collect::<Vec<_>>(),
            "roles": it.roles,
            "sources": it.origins,
            "flows": flows(&it.flows),
            "recipients": recipients.collect::<Vec<_>>(),
            "third_countries": countries.collect::<Vec<_>>(),
        })
    }

    pub(super) fn roles(&self) -> Value {
        let all = self.map.model.roles.iter();
        all.map(|it| json!({ "id": it.id, "activities": self.activity_ids(&it.activities), "place": self.place(it.span), "declared": self.declared(&it.decl) }))
            .collect()
    }

    pub(super) fn notices(&self) -> Value {
        let model = &self.map.model;
        let one = |it: &crate::model::Notice| {
            json!({
                "id": it.id,
                "subjects": it.subjects.iter().map(|id| model.subject(*id).id.as_str()).collect::<BTreeSet<_>>(),
                "activities": self.activity_ids(&it.activities),
                "place": self.place(it.span),
                "declared": self.declared(&it.decl),
            })
        };
        model.notices.iter().map(one).collect()
    }

    pub(super) fn origins(&self) -> Value {
        let model = &self.map.model;
        let from = |it: &crate::model::Origin| it.from.map(|id| model.node(id).id.clone());
        model
            .origins
            .iter()
            .map(|it| json!({ "id": it.id, "from": from(it), "place": self.place(it.span), "declared": self.declared(&it.decl) }))
            .collect()
    }

    pub(super) fn controllers(&self) -> Value {
        let all = self.map.model.controllers.iter();
        all.map(|it| json!({ "id": it.id, "place": self.place(it.span), "declared": self.declared(&it.decl) })).collect()
    }

    pub(super) fn teams(&self) -> Value {
        let all = self.map.model.teams.iter();
        all.map(|it| json!({ "id": it.id, "place": self.place(it.span), "declared": self.declared(&it.decl) })).collect()
    }

    pub(super) fn waivers(&self) -> Value {
        let mut all: Vec<_> = self.map.model.waivers.iter().collect();
        all.sort_by(|a, b| (&a.finding, a.span).cmp(&(&b.finding, b.span)));
        all.into_iter()
            .map(|it| json!({ "finding": it.finding, "place": self.place(it.span), "declared": self.declared(&it.decl) }))
            .collect()
    }

    pub(super) fn answers(&self) -> Value {
        let all = self.map.model.answers.iter();
        all.map(|it| json!({ "finding": it.finding, "place": self.place(it.span), "declared": self.declared(&it.decl) })).collect()
    }

    pub(super) fn incidents(&self) -> Value {
        let model = &self.map.model;
        let flows = |it: &crate::model::Incident| it.flows.iter().map(|id| model.flow(*id).id.clone()).collect::<Vec<_>>();
        let all = model.incidents.iter();
        all.map(|it| json!({ "id": it.id, "flows": flows(it), "place": self.place(it.span), "declared": self.declared(&it.decl) }))
            .collect()
    }
}

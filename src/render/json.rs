//! `ropa export json`: the whole register for other programs, each declaration as it was written and
//! what follows from it beside it. Every array is sorted; equal input gives equal bytes.

mod law;
mod nodes;
mod records;

use serde::Serialize;
use serde_json::{Map as Object, Value, json};

use crate::finding::Hop;
use crate::flow::{Exposure, Map};
use crate::model::{ActivityId, GateId, Selector};
use crate::source::{Sources, Span};

/// The register of a map.
pub fn register(map: &Map, sources: &Sources) -> Value {
    let model = &map.model;
    let out = Export { map, sources };
    json!({
        "schema": "ropa/register/1",
        "today": map.today.to_string(),
        "organisation": out.declared(&model.settings.organisation),
        "settings": out.declared(&model.settings),
        "activities": out.activities(),
        "recipients": out.recipients(),
        "systems": out.systems(),
        "flows": out.flows(),
        "exposures": out.exposures(),
        "fields": out.fields(),
        "subjects": out.subjects(),
        "categories": out.categories(),
        "gates": out.gates_declared(),
        "roles": out.roles(),
        "notices": out.notices(),
        "sources": out.origins(),
        "controllers": out.controllers(),
        "teams": out.teams(),
        "waivers": out.waivers(),
        "answers": out.answers(),
        "incidents": out.incidents(),
        "law": out.law(),
    })
}

struct Export<'a> {
    map: &'a Map,
    sources: &'a Sources,
}

impl Export<'_> {
    /// A declaration as written, without what was not written.
    fn declared(&self, decl: &impl Serialize) -> Value {
        let mut value = serde_json::to_value(decl).expect("declarations are strings, numbers, lists and maps with string keys");
        prune(&mut value);
        if value.is_null() { json!({}) } else { value }
    }

    fn place(&self, span: Span) -> Value {
        let place = self.sources.place(span);
        json!({ "file": place.file, "line": place.line, "column": place.column })
    }

    /// A selector as written: its words sorted, since their order means nothing.
    fn selector(&self, selector: &Selector) -> Value {
        if selector.silent {
            return json!(["all"]);
        }
        if selector.unknown.is_some() {
            return json!(["unknown"]);
        }
        let mut words: Vec<&str> = selector.takes.iter().chain(&selector.excludes).map(|word| word.text.as_str()).collect();
        words.sort_unstable();
        json!(words)
    }

    fn activity_ids(&self, ids: &[ActivityId]) -> Vec<&str> {
        ids.iter().map(|id| self.map.model.activity_id(*id)).collect()
    }

    fn gates(&self, gates: &[GateId]) -> Vec<&str> {
        self.map.model.shown_gates(gates)
    }

    fn exposures(&self) -> Value {
        let walks = self.map.walks();
        let mut all: Vec<_> = self.map.exposures.iter().collect();
        let model = &self.map.model;
        all.sort_by_cached_key(|it| (model.item_id(it.item), &model.flow(it.flow).id, it.form, it.activity));
        all.into_iter().map(|it| self.exposure(it, &walks.hops(&walks.witness(it)))).collect()
    }

    fn exposure(&self, it: &Exposure, hops: &[Hop]) -> Value {
        let model = &self.map.model;
        let flow = model.flow(it.flow);
        json!({
            "item": model.item_id(it.item),
            "field": model.field(it.item.field).id,
            "subject": model.subject(it.item.subject).id,
            "recipient": model.node(flow.to).id,
            "flow": flow.id,
            "form": it.form.word(),
            "gates": self.gates(&it.gates),
            "activity": it.activity.map(|id| model.activity_id(id)),
            "labels": it.labels,
            "countries": it.countries,
            "path": hops.iter().map(|hop| self.hop(hop)).collect::<Vec<_>>(),
        })
    }

    fn hop(&self, hop: &Hop) -> Value {
        let place = self.sources.place(hop.span);
        json!({
            "node": hop.node,
            "item": hop.item,
            "form": hop.form,
            "flow": hop.flow,
            "file": place.file,
            "line": place.line,
            "column": place.column,
        })
    }
}

/// Takes out what was not written: nulls, empty lists and maps.
fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let kept = std::mem::take(map).into_iter().filter_map(|(key, mut value)| {
                prune(&mut value);
                (!is_empty(&value)).then_some((key, value))
            });
            *map = kept.collect::<Object<_, _>>();
        }
        Value::Array(list) => list.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

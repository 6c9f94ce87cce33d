//! The dictionary, the gates, and what the project itself changed of what is given.

use serde::Serialize;
use serde_json::{Value, json};

use super::Export;
use crate::law::Table;
use crate::model::{CategoryId, FieldId};

impl Export<'_> {
    fn category_ids(&self, ids: &[CategoryId]) -> Vec<&str> {
        ids.iter().map(|id| self.map.model.category(*id).id.as_str()).collect()
    }

    pub(super) fn fields(&self) -> Value {
        let model = &self.map.model;
        let all = (0..model.fields.len()).map(FieldId::from_index).filter(|id| *id != FieldId::UNKNOWN);
        all.map(|id| {
            let it = model.field(id);
            json!({
                "id": it.id,
                "is": self.category_ids(&it.is),
                "reveals": self.category_ids(&it.reveals),
                "unknown": it.unknown,
                "place": self.place(it.span),
                "declared": self.declared(&it.decl),
            })
        })
        .collect()
    }

    pub(super) fn subjects(&self) -> Value {
        let model = &self.map.model;
        let wider = |it: &crate::model::Subject| it.is.map(|id| model.subject(id).id.clone());
        model
            .subjects
            .iter()
            .map(|it| json!({ "id": it.id, "is": wider(it), "place": self.place(it.span), "declared": self.declared(&it.decl) }))
            .collect()
    }

    pub(super) fn categories(&self) -> Value {
        let one = |it: &crate::model::Category| {
            json!({
                "id": it.id,
                "art9": it.art9,
                "art10": it.art10,
                "national_id": it.national_id,
                "personal": it.personal,
                "sensitive": it.is_sensitive(),
                "declared": self.declared(&it.decl),
            })
        };
        self.map.model.categories.iter().map(one).collect()
    }

    pub(super) fn gates_declared(&self) -> Value {
        let model = &self.map.model;
        let one = |it: &crate::model::Gate| {
            json!({
                "id": it.id,
                "kind": it.kind,
                "implies": it.implies.iter().map(|id| model.gates[id.index()].id.as_str()).filter(|id| *id != it.id).collect::<Vec<_>>(),
                "activities": self.activity_ids(&it.activities),
                "place": self.place(it.span),
                "declared": self.declared(&it.decl),
            })
        };
        model.gates.iter().map(one).collect()
    }

    /// Only what the project wrote or changed; the rest ships with the program.
    pub(super) fn law(&self) -> Value {
        let law = &self.map.model.law;
        json!({
            "countries": self.own(&law.countries),
            "articles": self.own(&law.articles),
            "bases": self.own(&law.bases),
            "conditions": self.own(&law.conditions),
            "mechanisms": self.own(&law.mechanisms),
            "transforms": self.own(&law.transforms),
            "kinds": self.own(&law.kinds),
            "vendors": self.own(&law.vendors),
            "signatures": self.own(&law.signatures),
            "parameter-names": self.own(&law.parameter_names),
            "words": self.own(&law.words),
        })
    }

    fn own<T: Serialize>(&self, table: &Table<T>) -> Value {
        table.own().map(|(id, it)| json!({ "id": id, "declared": self.declared(it) })).collect()
    }
}

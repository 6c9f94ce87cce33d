//! Data as the cells of a table name them: by group of people and form, each field with its page.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::shown::NAMES;
use super::{Badge, Link, Once, Reading, Shown};
use crate::flow::{Label, Map, State};
use crate::law::Form;
use crate::model::{CategoryId, FieldId, GateId, Item, SubjectId};

/// A category as a mark that leads to its page.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryMark {
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
    /// Page, from the root of the language.
    pub href: Option<String>,
}

/// A field in a cell.
#[derive(Clone, Debug, Serialize)]
pub struct Datum {
    /// Its title and page.
    pub link: Once<Link>,
    /// It is or reveals something sensitive there.
    pub sensitive: bool,
}

/// Fields of one group of people in one form.
#[derive(Clone, Debug, Serialize)]
pub struct Batch {
    /// Whose.
    pub subject: String,
    /// In which form.
    pub form: Once<Badge>,
    /// Which.
    pub data: Shown<Datum>,
}

/// Data being gathered for a cell, and what they give away.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    items: BTreeMap<(SubjectId, Form), BTreeMap<FieldId, bool>>,
    labels: BTreeSet<Label>,
}

impl Gathered {
    /// Adds an item in a form, with the labels it has there.
    pub fn add<'a>(&mut self, item: Item, form: Form, labels: impl IntoIterator<Item = &'a Label>) {
        let sensitive = self.items.entry((item.subject, form)).or_default().entry(item.field).or_default();
        // In anonymised data nobody can be found any more, whatever they were made of.
        for label in labels.into_iter().filter(|label| **label != Label::PERSONAL && form != Form::Anonymised) {
            *sensitive = true;
            self.labels.insert(*label);
        }
    }

    /// Adds what a state holds, in the form it is given.
    pub fn add_state(&mut self, map: &Map, state: &State, form: Form) {
        self.add(state.item, form, &labels(map, state));
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// As a cell shows them: what is sensitive comes first.
    pub fn shown(&self, reading: &Reading) -> Shown<Batch> {
        Shown::first(&self.items, NAMES, |((subject, form), fields)| {
            let mut fields: Vec<_> = fields.iter().map(|(field, sensitive)| (!sensitive, *field)).collect();
            fields.sort();
            Batch {
                subject: reading.subject(*subject),
                form: reading.form(*form),
                data: Shown::first(fields, NAMES, |(plain, field)| Datum { link: reading.to_field(field), sensitive: !plain }),
            }
        })
    }

    /// What they give away.
    pub fn labels(&self, reading: &Reading) -> Vec<CategoryMark> {
        reading.given_away(&self.labels)
    }
}

/// What a state gives away; nothing where nobody can be found in it any more.
pub fn labels(map: &Map, state: &State) -> Vec<Label> {
    let all = if state.form == Form::Anonymised { &[] } else { map.reach.label_sets.get(state.labels) };
    all.iter().map(|label| Label(*label)).collect()
}

impl Reading<'_> {
    /// A category as a mark; a sensitive one with the article that makes it so.
    pub fn mark(&self, id: CategoryId) -> CategoryMark {
        let known = self.model().category(id).is_sensitive().then(|| self.sensitive(id));
        let Badge { kind, text } = known.unwrap_or_else(|| Badge { kind: "kind", text: self.category(id) });
        CategoryMark { kind, text, href: self.category_link(id).href }
    }

    /// Sensitive categories as marks, and what nobody has described.
    pub fn given_away<'a>(&self, labels: impl IntoIterator<Item = &'a Label>) -> Vec<CategoryMark> {
        let one = |label: &Label| match label.category() {
            Some(category) => Some(self.mark(category)),
            None => (*label == Label::UNKNOWN).then(|| self.undescribed()),
        };
        labels.into_iter().filter_map(one).collect()
    }

    /// A mark for data of which nobody has said what they are.
    pub fn undescribed(&self) -> CategoryMark {
        CategoryMark { kind: "sensitive", text: self.word("possibly_sensitive"), href: None }
    }

    /// The gates on every way into a state.
    pub fn gates_of(&self, state: &State) -> Vec<String> {
        let gates: Vec<GateId> = self.map.reach.gate_sets.get(state.gates).iter().map(|gate| GateId(*gate)).collect();
        self.gates(&gates)
    }
}

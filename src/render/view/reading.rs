//! A map as a reader of one language sees it: titles, words, places.

use serde::Serialize;

use super::{Badge, Carried, Link, Links};
use crate::declare::{Duration, Text, Unit};
use crate::finding::Hop;
use crate::flow::Map;
use crate::flow::Processing;
use crate::law::{Form, Law};
use crate::model::{ActivityId, CategoryId, FieldId, GateId, Model, NodeId, SubjectId};
use crate::source::{Sources, Span};

/// Everything a page is made from, in one language.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What is declared and what follows.
    pub map: &'a Map,
    /// The texts it was declared in.
    pub sources: &'a Sources,
    /// The reader's language.
    pub language: &'a str,
    /// Pages.
    pub links: &'a Links,
    /// What each activity processes.
    pub processing: &'a [Processing],
    /// What each flow brings.
    pub carried: &'a [Carried],
    /// A walk for each exposure.
    pub walks: &'a [Vec<Hop>],
}

impl<'a> Reading<'a> {
    /// The model.
    pub fn model(&self) -> &'a Model {
        &self.map.model
    }

    /// What is given.
    pub fn law(&self) -> &'a Law {
        &self.map.model.law
    }

    /// A word of the register.
    pub fn word(&self, key: &str) -> String {
        self.law().word(key, self.language).to_owned()
    }

    /// The word for one of a closed list of choices: `role`, `joint-controller`; the choice as it is
    /// written where there is no word for it.
    pub fn choice(&self, list: &str, choice: &impl Serialize) -> String {
        let written = written(choice);
        let key = format!("{list}_{}", written.replace('-', "_"));
        self.law().words.get(&key).map_or(written, |text| text.in_language(self.language).to_owned())
    }

    /// A text in the reader's language.
    pub fn text(&self, text: &Text) -> String {
        text.in_language(self.language).to_owned()
    }

    /// `file:line`.
    pub fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file, place.line)
    }

    /// The title of a category.
    pub fn category(&self, id: CategoryId) -> String {
        let it = self.model().category(id);
        it.decl.title.as_ref().map_or_else(|| it.id.clone(), |text| self.text(text))
    }

    /// The title of a group of people.
    pub fn subject(&self, id: SubjectId) -> String {
        let it = self.model().subject(id);
        it.decl.title.as_ref().map_or_else(|| it.id.clone(), |text| self.text(text))
    }

    /// The title of a field.
    pub fn field(&self, id: FieldId) -> String {
        let it = self.model().field(id);
        if id == FieldId::UNKNOWN {
            return self.word("unknown_data");
        }
        it.decl.as_ref().and_then(|decl| decl.title.as_ref()).map_or_else(|| it.id.clone(), |text| self.text(text))
    }

    /// The title of a field, with its page.
    pub fn field_link(&self, id: FieldId) -> Link {
        let it = self.model().field(id);
        Link { text: self.field(id), id: it.id.clone(), href: self.links.field(&it.id) }
    }

    /// The title of a category, with its page.
    pub fn category_link(&self, id: CategoryId) -> Link {
        let it = self.model().category(id);
        Link { text: self.category(id), id: it.id.clone(), href: self.links.category(&it.id) }
    }

    /// The title of an activity, with its page.
    pub fn activity(&self, id: ActivityId) -> Link {
        let it = &self.model().activities[id.index()];
        let text = it.decl.title.as_ref().map_or_else(|| it.id.clone(), |text| self.text(text));
        Link { text, id: it.id.clone(), href: self.links.activity(&it.id) }
    }

    /// The title of a system or recipient, with its page.
    pub fn node(&self, id: NodeId) -> Link {
        let it = self.model().node(id);
        Link { text: it.title(self.language).to_owned(), id: it.id.clone(), href: self.links.node(self.model(), id) }
    }

    /// The titles of gates that say something no other of them implies.
    pub fn gates(&self, gates: &[GateId]) -> Vec<String> {
        let model = self.model();
        let title = |id: &str| {
            let decl = model.gate_named(id).and_then(|gate| model.gates[gate.index()].decl.as_ref());
            decl.and_then(|decl| decl.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
        };
        model.shown_gates(gates).into_iter().map(title).collect()
    }

    /// A country by its name, or the word for one nobody knows.
    pub fn country(&self, code: Option<&str>) -> String {
        match code {
            Some("unknown") | None => self.word("unknown_country"),
            Some(code) => self.law().country_name(code, self.language).to_owned(),
        }
    }

    /// The title of a sort of business.
    pub fn kind(&self, id: &str) -> String {
        self.law().kinds.get(id).and_then(|it| it.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// An article as it is cited.
    pub fn article(&self, id: &str) -> String {
        self.law().articles.get(id).and_then(|it| it.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// The title of the basis an activity rests on, where one is stated and known.
    pub fn basis(&self, id: ActivityId) -> Option<String> {
        let word = self.model().activity(id).decl.basis.as_ref()?;
        let title = self.law().bases.get(word)?.title.as_ref();
        Some(title.map_or_else(|| word.value.clone(), |text| self.text(text)))
    }

    /// A mark for a form.
    pub fn form(&self, form: Form) -> Badge {
        Badge { kind: form.word(), text: self.choice("form", &form) }
    }

    /// A mark for a sensitive category.
    pub fn sensitive(&self, id: CategoryId) -> Badge {
        Badge { kind: "sensitive", text: format!("{} ({})", self.category(id), self.law_on(id)) }
    }

    /// The article that makes a category sensitive.
    pub fn law_on(&self, id: CategoryId) -> String {
        match () {
            () if self.model().category(id).art9.is_some() => self.article("gdpr.9"),
            () if self.model().category(id).art10 => self.article("gdpr.10"),
            () => self.article("gdpr.87"),
        }
    }

    /// A length of time in words.
    pub fn duration(&self, duration: &Duration) -> String {
        let key = match (duration.unit, duration.count) {
            (Unit::Days, 1) => "unit_day",
            (Unit::Days, _) => "unit_days",
            (Unit::Months, 1) => "unit_month",
            (Unit::Months, _) => "unit_months",
            (Unit::Years, 1) => "unit_year",
            (Unit::Years, _) => "unit_years",
        };
        let length = format!("{} {}", duration.count, self.word(key));
        duration.after.as_ref().map_or(length.clone(), |after| format!("{length} {} {after}", self.word("after")))
    }
}

/// A choice as it is written in YAML.
pub fn written(choice: &impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

//! A map as a reader of one language sees it: titles, words, places.

use std::fmt::Display;

use serde::Serialize;

use super::{Badge, Carried, Figures, Link, Links, Names, Phrase, figures};
use crate::declare::{Date, Duration, Text, Unit};
use crate::evidence::{Evidence, Meeting};
use crate::finding::{Hop, Rule};
use crate::flow::Map;
use crate::flow::Processing;
use crate::law::Law;
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
    /// What was observed.
    pub evidence: &'a Evidence,
    /// What the map says to it.
    pub met: &'a [Meeting<'a>],
    /// Names and marks made before.
    pub names: &'a Names,
    /// Who reads it.
    pub figures: Figures,
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

    /// A language's name in itself, or its tag where the words do not know it.
    pub fn language_name(&self, tag: &str) -> String {
        let names = self.law().words.get("language_name");
        names.and_then(|it| it.by_language.get(tag)).cloned().unwrap_or_else(|| tag.to_owned())
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
        self.document(text.in_language(self.language))
    }

    /// A text that is nothing but a link says that a document is meant: whoever reads the record on its
    /// own is told what stands there, and that it cannot be read here.
    pub fn document(&self, text: &str) -> String {
        if is_link(text) { format!("{} {}", self.word("document_at"), text.trim()) } else { text.to_owned() }
    }

    /// The same, and its language where it had to be taken from another.
    pub fn phrase(&self, text: &Text) -> Phrase {
        let (text, lang) = text.spoken(self.language);
        Phrase { text: self.document(text), lang: lang.map(str::to_owned) }
    }

    /// A title in the reader's language; the id where there is none.
    pub fn title(&self, title: Option<&Text>, id: &str) -> Phrase {
        title.map_or_else(|| Phrase { text: id.to_owned(), lang: None }, |text| self.phrase(text))
    }

    /// A day as the reader writes it.
    pub fn date(&self, day: Date) -> String {
        match self.figures {
            Figures::Words => figures::day(day, |key| self.form_word(key)),
            Figures::Plain => day.to_string(),
        }
    }

    /// A word that says how something is written; nothing where nobody has said it.
    fn form_word(&self, key: &str) -> &'a str {
        self.law().words.get(key).map_or("", |text| text.in_language(self.language))
    }

    /// A word and a day: `since 1 September 2026`.
    pub fn on_day(&self, word: &str, day: Date) -> String {
        format!("{} {}", self.word(word), self.date(day))
    }

    /// A number as the reader writes it.
    pub fn number(&self, number: u64) -> String {
        match self.figures {
            Figures::Words => figures::number(number, |key| self.form_word(key)),
            Figures::Plain => number.to_string(),
        }
    }

    /// What something is and what is said of it: `role: processor`.
    pub fn pair(&self, what: impl Display, said: impl Display) -> String {
        format!("{what}{} {said}", self.form_word("colon"))
    }

    /// A number and what it counts, by the words for one and for several.
    pub fn counted(&self, number: u64, one: &str, several: &str) -> String {
        let singular = figures::is_singular(number, |key| self.form_word(key));
        format!("{} {}", self.number(number), self.word(if singular { one } else { several }))
    }

    /// `file:line`.
    pub fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.file);
        format!("{}:{}", source.path, source.position(span.start).0)
    }

    /// That a place is in the declarations of a neighbour, and whose.
    pub fn neighbour(&self, span: Span) -> Option<Badge> {
        let it = self.model().repositories.get(&span.file).filter(|it| !it.whole)?;
        Some(self.neighbour_named(&it.namespace))
    }

    /// The mark of what a neighbour declares.
    pub fn neighbour_named(&self, namespace: &str) -> Badge {
        Badge { kind: "neighbour", text: self.pair(self.word("neighbour"), namespace) }
    }

    /// What a rule finds; as the rule itself says it, in English, where no word of the register does.
    pub fn summary(&self, rule: &Rule) -> Phrase {
        let key = format!("summary_{}", rule.id.replace('-', "_"));
        let own = self.law().words.get(&key).map(|text| self.phrase(text));
        own.unwrap_or_else(|| Phrase {
            text: rule.summary.to_owned(),
            lang: Some("en").filter(|en| *en != self.language).map(str::to_owned),
        })
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
        let lang = it.decl.as_ref().and_then(|decl| decl.title.as_ref()).and_then(|title| self.phrase(title).lang);
        Link { text: self.field(id), lang, id: it.id.clone(), href: self.links.field(&it.id) }
    }

    /// The title of a category, with its page.
    pub fn category_link(&self, id: CategoryId) -> Link {
        let it = self.model().category(id);
        let Phrase { text, lang } = self.title(it.decl.title.as_deref(), &it.id);
        Link { text, lang, id: it.id.clone(), href: self.links.category(&it.id) }
    }

    /// The title of an activity, with its page.
    pub fn activity(&self, id: ActivityId) -> Link {
        let it = &self.model().activities[id.index()];
        let Phrase { text, lang } = self.title(it.decl.title.as_deref(), &it.id);
        Link { text, lang, id: it.id.clone(), href: self.links.activity(&it.id) }
    }

    /// The title of a system or recipient, with its page.
    pub fn node(&self, id: NodeId) -> Link {
        let it = self.model().node(id);
        let (text, lang) = it.spoken_title(self.language);
        Link { text: self.document(text), lang: lang.map(str::to_owned), id: it.id.clone(), href: self.links.node(self.model(), id) }
    }

    /// The title of a gate.
    pub fn gate(&self, id: &str) -> String {
        let decl = self.model().gate_named(id).and_then(|gate| self.model().gates[gate.index()].decl.as_ref());
        decl.and_then(|decl| decl.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// The titles of gates that say something no other of them implies.
    pub fn gates(&self, gates: &[GateId]) -> Vec<String> {
        self.model().shown_gates(gates).into_iter().map(|id| self.gate(id)).collect()
    }

    /// A country by its name, or the word for one nobody knows.
    pub fn country(&self, code: Option<&str>) -> String {
        match code {
            Some("unknown") | None => self.word("unknown_country"),
            Some(code) => self.law().country_name(code, self.language).to_owned(),
        }
    }

    /// Where a recipient and those who work for it are, outside the EEA.
    pub fn outside(&self, recipient: NodeId) -> Vec<String> {
        let all = self.map.countries.of(recipient);
        all.iter().filter(|it| !it.eea).map(|it| self.country(it.country.as_deref())).collect()
    }

    /// The title of a sort of business.
    pub fn kind(&self, id: &str) -> String {
        self.law().kinds.get(id).and_then(|it| it.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// The title of a legal basis.
    pub fn basis(&self, id: &str) -> String {
        self.law().bases.get(id).and_then(|it| it.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// The title of a team.
    pub fn team(&self, id: &str) -> String {
        let decl = self.model().teams.iter().find(|it| it.id == id).and_then(|it| it.decl.title.as_ref());
        decl.map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// An article as it is cited.
    pub fn article(&self, id: &str) -> String {
        self.law().articles.get(id).and_then(|it| it.title.as_ref()).map_or_else(|| id.to_owned(), |text| self.text(text))
    }

    /// The title of the basis an activity rests on, where one is stated and known.
    pub fn basis_of(&self, id: ActivityId) -> Option<String> {
        let word = self.model().activity(id).decl.basis.as_ref()?;
        self.law().bases.get(word).map(|_| self.basis(word))
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
        let (one, several) = match duration.unit {
            Unit::Days => ("unit_day", "unit_days"),
            Unit::Months => ("unit_month", "unit_months"),
            Unit::Years => ("unit_year", "unit_years"),
        };
        let length = self.counted(duration.count.into(), one, several);
        duration.after.as_ref().map_or(length.clone(), |after| format!("{length} {} {after}", self.word("after")))
    }
}

fn is_link(text: &str) -> bool {
    let text = text.trim();
    let schemes = ["http://", "https://"];
    !text.contains(char::is_whitespace) && schemes.iter().any(|it| text.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it)))
}

/// A choice as it is written in YAML.
pub fn written(choice: &impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

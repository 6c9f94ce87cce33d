//! The smallest things on a page: a value and where it comes from.

use serde::Serialize;

use super::Reading;
use crate::declare::{Date, Text};
use crate::source::{Span, Spanned};

/// Where a value comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    /// `declared`, `computed`, `missing` or `none`, for the style sheet.
    pub kind: &'static str,
    /// The same in the reader's language.
    pub word: String,
    /// `file:line`, where it is declared.
    pub place: Option<String>,
    /// Why it does not apply, or what is to be done about it.
    pub reason: Option<String>,
    /// The key under which it would have to be declared.
    pub key: Option<String>,
}

/// A mark on a value: always with a text, never by colour alone.
#[derive(Clone, Debug, Serialize)]
pub struct Badge {
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
}

/// A text for readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phrase {
    /// What it says.
    pub text: String,
    /// Its language, where that is another than the page's.
    pub lang: Option<String>,
}

/// A name, and its page if it has one.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What readers see.
    pub text: String,
    /// Its language, where that is another than the page's.
    pub lang: Option<String>,
    /// Id as declared.
    pub id: String,
    /// Page, from the root of the language.
    pub href: Option<String>,
}

/// One value in a record.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// What it says.
    pub text: String,
    /// Its language, where that is another than the page's.
    pub lang: Option<String>,
    /// The same for programs, where it is a day.
    pub day: Option<Date>,
    /// Page, from the root of the language.
    pub href: Option<String>,
    /// Marks.
    pub badges: Vec<Badge>,
    /// More about it, each on a line of its own.
    pub details: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A heading within a section and its values; never without a value.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What the values are.
    pub label: String,
    /// The values.
    pub values: Vec<Value>,
}

/// One letter of Art. 30, or a part beyond it.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The letter.
    pub letter: Option<&'static str>,
    /// What it asks for.
    pub title: String,
    /// The article.
    pub article: Option<String>,
    /// What is said.
    pub lines: Vec<Line>,
}

impl Value {
    /// With one more line about it.
    pub fn detail(mut self, text: impl Into<String>) -> Value {
        self.details.push(text.into());
        self
    }

    /// In a language that is another than the page's.
    pub fn spoken(mut self, lang: Option<String>) -> Value {
        self.lang = lang;
        self
    }

    /// With a mark.
    pub fn badge(mut self, kind: &'static str, text: impl Into<String>) -> Value {
        self.badges.push(Badge { kind, text: text.into() });
        self
    }

    /// With a page behind it.
    pub fn link(mut self, href: Option<String>) -> Value {
        self.href = href;
        self
    }
}

impl Reading<'_> {
    /// A value somebody wrote.
    pub fn declared(&self, text: impl Into<String>, span: Span) -> Value {
        let origin = Origin { kind: "declared", word: self.word("declared"), place: Some(self.place(span)), reason: None, key: None };
        self.value(text.into(), origin)
    }

    /// A text somebody wrote, in the reader's language if it is written in it.
    pub fn declared_text(&self, text: &Spanned<Text>) -> Value {
        let phrase = self.phrase(text);
        self.declared(phrase.text, text.span).spoken(phrase.lang)
    }

    /// A day somebody wrote.
    pub fn dated(&self, day: &Spanned<Date>) -> Value {
        Value { day: Some(day.value), ..self.declared(self.date(day.value), day.span) }
    }

    /// A value that follows from the map.
    pub fn computed(&self, text: impl Into<String>) -> Value {
        self.value(text.into(), Origin { kind: "computed", word: self.word("computed"), place: None, reason: None, key: None })
    }

    /// A value that ships with the program, such as a vendor's name.
    pub fn given(&self, text: impl Into<String>) -> Value {
        let reason = Some(self.word("from_catalogue"));
        self.value(text.into(), Origin { kind: "given", word: self.word("given"), place: None, reason, key: None })
    }

    /// Nobody has said it; the key is what would have to be declared.
    pub fn missing(&self, key: &str) -> Value {
        let (word, reason) = (self.word("missing"), Some(self.word("to_declare")));
        self.value(word.clone(), Origin { kind: "missing", word, place: None, reason, key: Some(key.to_owned()) })
    }

    /// It does not apply, for a reason.
    pub fn not_applicable(&self, reason: impl Into<String>) -> Value {
        let word = self.word("not_applicable");
        self.value(word.clone(), Origin { kind: "none", word, place: None, reason: Some(reason.into()), key: None })
    }

    /// A line of values; where there is none the given one stands instead.
    pub fn line(&self, label: &str, values: Vec<Value>, otherwise: Value) -> Line {
        Line { label: self.word(label), values: if values.is_empty() { vec![otherwise] } else { values } }
    }

    fn value(&self, text: String, origin: Origin) -> Value {
        Value { text: self.document(&text), lang: None, day: None, href: None, badges: Vec::new(), details: Vec::new(), origin }
    }
}

//! The edit that closes a gap, as text that can be pasted.

use super::Finding;
use crate::source::{FileId, Sources, Span, edit, scalar};

/// An edit that closes a gap. Where only people know a value, an example of it stands in angle
/// brackets: `retention: <24m>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Where it goes.
    pub edit: Edit,
    /// The YAML.
    pub yaml: String,
    /// How much has to be found out or agreed first.
    pub effort: Effort,
}

/// Where YAML goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// `key: value` more in the map that belongs to the key at this place.
    Add(Span),
    /// `key: value` more in the map that the key or value at this place stands in.
    Beside(Span),
    /// More words in the list that the word at this place stands in.
    Join(Span),
    /// In the place of the word or map at this place.
    Replace(Span),
    /// A section of its own, in any file.
    Declare,
}

/// What closing a gap takes, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// Writing down what is known.
    Write,
    /// Asking somebody.
    Ask,
    /// Agreeing on something: a contract, an assessment, a notice.
    Agree,
    /// Changing a system or what it sends.
    Change,
}

impl Effort {
    /// What it takes, in words.
    pub fn words(self) -> &'static str {
        match self {
            Effort::Write => "write down what is known",
            Effort::Ask => "ask somebody",
            Effort::Agree => "agree on something",
            Effort::Change => "change a system",
        }
    }
}

impl Fix {
    /// The YAML with its examples taken as they stand.
    pub fn filled(&self) -> String {
        let mut text = String::new();
        let mut rest = self.yaml.as_str();
        while let Some(start) = rest.find('<') {
            let Some(end) = rest[start..].find('>') else { break };
            text.push_str(&rest[..start]);
            text.push_str(&rest[start + 1..start + end]);
            rest = &rest[start + end + 1..];
        }
        text + rest
    }

    /// The file it changes and its text after the change, with the examples filled in; no file for a
    /// section of its own. Nothing where the text there has another shape than the edit expects.
    pub fn applied(&self, sources: &Sources) -> Option<(Option<FileId>, String)> {
        let yaml = self.filled();
        let (span, text) = match self.edit {
            Edit::Declare => return Some((None, yaml + "\n")),
            Edit::Add(span) => (span, edit::add(&sources.get(span.file).text, span, &yaml)),
            Edit::Beside(span) => (span, edit::beside(&sources.get(span.file).text, span, &yaml)),
            Edit::Join(span) => (span, edit::join(&sources.get(span.file).text, span, &yaml)),
            Edit::Replace(span) => (span, edit::replace(&sources.get(span.file).text, span, &yaml)),
        };
        Some((Some(span.file), text?))
    }
}

impl Finding {
    /// The edit that closes it; for a question, the answer that settles it.
    pub fn remedy(&self) -> Option<Fix> {
        let answer = || {
            self.question.as_ref()?;
            let key = scalar(&self.key);
            let yaml = format!("answers:\n  {key}: {{ answer: <what was found out>, by: <who says so>, on: <2026-01-31> }}");
            Some(Fix { edit: Edit::Declare, yaml, effort: Effort::Ask })
        };
        self.fix.clone().or_else(answer)
    }
}

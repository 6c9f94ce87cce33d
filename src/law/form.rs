//! The forms data take, from most to least exposed, and what a transform does to them.

use serde::Serialize;

/// How protected an item is. The order is exposure: `Plain` is the most exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As collected.
    Plain,
    /// Not attributable without further information, Art. 4(5) GDPR; still personal data.
    Pseudonymised,
    /// Readable only with a key the holder does not have.
    Encrypted,
    /// No longer personal data, recital 26; needs a stated method.
    Anonymised,
}

impl Form {
    /// Every form, from the most exposed.
    pub const ALL: [Form; 4] = [Form::Plain, Form::Pseudonymised, Form::Encrypted, Form::Anonymised];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Pseudonymised => "pseudonymised",
            Form::Encrypted => "encrypted",
            Form::Anonymised => "anonymised",
        }
    }

    /// The form a word names.
    pub fn named(word: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.word() == word)
    }
}

/// What a chain of transforms does: keep the more protected of the form that comes in and `form`,
/// unless `undo`, which leads to `form` whatever came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The form it leads to at least.
    pub form: Form,
    /// Protection is taken away first.
    pub undo: bool,
}

impl Step {
    /// Changes nothing.
    pub const NONE: Step = Step { form: Form::Plain, undo: false };

    /// The form that comes out.
    pub fn apply(self, form: Form) -> Form {
        if self.undo { self.form } else { form.max(self.form) }
    }

    /// This step, then another.
    pub fn then(self, next: Step) -> Step {
        if next.undo { next } else { Step { form: self.form.max(next.form), undo: self.undo } }
    }

    /// Sorts steps from the one that exposes most.
    pub fn exposure(self) -> [Form; 4] {
        Form::ALL.map(|form| self.apply(form))
    }
}

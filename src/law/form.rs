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

/// What transforms do: the form that comes out for each form that goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step([Form; 4]);

impl Step {
    /// Changes nothing.
    pub const NONE: Step = Step(Form::ALL);

    /// A transform that protects: the more protected of what goes in and `form` comes out.
    pub fn to(form: Form) -> Step {
        Step(Form::ALL.map(|known| known.max(form)))
    }

    /// A transform that takes protection away: `form` comes out whatever goes in.
    pub fn back_to(form: Form) -> Step {
        Step([form; 4])
    }

    /// The form that comes out.
    pub fn apply(self, form: Form) -> Form {
        self.0[form as usize]
    }

    /// This step, then another.
    pub fn then(self, next: Step) -> Step {
        Step(self.0.map(|form| next.apply(form)))
    }

    /// What two steps leave where either may apply: the more exposed form.
    pub fn or(self, other: Step) -> Step {
        Step(Form::ALL.map(|form| self.apply(form).min(other.apply(form))))
    }
}

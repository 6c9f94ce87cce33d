//! What can be said: rules as data, findings with places, keys made of meaning.

mod language;
mod rule;
mod said;

pub use language::{
    DUPLICATE_ID, DUPLICATE_KEY, EMPTY_SELECTION, EXCLUDED_BY_REVEAL, FEATURE_MISMATCH, INVALID_ID, INVALID_LOCK, INVALID_SYNTAX,
    INVALID_VALUE, ITEM_NOT_HELD, LANGUAGE, LIMIT_EXCEEDED, NAME_CLASH, NOTHING_DECLARED, UNKNOWN_KEY, UNKNOWN_NAME, UNREADABLE_FILE,
};
pub use rule::{Basis, Level, Rule};
pub use said::{Edit, Effort, Finding, Findings, Fix, Hop, Label, Subject};

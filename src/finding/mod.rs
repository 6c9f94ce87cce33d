//! What can be said: rules as data, findings with places, keys made of meaning.

mod fix;
mod language;
mod rule;
mod said;
mod words;

pub use fix::{Edit, Effort, Fix};
pub use language::{
    CONFLICTING_IMPORT, DANGLING_IMPORT, DUPLICATE_ID, DUPLICATE_KEY, EMPTY_SELECTION, EVIDENCE_UNREAD, EXCLUDED_BY_REVEAL,
    FEATURE_MISMATCH, INVALID_ID, INVALID_LOCK, INVALID_SYNTAX, INVALID_VALUE, ITEM_NOT_HELD, LANGUAGE, LIMIT_EXCEEDED, NAME_CLASH,
    NOTHING_DECLARED, UNKNOWN_KEY, UNKNOWN_NAME, UNREADABLE_FILE,
};
pub use rule::{Basis, Level, Rule};
pub use said::{Finding, Findings, Hop, Label, Subject};
pub use words::{capital, few, listed};

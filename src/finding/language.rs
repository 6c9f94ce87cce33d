//! The rules of the language itself: what stands in the way of knowing what is meant.

use super::{Basis, Level, Rule};
use crate::source::ProblemKind;

/// Every rule of the language, in the order of this file.
pub static LANGUAGE: &[&Rule] = &[
    &UNREADABLE_FILE,
    &LIMIT_EXCEEDED,
    &INVALID_SYNTAX,
    &NOTHING_DECLARED,
    &INVALID_LOCK,
    &EVIDENCE_UNREAD,
    &DUPLICATE_KEY,
    &UNKNOWN_KEY,
    &INVALID_VALUE,
    &INVALID_ID,
    &DUPLICATE_ID,
    &NAME_CLASH,
    &UNKNOWN_NAME,
    &DANGLING_IMPORT,
    &CONFLICTING_IMPORT,
    &ITEM_NOT_HELD,
    &EMPTY_SELECTION,
    &FEATURE_MISMATCH,
    &EXCLUDED_BY_REVEAL,
];

/// After these the work could not be done, whatever else was found.
pub(super) static FATAL: &[&Rule] =
    &[&UNREADABLE_FILE, &LIMIT_EXCEEDED, &INVALID_SYNTAX, &NOTHING_DECLARED, &INVALID_LOCK, &EVIDENCE_UNREAD];

/// The rule that a problem with a text belongs to.
pub(super) fn of(kind: ProblemKind) -> &'static Rule {
    match kind {
        ProblemKind::Unreadable => &UNREADABLE_FILE,
        ProblemKind::TooLarge => &LIMIT_EXCEEDED,
        ProblemKind::Syntax => &INVALID_SYNTAX,
        ProblemKind::Nothing => &NOTHING_DECLARED,
        ProblemKind::DuplicateKey => &DUPLICATE_KEY,
        ProblemKind::UnknownKey => &UNKNOWN_KEY,
        ProblemKind::InvalidValue => &INVALID_VALUE,
    }
}

const fn rule(id: &'static str, summary: &'static str, doc: &'static str) -> Rule {
    Rule { id, summary, level: Level::Error, basis: Basis::Language, since: "0.1", citations: &[], doc }
}

/// A file or folder of the project cannot be read.
pub static UNREADABLE_FILE: Rule =
    rule("unreadable-file", "a file or folder of the project cannot be read", include_str!("docs/unreadable-file.md"));

/// A text passes a limit of size, depth or number of values.
pub static LIMIT_EXCEEDED: Rule =
    rule("limit-exceeded", "a text passes a limit of size, depth or number of values", include_str!("docs/limit-exceeded.md"));

/// A file is not YAML 1.2.
pub static INVALID_SYNTAX: Rule = rule("invalid-syntax", "a file is not YAML 1.2", include_str!("docs/invalid-syntax.md"));

/// The project declares nothing, so nothing could be checked.
pub static NOTHING_DECLARED: Rule =
    rule("nothing-declared", "the project declares nothing, so nothing could be checked", include_str!("docs/nothing-declared.md"));

/// A line of `ropa.lock` cannot be read, so nothing could be compared with it.
pub static INVALID_LOCK: Rule = rule(
    "invalid-lock",
    "a line of `ropa.lock` cannot be read, so nothing could be compared with it",
    include_str!("docs/invalid-lock.md"),
);

/// A key stands twice in one map.
pub static DUPLICATE_KEY: Rule = rule("duplicate-key", "a key stands twice in one map", include_str!("docs/duplicate-key.md"));

/// A capture says nothing: it is missing, empty, cut off or of another kind.
pub static EVIDENCE_UNREAD: Rule =
    rule("evidence-unread", "a capture that evidence names is missing, empty or not of its kind", include_str!("docs/evidence-unread.md"));

/// A key that the language does not have.
pub static UNKNOWN_KEY: Rule = rule("unknown-key", "a key that the language does not have", include_str!("docs/unknown-key.md"));

/// A value that is not of the form its key takes.
pub static INVALID_VALUE: Rule =
    rule("invalid-value", "a value that is not of the form its key takes", include_str!("docs/invalid-value.md"));

/// An id with characters an id cannot have.
pub static INVALID_ID: Rule = rule("invalid-id", "an id with characters an id cannot have", include_str!("docs/invalid-id.md"));

/// An id is declared twice.
pub static DUPLICATE_ID: Rule = rule("duplicate-id", "an id is declared twice", include_str!("docs/duplicate-id.md"));

/// One name stands for two kinds of thing.
pub static NAME_CLASH: Rule = rule("name-clash", "one name stands for two kinds of thing", include_str!("docs/name-clash.md"));

/// A name that nothing declares.
pub static UNKNOWN_NAME: Rule = rule("unknown-name", "a name that nothing declares", include_str!("docs/unknown-name.md"));

/// A name of a repository that the project does not import.
pub static DANGLING_IMPORT: Rule =
    rule("dangling-import", "something is named that belongs to a repository nobody imports", include_str!("docs/dangling-import.md"));

/// Two repositories mean different things by one word of the dictionary they share.
pub static CONFLICTING_IMPORT: Rule = rule(
    "conflicting-import",
    "two repositories mean different things by one word of the dictionary they share",
    include_str!("docs/conflicting-import.md"),
);

/// A system passes on by name what it never holds.
pub static ITEM_NOT_HELD: Rule =
    rule("item-not-held", "a system passes on by name what it never holds", include_str!("docs/item-not-held.md"));

/// A word that takes nothing.
pub static EMPTY_SELECTION: Rule = rule("empty-selection", "a word that takes nothing", include_str!("docs/empty-selection.md"));

/// A vendor's feature and its flow say different things.
pub static FEATURE_MISMATCH: Rule =
    rule("feature-mismatch", "a vendor's feature and its flow say different things", include_str!("docs/feature-mismatch.md"));

/// An exclusion took a field away for what it reveals, which marking a field sensitive can cause.
pub static EXCLUDED_BY_REVEAL: Rule = Rule {
    level: Level::Note,
    ..rule("excluded-by-reveal", "a field is left out of a flow for what it reveals", include_str!("docs/excluded-by-reveal.md"))
};

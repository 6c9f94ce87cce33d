//! A rule is data; what looks for it lives in the room that knows the facts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding weighs; `--fail-on` names one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// A gap that should be closed.
    Warning,
    /// Fails the check.
    Error,
}

impl Level {
    /// Every level, from the lightest.
    pub const ALL: [Level; 3] = [Level::Note, Level::Warning, Level::Error];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The grammar and the names of the declarations.
    Language,
    /// The text of a law or a judgment.
    Statute,
    /// A regulator's guidance or decision.
    Guidance,
    /// A rule of thumb.
    Heuristic,
    /// A policy of the project's own.
    House,
    /// What was accepted, waived or answered, held against what there is.
    Lock,
}

impl Basis {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Basis::Language => "language",
            Basis::Statute => "statute",
            Basis::Guidance => "guidance",
            Basis::Heuristic => "heuristic",
            Basis::House => "house",
            Basis::Lock => "lock",
        }
    }
}

/// What the reader is told about a rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable name, what one would allow: `undocumented-flow`.
    pub id: &'static str,
    /// One sentence: the state of things it finds.
    pub summary: &'static str,
    /// The highest level a finding of it has by itself.
    pub level: Level,
    /// What it rests on.
    pub basis: Basis,
    /// The version of the program that first had it.
    pub since: &'static str,
    /// Ids of `articles` in `registry/law.yaml`.
    pub citations: &'static [&'static str],
    /// The page `ropa explain` shows; its marked examples are tests.
    pub doc: &'static str,
}

impl Rule {
    /// Whether a waiver can answer for its findings, or the lock count them as debt: the language, the
    /// lock and waivers answer for themselves.
    pub fn can_be_waived(&self) -> bool {
        !matches!(self.basis, Basis::Language | Basis::Lock)
    }

    /// Whether the work could not be done at all, which is exit status 2.
    pub fn is_fatal(&self) -> bool {
        super::language::FATAL.iter().any(|rule| rule.id == self.id)
    }
}

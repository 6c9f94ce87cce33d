//! What can be wrong with a text before anything is known of its meaning.

use super::Span;

/// One thing wrong with a text, at its place.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What sort of thing is wrong.
    pub kind: ProblemKind,
    /// Where it stands.
    pub span: Span,
    /// What is the case.
    pub message: String,
    /// The edit to make, if one can be named.
    pub help: Option<String>,
    /// Another place that belongs to it, with what it says there.
    pub other: Option<(Span, String)>,
}

/// The sorts of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file or folder cannot be opened, or is not text.
    Unreadable,
    /// A size, depth or node limit is passed.
    TooLarge,
    /// Not YAML.
    Syntax,
    /// Nothing is declared at all.
    Nothing,
    /// A key stands twice in one map.
    DuplicateKey,
    /// A key the language does not have.
    UnknownKey,
    /// A value that is not of the form its key takes.
    InvalidValue,
}

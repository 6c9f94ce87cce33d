//! `ropa diff`: what is otherwise between two states, for people, for programs and for pull requests.

mod json;
mod markdown;
mod said;
mod text;

use crate::diff::Diff;
use crate::source::Sources;
use crate::source::owners::Owners;

use said::Line;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

/// One state as it is shown.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The commit it is, if it is one.
    pub commit: Option<&'a str>,
    /// Its texts.
    pub sources: &'a Sources,
    /// Nothing was declared in it.
    pub empty: bool,
}

/// Two states and what is otherwise.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// What was compared with.
    pub base: Side<'a>,
    /// What was compared.
    pub head: Side<'a>,
    /// What is otherwise.
    pub diff: &'a Diff,
    /// The lock of the second state could be read, if there is one.
    pub readable: bool,
    /// Where the lock lies, from the root of the repository.
    pub lock: &'a str,
    /// Who has to review what, if anybody has said.
    pub owners: Option<&'a Owners>,
}

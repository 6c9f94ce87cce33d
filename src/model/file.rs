//! The files the declarations stand in.

use crate::declare::{Layer, Word};
use crate::source::FileId;

/// A file of declarations.
#[derive(Clone, Debug)]
pub struct DeclarationFile {
    /// Which text it is.
    pub file: FileId,
    /// Who says it.
    pub layer: Layer,
    /// Who runs what it declares, where it says nothing else.
    pub team: Option<Word>,
    /// How much it holds of each section, in the order of the language; without those it has nothing of.
    pub holds: Vec<(&'static str, usize)>,
}

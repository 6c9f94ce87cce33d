//! Categories, subjects and fields with what follows from them alone.

use super::ids::{CategoryId, SubjectId};
use crate::declare::{CategoryDecl, FieldDecl, SubjectDecl};
use crate::source::Span;

/// A category; what its ancestors say holds for it too.
#[derive(Clone, Debug)]
pub struct Category {
    /// Dotted id.
    pub id: String,
    /// The part before the last dot.
    pub parent: Option<CategoryId>,
    /// How many ancestors it has.
    pub depth: u32,
    /// Kind of Art. 9(1) data, own or inherited.
    pub art9: Option<String>,
    /// Art. 10, own or inherited.
    pub art10: bool,
    /// National identifier, own or inherited.
    pub national_id: bool,
    /// About a person.
    pub personal: bool,
    /// As written.
    pub decl: CategoryDecl,
    /// Where.
    pub span: Span,
}

impl Category {
    /// Art. 9, Art. 10 or a national identifier.
    pub fn is_sensitive(&self) -> bool {
        self.art9.is_some() || self.art10 || self.national_id
    }

    /// A word on what makes it sensitive, for messages.
    pub fn law(&self) -> &'static str {
        match () {
            () if self.art9.is_some() => "Art. 9",
            () if self.art10 => "Art. 10",
            () if self.national_id => "Art. 87",
            () => "",
        }
    }
}

/// A group of people.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Id.
    pub id: String,
    /// The wider group.
    pub is: Option<SubjectId>,
    /// As written.
    pub decl: SubjectDecl,
    /// Where.
    pub span: Span,
}

/// A field: declared in the dictionary, derived somewhere, or both.
#[derive(Clone, Debug)]
pub struct Field {
    /// Id.
    pub id: String,
    /// Its own categories; for a derived name without dictionary entry, those of its inputs.
    pub is: Vec<CategoryId>,
    /// What it gives away: declared, and for a derived name all that any input is or reveals.
    pub reveals: Vec<CategoryId>,
    /// What the dictionary says it reveals, without what follows from derivation.
    pub declared_reveals: Vec<CategoryId>,
    /// `is`, with all ancestors; sorted.
    pub is_closed: Vec<CategoryId>,
    /// `reveals`, with all ancestors; sorted.
    pub reveals_closed: Vec<CategoryId>,
    /// Nobody has said what it is.
    pub unknown: bool,
    /// Nobody has said all it gives away: it is derived from something unknown, directly or in steps.
    pub reveals_unknown: bool,
    /// As written in the dictionary.
    pub decl: Option<FieldDecl>,
    /// Where it is declared, or first derived.
    pub span: Span,
}

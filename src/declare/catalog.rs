//! The data dictionary: categories, fields, subjects, and the gates that hold flows back.

use serde::{Deserialize, Serialize};

use super::value::{Date, Text, Word};
use crate::source::{Bare, Many, Maybe, Spanned};

/// How carefully a category is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandlingLevel {
    /// May be published.
    Public,
    /// For the organisation.
    Internal,
    /// For those who need it.
    Confidential,
    /// For named persons.
    Restricted,
}

/// A category of data; a dot in its id inherits from the part before it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct CategoryDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// The kind of Art. 9(1) data it is.
    pub art9: Maybe<Word>,
    /// Data on convictions and offences, Art. 10.
    pub art10: Maybe<Spanned<bool>>,
    /// A national identification number, Art. 87.
    pub national_id: Maybe<Spanned<bool>>,
    /// `false` for what is not about a person.
    pub personal: Maybe<Spanned<bool>>,
    /// Handling class.
    pub level: Maybe<Spanned<HandlingLevel>>,
    /// The group of the CNIL's form it is listed in.
    pub group: Maybe<Word>,
    /// Term of the W3C Data Privacy Vocabulary.
    pub dpv: Maybe<Word>,
}

/// A field: its category, or a map when there is more to say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FieldDecl {
    /// The categories it belongs to; `unknown` is allowed.
    pub is: Many<Word>,
    /// The categories it gives away.
    pub reveals: Many<Word>,
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// Why it reveals them.
    pub why: Maybe<Spanned<Text>>,
    /// `system.table.column` of the stores it lives in.
    pub columns: Many<Word>,
}

impl Bare for FieldDecl {
    type Form = Many<Word>;
    fn bare(is: Many<Word>) -> Self {
        FieldDecl { is, ..FieldDecl::default() }
    }
}

/// A group of people.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SubjectDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// The wider group: a customer is a visitor too.
    pub is: Maybe<Word>,
    /// Needs special care (recital 75).
    pub vulnerable: Maybe<Spanned<bool>>,
    /// Children (Art. 8).
    pub child: Maybe<Spanned<bool>>,
    /// About how many people.
    pub count: Maybe<Spanned<u64>>,
}

impl Bare for SubjectDecl {
    type Form = Spanned<Text>;
    fn bare(title: Spanned<Text>) -> Self {
        SubjectDecl { title: Maybe::from(title), ..SubjectDecl::default() }
    }
}

/// What holds a flow back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// Consent, Art. 6(1)(a).
    Consent,
    /// Explicit consent, Art. 9(2)(a).
    ExplicitConsent,
    /// Flows unless the person objects.
    OptOut,
    /// Somebody's approval.
    Approval,
}

/// Something that can hold a flow back.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct GateDecl {
    /// What readers see.
    pub title: Maybe<Spanned<Text>>,
    /// What it asks; by default what its name says.
    pub kind: Maybe<Spanned<GateKind>>,
    /// The activities it was asked for; empty means any.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// Where the answers are kept.
    pub proof: Maybe<Word>,
    /// How it is withdrawn.
    pub withdrawal: Maybe<Word>,
    /// In use since.
    pub since: Maybe<Spanned<Date>>,
    /// The recipients it named.
    pub named: Many<Word>,
    /// The version of the list it showed.
    pub list_version: Maybe<Word>,
}

//! The policies of the house: what must not go where.

use serde::{Deserialize, Serialize};

use super::recipient::Role;
use super::value::{Text, Word};
use crate::finding::Level;
use crate::source::{Bare, Many, Maybe, Short, Spanned};

/// What must not go where, unless something holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct PolicyDecl {
    /// What is denied; it also takes what reveals a category it names.
    pub deny: Many<Word>,
    /// Denied in these forms only; else in every form but `anonymised`.
    pub form: Many<Word>,
    /// Denied for these activities, or those with these tags; else for all.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// Where it must not go: `external`, or what all of these keys say.
    pub to: Maybe<Short<TargetDecl>>,
    /// What lifts it: all of these keys together.
    pub unless: Maybe<ExceptionDecl>,
    /// How much a finding weighs: `error` unless it says otherwise.
    pub level: Maybe<Spanned<Level>>,
    /// Why the house has it.
    pub why: Maybe<Spanned<Text>>,
}

/// Systems and recipients that all its keys describe; of a list, one word must fit.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct TargetDecl {
    /// `external`: any recipient.
    pub scope: Maybe<Word>,
    /// Legal role in the flow.
    pub role: Many<Spanned<Role>>,
    /// Kind of business.
    pub kind: Many<Word>,
    /// Where the data go, those who work for the recipient included; `outside-eea` for any third country.
    pub country: Many<Word>,
    /// Recipients by id.
    pub recipient: Many<Word>,
    /// The organisation's own systems by id.
    pub system: Many<Word>,
    /// Zone of the system or recipient.
    pub zone: Many<Word>,
    /// Tag of the system or recipient.
    pub tag: Many<Word>,
}

impl Bare for TargetDecl {
    type Form = Word;
    fn bare(scope: Word) -> Self {
        TargetDecl { scope: Maybe::from(scope), ..TargetDecl::default() }
    }
}

/// What lifts a policy: the flow passes a gate, the item has a form, the basis is one of these, or the
/// target is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ExceptionDecl {
    /// Gates on every way.
    pub gate: Many<Word>,
    /// Form on arrival.
    pub form: Many<Word>,
    /// Basis of the flow for its activity.
    pub basis: Many<Word>,
    /// Activities, or their tags.
    #[serde(rename = "for")]
    pub activities: Many<Word>,
    /// Legal role in the flow.
    pub role: Many<Spanned<Role>>,
    /// Kind of business.
    pub kind: Many<Word>,
    /// Where the data go.
    pub country: Many<Word>,
    /// Recipients by id.
    pub recipient: Many<Word>,
    /// Systems by id.
    pub system: Many<Word>,
    /// Zone of the system or recipient.
    pub zone: Many<Word>,
    /// Tag of the system or recipient.
    pub tag: Many<Word>,
}

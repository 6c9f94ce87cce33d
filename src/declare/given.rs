//! What `registry/` gives: countries, articles, bases, mechanisms, transforms, vendors, words. A
//! team may write the same sections to extend or correct them.

use serde::{Deserialize, Serialize};

use super::system::Ground;
use super::value::{Date, Text, Word};
use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// A country or international organisation.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct CountryDecl {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// Whether, or from when to when, it belongs to the EEA.
    pub eea: Maybe<Short<EeaDecl>>,
    /// Adequacy decisions, Art. 45.
    pub adequacy: Many<AdequacyDecl>,
    /// Its rule on national identifiers, Art. 87.
    pub national_id: Maybe<NationalIdDecl>,
    /// Consent of children to online services.
    pub child_consent: Maybe<ChildConsentDecl>,
}

/// Membership of the EEA.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct EeaDecl {
    /// Plainly yes or no.
    pub member: Maybe<Spanned<bool>>,
    /// First day.
    pub from: Maybe<Spanned<Date>>,
    /// First day without.
    pub until: Maybe<Spanned<Date>>,
}

impl Bare for EeaDecl {
    type Form = Spanned<bool>;
    fn bare(member: Spanned<bool>) -> Self {
        EeaDecl { member: Maybe::from(member), ..EeaDecl::default() }
    }
}

/// An adequacy decision and how far it reaches.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AdequacyDecl {
    /// First day it holds.
    pub from: Maybe<Spanned<Date>>,
    /// First day it no longer holds.
    pub until: Maybe<Spanned<Date>>,
    /// `all`, or the group of organisations it covers.
    pub scope: Maybe<Word>,
    /// Number of the decision.
    #[serde(rename = "ref")]
    pub reference: Maybe<Word>,
}

/// National conditions for an identification number.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NationalIdDecl {
    /// The article.
    pub law: Maybe<Word>,
    /// The grounds that law knows, of those `justified:` can name; none listed means any.
    pub grounds: Many<Spanned<Ground>>,
}

/// Art. 8 GDPR as a country has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ChildConsentDecl {
    /// Years from which a child consents by itself.
    pub age: Maybe<Spanned<u64>>,
    /// Article of the law, from `articles`.
    pub law: Maybe<Word>,
}

/// An article, recital, judgment or guideline.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ArticleDecl {
    /// How it is cited.
    pub title: Maybe<Spanned<Text>>,
    /// What it asks, in plain words.
    pub says: Maybe<Spanned<Text>>,
}

/// A legal basis of Art. 6(1).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct BasisDecl {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// Its letter.
    pub article: Maybe<Word>,
    /// Flows that rest on it need a gate that asks for consent.
    pub gate: Maybe<Spanned<bool>>,
}

/// A condition of Art. 9(2).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ConditionDecl {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// Its letter.
    pub article: Maybe<Word>,
    /// Flows that rest on it need a gate that asks for explicit consent.
    pub gate: Maybe<Spanned<bool>>,
    /// It holds only with a law of the Union or a member state.
    pub national_law: Maybe<Spanned<bool>>,
}

/// An instrument of Chapter V.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct MechanismDecl {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// Its article.
    pub article: Maybe<Word>,
    /// First day it can be used.
    pub from: Maybe<Spanned<Date>>,
    /// First day it can no longer be used.
    pub until: Maybe<Spanned<Date>>,
    /// The only countries it serves.
    pub countries: Many<Word>,
    /// It rests on the adequacy decision of this scope.
    pub adequacy: Maybe<Word>,
}

/// A transform and the form it leads to.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TransformDecl {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// `pseudonymised`, `encrypted`, `anonymised` or `plain`.
    pub to: Maybe<Word>,
    /// It takes protection away instead of adding it.
    pub undo: Maybe<Spanned<bool>>,
}

/// A sort of business that a recipient can be.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct KindDecl {
    /// Its business is finding, grouping or trading people's data: special categories do not go there unasked.
    pub adtech: Maybe<Spanned<bool>>,
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// What is asked about a recipient of this kind, wherever personal data reach it.
    pub asks: Maybe<Spanned<Text>>,
}

/// What is known of a vendor.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct VendorDecl {
    /// Legal entity that contracts with customers in Europe.
    pub name: Maybe<Word>,
    /// Where it is established.
    pub country: Maybe<Word>,
    /// Where it processes.
    pub processing: Many<Word>,
    /// What sort of business it is.
    pub kind: Maybe<Word>,
    /// Host names it receives data at.
    pub hosts: Many<Word>,
    /// Categories it can match back to people.
    pub matches: Many<Word>,
    /// Its sub-functions.
    pub features: Entries<VendorFeature>,
    /// Where this is said.
    pub source: Maybe<Word>,
    /// Day somebody looked.
    pub checked: Maybe<Spanned<Date>>,
}

/// A vendor's sub-function.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct VendorFeature {
    /// Its name.
    pub title: Maybe<Spanned<Text>>,
    /// It takes more data than the tag alone.
    pub widens: Maybe<Spanned<bool>>,
}

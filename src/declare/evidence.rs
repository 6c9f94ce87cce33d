//! Evidence: what captures a project holds against its map, and how requests and code tell to whom they
//! send what.

use serde::{Deserialize, Serialize};

use super::value::{Date, Word};
use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// Captures of one kind, held against the map.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct EvidenceDecl {
    /// How they are written: `har`, `gtm`, …; `ropa observe --help` lists the kinds.
    pub kind: Maybe<Word>,
    /// Where they lie below the project's folder; `*` and `**` stand for parts of a path.
    pub files: Many<Word>,
    /// The system that sends what they show.
    pub of: Maybe<Word>,
    /// Domains of the organisation itself: what goes there is no flow to a recipient.
    pub first_party: Many<Word>,
    /// A file with the values of a made-up person, by subject and field.
    pub persona: Maybe<Word>,
    /// The gates that were open when it was captured; `none` before any choice, or after a refusal. Nothing
    /// where nobody has written it down.
    pub consented: Many<Word>,
    /// Addresses that give something away, as patterns, with the categories they reveal.
    pub sensitive_pages: Entries<Many<Word>>,
    /// Day of the capture.
    pub on: Maybe<Spanned<Date>>,
}

/// How a vendor is told from requests, code and packages.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct SignatureDecl {
    /// Where data arrive.
    pub endpoints: Entries<EndpointDecl>,
    /// Addresses of its own code: loading it shows what any request shows.
    pub scripts: Many<Word>,
    /// Page code that calls it, up to the bracket.
    pub calls: Entries<CallDecl>,
    /// Types of tags in a tag manager, and the function each stands for.
    pub tags: Entries<Word>,
    /// Templates of a tag manager's gallery, as `owner/repository`, and the function each stands for.
    pub templates: Entries<Word>,
    /// Packages, by registry.
    pub packages: Entries<Many<Word>>,
    /// Where this is said.
    pub source: Maybe<Word>,
    /// Day somebody looked.
    pub checked: Maybe<Spanned<Date>>,
}

/// An address at which a vendor receives data.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct EndpointDecl {
    /// Host and path: `facebook.com/tr`, with its subdomains; `*` in a path is any run of characters. The host
    /// `*` is any, where the path, or parameters after `?`, tell enough.
    pub at: Many<Word>,
    /// The vendor's sub-function it serves.
    pub feature: Maybe<Word>,
    /// What it is on a host of the organisation itself: its own, and no recipient.
    pub self_hosted: Maybe<Spanned<bool>>,
    /// What its parameters are.
    pub parameters: Entries<Short<ParameterDecl>>,
}

/// A call in page code.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct CallDecl {
    /// The vendor's sub-function it serves.
    pub feature: Maybe<Word>,
    /// What the keys of the object it passes are.
    pub parameters: Entries<Short<ParameterDecl>>,
}

/// What a parameter is.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ParameterDecl {
    /// Its category; `unknown` where each site chooses what it sends there.
    pub is: Maybe<Word>,
    /// The vendor's sub-function that it shows to be on, where it is another than the endpoint's.
    pub feature: Maybe<Word>,
}

impl Bare for ParameterDecl {
    type Form = Word;
    fn bare(is: Word) -> Self {
        ParameterDecl { is: Maybe::from(is), ..ParameterDecl::default() }
    }
}

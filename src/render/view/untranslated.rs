//! Texts of the project that a page has to show in another language than its own.

use serde::Serialize;

use super::{Phrase, Reading};

/// One such text.
#[derive(Clone, Debug, Serialize)]
pub struct UntranslatedRow {
    /// The keys that lead to it: `activities.ads.purpose`.
    pub path: String,
    /// The languages it is written in, each by its own name.
    pub languages: Vec<Phrase>,
    /// `file:line`.
    pub place: String,
}

/// Every such text, by place.
pub fn untranslated(reading: &Reading) -> Vec<UntranslatedRow> {
    let name = |tag: &String| Phrase { text: reading.language_name(tag), lang: Some(tag.clone()) };
    let row = |it: &crate::source::Translated| UntranslatedRow {
        path: it.path.clone(),
        languages: it.languages.iter().map(name).collect(),
        place: reading.place(it.span),
    };
    reading.model().untranslated(reading.language).map(row).collect()
}

//! Texts of the project that are written by language.

use std::collections::BTreeMap;

use crate::declare::{DeclaredFile, Layer, Settings};
use crate::source::Translated;

/// Every such text, by place. One that is laid over a given text can be read in the languages of both.
pub(super) fn own(settings: &Settings, files: &[DeclaredFile]) -> Vec<Translated> {
    let of = |layer: Layer| files.iter().filter(move |file| file.layer == layer).flat_map(|file| &file.texts);
    let mut all: Vec<Translated> = settings.texts.iter().chain(of(Layer::Project)).cloned().collect();
    if all.is_empty() {
        return all;
    }
    let given: BTreeMap<&str, &[String]> = of(Layer::Given).map(|it| (it.path.as_str(), it.languages.as_slice())).collect();
    for text in &mut all {
        text.languages.extend(given.get(text.path.as_str()).into_iter().copied().flatten().cloned());
    }
    all.sort_by_key(|it| it.span);
    // An alias is read once for each place it stands for.
    all.dedup_by_key(|it| it.span);
    all
}

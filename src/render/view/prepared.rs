//! What is made of a map once, whatever language it is read in.

use super::{Carried, Figures, Links, Names, Reading, carried};
use crate::finding::Hop;
use crate::flow::Map;
use crate::source::Sources;

/// A map with its pages, the walks of its exposures, and what each flow brings.
pub struct Prepared<'a> {
    map: &'a Map,
    sources: &'a Sources,
    links: Links,
    carried: Vec<Carried>,
    walks: Vec<Vec<Hop>>,
}

impl<'a> Prepared<'a> {
    /// Makes all of it.
    pub fn of(map: &'a Map, sources: &'a Sources) -> Prepared<'a> {
        let walks = map.walks();
        Prepared {
            links: Links::of(map),
            carried: carried(map),
            walks: map.exposures.iter().map(|exposure| walks.hops(&walks.witness(exposure))).collect(),
            map,
            sources,
        }
    }

    /// The map as a reader of one language sees it.
    pub fn reading<'b>(&'b self, language: &'b str, names: &'b Names, figures: Figures) -> Reading<'b> {
        Reading {
            map: self.map,
            sources: self.sources,
            language,
            links: &self.links,
            processing: &self.map.processing,
            carried: &self.carried,
            walks: &self.walks,
            names,
            figures,
        }
    }
}

//! What is made of a map once, whatever language it is read in.

use super::{Carried, Figures, Links, Names, Reading, carried};
use crate::evidence::{Evidence, Meeting, meetings};
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
    evidence: &'a Evidence,
    met: Vec<Meeting<'a>>,
}

/// Nothing was observed.
static NOTHING: Evidence = Evidence { captured: Vec::new() };

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
            evidence: &NOTHING,
            met: Vec::new(),
        }
    }

    /// With what was observed.
    pub fn observed(self, evidence: &'a Evidence) -> Prepared<'a> {
        Prepared { evidence, met: meetings(self.map, evidence), ..self }
    }

    /// The map as a reader of one language sees it.
    pub fn reading<'b>(&'b self, language: &'b str, names: &'b Names, figures: Figures) -> Reading<'b> {
        Reading {
            map: self.map,
            sources: self.sources,
            language,
            links: &self.links,
            processing: self.map.processing(),
            carried: &self.carried,
            walks: &self.walks,
            evidence: self.evidence,
            met: &self.met,
            names,
            figures,
        }
    }
}

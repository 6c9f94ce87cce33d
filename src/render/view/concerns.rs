//! Which gaps concern an activity, a system or a recipient: read out of their keys, which name what they mean.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Badge, Reading};
use crate::model::{ActivityId, Model, NodeId};
use crate::verdict::{Judged, Verdict};

/// A gap as another page mentions it.
#[derive(Clone, Debug, Serialize)]
pub struct Concern {
    /// Its level, or that it is waived.
    pub level: Badge,
    /// What is the case; every second piece stood in backticks.
    pub message: Vec<String>,
    /// Its place on the page of gaps.
    pub anchor: String,
}

/// The findings about each activity, system and recipient, by their positions in the verdict.
#[derive(Clone, Debug, Default)]
pub struct Concerns {
    activities: BTreeMap<ActivityId, BTreeSet<usize>>,
    nodes: BTreeMap<NodeId, BTreeSet<usize>>,
}

impl Concerns {
    /// Reads the keys of all findings: they name activities, systems, recipients, and flows between and for these.
    pub fn of(model: &Model, verdict: &Verdict) -> Concerns {
        let mut all = Concerns::default();
        for (at, it) in verdict.findings.iter().enumerate() {
            for part in it.finding.key.split('@').skip(1) {
                let flow = model.flow_named(part).map(|id| model.flow(id));
                for id in model.activity_named(part).iter().chain(flow.iter().flat_map(|flow| &flow.activities)) {
                    all.activities.entry(*id).or_default().insert(at);
                }
                for id in model.node_named(part).iter().chain(flow.iter().flat_map(|flow| [&flow.from, &flow.to])) {
                    all.nodes.entry(*id).or_default().insert(at);
                }
            }
        }
        all
    }

    /// The gaps about an activity and its flows.
    pub fn activity(&self, reading: &Reading, verdict: &Verdict, id: ActivityId) -> Vec<Concern> {
        shown(reading, verdict, self.activities.get(&id))
    }

    /// The gaps about a system or recipient and its flows.
    pub fn node(&self, reading: &Reading, verdict: &Verdict, id: NodeId) -> Vec<Concern> {
        shown(reading, verdict, self.nodes.get(&id))
    }
}

/// What counts first, the heaviest of it first.
fn shown(reading: &Reading, verdict: &Verdict, positions: Option<&BTreeSet<usize>>) -> Vec<Concern> {
    let mut found: Vec<_> = positions.into_iter().flatten().map(|at| (*at, &verdict.findings[*at])).collect();
    found.sort_by_key(|(at, it)| (!it.counts(), Reverse(it.finding.level), *at));
    found.into_iter().map(|(at, it)| concern(reading, at, it)).collect()
}

pub(super) fn concern(reading: &Reading, at: usize, it: &Judged) -> Concern {
    let level = match it {
        it if it.waived.is_some() => Badge { kind: "waived", text: reading.word("waived") },
        it if it.answered.is_some() => Badge { kind: "waived", text: reading.word("answered") },
        it if it.debt => Badge { kind: "debt", text: reading.word("debt") },
        it => Badge { kind: it.finding.level.word(), text: reading.choice("level", &it.finding.level) },
    };
    Concern { level, message: super::gaps::pieces(&it.finding.message), anchor: super::gaps::anchor(at) }
}

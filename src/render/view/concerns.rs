//! Which gaps concern an activity or a recipient: read out of their keys, which name what they mean.

use serde::Serialize;

use super::{Badge, Reading};
use crate::model::{ActivityId, Flow, NodeId};
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

/// The gaps about an activity itself and about its flows.
pub fn concerning_activity(reading: &Reading, verdict: &Verdict, id: ActivityId) -> Vec<Concern> {
    let own = reading.model().activity_id(id);
    concerns(reading, verdict, own, |flow| flow.activities.contains(&id))
}

/// The gaps about a recipient itself and about what flows to it.
pub fn concerning_recipient(reading: &Reading, verdict: &Verdict, id: NodeId) -> Vec<Concern> {
    let own = &reading.model().node(id).id;
    concerns(reading, verdict, own, |flow| flow.to == id)
}

fn concerns(reading: &Reading, verdict: &Verdict, id: &str, about: impl Fn(&Flow) -> bool) -> Vec<Concern> {
    let model = reading.model();
    let named = |part: &str| part == id || model.flow_named(part).is_some_and(|flow| about(model.flow(flow)));
    let all = verdict.findings.iter().enumerate();
    let mut found: Vec<(usize, &Judged)> = all.filter(|(_, it)| it.finding.key.split('@').skip(1).any(named)).collect();
    found.sort_by_key(|(at, it)| (!it.counts(), std::cmp::Reverse(it.finding.level), *at));
    found.into_iter().map(|(at, it)| concern(reading, at, it)).collect()
}

fn concern(reading: &Reading, at: usize, it: &Judged) -> Concern {
    let level = match it {
        it if it.waived.is_some() => Badge { kind: "waived", text: reading.word("waived") },
        it if it.debt => Badge { kind: "debt", text: reading.word("debt") },
        it => Badge { kind: it.finding.level.word(), text: reading.choice("level", &it.finding.level) },
    };
    Concern { level, message: super::gaps::pieces(&it.finding.message), anchor: super::gaps::anchor(at) }
}

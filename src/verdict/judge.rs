//! What counts, what is waived, and the sums.

use std::collections::HashSet;

use serde::Serialize;

use super::lock::{self, Changes, Lock};
use super::{answers, levels, waive};
use crate::finding::{Basis, Finding, Findings, Level, Rule};
use crate::flow::{Map, Walks};
use crate::model::{Model, Waiver};

/// A finding and what became of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding, at the level the project gives it.
    pub finding: Finding,
    /// The waiver that answers for it: its position among the model's.
    pub waived: Option<usize>,
    /// The answer to the question it asks: its position among the model's.
    pub answered: Option<usize>,
    /// It was there when the project began, and is counted as debt in the lock.
    pub debt: bool,
}

impl Judged {
    /// Whether it counts towards failing.
    pub fn counts(&self) -> bool {
        self.waived.is_none() && self.answered.is_none() && !self.debt
    }
}

/// How much there is of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Errors that count.
    pub error: usize,
    /// Warnings that count.
    pub warning: usize,
    /// Notes that count.
    pub note: usize,
    /// Findings somebody answers for.
    pub waived: usize,
    /// Questions that have been answered.
    pub answered: usize,
    /// Rules the project has turned off.
    pub off: usize,
    /// Findings and exposures accepted unreviewed.
    pub debt: usize,
    /// Findings in what neighbours declare, left to their own checks.
    pub neighbours: usize,
    /// Exposures.
    pub exposures: usize,
    /// Systems.
    pub systems: usize,
    /// Recipients.
    pub recipients: usize,
    /// Flows, hosting and sub-processing included.
    pub flows: usize,
    /// Items that some node holds.
    pub items: usize,
}

/// The answer of a check.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Every finding, by place.
    pub findings: Vec<Judged>,
    /// The sums.
    pub summary: Summary,
    /// The declarations were understood, so that the map was judged at all.
    pub sound: bool,
    /// Nothing has been accepted yet.
    pub unlocked: bool,
    /// How what is computed differs from what was accepted.
    pub changes: Changes,
}

impl Verdict {
    /// Exit status: 2 where the work could not be done, 1 where something at or above the failing
    /// level counts, else 0.
    pub fn status(&self, fail_on: Level) -> u8 {
        let mut counted = self.findings.iter().filter(|it| it.counts());
        if self.findings.iter().any(|it| it.finding.rule.is_fatal()) { 2 } else { u8::from(counted.any(|it| it.finding.level >= fail_on)) }
    }
}

/// Judges what the rules found on a sound map: holds it against the lock, applies levels and
/// waivers, and adds it up.
pub fn judge(map: &Map, walks: &Walks, mut findings: Findings, lock: &Lock, known: &[&'static Rule]) -> Verdict {
    let model = &map.model;
    let neighbours = findings.keep(|it| is_ours(model, it));
    let changes = Changes::since(lock, lock::rows(map));
    lock::report(map, walks, lock, &changes.list, &mut findings);
    let levels = levels::levels(&model.settings, known, &mut findings);
    let mut used = vec![waive::Uses::default(); model.waivers.len()];
    for finding in findings.iter() {
        for (waiver, used) in model.waivers.iter().zip(&mut used) {
            if waive::matches(model, waiver, finding) {
                used.any = true;
                used.items |= !finding.subjects.is_empty();
            }
        }
    }
    lock::unused_debts(lock, &mut findings);
    answers::check(&model.answers, map.today, &mut findings);
    waive::check(&model.waivers, &used, map.today, &mut findings);
    let debts: HashSet<&str> = lock.debts.iter().map(|(key, _)| key.as_str()).collect();
    let mut judged = Vec::new();
    for mut finding in findings.sorted() {
        match levels.get(finding.rule.id).map(|level| level.level()) {
            Some(None) => continue,
            Some(Some(level)) => finding.level = level,
            None => {}
        }
        let speaking = |it: &&Waiver| waive::is_in_force(it, map.today) && waive::matches(model, it, &finding);
        let waived = model.waivers.iter().position(|it| speaking(&it) && waive::beyond(it, &finding).is_empty());
        if waived.is_none()
            && let Some(waiver) = model.waivers.iter().find(speaking)
        {
            waive::outgrown(waiver, &mut finding);
        }
        let debt = finding.rule.can_be_waived() && debts.contains(finding.key.as_str());
        let answered = answers::answer(model, &finding, map.today);
        judged.push(Judged { finding, waived, answered, debt });
    }
    let mut verdict = Verdict::of(judged, Some(map));
    verdict.summary.debt += changes.unreviewed.len();
    verdict.summary.neighbours = neighbours;
    verdict.changes = changes;
    verdict.summary.off = levels.values().filter(|it| it.level().is_none()).count();
    verdict.unlocked = lock.rows.is_empty();
    verdict
}

/// Whether a finding is for this project to mend: the line to edit stands in its files, or a policy of its
/// own is what denies.
pub fn is_ours(model: &Model, finding: &Finding) -> bool {
    finding.rule.basis == Basis::House || finding.labels.first().is_none_or(|it| model.is_ours(it.span))
}

impl Verdict {
    /// The verdict on findings that stand by themselves; with the size of the map, if there is one.
    pub fn of(findings: Vec<Judged>, map: Option<&Map>) -> Verdict {
        let at = |level| findings.iter().filter(|it| it.counts() && it.finding.level == level).count();
        let mut summary = Summary {
            error: at(Level::Error),
            warning: at(Level::Warning),
            note: at(Level::Note),
            waived: findings.iter().filter(|it| it.waived.is_some()).count(),
            answered: findings.iter().filter(|it| it.answered.is_some()).count(),
            debt: findings.iter().filter(|it| it.debt).count(),
            ..Summary::default()
        };
        if let Some(map) = map {
            let mut items: Vec<_> = map.reach.states.iter().map(|state| state.item).collect();
            items.sort();
            items.dedup();
            summary.exposures = map.ours().len();
            summary.systems = map.model.nodes.iter().filter(|node| node.is_system()).count();
            summary.recipients = map.model.nodes.len() - summary.systems;
            summary.flows = map.model.flows.len();
            summary.items = items.len();
        }
        Verdict { findings, summary, sound: true, unlocked: false, changes: Changes::default() }
    }

    /// The verdict on declarations that were not understood: their own findings and no others.
    pub fn unsound(findings: Findings, map: &Map) -> Verdict {
        let judged = findings.sorted().into_iter().map(|finding| Judged { finding, waived: None, answered: None, debt: false }).collect();
        Verdict { sound: false, ..Verdict::of(judged, Some(map)) }
    }
}

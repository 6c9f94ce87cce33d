//! What `ropa accept` writes.

use std::collections::BTreeSet;

use super::Verdict;
use super::lock::{Lock, RowState, rows};
use crate::flow::Map;
use crate::source::Span;

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// Every exposure there is, as reviewed.
    All,
    /// New exposures and findings as debt, at the start of a project.
    Unreviewed,
    /// Nothing new: only remove what is gone and tighten what is stronger.
    Prune,
}

/// The lock that accepts what is computed.
pub fn accept(map: &Map, verdict: &Verdict, old: &Lock, how: Accept) -> Lock {
    let computed: Vec<_> = rows(map).into_iter().map(|(row, _)| row).collect();
    let about: BTreeSet<_> = computed.iter().map(|row| (row.flow.clone(), row.item.clone(), row.activity.clone())).collect();
    let state_of =
        |row: &super::Row| old.rows.iter().find(|(it, _, _)| it.about() == row.about() && it.covers(row)).map(|(_, state, _)| *state);
    let mut lock = Lock::default();
    for row in computed {
        let state = match (how, state_of(&row)) {
            (Accept::All, _) => Some(RowState::Accepted),
            (Accept::Unreviewed, known) => Some(known.unwrap_or(RowState::Unreviewed)),
            (Accept::Prune, known) => known,
        };
        lock.rows.extend(state.map(|state| (row, state, Span::default())));
    }
    let open = |key: &str| verdict.findings.iter().any(|it| it.finding.key == key);
    lock.debts = match how {
        Accept::Unreviewed => {
            let counted = verdict.findings.iter().filter(|it| it.waived.is_none() && it.finding.rule.can_be_waived());
            counted.map(|it| (it.finding.key.clone(), Span::default())).collect()
        }
        // Debt is paid off finding by finding, never written anew.
        Accept::All | Accept::Prune => old.debts.iter().filter(|(key, _)| open(key)).cloned().collect(),
    };
    if how == Accept::Prune {
        // A row that nothing computed covers any more, but that a weakened exposure is compared
        // with, stays: removing it would turn a weakened exposure into a new one.
        for (row, state, _) in &old.rows {
            let replaced = lock.rows.iter().any(|(it, _, _)| it.about() == row.about());
            if about.contains(&(row.flow.clone(), row.item.clone(), row.activity.clone())) && !replaced {
                lock.rows.push((row.clone(), *state, Span::default()));
            }
        }
    }
    lock
}

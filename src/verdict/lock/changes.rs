//! What has changed between two states of the exposures, as data: the findings of the lock and the page of
//! changes are made of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, Row, RowState, nearest};
use crate::source::Span;

/// What became of an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was not there before.
    New,
    /// It has lost protection.
    Weakened,
    /// It is better protected than it was.
    Strengthened,
    /// It is there no more.
    Gone,
    /// Another sender brings it, and nothing more. A lock knows of none: it asks for the row it has become.
    Moved,
}

impl Turn {
    /// What a lock tells apart, what asks for a look first.
    pub const ALL: [Turn; 4] = [Turn::New, Turn::Weakened, Turn::Strengthened, Turn::Gone];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Turn::New => "new",
            Turn::Weakened => "weakened",
            Turn::Strengthened => "strengthened",
            Turn::Gone => "gone",
            Turn::Moved => "moved",
        }
    }
}

/// One exposure that differs between two states.
#[derive(Clone, Debug)]
pub struct Change {
    /// What became of it.
    pub turn: Turn,
    /// What it was; none where it is new. Of several rows, the one it differs from least.
    pub before: Option<Row>,
    /// What it is; none where it is gone.
    pub after: Option<Row>,
    /// The first exposure that the row after stands for: its position among the map's.
    pub exposure: Option<usize>,
    /// Where the row before stands in the lock.
    pub span: Option<Span>,
}

impl Change {
    /// The row as it is, or as it was where it is gone.
    pub fn row(&self) -> Option<&Row> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// How what is computed differs from what was accepted.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Every exposure that differs, sorted by row.
    pub list: Vec<Change>,
    /// Rows that were accepted at the start of the project and that nobody has looked at.
    pub unreviewed: Vec<(Row, Span)>,
}

impl Changes {
    /// From a lock to what is computed.
    pub fn since(lock: &Lock, computed: Vec<(Row, usize)>) -> Changes {
        let open = lock.rows.iter().filter(|(_, state, _)| *state == RowState::Unreviewed);
        Changes { list: list(lock, computed), unreviewed: open.map(|(row, _, span)| (row.clone(), *span)).collect() }
    }

    /// How many there are of one sort.
    pub fn count(&self, turn: Turn) -> usize {
        self.list.iter().filter(|it| it.turn == turn).count()
    }
}

fn list(lock: &Lock, computed: Vec<(Row, usize)>) -> Vec<Change> {
    // What is computed is sorted and each row once; so is a lock as it was written.
    if lock.rows.iter().map(|(row, ..)| row).eq(computed.iter().map(|(row, _)| row)) {
        return Vec::new();
    }
    let mut accepted: BTreeMap<(&str, &str, &str), Vec<&Row>> = BTreeMap::new();
    for (row, ..) in &lock.rows {
        accepted.entry(row.about()).or_default().push(row);
    }
    let judge = |row: &Row| match accepted.get(&row.about()) {
        None => Some((Turn::New, None)),
        Some(rows) if rows.iter().any(|it| it.covers(row)) => None,
        Some(rows) => Some((Turn::Weakened, nearest(rows, row))),
    };
    let judged: Vec<_> = computed.iter().map(|(row, _)| judge(row)).collect();
    let mut all = stale(lock, &computed, &judged);
    for ((row, exposure), turn) in computed.into_iter().zip(judged) {
        let Some((turn, before)) = turn else { continue };
        all.push(Change { turn, before: before.cloned(), after: Some(row), exposure: Some(exposure), span: None });
    }
    all.sort_by(|a, b| (a.row(), a.turn).cmp(&(b.row(), b.turn)));
    all
}

/// Rows that accept more than there is, each once.
fn stale(lock: &Lock, computed: &[(Row, usize)], judged: &[Option<(Turn, Option<&Row>)>]) -> Vec<Change> {
    let mut now: BTreeMap<(&str, &str, &str), Vec<&Row>> = BTreeMap::new();
    let (mut exact, mut weakened) = (BTreeMap::new(), BTreeSet::new());
    for ((row, exposure), turn) in computed.iter().zip(judged) {
        now.entry(row.about()).or_default().push(row);
        exact.insert(row, *exposure);
        // A row whose exposure has weakened is not stale: it is what the exposure is compared with.
        if turn.is_some_and(|(turn, _)| turn == Turn::Weakened) {
            weakened.insert(row.about());
        }
    }
    let known: BTreeMap<&Row, Span> = lock.rows.iter().rev().map(|(row, _, span)| (row, *span)).collect();
    let over = known.into_iter().filter(|(row, _)| !exact.contains_key(row) && !weakened.contains(&row.about()));
    over.map(|(row, span)| {
        let covered: Vec<&Row> = now.get(&row.about()).into_iter().flatten().copied().filter(|it| row.covers(it)).collect();
        let after = nearest(&covered, row);
        let turn = if after.is_some() { Turn::Strengthened } else { Turn::Gone };
        let exposure = after.and_then(|it| exact.get(it)).copied();
        Change { turn, before: Some(row.clone()), after: after.cloned(), exposure, span: Some(span) }
    })
    .collect()
}

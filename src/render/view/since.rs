//! What an earlier state lacks or had, for the page of changes: as a comparison of two states found it.

use serde::Serialize;

use super::{Badge, Reading};
use crate::diff::{self, Diff, Exposed, Fact, Verb};
use crate::source::Span;
use crate::verdict::{Change, Turn};

/// Another state that a register is compared with, instead of its lock.
#[derive(Clone, Debug)]
pub struct Since {
    /// What it is called.
    pub name: String,
    /// It declares nothing.
    pub empty: bool,
    /// Every exposure that differs, sorted by row.
    pub list: Vec<Change>,
    /// The edits behind each of them, as far as they stand in a text of the state that is rendered.
    pub edits: Vec<Vec<Span>>,
    /// What else is said otherwise.
    pub facts: Vec<Fact>,
    /// The edits behind each fact.
    pub fact_edits: Vec<Vec<Span>>,
}

impl Since {
    /// What a comparison with a state of that name has found.
    pub fn of(name: String, empty: bool, found: Diff) -> Since {
        let Diff { exposures, facts, causes } = found;
        let places = |all: &[usize]| all.iter().filter_map(|at| causes[*at].place).collect::<Vec<_>>();
        let mut changes: Vec<(Change, Vec<Span>)> = exposures.iter().map(|it| (change(it), places(&it.causes))).collect();
        changes.sort_by(|a, b| (a.0.row(), a.0.turn).cmp(&(b.0.row(), b.0.turn)));
        let (list, edits) = changes.into_iter().unzip();
        let fact_edits = facts.iter().map(|it| places(&it.causes)).collect();
        Since { name, empty, list, edits, facts, fact_edits }
    }
}

fn change(it: &Exposed) -> Change {
    let turn = match it.turn {
        diff::Turn::Added => Turn::New,
        diff::Turn::Weakened => Turn::Weakened,
        diff::Turn::Strengthened => Turn::Strengthened,
        diff::Turn::Removed => Turn::Gone,
        diff::Turn::Moved => Turn::Moved,
    };
    // The walk of what went is one of the state before, which has no pages here; what is left of it has one.
    let exposure = if it.turn.is_loss() { it.left } else { it.exposure };
    Change { turn, before: it.before.clone(), after: it.after.clone(), exposure, span: None }
}

/// One thing that is said otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct FactRow {
    /// Whether it came, went or changed.
    pub turn: Badge,
    /// What it is about.
    pub noun: String,
    /// Its id.
    pub id: String,
    /// Whose it is, where a neighbour declares it.
    pub neighbour: Option<Badge>,
    /// Which of its keys; the country, sub-processor or category.
    pub what: Option<String>,
    /// What was said.
    pub before: Option<String>,
    /// What is said.
    pub after: Option<String>,
    /// Where it was edited.
    pub edits: Vec<String>,
}

/// A fact as a row.
pub fn fact_row(reading: &Reading, it: &Fact, edits: &[Span]) -> FactRow {
    let kind = match it.verb {
        Verb::Added | Verb::Changed => "note",
        Verb::Removed => "stopped",
    };
    let said = |text: &Option<String>| text.as_ref().map(|it| reading.document(it));
    FactRow {
        turn: Badge { kind, text: reading.choice("fact", &it.verb.word()) },
        noun: reading.choice("fact", &it.noun.word()),
        id: it.id.clone(),
        neighbour: it.neighbour.as_ref().map(|it| reading.neighbour_named(it)),
        what: it.what.clone(),
        before: said(&it.was),
        after: said(&it.is),
        edits: edits.iter().map(|span| reading.place(*span)).collect(),
    }
}

//! Two states of a project compared by meaning: who gets more, who gets less, and what the record says
//! otherwise.

mod cast;
mod cause;
mod exposures;
mod facts;
mod neighbours;

use std::cmp::Reverse;

use crate::declare::Granularity;
use crate::finding::Hop;
use crate::flow::Map;
use crate::law::Form;
use crate::verdict::{Beyond, Lock, Row};

pub use cause::{Again, Cause, Known, causes};
pub use facts::{Fact, Noun, Verb};

/// One side of a comparison.
#[derive(Clone, Copy)]
pub enum State<'a> {
    /// Nothing was declared yet.
    Nothing,
    /// A project and what follows from it.
    Map(&'a Map),
    /// The rows of a lock alone.
    Lock(&'a Lock),
}

impl<'a> State<'a> {
    fn map(self) -> Option<&'a Map> {
        if let State::Map(map) = self { Some(map) } else { None }
    }
}

/// What happened to an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It was not there.
    Added,
    /// It has lost protection: its form, a gate, what it reveals, where it goes.
    Weakened,
    /// It has more protection and has lost none.
    Strengthened,
    /// It is no longer there.
    Removed,
    /// The recipient gets the same or less, from another sender.
    Moved,
}

impl Turn {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Turn::Added => "added",
            Turn::Weakened => "weakened",
            Turn::Strengthened => "strengthened",
            Turn::Removed => "removed",
            Turn::Moved => "moved",
        }
    }

    /// Whether somebody gets more.
    pub fn is_gain(self) -> bool {
        matches!(self, Turn::Added | Turn::Weakened)
    }

    /// Whether somebody gets less.
    pub fn is_loss(self) -> bool {
        matches!(self, Turn::Strengthened | Turn::Removed)
    }
}

/// One exposure that is otherwise.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// What happened.
    pub turn: Turn,
    /// The row as it was.
    pub before: Option<Row>,
    /// The row as it is.
    pub after: Option<Row>,
    /// The lock of the second state accepts it.
    pub accepted: bool,
    /// Its position among the exposures of the state in which it is shown: of the first where it is
    /// gone or stronger, else of the second.
    pub exposure: Option<usize>,
    /// The position of what is left of it among the exposures of the second state, where it is only stronger there.
    pub left: Option<usize>,
    /// The walk that shows it there.
    pub path: Vec<Hop>,
    /// The edits behind it, among the causes of the comparison.
    pub causes: Vec<usize>,
}

impl Exposed {
    /// The row that is shown: as it is, else as it was.
    pub fn row(&self) -> &Row {
        self.after.as_ref().or(self.before.as_ref()).expect("a change is of a row that is or was there")
    }

    /// What the more exposed of its two rows gives up against the other; none where there is one row, and
    /// where only the sender is another.
    pub fn beyond(&self) -> Option<Beyond<'_>> {
        let (was, is) = self.before.as_ref().zip(self.after.as_ref()).filter(|_| self.turn != Turn::Moved)?;
        Some(if self.turn.is_loss() { was.beyond(is) } else { is.beyond(was) })
    }

    /// Whether it needs somebody's decision: more reaches a recipient, and no lock accepts it.
    pub fn is_open(&self) -> bool {
        self.turn.is_gain() && !self.accepted
    }

    /// What comes first sorts first: open ones, then sensitive data, plain, to third countries, ungated.
    fn rank(&self) -> impl Ord + use<> {
        let row = self.row();
        let of = |third: bool| row.labels.iter().filter(|it| it.starts_with("to:") == third).count();
        let about = (row.flow.clone(), row.item.clone(), row.activity.clone(), row.form);
        let (sensitive, third) = (of(false), of(true));
        (self.group(), sensitive == 0, row.form != Form::Plain, third == 0, !row.gates.is_empty(), Reverse(sensitive), row.form, about)
    }

    fn group(&self) -> u8 {
        match self.turn {
            Turn::Added | Turn::Weakened => u8::from(self.accepted),
            Turn::Moved => 2,
            Turn::Strengthened | Turn::Removed => 3,
        }
    }
}

/// What is otherwise in the second state.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Exposures: those that need a decision first, the worst of them first.
    pub exposures: Vec<Exposed>,
    /// What else is said otherwise: recipients, countries, activities, gates, flows inside.
    pub facts: Vec<Fact>,
    /// The edits behind them, as far as they are known.
    pub causes: Vec<Cause>,
}

impl Diff {
    /// Whether nothing has changed in meaning.
    pub fn is_empty(&self) -> bool {
        self.exposures.is_empty() && self.facts.is_empty()
    }

    /// How many exposures took a turn.
    pub fn count(&self, turn: Turn) -> usize {
        self.exposures.iter().filter(|it| it.turn == turn).count()
    }

    /// The exposures that need somebody's decision.
    pub fn open(&self) -> impl Iterator<Item = &Exposed> {
        self.exposures.iter().filter(|it| it.is_open())
    }
}

/// Compares two states. `lock` is what the second state accepts.
pub fn diff(base: State, head: State, lock: &Lock) -> Diff {
    let granularity = match (base, head) {
        // A lock is compared with what its own project would count.
        (State::Lock(_), State::Map(map)) | (State::Map(map), State::Lock(_)) => crate::verdict::granularity(map),
        _ => Granularity::Item,
    };
    let mut exposures = exposures::compare(base, head, granularity);
    if let State::Map(map) = head {
        exposures::accept(map, lock, &mut exposures);
    }
    exposures.sort_by_cached_key(Exposed::rank);
    let facts = facts::compare(base, head, &exposures);
    Diff { exposures, facts, causes: Vec::new() }
}

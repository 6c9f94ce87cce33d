//! `ropa.lock`: the accepted exposures, one sorted line each, and how what is computed compares.

mod changes;
mod compare;
mod text;

use std::collections::BTreeSet;

use crate::declare::Granularity;
use crate::finding::{Basis, Level, Rule};
use crate::flow::{Exposure, Label, Map, Wanted};
use crate::law::Form;
use crate::source::Span;

pub use changes::{Change, Changes, Turn};
pub(super) use compare::bringing;
pub use compare::{nearest, report, unused_debts};
pub use text::replaced;

pub(super) static NEW_EXPOSURE: Rule = Rule {
    id: "new-exposure",
    summary: "personal data reach a recipient and nobody has accepted that",
    level: Level::Error,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.30.1.d", "gdpr.5.2"],
    doc: include_str!("docs/new-exposure.md"),
};

pub(super) static WEAKENED_EXPOSURE: Rule = Rule {
    id: "weakened-exposure",
    summary: "an accepted exposure has lost protection: its form, a gate, what it reveals, where it goes",
    level: Level::Error,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.30.1.d", "gdpr.5.2"],
    doc: include_str!("docs/weakened-exposure.md"),
};

pub(super) static STALE_LOCK: Rule = Rule {
    id: "stale-lock",
    summary: "a row of the lock accepts more than there is, and would accept it in advance",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/stale-lock.md"),
};

/// How a row came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// Somebody looked at it.
    Accepted,
    /// It was there when the project began; counted as debt.
    Unreviewed,
}

impl RowState {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            RowState::Accepted => "accepted",
            RowState::Unreviewed => "unreviewed",
        }
    }
}

/// What one accepted exposure says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// `sender->recipient#label`.
    pub flow: String,
    /// `subject.field`, or the category where the project counts by category.
    pub item: String,
    /// The form.
    pub form: Form,
    /// Gates; those that others imply left out.
    pub gates: BTreeSet<String>,
    /// The activity, or `-`.
    pub activity: String,
    /// Labels, `to:XX` for third countries included.
    pub labels: BTreeSet<String>,
}

/// What one row gives up against another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond<'a> {
    /// Its form is more exposed.
    pub form: bool,
    /// Gates there is a way around.
    pub gates: Vec<&'a str>,
    /// What it gives away more, and where it goes.
    pub labels: Vec<&'a str>,
}

impl Beyond<'_> {
    /// How much.
    pub fn count(&self) -> usize {
        usize::from(self.form) + self.gates.len() + self.labels.len()
    }

    /// What a walk must show that is its witness.
    pub fn wanted(&self, map: &Map) -> Wanted {
        let category = self.labels.iter().rev().find_map(|label| map.model.category_named(label));
        let gate = || self.gates.last().and_then(|gate| map.model.gate_named(gate));
        category.map(|it| Wanted::Bringing(Label::of(it))).or_else(|| gate().map(Wanted::Avoiding)).unwrap_or(Wanted::Any)
    }
}

/// A lock as read.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// Rows with their state and place.
    pub rows: Vec<(Row, RowState, Span)>,
    /// Keys of findings counted as debt, with their place.
    pub debts: Vec<(String, Span)>,
    /// Version of the built-in registry it was written with.
    pub registry: Option<String>,
}

/// The rows of what is computed, each with the position of the first exposure it stands for; sorted by row.
pub fn rows(map: &Map) -> Vec<(Row, usize)> {
    let granularity = granularity(map);
    let ours = map.exposures.iter().enumerate().filter(|(_, it)| it.ours);
    let mut all: Vec<(Row, usize)> = ours.map(|(at, it)| (row(map, it, granularity), at)).collect();
    all.sort();
    all.dedup_by(|again, first| again.0 == first.0);
    all
}

/// What the project's lock holds a row for.
pub fn granularity(map: &Map) -> Granularity {
    map.model.settings.lock.as_ref().and_then(|it| it.granularity.as_ref()).map_or(Granularity::Item, |it| it.value)
}

/// The row that an exposure is counted in.
pub fn row(map: &Map, exposure: &Exposure, granularity: Granularity) -> Row {
    let model = &map.model;
    let item = if granularity == Granularity::Category {
        let is = &model.field(exposure.item.field).is;
        let ids: Vec<&str> = is.iter().map(|it| model.category(*it).id.as_str()).collect();
        if ids.is_empty() { "unknown".to_owned() } else { ids.join("+") }
    } else {
        model.item_id(exposure.item)
    };
    Row {
        flow: model.flow(exposure.flow).id.clone(),
        item,
        form: exposure.form,
        gates: model.shown_gates(&exposure.gates).into_iter().map(str::to_owned).collect(),
        activity: exposure.activity.map_or("-", |it| model.activity_id(it)).to_owned(),
        labels: exposure.labels.iter().cloned().collect(),
    }
}

impl Row {
    /// What it is about: the same flow, item and activity.
    pub fn about(&self) -> (&str, &str, &str) {
        (&self.flow, &self.item, &self.activity)
    }

    /// Who receives: the target of the flow.
    pub fn recipient(&self) -> &str {
        let target = self.flow.split_once("->").map_or("", |(_, target)| target);
        target.split_once('#').map_or(target, |(recipient, _)| recipient)
    }

    /// Whether accepting this row accepts another that is about the same.
    pub fn covers(&self, other: &Row) -> bool {
        self.form <= other.form && self.implied().is_subset(&other.implied()) && self.labels.is_superset(&other.labels)
    }

    /// What it gives up against a row that is about the same.
    pub fn beyond<'a>(&'a self, was: &'a Row) -> Beyond<'a> {
        let now = self.implied();
        Beyond {
            form: self.form < was.form,
            gates: was.gates.iter().map(String::as_str).filter(|gate| !now.contains(gate)).collect(),
            labels: self.labels.difference(&was.labels).map(String::as_str).collect(),
        }
    }

    /// Its gates with those they imply: `consent.marketing` implies `consent`.
    pub fn implied(&self) -> BTreeSet<&str> {
        let prefixes = |gate: &'_ str| gate.match_indices('.').map(|(at, _)| at).chain([gate.len()]).collect::<Vec<_>>();
        self.gates.iter().flat_map(|gate| prefixes(gate).into_iter().map(|at| &gate[..at])).collect()
    }
}

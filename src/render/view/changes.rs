//! What has changed between two states of the exposures, by flow: what was accepted and what is declared,
//! or any other two.

use std::collections::BTreeMap;

use serde::Serialize;

use super::exposed::path;
use super::gaps::anchor;
use super::overview::Count;
use super::since::{FactRow, Since, fact_row};
use super::{Badge, Link, Once, Path, Reading};
use crate::source::Span;
use crate::verdict::{Change, Row, Turn, Verdict};

/// Rows of changes, and of what nobody has reviewed, at most.
const MOST: usize = 500;

/// Two states, and how the exposures differ between them.
#[derive(Clone)]
pub struct Compared<'a> {
    /// What the state before is called.
    pub before: String,
    /// What the state after is called.
    pub after: String,
    /// Every exposure that differs, sorted by row.
    pub list: &'a [Change],
    /// There was nothing before to compare with.
    pub from_nothing: bool,
    /// The state before, where it is no lock of the project.
    pub since: Option<&'a Since>,
}

impl<'a> Compared<'a> {
    /// What was accepted, or what another state declares, and what is declared.
    pub fn of(reading: &Reading, verdict: &'a Verdict, since: Option<&'a Since>) -> Compared<'a> {
        Compared {
            before: since.map_or_else(|| reading.word("changes_accepted"), |it| it.name.clone()),
            after: reading.on_day("changes_declared", reading.map.today),
            list: since.map_or(&verdict.changes.list, |it| &it.list),
            from_nothing: since.map_or(verdict.unlocked, |it| it.empty),
            since,
        }
    }

    /// The changes as numbers: the sorts a lock tells apart, and others there are.
    fn counts(&self, reading: &Reading, page: &str) -> Vec<Count> {
        let count = |turn: Turn| self.list.iter().filter(|it| it.turn == turn).count();
        let moved = Some(Turn::Moved).filter(|it| count(*it) > 0);
        let of = |turn: Turn| Count { title: title(reading, turn), kind: turn.word(), count: count(turn), href: page.to_owned() };
        Turn::ALL.into_iter().chain(moved).map(of).collect()
    }

    /// What is said where there was nothing before.
    pub fn nothing(&self, reading: &Reading) -> String {
        reading.word(if self.since.is_some() { "changes_empty" } else { "changes_nothing" })
    }

    /// What is compared with what.
    pub fn heading(&self, reading: &Reading) -> String {
        match self.since {
            Some(since) => reading.pair(reading.word("changes_from"), &since.name),
            None => reading.word("changes_since"),
        }
    }
}

/// Something that an exposure has, and whether the other state lacks it.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// What it is.
    pub text: String,
    /// The other state lacks it.
    pub differs: bool,
}

/// An exposure in one state.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// Its form.
    pub form: Once<Badge>,
    /// The other state has another form.
    pub differs: bool,
    /// Its gates.
    pub gates: Vec<Mark>,
    /// What it gives away.
    pub labels: Vec<Mark>,
    /// Where it goes, outside the EEA.
    pub countries: Vec<Mark>,
}

/// One exposure that differs.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    /// What became of it.
    pub turn: Badge,
    /// What it is about, in words where these are known.
    pub title: Option<String>,
    /// `subject.field`, or the category where the project counts by category.
    pub item: String,
    /// For which activity; none for hosting and sub-processing.
    pub activity: Option<Link>,
    /// What it was.
    pub before: Option<Side>,
    /// What it is.
    pub after: Option<Side>,
    /// The way, where there is one now.
    pub path: Option<Path>,
    /// Where it was accepted, where it is that no more.
    pub place: Option<String>,
    /// The edits behind it, where these are known.
    pub edits: Vec<String>,
}

/// The changes of one flow.
#[derive(Clone, Debug, Serialize)]
pub struct FlowChanges {
    /// The flow, as its id says it.
    pub id: String,
    /// The sender, where there is one still.
    pub from: Option<Link>,
    /// The recipient, where there is one still.
    pub to: Option<Link>,
    /// The part behind `#`.
    pub label: Option<String>,
    /// Where it is declared.
    pub place: Option<String>,
    /// The places of its findings on the page of gaps.
    pub gaps: Vec<String>,
    /// Its changes.
    pub rows: Vec<ChangeRow>,
}

/// A row that was accepted unseen.
#[derive(Clone, Debug, Serialize)]
pub struct UnreviewedRow {
    /// The flow.
    pub flow: String,
    /// What it is about, in words where these are known.
    pub title: Option<String>,
    /// `subject.field`.
    pub item: String,
    /// What was accepted.
    pub side: Side,
    /// Where.
    pub place: String,
}

/// What has changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangesPage {
    /// The state before.
    pub before: String,
    /// The state after.
    pub after: String,
    /// What the page is about.
    pub remark: String,
    /// There was nothing before to compare with, in words.
    pub from_nothing: Option<String>,
    /// How many changes there are of each sort.
    pub counts: Vec<Count>,
    /// The changes by flow.
    pub flows: Vec<FlowChanges>,
    /// How many more rows there are than are shown.
    pub more: usize,
    /// What else is said otherwise.
    pub facts: Vec<FactRow>,
    /// How many more than are shown.
    pub more_facts: usize,
    /// What was accepted unseen.
    pub unreviewed: Vec<UnreviewedRow>,
    /// How many of these there are.
    pub unreviewed_count: usize,
    /// How many more than are shown.
    pub more_unreviewed: usize,
}

/// The changes, and what was accepted unseen, as numbers.
pub fn turns(reading: &Reading, verdict: &Verdict, compared: &Compared) -> Vec<Count> {
    let mut all = compared.counts(reading, "changes.html");
    let (title, count) = (reading.word("changes_unreviewed"), verdict.changes.unreviewed.len());
    all.push(Count { title, kind: "debt", count, href: "changes.html#unreviewed".to_owned() });
    all
}

fn title(reading: &Reading, turn: Turn) -> String {
    reading.choice("change", &turn.word())
}

/// The page of changes between two states.
pub fn changes(reading: &Reading, verdict: &Verdict, compared: &Compared) -> ChangesPage {
    let shown = &compared.list[..compared.list.len().min(MOST)];
    let gaps = found(verdict);
    let edits = |at: usize| compared.since.and_then(|it| it.edits.get(at)).map_or(&[][..], Vec::as_slice);
    let shown: Vec<Differing> = shown.iter().enumerate().map(|(at, change)| Differing { change, edits: edits(at) }).collect();
    let flows = shown.chunk_by(|a, b| flow(a.change) == flow(b.change));
    let facts = compared.since.map_or(&[][..], |it| &it.facts);
    let fact_edits = compared.since.map_or(&[][..], |it| &it.fact_edits);
    let unreviewed = &verdict.changes.unreviewed;
    ChangesPage {
        before: compared.before.clone(),
        after: compared.after.clone(),
        remark: reading.word(if compared.since.is_some() { "changes_from_remark" } else { "changes_remark" }),
        from_nothing: compared.from_nothing.then(|| compared.nothing(reading)),
        counts: compared.counts(reading, ""),
        flows: flows.map(|all| of_flow(reading, flow(all[0].change), all, &gaps)).collect(),
        facts: facts.iter().zip(fact_edits).take(MOST).map(|(it, edits)| fact_row(reading, it, edits)).collect(),
        more_facts: facts.len().saturating_sub(MOST),
        more: compared.list.len() - shown.len(),
        unreviewed: unreviewed
            .iter()
            .take(MOST)
            .map(|(row, span)| UnreviewedRow {
                flow: row.flow.clone(),
                title: item(reading, row),
                item: row.item.clone(),
                side: side(reading, row, None),
                place: reading.place(*span),
            })
            .collect(),
        unreviewed_count: unreviewed.len(),
        more_unreviewed: unreviewed.len().saturating_sub(MOST),
    }
}

/// A change with the edits behind it.
struct Differing<'a> {
    change: &'a Change,
    edits: &'a [Span],
}

fn flow(it: &Change) -> &str {
    it.row().map_or("", |row| &row.flow)
}

/// The places of the lock's findings about each flow.
fn found(verdict: &Verdict) -> BTreeMap<&str, Vec<String>> {
    let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, it) in verdict.findings.iter().enumerate() {
        if let Some((_, flow)) = it.finding.key.split_once('@').filter(|(rule, _)| ["new-exposure", "weakened-exposure"].contains(rule)) {
            all.entry(flow).or_default().push(anchor(at));
        }
    }
    all
}

fn of_flow(reading: &Reading, id: &str, all: &[Differing], gaps: &BTreeMap<&str, Vec<String>>) -> FlowChanges {
    let flow = reading.model().flow_named(id).map(|id| reading.model().flow(id));
    FlowChanges {
        id: id.to_owned(),
        from: flow.map(|it| reading.node(it.from)),
        to: flow.map(|it| reading.node(it.to)),
        label: flow.and_then(|it| it.label.clone()),
        place: flow.map(|it| reading.place(it.span)),
        gaps: gaps.get(id).cloned().unwrap_or_default(),
        rows: all.iter().filter_map(|it| Some(change_row(reading, it, it.change.row()?))).collect(),
    }
}

fn change_row(reading: &Reading, differing: &Differing, row: &Row) -> ChangeRow {
    let it = differing.change;
    let kind = match it.turn {
        Turn::New | Turn::Weakened => "error",
        Turn::Strengthened => "good",
        Turn::Gone => "stopped",
        Turn::Moved => "note",
    };
    ChangeRow {
        turn: Badge { kind, text: title(reading, it.turn) },
        title: item(reading, row),
        item: row.item.clone(),
        activity: (row.activity != "-").then(|| activity(reading, &row.activity)),
        before: it.before.as_ref().map(|row| side(reading, row, it.after.as_ref())),
        after: it.after.as_ref().map(|row| side(reading, row, it.before.as_ref())),
        path: it.exposure.map(|at| path(reading, &reading.walks[at])),
        place: it.span.map(|span| reading.place(span)),
        edits: differing.edits.iter().map(|span| reading.place(*span)).collect(),
    }
}

/// An activity with its page; its id where it is declared no more.
fn activity(reading: &Reading, id: &str) -> Link {
    let known = reading.model().activity_named(id).map(|id| reading.activity(id));
    known.unwrap_or_else(|| Link { text: id.to_owned(), lang: None, id: id.to_owned(), href: None })
}

/// Whose data, and which: in words, where both are still declared.
fn item(reading: &Reading, row: &Row) -> Option<String> {
    let (subject, field) = row.item.split_once('.')?;
    let (subject, field) = (reading.model().subject_named(subject)?, reading.model().field_named(field)?);
    Some(reading.pair(reading.subject(subject), reading.field(field)))
}

/// One state of an exposure; what the other lacks is marked.
fn side(reading: &Reading, row: &Row, other: Option<&Row>) -> Side {
    // What each gives up against the other: a gate or a label that only one of them has.
    let (own, lost) = (other.map(|other| row.beyond(other)), other.map(|other| other.beyond(row)));
    let gate = |id: &String| Mark { text: reading.gate(id), differs: lost.as_ref().is_some_and(|it| it.gates.contains(&id.as_str())) };
    let label = |id: &String| {
        let differs = own.as_ref().is_some_and(|it| it.labels.contains(&id.as_str()));
        match id.strip_prefix("to:") {
            Some(code) => (true, Mark { text: reading.country(Some(code)), differs }),
            None => (false, Mark { text: category(reading, id), differs }),
        }
    };
    let (countries, labels): (Vec<_>, Vec<_>) = row.labels.iter().map(label).partition(|(place, _)| *place);
    let marks = |all: Vec<(bool, Mark)>| all.into_iter().map(|(_, mark)| mark).collect();
    Side {
        form: reading.form(row.form),
        differs: other.is_some_and(|other| other.form != row.form),
        gates: row.gates.iter().map(gate).collect(),
        labels: marks(labels),
        countries: marks(countries),
    }
}

fn category(reading: &Reading, id: &str) -> String {
    let known = reading.model().category_named(id).map(|id| reading.category(id));
    known.unwrap_or_else(|| if id == "unknown" { reading.word("possibly_sensitive") } else { id.to_owned() })
}

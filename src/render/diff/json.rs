//! Changes for programs: `ropa/diff/1`.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Compared, Side};
use crate::diff::{Cause, Exposed, Fact, Noun, Turn};
use crate::law::Form;
use crate::render::findings::{HopView, hops};
use crate::source::Span;
use crate::verdict::Row;

/// The whole comparison.
#[derive(Debug, Serialize)]
pub struct DiffView<'a> {
    schema: &'static str,
    base: SideView<'a>,
    head: SideView<'a>,
    summary: Summary,
    changes: Vec<ChangeView<'a>>,
}

#[derive(Debug, Serialize)]
struct SideView<'a> {
    name: &'a str,
    commit: Option<&'a str>,
    empty: bool,
}

#[derive(Debug, Serialize)]
struct Summary {
    /// Added or weakened, and not accepted.
    open: usize,
    added: usize,
    weakened: usize,
    strengthened: usize,
    removed: usize,
    moved: usize,
    other: usize,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ChangeView<'a> {
    Exposure(ExposureView<'a>),
    Fact(FactView<'a>),
}

#[derive(Debug, Serialize)]
struct ExposureView<'a> {
    kind: String,
    flow: &'a str,
    item: &'a str,
    recipient: &'a str,
    activity: Option<&'a str>,
    before: Option<RowView<'a>>,
    after: Option<RowView<'a>>,
    accepted: bool,
    path: Vec<HopView<'a>>,
    cause: Option<CauseView<'a>>,
    /// Further edits that had a part in it.
    also: Vec<CauseView<'a>>,
}

#[derive(Debug, Serialize)]
struct RowView<'a> {
    flow: &'a str,
    form: &'static str,
    gates: &'a BTreeSet<String>,
    labels: &'a BTreeSet<String>,
}

#[derive(Debug, Default, Serialize)]
struct FactView<'a> {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<&'a str>,
    /// The key, country, sub-processor or category.
    what: Option<&'a str>,
    was: Option<&'a str>,
    is: Option<&'a str>,
    /// The neighbour that declares what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    neighbour: Option<&'a str>,
    cause: Option<CauseView<'a>>,
    also: Vec<CauseView<'a>>,
}

/// The words of an edit. Where they are gone, the place is where they were; where their file is gone
/// too, it is theirs in the first state.
#[derive(Debug, Serialize)]
struct CauseView<'a> {
    state: &'static str,
    file: String,
    line: u32,
    column: u32,
    /// The model it is part of, where another repository declares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    text: Option<&'a str>,
    before: Option<&'a str>,
}

/// Every change, in the order of the comparison.
pub fn json<'a>(compared: &Compared<'a>) -> DiffView<'a> {
    let diff = compared.diff;
    let exposures = diff.exposures.iter().map(|it| ChangeView::Exposure(exposure(compared, it)));
    let facts = diff.facts.iter().map(|it| ChangeView::Fact(fact(compared, it)));
    DiffView {
        schema: "ropa/diff/1",
        base: side(&compared.base),
        head: side(&compared.head),
        summary: Summary {
            open: diff.open().count(),
            added: diff.count(Turn::Added),
            weakened: diff.count(Turn::Weakened),
            strengthened: diff.count(Turn::Strengthened),
            removed: diff.count(Turn::Removed),
            moved: diff.count(Turn::Moved),
            other: diff.facts.len(),
        },
        changes: exposures.chain(facts).collect(),
    }
}

fn side<'a>(side: &Side<'a>) -> SideView<'a> {
    SideView { name: side.name, commit: side.commit, empty: side.empty }
}

fn exposure<'a>(compared: &Compared<'a>, it: &'a Exposed) -> ExposureView<'a> {
    let row = it.row();
    let (cause, also) = causes(compared, &it.causes);
    ExposureView {
        kind: format!("exposure-{}", it.turn.word()),
        flow: &row.flow,
        item: &row.item,
        recipient: row.recipient(),
        activity: Some(row.activity.as_str()).filter(|it| *it != "-"),
        before: it.before.as_ref().map(row_view),
        after: it.after.as_ref().map(row_view),
        accepted: it.accepted,
        path: hops(&it.path, if it.turn.is_loss() { compared.base.sources } else { compared.head.sources }),
        cause,
        also,
    }
}

fn row_view(row: &Row) -> RowView<'_> {
    let form: Form = row.form;
    RowView { flow: &row.flow, form: form.word(), gates: &row.gates, labels: &row.labels }
}

fn fact<'a>(compared: &Compared<'a>, it: &'a Fact) -> FactView<'a> {
    let (cause, also) = causes(compared, &it.causes);
    let mut view = FactView {
        kind: format!("{}-{}", it.noun.word(), it.verb.word()),
        what: it.what.as_deref(),
        was: it.was.as_deref(),
        is: it.is.as_deref(),
        neighbour: it.neighbour.as_deref(),
        cause,
        also,
        ..FactView::default()
    };
    let owner = match it.noun {
        Noun::Recipient | Noun::Country | Noun::Subprocessor => &mut view.recipient,
        Noun::Inference => &mut view.field,
        Noun::Activity => &mut view.activity,
        Noun::Gate => &mut view.gate,
        Noun::Flow => &mut view.flow,
    };
    *owner = Some(&it.id);
    view
}

fn causes<'a>(compared: &Compared<'a>, causes: &[usize]) -> (Option<CauseView<'a>>, Vec<CauseView<'a>>) {
    let mut all = causes.iter().filter_map(|at| cause(compared, &compared.diff.causes[*at]));
    (all.next(), all.collect())
}

fn cause<'a>(compared: &Compared<'a>, cause: &Cause) -> Option<CauseView<'a>> {
    let (base, head) = (compared.base.sources, compared.head.sources);
    let (state, sources, span) = match cause.place {
        Some(span) => ("head", head, span),
        None => ("base", base, cause.before?),
    };
    let place = sources.place(span);
    let text = |span: Option<Span>, in_base: bool| span.map(|span| if in_base { base.text(span) } else { head.text(span) });
    Some(CauseView {
        state,
        file: place.file,
        line: place.line,
        column: place.column,
        model: sources.model(span).map(|(_, model)| model.path.as_str()),
        text: text(cause.now, false),
        before: text(cause.before, true),
    })
}

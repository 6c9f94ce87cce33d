//! Findings for programs: `ropa/findings/1`.

use serde::Serialize;

use crate::finding::{Hop, Level};
use crate::source::{Place, Sources};
use crate::verdict::{Judged, Summary, Verdict};

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct FindingsView<'a> {
    schema: &'static str,
    findings: Vec<FindingView<'a>>,
    summary: &'a Summary,
}

#[derive(Debug, Serialize)]
struct FindingView<'a> {
    rule: String,
    level: Level,
    key: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    place: Option<Place>,
    labels: Vec<LabelView<'a>>,
    path: Vec<HopView<'a>>,
    citations: Vec<&'a str>,
    question: Option<&'a str>,
    waived: bool,
    answered: bool,
    debt: bool,
}

#[derive(Debug, Serialize)]
struct LabelView<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

/// One step of a path.
#[derive(Debug, Serialize)]
pub struct HopView<'a> {
    node: &'a str,
    item: &'a str,
    form: &'static str,
    flow: &'a str,
    stopped: bool,
    file: String,
    line: u32,
    column: u32,
}

/// Findings with their places, in the order of the verdict.
pub fn findings<'a>(verdict: &'a Verdict, sources: &Sources) -> FindingsView<'a> {
    let findings = verdict.findings.iter().map(|judged| finding(judged, sources)).collect();
    FindingsView { schema: "ropa/findings/1", findings, summary: &verdict.summary }
}

fn finding<'a>(judged: &'a Judged, sources: &Sources) -> FindingView<'a> {
    let it = &judged.finding;
    FindingView {
        rule: it.rule_id(),
        level: it.level,
        key: &it.key,
        message: &it.message,
        help: it.help.as_deref(),
        place: it.labels.first().map(|label| sources.place(label.span)),
        labels: it.labels.iter().map(|label| LabelView { place: sources.place(label.span), text: &label.text }).collect(),
        path: hops(&it.path, sources),
        citations: it.cited().collect(),
        question: it.question.as_deref(),
        waived: judged.waived.is_some(),
        answered: judged.answered.is_some(),
        debt: judged.debt,
    }
}

/// A path with its places.
pub fn hops<'a>(path: &'a [Hop], sources: &Sources) -> Vec<HopView<'a>> {
    let view = |hop: &'a Hop| {
        let Place { file, line, column, .. } = sources.place(hop.span);
        HopView { node: &hop.node, item: &hop.item, form: hop.form, flow: &hop.flow, stopped: hop.stopped, file, line, column }
    };
    path.iter().map(view).collect()
}

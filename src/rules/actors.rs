//! What each kind of data business is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Family};
use crate::finding::{Basis, Findings, Level, Rule};
use crate::flow::Exposure;
use crate::model::{FlowKind, Item, Node, NodeId};
use crate::source::Span;

pub(super) static FAMILY: Family = Family { rules: &[&ACTOR_QUESTION], check };

static ACTOR_QUESTION: Rule = Rule {
    id: "actor-question",
    summary: "what is always asked about a data business of this kind has no answer yet",
    level: Level::Note,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.5.2", "gdpr.24.1"],
    doc: include_str!("docs/actor-question.md"),
};

/// One business that is asked.
#[derive(Default)]
struct Asked<'a> {
    /// What it receives.
    exposures: Vec<&'a Exposure>,
    /// What it brought.
    supplied: BTreeSet<Item>,
    /// Where that comes in.
    comes_in: Vec<Span>,
}

fn check(case: &Case, out: &mut Findings) {
    let model = case.model();
    // A feature of another kind than its vendor is asked by itself.
    let mut all: BTreeMap<(NodeId, Option<&str>), Asked> = BTreeMap::new();
    for (id, exposures) in case.by_flow() {
        let flow = model.flow(id);
        let Some(recipient) = model.recipient(flow.to).filter(|_| flow.kind != FlowKind::Subprocessor) else { continue };
        let own = model.feature(flow).and_then(|it| it.kind.as_ref()).filter(|kind| recipient.kind.as_ref() != Some(&kind.value));
        let label = flow.label.as_deref().filter(|_| own.is_some());
        all.entry((flow.to, label)).or_default().exposures.extend(exposures);
    }
    supplies(case, &mut all);
    for ((id, label), asked) in all {
        ask(case, model.node(id), label, &asked, out);
    }
}

/// Adds what systems collected from declared suppliers.
fn supplies<'a>(case: &Case<'a>, all: &mut BTreeMap<(NodeId, Option<&'a str>), Asked<'a>>) {
    let model = case.model();
    for (at, node) in model.nodes.iter().enumerate().filter(|(_, node)| node.is_system()) {
        let bought = node.collects.iter().filter_map(|collect| {
            let source = collect.decl.source.as_ref()?;
            let origin = model.origins.binary_search_by(|it| it.id.cmp(&source.value)).ok()?;
            Some((collect, model.origins[origin].from?))
        });
        let mut bought = bought.peekable();
        if bought.peek().is_none() {
            continue;
        }
        // Only what is about people counts.
        let held = case.held(NodeId::from_index(at));
        for (collect, supplier) in bought {
            let asked = all.entry((supplier, None)).or_default();
            for (field, span) in &collect.fields {
                let item = Item { subject: collect.subject, field: *field };
                if held.contains(&item) {
                    asked.supplied.insert(item);
                    asked.comes_in.push(*span);
                }
            }
        }
    }
}

fn ask(case: &Case, node: &Node, label: Option<&str>, asked: &Asked, out: &mut Findings) {
    let Some(recipient) = node.recipient() else { return };
    let feature = label.and_then(|label| recipient.features.iter().find(|(name, _)| name.value == label));
    let stated = match feature {
        Some((_, it)) => it.kind.as_ref(),
        None => recipient.decl.kind.as_ref(),
    };
    let Some(word) = stated.map(|it| it.value.as_str()).or(recipient.kind.as_deref()) else { return };
    let Some(kind) = case.law().kinds.get(word) else { return };
    let Some(question) = kind.asks.as_ref().map(|it| it.in_language("en")).filter(|it| !it.trim().is_empty()) else { return };
    let what = match (asked.exposures.is_empty(), asked.supplied.is_empty()) {
        (false, true) => format!("receives {}", case.named_items(asked.exposures.iter().copied())),
        (false, false) => {
            let received = case.named_items(asked.exposures.iter().copied());
            format!("receives {received} and supplies {}", case.item_names(asked.supplied.iter().copied()))
        }
        (true, false) => format!("supplies {}", case.item_names(asked.supplied.iter().copied())),
        (true, true) => return,
    };
    let id = label.map_or_else(|| node.id.clone(), |label| format!("{}#{label}", node.id));
    let finding = out.report(&ACTOR_QUESTION, &[&id]);
    let key = finding.key.clone();
    let title = kind.title.as_ref().map_or(word, |it| it.in_language("en"));
    finding
        .say(format!("`{id}` ({}) {what}", lower(title)))
        .at(stated.map_or(node.span, |it| it.span), "")
        .help(format!("find out and write it down: `answers: {{ {key}: {{ answer: …, by: …, on: {} }} }}`", case.today()))
        .ask(question);
    for span in asked.comes_in.iter().take(1) {
        finding.at(*span, "comes in here");
    }
    case.about(finding, asked.exposures.iter().copied());
    if let Some(first) = asked.exposures.first() {
        case.show(finding, first, None);
    }
}

/// A title inside a sentence; one that begins with several capitals stays.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(title.chars().skip(1)).collect(),
        _ => title.to_owned(),
    }
}

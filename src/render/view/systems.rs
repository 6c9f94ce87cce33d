//! The organisation's own systems: what comes in, what is made, who reads it, where it goes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::passage::selected;
use super::recipient::passed_on;
use super::record::{measures, retention_values};
use super::{Badge, Line, Link, Reading, Value};
use crate::declare::SystemDecl;
use crate::law::Form;
use crate::model::{FieldId, FlowKind, Node, NodeId, NodeKind};

/// One system in the list.
#[derive(Clone, Debug, Serialize)]
pub struct SystemRow {
    /// Its title and page.
    pub link: Link,
    /// Where it is declared.
    pub place: String,
    /// Whose it is, where a neighbour declares it.
    pub neighbour: Option<Badge>,
    /// Who runs it.
    pub team: Option<String>,
    /// Its trust boundary.
    pub zone: Option<String>,
    /// Where it runs.
    pub country: Option<String>,
    /// Fields it holds on the day.
    pub fields: usize,
    /// Sensitive categories among what it holds.
    pub sensitive: Vec<Badge>,
    /// Flows that arrive.
    pub receives: usize,
    /// Flows that leave.
    pub sends: usize,
}

/// All systems.
#[derive(Clone, Debug, Serialize)]
pub struct SystemsPage {
    /// By id.
    pub rows: Vec<SystemRow>,
}

/// One system as a single entry says it.
#[derive(Clone, Debug)]
pub struct SystemEntry {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub place: String,
    /// What is known of it.
    pub lines: Vec<Line>,
}

/// The systems of a register.
pub fn systems(reading: &Reading) -> SystemsPage {
    let model = reading.model();
    let mut held: Vec<BTreeSet<FieldId>> = vec![BTreeSet::new(); model.nodes.len()];
    for state in reading.map.reach.states.iter().filter(|it| !it.past && it.form != Form::Anonymised) {
        held[state.node.index()].insert(state.item.field);
    }
    let one = |(at, node): (usize, &Node)| match &node.kind {
        NodeKind::System(decl) => Some(SystemRow {
            link: reading.node(NodeId::from_index(at)),
            place: reading.place(node.span),
            neighbour: reading.neighbour(node.span),
            team: decl.team.as_ref().map(|own| own.value.clone()).or_else(|| node.team.clone()).map(|it| reading.document(&it)),
            zone: decl.zone.as_ref().map(|it| reading.document(&it.value)),
            country: decl.location.as_ref().map(|it| reading.country(Some(&it.value))),
            fields: held[at].len(),
            sensitive: sensitive(reading, &held[at]),
            receives: node.receives.len(),
            sends: node.sends.len(),
        }),
        NodeKind::Recipient(_) => None,
    };
    SystemsPage { rows: model.nodes.iter().enumerate().filter_map(one).collect() }
}

/// The sensitive categories that some fields are or reveal.
fn sensitive(reading: &Reading, fields: &BTreeSet<FieldId>) -> Vec<Badge> {
    let model = reading.model();
    let all = fields.iter().flat_map(|id| model.field(*id).is.iter().chain(&model.field(*id).reveals));
    let all: BTreeSet<_> = all.copied().filter(|id| model.category(*id).is_sensitive()).collect();
    all.into_iter().map(|id| Badge { kind: "sensitive", text: reading.category(id) }).collect()
}

/// All that is known of a system, in lines.
pub fn entry(reading: &Reading, id: NodeId) -> SystemEntry {
    let node = reading.model().node(id);
    let lines = moves(reading, node).into_iter().chain(facts(reading, node)).collect();
    let Link { text: title, lang, .. } = reading.node(id);
    SystemEntry { title, lang, id: node.id.clone(), place: reading.place(node.span), lines }
}

/// What it is: who runs it, where, how long it keeps data, how they are erased and protected.
pub(super) fn facts(reading: &Reading, node: &Node) -> Vec<Line> {
    let NodeKind::System(decl) = &node.kind else { return Vec::new() };
    let mut lines = Vec::new();
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            lines.push(Line { label: reading.word(label), values });
        }
    };
    add("team", vec![team(reading, node, decl)]);
    let location: Vec<Value> = decl.location.iter().map(|it| reading.declared(reading.country(Some(it)), it.span)).collect();
    add("location", if location.is_empty() { vec![reading.missing("location")] } else { location });
    add("zone", decl.zone.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("hosted_by", hosts(reading, node));
    add("tags", decl.tags.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("technology", decl.technology.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("hosts", decl.hosts.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("retention", retention_values(reading, decl.retention.as_ref()));
    let erase: Vec<Value> = decl.erase.iter().map(|mode| passed_on(reading, mode)).collect();
    add("erase", if erase.is_empty() { vec![reading.missing("erase")] } else { erase });
    let log = decl.log.as_ref();
    let reference = log.and_then(|it| it.reference.as_ref());
    let kept = reference.map_or_else(|| reading.missing("log"), |it| reading.declared(it.value.as_str(), it.span));
    add(
        "log",
        vec![match log.and_then(|it| it.reviewed.as_ref()) {
            Some(day) => kept.detail(reading.on_day("log_reviewed", day.value)),
            None => kept,
        }],
    );
    add("measures", measures(reading, &decl.security));
    lines
}

/// What comes in, is made and goes out, in lines.
fn moves(reading: &Reading, node: &Node) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            lines.push(Line { label: reading.word(label), values });
        }
    };
    let collects = node.collects.iter().map(|it| {
        let fields: Vec<_> = it.fields.iter().map(|(field, _)| reading.field(*field)).collect();
        let value = reading.declared(reading.pair(reading.subject(it.subject), fields.join(", ")), it.span);
        let gates = reading.gates(&it.gates);
        if gates.is_empty() { value } else { value.badge("gate", gates.join(", ")) }
    });
    add("collects", collects.collect());
    let derives = node.derives.iter().map(|it| {
        let value = reading.declared(format!("{} ← {}", reading.field(it.field), selected(reading, &it.from)), it.span);
        it.decl.method.as_ref().map_or(value.clone(), |method| value.detail(reading.text(method)))
    });
    add("derives", derives.collect());
    add(
        "uses",
        node.uses
            .iter()
            .map(|it| reading.declared(reading.pair(reading.activity(it.activity).text, selected(reading, &it.selector)), it.span))
            .collect(),
    );
    add(
        "access",
        node.access.iter().map(|it| reading.declared(reading.pair(&it.role, selected(reading, &it.selector)), it.span)).collect(),
    );
    let sends = node.sends.iter().map(|id| {
        let flow = reading.model().flow(*id);
        let to = reading.node(flow.to);
        let label = flow.label.as_ref().map_or(String::new(), |label| format!(" #{label}"));
        let mut value = reading.declared(format!("{}{label}", to.text), flow.span).link(to.href);
        value = value.detail(selected(reading, &flow.selector));
        if flow.kind == FlowKind::Hosting {
            value = value.badge("kind", reading.word("hosting"));
        }
        let gates = reading.gates(&flow.gates);
        if !gates.is_empty() {
            value = value.badge("gate", gates.join(", "));
        }
        match flow.stopped.filter(|_| flow.is_stopped(reading.map.today)) {
            Some(day) => value.badge("stopped", reading.on_day("stopped_since", day)),
            None => value,
        }
    });
    add("sends", sends.collect());
    lines
}

/// Who runs the machines it stands on.
fn hosts(reading: &Reading, node: &Node) -> Vec<Value> {
    let flows = node.sends.iter().map(|id| reading.model().flow(*id)).filter(|flow| flow.kind == FlowKind::Hosting);
    let values: Vec<Value> = flows
        .map(|flow| {
            let host = reading.node(flow.to);
            reading.declared(host.text, flow.span).link(host.href)
        })
        .collect();
    if values.is_empty() { vec![reading.not_applicable(reading.word("no_host"))] } else { values }
}

/// Who runs it: as its own declaration says, or by the default of its file.
fn team(reading: &Reading, node: &Node, decl: &SystemDecl) -> Value {
    match (decl.team.as_ref(), &node.team) {
        (Some(own), _) => reading.declared(own.value.as_str(), own.span),
        (None, Some(default)) => {
            let mut value = reading.computed(default.as_str());
            value.origin.reason = Some(reading.word("default_of_file"));
            value
        }
        (None, None) => reading.missing("team"),
    }
}

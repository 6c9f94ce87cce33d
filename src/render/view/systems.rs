//! The organisation's own systems: what comes in, what is made, who reads it, where it goes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::record::{measures, retention_values};
use super::{Badge, Line, Link, Reading, Value};
use crate::declare::{Mode, SystemDecl};
use crate::law::Form;
use crate::model::{FieldId, FlowKind, Node, NodeId, NodeKind, Selector};

/// One system in the list.
#[derive(Clone, Debug, Serialize)]
pub struct SystemRow {
    /// Its title and page.
    pub link: Link,
    /// Where it is declared.
    pub place: String,
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

/// The page of one system.
#[derive(Clone, Debug, Serialize)]
pub struct SystemPage {
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
            team: decl.team.0.as_ref().map(|own| own.value.clone()).or_else(|| node.team.clone()).map(|it| reading.document(&it)),
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

/// The page of a system.
pub fn system(reading: &Reading, id: NodeId) -> SystemPage {
    let node = reading.model().node(id);
    let lines = match &node.kind {
        NodeKind::System(decl) => lines(reading, node, decl),
        NodeKind::Recipient(_) => Vec::new(),
    };
    let Link { text: title, lang, .. } = reading.node(id);
    SystemPage { title, lang, id: node.id.clone(), place: reading.place(node.span), lines }
}

fn lines(reading: &Reading, node: &Node, decl: &SystemDecl) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            lines.push(Line { label: reading.word(label), values });
        }
    };
    add("team", vec![team(reading, node, decl)]);
    add("location", decl.location.iter().map(|it| reading.declared(reading.country(Some(it)), it.span)).collect());
    add("zone", decl.zone.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("tags", decl.tags.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("technology", decl.technology.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    let collects = node.collects.iter().map(|it| {
        let fields: Vec<_> = it.fields.iter().map(|(field, _)| reading.field(*field)).collect();
        let value = reading.declared(reading.pair(reading.subject(it.subject), fields.join(", ")), it.span);
        let gates = reading.gates(&it.gates);
        if gates.is_empty() { value } else { value.badge("gate", gates.join(", ")) }
    });
    add("collects", collects.collect());
    let derives = node.derives.iter().map(|it| {
        let value = reading.declared(format!("{} ← {}", reading.field(it.field), words(reading, &it.from)), it.span);
        it.decl.method.as_ref().map_or(value.clone(), |method| value.detail(reading.text(method)))
    });
    add("derives", derives.collect());
    add(
        "uses",
        node.uses
            .iter()
            .map(|it| reading.declared(reading.pair(reading.activity(it.activity).text, words(reading, &it.selector)), it.span))
            .collect(),
    );
    add("access", node.access.iter().map(|it| reading.declared(reading.pair(&it.role, words(reading, &it.selector)), it.span)).collect());
    let sends = node.sends.iter().map(|id| {
        let flow = reading.model().flow(*id);
        let to = reading.node(flow.to);
        let label = flow.label.as_ref().map_or(String::new(), |label| format!(" #{label}"));
        let mut value = reading.declared(format!("{}{label}", to.text), flow.span).link(to.href);
        value = value.detail(words(reading, &flow.selector));
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
    add("retention", retention_values(reading, decl.retention.as_ref()));
    let erase = decl.erase.as_ref().map_or_else(
        || reading.missing("erase"),
        |mode| match mode {
            Mode::Word(how) => reading.declared(reading.choice("erase", &how.value), how.span),
            Mode::Map(none) => {
                let mut value = reading.not_applicable(none.none.as_ref().map_or_else(|| reading.word("missing"), |why| why.value.clone()));
                value.origin.place = none.none.as_ref().map(|why| reading.place(why.span));
                value
            }
        },
    );
    add("erase", vec![erase]);
    let log = decl.log.as_ref().and_then(|it| it.reference.as_ref());
    add("log", vec![log.map_or_else(|| reading.missing("log"), |it| reading.declared(it.value.as_str(), it.span))]);
    add("measures", measures(reading, &decl.security));
    lines
}

/// Who runs it: as its own declaration says, or by the default of its file.
fn team(reading: &Reading, node: &Node, decl: &SystemDecl) -> Value {
    match (&decl.team.0, &node.team) {
        (Some(own), _) => reading.declared(own.value.as_str(), own.span),
        (None, Some(default)) => {
            let mut value = reading.computed(default.as_str());
            value.origin.reason = Some(reading.word("default_of_file"));
            value
        }
        (None, None) => reading.missing("team"),
    }
}

/// A selector as it was written.
fn words(reading: &Reading, selector: &Selector) -> String {
    if selector.silent {
        return reading.word("everything");
    }
    if selector.unknown.is_some() {
        return reading.word("unknown_data");
    }
    let mut words: Vec<_> = selector.takes.iter().chain(&selector.excludes).map(|word| (word.span, word.text.as_str())).collect();
    words.sort();
    words.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

//! What comes in or goes out somewhere: one row for each collection or flow, with all it brings.

use serde::Serialize;

use super::data::{Gathered, labels};
use super::exposed::{facts, feature, kind};
use super::{Batch, CategoryMark, Index, Link, Once, Phrase, Reading, Shown};
use crate::law::Form;
use crate::model::{Collect, FlowId, FlowKind, Item, NodeId, Selector};

/// A collection or a flow.
#[derive(Clone, Debug, Serialize)]
pub struct Passage {
    /// Who stands at the other end: people, a system or a recipient.
    pub party: Once<Link>,
    /// People themselves: it is a collection.
    pub people: bool,
    /// The declared source of what is collected.
    pub source: Option<Link>,
    /// The part behind `#`.
    pub label: Option<String>,
    /// Hosting or sub-processing, where it is that.
    pub kind: Option<String>,
    /// What it brings on the day, or brought before it was stopped.
    pub data: Shown<Batch>,
    /// What it is meant to carry, where it brings nothing.
    pub meant: String,
    /// The sensitive data among that.
    pub labels: Vec<CategoryMark>,
    /// What holds it back.
    pub gates: Vec<String>,
    /// For which activities.
    pub activities: Vec<Once<Link>>,
    /// It serves what brought the data to its sender.
    pub serves: bool,
    /// Channel, frequency, since and the like, in words.
    pub facts: Vec<String>,
    /// The day it was stopped.
    pub stopped: Option<String>,
    /// The day it will begin, if that is still to come.
    pub begins: Option<String>,
    /// Where it is declared.
    pub place: String,
}

/// A collection, at the system or recipient that collects.
pub fn collection(reading: &Reading, at: NodeId, collect: &Collect) -> Passage {
    let mut data = Gathered::default();
    let reach = &reading.map.reach;
    for (field, _) in &collect.fields {
        let item = Item { subject: collect.subject, field: *field };
        let states = reach.at(at);
        let first = states.partition_point(|id| reach.state(*id).item < item);
        // Items start plain, and plain comes first.
        let known = states.get(first).map(|id| reach.state(*id)).filter(|state| state.item == item);
        let labels = known.map(|state| labels(reading.map, state)).unwrap_or_default();
        data.add(item, Form::Plain, &labels);
    }
    let subject = reading.model().subject(collect.subject);
    let Phrase { text, lang } = reading.title(subject.decl.title.as_deref(), &subject.id);
    Passage {
        party: Link { text, lang, id: subject.id.clone(), href: None }.into(),
        people: collect.decl.source.is_none(),
        source: collect.decl.source.as_ref().map(|id| reading.origin(id)),
        label: None,
        kind: None,
        data: data.shown(reading),
        meant: reading.word("unknown_data"),
        labels: data.labels(reading),
        gates: reading.gates(&collect.gates),
        activities: collect.activities.iter().map(|id| reading.to_activity(*id)).collect(),
        serves: false,
        facts: Vec::new(),
        stopped: None,
        begins: None,
        place: reading.place(collect.span),
    }
}

/// A flow, seen from one of its ends.
pub fn passage(reading: &Reading, index: &Index, id: FlowId, party: NodeId) -> Passage {
    let (map, flow) = (reading.map, reading.model().flow(id));
    let mut data = Gathered::default();
    for step in index.steps(id).iter().map(|at| map.reach.transitions[*at]) {
        let (from, to) = (map.reach.state(step.from), map.reach.state(step.to));
        if !from.past {
            data.add(to.item, to.form, &labels(map, from));
        }
    }
    Passage {
        party: reading.to_node(party),
        people: false,
        source: None,
        label: feature(flow),
        kind: kind(reading, flow),
        data: data.shown(reading),
        meant: selected(reading, &flow.selector),
        labels: data.labels(reading),
        gates: reading.gates(&flow.gates),
        activities: flow.activities.iter().map(|id| reading.to_activity(*id)).collect(),
        serves: flow.kind != FlowKind::Sends,
        facts: facts(reading, id),
        stopped: flow.stopped.filter(|_| flow.is_stopped(map.today)).map(|day| day.to_string()),
        begins: flow.decl.since.as_ref().map(|day| day.value).filter(|day| *day > map.today).map(|day| day.to_string()),
        place: reading.place(flow.span),
    }
}

/// A selector as it was written.
pub fn selected(reading: &Reading, selector: &Selector) -> String {
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

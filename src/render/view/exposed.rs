//! What a recipient gets: one delivery for each flow, one row for each item, with its path.

use serde::Serialize;

use super::{Badge, Link, Once, Reading};
use crate::finding::Hop;
use crate::flow::{Exposure, StateId};
use crate::model::{Flow, FlowId, FlowKind, NodeId, Taken};

/// How an item gets somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Path {
    /// `visitor`, `website`, `tag-manager`, `meta-ads`.
    pub nodes: Vec<String>,
    /// Each step with its place.
    pub steps: Vec<PathStep>,
}

/// One step of a path.
#[derive(Clone, Debug, Serialize)]
pub struct PathStep {
    /// Who holds it after the step.
    pub node: String,
    /// The item, where it is another than at the step before.
    pub item: Option<String>,
    /// Its form there, where it is another than at the step before.
    pub form: Option<Once<Badge>>,
    /// The flow, collection or derivation.
    pub flow: String,
    /// `file:line`.
    pub place: String,
    /// The flow is stopped, and what it brought is still there.
    pub stopped: bool,
}

/// An item that a recipient gets.
#[derive(Clone, Debug, Serialize)]
pub struct Exposed {
    /// Whose.
    pub subject: String,
    /// What.
    pub field: Once<Link>,
    /// `subject.field`.
    pub item: String,
    /// In which form.
    pub form: Once<Badge>,
    /// How it was sent, where the recipient undoes that.
    pub undone: Option<String>,
    /// Behind which gates.
    pub gates: Vec<String>,
    /// For which activity.
    pub activity: Option<Once<Link>>,
    /// What it gives away.
    pub labels: Vec<Badge>,
    /// The way.
    pub path: Path,
}

/// A flow to a recipient and what it delivers.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// The sender.
    pub from: Once<Link>,
    /// The part behind `#`.
    pub label: Option<String>,
    /// Hosting or sub-processing, where it is that.
    pub kind: Option<String>,
    /// Where it is declared.
    pub place: String,
    /// Channel, since, stopped and the like, in words.
    pub facts: Vec<String>,
    /// The day it was stopped.
    pub stopped: Option<String>,
    /// The day it will begin, if that is still to come.
    pub begins: Option<String>,
    /// Its activities.
    pub activities: Vec<Once<Link>>,
    /// What it delivers.
    pub items: Vec<Exposed>,
}

/// Everything that flows into a recipient, by flow.
pub fn deliveries(reading: &Reading, recipient: NodeId) -> Vec<Delivery> {
    reading.model().node(recipient).receives.iter().map(|id| delivery(reading, *id)).collect()
}

fn delivery(reading: &Reading, id: FlowId) -> Delivery {
    let model = reading.model();
    let flow = model.flow(id);
    let all = &reading.map.exposures;
    let first = all.partition_point(|exposure| exposure.flow < id);
    let items = all[first..].iter().zip(&reading.walks[first..]).take_while(|(exposure, _)| exposure.flow == id);
    Delivery {
        id: flow.id.clone(),
        from: reading.to_node(flow.from),
        label: feature(flow),
        kind: kind(reading, flow),
        place: reading.place(flow.span),
        facts: facts(reading, id),
        stopped: flow.stopped.filter(|_| flow.is_stopped(reading.map.today)).map(|day| day.to_string()),
        begins: flow.decl.since.as_ref().map(|day| day.value).filter(|day| *day > reading.map.today).map(|day| day.to_string()),
        activities: flow.activities.iter().map(|id| reading.to_activity(*id)).collect(),
        items: items.map(|(exposure, hops)| exposed(reading, exposure, hops)).collect(),
    }
}

/// Hosting or sub-processing, where a flow is that.
pub(super) fn kind(reading: &Reading, flow: &Flow) -> Option<String> {
    match flow.kind {
        FlowKind::Sends => None,
        FlowKind::Hosting => Some(reading.word("hosting")),
        FlowKind::Subprocessor => Some(reading.word("subprocessing")),
    }
}

/// The part of a flow's id behind `#`, where somebody wrote it.
pub(super) fn feature(flow: &Flow) -> Option<String> {
    flow.label.clone().filter(|_| flow.kind == FlowKind::Sends)
}

/// Channel, since, stopped and the like, in words.
pub(super) fn facts(reading: &Reading, id: FlowId) -> Vec<String> {
    let flow = reading.model().flow(id);
    let decl = &flow.decl;
    let mut facts = Vec::new();
    facts.extend(decl.channel.as_ref().map(|it| reading.pair(reading.word("channel"), reading.choice("channel", &it.value))));
    facts.extend(decl.frequency.as_ref().map(|it| reading.pair(reading.word("frequency"), reading.choice("frequency", &it.value))));
    facts.extend(
        decl.consideration.as_ref().map(|it| reading.pair(reading.word("consideration"), reading.choice("consideration", &it.value))),
    );
    facts.extend(decl.since.as_ref().map(|day| reading.on_day("since", day.value)));
    facts.extend(flow.stopped.map(|day| reading.on_day("stopped_since", day)));
    facts.extend(flow.purged.map(|day| reading.on_day("purged", day)));
    facts.extend(reading.model().role_in(flow).map(|role| reading.pair(reading.word("role"), reading.choice("role", &role))));
    facts.extend(decl.why.as_ref().map(|text| reading.text(text)));
    facts.extend(decl.method.as_ref().map(|text| reading.pair(reading.word("method"), reading.text(text))));
    facts
}

/// An exposure as its row says it.
pub(super) fn exposed(reading: &Reading, exposure: &Exposure, hops: &[Hop]) -> Exposed {
    let mut labels: Vec<_> = exposure.sensitive.iter().map(|id| reading.sensitive(*id)).collect();
    if exposure.unknown {
        labels.push(Badge { kind: "sensitive", text: reading.word("possibly_sensitive") });
    }
    Exposed {
        subject: reading.subject(exposure.item.subject),
        field: reading.to_field(exposure.item.field),
        item: reading.model().item_id(exposure.item),
        form: reading.form(exposure.form),
        undone: undone(reading, exposure),
        gates: reading.gates(&exposure.gates),
        activity: exposure.activity.map(|id| reading.to_activity(id)),
        labels,
        path: path(reading, hops),
    }
}

/// The form an item was sent in, where its recipient can match it back to people.
fn undone(reading: &Reading, exposure: &Exposure) -> Option<String> {
    let flow = reading.model().flow(exposure.flow);
    let sent = exposure.ends.iter().filter_map(|(from, _)| {
        let from = reading.map.reach.state(*from);
        match flow.selector.take(reading.model(), from.item) {
            Taken::Yes(step, _) => Some(step.apply(from.form)),
            Taken::No | Taken::Revealing(_) => None,
        }
    });
    let sent = sent.min().filter(|sent| *sent > exposure.form)?;
    Some(format!("{}; {}", reading.word("sent_as").replace("{}", &reading.form(sent).text), reading.word("matched_back")))
}

/// A path as people read it.
pub(super) fn path(reading: &Reading, hops: &[Hop]) -> Path {
    let form = |hop: &Hop| match crate::law::Form::named(hop.form) {
        Some(form) => reading.form(form),
        None => Badge { kind: "plain", text: hop.form.to_owned() }.into(),
    };
    let before = std::iter::once(None).chain(hops.iter().map(Some));
    let steps = hops.iter().zip(before).map(|(hop, before)| PathStep {
        node: hop.node.clone(),
        item: before.is_none_or(|it| it.item != hop.item).then(|| hop.item.clone()),
        form: before.is_none_or(|it| it.form != hop.form).then(|| form(hop)),
        flow: hop.flow.clone(),
        place: reading.place(hop.span),
        stopped: hop.stopped,
    });
    Path { nodes: nodes(hops), steps: steps.collect() }
}

/// Whose data, then each system once.
fn nodes(hops: &[Hop]) -> Vec<String> {
    let mut nodes: Vec<String> = Vec::new();
    nodes.extend(hops.first().and_then(|hop| hop.item.split_once('.')).map(|(subject, _)| subject.to_owned()));
    for hop in hops {
        if nodes.last() != Some(&hop.node) {
            nodes.push(hop.node.clone());
        }
    }
    nodes
}

/// The shortest way to a state: whose data, then each system once.
pub(super) fn way_to(reading: &Reading, state: StateId) -> Vec<String> {
    let walks = reading.map.walks();
    nodes(&walks.hops(&walks.to(state)))
}

//! What went through some flows, and on from those who got it: what an incident is about. Stopped
//! flows count as they stood, and what was deleted or purged since is followed all the same.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::labels::Label;
use super::map::Map;
use super::state::{Hop, StateId};
use super::walk::{Step, Walks, Wanted};
use crate::law::Form;
use crate::model::{CategoryId, FlowId, GateId, Item, NodeId, Taken};

/// A recipient got an item in a form, by a flow.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Who got it.
    pub recipient: NodeId,
    /// The flow that delivered it: one of those asked about, or one further on.
    pub flow: FlowId,
    /// What.
    pub item: Item,
    /// The form it was sent in.
    pub sent: Form,
    /// The form the recipient has it in: what it can look up is plain to it.
    pub form: Form,
    /// Deleted or purged since.
    pub past: bool,
    /// Gates on every way, those of the flow included; sorted.
    pub gates: Vec<GateId>,
    /// The sensitive categories it is or reveals there, each with a walk that brings it.
    pub sensitive: Vec<(CategoryId, Vec<Step>)>,
    /// Nobody has said what it is.
    pub unknown: bool,
    /// A walk through one of the flows asked about.
    pub walk: Vec<Step>,
}

/// How a state was found: the steps from the sender of a flow that was asked about.
#[derive(Clone)]
struct Found {
    start: StateId,
    steps: Vec<Step>,
    from: StateId,
}

/// Everything recipients got through some flows, by recipient, flow, item and form.
pub fn delivered(map: &Map, walks: &Walks, flows: &BTreeSet<FlowId>) -> Vec<Delivery> {
    let mut found: BTreeMap<(Hop, StateId), Found> = BTreeMap::new();
    let mut queue = VecDeque::new();
    for step in &map.reach.transitions {
        if matches!(step.hop, Hop::Flow(flow) if flows.contains(&flow)) {
            let found_by = Found { start: step.from, steps: vec![(step.hop, step.to)], from: step.from };
            let shorter = |known: &Found| walks.to(known.start).len() <= walks.to(step.from).len();
            if !found.get(&(step.hop, step.to)).is_some_and(shorter) {
                found.insert((step.hop, step.to), found_by);
                queue.push_back((step.hop, step.to));
            }
        }
    }
    let mut left = BTreeSet::new();
    while let Some((hop, at)) = queue.pop_front() {
        if !left.insert(at) {
            continue;
        }
        let Some(here) = found.get(&(hop, at)).cloned() else { continue };
        for step in map.reach.leaving(at).iter().filter(|step| goes_on(map, step.hop)) {
            if let std::collections::btree_map::Entry::Vacant(place) = found.entry((step.hop, step.to)) {
                let steps = [here.steps.as_slice(), &[(step.hop, step.to)]].concat();
                place.insert(Found { start: here.start, steps, from: at });
                queue.push_back((step.hop, step.to));
            }
        }
    }
    let mut all: Vec<Delivery> = found.into_iter().filter_map(|((hop, to), how)| delivery(map, walks, hop, to, &how)).collect();
    all.sort_by_key(|it| (it.recipient, !flows.contains(&it.flow), it.flow, it.item, it.form, it.past, it.walk.len()));
    all.dedup_by_key(|it| (it.recipient, it.flow, it.item, it.form, it.past));
    all
}

/// Through the organisation's own systems to whoever gets it; what a recipient sends back into one
/// of them is another matter.
fn goes_on(map: &Map, hop: Hop) -> bool {
    match hop {
        Hop::Flow(flow) => {
            let flow = map.model.flow(flow);
            !(map.model.node(flow.to).is_system() && map.model.recipient(flow.from).is_some())
        }
        Hop::Derive(_) => true,
        Hop::Collect(_) => false,
    }
}

fn delivery(map: &Map, walks: &Walks, hop: Hop, to: StateId, how: &Found) -> Option<Delivery> {
    let (reach, model) = (&map.reach, &map.model);
    let (from, state) = (reach.state(how.from), reach.state(to));
    let Hop::Flow(id) = hop else { return None };
    let flow = model.flow(id);
    let labels = reach.label_sets.get(from.labels);
    if model.node(flow.to).is_system() || state.form == Form::Anonymised || !labels.contains(&Label::PERSONAL.0) {
        return None;
    }
    let sent = match flow.selector.take(model, from.item) {
        Taken::Yes(step, _) => step.apply(from.form),
        Taken::No | Taken::Revealing(_) => state.form,
    };
    let mut gates: Vec<GateId> =
        reach.gate_sets.get(from.gates).iter().map(|gate| GateId(*gate)).chain(flow.gates.iter().copied()).collect();
    gates.sort();
    gates.dedup();
    let walk = [walks.to(how.start), how.steps.clone()].concat();
    let brings = |label: &u32| {
        let category = Label(*label).category()?;
        let to_start = walks.wanted(how.start, &Wanted::Bringing(Label(*label))).map(|start| [start, how.steps.clone()].concat());
        // What is derived further on may bring a category of its own.
        Some((category, to_start.unwrap_or_else(|| walk.clone())))
    };
    Some(Delivery {
        recipient: flow.to,
        flow: id,
        item: state.item,
        sent,
        form: state.form,
        past: state.past,
        gates,
        sensitive: labels.iter().filter_map(brings).collect(),
        unknown: labels.contains(&Label::UNKNOWN.0),
        walk,
    })
}

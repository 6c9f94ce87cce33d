//! States and the steps between them: what a search finds.

use super::labels::Label;
use super::sets::{SetId, Sets};
use crate::law::Form;
use crate::model::{FlowId, Item, NodeId};

/// A state among [`Reach::states`]; states are numbered from the nearest to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u32);

/// A node holds an item in a form.
#[derive(Clone, Debug)]
pub struct State {
    /// Who holds it.
    pub node: NodeId,
    /// What is held.
    pub item: Item,
    /// In which form.
    pub form: Form,
    /// It was held once: purged, or its deletion confirmed.
    pub past: bool,
    /// Gates on every way in, implied ones included.
    pub gates: SetId,
    /// What it is or reveals here; see [`super::Label`].
    pub labels: SetId,
    /// How it got here, by the shortest way.
    pub via: Hop,
    /// The state before, for all but a collection.
    pub before: Option<StateId>,
    /// Steps from a collection.
    pub hops: u32,
}

/// One step of a walk. The order is that of ids, flows before derivations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hop {
    /// Collected: position among the node's `collects`.
    Collect(u32),
    /// Carried by a flow.
    Flow(FlowId),
    /// Derived: position among the node's `derives`.
    Derive(u32),
}

/// One step that is possible: from a state to the state it leads to.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// From.
    pub from: StateId,
    /// To.
    pub to: StateId,
    /// By which flow or derivation.
    pub hop: Hop,
}

/// Everything that is reached.
#[derive(Debug)]
pub struct Reach {
    /// States, from the nearest to a collection.
    pub states: Vec<State>,
    /// Steps, in the order of the states they leave.
    pub transitions: Vec<Transition>,
    /// Where the steps of each state begin, and one past the last.
    pub(super) offsets: Vec<u32>,
    /// States of each node, in order of item and form.
    pub(super) by_node: Vec<Vec<StateId>>,
    /// Gates, by index of [`crate::model::GateId`].
    pub gate_sets: Sets,
    /// Labels.
    pub label_sets: Sets,
}

impl Reach {
    /// A state.
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.0 as usize]
    }

    /// Whether what a state holds is about a person.
    pub fn is_personal(&self, state: &State) -> bool {
        self.label_sets.get(state.labels).contains(&Label::PERSONAL.0)
    }

    /// The steps that leave a state.
    pub fn leaving(&self, id: StateId) -> &[Transition] {
        &self.transitions[self.offsets[id.0 as usize] as usize..self.offsets[id.0 as usize + 1] as usize]
    }

    /// The states of a node, in order of item and form.
    pub fn at(&self, node: NodeId) -> &[StateId] {
        &self.by_node[node.index()]
    }
}

/// Whether the first way into a state comes before the second: by the ids along it. Both have the
/// same number of hops.
pub(super) fn earlier(states: &[State], a: (Option<StateId>, Hop), b: (Option<StateId>, Hop)) -> bool {
    let trace = |(before, via): (Option<StateId>, Hop)| {
        let mut hops = vec![via];
        let mut at = before;
        while let Some(id) = at {
            let state = &states[id.0 as usize];
            hops.push(state.via);
            at = state.before;
        }
        hops.reverse();
        by_flows_first(hops)
    };
    if a.0 == b.0 { a.1 < b.1 } else { trace(a) < trace(b) }
}

/// What walks of one length are ordered by: flows decide first; which collection a walk starts from
/// only where they are all the same.
pub(super) fn by_flows_first(hops: Vec<Hop>) -> (Vec<Hop>, Vec<Hop>) {
    (hops.iter().filter(|hop| !matches!(hop, Hop::Collect(_))).copied().collect(), hops)
}

//! Where what is held was collected: for every state, the collections it comes from, through
//! whatever was derived on the way.

use std::collections::VecDeque;

use super::exposure::Exposure;
use super::sets::{SetId, Sets};
use super::state::{Reach, StateId};
use crate::law::Form;
use crate::model::{Collect, Model, NodeId};

/// The collections behind every state.
#[derive(Debug)]
pub struct Origins {
    /// Every collection: its node, and its position among the node's.
    collects: Vec<(NodeId, u32)>,
    of_state: Vec<SetId>,
    sets: Sets,
}

impl Origins {
    /// Computes them: a least fixpoint over the steps of the search.
    pub fn of(model: &Model, reach: &Reach) -> Origins {
        let mut origins = Origins { collects: Vec::new(), of_state: vec![SetId::EMPTY; reach.states.len()], sets: Sets::default() };
        let mut queue = VecDeque::new();
        let mut queued = vec![false; reach.states.len()];
        for (at, node) in model.nodes.iter().enumerate() {
            let id = NodeId::from_index(at);
            for (position, collect) in node.collects.iter().enumerate() {
                let number = origins.collects.len() as u32;
                origins.collects.push((id, position as u32));
                let own = origins.sets.of([number]);
                for state in reach.at(id).iter().filter(|it| starts(reach, **it, collect)) {
                    let known = &mut origins.of_state[state.0 as usize];
                    *known = origins.sets.union(*known, own);
                    if !std::mem::replace(&mut queued[state.0 as usize], true) {
                        queue.push_back(*state);
                    }
                }
            }
        }
        while let Some(at) = queue.pop_front() {
            queued[at.0 as usize] = false;
            let here = origins.of_state[at.0 as usize];
            for transition in reach.leaving(at) {
                let to = transition.to.0 as usize;
                let joined = origins.sets.union(origins.of_state[to], here);
                if joined != origins.of_state[to] {
                    origins.of_state[to] = joined;
                    if !std::mem::replace(&mut queued[to], true) {
                        queue.push_back(transition.to);
                    }
                }
            }
        }
        origins
    }

    /// The collections a state comes from, by node and then by place.
    pub fn of_state<'m>(&self, model: &'m Model, state: StateId) -> impl Iterator<Item = (NodeId, &'m Collect)> {
        let numbers = self.sets.get(self.of_state[state.0 as usize]).iter();
        numbers.map(|number| {
            let (node, position) = self.collects[*number as usize];
            (node, &model.node(node).collects[position as usize])
        })
    }

    /// The collections that an exposure comes from, whatever form the item takes on the way.
    pub fn of_exposure<'m>(&self, model: &'m Model, exposure: &Exposure) -> Vec<(NodeId, &'m Collect)> {
        let mut states: Vec<StateId> = exposure.all_ends.iter().map(|(from, _)| *from).collect();
        states.sort();
        states.dedup();
        let mut all: Vec<(NodeId, &Collect)> = states.into_iter().flat_map(|state| self.of_state(model, state)).collect();
        all.sort_by_key(|(node, collect)| (*node, collect.span));
        all.dedup_by_key(|(node, collect)| (*node, collect.span));
        all
    }
}

fn starts(reach: &Reach, state: StateId, collect: &Collect) -> bool {
    let state = reach.state(state);
    state.item.subject == collect.subject
        && state.form == Form::Plain
        && !state.past
        && collect.fields.iter().any(|(field, _)| *field == state.item.field)
}

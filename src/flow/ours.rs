//! What concerns the project itself, where the map shows neighbours too: what begins in its own
//! declarations, passes through them or ends there. What neighbours do among themselves is theirs.

use std::collections::VecDeque;

use super::exposure::Exposure;
use super::state::{Hop, Reach, StateId};
use crate::law::Form;
use crate::model::{Item, Model, NodeId};

/// What of a map concerns the project. Exposures are copied, so that rules see them as one slice.
#[derive(Debug)]
pub(super) struct Ours {
    /// States that some way through its own declarations leads to.
    states: Vec<bool>,
    /// Exposures with such a way.
    pub exposures: Vec<Exposure>,
}

impl Ours {
    /// Computes it; nothing where the project answers for all there is.
    pub fn of(model: &Model, reach: &Reach, exposures: &mut [Exposure]) -> Option<Ours> {
        if model.repositories.values().all(|it| it.whole) {
            return None;
        }
        let mut states = vec![false; reach.states.len()];
        let mut queue: VecDeque<StateId> = VecDeque::new();
        for (at, node) in model.nodes.iter().enumerate() {
            let id = NodeId::from_index(at);
            let here = model.is_ours(node.span);
            let collected = |it: Item| {
                let own = node.collects.iter().filter(|collect| collect.subject == it.subject && model.is_ours(collect.span));
                own.flat_map(|collect| &collect.fields).any(|(field, _)| *field == it.field)
            };
            let begins = |it: &&StateId| {
                let state = reach.state(**it);
                here || state.form == Form::Plain && !state.past && collected(state.item)
            };
            queue.extend(reach.at(id).iter().filter(begins));
        }
        queue.iter().for_each(|state| states[state.0 as usize] = true);
        // Every way counts: a least fixpoint over the steps of the search.
        let here = |states: &[bool], at: StateId| states[at.0 as usize];
        let own = reach.transitions.iter().filter(|it| is_ours(model, reach.state(it.to).node, it.hop)).map(|it| it.to);
        for to in own {
            if !std::mem::replace(&mut states[to.0 as usize], true) {
                queue.push_back(to);
            }
        }
        while let Some(at) = queue.pop_front() {
            for transition in reach.leaving(at) {
                if !here(&states, transition.to) {
                    states[transition.to.0 as usize] = true;
                    queue.push_back(transition.to);
                }
            }
        }
        for it in exposures.iter_mut() {
            let last = is_ours(model, model.flow(it.flow).to, Hop::Flow(it.flow));
            it.ours = last || it.all_ends.iter().any(|(from, _)| here(&states, *from));
        }
        let exposures = exposures.iter().filter(|it| it.ours).cloned().collect();
        Some(Ours { states, exposures })
    }

    /// Whether what a state holds came through the project's own declarations.
    pub fn holds(&self, state: StateId) -> bool {
        self.states[state.0 as usize]
    }
}

/// Whether a step to a node is the project's own, by who declares the step or the node.
pub(super) fn is_ours(model: &Model, to: NodeId, hop: Hop) -> bool {
    let node = model.node(to);
    let step = match hop {
        Hop::Collect(position) => node.collects[position as usize].span,
        Hop::Derive(position) => node.derives[position as usize].span,
        Hop::Flow(flow) => model.flow(flow).span,
    };
    model.is_ours(node.span) || model.is_ours(step)
}

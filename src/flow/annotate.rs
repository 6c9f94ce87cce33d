//! Gates and labels of what is reached: one work list over the steps that were found.

use std::collections::{HashMap, VecDeque};

use super::labels::own_labels;
use super::sets::{SetId, Sets};
use super::state::{Hop, Reach, StateId};
use crate::law::Form;
use crate::model::{Item, Model, NodeId};

/// Gates and labels of every state.
pub(super) fn annotate(model: &Model, reach: &mut Reach) {
    let (mut gate_sets, mut label_sets) = (Sets::default(), Sets::default());
    let flow_gates: Vec<SetId> = model.flows.iter().map(|flow| gate_sets.of(flow.gates.iter().map(|gate| gate.0))).collect();
    let mut derived_labels = HashMap::new();
    let mut gates: Vec<Option<SetId>> = vec![None; reach.states.len()];
    let mut labels: Vec<SetId> = vec![SetId::EMPTY; reach.states.len()];
    for (at, node) in model.nodes.iter().enumerate() {
        let node_id = NodeId::from_index(at);
        for collect in &node.collects {
            let held = gate_sets.of(collect.gates.iter().map(|gate| gate.0));
            for (field, _) in &collect.fields {
                let item = Item { subject: collect.subject, field: *field };
                let states = reach.at(node_id).iter().filter(|id| {
                    let state = reach.state(**id);
                    state.item == item && state.form == Form::Plain && !state.past
                });
                for id in states.map(|id| id.0 as usize).collect::<Vec<_>>() {
                    gates[id] = Some(gates[id].map_or(held, |known| gate_sets.intersection(known, held)));
                    let own = label_sets.of(own_labels(model, *field, false));
                    labels[id] = label_sets.union(labels[id], own);
                }
            }
        }
    }
    let mut queue: VecDeque<u32> = (0..reach.states.len() as u32).collect();
    let mut queued = vec![true; reach.states.len()];
    while let Some(at) = queue.pop_front() {
        queued[at as usize] = false;
        // Not reached by any settled way yet: what leads here will queue it again.
        let Some(here) = gates[at as usize] else { continue };
        for transition in reach.leaving(StateId(at)) {
            let to = transition.to.0 as usize;
            let (through, brings) = match transition.hop {
                Hop::Flow(flow) => (gate_sets.union(here, flow_gates[flow.index()]), labels[at as usize]),
                Hop::Derive(_) | Hop::Collect(_) => {
                    let field = reach.states[to].item.field;
                    let own = *derived_labels.entry(field).or_insert_with(|| label_sets.of(own_labels(model, field, true)));
                    (here, label_sets.union(labels[at as usize], own))
                }
            };
            let met = gates[to].map_or(through, |known| gate_sets.intersection(known, through));
            let joined = label_sets.union(labels[to], brings);
            if gates[to] != Some(met) || labels[to] != joined {
                gates[to] = Some(met);
                labels[to] = joined;
                if !queued[to] {
                    queued[to] = true;
                    queue.push_back(to as u32);
                }
            }
        }
    }
    for (at, state) in reach.states.iter_mut().enumerate() {
        state.gates = gates[at].unwrap_or(SetId::EMPTY);
        state.labels = labels[at];
    }
    (reach.gate_sets, reach.label_sets) = (gate_sets, label_sets);
}

//! Where the pages of single things find what they show, so that ten thousand of them do not each
//! search the whole map.

use crate::flow::{Hop, Map, Needs, StateId};
use crate::model::{ActivityId, CategoryId, FieldId, FlowId, NodeId};

/// A collection or derivation: its node, and its position among the node's.
pub type At = (NodeId, usize);

/// What pages look up.
pub struct Index<'a> {
    /// What staff need for each activity.
    pub needs: Needs<'a>,
    states: Vec<Vec<StateId>>,
    exposures: Vec<Vec<usize>>,
    collected: Vec<Vec<At>>,
    derived: Vec<Vec<At>>,
    activities: Vec<Vec<ActivityId>>,
    steps: Vec<Vec<usize>>,
    fields: Vec<Vec<FieldId>>,
}

impl<'a> Index<'a> {
    /// Looks everything up once.
    pub fn of(map: &'a Map) -> Index<'a> {
        let model = &map.model;
        let of_field = model.fields.len();
        let mut index = Index {
            needs: Needs::of(map),
            states: vec![Vec::new(); of_field],
            exposures: vec![Vec::new(); of_field],
            collected: vec![Vec::new(); of_field],
            derived: vec![Vec::new(); of_field],
            activities: vec![Vec::new(); of_field],
            steps: vec![Vec::new(); model.flows.len()],
            fields: vec![Vec::new(); model.categories.len()],
        };
        for (at, node) in model.nodes.iter().enumerate() {
            let id = NodeId::from_index(at);
            for (position, collect) in node.collects.iter().enumerate() {
                for (field, _) in &collect.fields {
                    index.collected[field.index()].push((id, position));
                }
            }
            for (position, derive) in node.derives.iter().enumerate() {
                index.derived[derive.field.index()].push((id, position));
            }
            for state in map.reach.at(id).iter().filter(|state| node.is_system() && !map.reach.state(**state).past) {
                index.states[map.reach.state(*state).item.field.index()].push(*state);
            }
        }
        for (at, exposure) in map.exposures.iter().enumerate() {
            index.exposures[exposure.item.field.index()].push(at);
        }
        for (at, processing) in map.processing().iter().enumerate() {
            let id = ActivityId::from_index(at);
            for item in &processing.items {
                let of = &mut index.activities[item.field.index()];
                // Items of one activity follow each other: the last is the only one it can be.
                if of.last() != Some(&id) {
                    of.push(id);
                }
            }
        }
        for (at, step) in map.reach.transitions.iter().enumerate() {
            if let Hop::Flow(flow) = step.hop {
                index.steps[flow.index()].push(at);
            }
        }
        for at in 0..of_field {
            let id = FieldId::from_index(at);
            let field = model.field(id);
            let mut categories: Vec<CategoryId> = field.is_closed.iter().chain(&field.reveals_closed).copied().collect();
            categories.sort();
            categories.dedup();
            for category in categories {
                index.fields[category.index()].push(id);
            }
        }
        index
    }

    /// What systems hold of a field on the day, by system, group of people and form.
    pub fn states(&self, field: FieldId) -> &[StateId] {
        &self.states[field.index()]
    }

    /// The exposures of a field, by their positions.
    pub fn exposures(&self, field: FieldId) -> &[usize] {
        &self.exposures[field.index()]
    }

    /// Where a field is collected.
    pub fn collected(&self, field: FieldId) -> &[At] {
        &self.collected[field.index()]
    }

    /// Where a field is made.
    pub fn derived(&self, field: FieldId) -> &[At] {
        &self.derived[field.index()]
    }

    /// The activities that process a field.
    pub fn activities(&self, field: FieldId) -> &[ActivityId] {
        &self.activities[field.index()]
    }

    /// The steps of the search that went through a flow, by their positions.
    pub fn steps(&self, flow: FlowId) -> &[usize] {
        &self.steps[flow.index()]
    }

    /// The fields that are or reveal a category or one below it.
    pub fn fields(&self, category: CategoryId) -> &[FieldId] {
        &self.fields[category.index()]
    }
}

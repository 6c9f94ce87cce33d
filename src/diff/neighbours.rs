//! What a comparison says of neighbours: only what the project's own data come to, and whose it is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fact, Noun};
use crate::flow::Map;

/// What neighbours declare, in either state, and what of it the project's own data come to.
#[derive(Default)]
pub struct Theirs {
    /// Whose it is.
    declared: BTreeMap<(&'static str, String), String>,
    /// Who gets something from the project, for what and how.
    met: BTreeSet<(&'static str, String)>,
}

impl Theirs {
    /// Gathers it from both states; who declares a thing is for the second one to say, where that has it.
    pub fn of(states: [&Map; 2]) -> Theirs {
        let mut theirs = Theirs::default();
        states.into_iter().for_each(|map| theirs.add(map));
        theirs
    }

    fn add(&mut self, map: &Map) {
        let model = &map.model;
        if model.repositories.values().all(|it| it.whole) {
            return;
        }
        let nodes = model.nodes.iter().map(|it| (Noun::Recipient, &it.id, it.span));
        let activities = model.activities.iter().map(|it| (Noun::Activity, &it.id, it.span));
        let gates = model.gates.iter().filter(|it| it.decl.is_some()).map(|it| (Noun::Gate, &it.id, it.span));
        let flows = model.flows.iter().map(|it| (Noun::Flow, &it.id, it.span));
        let fields = model.fields.iter().map(|it| (Noun::Inference, &it.id, it.span));
        for (noun, id, span) in nodes.chain(activities).chain(gates).chain(flows).chain(fields) {
            let key = (noun.owner(), id.clone());
            match model.repositories.get(&span.file).filter(|it| !it.whole) {
                Some(it) => self.declared.insert(key, it.namespace.clone()),
                None => self.declared.remove(&key),
            };
        }
        for it in map.ours() {
            let flow = model.flow(it.flow);
            self.met.insert((Noun::Flow.owner(), flow.id.clone()));
            self.met.insert((Noun::Inference.owner(), model.field(it.item.field).id.clone()));
            self.met.insert((Noun::Recipient.owner(), model.node(flow.to).id.clone()));
            self.met.extend(it.activity.map(|it| (Noun::Activity.owner(), model.activity_id(it).to_owned())));
            self.met.extend(model.shown_gates(&it.gates).into_iter().map(|gate| (Noun::Gate.owner(), gate.to_owned())));
        }
    }

    /// Marks a fact that is a neighbour's; whether it is of any concern to the project.
    pub fn is_told(&self, fact: &mut Fact) -> bool {
        let key = (fact.noun.owner(), fact.id.clone());
        fact.neighbour = self.declared.get(&key).cloned();
        fact.neighbour.is_none() || self.met.contains(&key)
    }
}

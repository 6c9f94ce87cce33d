//! Reach: which node holds which item in which form, behind which gates, giving away what.
//!
//! States (node, item, form) are found breadth first, so the first way in is a shortest one. Gates
//! are the intersection over all ways in (greatest fixpoint), labels the union (least fixpoint).
//! Two questions depend on the whole answer: the most exposed form of a derivation's inputs, and
//! what a vendor holds in plain. The search is repeated until both have settled; each can only move
//! one way, so that ends.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::graph::FlowGraph;
use super::reidentify::{Bases, Groups, Lookup};
use super::sets::{SetId, Sets};
use super::state::{Hop, Reach, State, StateId, Transition, earlier};
use crate::declare::Date;
use crate::law::Form;
use crate::model::{Flow, Item, Model, NodeId, Selector, SubjectId, Taken};

/// What has settled of the two questions that depend on the whole answer.
#[derive(Clone, PartialEq, Eq)]
struct Settled {
    lookup: Lookup,
    /// Most exposed form of the inputs of a derivation: node, position, subject.
    forms: HashMap<(NodeId, u32, SubjectId), Form>,
}

/// Computes who is reached on a day.
pub fn reach(model: &Model, graph: &FlowGraph, today: Date) -> Reach {
    let mut settled = Settled { lookup: Lookup::collected(model), forms: HashMap::new() };
    let (bases, groups) = (Bases::of(model), Groups::of(model));
    loop {
        let mut search = Search::new(model, graph, today, &settled, &bases, &groups);
        search.run();
        let next = search.settle();
        if next == settled {
            return search.finish();
        }
        settled = next;
    }
}

/// Fast hashing of small integers; nothing ever iterates over these maps.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

type Index = HashMap<(u64, u64), StateId, BuildHasherDefault<Mix>>;

struct Search<'a> {
    model: &'a Model,
    graph: &'a FlowGraph,
    today: Date,
    settled: &'a Settled,
    bases: &'a Bases,
    groups: &'a Groups,
    states: Vec<State>,
    transitions: Vec<Transition>,
    offsets: Vec<u32>,
    index: Index,
}

impl<'a> Search<'a> {
    fn new(model: &'a Model, graph: &'a FlowGraph, today: Date, settled: &'a Settled, bases: &'a Bases, groups: &'a Groups) -> Self {
        Search {
            model,
            graph,
            today,
            settled,
            bases,
            groups,
            states: Vec::new(),
            transitions: Vec::new(),
            offsets: Vec::new(),
            index: Index::default(),
        }
    }

    fn run(&mut self) {
        let model = self.model;
        for (at, node) in model.nodes.iter().enumerate() {
            for (position, collect) in node.collects.iter().enumerate() {
                for (field, _) in &collect.fields {
                    let item = Item { subject: collect.subject, field: *field };
                    self.arrive(NodeId::from_index(at), item, Form::Plain, false, Hop::Collect(position as u32), None);
                }
            }
        }
        let mut at = 0;
        while at < self.states.len() {
            self.offsets.push(self.transitions.len() as u32);
            self.leave(StateId(at as u32));
            at += 1;
        }
        self.offsets.push(self.transitions.len() as u32);
    }

    /// Follows every flow and derivation out of a state.
    fn leave(&mut self, from: StateId) {
        let model = self.model;
        let State { node, item, form, past, .. } = self.states[from.0 as usize];
        for flow_id in self.graph.leaving(node) {
            let flow = model.flow(flow_id);
            if let Taken::Yes(step, _) = flow.selector.take(model, item) {
                let past = self.becomes_past(flow, item, past);
                self.arrive(flow.to, item, step.apply(form), past, Hop::Flow(flow_id), Some(from));
            }
        }
        for (position, derive) in model.node(node).derives.iter().enumerate() {
            let Taken::Yes(step, _) = derive.from.take(model, item) else { continue };
            let position = position as u32;
            let own = [item.subject];
            for subject in if derive.of.is_empty() { own.as_slice() } else { &derive.of } {
                let input = step.apply(form);
                let form = match derive.step {
                    Some(stated) => stated.apply(Form::Plain),
                    None => self.settled.forms.get(&(node, position, *subject)).map_or(input, |known| *known),
                };
                let derived = Item { subject: *subject, field: derive.field };
                self.arrive(node, derived, form, past, Hop::Derive(position), Some(from));
            }
        }
    }

    /// Whether what a flow brought is no longer held where it arrived.
    fn becomes_past(&self, flow: &Flow, item: Item, past: bool) -> bool {
        let Some(recipient) = self.model.recipient(flow.to) else {
            // What an open flow keeps bringing is held, and so is what came in after a purge.
            let last = |purged| flow.stopped.is_some_and(|stopped| stopped <= purged);
            return past || flow.is_stopped(self.today) && flow.purged.is_some_and(|purged| purged <= self.today && last(purged));
        };
        // While a flow is open and its sender holds the item, a deletion is undone the next day.
        if !past && !flow.is_stopped(self.today) {
            return false;
        }
        recipient.deletions.iter().any(|(deletion, scope)| {
            let confirmed = deletion.confirmed.as_ref().map(|it| it.value);
            let after_the_stop = |day| !flow.is_stopped(self.today) || flow.stopped.is_some_and(|stopped| stopped <= day);
            confirmed.is_some_and(|day| day <= self.today && after_the_stop(day)) && matches!(scope.take(self.model, item), Taken::Yes(..))
        })
    }

    fn arrive(&mut self, node: NodeId, item: Item, form: Form, past: bool, via: Hop, before: Option<StateId>) {
        let found = form == Form::Pseudonymised && self.settled.lookup.finds(self.model, self.groups, self.bases, node, item);
        let form = if found { Form::Plain } else { form };
        let hops = before.map_or(0, |before| self.states[before.0 as usize].hops + 1);
        let key =
            (u64::from(node.0) << 32 | u64::from(item.subject.0), u64::from(item.field.0) << 8 | (form as u64) << 1 | u64::from(past));
        let to = match self.index.get(&key) {
            Some(known) => {
                let state = &self.states[known.0 as usize];
                if state.hops == hops && earlier(&self.states, (before, via), (state.before, state.via)) {
                    let state = &mut self.states[known.0 as usize];
                    (state.via, state.before) = (via, before);
                }
                *known
            }
            None => {
                let id = StateId(self.states.len() as u32);
                self.index.insert(key, id);
                self.states.push(State { node, item, form, past, gates: SetId::EMPTY, labels: SetId::EMPTY, via, before, hops });
                id
            }
        };
        if let Some(from) = before {
            self.transitions.push(Transition { from, to, hop: via });
        }
    }

    /// What this answer says to the two questions.
    fn settle(&self) -> Settled {
        let mut next = self.settled.clone();
        for state in self.states.iter().filter(|state| state.form == Form::Plain && !state.past) {
            if let Some(recipient) = self.model.recipient(state.node) {
                next.lookup.holds(recipient.group, state.item.field);
            }
        }
        // Only a pseudonym that could now be looked up calls for another search.
        let news = self.states.iter().any(|state| {
            state.form == Form::Pseudonymised && next.lookup.finds(self.model, self.groups, self.bases, state.node, state.item)
        });
        if !news {
            next.lookup = self.settled.lookup.clone();
        }
        let mut several = false;
        let mut forms: HashMap<(NodeId, u32, SubjectId), Form> = HashMap::new();
        for transition in &self.transitions {
            let Hop::Derive(position) = transition.hop else { continue };
            let from = &self.states[transition.from.0 as usize];
            let derive = &self.model.node(from.node).derives[position as usize];
            if derive.step.is_some() {
                continue;
            }
            let input = taken_form(self.model, &derive.from, from);
            let subject = self.states[transition.to.0 as usize].item.subject;
            forms
                .entry((from.node, position, subject))
                .and_modify(|known| {
                    several |= *known != input;
                    *known = (*known).min(input);
                })
                .or_insert(input);
        }
        if several || !next.forms.is_empty() {
            // Forms only ever become more exposed, which is why the search ends.
            for (key, form) in forms {
                next.forms.entry(key).and_modify(|known| *known = (*known).min(form)).or_insert(form);
            }
        }
        next
    }

    fn finish(self) -> Reach {
        let mut by_node = vec![Vec::new(); self.model.nodes.len()];
        for (at, state) in self.states.iter().enumerate() {
            by_node[state.node.index()].push(StateId(at as u32));
        }
        for ids in &mut by_node {
            ids.sort_by_key(|id| {
                let state = &self.states[id.0 as usize];
                (state.item, state.form, state.past)
            });
        }
        let mut reach = Reach {
            states: self.states,
            transitions: self.transitions,
            offsets: self.offsets,
            by_node,
            gate_sets: Sets::default(),
            label_sets: Sets::default(),
        };
        super::annotate::annotate(self.model, &mut reach);
        reach
    }
}

fn taken_form(model: &Model, from: &Selector, state: &State) -> Form {
    match from.take(model, state.item) {
        Taken::Yes(step, _) => step.apply(state.form),
        Taken::No | Taken::Revealing(_) => state.form,
    }
}

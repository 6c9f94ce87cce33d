//! Witnesses: the shortest walk that shows what a row says, ties by the least ids.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::exposure::Exposure;
use super::labels::{Label, own_labels};
use super::ours::is_ours;
use super::state::{Hop, Reach, State, StateId, Transition, by_flows_first};
use crate::declare::Date;
use crate::finding;
use crate::model::{GateId, Model, NodeId};

/// What a walk must show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// Nothing but that it is possible.
    Any,
    /// It passes only these gates.
    Within(Vec<GateId>),
    /// It does not pass this gate.
    Avoiding(GateId),
    /// It starts where this label comes in, and carries it.
    Bringing(Label),
    /// It starts at a collection of this system or recipient.
    From(NodeId),
    /// It comes through what the project itself declares.
    Ours,
}

/// One step of a walk: how, and to which state.
pub type Step = (Hop, StateId);

/// A search over all states with a constraint; positions are `state * 2 + carried`.
struct Tree {
    before: Vec<Option<u32>>,
    via: Vec<Option<Hop>>,
    hops: Vec<u32>,
}

/// Finds walks; a search serves every later question of the same kind.
pub struct Walks<'a> {
    model: &'a Model,
    reach: &'a Reach,
    today: Date,
    trees: RefCell<BTreeMap<Wanted, Rc<Tree>>>,
}

impl<'a> Walks<'a> {
    /// Walks through what is reached.
    pub fn new(model: &'a Model, reach: &'a Reach, today: Date) -> Walks<'a> {
        Walks { model, reach, today, trees: RefCell::default() }
    }

    /// The shortest walk to a state.
    pub fn to(&self, state: StateId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = Some(state);
        while let Some(id) = at {
            let state = self.reach.state(id);
            steps.push((state.via, id));
            at = state.before;
        }
        steps.reverse();
        steps
    }

    /// The shortest walk to a state that shows what is wanted, if there is one.
    pub fn wanted(&self, state: StateId, wanted: &Wanted) -> Option<Vec<Step>> {
        if *wanted == Wanted::Any {
            return Some(self.to(state));
        }
        let tree = Rc::clone(self.trees.borrow_mut().entry(wanted.clone()).or_insert_with(|| Rc::new(self.search(wanted))));
        let layer = u32::from(matches!(wanted, Wanted::Bringing(_) | Wanted::Ours));
        let mut at = state.0 * 2 + layer;
        tree.via[at as usize]?;
        let mut steps = Vec::new();
        loop {
            steps.push((tree.via[at as usize]?, StateId(at / 2)));
            match tree.before[at as usize] {
                Some(before) => at = before,
                None => break,
            }
        }
        steps.reverse();
        Some(steps)
    }

    /// The walk that shows an exposure: in its form, and through no gate but its own where one walk
    /// can do that. Beside neighbours it shows first of all why the exposure concerns the project.
    pub fn witness(&self, exposure: &Exposure) -> Vec<Step> {
        let any = || self.delivered(exposure, &Wanted::Any).unwrap_or_default();
        let walk = self.delivered(exposure, &Wanted::Within(exposure.gates.clone())).unwrap_or_else(any);
        let ours = |(hop, to): &Step| is_ours(self.model, self.reach.state(*to).node, *hop);
        if walk.iter().any(ours) { walk } else { self.delivered(exposure, &Wanted::Ours).unwrap_or(walk) }
    }

    /// The shortest walk that delivers an exposure and shows what is wanted.
    pub fn delivered(&self, exposure: &Exposure, wanted: &Wanted) -> Option<Vec<Step>> {
        let own = &self.model.flow(exposure.flow).gates;
        match wanted {
            Wanted::Avoiding(gate) if own.contains(gate) => return None,
            Wanted::Within(gates) if !own.iter().all(|gate| gates.contains(gate)) => return None,
            _ => {}
        }
        let last = Hop::Flow(exposure.flow);
        let shortest = |ends: &[(StateId, StateId)]| {
            let walks = ends.iter().filter_map(|(from, to)| {
                let mut steps = self.wanted(*from, wanted)?;
                steps.push((last, *to));
                Some(steps)
            });
            walks.min_by(|a, b| {
                let hops = |steps: &[Step]| steps.iter().map(|step| step.0).collect::<Vec<_>>();
                (a.len(), by_flows_first(hops(a))).cmp(&(b.len(), by_flows_first(hops(b))))
            })
        };
        // A label may come in by the item in another form only.
        let other =
            || matches!(wanted, Wanted::Bringing(_) | Wanted::From(_) | Wanted::Ours).then(|| shortest(&exposure.all_ends)).flatten();
        shortest(&exposure.ends).or_else(other)
    }

    /// A walk as findings show it.
    pub fn hops(&self, walk: &[Step]) -> Vec<finding::Hop> {
        let mut out = Vec::new();
        for (hop, id) in walk {
            let state = self.reach.state(*id);
            let node = self.model.node(state.node);
            let (flow, span, stopped) = match hop {
                Hop::Collect(position) => {
                    let collect = &node.collects[*position as usize];
                    let word = collect.fields.iter().find(|(field, _)| *field == state.item.field);
                    (format!("collects:{}", self.model.subject(collect.subject).id), word.map_or(collect.span, |it| it.1), false)
                }
                Hop::Derive(position) => {
                    let derive = &node.derives[*position as usize];
                    (format!("derives:{}", self.model.field(derive.field).id), derive.span, false)
                }
                Hop::Flow(id) => {
                    let flow = self.model.flow(*id);
                    (flow.id.clone(), self.model.taken_at(flow, state.item), flow.is_stopped(self.today))
                }
            };
            out.push(finding::Hop {
                node: node.id.clone(),
                item: self.model.item_id(state.item),
                form: state.form.word(),
                flow,
                span,
                stopped,
            });
        }
        out
    }

    fn search(&self, wanted: &Wanted) -> Tree {
        let size = self.reach.states.len() * 2;
        let mut tree = Tree { before: vec![None; size], via: vec![None; size], hops: vec![u32::MAX; size] };
        let mut queue = VecDeque::new();
        for (at, state) in self.reach.states.iter().enumerate() {
            let collects = &self.model.node(state.node).collects;
            let here = collects.iter().enumerate().find(|(_, collect)| {
                collect.subject == state.item.subject
                    && !state.past
                    && state.form == crate::law::Form::Plain
                    && collect.fields.iter().any(|(field, _)| *field == state.item.field)
                    && self.passes(wanted, &collect.gates)
                    && !matches!(wanted, Wanted::From(node) if *node != state.node)
            });
            if let Some((position, _)) = here {
                let hop = Hop::Collect(position as u32);
                let at = at as u32 * 2 + u32::from(self.shows(wanted, state, hop));
                (tree.via[at as usize], tree.hops[at as usize]) = (Some(hop), 0);
                queue.push_back(at);
            }
        }
        while let Some(at) = queue.pop_front() {
            for transition in self.reach.leaving(StateId(at / 2)) {
                self.step(wanted, &mut tree, &mut queue, at, transition);
            }
        }
        tree
    }

    fn step(&self, wanted: &Wanted, tree: &mut Tree, queue: &mut VecDeque<u32>, at: u32, transition: &Transition) {
        if let Hop::Flow(flow) = transition.hop
            && !self.passes(wanted, &self.model.flow(flow).gates)
        {
            return;
        }
        let shown = self.shows(wanted, self.reach.state(transition.to), transition.hop);
        let to = transition.to.0 * 2 + (at & 1 | u32::from(shown));
        let hops = tree.hops[at as usize] + 1;
        let known = tree.hops[to as usize];
        let sooner = hops < known || hops == known && tree.trace(at, transition.hop) < tree.trace_of(to);
        if sooner {
            (tree.before[to as usize], tree.via[to as usize], tree.hops[to as usize]) = (Some(at), Some(transition.hop), hops);
            if known == u32::MAX {
                queue.push_back(to);
            }
        }
    }

    fn passes(&self, wanted: &Wanted, gates: &[GateId]) -> bool {
        match wanted {
            Wanted::Within(allowed) => gates.iter().all(|gate| allowed.contains(gate)),
            Wanted::Avoiding(gate) => !gates.contains(gate),
            Wanted::Any | Wanted::Bringing(_) | Wanted::From(_) | Wanted::Ours => true,
        }
    }

    /// Whether a step to a state is what the walk is to show.
    fn shows(&self, wanted: &Wanted, state: &State, hop: Hop) -> bool {
        let brings = |label: &Label, derived| own_labels(self.model, state.item.field, derived).contains(&label.0);
        match (wanted, hop) {
            (Wanted::Bringing(label), Hop::Collect(_)) => brings(label, false),
            (Wanted::Bringing(label), Hop::Derive(_)) => brings(label, true),
            (Wanted::Ours, hop) => is_ours(self.model, state.node, hop),
            _ => false,
        }
    }
}

impl Tree {
    fn trace_of(&self, at: u32) -> Vec<Hop> {
        let mut hops = Vec::new();
        let mut at = Some(at);
        while let Some(position) = at {
            hops.extend(self.via[position as usize].filter(|hop| !matches!(hop, Hop::Collect(_))));
            at = self.before[position as usize];
        }
        hops.reverse();
        hops
    }

    fn trace(&self, before: u32, hop: Hop) -> Vec<Hop> {
        let mut hops = self.trace_of(before);
        hops.push(hop);
        hops
    }
}

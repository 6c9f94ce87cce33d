//! Every walk of a project, by trying: no tuple of state, gates and labels is left unvisited.
//!
//! Two questions depend on the whole answer: the single form of a derived item, and what a
//! recipient can tell back to people. They start from "nothing yet"; all walks are then enumerated
//! anew until neither changes. Every rule is monotone towards more exposed forms, so this ends.

use std::collections::{BTreeMap, BTreeSet};

use super::category::{LENT, TODAY, implied, transformed};
use super::declared::{Deletion, Form, Item, Project, Selector, Stated, What};
use super::select::Facts;
use super::yaml::target;

/// A node holds, or once held, an item in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    pub node: usize,
    pub item: Item,
    pub form: Form,
    pub past: bool,
}

/// What walks that lead to a state have passed and brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Walked {
    pub state: State,
    pub gates: u32,
    pub labels: u32,
}

/// One hop: how it is called, where it leads, what it passes and brings.
#[derive(Clone, Debug)]
pub struct Onward {
    pub name: String,
    /// Position among the node's `derives`, for a derivation.
    pub derive: Option<usize>,
    pub flow: Option<usize>,
    pub to: State,
    pub gates: u32,
    pub labels: u32,
}

/// A flow, whatever section it is declared in.
pub struct Flow<'a> {
    pub id: String,
    pub from: usize,
    pub to: usize,
    pub fields: &'a Selector,
    pub activities: &'a [usize],
    pub gates: u32,
    pub method: bool,
    pub stopped: Option<usize>,
    pub purged: Option<usize>,
    /// Declared under `sends:`.
    pub sent: bool,
}

impl Flow<'_> {
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some_and(|day| day <= TODAY)
    }
}

/// All walks, and what was needed to walk them.
pub struct Walks<'a> {
    pub project: &'a Project,
    pub facts: Facts<'a>,
    pub flows: Vec<Flow<'a>>,
    pub walked: BTreeSet<Walked>,
    pub onward: BTreeMap<State, Vec<Onward>>,
    /// The form of what a derivation without `as:` makes: node, position, subject.
    forms: BTreeMap<(usize, usize, usize), Form>,
    /// What a recipient can tell back to people.
    matched: BTreeSet<(usize, Item)>,
}

impl<'a> Walks<'a> {
    /// Enumerates them.
    pub fn of(project: &'a Project) -> Walks<'a> {
        let (facts, flows) = (Facts::of(project), flows(project));
        let (walked, onward, forms, matched) = Default::default();
        let mut walks = Walks { project, facts, flows, walked, onward, forms, matched };
        loop {
            walks.enumerate();
            let (forms, matched) = (walks.derived_forms(), walks.matchable());
            if (&forms, &matched) == (&walks.forms, &walks.matched) {
                return walks;
            }
            (walks.forms, walks.matched) = (forms, matched);
        }
    }

    fn enumerate(&mut self) {
        self.onward.clear();
        let mut open = self.starts();
        self.walked = open.iter().copied().collect();
        while let Some(at) = open.pop() {
            let hops = match self.onward.get(&at.state) {
                Some(known) => known,
                None => &*self.onward.entry(at.state).or_insert(hops(
                    self.project,
                    &self.facts,
                    &self.flows,
                    &self.forms,
                    &self.matched,
                    at.state,
                )),
            };
            for hop in hops {
                let next = Walked { state: hop.to, gates: at.gates | hop.gates, labels: at.labels | hop.labels };
                if self.walked.insert(next) {
                    open.push(next);
                }
            }
        }
    }

    /// Where walks begin.
    pub fn starts(&self) -> Vec<Walked> {
        let mut all = Vec::new();
        for (node, it) in self.project.nodes.iter().enumerate() {
            for collect in &it.collects {
                for field in 0..=self.project.unknown() {
                    let item = Item { subject: collect.subject, field };
                    if self.collected(&collect.fields, item) {
                        let state = State { node, item, form: Form::Plain, past: false };
                        all.push(Walked { state, gates: implied(gates(&collect.gates)), labels: self.facts.collected_labels(field) });
                    }
                }
            }
        }
        all
    }

    /// What stands in the dictionary can be collected, what is named, or what nobody knows.
    fn collected(&self, fields: &Selector, item: Item) -> bool {
        let named = || fields.words.iter().any(|word| !word.excludes && word.what == What::Field(item.field));
        match self.project.fields.get(item.field) {
            None => fields.unknown,
            Some(_) if fields.unknown => false,
            Some(field) => (field.said.is_some() || named()) && self.facts.take(fields, false, item, Form::Plain).is_some(),
        }
    }

    /// The distinct states of all walks.
    pub fn states(&self) -> BTreeSet<State> {
        self.walked.iter().map(|it| it.state).collect()
    }

    fn derived_forms(&self) -> BTreeMap<(usize, usize, usize), Form> {
        let mut forms: BTreeMap<_, Form> = BTreeMap::new();
        for state in self.states() {
            for (position, derive) in self.project.nodes[state.node].derives.iter().enumerate() {
                let Some(form) = self.facts.take(&derive.from, derive.method, state.item, state.form) else { continue };
                let of = if derive.of.is_empty() { vec![state.item.subject] } else { derive.of.clone() };
                for subject in of {
                    let known = forms.entry((state.node, position, subject)).or_insert(form);
                    *known = form.min(*known);
                }
            }
        }
        forms
    }

    fn matchable(&self) -> BTreeSet<(usize, Item)> {
        let mut all = BTreeSet::new();
        for (node, it) in self.project.nodes.iter().enumerate() {
            let Some(recipient) = &it.recipient else { continue };
            let same = |other: &usize| {
                let vendor = self.project.nodes[*other].recipient.as_ref().map(|it| it.vendor);
                *other == node || recipient.vendor.is_some() && vendor == Some(recipient.vendor)
            };
            let party: Vec<usize> = (0..self.project.nodes.len()).filter(same).collect();
            for subject in 0..self.project.subjects.len() {
                for field in 0..=self.project.unknown() {
                    let bases = self.bases(field);
                    let knows = |field: &usize| party.iter().any(|who| self.knows(*who, Item { subject, field: *field }));
                    if bases.iter().any(knows) {
                        all.insert((node, Item { subject, field }));
                    }
                }
            }
        }
        all
    }

    /// A field, and those it is made from alone, and so on.
    fn bases(&self, field: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::from([field]);
        loop {
            let before = all.len();
            for derive in self.project.nodes.iter().flat_map(|node| &node.derives) {
                let taking: Vec<_> = derive.from.words.iter().filter(|word| !word.excludes).collect();
                if let ([word], true) = (taking.as_slice(), all.contains(&derive.field))
                    && let What::Field(base) = word.what
                {
                    all.insert(base);
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// Whether a recipient matches or holds an item, or has its field of anybody, plain.
    fn knows(&self, who: usize, item: Item) -> bool {
        let it = &self.project.nodes[who];
        let Some(recipient) = &it.recipient else { return false };
        let has = |walked: &Walked| {
            let state = walked.state;
            state.node == who && state.item.field == item.field && state.form == Form::Plain && !state.past
        };
        let lists = [&recipient.matches, &recipient.holds].into_iter().chain(recipient.features.iter().map(|it| &it.1));
        // The second vendor's catalogue entry speaks where the recipient is silent.
        let lent = recipient.vendor == Some(1) && recipient.matches.is_silent() && self.facts.belongs(item.field, LENT);
        lent || lists.into_iter().any(|it| self.facts.able(it, item)) || self.walked.iter().any(has)
    }
}

/// Every hop out of a state.
fn hops(
    project: &Project,
    facts: &Facts,
    flows: &[Flow],
    forms: &BTreeMap<(usize, usize, usize), Form>,
    matched: &BTreeSet<(usize, Item)>,
    state: State,
) -> Vec<Onward> {
    let settle = |to: State| match to.form {
        Form::Pseudonymised if matched.contains(&(to.node, to.item)) => State { form: Form::Plain, ..to },
        _ => to,
    };
    let mut all = Vec::new();
    for (at, flow) in flows.iter().enumerate().filter(|(_, flow)| flow.from == state.node) {
        let Some(form) = facts.take(flow.fields, flow.method, state.item, state.form) else { continue };
        let past = is_past(project, facts, flow, state);
        let to = settle(State { node: flow.to, item: state.item, form, past });
        all.push(Onward { name: flow.id.clone(), derive: None, flow: Some(at), to, gates: flow.gates, labels: 0 });
    }
    for (position, derive) in project.nodes[state.node].derives.iter().enumerate() {
        if facts.take(&derive.from, derive.method, state.item, state.form).is_none() {
            continue;
        }
        let of = if derive.of.is_empty() { vec![state.item.subject] } else { derive.of.clone() };
        for subject in of {
            let stated = derive.transform.map(|it| transformed(it, Form::Plain, derive.method));
            let Some(form) = stated.or_else(|| forms.get(&(state.node, position, subject)).copied()) else { continue };
            let item = Item { subject, field: derive.field };
            let to = settle(State { item, form, ..state });
            let name = format!("derives:{}", project.field_id(derive.field));
            all.push(Onward { name, derive: Some(position), flow: None, to, gates: 0, labels: facts.derived_labels(derive.field) });
        }
    }
    all
}

/// Whether what arrives is no longer there.
fn is_past(project: &Project, facts: &Facts, flow: &Flow, from: State) -> bool {
    let Some(recipient) = &project.nodes[flow.to].recipient else {
        // What came in after a purge has not been purged.
        return from.past || flow.is_stopped() && flow.purged.is_some_and(|day| day <= TODAY && flow.stopped <= Some(day));
    };
    let deleted = |it: &Deletion| {
        let late = |day| day <= TODAY && (!flow.is_stopped() || flow.stopped <= Some(day));
        it.confirmed.is_some_and(late) && facts.take(&it.scope, false, from.item, Form::Plain).is_some()
    };
    (from.past || flow.is_stopped()) && recipient.deletions.iter().any(deleted)
}

fn flows(project: &Project) -> Vec<Flow<'_>> {
    let mut all = Vec::new();
    for (from, node) in project.nodes.iter().enumerate() {
        let id = project.node_id(from);
        for it in &node.sends {
            all.push(Flow {
                id: format!("{id}->{}", target(project, it)),
                from,
                to: it.to,
                fields: &it.fields,
                activities: it.activities.as_ref().unwrap_or(&project.default_for),
                gates: implied(gates(&it.gates)),
                method: it.method,
                stopped: it.stopped,
                purged: it.purged,
                sent: true,
            });
        }
        let hosted = node.hosted.iter().map(|it| ("hosting", it));
        let subprocessors = node.recipient.iter().flat_map(|it| &it.subprocessors).map(|it| ("subprocessor", it));
        for (label, (to, fields)) in hosted.chain(subprocessors) {
            let id = format!("{id}->{}#{label}", project.node_id(*to));
            all.push(Flow {
                id,
                from,
                to: *to,
                fields,
                activities: &[],
                gates: 0,
                method: false,
                stopped: None,
                purged: None,
                sent: false,
            });
        }
    }
    all
}

fn gates(stated: &Stated) -> &[usize] {
    stated.as_deref().unwrap_or_default()
}

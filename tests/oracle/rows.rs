//! What the walks add up to: states with their gates and labels, and rows of exposures.

use std::collections::{BTreeMap, BTreeSet};

use super::category::{CATEGORIES, COUNTRIES, GATES};
use super::declared::{Form, Item, Project};
use super::select::{PERSONAL, UNKNOWN};
use super::walks::{State, Walks};

/// Gates that are on every walk, labels that any brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    pub gates: u32,
    pub labels: u32,
}

/// An exposure.
#[derive(Clone, Debug)]
pub struct Row {
    pub flow: usize,
    pub item: Item,
    pub form: Form,
    pub gates: u32,
    /// Sensitive categories, and what nobody knows.
    pub labels: u32,
    /// The states at the sender it comes from.
    pub from: Vec<State>,
    /// And those from which the flow brings the item in any form that is personal data.
    pub from_any: Vec<State>,
}

/// Every state with what its walks add up to.
pub fn sums(walks: &Walks) -> BTreeMap<State, Sum> {
    let mut sums: BTreeMap<State, Sum> = BTreeMap::new();
    for it in &walks.walked {
        let sum = sums.entry(it.state).or_insert(Sum { gates: it.gates, labels: it.labels });
        *sum = Sum { gates: sum.gates & it.gates, labels: sum.labels | it.labels };
    }
    sums
}

/// Every exposure, without its activities.
pub fn rows(walks: &Walks, sums: &BTreeMap<State, Sum>) -> Vec<Row> {
    let mut out = Vec::new();
    for (at, flow) in walks.flows.iter().enumerate() {
        if walks.project.nodes[flow.to].recipient.is_none() || flow.is_stopped() {
            continue;
        }
        let mut rows: Vec<Row> = Vec::new();
        for (state, sum) in sums.iter().filter(|(state, _)| state.node == flow.from && !state.past) {
            let Some(arrival) = walks.onward[state].iter().find(|hop| hop.flow == Some(at)) else { continue };
            if arrival.to.form == Form::Anonymised || sum.labels & PERSONAL == 0 {
                continue;
            }
            let gates = sum.gates | flow.gates;
            match rows.iter_mut().find(|row| (row.item, row.form) == (state.item, arrival.to.form)) {
                Some(row) => {
                    row.gates &= gates;
                    row.labels |= sum.labels;
                    row.from.push(*state);
                }
                None => rows.push(Row {
                    flow: at,
                    item: state.item,
                    form: arrival.to.form,
                    gates,
                    labels: sum.labels,
                    from: vec![*state],
                    from_any: Vec::new(),
                }),
            }
        }
        let weaker = |row: &Row| rows.iter().any(|other| other.item == row.item && other.form < row.form && other.gates & !row.gates == 0);
        for row in rows.iter().filter(|row| !weaker(row)) {
            let same = || rows.iter().filter(|other| other.item == row.item);
            let labels = same().fold(0, |all, it| all | it.labels) & !PERSONAL;
            let from_any = same().flat_map(|it| it.from.clone()).collect();
            out.push(Row { labels, from_any, ..row.clone() });
        }
    }
    out
}

/// The countries of a recipient and all who work for it, and whether each belongs to the EEA.
pub fn countries(project: &Project, recipient: usize) -> BTreeSet<(&'static str, bool)> {
    let mut chain = vec![recipient];
    let mut at = 0;
    while at < chain.len() {
        let it = project.nodes[chain[at]].recipient.as_ref().unwrap();
        let next: Vec<_> = it.subprocessors.iter().map(|sub| sub.0).filter(|sub| !chain.contains(sub)).collect();
        chain.extend(next);
        at += 1;
    }
    let mut all = BTreeSet::new();
    for it in chain.into_iter().filter_map(|it| project.nodes[it].recipient.as_ref()) {
        // The first vendor of every generated project is established in Sweden.
        let country = it.country.or((it.vendor == Some(0)).then_some(0));
        let places = it.processing.iter().chain(&it.access_from).copied().chain(country);
        all.extend(places.map(|it| COUNTRIES[it]));
        if country.is_none() {
            all.insert(("unknown", false));
        }
    }
    all
}

/// Those that lie outside the EEA.
fn third_countries(project: &Project, recipient: usize) -> BTreeSet<&'static str> {
    countries(project, recipient).into_iter().filter(|it| !it.1).map(|it| it.0).collect()
}

/// The rows as text, one for each activity.
pub fn written(walks: &Walks, rows: &[Row]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for row in rows {
        let flow = &walks.flows[row.flow];
        let mut labels = label_names(row.labels);
        labels.extend(third_countries(walks.project, flow.to).iter().map(|it| format!("to:{it}")));
        labels.sort();
        let activities: Vec<String> = flow.activities.iter().map(|it| format!("a{it}")).collect();
        let none = vec!["-".to_owned()];
        for activity in if activities.is_empty() { &none } else { &activities } {
            let (item, form) = (walks.project.item_id(row.item), row.form.word());
            out.insert(format!("{} {item} {form} gates {:?} for {activity} labels {labels:?}", flow.id, gate_names(row.gates)));
        }
    }
    out
}

/// The states as text.
pub fn held(walks: &Walks, sums: &BTreeMap<State, Sum>) -> BTreeSet<String> {
    let text = |(state, sum): (&State, &Sum)| {
        let (node, item, form) = (walks.project.node_id(state.node), walks.project.item_id(state.item), state.form.word());
        let mut labels = label_names(sum.labels);
        labels.extend((sum.labels & PERSONAL != 0).then(|| "personal".to_owned()));
        labels.sort();
        format!("{node} {item} {form} past {} gates {:?} labels {labels:?}", state.past, gate_names(sum.gates))
    };
    sums.iter().map(text).collect()
}

/// The names of a set of gates.
pub fn gate_names(gates: u32) -> Vec<&'static str> {
    GATES.iter().enumerate().filter(|(at, _)| gates & 1 << at != 0).map(|(_, gate)| *gate).collect()
}

fn label_names(labels: u32) -> Vec<String> {
    let mut all: Vec<String> = (0..CATEGORIES.len()).filter(|at| labels & 1 << at != 0).map(|at| CATEGORIES[at].id.to_owned()).collect();
    all.extend((labels & UNKNOWN != 0).then(|| "unknown".to_owned()));
    all
}

//! Where what is delivered was collected: every walk taken backwards, hop by hop.

use std::collections::{BTreeMap, BTreeSet};

use ropa::flow::Origins;

use super::compare::{difference, map_of};
use super::declared::Project;
use super::rows::{rows, sums};
use super::walks::{State, Walks};

/// Whether the collections behind each exposure, and behind each state, are those that walks backwards
/// arrive at.
pub fn origins_differ(project: &Project, text: &str) -> Option<String> {
    let (walks, map) = (Walks::of(project), map_of(text));
    let (model, origins) = (&map.model, Origins::of(&map.model, &map.reach));
    let named = |(node, collect): (ropa::model::NodeId, &ropa::model::Collect)| {
        format!("{} from {}", model.node(node).id, model.subject(collect.subject).id)
    };
    let mut product = BTreeSet::new();
    for it in &map.exposures {
        let behind = origins.of_exposure(model, it).into_iter().map(named);
        let about = format!("{} {} {}", model.flow(it.flow).id, model.item_id(it.item), it.form.word());
        product.extend(behind.map(|it| format!("{about} <- {it}")));
    }
    let mut held = BTreeSet::new();
    for id in model.nodes.iter().enumerate().flat_map(|(at, _)| map.reach.at(ropa::model::NodeId::from_index(at))) {
        let it = map.reach.state(*id);
        let about = format!("{} {} {} {}", model.node(it.node).id, model.item_id(it.item), it.form.word(), it.past);
        held.extend(origins.of_state(model, *id).map(named).map(|it| format!("{about} <- {it}")));
    }
    let backwards = Backwards::of(&walks);
    let mut naive = BTreeSet::new();
    for row in rows(&walks, &sums(&walks)) {
        let about = format!("{} {} {}", walks.flows[row.flow].id, project.item_id(row.item), row.form.word());
        naive.extend(backwards.collected(&row.from_any).into_iter().map(|it| format!("{about} <- {it}")));
    }
    let mut naive_held = BTreeSet::new();
    for it in walks.states() {
        let about = format!("{} {} {} {}", project.node_id(it.node), project.item_id(it.item), it.form.word(), it.past);
        naive_held.extend(backwards.collected(&[it]).into_iter().map(|it| format!("{about} <- {it}")));
    }
    difference("collections behind exposures", &product, &naive).or_else(|| difference("collections behind states", &held, &naive_held))
}

/// Every hop, from where it leads.
struct Backwards<'a> {
    project: &'a Project,
    before: BTreeMap<State, BTreeSet<State>>,
    starts: BTreeSet<State>,
}

impl<'a> Backwards<'a> {
    fn of(walks: &'a Walks) -> Backwards<'a> {
        let mut before: BTreeMap<State, BTreeSet<State>> = BTreeMap::new();
        for (from, hops) in &walks.onward {
            for hop in hops {
                before.entry(hop.to).or_default().insert(*from);
            }
        }
        let starts = walks.starts().into_iter().map(|it| it.state).collect();
        Backwards { project: walks.project, before, starts }
    }

    /// Nodes and the people they collect from, behind some states. A node has one entry for a group.
    fn collected(&self, ends: &[State]) -> BTreeSet<String> {
        let mut seen: BTreeSet<State> = BTreeSet::new();
        let mut open = ends.to_vec();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(self.before.get(&at).into_iter().flatten());
            }
        }
        let name = |it: &State| format!("{} from {}", self.project.node_id(it.node), self.project.subject_id(it.item.subject));
        seen.intersection(&self.starts).map(name).collect()
    }
}

//! `ropa export dot` and `ropa export mermaid`: who passes on what to whom, as a diagram.

mod dot;
mod mermaid;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use dot::dot;
pub use mermaid::mermaid;

use crate::flow::{Hop, Label, Map};
use crate::law::Form;
use crate::model::{FieldId, Item, Model, Node, NodeId, NodeKind};

/// How far around what was chosen a diagram goes.
const HOPS: u32 = 2;

/// What a diagram shows.
#[derive(Clone, Debug)]
pub enum Around {
    /// Everything.
    All,
    /// A system or recipient, and what is two hops away.
    Node(NodeId),
    /// The flows that carry some items, and who holds them.
    Items(BTreeSet<Item>),
}

/// Nodes in their groups, and flows between them.
#[derive(Debug)]
pub struct Graph {
    /// Systems by trust boundary; the empty one is none.
    zones: BTreeMap<String, Vec<Party>>,
    /// Recipients.
    outside: Vec<Party>,
    arrows: Vec<Arrow>,
}

#[derive(Debug)]
struct Party {
    id: String,
    title: String,
    /// Countries outside the EEA it leads to.
    third: Vec<String>,
}

#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    /// The part behind `#`.
    label: Option<String>,
    fields: usize,
    sensitive: bool,
    stopped: bool,
}

impl Arrow {
    /// Its label and how many fields it carries.
    fn text(&self) -> String {
        let fields = format!("{} field{}", self.fields, if self.fields == 1 { "" } else { "s" });
        let marks = [(self.sensitive, "sensitive"), (self.stopped, "stopped")];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark);
        self.label.as_deref().into_iter().chain([fields.as_str()]).chain(marks).collect::<Vec<_>>().join(", ")
    }
}

/// What one flow carries.
#[derive(Clone, Default)]
struct Load {
    fields: BTreeSet<FieldId>,
    sensitive: bool,
}

/// The diagram of a map.
pub fn graph(map: &Map, around: &Around) -> Graph {
    let model = &map.model;
    let loads = loads(map, around);
    let near = match around {
        Around::Node(id) => Some(distances(model, *id)),
        Around::All | Around::Items(_) => None,
    };
    let shown = |at: usize| {
        let flow = &model.flows[at];
        match &near {
            // A hop that begins within the last but one ring ends within the last.
            Some(near) => [flow.from, flow.to].iter().any(|id| near.get(id).is_some_and(|hops| *hops < HOPS)),
            None => !matches!(around, Around::Items(_)) || !loads[at].fields.is_empty(),
        }
    };
    let flows: Vec<usize> = (0..model.flows.len()).filter(|at| shown(*at)).collect();
    let mut nodes: BTreeSet<NodeId> = flows.iter().flat_map(|at| [model.flows[*at].from, model.flows[*at].to]).collect();
    match around {
        Around::All => nodes.extend((0..model.nodes.len()).map(NodeId::from_index)),
        Around::Node(id) => nodes.extend([*id]),
        Around::Items(items) => nodes.extend(map.reach.states.iter().filter(|it| items.contains(&it.item)).map(|it| it.node)),
    }
    let mut out = Graph { zones: BTreeMap::new(), outside: Vec::new(), arrows: Vec::new() };
    for id in nodes {
        let node = model.node(id);
        match &node.kind {
            NodeKind::System(decl) => {
                let zone = decl.zone.as_ref().map(|word| word.value.clone()).unwrap_or_default();
                out.zones.entry(zone).or_default().push(boxed(map, id, node));
            }
            NodeKind::Recipient(_) => out.outside.push(boxed(map, id, node)),
        }
    }
    for at in flows {
        let flow = &model.flows[at];
        out.arrows.push(Arrow {
            from: model.node(flow.from).id.clone(),
            to: model.node(flow.to).id.clone(),
            label: flow.label.clone(),
            fields: loads[at].fields.len(),
            sensitive: loads[at].sensitive,
            stopped: flow.is_stopped(map.today),
        });
    }
    out
}

fn boxed(map: &Map, id: NodeId, node: &Node) -> Party {
    let third = map.countries.of(id).iter().filter(|it| !it.eea).map(|it| it.code().to_owned()).collect();
    Party { id: node.id.clone(), title: node.title("en").to_owned(), third }
}

/// The personal fields every flow carries or carried, and whether any of them is sensitive.
fn loads(map: &Map, around: &Around) -> Vec<Load> {
    let mut all = vec![Load::default(); map.model.flows.len()];
    for step in &map.reach.transitions {
        let Hop::Flow(flow) = step.hop else { continue };
        let (from, to) = (map.reach.state(step.from), map.reach.state(step.to));
        let labels = map.reach.label_sets.get(from.labels);
        let counts = to.form != Form::Anonymised && labels.contains(&Label::PERSONAL.0);
        if !counts || matches!(around, Around::Items(items) if !items.contains(&to.item)) {
            continue;
        }
        let load = &mut all[flow.index()];
        load.fields.insert(to.item.field);
        load.sensitive |= labels.iter().any(|label| *label != Label::PERSONAL.0);
    }
    all
}

/// How many flows lie between a node and those near it, whichever way they go.
fn distances(model: &Model, start: NodeId) -> BTreeMap<NodeId, u32> {
    let mut known = BTreeMap::from([(start, 0)]);
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((at, hops)) = queue.pop_front() {
        if hops == HOPS {
            continue;
        }
        let node = model.node(at);
        let sent = node.sends.iter().map(|id| model.flow(*id).to);
        for next in sent.chain(node.receives.iter().map(|id| model.flow(*id).from)) {
            if let std::collections::btree_map::Entry::Vacant(place) = known.entry(next) {
                place.insert(hops + 1);
                queue.push_back((next, hops + 1));
            }
        }
    }
    known
}

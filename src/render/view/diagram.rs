//! What stands around a system or recipient, two hops each way, as boxes and arrows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Reading;
use super::layout::{Around, Arrow, BoxKind, Node, place};
use crate::flow::{Hop, Label, Map};
use crate::law::Form;
use crate::model::{Flow, FlowId, FlowKind, NodeId, NodeKind, SubjectId};

/// Hops that are followed each way.
const HOPS: i32 = 2;
/// Boxes in one column at most; the rest is one box that counts them.
const COLUMN: usize = 12;

/// What a flow brings, on the day or before it was stopped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    /// Different items about people.
    pub items: usize,
    /// Some of them are or reveal something sensitive.
    pub sensitive: bool,
}

/// What each flow brings, in the order of the model's flows.
pub fn carried(map: &Map) -> Vec<Carried> {
    let mut items: Vec<BTreeSet<_>> = vec![BTreeSet::new(); map.model.flows.len()];
    let mut all = vec![Carried::default(); map.model.flows.len()];
    for it in &map.reach.transitions {
        let Hop::Flow(flow) = it.hop else { continue };
        let (from, to) = (map.reach.state(it.from), map.reach.state(it.to));
        let labels = map.reach.label_sets.get(from.labels);
        if to.form == Form::Anonymised || !labels.contains(&Label::PERSONAL.0) {
            continue;
        }
        items[flow.index()].insert(to.item);
        all[flow.index()].sensitive |= labels.iter().any(|label| Label(*label).category().is_some());
    }
    for (it, items) in all.iter_mut().zip(items) {
        it.items = items.len();
    }
    all
}

/// A drawing with its text for those who do not see it.
#[derive(Clone, Debug, Serialize)]
pub struct Diagram {
    /// What it shows, in a sentence.
    pub title: String,
    /// Boxes that stand for several, if there are any: said below the drawing.
    pub grouped: bool,
    /// Where everything is.
    #[serde(flatten)]
    pub around: Around,
}

/// What stands around a node; nothing where nothing flows to or from it.
pub fn diagram(reading: &Reading, centre: NodeId) -> Option<Diagram> {
    let model = reading.model();
    let carries = |id: &FlowId| reading.carried[id.index()].items > 0;
    let mut columns: BTreeMap<NodeId, i32> = BTreeMap::from([(centre, 0)]);
    let mut flows: BTreeSet<FlowId> = BTreeSet::new();
    for (step, sign) in [(-1, -1), (1, 1)] {
        let mut edge = vec![centre];
        for hop in 1..=HOPS {
            let mut next = Vec::new();
            for id in std::mem::take(&mut edge) {
                let node = model.node(id);
                let ways = if step < 0 { &node.receives } else { &node.sends };
                for flow in ways.iter().filter(|id| carries(id)) {
                    flows.insert(*flow);
                    let other = if step < 0 { model.flow(*flow).from } else { model.flow(*flow).to };
                    if let std::collections::btree_map::Entry::Vacant(place) = columns.entry(other) {
                        place.insert(sign * hop);
                        next.push(other);
                    }
                }
            }
            edge = next;
        }
    }
    if flows.is_empty() && model.node(centre).collects.is_empty() {
        return None;
    }
    let drawn = Drawn::of(reading, centre, &columns);
    let grouped = drawn.nodes.iter().any(|it| it.kind == BoxKind::More);
    let arrows = arrows(reading, &drawn, &flows);
    let title = reading.word("diagram_of").replace("{}", reading.model().node(centre).title(reading.language));
    Some(Diagram { title, grouped, around: place(drawn.nodes, arrows) })
}

/// The boxes, and which box stands for what.
struct Drawn {
    nodes: Vec<Node>,
    of_node: BTreeMap<NodeId, usize>,
    of_subject: BTreeMap<SubjectId, usize>,
}

impl Drawn {
    fn of(reading: &Reading, centre: NodeId, columns: &BTreeMap<NodeId, i32>) -> Drawn {
        let model = reading.model();
        let mut drawn = Drawn { nodes: Vec::new(), of_node: BTreeMap::new(), of_subject: BTreeMap::new() };
        let mut by_column: BTreeMap<i32, Vec<NodeId>> = BTreeMap::new();
        for (id, column) in columns {
            by_column.entry(*column).or_default().push(*id);
        }
        let first = by_column.keys().next().copied().unwrap_or_default();
        let people: BTreeSet<SubjectId> = before(columns).flat_map(|id| &model.node(id).collects).map(|it| it.subject).collect();
        for subject in people {
            drawn.of_subject.insert(subject, drawn.nodes.len());
            drawn.nodes.push(Node::new(reading.subject(subject), BoxKind::Person, first - 1));
        }
        for (column, ids) in by_column {
            let shown = if ids.len() > COLUMN { COLUMN - 1 } else { ids.len() };
            for id in &ids[..shown] {
                let node = model.node(*id);
                let (kind, zone) = match &node.kind {
                    NodeKind::System(decl) => (BoxKind::System, decl.zone.as_ref().map(|it| it.value.clone())),
                    NodeKind::Recipient(it) => (BoxKind::Recipient, it.decl.zone.as_ref().map(|it| it.value.clone())),
                };
                drawn.of_node.insert(*id, drawn.nodes.len());
                let link = reading.to_node(*id);
                let href = link.href.clone().filter(|_| *id != centre);
                drawn.nodes.push(Node { zone, href, here: *id == centre, ..Node::new(link.text.clone(), kind, column) });
            }
            if shown < ids.len() {
                let more = reading.word("diagram_more").replace("{}", &reading.number((ids.len() - shown) as u64));
                drawn.of_node.extend(ids[shown..].iter().map(|id| (*id, drawn.nodes.len())));
                drawn.nodes.push(Node::new(more, BoxKind::More, column));
            }
        }
        drawn
    }
}

/// The node in the middle and those that data come from: whose people are drawn.
fn before(columns: &BTreeMap<NodeId, i32>) -> impl Iterator<Item = NodeId> {
    columns.iter().filter(|(_, column)| **column <= 0).map(|(id, _)| *id)
}

fn arrows(reading: &Reading, drawn: &Drawn, flows: &BTreeSet<FlowId>) -> Vec<Arrow> {
    let model = reading.model();
    let mut joined: BTreeMap<(usize, usize), Vec<(&Flow, Carried)>> = BTreeMap::new();
    for id in flows {
        let flow = model.flow(*id);
        if let (Some(from), Some(to)) = (drawn.of_node.get(&flow.from), drawn.of_node.get(&flow.to)) {
            joined.entry((*from, *to)).or_default().push((flow, reading.carried[id.index()]));
        }
    }
    let mut arrows: Vec<Arrow> = joined
        .into_iter()
        .filter(|((from, to), _)| from != to)
        .map(|((from, to), flows)| {
            let ids: Vec<&str> = flows.iter().map(|(flow, _)| flow.id.as_str()).collect();
            let most = flows.iter().map(|it| it.1.items).max().unwrap_or_default();
            Arrow {
                from,
                to,
                title: reading.pair(ids.join(", "), reading.counted(most as u64, "item_one", "item_several")),
                sensitive: flows.iter().any(|it| it.1.sensitive && !it.0.is_stopped(reading.map.today)),
                stopped: flows.iter().all(|it| it.0.is_stopped(reading.map.today)),
                below: flows.iter().all(|it| it.0.kind != FlowKind::Sends),
            }
        })
        .collect();
    let mut collected = BTreeSet::new();
    for (id, to) in drawn.of_node.iter().filter(|(_, to)| drawn.nodes[**to].column <= 0) {
        for collect in &model.node(*id).collects {
            if let Some(from) = drawn.of_subject.get(&collect.subject).filter(|from| collected.insert((**from, *to))) {
                let fields: Vec<String> = collect.fields.iter().map(|(field, _)| reading.field(*field)).collect();
                let title = reading.pair(reading.word("collects"), fields.join(", "));
                arrows.push(Arrow { from: *from, to: *to, title, sensitive: false, stopped: false, below: false });
            }
        }
    }
    arrows
}

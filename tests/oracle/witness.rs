//! Walks as the product shows them, walked again; and the shortest there are.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ropa::finding::Hop;

use super::category::GATES;
use super::rows::Row;
use super::walks::{Onward, State, Walked, Walks};

/// What a walk must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Show {
    /// Only that it is possible.
    Any,
    /// It passes no other gates.
    Within(u32),
    /// It does not pass this one.
    Avoiding(usize),
    /// It carries this label from where it comes in.
    Bringing(u32),
}

impl Show {
    fn passes(self, gates: u32) -> bool {
        match self {
            Show::Within(allowed) => gates & !allowed == 0,
            Show::Avoiding(gate) => gates & 1 << gate == 0,
            Show::Any | Show::Bringing(_) => true,
        }
    }

    fn brings(self, labels: u32) -> bool {
        match self {
            Show::Bringing(label) => labels & label != 0,
            Show::Any | Show::Within(_) | Show::Avoiding(_) => true,
        }
    }
}

/// A hop among others of the same length: flows by id, then derivations by position.
type Order = (Option<usize>, String);

/// The shortest walk to every state, that shows what is wanted or not yet.
type Found = BTreeMap<(State, bool), Vec<Order>>;

/// Shortest walks; those to all states are found once for everything that is to be shown.
pub struct Shortest<'a> {
    walks: &'a Walks<'a>,
    found: RefCell<BTreeMap<Show, Rc<Found>>>,
}

impl<'a> Shortest<'a> {
    pub fn of(walks: &'a Walks<'a>) -> Shortest<'a> {
        Shortest { walks, found: RefCell::default() }
    }

    /// The hops after the start of the shortest walk that delivers a row and shows what is wanted;
    /// among several the one with the least ids.
    pub fn to(&self, row: &Row, show: Show) -> Option<Vec<String>> {
        let flow = &self.walks.flows[row.flow];
        if !show.passes(flow.gates) {
            return None;
        }
        let found = Rc::clone(self.found.borrow_mut().entry(show).or_insert_with(|| Rc::new(search(self.walks, show))));
        let least =
            |ends: &[State]| ends.iter().filter_map(|state| found.get(&(*state, true))).min_by_key(|walk| (walk.len(), *walk)).cloned();
        // A label may come in by the item in another form only.
        let best = least(&row.from).or_else(|| matches!(show, Show::Bringing(_)).then(|| least(&row.from_any)).flatten())?;
        Some(best.into_iter().map(|it| it.1).chain([flow.id.clone()]).collect())
    }
}

fn search(walks: &Walks, show: Show) -> Found {
    let mut found = Found::new();
    let mut layer = BTreeMap::new();
    for start in walks.starts().into_iter().filter(|it| show.passes(it.gates)) {
        layer.insert((start.state, show.brings(start.labels)), Vec::new());
    }
    while !layer.is_empty() {
        let mut next = Found::new();
        found.extend(layer.clone());
        for ((state, brought), before) in layer {
            for hop in walks.onward[&state].iter().filter(|hop| show.passes(hop.gates)) {
                let to = (hop.to, brought || show.brings(hop.labels));
                if found.contains_key(&to) {
                    continue;
                }
                let mut order = before.clone();
                order.push((hop.derive, hop.name.clone()));
                let least = next.entry(to).or_insert_with(|| order.clone());
                *least = order.min(least.clone());
            }
        }
        layer = next;
    }
    found
}

/// Walks a path as shown, by the oracle's own rules; what it passes and brings, or where it goes
/// wrong.
pub fn replay(walks: &Walks, row: &Row, show: Show, path: &[Hop]) -> Result<Walked, String> {
    let (first, rest) = path.split_first().ok_or("there is no hop")?;
    let shown = |state: &State, hop: &Hop| {
        let project = walks.project;
        (hop.node.as_str(), hop.item.as_str(), hop.form) == (&project.node_id(state.node), &project.item_id(state.item), state.form.word())
    };
    let starts = walks.starts();
    let start = starts.iter().find(|it| shown(&it.state, first)).ok_or(format!("{first:?} is no start"))?;
    if first.flow != format!("collects:{}", walks.project.subject_id(start.state.item.subject)) || first.stopped {
        return Err(format!("{first:?} is no collection"));
    }
    let (mut at, mut sender) = (*start, start.state);
    let mut last: Option<&Onward> = None;
    for hop in rest {
        let way = walks.onward[&at.state]
            .iter()
            .find(|it| it.name == hop.flow && shown(&it.to, hop))
            .ok_or(format!("{hop:?} is not possible from {:?}", at.state))?;
        if hop.stopped != way.flow.is_some_and(|flow| walks.flows[flow].is_stopped()) {
            return Err(format!("{hop:?} is wrong on whether it is stopped"));
        }
        sender = at.state;
        at = Walked { state: way.to, gates: at.gates | way.gates, labels: at.labels | way.labels };
        last = Some(way);
    }
    let other = matches!(show, Show::Bringing(_)) && row.from_any.contains(&sender);
    let delivers = last.is_some_and(|way| way.flow == Some(row.flow)) && (row.from.contains(&sender) || other);
    if delivers { Ok(at) } else { Err("it does not end with the row".to_owned()) }
}

/// The gates, one bit each, by name.
pub fn gate_bits<'a>(names: impl Iterator<Item = &'a str>) -> u32 {
    names.map(|name| 1 << GATES.iter().position(|gate| *gate == name).unwrap()).sum()
}

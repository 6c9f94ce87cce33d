//! Who holds some items on a day, by which steps they came in, and for which activities: what
//! Art. 15(1)(c) and Art. 19 GDPR ask.

use std::collections::{BTreeMap, BTreeSet};

use super::map::Map;
use super::state::{Hop, State, StateId};
use crate::law::Form;
use crate::model::{ActivityId, FieldId, Item, Model, SubjectId, Taken, What};

/// A node holds an item in a form, and every step that brings it there.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The state.
    pub state: StateId,
    /// How it comes in, each step once; sorted.
    pub arrivals: Vec<Arrival>,
}

/// One step that leads to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Collected, carried or derived.
    pub hop: Hop,
    /// The state before, for all but a collection.
    pub from: Option<StateId>,
}

/// The items a word stands for: `subject.field`, a field, a category, a subject, or a category of a
/// subject; `None` where it names nothing. People keep the rights they have as members of a wider
/// group: what is asked for a customer includes what is held of customers as visitors.
pub fn items_named(map: &Map, word: &str) -> Option<BTreeSet<Item>> {
    let (subject, what) = meaning(&map.model, word)?;
    let takes = |item: &Item| {
        subject.is_none_or(|narrower| map.model.is_within(narrower, item.subject))
            && match what {
                What::All => true,
                What::Field(field) => field == item.field,
                What::Category(category) => map.model.field(item.field).is_closed.binary_search(&category).is_ok(),
            }
    };
    Some(map.reach.states.iter().map(|state| state.item).filter(takes).collect())
}

fn meaning(model: &Model, word: &str) -> Option<(Option<SubjectId>, What)> {
    let thing = |name: &str| model.category_named(name).map(What::Category).or_else(|| model.field_named(name).map(What::Field));
    if let Some(what) = thing(word) {
        return Some((None, what));
    }
    if let Some(subject) = model.subject_named(word) {
        return Some((Some(subject), What::All));
    }
    let (subject, rest) = word.split_once('.')?;
    let what = if rest == "all" { What::All } else { thing(rest)? };
    Some((Some(model.subject_named(subject)?), what))
}

/// The states of some items, in the order of nodes, items and forms.
#[derive(Debug)]
pub struct Holdings {
    /// Each with how it came about.
    pub all: Vec<Holding>,
    place: BTreeMap<StateId, usize>,
}

impl Holdings {
    /// Finds them.
    pub fn of(map: &Map, items: &BTreeSet<Item>) -> Holdings {
        let reach = &map.reach;
        let states = reach.by_node.iter().flatten().copied().filter(|id| items.contains(&reach.state(*id).item));
        let mut all: Vec<Holding> = states.map(|state| Holding { state, arrivals: collected(map, reach.state(state)) }).collect();
        let place: BTreeMap<StateId, usize> = all.iter().enumerate().map(|(at, it)| (it.state, at)).collect();
        for step in &reach.transitions {
            if let Some(at) = place.get(&step.to) {
                all[*at].arrivals.push(Arrival { hop: step.hop, from: Some(step.from) });
            }
        }
        for holding in &mut all {
            holding.arrivals.sort();
            holding.arrivals.dedup();
        }
        Holdings { all, place }
    }

    /// What one step is for: the activities of the collection or flow. Hosting and sub-processing
    /// serve what brought the data to their sender, however far back; what is derived serves those
    /// who use it.
    pub fn served(&self, map: &Map, holding: &Holding, arrival: &Arrival) -> BTreeSet<ActivityId> {
        let mut found = BTreeSet::new();
        let (mut queue, mut seen) = (vec![(holding.state, *arrival)], BTreeSet::new());
        while let Some((state, Arrival { hop, from })) = queue.pop() {
            match hop {
                Hop::Collect(at) => {
                    found.extend(map.model.node(map.reach.state(state).node).collects[at as usize].activities.iter().copied())
                }
                Hop::Derive(_) => found.extend(used_for(map, state)),
                Hop::Flow(flow) if !map.model.flow(flow).activities.is_empty() => {
                    found.extend(map.model.flow(flow).activities.iter().copied())
                }
                Hop::Flow(_) => {
                    let Some(before) = from.filter(|before| seen.insert(*before)) else { continue };
                    found.extend(used_for(map, before));
                    let known = self.place.get(&before).map(|at| self.all[*at].arrivals.as_slice()).unwrap_or_default();
                    queue.extend(known.iter().map(|arrival| (before, *arrival)));
                }
            }
        }
        found
    }
}

fn collected(map: &Map, state: &State) -> Vec<Arrival> {
    let collects = map.model.node(state.node).collects.iter().enumerate();
    let here = collects.filter(|(_, it)| {
        it.subject == state.item.subject
            && state.form == Form::Plain
            && !state.past
            && it.fields.iter().any(|(field, _)| *field == state.item.field)
    });
    here.map(|(at, _)| Arrival { hop: Hop::Collect(at as u32), from: None }).collect()
}

/// The activities a node processes an item for by itself: those of its collections and its uses.
fn used_for(map: &Map, state: StateId) -> BTreeSet<ActivityId> {
    let state = map.reach.state(state);
    let node = map.model.node(state.node);
    let collects = node.collects.iter().filter(|it| it.subject == state.item.subject && holds(&it.fields, state.item.field));
    let uses = node.uses.iter().filter(|it| matches!(it.selector.take(&map.model, state.item), Taken::Yes(..)));
    collects.flat_map(|it| it.activities.iter().copied()).chain(uses.map(|it| it.activity)).collect()
}

fn holds(fields: &[(FieldId, crate::source::Span)], field: FieldId) -> bool {
    fields.iter().any(|(it, _)| *it == field)
}

impl Map {
    /// Whether a state is about a person; anonymised data are not.
    pub fn is_personal(&self, state: &State) -> bool {
        state.form != Form::Anonymised && self.reach.is_personal(state)
    }
}

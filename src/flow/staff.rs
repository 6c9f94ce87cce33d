//! What groups of staff read in systems, and whether what they work on needs it: Art. 25(2), 29 and
//! 32(4) GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::Label;
use super::map::Map;
use super::state::{Hop, StateId};
use crate::declare::Date;
use crate::law::Form;
use crate::model::{Access, ActivityId, CategoryId, Item, NodeId, RoleGroup, Taken};
use crate::source::Span;

/// How often a log of who reads is looked through.
const LOG_MONTHS: i32 = 12;

/// Whether a log that was last looked through on a day is due.
pub fn log_is_due(reviewed: Date, today: Date) -> bool {
    reviewed.months_later(LOG_MONTHS) < today
}

/// An item as it is read in one form.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it gives away there.
    pub labels: BTreeSet<Label>,
    /// The word that lets it be read.
    pub span: Span,
}

impl Read {
    /// The sensitive categories it is or reveals.
    pub fn sensitive(&self) -> impl Iterator<Item = CategoryId> {
        self.labels.iter().filter_map(|label| label.category())
    }
}

/// The personal items that are read, by the form in which they are seen.
pub type Reads = BTreeMap<(Item, Form), Read>;

/// What some grants of access show of some states of their system.
pub fn reads(map: &Map, accesses: &[&Access], states: impl IntoIterator<Item = StateId>) -> Reads {
    let mut all = Reads::new();
    for state in states.into_iter().map(|id| map.reach.state(id)).filter(|it| !it.past && map.reach.is_personal(it)) {
        for access in accesses {
            let Taken::Yes(step, word) = access.selector.take(&map.model, state.item) else { continue };
            let form = step.apply(state.form);
            if form == Form::Anonymised {
                continue;
            }
            let span = word.map_or(access.span, |word| word.span);
            let read = all.entry((state.item, form)).or_insert(Read { labels: BTreeSet::new(), span });
            read.labels.extend(map.reach.label_sets.get(state.labels).iter().map(|label| Label(*label)));
        }
    }
    all
}

/// A role in one system.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// The role, by id.
    pub role: &'a str,
    /// The role as declared; a project may name roles without declaring any.
    pub group: Option<&'a RoleGroup>,
    /// All that lets it read there.
    pub accesses: Vec<&'a Access>,
}

impl<'a> Reader<'a> {
    /// The roles that read in a system, by id.
    pub fn all(map: &'a Map, system: NodeId) -> Vec<Reader<'a>> {
        let mut roles: BTreeMap<&str, Vec<&Access>> = BTreeMap::new();
        for access in &map.model.node(system).access {
            roles.entry(&access.role).or_default().push(access);
        }
        roles.into_iter().map(|(role, accesses)| Reader { role, group: map.model.role_named(role), accesses }).collect()
    }

    /// Whether it meets customers.
    pub fn is_frontline(&self) -> bool {
        self.group.is_some_and(RoleGroup::is_frontline)
    }

    /// The activities it reads for.
    pub fn activities(&self) -> BTreeSet<ActivityId> {
        self.accesses.iter().flat_map(|it| it.activities.iter().copied()).collect()
    }
}

/// What each activity collects, uses and sends: what it needs beside what staff read for it.
pub struct Needs<'a> {
    map: &'a Map,
    of: Vec<BTreeSet<Item>>,
}

impl<'a> Needs<'a> {
    /// Computes them; nothing where nobody reads anything.
    pub fn of(map: &'a Map) -> Needs<'a> {
        let (model, reach) = (&map.model, &map.reach);
        let mut of: Vec<BTreeSet<Item>> = vec![BTreeSet::new(); model.activities.len()];
        if model.nodes.iter().all(|it| it.access.is_empty()) {
            return Needs { map, of };
        }
        for (at, node) in model.nodes.iter().enumerate() {
            for collect in &node.collects {
                for activity in &collect.activities {
                    of[activity.index()].extend(collect.fields.iter().map(|(field, _)| Item { subject: collect.subject, field: *field }));
                }
            }
            for used in &node.uses {
                let states = reach.at(NodeId::from_index(at)).iter().map(|id| reach.state(*id));
                let taken = states.filter(|it| !it.past && matches!(used.selector.take(model, it.item), Taken::Yes(..)));
                of[used.activity.index()].extend(taken.map(|it| it.item));
            }
        }
        for transition in &reach.transitions {
            let Hop::Flow(id) = transition.hop else { continue };
            let flow = model.flow(id);
            if !flow.is_stopped(map.today) && !reach.state(transition.from).past {
                for activity in &flow.activities {
                    of[activity.index()].insert(reach.state(transition.to).item);
                }
            }
        }
        Needs { map, of }
    }

    /// Whether an activity of a role needs an item. That it passes through is not enough for contact
    /// data in the hands of those who meet customers: the need is to be stated.
    pub fn is_needed(&self, reader: &Reader, item: Item) -> bool {
        let model = &self.map.model;
        let stated = |activity: &ActivityId| {
            let ceiling = model.activity(*activity).data.as_ref();
            ceiling.is_some_and(|it| matches!(it.take(model, item), Taken::Yes(..)))
        };
        reader.activities().iter().any(stated) || !self.is_exposed(reader, item) && self.passes(reader, item)
    }

    /// Whether an activity of a role collects, uses or sends an item.
    pub fn passes(&self, reader: &Reader, item: Item) -> bool {
        reader.activities().iter().any(|it| self.of[it.index()].contains(&item))
    }

    /// Contact data in the hands of those who meet customers.
    pub fn is_exposed(&self, reader: &Reader, item: Item) -> bool {
        reader.is_frontline() && self.map.model.field_is(item.field, "contact")
    }

    /// The items read in plain that no activity of the role needs. What it sees masked, hashed or
    /// encrypted is what those who should not see more are given.
    pub fn beyond(&self, reader: &Reader, reads: &Reads) -> Vec<Item> {
        let plain = reads.keys().filter(|(_, form)| *form == Form::Plain).map(|(item, _)| *item);
        plain.filter(|item| !self.is_needed(reader, *item)).collect()
    }
}

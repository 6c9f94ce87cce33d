//! `ropa trace`: everyone who holds some items, as structs for programs and as a page for people.

mod page;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use page::page;
pub(super) use page::{asked as deletion, passing as way_to_erase};

use super::text::path;
use crate::declare::{Date, Erase, Mode};
use crate::finding;
use crate::flow::{Arrival, Holding, Holdings, Hop, Label, Map, State, Walks};
use crate::law::Form;
use crate::model::{ActivityId, FieldId, FlowKind, GateId, Item, Model, Node, NodeId, NodeKind, Recipient, SubjectId, Taken};
use crate::source::{Place, Sources, Span};

/// Everyone who holds what was asked for: `ropa/trace/1`.
#[derive(Debug, Serialize)]
pub struct Trace {
    schema: &'static str,
    word: String,
    today: String,
    items: Vec<String>,
    holders: Vec<Holder>,
    readers: Vec<Reader>,
    not_personal: Vec<String>,
    undescribed: Vec<Undescribed>,
}

/// Data of the same people of which nobody has said what they are: what was asked for may be there.
#[derive(Debug, Serialize)]
struct Undescribed {
    item: String,
    holders: Vec<String>,
}

/// A system or recipient, and what it holds or once held.
#[derive(Debug, Serialize)]
struct Holder {
    id: String,
    kind: &'static str,
    title: String,
    /// Legal name, Art. 15(1)(c).
    name: Option<String>,
    contact: Option<String>,
    team: Option<String>,
    role: Option<&'static str>,
    business: Option<String>,
    country: Option<String>,
    countries: Vec<String>,
    works_for: Vec<String>,
    inquiry: bool,
    /// Art. 19: data were disclosed to it, and it still holds them.
    tell: bool,
    holds: Vec<Held>,
    erase: Passing,
    suppress: Passing,
    deletions: Vec<Asked>,
    file: String,
    line: u32,
}

/// One item in one form.
#[derive(Debug, Serialize)]
struct Held {
    item: String,
    form: &'static str,
    /// `held`, `past`, `anonymised`.
    state: &'static str,
    labels: Vec<String>,
    gates: Vec<String>,
    ways: Vec<Way>,
    path: Vec<Step>,
    #[serde(skip)]
    route: String,
}

/// One collection, flow or derivation that brings an item in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Way {
    by: String,
    from: Option<String>,
    since: Option<String>,
    stopped: Option<String>,
    purged: Option<String>,
    open: bool,
    grounds: Vec<Ground>,
}

/// An activity and the basis it rests on here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Ground {
    activity: String,
    basis: Option<String>,
}

/// One step of a path with its place.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    node: String,
    item: String,
    form: &'static str,
    flow: String,
    stopped: bool,
    file: String,
    line: u32,
    column: u32,
}

/// How an erasure or an objection gets there.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Passing {
    how: Option<&'static str>,
    /// Why there is no way.
    none: Option<String>,
    /// For a sub-processor without a way of its own: those it works for that have one.
    through: Vec<String>,
}

/// A deletion that was asked for by the day.
#[derive(Debug, Serialize)]
pub(super) struct Asked {
    pub requested: Option<String>,
    pub confirmed: Option<String>,
    pub scope: Vec<String>,
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub covers: Vec<String>,
}

/// A group of staff that may read some of it: no recipient (C-579/21), and said apart.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Reader {
    role: String,
    title: String,
    system: String,
    items: Vec<String>,
    grounds: Vec<String>,
}

/// Who holds some items. `word` is what was asked for, as it was written.
pub fn trace(map: &Map, sources: &Sources, word: &str, items: &BTreeSet<Item>) -> Trace {
    let look = Look { map, sources, walks: map.walks(), known: Holdings::of(map, items), items };
    let mut by_node: BTreeMap<NodeId, Vec<&Holding>> = BTreeMap::new();
    let mut personal = BTreeSet::new();
    for holding in &look.known.all {
        let state = map.reach.state(holding.state);
        if map.reach.is_personal(state) {
            personal.insert(state.item);
            by_node.entry(state.node).or_default().push(holding);
        }
    }
    Trace {
        schema: "ropa/trace/1",
        word: word.to_owned(),
        today: map.today.to_string(),
        items: names(&map.model, items.iter()),
        holders: by_node.iter().map(|(id, holdings)| look.holder(*id, holdings)).collect(),
        readers: look.readers(by_node.keys().copied()),
        not_personal: names(&map.model, items.difference(&personal)),
        undescribed: undescribed(map, items),
    }
}

fn undescribed(map: &Map, items: &BTreeSet<Item>) -> Vec<Undescribed> {
    let subjects: BTreeSet<SubjectId> = items.iter().map(|item| item.subject).collect();
    let all = subjects.into_iter().map(|subject| Item { subject, field: FieldId::UNKNOWN }).filter(|item| !items.contains(item));
    let holders = |item: &Item| {
        let states = map.reach.states.iter().filter(|state| state.item == *item && is_held(state));
        let nodes: BTreeSet<NodeId> = states.map(|state| state.node).collect();
        nodes.into_iter().map(|id| map.model.node(id).id.clone()).collect::<Vec<_>>()
    };
    all.map(|item| Undescribed { item: map.model.item_id(item), holders: holders(&item) }).filter(|it| !it.holders.is_empty()).collect()
}

struct Look<'a> {
    map: &'a Map,
    sources: &'a Sources,
    walks: Walks<'a>,
    known: Holdings,
    items: &'a BTreeSet<Item>,
}

impl Look<'_> {
    fn holder(&self, id: NodeId, holdings: &[&Holding]) -> Holder {
        let model = &self.map.model;
        let node = model.node(id);
        let recipient = node.recipient();
        let inquiry = recipient.is_some_and(|it| it.decl.inquiry.as_ref().is_some_and(|it| it.value));
        let still = |it: &&&Holding| is_held(self.map.reach.state(it.state));
        let disclosed = |it: &Holding| it.arrivals.iter().any(|arrival| matches!(arrival.hop, Hop::Flow(_)));
        let place = self.sources.place(node.span);
        let team = team(model, node);
        Holder {
            id: node.id.clone(),
            kind: if recipient.is_some() { "recipient" } else { "system" },
            title: node.title("en").to_owned(),
            name: recipient.and_then(|it| it.name.clone()),
            contact: match recipient {
                Some(it) => it.decl.contact.as_ref().map(|word| word.value.clone()),
                None => team.as_ref().and_then(|it| it.1.clone()),
            },
            team: team.map(|it| it.0),
            role: recipient.and_then(|it| it.role).map(|role| role.word()),
            business: recipient.and_then(|it| it.kind.clone()),
            country: recipient.and_then(country),
            countries: self.map.countries.of(id).iter().map(|it| it.code().to_owned()).collect(),
            works_for: works_for(model, node).map(|it| model.node(it).id.clone()).collect(),
            inquiry,
            tell: recipient.is_some() && !inquiry && holdings.iter().filter(still).any(|it| disclosed(it)),
            holds: holdings.iter().map(|it| self.held(it)).collect(),
            erase: passing(model, node, erase_of),
            suppress: passing(model, node, suppress_of),
            deletions: recipient.map(|it| asked(self.map, it, self.items)).unwrap_or_default(),
            file: place.file,
            line: place.line,
        }
    }

    fn held(&self, holding: &Holding) -> Held {
        let model = &self.map.model;
        let state = self.map.reach.state(holding.state);
        let gates: Vec<GateId> = self.map.reach.gate_sets.get(state.gates).iter().map(|gate| GateId(*gate)).collect();
        let hops = self.walks.hops(&self.walks.to(holding.state));
        let mut ways: Vec<Way> = holding.arrivals.iter().map(|arrival| self.way(holding, arrival)).collect();
        ways.dedup();
        Held {
            item: model.item_id(state.item),
            form: state.form.word(),
            state: match () {
                () if state.past => "past",
                () if state.form == Form::Anonymised => "anonymised",
                () => "held",
            },
            labels: labels(self.map, state),
            gates: model.shown_gates(&gates).into_iter().map(str::to_owned).collect(),
            ways,
            route: path(&hops),
            path: steps(&hops, self.sources),
        }
    }

    fn way(&self, holding: &Holding, arrival: &Arrival) -> Way {
        let model = &self.map.model;
        let node = model.node(self.map.reach.state(holding.state).node);
        let grounds = self.known.served(self.map, holding, arrival).into_iter();
        let from = arrival.from.map(|it| model.node(self.map.reach.state(it).node).id.clone());
        match arrival.hop {
            Hop::Flow(id) => {
                let flow = model.flow(id);
                Way {
                    by: flow.id.clone(),
                    from,
                    since: flow.decl.since.as_ref().map(|day| day.value.to_string()),
                    stopped: flow.stopped.filter(|_| flow.is_stopped(self.map.today)).map(|day| day.to_string()),
                    purged: flow.purged.filter(|day| *day <= self.map.today).map(|day| day.to_string()),
                    open: !flow.is_stopped(self.map.today),
                    grounds: grounds.map(|it| ground(model, it, model.basis_in(flow, it))).collect(),
                }
            }
            Hop::Collect(_) | Hop::Derive(_) => Way {
                by: match arrival.hop {
                    Hop::Derive(at) => format!("derives:{}", model.field(node.derives[at as usize].field).id),
                    Hop::Collect(at) => format!("collects:{}", model.subject(node.collects[at as usize].subject).id),
                    Hop::Flow(_) => String::new(),
                },
                from: None,
                since: None,
                stopped: None,
                purged: None,
                open: true,
                grounds: grounds.map(|it| ground(model, it, own_basis(model, it))).collect(),
            },
        }
    }

    fn readers(&self, nodes: impl Iterator<Item = NodeId>) -> Vec<Reader> {
        let model = &self.map.model;
        let mut all = Vec::new();
        for id in nodes {
            let node = model.node(id);
            for access in &node.access {
                let states = self.map.reach.at(id).iter().map(|it| self.map.reach.state(*it));
                let read = states.filter(|it| self.items.contains(&it.item) && is_held(it) && self.map.is_personal(it));
                let read: BTreeSet<Item> =
                    read.map(|it| it.item).filter(|item| matches!(access.selector.take(model, *item), Taken::Yes(..))).collect();
                let role = model.roles.iter().find(|it| it.id == access.role);
                let title = role.and_then(|it| it.decl.title.as_ref()).map_or(access.role.as_str(), |text| text.in_language("en"));
                if !read.is_empty() {
                    all.push(Reader {
                        role: access.role.clone(),
                        title: title.to_owned(),
                        system: node.id.clone(),
                        items: names(model, read.iter()),
                        grounds: access.activities.iter().map(|it| model.activity_id(*it).to_owned()).collect(),
                    });
                }
            }
        }
        all.sort();
        all
    }
}

fn is_held(state: &State) -> bool {
    !state.past && state.form != Form::Anonymised
}

/// `subject.field` of each, sorted.
pub(super) fn names<'a>(model: &Model, items: impl Iterator<Item = &'a Item>) -> Vec<String> {
    let mut all: Vec<String> = items.map(|item| model.item_id(*item)).collect();
    all.sort();
    all
}

/// The sensitive categories that come with a state, and whether somebody still has to say what it is.
pub(super) fn labels(map: &Map, state: &State) -> Vec<String> {
    let labels = map.reach.label_sets.get(state.labels).iter().map(|it| Label(*it));
    let name = |label: Label| match label.category() {
        Some(category) => Some(map.model.category(category).id.clone()),
        None => (label == Label::UNKNOWN).then(|| "unknown".to_owned()),
    };
    let mut all: Vec<String> = labels.filter_map(name).collect();
    all.sort();
    all
}

fn ground(model: &Model, activity: ActivityId, basis: Option<&str>) -> Ground {
    Ground { activity: model.activity_id(activity).to_owned(), basis: basis.map(str::to_owned) }
}

fn own_basis(model: &Model, activity: ActivityId) -> Option<&str> {
    model.activity(activity).decl.basis.as_ref().map(|word| word.value.as_str()).filter(|it| *it != "unknown")
}

/// Who runs a system, and how to reach them.
fn team(model: &Model, node: &Node) -> Option<(String, Option<String>)> {
    let id = node.team.as_ref().filter(|_| node.is_system())?;
    let decl = model.teams.iter().find(|it| it.id == *id).map(|it| &it.decl);
    let title = decl.and_then(|it| it.title.as_ref()).map_or(id.as_str(), |text| text.in_language("en"));
    Some((title.to_owned(), decl.and_then(|it| it.contact.as_ref()).map(|word| word.value.clone())))
}

pub(super) fn country(it: &Recipient) -> Option<String> {
    match &it.country {
        crate::model::Country::Known(code) => Some(code.value.clone()),
        crate::model::Country::Unknown(_) | crate::model::Country::Missing => None,
    }
}

/// Those a recipient works for as a sub-processor.
pub(super) fn works_for<'a>(model: &'a Model, node: &'a Node) -> impl Iterator<Item = NodeId> + 'a {
    node.receives.iter().map(|id| model.flow(*id)).filter(|flow| flow.kind == FlowKind::Subprocessor).map(|flow| flow.from)
}

pub(super) fn erase_of(node: &Node) -> Option<&Mode> {
    match &node.kind {
        NodeKind::System(decl) => decl.erase.as_ref(),
        NodeKind::Recipient(it) => it.decl.erase.as_ref(),
    }
}

fn suppress_of(node: &Node) -> Option<&Mode> {
    node.recipient()?.decl.suppress.as_ref()
}

pub(super) fn passing(model: &Model, node: &Node, of: fn(&Node) -> Option<&Mode>) -> Passing {
    let (how, none) = match of(node) {
        Some(Mode::Word(word)) => (Some(word_for(word.value)), None),
        Some(Mode::Map(it)) => (None, it.none.as_ref().map(|why| why.value.clone()).filter(|why| !why.trim().is_empty())),
        None => (None, None),
    };
    let missing = how.is_none() && none.is_none();
    let mut through: Vec<String> = Vec::new();
    if missing {
        let ways = works_for(model, node).map(|it| model.node(it)).filter(|it| matches!(of(it), Some(Mode::Word(_))));
        through = ways.map(|it| it.id.clone()).collect();
    }
    Passing { how, none, through }
}

fn word_for(erase: Erase) -> &'static str {
    match erase {
        Erase::Api => "api",
        Erase::Ticket => "ticket",
        Erase::Manual => "manual",
    }
}

/// Deletions asked for by the day that cover some of the items; a confirmation counts from its day.
pub(super) fn asked(map: &Map, it: &Recipient, items: &BTreeSet<Item>) -> Vec<Asked> {
    let by_now = |day: Date| day <= map.today;
    let mut all = Vec::new();
    for (deletion, scope) in &it.deletions {
        let covers: Vec<&Item> = items.iter().filter(|item| matches!(scope.take(&map.model, **item), Taken::Yes(..))).collect();
        if covers.is_empty() || deletion.requested.as_ref().is_some_and(|day| !by_now(day.value)) {
            continue;
        }
        all.push(Asked {
            requested: deletion.requested.as_ref().map(|day| day.value.to_string()),
            confirmed: deletion.confirmed.as_ref().filter(|day| by_now(day.value)).map(|day| day.value.to_string()),
            scope: deletion.scope.iter().map(|word| word.value.clone()).collect(),
            reference: deletion.reference.as_ref().map(|word| word.value.clone()),
            covers: names(&map.model, covers.into_iter()),
        });
    }
    all
}

/// A path with its places.
pub(super) fn steps(hops: &[finding::Hop], sources: &Sources) -> Vec<Step> {
    let step = |hop: &finding::Hop| {
        let Place { file, line, column, .. } = sources.place(hop.span);
        Step {
            node: hop.node.clone(),
            item: hop.item.clone(),
            form: hop.form,
            flow: hop.flow.clone(),
            stopped: hop.stopped,
            file,
            line,
            column,
        }
    };
    hops.iter().map(step).collect()
}

/// `file:line`.
pub(super) fn at(sources: &Sources, span: Span) -> String {
    let place = sources.place(span);
    format!("{}:{}", place.file, place.line)
}

//! `ropa incident`: what went through some flows, to whom, and what a notification asks about it.
//! Facts and questions only: whether a breach is notified is for people to decide.

mod page;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::Serialize;

pub use page::page;

use super::text::path;
use super::trace::{Asked, Passing, Step, asked, country, erase_of, names, passing, steps, works_for};
use crate::declare::{Date, IncidentDecl, Moment};
use crate::flow::{Delivery, Hop, Map, Walks, delivered};
use crate::model::{Flow, FlowId, Incident as Declared, Item, Model, NodeId, SubjectId};
use crate::source::Sources;

/// What is known of an incident on a day: `ropa/incident/1`.
#[derive(Debug, Serialize)]
pub struct Incident {
    schema: &'static str,
    id: Option<String>,
    title: Option<String>,
    date: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    notified: Option<String>,
    today: String,
    flows: Vec<FlowRow>,
    recipients: Vec<Party>,
    groups: Vec<Group>,
    /// The groups that no other of them contains, added up; they may still overlap.
    people_at_most: Option<u64>,
    sensitive: Vec<Sensitive>,
    clock: Option<Clock>,
    /// Art. 33(3)(a) to (d).
    report: Vec<Letter>,
    questions: Vec<String>,
}

/// One of the flows it is about.
#[derive(Debug, Serialize)]
struct FlowRow {
    id: String,
    from: String,
    to: String,
    since: Option<String>,
    stopped: Option<String>,
    open: bool,
    channel: Option<String>,
    frequency: Option<String>,
    gates: Vec<String>,
    activities: Vec<Ground>,
    file: String,
    line: u32,
}

#[derive(Debug, Serialize)]
struct Ground {
    activity: String,
    basis: Option<String>,
}

/// Somebody who got data, directly or further on.
#[derive(Debug, Serialize)]
struct Party {
    id: String,
    title: String,
    name: Option<String>,
    contact: Option<String>,
    country: Option<String>,
    role: Option<&'static str>,
    works_for: Vec<String>,
    got: Vec<Got>,
    deletions: Vec<Asked>,
    still_held: Vec<String>,
    erase: Passing,
    file: String,
    line: u32,
}

/// One item in one form, by one flow.
#[derive(Debug, Serialize)]
struct Got {
    flow: String,
    item: String,
    /// The form it was sent in.
    sent: &'static str,
    /// The form the recipient has it in.
    form: &'static str,
    since: Option<String>,
    until: Option<String>,
    gates: Vec<String>,
    held: bool,
    sensitive: Vec<Brought>,
    unknown: bool,
    path: Vec<Step>,
    #[serde(skip)]
    route: String,
    /// Flows of the path that began only after the flow in question had stopped.
    begun_after: Vec<String>,
}

/// A sensitive category and a path that brings it.
#[derive(Debug, Serialize)]
struct Brought {
    category: String,
    path: Vec<Step>,
    #[serde(skip)]
    route: String,
}

/// A group of people.
#[derive(Debug, Serialize)]
struct Group {
    subject: String,
    title: String,
    count: Option<u64>,
    /// The wider group among these that it belongs to.
    within: Option<String>,
    vulnerable: bool,
    child: bool,
    items: Vec<String>,
    #[serde(skip)]
    place: String,
}

/// A sensitive category that went out.
#[derive(Debug, Serialize)]
struct Sensitive {
    category: String,
    law: &'static str,
    items: Vec<String>,
    recipients: Vec<String>,
}

/// The 72 hours of Art. 33(1).
#[derive(Debug, Serialize)]
struct Clock {
    aware: String,
    /// Only a day is known: its start counts.
    from_start_of_day: bool,
    deadline: String,
    /// `past`, `today`, `ahead`: where the deadline lies on the day.
    state: &'static str,
}

/// What one letter of Art. 33(3) asks for.
#[derive(Debug, Serialize)]
struct Letter {
    letter: char,
    asks: &'static str,
    facts: Vec<String>,
    questions: Vec<String>,
}

/// What is asked about: flows, and what is declared or said of the incident.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// The flows.
    pub flows: BTreeSet<FlowId>,
    /// The declared incident, by id.
    pub id: Option<String>,
    /// As declared.
    pub decl: IncidentDecl,
    /// When the organisation became aware of it.
    pub aware: Option<Moment>,
}

impl Asking {
    /// What a declared incident asks.
    pub fn of(it: &Declared) -> Asking {
        Asking {
            flows: it.flows.iter().copied().collect(),
            id: Some(it.id.clone()),
            decl: it.decl.clone(),
            aware: it.decl.aware.as_ref().map(|it| it.value),
        }
    }
}

/// What went through the flows, to whom, and what is known of it on the map's day.
pub fn incident(map: &Map, sources: &Sources, asking: &Asking) -> Incident {
    let walks = map.walks();
    let model = &map.model;
    let all = delivered(map, &walks, &asking.flows);
    let mut by_recipient: BTreeMap<NodeId, Vec<&Delivery>> = BTreeMap::new();
    for delivery in &all {
        by_recipient.entry(delivery.recipient).or_default().push(delivery);
    }
    let look = Look { map, sources, walks: &walks };
    let groups = groups(map, sources, &all);
    let contained = |it: &Group| it.within.is_some();
    let counted: Option<Vec<u64>> = groups.iter().filter(|it| !contained(it)).map(|it| it.count).collect();
    let mut out = Incident {
        schema: "ropa/incident/1",
        id: asking.id.clone(),
        title: asking.decl.title.as_ref().map(|text| text.in_language("en").to_owned()),
        date: asking.decl.date.as_ref().map(|it| it.value.to_string()),
        reference: asking.decl.reference.as_ref().map(|it| it.value.clone()),
        notified: asking.decl.notified.as_ref().map(|it| it.value.to_string()),
        today: map.today.to_string(),
        flows: asking.flows.iter().map(|id| look.flow(model.flow(*id))).collect(),
        recipients: by_recipient.iter().map(|(id, got)| look.party(*id, got)).collect(),
        people_at_most: counted.filter(|it| !it.is_empty()).map(|it| it.into_iter().fold(0, u64::saturating_add)),
        groups,
        sensitive: sensitive(model, &all),
        clock: asking.aware.map(|aware| clock(aware, map.today)),
        report: Vec::new(),
        questions: Vec::new(),
    };
    out.report = report::letters(model, &out);
    out.questions = report::questions(map, asking, &out);
    out
}

struct Look<'a> {
    map: &'a Map,
    sources: &'a Sources,
    walks: &'a Walks<'a>,
}

impl Look<'_> {
    fn flow(&self, flow: &Flow) -> FlowRow {
        let model = &self.map.model;
        let place = self.sources.place(flow.span);
        let ground = |id| Ground { activity: model.activity_id(id).to_owned(), basis: model.basis_in(flow, id).map(str::to_owned) };
        FlowRow {
            id: flow.id.clone(),
            from: model.node(flow.from).id.clone(),
            to: model.node(flow.to).id.clone(),
            since: flow.decl.since.as_ref().map(|it| it.value.to_string()),
            stopped: stopped(flow, self.map.today),
            open: !flow.is_stopped(self.map.today),
            channel: flow.decl.channel.as_ref().map(|it| super::view::written(&it.value)),
            frequency: flow.decl.frequency.as_ref().map(|it| super::view::written(&it.value)),
            gates: model.shown_gates(&flow.gates).into_iter().map(str::to_owned).collect(),
            activities: flow.activities.iter().map(|id| ground(*id)).collect(),
            file: place.file,
            line: place.line,
        }
    }

    fn party(&self, id: NodeId, got: &[&Delivery]) -> Party {
        let model = &self.map.model;
        let node = model.node(id);
        let it = node.recipient();
        let items: BTreeSet<Item> = got.iter().map(|it| it.item).collect();
        let held: BTreeSet<Item> = got.iter().filter(|it| !it.past).map(|it| it.item).collect();
        let place = self.sources.place(node.span);
        Party {
            id: node.id.clone(),
            title: node.title("en").to_owned(),
            name: it.and_then(|it| it.name.clone()),
            contact: it.and_then(|it| it.decl.contact.as_ref()).map(|word| word.value.clone()),
            country: it.and_then(country),
            role: it.and_then(|it| it.role).map(|role| role.word()),
            works_for: works_for(model, node).map(|it| model.node(it).id.clone()).collect(),
            got: got.iter().map(|it| self.got(it)).collect(),
            deletions: it.map(|it| asked(self.map, it, &items)).unwrap_or_default(),
            still_held: names(model, held.iter()),
            erase: passing(model, node, erase_of),
            file: place.file,
            line: place.line,
        }
    }

    fn got(&self, it: &Delivery) -> Got {
        let model = &self.map.model;
        let flow = model.flow(it.flow);
        let hops = self.walks.hops(&it.walk);
        let brought = |(category, walk): &(crate::model::CategoryId, Vec<crate::flow::Step>)| {
            let hops = self.walks.hops(walk);
            Brought { category: model.category(*category).id.clone(), route: path(&hops), path: steps(&hops, self.sources) }
        };
        let ended = it.walk.iter().rev().find_map(|(hop, _)| match hop {
            Hop::Flow(id) => model.flow(*id).stopped,
            Hop::Collect(_) | Hop::Derive(_) => None,
        });
        let later = it.walk.iter().filter_map(|(hop, _)| match hop {
            Hop::Flow(id) => Some(model.flow(*id))
                .filter(|flow| flow.decl.since.as_ref().is_some_and(|since| ended.is_some_and(|end| end <= since.value))),
            Hop::Collect(_) | Hop::Derive(_) => None,
        });
        Got {
            flow: flow.id.clone(),
            item: model.item_id(it.item),
            sent: it.sent.word(),
            form: it.form.word(),
            since: flow.decl.since.as_ref().map(|it| it.value.to_string()),
            until: stopped(flow, self.map.today),
            gates: model.shown_gates(&it.gates).into_iter().map(str::to_owned).collect(),
            held: !it.past,
            sensitive: it.sensitive.iter().map(brought).collect(),
            unknown: it.unknown,
            route: path(&hops),
            path: steps(&hops, self.sources),
            begun_after: later.map(|flow| flow.id.clone()).collect(),
        }
    }
}

fn stopped(flow: &Flow, today: Date) -> Option<String> {
    flow.stopped.filter(|_| flow.is_stopped(today)).map(|day| day.to_string())
}

fn groups(map: &Map, sources: &Sources, all: &[Delivery]) -> Vec<Group> {
    let model = &map.model;
    let mut items: BTreeMap<SubjectId, BTreeSet<Item>> = BTreeMap::new();
    for it in all {
        items.entry(it.item.subject).or_default().insert(it.item);
    }
    let group = |(id, own): (&SubjectId, &BTreeSet<Item>)| {
        let it = model.subject(*id);
        let wider = model.subject_chain(*id).skip(1).find(|wider| wider != id && items.contains_key(wider));
        Group {
            subject: it.id.clone(),
            title: it.decl.title.as_ref().map_or(it.id.as_str(), |text| text.in_language("en")).to_owned(),
            count: it.decl.count.as_ref().map(|it| it.value),
            within: wider.map(|wider| model.subject(wider).id.clone()),
            vulnerable: it.decl.vulnerable.as_ref().is_some_and(|it| it.value),
            child: it.decl.child.as_ref().is_some_and(|it| it.value),
            items: names(model, own.iter()),
            place: super::trace::at(sources, it.span),
        }
    };
    items.iter().map(group).collect()
}

fn sensitive(model: &Model, all: &[Delivery]) -> Vec<Sensitive> {
    let mut by: BTreeMap<crate::model::CategoryId, (BTreeSet<Item>, BTreeSet<NodeId>)> = BTreeMap::new();
    for it in all {
        for (category, _) in &it.sensitive {
            let (items, recipients) = by.entry(*category).or_default();
            items.insert(it.item);
            recipients.insert(it.recipient);
        }
    }
    by.into_iter()
        .map(|(id, (items, recipients))| Sensitive {
            category: model.category(id).id.clone(),
            law: model.category(id).law(),
            items: names(model, items.iter()),
            recipients: recipients.iter().map(|id| model.node(*id).id.clone()).collect(),
        })
        .collect()
}

/// 72 hours from a moment, on the clock it was stated in.
pub(super) fn deadline(aware: Moment) -> Moment {
    let end: DateTime = aware.start().saturating_add(jiff::Span::new().hours(72));
    Moment { date: Date(end.date()), time: Some(end.time()) }
}

fn clock(aware: Moment, today: Date) -> Clock {
    let deadline = deadline(aware);
    Clock {
        aware: aware.to_string(),
        from_start_of_day: aware.time.is_none(),
        deadline: deadline.to_string(),
        state: match deadline.date.cmp(&today) {
            std::cmp::Ordering::Less => "past",
            std::cmp::Ordering::Equal => "today",
            std::cmp::Ordering::Greater => "ahead",
        },
    }
}

/// The flows a pattern names; `*` stands for any part.
pub fn flows_named(model: &Model, pattern: &str) -> BTreeSet<FlowId> {
    let all = (0..model.flows.len()).map(FlowId::from_index);
    all.filter(|id| takes(pattern, &model.flow(*id).id)).collect()
}

fn takes(pattern: &str, id: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == id };
    let Some(mut left) = id.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

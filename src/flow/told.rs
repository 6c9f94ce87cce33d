//! What people have to be told of what happens to their data, and what the notices in force tell them:
//! Art. 13 and 14 GDPR.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::exposure::Exposure;
use super::map::Map;
use crate::declare::{ActivityStatus, Date, Role};
use crate::law::{Form, Ground};
use crate::model::{ActivityId, Flow, FlowKind, Item, Model, NodeId, Notice, SubjectId};

/// What a group of people hears on a day, from all notices in force for it together.
#[derive(Default)]
pub struct Heard<'a> {
    /// The notices, the one that is most for this group and newest first.
    notices: Vec<usize>,
    /// The first notice that describes each activity.
    activities: BTreeMap<ActivityId, usize>,
    recipients: BTreeSet<&'a str>,
    /// Legal bases somebody names.
    pub bases: BTreeSet<&'a str>,
    /// Third countries somebody names.
    pub countries: BTreeSet<&'a str>,
    mechanisms: BTreeSet<&'a str>,
    /// Sources somebody names.
    pub sources: BTreeSet<&'a str>,
    /// Somebody says how to get a copy of the safeguards.
    pub copy: bool,
    /// Somebody says how long data are kept.
    pub retention: bool,
}

impl Heard<'_> {
    /// The notice that should tell of an activity, and whether it describes it already; none where nothing
    /// is in force.
    pub fn notice(&self, activity: Option<ActivityId>) -> Option<(usize, bool)> {
        let named = activity.and_then(|id| self.activities.get(&id));
        named.map(|at| (*at, true)).or_else(|| Some((*self.notices.first()?, false)))
    }

    /// Whether a recipient is named, by its id or its kind.
    pub fn names(&self, model: &Model, recipient: NodeId) -> bool {
        let kind = model.recipient(recipient).and_then(|it| it.kind.as_deref());
        self.recipients.contains(model.node(recipient).id.as_str()) || kind.is_some_and(|kind| self.recipients.contains(kind))
    }

    /// The instrument that carries data to a place, where it has one and nobody names that.
    pub fn unsaid<'p>(&self, place: &'p Abroad) -> Option<&'p String> {
        place.mechanism.as_ref().filter(|_| !self.mechanisms.iter().any(|word| place.is_named_by(word)))
    }
}

/// What each group hears on the days that come up.
pub struct Told<'a> {
    model: &'a Model,
    known: BTreeMap<(SubjectId, Date), Heard<'a>>,
}

impl<'a> Told<'a> {
    /// By the notices of a model.
    pub fn of(model: &'a Model) -> Told<'a> {
        Told { model, known: BTreeMap::new() }
    }

    /// What a group hears on a day.
    pub fn on(&mut self, subject: SubjectId, day: Date) -> &Heard<'a> {
        let model = self.model;
        self.known.entry((subject, day)).or_insert_with(|| heard(model, subject, day))
    }
}

fn heard(model: &Model, subject: SubjectId, day: Date) -> Heard<'_> {
    let since = |notice: &Notice| notice.decl.since.as_ref().map(|it| it.value);
    let in_force = model.notices.iter().enumerate().filter(|(_, it)| it.is_in_force(day));
    let mut all: Vec<_> = in_force.filter_map(|(at, it)| Some((model.nearness(it, subject)?, Reverse(since(it)), at))).collect();
    all.sort();
    let mut heard = Heard { notices: all.into_iter().map(|it| it.2).collect(), ..Heard::default() };
    for at in heard.notices.clone() {
        let notice = &model.notices[at];
        for activity in &notice.activities {
            heard.activities.entry(*activity).or_insert(at);
        }
        heard.recipients.extend(notice.decl.recipients.iter().map(|word| word.value.as_str()));
        heard.bases.extend(notice.decl.bases.iter().map(|word| word.value.as_str()));
        heard.countries.extend(notice.decl.countries.iter().map(|word| word.value.as_str()));
        heard.mechanisms.extend(notice.decl.mechanisms.iter().map(|word| word.value.as_str()));
        heard.sources.extend(notice.decl.sources.iter().map(|word| word.value.as_str()));
        heard.copy |= notice.decl.copy.is_some();
        heard.retention |= notice.decl.retention.is_some();
    }
    heard
}

/// An activity of the organisation's own that processes data of a group.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// The activity.
    pub activity: ActivityId,
    /// The group.
    pub subject: SubjectId,
    /// Its legal basis, where one is known.
    pub basis: Option<&'a str>,
}

/// What the organisation's own activities process on a day, and for which groups of people.
pub fn purposes(map: &Map, day: Date) -> Vec<Purpose<'_>> {
    let mut all = Vec::new();
    for activity in (0..map.model.activities.len()).map(ActivityId::from_index).filter(|id| is_told(&map.model, *id, day)) {
        let subjects: BTreeSet<SubjectId> = map.of_activity(activity).items.iter().map(|it| it.subject).collect();
        let basis = map.model.activity(activity).decl.basis.as_ref().map(|it| it.value.as_str()).filter(|it| *it != "unknown");
        all.extend(subjects.into_iter().map(|subject| Purpose { activity, subject, basis }));
    }
    all
}

/// Whether an activity is the organisation's own and goes on: people are told by whoever decides.
fn is_told(model: &Model, id: ActivityId, day: Date) -> bool {
    let decl = &model.activity(id).decl;
    let begun = decl.created.as_ref().is_none_or(|created| created.value <= day);
    let active = decl.status.as_ref().is_none_or(|it| it.value == ActivityStatus::Active);
    !model.activity(id).is_processor() && begun && active
}

/// Groups of whom personal data are held and no activity says that it processes them.
pub fn unassigned(map: &Map) -> BTreeSet<SubjectId> {
    let states = map.reach.states.iter().filter(|it| !it.past && it.form != Form::Anonymised && map.reach.is_personal(it));
    let held: BTreeSet<SubjectId> = states.map(|it| it.item.subject).collect();
    let assigned: BTreeSet<SubjectId> = map.processing().iter().flat_map(|it| &it.items).map(|it| it.subject).collect();
    held.difference(&assigned).copied().collect()
}

/// Groups that need not be told: their data come only from sources for which an exemption of Art. 14(5)
/// is claimed, or only for activities that have not begun.
pub fn exempt(model: &Model, day: Date) -> BTreeSet<SubjectId> {
    let free = |id: &str| {
        let source = model.origins.iter().find(|it| it.id == id);
        source.and_then(|it| it.decl.informed.as_ref()).is_some_and(|it| it.exempt.is_some())
    };
    let ahead = |id: &ActivityId| model.activity(*id).decl.created.as_ref().is_some_and(|created| day < created.value);
    let mut all: BTreeMap<SubjectId, bool> = BTreeMap::new();
    for collect in model.nodes.iter().flat_map(|node| &node.collects) {
        let later = !collect.activities.is_empty() && collect.activities.iter().all(ahead);
        *all.entry(collect.subject).or_insert(true) &= later || collect.decl.source.as_ref().is_some_and(|it| free(&it.value));
    }
    all.into_iter().filter(|(_, exempt)| *exempt).map(|(subject, _)| subject).collect()
}

/// A third country and what carries data there, as a notice tells it.
#[derive(Debug)]
pub struct Abroad<'a> {
    /// Its code.
    pub country: &'a str,
    /// The instrument in use, if there is one.
    pub mechanism: Option<String>,
    /// An adequacy decision, however it is named.
    decision: bool,
    /// People can ask for a copy of it.
    pub copy: bool,
}

impl Abroad<'_> {
    /// Whether a word of a notice is what carries data there.
    pub fn is_named_by(&self, word: &str) -> bool {
        self.mechanism.as_deref() == Some(word) || self.decision && word == "adequacy"
    }
}

/// What a flow gives away of which people have to hear.
#[derive(Debug)]
pub struct Outflow<'a> {
    /// The flow.
    pub flow: &'a Flow,
    /// From which day on they have to.
    pub day: Date,
    /// Its recipient needs a name or a kind. Categories will do, so those who work for a recipient need none
    /// of their own; an authority with an inquiry is no recipient, Art. 4(9).
    pub named: bool,
    /// Where outside the EEA it leads.
    pub abroad: Vec<Abroad<'a>>,
    /// What it gives away for activities of the organisation's own.
    pub exposures: Vec<&'a Exposure>,
}

/// What leaves, as people have to be told on a day, or on the later one from which it does.
pub fn outflows(map: &Map, day: Date) -> Vec<Outflow<'_>> {
    let model = &map.model;
    let own = own_items(map);
    let helpers = helpers(map);
    let mut all = Vec::new();
    for (flow, exposures) in map.by_flow() {
        let flow = model.flow(flow);
        if !model.node(flow.from).is_system() && !helpers.contains(&flow.from) {
            continue;
        }
        let inquiry = model.recipient(flow.to).and_then(|it| it.decl.inquiry.as_ref()).is_some_and(|it| it.value);
        let of_own = |it: &&Exposure| it.activity.map_or_else(|| own.contains(&it.item), |id| !model.activity(id).is_processor());
        all.push(Outflow {
            flow,
            day: flow.decl.since.as_ref().map_or(day, |since| since.value.max(day)),
            named: flow.kind != FlowKind::Subprocessor && !inquiry,
            abroad: abroad(model, flow, day),
            exposures: exposures.iter().filter(of_own).collect(),
        });
    }
    all
}

/// Items that an activity of the organisation's own processes, or none that is known.
fn own_items(map: &Map) -> BTreeSet<Item> {
    let of = |own: bool| {
        let activities = map.model.activities.iter().zip(map.processing()).filter(move |(it, _)| it.is_processor() != own);
        activities.flat_map(|(_, processing)| processing.items.iter().copied())
    };
    let others: BTreeSet<Item> = of(false).collect();
    let known = map.ours().iter().map(|it| it.item).filter(|it| !others.contains(it));
    of(true).chain(known).collect()
}

/// Recipients that pass on what they get on behalf of the organisation or together with it. Whoever
/// decides for itself tells people itself.
fn helpers(map: &Map) -> BTreeSet<NodeId> {
    let model = &map.model;
    let mut next: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let mut queue = Vec::new();
    for (flow, _) in map.by_flow() {
        let flow = model.flow(flow);
        if matches!(model.role_in(flow), Some(Role::Controller | Role::Authority)) {
            continue;
        }
        if model.node(flow.from).is_system() {
            queue.push(flow.to);
        }
        next.entry(flow.from).or_default().insert(flow.to);
    }
    let mut all = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if all.insert(id) {
            queue.extend(next.get(&id).into_iter().flatten());
        }
    }
    all
}

fn abroad<'a>(model: &'a Model, flow: &Flow, day: Date) -> Vec<Abroad<'a>> {
    let law = &model.law;
    let transfers = model.transfers_in(flow);
    let countries = model.own_countries(flow.to).into_iter().flatten().filter(|it| !law.is_eea(it, day));
    countries
        .map(|country| match law.carries(&transfers, country, day) {
            Ok(Ground::Decision) => Abroad { country, mechanism: Some("adequacy".to_owned()), decision: true, copy: false },
            Ok(Ground::Instrument(_, word)) => {
                Abroad { country, mechanism: Some(word.value.clone()), decision: law.is_adequacy(word), copy: law.is_safeguard(word) }
            }
            Err(_) => Abroad { country, mechanism: None, decision: false, copy: false },
        })
        .collect()
}

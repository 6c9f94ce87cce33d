//! What was seen, held against the map: which flow should have said it, and whether one does.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Captured, Evidence, Observation, Party, SeenForm, Sighting};
use crate::declare::{Date, FeatureState};
use crate::flow::{Exposure, Map};
use crate::law::Form;
use crate::model::{Capture, CategoryId, Flow, FlowId, FlowKind, Model, NodeId};

/// What the captures of one system show of one recipient.
#[derive(Debug)]
pub struct Meeting<'a> {
    /// The system that sends.
    pub system: NodeId,
    /// To whom.
    pub party: &'a Party,
    /// The recipient of the project that the party is; of several, the one that flows reach.
    pub recipient: Option<NodeId>,
    /// Flows to it by the system, or by systems it passes on to; stopped ones included.
    pub flows: Vec<FlowId>,
    /// What was seen, and what the map says to it.
    pub seen: Vec<Met<'a>>,
}

/// An observation and what the map says to it.
#[derive(Debug)]
pub struct Met<'a> {
    /// The entry of `evidence:`.
    pub capture: &'a Capture,
    /// The day: the capture's, else the one the map is of.
    pub on: Date,
    /// What.
    pub observation: &'a Observation,
    /// Where.
    pub sighting: &'a Sighting,
    /// The answer of the map.
    pub answer: Told<'a>,
}

/// What the map says to an observation.
#[derive(Debug)]
pub enum Told<'a> {
    /// No flow goes there.
    NoFlow,
    /// The flows that go there were stopped before.
    Stopped,
    /// The vendor's sub-function is declared off.
    FeatureOff,
    /// The vendor's sub-function takes more than others, and no flow is declared for it.
    FeatureUndeclared,
    /// There are flows, and none carries it.
    NotCarried,
    /// Flows carry it, all of them better protected.
    Weaker(Vec<&'a Exposure>),
    /// Flows carry it, and it gives away categories that none of them says it does.
    Revealing(Vec<&'a Exposure>, Vec<CategoryId>),
    /// Declared as it was seen.
    Declared(Vec<&'a Exposure>),
    /// The source tells no more than that the recipient is there, and a flow says so; or the flow it came by
    /// has been stopped since.
    Known,
}

/// Holds every capture against the map. What several captures of a system show of one recipient is one
/// meeting.
pub fn meetings<'a>(map: &'a Map, evidence: &'a Evidence) -> Vec<Meeting<'a>> {
    let delivered: BTreeMap<FlowId, &[Exposure]> = map.by_flow().collect();
    let mut all: BTreeMap<(NodeId, Result<NodeId, &Party>), Meeting> = BTreeMap::new();
    for meeting in evidence.captured.iter().flat_map(|captured| of_one(map, captured, &delivered)) {
        match all.entry((meeting.system, meeting.recipient.ok_or(meeting.party))) {
            Entry::Vacant(place) => {
                place.insert(meeting);
            }
            Entry::Occupied(known) => {
                let known = known.into_mut();
                known.seen.extend(meeting.seen);
                known.flows.extend(meeting.flows);
                known.flows.sort();
                known.flows.dedup();
            }
        }
    }
    all.into_values().collect()
}

fn of_one<'a>(map: &'a Map, captured: &'a Captured, delivered: &BTreeMap<FlowId, &'a [Exposure]>) -> Vec<Meeting<'a>> {
    let model = &map.model;
    let capture = &model.evidence[captured.capture];
    let Some(system) = capture.of else { return Vec::new() };
    let on = capture.decl.on.as_ref().map_or(map.today, |it| it.value);
    let senders = senders(model, system);
    let mut by_party: BTreeMap<&Party, Vec<(&Observation, &Sighting)>> = BTreeMap::new();
    for (observation, sighting) in &captured.notes.seen {
        by_party.entry(&observation.recipient).or_default().push((observation, sighting));
    }
    let meeting = |(party, seen): (&'a Party, Vec<(&'a Observation, &'a Sighting)>)| {
        let recipients = recipients(model, party);
        let flows = flows(model, system, &senders, &recipients);
        let open: Vec<FlowId> = flows.iter().copied().filter(|it| !model.flow(*it).is_stopped(on)).collect();
        let look = Look { map, delivered, recipients: &recipients, flows: &flows, open: &open, on };
        let met = |(observation, sighting)| Met { capture, on, observation, sighting, answer: look.told(observation) };
        let seen = seen.into_iter().map(met).collect();
        let recipient = flows.first().map(|it| model.flow(*it).to).or(recipients.first().copied());
        Meeting { system, party, recipient, flows, seen }
    };
    by_party.into_iter().map(meeting).collect()
}

/// A system and the systems it passes on to: a site's tag manager sends in the site's name.
fn senders(model: &Model, system: NodeId) -> BTreeSet<NodeId> {
    let mut all = BTreeSet::from([system]);
    let mut next = vec![system];
    while let Some(node) = next.pop() {
        for flow in model.node(node).sends.iter().map(|it| model.flow(*it)) {
            if model.node(flow.to).is_system() && all.insert(flow.to) {
                next.push(flow.to);
            }
        }
    }
    all
}

fn recipients(model: &Model, party: &Party) -> Vec<NodeId> {
    match party {
        Party::Recipient(id) | Party::Unknown(id) => {
            // A name that is no id is declared by what an id makes of it.
            let named = model.node_named(id).or_else(|| model.node_named(&party.plain_id()).filter(|_| party.domain().is_none()));
            named.filter(|it| model.recipient(*it).is_some()).into_iter().collect()
        }
        Party::Vendor(vendor) => {
            let of_vendor = |it: &NodeId| model.recipient(*it).is_some_and(|it| it.vendor.as_deref() == Some(vendor));
            (0..model.nodes.len()).map(NodeId::from_index).filter(of_vendor).collect()
        }
    }
}

/// Flows of the system itself; where it has none to them, those of the systems it passes on to.
fn flows(model: &Model, system: NodeId, senders: &BTreeSet<NodeId>, recipients: &[NodeId]) -> Vec<FlowId> {
    let arriving = recipients.iter().flat_map(|it| &model.node(*it).receives).copied();
    let sent: Vec<FlowId> = arriving.filter(|it| model.flow(*it).kind == FlowKind::Sends).collect();
    let by = |of: &dyn Fn(NodeId) -> bool| -> Vec<FlowId> { sent.iter().copied().filter(|it| of(model.flow(*it).from)).collect() };
    let own = by(&|node| node == system);
    if own.is_empty() { by(&|node| senders.contains(&node)) } else { own }
}

struct Look<'l, 'a> {
    map: &'a Map,
    delivered: &'l BTreeMap<FlowId, &'a [Exposure]>,
    recipients: &'l [NodeId],
    flows: &'l [FlowId],
    open: &'l [FlowId],
    on: Date,
}

impl<'a> Look<'_, 'a> {
    fn told(&self, seen: &Observation) -> Told<'a> {
        let model = &self.map.model;
        if self.open.is_empty() {
            return if self.flows.is_empty() { Told::NoFlow } else { Told::Stopped };
        }
        let labelled = |among: &[FlowId]| -> Vec<FlowId> {
            let has = |it: &Flow| it.label.is_some() && it.label == seen.feature;
            among.iter().copied().filter(|it| has(model.flow(*it))).collect()
        };
        let own = labelled(self.open);
        if let Some(feature) = seen.feature.as_deref().filter(|_| own.is_empty()) {
            if self.is_off(feature) {
                return Told::FeatureOff;
            }
            if !labelled(self.flows).is_empty() {
                return Told::Stopped;
            }
            if self.widens(&seen.recipient, feature) {
                return Told::FeatureUndeclared;
            }
        }
        if seen.category.is_none() && seen.item.is_none() && seen.field.is_empty() {
            return Told::Known;
        }
        let flows = if own.is_empty() { self.open } else { &own };
        let exposures = flows.iter().filter_map(|it| self.delivered.get(it)).flat_map(|it| it.iter());
        let carrying: Vec<&Exposure> = exposures.filter(|it| self.is_about(seen, it)).collect();
        // What a flow carried that has been stopped since, the map of today no longer tells.
        if carrying.is_empty() && flows.iter().any(|it| model.flow(*it).is_stopped(self.map.today)) {
            return Told::Known;
        }
        self.carried(seen, carrying)
    }

    fn carried(&self, seen: &Observation, carrying: Vec<&'a Exposure>) -> Told<'a> {
        if carrying.is_empty() {
            return Told::NotCarried;
        }
        if seen.form == SeenForm::Plain && carrying.iter().all(|it| it.form != Form::Plain) {
            return Told::Weaker(carrying);
        }
        let model = &self.map.model;
        let said = |category: &CategoryId| {
            let gives =
                |it: &&Exposure| it.sensitive.iter().any(|label| model.is_below(*label, *category) || model.is_below(*category, *label));
            carrying.iter().any(gives)
        };
        let shown = seen.reveals.iter().filter_map(|it| model.category_named(it));
        let unsaid: Vec<CategoryId> = shown.filter(|it| !said(it)).collect();
        if unsaid.is_empty() { Told::Declared(carrying) } else { Told::Revealing(carrying, unsaid) }
    }

    fn is_off(&self, feature: &str) -> bool {
        let features = self.recipients.iter().filter_map(|it| self.map.model.recipient(*it)).flat_map(|it| &it.features);
        features.filter(|(name, _)| name.value == feature).any(|(_, it)| it.state_on(self.on) == Some(FeatureState::Off))
    }

    fn widens(&self, party: &Party, feature: &str) -> bool {
        let model = &self.map.model;
        let of_recipients = self.recipients.iter().filter_map(|it| model.recipient(*it)?.vendor.as_deref());
        let seen = match party {
            Party::Vendor(vendor) => Some(vendor.as_str()),
            Party::Recipient(_) | Party::Unknown(_) => None,
        };
        let mut known = seen.into_iter().chain(of_recipients).filter_map(|it| model.law.vendors.get(it)?.features.get(feature));
        known.any(|it| it.widens.as_ref().is_some_and(|it| it.value))
    }

    /// Whether an exposure is of what was seen: the persona's field, the field of that name, or one whose
    /// category stands above or below.
    fn is_about(&self, seen: &Observation, exposure: &Exposure) -> bool {
        let model = &self.map.model;
        let field = model.field(exposure.item.field);
        if field.unknown {
            return true;
        }
        let named = seen.item.as_deref().and_then(|it| it.split_once('.')).map(|(_, it)| it);
        if let Some(wanted) = named.filter(|it| model.field_named(it).is_some()) {
            return field.id == wanted;
        }
        // A column that the dictionary names is that field, whatever its name stands for elsewhere.
        let columns = field.decl.iter().flat_map(|it| it.columns.iter());
        let is_column = |column: &str| column.strip_suffix(seen.field.as_str()).is_some_and(|it| it.is_empty() || it.ends_with('.'));
        if !seen.field.is_empty() && columns.map(|it| it.value.as_str()).any(is_column) {
            return true;
        }
        let category = match seen.category.as_deref() {
            // The site chose the name; it may have chosen its own field's.
            None | Some("unknown") => return field.id == seen.own_name(),
            Some(category) => category,
        };
        let Some(category) = model.category_named(category) else { return false };
        field.is_closed.contains(&category) || field.is.iter().any(|own| model.is_below(category, *own))
    }
}

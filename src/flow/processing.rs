//! What each activity processes and to whom it discloses: computed from all that names it, so that
//! a record of Art. 30 cannot drift from the map.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::Label;
use super::sets::SetId;
use super::state::{Hop, Reach, State};
use crate::declare::Date;
use crate::law::Form;
use crate::model::{CategoryId, FieldId, FlowId, FlowKind, Item, Model, NodeId, Selector, Taken};

/// What one activity processes.
#[derive(Clone, Debug, Default)]
pub struct Processing {
    /// The personal items it collects, uses, shows to staff or sends.
    pub items: BTreeSet<Item>,
    /// The sensitive categories these are or reveal, and the fields that do so.
    pub sensitive: BTreeMap<CategoryId, BTreeSet<FieldId>>,
    /// The systems it runs in.
    pub systems: BTreeSet<NodeId>,
    /// The staff roles that read data for it.
    pub roles: BTreeSet<String>,
    /// Its flows.
    pub flows: BTreeSet<FlowId>,
    /// To whom it discloses, those who work for recipients included.
    pub recipients: BTreeMap<NodeId, Disclosure>,
    /// The declared sources of what it collects.
    pub origins: BTreeSet<String>,
    /// Systems that hold data for it, and so their hosts do.
    holders: BTreeSet<NodeId>,
}

/// How an activity's data come to a recipient.
#[derive(Clone, Debug, Default)]
pub struct Disclosure {
    /// By these flows.
    pub flows: BTreeSet<FlowId>,
    /// At least one way is open on the day; else what was sent may still be held.
    pub open: bool,
}

/// What every activity processes, in the order of the model's activities.
pub(super) fn processing(model: &Model, reach: &Reach, today: Date) -> Vec<Processing> {
    let map = Known { model, reach, today };
    let map = &map;
    let mut all = vec![Processing::default(); model.activities.len()];
    inside(map, &mut all);
    along_flows(map, &mut all);
    for it in &mut all {
        disclose(map, it);
    }
    all
}

/// What the computation looks at.
struct Known<'a> {
    model: &'a Model,
    reach: &'a Reach,
    today: Date,
}

/// Collections, uses and access: what happens inside a system.
fn inside(map: &Known, all: &mut [Processing]) {
    for (at, node) in map.model.nodes.iter().enumerate() {
        let id = NodeId::from_index(at);
        for collect in &node.collects {
            for activity in &collect.activities {
                let it = &mut all[activity.index()];
                it.at(map, id);
                it.origins.extend(collect.decl.source.as_ref().map(|source| source.value.clone()));
                for (field, _) in &collect.fields {
                    it.take_item(map, id, Item { subject: collect.subject, field: *field });
                }
            }
        }
        for used in &node.uses {
            all[used.activity.index()].at(map, id);
            all[used.activity.index()].take_selected(map, id, &used.selector);
        }
        for access in &node.access {
            for activity in &access.activities {
                let it = &mut all[activity.index()];
                it.at(map, id);
                it.roles.insert(access.role.clone());
                it.take_selected(map, id, &access.selector);
            }
        }
    }
}

/// What open flows carry; stopped ones still name their recipients, to whom data have been disclosed.
fn along_flows(map: &Known, all: &mut [Processing]) {
    for (at, flow) in map.model.flows.iter().enumerate() {
        for activity in &flow.activities {
            let it = &mut all[activity.index()];
            it.flows.insert(FlowId::from_index(at));
            it.at(map, flow.to);
            if map.model.node(flow.from).is_system() {
                it.systems.insert(flow.from);
            }
        }
    }
    for transition in &map.reach.transitions {
        let Hop::Flow(id) = transition.hop else { continue };
        let flow = map.model.flow(id);
        let (from, to) = (map.reach.state(transition.from), map.reach.state(transition.to));
        if flow.is_stopped(map.today) || from.past || to.form == Form::Anonymised {
            continue;
        }
        for activity in &flow.activities {
            all[activity.index()].take(map, to.item, from.labels);
        }
    }
}

/// Recipients: targets of the activity's flows, hosts of the systems that hold its data, and all who
/// work for these.
fn disclose(map: &Known, it: &mut Processing) {
    let model = map.model;
    let hosting = it.holders.iter().flat_map(|id| model.node(*id).sends.iter().copied());
    let hosting = hosting.filter(|id| model.flow(*id).kind == FlowKind::Hosting);
    let direct: Vec<FlowId> = it.flows.iter().copied().filter(|id| model.recipient(model.flow(*id).to).is_some()).chain(hosting).collect();
    let mut open = Vec::new();
    for id in direct {
        let flow = model.flow(id);
        let known = it.recipients.entry(flow.to).or_default();
        known.flows.insert(id);
        if !flow.is_stopped(map.today) {
            open.push(flow.to);
        }
    }
    let direct: Vec<NodeId> = it.recipients.keys().copied().collect();
    for member in direct.iter().flat_map(|id| model.chain(*id)) {
        for id in model.node(member).sends.iter().filter(|id| model.flow(**id).kind == FlowKind::Subprocessor) {
            it.recipients.entry(model.flow(*id).to).or_default().flows.insert(*id);
        }
    }
    for member in open.into_iter().flat_map(|id| model.chain(id)) {
        it.recipients.entry(member).or_default().open = true;
    }
}

impl Processing {
    /// The activity's personal data by their own categories, and the fields of each.
    pub fn categories(&self, model: &Model) -> BTreeMap<CategoryId, BTreeSet<FieldId>> {
        let mut all: BTreeMap<CategoryId, BTreeSet<FieldId>> = BTreeMap::new();
        for item in &self.items {
            for category in model.field(item.field).is.iter().filter(|id| model.category(**id).personal) {
                all.entry(*category).or_default().insert(item.field);
            }
        }
        all
    }

    /// Fields of which nobody has said what they are.
    pub fn unknown<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = FieldId> + 'a {
        let fields: BTreeSet<FieldId> = self.items.iter().map(|item| item.field).collect();
        fields.into_iter().filter(|field| model.field(*field).unknown)
    }

    fn at(&mut self, map: &Known, node: NodeId) {
        if map.model.node(node).is_system() {
            self.systems.insert(node);
            self.holders.insert(node);
        }
    }

    fn take_selected(&mut self, map: &Known, node: NodeId, selector: &Selector) {
        for id in map.reach.at(node) {
            let state = map.reach.state(*id);
            if let Taken::Yes(step, _) = selector.take(map.model, state.item)
                && counts(state)
                && step.apply(state.form) != Form::Anonymised
            {
                self.take(map, state.item, state.labels);
            }
        }
    }

    fn take_item(&mut self, map: &Known, node: NodeId, item: Item) {
        let states = map.reach.at(node);
        let first = states.partition_point(|id| map.reach.state(*id).item < item);
        for id in states[first..].iter().take_while(|id| map.reach.state(**id).item == item) {
            let state = map.reach.state(*id);
            if counts(state) {
                self.take(map, item, state.labels);
            }
        }
    }

    fn take(&mut self, map: &Known, item: Item, labels: SetId) {
        let labels = map.reach.label_sets.get(labels);
        if !labels.contains(&Label::PERSONAL.0) {
            return;
        }
        self.items.insert(item);
        for category in labels.iter().filter_map(|label| Label(*label).category()) {
            self.sensitive.entry(category).or_default().insert(item.field);
        }
    }
}

/// Whether a state is processed on the day as personal data.
fn counts(state: &State) -> bool {
    !state.past && state.form != Form::Anonymised
}

/// One place outside the EEA that an activity's recipient sends data to.
#[derive(Clone, Debug)]
pub struct ThirdCountry<'a> {
    /// The recipient that is there.
    pub recipient: NodeId,
    /// Its code; `None` where nobody knows.
    pub country: Option<&'a str>,
    /// The flows that lead there.
    pub flows: Vec<FlowId>,
}

/// Places outside the EEA on the day, by recipient.
pub fn third_countries<'a>(model: &'a Model, it: &Processing, today: Date) -> Vec<ThirdCountry<'a>> {
    let mut all = Vec::new();
    for (recipient, disclosure) in &it.recipients {
        for country in model.own_countries(*recipient) {
            if !country.is_some_and(|code| model.law.is_eea(code, today)) {
                all.push(ThirdCountry { recipient: *recipient, country, flows: disclosure.flows.iter().copied().collect() });
            }
        }
    }
    all
}

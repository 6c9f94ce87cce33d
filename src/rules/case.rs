//! What rules look at, and how they show it.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::declare::{ActivityStatus, Date};
use crate::evidence::Evidence;
pub(super) use crate::finding::listed;
use crate::finding::{Finding, Findings, Rule, Subject, few};
use crate::flow::{Exposure, Label, Map, Origins, State, StateId, Walks, Wanted};
use crate::law::{Form, Law};
use crate::model::{Activity, ActivityId, CategoryId, Collect, Flow, FlowId, FlowKind, Item, Model, NodeId};

/// Everything a rule may read.
pub struct Case<'a> {
    /// The map.
    pub map: &'a Map,
    /// What was seen of it.
    pub evidence: &'a Evidence,
    /// Walks through it.
    pub walks: Walks<'a>,
    origins: OnceCell<Origins>,
    searched: RefCell<BTreeSet<NodeId>>,
}

/// A walk from a collection is a search over the whole map, kept for the next: so many places get one.
const SEARCHES: usize = 16;

impl<'a> Case<'a> {
    /// The case that a map makes, with what was seen of it.
    pub fn of(map: &'a Map, evidence: &'a Evidence) -> Case<'a> {
        Case { map, evidence, walks: map.walks(), origins: OnceCell::new(), searched: RefCell::default() }
    }

    pub(super) fn model(&self) -> &'a Model {
        &self.map.model
    }

    pub(super) fn law(&self) -> &'a Law {
        &self.map.model.law
    }

    pub(super) fn today(&self) -> Date {
        self.map.today
    }

    /// Exposures that the project answers for.
    pub(super) fn exposures(&self) -> &'a [Exposure] {
        self.map.ours()
    }

    /// Exposures of declared flows, each item and flow once, whatever activities it is for.
    pub(super) fn sent(&self) -> impl Iterator<Item = &'a Exposure> {
        let mut last = None;
        self.exposures().iter().filter(move |it| {
            let new = last != Some((it.flow, it.item));
            last = Some((it.flow, it.item));
            new && self.model().flow(it.flow).kind == FlowKind::Sends
        })
    }

    /// The exposures of each flow that has any.
    pub(super) fn by_flow(&self) -> impl Iterator<Item = (FlowId, &'a [Exposure])> {
        self.map.by_flow()
    }

    /// The activities a flow is for.
    pub(super) fn activities(&self, flow: &Flow) -> impl Iterator<Item = &'a Activity> {
        flow.activities.iter().map(|id| self.activity(*id))
    }

    pub(super) fn activity(&self, id: ActivityId) -> &'a Activity {
        &self.map.model.activities[id.index()]
    }

    /// The exposures of each recipient that any flow reaches, hosts and sub-processors included.
    pub(super) fn by_recipient(&self) -> BTreeMap<NodeId, Vec<&'a Exposure>> {
        let mut all: BTreeMap<NodeId, Vec<&Exposure>> = BTreeMap::new();
        for exposure in self.exposures() {
            all.entry(self.model().flow(exposure.flow).to).or_default().push(exposure);
        }
        all
    }

    /// The personal items a node holds on the day, what stopped flows left there included.
    pub(super) fn held(&self, node: NodeId) -> BTreeSet<Item> {
        let states = self.map.reach.at(node).iter().map(|id| self.map.reach.state(*id));
        states.filter(|it| !it.past && it.form != Form::Anonymised && self.map.reach.is_personal(it)).map(|it| it.item).collect()
    }

    /// Where an exposure was collected, in whatever steps it was made from that.
    pub(super) fn collected(&self, exposure: &Exposure) -> Vec<(NodeId, &'a Collect)> {
        self.origins.get_or_init(|| Origins::of(self.model(), &self.map.reach)).of_exposure(self.model(), exposure)
    }

    /// Where what a state holds was collected, in whatever steps it was made from that.
    pub(super) fn collected_in(&self, state: StateId) -> impl Iterator<Item = (NodeId, &'a Collect)> {
        self.origins.get_or_init(|| Origins::of(self.model(), &self.map.reach)).of_state(self.model(), state)
    }

    /// Whether the organisation answers for an activity itself; a processor acts for its controller.
    pub(super) fn is_own(&self, activity: ActivityId) -> bool {
        !self.activity(activity).is_processor()
    }

    /// A finding on several items of one flow, keyed by the flow: placed where the flow takes the
    /// first of them, with its path.
    pub(super) fn report_flow<'f>(&self, out: &'f mut Findings, rule: &'static Rule, exposures: &[&Exposure]) -> &'f mut Finding {
        let first = exposures[0];
        let flow = self.model().flow(first.flow);
        let finding = out.report(rule, &[&flow.id]);
        finding.at(self.model().taken_at(flow, first.item), "leaves here");
        self.about(finding, exposures.iter().copied());
        self.show(finding, first, None);
        finding
    }

    /// Says of which exposures a finding speaks: a waiver answers for these and no others.
    pub(super) fn about<'e>(&self, finding: &mut Finding, exposures: impl IntoIterator<Item = &'e Exposure>) {
        finding.about(exposures.into_iter().map(|it| self.map.subject_of(it)));
    }

    /// What a finding on an item that a node holds speaks of: the most exposed form it has there, all that
    /// it gives away, and where the node is.
    pub(super) fn subject_held(&self, node: NodeId, item: Item) -> Subject {
        let reach = &self.map.reach;
        let counts = |it: &&State| it.item == item && !it.past && it.form != Form::Anonymised;
        let states: Vec<&State> = reach.at(node).iter().map(|id| reach.state(*id)).filter(counts).collect();
        let form = states.iter().map(|it| it.form).min().unwrap_or(Form::Plain);
        let known = states.iter().flat_map(|it| reach.label_sets.get(it.labels)).map(|label| Label(*label));
        let mut labels: Vec<String> = known
            .filter_map(|it| match it.category() {
                Some(category) => Some(self.model().category(category).id.clone()),
                None => (it == Label::UNKNOWN).then(|| "unknown".to_owned()),
            })
            .collect();
        labels.extend(self.map.countries.of(node).iter().filter(|it| !it.eea).map(|it| format!("to:{}", it.code())));
        labels.sort();
        labels.dedup();
        Subject { item: self.model().item_id(item), form: form.word(), labels }
    }

    /// A finding on an exposure, keyed by item and flow, placed where the flow takes the item.
    pub(super) fn report<'f>(&self, out: &'f mut Findings, rule: &'static Rule, exposure: &Exposure) -> &'f mut Finding {
        let flow = self.model().flow(exposure.flow);
        let finding = out.report(rule, &[&self.model().item_id(exposure.item), &flow.id]);
        self.about(finding, [exposure]);
        finding.at(self.model().taken_at(flow, exposure.item), "leaves here")
    }

    /// Shows the way of an exposure, from where a category comes in if one is named.
    pub(super) fn show(&self, finding: &mut Finding, exposure: &Exposure, category: Option<CategoryId>) {
        let bringing = category.and_then(|it| self.walks.delivered(exposure, &Wanted::Bringing(Label::of(it))));
        let walk = bringing.unwrap_or_else(|| self.walks.witness(exposure));
        finding.path(self.walks.hops(&walk));
    }

    /// The lines that state a condition of Art. 9(2) for some categories, and a law where they are of Art. 10.
    pub(super) fn conditions(&self, categories: &[CategoryId]) -> String {
        let (art9, art10): (Vec<_>, Vec<_>) = categories.iter().map(|it| self.model().category(*it)).partition(|it| it.art9.is_some());
        let stated: Vec<String> = art9.iter().map(|it| format!("{}: {{ condition: a }}", it.id)).collect();
        let special = (!stated.is_empty()).then(|| format!("special: {{ {} }}", stated.join(", ")));
        let offences = (!art10.is_empty()).then(|| "offences: { law: … }".to_owned());
        special.into_iter().chain(offences).collect::<Vec<_>>().join("`, `")
    }

    /// What to want of a walk that should begin at a node: that, or in a very large project any walk.
    pub(super) fn beginning(&self, node: NodeId) -> Wanted {
        let mut searched = self.searched.borrow_mut();
        if searched.len() < SEARCHES {
            searched.insert(node);
        }
        if searched.contains(&node) { Wanted::From(node) } else { Wanted::Any }
    }

    /// The ids of some categories, for a message.
    pub(super) fn named(&self, categories: &[CategoryId]) -> String {
        let ids = categories.iter().map(|it| format!("`{}`", self.model().category(*it).id));
        listed(ids)
    }

    /// The ids of the items of some exposures, each once, for a message.
    pub(super) fn named_items<'e>(&self, exposures: impl IntoIterator<Item = &'e Exposure>) -> String {
        self.items(exposures, "", "").trim_end().to_owned()
    }

    /// The same, followed by the verb that one or several of them take.
    pub(super) fn items<'e>(&self, exposures: impl IntoIterator<Item = &'e Exposure>, one: &str, several: &str) -> String {
        let items: BTreeSet<Item> = exposures.into_iter().map(|it| it.item).collect();
        let verb = if items.len() == 1 { one } else { several };
        format!("{} {verb}", self.item_names(items))
    }

    /// The activities that the organisation answers for itself and that have not ended; one that is called
    /// ended and still processes something has not.
    pub(super) fn own_activities(&self) -> impl Iterator<Item = (ActivityId, &'a Activity)> {
        let all = self.model().activities.iter().enumerate().map(|(at, it)| (ActivityId::from_index(at), it));
        let called = |it: &Activity| it.decl.status.as_ref().is_some_and(|status| status.value == ActivityStatus::Ended);
        let ended = move |id: ActivityId, it: &Activity| called(it) && self.map.of_activity(id).items.is_empty();
        all.filter(move |(id, it)| self.is_own(*id) && !ended(*id, it))
    }

    /// Whether a legal basis is consent, so that what rests on it needs a gate.
    pub(super) fn is_consent(&self, basis: &str) -> bool {
        self.law().bases.get(basis).and_then(|it| it.gate.as_ref()).is_some_and(|it| it.value)
    }

    /// Whether an activity rests on explicit consent, Art. 9(2)(a), for a category.
    pub(super) fn is_explicit_consent(&self, activity: &Activity, category: CategoryId) -> bool {
        let asks = |letter: &str| self.law().conditions.get(letter).and_then(|it| it.gate.as_ref()).is_some_and(|it| it.value);
        let stated = activity.decl.special.iter().filter(|it| it.value.condition.as_ref().is_some_and(|letter| asks(letter)));
        stated.filter_map(|it| self.model().category_named(&it.key.value)).any(|above| self.model().is_below(category, above))
    }

    /// The ids of some items in the order they come in, for a message.
    pub(super) fn item_names(&self, items: impl IntoIterator<Item = Item>) -> String {
        let items: Vec<Item> = items.into_iter().collect();
        few(items.iter().map(|it| format!("`{}`", self.model().item_id(*it))))
    }
}

//! What becomes of data that did not come from the people themselves: for every declared source, who
//! collects from it, which flows carry what it brought, in whatever steps that was made from it, and
//! for which activities.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use crate::declare::{ContactBy, FlowDecl};
use crate::finding::Finding;
use crate::flow::{Exposure, Hop, StateId};
use crate::law::Form;
use crate::model::{ActivityId, Collect, Flow, FlowId, NodeId, Origin, Taken};

/// A source that something is collected from, and where that goes.
pub(super) struct Trail<'a> {
    /// The source.
    pub origin: &'a Origin,
    /// The collections that name it.
    pub collects: Vec<(NodeId, &'a Collect)>,
    /// Flows open on the day that carry what it brought, and one way in which they do.
    pub flows: BTreeMap<FlowId, Carried>,
    /// The activities it is collected, used or sent for.
    pub activities: BTreeSet<ActivityId>,
    /// What reaches recipients of it.
    pub exposures: Vec<&'a Exposure>,
    /// Whether a system of the organisation holds any of it on the day: a supplier may be declared
    /// with all it collects, and what came from it may have been purged.
    held: bool,
}

/// How a flow carries what a source brought.
#[derive(Clone, Copy)]
pub(super) struct Carried {
    /// Where it was collected.
    origin: NodeId,
    from: StateId,
    to: StateId,
}

/// The source that a collection names.
fn origin_of<'a>(case: &Case<'a>, collect: &Collect) -> Option<&'a Origin> {
    let name = collect.decl.source.as_ref()?;
    let origins = &case.model().origins;
    origins.binary_search_by(|it| it.id.as_str().cmp(&name.value)).ok().map(|at| &origins[at])
}

/// The sources that an exposure comes from, each with a node that collects from it.
pub(super) fn origins_of<'a>(case: &Case<'a>, exposure: &Exposure) -> BTreeMap<&'a str, (NodeId, &'a Origin)> {
    if case.model().origins.is_empty() {
        return BTreeMap::new();
    }
    let all = case.collected(exposure).into_iter();
    let mut found = BTreeMap::new();
    for (node, origin) in all.filter_map(|(node, collect)| Some((node, origin_of(case, collect)?))) {
        found.entry(origin.id.as_str()).or_insert((node, origin));
    }
    found
}

/// Every source in use on the day that the organisation answers for, by id: a processor's are its
/// controller's, and of what is to be collected later nothing can be shown yet.
pub(super) fn trails<'a>(case: &Case<'a>) -> Vec<Trail<'a>> {
    let mut trails: BTreeMap<&str, Trail> = BTreeMap::new();
    if case.model().origins.is_empty() {
        return Vec::new();
    }
    for (at, node) in case.model().nodes.iter().enumerate() {
        for collect in &node.collects {
            let own = collect.activities.is_empty() || collect.activities.iter().any(|it| case.is_own(*it));
            let begun = |it: &&Origin| it.decl.collected.as_ref().is_none_or(|it| it.value <= case.today());
            let Some(origin) = origin_of(case, collect).filter(|_| own).filter(begun) else { continue };
            let trail = trails.entry(&origin.id).or_insert_with(|| Trail {
                origin,
                collects: Vec::new(),
                flows: BTreeMap::new(),
                activities: BTreeSet::new(),
                exposures: Vec::new(),
                held: false,
            });
            trail.collects.push((NodeId::from_index(at), collect));
            trail.activities.extend(&collect.activities);
        }
    }
    for exposure in case.exposures() {
        for id in origins_of(case, exposure).into_keys() {
            trails.entry(id).and_modify(|it| it.exposures.push(exposure));
        }
    }
    for at in 0..case.map.reach.states.len() {
        let state = StateId(at as u32);
        let mut met = BTreeSet::new();
        for (origin, collect) in case.collected_in(state) {
            let Some(name) = collect.decl.source.as_ref() else { continue };
            if let Some(trail) = trails.get_mut(name.value.as_str()).filter(|_| met.insert(&name.value)) {
                follow(case, trail, origin, state);
            }
        }
    }
    trails.into_values().filter(|it| it.held).collect()
}

/// What is done with a state: the uses of its node that take it, the open flows that carry it.
fn follow(case: &Case, trail: &mut Trail, origin: NodeId, id: StateId) {
    let reach = &case.map.reach;
    let state = reach.state(id);
    let personal = reach.is_personal(state);
    if state.past || state.form == Form::Anonymised || !personal {
        return;
    }
    trail.held |= case.model().node(state.node).is_system();
    for used in &case.model().node(state.node).uses {
        if let Taken::Yes(step, _) = used.selector.take(case.model(), state.item)
            && step.apply(state.form) != Form::Anonymised
        {
            trail.activities.insert(used.activity);
        }
    }
    for transition in reach.leaving(id) {
        let Hop::Flow(flow_id) = transition.hop else { continue };
        let flow = case.model().flow(flow_id);
        let to = reach.state(transition.to);
        if flow.is_stopped(case.today()) || to.form == Form::Anonymised {
            continue;
        }
        trail.activities.extend(&flow.activities);
        trail.flows.entry(flow_id).or_insert(Carried { origin, from: id, to: transition.to });
    }
}

impl Trail<'_> {
    /// Marketing that takes consent, and the flow that shows it if there is one: by e-mail or text
    /// message, or resting on consent. Post and telephone take information and a way to object.
    pub fn marketing_on_consent(&self, case: &Case) -> Option<(ActivityId, Option<FlowId>)> {
        self.activities.iter().filter(|it| is_marketing(case, **it) && case.is_own(**it)).find_map(|activity| {
            let model = case.model();
            let own: Vec<&Flow> = self.flows.keys().map(|it| model.flow(*it)).filter(|it| it.activities.contains(activity)).collect();
            let shown = own.iter().filter(|it| by_mail(&it.decl) || takes_consent(case, model.basis_in(it, *activity)));
            let shown = shown.min_by_key(|it| (model.node(it.to).is_system(), !by_mail(&it.decl), &it.id));
            if let Some(flow) = shown {
                return Some((*activity, model.flow_named(&flow.id)));
            }
            // What the flows of these data say goes before what the activity does with others.
            if !own.is_empty() && own.iter().all(|it| !it.decl.contact_by.is_empty()) {
                return None;
            }
            let mails = || {
                let flows = case.map.of_activity(*activity).flows.iter().map(|it| model.flow(*it));
                flows.into_iter().any(|it| !it.is_stopped(case.today()) && by_mail(&it.decl))
            };
            let first = own.first().and_then(|it| model.flow_named(&it.id));
            (rests_on_consent(case, *activity) || mails()).then_some((*activity, first))
        })
    }

    /// The activities it serves for which people had to be asked; all marketing, if wanted.
    pub fn asked_for(&self, case: &Case, marketing: bool) -> Vec<ActivityId> {
        let mailing = self.marketing_on_consent(case).map(|(activity, _)| activity);
        let wanted = |it: &ActivityId| {
            let asked = rests_on_consent(case, *it) || mailing == Some(*it);
            case.is_own(*it) && (asked || marketing && is_marketing(case, *it))
        };
        self.activities.iter().copied().filter(wanted).collect()
    }

    /// Shows how a flow carries what the source brought, from where it is collected.
    pub fn show(&self, case: &Case, finding: &mut Finding, flow: FlowId) {
        let Some(carried) = self.flows.get(&flow) else { return };
        let walk = case.walks.wanted(carried.from, &case.beginning(carried.origin));
        let mut walk = walk.unwrap_or_else(|| case.walks.to(carried.from));
        walk.push((Hop::Flow(flow), carried.to));
        finding.path(case.walks.hops(&walk));
    }
}

fn is_marketing(case: &Case, activity: ActivityId) -> bool {
    case.activity(activity).decl.marketing.as_ref().is_some_and(|it| it.value)
}

fn rests_on_consent(case: &Case, activity: ActivityId) -> bool {
    takes_consent(case, case.activity(activity).decl.basis.as_ref().map(|it| it.value.as_str()))
}

fn takes_consent(case: &Case, basis: Option<&str>) -> bool {
    basis.and_then(|it| case.law().bases.get(it)).and_then(|it| it.gate.as_ref()).is_some_and(|it| it.value)
}

/// Whether the recipient then writes to people by e-mail or text message.
pub(super) fn by_mail(flow: &FlowDecl) -> bool {
    flow.contact_by.iter().any(|it| matches!(it.value, ContactBy::Email | ContactBy::Sms))
}

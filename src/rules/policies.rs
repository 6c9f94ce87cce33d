//! The policies of the house: `policies:` in `ropa.yaml`, asked of every flow, to the organisation's
//! own systems as well as to recipients.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Family};
use crate::finding::{Basis, Findings, Level, Rule, Subject, few};
use crate::flow::{Destination, Exposure, Hop, Label, StateId};
use crate::law::Form;
use crate::model::{ActivityId, CategoryId, Exception, Flow, FlowId, FlowKind, GateId, Item, Model, NodeId, Policy, Taken, Target, What};

pub(super) static FAMILY: Family = Family { rules: &[&POLICY], check };

static POLICY: Rule = Rule {
    id: "policy",
    summary: "data go where a policy of the house denies them",
    level: Level::Error,
    basis: Basis::House,
    since: "0.1",
    citations: &[],
    doc: include_str!("docs/policy.md"),
};

/// An item that a flow delivers, to whomever.
struct Delivery<'a> {
    flow: FlowId,
    item: Item,
    form: Form,
    gates: Vec<GateId>,
    activity: Option<ActivityId>,
    sensitive: Vec<CategoryId>,
    /// Outside; else the state it leads to inside.
    to: Result<&'a Exposure, StateId>,
}

fn check(case: &Case, out: &mut Findings) {
    if case.model().policies.is_empty() {
        return;
    }
    let deliveries: Vec<Delivery> = outside(case).chain(inside(case)).collect();
    for policy in &case.model().policies {
        let mut denied: BTreeMap<FlowId, Vec<&Delivery>> = BTreeMap::new();
        for it in deliveries.iter().filter(|it| denies(case, policy, it)) {
            denied.entry(it.flow).or_default().push(it);
        }
        let told = told(case.model(), &denied);
        for (id, all) in denied.iter().filter(|(id, _)| told.contains(id)) {
            report(case, policy, case.model().flow(*id), all, out);
        }
    }
}

/// The flows to look at: whoever works for a recipient has from there what another of them brings to it. Among
/// those who only work for one another the first is told.
fn told(model: &Model, denied: &BTreeMap<FlowId, Vec<&Delivery>>) -> BTreeSet<FlowId> {
    let items = |id: &FlowId| denied[id].iter().map(|it| it.item).collect::<BTreeSet<Item>>();
    let mut brought: BTreeMap<NodeId, BTreeSet<Item>> = BTreeMap::new();
    let passes = |id: &&FlowId| model.flow(**id).kind == FlowKind::Subprocessor;
    let mut open: Vec<FlowId> = denied.keys().filter(passes).copied().collect();
    let mut told: BTreeSet<FlowId> = denied.keys().filter(|id| !passes(id)).copied().collect();
    for id in &told {
        brought.entry(model.flow(*id).to).or_default().extend(items(id));
    }
    loop {
        let before = open.len();
        open.retain(|id| {
            let (flow, items) = (model.flow(*id), items(id));
            let known = brought.get(&flow.from).is_some_and(|it| items.is_subset(it));
            if known {
                brought.entry(flow.to).or_default().extend(items);
            }
            !known
        });
        if open.len() < before {
            continue;
        }
        if open.is_empty() {
            return told;
        }
        let reached: BTreeSet<NodeId> = open.iter().map(|id| model.flow(*id).to).collect();
        let at = open.iter().position(|id| !reached.contains(&model.flow(*id).from)).unwrap_or(0);
        let first = open.remove(at);
        brought.entry(model.flow(first).to).or_default().extend(items(&first));
        told.insert(first);
    }
}

fn outside<'a>(case: &Case<'a>) -> impl Iterator<Item = Delivery<'a>> {
    case.exposures().iter().map(|it| Delivery {
        flow: it.flow,
        item: it.item,
        form: it.form,
        gates: it.gates.clone(),
        activity: it.activity,
        sensitive: it.sensitive.clone(),
        to: Ok(it),
    })
}

/// What open flows bring to the organisation's own systems.
fn inside<'a>(case: &Case<'a>) -> impl Iterator<Item = Delivery<'a>> {
    let (map, model, today) = (case.map, case.model(), case.today());
    map.reach.transitions.iter().flat_map(move |it| {
        let (from, to) = (map.reach.state(it.from), map.reach.state(it.to));
        let flow = match it.hop {
            Hop::Flow(id) if model.node(to.node).is_system() && !from.past && !model.flow(id).is_stopped(today) && map.is_ours(it.to) => {
                Some(id)
            }
            _ => None,
        };
        let labels = map.reach.label_sets.get(from.labels);
        let sensitive: Vec<CategoryId> = labels.iter().filter_map(|label| Label(*label).category()).collect();
        flow.into_iter().flat_map(move |id| {
            let flow = model.flow(id);
            let gates: Vec<GateId> =
                map.reach.gate_sets.get(from.gates).iter().map(|gate| GateId(*gate)).chain(flow.gates.iter().copied()).collect();
            let none = flow.activities.is_empty().then_some(None);
            let activities: Vec<Option<ActivityId>> = flow.activities.iter().map(|it| Some(*it)).chain(none).collect();
            let (item, form, end, sensitive) = (to.item, to.form, it.to, sensitive.clone());
            activities.into_iter().map(move |activity| Delivery {
                flow: id,
                item,
                form,
                gates: gates.clone(),
                activity,
                sensitive: sensitive.clone(),
                to: Err(end),
            })
        })
    })
}

fn denies(case: &Case, policy: &Policy, it: &Delivery) -> bool {
    let flow = case.model().flow(it.flow);
    policy.forms.contains(&it.form)
        && among(&policy.activities, it.activity)
        && takes(case, policy, it)
        && goes_to(case, &policy.to, flow)
        && in_countries(case, &policy.to, flow, false)
        && !policy.unless.as_ref().is_some_and(|unless| lifts(case, unless, flow, it))
}

fn among(activities: &Option<Vec<ActivityId>>, activity: Option<ActivityId>) -> bool {
    activities.as_ref().is_none_or(|all| activity.is_some_and(|it| all.contains(&it)))
}

/// Whether the policy denies the item: by what it is, or by what it gives away.
fn takes(case: &Case, policy: &Policy, it: &Delivery) -> bool {
    let model = case.model();
    let reveals = &model.field(it.item.field).reveals_closed;
    let revealed =
        |category: CategoryId| reveals.binary_search(&category).is_ok() || it.sensitive.iter().any(|own| model.is_below(*own, category));
    // What is left out by name, category or subject is left out, whatever it gives away.
    if policy.deny.excludes.iter().any(|word| word.takes(model, it.item)) {
        return false;
    }
    // What an exclusion would remove for what it reveals is denied all the same: a policy is no filter.
    !matches!(policy.deny.take(model, it.item), Taken::No)
        || policy.deny.takes.iter().any(|word| {
            word.subject.is_none_or(|wider| model.is_within(it.item.subject, wider))
                && matches!(word.what, What::Category(category) if revealed(category))
        })
}

fn goes_to(case: &Case, to: &Target, flow: &Flow) -> bool {
    let model = case.model();
    let node = model.node(flow.to);
    let any = |wanted: &Option<Vec<String>>, has: &dyn Fn(&str) -> bool| wanted.as_ref().is_none_or(|all| all.iter().any(|it| has(it)));
    let kind = model.kind_in(flow);
    (!to.external || !node.is_system())
        && to.roles.as_ref().is_none_or(|all| model.role_in(flow).is_some_and(|role| all.contains(&role)))
        && to.nodes.as_ref().is_none_or(|all| all.contains(&flow.to))
        && any(&to.kinds, &|wanted| kind == Some(wanted))
        && any(&to.zones, &|wanted| node.zone().is_some_and(|it| it.value == wanted))
        && any(&to.tags, &|wanted| node.tags().iter().any(|it| it.value == wanted))
}

/// Whether it goes to one of the countries; to no other, where that is to lift a policy: somebody at
/// home among those who work for a recipient does not bring the others home.
fn in_countries(case: &Case, to: &Target, flow: &Flow, all: bool) -> bool {
    let Some(wanted) = &to.countries else { return true };
    let places = case.map.countries.of(flow.to);
    let fits = |it: &Destination| wanted.iter().any(|word| it.code() == word || word == "outside-eea" && !it.eea);
    if all { !places.is_empty() && places.iter().all(fits) } else { places.iter().any(fits) }
}

fn lifts(case: &Case, unless: &Exception, flow: &Flow, it: &Delivery) -> bool {
    let basis = || it.activity.and_then(|activity| case.model().basis_in(flow, activity));
    unless.gates.as_ref().is_none_or(|all| all.iter().any(|gate| it.gates.contains(gate)))
        && unless.forms.as_ref().is_none_or(|all| all.contains(&it.form))
        && unless.bases.as_ref().is_none_or(|all| basis().is_some_and(|basis| all.iter().any(|it| it == basis)))
        && among(&unless.activities, it.activity)
        && goes_to(case, &unless.to, flow)
        && in_countries(case, &unless.to, flow, true)
}

fn report(case: &Case, policy: &Policy, flow: &Flow, all: &[&Delivery], out: &mut Findings) {
    let model = case.model();
    let mut items: Vec<Item> = all.iter().map(|it| it.item).collect();
    items.sort();
    items.dedup();
    let names = few(items.iter().map(|it| format!("`{}`", model.item_id(*it))));
    let denied =
        |own: &CategoryId| policy.deny.takes.iter().any(|word| matches!(word.what, What::Category(above) if model.is_below(*own, above)));
    let mut told: Vec<CategoryId> = all.iter().flat_map(|it| it.sensitive.iter().copied()).filter(denied).collect();
    told.sort();
    told.dedup();
    let told = match told.as_slice() {
        [] => "denied here".to_owned(),
        [_] => format!("{} is denied here", case.named(&told)),
        _ => format!("{} are denied here", case.named(&told)),
    };
    let why = policy.decl.why.as_ref().map(|why| format!(": {}", why.in_language("en"))).unwrap_or_default();
    let verb = if items.len() == 1 { "goes" } else { "go" };
    let finding = out.report(&POLICY, &[&flow.id]).under_policy(&policy.id);
    finding
        .say(format!("{names} {verb} to `{}`, which the policy `{}` denies{why}", model.node(flow.to).id, policy.id))
        .at(model.taken_at(flow, items[0]), "leaves here")
        .at(policy.span, told)
        .help(match policy.decl.unless.as_ref() {
            Some(_) => format!("leave it out of `{}`, or meet what the policy says under `unless:`", flow.id),
            None => format!("leave it out of `{}`, or change the policy in `ropa.yaml` with those who own it", flow.id),
        });
    if let Some(level) = policy.decl.level.as_ref() {
        finding.level(level.value);
    }
    finding.about(all.iter().map(|it| match it.to {
        Ok(exposure) => case.map.subject_of(exposure),
        Err(_) => {
            let mut labels: Vec<String> = it.sensitive.iter().map(|it| model.category(*it).id.clone()).collect();
            labels.sort();
            Subject { item: model.item_id(it.item), form: it.form.word(), labels }
        }
    }));
    match all[0].to {
        Ok(exposure) => {
            let given = exposure
                .sensitive
                .iter()
                .find(|it| policy.deny.takes.iter().any(|word| matches!(word.what, What::Category(above) if model.is_below(**it, above))));
            case.show(finding, exposure, given.copied());
        }
        Err(state) => {
            finding.path(case.walks.hops(&case.walks.to(state)));
        }
    }
}

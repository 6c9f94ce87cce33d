//! Are data used for what they were collected for, and leave no more than that? Art. 5(1)(b) and (c) GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::{Compatible, Word};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule, few};
use crate::flow::{Exposure, Hop, Wanted};
use crate::law::Form;
use crate::model::{ActivityId, CategoryId, Collect, FlowId, FlowKind, NodeId, Taken};

pub(super) static FAMILY: Family = Family { rules: &[&PURPOSE_DRIFT, &FREE_TEXT_OR_URL_EGRESS], check };

static PURPOSE_DRIFT: Rule = Rule {
    id: "purpose-drift",
    summary: "data serve a purpose they were not collected for, and nobody has assessed whether the two go together",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.1.b", "gdpr.6.4"],
    doc: include_str!("docs/purpose-drift.md"),
};

static FREE_TEXT_OR_URL_EGRESS: Rule = Rule {
    id: "free-text-or-url-egress",
    summary: "page addresses, search terms or free text go to a recipient as they were written",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.5.1.c", "gdpr.32.1", "imy.imy-2022-3270"],
    doc: include_str!("docs/free-text-or-url-egress.md"),
};

/// Categories of what people or programs write freely: nobody knows beforehand what stands in it.
const WRITTEN_FREELY: &[&str] =
    &["behaviour.pages", "behaviour.search", "behaviour.events", "behaviour.form-input", "communication.content", "free-text"];

/// A walk from a collection is a search over the whole map: so many places get one, the rest of a
/// very large project is shown by its ordinary path.
const SEARCHES: usize = 16;

fn check(case: &Case, out: &mut Findings) {
    drift(case, out);
    egress(case, out);
}

/// What one flow delivers for one activity and was collected for others.
#[derive(Default)]
struct Drift<'a> {
    /// Each with the first collection that was for something else.
    items: Vec<(&'a Exposure, NodeId, &'a Collect)>,
    /// What these collections were for.
    collected_for: BTreeSet<ActivityId>,
    /// One activity of each such collection: what an assessment would have to be about.
    to_assess: BTreeSet<ActivityId>,
}

/// What a purpose has to do with that of a collection.
enum Link<'a> {
    /// It is the same, or was assessed.
    Goes,
    /// It is called compatible, and no assessment is named.
    Claimed(&'a Word),
    /// Nobody has said anything.
    None,
}

fn drift(case: &Case, out: &mut Findings) {
    let mut drifts: BTreeMap<(FlowId, ActivityId), Drift> = BTreeMap::new();
    let mut claimed: BTreeMap<(ActivityId, &str), (&Word, Vec<&Exposure>)> = BTreeMap::new();
    for exposure in case.exposures() {
        let Some(activity) = exposure.activity.filter(|it| case.is_own(*it) && !stands_alone(case, exposure, *it)) else { continue };
        for (node, collect) in case.collected(exposure) {
            match link(case, activity, collect) {
                Link::Goes => {}
                Link::Claimed(from) => {
                    let (_, exposures) = claimed.entry((activity, &from.value)).or_insert_with(|| (from, Vec::new()));
                    exposures.push(exposure);
                }
                Link::None => {
                    let drift = drifts.entry((exposure.flow, activity)).or_default();
                    drift.collected_for.extend(&collect.activities);
                    drift.to_assess.extend(collect.activities.first());
                    if drift.items.last().is_none_or(|(last, ..)| !std::ptr::eq(*last, exposure)) {
                        drift.items.push((exposure, node, collect));
                    }
                }
            }
        }
    }
    // Several flows of an activity share the edit that closes them.
    let mut to_assess: BTreeMap<ActivityId, BTreeSet<ActivityId>> = BTreeMap::new();
    for ((_, activity), drift) in &drifts {
        to_assess.entry(*activity).or_default().extend(&drift.to_assess);
    }
    let mut searched = BTreeSet::new();
    for ((flow, activity), drift) in &drifts {
        report(case, *flow, *activity, drift, &to_assess[activity], &mut searched, out);
    }
    for ((activity, from), (word, exposures)) in claimed {
        let id = case.model().activity_id(activity);
        let finding = out.report(&PURPOSE_DRIFT, &[id, from]);
        finding
            .say(format!(
                "`{id}` is called compatible with `{from}` and names no assessment; {} on that",
                case.items(exposures.iter().copied(), "rests", "rest")
            ))
            .at(word.span, "which assessment?")
            .help(format!("add `assessment:` with the place of the test of Art. 6(4): `{{ from: {from}, assessment: … }}`"))
            .fix(Edit::Beside(word.span), Effort::Agree, "assessment: <COMP-7>")
            .level(Level::Warning);
        case.about(finding, exposures.iter().copied());
        case.show(finding, exposures[0], None);
    }
}

/// Whether the use rests on something of its own: people were asked for it, or a law demands it. What
/// rests on consent nobody was asked for is a finding of its own; Art. 6(4) weighs no purposes there.
fn stands_alone(case: &Case, exposure: &Exposure, activity: ActivityId) -> bool {
    let model = case.model();
    let flow = model.flow(exposure.flow);
    model.basis_in(flow, activity).is_some_and(|basis| basis == "legal-obligation" || case.is_consent(basis))
        || model.telling_gates(&exposure.gates).any(|gate| gate.asks_consent() && model.asked_for(gate, activity))
}

fn link<'a>(case: &Case<'a>, activity: ActivityId, collect: &Collect) -> Link<'a> {
    // Where a collection names no purpose, other rules ask for it.
    if collect.activities.is_empty() || collect.activities.contains(&activity) {
        return Link::Goes;
    }
    let is_from = |it: &&Compatible| {
        let from = it.from.as_ref().map(|from| from.value.as_str());
        collect.activities.iter().any(|id| Some(case.model().activity_id(*id)) == from)
    };
    let mut found = Link::None;
    for entry in case.activity(activity).decl.compatible.iter().filter(is_from) {
        match (entry.assessment.as_ref(), entry.from.as_ref()) {
            (Some(_), _) => return Link::Goes,
            (None, Some(from)) => found = Link::Claimed(from),
            (None, None) => {}
        }
    }
    found
}

fn report(
    case: &Case,
    flow: FlowId,
    activity: ActivityId,
    drift: &Drift,
    to_assess: &BTreeSet<ActivityId>,
    searched: &mut BTreeSet<NodeId>,
    out: &mut Findings,
) {
    let model = case.model();
    let flow = model.flow(flow);
    let activity = case.activity(activity);
    let exposures = || drift.items.iter().map(|(exposure, ..)| *exposure);
    let names = |ids: &BTreeSet<ActivityId>| few(ids.iter().map(|id| format!("`{}`", model.activity_id(*id))));
    let finding = out.report(&PURPOSE_DRIFT, &[&flow.id, &activity.id]);
    finding
        .say(format!(
            "{} to `{}` for `{}` and {} from data collected for {}",
            case.items(exposures(), "goes", "go"),
            model.node(flow.to).id,
            activity.id,
            if one(exposures()) { "comes" } else { "come" },
            names(&drift.collected_for)
        ))
        .at(model.taken_at(flow, drift.items[0].0.item), format!("for `{}` here", activity.id));
    case.about(finding, exposures());
    show(case, drift, searched, finding);
    let entries: Vec<String> =
        drift.to_assess.iter().map(|from| format!("{{ from: {}, assessment: … }}", model.activity_id(*from))).collect();
    finding.help(format!(
        "leave it out, ask for consent, or assess whether the purposes go together and add `compatible: [{}]` to `{}`",
        entries.join(", "),
        activity.id
    ));
    // A second `compatible:` beside a first would be a key twice.
    if activity.decl.compatible.is_empty() {
        let entries: Vec<String> =
            to_assess.iter().map(|from| format!("{{ from: {}, assessment: <COMP-7> }}", model.activity_id(*from))).collect();
        finding.fix(Edit::Add(activity.span), Effort::Agree, format!("compatible: [{}]", entries.join(", ")));
    }
}

/// Shows a way that begins where data were collected for something else.
fn show(case: &Case, drift: &Drift, searched: &mut BTreeSet<NodeId>, finding: &mut Finding) {
    let begins = |walk: &[(Hop, crate::flow::StateId)], node: NodeId, collect: &Collect| {
        let Some((Hop::Collect(position), state)) = walk.first() else { return false };
        let known = case.model().node(node).collects.get(*position as usize);
        case.map.reach.state(*state).node == node && known.is_some_and(|it| it.span == collect.span)
    };
    let ordinary = drift.items.iter().take(SEARCHES).find_map(|(exposure, node, collect)| {
        let walk = case.walks.witness(exposure);
        begins(&walk, *node, collect).then_some((walk, *collect))
    });
    let (first, node, collect) = drift.items[0];
    let (walk, collect) = ordinary.unwrap_or_else(|| {
        let from = (searched.len() < SEARCHES || searched.contains(&node)).then(|| {
            searched.insert(node);
            case.walks.delivered(first, &Wanted::From(node))
        });
        (from.flatten().unwrap_or_else(|| case.walks.witness(first)), collect)
    });
    let purposes = listed(collect.activities.iter().map(|id| format!("`{}`", case.model().activity_id(*id))));
    finding.path(case.walks.hops(&walk)).at(collect.span, format!("collected for {purposes}"));
}

/// Whether it is all one item.
fn one<'e>(exposures: impl IntoIterator<Item = &'e Exposure>) -> bool {
    exposures.into_iter().map(|it| it.item).collect::<BTreeSet<_>>().len() == 1
}

fn egress(case: &Case, out: &mut Findings) {
    let model = case.model();
    let written: Vec<CategoryId> = WRITTEN_FREELY.iter().filter_map(|id| model.category_named(id)).collect();
    let mut open: BTreeMap<NodeId, Vec<&Exposure>> = BTreeMap::new();
    for exposure in case.sent() {
        let closed = &model.field(exposure.item.field).is_closed;
        if written.iter().any(|it| closed.binary_search(it).is_ok()) && unfiltered(case, exposure) {
            open.entry(model.flow(exposure.flow).to).or_default().push(exposure);
        }
    }
    for (recipient, exposures) in open {
        let id = &model.node(recipient).id;
        let flows: BTreeSet<FlowId> = exposures.iter().map(|it| it.flow).collect();
        let finding = out.report(&FREE_TEXT_OR_URL_EGRESS, &[id]);
        finding
            .say(format!(
                "{} to `{id}` as {} written: nobody knows beforehand what stands there",
                case.items(exposures.iter().copied(), "goes", "go"),
                if one(exposures.iter().copied()) { "it was" } else { "they were" }
            ))
            .help(match flows.len() {
                1 => "send what an allow-list made of it, as a derived field such as `page_group: { from: [page_url] }`, or cut it with `|truncate` or `|mask`"
                    .to_owned(),
                several => format!(
                    "send what an allow-list made of it, as a derived field such as `page_group: {{ from: [page_url] }}`, or cut it with `|truncate` or `|mask`, in each of the {several} flows"
                ),
            });
        for flow in &flows {
            let first = exposures.iter().find(|it| it.flow == *flow).map_or(exposures[0], |it| it);
            finding.at(model.taken_at(model.flow(*flow), first.item), "leaves here");
        }
        case.about(finding, exposures.iter().copied());
        case.show(finding, exposures[0], None);
    }
}

/// Whether an item arrives as it was collected: in no form but plain on one way, and not made anew.
fn unfiltered(case: &Case, exposure: &Exposure) -> bool {
    let model = case.model();
    let flow = model.flow(exposure.flow);
    let untouched = || match flow.selector.take(model, exposure.item) {
        Taken::Yes(step, _) => exposure.ends.iter().any(|(from, _)| step.apply(case.map.reach.state(*from).form) == Form::Plain),
        Taken::No | Taken::Revealing(_) => false,
    };
    let as_collected =
        || case.collected(exposure).iter().any(|(_, collect)| collect.fields.iter().any(|(field, _)| *field == exposure.item.field));
    flow.kind == FlowKind::Sends && exposure.form == Form::Plain && untouched() && as_collected()
}

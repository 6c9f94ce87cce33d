//! On what ground? Art. 6, 7 and 9 GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::{Channel, Word};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule};
use crate::flow::Exposure;
use crate::model::{self, Activity, ActivityId, CategoryId, Flow, Gate, Item, NodeId, Taken};
use crate::source::Span;

pub(super) static FAMILY: Family =
    Family { rules: &[&LEGAL_BASIS_MISSING, &LEGITIMATE_INTEREST_UNSTATED, &CONSENT_FLOW_NOT_GATED, &SPECIAL_CATEGORY_NO_ART9], check };

static LEGAL_BASIS_MISSING: Rule = Rule {
    id: "legal-basis-missing",
    summary: "a purpose rests on no legal basis",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.6.1", "gdpr.13.1.c"],
    doc: include_str!("docs/legal-basis-missing.md"),
};

static LEGITIMATE_INTEREST_UNSTATED: Rule = Rule {
    id: "legitimate-interest-unstated",
    summary: "an activity rests on legitimate interests and does not say which, or where they were weighed",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.6.1.f", "gdpr.13.1.d"],
    doc: include_str!("docs/legitimate-interest-unstated.md"),
};

static CONSENT_FLOW_NOT_GATED: Rule = Rule {
    id: "consent-flow-not-gated",
    summary: "a flow rests on consent and can be reached without anybody being asked",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.6.1.a", "gdpr.7.1"],
    doc: include_str!("docs/consent-flow-not-gated.md"),
};

static SPECIAL_CATEGORY_NO_ART9: Rule = Rule {
    id: "special-category-no-art9",
    summary: "an activity uses special categories of data, or data on offences, on no condition",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.9.1", "gdpr.9.2"],
    doc: include_str!("docs/special-category-no-art9.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for (at, activity) in case.model().activities.iter().enumerate() {
        // A processor acts on its controller's basis.
        if activity.is_processor() {
            continue;
        }
        basis(activity, out);
        special(case, ActivityId::from_index(at), activity, out);
    }
    interests(case, out);
    for (flow, exposures) in case.by_flow() {
        let flow = case.model().flow(flow);
        if let Some(model::Basis::Unknown(span)) = &flow.basis {
            out.report(&LEGAL_BASIS_MISSING, &[&flow.id])
                .say(format!("nobody has said on which legal basis `{}` rests", flow.id))
                .at(*span, "unknown")
                .help("name the basis, or remove the line: the flow then rests on that of its activity");
        }
        consent(case, flow, exposures, out);
    }
}

fn basis(activity: &Activity, out: &mut Findings) {
    let name = &activity.id;
    let help = "add `basis:` with one of consent, contract, legal-obligation, vital-interests, public-task, legitimate-interest";
    match activity.decl.basis.as_ref() {
        None => {
            let message = format!("`{name}` rests on no legal basis");
            out.report(&LEGAL_BASIS_MISSING, &[name]).say(message).at(activity.span, "").help(help);
        }
        Some(word) if word.value == "unknown" => {
            let message = format!("nobody has said on which legal basis `{name}` rests");
            out.report(&LEGAL_BASIS_MISSING, &[name]).say(message).at(word.span, "unknown").help(help);
        }
        Some(_) => {}
    }
}

/// Activities that rest on Art. 6(1)(f), by themselves or in a flow, each with the place that says so.
fn interests(case: &Case, out: &mut Findings) {
    let weighs = |word: &Word| case.law().bases.get(word).and_then(|it| it.article.as_ref()).is_some_and(|it| it.value == "gdpr.6.1.f");
    let mut resting: BTreeMap<ActivityId, Span> = BTreeMap::new();
    for (id, activity) in case.own_activities() {
        let own = activity.decl.basis.as_ref().filter(|word| weighs(word)).map(|word| word.span);
        resting.extend(own.map(|span| (id, span)));
    }
    let own: BTreeSet<ActivityId> = case.own_activities().map(|(id, _)| id).collect();
    for flow in case.model().flows.iter().filter(|it| !it.is_stopped(case.today())) {
        let Some(model::Basis::Known(word)) = &flow.basis else { continue };
        if weighs(word) {
            for id in flow.activities.iter().filter(|id| own.contains(id)) {
                resting.entry(*id).or_insert(word.span);
            }
        }
    }
    for (id, span) in resting {
        let activity = case.activity(id);
        let interest = activity.decl.interest.is_none().then_some(("the interest", "interest: <what the organisation gains by it>"));
        let weighed = activity.decl.lia.is_none().then_some(("the assessment that weighs it", "lia: <LIA-1>"));
        let missing: Vec<(&str, &str)> = interest.into_iter().chain(weighed).collect();
        if missing.is_empty() {
            continue;
        }
        let what = listed(missing.iter().map(|it| it.0.to_owned()));
        let lines: Vec<&str> = missing.iter().map(|it| it.1).collect();
        out.report(&LEGITIMATE_INTEREST_UNSTATED, &[&activity.id])
            .say(format!("`{}` rests on legitimate interests and does not name {what}", activity.id))
            .at(span, "whose interest, weighed where?")
            .at(activity.span, "the activity")
            .help(format!("add to `{}`: {}", activity.id, listed(lines.iter().map(|it| format!("`{}`", it.replace(['<', '>'], ""))))))
            .fix(Edit::Add(activity.span), Effort::Agree, lines.join("\n"));
    }
}

fn consent(case: &Case, flow: &Flow, exposures: &[Exposure], out: &mut Findings) {
    let model = case.model();
    let asked = |exposure: &Exposure, activity: ActivityId| {
        model.telling_gates(&exposure.gates).any(|gate| gate.asks_consent() && model.asked_for(gate, activity))
    };
    let open: Vec<&Exposure> = exposures
        .iter()
        .filter(|exposure| {
            let Some(activity) = exposure.activity.filter(|it| case.is_own(*it)) else { return false };
            model.basis_in(flow, activity).is_some_and(|basis| case.is_consent(basis)) && !asked(exposure, activity)
        })
        .collect();
    let Some(first) = open.first() else { return };
    let activities: BTreeSet<ActivityId> = open.iter().filter_map(|it| it.activity).collect();
    let for_what = listed(activities.iter().map(|it| format!("`{}`", model.activity_id(*it))));
    // A gate that names these activities is meant for them; one that names none may be.
    let fits = |gate: &&Gate| gate.decl.is_some() && gate.asks_consent() && activities.iter().all(|it| model.asked_for(gate, *it));
    let gate = model.gates.iter().filter(fits).min_by_key(|gate| gate.activities.is_empty());
    let help = match gate {
        Some(gate) => {
            format!("add `gate:` with the consent that people give, such as `gate: {}`, here or where the data are collected", gate.id)
        }
        None => {
            format!("declare under `gates:` how consent is asked for {for_what}, and name that gate here or where the data are collected")
        }
    };
    let finding = out.report(&CONSENT_FLOW_NOT_GATED, &[&flow.id]);
    finding
        .say(format!(
            "{} `{}` for {for_what}, which rests on consent, without consent being asked on the way",
            case.items(open.iter().copied(), "reaches", "reach"),
            model.node(flow.to).id
        ))
        .at(flow.span, if flow.gates.is_empty() { "no gate here" } else { "held back by something else" })
        .about(open.iter().map(|it| case.map.subject_of(it)))
        .help(help);
    // What a tag or library does takes place on the device.
    if flow.decl.channel.as_ref().is_some_and(|it| matches!(it.value, Channel::Tag | Channel::Sdk)) {
        finding.cite("eprivacy.5.3");
    }
    case.show(finding, first, None);
}

fn special(case: &Case, id: ActivityId, activity: &Activity, out: &mut Findings) {
    let model = case.model();
    let mut own: BTreeMap<CategoryId, Vec<Item>> = BTreeMap::new();
    for item in &case.map.of_activity(id).items {
        for category in model.field(item.field).is.iter().filter(|it| model.category(**it).is_sensitive()) {
            own.entry(*category).or_default().push(*item);
        }
    }
    let name = &activity.id;
    let declared: Vec<_> =
        activity.decl.special.iter().filter_map(|entry| Some((model.category_named(&entry.key.value)?, entry))).collect();
    let art9: Vec<_> = own.keys().copied().filter(|it| model.category(*it).art9.is_some()).collect();
    let open: Vec<_> = art9.iter().copied().filter(|it| !declared.iter().any(|(above, _)| model.is_below(*it, *above))).collect();
    if !open.is_empty() {
        let finding = out.report(&SPECIAL_CATEGORY_NO_ART9, &[name]);
        finding.at(activity.span, "no condition here");
        used_at(case, id, own[&open[0]][0], finding);
        let items: Vec<String> = open.iter().map(|it| format!("`{}` ({})", model.item_id(own[it][0]), model.category(*it).id)).collect();
        finding
            .say(format!("`{name}` uses {} on no condition of Art. 9(2)", listed(items)))
            .help(format!("add `{}` with the letter that applies", case.conditions(&open)));
    }
    for (_, entry) in declared.iter().filter(|(above, _)| art9.iter().any(|it| model.is_below(*it, *above))) {
        let Some(letter) = entry.value.condition.as_ref() else {
            let finding = out.report(&SPECIAL_CATEGORY_NO_ART9, &[name, &entry.key.value]);
            finding
                .say(format!("`{name}` names no condition of Art. 9(2) for `{}`", entry.key.value))
                .at(entry.key.span, "")
                .help("add `condition:` with a letter from a to j");
            continue;
        };
        let needs_law = case.law().conditions.get(letter).and_then(|it| it.national_law.as_ref()).is_some_and(|it| it.value);
        if needs_law && entry.value.law.is_none() {
            out.report(&SPECIAL_CATEGORY_NO_ART9, &[name, &entry.key.value])
                .say(format!("`{name}` rests on Art. 9(2)({}) for `{}`, which needs a law and names none", letter.value, entry.key.value))
                .at(letter.span, "which law?")
                .help("add `law:` with the provision it rests on");
        }
    }
    let offences: Vec<_> = own.keys().copied().filter(|it| model.category(*it).art10).collect();
    if !offences.is_empty() && activity.decl.offences.as_ref().is_none_or(|it| it.law.is_none()) {
        let finding = out.report(&SPECIAL_CATEGORY_NO_ART9, &[name, "offence"]);
        finding.at(activity.span, "no law here");
        used_at(case, id, own[&offences[0]][0], finding);
        finding
            .say(format!("`{name}` uses {} and names no law that allows it", case.named(&offences)))
            .help("add `offences: { law: … }` with the provision")
            .cite("gdpr.10");
    }
}

/// Shows the first place where an activity takes an item.
fn used_at(case: &Case, activity: ActivityId, item: Item, finding: &mut Finding) {
    // Where it runs and sends from; a recipient may collect for it as well.
    let it = case.map.of_activity(activity);
    let near: BTreeSet<NodeId> = it.systems.iter().copied().chain(it.flows.iter().map(|id| case.model().flow(*id).from)).collect();
    let near = near.into_iter().map(|id| case.model().node(id));
    for node in near.chain(&case.model().nodes) {
        let collects = node.collects.iter().filter(|it| it.subject == item.subject && it.activities.contains(&activity));
        let collected = collects.flat_map(|it| &it.fields).find(|(field, _)| *field == item.field).map(|(_, span)| *span);
        let uses = node.uses.iter().filter(|it| it.activity == activity).map(|it| (&it.selector, it.span));
        let access = node.access.iter().filter(|it| it.activities.contains(&activity)).map(|it| (&it.selector, it.span));
        let flows = node
            .sends
            .iter()
            .map(|id| case.model().flow(*id))
            .filter(|it| it.activities.contains(&activity) && !it.is_stopped(case.today()));
        let selectors = uses.chain(access).chain(flows.map(|it| (&it.selector, it.span)));
        let taken = selectors.filter_map(|(selector, span)| match selector.take(case.model(), item) {
            Taken::Yes(_, word) => Some(word.map_or(span, |word| word.span)),
            Taken::No | Taken::Revealing(_) => None,
        });
        if let Some(span) = collected.into_iter().chain(taken).next() {
            finding.at(span, format!("`{}` is used here", case.model().item_id(item)));
            return;
        }
    }
}

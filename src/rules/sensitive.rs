//! What data give away, and national identifiers: Art. 9, 10 and 87 GDPR along the graph.

use std::collections::BTreeSet;

use super::{Case, Family};
use crate::declare::{GateKind, Ground};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule, few};
use crate::flow::Exposure;
use crate::model::{CategoryId, Flow, FlowKind};

pub(super) static FAMILY: Family =
    Family { rules: &[&INFERRED_SPECIAL_CATEGORY, &SPECIAL_CATEGORY_TO_ADTECH, &NATIONAL_ID_TO_EXTERNAL], check };

static INFERRED_SPECIAL_CATEGORY: Rule = Rule {
    id: "inferred-special-category",
    summary: "data declared as ordinary give away special categories to a recipient",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.9.1", "cjeu.c-184-20", "cjeu.c-21-23"],
    doc: include_str!("docs/inferred-special-category.md"),
};

static SPECIAL_CATEGORY_TO_ADTECH: Rule = Rule {
    id: "special-category-to-adtech",
    summary: "special categories of data reach a company that finds or trades people, without explicit consent",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.9.1", "gdpr.9.2.a", "gdpr.6.1"],
    doc: include_str!("docs/special-category-to-adtech.md"),
};

static NATIONAL_ID_TO_EXTERNAL: Rule = Rule {
    id: "national-id-to-external",
    summary: "a national identification number goes to a recipient without a stated ground",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.87"],
    doc: include_str!("docs/national-id-to-external.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let sent: Vec<&Exposure> = case.sent().collect();
    for same in sent.chunk_by(|a, b| a.flow == b.flow) {
        let flow = case.model().flow(same[0].flow);
        inferred(case, flow, same, out);
        national_id(case, flow, same, out);
    }
    for (flow, exposures) in case.by_flow() {
        to_adtech(case, case.model().flow(flow), exposures, out);
    }
}

/// A finding on some items of a flow: keyed by the item where it is one, so that it keeps its key
/// whatever else the flow carries; by the flow alone where several have the same to say.
fn report<'f>(case: &Case, out: &'f mut Findings, rule: &'static Rule, exposures: &[&Exposure]) -> &'f mut Finding {
    match exposures {
        [one] => case.report(out, rule, one),
        several => case.report_flow(out, rule, several),
    }
}

/// What an exposure gives away of Art. 9 or 10 that nothing it is declared as says, and that no activity
/// of its flow states a condition for.
fn gives_away(case: &Case, flow: &Flow, exposure: &Exposure) -> Vec<CategoryId> {
    let model = case.model();
    let field = model.field(exposure.item.field);
    let covered = |category: CategoryId| {
        let mut activities = case.activities(flow).peekable();
        activities.peek().is_some() && activities.all(|activity| covers(case, activity, category))
    };
    exposure
        .sensitive
        .iter()
        .copied()
        .filter(|it| model.category(*it).art9.is_some() || model.category(*it).art10)
        .filter(|it| !field.is.iter().any(|own| model.is_below(*it, *own) || model.is_below(*own, *it)))
        .filter(|it| !covered(*it))
        .collect()
}

fn inferred(case: &Case, flow: &Flow, same: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let giving: Vec<(&Exposure, Vec<CategoryId>)> =
        same.iter().map(|it| (*it, gives_away(case, flow, it))).filter(|(_, revealed)| !revealed.is_empty()).collect();
    let Some((exposure, revealed)) = giving.iter().max_by_key(|(it, revealed)| (revealed.len(), std::cmp::Reverse(it.item))) else {
        return;
    };
    let all: BTreeSet<CategoryId> = giving.iter().flat_map(|(_, revealed)| revealed.iter().copied()).collect();
    let all: Vec<CategoryId> = all.into_iter().collect();
    let field = model.field(exposure.item.field);
    let exposures: Vec<&Exposure> = giving.iter().map(|(it, _)| *it).collect();
    let own = match exposures.as_slice() {
        [_] if field.is.is_empty() => "what its inputs are".to_owned(),
        [_] => case.named(&field.is),
        _ => "ordinary data".to_owned(),
    };
    let items = case.items(exposures.iter().copied(), "is", "are");
    let give = if exposures.len() == 1 { "gives" } else { "give" };
    let first = revealed[0];
    let fields: BTreeSet<&str> = exposures.iter().map(|it| model.field(it.item.field).id.as_str()).collect();
    let finding = report(case, out, &INFERRED_SPECIAL_CATEGORY, &exposures);
    finding.say(format!("{items} declared as {own} and {give} {} away to `{}`", case.named(&all), model.node(flow.to).id)).help(format!(
        "leave {} out of `{}`, send something that does not reveal it, or rest the activity on a condition that applies: `{}`",
        few(fields.iter().map(|it| format!("`{it}`"))),
        flow.id,
        case.conditions(&all)
    ));
    case.show(finding, exposure, Some(first));
    if let Some(why) = field.decl.as_ref().filter(|decl| !decl.reveals.is_empty()) {
        finding.at(why.reveals[0].span, "declared to reveal it");
    }
}

/// Whether an activity states a condition of Art. 9(2) for a category.
fn covers(case: &Case, activity: &crate::model::Activity, category: CategoryId) -> bool {
    let special = activity.decl.special.iter().filter(|entry| entry.value.condition.is_some());
    let offences = case.model().category(category).art10 && activity.decl.offences.as_ref().is_some_and(|it| it.law.is_some());
    offences
        || special.filter_map(|entry| case.model().category_named(&entry.key.value)).any(|above| case.model().is_below(category, above))
}

fn to_adtech(case: &Case, flow: &Flow, exposures: &[Exposure], out: &mut Findings) {
    let model = case.model();
    // Whoever works for a recipient gets what the recipient got: its flow is the one to look at.
    if flow.kind == FlowKind::Subprocessor {
        return;
    }
    let Some(kind) = model.kind_in(flow) else { return };
    if !case.law().kinds.get(kind).and_then(|it| it.adtech.as_ref()).is_some_and(|it| it.value) {
        return;
    }
    let mut learnt: BTreeSet<CategoryId> = BTreeSet::new();
    let mut open: Vec<(&Exposure, CategoryId)> = Vec::new();
    for exposure in exposures {
        let special = exposure.sensitive.iter().copied().filter(|it| model.category(*it).art9.is_some() || model.category(*it).art10);
        let untold: Vec<CategoryId> = special.filter(|it| !agreed(case, exposure, *it)).collect();
        open.extend(untold.first().map(|first| (exposure, *first)));
        learnt.extend(untold);
    }
    let Some((first, category)) = open.first().copied() else { return };
    let learnt: Vec<CategoryId> = learnt.into_iter().collect();
    let only_offences = learnt.iter().all(|it| model.category(*it).art9.is_none());
    let to = &model.node(flow.to).id;
    let fields: BTreeSet<&str> = open.iter().map(|(it, _)| model.field(it.item.field).id.as_str()).collect();
    let fields = few(fields.iter().map(|it| format!("`{it}`")));
    let stated = first.activity.map(|it| case.activity(it)).filter(|it| case.is_explicit_consent(it, category));
    let tells = case.items(open.iter().map(|it| it.0), "tells", "tell");
    let without = if only_offences { "a law that allows it" } else { "explicit consent" };
    let otherwise = match (stated, first.activity) {
        (Some(activity), _) => format!("ask on the way with a gate of `kind: explicit-consent` for `{}`", activity.id),
        (None, None) => "name the activity it is for, and what that rests on".to_owned(),
        (None, Some(_)) if only_offences => "name the law that allows it: `offences: { law: … }`".to_owned(),
        (None, Some(activity)) => {
            let activity = &case.activity(activity).id;
            format!("rest `{activity}` on `{}` and ask with a gate of `kind: explicit-consent`", case.conditions(&learnt))
        }
    };
    let finding = out.report(&SPECIAL_CATEGORY_TO_ADTECH, &[&flow.id]);
    finding
        .say(format!("{tells} `{to}` (`{kind}`) of {} without {without}", case.named(&learnt)))
        .at(model.taken_at(flow, first.item), "leaves here")
        .help(format!("leave {fields} out of `{}`, or what tells it out of what it is made from; else {otherwise}", flow.id));
    case.about(finding, open.iter().map(|it| it.0));
    case.show(finding, first, Some(category));
    if only_offences {
        finding.cite("gdpr.10");
    }
}

/// Whether people agreed to an exposure that tells of a category: its activity rests on explicit
/// consent, and a gate on every way asks for that. Consent opens nothing for offences; a law does.
fn agreed(case: &Case, exposure: &Exposure, category: CategoryId) -> bool {
    let model = case.model();
    let Some(id) = exposure.activity else { return false };
    let activity = case.activity(id);
    if model.category(category).art9.is_none() {
        return activity.decl.offences.as_ref().is_some_and(|it| it.law.is_some());
    }
    let asked = || model.telling_gates(&exposure.gates).any(|it| it.kind == GateKind::ExplicitConsent && model.asked_for(it, id));
    case.is_explicit_consent(activity, category) && asked()
}

fn national_id(case: &Case, flow: &Flow, same: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let number = |exposure: &Exposure| exposure.sensitive.iter().copied().find(|it| model.category(*it).national_id);
    let open: Vec<&Exposure> = same.iter().copied().filter(|it| number(it).is_some()).collect();
    let Some((first, number)) = open.first().and_then(|it| Some((*it, number(it)?))) else { return };
    let rule = model.profile().and_then(|country| case.law().national_id(country));
    let stated = flow.decl.justified.as_ref().and_then(|it| it.ground.as_ref());
    let known = |ground: Ground| rule.is_none_or(|it| it.grounds.is_empty() || it.grounds.iter().any(|known| known.value == ground));
    if stated.is_some_and(|ground| known(ground.value)) {
        return;
    }
    let is = |it: &Exposure| model.field(it.item.field).is.iter().any(|own| model.is_below(*own, number));
    let items = case.named_items(open.iter().copied());
    let what = match open.as_slice() {
        [one] if is(one) => format!("{items} is a national identification number and goes"),
        [_] => format!("{items} gives away a national identification number and goes"),
        several if several.iter().all(|it| is(it)) => format!("{items} are national identification numbers and go"),
        _ => format!("{items} are or give away national identification numbers and go"),
    };
    let form = match first.form.word() {
        form if form == "plain" || open.iter().any(|it| it.form != first.form) => String::new(),
        form => format!(", {form},"),
    };
    let finding = report(case, out, &NATIONAL_ID_TO_EXTERNAL, &open);
    finding
        .say(format!("{what}{form} to `{}` on no stated ground", model.node(flow.to).id))
        .help("leave it out, or add `justified: { ground: secure-identification, why: … }` to the flow")
        .fix(Edit::Add(flow.span), Effort::Ask, "justified: { ground: <secure-identification>, why: <they keep their list by it> }");
    if let Some(ground) = stated {
        finding.at(ground.span, "the national law does not know this ground");
        finding.fix(Edit::Replace(ground.span), Effort::Ask, "<secure-identification>");
    }
    match rule.and_then(|it| it.law.as_ref()) {
        Some(law) => {
            finding.cite(&law.value);
        }
        // Without a national rule the Regulation leaves the conditions open.
        None => {
            finding.level(Level::Warning);
        }
    }
    case.show(finding, first, Some(number));
}

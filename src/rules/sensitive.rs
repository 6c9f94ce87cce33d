//! What data give away, and national identifiers: Art. 9, 10 and 87 GDPR along the graph.

use std::collections::BTreeSet;

use super::{Case, Family};
use crate::declare::{GateKind, Ground};
use crate::finding::{Basis, Findings, Level, Rule};
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
    citations: &["gdpr.9.1", "gdpr.9.2.a", "gdpr.6.1", "ftc.goodrx-2023", "ftc.betterhelp-2023"],
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
    for exposure in case.sent() {
        let flow = case.model().flow(exposure.flow);
        inferred(case, flow, exposure, out);
        national_id(case, flow, exposure, out);
    }
    for (flow, exposures) in case.by_flow() {
        to_adtech(case, case.model().flow(flow), exposures, out);
    }
}

fn inferred(case: &Case, flow: &Flow, exposure: &Exposure, out: &mut Findings) {
    let model = case.model();
    let field = model.field(exposure.item.field);
    let covered = |category: CategoryId| {
        let mut activities = case.activities(flow).peekable();
        activities.peek().is_some() && activities.all(|activity| covers(case, activity, category))
    };
    let revealed: Vec<CategoryId> = exposure
        .sensitive
        .iter()
        .copied()
        .filter(|it| model.category(*it).art9.is_some() || model.category(*it).art10)
        .filter(|it| !field.is.iter().any(|own| model.is_below(*it, *own) || model.is_below(*own, *it)))
        .filter(|it| !covered(*it))
        .collect();
    let Some(first) = revealed.first() else { return };
    let own = if field.is.is_empty() { "what its inputs are".to_owned() } else { case.named(&field.is) };
    let finding = case.report(out, &INFERRED_SPECIAL_CATEGORY, exposure);
    finding
        .say(format!(
            "`{}` is declared as {own} and gives {} away to `{}`",
            model.item_id(exposure.item),
            case.named(&revealed),
            model.node(flow.to).id
        ))
        .help(format!(
            "leave `{}` out of `{}`, send something that does not reveal it, or rest the activity on a condition: `special: {{ {}: {{ condition: a }} }}`",
            field.id,
            flow.id,
            model.category(*first).id
        ));
    case.show(finding, exposure, Some(*first));
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
    let own = model.feature(flow).and_then(|it| it.kind.as_ref()).map(|it| it.value.as_str());
    let Some(kind) = own.or_else(|| model.recipient(flow.to)?.kind.as_deref()) else { return };
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
    let (to, field, id) = (&model.node(flow.to).id, &model.field(first.item.field).id, &model.category(category).id);
    let stated = first.activity.map(|it| case.activity(it)).filter(|it| case.is_explicit_consent(it, category));
    let tells = case.items(open.iter().map(|it| it.0), "tells", "tell");
    let without = if only_offences { "a law that allows it" } else { "explicit consent" };
    let otherwise = match (stated, first.activity) {
        (Some(activity), _) => format!("ask on the way with a gate of `kind: explicit-consent` for `{}`", activity.id),
        (None, None) => "name the activity it is for, and what that rests on".to_owned(),
        (None, Some(_)) if only_offences => "name the law that allows it: `offences: { law: … }`".to_owned(),
        (None, Some(activity)) => {
            let activity = &case.activity(activity).id;
            format!("rest `{activity}` on `special: {{ {id}: {{ condition: a }} }}` and ask with a gate of `kind: explicit-consent`")
        }
    };
    let finding = out.report(&SPECIAL_CATEGORY_TO_ADTECH, &[&flow.id]);
    finding
        .say(format!("{tells} `{to}` (`{kind}`) of {} without {without}", case.named(&learnt)))
        .at(model.taken_at(flow, first.item), "leaves here")
        .help(format!("leave `{field}` out of `{}`, or what tells it out of what it is made from; else {otherwise}", flow.id));
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

fn national_id(case: &Case, flow: &Flow, exposure: &Exposure, out: &mut Findings) {
    let model = case.model();
    let Some(number) = exposure.sensitive.iter().find(|it| model.category(**it).national_id) else { return };
    let rule = model.profile().and_then(|country| case.law().national_id(country));
    let stated = flow.decl.justified.as_ref().and_then(|it| it.ground.as_ref());
    let known = |ground: Ground| rule.is_none_or(|it| it.grounds.is_empty() || it.grounds.iter().any(|known| known.value == ground));
    if stated.is_some_and(|ground| known(ground.value)) {
        return;
    }
    let item = model.item_id(exposure.item);
    let is = model.field(exposure.item.field).is.iter().any(|own| model.is_below(*own, *number));
    let what = if is {
        format!("`{item}` is a national identification number")
    } else {
        format!("`{item}` gives away a national identification number")
    };
    let form = match exposure.form.word() {
        "plain" => String::new(),
        form => format!(", {form},"),
    };
    let finding = case.report(out, &NATIONAL_ID_TO_EXTERNAL, exposure);
    finding
        .say(format!("{what} and goes{form} to `{}` on no stated ground", model.node(flow.to).id))
        .help("leave it out, or add `justified: { ground: secure-identification, why: … }` to the flow");
    if let Some(ground) = stated {
        finding.at(ground.span, "the national law does not know this ground");
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
    case.show(finding, exposure, Some(*number));
}

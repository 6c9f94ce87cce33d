//! Can consent be shown, taken back, and given by those who gave it? Art. 7, 8 and 22 GDPR.

use std::collections::BTreeMap;

use super::case::listed;
use super::{Case, Family, impact};
use crate::declare::{ActivityStatus, GateKind, Trait};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::flow::Exposure;
use crate::model::{self, Activity, ActivityId, CategoryId, Gate, Item, SubjectId};
use crate::source::Span;

pub(super) static FAMILY: Family = Family { rules: &[&CONSENT_UNPROVEN, &CHILD_CONSENT, &ADM_UNDOCUMENTED], check };

static CONSENT_UNPROVEN: Rule = Rule {
    id: "consent-unproven",
    summary: "a flow relies on a consent that cannot be shown or cannot be taken back",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.7.1", "gdpr.7.3"],
    doc: include_str!("docs/consent-unproven.md"),
};

static CHILD_CONSENT: Rule = Rule {
    id: "child-consent",
    summary: "an activity rests on consent and uses data of children",
    level: Level::Note,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.8"],
    doc: include_str!("docs/child-consent.md"),
};

static ADM_UNDOCUMENTED: Rule = Rule {
    id: "adm-undocumented",
    summary: "an activity decides about people automatically, and it is open on what ground and with what safeguards",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.22"],
    doc: include_str!("docs/adm-undocumented.md"),
};

/// The age of Art. 8(1), where no country's law sets a lower one.
const AGE_OF_CONSENT: u64 = 16;

fn check(case: &Case, out: &mut Findings) {
    unproven(case, out);
    children(case, out);
    let deciding = |it: &Activity| it.decl.traits.iter().any(|word| word.value == Trait::AutomatedDecision);
    if case.own_activities().any(|(_, it)| deciding(it)) {
        let matching = impact::matching(case);
        for (id, activity) in case.own_activities() {
            decisions(case, id, activity, &matching, out);
        }
    }
}

fn unproven(case: &Case, out: &mut Findings) {
    let mut relying: BTreeMap<&str, (&Gate, Vec<&Exposure>)> = BTreeMap::new();
    for exposure in case.exposures() {
        for gate in relied_on(case, exposure) {
            if gate.decl.as_ref().is_some_and(|it| it.proof.is_none() || it.withdrawal.is_none()) {
                relying.entry(&gate.id).or_insert((gate, Vec::new())).1.push(exposure);
            }
        }
    }
    for (id, (gate, exposures)) in relying {
        let Some(decl) = &gate.decl else { continue };
        let proof = decl.proof.is_none().then_some(("where the answers are kept", "proof: <crm.consents>"));
        let withdrawal = decl.withdrawal.is_none().then_some(("how it is taken back", "withdrawal: <the link in every mailing>"));
        let missing: Vec<(&str, &str)> = proof.into_iter().chain(withdrawal).collect();
        let lines: Vec<&str> = missing.iter().map(|it| it.1).collect();
        let mut flows: Vec<&str> = exposures.iter().map(|it| case.model().flow(it.flow).id.as_str()).collect();
        flows.dedup();
        let others = match flows.len() - 1 {
            0 => String::new(),
            1 => " and one more flow".to_owned(),
            more => format!(" and {more} more flows"),
        };
        let relies = if flows.len() == 1 { "relies" } else { "rely" };
        let finding = out.report(&CONSENT_UNPROVEN, &[id]);
        finding
            .say(format!(
                "`{}`{others} {relies} on `{id}`, which does not say {}",
                flows[0],
                listed(missing.iter().map(|it| it.0.to_owned()))
            ))
            .at(gate.span, "not said here")
            .help(format!("add to `{id}`: {}", listed(lines.iter().map(|it| format!("`{}`", it.replace(['<', '>'], ""))))))
            .fix(Edit::Add(gate.span), Effort::Ask, lines.join("\n"));
        case.about(finding, exposures.iter().copied());
        case.show(finding, exposures[0], None);
    }
}

/// The gates whose consent an exposure relies on. One that only follows from the names of others
/// stands for all of these.
fn relied_on<'a>(case: &'a Case, exposure: &Exposure) -> Vec<&'a Gate> {
    let model = case.model();
    let Some(id) = exposure.activity.filter(|id| case.is_own(*id)) else { return Vec::new() };
    let consent = model.basis_in(model.flow(exposure.flow), id).is_some_and(|basis| case.is_consent(basis));
    let explicit = exposure.sensitive.iter().any(|it| case.is_explicit_consent(case.activity(id), *it));
    if !consent && !explicit {
        return Vec::new();
    }
    let relied = |gate: &Gate| match gate.kind {
        GateKind::Consent => consent,
        GateKind::ExplicitConsent => true,
        GateKind::OptOut | GateKind::Approval => false,
    };
    let telling = model.telling_gates(&exposure.gates).filter(|it| relied(it) && model.asked_for(it, id));
    let meant = |gate: &'a Gate| {
        let below = move |it: &&Gate| it.id.strip_prefix(&gate.id).is_some_and(|rest| rest.starts_with('.')) && relied(it);
        if gate.decl.is_some() { vec![gate] } else { model.gates.iter().filter(below).collect() }
    };
    telling.flat_map(meant).collect()
}

fn children(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut asked: BTreeMap<ActivityId, (Span, SubjectId, Item)> = BTreeMap::new();
    for (id, activity) in case.own_activities() {
        let Some(basis) = activity.decl.basis.as_ref().filter(|word| case.is_consent(word)) else { continue };
        let found = case.map.of_activity(id).items.iter().find_map(|item| Some((child(case, *item)?, *item)));
        asked.extend(found.map(|(subject, item)| (id, (basis.span, subject, item))));
    }
    let own: Vec<ActivityId> = case.own_activities().map(|(id, _)| id).collect();
    for exposure in case.exposures() {
        let Some(id) = exposure.activity.filter(|id| own.binary_search(id).is_ok()) else { continue };
        if let Some(model::Basis::Known(basis)) = &model.flow(exposure.flow).basis
            && case.is_consent(basis)
            && let Some(subject) = child(case, exposure.item)
        {
            asked.entry(id).or_insert((basis.span, subject, exposure.item));
        }
    }
    for (id, (span, subject, item)) in asked {
        let rule = model.profile().and_then(|country| case.law().child_consent(country));
        let known = rule.and_then(|it| it.age.as_ref()).map(|it| it.value);
        let age = known.unwrap_or(AGE_OF_CONSENT);
        let (name, subject) = (model.activity_id(id), model.subject(subject));
        let finding = out.report(&CHILD_CONSENT, &[name]);
        finding
            .say(format!("`{name}` rests on consent and uses `{}`, data of children", model.item_id(item)))
            .at(span, "rests on consent")
            .at(subject.span, "declared to be children")
            .ask(format!("who gives or authorises the consent for those under {age}, and how is that verified?"))
            .help(format!("find out and write it down: `answers: {{ child-consent@{name}: {{ answer: …, by: …, on: … }} }}`"));
        if known.is_none() {
            finding.note(format!("no age is known for the country of the organisation; {AGE_OF_CONSENT} is that of Art. 8(1)"));
        }
        if let Some(law) = rule.and_then(|it| it.law.as_ref()) {
            finding.cite(&law.value);
        }
    }
}

/// The group by which those an item is about are children.
fn child(case: &Case, item: Item) -> Option<SubjectId> {
    let model = case.model();
    model.subject_chain(item.subject).find(|it| model.subject(*it).decl.child.as_ref().is_some_and(|it| it.value))
}

fn decisions(case: &Case, id: ActivityId, activity: &Activity, matching: &impact::Matching, out: &mut Findings) {
    let Some(word) = activity.decl.traits.iter().find(|it| it.value == Trait::AutomatedDecision) else { return };
    let name = &activity.id;
    let planned = activity.decl.status.as_ref().is_some_and(|it| it.value == ActivityStatus::Planned);
    out.report(&ADM_UNDOCUMENTED, &[name])
        .level(Level::Note)
        .say(format!("`{name}` {} about people automatically", if planned { "is to decide" } else { "decides" }))
        .at(word.span, "on what ground, and who can step in?")
        .at(activity.span, "the activity")
        .ask("does the decision rest on a contract, a law or explicit consent (Art. 22(2)), and how does a person obtain human intervention?")
        .help(format!("find out and write it down: `answers: {{ adm-undocumented@{name}: {{ answer: …, by: …, on: … }} }}`"));
    // Where more criteria are met, `dpia-missing` says it.
    if impact::is_unassessed(activity) && impact::criteria(case, id, activity, matching).len() < impact::ENOUGH {
        let finding = out.report(&ADM_UNDOCUMENTED, &[name, "dpia"]);
        finding
            .say(format!("`{name}` decides about people automatically, with neither an impact assessment nor a reason against one"))
            .at(word.span, "automated decisions")
            .at(activity.span, "no assessment here")
            .cite("gdpr.35")
            .help(format!("assess the risk and name it at `{name}`: `dpia: {{ ref: …, status: done }}`, or `dpia: {{ none: why }}`"));
        if activity.decl.dpia.is_none() {
            finding.fix(Edit::Add(activity.span), Effort::Agree, "dpia: { ref: <DPIA-1>, status: <done> }");
        }
    }
    let open: Vec<CategoryId> = special(case, id).filter(|it| !allowed(case, activity, *it)).collect();
    if let Some(first) = open.first() {
        let first = &case.model().category(*first).id;
        out.report(&ADM_UNDOCUMENTED, &[name, "special"])
            .say(format!("`{name}` decides about people automatically with {}, on neither explicit consent nor a law", case.named(&open)))
            .at(word.span, "automated decisions")
            .at(activity.span, "no condition (a) or (g) here")
            .cite("gdpr.9.2.a")
            .cite("gdpr.9.2.g")
            .help(format!("decide without these data, or rest it on `special: {{ {first}: {{ condition: a }} }}`, or on (g) with its law"));
    }
}

/// The special categories that an activity uses.
fn special(case: &Case, id: ActivityId) -> impl Iterator<Item = CategoryId> {
    let sensitive = case.map.of_activity(id).sensitive.keys().copied();
    sensitive.filter(|it| case.model().category(*it).art9.is_some())
}

/// Whether Art. 22(4) lets a decision use a category: on explicit consent, or a law of Art. 9(2)(g).
fn allowed(case: &Case, activity: &Activity, category: CategoryId) -> bool {
    let public = activity.decl.special.iter().filter(|it| it.value.condition.as_ref().is_some_and(|letter| letter.value == "g"));
    let mut above = public.filter_map(|it| case.model().category_named(&it.key.value));
    case.is_explicit_consent(activity, category) || above.any(|it| case.model().is_below(category, it))
}

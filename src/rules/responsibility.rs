//! Who answers for it, in which role? Art. 26, 30(1)-(2) and 30(5) GDPR.

use std::collections::BTreeMap;

use super::case::listed;
use super::record::{FEW, says};
use super::{Case, Family};
use crate::declare::{ActivityRole, ActivityStatus, OrganisationDecl, Role};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::model::{Activity, ActivityId, Model, NodeId, namespace};
use crate::source::Span;

pub(super) static FAMILY: Family = Family {
    rules: &[
        &JOINT_CONTROLLER_NOT_IDENTIFIED,
        &PROCESSOR_RECORD_INCOMPLETE,
        &CONTROLLER_PROCESSOR_ROLE_AMBIGUOUS,
        &SMALL_ORG_EXEMPTION_MISCLAIMED,
    ],
    check,
};

static JOINT_CONTROLLER_NOT_IDENTIFIED: Rule = Rule {
    id: "joint-controller-not-identified",
    summary: "the record does not name a joint controller, or how to reach it",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.a", "gdpr.26"],
    doc: include_str!("docs/joint-controller-not-identified.md"),
};

static PROCESSOR_RECORD_INCOMPLETE: Rule = Rule {
    id: "processor-record-incomplete",
    summary: "the record of a processor does not say for whom it acts, or what it does for them",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.2.a", "gdpr.30.2.b"],
    doc: include_str!("docs/processor-record-incomplete.md"),
};

static CONTROLLER_PROCESSOR_ROLE_AMBIGUOUS: Rule = Rule {
    id: "controller-processor-role-ambiguous",
    summary: "several entities share the record, and an activity does not say which of them acts in which role",
    level: Level::Error,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.30.1", "gdpr.30.2", "cnil.san-2023-025"],
    doc: include_str!("docs/controller-processor-role-ambiguous.md"),
};

static SMALL_ORG_EXEMPTION_MISCLAIMED: Rule = Rule {
    id: "small-org-exemption-misclaimed",
    summary: "the exemption of small organisations is claimed, and the declarations contradict it",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.5", "wp29.30-5"],
    doc: include_str!("docs/small-org-exemption-misclaimed.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for (at, activity) in case.model().activities.iter().enumerate() {
        joint(case, ActivityId::from_index(at), activity, out);
        if activity.is_processor() {
            processor(case.model(), activity, out);
        }
    }
    joint_parties(case.model(), out);
    controllers(case.model(), out);
    roles(case.model(), out);
    exemptions(case, out);
}

/// Whether the record says who a recipient is and how to reach it.
fn is_identified(model: &Model, id: NodeId) -> bool {
    model.recipient(id).is_some_and(|it| it.name.is_some() && it.decl.contact.is_some())
}

/// The role of an activity against the joint controllers it names.
fn joint(case: &Case, id: ActivityId, activity: &Activity, out: &mut Findings) {
    let (model, name) = (case.model(), &activity.id);
    let Some(role) = activity.decl.role.as_ref() else { return };
    match (role.value, activity.decl.joint.first()) {
        (ActivityRole::JointController, None) => {
            let finding = out.report(&JOINT_CONTROLLER_NOT_IDENTIFIED, &[name]);
            finding
                .say(format!("`{name}` is done as a joint controller, and nobody has said with whom"))
                .at(role.span, "together with whom?")
                .help(format!("add `joint: [ … ]` to `{name}` with the recipient, which has a `name:` and a `contact:`"));
            // Somebody it already discloses to is the likeliest.
            let is_joint = |it: &NodeId| model.recipient(*it).is_some_and(|it| it.role == Some(Role::JointController));
            let reached = case.map.of_activity(id).recipients.keys().copied();
            if let Some(likely) = reached.filter(is_joint).find(|it| is_identified(model, *it)) {
                finding.fix(Edit::Add(activity.span), Effort::Ask, format!("joint: [<{}>]", model.node(likely).id));
            }
        }
        (ActivityRole::Controller | ActivityRole::Processor, Some(word)) => {
            let said = if role.value == ActivityRole::Processor { "processor" } else { "controller" };
            out.report(&JOINT_CONTROLLER_NOT_IDENTIFIED, &[name])
                .say(format!("`{name}` is done as a {said} and names `{}` as joint controller", word.value))
                .at(role.span, "alone")
                .at(word.span, "together")
                .help(format!("write `role: joint-controller` in `{name}`, or remove `joint:`"))
                .fix(Edit::Replace(role.span), Effort::Ask, "<joint-controller>");
        }
        _ => {}
    }
}

/// Every joint controller that activities name, once.
fn joint_parties(model: &Model, out: &mut Findings) {
    let mut all: BTreeMap<NodeId, &Activity> = BTreeMap::new();
    for activity in &model.activities {
        for id in &activity.joint {
            all.entry(*id).or_insert(activity);
        }
    }
    for (id, activity) in all {
        let node = model.node(id);
        let Some(recipient) = node.recipient() else { continue };
        let said =
            [("name", recipient.name.is_some(), "<Example Ltd>"), ("contact", recipient.decl.contact.is_some(), "<privacy@example.org>")];
        let Some((keys, lines)) = missing(&said) else { continue };
        let finding = out.report(&JOINT_CONTROLLER_NOT_IDENTIFIED, &["recipients", &node.id]);
        finding.at(node.span, "").fix(Edit::Add(node.span), Effort::Ask, lines).help(format!("add {keys} to `{}`", node.id));
        finding.say(format!("`{}` is a joint controller and has no {}", node.id, keys.replace(" and ", " or ")));
        if let Some(word) = activity.decl.joint.iter().find(|word| word.value == node.id) {
            finding.at(word.span, format!("joint controller of `{}`", activity.id));
        }
    }
}

/// The keys that are missing, for a message, and the lines that add them.
fn missing(said: &[(&str, bool, &str)]) -> Option<(String, String)> {
    let missing: Vec<_> = said.iter().filter(|(_, said, _)| !said).collect();
    let keys = listed(missing.iter().map(|(key, ..)| format!("`{key}:`")));
    let lines: Vec<String> = missing.iter().map(|(key, _, example)| format!("{key}: {example}")).collect();
    (!missing.is_empty()).then(|| (keys, lines.join("\n")))
}

/// Whether the activities' list of operations says anything.
fn has_operations(activity: &Activity) -> bool {
    activity.decl.operations.iter().any(|it| says(it))
}

fn processor(model: &Model, activity: &Activity, out: &mut Findings) {
    let name = &activity.id;
    let known = model.controllers.first().map(|it| format!("[<{}>]", it.id));
    let said = [
        ("on-behalf-of", !activity.decl.on_behalf_of.is_empty(), known.as_deref().unwrap_or_default()),
        ("operations", has_operations(activity), "[<Hosting of the customer database>]"),
    ];
    let Some((keys, lines)) = missing(&said) else { return };
    let role = activity.decl.role.as_ref().map_or(activity.span, |it| it.span);
    let finding = out.report(&PROCESSOR_RECORD_INCOMPLETE, &[name]);
    finding
        .say(format!("`{name}` is done as a processor, and its record has no {}", keys.replace(" and ", " or ")))
        .at(role, "for whom, and what?")
        .help(format!(
            "add {keys} to `{name}`: the controllers, each declared under `controllers:` with `name:` and `contact:`, and what is done for them"
        ));
    // A controller nobody has declared cannot be named yet; a text that says nothing stands already.
    if (said[0].1 || known.is_some()) && (said[1].1 || activity.decl.operations.is_empty()) {
        finding.fix(Edit::Add(activity.span), Effort::Ask, lines);
    }
}

/// Every controller that a processor's activities name, once.
fn controllers(model: &Model, out: &mut Findings) {
    let acting = model.activities.iter().filter(|it| it.is_processor());
    let mut served: BTreeMap<&str, Span> = BTreeMap::new();
    for word in acting.flat_map(|it| it.decl.on_behalf_of.iter()) {
        served.entry(&word.value).or_insert(word.span);
    }
    for controller in &model.controllers {
        let Some(word) = served.get(controller.id.as_str()) else { continue };
        let said = [
            ("name", controller.decl.name.is_some(), "<Example Ltd>"),
            ("contact", controller.decl.contact.is_some(), "<privacy@example.org>"),
        ];
        let Some((keys, lines)) = missing(&said) else { continue };
        out.report(&PROCESSOR_RECORD_INCOMPLETE, &["controllers", &controller.id])
            .say(format!("data are processed for `{}`, which has no {}", controller.id, keys.replace(" and ", " or ")))
            .at(controller.span, "")
            .at(*word, "on its behalf")
            .help(format!("add {keys} to `{}` under `controllers:`", controller.id))
            .fix(Edit::Add(controller.span), Effort::Ask, lines);
    }
}

fn roles(model: &Model, out: &mut Findings) {
    // The organisation of another repository does not share this record by being named in it.
    let Some(entity) = model.settings.entities.iter().find(|it| namespace(&it.key.value).is_none()) else { return };
    let own = model.activities.iter().filter(|it| namespace(&it.id).is_none());
    let open: Vec<&Activity> = own.filter(|it| it.decl.role.is_none() || it.decl.entity.is_none()).collect();
    if open.len() > FEW {
        let shown = open.iter().take(FEW).map(|it| format!("`{}`", it.id));
        let names = listed(shown.chain([format!("{} more", open.len() - FEW)]));
        let finding = out.report(&CONTROLLER_PROCESSOR_ROLE_AMBIGUOUS, &["organisation"]);
        finding
            .say(format!("several entities share this record, and {names} do not say which of them acts in which role"))
            .help(format!("add `entity: {}`, or whichever acts, and `role:` to each of them", entity.key.value));
        for activity in open.iter().take(FEW) {
            finding.at(activity.span, "who, as what?");
        }
        finding.at(entity.key.span, "shares the record");
        return;
    }
    for activity in open {
        let (name, decl) = (&activity.id, &activity.decl);
        let (role, whole) = likely_role(activity);
        let said =
            [("role", decl.role.is_some(), format!("<{role}>")), ("entity", decl.entity.is_some(), format!("<{}>", entity.key.value))];
        let Some((keys, lines)) = missing(&said.each_ref().map(|(key, said, example)| (*key, *said, example.as_str()))) else { continue };
        let finding = out.report(&CONTROLLER_PROCESSOR_ROLE_AMBIGUOUS, &[name]);
        finding
            .say(format!("several entities share this record, and `{name}` has no {}", keys.replace(" and ", " or ")))
            .at(activity.span, "who, as what?")
            .at(entity.key.span, "shares the record")
            .help(format!("add {keys} to `{name}`"));
        if decl.role.is_some() || whole {
            finding.fix(Edit::Add(activity.span), Effort::Ask, lines);
        }
    }
}

/// The role that what else is said of an activity speaks for, and whether it is all that role asks.
fn likely_role(activity: &Activity) -> (&'static str, bool) {
    match () {
        () if !activity.decl.joint.is_empty() => ("joint-controller", true),
        () if !activity.decl.on_behalf_of.is_empty() => ("processor", has_operations(activity)),
        () => ("controller", true),
    }
}

/// Below this number of people an organisation may claim the exemption.
const SMALL: u64 = 250;

fn exemptions(case: &Case, out: &mut Findings) {
    let settings = &case.model().settings;
    if let Some(block) = settings.organisation.as_ref() {
        exemption(case, block, None, &["organisation"], out);
    }
    for entity in settings.entities.iter() {
        exemption(case, &entity.value, Some(&entity.key.value), &["entities", &entity.key.value], out);
    }
}

/// What contradicts a claim: its size, or what one of its activities does. One is enough.
fn exemption(case: &Case, block: &OrganisationDecl, entity: Option<&str>, key: &[&str], out: &mut Findings) {
    // However it is written: `art30.5`, `Art. 30(5)`.
    let claims = |text: &str| text.chars().filter(char::is_ascii_digit).eq("305".chars());
    let Some(claim) = block.exemption.as_ref().filter(|it| claims(it)) else { return };
    let model = case.model();
    let mut reasons = Vec::new();
    let mut places: Vec<(Span, &str)> = Vec::new();
    if let Some(number) = block.employees.as_ref().filter(|it| it.value >= SMALL) {
        reasons.push(format!("{} people work there", number.value));
        places.push((number.span, "not fewer than 250"));
    }
    let (mut regular, mut risky, mut sensitive) = (Vec::new(), Vec::new(), Vec::new());
    for (at, activity) in model.activities.iter().enumerate() {
        let decl = &activity.decl;
        let going_on = decl.status.as_ref().is_none_or(|it| it.value == ActivityStatus::Active);
        if !going_on || decl.entity.as_ref().map(|it| it.value.as_str()) != entity {
            continue;
        }
        if !decl.occasional.as_ref().is_some_and(|it| it.value) {
            regular.push((activity.id.as_str(), decl.occasional.as_ref().map_or(activity.span, |it| it.span)));
        }
        if let Some(text) = decl.risks.iter().filter_map(|it| it.text.as_ref()).find(|it| says(it)) {
            risky.push((activity.id.as_str(), text.span));
        }
        let mut held = case.map.of_activity(ActivityId::from_index(at)).sensitive.keys().map(|it| model.category(*it));
        if held.any(|it| it.art9.is_some() || it.art10) {
            sensitive.push((activity.id.as_str(), activity.span));
        }
    }
    let groups = [
        (regular, "is not declared as occasional", "are not declared as occasional", "not occasional"),
        (sensitive, "processes special categories or offences", "process special categories or offences", "special categories or offences"),
        (risky, "declares a risk to people", "declare a risk to people", "a risk to people"),
    ];
    for (found, one, several, label) in groups.iter().filter(|(found, ..)| !found.is_empty()) {
        let more = found.len().saturating_sub(FEW);
        let names = found.iter().take(FEW).map(|(id, _)| format!("`{id}`")).chain((more > 0).then(|| format!("{more} more")));
        reasons.push(format!("{} {}", listed(names), if found.len() == 1 { one } else { several }));
        places.extend(found.iter().take(FEW).map(|(_, span)| (*span, *label)));
    }
    if reasons.is_empty() {
        return;
    }
    let who = entity.unwrap_or("organisation");
    let finding = out.report(&SMALL_ORG_EXEMPTION_MISCLAIMED, key);
    finding
        .say(format!("`{who}` claims the exemption of Art. 30(5), and {}", reasons.join("; ")))
        .at(claim.span, "claimed here")
        .help(format!("remove `exemption:` from `{who}`, or declare `occasional: true` where an activity is outside the ordinary course"))
        .note("each of the three exclusions is enough by itself; the record is then owed for these activities");
    for (span, label) in places {
        finding.at(span, label);
    }
}

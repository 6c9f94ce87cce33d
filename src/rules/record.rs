//! Is the record complete? Art. 30(1) GDPR.

use super::case::listed;
use super::{Case, Family};
use crate::declare::{ActivityStatus, Measure, OrganisationDecl, PersonDecl, Retention, Text};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::model::{Activity, ActivityId, FieldId, FlowKind, NodeKind};
use crate::source::{Short, Span};

pub(super) static FAMILY: Family = Family {
    rules: &[
        &CONTROLLER_BLOCK_INCOMPLETE,
        &PURPOSE_MISSING,
        &SUBJECTS_OR_DATA_MISSING,
        &FLOW_WITHOUT_ACTIVITY,
        &FIELD_UNCLASSIFIED,
        &RETENTION_MISSING,
        &SECURITY_DESCRIPTION_MISSING,
    ],
    check,
};

/// So many activities are named one by one; more of the same kind are one finding.
pub(super) const FEW: usize = 3;

static CONTROLLER_BLOCK_INCOMPLETE: Rule = Rule {
    id: "controller-block-incomplete",
    summary: "the record does not name the organisation that keeps it, or how to reach it",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.a"],
    doc: include_str!("docs/controller-block-incomplete.md"),
};

static PURPOSE_MISSING: Rule = Rule {
    id: "purpose-missing",
    summary: "an activity does not say what the data are processed for",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.b", "gdpr.5.1.b"],
    doc: include_str!("docs/purpose-missing.md"),
};

static SUBJECTS_OR_DATA_MISSING: Rule = Rule {
    id: "subjects-or-data-missing",
    summary: "an activity names no data and nobody they are about, because nothing in the systems is for it",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.c"],
    doc: include_str!("docs/subjects-or-data-missing.md"),
};

static SECURITY_DESCRIPTION_MISSING: Rule = Rule {
    id: "security-description-missing",
    summary: "the record describes no security measure for an activity",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.g", "gdpr.32.1"],
    doc: include_str!("docs/security-description-missing.md"),
};

static FLOW_WITHOUT_ACTIVITY: Rule = Rule {
    id: "flow-without-activity",
    summary: "personal data go to a recipient for no processing activity",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.b", "gdpr.5.1.b"],
    doc: include_str!("docs/flow-without-activity.md"),
};

static FIELD_UNCLASSIFIED: Rule = Rule {
    id: "field-unclassified",
    summary: "nobody has said what data these are",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.c"],
    doc: include_str!("docs/field-unclassified.md"),
};

static RETENTION_MISSING: Rule = Rule {
    id: "retention-missing",
    summary: "an activity does not say how long its data are kept",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.f", "gdpr.5.1.e"],
    doc: include_str!("docs/retention-missing.md"),
};

fn check(case: &Case, out: &mut Findings) {
    organisation(case, out);
    flows(case, out);
    unclassified(case, out);
    for (at, activity) in case.model().activities.iter().enumerate() {
        let id = ActivityId::from_index(at);
        // The record of a processor, Art. 30(2), has no purposes, data or time limits.
        if case.is_own(id) {
            purpose(activity, out);
            data(case, id, activity, out);
            retention(case, id, activity, out);
        }
    }
    security(case, out);
}

/// Whether a text says anything; `unknown` says that nobody knows.
pub(super) fn says(text: &Text) -> bool {
    text.plain.iter().chain(text.by_language.iter().map(|it| &it.value)).any(|it| !it.trim().is_empty() && it.trim() != "unknown")
}

/// A word of the organisation's block, which others can be written beside.
fn word_of(block: &OrganisationDecl) -> Option<Span> {
    let words = [&block.name, &block.contact, &block.country, &block.address, &block.profile, &block.authority, &block.exemption];
    words.into_iter().find_map(|it| it.as_ref()).map(|it| it.span).or(block.employees.as_ref().map(|it| it.span))
}

fn is_named(person: Option<&Short<PersonDecl>>) -> bool {
    person.is_some_and(|it| [&it.name, &it.email, &it.contact, &it.none].into_iter().any(|it| it.is_some()))
}

/// Whose record it is: the organisation, and the entities that share it.
fn organisation(case: &Case, out: &mut Findings) {
    let settings = &case.model().settings;
    // `ropa.yaml` is the first text of every project; without a block its version stands for it.
    let top = settings.version.as_ref().map(|it| it.span);
    let none = OrganisationDecl::default();
    let block = settings.organisation.as_ref();
    let word = block.and_then(word_of);
    let place = word.or(top).unwrap_or_default();
    let beside = word.map(Edit::Beside);
    let own = block.unwrap_or(&none);
    if identity(own, "the organisation that keeps the record", &["organisation"], place, beside, out)
        && block.is_none()
        && let (Some(top), Some(finding)) = (top, out.last_mut())
    {
        let dpo = "dpo: { name: <Robin Doe>, email: <dpo@example.org> }";
        let yaml = format!("organisation: {{ name: <Example Ltd>, contact: <privacy@example.org>, country: <SE>, {dpo} }}");
        finding.fix(Edit::Beside(top), Effort::Write, yaml);
    }
    // Without any block the finding above asks for all of it.
    if block.is_some() && !is_named(own.dpo.as_ref()) {
        let finding = out.report(&CONTROLLER_BLOCK_INCOMPLETE, &["organisation", "dpo"]);
        finding
            .say("the record neither names a data protection officer nor says why there is none")
            .at(place, "no `dpo:` beside this")
            .help("add `dpo: { name: …, email: … }` to `organisation:`, or `dpo: { none: … }` with the reason")
            .level(Level::Warning)
            .cite("gdpr.37");
        if let Some(edit) = beside {
            finding.fix(edit, Effort::Ask, "dpo: { name: <Robin Doe>, email: <dpo@example.org> }");
        }
    }
    representative(case, own, "organisation", &["organisation", "representative"], beside, out);
    for entity in settings.entities.iter() {
        let (name, at) = (&entity.key.value, entity.key.span);
        identity(&entity.value, &format!("the entity `{name}`"), &["entities", name], at, Some(Edit::Add(at)), out);
        representative(case, &entity.value, name, &["entities", name, "representative"], Some(Edit::Add(at)), out);
    }
}

/// Name and contact; whether one of them is missing.
fn identity(block: &OrganisationDecl, who: &str, key: &[&str], at: Span, edit: Option<Edit>, out: &mut Findings) -> bool {
    let said = [("name", block.name.is_some(), "<Example Ltd>"), ("contact", block.contact.is_some(), "<privacy@example.org>")];
    let missing: Vec<_> = said.iter().filter(|(_, said, _)| !said).collect();
    if missing.is_empty() {
        return false;
    }
    let keys: Vec<String> = missing.iter().map(|(key, ..)| format!("`{key}:`")).collect();
    let lines: Vec<String> = missing.iter().map(|(key, _, example)| format!("{key}: {example}")).collect();
    let finding = out.report(&CONTROLLER_BLOCK_INCOMPLETE, key);
    finding.say(format!("{who} has no {}", keys.join(" or "))).at(at, "");
    finding.help(match key {
        ["entities", id] => format!("add {} to `{id}` under `entities:` in `ropa.yaml`", keys.join(" and ")),
        _ => "add to `ropa.yaml`: `organisation: { name: …, contact: …, country: … }`".to_owned(),
    });
    if let Some(edit) = edit {
        finding.fix(edit, Effort::Write, lines.join("\n"));
    }
    true
}

/// Who is outside the Union names somebody in it, Art. 27, or says why not, Art. 27(2).
fn representative(case: &Case, block: &OrganisationDecl, who: &str, key: &[&str], edit: Option<Edit>, out: &mut Findings) {
    let Some(country) = block.country.as_ref().filter(|it| case.law().countries.get(it).is_some()) else { return };
    if case.law().is_eea(country, case.today()) || is_named(block.representative.as_ref()) {
        return;
    }
    let finding = out.report(&CONTROLLER_BLOCK_INCOMPLETE, key);
    finding
        .say(format!(
            "`{who}` is in {} ({}) and names no representative in the Union",
            case.law().country_name(country, "en"),
            country.value
        ))
        .at(country.span, "outside the EEA on the day")
        .help(format!("add `representative: {{ name: …, contact: … }}` to `{who}`, or `representative: {{ none: … }}` with the reason"))
        .cite("gdpr.27");
    if let Some(edit) = edit {
        finding.fix(edit, Effort::Agree, "representative: { name: <Example Representation AB>, contact: <eu@example.org> }");
    }
}

fn purpose(activity: &Activity, out: &mut Findings) {
    let name = &activity.id;
    if activity.decl.purpose.iter().any(|it| says(it)) {
        return;
    }
    let example = "<To send the order confirmation to the person who ordered>";
    let unknown = activity.decl.purpose.first();
    let finding = out.report(&PURPOSE_MISSING, &[name]);
    match unknown {
        Some(word) => finding.say(format!("nobody has said what `{name}` processes data for")).at(word.span, "unknown").fix(
            Edit::Replace(word.span),
            Effort::Ask,
            example,
        ),
        None => finding.say(format!("`{name}` does not say what it processes data for")).at(activity.span, "").fix(
            Edit::Add(activity.span),
            Effort::Ask,
            format!("purpose: {example}"),
        ),
    };
    finding.help(format!("write under `{name}` what is done with the data and for whom: `purpose: To send the order confirmation …`"));
}

fn data(case: &Case, id: ActivityId, activity: &Activity, out: &mut Findings) {
    let status = activity.decl.status.as_ref();
    let running = status.is_none_or(|it| it.value == ActivityStatus::Active);
    let it = case.map.of_activity(id);
    if !running || !it.items.is_empty() {
        return;
    }
    let name = &activity.id;
    let finding = out.report(&SUBJECTS_OR_DATA_MISSING, &[name]);
    finding.at(status.map_or(activity.span, |it| it.span), "");
    if it.systems.is_empty() && it.flows.is_empty() {
        finding
            .say(format!("nothing in the systems is for `{name}`: no data are collected, used, read or sent for it"))
            .help(format!("write `for: {name}` where the data are collected, used or sent, or `status: planned` or `ended` here"));
        return;
    }
    let ended = status.map_or(Edit::Add(activity.span), |it| Edit::Replace(it.span));
    finding
        .say(format!("`{name}` is not declared as ended, and on {} no personal data are collected, used or sent for it", case.today()))
        .help(format!("write `status: ended` under `{name}`, or `for: {name}` where its data are still used"))
        .fix(ended, Effort::Ask, if status.is_some() { "<ended>" } else { "status: <ended>" })
        .level(Level::Warning);
    for flow in it.flows.iter().map(|id| case.model().flow(*id)).filter(|it| it.is_stopped(case.today())).take(FEW) {
        finding.at(flow.span, "stopped");
    }
}

fn describes(measures: &[Short<Measure>]) -> bool {
    measures.iter().filter_map(|it| it.measure.as_ref()).any(|it| says(it))
}

/// Measures of the activity, of a system it runs in, or of the whole organisation.
fn security(case: &Case, out: &mut Findings) {
    let model = case.model();
    if describes(&model.settings.security) {
        return;
    }
    let in_system = |id: ActivityId| {
        case.map.of_activity(id).systems.iter().any(|node| match &model.node(*node).kind {
            NodeKind::System(decl) => describes(&decl.security),
            NodeKind::Recipient(_) => false,
        })
    };
    let open: Vec<(ActivityId, &Activity)> = model
        .activities
        .iter()
        .enumerate()
        .map(|(at, activity)| (ActivityId::from_index(at), activity))
        .filter(|(id, activity)| !describes(&activity.decl.security) && !in_system(*id))
        .collect();
    let measure = "security: [{ measure: <Personal logins and encrypted storage>, kind: <access>, art32: <b> }]";
    if open.len() > FEW {
        let shown = open.iter().take(FEW).map(|(_, it)| format!("`{}`", it.id));
        let names = listed(shown.chain([format!("{} more", open.len() - FEW)]));
        let top = model.settings.version.as_ref().map(|it| it.span);
        let finding = out.report(&SECURITY_DESCRIPTION_MISSING, &["organisation"]);
        finding
            .say(format!("the record describes no security measure for {names}, and none for all systems"))
            .at(top.unwrap_or(open[0].1.span), "no `security:` in this file");
        for (_, activity) in open.iter().take(FEW) {
            finding.at(activity.span, "nor here");
        }
        finding.help("add `security: [{ measure: …, kind: access, art32: b }]` to `ropa.yaml` for what holds everywhere, then what differs to systems");
        if let Some(top) = top {
            finding.fix(Edit::Beside(top), Effort::Ask, measure);
        }
        return;
    }
    for (id, activity) in open {
        let name = &activity.id;
        let finding = out.report(&SECURITY_DESCRIPTION_MISSING, &[name]);
        finding.say(format!("the record describes no security measure for `{name}`, nor for a system it runs in")).at(activity.span, "");
        for node in case.map.of_activity(id).systems.iter().take(FEW) {
            finding.at(model.node(*node).span, "none here");
        }
        finding.help(format!(
            "add `security: [{{ measure: …, kind: access, art32: b }}]` to `{name}`, to its system, or to `ropa.yaml` for all"
        ));
        let text = "<Personal logins and encrypted storage>";
        // A measure that is begun lacks only its text.
        let begun = activity.decl.security.first().map(|it| (it.measure.as_ref(), it.kind.as_ref()));
        match begun {
            Some((Some(unknown), _)) => finding.fix(Edit::Replace(unknown.span), Effort::Ask, text),
            Some((None, Some(kind))) => finding.fix(Edit::Beside(kind.span), Effort::Ask, format!("measure: {text}")),
            Some((None, None)) => finding,
            None => finding.fix(Edit::Add(activity.span), Effort::Ask, measure),
        };
        if !case.is_own(id) {
            finding.cite("gdpr.30.2.d");
        }
    }
}

fn flows(case: &Case, out: &mut Findings) {
    for (flow, exposures) in case.by_flow() {
        let flow = case.model().flow(flow);
        if flow.kind != FlowKind::Sends || !flow.activities.is_empty() {
            continue;
        }
        let finding = out.report(&FLOW_WITHOUT_ACTIVITY, &[&flow.id]);
        finding
            .say(format!("{} to `{}` for no processing activity", case.items(exposures, "goes", "go"), case.model().node(flow.to).id))
            .at(flow.span, "for what?")
            .help("add `for:` with the activity this serves, here or for the whole file");
        case.about(finding, exposures);
        case.show(finding, &exposures[0], None);
    }
}

fn unclassified(case: &Case, out: &mut Findings) {
    let model = case.model();
    for field in model.fields.iter().skip(1).filter(|field| field.unknown && field.decl.is_some()) {
        let word = field.decl.as_ref().and_then(|decl| decl.is.first()).map_or(field.span, |word| word.span);
        out.report(&FIELD_UNCLASSIFIED, &[&field.id])
            .say(format!("nobody has said which category `{}` belongs to", field.id))
            .at(word, "unknown")
            .help(format!("name its category: `{}: contact.email`, or whichever it is", field.id));
    }
    for node in &model.nodes {
        for collect in &node.collects {
            if let Some((_, span)) = collect.fields.iter().find(|(field, _)| *field == FieldId::UNKNOWN) {
                let subject = &model.subject(collect.subject).id;
                out.report(&FIELD_UNCLASSIFIED, &[&format!("{subject}.unknown"), &node.id])
                    .say(format!("nobody has said what `{}` collects from `{subject}`", node.id))
                    .at(*span, "unknown")
                    .help("list the fields");
            }
        }
    }
    for flow in model.flows.iter().filter(|flow| flow.selector.unknown.is_some()) {
        let span = flow.decl.fields.first().map_or(flow.span, |word| word.span);
        out.report(&FIELD_UNCLASSIFIED, &[&flow.id])
            .say(format!("nobody has said what goes from `{}` to `{}`; it counts as all", model.node(flow.from).id, model.node(flow.to).id))
            .at(span, "unknown")
            .help("list the fields, or write `all` if that is what goes");
    }
}

fn retention(case: &Case, id: ActivityId, activity: &Activity, out: &mut Findings) {
    let model = case.model();
    let name = &activity.id;
    match activity.decl.retention.as_ref() {
        None => {
            out.report(&RETENTION_MISSING, &[name])
                .say(format!("`{name}` does not say how long its data are kept"))
                .at(activity.span, "")
                .help("add `retention:`, such as `24m` or `10y after end of contract`");
        }
        Some(Retention::Word(_)) => {}
        Some(Retention::Map(entries)) => {
            let covered: Vec<_> = entries
                .iter()
                .filter(|entry| entry.value.keep.is_some())
                .filter_map(|entry| model.category_named(&entry.key.value))
                .collect();
            let mut open: Vec<_> = case
                .map
                .of_activity(id)
                .items
                .iter()
                .flat_map(|item| model.field(item.field).is.iter().copied())
                .filter(|category| model.category(*category).personal)
                .filter(|category| !covered.iter().any(|above| model.is_below(*category, *above)))
                .collect();
            open.sort();
            open.dedup();
            if !open.is_empty() {
                let at = entries.first().map_or(activity.span, |entry| entry.key.span);
                out.report(&RETENTION_MISSING, &[name])
                    .say(format!("`{name}` does not say how long it keeps {}", case.named(&open)))
                    .at(at, if covered.is_empty() { "" } else { "covers other categories" })
                    .help(format!("add `{}: 24m`, or whichever time it is", model.category(open[0]).id));
            }
        }
    }
}

//! Is the record complete? Art. 30(1) GDPR.

use super::{Case, Family};
use crate::declare::{ActivityRole, Retention};
use crate::finding::{Basis, Findings, Level, Rule};
use crate::model::{Activity, ActivityId, FieldId, FlowKind};

pub(super) static FAMILY: Family =
    Family { rules: &[&CONTROLLER_BLOCK_INCOMPLETE, &FLOW_WITHOUT_ACTIVITY, &FIELD_UNCLASSIFIED, &RETENTION_MISSING], check };

static CONTROLLER_BLOCK_INCOMPLETE: Rule = Rule {
    id: "controller-block-incomplete",
    summary: "the record does not name the organisation that keeps it, or how to reach it",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.a"],
    doc: include_str!("docs/controller-block-incomplete.md"),
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
        // The record of a processor, Art. 30(2), has no time limits.
        let processor = activity.decl.role.as_ref().is_some_and(|role| role.value == ActivityRole::Processor);
        if !processor {
            retention(case, ActivityId::from_index(at), activity, out);
        }
    }
}

fn organisation(case: &Case, out: &mut Findings) {
    let settings = &case.model().settings;
    let block = settings.organisation.as_ref();
    let said = [("name", block.is_some_and(|it| it.name.is_some())), ("contact", block.is_some_and(|it| it.contact.is_some()))];
    let missing: Vec<String> = said.iter().filter(|(_, said)| !said).map(|(key, _)| format!("`{key}:`")).collect();
    if !missing.is_empty() {
        // `ropa.yaml` is the first text of every project; without a block its first line stands for it.
        let known = block.and_then(|it| it.name.as_ref().or(it.contact.as_ref()).or(it.country.as_ref()));
        out.report(&CONTROLLER_BLOCK_INCOMPLETE, &["organisation"])
            .say(format!("the organisation that keeps the record has no {}", missing.join(" or ")))
            .at(known.map(|word| word.span).unwrap_or_default(), "")
            .help("add to `ropa.yaml`: `organisation: { name: …, contact: …, country: … }`");
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

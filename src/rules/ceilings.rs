//! Does what happens stay within what a record says of itself? Art. 30(1)(d)-(e) and 5(1)(c) GDPR.
//!
//! An activity may state the data it needs, its recipients and its countries. What it does not
//! state is computed and cannot be exceeded.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::Word;
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, few};
use crate::flow::{Disclosure, Exposure, Processing, third_countries};
use crate::model::{ActivityId, Flow, FlowId, FlowKind, Model, NodeId, Taken};
use crate::source::scalar;

pub(super) static FAMILY: Family = Family { rules: &[&RECIPIENT_NOT_IN_RECORD, &TRANSFER_NOT_IN_RECORD, &FIELD_BEYOND_PURPOSE], check };

static RECIPIENT_NOT_IN_RECORD: Rule = Rule {
    id: "recipient-not-in-record",
    summary: "an activity discloses data to somebody whom its own list of recipients does not name",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.d", "cjeu.c-154-21"],
    doc: include_str!("docs/recipient-not-in-record.md"),
};

static TRANSFER_NOT_IN_RECORD: Rule = Rule {
    id: "transfer-not-in-record",
    summary: "data of an activity go to a third country that its own list does not name",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.e"],
    doc: include_str!("docs/transfer-not-in-record.md"),
};

static FIELD_BEYOND_PURPOSE: Rule = Rule {
    id: "field-beyond-purpose",
    summary: "a flow carries data that its activity does not need by its own declaration",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.1.c", "gdpr.25"],
    doc: include_str!("docs/field-beyond-purpose.md"),
};

/// What every open flow delivers.
type Delivered<'a> = BTreeMap<FlowId, &'a [Exposure]>;

fn check(case: &Case, out: &mut Findings) {
    let activities = &case.model().activities;
    if !activities.iter().any(|it| it.data.is_some() || !it.decl.recipients.is_empty() || !it.decl.countries.is_empty()) {
        return;
    }
    let delivered: Delivered = case.by_flow().collect();
    for id in (0..activities.len()).map(ActivityId::from_index) {
        recipients(case, &delivered, id, out);
        countries(case, &delivered, id, out);
    }
    for (flow, exposures) in &delivered {
        beyond(case, case.model().flow(*flow), exposures, out);
    }
}

/// One way on which an activity's data come to a recipient, and what it brings.
struct Way<'a> {
    flow: &'a Flow,
    exposures: Vec<&'a Exposure>,
}

/// The ways that are open and bring personal data; those of the activity itself come first.
fn ways<'a>(case: &Case<'a>, delivered: &Delivered<'a>, id: ActivityId, disclosure: &Disclosure) -> Vec<Way<'a>> {
    let items = &case.map.of_activity(id).items;
    let mut all = Vec::new();
    for flow in &disclosure.flows {
        let Some(exposures) = delivered.get(flow) else { continue };
        let flow = case.model().flow(*flow);
        let own = |it: &&Exposure| if flow.kind == FlowKind::Sends { it.activity == Some(id) } else { items.contains(&it.item) };
        let mut brought: Vec<&Exposure> = exposures.iter().filter(own).collect();
        // Whoever works for a recipient may get only what that one makes of the data.
        if brought.is_empty() && flow.kind == FlowKind::Subprocessor {
            brought = exposures.iter().collect();
        }
        if !brought.is_empty() {
            all.push(Way { flow, exposures: brought });
        }
    }
    all.sort_by_key(|it| it.flow.kind == FlowKind::Subprocessor);
    all
}

fn words(list: &[Word]) -> String {
    few(list.iter().map(|it| format!("`{}`", it.value)))
}

fn recipients<'a>(case: &Case<'a>, delivered: &Delivered<'a>, id: ActivityId, out: &mut Findings) {
    let (model, activity) = (case.model(), case.activity(id));
    let list = &activity.decl.recipients;
    if list.is_empty() {
        return;
    }
    let it = case.map.of_activity(id);
    for (node, disclosure) in it.recipients.iter().filter(|(node, _)| !model.names_recipient(list, **node) && !asks_once(model, **node)) {
        let ways = ways(case, delivered, id, disclosure);
        let Some(way) = ways.first() else { continue };
        let direct = way.flow.kind != FlowKind::Subprocessor;
        let named = named_above(model, list, it, *node);
        // Whoever works for somebody unnamed is told with that one.
        if !direct && named.is_none() {
            continue;
        }
        let (name, who) = (&activity.id, &model.node(*node).id);
        let finding = out.report(&RECIPIENT_NOT_IN_RECORD, &[name, who]);
        let kind = model.recipient(*node).and_then(|it| it.kind.as_ref()).map_or(String::new(), |kind| format!(" or its kind `{kind}`"));
        let items = case.items(way.exposures.iter().copied(), "goes", "go");
        match named.filter(|_| !direct) {
            None => finding
                .say(format!("{items} to `{who}` for `{name}`, whose record names only {} as recipients", words(list)))
                .at(way.flow.span, "not in the record")
                .help(format!("add `{who}`{kind} to `recipients:` of `{name}`, or stop `{}`", way.flow.id)),
            Some(above) => finding
                .say(format!(
                    "{items} to `{who}`, who works for `{}`, and the record of `{name}` names only the latter",
                    model.node(above).id
                ))
                .at(way.flow.span, "not in the record")
                .help(format!("add `{who}`{kind} to `recipients:` of `{name}`"))
                .level(Level::Warning),
        };
        case.about(finding, ways.iter().flat_map(|it| it.exposures.iter().copied()));
        case.show(finding, way.exposures[0], None);
        finding.at(list[0].span, format!("what `{name}` says of its recipients"));
        finding.fix(Edit::Join(list[list.len() - 1].span), Effort::Agree, scalar(who));
        let below: BTreeSet<NodeId> = model.chain(*node).into_iter().filter(|it| it != node && !model.names_recipient(list, *it)).collect();
        if direct && !below.is_empty() {
            let below = listed(below.iter().map(|it| format!("`{}`", model.node(*it).id)));
            finding.note(format!("not named either, and at work for `{who}`: {below}"));
        }
    }
}

/// An authority under a particular inquiry is no recipient, Art. 4(9).
fn asks_once(model: &Model, node: NodeId) -> bool {
    model.recipient(node).and_then(|it| it.decl.inquiry.as_ref()).is_some_and(|it| it.value)
}

/// The named recipient for which somebody works in the end.
fn named_above(model: &Model, list: &[Word], it: &Processing, node: NodeId) -> Option<NodeId> {
    let direct = |flows: &BTreeSet<FlowId>| flows.iter().any(|it| model.flow(*it).kind != FlowKind::Subprocessor);
    let above = it.recipients.iter().filter(|(id, disclosure)| **id != node && disclosure.open && direct(&disclosure.flows));
    above.map(|(id, _)| *id).find(|id| model.names_recipient(list, *id) && model.chain(*id).contains(&node))
}

fn countries<'a>(case: &Case<'a>, delivered: &Delivered<'a>, id: ActivityId, out: &mut Findings) {
    let (model, activity) = (case.model(), case.activity(id));
    let list = &activity.decl.countries;
    if list.is_empty() {
        return;
    }
    let it = case.map.of_activity(id);
    let mut beyond: BTreeMap<&str, Vec<(NodeId, Way)>> = BTreeMap::new();
    for place in third_countries(model, it, case.today()) {
        let code = place.country.unwrap_or("unknown");
        let Some(disclosure) = it.recipients.get(&place.recipient).filter(|it| it.open) else { continue };
        if list.iter().any(|word| word.value == code) {
            continue;
        }
        let ways = ways(case, delivered, id, disclosure).into_iter().map(|way| (place.recipient, way));
        beyond.entry(code).or_default().extend(ways);
    }
    for (code, ways) in beyond {
        let Some((_, way)) = ways.first() else { continue };
        let name = &activity.id;
        let there: BTreeSet<NodeId> = ways.iter().map(|(node, _)| *node).collect();
        let there = listed(there.iter().map(|it| format!("`{}`", model.node(*it).id)));
        let place = if code == "unknown" {
            "in a country nobody has named".to_owned()
        } else {
            format!("in {} ({code})", case.law().country_name(code, "en"))
        };
        let finding = out.report(&TRANSFER_NOT_IN_RECORD, &[name, code]);
        finding
            .say(format!("data of `{name}` go to {there} {place}, and its record names only {}", words(list)))
            .at(way.flow.span, "leads there")
            .help(match code {
                "unknown" => {
                    format!("find out where {there} is, then add the country to `countries:` of `{name}`, or stop `{}`", way.flow.id)
                }
                code => format!("add `{code}` to `countries:` of `{name}`, or stop `{}`", way.flow.id),
            });
        case.about(finding, ways.iter().flat_map(|(_, it)| it.exposures.iter().copied()));
        case.show(finding, way.exposures[0], None);
        finding.at(list[0].span, format!("what `{name}` says of its countries"));
        if code != "unknown" {
            finding.fix(Edit::Join(list[list.len() - 1].span), Effort::Agree, scalar(code));
        }
    }
}

/// What a flow carries for each of its activities beyond what that one needs.
fn beyond(case: &Case, flow: &Flow, exposures: &[Exposure], out: &mut Findings) {
    let model = case.model();
    let mut all: BTreeMap<ActivityId, Vec<&Exposure>> = BTreeMap::new();
    for exposure in exposures {
        let Some(id) = exposure.activity else { continue };
        let needs = case.activity(id).data.as_ref();
        if needs.is_some_and(|it| !matches!(it.take(model, exposure.item), Taken::Yes(..))) {
            all.entry(id).or_default().push(exposure);
        }
    }
    for (id, beyond) in all {
        let activity = case.activity(id);
        let (name, who) = (&activity.id, &model.node(flow.to).id);
        let sensitive = beyond.iter().find(|it| !it.sensitive.is_empty());
        let first = sensitive.unwrap_or(&beyond[0]);
        let finding = out.report(&FIELD_BEYOND_PURPOSE, &[&flow.id, name]);
        let items = case.items(beyond.iter().copied(), "goes", "go");
        finding
            .say(format!("{items} to `{who}` for `{name}`, which says that it needs only {}", words(&activity.decl.data)))
            .at(model.taken_at(flow, first.item), "beyond what it needs")
            .help(if flow.activities.len() > 1 {
                format!("leave it out of `{}`, make what another activity needs a flow of its own, or add it to `data:` of `{name}` if the purpose needs it", flow.id)
            } else {
                format!("leave it out of `{}`, or add it to `data:` of `{name}` if the purpose needs it", flow.id)
            });
        match sensitive {
            Some(it) => finding.note(format!("`{}` is or reveals {}", model.item_id(it.item), case.named(&it.sensitive))),
            None => finding.level(Level::Warning),
        };
        case.about(finding, beyond.iter().copied());
        case.show(finding, first, first.sensitive.first().copied());
        if let Some(span) = activity.data.as_ref().and_then(|it| it.span()) {
            finding.at(span, format!("what `{name}` needs"));
        }
    }
}

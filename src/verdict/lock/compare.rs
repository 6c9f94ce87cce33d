//! What is computed against what is accepted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Lock, NEW_EXPOSURE, Row, STALE_LOCK, Turn, WEAKENED_EXPOSURE};
use crate::finding::{Findings, few};
use crate::flow::{Exposure, Map, Walks, Wanted};
use crate::law::Form;
use crate::model::{FlowId, FlowKind, Item, NodeId};

/// Reports exposures that no row accepts, and rows that accept more than there is.
pub fn report(map: &Map, walks: &Walks, lock: &Lock, changes: &[Change], out: &mut Findings) {
    let mut added: BTreeMap<FlowId, Vec<&Exposure>> = BTreeMap::new();
    let mut weaker: BTreeMap<FlowId, Vec<Weaker>> = BTreeMap::new();
    for change in changes {
        let exposure = change.exposure.map(|at| &map.exposures[at]);
        match (change.turn, exposure, &change.before, &change.after) {
            (Turn::New, Some(exposure), ..) => added.entry(exposure.flow).or_default().push(exposure),
            (Turn::Weakened, Some(exposure), Some(was), Some(row)) => {
                weaker.entry(exposure.flow).or_default().push(Weaker::of(map, row, was, exposure));
            }
            _ => {}
        }
    }
    let passed = passed_on(map, &added);
    for (flow, exposures) in added.iter().filter(|(flow, _)| !passed.values().any(|inner| inner.contains(flow))) {
        new(map, walks, exposures, passed.get(flow).map_or(&[], Vec::as_slice), out);
        older(lock, out);
    }
    for changes in weaker.values() {
        weaker_flow(map, walks, changes, out);
        older(lock, out);
    }
    for change in changes {
        let (Some(row), Some(span)) = (&change.before, change.span) else { continue };
        let what = format!("`{}` through `{}`", row.item, row.flow);
        let message = match change.turn {
            Turn::Gone => format!("{what} is accepted and no longer computed"),
            _ => format!("{what} is accepted with less protection than it has"),
        };
        out.report(&STALE_LOCK, &[&row.item, &row.flow])
            .say(message)
            .at(span, "")
            .help("run `ropa accept --prune`: it only removes and tightens");
    }
}

/// Says on the finding just made that the lock is from another registry, whose categories, vendors or
/// countries may be what has changed.
fn older(lock: &Lock, out: &mut Findings) {
    let current = env!("CARGO_PKG_VERSION");
    if let Some(known) = lock.registry.as_ref().filter(|known| *known != current)
        && let Some(finding) = out.last_mut()
    {
        finding.note(format!("the lock was written with registry {known}, this is {current}: what is built in may have opened it"));
    }
}

/// Reports debts that no finding has any more: they would accept it in advance.
pub fn unused_debts(lock: &Lock, out: &mut Findings) {
    let own = out.iter().filter(|it| it.rule.can_be_waived());
    let open: BTreeSet<String> = own.map(|it| it.key.clone()).collect();
    for (key, span) in lock.debts.iter().filter(|(key, _)| !open.contains(key)) {
        out.report(&STALE_LOCK, &[key])
            .say(format!("`{key}` is counted as debt and no longer found"))
            .at(*span, "")
            .help("run `ropa accept --prune`: it only removes and tightens");
    }
}

/// The row that a computed one gives up least against.
pub fn nearest<'a>(rows: &[&'a Row], computed: &Row) -> Option<&'a Row> {
    rows.iter().copied().min_by_key(|row| (computed.beyond(row).count(), *row))
}

/// For each new flow that only passes on, to those who work for a recipient, what another new flow brings to
/// it: that other flow.
pub fn bringing(map: &Map, changes: &[Change]) -> BTreeMap<FlowId, FlowId> {
    let mut added: BTreeMap<FlowId, Vec<&Exposure>> = BTreeMap::new();
    for exposure in changes.iter().filter(|it| it.turn == Turn::New).filter_map(|it| Some(&map.exposures[it.exposure?])) {
        added.entry(exposure.flow).or_default().push(exposure);
    }
    let passed = passed_on(map, &added);
    passed.into_iter().flat_map(|(cause, flows)| flows.into_iter().map(move |flow| (flow, cause))).collect()
}

/// New rows that only pass on, to those who work for a recipient, what a new row brings to it: by the
/// flow that brings it.
fn passed_on(map: &Map, added: &BTreeMap<FlowId, Vec<&Exposure>>) -> BTreeMap<FlowId, Vec<FlowId>> {
    let model = &map.model;
    let items = |flow: &FlowId| added[flow].iter().map(|it| it.item).collect::<BTreeSet<Item>>();
    // What new flows bring to each recipient, and the flow that a person would look at.
    let mut brings: BTreeMap<NodeId, (FlowId, BTreeSet<Item>)> = BTreeMap::new();
    for flow in added.keys().filter(|flow| model.flow(**flow).kind != FlowKind::Subprocessor) {
        brings.entry(model.flow(*flow).to).or_insert_with(|| (*flow, BTreeSet::new())).1.extend(items(flow));
    }
    let mut passed: BTreeMap<FlowId, Vec<FlowId>> = BTreeMap::new();
    let mut open: Vec<FlowId> = added.keys().copied().filter(|flow| model.flow(*flow).kind == FlowKind::Subprocessor).collect();
    loop {
        let before = open.len();
        open.retain(|id| {
            let flow = model.flow(*id);
            let Some((cause, known)) = brings.get(&flow.from).filter(|(_, known)| items(id).is_subset(known)) else { return true };
            let (cause, known) = (*cause, known.clone());
            passed.entry(cause).or_default().push(*id);
            brings.entry(flow.to).or_insert((cause, known));
            false
        });
        if open.len() == before {
            return passed;
        }
    }
}

fn new(map: &Map, walks: &Walks, exposures: &[&Exposure], passed: &[FlowId], out: &mut Findings) {
    let model = &map.model;
    // What gives most away is named first and shown.
    let mut sorted = exposures.to_vec();
    sorted.sort_by_key(|it| (std::cmp::Reverse(it.sensitive.len()), it.form, it.item));
    sorted.dedup_by_key(|it| it.item);
    let first = sorted[0];
    let flow = model.flow(first.flow);
    let names = few(sorted.iter().map(|it| {
        let labels: Vec<_> = it.labels.iter().filter(|label| !label.starts_with("to:")).map(|label| format!("`{label}`")).collect();
        let with = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
        format!("`{}`{with}", model.item_id(it.item))
    }));
    let forms: BTreeSet<Form> = sorted.iter().map(|it| it.form).collect();
    let form = if forms.len() == 1 { how(first.form).to_owned() } else { "in several forms".to_owned() };
    let places: BTreeSet<&str> = first.labels.iter().filter_map(|label| label.strip_prefix("to:")).collect();
    let places: Vec<&str> = places.into_iter().collect();
    let outside = if places.is_empty() { String::new() } else { format!(" (to {})", places.join(", ")) };
    let verb = if sorted.len() == 1 { "reaches" } else { "reach" };
    let finding = out.report(&NEW_EXPOSURE, &[&flow.id]);
    finding.say(format!("{names} {verb} `{}`{outside} {form}, and nobody has accepted that", model.node(flow.to).id));
    finding.at(model.taken_at(flow, first.item), "leaves here");
    let by = match (flow.kind, sorted.as_slice()) {
        _ if !model.is_ours(flow.span) => format!("keep it from `{}`", model.node(flow.from).id),
        (FlowKind::Sends, [one]) => format!("take `{}` out of `{}`", model.field(one.item.field).id, flow.id),
        (FlowKind::Sends, _) => format!("take them out of `{}`", flow.id),
        (FlowKind::Hosting | FlowKind::Subprocessor, _) => format!("end `{}`", flow.id),
    };
    finding.help(format!("if it is meant, run `ropa accept` and have `ropa.lock` reviewed; else {by}"));
    for id in passed {
        let flow = model.flow(*id);
        finding.note(format!("`{}` passes it on to `{}`", model.node(flow.from).id, model.node(flow.to).id));
    }
    finding.path(walks.hops(&walks.witness(first)));
}

/// One row with less protection than was accepted.
struct Weaker<'a> {
    exposure: &'a Exposure,
    /// What has changed, in words.
    changes: String,
    /// The walk that shows it.
    wanted: Wanted,
}

impl<'a> Weaker<'a> {
    fn of(map: &Map, row: &Row, was: &Row, exposure: &'a Exposure) -> Weaker<'a> {
        let mut changes = Vec::new();
        let beyond = row.beyond(was);
        let wanted = beyond.wanted(map);
        if beyond.form {
            changes.push(format!("{} where {} was accepted", how(row.form), was.form.word()));
        }
        changes.extend(beyond.gates.iter().map(|gate| format!("a way around the gate `{gate}`")));
        changes.extend(beyond.labels.iter().map(|label| match label.strip_prefix("to:") {
            Some(country) => format!("to `{country}`"),
            None => format!("giving `{label}` away"),
        }));
        Weaker { exposure, changes: changes.join(", "), wanted }
    }
}

fn weaker_flow(map: &Map, walks: &Walks, all: &[Weaker], out: &mut Findings) {
    let model = &map.model;
    let mut by_change: BTreeMap<&str, Vec<&Weaker>> = BTreeMap::new();
    for it in all {
        by_change.entry(&it.changes).or_default().push(it);
    }
    let first = &all[0];
    let flow = model.flow(first.exposure.flow);
    let said: Vec<String> = by_change
        .iter()
        .map(|(changes, of)| {
            let mut items: Vec<Item> = of.iter().map(|it| it.exposure.item).collect();
            items.dedup();
            format!("{} ({changes})", few(items.iter().map(|it| format!("`{}`", model.item_id(*it)))))
        })
        .collect();
    let finding = out.report(&WEAKENED_EXPOSURE, &[&flow.id]);
    finding.say(format!("less protection at `{}` than was accepted: {}", model.node(flow.to).id, said.join("; ")));
    finding.at(model.taken_at(flow, first.exposure.item), "leaves here");
    finding.help("if it is meant, run `ropa accept` and have `ropa.lock` reviewed; else restore the protection");
    let walk = walks.delivered(first.exposure, &first.wanted).unwrap_or_else(|| walks.witness(first.exposure));
    finding.path(walks.hops(&walk));
}

fn how(form: Form) -> &'static str {
    match form {
        Form::Plain => "in plain",
        form => form.word(),
    }
}

//! What is computed against what is accepted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, NEW_EXPOSURE, Row, STALE_LOCK, WEAKENED_EXPOSURE};
use crate::finding::Findings;
use crate::flow::{Exposure, Label, Map, Walks, Wanted};
use crate::law::Form;
use crate::model::FlowKind;

/// Reports exposures that no row accepts, and rows that accept more than there is.
pub fn compare(map: &Map, walks: &Walks, lock: &Lock, computed: &[(Row, Vec<&Exposure>)], out: &mut Findings) {
    // What is computed is sorted and each row once; so is a lock as it was written.
    if lock.rows.iter().map(|(row, _, _)| row).eq(computed.iter().map(|(row, _)| row)) {
        return;
    }
    let mut accepted: BTreeMap<(&str, &str, &str), Vec<&Row>> = BTreeMap::new();
    for (row, _, _) in &lock.rows {
        accepted.entry(row.about()).or_default().push(row);
    }
    let mut weakened = BTreeSet::new();
    for (row, exposures) in computed {
        match accepted.get(&row.about()) {
            None => {
                new(map, walks, exposures[0], out);
                older(lock, out);
            }
            Some(rows) if rows.iter().any(|it| it.covers(row)) => {}
            Some(rows) => {
                weakened.insert(row.about());
                weaker(map, walks, row, nearest(rows, row), exposures[0], out);
                older(lock, out);
            }
        }
    }
    let exact: BTreeSet<&Row> = computed.iter().map(|(row, _)| row).collect();
    let about: BTreeSet<_> = computed.iter().map(|(row, _)| row.about()).collect();
    for (row, _, span) in &lock.rows {
        // A row whose exposure has weakened is not stale: it is what the finding compares with.
        if exact.contains(row) || weakened.contains(&row.about()) {
            continue;
        }
        let gone = !about.contains(&row.about());
        let what = format!("`{}` through `{}`", row.item, row.flow);
        let message = if gone {
            format!("{what} is accepted and no longer computed")
        } else {
            format!("{what} is accepted with less protection than it has")
        };
        out.report(&STALE_LOCK, &[&row.item, &row.flow])
            .say(message)
            .at(*span, "")
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

/// The accepted row that differs from a computed one in the fewest ways.
fn nearest<'a>(rows: &[&'a Row], computed: &Row) -> &'a Row {
    let differs = |row: &&&Row| {
        usize::from(row.form > computed.form)
            + row.implied().difference(&computed.implied()).count()
            + computed.labels.difference(&row.labels).count()
    };
    rows.iter().min_by_key(|row| (differs(row), **row)).expect("a row about the same exists")
}

fn new(map: &Map, walks: &Walks, exposure: &Exposure, out: &mut Findings) {
    let (model, flow) = (&map.model, map.model.flow(exposure.flow));
    let item = model.item_id(exposure.item);
    let finding = out.report(&NEW_EXPOSURE, &[&item, &flow.id]);
    let labels: Vec<_> = exposure.labels.iter().map(|it| format!("`{it}`")).collect();
    let with = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
    finding.say(format!("`{item}`{with} reaches `{}` {}, and nobody has accepted that", model.node(flow.to).id, how(exposure.form)));
    finding.at(model.taken_at(flow, exposure.item), "leaves here");
    let by = if flow.kind == FlowKind::Sends {
        format!("take `{}` out of `{}`", model.field(exposure.item.field).id, flow.id)
    } else {
        format!("end `{}`", flow.id)
    };
    finding.help(format!("if it is meant, run `ropa accept` and have `ropa.lock` reviewed; else {by}"));
    finding.path(walks.hops(&walks.witness(exposure)));
}

fn weaker(map: &Map, walks: &Walks, row: &Row, was: &Row, exposure: &Exposure, out: &mut Findings) {
    let (model, flow) = (&map.model, map.model.flow(exposure.flow));
    let item = model.item_id(exposure.item);
    let mut changes = Vec::new();
    let mut wanted = Wanted::Any;
    if row.form < was.form {
        changes.push(format!("it arrives {} where {} was accepted", how(row.form), was.form.word()));
    }
    let now = row.implied();
    for gate in was.gates.iter().filter(|gate| !now.contains(gate.as_str())) {
        changes.push(format!("a way around the gate `{gate}` has opened"));
        if let Some(id) = model.gate_named(gate) {
            wanted = Wanted::Avoiding(id);
        }
    }
    for label in row.labels.difference(&was.labels) {
        match label.strip_prefix("to:") {
            Some(country) => changes.push(format!("it goes to `{country}`")),
            None => {
                changes.push(format!("it gives `{label}` away"));
                if let Some(category) = model.category_named(label) {
                    wanted = Wanted::Bringing(Label::of(category));
                }
            }
        }
    }
    let finding = out.report(&WEAKENED_EXPOSURE, &[&item, &flow.id]);
    finding.say(format!("`{item}` reaches `{}` with less protection than was accepted: {}", model.node(flow.to).id, changes.join("; ")));
    finding.at(model.taken_at(flow, exposure.item), "leaves here");
    finding.help("if it is meant, run `ropa accept` and have `ropa.lock` reviewed; else restore the protection");
    let walk = walks.delivered(exposure, &wanted).unwrap_or_else(|| walks.witness(exposure));
    finding.path(walks.hops(&walk));
}

fn how(form: Form) -> &'static str {
    match form {
        Form::Plain => "in plain",
        form => form.word(),
    }
}

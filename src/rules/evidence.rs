//! What was really seen leaving, held against what is declared: Art. 5(2), 30(1) and 32 GDPR.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use self::told::{Fact, Told as Say};
use super::{Case, Family};
use crate::declare::Channel;
use crate::evidence::{Meeting, Met, Told, meetings};
use crate::finding::{Basis, Findings, Level, Rule, listed};
use crate::model::{Capture, Flow, FlowId, FlowKind, GateId, Model};

pub(super) static FAMILY: Family = Family {
    rules: &[
        &UNDOCUMENTED_FLOW,
        &UNDOCUMENTED_FIELD,
        &OBSERVED_FORM_WEAKER,
        &FEATURE_STATE_CONTRADICTED,
        &DECLARED_STOPPED_BUT_OBSERVED,
        &SEEN_BEFORE_CONSENT,
        &BREACH_CANDIDATE,
        &DECLARED_NEVER_OBSERVED,
        &EVIDENCE_INCOMPLETE,
    ],
    check,
};

static UNDOCUMENTED_FLOW: Rule = Rule {
    id: "undocumented-flow",
    summary: "data were seen going to somebody, and no flow to them is declared",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.d", "gdpr.5.2", "gdpr.32.1"],
    doc: include_str!("docs/undocumented-flow.md"),
};

static UNDOCUMENTED_FIELD: Rule = Rule {
    id: "undocumented-field",
    summary: "data were seen going to a recipient, and no flow to it carries them",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.c", "gdpr.5.2", "imy.di-2021-5544"],
    doc: include_str!("docs/undocumented-field.md"),
};

static OBSERVED_FORM_WEAKER: Rule = Rule {
    id: "observed-form-weaker",
    summary: "data were seen in plain that are declared to leave protected",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.32.1.a", "gdpr.5.2"],
    doc: include_str!("docs/observed-form-weaker.md"),
};

static FEATURE_STATE_CONTRADICTED: Rule = Rule {
    id: "feature-state-contradicted",
    summary: "a vendor's function that is declared off was seen at work",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.25.2", "gdpr.32.1", "imy.di-2021-5544", "imy.imy-2022-3270"],
    doc: include_str!("docs/feature-state-contradicted.md"),
};

static DECLARED_STOPPED_BUT_OBSERVED: Rule = Rule {
    id: "declared-stopped-but-observed",
    summary: "a flow that is declared stopped was seen after its last day",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.2", "gdpr.32.1"],
    doc: include_str!("docs/declared-stopped-but-observed.md"),
};

static SEEN_BEFORE_CONSENT: Rule = Rule {
    id: "seen-before-consent",
    summary: "a flow that waits for a gate was seen while the gate was closed",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["eprivacy.5.3", "gdpr.6.1.a", "gdpr.7.1"],
    doc: include_str!("docs/seen-before-consent.md"),
};

static BREACH_CANDIDATE: Rule = Rule {
    id: "breach-candidate",
    summary: "sensitive data were seen leaving undeclared: somebody has to decide whether that is a breach",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.33.1", "gdpr.33.5"],
    doc: include_str!("docs/breach-candidate.md"),
};

static DECLARED_NEVER_OBSERVED: Rule = Rule {
    id: "declared-never-observed",
    summary: "a tag is declared, and no capture of its system shows it",
    level: Level::Note,
    basis: Basis::Heuristic,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/declared-never-observed.md"),
};

static EVIDENCE_INCOMPLETE: Rule = Rule {
    id: "evidence-incomplete",
    summary: "a capture holds parts that nobody could read or tell",
    level: Level::Note,
    basis: Basis::Heuristic,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/evidence-incomplete.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let meetings = meetings(case.map, case.evidence);
    for meeting in &meetings {
        meet(&Say { case, meeting }, out);
    }
    never_observed(case, &meetings, out);
    incomplete(case, out);
}

/// Places that one note names, at most.
const DARK: usize = 4;

/// What stayed dark, so that nobody takes silence for an answer.
fn incomplete(case: &Case, out: &mut Findings) {
    for captured in &case.evidence.captured {
        let capture = &case.model().evidence[captured.capture];
        let coverage = &captured.notes.coverage;
        let (bodies, types) = (coverage.undecoded.len(), coverage.unknown.len());
        if bodies + types + coverage.remarks.len() == 0 {
            continue;
        }
        let count = |number: usize, one: &str, several: &str| format!("{number} {}", if number == 1 { one } else { several });
        let finding = out.report(&EVIDENCE_INCOMPLETE, &[&capture.id]);
        finding.say(format!(
            "of {} in `{}`, {} could not be decoded and {} unknown",
            count(coverage.entries, "entry", "entries"),
            capture.id,
            count(bodies, "body", "bodies"),
            count(types, "type is", "types are"),
        ));
        finding.at(capture.span, "captured here");
        let unread = coverage.undecoded.iter().map(|it| format!("not decoded: {it}"));
        let unknown = coverage.unknown.iter().map(|it| format!("unknown: {it}"));
        for note in unread.chain(unknown).chain(coverage.remarks.iter().cloned()).take(DARK) {
            finding.note(note);
        }
        finding
            .help("look at these by hand; where a vendor is missing, lay an entry over the catalogue under `vendors:` and `signatures:`");
    }
}

/// What the map says to a party, each kind of answer its own finding.
fn meet(say: &Say, out: &mut Findings) {
    let of = |wanted: fn(&Told) -> bool| -> Vec<&Met> { say.meeting.seen.iter().filter(|it| wanted(&it.answer)).collect() };
    let feature = |it: &Met| it.observation.feature.clone();
    let mut undeclared: Vec<&Met> = Vec::new();

    let no_flow = of(|it| matches!(it, Told::NoFlow));
    if !no_flow.is_empty() {
        undocumented_flow(say, &no_flow, None, out);
        undeclared.extend(&no_flow);
    }
    for (feature, met) in grouped(of(|it| matches!(it, Told::FeatureUndeclared)), feature) {
        undocumented_flow(say, &met, feature.as_deref(), out);
        undeclared.extend(&met);
    }
    for (feature, met) in grouped(of(|it| matches!(it, Told::FeatureOff)), feature) {
        feature_off(say, &met, &feature.unwrap_or_default(), out);
        undeclared.extend(&met);
    }
    for (flow, met) in grouped(of(|it| matches!(it, Told::Stopped)), |it| say.nearest_flow(it).map(|it| &it.id)) {
        stopped_and_seen(say, flow.and_then(|_| say.nearest_flow(met[0])), &met, out);
        undeclared.extend(&met);
    }
    for (cause, met) in grouped(of(|it| matches!(it, Told::NotCarried)), |it| say.cause(it.observation)) {
        undocumented_field(say, &cause, &met, out);
        undeclared.extend(&met);
    }
    for (fact, met) in grouped(of(|it| matches!(it, Told::Weaker(_))), |it| say.fact(it.observation)) {
        weaker(say, &fact, &met, out);
    }
    let telling = of(|it| matches!(it, Told::Revealing(..)));
    revealing(say, &telling, out);
    undeclared.extend(&telling);
    before_consent(say, out);
    breach(say, &undeclared, out);
}

fn grouped<'m, 'a, K: Ord>(met: Vec<&'m Met<'a>>, by: impl Fn(&'m Met<'a>) -> K) -> BTreeMap<K, Vec<&'m Met<'a>>> {
    let mut all: BTreeMap<K, Vec<&Met>> = BTreeMap::new();
    for it in met {
        all.entry(by(it)).or_default().push(it);
    }
    all
}

/// Nobody has declared that anything goes there, or what a function takes that goes there.
fn undocumented_flow(say: &Say, met: &[&Met], feature: Option<&str>, out: &mut Findings) {
    let flow = say.flow_id(feature);
    let finding = out.report(&UNDOCUMENTED_FLOW, &[&flow]);
    let through = feature.map(|it| format!(" through its function `{it}`")).unwrap_or_default();
    finding.level(say.level(met)).say(format!("{}{through}, and no such flow is declared", say.seen_sending(met)));
    match met.first().and_then(|it| say.nearest_flow(it)) {
        Some(flow) => finding.at(flow.span, "says nothing of that function"),
        None => finding.at(say.sender().span, "no such flow among what it sends"),
    };
    say.shown(finding, met);
    finding.help(say.declare_flow(&flow, met, feature));
}

/// The function is declared off.
fn feature_off(say: &Say, met: &[&Met], feature: &str, out: &mut Findings) {
    let finding = out.report(&FEATURE_STATE_CONTRADICTED, &[&say.flow_id(Some(feature))]);
    finding.level(say.level(met)).say(format!("`{feature}` of {} is declared off, and {} through it", say.party(), say.seen_sending(met)));
    finding.at(say.feature_span(feature), "declared off here");
    say.shown(finding, met);
    finding.help(format!(
        "turn `{feature}` off with the vendor and look again, or declare it: `{feature}: on`, and under `sends` of {} `{}: {{ fields: [{}], for: … }}`{}",
        say.system(),
        say.target(Some(feature)),
        say.words(met),
        say.beforehand(met)
    ));
}

/// The flow had its last day before the capture.
fn stopped_and_seen(say: &Say, flow: Option<&Flow>, met: &[&Met], out: &mut Findings) {
    let Some((flow, stopped)) = flow.and_then(|it| Some((it, it.stopped?))) else { return };
    let finding = out.report(&DECLARED_STOPPED_BUT_OBSERVED, &[&say.of_flow(flow)]);
    finding.level(say.level(met)).say(format!(
        "`{}` is declared stopped on {stopped}, and on {} {}",
        flow.id,
        say.first_day(met),
        say.seen_sending(met)
    ));
    finding.at(flow.decl.stopped.as_ref().map_or(flow.span, |it| it.span), "declared stopped here");
    say.shown(finding, met);
    finding.help(format!("remove what still sends it, or take `stopped: {stopped}` out of `{}` and declare what goes", flow.id));
}

fn undocumented_field(say: &Say, cause: &str, met: &[&Met], out: &mut Findings) {
    let Some(flow) = met.first().and_then(|it| say.nearest_flow(it)) else { return };
    let finding = out.report(&UNDOCUMENTED_FIELD, &[cause, &say.flow_id(None)]);
    let always = if cause == "request" { ", as every request does" } else { "" };
    finding.level(say.level(met)).say(format!("{}{always}, and no flow to it carries that", say.seen_sending(met)));
    finding.at(flow.span, "does not carry it");
    say.shown(finding, met);
    finding.help(say.declare_field(flow, met));
}

fn weaker(say: &Say, fact: &Fact, met: &[&Met], out: &mut Findings) {
    let Some(Told::Weaker(exposures)) = met.first().map(|it| &it.answer) else { return };
    let Some(best) = exposures.iter().min_by_key(|it| it.form) else { return };
    let model = say.case.model();
    let flow = model.flow(best.flow);
    let finding = out.report(&OBSERVED_FORM_WEAKER, &[fact.key(), &say.of_flow(flow)]);
    finding.level(say.level(met)).say(format!(
        "{} was seen sending {fact} to {} in plain, and `{}` declares it {}",
        say.system(),
        say.party(),
        flow.id,
        best.form.word()
    ));
    finding.at(model.taken_at(flow, best.item), format!("declared {} here", best.form.word()));
    say.shown(finding, met);
    finding.help(format!(
        "protect it before it leaves, or declare that it goes in plain: `{}` under the `fields` of `{}`",
        model.field(best.item.field).id,
        flow.id
    ));
}

/// Addresses of pages that say more than the dictionary admits.
fn revealing(say: &Say, met: &[&Met], out: &mut Findings) {
    let model = say.case.model();
    let mut by_item = BTreeMap::new();
    for it in met {
        let Told::Revealing(exposures, categories) = &it.answer else { continue };
        for exposure in exposures {
            let (all, seen): &mut (BTreeSet<_>, Vec<&Met>) = by_item.entry((exposure.item.field, exposure.flow)).or_default();
            all.extend(categories.iter().copied());
            seen.push(it);
        }
    }
    for ((field, flow), (categories, seen)) in by_item {
        let (field, flow) = (model.field(field), model.flow(flow));
        let categories: Vec<&str> = categories.iter().map(|it| model.category(*it).id.as_str()).collect();
        let named = listed(categories.iter().map(|it| format!("`{it}`")));
        let about = format!("{}:{}", field.id, categories.join(","));
        let finding = out.report(&UNDOCUMENTED_FIELD, &[&about, &say.of_flow(flow)]);
        finding.level(say.level(&seen)).say(format!(
            "{} was seen sending addresses of pages to {} that give away {named}, and nobody has said that `{}` does",
            say.system(),
            say.party(),
            field.id
        ));
        finding.at(field.span, "does not reveal it").at(flow.span, "leaves here");
        say.shown(finding, &seen);
        finding.help(format!(
            "add `reveals: [{}]` to the field `{}`, or keep these addresses from leaving",
            categories.join(", "),
            field.id
        ));
    }
}

/// The gates that were closed, of flows that nothing else lets through.
fn before_consent(say: &Say, out: &mut Findings) {
    let model = say.case.model();
    let mut held: BTreeMap<FlowId, (BTreeSet<GateId>, Vec<&Met>)> = BTreeMap::new();
    let mut uncarried: Vec<(FlowId, BTreeSet<GateId>, &Met)> = Vec::new();
    for met in &say.meeting.seen {
        let Some(open) = open_gates(model, met.capture) else { continue };
        let closed = |gates: &[GateId]| gates.iter().copied().filter(|it| !open.contains(it)).collect::<BTreeSet<GateId>>();
        // One flow that nothing held back is enough to have sent it.
        match &met.answer {
            Told::Declared(exposures) | Told::Weaker(exposures) | Told::Revealing(exposures, _) => {
                if exposures.iter().all(|it| !closed(&it.gates).is_empty()) {
                    for exposure in exposures {
                        let (gates, seen) = held.entry(exposure.flow).or_default();
                        gates.extend(closed(&exposure.gates));
                        seen.push(met);
                    }
                }
            }
            Told::NotCarried | Told::Known => {
                let flows = || say.meeting.flows.iter().filter(|it| !model.flow(**it).is_stopped(met.on));
                let nearest = say.nearest_flow(met).and_then(|near| flows().find(|it| model.flow(**it).id == near.id));
                if let Some(flow) = nearest.filter(|_| flows().all(|it| !closed(&model.flow(*it).gates).is_empty())) {
                    uncarried.push((*flow, closed(&model.flow(*flow).gates), met));
                }
            }
            Told::NoFlow | Told::Stopped | Told::FeatureOff | Told::FeatureUndeclared => {}
        }
    }
    // What no flow carries came by one of them all the same.
    if held.is_empty() {
        for (flow, closed, met) in uncarried {
            let (gates, seen) = held.entry(flow).or_default();
            gates.extend(closed);
            seen.push(met);
        }
    }
    for (flow, (gates, seen)) in held {
        let flow = model.flow(flow);
        let gates: Vec<GateId> = gates.into_iter().collect();
        let named = listed(model.shown_gates(&gates).iter().map(|it| format!("`{it}`")));
        let finding = out.report(&SEEN_BEFORE_CONSENT, &[&say.of_flow(flow)]);
        finding.level(say.level(&seen)).say(format!(
            "`{}` waits for {named}, and {} while that was not given",
            flow.id,
            say.seen_sending(&seen)
        ));
        match flow.decl.gate.first() {
            Some(gate) => finding.at(gate.span, "waits here"),
            None => finding.at(flow.span, "leaves here"),
        };
        say.shown(finding, &seen);
        finding
            .help(format!("hold back what sends it until {named} is given; where nothing really waits, take `gate:` out of `{}`", flow.id));
    }
}

/// The gates that were open when something was captured, as far as somebody has written that down.
fn open_gates(model: &Model, capture: &Capture) -> Option<BTreeSet<GateId>> {
    let given = capture.consented.as_ref()?;
    Some(given.iter().flat_map(|it| model.gates[it.index()].implies.iter().copied()).collect())
}

/// Sensitive data that left undeclared: whether that is a breach, people decide, and a clock may run.
fn breach(say: &Say, met: &[&Met], out: &mut Findings) {
    let sensitive: Vec<&Met> = met.iter().copied().filter(|it| say.is_sensitive(it.observation)).collect();
    if sensitive.is_empty() || !say.is_sent(&sensitive) {
        return;
    }
    let finding = out.report(&BREACH_CANDIDATE, &[&say.flow_id(None)]);
    let day = say.first_day(&sensitive);
    finding.level(say.level(&sensitive)).say(format!(
        "{} was seen sending {} to {}, undeclared, on {day}",
        say.system(),
        say.sensitive_facts(&sensitive),
        say.party(),
    ));
    finding.at(say.sender().span, "leaves here");
    say.shown(finding, &sensitive);
    finding.note(format!("if it is a breach, the 72 hours of Art. 33(1) run from the moment somebody knew; the capture is of {day}"));
    finding.ask("is this a personal data breach, and since when has somebody known?");
    finding.help("stop it, look how long it went on, and answer under `answers:` with who decided and when");
}

/// Tags that are declared and that no capture of their system has met, though a browser walked past.
fn never_observed(case: &Case, meetings: &[Meeting], out: &mut Findings) {
    let model = case.model();
    let met: BTreeSet<FlowId> = meetings.iter().flat_map(|it| it.flows.iter().copied()).collect();
    let mut missed: BTreeMap<FlowId, Vec<&Capture>> = BTreeMap::new();
    for captured in &case.evidence.captured {
        let capture = &model.evidence[captured.capture];
        // Only a browser sees pages; what was kept of its capture still says how many.
        let walked = captured.notes.coverage.pages > 0;
        let Some(system) = capture.of.filter(|_| walked) else { continue };
        let on = capture.decl.on.as_ref().map_or(case.today(), |it| it.value);
        let open = open_gates(model, capture).unwrap_or_default();
        for id in model.node(system).sends.iter().filter(|it| !met.contains(it)) {
            let flow = model.flow(*id);
            let is_tag = flow.decl.channel.as_ref().is_some_and(|it| it.value == Channel::Tag);
            let begun = flow.decl.since.as_ref().is_none_or(|it| it.value <= on);
            let let_through = flow.gates.iter().all(|it| open.contains(it));
            let outside = flow.kind == FlowKind::Sends && model.recipient(flow.to).is_some();
            if outside && is_tag && begun && let_through && !flow.is_stopped(on) {
                missed.entry(*id).or_default().push(capture);
            }
        }
    }
    for (flow, captures) in missed {
        let flow = model.flow(flow);
        let finding = out.report(&DECLARED_NEVER_OBSERVED, &[&flow.id]);
        finding.say(format!("`{}` is declared as a tag, and no capture of `{}` shows it", flow.id, model.node(flow.from).id));
        finding.at(flow.span, "never seen");
        for capture in captures {
            finding.at(capture.span, "captured here");
        }
        finding.help(format!("let a capture walk the pages where the tag is, or give `{}` its last day: `stopped: …`", flow.id));
    }
}

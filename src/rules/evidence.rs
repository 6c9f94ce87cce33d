//! What was really seen leaving, held against what is declared: Art. 5(2), 30(1) and 32 GDPR.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use self::told::{Fact, Told as Say};
use super::{Case, Family};
use crate::declare::Channel;
use crate::evidence::{Meeting, Met, Party, Told, meetings};
use crate::finding::{Basis, Findings, Level, Rule, listed};
use crate::model::{FlowId, FlowKind, GateId};

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

fn check(case: &Case, out: &mut Findings) {
    let meetings = meetings(case.map, case.evidence);
    for meeting in &meetings {
        meet(&Say { case, meeting }, out);
    }
    never_observed(case, &meetings, out);
}

/// What the map says to a party, each kind of answer its own finding.
fn meet(say: &Say, out: &mut Findings) {
    let meeting = say.meeting;
    let of = |wanted: fn(&Told) -> bool| -> Vec<&Met> { meeting.seen.iter().filter(|it| wanted(&it.answer)).collect() };
    let mut sensitive: Vec<&Met> = Vec::new();

    let no_flow = of(|it| matches!(it, Told::NoFlow));
    if !no_flow.is_empty() {
        undocumented_flow(say, &no_flow, None, out);
        sensitive.extend(&no_flow);
    }
    for (feature, met) in by_feature(of(|it| matches!(it, Told::FeatureUndeclared))) {
        undocumented_flow(say, &met, Some(feature), out);
        sensitive.extend(&met);
    }
    for (feature, met) in by_feature(of(|it| matches!(it, Told::FeatureOff))) {
        feature_off(say, &met, feature, out);
        sensitive.extend(&met);
    }
    let stopped = of(|it| matches!(it, Told::Stopped));
    if !stopped.is_empty() {
        stopped_and_seen(say, &stopped, out);
        sensitive.extend(&stopped);
    }
    for (fact, met) in by_fact(say, of(|it| matches!(it, Told::NotCarried))) {
        undocumented_field(say, &fact, &met, out);
        sensitive.extend(&met);
    }
    for (fact, met) in by_fact(say, of(|it| matches!(it, Told::Weaker(_)))) {
        weaker(say, &fact, &met, out);
    }
    revealing(say, &of(|it| matches!(it, Told::Revealing(..))), out);
    sensitive.extend(of(|it| matches!(it, Told::Revealing(..))));
    before_consent(say, out);
    breach(say, &sensitive, out);
}

fn by_feature<'m, 'a>(met: Vec<&'m Met<'a>>) -> BTreeMap<&'m str, Vec<&'m Met<'a>>> {
    let mut all: BTreeMap<&str, Vec<&Met>> = BTreeMap::new();
    for it in met {
        all.entry(it.observation.feature.as_deref().unwrap_or_default()).or_default().push(it);
    }
    all
}

fn by_fact<'m, 'a>(say: &Say, met: Vec<&'m Met<'a>>) -> BTreeMap<Fact, Vec<&'m Met<'a>>> {
    let mut all: BTreeMap<Fact, Vec<&Met>> = BTreeMap::new();
    for it in met {
        all.entry(say.fact(it.observation)).or_default().push(it);
    }
    all
}

/// Nobody has declared that anything goes there, or what a function takes that goes there.
fn undocumented_flow(say: &Say, met: &[&Met], feature: Option<&str>, out: &mut Findings) {
    let flow = say.flow_id(feature);
    let finding = out.report(&UNDOCUMENTED_FLOW, &[&flow]);
    let facts = say.facts(met);
    finding.level(say.level(met));
    let through = feature.map(|it| format!(" through its function `{it}`")).unwrap_or_default();
    let what = if facts.is_empty() { "something".to_owned() } else { facts };
    finding.say(match say.is_sent(met) {
        true => format!("{} was seen sending {what} to {}{through}, and no such flow is declared", say.system(), say.party()),
        false => format!("{} has code or leave to send to {}{through}, and no such flow is declared", say.system(), say.party()),
    });
    match say.recipient() {
        Some(node) if feature.is_some() => finding.at(node.span, "declared here, without that function"),
        _ => finding.at(say.sender().span, "sends here what nobody has declared"),
    };
    say.shown(finding, met);
    finding.help(say.declare_flow(&flow, met, feature));
}

/// The function is declared off.
fn feature_off(say: &Say, met: &[&Met], feature: &str, out: &mut Findings) {
    let finding = out.report(&FEATURE_STATE_CONTRADICTED, &[&say.flow_id(Some(feature))]);
    finding.level(say.level(met)).say(format!(
        "`{feature}` of {} is declared off, and {} was seen sending {} through it",
        say.party(),
        say.system(),
        say.facts(met)
    ));
    finding.at(say.feature_span(feature), "declared off here");
    say.shown(finding, met);
    finding.help(format!(
        "turn `{feature}` off with the vendor and look again, or declare it: `{feature}: on`, and under `sends` of {} `{}: {{ fields: [{}], for: … }}`",
        say.system(),
        say.target(Some(feature)),
        say.words(met)
    ));
}

/// The flow had its last day before the capture.
fn stopped_and_seen(say: &Say, met: &[&Met], out: &mut Findings) {
    let model = say.case.model();
    let Some(flow) = say.meeting.flows.iter().map(|it| model.flow(*it)).max_by_key(|it| it.stopped) else { return };
    let finding = out.report(&DECLARED_STOPPED_BUT_OBSERVED, &[&flow.id]);
    let day = flow.stopped.map(|it| format!(" on {it}")).unwrap_or_default();
    finding.level(say.level(met)).say(format!(
        "`{}` is declared stopped{day}, and on {} {} was seen sending {} to {}",
        flow.id,
        say.meeting.on,
        say.system(),
        say.facts(met),
        say.party()
    ));
    finding.at(flow.decl.stopped.as_ref().map_or(flow.span, |it| it.span), "declared stopped here");
    say.shown(finding, met);
    finding.help("remove what still sends it, or take `stopped:` back and declare what goes");
}

fn undocumented_field(say: &Say, fact: &Fact, met: &[&Met], out: &mut Findings) {
    let finding = out.report(&UNDOCUMENTED_FIELD, &[fact.key(), &say.flow_id(None)]);
    finding.level(say.level(met)).say(format!(
        "{} was seen sending {fact} to {}, and no flow to it carries that",
        say.system(),
        say.party()
    ));
    finding.at(say.nearest_flow(met).span, "does not carry it");
    say.shown(finding, met);
    finding.help(say.declare_field(met));
}

fn weaker(say: &Say, fact: &Fact, met: &[&Met], out: &mut Findings) {
    let Some(Told::Weaker(exposures)) = met.first().map(|it| &it.answer) else { return };
    let Some(best) = exposures.iter().min_by_key(|it| it.form) else { return };
    let model = say.case.model();
    let flow = model.flow(best.flow);
    let finding = out.report(&OBSERVED_FORM_WEAKER, &[fact.key(), &flow.id]);
    finding.level(say.level(met)).say(format!(
        "{} was seen sending {fact} to {} in plain, and `{}` declares it {}",
        say.system(),
        say.party(),
        flow.id,
        best.form.word()
    ));
    finding.at(model.taken_at(flow, best.item), format!("declared {} here", best.form.word()));
    say.shown(finding, met);
    finding.help(format!("protect it before it leaves, or declare that it goes in plain: `{}`", model.field(best.item.field).id));
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
        let finding = out.report(&UNDOCUMENTED_FIELD, &[&format!("{}:{}", field.id, categories.join(",")), &flow.id]);
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
    let Some(open) = &say.meeting.capture.consented else { return };
    let model = say.case.model();
    let open: BTreeSet<GateId> = open.iter().flat_map(|it| model.gates[it.index()].implies.iter().copied()).collect();
    let mut held: BTreeMap<FlowId, (BTreeSet<GateId>, Vec<&Met>)> = BTreeMap::new();
    for met in &say.meeting.seen {
        let (Told::Declared(exposures) | Told::Weaker(exposures) | Told::Revealing(exposures, _)) = &met.answer else { continue };
        let closed = |gates: &[GateId]| gates.iter().copied().filter(|it| !open.contains(it)).collect::<BTreeSet<GateId>>();
        // One flow that nothing held back is enough to have sent it.
        if exposures.iter().any(|it| closed(&it.gates).is_empty()) {
            continue;
        }
        for exposure in exposures {
            let (gates, seen) = held.entry(exposure.flow).or_default();
            gates.extend(closed(&exposure.gates));
            seen.push(met);
        }
    }
    for (flow, (gates, seen)) in held {
        let flow = model.flow(flow);
        let gates: Vec<GateId> = gates.into_iter().collect();
        let named = listed(model.shown_gates(&gates).iter().map(|it| format!("`{it}`")));
        let finding = out.report(&SEEN_BEFORE_CONSENT, &[&flow.id]);
        finding.level(say.level(&seen)).say(format!(
            "`{}` waits for {named}, and {} was seen sending {} to {} while that was not given",
            flow.id,
            say.system(),
            say.facts(&seen),
            say.party()
        ));
        finding.at(flow.decl.gate.first().map_or(flow.span, |it| it.span), "waits here");
        say.shown(finding, &seen);
        finding
            .help("hold the tag back until the gate is open; where the gate lies before it only on paper, take it out of the declaration");
    }
}

/// Sensitive data that left undeclared: whether that is a breach, people decide, and a clock may run.
fn breach(say: &Say, met: &[&Met], out: &mut Findings) {
    let sensitive: Vec<&Met> = met.iter().copied().filter(|it| say.is_sensitive(it.observation)).collect();
    if sensitive.is_empty() || !say.is_sent(&sensitive) {
        return;
    }
    let finding = out.report(&BREACH_CANDIDATE, &[&say.flow_id(None)]);
    finding.level(say.level(&sensitive)).say(format!(
        "{} was seen sending {} to {}, undeclared, on {}",
        say.system(),
        say.sensitive_facts(&sensitive),
        say.party(),
        say.meeting.on
    ));
    finding.at(say.sender().span, "leaves here");
    say.shown(finding, &sensitive);
    finding.note(format!(
        "if it is a breach, the 72 hours of Art. 33(1) run from the moment somebody knew; the capture is of {}",
        say.meeting.on
    ));
    finding.ask("is this a personal data breach, and since when has somebody known?");
    finding.help("stop it, look how long it went on, and answer under `answers:` with who decided and when");
}

/// Tags that are declared and that no browser capture of their system has met.
fn never_observed(case: &Case, meetings: &[Meeting], out: &mut Findings) {
    let model = case.model();
    for captured in &case.evidence.captured {
        let capture = &model.evidence[captured.capture];
        let is_browser = capture.decl.kind.as_ref().is_some_and(|it| matches!(it.value.as_str(), "har" | "wec" | "blacklight"));
        let (Some(system), true, false) = (capture.of, is_browser, captured.notes.coverage.entries == 0) else { continue };
        let on = capture.decl.on.as_ref().map_or(case.today(), |it| it.value);
        let met: BTreeSet<FlowId> =
            meetings.iter().filter(|it| std::ptr::eq(it.capture, capture)).flat_map(|it| it.open.iter().copied()).collect();
        for id in &model.node(system).sends {
            let flow = model.flow(*id);
            let is_tag = flow.decl.channel.as_ref().is_some_and(|it| it.value == Channel::Tag);
            let held_back = |open: &Vec<GateId>| flow.gates.iter().any(|gate| !open.contains(gate));
            let begun = flow.decl.since.as_ref().is_none_or(|it| it.value <= on);
            let expected = flow.kind == FlowKind::Sends && is_tag && begun && !flow.is_stopped(on) && model.recipient(flow.to).is_some();
            if !expected || met.contains(id) || capture.consented.as_ref().is_some_and(held_back) {
                continue;
            }
            let finding = out.report(&DECLARED_NEVER_OBSERVED, &[&flow.id, &capture.id]);
            finding.say(format!("`{}` is declared as a tag, and the capture `{}` does not show it", flow.id, capture.id));
            finding.at(flow.span, "never seen").at(capture.span, "captured here");
            finding.help("let the capture walk the pages where the tag is, or stop the flow if it is gone");
        }
    }
}

/// Whether nobody knows whom a party is.
fn is_stranger(party: &Party) -> bool {
    matches!(party, Party::Unknown(_))
}

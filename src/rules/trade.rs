//! Bought, sold and passed on: Art. 6, 7 and 14 GDPR, Art. 13 ePrivacy.

mod bought;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

use self::trail::{by_mail, origins_of, trails};
use super::case::listed;
use super::{Case, Family};
use crate::declare::{Consideration, GateKind, Role};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::flow::{Exposure, Wanted};
use crate::model::{ActivityId, Flow, FlowKind, Gate, GateId, NodeId};

pub(super) static FAMILY: Family = Family {
    rules: &[
        &BOUGHT_DATA_NO_CONSENT_PROOF,
        &BOUGHT_DATA_NO_SOURCE,
        &ART14_NOTICE_MISSING,
        &SOLD_WITHOUT_CONSENT,
        &PARTNER_NOT_NAMED_AT_COLLECTION,
        &ONWARD_RESALE,
    ],
    check,
};

static BOUGHT_DATA_NO_CONSENT_PROOF: Rule = Rule {
    id: "bought-data-no-consent-proof",
    summary: "data from a supplier serve marketing that takes consent, and the consent cannot be shown for each person",
    level: Level::Error,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.7.1", "eprivacy.13", "cnil.san-2025-001", "cnil.san-2024-003", "cnil.san-2024-004"],
    doc: include_str!("docs/bought-data-no-consent-proof.md"),
};

static BOUGHT_DATA_NO_SOURCE: Rule = Rule {
    id: "bought-data-no-source",
    summary: "data did not come from the people themselves, and their source is not known, or they are old",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.14.2.f", "gdpr.5.1.d"],
    doc: include_str!("docs/bought-data-no-source.md"),
};

static ART14_NOTICE_MISSING: Rule = Rule {
    id: "art14-notice-missing",
    summary: "people whose data came from elsewhere were not told, or were told too late",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.14.3", "gdpr.14.5", "uodo.bisnode-2019"],
    doc: include_str!("docs/art14-notice-missing.md"),
};

static SOLD_WITHOUT_CONSENT: Rule = Rule {
    id: "sold-without-consent",
    summary: "data are sold, traded or given away for further use, and people were not asked on the way",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.6.1", "eprivacy.13", "cnil.b2c-2018", "cnil.san-2023-025"],
    doc: include_str!("docs/sold-without-consent.md"),
};

static PARTNER_NOT_NAMED_AT_COLLECTION: Rule = Rule {
    id: "partner-not-named-at-collection",
    summary: "somebody uses data on a consent that did not name him",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.4.11", "gdpr.13.1.e", "cnil.b2c-2018", "cnil.san-2023-015", "cjeu.c-317-25"],
    doc: include_str!("docs/partner-not-named-at-collection.md"),
};

static ONWARD_RESALE: Rule = Rule {
    id: "onward-resale",
    summary: "data that were bought or received are sold on",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["cnil.b2c-2018", "gdpr.6.1"],
    doc: include_str!("docs/onward-resale.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for trail in trails(case) {
        bought::consent_proof(case, &trail, out);
        bought::source_known(case, &trail, out);
        bought::buyer_named(case, &trail, out);
        bought::told(case, &trail, out);
    }
    let mut consents: BTreeMap<&str, Relied> = BTreeMap::new();
    for (id, exposures) in case.by_flow() {
        let flow = case.model().flow(id);
        if flow.kind != FlowKind::Sends {
            continue;
        }
        let own: Vec<&Exposure> = exposures.iter().filter(|it| it.activity.is_none_or(|activity| case.is_own(activity))).collect();
        if is_sold(flow) {
            sold(case, flow, &own, out);
            resold(case, flow, &own, out);
        }
        for exposure in own.into_iter().filter(|it| !it.gates.is_empty() && is_partner(case, flow)) {
            let gates = relied_on(case, exposure);
            let open = not_naming(case, flow, exposure, &gates);
            for gate in gates {
                let relied = consents.entry(&gate.id).or_insert_with(|| Relied { gate, by: BTreeSet::new(), unnamed: Vec::new() });
                relied.by.insert(&case.model().node(flow.to).id);
                relied.unnamed.extend(open.iter().filter(|it| it.id == gate.id).map(|_| exposure));
            }
        }
    }
    for relied in consents.values().filter(|it| !it.unnamed.is_empty()) {
        partners(case, relied, out);
    }
}

/// A consent and who relies on it.
struct Relied<'a> {
    gate: &'a Gate,
    by: BTreeSet<&'a str>,
    /// What reaches those it should name and does not.
    unnamed: Vec<&'a Exposure>,
}

/// Whether something is given for the data, or the recipient may use them for more.
fn is_sold(flow: &Flow) -> bool {
    let paid = flow.decl.consideration.as_ref().is_some_and(|it| it.value != Consideration::None);
    paid || flow.decl.reuse.as_ref().is_some_and(|it| it.value)
}

/// `partner pays for`.
fn deal(case: &Case, flow: &Flow) -> String {
    let what = match flow.decl.consideration.as_ref().map(|it| it.value) {
        Some(Consideration::Paid) => "pays for",
        Some(Consideration::Exchange) => "gives something in exchange for",
        Some(Consideration::None) | None => "may use for more",
    };
    format!("`{}` {what}", case.model().node(flow.to).id)
}

/// Whether what a gate asks was asked for what an exposure is for.
fn asked(case: &Case, gate: &Gate, exposure: &Exposure) -> bool {
    exposure.activity.is_none_or(|activity| case.model().asked_for(gate, activity))
}

fn sold(case: &Case, flow: &Flow, exposures: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let mail = flow.decl.contact_by.is_empty() || by_mail(&flow.decl);
    let holds = |gate: &Gate| gate.asks_consent() || !mail && gate.kind == GateKind::OptOut;
    let open = exposures.iter().copied().filter(|it| !model.telling_gates(&it.gates).any(|gate| holds(gate) && asked(case, gate, it)));
    let open: Vec<&Exposure> = open.collect();
    if open.is_empty() {
        return;
    }
    let finding = case.report_flow(out, &SOLD_WITHOUT_CONSENT, &open);
    let what = if mail { "nobody is asked for consent on the way" } else { "nobody can object on the way" };
    finding.say(format!("{} {}, and {what}", deal(case, flow), case.named_items(open.iter().copied())));
    if flow.decl.contact_by.is_empty() {
        finding.note("no `contact-by:` is stated, so the recipient may write to people by e-mail or text message");
    }
    if model.profile() == Some("FR") {
        finding.cite("fr.cpce.l34-5");
    }
    let fits = |gate: &&Gate| holds(gate) && gate.decl.is_some() && open.iter().all(|it| asked(case, gate, it));
    let known = model.gates.iter().find(fits).map(|gate| gate.id.as_str());
    let gate = known.unwrap_or(if mail { "consent.partners" } else { "opt-out.partners" });
    let ways = if mail { "" } else { " (post and telephone need a way to object)" };
    finding.help(format!("ask people where the data are collected, with a gate there such as `gate: {gate}`{ways}, or stop the flow"));
}

fn resold(case: &Case, flow: &Flow, exposures: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let mut sources: BTreeMap<&str, (NodeId, &Exposure)> = BTreeMap::new();
    let mut open = Vec::new();
    for exposure in exposures {
        // Who was asked about this very recipient has agreed to it.
        let named = relied_on(case, exposure).into_iter().any(|gate| names(gate, &model.node(flow.to).id));
        let origins = if named { BTreeMap::new() } else { origins_of(case, exposure) };
        if !origins.is_empty() {
            open.push(*exposure);
        }
        for (id, (node, _)) in origins {
            sources.entry(id).or_insert((node, exposure));
        }
    }
    let Some((first, (node, exposure))) = sources.iter().next() else { return };
    let finding = out.report(&ONWARD_RESALE, &[&flow.id]);
    finding
        .say(format!(
            "{} {}, which came from {}: consent given to a supplier does not go with the data",
            deal(case, flow),
            case.named_items(open.iter().copied()),
            listed(sources.keys().map(|it| format!("`{it}`")))
        ))
        .at(model.taken_at(flow, exposure.item), "sold on here")
        .help(format!("leave what came from `{first}` out, or ask people again, naming `{}`", model.node(flow.to).id));
    if let Some(walk) = case.walks.delivered(exposure, &case.beginning(*node)) {
        finding.path(case.walks.hops(&walk));
    }
    case.about(finding, open);
}

/// The consents that an exposure stands on. One that only follows from the names of others stands for
/// those of them that are on a way.
fn relied_on<'a>(case: &Case<'a>, exposure: &Exposure) -> Vec<&'a Gate> {
    let model = case.model();
    let mut all = Vec::new();
    for gate in model.telling_gates(&exposure.gates).filter(|it| it.asks_consent() && asked(case, it, exposure)) {
        if gate.decl.is_some() {
            all.push(gate);
            continue;
        }
        let below = |other: &Gate| other.id.strip_prefix(&gate.id).is_some_and(|rest| rest.starts_with('.'));
        let on_a_way = |other: &&Gate| {
            let but = |it: &GateId| !below(&model.gates[it.index()]) || other.implies.contains(it);
            let within = (0..model.gates.len()).map(GateId::from_index).filter(but).collect();
            other.decl.is_some() && below(other) && case.walks.delivered(exposure, &Wanted::Within(within)).is_some()
        };
        all.extend(model.gates.iter().filter(on_a_way));
    }
    all
}

fn names(gate: &Gate, recipient: &str) -> bool {
    gate.decl.as_ref().is_some_and(|it| it.named.iter().any(|word| word.value == recipient))
}

/// Whether a recipient of a flow decides for itself, or buys: consent has to name such, and no others.
fn is_partner(case: &Case, flow: &Flow) -> bool {
    is_sold(flow) || matches!(case.model().role_in(flow), None | Some(Role::Controller | Role::JointController))
}

/// The consents, of those a recipient relies on, that do not name it. A consent without a list names
/// nobody, which matters where data are sold.
fn not_naming<'a>(case: &Case, flow: &Flow, exposure: &Exposure, relied_on: &[&'a Gate]) -> Vec<&'a Gate> {
    let model = case.model();
    let recipient = &model.node(flow.to).id;
    // One of several consents on the same way that names it is enough; on different ways each has to.
    let on_every_way = |gate: &Gate| model.telling_gates(&exposure.gates).any(|it| it.id == gate.id);
    if relied_on.iter().any(|it| names(it, recipient) && on_every_way(it)) {
        return Vec::new();
    }
    relied_on.iter().copied().filter(|it| !names(it, recipient) && (is_sold(flow) || names_some(it))).collect()
}

fn names_some(gate: &Gate) -> bool {
    gate.decl.as_ref().is_some_and(|it| !it.named.is_empty())
}

fn partners(case: &Case, Relied { gate, by, unnamed: exposures }: &Relied, out: &mut Findings) {
    let model = case.model();
    let recipients: BTreeSet<&str> = exposures.iter().map(|it| model.node(model.flow(it.flow).to).id.as_str()).collect();
    let activities: BTreeSet<ActivityId> = exposures.iter().filter_map(|it| it.activity).collect();
    let who = listed(recipients.iter().map(|it| format!("`{it}`")));
    let several = recipients.len() > 1;
    let listed_none = !names_some(gate);
    let finding = out.report(&PARTNER_NOT_NAMED_AT_COLLECTION, &[&gate.id]);
    let how = if listed_none { "names no partners" } else { "names other partners" };
    let what = match activities.iter().map(|it| format!("`{}`", model.activity_id(*it))).collect::<Vec<_>>() {
        none if none.is_empty() => String::new(),
        some => format!(" for {}", listed(some)),
    };
    let verb = if several { "get" } else { "gets" };
    finding.say(format!("{who} {verb} {}{what} on `{}`, which {how}", case.named_items(exposures.iter().copied()), gate.id));
    let list = gate.decl.as_ref().and_then(|it| it.named.first());
    finding.at(list.map_or(gate.span, |it| it.span), if listed_none { "no list" } else { "the list that people see" });
    if let Some(first) = exposures.first() {
        case.show(finding, first, None);
    }
    case.about(finding, exposures.iter().copied());
    finding.help(format!(
        "name {who} on the form and under `named:`, with a new `list-version:`, or leave {} out",
        if several { "them" } else { "it" }
    ));
    if listed_none {
        // A list that leaves out others who rely on it would open the same gap for these.
        let all: Vec<String> = by.iter().map(|it| format!("<{it}>")).collect();
        finding.fix(Edit::Add(gate.span), Effort::Ask, format!("named: [{}]", all.join(", ")));
    }
}

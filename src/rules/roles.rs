//! Is a recipient what it is declared to be? Art. 4(7), 6, 26 and 28(10) GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::party::{Party, in_force, is_stated, needs, parties};
use super::recipients::is_inquiry;
use super::{Case, Family};
use crate::declare::{ContractDecl, Date, Role};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::flow::Exposure;
use crate::law::Form;
use crate::model::{self, Flow, FlowKind, NodeId, Selector};
use crate::source::{Span, scalar};

pub(super) static FAMILY: Family = Family { rules: &[&ROLE_MISMATCH, &DISCLOSURE_WITHOUT_BASIS, &JOINT_CONTROLLER_NO_ARRANGEMENT], check };

static ROLE_MISMATCH: Rule = Rule {
    id: "role-mismatch",
    summary: "a recipient is declared a processor and uses the data for itself",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.10", "gdpr.4.7", "de.vgh-muenchen.5-cs-18-1157"],
    doc: include_str!("docs/role-mismatch.md"),
};

static DISCLOSURE_WITHOUT_BASIS: Rule = Rule {
    id: "disclosure-without-basis",
    summary: "data go to another controller, and nothing says on what the disclosure rests",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.6.1", "gdpr.5.1.a"],
    doc: include_str!("docs/disclosure-without-basis.md"),
};

static JOINT_CONTROLLER_NO_ARRANGEMENT: Rule = Rule {
    id: "joint-controller-no-arrangement",
    summary: "a joint controller receives personal data and no arrangement with it is declared",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.26.1", "gdpr.26.2"],
    doc: include_str!("docs/joint-controller-no-arrangement.md"),
};

/// The type of contract that Art. 26 asks for.
const ARRANGEMENT: &str = "joint-controller-arrangement";

/// The type of contract that says on what a controller receives data.
const TERMS: &str = "controller-terms";

/// Businesses that compare what they receive with people they know, each for itself.
const MATCHING: &[&str] = &["advertising", "social", "onboarder", "monetiser"];

fn check(case: &Case, out: &mut Findings) {
    let processors = parties(case, Role::Processor, |it| it.role.is_some());
    for party in &processors {
        mismatch(case, party, out);
    }
    let met: BTreeSet<&str> = processors.iter().filter(|it| it.feature.is_none()).map(|it| it.node.id.as_str()).collect();
    for party in subprocessors(case).into_iter().filter(|it| !met.contains(it.node.id.as_str())) {
        mismatch(case, &party, out);
    }
    for party in parties(case, Role::Controller, |_| false) {
        disclosure(case, &party, out);
    }
    for party in parties(case, Role::JointController, |it| it.role.is_some() || it.contract.is_some()) {
        arrangement(case, &party, out);
    }
}

/// Who works for a recipient and is declared a processor or nothing else, by what comes in that way.
fn subprocessors<'a>(case: &Case<'a>) -> Vec<Party<'a>> {
    let model = case.model();
    let mut all: BTreeMap<NodeId, Party> = BTreeMap::new();
    for (id, exposures) in case.by_flow() {
        let flow = model.flow(id);
        if flow.kind != FlowKind::Subprocessor {
            continue;
        }
        let node = model.node(flow.to);
        let Some(recipient) = node.recipient().filter(|it| it.role.is_none_or(|role| role == Role::Processor)) else { continue };
        let party = all.entry(flow.to).or_insert_with(|| Party { node, recipient, feature: None, flows: Vec::new() });
        party.flows.push((flow, exposures));
    }
    all.into_values().collect()
}

fn mismatch(case: &Case, party: &Party, out: &mut Findings) {
    let recipient = party.recipient;
    let own: Vec<_> = recipient.decl.own_purposes.iter().filter(|word| word.value != "none").collect();
    let matched = matched(case, party);
    if own.is_empty() && matched.is_empty() {
        return;
    }
    let id = &party.node.id;
    let mut does: Vec<String> = own.iter().map(|word| does(&word.value)).collect();
    if !matched.is_empty() {
        does.push(format!("matches {} with people it knows", case.named_items(matched.iter().copied())));
    }
    let role = party.feature.and_then(|(_, it)| it.role.as_ref()).or(recipient.decl.role.as_ref());
    let finding = out.report(&ROLE_MISMATCH, &[&party.key()]);
    finding
        .say(format!(
            "`{}` is {}; it {}",
            party.key(),
            if role.is_some() { "declared a processor" } else { "a sub-processor" },
            listed(does)
        ))
        .at(role.map_or(party.place(), |it| it.span), "its role here")
        .help(format!(
            "agree that `{id}` does nothing of its own with the data and remove that line, or declare the role it has, \
             `role: controller` or `role: joint-controller`, with the basis on which it gets the data"
        ));
    for word in own {
        finding.at(word.span, "for itself");
    }
    if !matched.is_empty() {
        let words = party.feature.map(|(_, it)| &it.matches).into_iter().chain([&recipient.decl.matches]);
        if let Some(span) = words.flat_map(|it| it.iter()).map(|it| it.span).next().or(recipient.decl.vendor.as_ref().map(|it| it.span)) {
            finding.at(span, "what it can match");
        }
    }
    case.about(finding, party.exposures());
    if let Some(shown) = matched.first().copied().or_else(|| party.exposures().next()) {
        case.show(finding, shown, None);
    }
}

/// What a word of `own-purposes:` says in a sentence.
fn does(purpose: &str) -> String {
    match purpose {
        "product-improvement" => "improves its own products with what it receives".to_owned(),
        "sells" => "sells what it receives".to_owned(),
        "trains-model" => "trains its own models on what it receives".to_owned(),
        other => format!("uses what it receives for `{other}`"),
    }
}

/// What a business that lives on matching can compare with people it knows. A hash does not hinder
/// it: it hashes its own list too. A sub-processor matches for whom it works.
fn matched<'a>(case: &Case<'a>, party: &Party<'a>) -> Vec<&'a Exposure> {
    let model = case.model();
    let recipient = party.recipient;
    let lent = recipient.vendor.as_deref().and_then(|it| case.law().vendors.get(it)).filter(|_| recipient.decl.matches.is_empty());
    let lists = [Some(&recipient.decl.matches), lent.map(|it| &it.matches)].into_iter().flatten();
    let lists: Vec<Selector> = lists.filter(|words| !words.is_empty()).map(|words| model.selector(words)).collect();
    let mut all = Vec::new();
    for (flow, exposures) in party.flows.iter().filter(|(flow, _)| flow.kind != FlowKind::Subprocessor) {
        let feature = model.feature(flow);
        let kind = feature.and_then(|it| it.kind.as_ref()).map(|it| it.value.as_str()).or(recipient.kind.as_deref());
        if !kind.is_some_and(|kind| MATCHING.contains(&kind)) {
            continue;
        }
        let own = feature.map(|it| &it.matches).filter(|words| !words.is_empty()).map(|words| model.selector(words));
        let taken = |it: &Exposure| {
            matches!(it.form, Form::Plain | Form::Pseudonymised) && lists.iter().chain(&own).any(|list| list.includes(model, it.item))
        };
        all.extend(exposures.iter().filter(|it| taken(it)));
    }
    all
}

fn disclosure(case: &Case, party: &Party, out: &mut Findings) {
    let model = case.model();
    if is_inquiry(party.recipient) {
        return;
    }
    let open: Vec<&(&Flow, &[Exposure])> = party
        .flows
        .iter()
        .filter(|(flow, exposures)| {
            flow.kind == FlowKind::Sends
                // Without activity there is nothing yet that could have a basis; a processor acts on its controller's.
                && flow.activities.iter().any(|it| case.is_own(*it))
                && !rests(case, flow, exposures)
        })
        .collect();
    let Some((first, exposures)) = open.first() else { return };
    let all = || open.iter().flat_map(|(_, exposures)| exposures.iter());
    let id = &party.node.id;
    let finding = out.report(&DISCLOSURE_WITHOUT_BASIS, &[id]);
    finding
        .say(format!("nothing says on what the disclosure of {} to `{id}`, a controller of its own, rests", case.named_items(all())))
        .help(format!(
            "add `basis:` to `{}` with the ground of Art. 6(1) on which `{id}` gets the data, or declare what was agreed: \
             `contract: {{ type: {TERMS}, ref: … }}`",
            first.id
        ));
    for (flow, _) in &open {
        finding.at(flow.span, "disclosed here");
    }
    case.about(finding, all());
    case.show(finding, &exposures[0], None);
    let known = first.activities.iter().find_map(|it| model.basis_in(first, *it));
    match (open.as_slice(), known) {
        // Written with an activity of its own, it is a map that can take one key more.
        ([_], Some(basis)) if !first.decl.activities.is_empty() && first.basis.is_none() => {
            finding.fix(Edit::Add(first.span), Effort::Ask, format!("basis: <{}>", scalar(basis)));
        }
        _ if party.recipient.contract.is_none() => {
            let terms = format!("contract: {{ type: {TERMS}, ref: <TERMS-3>, signed: <{}> }}", case.today());
            finding.fix(Edit::Add(party.node.span), Effort::Agree, terms);
        }
        _ => {}
    }
}

/// Whether somebody has said on what a disclosure rests: the flow, an activity that names its
/// recipient, a consent that did, or terms with it.
fn rests(case: &Case, flow: &Flow, exposures: &[Exposure]) -> bool {
    let model = case.model();
    let why = flow.decl.why.as_ref().is_some_and(|it| !it.in_language("en").trim().is_empty());
    let named = || case.activities(flow).any(|activity| model.names_recipient(&activity.decl.recipients, flow.to));
    let asked = |exposure: &Exposure| {
        let mut gates = exposure.gates.iter().map(|gate| &model.gates[gate.index()]).filter(|gate| gate.asks_consent());
        gates.any(|gate| gate.decl.as_ref().is_some_and(|decl| model.names_recipient(&decl.named, flow.to)))
    };
    let terms = || model.contract_in(flow).filter(|it| in_force(it, case.today()));
    matches!(flow.basis, Some(model::Basis::Known(_)))
        || why
        || named()
        || exposures.iter().all(asked)
        || terms().and_then(|it| it.kind.as_ref()).is_some_and(|kind| kind.value == TERMS)
}

fn arrangement(case: &Case, party: &Party, out: &mut Findings) {
    let id = &party.node.id;
    let contract = party.contract(case.model());
    let Some(gap) = gap(contract, case.today()) else { return };
    let word = contract.and_then(|it| it.kind.as_ref().or(it.reference.as_ref())).map(|it| it.span);
    let finding = out.report(&JOINT_CONTROLLER_NO_ARRANGEMENT, &[&party.key()]);
    finding
        .say(format!("`{id}` decides jointly about {}, and {}", case.named_items(party.exposures()), gap.message))
        .at(gap.place.or(word).unwrap_or(party.place()), "");
    if gap.essence_only {
        finding.level(Level::Warning).help("publish the essence of the arrangement, and add `essence:` with the place");
    } else {
        let keys = format!("type: {ARRANGEMENT}, ref: …, signed: …, essence: …");
        finding.help(match contract {
            Some(it) if is_stated(it) => {
                format!(
                    "correct the `contract:` of `{}`: `{{ {keys} }}` of the arrangement in force, or the role it really has",
                    party.key()
                )
            }
            _ => format!("add `contract: {{ {keys} }}` to `{}`, or the role it really has", party.key()),
        });
    }
    case.about(finding, party.exposures());
    if let Some(first) = party.exposures().next() {
        case.show(finding, first, None);
    }
    match (contract, gap.fix) {
        (None, yaml) => {
            finding.fix(Edit::Add(party.place()), Effort::Agree, yaml);
        }
        (Some(_), yaml) if yaml.is_empty() => {}
        (Some(contract), yaml) => needs(finding, contract, Effort::Agree, yaml),
    }
}

/// What keeps a contract from being the arrangement of Art. 26.
struct Gap {
    message: String,
    place: Option<Span>,
    essence_only: bool,
    /// Lines to add; empty where something else has to be agreed on first.
    fix: String,
}

fn gap(contract: Option<&ContractDecl>, today: Date) -> Option<Gap> {
    let error = |message: &str, fix: String| Gap { message: message.to_owned(), place: None, essence_only: false, fix };
    let essence = "essence: <privacy-notice-5>";
    let Some(it) = contract else {
        let yaml = format!("contract: {{ type: {ARRANGEMENT}, ref: <ARRANGEMENT-2>, signed: <{today}>, {essence} }}");
        return Some(error("no arrangement with it is declared", yaml));
    };
    let unread = it.essence.as_ref().is_none_or(|word| word.value.trim().is_empty());
    let with_essence = |lines: String| if it.essence.is_none() { format!("{lines}\n{essence}") } else { lines };
    if it.kind.as_ref().is_none_or(|kind| kind.value != ARRANGEMENT) {
        return Some(match it.kind.as_ref() {
            Some(kind) => error(&format!("a contract of the type `{}` is declared instead of an arrangement", kind.value), String::new()),
            None => error("nobody has said whether its contract is an arrangement", with_essence(format!("type: <{ARRANGEMENT}>"))),
        });
    }
    if !is_stated(it) {
        let lines = with_essence(format!("ref: <ARRANGEMENT-2>\nsigned: <{today}>"));
        return Some(error("the arrangement with it has neither a reference nor a day of signature", lines));
    }
    if !in_force(it, today) {
        let ended = it.expires.as_ref().filter(|day| day.value <= today);
        let day = ended.or(it.signed.as_ref())?;
        let state = if ended.is_some() { "ended on" } else { "is signed only on" };
        let message = format!("the arrangement with it {state} {}", day.value);
        return Some(Gap { place: Some(day.span), ..error(&message, String::new()) });
    }
    let message = "nobody has said where people can read the essence of the arrangement";
    let fix = if it.essence.is_none() { essence.to_owned() } else { String::new() };
    unread.then(|| Gap { essence_only: true, ..error(message, fix) })
}

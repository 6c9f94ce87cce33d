//! Does the contract cover what really happens? Art. 28 GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::party::{LETTERS, Party, flow_style, in_force, is_stated, needs, parties, place};
use super::{Case, Family};
use crate::declare::{ContractDecl, Role, Subprocessing};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule};
use crate::flow::{Exposure, StateId};
use crate::model::{ActivityId, Flow, FlowKind, Item, NodeId, Selector, SubjectId, Taken, What};

pub(super) static FAMILY: Family = Family {
    rules: &[
        &DPA_CLAUSE_MISSING,
        &CONTRACT_SCOPE_EXCEEDED,
        &SUBPROCESSOR_UNAUTHORISED,
        &SUBPROCESSOR_FLOWDOWN_MISSING,
        &CONTRACT_END_DELETION_UNPROVEN,
    ],
    check,
};

static DPA_CLAUSE_MISSING: Rule = Rule {
    id: "dpa-clause-missing",
    summary: "the contract with a processor lacks duties that it must contain",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.3"],
    doc: include_str!("docs/dpa-clause-missing.md"),
};

static CONTRACT_SCOPE_EXCEEDED: Rule = Rule {
    id: "contract-scope-exceeded",
    summary: "a processor receives more than its contract covers",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.3", "gdpr.5.1.b", "cnil.san-2023-006"],
    doc: include_str!("docs/contract-scope-exceeded.md"),
};

static SUBPROCESSOR_UNAUTHORISED: Rule = Rule {
    id: "subprocessor-unauthorised",
    summary: "a processor passes data to a sub-processor that nobody has authorised",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.2"],
    doc: include_str!("docs/subprocessor-unauthorised.md"),
};

static SUBPROCESSOR_FLOWDOWN_MISSING: Rule = Rule {
    id: "subprocessor-flowdown-missing",
    summary: "a sub-processor is not bound to the duties of the processor it works for",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.4"],
    doc: include_str!("docs/subprocessor-flowdown-missing.md"),
};

static CONTRACT_END_DELETION_UNPROVEN: Rule = Rule {
    id: "contract-end-deletion-unproven",
    summary: "the work of a processor has ended, and no deletion is confirmed",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.3.g"],
    doc: include_str!("docs/contract-end-deletion-unproven.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for party in parties(case, Role::Processor, |it| it.contract.is_some()) {
        clauses(case, &party, out);
    }
    for (flow, exposures) in case.by_flow() {
        scope(case, case.model().flow(flow), exposures, out);
    }
    let mut chains = Chains { by_processor: BTreeMap::new(), by_sub: BTreeMap::new() };
    for (id, exposures) in case.by_flow() {
        let flow = case.model().flow(id);
        if flow.kind == FlowKind::Subprocessor {
            chains.by_processor.entry(flow.from).or_default().push((flow, exposures));
            chains.by_sub.entry(flow.to).or_default().push((flow, exposures));
        }
    }
    for party in parties(case, Role::Processor, |_| false) {
        let subs = chains.by_processor.get(&party.flows[0].0.to);
        unauthorised(case, &party, subs.map_or(&[], Vec::as_slice), out);
    }
    for (sub, flows) in &chains.by_sub {
        flowdown(case, *sub, flows, &chains, out);
    }
    for at in 0..case.model().nodes.len() {
        ended(case, NodeId::from_index(at), out);
    }
}

/// A flow and what it delivers.
type Delivered<'a> = (&'a Flow, &'a [Exposure]);

/// Flows from processors to those who work for them.
struct Chains<'a> {
    by_processor: BTreeMap<NodeId, Vec<Delivered<'a>>>,
    by_sub: BTreeMap<NodeId, Vec<Delivered<'a>>>,
}

/// The letters of Art. 28(3) that a contract is declared to contain.
fn letters(contract: &ContractDecl) -> BTreeSet<char> {
    contract.clauses.iter().filter_map(|word| word.value.trim().parse::<char>().ok()).filter(|it| LETTERS.contains(it)).collect()
}

fn shown(letters: impl IntoIterator<Item = char>) -> String {
    listed(letters.into_iter().map(|it| format!("({it})")))
}

fn clauses(case: &Case, party: &Party, out: &mut Findings) {
    let Some(contract) = party.contract(case.model()).filter(|it| in_force(it, case.today())) else { return };
    let known = letters(contract);
    let missing: Vec<char> = LETTERS.filter(|it| !known.contains(it)).collect();
    if missing.is_empty() {
        return;
    }
    let key = party.key();
    let finding = out.report(&DPA_CLAUSE_MISSING, &[&key]);
    let flow = party.flows[0].0;
    match contract.clauses.first() {
        None => {
            finding
                .say(format!("nobody has written down which duties of Art. 28(3) the contract with `{key}` contains"))
                .at(place(contract).unwrap_or(party.place()), "no clauses here")
                .help("read the contract and add `clauses:` with the letters it contains, such as `clauses: [a, b, c, d, e, f, g, h]`")
                .level(Level::Warning);
            needs(finding, contract, Effort::Ask, format!("clauses: [{}]", flow_style(LETTERS)));
        }
        Some(first) => {
            finding
                .say(format!("the contract with `{key}` lacks Art. 28(3){}", shown(missing.iter().copied())))
                .at(first.span, format!("not {}", shown(missing.iter().copied())))
                .help(format!("have the contract amended, and add {} to its `clauses:`", shown(missing.iter().copied())));
            for letter in missing {
                finding.cite(format!("gdpr.28.3.{letter}"));
            }
        }
    }
    finding.at(flow.span, "sent under this contract");
    case.about(finding, party.exposures());
}

/// What flows to a processor and is not in its contract, whatever brought it there.
fn scope(case: &Case, flow: &Flow, exposures: &[Exposure], out: &mut Findings) {
    let model = case.model();
    if flow.kind == FlowKind::Subprocessor || model.role_in(flow) != Some(Role::Processor) {
        return;
    }
    let Some(contract) = model.contract_in(flow).filter(|it| in_force(it, case.today())) else { return };
    let data = (!contract.data.is_empty()).then(|| model.selector(&contract.data));
    let subjects: Vec<SubjectId> = contract.subjects.iter().filter_map(|word| model.subject_named(&word.value)).collect();
    let activities: Vec<ActivityId> = contract.activities.iter().filter_map(|word| model.activity_named(&word.value)).collect();
    let outside = |it: &Exposure| Outside {
        data: data.as_ref().is_some_and(|data| !matches!(data.take(model, it.item), Taken::Yes(..))),
        subject: !contract.subjects.is_empty() && !subjects.iter().any(|wider| model.is_within(it.item.subject, *wider)),
        // Hosting serves what brought the data to its system and has no activity of its own.
        activity: it.activity.filter(|activity| !contract.activities.is_empty() && !activities.contains(activity)),
    };
    let beyond: Vec<(&Exposure, Outside)> = exposures.iter().map(|it| (it, outside(it))).filter(|(_, it)| it.any()).collect();
    let Some((first, _)) = beyond.iter().find(|(_, it)| it.data || it.subject).or(beyond.first()) else { return };

    let items: BTreeSet<Item> = beyond.iter().filter(|(_, it)| it.data).map(|(it, _)| it.item).collect();
    let people: BTreeSet<SubjectId> = beyond.iter().filter(|(_, it)| it.subject).map(|(it, _)| it.item.subject).collect();
    let purposes: BTreeSet<ActivityId> = beyond.iter().filter_map(|(_, it)| it.activity).collect();
    let mut parts = Vec::new();
    if !items.is_empty() {
        parts.push(case.item_names(items.iter().copied()));
    }
    if !people.is_empty() {
        parts.push(format!("data about {}", listed(people.iter().map(|it| format!("`{}`", model.subject(*it).id)))));
    }
    if !purposes.is_empty() {
        parts.push(format!("data for {}", listed(purposes.iter().map(|it| format!("`{}`", model.activity_id(*it))))));
    }
    let to = &model.node(flow.to).id;
    let finding = out.report(&CONTRACT_SCOPE_EXCEEDED, &[&flow.id]);
    finding
        .say(format!("`{to}` receives {}, which its contract does not cover", listed(parts)))
        .at(model.taken_at(flow, first.item), "beyond the contract")
        .help(format!("leave it out of `{}`, or have the contract amended and then its `data:`, `subjects:` or `for:`", flow.id));
    let words = [
        (&contract.data, !items.is_empty(), "the data it covers"),
        (&contract.subjects, !people.is_empty(), "the people it covers"),
        (&contract.activities, !purposes.is_empty(), "the activities it covers"),
    ];
    for (words, exceeded, text) in words {
        if let Some(word) = words.first().filter(|_| exceeded) {
            finding.at(word.span, text);
        }
    }
    if let Some(data) = &data {
        revealed(case, data, exposures, finding);
    }
    case.about(finding, beyond.iter().map(|(it, _)| *it));
    case.show(finding, first, None);
}

/// In what an exposure goes beyond its contract.
struct Outside {
    data: bool,
    subject: bool,
    activity: Option<ActivityId>,
}

impl Outside {
    fn any(&self) -> bool {
        self.data || self.subject || self.activity.is_some()
    }
}

/// Remarks what covered items give away beyond the contract's words.
fn revealed(case: &Case, data: &Selector, exposures: &[Exposure], finding: &mut Finding) {
    let model = case.model();
    let named = |category| {
        let mut above = data.takes.iter();
        above.any(|word| matches!(word.what, What::All) || matches!(word.what, What::Category(it) if model.is_below(category, it)))
    };
    let covered = exposures.iter().filter(|it| matches!(data.take(model, it.item), Taken::Yes(..)));
    let mut more: Vec<_> = covered.flat_map(|it| it.sensitive.iter().copied()).filter(|it| !named(*it)).collect();
    more.sort();
    more.dedup();
    if !more.is_empty() {
        finding.note(format!("what the contract covers also gives away {}", case.named(&more)));
    }
}

/// Art. 28(2): one by one, or all with notice of each.
fn unauthorised(case: &Case, party: &Party, subs: &[Delivered], out: &mut Findings) {
    let model = case.model();
    let Some(contract) = party.recipient.contract.as_ref().or(party.contract(model)).filter(|it| in_force(it, case.today())) else {
        return;
    };
    let how = contract.subprocessing.as_ref().map(|it| it.value);
    let listing = match how {
        Some(Subprocessing::General) => &contract.notified,
        Some(Subprocessing::Specific) | None => &contract.authorised,
    };
    let open: Vec<&Delivered> =
        subs.iter().filter(|(flow, _)| how.is_none() || !listing.iter().any(|word| word.value == model.node(flow.to).id)).collect();
    if open.is_empty() {
        return;
    }
    let id = &party.node.id;
    let names = listed(open.iter().map(|(flow, _)| format!("`{}`", model.node(flow.to).id)));
    let ids = open.iter().map(|(flow, _)| format!("<{}>", model.node(flow.to).id)).collect::<Vec<_>>().join(", ");
    let (message, help, key) = match how {
        Some(Subprocessing::Specific) => (
            format!("`{id}` passes data to {names}, and each of its sub-processors takes an authorisation that is not declared here"),
            "authorise them in writing and add them to `authorised:`, or have the processor stop passing data on",
            "authorised",
        ),
        Some(Subprocessing::General) => (
            format!("`{id}` passes data to {names}, and no notice of that is declared"),
            "have the processor give notice, object or not, and add them to `notified:`",
            "notified",
        ),
        None => (
            format!("`{id}` passes data to {names}, and nobody has said whether its contract authorises that"),
            "add `subprocessing: specific` with `authorised:`, or `subprocessing: general` with `notified:`",
            "authorised",
        ),
    };
    let finding = out.report(&SUBPROCESSOR_UNAUTHORISED, &[id]);
    finding.say(message).help(help);
    for (flow, _) in &open {
        finding.at(flow.span, "not authorised");
    }
    let at = listing.first().map(|it| it.span).or(contract.subprocessing.as_ref().map(|it| it.span)).or(place(contract));
    if let Some(span) = at {
        finding.at(span, "its contract");
    }
    match (contract.subprocessing.as_ref(), listing.is_empty()) {
        (Some(word), true) => {
            finding.fix(Edit::Beside(word.span), Effort::Agree, format!("{key}: [{ids}]"));
        }
        (Some(_), false) => {
            if let Some(last) = listing.last() {
                finding.fix(Edit::Join(last.span), Effort::Agree, ids);
            }
        }
        // A list of those notified speaks for a general authorisation; what it lacks is another finding.
        (None, true) if contract.notified.is_empty() => {
            needs(finding, contract, Effort::Ask, format!("subprocessing: <specific>\n{key}: [{ids}]"));
        }
        _ => {}
    }
    if how.is_none() {
        finding.level(Level::Warning);
    }
    case.about(finding, open.iter().flat_map(|(_, exposures)| exposures.iter()));
    case.show(finding, &open[0].1[0], None);
}

/// Art. 28(4): what binds the processor binds whom it engages.
fn flowdown(case: &Case, sub: NodeId, flows: &[Delivered], chains: &Chains, out: &mut Findings) {
    let model = case.model();
    let node = model.node(sub);
    let Some(recipient) = node.recipient().filter(|it| it.role.is_none_or(|role| role == Role::Processor)) else { return };
    // Who works for a controller is that controller's own processor.
    let is_processor = |id: NodeId| {
        let direct = || model.node(id).receives.iter().any(|it| model.role_in(model.flow(*it)) == Some(Role::Processor));
        direct() || model.recipient(id).is_some_and(|it| it.role.is_none()) && chains.by_sub.contains_key(&id)
    };
    let flows: Vec<&Delivered> = flows.iter().filter(|(flow, _)| is_processor(flow.from)).collect();
    let Some((first, exposures)) = flows.first() else { return };
    let above = flows.iter().filter_map(|(flow, _)| model.recipient(flow.from)?.contract.as_ref());
    let owed: BTreeSet<char> = above.filter(|it| in_force(it, case.today())).flat_map(letters).collect();
    let contract = recipient.contract.as_ref();
    let known = contract.map(letters).unwrap_or_default();
    let missing: Vec<char> = owed.difference(&known).copied().collect();
    let bound = contract.is_some_and(|it| in_force(it, case.today()));
    if bound && missing.is_empty() {
        return;
    }
    let for_whom = listed(flows.iter().map(|(flow, _)| format!("`{}`", model.node(flow.from).id)));
    let id = &node.id;
    let finding = out.report(&SUBPROCESSOR_FLOWDOWN_MISSING, &[id]);
    let works = format!("`{id}` works for {for_whom}");
    match contract {
        Some(contract) if bound => {
            let first = contract.clauses.first().map(|it| it.span).or(place(contract));
            finding
                .say(format!("{works}, and its contract does not pass on Art. 28(3){}", shown(missing.iter().copied())))
                .at(first.unwrap_or(node.span), "not passed on here")
                .help(format!(
                    "ask {for_whom} for the contract, have it amended, and add {} to its `clauses:`",
                    shown(missing.iter().copied())
                ));
            if contract.clauses.is_empty() {
                needs(finding, contract, Effort::Ask, format!("clauses: [{}]", flow_style(missing.iter().copied())));
            }
        }
        Some(contract) if is_stated(contract) => {
            let day = contract.expires.as_ref().filter(|day| day.value <= case.today()).or(contract.signed.as_ref());
            finding
                .say(format!("{works}, and its contract is not in force"))
                .at(day.map_or(node.span, |day| day.span), "")
                .help(format!("ask {for_whom} for the contract that is in force, and correct its dates"));
        }
        _ => {
            finding.say(format!("{works}, and no contract binds it to the same duties")).at(node.span, "no contract here").help(format!(
                "ask {for_whom} for the contract with it: `contract: {{ type: dpa, ref: …, clauses: [a, b, c, d, e, f, g, h] }}`"
            ));
            if contract.is_none() {
                let yaml =
                    format!("contract: {{ type: dpa, ref: <SUB-4>, signed: <{}>, clauses: [{}] }}", case.today(), flow_style(LETTERS));
                finding.fix(Edit::Add(node.span), Effort::Ask, yaml);
            }
        }
    }
    finding.at(first.span, "engaged here");
    case.about(finding, flows.iter().flat_map(|(_, exposures)| exposures.iter()));
    case.show(finding, &exposures[0], None);
}

/// Art. 28(3)(g): what a processor still has when its work is over, and nobody has asked it to delete.
fn ended<'a>(case: &Case<'a>, id: NodeId, out: &mut Findings) {
    let model = case.model();
    let node = model.node(id);
    let Some(recipient) = node.recipient() else { return };
    let flows: Vec<&'a Flow> = node.receives.iter().map(|it| model.flow(*it)).filter(|it| it.kind != FlowKind::Subprocessor).collect();
    let flows: Vec<&'a Flow> = flows.into_iter().filter(|it| model.role_in(it) == Some(Role::Processor)).collect();
    let Some(last) = flows.iter().max_by_key(|it| it.stopped) else { return };
    let asked = recipient.deletions.iter().any(|(it, _)| it.requested.as_ref().is_some_and(|day| day.value <= case.today()));
    let held = case.held(id);
    if asked || held.is_empty() || !flows.iter().all(|it| it.is_stopped(case.today())) {
        return;
    }
    let since = last.stopped.map_or_else(String::new, |day| format!(" on {day}"));
    let finding = out.report(&CONTRACT_END_DELETION_UNPROVEN, &[&node.id]);
    finding
        .say(format!(
            "`{}` still holds {}: the last flow to it stopped{since}, and nobody has asked it to delete them",
            node.id,
            case.item_names(held.iter().copied())
        ))
        .at(node.span, "no deletion asked for")
        .at(last.span, "stopped")
        .help(format!(
            "have `{}` delete or return the data, and note it: `deletions: [{{ requested: …, scope: all, ref: …, confirmed: … }}]`",
            node.id
        ));
    let state = |it: &StateId| case.map.reach.state(*it);
    if let Some(shown) = case.map.reach.at(id).iter().find(|it| held.first() == Some(&state(it).item) && !state(it).past) {
        finding.path(case.walks.hops(&case.walks.to(*shown)));
    }
    if recipient.deletions.is_empty() {
        let today = case.today();
        let yaml = format!("deletions: [{{ requested: <{today}>, scope: all, ref: <CASE-4>, confirmed: <{today}> }}]");
        finding.fix(Edit::Add(node.span), Effort::Ask, yaml);
    }
}

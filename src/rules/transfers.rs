//! Transfers to third countries: Chapter V GDPR, on the day of the check.

use std::collections::{BTreeMap, BTreeSet};

use super::leg::{Leg, legs, modules, place_name};
use super::{Case, Family};
use crate::declare::Role;
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, few};
use crate::flow::Exposure;
use crate::law::Doubt;
use crate::model::{Activity, Country, Flow, FlowKind, Item, NodeId};
use crate::source::scalar;

pub(super) static FAMILY: Family = Family { rules: &[&TRANSFER_NO_MECHANISM, &ONWARD_TRANSFER_UNDECLARED], check };

static TRANSFER_NO_MECHANISM: Rule = Rule {
    id: "transfer-no-mechanism",
    summary: "personal data go to a third country on no instrument in force",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.44", "gdpr.45", "gdpr.46"],
    doc: include_str!("docs/transfer-no-mechanism.md"),
};

static ONWARD_TRANSFER_UNDECLARED: Rule = Rule {
    id: "onward-transfer-undeclared",
    summary: "those who work for a processor in the EEA take data to a third country that nothing agreed with it names",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.44", "gdpr.28.3.a", "edpb.guidelines-05-2021"],
    doc: include_str!("docs/onward-transfer-undeclared.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for leg in legs(case) {
        for country in &leg.countries {
            if let Err(doubts) = case.law().carries(&leg.transfers, country, case.today())
                // What is in force and does not fit is `mechanism-scope-mismatch`.
                && !doubts.iter().any(Doubt::is_of_scope)
            {
                no_mechanism(case, &leg, country, &doubts, out);
            }
        }
    }
    onward(case, out);
}

fn no_mechanism(case: &Case, leg: &Leg, country: &str, doubts: &[Doubt], out: &mut Findings) {
    let today = case.today();
    let scopes: Vec<String> = case.law().adequacy(country, today).into_iter().map(|it| it.scope).collect();
    let commercial = scopes.iter().any(|scope| scope == "commercial");
    let why = match (doubts, scopes.as_slice()) {
        ([], []) => format!("no adequacy decision holds on {today}, and no `transfer:` is declared"),
        ([], scopes) => {
            format!("the adequacy decision covers only recipients under `{}`, and no `transfer:` is declared", scopes.join("`, `"))
        }
        (doubts, _) => doubts.iter().map(Doubt::to_string).collect::<Vec<_>>().join("; "),
    };
    let modules: Vec<u64> = modules(case, leg).into_keys().collect();
    let clauses = |module: u64| format!("{{ country: {}, mechanism: <scc>, module: {module}, assessment: <TIA-1> }}", scalar(country));
    let transfer = match modules.as_slice() {
        _ if commercial => "{ mechanism: adequacy, commercial: <true> }".to_owned(),
        [] => clauses(2),
        [one] => clauses(*one),
        several => format!("[{}]", several.iter().map(|it| clauses(*it)).collect::<Vec<_>>().join(", ")),
    };
    let plain = transfer.replace(['<', '>'], "");
    let help = match commercial {
        true => format!("add `transfer: {plain}` if it is a commercial organisation, or `mechanism: scc` with its module"),
        false => format!("add `transfer: {plain}` or whichever instrument is in force, or stop the flow"),
    };
    let finding = out.report(&TRANSFER_NO_MECHANISM, &[&leg.id, country]);
    finding
        .say(format!(
            "{} to `{}` in {}: {why}",
            case.items(leg.exposures.iter().copied(), "goes", "go"),
            case.model().node(leg.to).id,
            place_name(case, country)
        ))
        .at(leg.place(case, country), "")
        .help(help);
    if leg.transfers.is_empty() && leg.feature.is_none() {
        finding.fix(Edit::Add(case.model().node(leg.to).span), Effort::Agree, format!("transfer: {transfer}"));
    }
    case.about(finding, leg.exposures.iter().copied());
    case.show(finding, leg.exposures[0], None);
}

/// A recipient that the organisation sends to, and that acts on its behalf.
struct Principal<'a> {
    id: NodeId,
    /// Each flow that leads to it, and what it brings.
    gets: Vec<(&'a Flow, BTreeSet<Item>)>,
}

impl Principal<'_> {
    /// Whether nothing that is said of one of its flows names a country to which a member of its chain
    /// takes what that flow brings. What serves another activity says nothing for this one.
    fn is_silent(&self, case: &Case, member: NodeId, country: &str, arriving: &BTreeSet<Item>) -> bool {
        let named = |flow: &Flow| {
            let names = |it: &Activity| it.decl.countries.iter().any(|word| word.value == country);
            !flow.activities.is_empty() && case.activities(flow).all(names)
        };
        let bringing = self.gets.iter().filter(|(_, items)| !items.is_disjoint(arriving));
        bringing.into_iter().any(|(flow, _)| !named(flow) && !agreed(case, flow, member, country))
    }
}

/// Recipients in the EEA that data are sent to by a system. One that decides, alone or jointly, gets no
/// instructions and answers for those who work for it.
fn principals<'a>(case: &Case<'a>) -> Vec<Principal<'a>> {
    let model = case.model();
    let mut all: BTreeMap<NodeId, Principal> = BTreeMap::new();
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        let decides = model.role_in(flow).is_some_and(|role| role != Role::Processor);
        if decides || !model.node(flow.from).is_system() {
            continue;
        }
        let eea = |country: &Option<&str>| country.is_some_and(|code| case.law().is_eea(code, case.today()));
        if !model.own_countries(flow.to).iter().all(eea) {
            continue;
        }
        let it = all.entry(flow.to).or_insert_with(|| Principal { id: flow.to, gets: Vec::new() });
        it.gets.push((flow, exposures.iter().map(|it| it.item).collect()));
    }
    all.into_values().collect()
}

fn onward(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut by_flow = BTreeMap::new();
    for (flow, exposures) in case.by_flow().filter(|(flow, _)| model.flow(*flow).kind == FlowKind::Subprocessor) {
        by_flow.insert(flow, exposures);
    }
    for principal in principals(case) {
        // Each country, with those who take the data there and the first thing that arrives.
        let mut found: BTreeMap<&str, (BTreeSet<NodeId>, &Exposure)> = BTreeMap::new();
        let chain = model.chain(principal.id);
        for id in chain.iter().flat_map(|member| &model.node(*member).sends) {
            let flow = model.flow(*id);
            let arriving: &[Exposure] = by_flow.get(id).copied().unwrap_or_default();
            let got = |it: &&Exposure| principal.gets.iter().any(|(_, items)| items.contains(&it.item));
            let Some(first) = arriving.iter().find(got).filter(|_| flow.to != principal.id) else { continue };
            let arriving: BTreeSet<Item> = arriving.iter().map(|it| it.item).collect();
            for country in model.own_countries(flow.to).into_iter().flatten() {
                if !case.law().is_eea(country, case.today()) && principal.is_silent(case, flow.to, country, &arriving) {
                    found.entry(country).or_insert_with(|| (BTreeSet::new(), first)).0.insert(flow.to);
                }
            }
        }
        for (country, (members, first)) in found {
            undeclared(case, &principal, country, &members, first, out);
        }
    }
}

/// Whether what is agreed with a recipient names a country to which one who works for it takes data:
/// a transfer of its own, or the name of somebody established there.
fn agreed(case: &Case, flow: &Flow, member: NodeId, country: &str) -> bool {
    let model = case.model();
    let transfers = model.transfers_in(flow);
    if transfers.iter().any(|it| it.country.as_ref().is_none_or(|it| it.value == country)) {
        return true;
    }
    let seated = model.recipient(member).is_some_and(|it| matches!(&it.country, Country::Known(code) if code.value == country));
    let contract = model.contract_in(flow);
    let mut names = contract.into_iter().flat_map(|it| it.authorised.iter().chain(it.notified.iter()));
    seated && names.any(|word| word.value == model.node(member).id)
}

fn undeclared(case: &Case, principal: &Principal, country: &str, members: &BTreeSet<NodeId>, first: &Exposure, out: &mut Findings) {
    let model = case.model();
    let node = model.node(principal.id);
    let names = members.iter().map(|it| format!("`{}`", model.node(*it).id)).collect::<Vec<_>>();
    let takes = if names.len() == 1 { "takes" } else { "take" };
    let code = scalar(country);
    let finding = out.report(&ONWARD_TRANSFER_UNDECLARED, &[&node.id, country]);
    finding
        .say(format!(
            "`{}` is in the EEA, and {} {takes} what it gets to {}: neither what is agreed with it nor the record names that country",
            node.id,
            few(names.into_iter()),
            place_name(case, country)
        ))
        .at(node.span, "nothing here names it")
        .help(format!(
            "add `transfer: {{ country: {code}, mechanism: scc, module: 3, assessment: … }}` to `{}` once its instructions allow it, or `countries: [{code}]` to the activity",
            node.id
        ));
    if node.recipient().is_some_and(|it| it.decl.transfer.is_none())
        && principal.gets.iter().all(|(flow, _)| model.feature(flow).is_none_or(|it| it.transfer.is_none()))
    {
        let yaml = format!("transfer: {{ country: {code}, mechanism: <scc>, module: <3>, assessment: <TIA-1> }}");
        finding.fix(Edit::Add(node.span), Effort::Agree, yaml);
    }
    case.about(finding, [first]);
    // The shortest way may lead past this recipient, where others have the same helpers.
    let walk = case.walks.hops(&case.walks.witness(first));
    if walk.iter().any(|hop| hop.node == node.id) {
        finding.path(walk);
    }
    for member in members {
        finding.at(model.node(*member).span, "gets it here");
    }
}

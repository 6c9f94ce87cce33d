//! Who receives, where they are, under which contract: Art. 28 and 30(1)(d)-(e) GDPR.

use std::collections::BTreeSet;

use super::{Case, Family};
use crate::declare::{ContractDecl, Role};
use crate::finding::{Basis, Findings, Level, Rule};
use crate::model::{Country, FlowKind, NodeId};

pub(super) static FAMILY: Family = Family { rules: &[&PROCESSOR_WITHOUT_CONTRACT, &RECIPIENT_COUNTRY_MISSING], check };

static PROCESSOR_WITHOUT_CONTRACT: Rule = Rule {
    id: "processor-without-contract",
    summary: "a processor receives personal data without a contract in force",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.28.3"],
    doc: include_str!("docs/processor-without-contract.md"),
};

static RECIPIENT_COUNTRY_MISSING: Rule = Rule {
    id: "recipient-country-missing",
    summary: "nobody has said in which country a recipient is; it counts as a third country without adequacy",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.30.1.e", "gdpr.44"],
    doc: include_str!("docs/recipient-country-missing.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let reached: BTreeSet<NodeId> = case.map.exposures.iter().map(|it| case.model().flow(it.flow).to).collect();
    for id in reached {
        country(case, id, out);
    }
    contracts(case, out);
}

/// A sub-processor's contract is its processor's, Art. 28(4); every other flow needs the
/// organisation's own.
fn contracts(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut seen = BTreeSet::new();
    for (flow_id, exposures) in case.by_flow() {
        let flow = model.flow(flow_id);
        if flow.kind == FlowKind::Subprocessor || model.role_in(flow) != Some(Role::Processor) {
            continue;
        }
        // A feature may have its own contract; without one the recipient's covers all flows.
        let own = model.feature(flow).is_some_and(|feature| feature.role.is_some() || feature.contract.is_some());
        let id = &model.node(flow.to).id;
        let key = match flow.label.as_ref().filter(|_| own) {
            Some(label) => format!("{id}#{label}"),
            None => id.clone(),
        };
        if !seen.insert(key.clone()) {
            continue;
        }
        let items = case.named_items(exposures);
        let place = model.node(flow.to).span;
        let stated = |contract: &&ContractDecl| contract.reference.is_some() || contract.signed.is_some();
        match model.contract_in(flow).filter(stated) {
            None => {
                let finding = out.report(&PROCESSOR_WITHOUT_CONTRACT, &[&key]);
                finding.say(format!("`{id}` is a processor, receives {items}, and has no contract")).at(place, "no contract here");
                finding.at(flow.span, "sent here").help("add `contract: { type: dpa, ref: …, signed: … }`, or the role it really has");
            }
            Some(contract) => {
                let ended = contract.expires.as_ref().filter(|day| day.value <= case.today());
                let ahead = contract.signed.as_ref().filter(|day| case.today() < day.value);
                let Some((day, state)) = ended.map(|day| (day, "ended on")).or(ahead.map(|day| (day, "is signed only on"))) else {
                    continue;
                };
                let finding = out.report(&PROCESSOR_WITHOUT_CONTRACT, &[&key]);
                finding.say(format!("`{id}` is a processor, receives {items}, and its contract {state} {}", day.value)).at(day.span, "");
                finding.at(flow.span, "sent here").help("renew the contract and its dates, or stop the flow");
            }
        }
    }
}

fn country(case: &Case, id: NodeId, out: &mut Findings) {
    let node = case.model().node(id);
    let Some(recipient) = node.recipient() else { return };
    let (span, message) = match &recipient.country {
        Country::Missing => (node.span, format!("nobody has said in which country `{}` is", node.id)),
        Country::Unknown(span) => (*span, format!("the country of `{}` is unknown", node.id)),
        Country::Known(_) => {
            let unknown = recipient.processing.iter().chain(&recipient.access_from).find(|place| place.value == "unknown");
            let Some(place) = unknown else { return };
            (place.span, format!("nobody has said where else `{}` processes", node.id))
        }
    };
    out.report(&RECIPIENT_COUNTRY_MISSING, &[&node.id])
        .say(format!("{message}; it counts as a third country without adequacy"))
        .at(span, "")
        .help("add `country:` with the code of the country it is established in");
}

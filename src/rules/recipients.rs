//! Who receives, where they are, under which contract: Art. 15, 28 and 30(1)(d)-(e) GDPR.

use super::case::listed;
use super::party::{LETTERS, flow_style, is_stated, needs, parties};
use super::{Case, Family};
use crate::declare::{Date, FeatureDecl, FeatureState, Role};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule};
use crate::flow::Exposure;
use crate::model::{Country, Flow, FlowKind, Node, Recipient};
use crate::source::Spanned;

pub(super) static FAMILY: Family =
    Family { rules: &[&PROCESSOR_WITHOUT_CONTRACT, &RECIPIENT_COUNTRY_MISSING, &RECIPIENT_INCOMPLETE, &PARTNER_FEATURE_UNDECLARED], check };

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

static RECIPIENT_INCOMPLETE: Rule = Rule {
    id: "recipient-incomplete",
    summary: "a recipient has no legal name, no role or no kind",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.15.1.c", "cjeu.c-154-21"],
    doc: include_str!("docs/recipient-incomplete.md"),
};

static PARTNER_FEATURE_UNDECLARED: Rule = Rule {
    id: "partner-feature-undeclared",
    summary: "a vendor has functions that take more data, and nobody has said whether they are on",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.25.2", "gdpr.32.1", "imy.di-2021-5544", "imy.imy-2022-3270"],
    doc: include_str!("docs/partner-feature-undeclared.md"),
};

fn check(case: &Case, out: &mut Findings) {
    for (id, exposures) in case.by_recipient() {
        let node = case.model().node(id);
        let Some(recipient) = node.recipient() else { continue };
        country(node, recipient, out);
        incomplete(case, node, recipient, &exposures, out);
        features(case, node, recipient, &exposures, out);
    }
    contracts(case, out);
}

/// A sub-processor's contract is its processor's, Art. 28(4); every other flow needs the
/// organisation's own.
fn contracts(case: &Case, out: &mut Findings) {
    let model = case.model();
    // A feature may have its own contract; without one the recipient's covers all flows.
    for party in parties(case, Role::Processor, |it| it.role.is_some() || it.contract.is_some()) {
        let id = &party.node.id;
        let Some((flow, exposures)) = party.flows.first() else { continue };
        let items = case.named_items(*exposures);
        match party.contract(model).filter(|it| is_stated(it)) {
            None => {
                let finding = out.report(&PROCESSOR_WITHOUT_CONTRACT, &[&party.key()]);
                finding
                    .say(format!("`{id}` is a processor, receives {items}, and has no contract"))
                    .at(party.node.span, "no contract here");
                finding.at(flow.span, "sent here").help("add `contract: { type: dpa, ref: …, signed: … }`, or the role it really has");
                let new = format!(
                    "contract: {{ type: dpa, ref: <AGREEMENT-7>, signed: <{}>, clauses: [{}] }}",
                    case.today(),
                    flow_style(LETTERS)
                );
                match party.contract(model) {
                    None => {
                        finding.fix(Edit::Add(party.node.span), Effort::Agree, new);
                    }
                    Some(contract) => {
                        needs(finding, contract, Effort::Agree, format!("ref: <AGREEMENT-7>\nsigned: <{}>", case.today()));
                    }
                }
            }
            Some(contract) => {
                let ended = contract.expires.as_ref().filter(|day| day.value <= case.today());
                // Nobody needs a contract before the first flow begins.
                let begun = |day: Date| party.flows.iter().any(|(flow, _)| flow.decl.since.as_ref().is_none_or(|it| it.value < day));
                let ahead = contract.signed.as_ref().filter(|day| case.today() < day.value && begun(day.value));
                let Some((day, state)) = ended.map(|day| (day, "ended on")).or(ahead.map(|day| (day, "is signed only on"))) else {
                    continue;
                };
                let finding = out.report(&PROCESSOR_WITHOUT_CONTRACT, &[&party.key()]);
                finding.say(format!("`{id}` is a processor, receives {items}, and its contract {state} {}", day.value)).at(day.span, "");
                finding.at(flow.span, "sent here").help(match ended {
                    Some(_) => "renew the contract and its dates, or stop the flow",
                    None => "have it signed before data go, or stop the flow until then",
                });
                // One that says what it covers is read again when it is renewed.
                let plain = contract.clauses.is_empty() && contract.data.is_empty() && contract.subjects.is_empty();
                if ended.is_some() && plain && contract.activities.is_empty() && party.recipient.subprocessors.is_empty() {
                    finding.fix(Edit::Replace(day.span), Effort::Agree, format!("<{}>", case.today().months_later(24)));
                }
            }
        }
    }
}

fn country(node: &Node, recipient: &Recipient, out: &mut Findings) {
    let (span, message) = match &recipient.country {
        Country::Missing => (node.span, format!("nobody has said in which country `{}` is", node.id)),
        Country::Unknown(span) => (*span, format!("the country of `{}` is unknown", node.id)),
        Country::Known(_) => {
            let unknown = recipient.processing.iter().chain(&recipient.access_from).find(|place| place.value == "unknown");
            let Some(place) = unknown else { return };
            (place.span, format!("nobody has said where else `{}` processes", node.id))
        }
    };
    let finding = out.report(&RECIPIENT_COUNTRY_MISSING, &[&node.id]);
    finding
        .say(format!("{message}; it counts as a third country without adequacy"))
        .at(span, "")
        .help("add `country:` with the code of the country it is established in");
    match recipient.country {
        Country::Missing => finding.fix(Edit::Add(node.span), Effort::Ask, "country: <SE>"),
        Country::Unknown(_) | Country::Known(_) => finding.fix(Edit::Replace(span), Effort::Ask, "<SE>"),
    };
}

/// What the controller must be able to name when somebody asks who has their data.
fn incomplete(case: &Case, node: &Node, recipient: &Recipient, exposures: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    // Authorities under a particular inquiry are not recipients, Art. 4(9).
    if is_inquiry(recipient) {
        return;
    }
    let flows: Vec<&Flow> = exposures.iter().map(|it| model.flow(it.flow)).collect();
    let no_role = flows.iter().any(|flow| flow.kind != FlowKind::Subprocessor && model.role_in(flow).is_none());
    let no_kind = recipient.kind.is_none() && flows.iter().any(|flow| model.feature(flow).is_none_or(|it| it.kind.is_none()));
    let no_name = recipient.name.as_ref().is_none_or(|it| it.trim().is_empty());
    let parts = [(no_name, "legal name", "name"), (no_role, "role", "role"), (no_kind, "kind", "kind")];
    let missing: Vec<_> = parts.into_iter().filter(|it| it.0).collect();
    if missing.is_empty() {
        return;
    }
    let id = &node.id;
    let words = listed(missing.iter().map(|it| it.1.to_owned()));
    let keys = listed(missing.iter().map(|it| format!("`{}:`", it.2)));
    let finding = out.report(&RECIPIENT_INCOMPLETE, &[id]);
    finding
        .say(format!("`{id}` receives {}, and nobody has declared its {words}", case.named_items(exposures.iter().copied())))
        .at(node.span, format!("no {words}"))
        .help(format!("add {keys} to `{id}`, as its contract or its legal notice has them"));
    case.about(finding, exposures.iter().copied());
    case.show(finding, exposures[0], None);
    complete(case, node, recipient, &missing.iter().map(|it| it.2).collect::<Vec<_>>(), finding);
}

/// The lines that are missing, where an example of the role fits what else is declared.
fn complete(case: &Case, node: &Node, recipient: &Recipient, keys: &[&str], finding: &mut Finding) {
    let hosts = node.receives.iter().any(|it| case.model().flow(*it).kind == FlowKind::Hosting);
    let signed = format!("signed: <{}>", case.today());
    let mut lines = Vec::new();
    for key in keys {
        lines.push(match *key {
            "name" => "name: <Example Mail Ltd>".to_owned(),
            "kind" => "kind: <saas>".to_owned(),
            // A contract says which role it is for.
            _ if recipient.contract.is_some() => return,
            _ if hosts => {
                let clauses = flow_style(LETTERS);
                format!("role: <processor>\ncontract: {{ type: dpa, ref: <AGREEMENT-7>, {signed}, clauses: [{clauses}] }}")
            }
            // Whoever is bound by no contract to act on instructions decides for itself.
            _ => format!("role: <controller>\ncontract: {{ type: controller-terms, ref: <TERMS-3>, {signed} }}"),
        });
    }
    finding.fix(Edit::Add(node.span), Effort::Ask, lines.join("\n"));
}

pub(super) fn is_inquiry(recipient: &Recipient) -> bool {
    recipient.decl.inquiry.as_ref().is_some_and(|it| it.value)
}

/// Functions of a vendor that take more than its tag alone: on, off, or not looked at.
fn features(case: &Case, node: &Node, recipient: &Recipient, exposures: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let Some(word) = recipient.decl.vendor.as_ref() else { return };
    let Some(vendor) = case.law().vendors.get(&word.value) else { return };
    let sent: Vec<&Exposure> = exposures.iter().copied().filter(|it| model.flow(it.flow).kind == FlowKind::Sends).collect();
    let Some(first) = sent.first() else { return };
    let declared = |name: &str| recipient.features.iter().find(|(known, _)| known.value == name);
    // An open flow of that name says that it is on.
    let flows = |name: &str| {
        node.receives.iter().map(|id| model.flow(*id)).any(|it| it.label.as_deref() == Some(name) && !it.is_stopped(case.today()))
    };
    let widening: Vec<&str> =
        vendor.features.iter().filter(|it| it.value.widens.as_ref().is_some_and(|it| it.value)).map(|it| it.key.value.as_str()).collect();
    let unsaid = |name: &&str| !flows(name) && declared(name).is_none_or(|(_, it)| it.state_on(case.today()).is_none());
    let open: Vec<&str> = widening.iter().copied().filter(unsaid).collect();
    let id = &node.id;
    if !open.is_empty() {
        let are = if open.len() == 1 { "is" } else { "are" };
        let names = listed(open.iter().map(|it| format!("`{it}`")));
        let state = format!("{{ state: off, verified: {}, proof: … }}", case.today());
        let finding = out.report(&PARTNER_FEATURE_UNDECLARED, &[id]);
        finding
            .say(format!("nobody has said whether {names} of `{id}` {are} on or off"))
            .at(recipient.features.first().map_or(word.span, |(name, _)| name.span), "not stated here")
            .at(word.span, format!("`{}` can take more data by itself", word.value))
            .help(format!(
                "look at the settings with the vendor, and say it: `features: {{ {}: {state} }}`",
                open.join(&format!(": {state}, "))
            ));
        case.about(finding, sent.iter().copied());
        case.show(finding, first, None);
        let stated = open.iter().map(|it| format!("{it}: {{ state: <off>, verified: <{}>, proof: <SCREEN-12> }}", case.today()));
        match recipient.features.first() {
            None => {
                let all = stated.collect::<Vec<_>>().join(", ");
                finding.fix(Edit::Add(node.span), Effort::Ask, format!("features: {{ {all} }}"));
            }
            Some((name, _)) if open.iter().all(|it| declared(it).is_none()) => {
                finding.fix(Edit::Beside(name.span), Effort::Ask, stated.collect::<Vec<_>>().join("\n"));
            }
            Some(_) => {}
        }
    }
    let fresh = |it: &FeatureDecl| {
        it.verified.as_ref().is_some_and(|day| day.value <= case.today()) && it.look_again().is_some_and(|day| case.today() < day)
    };
    let off = widening.iter().filter_map(|name| declared(name));
    let off = off.filter(|(_, it)| it.state_on(case.today()) == Some(FeatureState::Off));
    let stale: Vec<&(Spanned<String>, FeatureDecl)> = off.filter(|(_, it)| !fresh(it)).collect();
    let Some((name, feature)) = stale.first() else { return };
    let names = listed(stale.iter().map(|(name, _)| format!("`{}`", name.value)));
    let are = if stale.len() == 1 { "is" } else { "are" };
    let finding = out.report(&PARTNER_FEATURE_UNDECLARED, &[id, "verified"]);
    finding
        .say(format!("{names} of `{id}` {are} stated to be off, and nobody has looked within {} months", FeatureDecl::LOOK_AGAIN))
        .at(feature.verified.as_ref().map_or(name.span, |day| day.span), "looked at when?")
        .help(format!("look again, and write it down: `{}: {{ state: off, verified: {}, proof: … }}`", name.value, case.today()))
        .level(Level::Note);
    for (name, _) in &stale[1..] {
        finding.at(name.span, "");
    }
    if let ([_], Some(day)) = (stale.as_slice(), feature.verified.as_ref()) {
        finding.fix(Edit::Replace(day.span), Effort::Ask, format!("<{}>", case.today()));
    }
}

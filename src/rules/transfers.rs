//! Transfers to third countries: Chapter V GDPR, on the day of the check.

use std::collections::BTreeSet;

use super::{Case, Family};
use crate::declare::{Date, TransferDecl};
use crate::finding::{Basis, Findings, Level, Rule};
use crate::law::{ADEQUATE_FOR_ALL, Law};
use crate::model::{Flow, NodeId};

pub(super) static FAMILY: Family = Family { rules: &[&TRANSFER_NO_MECHANISM], check };

static TRANSFER_NO_MECHANISM: Rule = Rule {
    id: "transfer-no-mechanism",
    summary: "personal data go to a third country on no instrument in force",
    level: Level::Error,
    basis: Basis::Statute,
    citations: &["gdpr.44", "gdpr.45", "gdpr.46"],
    doc: include_str!("docs/transfer-no-mechanism.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut seen: BTreeSet<(NodeId, Option<&str>, &str)> = BTreeSet::new();
    for (flow_id, exposures) in case.by_flow() {
        let flow = model.flow(flow_id);
        let transfers = model.transfers_in(flow);
        // A feature may rest on its own instrument; else one finding serves all flows.
        let own = model.feature(flow).and_then(|feature| feature.transfer.as_ref()).and(flow.label.as_deref());
        for country in model.own_countries(flow.to).into_iter().flatten() {
            if case.law().is_eea(country, case.today()) || !seen.insert((flow.to, own, country)) {
                continue;
            }
            if let Some(why) = missing(case.law(), &transfers, country, case.today()) {
                let id = &model.node(flow.to).id;
                let finding = out.report(&TRANSFER_NO_MECHANISM, &[&own.map_or(id.clone(), |label| format!("{id}#{label}")), country]);
                finding
                    .say(format!(
                        "{} to `{id}` in {} ({country}): {}",
                        case.items(&exposures, "goes", "go"),
                        case.law().country_name(country, "en"),
                        why.message
                    ))
                    .at(place(case, flow, &transfers), "")
                    .help(why.help);
                case.show(finding, exposures[0], None);
            }
        }
    }
}

/// Where the instrument is declared, or should be.
fn place(case: &Case, flow: &Flow, transfers: &[TransferDecl]) -> crate::source::Span {
    let mechanism = transfers.iter().find_map(|transfer| transfer.mechanism.as_ref());
    mechanism.map_or(case.model().node(flow.to).span, |word| word.span)
}

struct Missing {
    message: String,
    help: String,
}

/// Why nothing declared carries a transfer to a country on a day; `None` where something does.
fn missing(law: &Law, transfers: &[TransferDecl], country: &str, today: Date) -> Option<Missing> {
    let adequate = law.adequacy(country, today);
    if adequate.iter().any(|it| it.scope == ADEQUATE_FOR_ALL) {
        return None;
    }
    let meant: Vec<&TransferDecl> = transfers.iter().filter(|it| it.country.as_ref().is_none_or(|it| it.value == country)).collect();
    let commercial = meant.iter().any(|it| it.commercial.as_ref().is_some_and(|it| it.value));
    if commercial && adequate.iter().any(|it| it.scope == "commercial") {
        return None;
    }
    let mut reasons = Vec::new();
    for transfer in &meant {
        if let Some(why) = dated(transfer, today) {
            reasons.push(why);
            continue;
        }
        for mechanism in transfer.mechanism.iter().chain(transfer.fallback.iter()) {
            match refused(law, mechanism, country, today) {
                None => return None,
                Some(why) => reasons.push(why),
            }
        }
    }
    let scopes: Vec<_> = adequate.iter().map(|it| format!("`{}`", it.scope)).collect();
    let message = match reasons.as_slice() {
        [] if scopes.is_empty() => format!("no adequacy decision holds on {today}, and no `transfer:` is declared"),
        [] => format!("the adequacy decision covers only {}, and no `transfer:` is declared", scopes.join(", ")),
        reasons => reasons.join("; "),
    };
    let help = if scopes.contains(&"`commercial`".to_owned()) {
        "add `transfer: { mechanism: adequacy, commercial: true }` if it is a commercial organisation, or `mechanism: scc` with its module"
            .to_owned()
    } else {
        format!(
            "add `transfer: {{ country: {country}, mechanism: scc, module: 2, assessment: … }}` or whichever instrument is in force, or stop the flow"
        )
    };
    Some(Missing { message, help })
}

fn dated(transfer: &TransferDecl, today: Date) -> Option<String> {
    let since = transfer.since.as_ref().filter(|day| today < day.value);
    let until = transfer.until.as_ref().filter(|day| day.value <= today);
    since
        .map(|day| format!("its instrument holds only from {}", day.value))
        .or(until.map(|day| format!("its instrument ended on {}", day.value)))
}

/// Why an instrument does not carry a transfer to a country on a day.
fn refused(law: &Law, mechanism: &str, country: &str, today: Date) -> Option<String> {
    let Some(it) = law.mechanisms.get(mechanism) else {
        return Some("nobody has said on which instrument it rests".to_owned());
    };
    if let Some(day) = it.until.as_ref().filter(|day| day.value <= today) {
        return Some(format!("`{mechanism}` has not been valid since {}", day.value));
    }
    if let Some(day) = it.from.as_ref().filter(|day| today < day.value) {
        return Some(format!("`{mechanism}` is valid only from {}", day.value));
    }
    if !it.countries.is_empty() && !it.countries.iter().any(|it| it.value == country) {
        return Some(format!("`{mechanism}` does not serve this country"));
    }
    let scope = match (it.adequacy.as_ref(), mechanism) {
        (Some(scope), _) => scope.value.as_str(),
        (None, "adequacy") => ADEQUATE_FOR_ALL,
        (None, _) => return None,
    };
    let holds = law.adequacy(country, today).iter().any(|it| it.scope == scope);
    (!holds).then(|| format!("no adequacy decision for `{scope}` holds on {today}"))
}

//! Transfers to third countries: Chapter V GDPR, on the day of the check.

use std::collections::BTreeSet;

use super::{Case, Family};
use crate::declare::{Date, TransferDecl};
use crate::finding::{Basis, Findings, Level, Rule};
use crate::law::{Doubt, Law};
use crate::model::{Flow, NodeId};
use crate::source::scalar;

pub(super) static FAMILY: Family = Family { rules: &[&TRANSFER_NO_MECHANISM], check };

static TRANSFER_NO_MECHANISM: Rule = Rule {
    id: "transfer-no-mechanism",
    summary: "personal data go to a third country on no instrument in force",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
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
                        case.items(exposures, "goes", "go"),
                        case.law().country_name(country, "en"),
                        why.message
                    ))
                    .at(place(case, flow, &transfers), "")
                    .help(why.help);
                case.show(finding, &exposures[0], None);
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
    let doubts: Vec<String> = law.carries(transfers, country, today).err()?.iter().map(Doubt::to_string).collect();
    let scopes: Vec<String> = law.adequacy(country, today).into_iter().map(|it| it.scope).collect();
    let message = match (doubts.as_slice(), scopes.as_slice()) {
        ([], []) => format!("no adequacy decision holds on {today}, and no `transfer:` is declared"),
        ([], scopes) => format!("the adequacy decision covers only `{}`, and no `transfer:` is declared", scopes.join("`, `")),
        (doubts, _) => doubts.join("; "),
    };
    let help = if scopes.iter().any(|scope| scope == "commercial") {
        "add `transfer: { mechanism: adequacy, commercial: true }` if it is a commercial organisation, or `mechanism: scc` with its module"
            .to_owned()
    } else {
        format!(
            "add `transfer: {{ country: {}, mechanism: scc, module: 2, assessment: … }}` or whichever instrument is in force, or stop the flow",
            scalar(country)
        )
    };
    Some(Missing { message, help })
}

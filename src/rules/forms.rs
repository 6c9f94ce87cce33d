//! Is it really what it is called? Pseudonyms and anonymity.

use super::{Case, Family};
use crate::declare::Claim;
use crate::finding::{Basis, Findings, Level, Rule};
use crate::model::FlowKind;

pub(super) static FAMILY: Family = Family { rules: &[&HASH_CLAIMED_ANONYMOUS], check };

static HASH_CLAIMED_ANONYMOUS: Rule = Rule {
    id: "hash-claimed-anonymous",
    summary: "data are called anonymous and are not shown to be",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.4.5", "gdpr.r26"],
    doc: include_str!("docs/hash-claimed-anonymous.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let model = case.model();
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        if let Some(claim) = flow.decl.claims.as_ref()
            && claim.value == Claim::Anonymised
        {
            let finding = out.report(&HASH_CLAIMED_ANONYMOUS, &[&flow.id]);
            finding
                .say(format!(
                    "{} claimed to be anonymised and arrives at `{}` as personal data",
                    case.items(exposures, "is", "are"),
                    model.node(flow.to).id
                ))
                .at(claim.span, "claimed here")
                .help("remove the claim, or aggregate the data and say how: `method: counts per county, k = 50`");
            case.show(finding, &exposures[0], None);
        }
    }
    for flow in model.flows.iter().filter(|flow| flow.unproven) {
        let word = flow.selector.takes.iter().find(|word| word.held_back);
        out.report(&HASH_CLAIMED_ANONYMOUS, &[&flow.id, "method"])
            .say(format!("`{}` anonymises without saying how; the data count as pseudonymised", flow.id))
            .at(word.map_or(flow.span, |word| word.span), "by which method?")
            .help(match flow.kind {
                FlowKind::Sends => "add `method:` to the flow: what is counted or coarsened, and the smallest group",
                FlowKind::Hosting | FlowKind::Subprocessor => "anonymise where the field is derived, with its `method:`, and pass that on",
            })
            .level(Level::Warning);
    }
    for node in &model.nodes {
        for derive in node.derives.iter().filter(|derive| derive.unproven) {
            let field = &model.field(derive.field).id;
            let at = derive.decl.transform.as_ref().map_or(derive.span, |word| word.span);
            out.report(&HASH_CLAIMED_ANONYMOUS, &[field, &node.id])
                .say(format!("`{field}` is anonymised in `{}` without saying how; it counts as pseudonymised", node.id))
                .at(at, "by which method?")
                .help("add `method:`: what is counted or coarsened, and the smallest group")
                .level(Level::Warning);
        }
    }
}

//! Is it really what it is called? Pseudonyms and anonymity.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::Claim;
use crate::finding::{Basis, Findings, Level, Rule};
use crate::flow::{Bases, Exposure, Hop};
use crate::law::Form;
use crate::model::{CategoryId, FieldId, FlowId, FlowKind, Item, Model, NodeId, Taken, Word};
use crate::source::Span;

pub(super) static FAMILY: Family =
    Family { rules: &[&HASH_CLAIMED_ANONYMOUS, &PSEUDONYMISED_RECIPIENT_CAN_REIDENTIFY, &JOINED_IDENTIFIERS], check };

static PSEUDONYMISED_RECIPIENT_CAN_REIDENTIFY: Rule = Rule {
    id: "pseudonymised-recipient-can-reidentify",
    summary: "data are handed over under a pseudonym, and whoever gets them can look it up",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.4.5", "gdpr.r26", "cjeu.c-413-23-p"],
    doc: include_str!("docs/pseudonymised-recipient-can-reidentify.md"),
};

static JOINED_IDENTIFIERS: Rule = Rule {
    id: "joined-identifiers",
    summary: "one vendor gets a browser and a name of the same people by different flows",
    level: Level::Note,
    basis: Basis::Heuristic,
    since: "0.1",
    citations: &["gdpr.4.1", "gdpr.r26"],
    doc: include_str!("docs/joined-identifiers.md"),
};

static HASH_CLAIMED_ANONYMOUS: Rule = Rule {
    id: "hash-claimed-anonymous",
    summary: "data are called anonymous and are not shown to be",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.4.5", "gdpr.r26"],
    doc: include_str!("docs/hash-claimed-anonymous.md"),
};

/// What tells a browser or device from others.
const ONLINE: &[&str] = &["online.cookie", "online.device", "online.ip"];

/// What tells who somebody is.
const NAMED: &[&str] = &["id", "contact.email", "contact.phone", "contact.postal"];

fn check(case: &Case, out: &mut Findings) {
    claimed(case, out);
    looked_up(case, out);
    joined(case, out);
}

fn claimed(case: &Case, out: &mut Findings) {
    let model = case.model();
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        if let Some(claim) = flow.decl.claims.as_ref()
            && claim.value == Claim::Anonymised
        {
            let finding = out.report(&HASH_CLAIMED_ANONYMOUS, &[&flow.id]);
            finding
                .say(format!(
                    "{} personal data on arrival at `{}`, though claimed to be anonymised",
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

/// By what a pseudonym can be looked up.
enum Clue {
    /// A recipient of the vendor matches a field.
    Matches(NodeId, FieldId, Option<Span>),
    /// It collects the field itself.
    Collects(NodeId, FieldId, Span),
    /// It gets the field in plain by a flow.
    Receives(NodeId, FieldId, FlowId),
}

fn looked_up(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut found: BTreeMap<NodeId, Vec<(&Exposure, Option<&Word>)>> = BTreeMap::new();
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        for exposure in exposures.iter().filter(|it| it.form == Form::Plain) {
            let Taken::Yes(step, word) = flow.selector.take(model, exposure.item) else { continue };
            // That it leaves in plain on another way too does not make this pseudonym one.
            if exposure.ends.iter().any(|(from, _)| step.apply(case.map.reach.state(*from).form) == Form::Pseudonymised) {
                let here = exposure.ends.iter().all(|(from, _)| case.map.reach.state(*from).form == Form::Plain);
                found.entry(flow.to).or_default().push((exposure, word.filter(|_| here)));
            }
        }
    }
    if found.is_empty() {
        return;
    }
    let known = Known::of(case);
    for (recipient, all) in found {
        let id = &model.node(recipient).id;
        let exposures = || all.iter().map(|(exposure, _)| *exposure);
        let first = all[0].0;
        let clue = known.clue(model, recipient, first.item);
        let finding = out.report(&PSEUDONYMISED_RECIPIENT_CAN_REIDENTIFY, &[id]);
        finding.say(format!(
            "{} to `{id}` under a pseudonym that it can look up{}",
            case.items(exposures(), "goes", "go"),
            clue.as_ref().map_or_else(String::new, |clue| format!(": {}", told(model, recipient, clue)))
        ));
        for exposure in exposures() {
            finding.at(model.taken_at(model.flow(exposure.flow), exposure.item), "leaves under a pseudonym");
        }
        match &clue {
            Some(Clue::Matches(_, _, Some(span))) => finding.at(*span, "matched here"),
            Some(Clue::Collects(_, _, span)) => finding.at(*span, "collected here"),
            Some(Clue::Receives(_, field, flow)) => {
                finding.at(model.taken_at(model.flow(*flow), Item { field: *field, ..first.item }), "in plain here")
            }
            Some(Clue::Matches(_, _, None)) | None => finding,
        };
        finding.help(
            "treat it as what it is and declare it plain, leave it out, or make the pseudonym with a key that the recipient does not have from what it cannot match",
        );
        let words: BTreeSet<(Span, &str)> = all.iter().filter_map(|(_, word)| word.map(|it| (it.span, it.text.as_str()))).collect();
        if let Some((_, text)) = words.first().filter(|_| words.len() == 1 && all.iter().all(|(_, word)| word.is_some()))
            && let Some((plain, _)) = text.split_once('|')
        {
            finding.help(format!(
                "treat it as what it is and write `{0}` instead of `{text}`, or leave it out; what is done on the way stands under `security:`",
                plain.trim()
            ));
        }
        case.about(finding, exposures());
        case.show(finding, first, None);
    }
}

fn told(model: &Model, recipient: NodeId, clue: &Clue) -> String {
    let (node, what) = match clue {
        Clue::Matches(node, field, _) => (node, format!("matches `{}`", model.field(*field).id)),
        Clue::Collects(node, field, _) => (node, format!("collects `{}` itself", model.field(*field).id)),
        Clue::Receives(node, field, flow) => (node, format!("gets `{}` in plain by `{}`", model.field(*field).id, model.flow(*flow).id)),
    };
    let who = if *node == recipient { "it".to_owned() } else { format!("`{}`, of the same vendor,", model.node(*node).id) };
    format!("{who} {what}")
}

/// What each vendor can look pseudonyms up in.
struct Known {
    bases: Bases,
    /// The recipients of each vendor.
    groups: BTreeMap<u32, Vec<NodeId>>,
    /// The least flow that brings a vendor a field in plain.
    plain: BTreeMap<(u32, FieldId), (FlowId, NodeId)>,
}

impl Known {
    fn of(case: &Case) -> Known {
        let model = case.model();
        let mut known = Known { bases: Bases::of(model), groups: BTreeMap::new(), plain: BTreeMap::new() };
        for (at, node) in model.nodes.iter().enumerate() {
            if let Some(recipient) = node.recipient() {
                known.groups.entry(recipient.group).or_default().push(NodeId::from_index(at));
            }
        }
        for transition in &case.map.reach.transitions {
            let Hop::Flow(id) = transition.hop else { continue };
            let (from, to) = (case.map.reach.state(transition.from), case.map.reach.state(transition.to));
            let Some(recipient) = model.recipient(to.node).filter(|_| to.form == Form::Plain && !to.past) else { continue };
            if let Taken::Yes(step, _) = model.flow(id).selector.take(model, to.item)
                && step.apply(from.form) == Form::Plain
            {
                let least = known.plain.entry((recipient.group, to.item.field)).or_insert((id, to.node));
                *least = (*least).min((id, to.node));
            }
        }
        known
    }

    fn clue(&self, model: &Model, recipient: NodeId, item: Item) -> Option<Clue> {
        let group = model.recipient(recipient)?.group;
        let nodes = self.groups.get(&group)?;
        let fields = || std::iter::once(item.field).chain(self.bases.get(item.field).iter().copied());
        let matches = fields().find_map(|field| {
            nodes.iter().find_map(|node| {
                model.recipient(*node)?.matches.iter().find_map(|list| match list.take(model, Item { field, ..item }) {
                    Taken::Yes(_, word) => Some(Clue::Matches(*node, field, word.map(|word| word.span))),
                    Taken::Revealing(_) => Some(Clue::Matches(*node, field, None)),
                    Taken::No => None,
                })
            })
        });
        let collects = || {
            fields().find_map(|field| {
                nodes.iter().find_map(|node| {
                    let all = model.node(*node).collects.iter().flat_map(|it| &it.fields);
                    all.filter(|it| it.0 == field).map(|it| Clue::Collects(*node, field, it.1)).next()
                })
            })
        };
        let receives = || {
            fields().find_map(|field| {
                let (flow, node) = self.plain.get(&(group, field))?;
                Some(Clue::Receives(*node, field, *flow))
            })
        };
        matches.or_else(collects).or_else(receives)
    }
}

/// One identifier as a recipient holds it.
type Holding = (NodeId, Item, FlowId);

fn joined(case: &Case, out: &mut Findings) {
    let model = case.model();
    let categories = |ids: &[&str]| ids.iter().filter_map(|id| model.category_named(id)).collect::<Vec<CategoryId>>();
    let (online, named) = (categories(ONLINE), categories(NAMED));
    let is = |field: FieldId, of: &[CategoryId]| of.iter().any(|it| model.field(field).is_closed.binary_search(it).is_ok());
    let mut vendors: BTreeMap<u32, [BTreeSet<Holding>; 2]> = BTreeMap::new();
    for transition in &case.map.reach.transitions {
        let Hop::Flow(flow) = transition.hop else { continue };
        let to = case.map.reach.state(transition.to);
        let personal = || case.map.reach.is_personal(to);
        let Some(recipient) = model.recipient(to.node).filter(|_| to.form == Form::Plain && !to.past && personal()) else { continue };
        if model.flow(flow).kind != FlowKind::Sends {
            continue;
        }
        for (world, of) in [&online, &named].into_iter().enumerate() {
            if is(to.item.field, of) {
                vendors.entry(recipient.group).or_default()[world].insert((to.node, to.item, flow));
            }
        }
    }
    let reached = case.by_recipient();
    for [online, named] in vendors.into_values() {
        let flows = |all: &BTreeSet<Holding>| all.iter().map(|it| it.2).collect::<BTreeSet<_>>();
        // Where one flow brings both, the sender has joined them.
        if flows(&online).intersection(&flows(&named)).next().is_some() {
            continue;
        }
        // A customer is a visitor too: the narrower group is among the people of the wider.
        let same = |a: &Item, b: &Item| model.is_within(a.subject, b.subject) || model.is_within(b.subject, a.subject);
        let subjects: BTreeSet<_> = named.iter().map(|it| it.1).collect();
        let Some(browser) = online.iter().find(|it| subjects.iter().any(|item| same(&it.1, item))) else { continue };
        let Some(name) = named.iter().find(|it| same(&browser.1, &it.1)) else { continue };
        let nodes: BTreeSet<NodeId> = [browser.0, name.0].into();
        let Some(least) = nodes.first().map(|it| model.node(*it)) else { continue };
        let who = listed(nodes.iter().map(|it| format!("`{}`", model.node(*it).id)));
        let vendor = least.recipient().and_then(|it| it.vendor.as_deref()).unwrap_or(&least.id);
        let finding = out.report(&JOINED_IDENTIFIERS, &[&least.id]);
        finding
            .say(format!(
                "{who} {} `{}` and `{}` by different flows, and could join them",
                if nodes.len() == 1 { "gets" } else { "get" },
                model.item_id(browser.1),
                model.item_id(name.1)
            ))
            .at(least.span, "can join the two")
            .ask(format!("is `{vendor}` kept from joining them, by contract or by a setting?"))
            .help("leave one of the two out, or answer with what keeps them apart");
        for (_, item, flow) in [browser, name] {
            finding.at(model.taken_at(model.flow(*flow), *item), format!("`{}` goes here", model.item_id(*item)));
        }
        let holdings = online.union(&named);
        let told = holdings.flat_map(|(node, item, flow)| {
            let open = reached.get(node).map(Vec::as_slice).unwrap_or_default();
            let first = open.partition_point(|it| (it.flow, it.item) < (*flow, *item));
            open[first..].iter().take_while(|it| (it.flow, it.item) == (*flow, *item)).copied()
        });
        case.about(finding, told);
    }
}

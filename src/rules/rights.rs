//! Do erasure and objection reach everyone who holds the data? Art. 17, 19 and 21 GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::{Date, Deletion, Mode, Role};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule, Subject};
use crate::flow::{Exposure, Hop, StateId};
use crate::law::Form;
use crate::model::{ActivityId, Flow, FlowKind, Item, Model, Node, NodeId, NodeKind, Recipient, Selector, Taken};

pub(super) static FAMILY: Family = Family { rules: &[&ERASURE_DOES_NOT_REACH, &OBJECTION_NOT_PROPAGATED], check };

static ERASURE_DOES_NOT_REACH: Rule = Rule {
    id: "erasure-does-not-reach",
    summary: "somebody holds personal data and no erasure is shown to get there",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.17.1", "gdpr.19", "cnil.san-2023-009", "cnil.san-2021-008"],
    doc: include_str!("docs/erasure-does-not-reach.md"),
};

static OBJECTION_NOT_PROPAGATED: Rule = Rule {
    id: "objection-not-propagated",
    summary: "data go out for marketing and no objection is shown to follow them",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.21.3", "gdpr.7.3", "cnil.b2c-2018"],
    doc: include_str!("docs/objection-not-propagated.md"),
};

fn check(case: &Case, out: &mut Findings) {
    let reached = case.by_recipient();
    erasure(case, &reached, out);
    for (id, exposures) in &reached {
        objection(case, *id, exposures, out);
    }
}

/// Whether a way is stated, or a reason why there is none.
fn stated(mode: Option<&Mode>) -> bool {
    match mode {
        Some(Mode::Word(_)) => true,
        Some(Mode::Map(it)) => it.none.as_ref().is_some_and(|why| !why.value.trim().is_empty()),
        None => false,
    }
}

fn erase(node: &Node) -> Option<&Mode> {
    match &node.kind {
        NodeKind::System(decl) => decl.erase.as_ref(),
        NodeKind::Recipient(it) => it.decl.erase.as_ref(),
    }
}

fn erasure(case: &Case, reached: &BTreeMap<NodeId, Vec<&Exposure>>, out: &mut Findings) {
    let model = case.model();
    let mut delivered = vec![false; case.map.reach.states.len()];
    for transition in case.map.reach.transitions.iter().filter(|it| matches!(it.hop, Hop::Flow(_))) {
        delivered[transition.to.0 as usize] = true;
    }
    for (at, node) in model.nodes.iter().enumerate() {
        let id = NodeId::from_index(at);
        // What a recipient collects for itself was not disclosed to it.
        let own = node.recipient().is_none_or(|it| it.role == Some(Role::Processor));
        let held = holds(case, id, |state| own || delivered[state.0 as usize]);
        if held.is_empty() {
            continue;
        }
        match node.recipient() {
            None if !stated(erase(node)) => system(case, node, &held, out),
            None => {}
            // Art. 4(9): an authority under a particular inquiry is no recipient.
            Some(it) if it.decl.inquiry.as_ref().is_some_and(|it| it.value) => {}
            Some(it) => {
                let exposures = reached.get(&id).map(Vec::as_slice).unwrap_or_default();
                // What stopped flows left there is held as well, though nothing delivers it any more.
                let left = held.keys().filter(|item| !exposures.iter().any(|it| it.item == **item));
                let left = left.map(|item| case.subject_held(id, *item));
                let subjects = exposures.iter().map(|it| case.map.subject_of(it)).chain(left).collect();
                recipient(case, node, it, &held, subjects, out);
            }
        }
    }
}

/// The personal items a node holds on the day, each with the state it is held in.
fn holds(case: &Case, node: NodeId, counts: impl Fn(StateId) -> bool) -> BTreeMap<Item, StateId> {
    let reach = &case.map.reach;
    let mut held = BTreeMap::new();
    for id in reach.at(node).iter().filter(|id| counts(**id)) {
        let state = reach.state(*id);
        if !state.past && state.form != Form::Anonymised && reach.is_personal(state) {
            held.entry(state.item).or_insert(*id);
        }
    }
    held
}

fn system(case: &Case, node: &Node, held: &BTreeMap<Item, StateId>, out: &mut Findings) {
    let finding = out.report(&ERASURE_DOES_NOT_REACH, &[&node.id]);
    finding
        .say(format!(
            "`{}` holds {}, and nobody has said how an erasure is carried out there",
            node.id,
            case.item_names(held.keys().copied())
        ))
        .at(node.span, "no `erase:` here")
        .help(format!("add `erase: api`, `erase: manual` or `erase: {{ none: … }}` with the reason to `{}`", node.id))
        .level(Level::Warning);
    arrives(case, held, finding);
    if erase(node).is_none() {
        finding.fix(Edit::Add(node.span), Effort::Ask, "erase: <manual>");
    }
}

fn recipient(case: &Case, node: &Node, it: &Recipient, held: &BTreeMap<Item, StateId>, subjects: Vec<Subject>, out: &mut Findings) {
    let model = case.model();
    let flows = || node.receives.iter().map(|id| model.flow(*id));
    // A request stands until it is answered, whatever else is sent meanwhile.
    let open = unconfirmed(case, it, held);
    let missing = !stated(erase(node));
    if !missing && open.is_empty() {
        return;
    }
    // A sub-processor is reached through the one it works for; where that one has no way, it is named.
    let chain = !node.receives.is_empty() && flows().all(|flow| flow.kind == FlowKind::Subprocessor);
    if chain && !flows().any(|flow| stated(erase(model.node(flow.from)))) {
        return;
    }
    let id = &node.id;
    let finding = out.report(&ERASURE_DOES_NOT_REACH, &[id]);
    if missing {
        finding.at(node.span, "no `erase:` here");
    }
    for (deletion, ..) in &open {
        if let Some(day) = deletion.requested.as_ref() {
            finding.at(day.span, "asked for here");
        }
    }
    let covered: BTreeSet<Item> = held.keys().copied().filter(|item| open.iter().any(|(_, scope, _)| takes(model, scope, *item))).collect();
    let days = listed(open.iter().map(|(.., day)| day.to_string()));
    let asked = || format!("`{id}` was asked on {days} to delete {}, has not confirmed it", case.item_names(covered.iter().copied()));
    match (open.is_empty(), missing) {
        (true, _) => {
            finding.say(format!("`{id}` holds {}, and nobody has said how an erasure reaches it", case.item_names(held.keys().copied())))
        }
        (false, true) => finding.say(format!("{}, and nobody has said how an erasure reaches it", asked())),
        (false, false) if flows().all(|flow| flow.is_stopped(case.today())) => {
            finding.say(format!("{}, and the flows to it have stopped", asked()))
        }
        (false, false) => finding.say(format!("{}, and still gets data", asked())),
    };
    finding.help(match open.is_empty() {
        true => format!(
            "agree on a way and add `erase: api`, `erase: manual`, `erase: ticket` or `erase: {{ none: … }}` with the reason to `{id}`"
        ),
        false => format!("get the confirmation and add its day beside `requested:`: `confirmed: {}`", case.today()),
    });
    let waits = !open.is_empty() && open.iter().all(|(deletion, ..)| deletion.due(case.today()).is_some_and(|day| case.today() < day));
    if chain || waits && !missing {
        finding.level(Level::Warning);
    }
    if open.is_empty() && erase(node).is_none() {
        finding.fix(Edit::Add(node.span), Effort::Ask, "erase: <manual>");
    }
    if let [(deletion, ..)] = open.as_slice()
        && let Some(day) = deletion.requested.as_ref()
        && deletion.confirmed.is_none()
        && (!missing || covered.len() == held.len())
    {
        finding.fix(Edit::Beside(day.span), Effort::Ask, format!("confirmed: <{}>", case.today()));
    }
    finding.about(subjects);
    arrives(case, held, finding);
}

/// Deletions asked for and not confirmed by the day, of what is still held.
fn unconfirmed<'a>(case: &Case, it: &'a Recipient, held: &BTreeMap<Item, StateId>) -> Vec<(&'a Deletion, &'a Selector, Date)> {
    let open = |it: &Deletion| it.due(case.today()).is_some();
    it.deletions
        .iter()
        .filter_map(|(deletion, scope)| Some((deletion, scope, deletion.requested.as_ref()?.value)))
        .filter(|(deletion, scope, _)| open(deletion) && held.keys().any(|item| takes(case.model(), scope, *item)))
        .collect()
}

fn takes(model: &Model, scope: &Selector, item: Item) -> bool {
    matches!(scope.take(model, item), Taken::Yes(..))
}

/// Shows how the first of some items got where it is held, stopped flows included.
fn arrives(case: &Case, held: &BTreeMap<Item, StateId>, finding: &mut Finding) {
    if let Some(state) = held.values().next() {
        finding.path(case.walks.hops(&case.walks.to(*state)));
    }
}

fn objection(case: &Case, id: NodeId, exposures: &[&Exposure], out: &mut Findings) {
    let model = case.model();
    let node = model.node(id);
    let Some(recipient) = node.recipient() else { return };
    if recipient.role == Some(Role::Authority) || stated(recipient.decl.suppress.as_ref()) {
        return;
    }
    let marketing: Vec<&Exposure> = exposures
        .iter()
        .copied()
        .filter(|it| it.activity.is_some_and(|activity| case.is_own(activity) && is_marketing(case, model.flow(it.flow), activity)))
        .collect();
    let Some(first) = marketing.first() else { return };
    let activities: BTreeSet<&str> = marketing.iter().filter_map(|it| it.activity).map(|it| model.activity_id(it)).collect();
    let finding = out.report(&OBJECTION_NOT_PROPAGATED, &[&node.id]);
    finding
        .say(format!(
            "nobody has said how an objection reaches `{}`, which gets {} for {}",
            node.id,
            case.named_items(marketing.iter().copied()),
            listed(activities.iter().map(|it| format!("`{it}`")))
        ))
        .at(node.span, "no `suppress:` here")
        .help(format!(
            "agree on a way and add `suppress: api`, `suppress: ticket` or `suppress: {{ none: … }}` with the reason to `{}`",
            node.id
        ));
    if recipient.decl.suppress.is_none() {
        finding.fix(Edit::Add(node.span), Effort::Ask, "suppress: <ticket>");
    }
    case.about(finding, marketing.iter().copied());
    case.show(finding, first, None);
}

/// Marketing as declared, or contact that people have consented to: they can say no to both.
fn is_marketing(case: &Case, flow: &Flow, activity: ActivityId) -> bool {
    let asks = || {
        let basis = case.model().basis_in(flow, activity).and_then(|it| case.law().bases.get(it));
        basis.and_then(|it| it.gate.as_ref()).is_some_and(|it| it.value)
    };
    case.activity(activity).decl.marketing.as_ref().is_some_and(|it| it.value) || !flow.decl.contact_by.is_empty() && asks()
}

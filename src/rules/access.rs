//! Who inside reads what, and for what? Art. 25, 29 and 32 GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Family};
use crate::declare::SystemDecl;
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, Subject};
use crate::flow::{Hop, Label};
use crate::law::Form;
use crate::model::{Access, ActivityId, CategoryId, Item, Node, NodeId, NodeKind, RoleGroup, Taken};
use crate::source::Span;

pub(super) static FAMILY: Family =
    Family { rules: &[&ROLE_ACCESS_WITHOUT_NEED, &CONTACT_DATA_UNMASKED_FOR_FRONTLINE, &ACCESS_NOT_LOGGED], check };

static ROLE_ACCESS_WITHOUT_NEED: Rule = Rule {
    id: "role-access-without-need",
    summary: "a role reads data that none of its activities needs",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.1.f", "gdpr.25.2", "gdpr.32.4", "ico.text-pests-2023"],
    doc: include_str!("docs/role-access-without-need.md"),
};

static CONTACT_DATA_UNMASKED_FOR_FRONTLINE: Rule = Rule {
    id: "contact-data-unmasked-for-frontline",
    summary: "staff who meet customers read their contact data unmasked",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.25.2", "ico.text-pests-2023"],
    doc: include_str!("docs/contact-data-unmasked-for-frontline.md"),
};

static ACCESS_NOT_LOGGED: Rule = Rule {
    id: "access-not-logged",
    summary: "staff read sensitive or contact data in a system whose log is missing or not looked through",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.32.1", "cjeu.c-579-21"],
    doc: include_str!("docs/access-not-logged.md"),
};

/// How often a log is looked through.
const REVIEW_MONTHS: i32 = 12;

/// The ways in which somebody can be written to or called, which a mask or a relay can stand in for. A
/// postal address cannot be found masked.
const WAYS_TO_PEOPLE: &[&str] = &["contact.phone", "contact.email"];

/// What a role reads in plain, and where that is said.
struct Read {
    sensitive: BTreeSet<CategoryId>,
    span: Span,
}

type Reading = BTreeMap<Item, Read>;

fn check(case: &Case, out: &mut Findings) {
    if case.model().nodes.iter().all(|it| it.access.is_empty()) {
        return;
    }
    let needs = needs(case);
    for (at, node) in case.model().nodes.iter().enumerate() {
        let NodeKind::System(decl) = &node.kind else { continue };
        let mut roles: BTreeMap<&str, Vec<&Access>> = BTreeMap::new();
        for access in &node.access {
            roles.entry(&access.role).or_default().push(access);
        }
        let mut loggable = None;
        for (role, accesses) in roles {
            let reading = reading(case, NodeId::from_index(at), &accesses);
            let watched = reading.iter().find(|(item, read)| !read.sensitive.is_empty() || is_contact(case, **item));
            loggable = loggable.or(watched.map(|(item, read)| (role.to_owned(), *item, read.span)));
            let group = case.model().roles.binary_search_by(|it| it.id.as_str().cmp(role)).ok().map(|at| &case.model().roles[at]);
            Looked { case, node, role, group, accesses: &accesses, reading: &reading, needs: &needs }.check(out);
        }
        if let Some((role, item, span)) = loggable {
            logged(case, node, decl, (&role, item, span), out);
        }
    }
}

/// What each activity collects, uses and sends: what it needs beside what staff read for it.
fn needs(case: &Case) -> Vec<BTreeSet<Item>> {
    let (model, reach) = (case.model(), &case.map.reach);
    let mut all: Vec<BTreeSet<Item>> = vec![BTreeSet::new(); model.activities.len()];
    for (at, node) in model.nodes.iter().enumerate() {
        for collect in &node.collects {
            for activity in &collect.activities {
                all[activity.index()].extend(collect.fields.iter().map(|(field, _)| Item { subject: collect.subject, field: *field }));
            }
        }
        for used in &node.uses {
            let states = reach.at(NodeId::from_index(at)).iter().map(|id| reach.state(*id));
            let taken = states.filter(|it| !it.past && matches!(used.selector.take(model, it.item), Taken::Yes(..)));
            all[used.activity.index()].extend(taken.map(|it| it.item));
        }
    }
    for transition in &reach.transitions {
        let Hop::Flow(id) = transition.hop else { continue };
        let flow = model.flow(id);
        if !flow.is_stopped(case.today()) && !reach.state(transition.from).past {
            for activity in &flow.activities {
                all[activity.index()].insert(reach.state(transition.to).item);
            }
        }
    }
    all
}

/// The personal items that a role reads in plain. What it sees masked, hashed or encrypted is what
/// the help asks for.
fn reading(case: &Case, node: NodeId, accesses: &[&Access]) -> Reading {
    let reach = &case.map.reach;
    let mut all = Reading::new();
    for state in reach.at(node).iter().map(|id| reach.state(*id)).filter(|it| !it.past) {
        let labels = reach.label_sets.get(state.labels);
        if !labels.contains(&Label::PERSONAL.0) {
            continue;
        }
        for access in accesses {
            if let Taken::Yes(step, word) = access.selector.take(case.model(), state.item)
                && step.apply(state.form) == Form::Plain
            {
                let span = word.map_or(access.span, |word| word.span);
                let read = all.entry(state.item).or_insert(Read { sensitive: BTreeSet::new(), span });
                read.sensitive.extend(labels.iter().filter_map(|label| Label(*label).category()));
            }
        }
    }
    all
}

fn is_below(case: &Case, item: Item, category: &str) -> bool {
    let known = case.model().category_named(category);
    known.is_some_and(|it| case.model().field(item.field).is_closed.binary_search(&it).is_ok())
}

fn is_contact(case: &Case, item: Item) -> bool {
    is_below(case, item, "contact")
}

/// A role looked at in one system.
struct Looked<'a> {
    case: &'a Case<'a>,
    node: &'a Node,
    role: &'a str,
    group: Option<&'a RoleGroup>,
    accesses: &'a [&'a Access],
    reading: &'a Reading,
    needs: &'a [BTreeSet<Item>],
}

impl Looked<'_> {
    fn check(&self, out: &mut Findings) {
        let unneeded: Vec<Item> = self.reading.keys().copied().filter(|it| !self.is_needed(*it)).collect();
        if !unneeded.is_empty() {
            self.without_need(&unneeded, out);
        }
        let open = |item: &Item| WAYS_TO_PEOPLE.iter().any(|it| is_below(self.case, *item, it)) && unneeded.binary_search(item).is_err();
        let unmasked: Vec<Item> = self.reading.keys().copied().filter(open).collect();
        if self.is_frontline() && !unmasked.is_empty() {
            self.unmasked(&unmasked, out);
        }
    }

    fn is_frontline(&self) -> bool {
        self.group.is_some_and(|it| it.decl.frontline.as_ref().is_some_and(|it| it.value))
    }

    fn activities(&self) -> BTreeSet<ActivityId> {
        self.accesses.iter().flat_map(|it| it.activities.iter().copied()).collect()
    }

    /// Whether an activity of the role needs an item. That it passes through is not enough for contact
    /// data in the hands of those who meet customers: the need is to be stated.
    fn is_needed(&self, item: Item) -> bool {
        let model = self.case.model();
        let stated = |activity: &ActivityId| {
            let ceiling = model.activity(*activity).data.as_ref();
            ceiling.is_some_and(|it| matches!(it.take(model, item), Taken::Yes(..)))
        };
        self.activities().iter().any(stated) || !self.is_exposed(item) && self.passes(item)
    }

    /// Whether an activity of the role collects, uses or sends an item.
    fn passes(&self, item: Item) -> bool {
        self.activities().iter().any(|it| self.needs[it.index()].contains(&item))
    }

    fn is_exposed(&self, item: Item) -> bool {
        self.is_frontline() && is_contact(self.case, item)
    }

    fn is_grave(&self, item: Item) -> bool {
        !self.reading[&item].sensitive.is_empty() || self.is_exposed(item)
    }

    fn without_need(&self, items: &[Item], out: &mut Findings) {
        let (case, role, system) = (self.case, self.role, &self.node.id);
        let mut items = items.to_vec();
        items.sort_by_key(|it| (!self.is_grave(*it), *it));
        let first = items[0];
        let name = case.model().item_id(first);
        let ids: Vec<&str> = self.activities().into_iter().map(|it| case.model().activity_id(it)).collect();
        let them = if items.len() == 1 { "it" } else { "them" };
        let unstated = items.iter().any(|it| self.passes(*it));
        let whose = match ids.as_slice() {
            [] => "it works on no activity".to_owned(),
            [one] if unstated => format!("`{one}` does not state under `data:` that it needs {them}"),
            _ if unstated => format!("none of its activities states under `data:` that it needs {them}"),
            [one] => format!("`{one}` does not need {them}"),
            _ => format!("none of its activities needs {them}"),
        };
        let help = match (self.is_exposed(first), ids.first()) {
            (_, None) => format!("say what `{role}` works on with `for:`, or take its access to `{system}` away"),
            (true, Some(activity)) => {
                format!("show it masked, as in `access: {{ {role}: [\"{name}|mask\"] }}`, or state the need under `data:` of `{activity}`")
            }
            (false, Some(activity)) => {
                format!(
                    "take `{name}` out of what `{role}` reads in `{system}`, or name it under `uses: {{ {activity}: … }}` if it is used"
                )
            }
        };
        let finding = out.report(&ROLE_ACCESS_WITHOUT_NEED, &[system, role]);
        finding
            .level(if self.is_grave(first) { Level::Error } else { Level::Warning })
            .say(format!("`{role}` reads {} in `{system}`, and {whose}", case.item_names(items.iter().copied())))
            .at(self.reading[&first].span, "read here")
            .help(help);
        self.show(finding, &items);
    }

    fn unmasked(&self, items: &[Item], out: &mut Findings) {
        let (case, role, system) = (self.case, self.role, &self.node.id);
        let name = case.model().item_id(items[0]);
        let finding = out.report(&CONTACT_DATA_UNMASKED_FOR_FRONTLINE, &[system, role]);
        finding
            .say(format!("`{role}`, who meet customers, read {} unmasked in `{system}`", case.item_names(items.iter().copied())))
            .at(self.reading[&items[0]].span, "read here")
            .ask("could the work be done with masked data, a proxy number or a message sent by the system?")
            .help(format!(
                "mask it, as in `access: {{ {role}: [\"{name}|mask\"] }}`, or answer under `answers:` why the work needs it as it is"
            ));
        self.show(finding, items);
    }

    /// Shows the role, and says of which items a finding speaks.
    fn show(&self, finding: &mut crate::finding::Finding, items: &[Item]) {
        let model = self.case.model();
        if let Some(group) = self.group {
            finding.at(group.span, if self.is_frontline() { "meets customers" } else { "the role" });
        }
        finding.about(items.iter().map(|item| Subject {
            item: model.item_id(*item),
            form: Form::Plain.word(),
            labels: self.reading[item].sensitive.iter().map(|it| model.category(*it).id.clone()).collect(),
        }));
    }
}

fn logged(case: &Case, node: &Node, decl: &SystemDecl, watched: (&str, Item, Span), out: &mut Findings) {
    let (today, id) = (case.today(), &node.id);
    let reference = decl.log.as_ref().and_then(|it| it.reference.as_ref());
    let reviewed = decl.log.as_ref().and_then(|it| it.reviewed.as_ref());
    let stale = reviewed.filter(|it| it.value.months_later(REVIEW_MONTHS) < today);
    let (lacking, span, text) = match (reference, reviewed, stale) {
        (Some(_), Some(_), None) => return,
        (Some(_), Some(day), Some(_)) => (format!("its log was last looked through on {}", day.value), day.span, "more than 12 months ago"),
        (Some(word), None, _) => ("nobody has said when its log was looked through".to_owned(), word.span, "never looked through"),
        (None, Some(day), _) => ("it does not say where reading is logged".to_owned(), day.span, "of which log?"),
        (None, None, _) => ("reading is not logged".to_owned(), node.span, "no log here"),
    };
    let (role, item, read) = watched;
    let finding = out.report(&ACCESS_NOT_LOGGED, &[id]);
    finding.say(format!("`{role}` reads `{}` in `{id}`, and {lacking}", case.model().item_id(item))).at(span, text).at(read, "read here");
    match (reference, reviewed) {
        (Some(_), Some(day)) => {
            finding.help("look through the log and set `reviewed:` to the day it was done").fix(
                Edit::Replace(day.span),
                Effort::Ask,
                format!("<{today}>"),
            );
        }
        (Some(word), None) => {
            finding.help(format!("look through the log and add the day: `reviewed: {today}`")).fix(
                Edit::Beside(word.span),
                Effort::Ask,
                format!("reviewed: <{today}>"),
            );
        }
        (None, Some(_)) => {
            finding.help("name the log: `ref: LOG-1`");
        }
        (None, None) if decl.log.is_none() => {
            finding.help(format!("log who reads what in `{id}`, and add `log: {{ ref: LOG-1, reviewed: {today} }}`")).fix(
                Edit::Add(node.span),
                Effort::Change,
                format!("log: {{ ref: <LOG-1>, reviewed: <{today}> }}"),
            );
        }
        (None, None) => {
            finding.help(format!("name the log of `{id}` and when it was looked through: `log: {{ ref: LOG-1, reviewed: {today} }}`"));
        }
    }
}

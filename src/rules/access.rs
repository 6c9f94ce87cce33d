//! Who inside reads what, and for what? Art. 25, 29 and 32 GDPR.

use std::collections::BTreeMap;

use super::{Case, Family};
use crate::declare::SystemDecl;
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, Subject};
use crate::flow::{Needs, Read, Reader, log_is_due, reads};
use crate::law::Form;
use crate::model::{Item, Node, NodeId, NodeKind};
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

/// The ways in which somebody can be written to or called, which a mask or a relay can stand in for. A
/// postal address cannot be found masked.
const WAYS_TO_PEOPLE: &[&str] = &["contact.phone", "contact.email"];

/// The personal items that a role reads in plain. What it sees masked, hashed or encrypted is what
/// the help asks for.
type Plain<'a> = BTreeMap<Item, &'a Read>;

fn check(case: &Case, out: &mut Findings) {
    if case.model().nodes.iter().all(|it| it.access.is_empty()) {
        return;
    }
    let needs = Needs::of(case.map);
    for (at, node) in case.model().nodes.iter().enumerate() {
        let NodeKind::System(decl) = &node.kind else { continue };
        let id = NodeId::from_index(at);
        let mut loggable = None;
        for reader in Reader::all(case.map, id) {
            let reads = reads(case.map, &reader.accesses, case.map.reach.at(id).iter().copied());
            let plain: Plain = reads.iter().filter(|((_, form), _)| *form == Form::Plain).map(|((item, _), read)| (*item, read)).collect();
            let watched =
                plain.iter().find(|(item, read)| read.sensitive().next().is_some() || case.model().field_is(item.field, "contact"));
            loggable = loggable.or(watched.map(|(item, read)| (reader.role.to_owned(), *item, read.span)));
            let unneeded = needs.beyond(&reader, &reads);
            Looked { case, node, reader: &reader, plain: &plain, needs: &needs }.check(&unneeded, out);
        }
        if let Some((role, item, span)) = loggable {
            logged(case, node, decl, (&role, item, span), out);
        }
    }
}

/// A role looked at in one system.
struct Looked<'a> {
    case: &'a Case<'a>,
    node: &'a Node,
    reader: &'a Reader<'a>,
    plain: &'a Plain<'a>,
    needs: &'a Needs<'a>,
}

impl Looked<'_> {
    fn check(&self, unneeded: &[Item], out: &mut Findings) {
        if !unneeded.is_empty() {
            self.without_need(unneeded, out);
        }
        let reaches = |item: &Item| WAYS_TO_PEOPLE.iter().any(|it| self.case.model().field_is(item.field, it));
        let unmasked: Vec<Item> = self.plain.keys().copied().filter(|it| reaches(it) && unneeded.binary_search(it).is_err()).collect();
        if self.reader.is_frontline() && !unmasked.is_empty() {
            self.unmasked(&unmasked, out);
        }
    }

    fn is_grave(&self, item: Item) -> bool {
        self.plain[&item].sensitive().next().is_some() || self.needs.is_exposed(self.reader, item)
    }

    fn without_need(&self, items: &[Item], out: &mut Findings) {
        let (case, role, system) = (self.case, self.reader.role, &self.node.id);
        let mut items = items.to_vec();
        items.sort_by_key(|it| (!self.is_grave(*it), *it));
        let first = items[0];
        let name = case.model().item_id(first);
        let ids: Vec<&str> = self.reader.activities().into_iter().map(|it| case.model().activity_id(it)).collect();
        let them = if items.len() == 1 { "it" } else { "them" };
        let unstated = items.iter().any(|it| self.needs.passes(self.reader, *it));
        let whose = match ids.as_slice() {
            [] => "it works on no activity".to_owned(),
            [one] if unstated => format!("`{one}` does not state under `data:` that it needs {them}"),
            _ if unstated => format!("none of its activities states under `data:` that it needs {them}"),
            [one] => format!("`{one}` does not need {them}"),
            _ => format!("none of its activities needs {them}"),
        };
        let help = match (self.needs.is_exposed(self.reader, first), ids.first()) {
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
            .at(self.plain[&first].span, "read here")
            .help(help);
        self.show(finding, &items);
    }

    fn unmasked(&self, items: &[Item], out: &mut Findings) {
        let (case, role, system) = (self.case, self.reader.role, &self.node.id);
        let name = case.model().item_id(items[0]);
        let finding = out.report(&CONTACT_DATA_UNMASKED_FOR_FRONTLINE, &[system, role]);
        finding
            .say(format!("`{role}`, who meet customers, read {} unmasked in `{system}`", case.item_names(items.iter().copied())))
            .at(self.plain[&items[0]].span, "read here")
            .ask("could the work be done with masked data, a proxy number or a message sent by the system?")
            .help(format!(
                "mask it, as in `access: {{ {role}: [\"{name}|mask\"] }}`, or answer under `answers:` why the work needs it as it is"
            ));
        self.show(finding, items);
    }

    /// Shows the role, and says of which items a finding speaks.
    fn show(&self, finding: &mut crate::finding::Finding, items: &[Item]) {
        let model = self.case.model();
        if let Some(group) = self.reader.group {
            finding.at(group.span, if self.reader.is_frontline() { "meets customers" } else { "the role" });
        }
        finding.about(items.iter().map(|item| Subject {
            item: model.item_id(*item),
            form: Form::Plain.word(),
            labels: self.plain[item].sensitive().map(|it| model.category(it).id.clone()).collect(),
        }));
    }
}

fn logged(case: &Case, node: &Node, decl: &SystemDecl, watched: (&str, Item, Span), out: &mut Findings) {
    let (today, id) = (case.today(), &node.id);
    let reference = decl.log.as_ref().and_then(|it| it.reference.as_ref());
    let reviewed = decl.log.as_ref().and_then(|it| it.reviewed.as_ref());
    let stale = reviewed.filter(|it| log_is_due(it.value, today));
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

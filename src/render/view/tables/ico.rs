//! The templates of the British authority: their columns in their order.

use std::collections::BTreeSet;

use super::cells::{Cell, absent};
use super::record::{Ask, Record, ask};
use crate::declare::{Dpia, Followed, Trait};
use crate::flow::third_countries;
use crate::model::NodeKind;

/// The columns A to AD of the controller's template.
pub(super) static CONTROLLER: &[Ask] = &[
    ask("ico_function", |it| Cell::translated(it.reading, &it.decl.function, "function")),
    ask("ico_purpose", |it| it.line("purposes", "purpose")),
    ask("ico_joint", joint),
    ask("ico_individuals", |it| it.line("subjects", "collects, uses, access, sends")),
    ask("ico_data", |it| it.line("categories_of_data", "collects, uses, access, sends")),
    ask("ico_recipients", recipients),
    ask("ico_contract", contracts),
    ask("ico_countries", countries),
    ask("ico_safeguards", safeguards),
    ask("ico_retention", |it| it.line("retention", "retention")),
    ask("ico_measures", |it| it.measures()),
    ask("ico_basis", |it| it.line("basis", "basis")),
    ask("ico_condition", |it| it.line("conditions", "special")),
    ask("ico_interests", |it| interest(it, |it| Cell::translated(it.reading, &it.decl.interest, "interest"))),
    ask("ico_lia", |it| interest(it, |it| Cell::word(it.reading, &it.decl.lia, "lia"))),
    ask("ico_rights", |it| it.line("rights", "rights")),
    ask("ico_decisions", decisions),
    ask("ico_source", |it| it.line("sources", "sources")),
    ask("ico_consent", consent),
    ask("ico_location", location),
    ask("ico_dpia_required", required),
    ask("ico_dpia_progress", progress),
    ask("ico_dpia_link", link),
    ask("ico_breach", |it| Cell::by_hand(it.reading)),
    ask("ico_breach_link", |it| Cell::by_hand(it.reading)),
    ask("ico_schedule_1", schedule_1),
    ask("ico_article_6", |it| it.line("basis", "basis")),
    ask("ico_policy", |it| Cell::word(it.reading, policy(it).0, "retention-policy.ref")),
    ask("ico_followed", followed),
    ask("ico_reasons", reasons),
];

/// The columns of the processor's template.
pub(super) static PROCESSOR: &[Ask] = &[
    ask("ico_own_contact", own_contact),
    ask("dpo", |it| it.line("dpo", "organisation.dpo")),
    ask("representative", |it| it.line("representative", "organisation.representative")),
    ask("ico_controller", |it| it.line("on_behalf_of", "on-behalf-of")),
    ask("ico_controller_representative", controller_representative),
    ask("ico_operations", |it| it.line("operations", "operations")),
    ask("ico_countries", countries),
    ask("ico_safeguards", safeguards),
    ask("ico_measures", |it| it.measures()),
];

fn joint(it: &Record) -> Cell {
    let model = it.reading.model();
    let one = |id: &crate::model::NodeId| {
        let contact = model.recipient(*id).and_then(|it| it.decl.contact.as_ref()).map(|word| word.value.clone());
        format!("{} – {}", it.reading.node(*id).text, contact.unwrap_or_else(|| absent(it.reading, "contact")))
    };
    Cell::list(it.activity.joint.iter().map(one).collect(), it.line("joint_controllers", "joint"))
}

/// All recipients, those who work for others and those of stopped flows included.
fn recipients(it: &Record) -> Cell {
    let labels = ["recipients", "subprocessors", "recipients_before"];
    Cell::of(&labels.into_iter().filter_map(|label| it.values(label)).flatten().cloned().collect::<Vec<_>>())
}

/// The contract with each recipient that acts on instructions.
fn contracts(it: &Record) -> Cell {
    let model = it.reading.model();
    let processors = it.processing.recipients.keys().filter(|id| it.is_processor(**id)).map(|id| {
        let contract = model.recipient(*id).and_then(|it| it.contract.as_ref()).and_then(|it| it.reference.as_ref());
        (it.reading.node(*id).text, contract.map(|word| word.value.clone()))
    });
    let processors: Vec<(String, Option<String>)> = processors.collect();
    if !processors.is_empty() && processors.iter().all(|(_, contract)| contract.is_none()) {
        return Cell::missing(it.reading, "contract.ref");
    }
    let text =
        |(name, contract): (String, Option<String>)| it.reading.pair(name, contract.unwrap_or_else(|| absent(it.reading, "contract.ref")));
    Cell::list(processors.into_iter().map(text).collect(), Cell::not_applicable(it.reading, "export_no_processor"))
}

fn countries(it: &Record) -> Cell {
    let all = third_countries(it.reading.model(), it.processing, it.reading.map.today);
    let names: BTreeSet<String> = all.iter().map(|it_| it.reading.country(it_.country)).collect();
    Cell::list(names.into_iter().collect(), it.line("third_countries", "transfer"))
}

/// What each transfer rests on, with the recipient and the country.
fn safeguards(it: &Record) -> Cell {
    it.line("third_countries", "transfer")
}

/// What is asked only where the activity rests on legitimate interests.
fn interest(it: &Record, cell: fn(&Record) -> Cell) -> Cell {
    let rests = it.decl.basis.as_ref().is_none_or(|basis| basis.value == "legitimate-interest");
    let said = it.decl.interest.is_some() || it.decl.lia.is_some();
    if rests || said { cell(it) } else { Cell::not_applicable(it.reading, "export_no_interest") }
}

fn decisions(it: &Record) -> Cell {
    let made = it.decl.traits.iter().any(|it| it.value == Trait::AutomatedDecision);
    match () {
        () if made => Cell::Text(it.reading.choice("trait", &Trait::AutomatedDecision)),
        () if it.decl.traits.is_empty() => Cell::missing(it.reading, "traits"),
        () => Cell::yes_or_no(it.reading, false),
    }
}

/// Where the answers to the consents asked for the activity, or on its flows, are kept.
fn consent(it: &Record) -> Cell {
    let model = it.reading.model();
    let on_flow = |at: usize| it.processing.flows.iter().any(|flow| model.flow(*flow).gates.iter().any(|gate| gate.index() == at));
    let asked =
        model.gates.iter().enumerate().filter(|(at, gate)| gate.asks_consent() && (gate.activities.contains(&it.id) || on_flow(*at)));
    let texts: Vec<String> = asked
        .filter_map(|(_, gate)| {
            let decl = gate.decl.as_ref()?;
            let title = decl.title.as_ref().map_or_else(|| gate.id.clone(), |text| it.reading.text(text));
            let proof = decl.proof.as_ref().map(|word| word.value.clone());
            Some(it.reading.pair(title, proof.unwrap_or_else(|| absent(it.reading, &format!("gates.{}.proof", gate.id)))))
        })
        .collect();
    let rests = it.decl.basis.as_ref().is_none_or(|basis| basis.value == "consent");
    let none = if rests { Cell::missing(it.reading, "gates.proof") } else { Cell::not_applicable(it.reading, "export_no_consent") };
    Cell::list(texts, none)
}

fn location(it: &Record) -> Cell {
    let one = |id: &crate::model::NodeId| match &it.reading.model().node(*id).kind {
        NodeKind::System(system) => {
            let country = system.location.as_ref().map(|code| it.reading.country(Some(code)));
            Some(it.reading.pair(it.reading.node(*id).text, country.unwrap_or_else(|| absent(it.reading, "location"))))
        }
        NodeKind::Recipient(_) => None,
    };
    Cell::list(it.processing.systems.iter().filter_map(one).collect(), Cell::missing(it.reading, "location"))
}

/// Whether an assessment is required: somebody made or planned one, or says why there is none.
fn required(it: &Record) -> Cell {
    match it.decl.dpia.as_ref() {
        None => Cell::missing(it.reading, "dpia"),
        Some(Dpia::Map(dpia)) if dpia.none.is_some() => {
            let why = dpia.none.as_ref().map_or_else(String::new, |why| why.value.clone());
            Cell::Text(format!("{} – {why}", it.reading.word("no")))
        }
        Some(_) => Cell::yes_or_no(it.reading, true),
    }
}

fn progress(it: &Record) -> Cell {
    match it.decl.dpia.as_ref() {
        Some(Dpia::Map(dpia)) if dpia.none.is_some() => it.line("dpia", "dpia"),
        Some(Dpia::Map(dpia)) => {
            let status = dpia.status.as_ref().map(|status| it.reading.choice("dpia", &status.value));
            let day = dpia.date.as_ref().map(|day| it.reading.date(day.value));
            Cell::list(status.into_iter().chain(day).collect(), Cell::missing(it.reading, "dpia.status"))
        }
        _ => Cell::missing(it.reading, "dpia.status"),
    }
}

fn link(it: &Record) -> Cell {
    match it.decl.dpia.as_ref() {
        Some(Dpia::Word(word)) => Cell::Text(word.value.clone()),
        Some(Dpia::Map(dpia)) if dpia.none.is_some() => it.line("dpia", "dpia"),
        Some(Dpia::Map(dpia)) => Cell::word(it.reading, &dpia.reference, "dpia.ref"),
        None => Cell::missing(it.reading, "dpia.ref"),
    }
}

/// The national law behind each condition of Art. 9(2), which is what the schedule asks for.
fn schedule_1(it: &Record) -> Cell {
    let laws =
        it.decl.special.iter().filter_map(|entry| entry.value.law.as_ref()).chain(it.decl.offences.iter().filter_map(|it| it.law.as_ref()));
    let laws: Vec<String> = laws.map(|law| law.value.clone()).collect();
    let model = it.reading.model();
    let asked = it.processing.sensitive.keys().any(|id| model.category(*id).art9.is_some() || model.category(*id).art10);
    let none = if asked { Cell::missing(it.reading, "special.law") } else { Cell::not_applicable(it.reading, "no_special") };
    Cell::list(laws, none)
}

/// Where the policy on retention is, and whether it is followed.
fn policy<'a>(it: &'a Record) -> (&'a Option<crate::declare::Word>, Option<&'a Followed>) {
    static NONE: Option<crate::declare::Word> = None;
    let policy = it.reading.model().settings.retention_policy.as_ref();
    (policy.map_or(&NONE, |it| &it.reference.0), policy.and_then(|it| it.followed.as_ref()))
}

fn followed(it: &Record) -> Cell {
    match policy(it).1 {
        None => Cell::missing(it.reading, "retention-policy.followed"),
        Some(Followed::Word(word)) => Cell::yes_or_no(it.reading, word.value),
        Some(Followed::Map(_)) => Cell::yes_or_no(it.reading, false),
    }
}

fn reasons(it: &Record) -> Cell {
    match policy(it).1 {
        Some(Followed::Word(word)) if word.value => Cell::not_applicable(it.reading, "export_followed"),
        Some(Followed::Map(why)) => Cell::translated(it.reading, &why.no.0, "retention-policy.followed.no"),
        _ => Cell::missing(it.reading, "retention-policy.followed"),
    }
}

fn own_contact(it: &Record) -> Cell {
    let labels = [("name", "organisation.name"), ("address", "organisation.address"), ("contact", "organisation.contact")];
    let cells = labels.map(|(label, key)| it.line(label, key));
    if cells.iter().all(|cell| matches!(cell, Cell::Missing(_))) {
        return Cell::missing(it.reading, "organisation");
    }
    Cell::List(cells.iter().map(Cell::text).collect())
}

fn controller_representative(it: &Record) -> Cell {
    let known = |id: &str| it.reading.model().controllers.iter().find(|it| it.id == id);
    let named = it.decl.on_behalf_of.iter().filter_map(|word| known(&word.value)?.decl.representative.as_ref());
    Cell::list(named.map(|word| word.value.clone()).collect(), Cell::missing(it.reading, "controllers.representative"))
}

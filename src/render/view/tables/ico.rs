//! The templates of the British authority: their columns in their order, under their own titles.

use std::collections::BTreeSet;
use std::iter;

use super::super::record_further::{consents, incidents_of, location};
use super::cells::{Cell, absent, said};
use super::record::{Ask, Record, titled};
use crate::declare::{Dpia, Followed, Trait};
use crate::flow::third_countries;

const COUNTRIES: &str = "Names of third countries or international organisations that personal data are transferred to (if applicable)";
const SAFEGUARDS: &str =
    "Safeguards for exceptional transfers of personal data to third countries or international organisations (if applicable)";
const MEASURES: &str = "General description of technical and organisational security measures (if possible)";

/// The columns A to AD of the controller's template.
pub(super) static CONTROLLER: &[Ask] = &[
    titled("ico_function", "Business function", |it| Cell::translated(it.reading, it.decl.function.as_ref(), "function")),
    titled("ico_purpose", "Purpose of processing", |it| it.line("purposes", "purpose")),
    titled("ico_joint", "Name and contact details of joint controller (if applicable)", joint),
    titled("ico_individuals", "Categories of individuals", |it| it.line("subjects", "collects, uses, access, sends")),
    titled("ico_data", "Categories of personal data", |it| it.line("categories_of_data", "collects, uses, access, sends")),
    titled("ico_recipients", "Categories of recipients", recipients),
    titled("ico_contract", "Link to contract with processor", contracts),
    titled("ico_countries", COUNTRIES, countries),
    titled("ico_safeguards", SAFEGUARDS, safeguards),
    titled("ico_retention", "Retention schedule (if possible)", |it| it.line("retention", "retention")),
    titled("ico_measures", MEASURES, |it| it.measures()),
    titled("ico_basis", "Article 6 lawful basis for processing personal data", |it| it.line("basis", "basis")),
    titled("ico_condition", "Article 9 condition for processing special category data", |it| it.line("conditions", "special")),
    titled("ico_interests", "Legitimate interests for the processing (if applicable)", |it| {
        interest(it, |it| Cell::translated(it.reading, it.decl.interest.as_ref(), "interest"))
    }),
    titled("ico_lia", "Link to record of legitimate interests assessment (if applicable)", |it| {
        interest(it, |it| Cell::word(it.reading, it.decl.lia.as_ref(), "lia"))
    }),
    titled("ico_rights", "Rights available to individuals", |it| it.line("rights", "rights")),
    titled("ico_decisions", "Existence of automated decision-making, including profiling (if applicable)", decisions),
    titled("ico_source", "The source of the personal data (if applicable)", |it| it.line("sources", "sources")),
    titled("ico_consent", "Link to record of consent", consent),
    titled("ico_location", "Location of personal data", locations),
    titled("ico_dpia_required", "Data Protection Impact Assessment required?", required),
    titled("ico_dpia_progress", "Data Protection Impact Assessment progress", progress),
    titled("ico_dpia_link", "Link to Data Protection Impact Assessment", link),
    titled("ico_breach", "Has a personal data breach occurred?", breach),
    titled("ico_breach_link", "Link to record of personal data breach", breach_link),
    titled("ico_schedule_1", "Data Protection Act 2018 Schedule 1 Condition for processing", schedule_1),
    titled("ico_article_6", "GDPR Article 6 lawful basis for processing", |it| it.line("basis", "basis")),
    titled("ico_policy", "Link to retention and erasure policy document", |it| {
        Cell::word(it.reading, policy(it).0, "retention-policy.ref")
    }),
    titled("ico_followed", "Is personal data retained and erased in accordance with the policy document?", followed),
    titled("ico_reasons", "Reasons for not adhering to policy document (if applicable)", reasons),
];

/// The columns of the processor's template.
pub(super) static PROCESSOR: &[Ask] = &[
    titled("ico_own_contact", "Name and contact details", own_contact),
    titled("dpo", "Data Protection Officer (if applicable)", |it| it.line("dpo", "organisation.dpo")),
    titled("representative", "Representative (if applicable)", |it| it.line("representative", "organisation.representative")),
    titled("ico_controller", "Name and contact details of controller", |it| it.line("on_behalf_of", "on-behalf-of")),
    titled(
        "ico_controller_representative",
        "Name and contact details of controller's representative (if applicable)",
        controller_representative,
    ),
    titled("ico_operations", "Categories of processing", |it| it.line("operations", "operations")),
    titled("ico_countries", COUNTRIES, countries),
    titled("ico_safeguards", SAFEGUARDS, safeguards),
    titled("ico_measures", MEASURES, |it| it.measures()),
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
    let asked = consents(it.reading, it.id, it.processing);
    let texts = asked.iter().map(|(gate, decl)| {
        let title = decl.title.as_ref().map_or_else(|| gate.id.clone(), |text| it.reading.text(text));
        let proof = decl.proof.as_ref().map(|word| word.value.clone());
        it.reading.pair(title, proof.unwrap_or_else(|| absent(it.reading, &format!("gates.{}.proof", gate.id))))
    });
    let rests = it.decl.basis.as_ref().is_none_or(|basis| basis.value == "consent");
    let none = if rests { Cell::missing(it.reading, "gates.proof") } else { Cell::not_applicable(it.reading, "export_no_consent") };
    Cell::list(texts.collect(), none)
}

fn locations(it: &Record) -> Cell {
    let one = |id: &crate::model::NodeId| {
        let country = location(it.reading, *id).unwrap_or_else(|| absent(it.reading, "location"));
        it.reading.pair(it.reading.node(*id).text, country)
    };
    Cell::list(it.processing.systems.iter().map(one).collect(), Cell::missing(it.reading, "location"))
}

/// Whether a breach is declared; that none is declared does not say that there was none.
fn breach(it: &Record) -> Cell {
    match it.values("incidents") {
        Some(values) => {
            Cell::list(iter::once(it.reading.word("yes")).chain(values.iter().map(said)).collect(), Cell::yes_or_no(it.reading, true))
        }
        None => Cell::Missing(it.reading.word("no_incident")),
    }
}

fn breach_link(it: &Record) -> Cell {
    let references = incidents_of(it.reading, it.id).map(|incident| match incident.decl.reference.as_ref() {
        Some(word) => word.value.clone(),
        None => absent(it.reading, &format!("incidents.{}.ref", incident.id)),
    });
    Cell::list(references.collect(), Cell::not_applicable(it.reading, "no_incident"))
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
        Some(Dpia::Map(dpia)) => Cell::word(it.reading, dpia.reference.as_ref(), "dpia.ref"),
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
fn policy<'a>(it: &'a Record) -> (Option<&'a crate::declare::Word>, Option<&'a Followed>) {
    let policy = it.reading.model().settings.retention_policy.as_ref();
    (policy.and_then(|it| it.reference.as_ref()), policy.and_then(|it| it.followed.as_ref()))
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
        Some(Followed::Map(why)) => Cell::translated(it.reading, why.no.as_ref(), "retention-policy.followed.no"),
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

//! The record of one activity, letter by letter as Art. 30 asks.

use std::collections::BTreeSet;
use std::iter;

use serde::Serialize;

use super::record_further::further;
use super::transfer::transfers;
use super::{Line, Link, Phrase, Reading, Section, Value};
use crate::declare::{ActivityDecl, Followed, Measure, OrganisationDecl, PersonDecl, Retention, RetentionItem};
use crate::flow::{Disclosure, Processing};
use crate::model::{Activity, ActivityId, CategoryId, FieldId, FlowKind, NodeId};
use crate::source::{Short, Span};

/// The page of one activity.
#[derive(Clone, Debug, Serialize)]
pub struct RecordPage {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Its number in the record.
    pub number: Option<String>,
    /// Where it is declared.
    pub place: String,
    /// Controller or processor record.
    pub part: String,
    /// The letters.
    pub sections: Vec<Section>,
    /// What is known beyond Art. 30.
    pub further: Section,
}

/// The record of an activity: of Art. 30(2) where the organisation acts as a processor in it.
pub fn record(reading: &Reading, id: ActivityId) -> RecordPage {
    let activity = &reading.model().activities[id.index()];
    let processing = &reading.processing[id.index()];
    let processor = activity.is_processor();
    let sections =
        if processor { processor_letters(reading, activity, processing) } else { controller_letters(reading, activity, processing) };
    let Link { text: title, lang, .. } = reading.activity(id);
    RecordPage {
        title,
        lang,
        id: activity.id.clone(),
        number: activity.decl.number.as_ref().map(|it| it.value.clone()),
        place: reading.place(activity.span),
        part: reading.word(if processor { "processor_part" } else { "controller_part" }),
        sections,
        further: further(reading, id),
    }
}

fn controller_letters(reading: &Reading, activity: &Activity, processing: &Processing) -> Vec<Section> {
    let section = |letter, title: &str, lines| Section {
        letter: Some(letter),
        title: reading.word(title),
        article: Some(reading.article(&format!("gdpr.30.1.{letter}"))),
        lines,
    };
    vec![
        section("a", "record_a", controller(reading, activity)),
        section("b", "record_b", vec![purposes(reading, &activity.decl)]),
        section("c", "record_c", data(reading, processing)),
        section("d", "record_d", recipients(reading, processing)),
        section("e", "record_e", vec![transfers(reading, processing)]),
        section("f", "record_f", iter::once(retention(reading, &activity.decl, processing)).chain(policy(reading)).collect()),
        section("g", "record_g", security(reading, &activity.decl, processing)),
    ]
}

fn processor_letters(reading: &Reading, activity: &Activity, processing: &Processing) -> Vec<Section> {
    let section = |letter, title: &str, lines| Section {
        letter: Some(letter),
        title: reading.word(title),
        article: Some(reading.article(&format!("gdpr.30.2.{letter}"))),
        lines,
    };
    let mut parties = organisation_lines(reading, organisation(reading, activity));
    parties.insert(0, on_behalf_of(reading, &activity.decl));
    let operations = activity.decl.operations.iter().map(|it| reading.declared_text(it)).collect();
    vec![
        section("a", "record_processor_a", parties),
        section("b", "record_processor_b", vec![reading.line("operations", operations, reading.missing("operations"))]),
        section("c", "record_e", vec![transfers(reading, processing)]),
        section("d", "record_g", security(reading, &activity.decl, processing)),
    ]
}

fn on_behalf_of(reading: &Reading, decl: &ActivityDecl) -> Line {
    let controllers = decl.on_behalf_of.iter().map(|word| {
        let known = reading.model().controllers.iter().find(|it| it.id == word.value);
        let name = known.and_then(|it| it.decl.name.as_ref()).map_or(&word.value, |name| &name.value);
        let mut value = reading.declared(name.as_str(), known.map_or(word.span, |it| it.span));
        if let Some(it) = known {
            let more = [&it.decl.contact, &it.decl.country, &it.decl.representative, &it.decl.dpo];
            value.details.extend(more.into_iter().filter_map(|part| part.as_ref().map(|part| reading.document(&part.value))));
        }
        value
    });
    reading.line("on_behalf_of", controllers.collect(), reading.missing("on-behalf-of"))
}

fn organisation<'a>(reading: &Reading<'a>, activity: &Activity) -> Option<&'a OrganisationDecl> {
    let settings = &reading.map.model.settings;
    let entity = activity.decl.entity.as_ref().and_then(|id| settings.entities.get(id));
    entity.or(settings.organisation.as_ref())
}

fn controller(reading: &Reading, activity: &Activity) -> Vec<Line> {
    let mut lines = organisation_lines(reading, organisation(reading, activity));
    let joint = activity.joint.iter().map(|id| {
        let span =
            activity.decl.joint.iter().find(|word| word.value == reading.model().node(*id).id).map_or(activity.span, |word| word.span);
        party(|name| reading.declared(name, span), reading, *id)
    });
    let none = reading.not_applicable(reading.word("no_joint_controller"));
    lines.push(reading.line("joint_controllers", joint.collect(), none));
    lines
}

/// Name and contact details of an organisation, with its representative and officer.
pub(super) fn organisation_lines(reading: &Reading, it: Option<&OrganisationDecl>) -> Vec<Line> {
    let Some(it) = it else {
        return vec![reading.line("name", Vec::new(), reading.missing("organisation"))];
    };
    let word = |label: &str, key: &str, word: Option<&crate::declare::Word>| {
        let values = word.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect();
        reading.line(label, values, reading.missing(key))
    };
    let country = it.country.iter().map(|it| reading.declared(reading.country(Some(&it.value)), it.span)).collect();
    let in_eea = it.country.as_ref().is_some_and(|code| reading.law().is_eea(code, reading.map.today));
    let no_representative =
        if in_eea { reading.not_applicable(reading.word("established_in_eea")) } else { reading.missing("organisation.representative") };
    let mut lines = vec![
        word("name", "organisation.name", it.name.as_ref()),
        word("address", "organisation.address", it.address.as_ref()),
        reading.line("country", country, reading.missing("organisation.country")),
        word("contact", "organisation.contact", it.contact.as_ref()),
        reading.line("representative", it.representative.iter().map(|it| person(reading, it)).collect(), no_representative),
        reading.line("dpo", it.dpo.iter().map(|it| person(reading, it)).collect(), reading.missing("organisation.dpo")),
    ];
    lines.extend(it.authority.is_some().then(|| word("authority", "organisation.authority", it.authority.as_ref())));
    lines
}

fn person(reading: &Reading, it: &Short<PersonDecl>) -> Value {
    let parts: Vec<_> = [&it.name, &it.email, &it.contact].into_iter().filter_map(|part| part.as_ref()).collect();
    match (it.none.as_ref(), parts.first()) {
        (Some(why), _) => {
            let mut value = reading.not_applicable(why.value.as_str());
            value.origin.place = Some(reading.place(why.span));
            value
        }
        (None, Some(first)) => {
            let text: Vec<_> = parts.iter().map(|part| part.value.as_str()).collect();
            reading.declared(text.join(", "), first.span)
        }
        (None, None) => reading.missing("name"),
    }
}

fn purposes(reading: &Reading, decl: &ActivityDecl) -> Line {
    let values = decl.purpose.iter().map(|it| reading.declared_text(it)).collect();
    reading.line("purposes", values, reading.missing("purpose"))
}

fn data(reading: &Reading, processing: &Processing) -> Vec<Line> {
    let model = reading.model();
    let nothing = || reading.missing("collects, uses, access, sends");
    let mut subjects: Vec<_> = processing.items.iter().map(|item| item.subject).collect();
    subjects.sort();
    subjects.dedup();
    let subjects = subjects.into_iter().map(|id| {
        let decl = &model.subject(id).decl;
        let Phrase { text, lang } = reading.title(decl.title.as_deref(), &model.subject(id).id);
        let mut value = reading.computed(text).spoken(lang);
        if let Some(count) = decl.count.as_ref() {
            value = value.detail(format!("{} {}", reading.word("about"), reading.number(count.value)));
        }
        let vulnerable = decl.vulnerable.as_ref().is_some_and(|it| it.value) || decl.child.as_ref().is_some_and(|it| it.value);
        if vulnerable { value.badge("warning", reading.word("vulnerable")) } else { value }
    });
    let fields = |fields: &BTreeSet<FieldId>| fields.iter().map(|id| reading.field(*id)).collect::<Vec<_>>().join(", ");
    let categories = processing.categories(&reading.map.model);
    let mut values: Vec<_> = categories
        .iter()
        .map(|(id, of)| {
            let value = reading.computed(reading.category(*id)).detail(fields(of));
            if model.category(*id).is_sensitive() { value.badge("sensitive", reading.word("sensitive")) } else { value }
        })
        .collect();
    values.extend(processing.unknown(&reading.map.model).map(|id| {
        let value = reading.missing("is").badge("sensitive", reading.word("possibly_sensitive"));
        value.detail(reading.field(id))
    }));
    let revealed = processing.sensitive.iter().map(|(id, of)| {
        let (own, by): (Vec<_>, Vec<_>) =
            of.iter().copied().partition(|field| model.field(*field).is.iter().any(|it| model.is_below(*it, *id)));
        let mut value = reading.computed(reading.sensitive(*id).text);
        for (how, which) in [("is_itself", own), ("revealed_by", by)].into_iter().filter(|(_, which)| !which.is_empty()) {
            value = value.detail(format!("{} {}", reading.word(how), fields(&which.into_iter().collect())));
        }
        value
    });
    vec![
        reading.line("subjects", subjects.collect(), nothing()),
        reading.line("categories_of_data", values, nothing()),
        reading.line("sensitive_categories", revealed.collect(), reading.not_applicable(reading.word("no_sensitive"))),
    ]
}

fn recipients(reading: &Reading, processing: &Processing) -> Vec<Line> {
    let (mut direct, mut below, mut before) = (Vec::new(), Vec::new(), Vec::new());
    for (id, how) in &processing.recipients {
        let value = disclosed(reading, *id, how);
        let works_for_another = how.flows.iter().all(|flow| reading.model().flow(*flow).kind == FlowKind::Subprocessor);
        match () {
            () if !how.open => before.push(value),
            () if works_for_another => below.push(value),
            () => direct.push(value),
        }
    }
    let none = || reading.not_applicable(reading.word("no_recipient"));
    let mut lines = vec![reading.line("recipients", direct, none())];
    if !below.is_empty() {
        lines.push(reading.line("subprocessors", below, none()));
    }
    if !before.is_empty() {
        lines.push(reading.line("recipients_before", before, none()));
    }
    lines
}

/// A recipient with its role, and the flows by which the data of an activity come to it.
pub(super) fn disclosed(reading: &Reading, id: NodeId, how: &Disclosure) -> Value {
    let model = reading.model();
    let flows: Vec<_> = how.flows.iter().map(|flow| model.flow(*flow)).collect();
    let mut value = party(|name| reading.computed(name), reading, id);
    for flow in flows {
        let stopped = flow.stopped.filter(|_| flow.is_stopped(reading.map.today));
        let stopped = stopped.map_or(String::new(), |day| format!(", {}", reading.on_day("stopped_since", day)));
        value = value.detail(format!("{} ({}{stopped})", flow.id, reading.place(flow.span)));
    }
    value
}

/// A recipient's page, legal role and sort of business.
fn party(said: impl Fn(String) -> Value, reading: &Reading, id: NodeId) -> Value {
    let Link { text, lang, href, .. } = reading.node(id);
    let value = said(text).spoken(lang);
    let Some(it) = reading.model().recipient(id) else { return value };
    let value = value.link(href);
    let value = match it.role {
        Some(role) => value.badge("role", reading.choice("role", &role)),
        None => value.badge("missing", reading.pair(reading.word("role"), reading.word("missing"))),
    };
    match &it.kind {
        Some(kind) => value.badge("kind", reading.kind(kind)),
        None => value,
    }
}

fn retention(reading: &Reading, decl: &ActivityDecl, processing: &Processing) -> Line {
    let mut values = retention_values(reading, decl.retention.as_ref());
    if let Some(Retention::Map(by_category)) = decl.retention.as_ref() {
        let model = reading.model();
        let covered = |id: CategoryId| {
            by_category.iter().any(|entry| model.category_named(&entry.key).is_some_and(|above| model.is_below(id, above)))
        };
        let silent: Vec<_> = processing.categories(&reading.map.model).into_keys().filter(|id| !covered(*id)).collect();
        values.extend(
            silent.into_iter().map(|id| reading.missing(&format!("retention.{}", model.category(id).id)).detail(reading.category(id))),
        );
    }
    reading.line("retention", values, reading.missing("retention"))
}

/// The policy on keeping and erasing, and whether it is followed.
fn policy(reading: &Reading) -> Option<Line> {
    let it = reading.model().settings.retention_policy.as_ref()?;
    let mut value = match it.reference.as_ref() {
        Some(reference) => reading.declared(reference.value.as_str(), reference.span),
        None => reading.missing("retention-policy.ref"),
    };
    let said = |followed: bool| format!("{} {}", reading.word("followed"), reading.word(if followed { "yes" } else { "no" }));
    match it.followed.as_ref() {
        Some(Followed::Word(followed)) => value.details.push(said(followed.value)),
        Some(Followed::Map(why)) => {
            value.details.push(said(false));
            value.details.extend(why.no.as_ref().map(|text| reading.text(text)));
        }
        None => value.details.push(format!("{} {}", reading.word("followed"), reading.word("missing"))),
    }
    Some(Line { label: reading.word("retention_policy"), values: vec![value] })
}

/// Storage periods, one value each.
pub(super) fn retention_values(reading: &Reading, it: Option<&Retention>) -> Vec<Value> {
    match it {
        None => Vec::new(),
        Some(Retention::Word(duration)) => {
            vec![reading.declared(reading.duration(duration), duration.span).detail(reading.word("all_categories"))]
        }
        Some(Retention::Map(by_category)) => by_category.iter().map(|entry| period(reading, &entry.key, &entry.value)).collect(),
    }
}

fn period(reading: &Reading, category: &crate::declare::Word, it: &RetentionItem) -> Value {
    let title = reading.model().category_named(category).map_or_else(|| category.value.clone(), |id| reading.category(id));
    let length = it.keep.as_ref().map_or_else(|| reading.word("missing"), |keep| reading.duration(keep));
    let after = it.after.as_ref().map_or(String::new(), |text| format!(" {} {}", reading.word("after"), reading.text(text)));
    let value = reading.declared(reading.pair(title, length + &after), category.span);
    match it.law.as_ref() {
        Some(law) => value.detail(reading.document(&law.value)),
        None => value,
    }
}

fn security(reading: &Reading, decl: &ActivityDecl, processing: &Processing) -> Vec<Line> {
    let own = reading.model().measures(decl);
    let mut lines = vec![reading.line("measures", measures(reading, own), reading.missing("security"))];
    for id in &processing.systems {
        if let crate::model::NodeKind::System(system) = &reading.model().node(*id).kind
            && !system.security.is_empty()
        {
            let label = reading.pair(reading.word("system"), reading.node(*id).text);
            lines.push(Line { label, values: measures(reading, &system.security) });
        }
    }
    lines
}

/// Technical and organisational measures.
pub(super) fn measures(reading: &Reading, all: &[Short<Measure>]) -> Vec<Value> {
    let one = |it: &Short<Measure>| {
        let missing = || reading.declared(reading.word("missing"), Span::default());
        let mut value = it.measure.as_ref().map_or_else(missing, |it| reading.declared_text(it));
        let kind = it.kind.as_ref().map(|kind| reading.choice("measure", &kind.value));
        let letter = it.art32.as_ref().map(|letter| reading.article(&format!("gdpr.32.1.{}", letter.value)));
        value.details.extend([kind, letter].into_iter().flatten().reduce(|kind, letter| format!("{kind}, {letter}")));
        value
    };
    all.iter().map(one).collect()
}

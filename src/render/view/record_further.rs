//! What is known of an activity beyond Art. 30(1): basis, conditions, assessments, systems.

use std::collections::BTreeMap;

use super::notices::notice_link;
use super::rights::rights;
use super::{Line, Reading, Section, Value};
use crate::declare::{ActivityDecl, ActivityRole, Dpia, GateDecl, HandlingLevel, Word};
use crate::flow::Processing;
use crate::model::{ActivityId, CategoryId, Gate, Incident, NodeId, NodeKind};

/// Further facts; those a reviewer will ask for are said to be missing, others are left out.
pub(super) fn further(reading: &Reading, id: ActivityId) -> Section {
    let decl = &reading.model().activities[id.index()].decl;
    let processing = &reading.processing[id.index()];
    let mut lines = vec![basis(reading, decl), conditions(reading, decl, processing), dpia(reading, decl)];
    lines.extend(interest(reading, decl));
    lines.push(required(reading, "owner", "owner", decl.owner.as_ref()));
    lines.extend(plain(reading, decl));
    lines.extend(rights(reading, reading.model().activity(id)));
    lines.push(dates(reading, decl));
    lines.extend(handling(reading, processing));
    lines.extend(limits(reading, decl));
    lines.extend(risks(reading, decl));
    lines.extend(around(reading, id, processing));
    lines.extend(asked(reading, id, processing));
    lines.extend(incidents(reading, id));
    Section { letter: None, title: reading.word("beyond_article_30"), article: None, lines }
}

fn required(reading: &Reading, label: &str, key: &str, word: Option<&Word>) -> Line {
    let values = word.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect();
    reading.line(label, values, reading.missing(key))
}

fn basis(reading: &Reading, decl: &ActivityDecl) -> Line {
    let values = decl.basis.iter().map(|word| match reading.law().bases.get(word) {
        Some(known) => {
            let title = known.title.as_ref().map_or_else(|| word.value.clone(), |text| reading.text(text));
            let value = reading.declared(title, word.span);
            known.article.as_ref().map_or(value.clone(), |article| value.detail(reading.article(article)))
        }
        // `unknown` is a statement, and still a gap.
        None => reading.missing("basis").detail(format!("{} ({})", word.value, reading.place(word.span))),
    });
    reading.line("basis", values.collect(), reading.missing("basis"))
}

/// The condition of Art. 9(2) for each special category the activity processes or reveals.
fn conditions(reading: &Reading, decl: &ActivityDecl, processing: &Processing) -> Line {
    let special = |id: &CategoryId| reading.model().category(*id).art9.is_some();
    let needed: Vec<CategoryId> = processing.sensitive.keys().copied().filter(special).collect();
    let values = conditions_of(reading, decl, &needed, None);
    let mut line = reading.line("conditions", values, reading.not_applicable(reading.word("no_special")));
    if let Some(law) = decl.offences.as_ref().and_then(|it| it.law.as_ref()) {
        line.values.push(reading.declared(law.value.as_str(), law.span).detail(reading.article("gdpr.10")));
    }
    line
}

/// The conditions an activity states, and those that special categories still need; only those that
/// answer for `category` or a part of it, if one is named.
pub(super) fn conditions_of(reading: &Reading, decl: &ActivityDecl, needed: &[CategoryId], category: Option<CategoryId>) -> Vec<Value> {
    let model = reading.model();
    let answers = |key: &Word| {
        category.is_none_or(|id| model.category_named(key).is_some_and(|stated| model.is_below(id, stated) || model.is_below(stated, id)))
    };
    let mut values: Vec<Value> = decl
        .special
        .iter()
        .filter(|entry| answers(&entry.key))
        .map(|entry| {
            let category = model.category_named(&entry.key).map_or_else(|| entry.key.value.clone(), |id| reading.category(id));
            let letter = entry.value.condition.as_ref();
            let known = letter.and_then(|letter| reading.law().conditions.get(letter));
            let title = known.and_then(|it| it.title.as_ref()).map_or_else(|| reading.word("missing"), |text| reading.text(text));
            let mut value = reading.declared(reading.pair(category, title), entry.key.span);
            value.details.extend(known.and_then(|it| it.article.as_ref()).map(|article| reading.article(article)));
            value.details.extend(entry.value.law.as_ref().map(|law| reading.document(&law.value)));
            value
        })
        .collect();
    let covered =
        |id: CategoryId| decl.special.iter().any(|entry| model.category_named(&entry.key).is_some_and(|above| model.is_below(id, above)));
    // A condition for the part answers for the whole it belongs to: only the deepest are asked for.
    let deepest = |id: &CategoryId| !needed.iter().any(|other| other != id && model.is_below(*other, *id));
    for id in needed.iter().filter(|id| deepest(id) && !covered(**id)) {
        values.push(reading.missing(&format!("special.{}", model.category(*id).id)).detail(reading.category(*id)));
    }
    values
}

fn dpia(reading: &Reading, decl: &ActivityDecl) -> Line {
    let values = decl.dpia.iter().map(|it| match it {
        Dpia::Word(word) => reading.declared(word.value.as_str(), word.span),
        Dpia::Map(it) => {
            let parts = [&it.reference, &it.none, &it.residual, &it.consulted];
            let span = parts.into_iter().find_map(|part| part.as_ref().map(|word| word.span)).unwrap_or_default();
            let status = it.status.as_ref().map(|status| reading.choice("dpia", &status.value));
            match it.none.as_ref() {
                Some(why) => {
                    let mut value = reading.not_applicable(why.value.as_str());
                    value.origin.place = Some(reading.place(why.span));
                    value
                }
                None => {
                    let head: Vec<_> = it.reference.as_ref().map(|word| word.value.clone()).into_iter().chain(status).collect();
                    let mut value = reading.declared(head.join(", "), span);
                    value.details.extend(it.date.as_ref().map(|day| reading.date(day.value)));
                    value.details.extend(it.residual.as_ref().map(|word| format!("{} {}", reading.word("residual_risk"), word.value)));
                    value.details.extend(it.consulted.as_ref().map(|word| format!("{} {}", reading.word("consulted"), word.value)));
                    value
                }
            }
        }
    });
    reading.line("dpia", values.collect(), reading.missing("dpia"))
}

fn interest(reading: &Reading, decl: &ActivityDecl) -> Option<Line> {
    let rests_on_it = decl.basis.as_ref().is_some_and(|basis| basis.value == "legitimate-interest");
    let mut values: Vec<_> = decl.interest.iter().map(|it| reading.declared_text(it)).collect();
    values.extend(decl.lia.iter().map(|it| reading.declared(it.value.as_str(), it.span).detail(reading.word("lia"))));
    (rests_on_it || !values.is_empty()).then(|| reading.line("interest", values, reading.missing("interest")))
}

/// Facts that are shown where they are declared.
fn plain(reading: &Reading, decl: &ActivityDecl) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |label: &str, values: Vec<Value>| {
        if !values.is_empty() {
            lines.push(Line { label: reading.word(label), values });
        }
    };
    let words = |all: &[Word]| all.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect::<Vec<_>>();
    // A processor's operations are letter (b) of its record.
    if decl.role.as_ref().is_none_or(|role| role.value != ActivityRole::Processor) {
        add("operations", decl.operations.iter().map(|it| reading.declared_text(it)).collect());
    }
    add("function", decl.function.iter().map(|it| reading.declared_text(it)).collect());
    add("entity", decl.entity.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect());
    add("own_role", decl.role.iter().map(|it| reading.declared(reading.choice("role", &it.value), it.span)).collect());
    add("status", decl.status.iter().map(|it| reading.declared(reading.choice("status", &it.value), it.span)).collect());
    add("importance", decl.importance.iter().map(|it| reading.declared(reading.choice("importance", &it.value), it.span)).collect());
    add("essential", decl.essential.iter().filter_map(|it| it.why.as_ref()).map(|it| reading.declared_text(it)).collect());
    let said = |it: &crate::source::Spanned<bool>| reading.declared(reading.word(if it.value { "yes" } else { "no" }), it.span);
    add("marketing", decl.marketing.iter().map(said).collect());
    add("occasional", decl.occasional.iter().map(said).collect());
    add("traits", decl.traits.iter().map(|it| reading.declared(reading.choice("trait", &it.value), it.span)).collect());
    add("technology", words(&decl.technology));
    add("tags", words(&decl.tags));
    lines
}

fn dates(reading: &Reading, decl: &ActivityDecl) -> Line {
    let all = [("created", &decl.created), ("updated", &decl.updated), ("reviewed", &decl.reviewed)];
    let mut values: Vec<_> =
        all.into_iter().filter_map(|(label, day)| day.as_ref().map(|day| reading.dated(day).detail(reading.word(label)))).collect();
    if decl.reviewed.is_none() {
        values.push(reading.missing("reviewed"));
    }
    Line { label: reading.word("dates"), values }
}

fn limits(reading: &Reading, decl: &ActivityDecl) -> Option<Line> {
    let all = [("limit_data", &decl.data), ("limit_recipients", &decl.recipients), ("limit_countries", &decl.countries)];
    let values: Vec<_> = all
        .into_iter()
        .filter_map(|(label, words)| {
            let first = words.first()?;
            let text: Vec<_> = words.iter().map(|word| word.value.as_str()).collect();
            Some(reading.declared(text.join(", "), first.span).detail(reading.word(label)))
        })
        .collect();
    (!values.is_empty()).then(|| Line { label: reading.word("limits"), values })
}

fn risks(reading: &Reading, decl: &ActivityDecl) -> Vec<Line> {
    let mut lines = Vec::new();
    let risks: Vec<_> = decl
        .risks
        .iter()
        .filter_map(|it| {
            let text = it.text.as_ref()?;
            let mut value = reading.declared_text(text);
            value.details.extend(it.likelihood.as_ref().map(|word| format!("{} {}", reading.word("likelihood"), word.value)));
            value.details.extend(it.severity.as_ref().map(|word| format!("{} {}", reading.word("severity"), word.value)));
            value.details.extend(it.measures.iter().map(|text| reading.text(text)));
            Some(value)
        })
        .collect();
    if !risks.is_empty() {
        lines.push(Line { label: reading.word("risks"), values: risks });
    }
    let compatible: Vec<_> = decl
        .compatible
        .iter()
        .filter_map(|it| {
            let from = it.from.as_ref()?;
            let link = reading.model().activity_named(from).map(|id| reading.activity(id));
            let text = link.as_ref().map_or_else(|| from.value.clone(), |link| link.text.clone());
            let mut value = reading.declared(text, from.span).link(link.and_then(|link| link.href));
            value.details.extend(it.assessment.as_ref().map(|word| format!("{} {}", reading.word("assessment"), word.value)));
            Some(value)
        })
        .collect();
    if !compatible.is_empty() {
        lines.push(Line { label: reading.word("compatible"), values: compatible });
    }
    lines
}

/// Systems, roles, sources and notices around the activity.
fn around(reading: &Reading, id: ActivityId, processing: &Processing) -> Vec<Line> {
    let model = reading.model();
    let systems = processing.systems.iter().map(|id| {
        let node = reading.to_node(*id);
        let value = reading.computed(node.text.as_str()).spoken(node.lang.clone());
        match location(reading, *id) {
            Some(country) => value.detail(country),
            None => value,
        }
    });
    let systems = systems.collect();
    let mut lines = vec![reading.line("systems", systems, reading.missing("collects, uses, access, sends"))];
    let roles: Vec<_> = model
        .roles
        .iter()
        .filter(|role| processing.roles.contains(&role.id))
        .map(|role| reading.title(role.decl.title.as_deref(), &role.id))
        .map(|it| reading.computed(it.text).spoken(it.lang))
        .collect();
    if !roles.is_empty() {
        lines.push(Line { label: reading.word("staff_roles"), values: roles });
    }
    let origins: Vec<_> = model
        .origins
        .iter()
        .filter(|origin| processing.origins.contains(&origin.id))
        .map(|origin| {
            let title = reading.title(origin.decl.title.as_deref(), &origin.id);
            let mut value = reading.declared(title.text, origin.span).spoken(title.lang);
            value.details.extend(
                [&origin.decl.from, &origin.decl.collector].into_iter().filter_map(|it| it.as_ref().map(|it| reading.document(&it.value))),
            );
            value
        })
        .collect();
    if !origins.is_empty() {
        lines.push(Line { label: reading.word("sources"), values: origins });
    }
    let notices = model.notices.iter().filter(|notice| notice.activities.contains(&id)).map(|notice| {
        let link = notice_link(reading, notice);
        let mut value = reading.declared(link.text, notice.span).spoken(link.lang).link(link.href);
        value.details.extend(notice.decl.version.as_ref().map(|version| format!("{} {}", reading.word("version"), version.value)));
        value.details.extend(notice.decl.url.as_ref().map(|url| reading.document(&url.value)));
        value
    });
    lines.push(reading.line("notices", notices.collect(), reading.missing("notices")));
    lines
}

/// The country a system stands in, as declared.
pub(super) fn location(reading: &Reading, id: NodeId) -> Option<String> {
    match &reading.model().node(id).kind {
        NodeKind::System(system) => system.location.as_ref().map(|code| reading.country(Some(code))),
        NodeKind::Recipient(_) => None,
    }
}

/// The handling classes of what is processed, the categories of each; an inherited one counts.
fn handling(reading: &Reading, processing: &Processing) -> Option<Line> {
    let model = reading.model();
    let class = |id: CategoryId| -> Option<HandlingLevel> {
        let line = std::iter::successors(Some(id), |it| model.category(*it).parent);
        line.filter_map(|it| model.category(it).decl.level.as_ref()).map(|level| level.value).next()
    };
    let mut classes: BTreeMap<HandlingLevel, Vec<String>> = BTreeMap::new();
    for id in processing.categories(model).into_keys() {
        if let Some(class) = class(id) {
            classes.entry(class).or_default().push(reading.category(id));
        }
    }
    // The strictest first.
    let values = classes.iter().rev().map(|(class, of)| reading.computed(reading.choice("handling", class)).detail(of.join(", ")));
    let values: Vec<Value> = values.collect();
    (!values.is_empty()).then(|| Line { label: reading.word("handling"), values })
}

/// The gates that ask people for consent to an activity, or on its flows.
pub(super) fn consents<'a>(reading: &Reading<'a>, id: ActivityId, processing: &Processing) -> Vec<(&'a Gate, &'a GateDecl)> {
    let model = &reading.map.model;
    let on_flow = |at: usize| processing.flows.iter().any(|flow| model.flow(*flow).gates.iter().any(|gate| gate.index() == at));
    let all = model.gates.iter().enumerate();
    let asked = all.filter(|(at, gate)| gate.asks_consent() && (gate.activities.contains(&id) || on_flow(*at)));
    asked.filter_map(|(_, gate)| Some((gate, gate.decl.as_ref()?))).collect()
}

/// How consent is asked for, and where the answers are kept.
fn asked(reading: &Reading, id: ActivityId, processing: &Processing) -> Option<Line> {
    let rests = reading.model().activity(id).decl.basis.as_ref().is_some_and(|basis| basis.value == "consent");
    let value = |(gate, decl): &(&Gate, &GateDecl)| {
        let title = decl.title.as_ref().map_or_else(|| gate.id.clone(), |text| reading.text(text));
        let mut value = reading.declared(title, gate.span);
        let words = [("consent_record", &decl.proof), ("withdrawal", &decl.withdrawal), ("list_version", &decl.list_version)];
        value
            .details
            .extend(words.into_iter().filter_map(|(label, word)| Some(format!("{} {}", reading.word(label), word.as_ref()?.value))));
        if decl.proof.is_none() {
            value.badge("missing", format!("{} {}", reading.word("consent_record"), reading.word("missing")))
        } else {
            value
        }
    };
    let values: Vec<Value> = consents(reading, id, processing).iter().map(value).collect();
    (rests || !values.is_empty()).then(|| reading.line("consents", values, reading.missing("gates")))
}

/// What went wrong with flows of an activity.
pub(super) fn incidents_of<'a>(reading: &Reading<'a>, id: ActivityId) -> impl Iterator<Item = &'a Incident> {
    let model = &reading.map.model;
    model.incidents.iter().filter(move |it| it.flows.iter().any(|flow| model.flow(*flow).activities.contains(&id)))
}

fn incidents(reading: &Reading, id: ActivityId) -> Option<Line> {
    let value = |it: &Incident| {
        let title = it.decl.title.as_ref().map_or_else(|| it.id.clone(), |text| reading.text(text));
        let mut value = reading.declared(title, it.span);
        let days = [("incident_found", &it.decl.date), ("authority_informed", &it.decl.notified)];
        value.details.extend(days.into_iter().filter_map(|(label, day)| Some(format!("{} {}", reading.word(label), day.as_ref()?.value))));
        value.details.extend(it.decl.reference.as_ref().map(|word| reading.document(&word.value)));
        value
    };
    let values: Vec<Value> = incidents_of(reading, id).map(value).collect();
    (!values.is_empty()).then(|| Line { label: reading.word("incidents"), values })
}

//! The page of a recipient: who it is, under what it receives, and what it gets.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{measures, retention_values};
use super::transfer::mechanism;
use super::{Badge, Delivery, Line, Link, Observed, Reading, Section, Value, deliveries, observed_of};
use crate::declare::{ContractDecl, Deletion, FeatureDecl, Mode, Role, Word};
use crate::model::{Country, NodeId, Recipient};
use crate::source::Spanned;

/// The page of one recipient.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientPage {
    /// What readers see.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub place: String,
    /// Whose it is, where a neighbour declares it.
    pub neighbour: Option<Badge>,
    /// Who it is, under what contract, where.
    pub sections: Vec<Section>,
    /// What it gets, by flow.
    pub deliveries: Vec<Delivery>,
    /// The sensitive data among that.
    pub sensitive: Vec<Badge>,
    /// How many exposures that is.
    pub exposures: usize,
    /// What was seen going to it.
    pub observed: Vec<Observed>,
}

/// The page of a recipient.
pub fn recipient(reading: &Reading, id: NodeId) -> Option<RecipientPage> {
    let node = reading.model().node(id);
    let it = node.recipient()?;
    let section = |title: &str, lines| Section { letter: None, title: reading.word(title), article: None, lines };
    let deliveries = deliveries(reading, id);
    let Link { text: title, lang, .. } = reading.node(id);
    Some(RecipientPage {
        title,
        lang,
        id: node.id.clone(),
        place: reading.place(node.span),
        neighbour: reading.neighbour(node.span),
        sections: vec![
            section("who_it_is", identity(reading, it)),
            section("contract", contract(reading, it.contract.as_ref(), it)),
            section("transfers", places(reading, id, it)),
            section("subprocessors", below(reading, id)),
            section("keeping_and_erasing", keeping(reading, it)),
            section(
                "features",
                vec![reading.line("features", features(reading, id, it), reading.not_applicable(reading.word("no_feature")))],
            ),
        ],
        observed: observed_of(reading, id),
        exposures: deliveries.iter().map(|it| it.items.len()).sum(),
        sensitive: sensitive(&deliveries),
        deliveries,
    })
}

/// What arrives that is or reveals something sensitive, each once.
fn sensitive(deliveries: &[Delivery]) -> Vec<Badge> {
    let labels = deliveries.iter().flat_map(|it| &it.items).flat_map(|it| &it.labels);
    let by_text: BTreeMap<&str, &Badge> = labels.map(|badge| (badge.text.as_str(), badge)).collect();
    by_text.into_values().cloned().collect()
}

fn word(reading: &Reading, label: &str, key: &str, word: Option<&Word>) -> Line {
    let values = word.map(|it| reading.declared(it.value.as_str(), it.span)).into_iter().collect();
    reading.line(label, values, reading.missing(key))
}

fn words(reading: &Reading, all: &[Word]) -> Vec<Value> {
    all.iter().map(|it| reading.declared(it.value.as_str(), it.span)).collect()
}

fn identity(reading: &Reading, it: &Recipient) -> Vec<Line> {
    let decl = &it.decl;
    let name = match (decl.name.as_ref(), &it.name) {
        (Some(own), _) => vec![reading.declared(own.value.as_str(), own.span)],
        (None, Some(given)) => vec![reading.given(given.as_str())],
        (None, None) => Vec::new(),
    };
    let kind = match (decl.kind.as_ref(), &it.kind) {
        (Some(own), _) => vec![reading.declared(reading.kind(own), own.span)],
        (None, Some(given)) => vec![reading.given(reading.kind(given))],
        (None, None) => Vec::new(),
    };
    let role = decl.role.iter().map(|it| reading.declared(reading.choice("role", &it.value), it.span)).collect();
    let mut lines = vec![
        reading.line("legal_name", name, reading.missing("name")),
        word(reading, "contact", "contact", decl.contact.as_ref()),
        reading.line("role", role, reading.missing("role")),
        reading.line("kind", kind, reading.missing("kind")),
    ];
    let more = [("vendor", decl.vendor.iter().cloned().collect::<Vec<_>>()), ("own_purposes", decl.own_purposes.0.clone())];
    let more = more.into_iter().chain([
        ("matches", decl.matches.0.clone()),
        ("holds", decl.holds.0.clone()),
        ("hosts", decl.hosts.0.clone()),
        ("tags", decl.tags.0.clone()),
    ]);
    lines.extend(
        more.filter(|(_, all)| !all.is_empty()).map(|(label, all)| Line { label: reading.word(label), values: words(reading, &all) }),
    );
    if decl.inquiry.as_ref().is_some_and(|it| it.value) {
        lines.push(Line {
            label: reading.word("inquiry"),
            values: decl.inquiry.iter().map(|it| reading.declared(reading.word("yes"), it.span)).collect(),
        });
    }
    lines
}

fn contract(reading: &Reading, it: Option<&ContractDecl>, recipient: &Recipient) -> Vec<Line> {
    let Some(it) = it else {
        let none = if recipient.role == Some(Role::Authority) {
            reading.not_applicable(reading.word("authority_no_contract"))
        } else {
            reading.missing("contract")
        };
        return vec![reading.line("contract", Vec::new(), none)];
    };
    let kind = it.kind.iter().map(|word| reading.declared(reading.choice("contract", &word.value), word.span)).collect();
    let mut lines = vec![
        reading.line("contract_type", kind, reading.missing("contract.type")),
        word(reading, "reference", "contract.ref", it.reference.as_ref()),
    ];
    let mut days: Vec<_> = it.signed.iter().map(|day| reading.dated(day).detail(reading.word("signed"))).collect();
    days.extend(it.expires.iter().map(|day| {
        let value = reading.dated(day).detail(reading.word("expires"));
        if day.value <= reading.map.today { value.badge("error", reading.word("expired")) } else { value }
    }));
    lines.push(reading.line("dates", days, reading.missing("contract.signed")));
    let lists = [
        ("clauses", &it.clauses),
        ("covers_data", &it.data),
        ("covers_subjects", &it.subjects),
        ("covers_activities", &it.activities),
        ("authorised", &it.authorised),
        ("notified", &it.notified),
    ];
    for (label, all) in lists.into_iter().filter(|(_, all)| !all.is_empty()) {
        let text: Vec<_> = all.iter().map(|word| word.value.as_str()).collect();
        let span = all.first().map(|word| word.span).unwrap_or_default();
        lines.push(Line { label: reading.word(label), values: vec![reading.declared(text.join(", "), span)] });
    }
    if let Some(how) = it.subprocessing.as_ref() {
        lines.push(Line {
            label: reading.word("authorisation"),
            values: vec![reading.declared(reading.choice("subprocessing", &how.value), how.span)],
        });
    }
    if let Some(essence) = it.essence.as_ref() {
        lines.push(Line { label: reading.word("essence"), values: vec![reading.declared(essence.value.as_str(), essence.span)] });
    }
    lines
}

fn places(reading: &Reading, id: NodeId, it: &Recipient) -> Vec<Line> {
    let country = match (&it.country, it.decl.country.as_ref()) {
        (Country::Known(code), Some(_)) => vec![reading.declared(reading.country(Some(code)), code.span)],
        (Country::Known(code), None) => vec![reading.given(reading.country(Some(code)))],
        (Country::Unknown(span), _) => vec![reading.missing("country").detail(format!("unknown ({})", reading.place(*span)))],
        (Country::Missing, _) => Vec::new(),
    };
    let countries = |all: &[Spanned<String>], own: bool| -> Vec<Value> {
        let one = |code: &Spanned<String>| {
            let name = reading.country(Some(code));
            if own { reading.declared(name, code.span) } else { reading.given(name) }
        };
        all.iter().map(one).collect()
    };
    let mut lines = vec![reading.line("country", country, reading.missing("country"))];
    if !it.processing.is_empty() {
        lines.push(Line { label: reading.word("processing_in"), values: countries(&it.processing, !it.decl.processing.is_empty()) });
    }
    if !it.access_from.is_empty() {
        lines.push(Line { label: reading.word("access_from"), values: countries(&it.access_from, true) });
    }
    let all = reading.map.countries.of(id);
    let third = all
        .iter()
        .filter(|it| !it.eea)
        .map(|it| reading.computed(reading.country(it.country.as_deref())).badge("third", reading.word("third_country")));
    lines.push(reading.line("third_countries_chain", third.collect(), reading.not_applicable(reading.word("no_third_country"))));
    let abroad = abroad(reading, id);
    let transfers: Vec<_> = it
        .transfers
        .iter()
        .map(|transfer| {
            reading.declared(mechanism(reading, transfer, &abroad), transfer.mechanism.as_ref().map(|word| word.span).unwrap_or_default())
        })
        .collect();
    let outside =
        reading.model().own_countries(id).into_iter().any(|code| !code.is_some_and(|code| reading.law().is_eea(code, reading.map.today)));
    let none = if outside { reading.missing("transfer") } else { reading.not_applicable(reading.word("within_eea_itself")) };
    lines.push(reading.line("mechanism", transfers, none));
    lines
}

fn below(reading: &Reading, id: NodeId) -> Vec<Line> {
    let direct = &reading.model().recipient(id).map(|it| it.subprocessors.clone()).unwrap_or_default();
    let values = reading.model().chain(id).into_iter().filter(|member| *member != id).map(|member| {
        let link = reading.node(member);
        let value = reading.computed(link.text).spoken(link.lang).link(link.href);
        let value = if direct.contains(&member) { value } else { value.detail(reading.word("further_down")) };
        value.detail(reading.model().own_countries(member).into_iter().map(|code| reading.country(code)).collect::<Vec<_>>().join(", "))
    });
    vec![reading.line("subprocessors", values.collect(), reading.not_applicable(reading.word("no_subprocessor")))]
}

fn keeping(reading: &Reading, it: &Recipient) -> Vec<Line> {
    let decl = &it.decl;
    let mut lines = vec![
        reading.line("retention", retention_values(reading, decl.retention.as_ref()), reading.missing("retention")),
        reading.line("erase", decl.erase.iter().map(|mode| passed_on(reading, mode)).collect(), reading.missing("erase")),
    ];
    if let Some(mode) = decl.suppress.as_ref() {
        lines.push(Line { label: reading.word("suppress"), values: vec![passed_on(reading, mode)] });
    }
    if !it.deletions.is_empty() {
        lines.push(Line {
            label: reading.word("deletions"),
            values: it.deletions.iter().map(|(deletion, _)| asked(reading, deletion)).collect(),
        });
    }
    if !decl.security.is_empty() {
        lines.push(Line { label: reading.word("measures"), values: measures(reading, &decl.security) });
    }
    lines
}

/// How an erasure or objection is passed on, or why not.
pub(super) fn passed_on(reading: &Reading, mode: &Mode) -> Value {
    match mode {
        Mode::Word(how) => reading.declared(reading.choice("erase", &how.value), how.span),
        Mode::Map(none) => {
            let mut value = reading.not_applicable(none.none.as_ref().map_or_else(|| reading.word("missing"), |why| why.value.clone()));
            value.origin.place = none.none.as_ref().map(|why| reading.place(why.span));
            value
        }
    }
}

fn asked(reading: &Reading, it: &Deletion) -> Value {
    let scope: Vec<_> = it.scope.iter().map(|word| word.value.as_str()).collect();
    let requested = it.requested.as_ref().map(|day| reading.declared(reading.on_day("requested", day.value), day.span));
    let mut value = requested.unwrap_or_else(|| reading.missing("deletions.requested"));
    value = value.detail(reading.pair(reading.word("scope"), if scope.is_empty() { reading.word("everything") } else { scope.join(", ") }));
    value.details.extend(it.reference.as_ref().map(|word| reading.document(&word.value)));
    match it.confirmed.as_ref() {
        Some(day) => value.badge("good", reading.on_day("confirmed", day.value)),
        None => value.badge("missing", reading.word("not_confirmed")),
    }
}

/// The third countries a recipient itself is in.
fn abroad<'a>(reading: &Reading<'a>, id: NodeId) -> Vec<&'a str> {
    let own = reading.map.model.own_countries(id).into_iter().flatten();
    own.filter(|code| !reading.law().is_eea(code, reading.map.today)).collect()
}

fn features(reading: &Reading, id: NodeId, it: &Recipient) -> Vec<Value> {
    let abroad = abroad(reading, id);
    let vendor = it.vendor.as_ref().and_then(|id| reading.law().vendors.get(id));
    let one = |(name, feature): &(Spanned<String>, FeatureDecl)| {
        let title = vendor
            .and_then(|it| it.features.get(name))
            .and_then(|it| it.title.as_ref())
            .map_or_else(|| name.value.clone(), |text| reading.text(text));
        let mut value = reading.declared(title, name.span);
        value = match feature.state.as_ref() {
            Some(state) => value.badge("kind", reading.choice("feature", &state.value)),
            None => value.badge("missing", reading.word("missing")),
        };
        value.details.extend(feature.verified.as_ref().map(|day| reading.on_day("verified", day.value)));
        value.details.extend(feature.proof.as_ref().map(|word| reading.document(&word.value)));
        value.details.extend(feature.role.as_ref().map(|role| reading.pair(reading.word("role"), reading.choice("role", &role.value))));
        value.details.extend(feature.kind.as_ref().map(|kind| reading.pair(reading.word("kind"), reading.kind(kind))));
        value.details.extend(
            feature.contract.as_ref().and_then(|it| it.reference.as_ref()).map(|word| reading.pair(reading.word("contract"), &word.value)),
        );
        value.details.extend(feature.transfer.iter().flat_map(|it| it.all()).map(|it| mechanism(reading, &it, &abroad)));
        value
    };
    it.features.iter().map(one).collect()
}

//! What the house itself has decided: policies, levels, waivers, answers.

use serde::Serialize;

use super::gaps::pieces;
use super::{Link, Phrase, Reading, UntranslatedRow, untranslated};
use crate::declare::{SettingLevel, Text, Word};
use crate::finding::Finding;
use crate::model::{Answer, Policy, Waiver};
use crate::source::{Maybe, Spanned};
use crate::verdict::{Judged, Verdict};

/// One policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyRow {
    /// Its id.
    pub id: String,
    /// What it denies, as written.
    pub deny: String,
    /// Where, as written.
    pub to: String,
    /// What lifts it, as written.
    pub unless: Option<String>,
    /// Why the house has it.
    pub why: Option<Phrase>,
    /// How many findings it has.
    pub findings: usize,
    /// `file:line`.
    pub place: String,
}

/// A rule whose level the house has changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedLevel {
    /// The rule, with its place among the rules.
    pub rule: Link,
    /// What it is set to.
    pub level: String,
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// Why.
    pub why: Option<Phrase>,
    /// `file:line`.
    pub place: String,
}

/// One waiver.
#[derive(Clone, Debug, Serialize)]
pub struct WaiverRow {
    /// The key it answers for.
    pub key: String,
    /// Whether it counts on the day.
    pub state: String,
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// Why.
    pub why: Option<Phrase>,
    /// By whom.
    pub by: Option<String>,
    /// Since when.
    pub date: Option<String>,
    /// Until when.
    pub expires: Option<String>,
    /// Where it is followed up.
    pub ticket: Option<String>,
    /// The items it is bound to.
    pub covers: Vec<String>,
    /// How many findings it answers for.
    pub findings: usize,
    /// `file:line`.
    pub place: String,
}

/// One answered question.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerRow {
    /// The key of the finding that asks.
    pub key: String,
    /// The question, in pieces; none where nothing asks.
    pub question: Vec<String>,
    /// The answer.
    pub answer: Option<Phrase>,
    /// By whom.
    pub by: Option<String>,
    /// On which day.
    pub on: Option<String>,
    /// Where it is written down.
    pub reference: Option<String>,
    /// `file:line`.
    pub place: String,
}

/// What the house has decided.
#[derive(Clone, Debug, Serialize)]
pub struct HousePage {
    /// Its policies.
    pub policies: Vec<PolicyRow>,
    /// Rules with another level, those that are off first.
    pub levels: Vec<ChangedLevel>,
    /// Waivers.
    pub waivers: Vec<WaiverRow>,
    /// Answers.
    pub answers: Vec<AnswerRow>,
    /// Texts that are not written in the language of the page.
    pub untranslated: Vec<UntranslatedRow>,
}

/// The page on what the house has decided.
pub fn house(reading: &Reading, verdict: &Verdict) -> HousePage {
    let model = reading.model();
    let mut levels: Vec<_> = model.settings.levels.iter().filter_map(|it| Some((it, it.value.level.as_ref()?))).collect();
    levels.sort_by_key(|(entry, level)| (level.value.level(), entry.key.value.clone()));
    HousePage {
        policies: model.policies.iter().map(|it| policy(reading, verdict, it)).collect(),
        levels: levels
            .into_iter()
            .map(|(entry, level)| ChangedLevel {
                rule: Link {
                    text: entry.key.value.clone(),
                    lang: None,
                    id: entry.key.value.clone(),
                    href: Some(format!("rules.html#{}", entry.key.value)),
                },
                level: match level.value.level() {
                    Some(level) => reading.choice("level", &level),
                    None => reading.word("level_off"),
                },
                kind: if level.value == SettingLevel::Off { "missing" } else { level.value.level().map_or("", |it| it.word()) },
                why: said(reading, &entry.value.why),
                place: reading.place(entry.key.span),
            })
            .collect(),
        waivers: model.waivers.iter().enumerate().map(|(at, it)| waiver(reading, verdict, at, it)).collect(),
        answers: model.answers.iter().enumerate().map(|(at, it)| answer(reading, verdict, at, it)).collect(),
        untranslated: untranslated(reading),
    }
}

fn policy(reading: &Reading, verdict: &Verdict, it: &Policy) -> PolicyRow {
    let of = |finding: &Finding| finding.policy.as_deref() == Some(it.id.as_str());
    let words = |all: &[Word]| all.iter().map(|word| word.value.as_str()).collect::<Vec<_>>().join(", ");
    PolicyRow {
        id: it.id.clone(),
        deny: words(&it.decl.deny),
        to: it
            .decl
            .to
            .as_ref()
            .map_or_else(|| "external".to_owned(), |to| to.scope.as_ref().map_or_else(|| keys(&to.0), |scope| scope.value.clone())),
        unless: it.decl.unless.as_ref().map(keys),
        why: said(reading, &it.decl.why),
        findings: verdict.findings.iter().filter(|judged| of(&judged.finding)).count(),
        place: reading.place(it.span),
    }
}

/// What a map of lists says: `kind: advertising, social; country: US`.
fn keys(map: &impl Serialize) -> String {
    let Ok(serde_json::Value::Object(map)) = serde_json::to_value(map) else { return String::new() };
    let list = |value: &serde_json::Value| {
        let words = value.as_array().into_iter().flatten().filter_map(|it| it.as_str());
        words.collect::<Vec<_>>().join(", ")
    };
    map.iter()
        .map(|(key, value)| (key, list(value)))
        .filter(|(_, list)| !list.is_empty())
        .map(|(key, list)| format!("{key}: {list}"))
        .collect::<Vec<_>>()
        .join("; ")
}

fn waiver(reading: &Reading, verdict: &Verdict, at: usize, it: &Waiver) -> WaiverRow {
    let findings = verdict.findings.iter().filter(|judged| judged.waived == Some(at)).count();
    let ended = it.expires.is_none_or(|day| day <= reading.map.today);
    let (kind, state) = match (ended, findings) {
        (true, _) => ("missing", "waiver_ended"),
        (false, 0) => ("stopped", "waiver_unused"),
        _ => ("declared", "waiver_in_force"),
    };
    WaiverRow {
        key: it.finding.clone(),
        state: reading.word(state),
        kind,
        why: said(reading, &it.decl.why),
        by: it.decl.by.as_ref().map(|by| reading.document(&by.value)),
        date: it.date.map(|day| day.to_string()),
        expires: it.expires.map(|day| day.to_string()),
        ticket: it.decl.ticket.as_ref().map(|ticket| reading.document(&ticket.value)),
        covers: it.decl.covers.iter().map(|row| row.value.clone()).collect(),
        findings,
        place: reading.place(it.span),
    }
}

fn answer(reading: &Reading, verdict: &Verdict, at: usize, it: &Answer) -> AnswerRow {
    let asks = |judged: &&Judged| judged.answered == Some(at);
    let question = verdict.findings.iter().find(asks).and_then(|judged| judged.finding.question.as_deref());
    AnswerRow {
        key: it.finding.clone(),
        question: question.map(pieces).unwrap_or_default(),
        answer: said(reading, &it.decl.answer),
        by: it.decl.by.as_ref().map(|by| reading.document(&by.value)),
        on: it.decl.on.as_ref().map(|day| day.value.to_string()),
        reference: it.decl.reference.as_ref().map(|it| reading.document(&it.value)),
        place: reading.place(it.span),
    }
}

fn said(reading: &Reading, text: &Maybe<Spanned<Text>>) -> Option<Phrase> {
    text.as_ref().map(|text| reading.phrase(text))
}

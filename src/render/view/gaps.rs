//! The gap report: findings by level and rule, each with its path and what it rests on.

use serde::Serialize;

use super::exposed::path;
use super::teams::team_of;
use super::{Path, Phrase, Reading};
use crate::finding::Level;
use crate::verdict::{Judged, Verdict};

/// Something that can be cited.
#[derive(Clone, Debug, Serialize)]
pub struct Article {
    /// Its id.
    pub id: String,
    /// How it is cited.
    pub title: String,
    /// What it asks, in plain words.
    pub says: Option<String>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct Gap {
    /// Its place on the page.
    pub anchor: String,
    /// What is the case; every second piece stood in backticks.
    pub message: Vec<String>,
    /// The edit to make, in pieces too.
    pub help: Vec<String>,
    /// What it asks, in pieces too.
    pub question: Vec<String>,
    /// Remarks, in pieces too.
    pub notes: Vec<Vec<String>>,
    /// Its key.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// The team that would mend it.
    pub team: Option<String>,
    /// `file:line:column` of the line to edit.
    pub place: Option<String>,
    /// How the data get there.
    pub path: Option<Path>,
    /// Articles beyond those of the rule.
    pub articles: Vec<Article>,
    /// The level, in words.
    pub level: String,
    /// Its class in the style sheet.
    pub level_kind: &'static str,
    /// Who waived it, why and until when; or what was answered.
    pub waiver: Vec<String>,
}

/// The findings of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct GapGroup {
    /// The rule's id.
    pub rule: String,
    /// Its place among the rules.
    pub page: String,
    /// What the rule says.
    pub summary: Phrase,
    /// The articles it rests on.
    pub articles: Vec<Article>,
    /// Its findings.
    pub gaps: Vec<Gap>,
}

/// The findings of one level.
#[derive(Clone, Debug, Serialize)]
pub struct GapLevel {
    /// `error`, `warning`, `note`.
    pub kind: &'static str,
    /// The same in words.
    pub title: String,
    /// How many.
    pub count: usize,
    /// By rule.
    pub groups: Vec<GapGroup>,
}

/// The gap report.
#[derive(Clone, Debug, Serialize)]
pub struct GapsPage {
    /// The heaviest first; empty levels too, so that nothing has to be guessed.
    pub levels: Vec<GapLevel>,
    /// Findings somebody answers for.
    pub waived: Vec<Gap>,
    /// Questions somebody has answered.
    pub answered: Vec<Gap>,
    /// Findings that were there at the start and nobody has reviewed.
    pub debt: Vec<Gap>,
}

/// A finding and its position in the verdict.
type Numbered<'a> = (usize, &'a Judged);

/// The gap report of a verdict.
pub fn gaps(reading: &Reading, verdict: &Verdict) -> GapsPage {
    let all = || verdict.findings.iter().enumerate();
    let levels = Level::ALL.into_iter().rev().map(|level| {
        let of: Vec<Numbered> = all().filter(|(_, it)| it.counts() && it.finding.level == level).collect();
        GapLevel { kind: level.word(), title: reading.choice("level", &level), count: of.len(), groups: groups(reading, &of) }
    });
    let apart = |wanted: fn(&Judged) -> bool| all().filter(|(_, it)| wanted(it)).map(|it| gap(reading, it)).collect();
    GapsPage {
        levels: levels.collect(),
        waived: apart(|it| it.waived.is_some()),
        answered: apart(|it| it.waived.is_none() && it.answered.is_some()),
        debt: apart(|it| it.waived.is_none() && it.answered.is_none() && it.debt),
    }
}

fn groups(reading: &Reading, of: &[Numbered]) -> Vec<GapGroup> {
    let mut sorted = of.to_vec();
    sorted.sort_by_key(|(_, it)| it.finding.rule_id());
    sorted
        .chunk_by(|a, b| a.1.finding.rule_id() == b.1.finding.rule_id())
        .map(|same| {
            let first = &same[0].1.finding;
            GapGroup {
                rule: first.rule_id(),
                page: first.rule.id.to_owned(),
                summary: reading.summary(first.rule),
                articles: first.rule.citations.iter().map(|id| article(reading, id)).collect(),
                gaps: same.iter().map(|it| gap(reading, *it)).collect(),
            }
        })
        .collect()
}

fn gap(reading: &Reading, (at, judged): Numbered) -> Gap {
    let it = &judged.finding;
    Gap {
        anchor: anchor(at),
        message: pieces(&it.message),
        help: it.help.as_deref().map(pieces).unwrap_or_default(),
        question: it.question.as_deref().map(pieces).unwrap_or_default(),
        notes: it.notes.iter().map(|note| pieces(note)).collect(),
        key: it.key.clone(),
        rule: it.rule_id(),
        team: team_of(reading.model(), it).map(|id| reading.team(id)),
        place: it.labels.first().map(|label| {
            let place = reading.sources.place(label.span);
            format!("{}:{}:{}", place.file, place.line, place.column)
        }),
        path: (!it.path.is_empty()).then(|| path(reading, &it.path)),
        articles: it.citations.iter().map(|id| article(reading, id)).collect(),
        level: reading.choice("level", &it.level),
        level_kind: it.level.word(),
        waiver: judged.waived.map(|at| waiver(reading, at)).or(judged.answered.map(|at| answer(reading, at))).unwrap_or_default(),
    }
}

fn waiver(reading: &Reading, at: usize) -> Vec<String> {
    let Some(it) = reading.model().waivers.get(at) else { return Vec::new() };
    let mut said = Vec::new();
    said.extend(it.decl.why.as_ref().map(|why| reading.text(why)));
    said.extend(it.decl.by.as_ref().map(|by| reading.pair(reading.word("waived_by"), &by.value)));
    said.extend(it.date.map(|day| reading.on_day("waived_on", day)));
    said.extend(it.expires.map(|day| reading.on_day("expires_on", day)));
    said.extend(it.decl.ticket.as_ref().map(|ticket| reading.document(&ticket.value)));
    said.push(reading.place(it.span));
    said
}

fn answer(reading: &Reading, at: usize) -> Vec<String> {
    let Some(it) = reading.model().answers.get(at) else { return Vec::new() };
    let mut said = Vec::new();
    said.extend(it.decl.answer.as_ref().map(|text| reading.text(text)));
    said.extend(it.decl.by.as_ref().map(|by| reading.pair(reading.word("answered_by"), &by.value)));
    said.extend(it.decl.on.as_ref().map(|day| reading.on_day("given_on", day.value)));
    said.push(reading.place(it.span));
    said
}

pub(super) fn article(reading: &Reading, id: &str) -> Article {
    let known = reading.law().articles.get(id);
    Article { id: id.to_owned(), title: reading.article(id), says: known.and_then(|it| it.says.as_ref()).map(|text| reading.text(text)) }
}

/// The place of a finding on the page: its position in the verdict.
pub(super) fn anchor(at: usize) -> String {
    format!("gap-{}", at + 1)
}

/// A message cut at its backticks: every second piece is code.
pub(super) fn pieces(text: &str) -> Vec<String> {
    text.split('`').map(str::to_owned).collect()
}

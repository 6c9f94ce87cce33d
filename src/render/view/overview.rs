//! The front page: who keeps the register, what is in it, what is missing.

use std::collections::BTreeSet;

use serde::Serialize;

use super::record::organisation_lines;
use super::{Badge, Line, Link, Phrase, Reading};
use crate::finding::Level;
use crate::flow::third_countries;
use crate::model::{ActivityId, NodeId};
use crate::verdict::Verdict;

/// A number with its name.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// What is counted.
    pub title: String,
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
}

/// One activity on the front page.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityRow {
    /// Its title and page.
    pub link: Link,
    /// Its number.
    pub number: Option<String>,
    /// The organisation acts as a processor in it.
    pub processor: bool,
    /// Why.
    pub purpose: Vec<Phrase>,
    /// On what basis.
    pub basis: Option<String>,
    /// Groups of people.
    pub subjects: Vec<String>,
    /// Sensitive categories it processes or reveals.
    pub sensitive: Vec<Badge>,
    /// How many recipients, those who work for others included.
    pub recipients: usize,
    /// Countries outside the EEA.
    pub countries: Vec<String>,
}

/// One recipient on the front page.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientRow {
    /// Its title and page.
    pub link: Link,
    /// Its legal role.
    pub role: Option<String>,
    /// Its sort of business.
    pub kind: Option<String>,
    /// Where it and those who work for it are, outside the EEA.
    pub countries: Vec<String>,
    /// Fields that reach it.
    pub fields: usize,
    /// Sensitive categories that reach it.
    pub sensitive: Vec<Badge>,
    /// All that led to it is stopped.
    pub stopped: bool,
}

/// The front page.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Art. 30(1)(a).
    pub organisation: Vec<Line>,
    /// How much there is of everything.
    pub counts: Vec<Count>,
    /// Findings by level.
    pub gaps: Vec<Count>,
    /// Records the organisation keeps as a controller.
    pub controller: Vec<ActivityRow>,
    /// Records it keeps as a processor.
    pub processor: Vec<ActivityRow>,
    /// Everyone outside.
    pub recipients: Vec<RecipientRow>,
}

/// The front page of a register.
pub fn overview(reading: &Reading, verdict: &Verdict) -> Overview {
    let model = reading.model();
    let mut activities: Vec<_> = (0..model.activities.len()).map(|at| activity_row(reading, ActivityId::from_index(at))).collect();
    // As an inspector reads them: by their number in the record, those without one behind.
    activities.sort_by(|a, b| (a.number.is_none(), &a.number, &a.link.id).cmp(&(b.number.is_none(), &b.number, &b.link.id)));
    let (processor, controller): (Vec<_>, Vec<_>) = activities.into_iter().partition(|row| row.processor);
    let recipients: Vec<_> = (0..model.nodes.len()).map(NodeId::from_index).filter_map(|id| recipient_row(reading, id)).collect();
    let count = |title: &str, kind, count| Count { title: reading.word(title), kind, count };
    let sum = &verdict.summary;
    let level = |level: Level, count| Count { title: reading.choice("level", &level), kind: level.word(), count };
    Overview {
        organisation: organisation_lines(reading, model.settings.organisation.as_ref()),
        counts: vec![
            count("activities", "plain", model.activities.len()),
            count("systems", "plain", model.nodes.len() - recipients.len()),
            count("recipients", "plain", recipients.len()),
            count("fields", "plain", model.fields.len() - 1),
            count("exposures", "plain", reading.map.exposures.len()),
        ],
        gaps: vec![
            level(Level::Error, sum.error),
            level(Level::Warning, sum.warning),
            level(Level::Note, sum.note),
            count("waived", "waived", sum.waived),
            count("answered", "waived", sum.answered),
            count("debt", "debt", sum.debt),
        ],
        controller,
        processor,
        recipients,
    }
}

fn activity_row(reading: &Reading, id: ActivityId) -> ActivityRow {
    let activity = &reading.model().activities[id.index()];
    let processing = &reading.processing[id.index()];
    let subjects: BTreeSet<_> = processing.items.iter().map(|item| item.subject).collect();
    let countries: BTreeSet<_> =
        third_countries(&reading.map.model, processing, reading.map.today).iter().map(|it| reading.country(it.country)).collect();
    let basis = activity.decl.basis.as_ref().and_then(|word| reading.law().bases.get(word));
    ActivityRow {
        link: reading.activity(id),
        number: activity.decl.number.as_ref().map(|it| it.value.clone()),
        processor: activity.is_processor(),
        purpose: activity.decl.purpose.iter().map(|it| reading.phrase(it)).collect(),
        basis: basis.and_then(|it| it.title.as_ref()).map(|text| reading.text(text)),
        subjects: subjects.into_iter().map(|id| reading.subject(id)).collect(),
        sensitive: processing.sensitive.keys().map(|id| Badge { kind: "sensitive", text: reading.category(*id) }).collect(),
        recipients: processing.recipients.len(),
        countries: countries.into_iter().collect(),
    }
}

fn recipient_row(reading: &Reading, id: NodeId) -> Option<RecipientRow> {
    let model = reading.model();
    let it = model.recipient(id)?;
    let all = &reading.map.exposures;
    let mut fields = BTreeSet::new();
    let mut sensitive = BTreeSet::new();
    for flow in &model.node(id).receives {
        let first = all.partition_point(|exposure| exposure.flow < *flow);
        for exposure in all[first..].iter().take_while(|exposure| exposure.flow == *flow) {
            fields.insert(exposure.item.field);
            sensitive.extend(exposure.sensitive.iter().copied());
        }
    }
    let receives = &model.node(id).receives;
    Some(RecipientRow {
        link: reading.node(id),
        role: it.role.map(|role| reading.choice("role", &role)),
        kind: it.kind.as_ref().map(|kind| reading.kind(kind)),
        countries: reading.map.countries.of(id).iter().filter(|it| !it.eea).map(|it| reading.country(it.country.as_deref())).collect(),
        fields: fields.len(),
        sensitive: sensitive.into_iter().map(|id| Badge { kind: "sensitive", text: reading.category(id) }).collect(),
        stopped: !receives.is_empty() && receives.iter().all(|flow| model.flow(*flow).is_stopped(reading.map.today)),
    })
}

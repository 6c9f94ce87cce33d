//! The registers of Art. 30(1) and 30(2) and the recipients, as lists: one line each, with its page.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Badge, Link, Phrase, Reading};
use crate::flow::third_countries;
use crate::model::{ActivityId, NodeId};

/// One activity in its register.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityRow {
    /// Its title and page.
    pub link: Link,
    /// Its number.
    pub number: Option<String>,
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

/// One recipient in the list.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientRow {
    /// Its title and page.
    pub link: Link,
    /// Whose it is, where a neighbour declares it.
    pub neighbour: Option<Badge>,
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

/// One of the two registers.
#[derive(Clone, Debug, Serialize)]
pub struct RecordsPage {
    /// What it is: of a controller or of a processor.
    pub title: String,
    /// The article, in words.
    pub part: String,
    /// Its activities, by their number in the record, those without one behind.
    pub rows: Vec<ActivityRow>,
}

/// Everyone outside.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientsPage {
    /// By id.
    pub rows: Vec<RecipientRow>,
}

/// The register the organisation keeps as a controller, or that it keeps as a processor.
pub fn records(reading: &Reading, processor: bool) -> RecordsPage {
    let all = (0..reading.model().activities.len()).map(ActivityId::from_index);
    let of = all.filter(|id| reading.model().activity(*id).is_processor() == processor);
    let mut rows: Vec<_> = of.map(|id| activity_row(reading, id)).collect();
    rows.sort_by(|a, b| (a.number.is_none(), &a.number, &a.link.id).cmp(&(b.number.is_none(), &b.number, &b.link.id)));
    let (title, part) = if processor { ("processor_register", "processor_part") } else { ("controller_register", "controller_part") };
    RecordsPage { title: reading.word(title), part: reading.word(part), rows }
}

/// Everyone outside, with what comes to them.
pub fn recipients(reading: &Reading) -> RecipientsPage {
    RecipientsPage { rows: (0..reading.model().nodes.len()).map(NodeId::from_index).filter_map(|id| recipient_row(reading, id)).collect() }
}

fn activity_row(reading: &Reading, id: ActivityId) -> ActivityRow {
    let activity = &reading.model().activities[id.index()];
    let processing = &reading.processing[id.index()];
    let subjects: BTreeSet<_> = processing.items.iter().map(|item| item.subject).collect();
    let countries: BTreeSet<_> =
        third_countries(&reading.map.model, processing, reading.map.today).iter().map(|it| reading.country(it.country)).collect();
    ActivityRow {
        link: reading.activity(id),
        number: activity.decl.number.as_ref().map(|it| reading.document(&it.value)),
        purpose: activity.decl.purpose.iter().map(|it| reading.phrase(it)).collect(),
        basis: reading.basis_of(id),
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
        neighbour: reading.neighbour(model.node(id).span),
        role: it.role.map(|role| reading.choice("role", &role)),
        kind: it.kind.as_ref().map(|kind| reading.kind(kind)),
        countries: reading.outside(id),
        fields: fields.len(),
        sensitive: sensitive.into_iter().map(|id| Badge { kind: "sensitive", text: reading.category(id) }).collect(),
        stopped: !receives.is_empty() && receives.iter().all(|flow| model.flow(*flow).is_stopped(reading.map.today)),
    })
}

//! What was observed, beside what is declared. No value that was sent is here: none was kept.

use serde::Serialize;

use super::shown::ROWS;
use super::{Badge, Line, Link, Reading, Shown};
use crate::declare::Date;
use crate::evidence::{Coverage, Meeting, Met, Party, Told};
use crate::model::NodeId;

/// What the captures of a system show of one recipient.
#[derive(Clone, Debug, Serialize)]
pub struct Observed {
    /// The system that sends.
    pub system: Link,
    /// The recipient of the project, if it is one.
    pub recipient: Option<Link>,
    /// As the catalogue or the capture calls it.
    pub party: String,
    /// What was seen.
    pub rows: Shown<SeenRow>,
    /// How much of it nobody has declared.
    pub undeclared: usize,
}

/// One thing seen.
#[derive(Clone, Debug, Serialize)]
pub struct SeenRow {
    /// The item of the persona, the category, or a word on what the site chose.
    pub what: String,
    /// The parameter.
    pub field: String,
    /// In which form.
    pub form: String,
    /// How sure.
    pub strength: String,
    /// The vendor's sub-function.
    pub feature: Option<String>,
    /// What the map says to it.
    pub answer: Badge,
    /// The capture's name.
    pub capture: String,
    /// Day of the capture.
    pub on: Date,
    /// File, entry and host.
    pub place: String,
}

/// A capture and how much of it was understood.
#[derive(Clone, Debug, Serialize)]
pub struct CaptureRow {
    /// Its name.
    pub id: String,
    /// Where it is declared.
    pub place: String,
    /// The system that sends.
    pub system: Option<Link>,
    /// Day of the capture, where it is stated.
    pub on: Option<Date>,
    /// How its files are written.
    pub kind: String,
    /// Files, entries, own, without a recipient, hosts, undecoded bodies, unknown types, unexplained values.
    pub counts: [usize; 8],
    /// What else limits what was seen.
    pub remarks: Shown<String>,
}

/// The page of what was observed.
#[derive(Clone, Debug, Serialize)]
pub struct ObservedPage {
    /// Every capture.
    pub captures: Vec<CaptureRow>,
    /// What they show.
    pub observed: Vec<Observed>,
    /// Why there are none.
    pub none: String,
}

/// The page of what was observed.
pub fn observed(reading: &Reading) -> ObservedPage {
    let model = reading.model();
    let captures = reading.evidence.captured.iter().map(|captured| {
        let capture = &model.evidence[captured.capture];
        let coverage = &captured.notes.coverage;
        CaptureRow {
            id: capture.id.clone(),
            place: reading.place(capture.span),
            system: capture.of.map(|it| reading.node(it)),
            on: capture.decl.on.as_ref().map(|it| it.value),
            kind: capture.decl.kind.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
            counts: counts(coverage),
            remarks: Shown::first(&coverage.remarks, ROWS, String::clone),
        }
    });
    ObservedPage { captures: captures.collect(), observed: reading.met.iter().map(|it| one(reading, it)).collect(), none: none(reading) }
}

/// Why nothing was observed: a revision names its captures, and none is read from it.
fn none(reading: &Reading) -> String {
    reading.word(if reading.model().evidence.is_empty() { "observed_none" } else { "observed_unread" })
}

fn counts(coverage: &Coverage) -> [usize; 8] {
    [
        coverage.files,
        coverage.entries,
        coverage.first_party,
        coverage.nowhere,
        coverage.hosts.len(),
        coverage.undecoded.len(),
        coverage.unknown.len(),
        coverage.unexplained,
    ]
}

/// What was observed of one recipient.
pub fn observed_of(reading: &Reading, recipient: NodeId) -> Vec<Observed> {
    reading.met.iter().filter(|it| it.recipient == Some(recipient)).map(|it| one(reading, it)).collect()
}

fn one(reading: &Reading, meeting: &Meeting) -> Observed {
    let party = match meeting.party {
        Party::Vendor(vendor) => {
            reading.law().vendors.get(vendor).and_then(|it| it.name.as_ref()).map_or(vendor.clone(), |it| it.value.clone())
        }
        Party::Recipient(id) | Party::Unknown(id) => id.clone(),
    };
    Observed {
        system: reading.node(meeting.system),
        recipient: meeting.recipient.map(|it| reading.node(it)),
        party,
        undeclared: meeting.seen.iter().filter(|it| !is_declared(&it.answer)).count(),
        rows: Shown::first(&meeting.seen, ROWS, |met| row(reading, met)),
    }
}

fn row(reading: &Reading, met: &Met) -> SeenRow {
    let (seen, at) = (met.observation, &met.sighting.at);
    let what = match (&seen.item, &seen.category) {
        (Some(item), _) => item.clone(),
        (None, Some(category)) => match reading.model().category_named(category) {
            Some(category) => reading.category(category),
            None => reading.word("observed_slot"),
        },
        (None, None) => reading.word("observed_recipient"),
    };
    let entry = if at.entry.is_empty() { String::new() } else { format!(", {}", at.entry) };
    let host = if seen.host.is_empty() { String::new() } else { format!(" › {}", seen.host) };
    SeenRow {
        what,
        field: seen.field.clone(),
        form: reading.word(&format!("observed_form_{}", if seen.form.word() == "-" { "unknown" } else { seen.form.word() })),
        strength: reading.word(&format!("observed_{}", seen.strength.word())),
        feature: seen.feature.clone(),
        answer: answer(reading, &met.answer),
        capture: met.capture.id.clone(),
        on: met.on,
        place: format!("{}{entry}{host}", at.file),
    }
}

fn is_declared(answer: &Told) -> bool {
    matches!(answer, Told::Declared(_) | Told::Known)
}

fn answer(reading: &Reading, told: &Told) -> Badge {
    let (kind, word) = match told {
        Told::Declared(_) | Told::Known => ("waived", "observed_declared"),
        Told::NoFlow | Told::FeatureUndeclared => ("missing", "observed_no_flow"),
        Told::Stopped => ("missing", "observed_stopped"),
        Told::FeatureOff => ("missing", "observed_off"),
        Told::NotCarried => ("missing", "observed_not_carried"),
        Told::Weaker(_) => ("missing", "observed_weaker"),
        Told::Revealing(..) => ("missing", "observed_revealing"),
    };
    Badge { kind, text: reading.word(word) }
}

/// Lines of the overview: how much was looked at, and how much of it nobody has declared.
pub fn coverage(reading: &Reading) -> Vec<Line> {
    if reading.evidence.captured.is_empty() {
        return vec![reading.line("observed", Vec::new(), reading.computed(none(reading)))];
    }
    let mut all = Coverage::default();
    for captured in &reading.evidence.captured {
        all.add(captured.notes.coverage.clone());
    }
    let undeclared = reading.met.iter().flat_map(|it| &it.seen).filter(|it| !is_declared(&it.answer)).count();
    let days = reading.met.iter().flat_map(|it| &it.seen).map(|it| it.on).max();
    let number = |count: usize| reading.computed(reading.number(count as u64));
    let mut lines = vec![
        reading.line("observed_captures", vec![number(reading.evidence.captured.len())], reading.computed("")),
        reading.line("observed_entries", vec![number(all.entries)], reading.computed("")),
        reading.line("observed_parties", vec![number(reading.met.len())], reading.computed("")),
        reading.line("observed_undeclared", vec![number(undeclared).link(Some("observed.html".to_owned()))], reading.computed("")),
        reading.line("observed_undecoded", vec![number(all.undecoded.len() + all.unknown.len())], reading.computed("")),
    ];
    if let Some(day) = days {
        lines.push(reading.line("observed_last", vec![reading.computed(reading.date(day))], reading.computed("")));
    }
    lines
}

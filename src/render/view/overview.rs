//! The front page: who keeps the register, what is in it, what is missing.

use serde::Serialize;

use super::record::organisation_lines;
use super::{Line, Reading};
use crate::finding::Level;
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

/// The front page.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Art. 30(1)(a).
    pub organisation: Vec<Line>,
    /// How much there is of everything.
    pub counts: Vec<Count>,
    /// Findings by level.
    pub gaps: Vec<Count>,
}

/// The front page of a register.
pub fn overview(reading: &Reading, verdict: &Verdict) -> Overview {
    let model = reading.model();
    let recipients = model.nodes.iter().filter(|node| !node.is_system()).count();
    let count = |title: &str, kind, count| Count { title: reading.word(title), kind, count };
    let sum = &verdict.summary;
    let level = |level: Level, count| Count { title: reading.choice("level", &level), kind: level.word(), count };
    Overview {
        organisation: organisation_lines(reading, model.settings.organisation.as_ref()),
        counts: vec![
            count("activities", "plain", model.activities.len()),
            count("systems", "plain", model.nodes.len() - recipients),
            count("recipients", "plain", recipients),
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
    }
}

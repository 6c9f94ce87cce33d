//! Annotations of a GitHub workflow: commands on standard output, escaped as its documentation of
//! workflow commands says.

use super::Report;
use crate::finding::Level;

/// Annotations of each level that a step shows; the heaviest are printed first.
const SHOWN: usize = 10;

/// One command a finding that counts, the heaviest first, and one that says how many were not shown.
pub fn annotations(of: &Report) -> String {
    let mut out = String::new();
    let mut counts = [0_usize; Level::ALL.len()];
    for judged in of.open() {
        let finding = &judged.finding;
        counts[finding.level as usize] += 1;
        let place = of.place(finding);
        let mut properties = format!("file={},line={},endLine={}", property(&place.file), place.line, place.end_line);
        // A column has a meaning there only within one line.
        if place.line == place.end_line {
            properties.push_str(&format!(",col={},endColumn={}", place.column, place.end_column));
        }
        properties.push_str(&format!(",title={}", property(&finding.rule_id())));
        out.push_str(&format!("::{} {properties}::{}\n", command(finding.level), data(&of.lines(finding).join("\n"))));
    }
    let hidden: usize = counts.iter().map(|count| count.saturating_sub(SHOWN)).sum();
    if hidden > 0 {
        out.push_str(&format!(
            "::notice title=ropa::{}\n",
            data(&format!("{hidden} more findings than a step can show; the log of the check has all of them"))
        ));
    }
    out
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

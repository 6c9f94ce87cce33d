//! Code quality report of GitLab: a list of what was found, each with a fingerprint that stays the same
//! while the finding does.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Report;
use crate::finding::Level;
use crate::verdict::Judged;

/// One finding, in the subset of the Code Climate format that GitLab reads.
#[derive(Debug, Serialize)]
pub struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Every finding that counts, the heaviest first.
pub fn report<'a>(of: &Report<'a>) -> Vec<Issue> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let issue = |judged: &'a Judged| {
        let finding = &judged.finding;
        let place = of.place(finding);
        // Several findings of the language can have one key; each needs a name of its own.
        let count = seen.entry(&finding.key).and_modify(|it| *it += 1).or_insert(0);
        Issue {
            description: std::iter::once(&finding.message).chain(&finding.help).cloned().collect::<Vec<_>>().join("; "),
            check_name: finding.rule_id(),
            fingerprint: fingerprint(&finding.key, *count),
            severity: severity(finding.level),
            location: Location { path: place.file, lines: Lines { begin: place.line, end: place.end_line } },
        }
    };
    of.open().into_iter().map(issue).collect()
}

/// A key in hexadecimal digits, as GitLab compares them.
fn fingerprint(key: &str, count: usize) -> String {
    let digest = Sha256::digest(format!("{key}\0{count}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Note => "info",
    }
}

//! The examples that follow public cases say what the cases say: `expected.txt` was written by hand.
//!
//! Sections begin with `# today: YYYY-MM-DD`. Each further line is the key of a finding, after a line
//! `# because …`; `*` stands for any part of it, and `!` before it says that nothing of this form is
//! found on that day. Other comments stand before the first section.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ropa::declare::Date;

/// What a case says of one day.
struct Expected {
    day: Date,
    patterns: Vec<Pattern>,
}

struct Pattern {
    line: usize,
    text: String,
    found: bool,
}

/// What is wrong with an example, one line each.
type Wrong = Vec<String>;

#[test]
fn every_case_says_what_was_expected_by_hand() {
    let mut wrong = Wrong::new();
    let cases = cases();
    assert!(!cases.is_empty(), "no example has an expected.txt");
    for folder in cases {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(folder.join("expected.txt")).unwrap();
        let days = expected(&name, &text, &mut wrong);
        for kind in [true, false] {
            if !days.iter().flat_map(|it| &it.patterns).any(|it| it.found == kind) {
                wrong.push(format!("{name}: says nothing of what is {}found", if kind { "" } else { "not " }));
            }
        }
        for Expected { day, patterns } in days {
            let keys = match found(&folder, day) {
                Ok(keys) => keys,
                Err(broken) => {
                    wrong.extend(broken.into_iter().map(|it| format!("{name}: {day}: {it}")));
                    continue;
                }
            };
            for Pattern { line, text, found } in patterns {
                let matching: Vec<&str> = keys.iter().map(String::as_str).filter(|key| like(&text, key)).collect();
                match (found, matching.as_slice()) {
                    (true, []) => wrong.push(format!("{name}: {day}: line {line}: `{text}` is not found")),
                    (false, [_, ..]) => wrong.push(format!("{name}: {day}: line {line}: `{text}` is found: {}", matching.join(", "))),
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines of expected.txt do not hold:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_star_stands_for_any_part_of_a_key() {
    for (pattern, key, same) in [
        ("rule@thing@a->b", "rule@thing@a->b", true),
        ("rule@thing@a->b", "rule@thing@a->b#label", false),
        ("rule@*", "rule@thing@a->b", true),
        ("rule@*", "rule-too@thing", false),
        ("*@a->*", "rule@thing@a->b", true),
        ("rule@*@a->b", "rule@a->b", false),
        ("*b*b", "a->b", false),
        ("*b", "b->b", true),
    ] {
        assert_eq!(like(pattern, key), same, "`{pattern}` and `{key}`");
    }
}

/// The examples that say what is expected of them.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut all: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).collect();
    all.retain(|it| it.join("expected.txt").is_file());
    all.sort();
    all
}

fn expected(name: &str, text: &str, wrong: &mut Wrong) -> Vec<Expected> {
    let mut days: Vec<Expected> = Vec::new();
    let mut reasoned = false;
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        let mut broken = |why: &str| wrong.push(format!("{name}: line {at}: {why}: `{line}`"));
        if let Some(day) = line.strip_prefix("# today: ") {
            match Date::try_from(day.to_owned()) {
                Ok(day) => days.push(Expected { day, patterns: Vec::new() }),
                Err(why) => broken(&why),
            }
        } else if line.starts_with("# because ") {
            reasoned = true;
        } else if line.starts_with('#') {
            if !days.is_empty() {
                broken("neither a day nor a reason");
            }
        } else if !line.is_empty() {
            if !reasoned {
                broken("no line `# because …` before it");
            }
            reasoned = false;
            let (found, pattern) = line.strip_prefix('!').map_or((true, line), |rest| (false, rest.trim()));
            match days.last_mut() {
                Some(day) => day.patterns.push(Pattern { line: at, text: pattern.to_owned(), found }),
                None => broken("no line `# today: …` before it"),
            }
        }
    }
    days
}

/// The keys of all that a check finds in a folder on a day, whoever answers for it; or what keeps the
/// rules from being asked.
fn found(folder: &Path, today: Date) -> Result<BTreeSet<String>, Wrong> {
    let mut answer = ropa::answer(folder, today);
    let (verdict, _) = answer.judged();
    if !verdict.sound {
        return Err(verdict.findings.iter().map(|it| format!("{}: {}", it.finding.key, it.finding.message)).collect());
    }
    Ok(verdict.findings.iter().map(|it| it.finding.key.clone()).collect())
}

/// Whether a key is of the form of a pattern in which `*` stands for anything.
fn like(pattern: &str, key: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == key };
    let Some(left) = key.strip_prefix(first) else { return false };
    (0..=left.len()).filter(|at| left.is_char_boundary(*at)).any(|at| like(rest, &left[at..]))
}

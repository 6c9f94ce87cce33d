//! One change of the green example for every rule: it makes that rule speak, and no other error.
//!
//! `tests/mutations/<rule>.diff` begins with a line that says what it does, may set the day with
//! `today: YYYY-MM-DD`, and goes on with hunks: `--- FILE`, then `-` lines that occur exactly once in
//! the file, then `+` lines that take their place. A hunk of `+` lines alone is added at the end of the
//! file, or makes it. What leaves is accepted, except for the rules of the lock itself.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ropa::declare::Date;
use ropa::finding::{Basis, Level, Rule};
use ropa::rules::{self, Case};
use ropa::verdict::{Accept, Judged, Lock, Verdict, accept, judge};
use ropa::{Answer, answer_texts};

/// Rules that no text can break, with where they are shown.
const SHOWN_ELSEWHERE: &[&str] = &["unreadable-file"];

const TODAY: &str = "2026-09-01";

type Files = BTreeMap<String, String>;

/// `examples/minimal`, by path.
fn green() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal");
    let paths = ["ropa.yaml", "registry/all.yaml", "ropa.lock"];
    paths.iter().map(|path| ((*path).to_owned(), fs::read_to_string(root.join(path)).unwrap())).collect()
}

/// What a check says to files on a day; what leaves is accepted first, if asked.
fn checked(files: &Files, today: Date, accepting: bool) -> Verdict {
    let others: Vec<(&str, &str)> =
        files.iter().filter(|(path, _)| path.starts_with("registry/")).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut answer = answer_texts(&files["ropa.yaml"], &others, files.get("ropa.lock").map(String::as_str), today);
    let mut found = std::mem::take(&mut answer.findings);
    let mut lock = answer.project.lock.map(|file| Lock::read(&answer.sources, file, &mut found)).unwrap_or_default();
    if found.iter().any(|it| it.level == Level::Error) {
        return Verdict::unsound(found, &answer.map);
    }
    if accepting {
        let verdict = judged(&answer, ropa::finding::Findings::default(), &lock);
        lock = accept(&answer.map, &verdict, &lock, Accept::All);
    }
    judged(&answer, found, &lock)
}

fn judged(answer: &Answer, mut found: ropa::finding::Findings, lock: &Lock) -> Verdict {
    let case = Case::of(&answer.map);
    rules::check(&case, &mut found);
    let known: Vec<&'static Rule> = rules::all().collect();
    judge(&answer.map, &case.walks, found, lock, &known)
}

/// The files after a diff, and the day it is looked at.
fn changed(mut files: Files, diff: &str) -> (Files, Date) {
    let mut today = TODAY.to_owned();
    let mut path = String::new();
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let mut lines = diff.lines().skip(1).chain([""]).peekable();
    while let Some(line) = lines.next() {
        if let Some(day) = line.strip_prefix("today: ") {
            today = day.trim().to_owned();
        } else if let Some(next) = line.strip_prefix("--- ") {
            path = next.trim().to_owned();
        } else if let Some(text) = line.strip_prefix('-') {
            old.push(text);
        } else if let Some(text) = line.strip_prefix('+') {
            new.push(text);
        } else {
            assert!(line.is_empty(), "`{line}` is no line of a diff");
        }
        let goes_on =
            lines.peek().is_some_and(|next| next.starts_with('+') || next.starts_with('-') && !next.starts_with("--- ") && new.is_empty());
        if goes_on || old.is_empty() && new.is_empty() {
            continue;
        }
        let text = files.entry(path.clone()).or_default();
        let (before, after) = (old.join("\n"), new.join("\n"));
        if old.is_empty() {
            text.push_str(&after);
            text.push('\n');
        } else {
            assert_eq!(text.matches(&before).count(), 1, "`{before}` does not occur once in {path}");
            *text = text.replacen(&before, &after, 1);
        }
        (old, new) = (Vec::new(), Vec::new());
    }
    (files, Date::try_from(today).unwrap())
}

fn told(it: &Judged) -> String {
    format!("\n    {} {}: {}", it.finding.level, it.finding.key, it.finding.message)
}

#[test]
fn the_green_example_is_green() {
    let verdict = checked(&green(), Date::try_from(TODAY.to_owned()).unwrap(), false);
    let found: String = verdict.findings.iter().filter(|it| it.finding.level > Level::Note).map(told).collect();
    assert!(found.is_empty(), "{found}");
}

#[test]
fn every_rule_has_a_change_that_only_it_minds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutations");
    let files: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap().trim_end_matches(".diff").to_owned())
        .collect();
    let mut wrong = String::new();
    for rule in rules::all().filter(|rule| !SHOWN_ELSEWHERE.contains(&rule.id)) {
        let Ok(diff) = fs::read_to_string(folder.join(format!("{}.diff", rule.id))) else {
            wrong.push_str(&format!("\n{}: has no change in tests/mutations", rule.id));
            continue;
        };
        let (files, today) = changed(green(), &diff);
        let verdict = checked(&files, today, rule.basis != Basis::Lock);
        let of = |it: &&Judged| it.finding.rule.id == rule.id;
        if !verdict.findings.iter().any(|it| of(&it)) {
            let all: String = verdict.findings.iter().map(told).collect();
            wrong.push_str(&format!("\n{}: does not fire; found:{all}", rule.id));
        }
        let others: String = verdict.findings.iter().filter(|it| it.finding.level == Level::Error && !of(it)).map(told).collect();
        if !others.is_empty() {
            wrong.push_str(&format!("\n{}: other errors:{others}", rule.id));
        }
        let green = checked(&green(), today, rule.basis != Basis::Lock);
        if green.findings.iter().any(|it| of(&it)) {
            wrong.push_str(&format!("\n{}: fires without the change", rule.id));
        }
    }
    for file in files.iter().filter(|file| !rules::all().any(|rule| rule.id == *file)) {
        wrong.push_str(&format!("\n{file}: a change for no rule"));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

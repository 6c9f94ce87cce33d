//! One change of the green example for every rule: it makes that rule speak, and no other error counts.
//!
//! `tests/mutations/<rule>.diff` begins with a line that says what it does, may set the day with
//! `today: YYYY-MM-DD`, and goes on with hunks: `--- FILE`, then `-` lines that occur exactly once in
//! the file, then `+` lines that take their place. A hunk of `+` lines alone is added at the end of the
//! file, or makes it; one of `-` lines alone takes them out. Further hunks of the same file follow
//! directly, or after an empty line. A single `-` line may be a part of a line of the file. What leaves
//! is accepted, except for the rules of the lock itself. Captures are files below `evidence/`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use ropa::declare::Date;
use ropa::finding::{Basis, Findings, Level, Rule};
use ropa::rules::{self, Case};
use ropa::verdict::{Accept, Judged, Lock, Verdict, accept, judge};
use ropa::{Answer, answer_texts};

/// Rules that no text can break; `tests/hostile.rs` breaks them with real folders.
const SHOWN_ELSEWHERE: &[&str] = &["unreadable-file"];

const TODAY: &str = "2026-09-01";

/// Texts by path.
type Files = BTreeMap<String, String>;

#[test]
fn the_green_example_is_green() {
    let today = Change::default().today();
    let found: String = checked(&green(), today, false).findings.iter().filter(|it| it.finding.level > Level::Note).map(told).collect();
    assert!(found.is_empty(), "{found}");
}

#[test]
fn every_rule_has_a_change_that_only_it_minds() {
    let all: Vec<&'static Rule> = rules::all().filter(|rule| !SHOWN_ELSEWHERE.contains(&rule.id)).collect();
    let wrong: String = all.par_iter().filter_map(|rule| Some(format!("\n{}: {}", rule.id, wrong_with(rule).err()?))).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_change_is_that_of_a_rule() {
    let known: BTreeSet<String> = rules::all().map(|rule| format!("{}.diff", rule.id)).collect();
    let files = fs::read_dir(root().join("tests/mutations")).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let strange: Vec<String> = files.filter(|file| !known.contains(file)).collect();
    assert!(strange.is_empty(), "changes for no rule: {strange:?}");
}

/// What a diff can say, and what it cannot.
#[test]
fn a_diff_is_read_hunk_by_hunk() {
    let files: Files = [("a".to_owned(), "one\ntwo\nthree\nfour\n".to_owned())].into();
    let changed = |diff: &str| Change::read(diff).and_then(|it| it.of(files.clone()));
    let said = changed("It does.\ntoday: 2026-01-01\n--- a\n-two\n+2\n+too\n-three\n\n-ur\n+r\n--- b\n+new\n").unwrap();
    assert_eq!(said, [("a".to_owned(), "one\n2\ntoo\nfor\n".to_owned()), ("b".to_owned(), "new\n".to_owned())].into());
    assert_eq!(changed("It does.\n--- a\n-o\n+0\n").unwrap_err(), "`o` occurs 3 times in a");
    assert_eq!(changed("It does.\n--- a\n two\n").unwrap_err(), "` two` is no line of a diff");
    assert_eq!(changed("--- a\n-two\n").unwrap_err(), "the first line says what the change does");
    assert_eq!(changed("It does.\n").unwrap_err(), "it changes nothing");
}

/// Makes the change of a rule and says what is wrong with it.
fn wrong_with(rule: &'static Rule) -> Result<(), String> {
    let diff = fs::read_to_string(root().join(format!("tests/mutations/{}.diff", rule.id)));
    let change = Change::read(&diff.map_err(|_| "has no change in tests/mutations")?)?;
    let accepting = rule.basis != Basis::Lock;
    let fires = |verdict: &Verdict| verdict.findings.iter().any(|it| it.finding.rule.id == rule.id);
    let files = change.of(green())?;
    let verdict = checked(&files, change.today(), accepting);
    if !fires(&verdict) {
        return Err(format!("does not fire; found:{}", verdict.findings.iter().map(told).collect::<String>()));
    }
    let others = verdict.findings.iter().filter(|it| it.counts() && it.finding.level == Level::Error && it.finding.rule.id != rule.id);
    let others: String = others.map(told).collect();
    if !others.is_empty() {
        return Err(format!("other errors:{others}"));
    }
    if fires(&checked(&green(), change.today(), accepting)) {
        return Err("fires without the change".to_owned());
    }
    Ok(())
}

/// A text that goes and the one that comes for it.
#[derive(Debug, Default)]
struct Hunk {
    path: String,
    old: Vec<String>,
    new: Vec<String>,
}

/// A diff as read.
#[derive(Debug, Default)]
struct Change {
    today: Option<String>,
    hunks: Vec<Hunk>,
}

impl Change {
    fn read(diff: &str) -> Result<Change, String> {
        let mut change = Change::default();
        let mut hunk = Hunk::default();
        let mut lines = diff.lines();
        if lines.next().is_none_or(|it| it.trim().is_empty() || it.starts_with(['-', '+']) || it.starts_with("today:")) {
            return Err("the first line says what the change does".to_owned());
        }
        for line in lines {
            let ends = line.is_empty() || line.starts_with("--- ") || line.starts_with('-') && !hunk.new.is_empty();
            if ends {
                let next = Hunk { path: hunk.path.clone(), ..Hunk::default() };
                change.hunks.push(std::mem::replace(&mut hunk, next));
            }
            if let Some(day) = line.strip_prefix("today: ") {
                change.today = Some(day.trim().to_owned());
            } else if let Some(path) = line.strip_prefix("--- ") {
                hunk.path = path.trim().to_owned();
            } else if let Some(text) = line.strip_prefix('-') {
                hunk.old.push(text.to_owned());
            } else if let Some(text) = line.strip_prefix('+') {
                hunk.new.push(text.to_owned());
            } else if !line.is_empty() {
                return Err(format!("`{line}` is no line of a diff"));
            }
        }
        change.hunks.push(hunk);
        change.hunks.retain(|it| !it.old.is_empty() || !it.new.is_empty());
        if change.hunks.is_empty() { Err("it changes nothing".to_owned()) } else { Ok(change) }
    }

    /// The files after the change.
    fn of(&self, mut files: Files) -> Result<Files, String> {
        for Hunk { path, old, new } in &self.hunks {
            let text = files.entry(path.clone()).or_default();
            let (mut before, after) = (old.join("\n"), new.join("\n"));
            if old.is_empty() {
                *text = format!("{text}{after}\n");
                continue;
            }
            let times = text.matches(&before).count();
            if times != 1 {
                return Err(format!("`{before}` occurs {times} times in {path}"));
            }
            if new.is_empty() && text.contains(&format!("{before}\n")) {
                before.push('\n');
            }
            *text = text.replacen(&before, &after, 1);
        }
        Ok(files)
    }

    fn today(&self) -> Date {
        Date::try_from(self.today.clone().unwrap_or_else(|| TODAY.to_owned())).unwrap()
    }
}

/// `examples/minimal`, by path.
fn green() -> Files {
    let folder = root().join("examples/minimal");
    let paths = ["ropa.yaml", "registry/all.yaml", "ropa.lock"];
    paths.iter().map(|path| ((*path).to_owned(), fs::read_to_string(folder.join(path)).unwrap())).collect()
}

/// What a check says to files on a day; what leaves is accepted first, if asked.
fn checked(files: &Files, today: Date, accepting: bool) -> Verdict {
    let others: Vec<(&str, &str)> =
        files.iter().filter(|(path, _)| !path.starts_with("ropa.")).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut answer = answer_texts(&files["ropa.yaml"], &others, files.get("ropa.lock").map(String::as_str), today);
    answer.observe();
    let mut found = std::mem::take(&mut answer.findings);
    let mut lock = answer.project.lock.map(|file| Lock::read(&answer.sources, file, &mut found)).unwrap_or_default();
    if found.iter().any(|it| it.level == Level::Error) {
        return Verdict::unsound(found, &answer.map);
    }
    if accepting {
        let verdict = judged(&answer, Findings::default(), &lock);
        lock = accept(&answer.map, &verdict, &lock, Accept::All);
    }
    judged(&answer, found, &lock)
}

fn judged(answer: &Answer, mut found: Findings, lock: &Lock) -> Verdict {
    let case = Case::of(&answer.map, &answer.evidence);
    rules::check(&case, &mut found);
    let known: Vec<&'static Rule> = rules::all().collect();
    judge(&answer.map, &case.walks, found, lock, &known)
}

fn told(it: &Judged) -> String {
    format!("\n    {} {}: {}", it.finding.level, it.finding.key, it.finding.message)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

//! Every page of every rule, executed: what its YAML blocks mark is found, and nothing else.
//!
//! A block is a project. Its text is the file `registry/all.yaml`; a line `# --- PATH` starts
//! another file, and a first line `# today: YYYY-MM-DD` sets the day. At the end of a line,
//! `# error`, `# warning` or `# note` says that the rule of the page has a finding of that level
//! there (`# error, error` says two); a mark is not part of its file. Only findings that count are
//! marked: what a waiver or the lock answers for is not.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use ropa::declare::Date;
use ropa::finding::{Basis, Finding, Label, Level, Rule};
use ropa::rules;
use ropa::source::{FileId, Source};
use ropa::verdict::Verdict;
use ropa::{Answer, answer_texts};

/// Rules that no YAML text can show, with the reason; their own tests show them.
const SHOWN_ELSEWHERE: &[(&str, &str)] =
    &[("unreadable-file", "a block is text that was read; what cannot be read needs a real folder, as in the tests of `source/`")];

/// Rules that speak of a file as a whole, where there is no word to point at.
const OF_A_WHOLE_FILE: &[&str] = &["nothing-declared", "unreadable-file"];

/// The sections of a page, in their order.
const SECTIONS: &[&str] = &["## What it finds", "## Why it matters", "## How to fix it", "## When it is wrong", "## Examples"];

/// `ropa.yaml` of a block that has none of its own.
const SETTINGS: &str = "\
version: 1
organisation: { name: Example Ltd, country: SE, contact: privacy@example.org, dpo: { name: Robin Doe, email: dpo@example.org } }
";

const TODAY: &str = "2026-09-01";

/// The examples of a page find what they mark and nothing else, each at its line.
#[test]
fn every_example_finds_exactly_what_it_marks() {
    each_block(|rule, block, checked| {
        let mut found: Vec<_> = own(rule, checked).map(|it| place(&checked.answer, it)).collect();
        found.sort();
        let mut marked = block.marks();
        marked.sort();
        if found == marked {
            return Vec::new();
        }
        let shown = |all: &[Mark]| all.iter().map(|(file, line, level)| format!("\n    {file}:{line} {level}")).collect::<String>();
        let said: String = checked.findings().map(|it| format!("\n    {}", told(&checked.answer, it))).collect();
        vec![format!("marked:{}\n  found:{}\n  all findings:{said}", shown(&marked), shown(&found))]
    });
}

/// A page that shows what is right, or what only a rule on the map finds, is valid in the language.
#[test]
fn examples_are_sound_unless_they_show_a_rule_of_the_language() {
    each_block(|rule, block, checked| {
        if rule.basis == Basis::Language && !block.marks().is_empty() {
            return Vec::new();
        }
        let wrong = checked.findings().filter(|it| it.rule.basis == Basis::Language && it.level == Level::Error);
        wrong.map(|it| format!("not valid: {}", told(&checked.answer, it))).collect()
    });
}

/// A waiver or an answer names a key: two things found never share one. A word can be wrong in two ways.
#[test]
fn no_two_findings_share_a_key_and_differ() {
    each_block(|_, _, checked| {
        let all: Vec<_> = checked.verdict.findings.iter().map(|it| &it.finding).filter(|it| it.rule.basis != Basis::Language).collect();
        let other = |it: &&&Finding| all.iter().any(|other| other.key == it.key && other.message != it.message);
        all.iter().filter(other).map(|it| told(&checked.answer, it)).collect()
    });
}

/// An edit that is offered closes its gap and opens no error.
#[test]
fn every_edit_that_is_offered_closes_its_gap() {
    let offered = AtomicUsize::new(0);
    each_block(|_, block, before| {
        let mut wrong = Vec::new();
        for finding in before.findings() {
            let Some(fix) = finding.remedy() else { continue };
            offered.fetch_add(1, Ordering::Relaxed);
            let told = told(&before.answer, finding);
            let Some((file, text)) = fix.applied(&before.answer.sources) else {
                wrong.push(format!("{told}: `{}` cannot be put there", fix.yaml));
                continue;
            };
            let path = file.map_or("registry/more.yaml", |file| &before.answer.sources.get(file).path);
            let own = |(_, it): &(FileId, &Source)| !it.path.starts_with("ropa.") && block.files.iter().any(|(path, _)| *path == it.path);
            let mut texts: Vec<(String, String)> = before
                .answer
                .sources
                .iter()
                .filter(|it| own(it) || matches!(it.1.path.as_str(), "ropa.yaml" | "ropa.lock"))
                .map(|(_, it)| (it.path.clone(), it.text.clone()))
                .collect();
            // Captures are no sources: they are read when the map is there.
            let captures = block.files.iter().filter(|(path, _)| path.starts_with("evidence/"));
            texts.extend(captures.map(|(path, text)| (path.clone(), text.clone())));
            texts.retain(|(name, _)| name != path);
            texts.push((path.to_owned(), text));
            let after = checked_texts(&texts, block.today);
            if after.findings().any(|it| it.key == finding.key) {
                wrong.push(format!("{told}: `{}` does not close it", fix.yaml));
            }
            let known: BTreeSet<&str> = before.findings().map(|it| it.key.as_str()).collect();
            let new = after.findings().filter(|it| it.level == Level::Error && !known.contains(it.key.as_str()));
            wrong.extend(new.map(|it| format!("{told}: `{}` opens {} ({})", fix.yaml, it.key, it.message)));
        }
        wrong
    });
    assert!(offered.into_inner() > 0, "no edit is offered anywhere");
}

/// Purpose, relevance, retention, rights and security each have a rule that follows a flow over more
/// than one hop.
#[test]
fn each_principle_has_a_rule_that_follows_a_flow() {
    let principles = [
        ("purpose", &["gdpr.5.1.b"][..]),
        ("relevance", &["gdpr.5.1.c"]),
        ("retention", &["gdpr.5.1.e"]),
        ("rights", &["gdpr.17", "gdpr.19", "gdpr.21.3"]),
        ("security", &["gdpr.32.1", "gdpr.32.4", "gdpr.5.1.f"]),
    ];
    for (principle, articles) in principles {
        let follows = |(rule, _, checked): &(&Rule, Block, Checked)| {
            rule.citations.iter().any(|it| articles.contains(it)) && own(rule, checked).any(|it| it.path.len() > 2)
        };
        assert!(CHECKED.iter().any(follows), "no rule on {principle} shows a flow");
    }
}

/// Whatever is found in an example stands on words of the project's own and reads like a sentence.
#[test]
fn every_finding_points_at_words_and_reads_like_a_sentence() {
    each_block(|_, block, checked| {
        let mut wrong = Vec::new();
        for finding in checked.findings() {
            let told = told(&checked.answer, finding);
            wrong.extend(misplaced(&checked.answer, block, finding).map(|why| format!("{told}: {why}")));
            let texts = std::iter::once(&finding.message).chain(&finding.help).chain(&finding.notes);
            wrong.extend(
                texts
                    .chain(finding.labels.iter().map(|it| &it.text))
                    .filter_map(|text| misworded(text))
                    .map(|why| format!("{told}: {why}")),
            );
            let articles = &checked.answer.map.model.law.articles;
            wrong.extend(
                finding.cited().filter(|it| articles.get(it).is_none()).map(|it| format!("{told}: cites `{it}`, which is not known")),
            );
        }
        wrong
    });
}

/// A page has its title and sections, at least one example that fires and one that stays silent.
#[test]
fn every_page_has_its_title_its_sections_and_both_kinds_of_example() {
    let mut wrong = String::new();
    for (rule, path) in pages() {
        let text = fs::read_to_string(&path).unwrap();
        let mut say = |what: &str| writeln!(wrong, "{}: {what}", path.display()).unwrap();
        let mut lines = text.lines();
        if lines.next() != Some(&format!("# {}", rule.id)) {
            say("does not begin with the id of its rule");
        }
        let sentence = lines.find(|line| !line.is_empty()).unwrap_or_default();
        if sentence.starts_with('#') || sentence.to_lowercase().trim_end_matches('.') == rule.summary.to_lowercase() {
            say("needs a first sentence in other words than the summary of the rule");
        }
        let found: Vec<_> = text.lines().filter(|line| line.starts_with("## ")).collect();
        if found != SECTIONS {
            say(&format!("has the sections {found:?}"));
        }
        for word in ["compliant", "illegal"] {
            if text.to_lowercase().contains(word) {
                say(&format!("says `{word}`; say declared, missing, contradicted or computed"));
            }
        }
        let blocks = blocks(&path);
        let examples = text.lines().position(|line| line == "## Examples").unwrap_or_default();
        if blocks.iter().any(|block| block.line < examples) {
            say("has an example outside of its examples");
        }
        if blocks.iter().any(|block| !block.introduced) {
            say("has an example that no sentence introduces");
        }
        if SHOWN_ELSEWHERE.iter().any(|(id, _)| *id == rule.id) {
            continue;
        }
        if !blocks.iter().any(|block| !block.marks().is_empty()) || !blocks.iter().any(|block| block.marks().is_empty()) {
            say("needs an example that fires and one that stays silent");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Prose fits a terminal that is a hundred columns wide.
#[test]
fn pages_fit_a_terminal() {
    let mut wrong = String::new();
    for (_, path) in pages() {
        let mut fenced = false;
        for (at, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            fenced ^= line.starts_with("```");
            if !fenced && line.chars().count() > 100 {
                writeln!(wrong, "{}:{}: over 100 columns", path.display(), at + 1).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A rule that is shown elsewhere exists, has a reason, and has no example after all.
#[test]
fn rules_shown_elsewhere_exist_and_say_why() {
    for (id, why) in SHOWN_ELSEWHERE {
        assert!(rules::all().any(|rule| rule.id == *id), "no rule is called `{id}`");
        assert!(!why.is_empty(), "`{id}` gives no reason");
        assert!(CHECKED.iter().all(|(rule, ..)| rule.id != *id), "`{id}` has an example: take it off the list");
    }
}

/// File, line and level of a finding, or of the mark that asks for one.
type Mark = (String, u32, Level);

/// One fenced YAML text of a page.
struct Block {
    page: PathBuf,
    /// Line of its fence in the page, from 1.
    line: usize,
    /// Whether prose stands right before it.
    introduced: bool,
    today: Date,
    /// Path and text of each file.
    files: Vec<(String, String)>,
}

impl Block {
    fn of(page: &Path, line: usize, introduced: bool, text: &str) -> Block {
        let mut today = TODAY;
        let mut files = vec![("registry/all.yaml".to_owned(), String::new())];
        for (at, line) in text.lines().enumerate() {
            if let Some(day) = line.strip_prefix("# today: ").filter(|_| at == 0) {
                today = day;
            } else if let Some(path) = line.strip_prefix("# --- ") {
                files.push((path.trim().to_owned(), String::new()));
            } else {
                let file = &mut files.last_mut().unwrap().1;
                file.push_str(line);
                file.push('\n');
            }
        }
        // A block may begin with another file.
        files.retain(|(path, text)| path != "registry/all.yaml" || !text.is_empty());
        Block { page: page.to_owned(), line, introduced, today: date(today), files }
    }

    /// What the block says will be found.
    fn marks(&self) -> Vec<Mark> {
        let lines = |text: &str| text.lines().map(|line| split(line).1).enumerate().collect::<Vec<_>>();
        let of = |(path, text): &(String, String)| {
            let each = lines(text).into_iter().flat_map(|(at, levels)| levels.into_iter().map(move |level| (at as u32 + 1, level)));
            each.map(|(line, level)| (path.clone(), line, level)).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(of).collect()
    }

    /// The text of a file without its marks.
    fn text(&self, path: &str) -> Option<String> {
        let (_, text) = self.files.iter().find(|(name, _)| name == path)?;
        Some(text.lines().map(|line| format!("{}\n", split(line).0)).collect())
    }
}

/// A line without its mark, and the levels the mark names.
fn split(line: &str) -> (&str, Vec<Level>) {
    let Some((before, mark)) = line.rsplit_once("# ") else { return (line, Vec::new()) };
    let level = |word: &str| Level::ALL.into_iter().find(|level| level.word() == word.trim());
    match mark.split(',').map(level).collect::<Option<Vec<_>>>() {
        Some(levels) => (before.trim_end(), levels),
        None => (line, Vec::new()),
    }
}

/// What a check says to a block.
struct Checked {
    answer: Answer,
    verdict: Verdict,
}

impl Checked {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.verdict.findings.iter().filter(|it| it.counts()).map(|it| &it.finding)
    }
}

fn own<'a>(rule: &Rule, checked: &'a Checked) -> impl Iterator<Item = &'a Finding> {
    let id = rule.id;
    checked.findings().filter(move |it| it.rule.id == id)
}

/// As `ropa check` does: the rules and the lock are asked only about a map that can be relied on.
fn checked(block: &Block) -> Checked {
    let settings = block.text("ropa.yaml").unwrap_or_else(|| SETTINGS.to_owned());
    let mut texts: Vec<(String, String)> =
        block.files.iter().filter(|(path, _)| path != "ropa.yaml").map(|(path, _)| (path.clone(), block.text(path).unwrap())).collect();
    texts.push(("ropa.yaml".to_owned(), settings));
    checked_texts(&texts, block.today)
}

/// The same for texts by path.
fn checked_texts(texts: &[(String, String)], today: Date) -> Checked {
    let text = |name: &str| texts.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_str());
    let files: Vec<(&str, &str)> =
        texts.iter().filter(|(path, _)| !path.starts_with("ropa.")).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut answer = answer_texts(text("ropa.yaml").unwrap(), &files, text("ropa.lock"), today);
    let (verdict, _) = answer.judged();
    Checked { answer, verdict }
}

fn place(answer: &Answer, finding: &Finding) -> Mark {
    let place = answer.sources.place(finding.labels[0].span);
    (place.file, place.line, finding.level)
}

fn told(answer: &Answer, finding: &Finding) -> String {
    let (file, line, level) = place(answer, finding);
    format!("{file}:{line} {level} {}: {}", finding.rule.id, finding.message)
}

/// What is wrong with the place of a finding.
fn misplaced(answer: &Answer, block: &Block, finding: &Finding) -> Option<&'static str> {
    let span = finding.labels[0].span;
    let source = answer.sources.get(span.file);
    if source.path != "ropa.yaml" && !block.files.iter().any(|(path, _)| *path == source.path) {
        return Some("its place is not in a file of the project");
    }
    if source.text.get(span.start as usize..span.end as usize).is_none() {
        return Some("its place is outside of its file");
    }
    let empty = |it: &Label| answer.sources.text(it.span).trim().is_empty();
    let whole = OF_A_WHOLE_FILE.contains(&finding.rule.id);
    (!whole && finding.labels.iter().any(empty)).then_some("one of its places covers no word")
}

/// What is wrong with a sentence for people; words in backticks are theirs.
fn misworded(text: &str) -> Option<&'static str> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
    let inner_capital = |word: &str| word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let checks = [
        (text.contains('\n'), "more than one line"),
        (text.ends_with('.'), "a final period"),
        (text.to_lowercase().contains("compliant"), "a verdict in law"),
        (text.starts_with(char::is_uppercase), "begins with a capital"),
        (
            prose.contains("::") || prose.contains("Some(") || prose.split(|it: char| !it.is_alphanumeric()).any(inner_capital),
            "a name of the program's own",
        ),
        (text.matches('`').count() % 2 == 1, "an open backtick"),
    ];
    checks.into_iter().find(|(is, _)| *is).map(|(_, why)| why)
}

/// Every rule with its page on disk.
fn pages() -> impl Iterator<Item = (&'static Rule, PathBuf)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    rules::all().map(move |rule| {
        let rooms = fs::read_dir(&src).unwrap().map(|it| it.unwrap().path().join("docs").join(format!("{}.md", rule.id)));
        let page = rooms.filter(|it| it.is_file()).min();
        (rule, page.unwrap_or_else(|| panic!("`{}` has no page", rule.id)))
    })
}

/// The YAML blocks of a page.
fn blocks(page: &Path) -> Vec<Block> {
    let text = fs::read_to_string(page).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at] == "```yaml" {
            let end = (at..lines.len()).find(|it| lines[*it] == "```").unwrap_or_else(|| panic!("{}: an open fence", page.display()));
            let before = lines[..at].iter().rev().find(|line| !line.is_empty()).unwrap_or(&"#");
            let introduced = !before.starts_with('#') && !before.starts_with("```");
            blocks.push(Block::of(page, at + 1, introduced, &lines[at + 1..end].join("\n")));
            at = end;
        }
        at += 1;
    }
    blocks
}

/// Every block of every page with its rule, checked once for all tests.
static CHECKED: LazyLock<Vec<(&'static Rule, Block, Checked)>> = LazyLock::new(|| {
    let blocks = pages().flat_map(|(rule, page)| blocks(&page).into_iter().map(move |block| (rule, block)));
    blocks
        .map(|(rule, block)| {
            let checked = checked(&block);
            (rule, block, checked)
        })
        .collect()
});

/// Asks something of every block of every page, and reports all that is wrong at once.
fn each_block(ask: impl Fn(&'static Rule, &Block, &Checked) -> Vec<String> + Sync) {
    let told = |(rule, block, checked): &(&'static Rule, Block, Checked)| {
        let wrong = ask(rule, block, checked);
        wrong.into_iter().map(|what| format!("{}:{}\n  {what}\n", block.page.display(), block.line)).collect::<String>()
    };
    let wrong: String = CHECKED.par_iter().map(told).collect::<Vec<_>>().concat();
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn date(text: &str) -> Date {
    Date::try_from(text.to_owned()).unwrap()
}

//! The record is complete by what authorities ask: for each thing that one of them asks a record to
//! hold, an edit of the insurer's declarations has to change what its page says.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use ropa::answer_texts;
use ropa::declare::Date;
use ropa::finding::Rule;
use ropa::render::html::{Options, Site};
use ropa::rules;

/// Everything that is asked, in the order of Art. 30(1) and of the records it was gathered from.
const ASKED: [&str; 54] = [
    "register",
    "controller",
    "controller-contact",
    "dpo",
    "representative",
    "joint-controller",
    "joint-arrangement",
    "activity-name",
    "owner",
    "status",
    "dates",
    "importance",
    "purposes",
    "basis",
    "condition",
    "interests",
    "lia",
    "operations",
    "data-categories",
    "special-categories",
    "national-id",
    "subjects",
    "vulnerable",
    "classification",
    "retention",
    "retention-policy",
    "combination",
    "source",
    "processor",
    "subprocessor",
    "processor-contract",
    "data-per-recipient",
    "recipient-categories",
    "internal-recipients",
    "third-countries",
    "transfer-basis",
    "safeguards",
    "transfer-assessment",
    "measures",
    "technology",
    "location",
    "risks",
    "risk-mitigation",
    "dpia",
    "prior-consultation",
    "rights",
    "erasure-notice",
    "privacy-notice",
    "automated-decisions",
    "consent-record",
    "breach",
    "compatibility",
    "sale",
    "volume",
];

/// Who asks, by the abbreviations of the list.
const AUTHORITIES: [&str; 9] = ["BE", "CY", "DK", "FI", "LU", "UK", "FR", "SE", "DE"];

/// One row of the list.
struct Row {
    id: String,
    art30: String,
    articles: String,
    authorities: String,
    page: String,
    file: String,
    old: String,
    new: String,
    text: String,
}

/// The list: a row for each thing asked, tabs between its columns.
fn rows() -> Vec<Row> {
    let text = include_str!("union/rows.tsv");
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(plain).collect();
        let count = cells.len();
        let cells: [String; 10] = cells.try_into().unwrap_or_else(|_| panic!("{count} columns: {line}"));
        let [id, _, art30, articles, authorities, page, file, old, new, text] = cells;
        Row { id, art30, articles, authorities, page, file, old, new, text }
    };
    text.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// A cell with its line breaks.
fn plain(cell: &str) -> String {
    cell.replace("\\n", "\n")
}

type Files = Vec<(String, String)>;

/// The insurer, in English alone.
fn insurer() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/insurer");
    let mut names = vec!["ropa.yaml".to_owned()];
    for entry in std::fs::read_dir(root.join("registry")).unwrap() {
        names.push(format!("registry/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    let mut files: Files = names.into_iter().map(|name| (name.clone(), std::fs::read_to_string(root.join(name)).unwrap())).collect();
    edit(&mut files, "ropa.yaml", "languages: [sv, en]", "languages: [en]");
    files
}

fn edit(files: &mut Files, file: &str, old: &str, new: &str) {
    let (_, text) = files.iter_mut().find(|it| it.0 == file).unwrap_or_else(|| panic!("no file {file}"));
    assert_eq!(text.matches(old).count(), 1, "{file}: {old}");
    *text = text.replace(old, new);
}

/// Every page with what a reader reads on it; or why the declarations cannot be read.
fn pages(files: &Files) -> Result<Vec<(String, String)>, String> {
    let of = |at: usize| (files[at].0.as_str(), files[at].1.as_str());
    let others: Vec<_> = (1..files.len()).map(of).collect();
    let mut answer = answer_texts(of(0).1, &others, None, Date::try_from("2026-09-01".to_owned()).unwrap());
    if !answer.is_sound() {
        let all: Vec<_> = answer.findings.iter().map(|it| &it.message).collect();
        return Err(format!("{all:?}"));
    }
    let (verdict, _) = answer.judged();
    let known: Vec<&'static Rule> = rules::all().collect();
    let pages = Site::new(&answer.map, &answer.sources, &verdict, &known, Options::default()).unwrap().pages().unwrap();
    Ok(pages.into_iter().map(|(path, page)| (path, words(&page))).collect())
}

/// The words of a page below its head: what stands between the tags, drawings and scripts aside.
fn words(page: &str) -> String {
    let mut page = page[page.find("<main").unwrap()..page.find("</main>").unwrap()].to_owned();
    for (start, end) in [("<figure class=\"diagram\"", "</figure>"), ("<script", "</script>")] {
        while let Some(at) = page.find(start) {
            let length = page[at..].find(end).unwrap() + end.len();
            page.replace_range(at..at + length, " ");
        }
    }
    let text: String = page.split('<').skip(1).map(|piece| piece.split_once('>').unwrap().1).collect();
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&#x2F;", "/"), ("&amp;", "&")];
    signs.iter().fold(text, |text, (sign, plain)| text.replace(sign, plain))
}

/// How many of the pages that a pattern names have a text.
fn said(pages: &[(String, String)], pattern: &str, text: &str) -> usize {
    let (start, end) = pattern.split_once('*').map_or((pattern, None), |(start, end)| (start, Some(end)));
    let named = |path: &str| end.map_or(path == start, |end| path.starts_with(start) && path.ends_with(end));
    let named: Vec<_> = pages.iter().filter(|it| named(&it.0)).collect();
    assert!(!named.is_empty(), "no page {pattern}");
    named.iter().filter(|it| it.1.contains(text)).count()
}

#[test]
fn the_list_has_everything_that_is_asked() {
    let rows = rows();
    let ids: Vec<&str> = rows.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ASKED);
    let by_all = AUTHORITIES.join(" ");
    for row in &rows {
        let known: BTreeSet<&str> = AUTHORITIES.into_iter().collect();
        assert!(row.authorities == "none" || row.authorities.split(' ').all(|it| known.contains(it)), "{}: {}", row.id, row.authorities);
        assert!(["y", "c", "w", "-"].contains(&row.art30.as_str()), "{}: {}", row.id, row.art30);
        assert!(!row.articles.is_empty() && row.old != row.new && !row.text.is_empty(), "{}", row.id);
        // What Art. 30(1) itself requires of everybody is asked by an authority at least.
        assert!(row.art30 != "y" || row.authorities != "none", "{}", row.id);
    }
    assert_eq!(rows.iter().filter(|it| it.authorities == by_all).count(), 11);
}

#[test]
fn everything_that_is_asked_is_printed_where_it_is_looked_for() {
    let files = insurer();
    let before = pages(&files).unwrap();
    let wrong: Vec<String> = rows()
        .par_iter()
        .filter_map(|row| {
            let mut files = files.clone();
            edit(&mut files, &row.file, &row.old, &row.new);
            let after = match pages(&files) {
                Ok(pages) => pages,
                Err(why) => return Some(format!("{}: {why}", row.id)),
            };
            let [before, after] = [&before, &after].map(|pages| said(pages, &row.page, &row.text));
            (before > 0 || after == 0)
                .then(|| format!("{}: `{}` stands on {before} pages {} before and on {after} after", row.id, row.text, row.page))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

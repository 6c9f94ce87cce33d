//! The house keeps its own rules: who imports whom, which crate is named where, and that every
//! rule, page, citation and language is there.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ropa::declare::Date;
use ropa::finding::Rule;
use ropa::source::{FileId, read};
use ropa::{answer_texts, rules};
use serde_json::Value;

/// Lines in one file of the program, at most: at that length one file is two.
const LINES: usize = 450;

/// The languages in which an authority may ask for the register.
const LANGUAGES: &[&str] = &["en", "sv", "fr", "de"];

/// Sections of `registry/` whose entries readers see.
const TITLED: &[&str] = &["categories", "countries", "articles", "bases", "conditions", "mechanisms", "transforms", "kinds"];

/// Kinds of recipients that make their living from data: each has its own question.
const DATA_BUSINESSES: &[&str] = &[
    "seller",
    "monetiser",
    "aggregator",
    "onboarder",
    "data-quality",
    "dmp",
    "cdp",
    "hosting",
    "analytics",
    "data-mining",
    "machine-learning",
    "marketplace",
    "advertising",
    "social",
    "tag-manager",
];

/// Crates that one room keeps to itself.
const KEPT: &[(&str, &str)] = &[
    ("granit_parser", "source"),
    ("serde_yaml", "source"),
    ("tera", "render"),
    ("petgraph", "flow"),
    ("pulldown_cmark", "render"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("annotate_snippets", "render"),
    ("rust_xlsxwriter", "render"),
];

/// A room imports only the rooms that its row in ARCHITECTURE.md names.
#[test]
fn a_room_imports_only_what_its_row_allows() {
    let rows = rows();
    let mut wrong = Vec::new();
    for file in files("src", "rs") {
        let Some(room) = room_of(&file) else { continue };
        let Some(allowed) = rows.get(&room) else { continue };
        for (line, import) in imports(&file) {
            let fine = import == room || matches!(allowed, Row::All) || matches!(allowed, Row::Rooms(rooms) if rooms.contains(&import));
            if !fine {
                wrong.push(format!("{}:{line}: `{room}` imports `{import}`", file.shown));
            }
        }
    }
    nothing(wrong);
}

/// Every room has its row in ARCHITECTURE.md, and every row its room.
#[test]
fn the_table_of_rooms_is_that_of_the_folders() {
    let rows: BTreeSet<String> = rows().into_keys().collect();
    let folders: BTreeSet<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|it| it.path().is_dir())
        .map(|it| it.file_name().into_string().unwrap())
        .collect();
    assert_eq!(rows, folders, "rows of ARCHITECTURE.md (left) and folders of src/ (right)");
}

/// What the table allows has no circle, so that each room can be understood without those above.
#[test]
fn the_table_of_rooms_has_no_circle() {
    let rows = rows();
    let mut below: BTreeMap<&str, usize> = BTreeMap::new();
    // Takes away, again and again, the rooms whose imports are all gone.
    while let Some(room) = rows.iter().find_map(|(room, row)| {
        let free = match row {
            Row::All => rows.keys().all(|it| it == room || below.contains_key(it.as_str())),
            Row::Rooms(rooms) => rooms.iter().all(|it| below.contains_key(it.as_str())),
        };
        (free && !below.contains_key(room.as_str())).then_some(room)
    }) {
        below.insert(room, below.len());
    }
    let left: Vec<_> =
        rows.keys().filter(|room| !below.contains_key(room.as_str())).map(|room| format!("`{room}` is in a circle")).collect();
    nothing(left);
}

/// A crate that stands for a kind of work is named only in the room that does this work.
#[test]
fn some_crates_are_named_in_one_room_only() {
    let mut wrong = Vec::new();
    for file in files("src", "rs") {
        for (line, text) in file.code() {
            for (name, room) in KEPT {
                if words(text).any(|word| word == *name) && room_of(&file).as_deref() != Some(room) {
                    wrong.push(format!("{}:{line}: `{name}` belongs to `{room}`", file.shown));
                }
            }
        }
    }
    nothing(wrong);
}

/// A rule and its page come in pairs: the page of its name, in a `docs/` folder, and no other.
#[test]
fn every_rule_has_its_page_and_every_page_its_rule() {
    let mut pages: BTreeMap<String, File> = BTreeMap::new();
    let mut wrong = Vec::new();
    for page in files("src", "md").into_iter().filter(|it| it.shown.contains("/docs/")) {
        let id = page.path.file_stem().unwrap().to_str().unwrap().to_owned();
        if let Some(first) = pages.insert(id.clone(), page) {
            wrong.push(format!("{}: another page of `{id}`", first.shown));
        }
    }
    for rule in rules::all() {
        match pages.remove(rule.id) {
            None => wrong.push(format!("`{}` has no page", rule.id)),
            Some(page) if page.text != rule.doc => wrong.push(format!("{}: `{}` shows another page", page.shown, rule.id)),
            Some(_) => {}
        }
    }
    wrong.extend(pages.values().map(|page| format!("{}: a page without a rule", page.shown)));
    nothing(wrong);
}

/// Ids are unique, kebab-case, and name what is found, not that it is missing from a list of noes.
#[test]
fn rule_ids_are_unique_kebab_case_and_never_begin_with_no() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let part = |part: &str| !part.is_empty() && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        if !rule.id.split('-').all(part) || rule.id.starts_with("no-") {
            wrong.push(format!("`{}` is not an id for a rule", rule.id));
        }
        if !seen.insert(rule.id) {
            wrong.push(format!("`{}` is the id of two rules", rule.id));
        }
        let summary: &str = rule.summary;
        if summary.is_empty() || summary.ends_with('.') || summary.contains('\n') || summary.starts_with(char::is_uppercase) {
            wrong.push(format!("the summary of `{}` is not one lower-case sentence without a period", rule.id));
        }
    }
    nothing(wrong);
}

/// A rule says in which version it came, and none comes from a later one than this.
#[test]
fn no_rule_is_newer_than_the_program() {
    let version = |text: &str| text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>();
    let own = version(env!("CARGO_PKG_VERSION")).unwrap();
    let wrong = rules::all().filter(|rule| version(rule.since).is_none_or(|it| it.len() != 2 || it > own));
    nothing(wrong.map(|rule| format!("`{}` is there since `{}`, which is no version up to this one", rule.id, rule.since)).collect());
}

/// What a rule cites is in the built-in law, so that every report can name it.
#[test]
fn every_citation_resolves() {
    let answer = answer_texts(
        "version: 1",
        &[("registry/all.yaml", "systems: { shop: {} }")],
        None,
        Date::try_from("2026-09-01".to_owned()).unwrap(),
    );
    let articles = &answer.map.model.law.articles;
    let unknown = |rule: &'static Rule| rule.citations.iter().filter(|it| articles.get(it).is_none()).map(move |it| (rule.id, *it));
    nothing(
        rules::all().flat_map(unknown).map(|(rule, article)| format!("`{rule}` cites `{article}`, which the law does not have")).collect(),
    );
}

/// Whatever is built in can be read in every language of the register.
#[test]
fn every_built_in_text_is_there_in_every_language() {
    let mut wrong = Vec::new();
    for file in files("registry", "yaml") {
        let mut problems = Vec::new();
        let value: Value = read(FileId(0), &file.text, &mut problems).unwrap();
        assert!(problems.is_empty(), "{}: {problems:?}", file.shown);
        texts(&value, "", &mut |path, text| {
            for language in LANGUAGES {
                if text.get(language).and_then(Value::as_str).is_none_or(|it| it.trim().is_empty()) {
                    wrong.push(format!("{}: `{path}` is missing in `{language}`", file.shown));
                }
            }
        });
        for (section, entries) in value.as_object().unwrap().iter().filter(|(section, _)| TITLED.contains(&section.as_str())) {
            let untitled = entries.as_object().unwrap().iter().filter(|(_, entry)| entry.get("title").is_none());
            wrong.extend(untitled.map(|(id, _)| format!("{}: `{section}.{id}` has no title", file.shown)));
        }
    }
    nothing(wrong);
}

/// Each kind of data business is asked something that no other kind is asked, in every language.
#[test]
fn every_kind_of_data_business_has_a_question_of_its_own() {
    let day = Date::try_from("2026-09-01".to_owned()).unwrap();
    let answer = answer_texts("version: 1", &[("registry/all.yaml", "systems: { shop: {} }")], None, day);
    let kinds = &answer.map.model.law.kinds;
    let mut wrong = Vec::new();
    for kind in DATA_BUSINESSES {
        if kinds.get(kind).is_none_or(|it| it.asks.is_none()) {
            wrong.push(format!("`{kind}` asks nothing"));
        }
    }
    for language in LANGUAGES {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (kind, question) in kinds.iter().filter_map(|(kind, it)| Some((kind, it.asks.as_ref()?))) {
            let question = question.by_language.get(language).map_or("", String::as_str);
            if !question.ends_with('?') {
                wrong.push(format!("`{kind}` asks no question in `{language}`"));
            }
            if let Some(other) = seen.insert(question, kind) {
                wrong.push(format!("`{kind}` and `{other}` ask the same in `{language}`"));
            }
        }
    }
    nothing(wrong);
}

/// No file of the program is longer than a reader can hold in mind.
#[test]
fn no_file_is_too_long() {
    let long = files("src", "rs").into_iter().map(|file| (file.text.lines().count(), file.shown)).filter(|(lines, _)| *lines > LINES);
    nothing(long.map(|(lines, file)| format!("{file}: {lines} lines; at {LINES} a file is two")).collect());
}

/// The program says why something holds instead of hoping so, and lints are expected, not allowed.
#[test]
fn nothing_is_unwrapped_or_allowed() {
    let mut wrong = Vec::new();
    for file in files("src", "rs") {
        let tests = file.text.lines().position(|line| line.trim() == "#[cfg(test)]").unwrap_or(usize::MAX);
        for (line, text) in file.code() {
            if text.contains(".unwrap()") && line <= tests {
                wrong.push(format!("{}:{line}: `unwrap()`; `expect` says why it holds", file.shown));
            }
            if text.contains("#[allow") || text.contains("#![allow") {
                wrong.push(format!("{}:{line}: `allow`; `expect` with a reason", file.shown));
            }
        }
    }
    nothing(wrong);
}

/// The first line of a file says what it is for.
#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let all = ["src", "tests"].into_iter().flat_map(|folder| files(folder, "rs"));
    nothing(all.filter(|file| !file.text.starts_with("//! ")).map(|file| format!("{}:1: no `//!`", file.shown)).collect());
}

/// The readers below see through the ways an import can be written.
#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::law::{Form, Step};\n// crate::cli\nuse crate::{finding::Level, model};\nfn f(it: super::super::flow::Map) {}\nuse super::near;\n";
    let file = File { path: "src/source/de.rs".into(), shown: "src/source/de.rs".into(), text: text.into() };
    let found: Vec<_> = imports(&file);
    let names: Vec<_> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(names, [(1, "law"), (3, "finding"), (3, "model"), (4, "flow"), (5, "source")]);
}

/// What a room may import.
enum Row {
    All,
    Rooms(BTreeSet<String>),
}

/// The table of rooms in ARCHITECTURE.md: rows that begin with a folder in backticks.
fn rows() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md holds the table of rooms");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [first, .., last] = cells.as_slice() else { continue };
        let Some(room) = first.trim_matches('`').strip_suffix('/') else { continue };
        let names = last.split(',').map(|it| it.trim().trim_matches(['`', '/']).to_owned());
        let row = match *last {
            "all" => Row::All,
            "-" => Row::Rooms(BTreeSet::new()),
            _ => Row::Rooms(names.collect()),
        };
        rows.insert(room.to_owned(), row);
    }
    assert!(!rows.is_empty(), "ARCHITECTURE.md has no row like \"| `source/` | purpose | - |\"");
    rows
}

/// A file of the repository.
struct File {
    path: PathBuf,
    /// Path from the root, with forward slashes.
    shown: String,
    text: String,
}

impl File {
    /// Lines, from 1, without their comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        // `//` in a text, as in a web address, would cut the line too early; none imports anything.
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }
}

/// The first part of every path in a file that leads to the root or out of a folder: line and name.
fn imports(file: &File) -> Vec<(usize, String)> {
    let module = module_of(file);
    let mut found = Vec::new();
    let mut depth = module.len();
    for (line, text) in file.code() {
        if text.starts_with("mod ") && text.trim_end().ends_with('{') {
            depth = module.len() + 1;
        }
        for (at, _) in text.match_indices("crate::").filter(|(at, _)| starts_word(text, *at)) {
            found.extend(heads(&text[at + "crate::".len()..]).into_iter().map(|name| (line, name)));
        }
        for (at, _) in text.match_indices("super::").filter(|(at, _)| starts_word(text, *at) && !text[..*at].ends_with("super::")) {
            let mut rest = &text[at..];
            let mut up = 0;
            while let Some(after) = rest.strip_prefix("super::") {
                (rest, up) = (after, up + 1);
            }
            if up >= depth {
                found.extend(heads(rest).into_iter().map(|name| (line, name)));
            } else if let Some(room) = module.first() {
                found.push((line, room.clone()));
            }
        }
    }
    found
}

/// The first names of a path, or of each path in braces.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut depth = 0;
    let mut names = vec![name(group)];
    for (at, it) in group.char_indices() {
        match it {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    names.retain(|it| !it.is_empty());
    names
}

fn starts_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '$'))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
}

/// The path of the module a file is, without `crate`.
fn module_of(file: &File) -> Vec<String> {
    let below = file.shown.strip_prefix("src/").unwrap_or(&file.shown).trim_end_matches(".rs");
    below.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
}

/// The folder of `src/` a file lies in.
fn room_of(file: &File) -> Option<String> {
    let (room, _) = file.shown.strip_prefix("src/")?.split_once('/')?;
    Some(room.to_owned())
}

/// Every file below a folder with an ending, by path.
fn files(folder: &str, ending: &str) -> Vec<File> {
    let mut all: Vec<File> = walkdir::WalkDir::new(root().join(folder))
        .into_iter()
        .map(|it| it.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .map(|path| {
            let parts: Vec<_> = path.strip_prefix(root()).unwrap().iter().map(|it| it.to_str().unwrap()).collect();
            File { shown: parts.join("/"), text: fs::read_to_string(&path).unwrap(), path }
        })
        .collect();
    all.sort_by(|a, b| a.shown.cmp(&b.shown));
    assert!(!all.is_empty(), "no file in `{folder}` ends in `.{ending}`");
    all
}

/// Every text for readers in a built-in file: each `title`, `says` and `asks`, and each entry of `words`.
fn texts(value: &Value, path: &str, see: &mut impl FnMut(&str, &Value)) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                if path == "words" || matches!(key.as_str(), "title" | "says" | "asks") {
                    see(&below(key), value);
                } else if key != "parameters" {
                    // A parameter of a request may be called `title`.
                    texts(value, &below(key), see);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, path, see)),
        _ => {}
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all that is wrong, one line each.
fn nothing(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

//! The project of `tests/keys/`: its values, the keys known in each of its maps, and what may stand
//! in each place, all of it as the program itself tells.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fmt, fs};

use rayon::prelude::*;
use ropa::Answer;
use ropa::declare::{self, Date, DeclaredFile};
use ropa::finding::{Finding, Findings, Level};
use ropa::flow::Map;
use ropa::law::{Law, given};
use ropa::model::{join, resolve};
use ropa::source::{self, Entries, FileId, ProblemKind, Source, Sources, Spanned, read};
use serde::Deserialize;

const TODAY: &str = "2026-09-01";

/// A word that nothing in the language or in the project is called.
const STRANGER: &str = "zzz";

/// A YAML text with the place of each value, read by the door that declarations come in by.
#[derive(Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
enum Tree {
    Word(String),
    List(Vec<Spanned<Tree>>),
    Map(Entries<Spanned<Tree>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Word,
    List,
    Map,
}

/// A sort of map: the keys it has, and the key it stands under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    pub under: String,
    pub known: Vec<String>,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.under.as_str() {
            "" => write!(f, "at the top of a file with `{}`", self.known[1]),
            under => write!(f, "under `{under}`, of those with `{}`", self.known[0]),
        }
    }
}

/// Where a value stands: behind a known key, or `depth` maps with free keys further in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    pub kind: Kind,
    pub key: String,
    pub depth: usize,
}

/// One value of the project.
pub struct Value {
    pub file: usize,
    pub range: Range<usize>,
    /// For people: file and keys.
    pub path: String,
    pub form: Form,
    pub slot: Option<Slot>,
}

impl Value {
    pub fn text(&self) -> &'static str {
        &PROJECT.files[self.file].1[self.range.clone()]
    }

    /// What a word says, without the quotes around it.
    pub fn word(&self) -> &'static str {
        let text = self.text();
        text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text)
    }

    /// The project's texts with another value in this place.
    pub fn replaced(&self, by: &str) -> Files {
        let quoted = if self.text().starts_with('"') { format!("\"{by}\"") } else { by.to_owned() };
        let mut files = PROJECT.files.clone();
        files[self.file].1.replace_range(self.range.clone(), &quoted);
        files
    }
}

/// Path and text of each file; `ropa.yaml` comes first.
pub type Files = Vec<(String, String)>;

pub struct Project {
    pub files: Files,
    pub values: Vec<Value>,
    /// Every id and word of the project, each once.
    pub words: Vec<String>,
}

pub static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let mut files = texts(&["ropa.yaml".to_owned()]);
    files.extend(folder("registry"));
    let trees: Vec<Spanned<Tree>> = files.iter().map(|(path, text)| tree(path, text)).collect();
    let known = known_keys(&files, &trees);
    let mut project = Project { files, values: Vec::new(), words: Vec::new() };
    for (file, tree) in trees.iter().enumerate() {
        let path = format!("{}:", project.files[file].0);
        collect(&mut project, &known, file, tree, path, "", None);
    }
    project.words.sort();
    project.words.dedup();
    project
});

/// What the project imports.
pub static MODELS: LazyLock<Files> = LazyLock::new(|| folder("models"));

fn folder(name: &str) -> Files {
    let files = fs::read_dir(root().join(name)).unwrap().map(|it| format!("{name}/{}", it.unwrap().file_name().to_str().unwrap()));
    let mut paths: Vec<String> = files.collect();
    paths.sort();
    texts(&paths)
}

fn texts(paths: &[String]) -> Files {
    paths.iter().map(|path| (path.clone(), fs::read_to_string(root().join(path)).unwrap())).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys")
}

fn tree(path: &str, text: &str) -> Spanned<Tree> {
    let mut problems = Vec::new();
    let tree = read(FileId::default(), text, &mut problems);
    assert!(problems.is_empty(), "{path}: {problems:?}");
    tree.unwrap()
}

/// The known keys of each map, by file and place: what the program says to an unknown one.
fn known_keys(files: &Files, trees: &[Spanned<Tree>]) -> BTreeMap<(usize, u32), Vec<String>> {
    let mut maps = Vec::new();
    for (file, tree) in trees.iter().enumerate() {
        maps_in(file, tree, &mut maps);
    }
    let mut probed = files.clone();
    for (number, (file, start, key)) in maps.iter().enumerate().rev() {
        let text = &mut probed[*file].1;
        let line = text[..*key].rfind('\n').map_or(0, |at| at + 1);
        let entry = format!("{STRANGER}{number}: {STRANGER}");
        let entry =
            if text[*start as usize..].starts_with('{') { format!("{entry}, ") } else { format!("{entry}\n{}", " ".repeat(key - line)) };
        text.insert_str(*key, &entry);
    }
    let said = answered(&probed);
    let mut known = BTreeMap::new();
    for finding in said.findings.iter().filter(|it| it.rule.id == "unknown-key") {
        let number = quoted(&finding.message)[0].strip_prefix(STRANGER).and_then(|it| it.parse::<usize>().ok()).unwrap();
        let (file, start, _) = maps[number];
        known.insert((file, start), listed(finding));
    }
    known
}

/// Every map in the order of the text: its file, its place and that of its first key.
fn maps_in(file: usize, tree: &Spanned<Tree>, into: &mut Vec<(usize, u32, usize)>) {
    match &tree.value {
        Tree::Word(_) => {}
        Tree::List(items) => items.iter().for_each(|it| maps_in(file, it, into)),
        Tree::Map(entries) => {
            into.push((file, tree.span.start, entries[0].key.span.start as usize));
            entries.iter().for_each(|it| maps_in(file, &it.value, into));
        }
    }
}

/// The known keys that the help of an unknown one names.
fn listed(finding: &Finding) -> Vec<String> {
    let help = finding.help.as_deref().unwrap_or_default();
    assert!(help.starts_with("the keys here are"), "{help}");
    quoted(help)
}

/// The words in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn collect(
    project: &mut Project,
    known: &BTreeMap<(usize, u32), Vec<String>>,
    file: usize,
    tree: &Spanned<Tree>,
    path: String,
    under: &str,
    slot: Option<Slot>,
) {
    let form = match &tree.value {
        Tree::Word(word) => {
            project.words.push(word.clone());
            Form::Word
        }
        Tree::List(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(project, known, file, item, format!("{path}[{at}]"), under, slot.clone());
            }
            Form::List
        }
        Tree::Map(entries) => {
            let kind = known.get(&(file, tree.span.start)).map(|known| Kind { under: under.to_owned(), known: known.clone() });
            for entry in entries.iter() {
                let key = &entry.key.value;
                let path = if path.ends_with(':') { format!("{path} {key}") } else { format!("{path}.{key}") };
                let (under, slot) = match &kind {
                    Some(kind) => (key.as_str(), Some(Slot { kind: kind.clone(), key: key.clone(), depth: 0 })),
                    None => {
                        project.words.push(key.clone());
                        (under, slot.clone().map(|slot| Slot { depth: slot.depth + 1, ..slot }))
                    }
                };
                collect(project, known, file, &entry.value, path, under, slot);
            }
            Form::Map
        }
    };
    let range = tree.span.start as usize..tree.span.end as usize;
    project.values.push(Value { file, range, path, form, slot });
}

/// What may stand in a slot.
pub struct Taken {
    pub word: bool,
    /// A map with known keys, or with keys that mean something; not a text in several languages.
    pub map: bool,
    /// The only words, where these are listed.
    pub words: Vec<String>,
    /// What a name here is the name of.
    pub noun: Option<String>,
}

/// What the program says to a strange word and to a strange map in each slot.
pub static TAKEN: LazyLock<BTreeMap<Slot, Taken>> = LazyLock::new(|| {
    let mut first: BTreeMap<&Slot, &Value> = BTreeMap::new();
    for value in &PROJECT.values {
        if let Some(slot) = &value.slot {
            first.entry(slot).or_insert(value);
        }
    }
    let taken = first.into_par_iter().map(|(slot, value)| {
        let (word, map) = (said_to(value, STRANGER), said_to(value, &format!("{{ {STRANGER}: {STRANGER} }}")));
        let refused = |said: &[String], found: &str| said.iter().any(|it| it.ends_with(found));
        let needs_more = word.iter().any(|it| it.starts_with("expected a map") || it.starts_with("expected a list"));
        let is_text = word.is_empty() && map.is_empty();
        let words = word.iter().find_map(|it| it.split_once(" is none of ")).map_or(Vec::new(), |(_, words)| quoted(words));
        let noun = word.iter().find_map(|it| Some(it.strip_prefix("no ")?.split_once(" is called ")?.0.to_owned()));
        (slot.clone(), Taken { word: !needs_more, map: !refused(&map, "found a map") && !is_text, words, noun })
    });
    taken.collect()
});

/// The messages on another value in the place of this one.
fn said_to(value: &Value, other: &str) -> Vec<String> {
    let said = answered(&value.replaced(other));
    let here = |it: &&Finding| {
        let span = it.labels[0].span;
        let start = span.start as usize;
        said.sources.get(span.file).path == PROJECT.files[value.file].0
            && (value.range.start..=value.range.start + other.len()).contains(&start)
    };
    said.findings.iter().filter(here).map(|it| it.message.clone()).collect()
}

/// What ships inside the program, read once: its texts, which come first, and what they declare.
static GIVEN: LazyLock<(Files, Vec<DeclaredFile>)> = LazyLock::new(|| {
    let mut sources = Sources::default();
    let files = given(&mut sources, &mut Findings::default());
    (sources.iter().map(|(_, it)| (it.path.clone(), it.text.clone())).collect(), files)
});

/// What the program answers to texts, without reading again what ships inside it.
pub fn answered(files: &Files) -> Answer {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let mut add = |(path, text): &(String, String)| sources.add(Source::new(path, text));
    GIVEN.0.iter().for_each(|it| {
        add(it);
    });
    let settings = add(&files[0]);
    let own = files[1..].iter().map(add).collect();
    let mut problems = Vec::new();
    let model = |path: &str| MODELS.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
    let missing = || (ProblemKind::Unreadable, "there is no such text".to_owned());
    let imports = source::imports(settings, "", &mut sources, &mut problems, |path| model(path).ok_or_else(missing));
    problems.into_iter().for_each(|it| findings.problem(it, "imports"));
    let project =
        source::Project { root: ".".into(), prefix: String::new(), settings, files: own, lock: None, templates: Vec::new(), imports };
    let mut settings = declare::settings(&sources, settings, &mut findings);
    let mut files: Vec<_> =
        GIVEN.1.iter().map(|it| DeclaredFile { decl: it.decl.clone(), texts: it.texts.clone(), repository: None, ..*it }).collect();
    files.extend(declare::read(&sources, &project, &mut findings));
    let imported = declare::imported(&sources, &project, &mut findings);
    join(&mut settings, &mut files, imported, &mut findings);
    let law = Law::of(&mut files, &mut findings);
    let model = resolve(law, settings, files, &mut findings);
    let mut of_map = Findings::default();
    let map = Map::of(model, today(), &mut of_map);
    if !findings.iter().any(|it| it.level == Level::Error) {
        findings.extend(of_map);
    }
    Answer { sources, project, map, findings }
}

pub fn today() -> Date {
    Date::try_from(TODAY.to_owned()).unwrap()
}

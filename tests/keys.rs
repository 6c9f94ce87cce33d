//! Every key of the language counts: nothing is parsed and dropped.
//!
//! `tests/keys/` is a project that uses every key. Which keys there are is not listed a second time:
//! an unknown key is put into each of its maps, and the program answers with the known ones. Then
//! each value is changed to another valid one, and the check or the export must say something else.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;
use std::{fmt, fs};

use rayon::prelude::*;
use ropa::declare::{self, Date, DeclaredFile, Duration};
use ropa::finding::{Finding, Findings, Level, Rule};
use ropa::flow::Map;
use ropa::law::{Law, given};
use ropa::model::resolve;
use ropa::render::json;
use ropa::rules::{self, Case};
use ropa::source::{self, Entries, FileId, Source, Sources, Spanned, read};
use ropa::verdict::{Lock, judge};
use ropa::{Answer, answer_texts};
use serde::Deserialize;
use serde_json::Value as Json;

const TODAY: &str = "2026-09-01";

/// A word that nothing in the language or in the project is called.
const STRANGER: &str = "zzz";

/// Other values for a path, where one project cannot hold every form or the walk finds no other
/// value by itself.
const FURTHER: &[(&str, &[&str])] = &[
    ("ropa.yaml: retention-policy.followed", &["true", "false"]),
    // Selectors elsewhere need what it is; it can be more.
    ("registry/catalog.yaml: fields.email", &["[contact.email, online.account]"]),
    // The only word there is; nothing is the other value.
    ("registry/systems.yaml: systems.website.sends.adhouse#pixel.claims", &["~"]),
];

#[test]
fn the_project_of_this_test_is_sound() {
    let said = answered(&PROJECT.files);
    let wrong: Vec<String> = said.findings.iter().filter(|it| it.level == Level::Error).map(|it| told(&said, it)).collect();
    nothing(&wrong);
}

/// The short cut of this test leads where the program goes.
#[test]
fn what_is_answered_here_is_what_the_program_answers() {
    let files: Vec<(&str, &str)> = PROJECT.files[1..].iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let whole = answer_texts(&PROJECT.files[0].1, &files, None, today());
    let short = answered(&PROJECT.files);
    assert_eq!(json::register(&whole.map, &whole.sources), json::register(&short.map, &short.sources));
}

/// A key that is added to the language and not to `tests/keys/` is named here.
#[test]
fn the_project_of_this_test_uses_every_key() {
    let mut used: BTreeMap<&Kind, BTreeSet<&str>> = BTreeMap::new();
    for value in &PROJECT.values {
        if let Some(Slot { kind, key, .. }) = &value.slot {
            used.entry(kind).or_default().insert(key);
        }
    }
    let mut wrong = Vec::new();
    for (kind, keys) in &used {
        let missing: Vec<_> = kind.known.iter().filter(|key| !keys.contains(key.as_str())).collect();
        if !missing.is_empty() {
            wrong.push(format!("no map {kind} has {missing:?}"));
        }
    }
    let keys: usize = used.values().map(BTreeSet::len).sum();
    let leaves = PROJECT.values.iter().filter(|it| it.form == Form::Word).count();
    println!("{} kinds of map, {keys} keys, {leaves} values", used.len());
    nothing(&wrong);
}

/// What may be written bare or as a map is written in both ways.
#[test]
fn the_project_of_this_test_uses_every_form() {
    // Structs with the same keys in the same place take the same forms, whatever they stand under.
    let place = |slot: &Slot| (slot.kind.known.clone(), slot.key.clone(), slot.depth);
    let mut used = BTreeSet::new();
    for value in &PROJECT.values {
        if let Some(slot) = &value.slot {
            used.insert((place(slot), value.form));
            for other in further(value) {
                let form = if other.starts_with('{') { Form::Map } else { Form::Word };
                used.insert((place(slot), form));
            }
        }
    }
    let mut wrong = Vec::new();
    for (slot, taken) in TAKEN.iter() {
        for (form, is_taken) in [(Form::Word, taken.word), (Form::Map, taken.map)] {
            if is_taken && !used.contains(&(place(slot), form)) {
                wrong.push(format!("`{}` {} is nowhere written as a {form:?}", slot.key, slot.kind));
            }
        }
    }
    nothing(&wrong);
}

/// Another valid value says something else to the check or to the export.
#[test]
fn every_value_counts() {
    let base = outcome(&PROJECT.files);
    assert!(base.sound);
    // Before the walk: were it first asked for on one of the walk's threads, that thread could take
    // up a part of the walk that waits for it.
    LazyLock::force(&TAKEN);
    let walked: Vec<(&Value, Walked)> = PROJECT
        .values
        .par_iter()
        .filter(|value| value.form == Form::Word || !further(value).is_empty())
        .map(|value| (value, walk(value, &base)))
        .collect();
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, Effect> = BTreeMap::new();
    for (value, walked) in walked {
        wrong.extend(walked.wrong);
        if let (Some(slot), Some(effect)) = (&value.slot, walked.effect) {
            let known = counts.entry(format!("{} {}", slot.key, slot.kind)).or_insert(effect);
            *known = (*known).max(effect);
        }
    }
    let of = |effect| counts.values().filter(|it| **it == effect).count();
    println!(
        "{} keys change findings, {} what is computed, {} only the copy in the export:",
        of(Effect::Findings),
        of(Effect::Computed),
        of(Effect::Copy)
    );
    for (key, _) in counts.iter().filter(|it| *it.1 == Effect::Copy) {
        println!("  {key}");
    }
    nothing(&wrong);
}

/// A YAML text with the place of each value, read by the door that declarations come in by.
#[derive(Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
enum Tree {
    Word(String),
    List(Vec<Spanned<Tree>>),
    Map(Entries<Spanned<Tree>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Word,
    List,
    Map,
}

/// A sort of map: the keys it has, and the key it stands under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    under: String,
    known: Vec<String>,
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
struct Slot {
    kind: Kind,
    key: String,
    depth: usize,
}

/// One value of the project.
struct Value {
    file: usize,
    range: Range<usize>,
    /// For people: file and keys.
    path: String,
    form: Form,
    slot: Option<Slot>,
}

impl Value {
    fn text(&self) -> &'static str {
        &PROJECT.files[self.file].1[self.range.clone()]
    }

    /// What a word says, without the quotes around it.
    fn word(&self) -> &'static str {
        let text = self.text();
        text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text)
    }

    /// The project's texts with another value in this place.
    fn replaced(&self, by: &str) -> Files {
        let quoted = if self.text().starts_with('"') { format!("\"{by}\"") } else { by.to_owned() };
        let mut files = PROJECT.files.clone();
        files[self.file].1.replace_range(self.range.clone(), &quoted);
        files
    }
}

/// Path and text of each file; `ropa.yaml` comes first.
type Files = Vec<(String, String)>;

struct Project {
    files: Files,
    values: Vec<Value>,
    /// Every id and word of the project, each once.
    words: Vec<String>,
}

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys");
    let registry = fs::read_dir(root.join("registry")).unwrap().map(|it| format!("registry/{}", it.unwrap().file_name().to_str().unwrap()));
    let mut paths: Vec<String> = registry.collect();
    paths.sort();
    paths.insert(0, "ropa.yaml".to_owned());
    let files: Files = paths.into_iter().map(|path| (path.clone(), fs::read_to_string(root.join(&path)).unwrap())).collect();
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
struct Taken {
    word: bool,
    /// A map with known keys, or with keys that mean something; not a text in several languages.
    map: bool,
    /// The only words, where these are listed.
    words: Vec<String>,
    /// What a name here is the name of.
    noun: Option<String>,
}

/// What the program says to a strange word and to a strange map in each slot.
static TAKEN: LazyLock<BTreeMap<Slot, Taken>> = LazyLock::new(|| {
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

/// How far a change is felt, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// The declaration shown in the export.
    Copy,
    /// Something else in the export.
    Computed,
    /// What the check finds.
    Findings,
}

#[derive(Default)]
struct Walked {
    effect: Option<Effect>,
    wrong: Vec<String>,
}

/// Changes a value in each way there is.
fn walk(value: &Value, base: &Outcome) -> Walked {
    let mut walked = Walked::default();
    let mut tried = 0;
    for (sound, candidates) in changes(value) {
        let found = candidates.iter().map(|it| (it, outcome(&value.replaced(it)))).find(|(_, it)| it.sound || !sound);
        let Some((other, outcome)) = found else { continue };
        tried += 1;
        match outcome.differs(base) {
            None => walked.wrong.push(format!("{}: `{other}` instead of `{}` changes nothing", value.path, value.word())),
            effect => walked.effect = walked.effect.max(effect),
        }
    }
    if tried == 0 {
        walked.wrong.push(format!("{}: no other value than `{}` is found to be valid; add one to `FURTHER`", value.path, value.word()));
    }
    walked
}

/// Changes of a value, each with candidates in order, of which the first valid one is made. Where
/// the language lists the values, what it then says to one of them is an answer too: `false`.
fn changes(value: &Value) -> Vec<(bool, Vec<String>)> {
    let further = further(value);
    if !further.is_empty() {
        return further.iter().map(|it| (true, vec![(*it).to_owned()])).collect();
    }
    let word = value.word();
    let taken = value.slot.as_ref().map(|it| &TAKEN[it]);
    if let Some(flipped) = [("true", "false"), ("false", "true")].iter().find(|it| it.0 == value.text()) {
        return vec![(false, vec![flipped.1.to_owned()])];
    }
    if let Ok(number) = value.text().parse::<u64>() {
        return vec![(false, vec![(number + 1).to_string()])];
    }
    if let Ok(date) = Date::try_from(word.to_owned()) {
        let next = if word.ends_with('7') { date.months_later(1).to_string() } else { format!("{}7", &word[..9]) };
        return [-72, 36].map(|months| (true, vec![date.months_later(months).to_string(), next.clone()])).into();
    }
    if let Ok(duration) = Duration::try_from(word.to_owned()) {
        let longer = Duration { count: duration.count + 1, ..duration.clone() }.to_string();
        let after = duration.after.map(|_| (true, vec![format!("{word} too")]));
        return [(true, vec![longer])].into_iter().chain(after).collect();
    }
    if let Some(taken) = taken.filter(|it| !it.words.is_empty()) {
        return taken.words.iter().filter(|it| *it != word).map(|it| (false, vec![it.clone()])).collect();
    }
    vec![(true, names(value))]
}

/// Words that may be valid in the place of a name or text, the likelier ones first.
fn names(value: &Value) -> Vec<String> {
    let nearness = |other: &Value| {
        let (Some(slot), Some(here)) = (&other.slot, &value.slot) else { return 3 };
        let noun = |slot: &Slot| TAKEN[slot].noun.as_deref();
        match () {
            () if slot == here => 0,
            () if noun(here).is_some() && noun(slot) == noun(here) => 1,
            () if slot.key == here.key => 2,
            () => 3,
        }
    };
    let mut near: Vec<_> = PROJECT.values.iter().filter(|it| it.form == Form::Word).map(|it| (nearness(it), it.word())).collect();
    near.sort();
    let rest = PROJECT.words.iter().map(String::as_str);
    let others = ["all"].into_iter().chain(near.into_iter().filter(|it| it.0 < 3).map(|it| it.1)).chain(rest);
    let mut seen = BTreeSet::from([value.word()]);
    let others = others.filter(|it| seen.insert(it) && !it.contains([',', ':', '"']));
    let mut all = vec![format!("{} too", value.word())];
    all.extend(others.map(str::to_owned));
    all
}

fn further(value: &Value) -> &'static [&'static str] {
    FURTHER.iter().find(|it| it.0 == value.path).map_or(&[], |it| it.1)
}

/// What a project leads to, without its places.
struct Outcome {
    sound: bool,
    findings: Vec<String>,
    register: Json,
}

impl Outcome {
    fn differs(&self, base: &Outcome) -> Option<Effect> {
        if self.findings != base.findings {
            return Some(Effect::Findings);
        }
        if self.register == base.register {
            return None;
        }
        Some(if computed(&self.register) == computed(&base.register) { Effect::Copy } else { Effect::Computed })
    }
}

/// A check and an export, as the program makes them.
fn outcome(files: &Files) -> Outcome {
    let mut answer = answered(files);
    let mut found = std::mem::take(&mut answer.findings);
    let sound = !found.iter().any(|it| it.level == Level::Error);
    if !sound {
        let mut findings: Vec<String> = found.iter().map(|it| format!("{} {} {}", it.level, it.key, it.message)).collect();
        findings.sort();
        return Outcome { sound, findings, register: Json::Null };
    }
    let case = Case::of(&answer.map);
    rules::check(&case, &mut found);
    let known: Vec<&'static Rule> = rules::all().collect();
    let verdict = judge(&answer.map, &case.walks, found, &Lock::default(), &known);
    let judged = verdict.findings.iter();
    let mut findings: Vec<String> =
        judged.map(|it| format!("{} {} {} {:?}", it.finding.level, it.finding.key, it.finding.message, it.waived)).collect();
    findings.sort();
    let mut register = json::register(&answer.map, &answer.sources);
    leave_out(&mut register, &["file", "line", "column"]);
    Outcome { sound, findings, register }
}

/// The register without what only repeats the declarations.
fn computed(register: &Json) -> Json {
    let mut register = register.clone();
    leave_out(&mut register, &["declared", "settings", "organisation"]);
    register
}

fn leave_out(value: &mut Json, keys: &[&str]) {
    match value {
        Json::Object(map) => {
            map.retain(|key, _| !keys.contains(&key.as_str()));
            map.values_mut().for_each(|it| leave_out(it, keys));
        }
        Json::Array(list) => list.iter_mut().for_each(|it| leave_out(it, keys)),
        _ => {}
    }
}

/// What ships inside the program, read once: its texts, which come first, and what they declare.
static GIVEN: LazyLock<(Files, Vec<DeclaredFile>)> = LazyLock::new(|| {
    let mut sources = Sources::default();
    let files = given(&mut sources, &mut Findings::default());
    (sources.iter().map(|(_, it)| (it.path.clone(), it.text.clone())).collect(), files)
});

/// What the program answers to texts, without reading again what ships inside it.
fn answered(files: &Files) -> Answer {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let mut add = |(path, text): &(String, String)| sources.add(Source::new(path, text));
    GIVEN.0.iter().for_each(|it| {
        add(it);
    });
    let settings = add(&files[0]);
    let own = files[1..].iter().map(add).collect();
    let project = source::Project { root: ".".into(), settings, files: own, lock: None, templates: Vec::new() };
    let settings = declare::settings(&sources, settings, &mut findings);
    let mut files: Vec<_> = GIVEN.1.iter().map(|it| DeclaredFile { decl: it.decl.clone(), ..*it }).collect();
    files.extend(declare::read(&sources, &project, &mut findings));
    let law = Law::of(&mut files, &mut findings);
    let model = resolve(law, settings, files, &mut findings);
    let mut of_map = Findings::default();
    let map = Map::of(model, today(), &mut of_map);
    if !findings.iter().any(|it| it.level == Level::Error) {
        findings.extend(of_map);
    }
    Answer { sources, project, map, findings }
}

fn today() -> Date {
    Date::try_from(TODAY.to_owned()).unwrap()
}

fn told(answer: &Answer, finding: &Finding) -> String {
    let place = answer.sources.place(finding.labels[0].span);
    format!("{}:{} {}: {}", place.file, place.line, finding.rule.id, finding.message)
}

fn nothing(wrong: &[String]) {
    let mut text = String::new();
    for line in wrong {
        writeln!(text, "{line}").unwrap();
    }
    assert!(wrong.is_empty(), "\n{text}");
}

//! Every key of the language counts: nothing is parsed and dropped.
//!
//! `tests/keys/` is a project that uses every key. Which keys there are is not listed a second time:
//! an unknown key is put into each of its maps, and the program answers with the known ones. Then
//! each value is changed to another valid one, and the check or the export must say something else.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "keys/project.rs"]
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

use rayon::prelude::*;
use ropa::declare::{Date, Duration};
use ropa::finding::{Finding, Level, Rule};
use ropa::render::json;
use ropa::rules::{self, Case};
use ropa::verdict::{Lock, judge};
use ropa::{Answer, answer_texts};
use serde_json::Value as Json;

use project::{Files, Form, Kind, MODELS, PROJECT, Slot, TAKEN, Value, answered, today};

/// Other values for a path, where one project cannot hold every form or the walk finds no other
/// value by itself.
const FURTHER: &[(&str, &[&str])] = &[
    // Each model is one of a file of its own, and the file says whose it is.
    ("ropa.yaml: imports.east", &["models/east-2.yaml"]),
    ("ropa.yaml: imports.west.from", &["models/west-2.yaml"]),
    ("ropa.yaml: retention-policy.followed", &["true", "false"]),
    // The only word a policy knows.
    ("ropa.yaml: policies.numbers-stay.to.scope", &["~"]),
    ("ropa.yaml: policies.readings-stay.to", &["~"]),
    // A row names an item, a form and labels that exist.
    ("registry/catalog.yaml: waivers[0].covers[0]", &["visitor.page_url:pseudonymised:-"]),
    ("registry/catalog.yaml: waivers[0].covers[1]", &["customer.email:pseudonymised:-"]),
    ("registry/catalog.yaml: waivers[1].covers", &["tenant.meter_reading:pseudonymised:-"]),
    // Selectors elsewhere need what it is; it can be more.
    ("registry/catalog.yaml: fields.email", &["[contact.email, online.account]"]),
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
    let files = PROJECT.files[1..].iter().chain(MODELS.iter());
    let files: Vec<(&str, &str)> = files.map(|(path, text)| (path.as_str(), text.as_str())).collect();
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
        // Where there is only one word, nothing is the other value.
        let others: Vec<_> = taken.words.iter().filter(|it| *it != word).map(|it| (false, vec![it.clone()])).collect();
        return if others.is_empty() { vec![(true, vec!["~".to_owned()])] } else { others };
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

//! Captures of every kind and trap, read: what is expected stands in tables that another program made
//! (`tests/evidence/README.md`).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ropa::declare::Date;
use ropa::evidence::{self, Desk, Kind, Notes, Observation, Unread};
use ropa::law::Catalogue;
use ropa::source::{self, Opened};
use ropa::{Answer, compute};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence"))
}

/// A line of `index.tsv`.
struct Fixture {
    file: String,
    kind: &'static Kind,
    site: String,
    expected: String,
}

fn fixtures() -> Vec<Fixture> {
    let index = fs::read_to_string(folder().join("index.tsv")).unwrap();
    let line = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let kind = evidence::named(parts[1]).unwrap_or_else(|| panic!("no kind `{}`", parts[1]));
        Fixture { file: parts[0].to_owned(), kind, site: parts[2].to_owned(), expected: parts[3].to_owned() }
    };
    index.lines().skip(1).filter(|it| it.contains("\thar\t")).map(line).collect()
}

fn nothing() -> Answer {
    let answer = compute(Opened::nothing(), Date::try_from("2026-09-01".to_owned()).unwrap());
    assert!(answer.is_sound(), "{:?}", answer.findings);
    answer
}

fn read(fixture: &Fixture, answer: &Answer) -> Result<Notes, Unread> {
    let persona = fs::read_to_string(folder().join("persona.yaml")).unwrap();
    let first_party = if fixture.site == "-" { Vec::new() } else { vec![fixture.site.clone()] };
    let catalogue = Catalogue::of(&answer.map.model.law);
    let desk = Desk { first_party, persona: evidence::persona_of(&persona).unwrap(), ..Desk::of(&answer.map.model, &catalogue) };
    fixture.kind.read(&fixture.file, source::capture(&folder().join(&fixture.file)).unwrap(), &desk)
}

fn row(seen: &Observation) -> String {
    let or = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let some = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    // What every request shows is proven by the request; the tables call it by its form.
    let strength = if seen.form.word() == "implied" { "implied" } else { seen.strength.word() };
    [
        seen.recipient.id().to_owned(),
        or(&seen.host),
        or(&seen.field),
        some(&seen.category),
        seen.form.word().to_owned(),
        strength.to_owned(),
        some(&seen.feature),
        some(&seen.item),
    ]
    .join("\t")
}

#[test]
fn every_capture_gives_its_table() {
    let answer = nothing();
    let mut wrong = String::new();
    let mut right = 0;
    for fixture in fixtures().iter().filter(|it| it.expected.ends_with(".tsv")) {
        let expected = fs::read_to_string(folder().join(&fixture.expected)).unwrap();
        let expected: BTreeSet<String> = expected.lines().skip(1).map(str::to_owned).collect();
        let found: BTreeSet<String> = match read(fixture, &answer) {
            Ok(notes) => notes.seen.keys().map(row).collect(),
            Err(Unread(why)) => BTreeSet::from([format!("not read: it {why}")]),
        };
        if expected == found {
            right += 1;
            continue;
        }
        wrong += &format!("\n{}", fixture.file);
        for line in expected.difference(&found) {
            wrong += &format!("\n  - {line}");
        }
        for line in found.difference(&expected) {
            wrong += &format!("\n  + {line}");
        }
    }
    assert!(wrong.is_empty(), "{right} right{wrong}");
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let answer = nothing();
    let mut refused = 0;
    for fixture in fixtures().iter().filter(|it| it.expected.ends_with(".refused")) {
        let words = fs::read_to_string(folder().join(&fixture.expected)).unwrap();
        let Unread(why) = read(fixture, &answer).err().unwrap_or_else(|| panic!("{} was read", fixture.file));
        let why = format!("`{}` {why}", fixture.file);
        for word in words.lines() {
            assert!(why.contains(word), "{}: `{why}` does not say `{word}`", fixture.file);
        }
        refused += 1;
    }
    assert!(refused > 0, "nothing is refused");
}

//! Captures of every kind and trap, read: what is expected stands in tables that another program made
//! (`tests/evidence/README.md`).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "identifiers/numbers.rs"]
mod numbers;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use numbers::numbers;
use ropa::declare::Date;
use ropa::evidence::{self, Desk, Kind, Notes, Observation, Unread, Written};
use ropa::law::Catalogue;
use ropa::render::observations;
use ropa::source::{self, Opened};
use ropa::{Answer, compute};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence"))
}

/// Tables of fixtures, each in the folder of its files: those that `make.py` writes, those of real tools.
const INDEXES: &[&str] = &["", "real/"];

/// A line of an `index.tsv`.
struct Fixture {
    file: String,
    kind: &'static Kind,
    site: String,
    expected: String,
}

fn fixtures() -> Vec<Fixture> {
    INDEXES.iter().flat_map(|within| listed(within)).collect()
}

fn listed(within: &str) -> Vec<Fixture> {
    let index = fs::read_to_string(folder().join(within).join("index.tsv")).unwrap();
    let line = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let kind = evidence::named(parts[1]).unwrap_or_else(|| panic!("no kind `{}`", parts[1]));
        Fixture { file: format!("{within}{}", parts[0]), kind, site: parts[2].to_owned(), expected: format!("{within}{}", parts[3]) }
    };
    index.lines().skip(1).map(line).collect()
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

#[test]
fn every_vendor_is_told_by_a_request_to_its_documented_host() {
    let answer = nothing();
    let law = &answer.map.model.law;
    let catalogue = Catalogue::of(law);
    let desk = Desk::of(&answer.map.model, &catalogue);
    let har = evidence::named("har").unwrap();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for line in fs::read_to_string(folder().join("hosts.tsv")).unwrap().lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let (vendor, url, feature) = (parts[0], parts[1], parts[2]);
        let body = "{\"event\":\"EnrichAM\"}";
        let capture = serde_json::json!({ "log": { "entries": [
            { "pageref": "p", "request": { "url": "https://site.example/" } },
            { "pageref": "p", "request": { "url": url, "postData": { "text": body } } },
        ] } });
        let capture = capture.to_string();
        let notes = har.read("a.har", Box::new(capture.as_bytes()), &desk).unwrap();
        let parties: BTreeSet<&str> = notes.seen.keys().map(|it| it.recipient.id()).collect();
        assert_eq!(parties, BTreeSet::from([vendor]), "{url}");
        if feature != "-" {
            let serves = law.vendors.get(vendor).is_some_and(|it| it.features.get(feature).is_some());
            assert!(serves, "{vendor} has no feature `{feature}`");
        }
        told.insert(vendor.to_owned());
    }
    let known: BTreeSet<String> = law.vendors.ids().map(str::to_owned).collect();
    assert_eq!(told, known);
    assert!(known.len() >= 60, "{}", known.len());
}

#[test]
fn the_catalogue_holds_together_and_the_large_vendors_have_their_parameters() {
    let answer = nothing();
    let model = &answer.map.model;
    let catalogue = Catalogue::of(&model.law);
    let mut wrong = Vec::new();
    for (vendor, signature) in &catalogue.signatures {
        let Some(decl) = model.law.vendors.get(vendor) else {
            wrong.push(format!("no vendor `{vendor}`"));
            continue;
        };
        let features = signature.endpoints.iter().filter_map(|it| it.value.feature.as_ref()).map(|it| it.value.as_str());
        let calls = signature.calls.iter().filter_map(|it| it.value.feature.as_ref()).map(|it| it.value.as_str());
        let tags = signature.tags.iter().chain(signature.templates.iter()).map(|it| it.value.value.as_str());
        let parameters = signature.endpoints.iter().flat_map(|it| it.value.parameters.iter());
        let parameters: Vec<_> = parameters.chain(signature.calls.iter().flat_map(|it| it.value.parameters.iter())).collect();
        let own = parameters.iter().filter_map(|it| it.value.feature.as_ref()).map(|it| it.value.as_str());
        for feature in features.chain(calls).chain(tags).chain(own).filter(|it| decl.features.get(it).is_none()) {
            wrong.push(format!("`{vendor}` has no feature `{feature}`"));
        }
        for parameter in &parameters {
            let is = parameter.value.is.as_ref().map_or("", |it| it.value.as_str());
            if is != "unknown" && model.category_named(is).is_none() {
                wrong.push(format!("{vendor}: `{}` is of no category: `{is}`", parameter.key.value));
            }
        }
        if signature.source.is_absent() || signature.checked.is_absent() {
            wrong.push(format!("{vendor} says no source, or not when it was looked at"));
        }
    }
    for category in catalogue.names.keys() {
        if model.category_named(category).is_none() {
            wrong.push(format!("no category `{category}`"));
        }
    }
    for vendor in [
        "meta",
        "google",
        "linkedin",
        "microsoft",
        "adobe",
        "tiktok",
        "x",
        "pinterest",
        "snap",
        "criteo",
        "hotjar",
        "twilio-segment",
        "snowplow",
        "klaviyo",
        "salesforce",
        "hubspot",
        "matomo",
    ] {
        let all = catalogue.signatures.get(vendor).map_or(0, |it| {
            let endpoints: usize = it.endpoints.iter().map(|it| it.value.parameters.len()).sum();
            endpoints + it.calls.iter().map(|it| it.value.parameters.len()).sum::<usize>()
        });
        if all < 8 {
            wrong.push(format!("{vendor} has {all} parameters"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The persona's values, tokens and cookies lie in the captures, in every writing: none gets out.
#[test]
fn no_output_holds_a_value_that_was_sent() {
    let answer = nothing();
    let canaries = fs::read_to_string(folder().join("canaries.txt")).unwrap();
    let canaries: Vec<&str> = canaries.lines().filter(|it| !it.is_empty()).collect();
    assert!(canaries.len() > 200);
    for fixture in fixtures() {
        let out = match read(&fixture, &answer) {
            Ok(notes) => {
                let written = Written::of(&notes, Some("website"));
                let json = serde_json::to_string_pretty(&written).unwrap();
                let law = &answer.map.model.law;
                format!("{json}{}{}{notes:?}", observations::text(&notes, law), observations::yaml(&notes, Some("website")))
            }
            Err(Unread(why)) => why,
        };
        let lower = out.to_lowercase();
        for canary in &canaries {
            assert!(!lower.contains(&canary.to_lowercase()), "{} lets `{canary}` out", fixture.file);
        }
    }
}

/// Cut off, damaged, or read as what it is not: it is read or refused, and says no value.
#[test]
fn a_damaged_or_mislabelled_capture_is_read_or_refused() {
    let answer = nothing();
    let catalogue = Catalogue::of(&answer.map.model.law);
    let persona = fs::read_to_string(folder().join("persona.yaml")).unwrap();
    let desk = Desk { persona: evidence::persona_of(&persona).unwrap(), ..Desk::of(&answer.map.model, &catalogue) };
    let mut numbers = numbers().map(|it| (it >> 16) as usize);
    let mut pick = |below: usize| numbers.next().map_or(0, |it| it % below.max(1));
    for fixture in fixtures() {
        let whole = fs::read(folder().join(&fixture.file)).unwrap();
        let mut damaged: Vec<Vec<u8>> = (0..6).map(|_| whole[..pick(whole.len())].to_vec()).collect();
        for _ in 0..6 {
            let mut bytes = whole.clone();
            for _ in 0..8 {
                let at = pick(bytes.len());
                bytes[at] = b"\"{}[],:\\0%&=\x1f\xff"[pick(14)];
            }
            damaged.push(bytes);
        }
        for bytes in &damaged {
            // What comes out is looked at by the other tests: here it only has to come out.
            let _ = fixture.kind.read(&fixture.file, Box::new(bytes.as_slice()), &desk);
        }
        for kind in evidence::KINDS {
            let _ = kind.read(&fixture.file, Box::new(whole.as_slice()), &desk);
        }
    }
}

/// What `ropa observe --write` keeps says to the map what the capture said, and may live in git instead.
#[test]
fn what_was_written_is_read_in_place_of_the_capture() {
    let project = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bank-evidence").join(name);
        let to = project.path().join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    };
    for name in ["ropa.yaml", "ropa.lock", "registry/all.yaml", "evidence/walk.har", "evidence/persona.yaml"] {
        copy(name);
    }
    let ropa = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(project.path()).output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let keys = || {
        let (_, text, said) = ropa(&["check", "--today", "2026-09-01", "--output", "json"]);
        let found: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {said}"));
        let keys = found["findings"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap().to_owned());
        keys.collect::<BTreeSet<String>>()
    };
    let raw = keys();
    assert!(raw.contains("breach-candidate@website->meta-ads"), "{raw:?}");
    let observe =
        ["observe", "har", "evidence/walk.har", "--of", "website", "--persona", "evidence/persona.yaml", "--write", "evidence/walk.json"];
    let (status, ..) = ropa(&observe);
    assert_eq!(status, Some(0));
    let settings = fs::read_to_string(project.path().join("ropa.yaml")).unwrap();
    let settings = settings.replace("kind: har", "kind: observations").replace("evidence/*.har", "evidence/walk.json");
    let settings = settings.replace("    persona: evidence/persona.yaml\n", "");
    fs::write(project.path().join("ropa.yaml"), settings).unwrap();
    fs::remove_file(project.path().join("evidence/walk.har")).unwrap();
    assert_eq!(keys(), raw);
    // A second look writes the same bytes.
    let written = fs::read(project.path().join("evidence/walk.json")).unwrap();
    copy("evidence/walk.har");
    ropa(&observe);
    assert_eq!(fs::read(project.path().join("evidence/walk.json")).unwrap(), written);
}

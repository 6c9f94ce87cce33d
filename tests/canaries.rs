//! A value of the persona is found in whatever writing and encoding it is planted, and nothing is found
//! where none was.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;
use ropa::declare::Date;
use ropa::evidence::{self, Desk, Notes};
use ropa::law::Catalogue;
use ropa::source::Opened;
use ropa::{Answer, compute};
use sha2::{Digest, Sha256};

static NOTHING: LazyLock<Answer> = LazyLock::new(|| compute(Opened::nothing(), Date::try_from("2026-09-01".to_owned()).unwrap()));
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(&NOTHING.map.model.law));

/// What happens to a value on its way: each step may come after any other.
#[derive(Clone, Debug)]
enum Step {
    Percent,
    Base64,
    UrlBase64,
    Json(String),
    Query(String),
}

/// How the value is written before anything happens to it.
#[derive(Clone, Debug)]
enum Writing {
    Plain,
    Upper,
    Sha256,
    Sha256Base64,
    Md5,
    Sha1,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn written(value: &str, writing: &Writing) -> String {
    match writing {
        Writing::Plain => value.to_owned(),
        Writing::Upper => value.to_uppercase(),
        Writing::Sha256 => hex(&Sha256::digest(value)),
        Writing::Sha256Base64 => BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(value)),
        Writing::Md5 => hex(&md5::Md5::digest(value)),
        Writing::Sha1 => hex(&sha1::Sha1::digest(value)),
    }
}

fn stepped(text: &str, step: &Step) -> String {
    match step {
        Step::Percent => percent(text),
        Step::Base64 => BASE64_STANDARD.encode(text),
        Step::UrlBase64 => BASE64_URL_SAFE_NO_PAD.encode(text),
        Step::Json(key) => serde_json::json!({ "n": 1, key: text }).to_string(),
        Step::Query(key) => format!("n=1&{key}={}", percent(text)),
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Percent),
        Just(Step::Base64),
        Just(Step::UrlBase64),
        "[a-z]{2,8}".prop_map(Step::Json),
        "[a-z]{2,8}".prop_map(Step::Query),
    ]
}

fn writing() -> impl Strategy<Value = Writing> {
    prop_oneof![
        Just(Writing::Plain),
        Just(Writing::Upper),
        Just(Writing::Sha256),
        Just(Writing::Sha256Base64),
        Just(Writing::Md5),
        Just(Writing::Sha1)
    ]
}

/// Where it is carried.
#[derive(Clone, Copy, Debug)]
enum Place {
    Query,
    Body,
    PackedBody,
}

fn read(persona: &str, text: &str, place: Place) -> Notes {
    let desk = Desk {
        persona: evidence::persona_of(persona).unwrap(),
        first_party: vec!["shop.example".to_owned()],
        ..Desk::of(&NOTHING.map.model, &CATALOGUE)
    };
    let request = match place {
        Place::Query => serde_json::json!({ "url": format!("https://t.tracker.example/p?x={}", percent(text)) }),
        Place::Body => serde_json::json!({ "url": "https://t.tracker.example/p", "postData": { "text": text } }),
        Place::PackedBody => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            let text = BASE64_STANDARD.encode(packed.finish().unwrap());
            serde_json::json!({ "url": "https://t.tracker.example/p", "postData": { "text": text, "encoding": "base64" } })
        }
    };
    let capture = serde_json::json!({ "log": { "entries": [{ "request": request }] } }).to_string();
    evidence::named("har").unwrap().read("a.har", Box::new(capture.as_bytes()), &desk).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_planted_value_is_found_in_every_encoding(
        value in "[a-z]{4,12}\\.[0-9]{3,5}@[a-z]{4,9}\\.example",
        writing in writing(),
        steps in prop::collection::vec(step(), 0..4),
        place in prop_oneof![Just(Place::Query), Just(Place::Body), Just(Place::PackedBody)],
    ) {
        let text = steps.iter().fold(written(&value, &writing), |text, step| stepped(&text, step));
        let notes = read(&format!("customer: {{ email: {value} }}"), &text, place);
        let found = notes.seen.keys().any(|it| it.item.as_deref() == Some("customer.email"));
        prop_assert!(found, "not found in `{text}`");
        let shown = format!("{notes:?}").to_lowercase();
        prop_assert!(!shown.contains(&value), "the value is in the notes");
    }

    #[test]
    fn nothing_is_found_where_nothing_was_planted(
        value in "[a-z]{4,12}\\.[0-9]{3,5}@[a-z]{4,9}\\.example",
        number in "[0-9]{10,12}",
        noise in prop::collection::vec(("[a-z]{1,8}", "[ -~]{0,40}|[0-9a-f]{32}|[0-9a-f]{64}|[A-Za-z0-9_-]{43}|[0-9]{6,16}"), 0..40),
        place in prop_oneof![Just(Place::Query), Just(Place::Body), Just(Place::PackedBody)],
    ) {
        let text: Vec<String> = noise.iter().map(|(key, text)| format!("{key}={}", percent(text))).collect();
        prop_assume!(!noise.iter().any(|(_, text)| text.contains(&value) || text.contains(&number)));
        let notes = read(&format!("customer: {{ email: {value}, phone: '{number}' }}"), &text.join("&"), place);
        let hits: Vec<_> = notes.seen.keys().filter(|it| it.item.is_some()).collect();
        prop_assert!(hits.is_empty(), "{hits:?}");
    }
}

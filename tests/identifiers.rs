//! The checks of identifiers agree with python-stdnum, stand every text, and take no time for a person.

#[path = "identifiers/numbers.rs"]
mod numbers;

use std::collections::BTreeSet;

use numbers::numbers;
use ropa::evidence::{IDENTIFIERS, identify};

/// Kind, text, and `valid` or `invalid`: see `identifiers.py`.
const VECTORS: &str = include_str!("identifiers/identifiers.tsv");

fn is(text: &str, kind: &str) -> bool {
    identify(text).any(|it| it.id.strip_suffix("-bare").unwrap_or(it.id) == kind)
}

fn alone(text: &str) -> Vec<&'static str> {
    identify(text).filter(|it| it.alone).map(|it| it.id).collect()
}

#[test]
fn every_vector_agrees() {
    let mut wrong = Vec::new();
    let mut kinds = BTreeSet::new();
    for line in VECTORS.lines() {
        let [kind, text, verdict] = line.split('\t').collect::<Vec<_>>()[..] else {
            wrong.push(line);
            continue;
        };
        kinds.insert((kind, verdict));
        if is(text, kind) != (verdict == "valid") || !matches!(verdict, "valid" | "invalid") {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let schemes = IDENTIFIERS.iter().map(|it| it.id.strip_suffix("-bare").unwrap_or(it.id));
    let wanted: BTreeSet<_> = schemes.flat_map(|it| [(it, "invalid"), (it, "valid")]).collect();
    assert_eq!(kinds, wanted, "kinds of the vectors (left) and schemes (right)");
}

#[test]
fn ids_are_given_once() {
    let ids: BTreeSet<_> = IDENTIFIERS.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), IDENTIFIERS.len());
}

/// Random bytes seldom come far into a check, characters of numbers do.
#[test]
fn every_text_is_answered() {
    let alphabets: [&[u8]; 3] = [b"0123456789", b"0129 -+.AXB@", b"\x00 -+.09AZaz@\xc3\xa5\xff"];
    let mut numbers = numbers();
    let mut next = || numbers.next().unwrap_or_default().to_be_bytes();
    for round in 0..20_000 {
        let length = usize::from(next()[0]) % 70;
        let bytes: Vec<u8> = std::iter::repeat_with(&mut next).flatten().take(length).collect();
        let text = match alphabets.get(round % 4) {
            Some(alphabet) => bytes.iter().filter_map(|it| alphabet.get(usize::from(*it) % alphabet.len()).copied()).collect(),
            None => bytes,
        };
        assert!(identify(&String::from_utf8_lossy(&text)).count() <= IDENTIFIERS.len());
    }
}

#[test]
fn a_unix_time_is_never_a_person_by_itself() {
    // A day of seconds that can be read as days of December 2017, and of each one millisecond.
    let day = 1_712_200_000_u64..1_712_286_400;
    assert!(day.clone().any(|second| is(&second.to_string(), "se-personnummer")));
    for second in day {
        assert_eq!(alone(&second.to_string()), [""; 0], "{second}");
        let millisecond = second * 1000 + second * 7919 % 1000;
        assert_eq!(alone(&millisecond.to_string()), [""; 0], "{millisecond}");
    }
}

#[test]
fn the_time_of_a_build_is_not_a_person_by_itself() {
    for minute in 0..24 * 60 {
        let (hour, minute) = (minute / 60, minute % 60);
        assert_eq!(alone(&format!("20240715{hour:02}{minute:02}")), [""; 0]);
        assert_eq!(alone(&format!("20240715-{hour:02}{minute:02}")), [""; 0]);
    }
}

#[test]
fn a_form_of_its_own_tells_and_a_bare_number_does_not() {
    for (text, told) in [
        ("811218-9876", "se-personnummer"),
        ("191212121212", "se-personnummer"),
        (" 131052-308T\n", "fi-hetu"),
        ("131052Y308T", "fi-hetu"),
        ("4111 1111 1111 1111", "payment-card"),
        ("GB82 WEST 1234 5698 7654 32", "iban"),
        ("anna.test+1@example.co.uk", "email"),
    ] {
        assert_eq!(alone(text), [told], "{text}");
    }
    for (text, kind) in [("8112189876", "se-personnummer"), ("4111111111111111", "payment-card"), ("9434765919", "gb-nhs")] {
        assert!(is(text, kind) && alone(text).is_empty(), "{text}");
    }
}

#[test]
fn what_is_too_long_or_not_ascii_or_a_picture_is_nothing() {
    let long = format!("{}@example.com", "a".repeat(64));
    for text in ["", " ", &long, "anna@exämple.com", "logo@2x.png", "react@18.2.0", "a@b", "@example.com", "８１１２１８-9876"] {
        assert_eq!(identify(text).count(), 0, "{text}");
    }
}

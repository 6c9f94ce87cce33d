//! The values of a made-up person, found again in whatever encoding they leave. A value that only the
//! persona has is proof, whoever receives it.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use super::digest;
use crate::source::{Entries, Spanned};

/// A file of values: subject, field, value or values.
pub type PersonaDecl = Entries<Entries<Values>>;

/// The values of one field.
pub type Values = crate::source::Many<Spanned<String>>;

/// Values shorter than this are looked for as a whole, never within another.
const WITHIN: usize = 6;
/// Values shorter than this are too common to prove anything.
const LEAST: usize = 3;

/// What to look for, and whose it is.
#[derive(Debug, Default)]
pub struct Persona {
    /// `subject.field`, by number.
    items: Vec<String>,
    within: Option<AhoCorasick>,
    needles: Vec<Needle>,
    whole: BTreeMap<String, usize>,
    digests: BTreeMap<digest::Bytes, usize>,
    /// Items whose value is too short to prove anything.
    pub too_short: BTreeSet<String>,
}

#[derive(Debug)]
struct Needle {
    item: usize,
    /// Only digits: part of a longer number is another number.
    digits: bool,
}

/// A value of the persona in something that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit<'a> {
    /// `subject.field`.
    pub item: &'a str,
    /// It was a digest of the value.
    pub digest: bool,
}

impl Persona {
    /// Prepares the search for some values, each with its item.
    pub fn of<'v>(values: impl IntoIterator<Item = (String, &'v str)>) -> Persona {
        let mut persona = Persona::default();
        let mut texts: Vec<String> = Vec::new();
        let mut known = BTreeSet::new();
        for (item, value) in values {
            let at = persona.items.iter().position(|it| *it == item).unwrap_or_else(|| {
                persona.items.push(item.clone());
                persona.items.len() - 1
            });
            if value.trim().chars().count() < LEAST {
                persona.too_short.insert(item);
                continue;
            }
            for text in writings(value) {
                for digest in digest::all_of(&text).into_iter().chain(digest::all_of(&text.to_uppercase())) {
                    persona.digests.entry(digest).or_insert(at);
                }
                let text = text.to_lowercase();
                if text.len() < WITHIN {
                    persona.whole.entry(text).or_insert(at);
                } else if known.insert(text.clone()) {
                    let digits = text.bytes().all(|it| it.is_ascii_digit());
                    persona.needles.push(Needle { item: at, digits });
                    // Some write the bytes as hexadecimal digits: that hides nothing.
                    persona.needles.push(Needle { item: at, digits: false });
                    let hexadecimal = text.bytes().map(|it| format!("{it:02x}")).collect();
                    texts.push(text);
                    texts.push(hexadecimal);
                }
            }
        }
        if !texts.is_empty() {
            let built = AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&texts);
            persona.within = built.ok();
        }
        persona
    }

    /// The values of a persona's file.
    pub fn declared(decl: &PersonaDecl) -> Persona {
        let values = decl.iter().flat_map(|subject| {
            subject.value.iter().flat_map(move |field| {
                field.value.iter().map(move |value| (format!("{}.{}", subject.key.value, field.key.value), value.value.as_str()))
            })
        });
        Persona::of(values)
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Every item found in a value, each once.
    pub fn find(&self, value: &str) -> BTreeSet<Hit<'_>> {
        let mut hits = BTreeSet::new();
        if self.is_empty() {
            return hits;
        }
        let mut hit = |item: usize, digest| {
            hits.insert(Hit { item: &self.items[item], digest });
        };
        if let Some(item) = digest::of_form(value).and_then(|it| self.digests.get(&it)) {
            hit(*item, true);
        }
        let lower = value.trim().to_lowercase();
        if let Some(item) = self.whole.get(&lower) {
            hit(*item, false);
        }
        if let Some(within) = &self.within {
            for found in within.find_overlapping_iter(&lower) {
                let needle = &self.needles[found.pattern().as_usize()];
                let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
                let bytes = lower.as_bytes();
                let inside = digit(found.start().checked_sub(1).and_then(|at| bytes.get(at))) || digit(bytes.get(found.end()));
                if !needle.digits || !inside {
                    hit(needle.item, false);
                }
            }
        }
        hits
    }
}

/// The ways in which sites and vendors write a value before they send or hash it.
fn writings(value: &str) -> BTreeSet<String> {
    let value = value.trim();
    let lower = value.to_lowercase();
    let mut all: BTreeSet<String> = [value.to_owned(), lower.clone()].into();
    if let Some((name, domain)) = lower.split_once('@') {
        let name = name.split('+').next().unwrap_or_default();
        all.insert(format!("{name}@{domain}"));
        if matches!(domain, "gmail.com" | "googlemail.com") {
            all.insert(format!("{}@{domain}", name.replace('.', "")));
            all.insert(format!("{}@{domain}", lower.split('@').next().unwrap_or_default().replace('.', "")));
        }
        return all;
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 6 && value.chars().all(|it| it.is_ascii_digit() || it.is_whitespace() || "+-()./".contains(it));
    if is_number {
        let number = digits.strip_prefix("00").filter(|_| value.starts_with("00")).unwrap_or(&digits);
        all.insert(digits.clone());
        all.insert(number.to_owned());
        if value.starts_with('+') || value.starts_with("00") {
            all.extend([format!("+{number}"), format!("00{number}")]);
        }
        // A personal number of the Nordic form is written with and without century and sign.
        if let 10 | 12 = digits.len() {
            let short = &digits[digits.len() - 10..];
            all.insert(format!("{}-{}", &short[..6], &short[6..]));
            if digits.len() == 12 {
                all.insert(short.to_owned());
                all.insert(format!("{}-{}", &digits[..8], &digits[8..]));
            }
        }
        return all;
    }
    // Names and places lose their spaces and signs.
    all.insert(lower.chars().filter(|it| it.is_alphanumeric()).collect());
    all.insert(lower.split_whitespace().collect());
    all.retain(|it| !it.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::{Hit, Persona};

    #[test]
    fn hexadecimal_digits_and_long_digests_are_found() {
        let persona = Persona::of([("customer.email".to_owned(), "kim@shop.example")]);
        let hit = |digest| vec![Hit { item: "customer.email", digest }];
        let found = |text: &str| persona.find(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found("x6B696D4073686f702e6578616d706c65"), hit(false));
        let digest = super::digest::all_of("kim@shop.example")[3].iter().map(|it| format!("{it:02x}")).collect::<String>();
        assert_eq!(found(&digest), hit(true));
        assert_eq!(found("6b696d4073686f70"), []);
    }
}

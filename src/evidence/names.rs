//! Names of parameters that are values: an address as the key of an object, a number in brackets. Field paths go
//! into reports and into files under version control, so nobody's data may stand in them.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use super::identifiers::identify;

/// What stands in the place of a value.
pub const HIDDEN: &str = "*";

/// What vendors put before names of their own that are made of words.
const SPACED: &[&str] = &["[Amplitude] "];
/// Characters of a name, at most.
const LONGEST: usize = 80;
/// Digits of a number that may be somebody's.
const DIGITS: usize = 6;
/// Hexadecimal digits of a digest or token.
const HEX: usize = 16;
/// Characters of a token.
const TOKEN: usize = 24;

/// Whether a key cannot be anybody's value: a short word of letters. What is a value has a digit, a space, an `@` or
/// `:`, or is long.
pub fn is_plain(key: &str) -> bool {
    key.len() < TOKEN && key.bytes().all(|it| it.is_ascii_alphabetic() || b"_-.[]$".contains(&it))
}

/// A key as it may be shown. Its parts in brackets stand for themselves, and `also` knows further values.
pub fn shown<'k>(key: &'k str, also: impl Fn(&str) -> bool) -> Cow<'k, str> {
    let mut out = String::with_capacity(key.len());
    let mut hidden = false;
    let spaced = SPACED.iter().any(|it| key.contains(it));
    for piece in key.split_inclusive(['[', ']']) {
        let name = piece.trim_end_matches(['[', ']']);
        let has_space = !spaced && name.contains(char::is_whitespace);
        if has_space || is_value(name) || also(name) {
            hidden = true;
            out.push_str(HIDDEN);
        } else {
            out.push_str(&parts_shown(name, &mut hidden));
        }
        out.push_str(&piece[name.len()..]);
    }
    // A value may hold brackets itself.
    match (hidden, also(key) && !hidden) {
        (_, true) => Cow::Borrowed(HIDDEN),
        (true, _) => Cow::Owned(out),
        _ => Cow::Borrowed(key),
    }
}

/// Members that the key joins with `.` itself.
fn parts_shown<'k>(name: &'k str, hidden: &mut bool) -> Cow<'k, str> {
    if !name.split('.').any(is_part_value) {
        return Cow::Borrowed(name);
    }
    *hidden = true;
    let parts: Vec<&str> = name.split('.').map(|it| if is_part_value(it) { HIDDEN } else { it }).collect();
    Cow::Owned(parts.join("."))
}

/// Whether a whole name is a value.
fn is_value(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.chars().count() > LONGEST
        || has_address(name)
        || name.parse::<IpAddr>().is_ok()
        || has_ipv4(name)
        || (digits >= DIGITS && name.chars().all(|it| it.is_ascii_digit() || "+-()./:_".contains(it)))
        || identify(name).any(|it| it.alone)
}

/// Whether a part of a name is a value.
fn is_part_value(part: &str) -> bool {
    has_number(part) || has_hex(part) || is_token(part)
}

/// An `@` between word characters.
fn has_address(name: &str) -> bool {
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || "_-+.".contains(it));
    name.match_indices('@').any(|(at, _)| is_word(name[..at].chars().next_back()) && is_word(name[at + 1..].chars().next()))
}

fn has_ipv4(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    parts.windows(4).any(|it| it.join(".").parse::<Ipv4Addr>().is_ok())
}

/// A run of digits, the signs of dates and phone numbers within it.
fn has_number(part: &str) -> bool {
    let runs = part.split(|it: char| !(it.is_numeric() || "+-/:".contains(it)));
    runs.into_iter().any(|it| it.chars().filter(|it| it.is_numeric()).count() >= DIGITS)
}

/// A digest, or a token of hexadecimal digits.
fn has_hex(part: &str) -> bool {
    part.split(|it: char| !it.is_ascii_hexdigit()).any(|it| it.len() >= HEX && it.bytes().any(|it| it.is_ascii_digit()))
}

/// A token: base64 without sense. Words that end in a number of few digits make a name, however many they are.
fn is_token(part: &str) -> bool {
    let is_base64 = |it: &[u8]| it.iter().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(it));
    if part.len() < TOKEN || !is_base64(part.as_bytes()) {
        return false;
    }
    let plain = ["sha256", "sha512", "sha1", "md5"].iter().fold(part.to_ascii_lowercase(), |text, it| text.replace(it, ""));
    let is_named = |word: &str| word.trim_start_matches(|it: char| it.is_ascii_alphabetic()).bytes().all(|it| it.is_ascii_digit());
    !plain.split(['_', '-']).all(is_named)
}

#[cfg(test)]
mod tests {
    use super::{is_plain, shown};
    use crate::evidence::kinds::trial::with_desk;

    fn of(key: &str) -> String {
        shown(key, |_| false).into_owned()
    }

    #[test]
    fn values_are_hidden_and_names_are_not() {
        for key in [
            "john.doe@gmail.com",
            "192.0.2.17",
            "2001:db8::7",
            "19850709",
            "1985-07-09",
            "09.07.1985",
            "+46 70 123 45 67",
            "198507099805",
            "order-1234567",
            "RSSMRA85T10A562S",
            "62a14e44f765419d10fea99367361a72",
            "550e8400-e29b-41d4-a716-446655440000",
            "x7Kd92mQpLr4Tz8VbNc1WyEa",
            "Kim Svensson",
            &"long".repeat(21),
        ] {
            assert_eq!(of(key), "*", "{key}");
            assert!(!is_plain(key), "{key}");
        }
        for key in [
            "email",
            "user_data.em",
            "cd[value]",
            "@type",
            "$set",
            "utm_source",
            "sha256_email_address_of_the_customer",
            "c.a.x1",
            "upn.1",
            "ep.event_id",
            "enhancedConversionSha256EmailAddress",
        ] {
            assert_eq!(of(key), key);
        }
        assert_eq!(of("uid[john.doe@gmail.com]"), "uid[*]");
        assert_eq!(of("uid[john.doe@gmail.com][mail]"), "uid[*][mail]");
        assert_eq!(of("[Amplitude] Page URL"), "[Amplitude] Page URL");
        assert_eq!(of("[Elsewhere] Kim Svensson"), "[Elsewhere]*");
        assert_eq!(of("orders.1234567.mail"), "orders.*.mail");
        assert_eq!(shown("kim[x]", |it| it.contains("kim")), "*[x]");
        assert_eq!(shown("a[b", |it| it == "a[b"), "*");
    }

    /// What the registry names must stay readable, or a finding could not be told from another.
    #[test]
    fn no_parameter_of_the_registry_is_hidden() {
        with_desk(|desk| {
            let mut looked = 0;
            for (vendor, decl) in desk.signatures.all() {
                let endpoints = decl.endpoints.iter().flat_map(|it| it.value.parameters.iter());
                let calls = decl.calls.iter().flat_map(|it| it.value.parameters.iter());
                for key in endpoints.chain(calls).map(|it| it.key.value.as_str()) {
                    assert_eq!(of(key), key, "{vendor}");
                    looked += 1;
                }
            }
            assert!(looked > 1000, "{looked}");
        });
    }
}

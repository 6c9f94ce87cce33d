//! National numbers of the other countries: identity, social security, health and tax.

use super::read::{character, digits, is_date, number, place, shaped, value, weighted};

/// French social security number: thirteen digits, of which the department may be 2A or 2B, and
/// 97 less their remainder.
pub fn nir(text: &str) -> bool {
    let Some(mut code) = shaped::<15>(text, &["000000*00000000", "0 00 00 0* 000 000 00"]) else { return false };
    // Corsica counts as 19 and 18.
    match [code[5], code[6]] {
        [b'2', b'A'] => code[5..7].copy_from_slice(b"19"),
        [b'2', b'B'] => code[5..7].copy_from_slice(b"18"),
        [_, second] if second.is_ascii_digit() => {}
        _ => return false,
    }
    let digits = code.map(value);
    number(&digits[13..]) == 97 - number(&digits[..13]) % 97
}

/// German tax identification number: of its first ten digits exactly one comes twice or three
/// times; ISO 7064 mod 11, 10.
pub fn idnr(text: &str) -> bool {
    let Some(digits) = digits::<11>(text, &["00000000000", "00 000 000 000"]) else { return false };
    let [first @ .., check] = digits;
    let times = (0..10).map(|digit| first.iter().filter(|it| **it == digit).count()).filter(|times| *times > 1);
    let product = first.iter().fold(10, |product, digit| match (digit + product) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    first[0] != 0 && matches!(times.collect::<Vec<_>>()[..], [2 | 3]) && (product + check) % 10 == 1
}

/// Dutch citizen service number: the test of eleven, which one of eleven numbers passes.
pub fn bsn(text: &str) -> bool {
    let long = digits::<9>(text, &["000000000", "0000.00.000"]);
    let short = || digits::<8>(text, &["00000000"]).map(|[a, b, c, d, e, f, g, h]| [0, a, b, c, d, e, f, g, h]);
    let Some(digits) = long.or_else(short) else { return false };
    let [first @ .., check] = digits;
    number(&digits) > 0 && weighted(&first, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == check
}

/// Belgian national number: a date and 97 less the remainder, with a 2 before the number for who
/// was born from 2000 on. Either century passes for every year. The month or the day is 0 where it
/// is not known; days of all months are taken to be 31.
pub fn nn(text: &str) -> bool {
    let Some(digits) = digits::<11>(text, &["00000000000", "00.00.00-000.00"]) else { return false };
    let body = number(&digits[..9]);
    let check = number(&digits[9..]);
    let checks = [body, 2_000_000_000 + body].iter().any(|it| check == 97 - it % 97);
    checks && number(&digits) > 0 && number(&digits[2..4]) <= 12 && number(&digits[4..6]) <= 31
}

/// Spanish identity card number: eight digits and a letter.
pub fn dni(text: &str) -> bool {
    shaped::<9>(text, &["00000000A", "00000000-A"]).is_some_and(is_spanish)
}

/// Spanish identity number of foreigners: X, Y or Z, seven digits and a letter.
pub fn nie(text: &str) -> bool {
    let Some([first, rest @ ..]) = shaped::<9>(text, &["A0000000A", "A-0000000-A"]) else { return false };
    let [a, b, c, d, e, f, g, letter] = rest;
    match first {
        b'X' => is_spanish([b'0', a, b, c, d, e, f, g, letter]),
        b'Y' => is_spanish([b'1', a, b, c, d, e, f, g, letter]),
        b'Z' => is_spanish([b'2', a, b, c, d, e, f, g, letter]),
        _ => false,
    }
}

fn is_spanish([digits @ .., letter]: [u8; 9]) -> bool {
    character("TRWAGMYFPDXBNJZSQVHLCKE", number(&digits.map(value)) % 23) == Some(letter)
}

/// Italian tax code of a person. Digits may be replaced by letters where two people would have the
/// same; the eleven digits of a company are not looked for.
pub fn codice_fiscale(text: &str) -> bool {
    shaped(text, &["AAAAAA**A**A***A"]).and_then(is_italian).unwrap_or(false)
}

fn is_italian(code: [u8; 16]) -> Option<bool> {
    let digit = |at: usize| if code[at].is_ascii_digit() { Some(value(code[at])) } else { place("LMNPQRSTUV", code[at]) };
    let year = 2000 + digit(6)? * 10 + digit(7)?;
    let month = place("ABCDEHLMPRST", code[8])? + 1;
    // The day of a woman has 40 added.
    let day = digit(9)? * 10 + digit(10)?;
    let day = if day > 40 { day - 40 } else { day };
    let town_is_numbered = [12, 13, 14].into_iter().all(|at| digit(at).is_some());

    let [first @ .., check] = code;
    let orders = ["BAKPLCQDREVOSFTGUHMINJWZYX", ALPHABET].into_iter().cycle();
    // A digit counts what the letter at its place in the alphabet counts.
    let letter = |it: u8| if it.is_ascii_digit() { it - b'0' + b'A' } else { it };
    let sum: Option<u64> = first.into_iter().zip(orders).map(|(it, order)| place(order, letter(it))).sum();
    Some(town_is_numbered && is_date(year, month, day) && character(ALPHABET, sum? % 26) == Some(check))
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Polish PESEL number: the month tells the century.
pub fn pesel(text: &str) -> bool {
    let Some(digits) = digits::<11>(text, &["00000000000"]) else { return false };
    let month = number(&digits[2..4]);
    let century = match month / 20 {
        4 => 1800,
        later => 1900 + later * 100,
    };
    is_date(century + number(&digits[..2]), month % 20, number(&digits[4..6]))
        && weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// NHS number: one of eleven numbers passes.
pub fn nhs(text: &str) -> bool {
    let shapes = ["0000000000", "000 000 0000", "000-000-0000"];
    digits::<10>(text, &shapes).is_some_and(|it| weighted(&it, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// British national insurance number: a shape without a check, some prefixes of which are not given out.
pub fn nino(text: &str) -> bool {
    let Some([first, second, .., last]) = shaped::<9>(text, &["AA000000A", "AA 00 00 00 A"]) else { return false };
    !b"DFIQUV".contains(&first)
        && !b"DFIOQUV".contains(&second)
        && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&[first, second])
        && (b'A'..=b'D').contains(&last)
}

/// Swiss social security number: an EAN-13 of 756.
pub fn ahv(text: &str) -> bool {
    let Some(digits) = digits::<13>(text, &["0000000000000", "000.0000.0000.00"]) else { return false };
    digits.starts_with(&[7, 5, 6]) && weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

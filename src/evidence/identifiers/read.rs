//! What the checks share: shapes, dates and sums.

/// The characters of a text that has one of the shapes, as capitals and without separators.
///
/// In a shape `0` is a digit, `A` a letter, `*` either and `?` any character; all others stand for
/// themselves and are left out.
pub fn shaped<const N: usize>(text: &str, shapes: &[&str]) -> Option<[u8; N]> {
    let shape = shapes.iter().find(|it| it.len() == text.len() && it.bytes().zip(text.bytes()).all(|(place, given)| fits(place, given)))?;
    let kept = shape.bytes().zip(text.bytes()).filter(|(place, _)| matches!(place, b'0' | b'A' | b'*' | b'?'));
    kept.map(|(_, given)| given.to_ascii_uppercase()).collect::<Vec<_>>().try_into().ok()
}

/// The digits of a text that has one of the shapes.
pub fn digits<const N: usize>(text: &str, shapes: &[&str]) -> Option<[u64; N]> {
    shaped(text, shapes).map(|it| it.map(value))
}

fn fits(place: u8, given: u8) -> bool {
    match place {
        b'0' => given.is_ascii_digit(),
        b'A' => given.is_ascii_alphabetic(),
        b'*' => given.is_ascii_alphanumeric(),
        b'?' => true,
        _ => given == place,
    }
}

/// What a digit or a letter counts: `A` is 10, `Z` is 35.
pub fn value(character: u8) -> u64 {
    char::from(character).to_digit(36).unwrap_or(0).into()
}

/// Digits read as one number. Up to nineteen always fit.
pub fn number(digits: &[u64]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + digit)
}

/// The character at a place of an alphabet.
pub fn character(alphabet: &str, at: u64) -> Option<u8> {
    alphabet.bytes().zip(0..).find_map(|(it, place)| (place == at).then_some(it))
}

/// The place of a character in an alphabet.
pub fn place(alphabet: &str, character: u8) -> Option<u64> {
    alphabet.bytes().zip(0..).find_map(|(it, place)| (it == character).then_some(place))
}

/// Digits times weights, summed up.
pub fn weighted(digits: &[u64], weights: &[u64]) -> u64 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// ISO/IEC 7812: from the right every second digit is doubled, and the digits of all add up to tens.
pub fn luhn(digits: &[u64]) -> bool {
    let ones: u64 = digits.iter().rev().step_by(2).sum();
    let twos: u64 = digits.iter().rev().skip(1).step_by(2).map(|digit| digit * 2 / 10 + digit * 2 % 10).sum();
    (ones + twos).is_multiple_of(10)
}

/// Whether a day is in the calendar. It may be to come: no check reads a clock. For two digits of
/// unknown century give 2000 and on, so that the year 00 has its leap day.
pub fn is_date(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

//! National numbers of Sweden, Finland, Norway and Denmark: a date of birth, a serial number and,
//! but for Denmark, a check.

use super::read::{character, digits, is_date, luhn, number, shaped, value, weighted};

/// Swedish personal or coordination number in a form that few other numbers have: `YYMMDD-NNNN`
/// (`+` from the age of a hundred), `YYYYMMDD-NNNN` or twelve digits.
pub fn personnummer(text: &str) -> bool {
    match digits(text, FULL) {
        Some(full) => is_full(full) && !is_time(full),
        None => digits(text, &["000000-0000", "000000+0000"]).is_some_and(|it| is_swedish(2000, it)),
    }
}

/// Swedish personal or coordination number in a form that other numbers have as well: of random
/// ten digits one in 140 passes, of the minutes of a day as `YYYYMMDDhhmm` one in ten.
pub fn personnummer_bare(text: &str) -> bool {
    match digits(text, FULL) {
        Some(full) => is_full(full) && is_time(full),
        None => digits(text, &["0000000000"]).is_some_and(|it| is_swedish(2000, it)),
    }
}

const FULL: &[&str] = &["000000000000", "00000000-0000"];

fn is_full([a, b, rest @ ..]: [u64; 12]) -> bool {
    let century = number(&[a, b]);
    matches!(century, 19 | 20) && is_swedish(century * 100, rest)
}

/// Whether twelve digits of this century end like a time of day. They are more often the time of a
/// build or of a file than a person; who was born before 2000 is not in doubt.
fn is_time(full: [u64; 12]) -> bool {
    full[0] == 2 && number(&full[8..10]) < 24 && number(&full[10..]) < 60
}

/// Without a century every year is read as one of 2000 and on, `+` or not: only the leap day of
/// 1900, which was none, could tell. Serial 000, which is not given out, passes.
fn is_swedish(century: u64, digits: [u64; 10]) -> bool {
    let day = number(&digits[4..6]);
    // A coordination number has 60 added to the day.
    let day = if day > 60 { day - 60 } else { day };
    is_date(century + number(&digits[..2]), number(&digits[2..4]), day) && luhn(&digits)
}

/// Finnish personal identity code, with the signs for the century of 2023 as well. The serial
/// numbers 900 to 999, which are temporary or made up for tests, do not pass.
pub fn hetu(text: &str) -> bool {
    let Some(code) = shaped::<11>(text, &["000000?000*"]) else { return false };
    let [d1, d2, m1, m2, y1, y2, sign, s1, s2, s3, check] = code;
    let century = match sign {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    let digits = [d1, d2, m1, m2, y1, y2, s1, s2, s3].map(value);
    is_date(century + number(&digits[4..6]), number(&digits[2..4]), number(&digits[..2]))
        && (2..900).contains(&number(&digits[6..]))
        && character("0123456789ABCDEFHJKLMNPRSTUVWXY", number(&digits) % 31) == Some(check)
}

/// Norwegian birth number, D-number (40 added to the day) or H-number (40 added to the month). A
/// birth to come passes.
pub fn fodselsnummer(text: &str) -> bool {
    let Some(digits) = digits::<11>(text, &["00000000000", "000000 00000"]) else { return false };
    let less_forty = |it| if it > 40 { it - 40 } else { it };
    let [day, month, year] = [number(&digits[..2]), number(&digits[2..4]), number(&digits[4..6])];
    let century = match (number(&digits[6..9]), year) {
        (..500, _) => 1900,
        (500..750, 54..) => 1800,
        (500..1000, ..40) => 2000,
        (900..1000, 40..) => 1900,
        _ => return false,
    };
    is_date(century + year, less_forty(month), less_forty(day))
        && weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0]).is_multiple_of(11)
        && weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Danish CPR number: a date only, as its check has not held since 2007. A birth to come passes.
pub fn cpr(text: &str) -> bool {
    let Some(digits) = digits::<10>(text, &["0000000000", "000000-0000"]) else { return false };
    let year = number(&digits[4..6]);
    let century = match (digits[6], year) {
        (5..=8, 58..) => 1800,
        (0..=3, _) | (4 | 9, 37..) => 1900,
        _ => 2000,
    };
    is_date(century + year, number(&digits[2..4]), number(&digits[..2]))
}

//! Bank accounts and payment cards.

use super::read::{luhn, shaped, value};

/// Lengths of an IBAN and the countries that have them (ISO 13616).
const LENGTHS: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

/// International bank account number, in one piece or in groups of four. How a country divides it
/// and further checks it is not looked at: only its length and the remainder of 97.
pub fn iban(text: &str) -> bool {
    if text.contains(' ') && !is_in_fours(text) {
        return false;
    }
    let code: Vec<u8> = text.bytes().filter(|it| *it != b' ').map(|it| it.to_ascii_uppercase()).collect();
    let [c1, c2, k1, k2, account @ ..] = &code[..] else { return false };
    let has_length = |countries: &str| countries.split(' ').any(|it| it.as_bytes() == [*c1, *c2]);
    LENGTHS.iter().any(|(length, countries)| *length == code.len() && has_length(countries))
        && account.iter().all(u8::is_ascii_alphanumeric)
        && [k1, k2].into_iter().all(u8::is_ascii_digit)
        && (2..=98).contains(&(value(*k1) * 10 + value(*k2)))
        && remainder(account.iter().chain([c1, c2, k1, k2])) == 1
}

fn is_in_fours(text: &str) -> bool {
    let mut groups = text.split(' ').rev().map(str::len);
    groups.next().is_some_and(|last| (1..=4).contains(&last)) && groups.all(|it| it == 4)
}

/// The remainder of 97, where a letter stands for its two digits (ISO 7064).
fn remainder<'a>(code: impl Iterator<Item = &'a u8>) -> u64 {
    code.map(|it| value(*it)).fold(0, |rest, it| if it > 9 { (rest * 100 + it) % 97 } else { (rest * 10 + it) % 97 })
}

/// First six digits of payment cards, and how long the numbers are.
const ISSUERS: &[(u64, u64, &[usize])] = &[
    (220_000, 220_499, &[16, 17, 18, 19]), // Mir
    (222_100, 272_099, &[16]),             // Mastercard
    (300_000, 305_999, &[14, 16]),         // Diners Club
    (309_500, 309_599, &[14, 16]),         // Diners Club
    (340_000, 349_999, &[15]),             // American Express
    (352_800, 358_999, &[16, 17, 18, 19]), // JCB
    (360_000, 369_999, &[14, 16]),         // Diners Club
    (370_000, 379_999, &[15]),             // American Express
    (380_000, 399_999, &[14, 16]),         // Diners Club
    (400_000, 499_999, &[13, 16, 19]),     // Visa
    (501_900, 501_999, &[16]),             // Dankort
    (510_000, 559_999, &[16]),             // Mastercard
    (500_000, 509_999, MAESTRO),           // Maestro
    (560_000, 589_999, MAESTRO),           // Maestro
    (601_100, 601_199, &[16, 17, 18, 19]), // Discover
    (620_000, 629_999, &[16, 17, 18, 19]), // UnionPay
    (630_400, 630_499, MAESTRO),           // Maestro
    (639_000, 639_099, MAESTRO),           // Maestro
    (644_000, 659_999, &[16, 17, 18, 19]), // Discover
    (675_900, 676_399, MAESTRO),           // Maestro
];

const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

/// Payment card number, written as on the card.
pub fn card(text: &str) -> bool {
    shaped::<16>(text, &["0000 0000 0000 0000", "0000-0000-0000-0000"]).is_some_and(|it| is_card(&it))
}

/// Payment card number as digits only, or grouped 4-6-5 as American Express does.
pub fn card_bare(text: &str) -> bool {
    shaped::<15>(text, &["0000 000000 00000"]).is_some_and(|it| is_card(&it)) || is_card(text.as_bytes())
}

fn is_card(text: &[u8]) -> bool {
    let digits: Vec<u64> = text.iter().map(|it| value(*it)).collect();
    let issuer = digits.iter().take(6).fold(0, |sum, digit| sum * 10 + digit);
    let issued = ISSUERS.iter().any(|(from, to, lengths)| (from..=to).contains(&&issuer) && lengths.contains(&digits.len()));
    issued && text.iter().all(u8::is_ascii_digit) && luhn(&digits)
}

//! Days and numbers as a language writes them: its words say how, so that a language is added in YAML alone.

use crate::declare::Date;

/// Who reads what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figures {
    /// A person: `1 September 2026`, `1,200,000`.
    Words,
    /// A program, such as a spreadsheet that sorts: `2026-09-01`, `1200000`.
    Plain,
}

/// A day in words: the pattern of the language, with the month by its name.
pub fn day<W: AsRef<str>>(day: Date, word: impl Fn(&str) -> W) -> String {
    let Date(it) = day;
    let number = if it.day() == 1 { word("date_first").as_ref().to_owned() } else { it.day().to_string() };
    let month = word(&format!("month_{}", it.month()));
    word("date_pattern").as_ref().replace("{year}", &it.year().to_string()).replace("{day}", &number).replace("{month}", month.as_ref())
}

/// A number with its thousands apart, as `one_thousand` shows it.
pub fn number<W: AsRef<str>>(number: u64, word: impl Fn(&str) -> W) -> String {
    let thousand = word("one_thousand");
    let apart = thousand.as_ref().strip_prefix('1').and_then(|rest| rest.strip_suffix("000")).unwrap_or_default();
    grouped(number, apart)
}

/// A number with something between its thousands.
pub fn grouped(number: u64, apart: &str) -> String {
    let digits = number.to_string();
    let (head, tail) = digits.split_at(digits.len() % 3);
    let head = (!head.is_empty()).then(|| head.into());
    head.into_iter().chain(tail.as_bytes().chunks(3).map(String::from_utf8_lossy)).collect::<Vec<_>>().join(apart)
}

/// Whether a language puts what it counts in the singular: `counts_as_one` lists the numbers.
pub fn is_singular<W: AsRef<str>>(number: u64, word: impl Fn(&str) -> W) -> bool {
    word("counts_as_one").as_ref().split(',').any(|it| it.trim().parse() == Ok(number))
}

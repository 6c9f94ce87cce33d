//! Small values that many sections share: texts, dates, durations, measures.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::source::{Bare, Entries, Many, Maybe, Short, Spanned};

/// Writes a value of several shapes as what it holds: the shape is seen from the value.
macro_rules! written_plain {
    ($($type:ident: $($shape:ident)*;)*) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                match self { $($type::$shape(value) => value.serialize(out)),* }
            }
        }
    )*};
}
pub(super) use written_plain;

written_plain! {
    TextShape: Word Map;
    Retention: Word Map;
    Mode: Word Map;
}

/// A word with its place.
pub type Word = Spanned<String>;

/// A text: one string for all readers, or one for each language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "TextShape", into = "TextShape")]
pub struct Text {
    /// The text where it is the same in every language.
    pub plain: Option<String>,
    /// The text by language tag (`en`, `sv`).
    pub by_language: Entries<String>,
}

impl Text {
    /// The text in a language; else without language, in English, or in whichever comes first.
    pub fn in_language(&self, language: &str) -> &str {
        self.spoken(language).0
    }

    /// The same, and the language it is in where that is known to be another.
    pub fn spoken(&self, language: &str) -> (&str, Option<&str>) {
        let by = |tag: &str| self.by_language.iter().find(|entry| entry.key.value == tag);
        match by(language).map(|entry| &entry.value).or(self.plain.as_ref()) {
            Some(text) => (text, None),
            None => by("en").or(self.by_language.first()).map_or(("", None), |entry| (&entry.value, Some(&entry.key.value))),
        }
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename = "$text", rename_all = "lowercase")]
enum TextShape {
    Word(String),
    Map(Entries<String>),
}

impl From<TextShape> for Text {
    fn from(shape: TextShape) -> Text {
        match shape {
            TextShape::Word(plain) => Text { plain: Some(plain), by_language: Entries::default() },
            TextShape::Map(by_language) => Text { plain: None, by_language },
        }
    }
}

impl From<Text> for TextShape {
    fn from(text: Text) -> TextShape {
        match text.plain {
            Some(plain) => TextShape::Word(plain),
            None => TextShape::Map(text.by_language),
        }
    }
}

/// A day of the calendar, ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Date(pub jiff::civil::Date);

impl Date {
    /// `months` later, a thousand years at most; the end of the month where the day does not exist.
    pub fn months_later(self, months: i32) -> Date {
        Date(self.0.saturating_add(jiff::Span::new().months(months.min(12_000))))
    }
}

impl Date {
    /// Days from this one to another; negative where that lies before.
    pub fn days_until(self, other: Date) -> i64 {
        self.0.duration_until(other.0).as_hours() / 24
    }

    /// Later by a length of time; beyond a thousand years the calendar ends.
    pub fn later(self, by: &Duration) -> Date {
        let count = |most: u32| i32::try_from(by.count.min(most)).unwrap_or_default();
        match by.unit {
            Unit::Days => self.days_later(count(365_000)),
            Unit::Months => self.months_later(count(12_000)),
            Unit::Years => self.months_later(count(1_000) * 12),
        }
    }

    /// `days` later.
    pub fn days_later(self, days: i32) -> Date {
        Date(self.0.saturating_add(jiff::Span::new().days(days)))
    }
}

impl TryFrom<String> for Date {
    type Error = String;
    fn try_from(text: String) -> Result<Date, String> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        match text.parse::<jiff::civil::Date>() {
            Ok(date) if shaped => Ok(Date(date)),
            _ => Err(format!("`{text}` is not a date; write year-month-day, as in 2026-09-30")),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// A day, or a minute of one: `2026-09-30`, `2026-09-30T14:20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, where one is stated.
    pub time: Option<jiff::civil::Time>,
}

impl Moment {
    /// The moment itself; the start of the day where no time is stated.
    pub fn start(self) -> jiff::civil::DateTime {
        self.date.0.to_datetime(self.time.unwrap_or(jiff::civil::Time::midnight()))
    }
}

impl TryFrom<String> for Moment {
    type Error = String;
    fn try_from(text: String) -> Result<Moment, String> {
        let wrong = |_| format!("`{text}` is not a moment; write a day, as in 2026-09-30, or a minute, as in 2026-09-30T14:20");
        let Some((date, time)) = text.split_once(['T', ' ']) else {
            return Ok(Moment { date: Date::try_from(text.clone()).map_err(wrong)?, time: None });
        };
        let shaped =
            time.len() == 5 && time.bytes().enumerate().all(|(at, byte)| if at == 2 { byte == b':' } else { byte.is_ascii_digit() });
        let minute = if shaped { format!("{time}:00").parse().ok() } else { None };
        match (Date::try_from(date.to_owned()), minute) {
            (Ok(date), Some(time)) => Ok(Moment { date, time: Some(time) }),
            _ => Err(wrong(String::new())),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.time {
            Some(time) => write!(f, "{}T{:02}:{:02}", self.date, time.hour(), time.minute()),
            None => self.date.fmt(f),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// What a [`Duration`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// `d`
    Days,
    /// `m`
    Months,
    /// `y`
    Years,
}

/// A length of time, and what it counts from: `90d`, `14m`, `10y after end of contract`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Duration {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
    /// The event it counts from, if one is named.
    pub after: Option<String>,
}

impl Duration {
    /// The length in days, months and years at their mean; for comparing, not for calendars.
    pub fn days(&self) -> u64 {
        let hundredths = match self.unit {
            Unit::Days => 100,
            Unit::Months => 3_044,
            Unit::Years => 36_525,
        };
        u64::from(self.count) * hundredths / 100
    }
}

impl TryFrom<String> for Duration {
    type Error = String;
    fn try_from(text: String) -> Result<Duration, String> {
        let wrong = || format!("`{text}` is not a duration; write 90d, 14m, or 10y after end of contract");
        let (length, after) = match text.split_once(" after ") {
            Some((length, after)) if !after.trim().is_empty() => (length, Some(after.trim().to_owned())),
            Some(_) => return Err(wrong()),
            None => (text.as_str(), None),
        };
        let unit = match length.trim().chars().last() {
            Some('d') => Unit::Days,
            Some('m') => Unit::Months,
            Some('y') => Unit::Years,
            _ => return Err(wrong()),
        };
        let digits = &length.trim()[..length.trim().len() - 1];
        let count = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(wrong)?;
        Ok(Duration { count, unit, after })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let unit = match self.unit {
            Unit::Days => 'd',
            Unit::Months => 'm',
            Unit::Years => 'y',
        };
        write!(f, "{}{unit}", self.count)?;
        self.after.as_ref().map_or(Ok(()), |after| write!(f, " after {after}"))
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// How long data are kept: one duration for all, or one for each category.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
pub enum Retention {
    /// The same for everything.
    Word(Spanned<Duration>),
    /// By category.
    Map(Entries<Short<RetentionItem>>),
}

/// How long one category is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RetentionItem {
    /// How long.
    pub keep: Maybe<Spanned<Duration>>,
    /// The event it counts from.
    pub after: Maybe<Spanned<Text>>,
    /// The law that asks for it.
    pub law: Maybe<Word>,
}

impl Bare for RetentionItem {
    type Form = Spanned<Duration>;
    fn bare(keep: Spanned<Duration>) -> Self {
        RetentionItem { keep: Maybe::from(keep), ..RetentionItem::default() }
    }
}

/// One technical or organisational measure, Art. 32(1) GDPR.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Measure {
    /// What is done.
    pub measure: Maybe<Spanned<Text>>,
    /// The group it is listed in.
    pub kind: Maybe<Spanned<MeasureKind>>,
    /// The letter of Art. 32(1) it serves.
    pub art32: Maybe<Word>,
}

impl Bare for Measure {
    type Form = Spanned<Text>;
    fn bare(measure: Spanned<Text>) -> Self {
        Measure { measure: Maybe::from(measure), ..Measure::default() }
    }
}

/// Groups of measures, as the CNIL's form lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureKind {
    /// Access control.
    Access,
    /// Logging of who did what.
    Traceability,
    /// Protection of software.
    Software,
    /// Backups.
    Backup,
    /// Encryption.
    Encryption,
    /// Control of processors.
    Processors,
    /// Anything else.
    Other,
}

/// How something is passed on to whoever holds the data, or why it cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
pub enum Mode {
    /// `api`, `manual`, `ticket`.
    Word(Spanned<Erase>),
    /// `{none: why}`.
    Map(NoneDecl),
}

/// Ways of passing on an erasure or objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Erase {
    /// By program.
    Api,
    /// By a ticket.
    Ticket,
    /// By hand.
    Manual,
}

/// The reasoned absence of something: `{none: why}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct NoneDecl {
    /// Why there is none.
    pub none: Maybe<Word>,
}

/// A list of measures.
pub type Measures = Many<Short<Measure>>;

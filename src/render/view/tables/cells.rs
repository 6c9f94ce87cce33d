//! Cells and tables: typed values, each never empty.

use serde::Serialize;

use super::super::{Line, Link, Phrase, Reading, Value};
use crate::declare::{Date, Text, Word};
use crate::source::Spanned;

/// One value of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "said", rename_all = "lowercase")]
pub enum Cell {
    /// A text.
    Text(String),
    /// A text that nobody has written in the reader's language.
    Foreign(Phrase),
    /// Several texts, each for itself.
    List(Vec<String>),
    /// A day.
    Date(Date),
    /// A number to calculate with.
    Number(u64),
    /// Nobody has said it: what stands there instead.
    Missing(String),
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The key of its title among the words.
    pub word: &'static str,
    /// The letter of Art. 30 that asks for it.
    pub letter: Option<&'static str>,
    /// The part of a sheet it stands in, where each row is a sheet.
    pub block: Option<String>,
    /// Its title.
    pub title: String,
}

/// What stands over a record in a document or on a sheet.
#[derive(Clone, Debug)]
pub struct Headings {
    /// Over the parts of a sheet.
    pub block: String,
    /// Over the letters of Art. 30.
    pub letter: String,
    /// Over the questions.
    pub asked: String,
    /// Over the answers.
    pub said: String,
}

/// One row, in a document under a heading of its own where the table has wide rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about, for links; unique among the rows of a table with wide rows.
    pub id: String,
    /// What it is about, for readers.
    pub title: String,
    /// One cell for each column.
    pub cells: Vec<Cell>,
}

/// One section of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its name on the command line.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What its rows say.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// A row has too many columns to stand in one line of a document.
    pub wide: bool,
}

impl Table {
    /// Each row as a sheet of its own, where the columns stand in parts: part, question, answer.
    pub fn sheets(&self, headings: &Headings) -> Vec<Table> {
        if self.columns.iter().all(|it| it.block.is_none()) {
            return Vec::new();
        }
        let titles = [("export_block", &headings.block), ("export_asked", &headings.asked), ("export_said", &headings.said)];
        let column = |(word, title): (&'static str, &String)| Column { word, letter: None, block: None, title: title.clone() };
        let line = |(column, cell): (&Column, &Cell)| {
            let asked = [column.block.clone().unwrap_or_default(), column.title.clone()].map(Cell::Text);
            Row { id: column.word.to_owned(), title: column.title.clone(), cells: asked.into_iter().chain([cell.clone()]).collect() }
        };
        let sheet = |row: &Row| Table {
            id: self.id,
            title: row.title.clone(),
            columns: titles.map(column).into(),
            rows: self.columns.iter().zip(&row.cells).map(line).collect(),
            wide: false,
        };
        self.rows.iter().map(sheet).collect()
    }
}

impl Cell {
    /// The texts it holds, one at least.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Cell::Text(text) | Cell::Foreign(Phrase { text, .. }) | Cell::Missing(text) => vec![text.clone()],
            Cell::List(texts) => texts.clone(),
            Cell::Date(day) => vec![day.to_string()],
            Cell::Number(number) => vec![number.to_string()],
        }
    }

    /// All it holds as one text, several on lines of their own.
    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// With each of its texts as something else.
    pub(super) fn each(&mut self, change: impl Fn(&str) -> String) {
        match self {
            Cell::Text(text) | Cell::Foreign(Phrase { text, .. }) | Cell::Missing(text) => *text = change(text),
            Cell::List(texts) => texts.iter_mut().for_each(|text| *text = change(text)),
            Cell::Date(_) | Cell::Number(_) => {}
        }
    }

    /// Whether a reader would see nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.lines().iter().all(|text| text.trim().is_empty())
    }

    /// Values of a page: several as a list, and missing only where nothing else is said.
    pub(super) fn of(values: &[Value]) -> Cell {
        let mut texts: Vec<String> = values.iter().map(said).collect();
        if values.iter().all(|it| it.origin.kind == "missing") {
            return Cell::Missing(texts.join("\n"));
        }
        if texts.len() == 1 { Cell::Text(texts.remove(0)) } else { Cell::List(texts) }
    }

    /// Texts, or what stands there without one.
    pub(super) fn list(mut texts: Vec<String>, otherwise: Cell) -> Cell {
        match texts.len() {
            0 => otherwise,
            1 => Cell::Text(texts.remove(0)),
            _ => Cell::List(texts),
        }
    }

    /// What nobody has said, and the key under which it would be.
    pub(super) fn missing(reading: &Reading, key: &str) -> Cell {
        Cell::Missing(absent(reading, key))
    }

    /// What does not apply, for a reason that is a word of the register.
    pub(super) fn not_applicable(reading: &Reading, reason: &str) -> Cell {
        Cell::Text(said(&reading.not_applicable(reading.word(reason))))
    }

    pub(super) fn yes_or_no(reading: &Reading, it: bool) -> Cell {
        Cell::Text(reading.word(if it { "yes" } else { "no" }))
    }

    pub(super) fn word(reading: &Reading, it: Option<&Word>, key: &str) -> Cell {
        it.as_ref().map_or_else(|| Cell::missing(reading, key), |word| Cell::Text(word.value.clone()))
    }

    pub(super) fn translated(reading: &Reading, it: Option<&Spanned<Text>>, key: &str) -> Cell {
        it.as_ref().map_or_else(|| Cell::missing(reading, key), |text| Cell::spoken(reading.phrase(text)))
    }

    /// A text, and its language where that is another than the reader's.
    pub(super) fn spoken(phrase: Phrase) -> Cell {
        if phrase.lang.is_some() { Cell::Foreign(phrase) } else { Cell::Text(phrase.text) }
    }

    /// The title of what a page is about.
    pub(super) fn title(link: &Link) -> Cell {
        Cell::spoken(Phrase { text: link.text.clone(), lang: link.lang.clone() })
    }

    pub(super) fn day(reading: &Reading, it: Option<&Spanned<Date>>, key: &str) -> Cell {
        it.as_ref().map_or_else(|| Cell::missing(reading, key), |day| Cell::Date(day.value))
    }

    pub(super) fn count(count: usize) -> Cell {
        Cell::Number(count as u64)
    }
}

/// `missing (to be declared under …)`.
pub(super) fn absent(reading: &Reading, key: &str) -> String {
    said(&reading.missing(key))
}

/// A value as a page shows it, in one text: what it says, its marks, more about it.
pub(super) fn said(value: &Value) -> String {
    let mut text = value.text.clone();
    let mut marks: Vec<String> = value.badges.iter().map(|it| it.text.clone()).collect();
    match value.origin.kind {
        "missing" => {
            marks.extend(value.origin.reason.iter().zip(&value.origin.key).map(|(reason, key)| format!("{reason} {key}")));
        }
        "none" => marks.extend(value.origin.reason.clone()),
        _ => {}
    }
    if !marks.is_empty() {
        text = format!("{text} ({})", marks.join("; "));
    }
    let details: Vec<&str> = value.details.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    if details.is_empty() { text } else { format!("{text} – {}", details.join("; ")) }
}

/// The values under a label, in the first of these lines that has it.
pub(super) fn labelled<'a>(lines: impl IntoIterator<Item = &'a Line>, label: &str) -> Option<&'a Line> {
    lines.into_iter().find(|line| line.label == label)
}

/// Columns by the keys of their titles.
pub(super) fn columns(reading: &Reading, words: &[&'static str]) -> Vec<Column> {
    words.iter().map(|word| Column { word, letter: None, block: None, title: heading(reading, word) }).collect()
}

/// A word over a column: some stand within sentences elsewhere, and begin small there.
pub(super) fn heading(reading: &Reading, word: &str) -> String {
    let text = reading.word(word);
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

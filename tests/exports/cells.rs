//! Whatever a project may write anywhere comes out as text: no formula, nothing lost, nothing empty,
//! nothing that is only a link; and every format says the same.

use std::io::Cursor;
use std::sync::LazyLock;

use calamine::{Data, Reader, Xlsx};
use rayon::prelude::*;
use ropa::render::html::{Options, Site};
use ropa::render::view::Figures;
use ropa::render::view::tables::{self, Book, Cell, Table, Template, Written};
use ropa::render::{csv, markdown, xlsx};
use ropa::verdict::Verdict;
use ropa::{Answer, rules};

use super::project::{Files, Form, PROJECT, Value, answered};
use super::{FORMULA, LANGUAGES, TEMPLATES, bad, day, example, lines};

/// UTF-16 units that a cell of a sheet can hold.
const CELL: usize = 32_767;

const EXAMPLES: [&str; 8] =
    ["bank-advanced-matching", "bank-evidence", "broker-chain", "delivery-roles", "health-quiz", "insurer", "minimal", "pharmacy-cart"];

/// The places of `tests/keys/`, which has every key, where any text may stand.
static TEXTS: LazyLock<Vec<&'static Value>> = LazyLock::new(|| {
    // Zones and tags that policies name stand twice; one of each stays.
    let kept = ["systems.attic", "systems.cellar", "systems.yard", "activities.meter-reading.tags"];
    let words = PROJECT.values.iter().filter(|it| it.form == Form::Word && it.slot.is_some());
    let words: Vec<&Value> = words.filter(|it| !kept.iter().any(|kept| it.path.contains(kept))).collect();
    words.into_par_iter().filter(|it| answered(&filled(&[it], "=1 free text")).is_sound()).collect()
});

/// The project with a text in some of its places.
fn filled(places: &[&Value], text: &str) -> Files {
    let mut places = places.to_vec();
    // From behind, so that no place moves.
    places.sort_by_key(|it| std::cmp::Reverse((it.file, it.range.start)));
    // As JSON writes it, and what YAML wants escaped besides.
    let quoted = serde_json::to_string(text).unwrap().replace('\u{7f}', "\\u007f").replace('\u{feff}', "\\ufeff");
    let mut files = PROJECT.files.clone();
    for place in places {
        files[place.file].1.replace_range(place.range.clone(), &quoted);
    }
    files
}

/// The register with a text in each of those places at once.
fn everywhere(text: &str) -> Answer {
    let answer = answered(&filled(&TEXTS, text));
    assert!(answer.is_sound(), "{text:?}: {:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    answer
}

/// What else a text can be: control signs, too long for a cell, more than a cell of tables in memory.
fn hostile() -> Vec<String> {
    let more = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "\t=1",
        "a\u{1}b\u{b}c\u{1f}d\u{7f}e",
        "👩‍👩‍👧 ⚕️ 𝔘",
        "<script>alert(1)</script>",
        "\u{feff}x",
        "\u{2028}=1",
    ];
    let mut all: Vec<String> = more.map(str::to_owned).into();
    all.extend(bad());
    all.push("ö".repeat(40_960));
    all
}

fn judged(mut answer: Answer) -> (Answer, Verdict) {
    let (verdict, _) = answer.judged();
    (answer, verdict)
}

fn book((answer, verdict): &(Answer, Verdict), language: &str, template: Template) -> Book {
    tables::book(&answer.map, &answer.sources, verdict, Written { language, template, figures: Figures::Plain }, None)
}

/// Every sheet of a workbook, behind its own name: the tables, then the sheets of each table's rows.
fn sheets(book: &Book) -> Vec<Table> {
    book.tables.iter().flat_map(|it| std::iter::once(it.clone()).chain(it.sheets(&book.headings))).collect()
}

/// A cell of a sheet as text: dates as they are written, numbers without a fraction.
fn shown(read: &Data) -> String {
    match read {
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// Holds a book against its workbook: no formula, no empty cell, every text whole or cut with a mark.
fn workbook(book: &Book, of: &str) -> Vec<Vec<Vec<String>>> {
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(book).unwrap())).unwrap();
    let (names, sheets) = (read.sheet_names(), sheets(book));
    assert_eq!(names.len(), sheets.len(), "{of}");
    let mut all = Vec::new();
    for (name, table) in names.iter().zip(&sheets) {
        assert!(read.worksheet_formula(name).unwrap().is_empty(), "{of}: a formula on {name}");
        let range = read.worksheet_range(name).unwrap();
        let mut rows = Vec::new();
        for (at, row) in table.rows.iter().enumerate() {
            let mut said = Vec::new();
            for (column, cell) in row.cells.iter().enumerate() {
                let read = range.get((at + 1, column)).unwrap();
                let where_is = || format!("{of}: {name}, {}", table.columns[column].word);
                match (cell, read) {
                    (Cell::Date(day), Data::DateTime(_)) => assert_eq!(shown(read), day.to_string(), "{}", where_is()),
                    (Cell::Number(number), Data::Float(read)) => assert_eq!(*number as f64, *read, "{}", where_is()),
                    (Cell::Text(_) | Cell::Foreign(_) | Cell::List(_) | Cell::Missing(_), Data::String(read)) => {
                        let (whole, read) = (lines(&cell.text()), lines(read));
                        assert!(!read.trim().is_empty(), "{}: empty", where_is());
                        if cell.text().encode_utf16().count() <= CELL {
                            assert_eq!(read, whole, "{}", where_is());
                        } else {
                            let head =
                                read.strip_suffix(&format!(" … ({})", book.cut)).unwrap_or_else(|| panic!("{}: not marked", where_is()));
                            assert!(
                                whole.starts_with(head) && read.encode_utf16().count() <= CELL && head.len() > CELL / 2,
                                "{}",
                                where_is()
                            );
                        }
                    }
                    (cell, read) => panic!("{}: {cell:?} is read as {read:?}", where_is()),
                }
                said.push(shown(read));
            }
            rows.push(said);
        }
        all.push(rows);
    }
    all
}

/// The rows of a section as another reader of CSV sees them.
fn comma_separated(table: &Table) -> Vec<Vec<String>> {
    let text = csv::section(table);
    let text = text.strip_prefix('\u{feff}').expect("a mark");
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Documents and commas say what the sheet says; the sign before what would be a formula is the one
/// difference.
fn agree(book: &Book, sheets: &[Vec<Vec<String>>], of: &str) {
    let mut at = 0;
    for table in &book.tables {
        let rows = comma_separated(table);
        assert_eq!(rows.len(), table.rows.len() + 1, "{of}: {}", table.id);
        for (row, read) in sheets[at].iter().zip(&rows[1..]) {
            assert_eq!(row.len(), read.len(), "{of}: {}", table.id);
            for (sheet, comma) in row.iter().zip(read) {
                assert!(!comma.split(['\n', ';', '\t']).any(|part| part.starts_with(FORMULA)), "{of}: {comma:?}");
                if !sheet.contains(&book.cut) {
                    assert_eq!(lines(&sheet.replace('\'', "")), lines(&comma.replace('\'', "")), "{of}: {}", table.id);
                }
            }
        }
        at += 1 + table.sheets(&book.headings).len();
    }
}

fn is_only_a_link(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_whitespace) && (text.starts_with("http://") || text.starts_with("https://"))
}

#[test]
fn a_text_in_every_place_that_takes_one_is_a_text_in_every_cell() {
    assert!(TEXTS.len() > 150, "only {} places take a text", TEXTS.len());
    let texts = hostile();
    texts.par_iter().enumerate().for_each(|(at, text)| {
        let answer = judged(everywhere(text));
        // Each template sees some of the texts, all of them see all that may become a formula.
        for template in TEMPLATES.into_iter().enumerate().filter(|(of, _)| at < 4 || at % 3 == *of).map(|it| it.1) {
            let book = book(&answer, "en", template);
            let of = format!("{:?} in {template:?}", text.chars().take(12).collect::<String>());
            let sheets = workbook(&book, &of);
            agree(&book, &sheets, &of);
            let whole = lines(text);
            let intact = text.encode_utf16().count() > CELL || sheets.iter().flatten().flatten().any(|it| lines(it).contains(&whole));
            assert!(intact, "{of}: no cell holds it whole");
            assert!(markdown::document(&book).len() > 1_000);
        }
    });
}

#[test]
fn every_format_says_the_same_of_every_example_and_no_cell_is_empty() {
    let mut answers: Vec<(String, (Answer, Verdict))> = EXAMPLES.iter().map(|it| ((*it).to_owned(), judged(example(it)))).collect();
    answers.push(("tests/keys".to_owned(), judged(answered(&PROJECT.files))));
    answers.par_iter().for_each(|(name, answer)| {
        for (at, language) in LANGUAGES.into_iter().enumerate() {
            for (of, template) in TEMPLATES.into_iter().enumerate() {
                let book = book(answer, language, template);
                let name = format!("{name}, {language}, {template:?}");
                for (table, row, cell) in
                    book.tables.iter().flat_map(|it| it.rows.iter().flat_map(move |row| row.cells.iter().map(move |cell| (it, row, cell))))
                {
                    assert!(!cell.text().trim().is_empty(), "{name}: {} {} is empty", table.id, row.id);
                    assert!(!cell.lines().iter().any(|it| is_only_a_link(it)), "{name}: {} {}: {cell:?}", table.id, row.id);
                }
                // Workbooks in every language once, in every template once.
                if at % TEMPLATES.len() == of || language == "en" {
                    agree(&book, &workbook(&book, &name), &name);
                }
            }
        }
    });
}

/// A page or a cell that is only a link says nothing to somebody who reads it on its own.
#[test]
fn no_value_is_only_a_link() {
    let answer = judged(everywhere("https://intranet.example/record?id=7"));
    for template in TEMPLATES {
        for table in &book(&answer, "en", template).tables {
            for line in table.rows.iter().flat_map(|it| &it.cells).flat_map(Cell::lines) {
                assert!(!is_only_a_link(&line), "{}: {line}", table.id);
            }
        }
    }
    let mut seen = 0;
    for (path, page) in pages(&answer) {
        for piece in page.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap();
            let value = tag == "td" || tag.starts_with("td ") || ["class=\"text\"", "class=\"detail\""].iter().any(|it| tag.ends_with(it));
            assert!(!value || !is_only_a_link(text), "{path}: <{tag}>{text}");
            seen += usize::from(value);
        }
    }
    assert!(seen > 500, "{seen}");
}

fn pages((answer, verdict): &(Answer, Verdict)) -> Vec<(String, String)> {
    let rules: Vec<_> = rules::all().collect();
    Site::new(&answer.map, &answer.sources, verdict, &rules, Options::default()).unwrap().pages().unwrap()
}

#[test]
fn the_day_of_the_examples_is_the_day_of_the_keys() {
    assert_eq!(super::project::today(), day());
}

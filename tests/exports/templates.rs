//! The templates of the authorities: their titles word for word, in their order, in every format.
//!
//! The lists beside this file are copies of the templates and not of the program. `ico-controller.txt` is
//! row 9 of the controller's spreadsheet of the Information Commissioner's Office, columns A to AD, and
//! `ico-processor.txt` the processor's; `cnil.tsv` holds the parts and questions of the record sheet of the
//! registre de base of the Commission nationale de l'informatique et des libertés.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ropa::answer_texts;
use ropa::render::view::tables::{Cell, Template};
use ropa::render::{csv, markdown, xlsx};

use super::{LANGUAGES, book, day, example, find, lines, processor, read_csv};

const ICO_CONTROLLER: &str = include_str!("ico-controller.txt");
const ICO_PROCESSOR: &str = include_str!("ico-processor.txt");
const CNIL: &str = include_str!("cnil.tsv");

/// What a reader of the document sees of one record: its title, and each part, question and answer.
type Sheet = (String, Vec<[String; 3]>);

fn cnil() -> Vec<[String; 2]> {
    CNIL.lines().map(|line| line.split_once('\t').map(|(part, asked)| [part.to_owned(), asked.to_owned()]).unwrap()).collect()
}

/// The records of a section of a document, read by another reader.
fn sheets(text: &str, section: &str) -> Vec<Sheet> {
    let (mut all, mut inside, mut heading, mut part, mut row): (Vec<Sheet>, _, _, _, Vec<String>) =
        (Vec::new(), false, None, String::new(), Vec::new());
    let mut cell: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                let (level, title) = heading.take().unwrap();
                match level {
                    HeadingLevel::H2 => inside = title == section,
                    HeadingLevel::H3 if inside => {
                        part.clear();
                        all.push((title, Vec::new()));
                    }
                    HeadingLevel::H4 => part = title,
                    _ => {}
                }
            }
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => row.extend(cell.take()),
            Event::Start(Tag::TableRow | Tag::TableHead) => row.clear(),
            Event::End(TagEnd::TableRow) if inside => {
                let said = row.pop().unwrap();
                all.last_mut().unwrap().1.push([part.clone(), row.pop().unwrap(), said]);
            }
            Event::Text(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                } else if let Some(cell) = &mut cell {
                    cell.push_str(&text);
                }
            }
            Event::InlineHtml(html) if &*html == "<br>" => cell.iter_mut().for_each(|it| it.push('\n')),
            _ => {}
        }
    }
    all
}

#[test]
fn the_columns_of_the_ico_are_its_own_word_for_word_in_every_language_and_format() {
    for (section, titles) in [("activities", ICO_CONTROLLER), ("processor", ICO_PROCESSOR)] {
        let titles: Vec<&str> = titles.lines().collect();
        for language in LANGUAGES {
            let book = book(processor(), language, Template::Ico);
            let table = find(&book, section);
            assert_eq!(table.columns.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), titles, "{language}");
            assert_eq!(read_csv(&csv::section(table))[0], titles, "{language}");
            let mut read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(&book).unwrap())).unwrap();
            let range = read.worksheet_range(&table.title).unwrap();
            let head: Vec<String> = (0..titles.len()).map(|at| range.get((0, at)).unwrap().to_string()).collect();
            assert_eq!((head, range.width()), (titles.iter().map(|it| (*it).to_owned()).collect(), titles.len()), "{language}");
            let documents = sheets(&markdown::document(&book), &table.title);
            assert_eq!(documents.len(), table.rows.len());
            for (_, lines) in documents {
                assert_eq!(lines.iter().map(|it| it[1].as_str()).collect::<Vec<_>>(), titles, "{language}");
            }
        }
    }
    assert_eq!((ICO_CONTROLLER.lines().count(), ICO_PROCESSOR.lines().count()), (30, 9));
}

#[test]
fn the_sheets_of_the_cnil_are_one_for_each_activity_in_its_parts() {
    let book = book(example("insurer"), "fr", Template::Cnil);
    let table = find(&book, "activities");
    let expected = cnil();
    let sheets = sheets(&markdown::document(&book), &table.title);
    assert_eq!((sheets.len(), table.rows.len()), (11, 11), "one for each activity");
    for ((title, lines), row) in sheets.iter().zip(&table.rows) {
        assert_eq!(*title, row.title);
        let asked: Vec<[String; 2]> = lines.iter().map(|it| [it[0].clone(), it[1].clone()]).collect();
        assert_eq!(asked, expected, "{title}");
        for (line, cell) in lines.iter().zip(&row.cells) {
            assert_eq!(line[2].trim(), cell.text().trim(), "{title}: {}", line[1]);
        }
    }
}

#[test]
fn a_workbook_for_the_cnil_has_a_sheet_for_each_activity() {
    let book = book(example("insurer"), "fr", Template::Cnil);
    let table = find(&book, "activities");
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(&book).unwrap())).unwrap();
    let names = read.sheet_names();
    assert_eq!(names.len(), book.tables.len() + table.rows.len());
    assert_eq!(names.iter().map(|it| it.to_lowercase()).collect::<BTreeSet<_>>().len(), names.len(), "each only once");
    let first = names.iter().position(|it| *it == table.title).unwrap() + 1;
    for (name, row) in names[first..].iter().zip(&table.rows) {
        assert!(row.title.starts_with(name.as_str()) && name.encode_utf16().count() <= 31, "{name}: {}", row.title);
        let range = read.worksheet_range(name).unwrap();
        assert_eq!(range.get_size(), (31, 3), "{name}: 30 questions below a line of titles");
        for ((at, [part, asked]), cell) in (1..).zip(cnil()).zip(&row.cells) {
            assert_eq!([range.get((at, 0)).unwrap().to_string(), range.get((at, 1)).unwrap().to_string()], [part, asked], "{name}");
            match (cell, range.get((at, 2)).unwrap()) {
                (Cell::Date(_), said) => assert!(matches!(said, Data::DateTime(_)), "{name}: {said:?}"),
                (cell, said) => assert_eq!(lines(&said.to_string()), lines(&cell.text()), "{name}"),
            }
        }
    }
}

#[test]
fn a_csv_for_the_cnil_has_its_questions_as_columns() {
    let book = book(example("insurer"), "fr", Template::Cnil);
    let rows = read_csv(&csv::section(find(&book, "activities")));
    assert_eq!(rows[0], cnil().into_iter().map(|[_, asked]| asked).collect::<Vec<_>>());
    assert_eq!(rows.len(), 12);
}

/// The ICO's column of the rights follows the basis as its own guidance has it, unless they are declared.
#[test]
fn the_rights_of_people_follow_from_the_basis() {
    let activities = [
        ("consent", "access rectification erasure restriction portability"),
        ("contract", "access rectification erasure restriction portability"),
        ("legal-obligation", "access rectification restriction"),
        ("vital-interests", "access rectification erasure restriction"),
        ("public-task", "access rectification restriction objection"),
        ("legitimate-interest", "access rectification erasure restriction objection"),
        ("contract, marketing: true", "access rectification erasure restriction portability objection"),
        ("legal-obligation, special: { special.health: { condition: a } }", "access rectification restriction portability"),
        ("contract, traits: [automated-decision]", "access rectification erasure restriction portability review"),
        ("consent, rights: [access, objection]", "access objection"),
        ("unknown", "access rectification restriction missing"),
    ];
    let settings = "organisation: { name: Example AB, country: SE }\nlanguages: [en]\n";
    let declared = activities.iter().enumerate().map(|(at, (it, _))| format!("  a{at:02}: {{ purpose: To sell, basis: {it} }}\n"));
    let project = format!("activities:\n{}", declared.collect::<String>());
    let book = book(answer_texts(settings, &[("registry/all.yaml", &project)], None, day()), "en", Template::Ico);
    let table = find(&book, "activities");
    let at = table.columns.iter().position(|it| it.title == "Rights available to individuals").unwrap();
    for (row, (basis, rights)) in table.rows.iter().zip(activities) {
        let said: Vec<String> = row.cells[at].lines();
        let first: Vec<&str> = said.iter().map(|it| it.split([' ', ':']).next().unwrap()).collect();
        assert_eq!(first.join(" "), rights.replace("portability", "data"), "{basis}: {said:?}");
    }
}

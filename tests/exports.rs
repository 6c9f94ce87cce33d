//! The register as tables: every section in every language, read back by readers that know nothing of
//! the writers, with texts that try to be something else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "exports/cells.rs"]
mod cells;
#[expect(dead_code, reason = "another test asks more of it")]
#[path = "keys/project.rs"]
mod project;
#[path = "exports/templates.rs"]
mod templates;

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Output};

use calamine::{Data, Reader, Xlsx};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use ropa::declare::Date;
use ropa::model::ActivityId;
use ropa::render::view::tables::{self, Book, Cell, Table, Template, Written};
use ropa::render::view::{Figures, Names, Prepared, record};
use ropa::render::{csv, markdown, xlsx};
use ropa::{Answer, answer, answer_texts};

const LANGUAGES: [&str; 4] = ["en", "sv", "fr", "de"];
const TEMPLATES: [Template; 3] = [Template::Plain, Template::Cnil, Template::Ico];

/// Characters that begin a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn day() -> Date {
    Date::try_from("2026-09-01".to_owned()).unwrap()
}

fn example(name: &str) -> Answer {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    answer(&std::fs::canonicalize(root).unwrap(), day())
}

/// The register of an answer as tables, with every rule asked.
fn book(mut answer: Answer, language: &str, template: Template) -> Book {
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let (verdict, _) = answer.judged();
    let written = Written { language, template, figures: Figures::Plain };
    tables::book(&answer.map, &answer.sources, &verdict, written, None)
}

/// Texts that try to be formulas, ends of cells, markup, other lines or longer than a page.
fn bad() -> Vec<String> {
    let mut all: Vec<String> = [
        "=cmd()",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=tab",
        "a;=cmd()",
        "say \"hi\", she \"\" said",
        "one\n=two\n\nthree",
        "one\r\n+two",
        "<script>alert(1)</script><br><!-- x -->",
        "&lt;b&gt; &amp; &#124;",
        "\u{202e}cod.exe\u{202c} \u{200f}right\u{200e}",
        "a|b\\|c \\` `code` *b* _i_ **x** [l](javascript:x) ![i](x) ~~s~~ $x$ # h #",
        "_x0041_ and _x000A_",
        "'already quoted",
        "1. list\n- list\n> quote\n# head",
    ]
    .map(str::to_owned)
    .into();
    all.push("W".repeat(10_240));
    all
}

/// A project whose titles, names and purposes are those texts.
fn hostile() -> Answer {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let mut activities = String::new();
    let mut recipients = String::new();
    let mut sends = String::new();
    for (at, text) in bad().iter().enumerate() {
        let it = quoted(text);
        activities += &format!(
            "  a{at:02}: {{ title: {it}, number: {it}, function: {it}, owner: {it}, purpose: {it}, basis: contract, interest: {it}, security: [{it}], technology: [{it}], risks: [{{ text: {it} }}] }}\n"
        );
        recipients += &format!(
            "  r{at:02}: {{ title: {it}, name: {it}, contact: {it}, country: US, transfer: {{ mechanism: scc, since: 2024-02-29, assessment: {it}, safeguards: [{it}] }}, contract: {{ type: dpa, ref: {it}, signed: 2024-01-31 }} }}\n"
        );
        sends += &format!("      r{at:02}: {{ fields: [email], for: a{at:02}, why: {it} }}\n");
    }
    let all: Vec<String> = bad().iter().map(|it| quoted(it)).collect();
    let project = format!(
        "subjects: {{ visitor: {{ title: {first} }} }}
fields: {{ email: {{ is: contact.email, title: {first} }} }}
activities:
  every: {{ purpose: [{all}], created: 2024-02-29, basis: contract, retention: 90d }}
  bare: {{}}
{activities}systems:
  website:
    title: {first}
    collects: {{ visitor: {{ fields: [email], for: every }} }}
    sends:
{sends}recipients:
{recipients}",
        first = all[0],
        all = all.join(", ")
    );
    let settings = format!("organisation: {{ name: {}, address: {}, country: SE }}\nlanguages: [en]\n", all[0], all[7]);
    answer_texts(&settings, &[("registry/all.yaml", &project)], None, day())
}

/// Reads RFC 4180, by the letter of its grammar.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let mut rest = text.strip_prefix('\u{feff}').expect("a mark").chars().peekable();
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    while rest.peek().is_some() {
        assert_eq!(rest.next(), Some('"'), "every field is quoted");
        let mut field = String::new();
        loop {
            match rest.next().expect("an end of the field") {
                '"' if rest.peek() == Some(&'"') => field.extend(rest.next()),
                '"' => break,
                it => field.push(it),
            }
        }
        row.push(field);
        match rest.next().expect("an end of the line") {
            ',' => {}
            '\r' => {
                assert_eq!(rest.next(), Some('\n'));
                rows.push(std::mem::take(&mut row));
            }
            it => panic!("`{it}` behind a field"),
        }
    }
    rows
}

/// Cells of every table of a document and every link; fails on any markup it did not make itself.
fn read_markdown(text: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let (mut rows, mut links): (Vec<Vec<String>>, Vec<String>) = Default::default();
    let mut inside = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                rows.last_mut().unwrap().push(String::new());
                inside = true;
            }
            Event::End(TagEnd::TableCell) => inside = false,
            Event::Text(text) if inside => rows.last_mut().unwrap().last_mut().unwrap().push_str(&text),
            Event::InlineHtml(html) if &*html == "<br>" && inside => rows.last_mut().unwrap().last_mut().unwrap().push('\n'),
            Event::InlineHtml(html) | Event::Html(html) => {
                let anchor = html.starts_with("<a id=\"") && html.trim_end().ends_with("\"></a>") && html.matches('<').count() == 2;
                assert!(anchor || ["<em>", "</em>", "<br>", "</a>"].contains(&&*html) || html.starts_with("<a id=\""), "markup: {html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
            Event::Start(Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough | Tag::CodeBlock(_) | Tag::BlockQuote(_))
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => panic!("markup in the document: {event:?}"),
            _ => {}
        }
    }
    (rows, links)
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn find<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables.iter().find(|it| it.id == id).unwrap()
}

fn cell<'a>(table: &'a Table, row: &str, word: &str) -> &'a Cell {
    let at = table.columns.iter().position(|it| it.word == word).unwrap_or_else(|| panic!("no column {word}"));
    &table.rows.iter().find(|it| it.id == row).unwrap_or_else(|| panic!("no row {row}")).cells[at]
}

#[test]
fn every_section_is_there_in_every_language_and_no_cell_is_empty() {
    let words = example("minimal").map.model.law.words;
    for language in LANGUAGES {
        for template in TEMPLATES {
            for book in [book(example("insurer"), language, template), book(hostile(), language, template)] {
                assert_eq!(book.tables.iter().map(|it| it.id).collect::<Vec<_>>(), tables::sections().collect::<Vec<_>>());
                let mut titles = BTreeSet::new();
                for table in &book.tables {
                    assert!(titles.insert(&table.title), "two sections are called {}", table.title);
                    // The titles of the British templates are their own.
                    let own = template == Template::Ico && ["activities", "processor"].contains(&table.id);
                    for column in table.columns.iter().filter(|_| !own) {
                        let text = words.get(column.word).unwrap_or_else(|| panic!("no word `{}`", column.word));
                        assert!(
                            text.by_language.get(language).is_some_and(|it| it.to_lowercase() == column.title.to_lowercase()),
                            "{} in {language}",
                            column.word
                        );
                    }
                    for row in &table.rows {
                        assert_eq!(row.cells.len(), table.columns.len(), "{} {}", table.id, row.id);
                        let empty = row.cells.iter().position(|it| it.text().trim().is_empty());
                        assert!(empty.is_none(), "{}, {}: {:?}", table.id, row.id, empty.map(|at| table.columns[at].word));
                    }
                }
            }
        }
    }
    for table in &book(example("insurer"), "en", Template::Plain).tables {
        assert!(table.id == "processor" || !table.rows.is_empty(), "{} has no row", table.id);
    }
}

#[test]
fn csv_is_read_back_as_it_was_and_holds_no_formula() {
    for book in [book(hostile(), "en", Template::Plain), book(example("insurer"), "sv", Template::Ico)] {
        for table in &book.tables {
            let rows = read_csv(&csv::section(table));
            assert_eq!(rows.len(), table.rows.len() + 1);
            assert_eq!(rows[0].len(), table.columns.len());
            for (read, row) in rows[1..].iter().zip(&table.rows) {
                assert_eq!(read.len(), row.cells.len());
                for (read, cell) in read.iter().zip(&row.cells) {
                    // Whichever sign a program splits at, nothing there begins a formula.
                    for part in read.split(['\n', ';', '\t']) {
                        assert!(!part.starts_with(FORMULA), "{read:?}");
                    }
                    assert_eq!(read.replace('\'', ""), cell.text().replace('\'', ""));
                }
            }
        }
    }
    let book = book(hostile(), "en", Template::Plain);
    let rows = read_csv(&csv::section(find(&book, "activities")));
    let titles: BTreeSet<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    for said in ["'=cmd()", "'+1+1", "'-2", "'@SUM(A1)", "'\t'=tab", "a;'=cmd()", "say \"hi\", she \"\" said", "one\n'=two\n\nthree"] {
        assert!(titles.contains(said), "{said:?}");
    }
}

#[test]
fn a_workbook_is_read_back_as_it_was_and_holds_no_formula() {
    for book in [book(hostile(), "de", Template::Plain), book(example("insurer"), "fr", Template::Cnil)] {
        let mut read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(&book).unwrap())).unwrap();
        let sheets: Vec<Table> = book.tables.iter().flat_map(|it| std::iter::once(it.clone()).chain(it.sheets(&book.headings))).collect();
        let names = read.sheet_names();
        assert_eq!(names.len(), sheets.len());
        for (name, table) in names.iter().zip(&sheets) {
            assert!(name.encode_utf16().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
            assert!(
                book.tables.iter().all(|it| it.id != table.id || it.title != table.title || *name == it.title),
                "{name}: too long a title"
            );
            assert!(read.worksheet_formula(name).unwrap().is_empty(), "a formula on {name}");
            let range = read.worksheet_range(name).unwrap();
            assert_eq!(range.get_size(), (table.rows.len().max(1) + 1, table.columns.len()), "{name}");
            for (row, cells) in table.rows.iter().enumerate() {
                for (column, cell) in cells.cells.iter().enumerate() {
                    match (cell, range.get((row + 1, column)).unwrap()) {
                        (Cell::Date(day), Data::DateTime(read)) => {
                            let (year, month, date, ..) = read.to_ymd_hms_milli();
                            assert_eq!(format!("{year:04}-{month:02}-{date:02}"), day.to_string());
                        }
                        (Cell::Number(number), Data::Float(read)) => assert_eq!(*number as f64, *read),
                        (Cell::Text(_) | Cell::Foreign(_) | Cell::List(_) | Cell::Missing(_), Data::String(read)) => {
                            assert_eq!(lines(read), lines(&cell.text()), "{name}");
                        }
                        (cell, read) => panic!("{name}: {cell:?} is read as {read:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn a_text_no_cell_can_hold_is_cut_and_says_so() {
    let long = "å😀".repeat(20_000);
    let project = format!("activities: {{ a: {{ purpose: {long} }} }}\nsystems: {{ s: {{}} }}\n");
    let answer = answer_texts("organisation: { name: A }", &[("registry/all.yaml", &project)], None, day());
    let book = book(answer, "en", Template::Plain);
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(&book).unwrap())).unwrap();
    let name = read.sheet_names()[1].clone();
    let range = read.worksheet_range(&name).unwrap();
    let at = find(&book, "activities").columns.iter().position(|it| it.word == "purposes").unwrap();
    let text = range.get((1, at)).unwrap().to_string();
    assert!(text.encode_utf16().count() <= 32_767 && text.starts_with("å😀å") && text.contains("cut here"));
}

#[test]
fn titles_a_project_gives_to_sections_become_names_of_sheets() {
    let words = "words: { activities: \"[a]: */?\\\\'\", recipients: \"History\", systems: \"''\", gaps: \"a\", exposures: \"0123456789012345678901234567890123\", record_e: \"012345678901234567890123456789012\" }\nsystems: { s: {} }\n";
    let answer = answer_texts("organisation: { name: A }", &[("registry/all.yaml", words)], None, day());
    let read: Xlsx<_> = Xlsx::new(Cursor::new(xlsx::workbook(&book(answer, "en", Template::Plain)).unwrap())).unwrap();
    let names: BTreeSet<String> = read.sheet_names().iter().map(|it| it.to_lowercase()).collect();
    assert_eq!(names.len(), tables::sections().count(), "{names:?}");
    assert!(!names.contains("history"));
}

#[test]
fn a_document_is_read_back_as_it_was_and_holds_no_markup_of_others() {
    for book in
        [book(hostile(), "en", Template::Plain), book(hostile(), "fr", Template::Cnil), book(example("insurer"), "de", Template::Plain)]
    {
        let text = markdown::document(&book);
        let (rows, links) = read_markdown(&text);
        let said: BTreeSet<Vec<String>> = rows.into_iter().collect();
        let clean = |text: &str| lines(text).trim().to_owned();
        for table in &book.tables {
            assert!(links.contains(&format!("#{}", table.id)));
            for row in &table.rows {
                let cells = row.cells.iter().map(|it| clean(&it.text()));
                if !table.wide {
                    let cells: Vec<String> = cells.collect();
                    let known = said.iter().any(|it| it.iter().map(|it| clean(it)).eq(cells.iter().cloned()));
                    assert!(known, "{}: {cells:?}", table.id);
                    continue;
                }
                for (column, cell) in table.columns.iter().zip(cells) {
                    let known = said.iter().any(|it| it.iter().rev().map(|it| clean(it)).take(2).eq([cell.clone(), column.title.clone()]));
                    assert!(known, "{} {}: {cell:?}", table.id, row.id);
                }
            }
        }
        for link in links {
            let anchor = link.strip_prefix('#').unwrap_or_else(|| panic!("a link to {link}"));
            assert_eq!(text.matches(&format!("<a id=\"{anchor}\"></a>")).count(), 1, "{anchor}");
        }
    }
}

#[test]
fn the_same_declarations_and_day_give_the_same_bytes() {
    let make = || book(example("insurer"), "en", Template::Plain);
    let (one, two) = (make(), make());
    assert_eq!(markdown::document(&one), markdown::document(&two));
    assert!(one.tables.iter().map(csv::section).eq(two.tables.iter().map(csv::section)));
    let first = xlsx::workbook(&one).unwrap();
    // The clock of the file names seconds.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(first == xlsx::workbook(&two).unwrap(), "two workbooks differ");
}

#[test]
fn what_is_asked_and_not_known_is_said_to_be_missing() {
    let plain = book(hostile(), "en", Template::Plain);
    let activities = find(&plain, "activities");
    for (word, said) in [
        ("purposes", "missing (to be declared under purpose)"),
        ("dpia", "missing (to be declared under dpia)"),
        ("reviewed", "missing (to be declared under reviewed)"),
        ("retention", "missing (to be declared under retention)"),
    ] {
        assert_eq!(*cell(activities, "bare", word), Cell::Missing(said.to_owned()), "{word}");
    }
    assert_eq!(*cell(activities, "every", "created"), Cell::Date(Date::try_from("2024-02-29".to_owned()).unwrap()));
    let ico = book(hostile(), "sv", Template::Ico);
    let activities = find(&ico, "activities");
    let said = |word: &str| cell(activities, "bare", word).text();
    assert_eq!(said("ico_breach"), "ingen incident är deklarerad");
    assert_eq!(said("ico_function"), "saknas (deklareras under function)");
    let none = book(hostile(), "fr", Template::Cnil);
    assert_eq!(*cell(find(&none, "activities"), "bare", "cnil_created"), Cell::Missing("manquant (à déclarer sous created)".to_owned()));
}

#[test]
fn the_plain_columns_follow_the_letters_of_article_30() {
    let plain = book(example("minimal"), "en", Template::Plain);
    let letters: Vec<&str> = find(&plain, "activities").columns.iter().filter_map(|it| it.letter).collect();
    assert!(letters.is_sorted() && letters.iter().collect::<BTreeSet<_>>().len() == 7);
}

/// One record as a controller and one as a processor.
fn processor() -> Answer {
    let project = "
activities:
  own: { purpose: To sell }
  hosting: { role: processor, on-behalf-of: [client], operations: [order intake] }
controllers: { client: { name: Client GmbH, contact: dpo@client.example, representative: Vertreter GmbH } }
systems: { s: {} }
";
    answer_texts("organisation: { name: A, country: SE }", &[("registry/all.yaml", project)], None, day())
}

#[test]
fn a_processor_has_a_register_of_its_own() {
    for template in TEMPLATES {
        let book = book(processor(), "en", template);
        let ids = |id: &str| find(&book, id).rows.iter().map(|it| it.id.as_str()).collect::<Vec<_>>();
        assert_eq!((ids("activities"), ids("processor")), (vec!["own"], vec!["hosting"]));
        let text: String = find(&book, "processor").rows[0].cells.iter().map(Cell::text).collect();
        assert!(text.contains("Client GmbH") && text.contains("order intake") && text.contains("Vertreter GmbH"), "{text}");
    }
}

#[test]
fn a_cell_says_what_the_page_says() {
    for name in ["insurer", "minimal"] {
        let answer = example(name);
        let map = &answer.map;
        let prepared = Prepared::of(map, &answer.sources);
        let names = Names::of(map);
        let reading = prepared.reading("en", &names, Figures::Plain);
        let pages: Vec<_> = (0..map.model.activities.len()).map(|at| record(&reading, ActivityId::from_index(at))).collect();
        let book = book(example(name), "en", Template::Plain);
        let rows: Vec<_> = ["activities", "processor"].iter().flat_map(|id| &find(&book, id).rows).collect();
        for page in &pages {
            let row = rows.iter().find(|it| it.id == page.id).unwrap();
            let all: String = row.cells.iter().map(|it| it.text() + "\n").collect();
            for value in page.sections.iter().chain([&page.further]).flat_map(|it| &it.lines).flat_map(|it| &it.values) {
                let parts = [&value.text].into_iter().chain(value.badges.iter().map(|it| &it.text)).chain(&value.details);
                for part in parts.filter(|it| !["created", "last changed", "last reviewed"].contains(&it.as_str())) {
                    assert!(all.contains(part.as_str()), "{}: {part}", page.id);
                }
            }
        }
    }
}

#[test]
fn storage_periods_and_transfers_have_a_row_each() {
    let project = "
subjects: { visitor: Website visitor }
fields: { email: contact.email, phone: contact.phone, pages: behaviour.pages }
activities:
  shop: { purpose: To sell, basis: contract, retention: { contact: 10y after end of contract, contact.phone: { keep: 90d, law: Tax code }, finance: 7y } }
systems:
  website:
    collects: { visitor: { fields: [email, phone, pages], for: shop } }
    sends: { cloud: { fields: [email], for: shop }, other: { fields: [email], for: shop } }
recipients:
  cloud: { role: processor, country: US, transfer: { mechanism: scc, module: 2, since: 2024-02-29, assessment: TIA-1 } }
  other: { role: processor, country: BR }
  third: { country: CN }
";
    let answer = answer_texts("organisation: { name: A, country: SE }", &[("registry/all.yaml", project)], None, day());
    let book = book(answer, "en", Template::Plain);
    let rows: Vec<Vec<String>> = find(&book, "retention").rows.iter().map(|row| row.cells[2..6].iter().map(Cell::text).collect()).collect();
    let has = |it: &[&str]| rows.iter().any(|row| row.iter().map(String::as_str).eq(it.iter().copied()));
    assert!(has(&["E-mail address", "10 years", "end of contract", "Nothing is declared."]), "{rows:?}");
    assert!(has(&["Telephone number", "90 days", "Nothing is declared.", "Tax code"]), "{rows:?}");
    assert!(rows.iter().any(|row| row[0] == "Pages visited" && row[1].contains("retention.behaviour.pages")), "{rows:?}");
    assert!(rows.iter().any(|row| row[0] == "Financial data" && row[1] == "7 years"), "{rows:?}");
    let transfers = find(&book, "transfers");
    assert_eq!(*cell(transfers, "cloud", "export_since"), Cell::Date(Date::try_from("2024-02-29".to_owned()).unwrap()));
    assert_eq!(*cell(transfers, "cloud", "module"), Cell::Number(2));
    assert!(cell(transfers, "cloud", "export_documents").text().contains("TIA-1"));
    assert_eq!(cell(transfers, "other", "mechanism").text(), "Adequacy decision");
    assert!(matches!(cell(transfers, "third", "mechanism"), Cell::Missing(_)));
}

fn ropa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

#[test]
fn the_program_writes_each_format_and_says_what_it_cannot() {
    let run = |args: &[&str]| {
        let out = ropa(&[&["export"], args, &["examples/minimal", "--today", "2026-09-01"]].concat());
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    let csv = String::from_utf8(run(&["csv"])).unwrap();
    assert!(csv.starts_with("\u{feff}\"No.\",\"Processing activity\""), "{csv}");
    let gaps = String::from_utf8(run(&["csv", "--section", "gaps", "--lang", "sv"])).unwrap();
    assert!(gaps.starts_with("\u{feff}\"Nivå\""), "{gaps}");
    let document = String::from_utf8(run(&["markdown", "--template", "cnil", "--lang", "fr"])).unwrap();
    assert!(document.starts_with("# Registre des activités de traitement") && document.contains("Nom de l’activité"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.xlsx");
    assert!(run(&["xlsx", "--out", file.to_str().unwrap()]).is_empty());
    assert!(std::fs::read(&file).unwrap() == run(&["xlsx"]), "a pipe gets what the file gets");
    for (args, said) in [
        (&["csv", "--lang", "xx"][..], "no words in the language `xx`"),
        (&["json", "--lang", "en"], "`--lang` chooses among tables"),
        (&["csv", "--section", "nothing"], "possible values"),
        (&["csv", "--out", "examples/minimal/registry/new.csv"], "among what the project declares"),
    ] {
        let out = ropa(&[&["export"], args, &["examples/minimal"]].concat());
        let error = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.code() == Some(2) && error.contains(said), "{args:?}: {error}");
    }
    let help = String::from_utf8(ropa(&["export", "--help"]).stdout).unwrap();
    assert!(help.contains("begins with = + - @") && help.contains("byte order mark"), "{help}");
}

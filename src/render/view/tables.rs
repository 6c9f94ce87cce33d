//! The register as tables: what spreadsheets and documents are written from, in one language and in
//! the order one authority's template asks for.

mod activities;
mod cells;
mod cnil;
mod exposures;
mod ico;
mod open;
mod organisation;
mod recipients;
mod record;
mod retention;
mod systems;
mod transfers;

pub use cells::{Cell, Column, Headings, Row, Table};

use serde::Serialize;

use super::{Figures, Names, Prepared, Reading};
use crate::declare::Date;
use crate::flow::Map;
use crate::source::Sources;
use crate::verdict::Verdict;

/// Whose columns the records of activities have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// The letters of Art. 30, then whatever else is known.
    #[default]
    Plain,
    /// The record sheet of the French authority.
    Cnil,
    /// The templates of the British authority.
    Ico,
}

/// How the tables are written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// In which language.
    pub language: &'a str,
    /// In whose columns.
    pub template: Template,
    /// Days and numbers for whom.
    pub figures: Figures,
}

/// What a table is made from.
struct Case<'a> {
    reading: Reading<'a>,
    verdict: &'a Verdict,
    template: Template,
}

/// One section: its name on the command line, its title among the words, and how it is made.
struct Section {
    id: &'static str,
    word: &'static str,
    make: fn(&Case) -> Table,
}

/// Every section, in the order of a document.
static SECTIONS: &[Section] = &[
    Section { id: "organisation", word: "export_organisation", make: organisation::table },
    Section { id: "activities", word: "activities", make: activities::controller },
    Section { id: "processor", word: "export_processor", make: activities::processor },
    Section { id: "recipients", word: "recipients", make: recipients::table },
    Section { id: "transfers", word: "record_e", make: transfers::table },
    Section { id: "retention", word: "retention", make: retention::table },
    Section { id: "exposures", word: "exposures", make: exposures::table },
    Section { id: "systems", word: "systems", make: systems::table },
    Section { id: "gaps", word: "gaps", make: open::table },
];

/// The names of the sections.
pub fn sections() -> impl Iterator<Item = &'static str> {
    SECTIONS.iter().map(|it| it.id)
}

/// A register as tables, with what stands on its cover.
#[derive(Clone, Debug)]
pub struct Book {
    /// The reader's language.
    pub language: String,
    /// What it is.
    pub title: String,
    /// Whose it is; says so where nobody has named it.
    pub organisation: String,
    /// The day it shows.
    pub today: Date,
    /// The day in words.
    pub as_of: String,
    /// What it does not say.
    pub disclaimer: String,
    /// What stands where a section has no row.
    pub nothing: String,
    /// What stands where a cell had to be cut.
    pub cut: String,
    /// What stands over a record in a document or on a sheet.
    pub headings: Headings,
    /// The sections.
    pub tables: Vec<Table>,
}

/// The register as tables; `only` one section, or all.
pub fn book(map: &Map, sources: &Sources, verdict: &Verdict, written: Written, only: Option<&str>) -> Book {
    let Written { language, template, figures } = written;
    let prepared = Prepared::of(map, sources);
    let names = Names::of(map);
    let reading = prepared.reading(language, &names, figures);
    let case = Case { reading, verdict, template };
    let wanted = SECTIONS.iter().filter(|it| only.is_none_or(|only| it.id == only));
    let name = map.model.settings.organisation.as_ref().and_then(|it| it.name.as_ref());
    Book {
        language: language.to_owned(),
        title: reading.word("register"),
        organisation: name.map_or_else(|| cells::absent(&reading, "organisation.name"), |name| name.value.clone()),
        today: map.today,
        as_of: reading.on_day("as_of", map.today),
        disclaimer: reading.word("disclaimer"),
        nothing: reading.word("none_found"),
        cut: reading.word("export_cut"),
        headings: Headings {
            block: reading.word("export_block"),
            letter: reading.word("export_letter"),
            asked: reading.word("export_asked"),
            said: reading.word("export_said"),
        },
        tables: wanted.map(|it| in_words(&reading, make(&case, it))).collect(),
    }
}

/// A page that is one section.
#[derive(Clone, Debug, Serialize)]
pub struct TablePage {
    /// The section.
    pub table: Table,
}

/// A section as a page of the register; nothing where no section has that name.
pub fn page(reading: &Reading, verdict: &Verdict, id: &str) -> Option<TablePage> {
    let case = Case { reading: *reading, verdict, template: Template::Plain };
    let section = SECTIONS.iter().find(|it| it.id == id)?;
    Some(TablePage { table: make(&case, section) })
}

/// Where people read it, days and numbers are texts like the others.
fn in_words(reading: &Reading, mut table: Table) -> Table {
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells).filter(|_| reading.figures == Figures::Words) {
        match cell {
            Cell::Date(day) => *cell = Cell::Text(reading.date(*day)),
            Cell::Number(number) => *cell = Cell::Text(reading.number(*number)),
            Cell::Text(_) | Cell::Foreign(_) | Cell::List(_) | Cell::Missing(_) => {}
        }
    }
    table
}

fn make(case: &Case, section: &Section) -> Table {
    let mut table = (section.make)(case);
    table.id = section.id;
    table.title = case.reading.word(section.word);
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        // Whatever was declared as an empty text has not been said.
        if cell.is_blank() {
            *cell = Cell::Missing(case.reading.word("missing"));
        }
        cell.each(|text| case.reading.document(text));
    }
    table
}

//! Who keeps the register: the organisation and the further entities of its group.

use super::super::record::organisation_lines;
use super::Case;
use super::cells::{Cell, Row, Table, columns, labelled};
use crate::declare::OrganisationDecl;

/// What a row says: the lines of Art. 30(1)(a), with the key each is declared under.
const LINES: &[(&str, &str)] = &[
    ("name", "organisation.name"),
    ("address", "organisation.address"),
    ("country", "organisation.country"),
    ("contact", "organisation.contact"),
    ("representative", "organisation.representative"),
    ("dpo", "organisation.dpo"),
    ("authority", "organisation.authority"),
];

/// The organisation first, then each entity by its id.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let settings = &reading.model().settings;
    let row = |id: &str, it: Option<&OrganisationDecl>| {
        let lines = organisation_lines(reading, it);
        let cell = |(label, key): &(&str, &str)| match labelled(&lines, &reading.word(label)) {
            Some(line) => Cell::of(&line.values),
            None => Cell::missing(reading, key),
        };
        let mut cells: Vec<Cell> = LINES.iter().map(cell).collect();
        cells.push(Cell::Date(reading.map.today));
        cells.push(Cell::Text(reading.word("disclaimer")));
        let title = it.and_then(|it| it.name.as_ref()).map_or_else(|| id.to_owned(), |name| name.value.clone());
        Row { id: id.to_owned(), title, cells }
    };
    let mut rows = vec![row("organisation", settings.organisation.as_ref())];
    rows.extend(settings.entities.iter().map(|entry| row(&format!("entity-{}", entry.key.value), Some(&entry.value))));
    let mut words: Vec<&'static str> = LINES.iter().map(|(label, _)| *label).collect();
    words.extend(["export_as_of", "export_remark"]);
    Table { id: "", title: String::new(), columns: columns(reading, &words), rows, wide: true }
}

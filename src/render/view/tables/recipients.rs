//! Recipients: who they are, under what contract, where, and how much reaches them.

use super::super::{Line, recipient};
use super::Case;
use super::cells::{Cell, Row, Table, columns, labelled};
use crate::model::NodeId;

/// What the page of a recipient is asked: label, and the key it is declared under.
const LINES: &[(&str, &str)] = &[
    ("legal_name", "name"),
    ("contact", "contact"),
    ("role", "role"),
    ("kind", "kind"),
    ("contract_type", "contract.type"),
    ("reference", "contract.ref"),
    ("dates", "contract.signed"),
    ("country", "country"),
    ("processing_in", "processing"),
    ("access_from", "access-from"),
    ("third_countries_chain", "country"),
    ("mechanism", "transfer"),
    ("subprocessors", "subprocessors"),
    ("retention", "retention"),
    ("erase", "erase"),
    ("suppress", "suppress"),
    ("deletions", "deletions"),
    ("features", "features"),
];

/// Everyone outside, by id.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let row = |id: NodeId| {
        let page = recipient(reading, id)?;
        let lines: Vec<&Line> = page.sections.iter().flat_map(|it| &it.lines).collect();
        // Without a contract the page has one line that says so.
        let no_contract = labelled(lines.iter().copied(), &reading.word("contract"));
        let cell = |(label, key): &(&str, &str)| {
            let line = labelled(lines.iter().copied(), &reading.word(label)).or(no_contract.filter(|_| key.starts_with("contract")));
            line.map_or_else(|| Cell::missing(reading, key), |line| Cell::of(&line.values))
        };
        let mut cells = vec![Cell::Text(page.title.clone()), Cell::Text(page.id.clone())];
        cells.extend(LINES.iter().map(cell));
        let sensitive = page.sensitive.iter().map(|it| it.text.clone()).collect();
        cells.push(Cell::list(sensitive, Cell::Text(reading.word("none"))));
        cells.push(Cell::count(page.exposures));
        cells.push(Cell::Text(page.place));
        Some(Row { id: page.id, title: page.title, cells })
    };
    let rows = (0..reading.model().nodes.len()).map(NodeId::from_index).filter_map(row).collect();
    let mut words = vec!["recipient", "export_id"];
    words.extend(LINES.iter().map(|(label, _)| *label));
    words.extend(["sensitive_reaching", "exposures", "place"]);
    Table { id: "", title: String::new(), columns: columns(reading, &words), rows, wide: true }
}

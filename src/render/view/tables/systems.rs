//! The organisation's own systems.

use super::super::entry;
use super::Case;
use super::cells::{Cell, Row, Table, columns, labelled};
use crate::model::NodeId;

/// What the entry of a system is asked: label, and the key it is declared under.
const LINES: &[(&str, &str)] = &[
    ("team", "team"),
    ("location", "location"),
    ("zone", "zone"),
    ("technology", "technology"),
    ("collects", "collects"),
    ("derives", "derives"),
    ("uses", "uses"),
    ("access", "access"),
    ("sends", "sends"),
    ("retention", "retention"),
    ("erase", "erase"),
    ("log", "log"),
    ("measures", "security"),
    ("tags", "tags"),
];

/// Every system, by id.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let model = reading.model();
    let all = (0..model.nodes.len()).map(NodeId::from_index).filter(|id| model.node(*id).is_system());
    let rows = all.map(|id| {
        let it = entry(reading, id);
        let cell = |(label, key): &(&str, &str)| {
            let line = labelled(&it.lines, &reading.word(label));
            line.map_or_else(|| Cell::missing(reading, key), |line| Cell::of(&line.values))
        };
        let mut cells = vec![Cell::Text(it.title.clone()), Cell::Text(it.id.clone())];
        cells.extend(LINES.iter().map(cell));
        cells.push(Cell::Text(it.place.clone()));
        Row { id: it.id.clone(), title: it.title.clone(), cells }
    });
    let rows = rows.collect();
    let mut words = vec!["system", "export_id"];
    words.extend(LINES.iter().map(|(label, _)| *label));
    words.push("place");
    Table { id: "", title: String::new(), columns: columns(reading, &words), rows, wide: true }
}

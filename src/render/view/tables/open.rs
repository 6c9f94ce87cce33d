//! The gaps: every finding, those somebody answers for included.

use super::Case;
use super::cells::{Cell, Row, Table, columns};
use crate::verdict::Judged;

const WORDS: &[&str] = &["level", "rule", "export_message", "place", "key", "to_do", "question", "export_state", "export_waived_until"];

/// In the order of the verdict.
pub(super) fn table(case: &Case) -> Table {
    let rows = case.verdict.findings.iter().map(|it| row(case, it)).collect();
    Table { id: "", title: String::new(), columns: columns(&case.reading, WORDS), rows, wide: false }
}

fn row(case: &Case, judged: &Judged) -> Row {
    let reading = &case.reading;
    let it = &judged.finding;
    let place = it.labels.first().map(|label| {
        let place = reading.sources.place(label.span);
        format!("{}:{}:{}", place.file, place.line, place.column)
    });
    let none = || Cell::Text(reading.word("none"));
    let state = match () {
        () if judged.waived.is_some() => "waived",
        () if judged.answered.is_some() => "answered",
        () if judged.debt => "debt",
        () => "export_open",
    };
    let waiver = judged.waived.and_then(|at| reading.model().waivers.get(at));
    let cells = vec![
        Cell::Text(reading.choice("level", &it.level)),
        Cell::Text(it.rule_id()),
        Cell::Text(it.message.clone()),
        place.map_or_else(none, Cell::Text),
        Cell::Text(it.key.clone()),
        it.help.clone().map_or_else(none, Cell::Text),
        it.question.clone().map_or_else(none, Cell::Text),
        Cell::Text(reading.word(state)),
        waiver.and_then(|it| it.expires).map_or_else(|| Cell::not_applicable(reading, "export_not_waived"), Cell::Date),
    ];
    Row { id: it.key.clone(), title: it.key.clone(), cells }
}

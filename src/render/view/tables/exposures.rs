//! What reaches whom: one row for each item a flow delivers to a recipient.

use super::super::exposed::exposed;
use super::Case;
use super::cells::{Cell, Row, Table, columns};

const WORDS: &[&str] = &[
    "export_item",
    "data",
    "subject",
    "recipient",
    "export_flow",
    "form",
    "gate",
    "activity",
    "gives_away",
    "export_countries",
    "path",
    "place",
];

/// Sorted by item, flow, form and activity.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let model = reading.model();
    let mut all: Vec<_> = reading.map.exposures.iter().zip(reading.walks).collect();
    all.sort_by_cached_key(|(it, _)| (model.item_id(it.item), &model.flow(it.flow).id, it.form, it.activity));
    let rows = all.into_iter().map(|(exposure, hops)| {
        let flow = model.flow(exposure.flow);
        let it = exposed(reading, exposure, hops);
        let form = it.undone.map_or_else(|| it.form.text.clone(), |undone| format!("{} ({undone})", it.form.text));
        let countries = exposure.countries.iter().map(|code| reading.country(Some(code))).collect();
        let cells = vec![
            Cell::Text(it.item.clone()),
            Cell::Text(it.field.text.clone()),
            Cell::Text(it.subject),
            Cell::Text(reading.node(flow.to).text),
            Cell::Text(flow.id.clone()),
            Cell::Text(form),
            Cell::list(it.gates, Cell::Text(reading.word("no_gate"))),
            Cell::Text(it.activity.map_or_else(|| reading.word("serves_sender"), |link| link.text.clone())),
            Cell::list(it.labels.into_iter().map(|it| it.text).collect(), Cell::Text(reading.word("no_gate"))),
            Cell::list(countries, Cell::Text(reading.word("unknown_country"))),
            Cell::Text(it.path.nodes.join(" → ")),
            Cell::Text(reading.place(model.taken_at(flow, exposure.item))),
        ];
        Row { id: flow.id.clone(), title: it.item, cells }
    });
    let rows = rows.collect();
    Table { id: "", title: String::new(), columns: columns(reading, WORDS), rows, wide: false }
}

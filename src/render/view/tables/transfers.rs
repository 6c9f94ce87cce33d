//! Transfers: each recipient in each third country, and what the transfer rests on.

use super::super::Reading;
use super::super::transfer::{instrument, mechanisms};
use super::Case;
use super::cells::{Cell, Row, Table, columns};
use crate::declare::TransferDecl;
use crate::flow::ThirdCountry;
use crate::model::NodeId;

const WORDS: &[&str] = &[
    "recipient",
    "export_id",
    "third_country",
    "mechanism",
    "export_in_force",
    "module",
    "export_documents",
    "export_since",
    "export_until",
    "export_fallback",
    "authority_informed",
    "adequacy_decision",
    "activities",
    "place",
];

/// One row for each instrument; one that says so where there is none.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let model = reading.model();
    let mut rows = Vec::new();
    for id in (0..model.nodes.len()).map(NodeId::from_index).filter(|id| model.recipient(*id).is_some()) {
        for country in model.own_countries(id) {
            if country.is_some_and(|code| reading.law().is_eea(code, reading.map.today)) {
                continue;
            }
            let it = ThirdCountry { recipient: id, country, flows: model.node(id).receives.clone() };
            let mut declared = mechanisms(model, &it);
            if declared.is_empty() {
                // Without a flow that leads there, what is declared of the recipient itself.
                let own = model.recipient(id).map(|it| it.transfers.clone()).unwrap_or_default();
                declared =
                    own.into_iter().filter(|it| it.country.as_ref().is_none_or(|code| Some(code.value.as_str()) == country)).collect();
            }
            rows.extend(declared.iter().map(|transfer| row(reading, &it, Some(transfer))));
            if declared.is_empty() {
                rows.push(row(reading, &it, None));
            }
        }
    }
    Table { id: "", title: String::new(), columns: columns(reading, WORDS), rows, wide: false }
}

fn row(reading: &Reading, it: &ThirdCountry, transfer: Option<&TransferDecl>) -> Row {
    let model = reading.model();
    let today = reading.map.today;
    let link = reading.node(it.recipient);
    let nothing = || Cell::Missing(reading.word("nothing_here"));
    let decisions = it.country.map(|code| reading.law().adequacy(code, today)).unwrap_or_default();
    let decisions: Vec<String> = decisions.iter().map(|it| format!("{} ({})", it.reference, reading.choice("scope", &it.scope))).collect();
    let holds = it.country.is_some_and(|code| match transfer {
        Some(transfer) => reading.law().holds(transfer, code, today).is_ok(),
        None => reading.law().carries(&[], code, today).is_ok(),
    });
    let mechanism = match transfer.map(|it| it.mechanism.as_ref()) {
        Some(Some(word)) => Cell::Text(instrument(reading, word)),
        None if holds => Cell::Text(reading.word("adequacy_decision")),
        Some(None) | None => Cell::missing(reading, "transfer"),
    };
    let in_force = match mechanism {
        Cell::Missing(_) => Cell::yes_or_no(reading, false),
        _ if holds => Cell::yes_or_no(reading, true),
        _ => Cell::Text(reading.word("not_in_force")),
    };
    let of = |read: fn(&TransferDecl) -> Option<Cell>| transfer.and_then(read).unwrap_or_else(nothing);
    let activities = (0..model.activities.len()).map(crate::model::ActivityId::from_index);
    let activities = activities.filter(|id| reading.processing[id.index()].recipients.contains_key(&it.recipient));
    let place = transfer.and_then(|it| it.mechanism.as_ref()).map_or(model.node(it.recipient).span, |word| word.span);
    let cells = vec![
        Cell::title(&link),
        Cell::Text(link.id.clone()),
        Cell::Text(reading.country(it.country)),
        mechanism,
        in_force,
        of(|it| it.module.as_ref().map(|module| Cell::Number(module.value))),
        Cell::list(documents(reading, it.recipient, transfer), nothing()),
        of(|it| it.since.as_ref().map(|day| Cell::Date(day.value))),
        of(|it| it.until.as_ref().map(|day| Cell::Date(day.value))),
        transfer.and_then(|it| it.fallback.as_ref()).map_or_else(nothing, |word| Cell::Text(instrument(reading, word))),
        of(|it| it.authority_informed.as_ref().map(|day| Cell::Date(day.value))),
        Cell::list(decisions, Cell::Text(reading.word("none"))),
        Cell::list(activities.map(|id| reading.activity(id).text).collect(), Cell::Text(reading.word("none"))),
        Cell::Text(reading.place(place)),
    ];
    Row { id: link.id, title: link.text, cells }
}

/// Papers and entries that show what a transfer rests on.
fn documents(reading: &Reading, recipient: NodeId, transfer: Option<&TransferDecl>) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(it) = transfer {
        all.extend(it.assessment.as_ref().map(|word| format!("{} {}", reading.word("assessment"), word.value)));
        let listed = it.listed.as_ref();
        all.extend(listed.and_then(|it| it.entity.as_ref()).map(|entity| format!("{} {}", reading.word("listed"), entity.value)));
        all.extend(it.safeguards.iter().map(|text| reading.text(text)));
    }
    let contract = reading.model().recipient(recipient).and_then(|it| it.contract.as_ref()).and_then(|it| it.reference.as_ref());
    all.extend(contract.map(|word| reading.pair(reading.word("contract"), &word.value)));
    all
}

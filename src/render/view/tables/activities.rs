//! The records of Art. 30: those the organisation keeps as a controller, and those as a processor.

use super::cells::{Cell, Column, Row, Table, heading};
use super::record::{Ask, Record, ask, asked_by};
use super::{Case, Template, cnil, ico};
use crate::model::ActivityId;

/// Our own order: Art. 30(1) letter by letter, then what else is known.
static CONTROLLER: &[Ask] = &[
    ask("number", |it| Cell::word(it.reading, it.decl.number.as_ref(), "number")),
    ask("activity", |it| Cell::Text(it.page.title.clone())),
    ask("export_id", |it| Cell::Text(it.page.id.clone())),
    asked_by("a", "name", |it| it.line("name", "organisation.name")),
    asked_by("a", "address", |it| it.line("address", "organisation.address")),
    asked_by("a", "country", |it| it.line("country", "organisation.country")),
    asked_by("a", "contact", |it| it.line("contact", "organisation.contact")),
    asked_by("a", "representative", |it| it.line("representative", "organisation.representative")),
    asked_by("a", "dpo", |it| it.line("dpo", "organisation.dpo")),
    asked_by("a", "authority", |it| it.line("authority", "organisation.authority")),
    asked_by("a", "joint_controllers", |it| it.line("joint_controllers", "joint")),
    asked_by("b", "purposes", |it| it.line("purposes", "purpose")),
    asked_by("c", "subjects", |it| it.line("subjects", "collects, uses, access, sends")),
    asked_by("c", "categories_of_data", |it| it.line("categories_of_data", "collects, uses, access, sends")),
    asked_by("c", "sensitive_categories", |it| it.line("sensitive_categories", "is")),
    asked_by("d", "recipients", |it| it.line("recipients", "sends")),
    asked_by("d", "subprocessors", |it| it.line_or_none("subprocessors")),
    asked_by("d", "recipients_before", |it| it.line_or_none("recipients_before")),
    asked_by("e", "third_countries", |it| it.line("third_countries", "transfer")),
    asked_by("f", "retention", |it| it.line("retention", "retention")),
    asked_by("f", "retention_policy", |it| it.line("retention_policy", "retention-policy.ref")),
    asked_by("g", "measures", |it| it.measures()),
    ask("basis", |it| it.line("basis", "basis")),
    ask("conditions", |it| it.line("conditions", "special")),
    ask("dpia", |it| it.line("dpia", "dpia")),
    ask("interest", |it| it.values("interest").map_or_else(|| Cell::not_applicable(it.reading, "export_no_interest"), Cell::of)),
    ask("owner", |it| it.line("owner", "owner")),
    ask("function", |it| it.line("function", "function")),
    ask("operations", |it| it.line("operations", "operations")),
    ask("entity", |it| it.line("entity", "entity")),
    ask("own_role", |it| it.line("own_role", "role")),
    ask("status", |it| it.line("status", "status")),
    ask("importance", |it| it.line("importance", "importance")),
    ask("created", |it| Cell::day(it.reading, it.decl.created.as_ref(), "created")),
    ask("updated", |it| Cell::day(it.reading, it.decl.updated.as_ref(), "updated")),
    ask("reviewed", |it| Cell::day(it.reading, it.decl.reviewed.as_ref(), "reviewed")),
    ask("handling", |it| it.line("handling", "level")),
    ask("essential", |it| it.line("essential", "essential")),
    ask("marketing", |it| it.line("marketing", "marketing")),
    ask("occasional", |it| it.line("occasional", "occasional")),
    ask("traits", |it| it.line("traits", "traits")),
    ask("rights", |it| it.line("rights", "rights")),
    ask("limits", |it| it.line("limits", "data, recipients, countries")),
    ask("risks", |it| it.line("risks", "risks")),
    ask("compatible", |it| it.line("compatible", "compatible")),
    ask("systems", |it| it.line("systems", "collects, uses, access, sends")),
    ask("staff_roles", |it| it.line("staff_roles", "access")),
    ask("sources", |it| it.line("sources", "sources")),
    ask("notices", |it| it.line("notices", "notices")),
    ask("consents", |it| it.values("consents").map_or_else(|| Cell::not_applicable(it.reading, "export_no_consent"), Cell::of)),
    ask("incidents", |it| it.line_or_none("incidents")),
    ask("technology", |it| it.line("technology", "technology")),
    ask("tags", |it| it.line("tags", "tags")),
    ask("place", |it| it.place()),
];

/// Our own order of Art. 30(2). The French template has none of its own for processors.
static PROCESSOR: &[Ask] = &[
    ask("number", |it| Cell::word(it.reading, it.decl.number.as_ref(), "number")),
    ask("activity", |it| Cell::Text(it.page.title.clone())),
    ask("export_id", |it| Cell::Text(it.page.id.clone())),
    asked_by("a", "on_behalf_of", |it| it.line("on_behalf_of", "on-behalf-of")),
    asked_by("a", "name", |it| it.line("name", "organisation.name")),
    asked_by("a", "address", |it| it.line("address", "organisation.address")),
    asked_by("a", "country", |it| it.line("country", "organisation.country")),
    asked_by("a", "contact", |it| it.line("contact", "organisation.contact")),
    asked_by("a", "representative", |it| it.line("representative", "organisation.representative")),
    asked_by("a", "dpo", |it| it.line("dpo", "organisation.dpo")),
    asked_by("a", "authority", |it| it.line("authority", "organisation.authority")),
    asked_by("b", "operations", |it| it.line("operations", "operations")),
    asked_by("c", "third_countries", |it| it.line("third_countries", "transfer")),
    asked_by("d", "measures", |it| it.measures()),
    ask("owner", |it| it.line("owner", "owner")),
    ask("reviewed", |it| Cell::day(it.reading, it.decl.reviewed.as_ref(), "reviewed")),
    ask("systems", |it| it.line("systems", "collects, uses, access, sends")),
    ask("place", |it| it.place()),
];

/// The records of Art. 30(1).
pub(super) fn controller(case: &Case) -> Table {
    let asks = match case.template {
        Template::Plain => CONTROLLER,
        Template::Cnil => cnil::CONTROLLER,
        Template::Ico => ico::CONTROLLER,
    };
    table(case, asks, false)
}

/// The records of Art. 30(2).
pub(super) fn processor(case: &Case) -> Table {
    let asks = match case.template {
        Template::Plain | Template::Cnil => PROCESSOR,
        Template::Ico => ico::PROCESSOR,
    };
    table(case, asks, true)
}

fn table(case: &Case, asks: &[Ask], processor: bool) -> Table {
    let reading = &case.reading;
    let all = &reading.model().activities;
    let ids = (0..all.len()).map(ActivityId::from_index).filter(|id| all[id.index()].is_processor() == processor);
    let mut records: Vec<Record> = ids.map(|id| Record::of(reading, id)).collect();
    // As an inspector reads them: by their number in the record, those without one behind.
    records
        .sort_by(|a, b| (a.page.number.is_none(), &a.page.number, &a.page.id).cmp(&(b.page.number.is_none(), &b.page.number, &b.page.id)));
    let rows = records.iter().map(|it| Row {
        id: it.page.id.clone(),
        title: it.page.title.clone(),
        cells: asks.iter().map(|ask| (ask.cell)(it)).collect(),
    });
    let columns = asks.iter().map(|ask| Column {
        word: ask.word,
        letter: ask.letter,
        block: ask.block.map(|word| heading(reading, word)),
        title: ask.title.map_or_else(|| heading(reading, ask.word), str::to_owned),
    });
    Table { id: "", title: String::new(), columns: columns.collect(), rows: rows.collect(), wide: true }
}

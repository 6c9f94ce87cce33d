//! The record sheet of the French authority (registre de base): its questions in its order, by its parts.

use super::cells::Cell;
use super::record::{Ask, Record, asked_in};
use crate::declare::MeasureKind;
use crate::flow::third_countries;

/// The sheet of one activity.
pub(super) static CONTROLLER: &[Ask] = &[
    asked_in("cnil_sheet", "cnil_activity", |it| Cell::Text(it.page.title.clone())),
    asked_in("cnil_sheet", "cnil_created", |it| Cell::day(it.reading, it.decl.created.as_ref(), "created")),
    asked_in("cnil_sheet", "cnil_updated", |it| Cell::day(it.reading, it.decl.updated.as_ref(), "updated")),
    asked_in("cnil_sheet", "joint_controllers", |it| it.line("joint_controllers", "joint")),
    asked_in("cnil_sheet", "cnil_software", software),
    asked_in("cnil_objectives", "cnil_objectives", |it| it.line("purposes", "purpose")),
    asked_in("subjects", "subjects", |it| it.line("subjects", "collects, uses, access, sends")),
    asked_in("cnil_data", "cnil_identity", |it| it.data_in("identity")),
    asked_in("cnil_data", "cnil_personal_life", |it| it.data_in("personal-life")),
    asked_in("cnil_data", "cnil_professional_life", |it| it.data_in("professional-life")),
    asked_in("cnil_data", "cnil_economic", |it| it.data_in("economic")),
    asked_in("cnil_data", "cnil_connection", |it| it.data_in("connection")),
    asked_in("cnil_data", "cnil_location", |it| it.data_in("location")),
    asked_in("cnil_data", "cnil_internet", |it| it.data_in("internet")),
    asked_in("cnil_data", "cnil_other_data", |it| it.data_in("other")),
    asked_in("cnil_sensitive", "cnil_sensitive", sensitive),
    asked_in("cnil_sensitive", "cnil_which_sensitive", |it| it.line("sensitive_categories", "is")),
    asked_in("cnil_retention", "cnil_retention", |it| it.line("retention", "retention")),
    asked_in("cnil_recipients", "cnil_internal", |it| it.line("staff_roles", "access")),
    asked_in("cnil_recipients", "cnil_external", |it| it.recipients(false)),
    asked_in("cnil_recipients", "cnil_processors", |it| it.recipients(true)),
    asked_in("cnil_abroad", "cnil_transfers", |it| {
        Cell::yes_or_no(it.reading, !third_countries(it.reading.model(), it.processing, it.reading.map.today).is_empty())
    }),
    asked_in("cnil_abroad", "cnil_countries", |it| it.line("third_countries", "transfer")),
    asked_in("cnil_security", "cnil_access", |it| it.measures_of(MeasureKind::Access)),
    asked_in("cnil_security", "cnil_traceability", |it| it.measures_of(MeasureKind::Traceability)),
    asked_in("cnil_security", "cnil_protection", |it| it.measures_of(MeasureKind::Software)),
    asked_in("cnil_security", "cnil_backup", |it| it.measures_of(MeasureKind::Backup)),
    asked_in("cnil_security", "cnil_encryption", |it| it.measures_of(MeasureKind::Encryption)),
    asked_in("cnil_security", "cnil_control", |it| it.measures_of(MeasureKind::Processors)),
    asked_in("cnil_security", "cnil_other_measures", |it| it.measures_of(MeasureKind::Other)),
];

/// The software it runs on, and the systems by their names.
fn software(it: &Record) -> Cell {
    let mut texts: Vec<String> = it.decl.technology.iter().map(|word| word.value.clone()).collect();
    texts.extend(it.processing.systems.iter().map(|id| it.reading.node(*id).text));
    Cell::list(texts, Cell::missing(it.reading, "technology"))
}

fn sensitive(it: &Record) -> Cell {
    let unknown = it.processing.unknown(it.reading.model()).next().is_some();
    match it.processing.sensitive.is_empty() {
        true if unknown => Cell::Missing(it.reading.word("possibly_sensitive")),
        none => Cell::yes_or_no(it.reading, !none),
    }
}

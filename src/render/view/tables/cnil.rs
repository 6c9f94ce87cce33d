//! The record sheet of the French authority (registre de base): its questions in its order.

use super::cells::Cell;
use super::record::{Ask, Record, ask};
use crate::declare::MeasureKind;
use crate::flow::third_countries;

/// The sheet of one activity.
pub(super) static CONTROLLER: &[Ask] = &[
    ask("cnil_activity", |it| Cell::Text(it.page.title.clone())),
    ask("cnil_created", |it| Cell::day(it.reading, &it.decl.created, "created")),
    ask("cnil_updated", |it| Cell::day(it.reading, &it.decl.updated, "updated")),
    ask("joint_controllers", |it| it.line("joint_controllers", "joint")),
    ask("cnil_software", software),
    ask("cnil_objectives", |it| it.line("purposes", "purpose")),
    ask("subjects", |it| it.line("subjects", "collects, uses, access, sends")),
    ask("cnil_identity", |it| it.data_in("identity")),
    ask("cnil_personal_life", |it| it.data_in("personal-life")),
    ask("cnil_professional_life", |it| it.data_in("professional-life")),
    ask("cnil_economic", |it| it.data_in("economic")),
    ask("cnil_connection", |it| it.data_in("connection")),
    ask("cnil_location", |it| it.data_in("location")),
    ask("cnil_internet", |it| it.data_in("internet")),
    ask("cnil_other_data", |it| it.data_in("other")),
    ask("cnil_sensitive", sensitive),
    ask("cnil_which_sensitive", |it| it.line("sensitive_categories", "is")),
    ask("cnil_retention", |it| it.line("retention", "retention")),
    ask("cnil_internal", |it| it.line("staff_roles", "access")),
    ask("cnil_external", |it| it.recipients(false)),
    ask("cnil_processors", |it| it.recipients(true)),
    ask("cnil_transfers", |it| {
        Cell::yes_or_no(it.reading, !third_countries(it.reading.model(), it.processing, it.reading.map.today).is_empty())
    }),
    ask("cnil_countries", |it| it.line("third_countries", "transfer")),
    ask("cnil_access", |it| it.measures_of(MeasureKind::Access)),
    ask("cnil_traceability", |it| it.measures_of(MeasureKind::Traceability)),
    ask("cnil_protection", |it| it.measures_of(MeasureKind::Software)),
    ask("cnil_backup", |it| it.measures_of(MeasureKind::Backup)),
    ask("cnil_encryption", |it| it.measures_of(MeasureKind::Encryption)),
    ask("cnil_control", |it| it.measures_of(MeasureKind::Processors)),
    ask("cnil_other_measures", |it| it.measures_of(MeasureKind::Other)),
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

//! What each file holds, counted before its sections are taken out.

use std::collections::BTreeMap;

use crate::declare::{DeclaredFile, FileDecl};
use crate::law::Law;
use crate::model::DeclarationFile;
use crate::source::FileId;

/// Every file with how much it holds of each section.
pub(super) fn files(files: &[DeclaredFile], law: &Law) -> Vec<DeclarationFile> {
    let mut given: BTreeMap<FileId, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for (section, place) in law.places() {
        *given.entry(place.file).or_default().entry(section).or_default() += 1;
    }
    let one = |it: &DeclaredFile| {
        let mut holds: Vec<_> = sections(&it.decl).into_iter().filter(|(_, count)| *count > 0).collect();
        holds.extend(given.remove(&it.file).unwrap_or_default());
        DeclarationFile { file: it.file, layer: it.layer, team: it.decl.team.cloned(), holds }
    };
    let mut all: Vec<DeclarationFile> = files.iter().map(one).collect();
    all.sort_by_key(|it| it.file);
    all
}

fn sections(decl: &FileDecl) -> [(&'static str, usize); 15] {
    [
        ("systems", decl.systems.len()),
        ("recipients", decl.recipients.len()),
        ("activities", decl.activities.len()),
        ("fields", decl.fields.len()),
        ("categories", decl.categories.len()),
        ("subjects", decl.subjects.len()),
        ("gates", decl.gates.len()),
        ("roles", decl.roles.len()),
        ("notices", decl.notices.len()),
        ("sources", decl.sources.len()),
        ("controllers", decl.controllers.len()),
        ("teams", decl.teams.len()),
        ("waivers", decl.waivers.len()),
        ("answers", decl.answers.len()),
        ("incidents", decl.incidents.len()),
    ]
}

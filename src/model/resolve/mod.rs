//! From names to ids: total, collecting every finding it can.

mod catalog;
mod evidence;
mod facts;
mod files;
mod flows;
mod nodes;
mod policies;
mod recipients;
mod records;
mod sets;
mod texts;
mod words;

use std::collections::{BTreeMap, BTreeSet, btree_map};

use serde::Serialize;

use super::Model;
use super::names::{Names, namespace};
use crate::declare::{DeclaredFile, FileDecl, Settings, Word};
use crate::finding::{DANGLING_IMPORT, DUPLICATE_ID, Finding, Findings, UNKNOWN_NAME};
use crate::law::{Law, conflict, is_same};
use crate::source::{Entries, Entry, Span};

/// What a file says for all its systems and recipients.
#[derive(Clone, Debug, Default)]
struct Defaults {
    team: Option<Word>,
    activities: Vec<Word>,
    country: Option<Word>,
}

/// Something declared: where, and under which defaults.
struct Declared<T> {
    value: T,
    span: Span,
    file: usize,
}

type Section<T> = BTreeMap<String, Declared<T>>;

struct Resolver<'a> {
    model: Model,
    defaults: Vec<Defaults>,
    categories: Names,
    fields: Names,
    subjects: Names,
    gates: Names,
    activities: Names,
    nodes: Names,
    out: &'a mut Findings,
}

/// The model of a project. Files are what is given and what the project declares; their order does
/// not matter.
pub fn resolve(law: Law, settings: Settings, mut files: Vec<DeclaredFile>, out: &mut Findings) -> Model {
    sets::check(&settings, &files, out);
    let texts = texts::own(&settings, &files);
    let mut resolver = Resolver {
        model: Model {
            files: files::files(&files, &law),
            law,
            settings,
            repositories: files.iter().filter_map(|it| Some((it.file, it.repository.clone()?))).collect(),
            categories: Vec::new(),
            fields: Vec::new(),
            subjects: Vec::new(),
            gates: Vec::new(),
            activities: Vec::new(),
            nodes: Vec::new(),
            flows: Vec::new(),
            roles: Vec::new(),
            notices: Vec::new(),
            origins: Vec::new(),
            controllers: Vec::new(),
            teams: Vec::new(),
            file_teams: files.iter().filter_map(|file| Some((file.file, file.decl.team.as_ref()?.value.clone()))).collect(),
            policies: Vec::new(),
            waivers: Vec::new(),
            answers: Vec::new(),
            incidents: Vec::new(),
            evidence: Vec::new(),
            texts,
        },
        defaults: files.iter().map(|file| defaults(&file.decl)).collect(),
        categories: Names::new("category"),
        fields: Names::new("field"),
        subjects: Names::new("subject"),
        gates: Names::new("gate"),
        activities: Names::new("activity"),
        nodes: Names::new("system or recipient"),
        out,
    };
    resolver.catalog(&mut files);
    resolver.records(&mut files);
    resolver.nodes(&mut files);
    resolver.waivers(&mut files);
    resolver.incidents(&mut files);
    resolver.evidence();
    let Resolver { model, out, .. } = resolver;
    said_already(&model, out);
    model
}

/// A name of a repository that is not there has been reported as that, and is not unknown besides.
fn said_already(model: &Model, out: &mut Findings) {
    let there: BTreeSet<&str> = model.repositories.values().map(|it| it.namespace.as_str()).collect();
    let unread = |name: &str| {
        let named = namespace(name).filter(|it| !there.contains(it));
        named.is_some_and(|named| model.settings.imports.iter().any(|it| it.key.value == named))
    };
    let place = |it: &Finding| it.labels.first().map(|label| label.span);
    let dangling: BTreeSet<_> = out.iter().filter(|it| it.rule.id == DANGLING_IMPORT.id).map(place).collect();
    let known = |it: &Finding| dangling.contains(&place(it)) || it.key.split('@').nth(1).is_some_and(unread);
    out.keep(|it| it.rule.id != UNKNOWN_NAME.id || !known(it));
}

fn defaults(decl: &FileDecl) -> Defaults {
    Defaults { team: decl.team.cloned(), activities: decl.activities_default.0.clone(), country: decl.country.cloned() }
}

/// Gathers one section of all files; an id declared twice is a finding with both places. Two repositories
/// may declare the same word of the dictionary they share, if they mean the same by it.
fn section<T: Serialize>(files: &mut [DeclaredFile], take: impl Fn(&mut FileDecl) -> &mut Entries<T>, out: &mut Findings) -> Section<T> {
    let mut all: Section<T> = BTreeMap::new();
    for at in 0..files.len() {
        for Entry { key, value } in std::mem::take(take(&mut files[at].decl)).0 {
            let shared = all.get(&key.value).filter(|first| files[first.file].repository != files[at].repository);
            match (shared, &files[at].repository) {
                (Some(first), _) if is_same(&first.value, &value) => {}
                (Some(first), Some(it)) => conflict(&key, &it.namespace, first.span, out),
                _ => declare(&mut all, key, value, at, out),
            }
        }
    }
    all
}

fn declare<T>(all: &mut Section<T>, id: Word, value: T, file: usize, out: &mut Findings) {
    match all.entry(id.value) {
        btree_map::Entry::Occupied(first) => duplicate(first.key(), first.get().span, id.span, out),
        btree_map::Entry::Vacant(place) => {
            place.insert(Declared { value, span: id.span, file });
        }
    }
}

fn duplicate(id: &str, first: Span, again: Span, out: &mut Findings) {
    out.report(&DUPLICATE_ID, &[id])
        .say(format!("`{id}` is declared twice"))
        .at(again, "declared again here")
        .at(first, "first declared here")
        .help("keep one of the two");
}

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

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Model;
use super::names::Names;
use crate::declare::{DeclaredFile, FileDecl, Settings, Word};
use crate::finding::{DUPLICATE_ID, Findings};
use crate::law::Law;
use crate::source::{Entries, Span};

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
    resolver.model
}

fn defaults(decl: &FileDecl) -> Defaults {
    Defaults { team: decl.team.0.clone(), activities: decl.activities_default.0.clone(), country: decl.country.0.clone() }
}

/// Gathers one section of all files; an id declared twice is a finding with both places.
fn section<T>(files: &mut [DeclaredFile], take: impl Fn(&mut FileDecl) -> &mut Entries<T>, out: &mut Findings) -> Section<T> {
    let mut all = BTreeMap::new();
    for (at, file) in files.iter_mut().enumerate() {
        for entry in std::mem::take(take(&mut file.decl)).0 {
            declare(&mut all, entry.key, entry.value, at, out);
        }
    }
    all
}

fn declare<T>(all: &mut Section<T>, id: Word, value: T, file: usize, out: &mut Findings) {
    match all.entry(id.value) {
        Entry::Occupied(first) => duplicate(first.key(), first.get().span, id.span, out),
        Entry::Vacant(place) => {
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

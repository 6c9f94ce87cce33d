//! Several repositories in one map: what an import declares is known as `shop/website`, and what its
//! files call `website` means its own.
//!
//! Names are written out in full here, once and before anything is resolved, so that no later room needs
//! to know in which repository a word stands. Its place stays that of the original.

mod scope;

use std::collections::{BTreeMap, BTreeSet};

use super::names::check_id;
use crate::declare::{DeclaredFile, FileDecl, Imported, Layer, Repository, Settings, Word};
use crate::finding::{Findings, INVALID_ID, INVALID_VALUE};
use crate::source::{Entry, Span};
use scope::{Known, Scope};

/// Sections whose ids belong to a repository; all else is one dictionary.
const NAMED: [&str; 9] = ["systems", "recipients", "activities", "gates", "roles", "notices", "sources", "controllers", "teams"];
/// Keys of an entry whose own keys or words are such ids.
const NAMING: [&str; 4] = ["sends", "hosted", "subprocessors", "uses"];

/// The entity that stands for the organisation of an import, where that is another.
const ORGANISATION: &str = "organisation";

/// Joins what is imported to the project: writes every name of every file in full.
pub fn join(settings: &mut Settings, files: &mut Vec<DeclaredFile>, imports: Vec<Imported>, out: &mut Findings) {
    namespaces(settings, out);
    let own = settings.namespace.as_ref().map(|word| word.value.clone());
    let imported: BTreeMap<String, Span> = settings.imports.iter().map(|it| (it.key.value.clone(), it.key.span)).collect();
    let known: BTreeMap<String, Known> = imported.keys().map(|namespace| (namespace.clone(), Known::of(namespace, files))).collect();
    let scope = Scope { own: own.as_deref(), here: None, imported: &imported, known: &known };
    scope.settings(settings, out);
    for file in files.iter_mut().filter(|file| file.layer == Layer::Project) {
        let here = file.repository.as_ref().map(|it| it.namespace.as_str());
        if here.is_some() {
            only_its_own(&mut file.decl);
        }
        Scope { here, ..scope }.file(&mut file.decl, out);
    }
    for import in imports {
        organisation(settings, files, &import.repository, import.settings);
        // Findings stand in its settings too, and these are as much of another repository.
        let (repository, decl) = (Some(import.repository), FileDecl::default());
        files.push(DeclaredFile { layer: Layer::Project, file: import.file, repository, decl, texts: Vec::new() });
    }
}

/// The keys that lead to a place in a file, with names in full. `here` is the repository of the file, none
/// for the project's own; `own` is what others call the project.
pub fn in_full(path: &mut [String], here: Option<&str>, own: Option<&str>) {
    let full = |word: &mut String| match (word.split_once('/'), here) {
        (Some((namespace, rest)), _) if own == Some(namespace) => *word = rest.to_owned(),
        (None, Some(here)) => *word = format!("{here}/{word}"),
        _ => {}
    };
    let [section, id, rest @ ..] = path else { return };
    if NAMED.contains(&section.as_str()) {
        full(id);
        if let [key, name, ..] = rest
            && NAMING.contains(&key.as_str())
        {
            full(name);
        }
    }
}

/// What a project is called elsewhere, and what others are called here.
fn namespaces(settings: &Settings, out: &mut Findings) {
    let own = settings.namespace.as_ref();
    for word in own.into_iter().chain(settings.imports.iter().map(|it| &it.key)) {
        check_id(&word.value, word.span, false, out);
        if word.value == "ropa" {
            out.report(&INVALID_ID, &[&word.value])
                .say("`ropa` is what ships with the program, and no repository")
                .at(word.span, "")
                .help("choose another namespace");
        }
    }
    let Some(own) = own else { return };
    if let Some(import) = settings.imports.iter().find(|it| it.key.value == own.value) {
        out.report(&INVALID_VALUE, &["imports", &own.value])
            .say(format!("`{}` is this project itself", own.value))
            .at(import.key.span, "imported here")
            .at(own.span, "its own namespace")
            .help("remove the line: the declarations of the project itself are read anyway");
    }
}

/// Leaves out what speaks of the findings of a repository alone, and of how its own register reads.
fn only_its_own(decl: &mut FileDecl) {
    (decl.waivers, decl.answers, decl.incidents, decl.words) = Default::default();
}

/// Who answers for what is imported, and the measures that hold for all of it: where its activities are
/// silent, its own settings speak for them and not those of the project.
fn organisation(settings: &mut Settings, files: &mut [DeclaredFile], repository: &Repository, its: Settings) {
    let named = |id: &str, span: Span| Word { value: format!("{}/{id}", repository.namespace), span };
    let name = |of: &Settings| of.organisation.as_ref().and_then(|it| it.name.as_ref()).cloned();
    let mut entity: Option<Word> = None;
    if let (Some(other), Some(decl)) = (name(&its), its.organisation.into_option())
        && name(settings).is_none_or(|own| own.value.trim() != other.value.trim())
    {
        let key = named(ORGANISATION, other.span);
        settings.entities.0.push(Entry { key: key.clone(), value: decl });
        entity = Some(key);
    }
    for it in its.entities.0 {
        settings.entities.0.push(Entry { key: named(&it.key.value, it.key.span), value: it.value });
    }
    let of_it = files.iter_mut().filter(|it| it.repository.as_ref() == Some(repository));
    for activity in of_it.flat_map(|it| &mut it.decl.activities.0).map(|it| &mut it.value) {
        if activity.entity.is_none() {
            activity.entity = entity.clone().into();
        }
        if activity.security.is_empty() {
            activity.security = its.security.clone();
        }
    }
}

/// What a repository declares, by the names that are looked up among others.
fn declared<'f>(files: &'f [DeclaredFile], namespace: &'f str) -> impl Iterator<Item = &'f FileDecl> {
    files.iter().filter(move |it| it.repository.as_ref().is_some_and(|it| it.namespace == namespace)).map(|it| &it.decl)
}

impl Known {
    fn of(namespace: &str, files: &[DeclaredFile]) -> Known {
        let all = || declared(files, namespace);
        let systems = all().flat_map(|it| it.systems.iter().map(|it| it.key.value.clone()));
        let recipients = all().flat_map(|it| it.recipients.iter().map(|it| it.key.value.clone()));
        let sources: BTreeSet<String> = all().flat_map(|it| it.sources.iter().map(|it| it.key.value.clone())).collect();
        Known { nodes: systems.chain(recipients).collect(), sources }
    }
}

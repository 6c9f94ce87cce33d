//! What was edited between two states of a project's texts: single words and entries, wherever they
//! stand, each with the text that would be there without it.

mod nodes;
mod undo;

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Kind, Node, parse};
use super::{FileId, Project, Source, Sources, Span};
use nodes::{Comparing, Here};
use undo::Undo;

/// One word, entry or list that is otherwise.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The keys that lead to it, whichever file they stand in: section, id, … A word of a list is the last.
    /// Names are as its own repository writes them.
    /// Several where aliases bring it to several places.
    pub paths: Vec<Vec<String>>,
    /// What stood there before, if anything did.
    pub base: Option<Span>,
    /// What stands there now, if anything does.
    pub head: Option<Span>,
    /// The place in the second state: the key or word itself, or where it was; none where its file is
    /// gone.
    pub place: Option<Span>,
    undo: Vec<Undo>,
}

/// The texts that differ, and how.
pub struct Edits<'s> {
    /// In the order of their places.
    pub all: Vec<Edit>,
    head: Vec<File<'s>>,
}

struct File<'s> {
    id: FileId,
    /// Path below the project's folder; behind its namespace where another repository's.
    path: &'s str,
    /// Whose it is: empty, or a namespace with its `:`.
    of: &'s str,
    root: Node<'s>,
}

/// A state of a project's texts.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// Every text.
    pub sources: &'a Sources,
    /// Which of them is what.
    pub project: &'a Project,
}

impl<'a> Texts<'a> {
    /// `ropa.yaml` and the declarations, by their paths below the project's folder; those of other
    /// repositories behind their namespaces. What these say of themselves decides over nothing here.
    fn files(self) -> BTreeMap<&'a str, (FileId, &'a str)> {
        let own = self.project.files.iter().chain([&self.project.settings]);
        let own = own.map(|id| (self.project.below(&self.source(*id).path), (*id, "")));
        let imported = self.project.imports.iter().flat_map(|import| {
            import.files.iter().map(|id| {
                let path = self.source(*id).path.as_str();
                (path, (*id, &path[..=import.namespace.len()]))
            })
        });
        own.chain(imported).collect()
    }

    /// Bytes of declarations.
    pub fn size(self) -> usize {
        self.files().values().map(|(id, _)| self.source(*id).text.len()).sum()
    }

    fn source(self, id: FileId) -> &'a Source {
        self.sources.get(id)
    }
}

/// What an entry is known by: whose it is, its section and its key.
type Id<'a> = (&'a str, &'a str, &'a str);

/// Where an entry of a section stands: which of the files, and its key and value.
type Entry<'a, 's> = (usize, &'a Node<'s>, &'a Node<'s>);

impl<'s> Edits<'s> {
    /// What was edited. `defaults` are the keys that speak for the other entries of their file.
    pub fn between(base: Texts<'s>, head: Texts<'s>, defaults: &[&str]) -> Edits<'s> {
        let (old, new) = different(base, head);
        let mut walk = Comparing::default();
        let pairs = pairs(&old, &new);
        for (at, file) in new.iter().enumerate() {
            let before = pairs[at].map(|it| &old[it].root);
            walk.file(before, &file.root, at, |key, section| file.path == "ropa.yaml" || !section || defaults.contains(&key));
        }
        let (was, is) = (entries(&old), entries(&new));
        let ids: BTreeSet<&Id> = was.keys().chain(is.keys()).collect();
        for id in ids {
            let (of, section, name) = *id;
            let (none, path) = (Vec::new(), vec![section.to_owned(), name.to_owned()]);
            let (before, after) = (was.get(id).unwrap_or(&none), is.get(id).unwrap_or(&none));
            let counterpart = |it: &Entry| {
                before.iter().find(|other| pairs[it.0] == Some(other.0)).or_else(|| if after.len() == 1 { before.first() } else { None })
            };
            let mut compared = Vec::new();
            for entry in after {
                let (file, key, value) = entry;
                let here = Here::entry(*file, path.clone(), key.span);
                match counterpart(entry) {
                    None => walk.added(&here, key, value),
                    Some(other) => {
                        compared.push(other.0);
                        walk.value(&here, other.2, value);
                        let (lost, won) = (own(&old[other.0].root, defaults), own(&new[*file].root, defaults));
                        if pairs[*file] != Some(other.0) && !same(&lost, &won) {
                            walk.moved(&here, other.1, key, undo::file(of, &lost, section, other.1, other.2));
                        }
                    }
                }
            }
            for (file, key, value) in before.iter().filter(|it| !compared.contains(&it.0)) {
                let home = pairs.iter().position(|pair| *pair == Some(*file)).map(|at| &new[at]);
                let place = home.map(|it| section_of(&it.root, section).map_or(Span { file: it.id, start: 0, end: 0 }, |key| key.span));
                walk.entry_removed(path.clone(), place, key, value, undo::file(of, &own(&old[*file].root, defaults), section, key, value));
            }
        }
        Edits { all: walk.grouped(), head: new }
    }

    /// The texts of the second state as they were without an edit: of each file it concerns, by its path
    /// below the project's folder, or below that of its own repository, behind the namespace.
    pub fn without(&self, edit: &Edit) -> Vec<(String, String)> {
        let mut out = Vec::new();
        for (at, file) in self.head.iter().enumerate() {
            let own = edit.undo.iter().filter_map(|undo| match undo {
                Undo::At(file, steps, turn) if *file == at => Some((steps.as_slice(), turn)),
                _ => None,
            });
            let own: Vec<_> = own.collect();
            if !own.is_empty() {
                out.push((file.path.to_owned(), undo::written(&undo::undone(&file.root, own))));
            }
        }
        let more = edit.undo.iter().filter_map(|undo| if let Undo::File(of, root) = undo { Some((of, root)) } else { None });
        // No file of a project can have this name: it would not have been read.
        out.extend(more.enumerate().map(|(at, (of, root))| (format!("{of}registry/.{at}"), undo::written(root))));
        out
    }
}

/// The trees of the files that are not the same in both states.
fn different<'s>(base: Texts<'s>, head: Texts<'s>) -> (Vec<File<'s>>, Vec<File<'s>>) {
    let (old, new) = (base.files(), head.files());
    let text = |texts: Texts<'s>, id: FileId| texts.source(id).text.as_str();
    let same_text = |a: FileId, b: FileId| text(base, a) == text(head, b);
    // A file that only has another name is the same.
    let known: BTreeSet<(&str, &str)> =
        old.iter().filter(|(path, _)| !new.contains_key(*path)).map(|(_, (id, of))| (*of, text(base, *id))).collect();
    let renamed: BTreeSet<(&str, &str)> =
        new.iter().filter(|(path, _)| !old.contains_key(*path)).map(|(_, (id, of))| (*of, text(head, *id))).collect();
    let tree = |texts: Texts<'s>, path: &'s str, id: FileId, of: &'s str| {
        let root = parse(id, text(texts, id), &mut Vec::new())?;
        Some(File { id, path, of, root })
    };
    let before = old.iter().filter(|(path, (id, of))| match new.get(*path) {
        Some((other, _)) => !same_text(*id, *other),
        None => !renamed.contains(&(*of, text(base, *id))),
    });
    let after = new.iter().filter(|(path, (id, of))| match old.get(*path) {
        Some((other, _)) => !same_text(*other, *id),
        None => !known.contains(&(*of, text(head, *id))),
    });
    let before: Vec<File> = before.filter_map(|(path, (id, of))| tree(base, path, *id, of)).collect();
    let after: Vec<File> = after.filter_map(|(path, (id, of))| tree(head, path, *id, of)).collect();
    (before, after)
}

/// For each new file the old one it was: of the same path, else the one it shares most entries with.
fn pairs(old: &[File], new: &[File]) -> Vec<Option<usize>> {
    let ids = |file: &File| {
        let own = entries(std::slice::from_ref(file)).into_keys();
        own.map(|(of, section, id)| [of, section, id].map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    let mut pairs: Vec<Option<usize>> = new.iter().map(|file| old.iter().position(|it| it.path == file.path)).collect();
    let mut free: Vec<(usize, BTreeSet<_>)> =
        (0..old.len()).filter(|at| !pairs.contains(&Some(*at))).map(|at| (at, ids(&old[at]))).collect();
    for (at, pair) in pairs.iter_mut().enumerate().filter(|(_, pair)| pair.is_none()) {
        let own = ids(&new[at]);
        let shared = |other: &BTreeSet<_>| own.intersection(other).count();
        // The first of those that share most.
        let best =
            free.iter().enumerate().filter(|(_, it)| shared(&it.1) > 0).max_by_key(|(at, it)| (shared(&it.1), std::cmp::Reverse(*at)));
        if let Some(position) = best.map(|(position, _)| position) {
            *pair = Some(free.remove(position).0);
        }
    }
    pairs
}

/// Every entry of every section: those of one id may stand in several files.
fn entries<'a, 's>(files: &'a [File<'s>]) -> BTreeMap<Id<'a>, Vec<Entry<'a, 's>>> {
    let mut all: BTreeMap<_, Vec<Entry>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate().filter(|(_, file)| file.path != "ropa.yaml") {
        let Kind::Map(sections) = &file.root.kind else { continue };
        for (section, value) in sections {
            let Kind::Map(entries) = &value.kind else { continue };
            for (key, value) in entries {
                all.entry((file.of, section.word().unwrap_or_default(), key.word().unwrap_or_default()))
                    .or_default()
                    .push((at, key, value));
            }
        }
    }
    all
}

fn section_of<'a, 's>(root: &'a Node<'s>, section: &str) -> Option<&'a Node<'s>> {
    let Kind::Map(sections) = &root.kind else { return None };
    sections.iter().find(|(key, value)| key.word() == Some(section) && matches!(value.kind, Kind::Map(_))).map(|(key, _)| key)
}

/// What a file says for its entries.
fn own<'s>(root: &Node<'s>, defaults: &[&str]) -> Vec<(Node<'s>, Node<'s>)> {
    let Kind::Map(entries) = &root.kind else { return Vec::new() };
    entries.iter().filter(|(key, _)| key.word().is_some_and(|it| defaults.contains(&it))).cloned().collect()
}

fn same(one: &[(Node, Node)], other: &[(Node, Node)]) -> bool {
    let said = |all: &[(Node, Node)]| all.iter().map(|(key, value)| (undo::written(key), undo::written(value))).collect::<BTreeSet<_>>();
    said(one) == said(other)
}

//! Every capture that a project names, read.

use std::io::Read;

use rayon::prelude::*;

use super::{Desk, Notes, Persona, PersonaDecl, Signatures, Unread, named};
use crate::finding::{EVIDENCE_UNREAD, Findings, UNKNOWN_NAME};
use crate::law::Catalogue;
use crate::model::{Capture, Model, NodeKind};
use crate::source::{self, Captures, FileId, nearest};

/// What the captures of a project show.
#[derive(Debug, Default)]
pub struct Evidence {
    /// One for each entry of `evidence:`, in their order.
    pub captured: Vec<Captured>,
}

/// What the captures of one entry show.
#[derive(Debug, Default)]
pub struct Captured {
    /// Number of the entry in the model.
    pub capture: usize,
    /// What was seen, and how much of it was understood.
    pub notes: Notes,
}

/// Reads the captures that a model names. What cannot be read is a finding that fails the run.
pub fn gather(model: &Model, captures: &Captures, out: &mut Findings) -> Evidence {
    if matches!(captures, Captures::None) || model.evidence.is_empty() {
        return Evidence::default();
    }
    let catalogue = Catalogue::of(&model.law);
    // Signatures are arranged once; each entry brings its own persona, domains and pages.
    let mut desk = Desk::of(model, &catalogue);
    let systems = std::mem::take(&mut desk.first_party);
    let mut one = |(number, entry): (usize, &Capture)| {
        desk.first_party = entry.decl.first_party.iter().map(|it| it.value.to_lowercase()).chain(systems.iter().cloned()).collect();
        desk.sensitive.clone_from(&entry.sensitive);
        one(number, entry, captures, &mut desk, out)
    };
    Evidence { captured: model.evidence.iter().enumerate().filter_map(&mut one).collect() }
}

/// Reads the files of one entry, whose persona comes to the desk.
fn one(number: usize, entry: &Capture, captures: &Captures, desk: &mut Desk, out: &mut Findings) -> Option<Captured> {
    let word = entry.decl.kind.as_ref()?;
    let Some(kind) = named(&word.value) else {
        let finding = out.report(&UNKNOWN_NAME, &[&word.value]);
        finding.say(format!("no kind of captures is called `{}`", word.value)).at(word.span, "");
        let near = nearest(&word.value, super::KINDS.iter().map(|it| it.id));
        finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", crate::finding::listed(super::KINDS.iter().map(|it| format!("`{}`", it.id)))),
        });
        return None;
    };
    let mut unread = |file: &str, span, why: String| {
        out.report(&EVIDENCE_UNREAD, &[&entry.id, file]).say(format!("`{file}` {why}")).at(span, "");
    };
    desk.persona = match entry.decl.persona.as_ref() {
        None => Persona::default(),
        Some(path) => match persona(captures, &path.value) {
            Ok(persona) => persona,
            Err(Unread(why)) => {
                unread(&path.value, path.span, why);
                return None;
            }
        },
    };
    let desk = &*desk;
    let mut files: Vec<(String, source::Span)> = Vec::new();
    for pattern in entry.decl.files.iter() {
        let found = captures.matching(&pattern.value);
        if found.is_empty() {
            unread(&pattern.value, pattern.span, "names no file below the project's folder".to_owned());
        }
        files.extend(found.into_iter().map(|it| (it, pattern.span)));
    }
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    let read: Vec<_> =
        files.par_iter().map(|(file, _)| captures.open(file).map_err(Unread).and_then(|it| kind.read(file, it, desk))).collect();
    let mut captured = Captured { capture: number, ..Captured::default() };
    for ((file, span), read) in files.iter().zip(read) {
        match read {
            Err(Unread(why)) => unread(file, *span, why),
            Ok(notes) => captured.notes.add(notes),
        }
    }
    let short = desk.persona.too_short.iter().map(|it| format!("the persona's `{it}` is too short to be told apart"));
    captured.notes.coverage.remarks.extend(short);
    Some(captured)
}

/// Reads a persona's file.
fn persona(captures: &Captures, path: &str) -> Result<Persona, Unread> {
    let mut text = String::new();
    captures.open(path).map_err(Unread)?.take(1 << 20).read_to_string(&mut text).map_err(|_| Unread::because("is not UTF-8"))?;
    persona_of(&text)
}

/// The persona that a text declares: subject, field, value.
pub fn persona_of(text: &str) -> Result<Persona, Unread> {
    let mut problems = Vec::new();
    let decl: Option<PersonaDecl> = source::read(FileId::default(), text, &mut problems);
    if let Some(problem) = problems.into_iter().next() {
        // The place is told, the line itself may hold a value.
        let line = text[..(problem.span.start as usize).min(text.len())].matches('\n').count() + 1;
        return Err(Unread(format!("is no persona, from line {line} on: it is a map of subjects, each with its fields and their values")));
    }
    let persona = Persona::declared(&decl.unwrap_or_default());
    if persona.is_empty() { Err(Unread::because("holds no value to look for")) } else { Ok(persona) }
}

impl<'a> Desk<'a> {
    /// The desk that a model sets up: its law's signatures, its recipients' hosts, its systems' as its own.
    pub fn of(model: &'a Model, catalogue: &'a Catalogue) -> Desk<'a> {
        let systems = model.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::System(decl) => Some(decl.hosts.iter().map(|it| it.value.to_lowercase())),
            NodeKind::Recipient(_) => None,
        });
        Desk {
            signatures: Signatures::of(&model.law, catalogue),
            categories: model.categories.iter().map(|it| it.id.clone()).collect(),
            persona: Persona::default(),
            first_party: systems.flatten().collect(),
            recipients: recipients(model),
            sensitive: Vec::new(),
        }
    }
}

fn recipients(model: &Model) -> Vec<(String, String)> {
    let all = model.nodes.iter().filter_map(|node| Some((node, node.recipient()?)));
    let hosts = all.flat_map(|(node, it)| it.decl.hosts.iter().map(|host| (host.value.to_lowercase(), node.id.clone())));
    let mut hosts: Vec<(String, String)> = hosts.collect();
    // The longest name says most.
    hosts.sort_by_key(|(host, id)| (std::cmp::Reverse(host.len()), host.clone(), id.clone()));
    hosts
}

//! Names as written, resolved to ids; an unknown one is a finding with the nearest known name.

use std::collections::HashMap;

use crate::declare::Word;
use crate::finding::{Findings, INVALID_ID, NAME_CLASH, UNKNOWN_NAME};
use crate::source::{Span, nearest};

/// Words with a meaning of their own, which nothing can be called.
const RESERVED: &[&str] = &["all", "none", "unknown", "external"];

/// Whether a word can be an id: letters of any script, digits, `_` and `-`, and between them dots
/// where `dotted`.
pub fn valid_id(id: &str, dotted: bool) -> bool {
    let part =
        |part: &str| !part.is_empty() && !part.starts_with('-') && part.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'));
    !is_reserved(id) && if dotted { id.split('.').all(part) } else { part(id) }
}

/// The repository an id belongs to: `shop` of `shop/website`; none for the project's own.
pub fn namespace(id: &str) -> Option<&str> {
    id.split_once('/').map(|(namespace, _)| namespace)
}

/// An id as its own repository writes it.
pub(super) fn local(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, local)| local)
}

/// Whether a word has a meaning of its own, in whichever repository it stands.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Reports an id that cannot be one.
pub(super) fn check_id(id: &str, span: Span, dotted: bool, out: &mut Findings) {
    if !valid_id(id, dotted) {
        let message = if is_reserved(id) {
            format!("`{id}` has a meaning of its own and cannot be an id")
        } else {
            format!("`{id}` cannot be an id")
        };
        let allowed = if dotted {
            "letters, digits, `_`, `-`, with dots between parts"
        } else {
            "letters, digits, `_` and `-`; dots only in categories and gates"
        };
        out.report(&INVALID_ID, &[id]).say(message).at(span, "").help(format!("ids are {allowed}"));
    }
}

/// Ids of one kind and where they are declared.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What they are ids of, for messages: `field`.
    kind: &'static str,
    known: HashMap<String, (u32, Span)>,
}

impl Names {
    pub fn new(kind: &'static str) -> Names {
        Names { kind, known: HashMap::new() }
    }

    pub fn insert(&mut self, id: &str, index: usize, span: Span) {
        self.known.insert(id.to_owned(), (index as u32, span));
    }

    pub fn get(&self, id: &str) -> Option<u32> {
        self.known.get(id).map(|(index, _)| *index)
    }

    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// The index of a word, or a finding.
    pub fn expect(&self, word: &Word, out: &mut Findings) -> Option<u32> {
        let found = self.get(&word.value);
        if found.is_none() {
            unknown(self.kind, &word.value, word.span, self.ids(), out);
        }
        found
    }

    /// Names that are in both.
    pub fn clashes(&self, other: &Names, out: &mut Findings) {
        let mut shared: Vec<_> = self.known.iter().filter_map(|(id, at)| Some((id, at.1, other.known.get(id)?.1))).collect();
        shared.sort();
        for (id, here, there) in shared {
            // The project's texts come before those built in: its own place is the one to edit.
            let mut places = [(here, self.kind), (there, other.kind)];
            places.sort();
            out.report(&NAME_CLASH, &[id])
                .say(format!("`{id}` is both a {} and a {}", self.kind, other.kind))
                .at(places[0].0, format!("a {} here", places[0].1))
                .at(places[1].0, format!("a {} here", places[1].1))
                .help("rename one of the two; a selector could not tell them apart");
        }
    }
}

/// Reports a name nothing declares.
pub(super) fn unknown<'a>(kind: &str, name: &str, span: Span, known: impl IntoIterator<Item = &'a str>, out: &mut Findings) {
    let finding = out.report(&UNKNOWN_NAME, &[name]);
    finding.say(format!("no {kind} is called `{name}`")).at(span, "");
    let known: Vec<&str> = known.into_iter().collect();
    // What another repository calls so is meant more likely than what is spelled alike.
    let elsewhere = known.iter().filter(|it| namespace(it).is_some() && local(it) == local(name)).min();
    match elsewhere.copied().or_else(|| nearest(name, known.iter().copied())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => {
            let article = if kind.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
            finding.help(format!("declare it, or name {article} {kind} that is declared"))
        }
    };
}

//! A desk for tests of the kinds: the categories and vendors as they ship, one domain of one's own, one
//! recipient of one's own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::evidence::{Desk, Kind, Notes, Observation, Persona, Signatures, Unread};
use crate::finding::Findings;
use crate::law::{self, Catalogue, Law};
use crate::source::Sources;

/// The law and catalogue as they ship, and the ids of the categories.
static GIVEN: LazyLock<(Law, Catalogue, BTreeSet<String>)> = LazyLock::new(|| {
    let mut out = Findings::default();
    let mut files = law::given(&mut Sources::default(), &mut out);
    let law = Law::of(&mut files, &mut out);
    let catalogue = Catalogue::of(&law);
    (law, catalogue, files.iter().flat_map(|it| it.decl.categories.iter()).map(|it| it.key.value.clone()).collect())
});

/// Runs something with the desk.
pub fn with_desk<T>(run: impl FnOnce(&Desk) -> T) -> T {
    with_desk_of(&["shop.example"], run)
}

/// Runs something with a desk of these domains.
pub fn with_desk_of<T>(first_party: &[&str], run: impl FnOnce(&Desk) -> T) -> T {
    let (law, catalogue, categories) = &*GIVEN;
    run(&Desk {
        signatures: Signatures::of(law, catalogue),
        categories: categories.clone(),
        persona: Persona::default(),
        first_party: first_party.iter().map(|it| (*it).to_owned()).collect(),
        recipients: vec![("mailco.example".to_owned(), "mailco".to_owned())],
        sensitive: Vec::new(),
    })
}

/// Reads a text as a file of a kind.
pub fn read(kind: &Kind, text: &str) -> Result<Notes, Unread> {
    with_desk(|desk| kind.read("file", Box::new(std::io::Cursor::new(text.to_owned())), desk))
}

/// What was seen: recipient, field, category, form and strength of each, sorted.
pub fn rows(notes: &Notes) -> Vec<String> {
    let row = |it: &Observation| {
        let category = it.category.as_deref().unwrap_or("-");
        format!("{} {} {category} {} {}", it.recipient.id(), it.field, it.form.word(), it.strength.word())
    };
    notes.seen.keys().map(row).collect()
}

/// What remains of a text cut off after each of its bytes: it must be read or refused, never more.
pub fn survives_every_cut(kind: &Kind, text: &str) {
    with_desk(|desk| {
        for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
            let cut = text[..end].to_owned();
            let _ = kind.read("file", Box::new(std::io::Cursor::new(cut)), desk);
        }
    });
}

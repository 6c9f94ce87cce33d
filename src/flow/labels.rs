//! What items give away, as numbers.

use crate::model::{CategoryId, Field, FieldId, Model};

/// What an item is or reveals, as a number in [`Reach::label_sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

impl Label {
    /// It is about a person.
    pub const PERSONAL: Label = Label(0);
    /// Nobody has said what it is: possibly sensitive.
    pub const UNKNOWN: Label = Label(1);

    /// The label of a sensitive category.
    pub fn of(category: CategoryId) -> Label {
        Label(category.0 + 2)
    }

    /// The category, if it is one.
    pub fn category(self) -> Option<CategoryId> {
        self.0.checked_sub(2).map(CategoryId)
    }
}

/// What a field brings along where it starts: at a collection, or as the output of a derivation.
pub(super) fn own_labels(model: &Model, field: FieldId, derived: bool) -> Vec<u32> {
    let it: &Field = model.field(field);
    let (is, reveals) = match (&it.decl, derived) {
        (Some(_), _) => (&it.is[..], &it.declared_reveals[..]),
        // Without dictionary entry it is and reveals what goes in where it is made; where it is
        // collected under that name, whatever any derivation of the name takes in.
        (None, true) => (&[][..], &[][..]),
        (None, false) => (&it.is[..], &it.reveals[..]),
    };
    let said = || is.iter().chain(reveals).map(|category| (*category, model.category(*category)));
    let mut labels: Vec<u32> = said().filter(|(_, it)| it.is_sensitive()).map(|(id, _)| Label::of(id).0).collect();
    if said().any(|(_, it)| it.personal) {
        labels.push(Label::PERSONAL.0);
    }
    let unknown = match (&it.decl, derived) {
        (Some(_), _) => it.unknown,
        (None, true) => false,
        (None, false) => it.unknown || it.reveals_unknown,
    };
    if unknown {
        labels.extend([Label::PERSONAL.0, Label::UNKNOWN.0]);
    }
    labels
}

//! The data dictionary: what each field is, gives away, and where it goes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Badge, Link, Phrase, Reading};
use crate::law::Form;
use crate::model::{CategoryId, FieldId, NodeId};

/// One field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldRow {
    /// Its title, with its page.
    pub link: Link,
    /// Where it is declared or first derived.
    pub place: String,
    /// Its own categories.
    pub is: Vec<Badge>,
    /// Nobody has said what it is.
    pub unknown: bool,
    /// What the dictionary says it reveals.
    pub declared: Vec<Badge>,
    /// What it reveals because of what it is derived from.
    pub derived: Vec<Badge>,
    /// Why it reveals it, as declared.
    pub why: Option<Phrase>,
    /// The systems that hold it on the day.
    pub systems: Vec<Link>,
    /// The recipients it reaches.
    pub recipients: Vec<Link>,
}

/// The data dictionary.
#[derive(Clone, Debug, Serialize)]
pub struct FieldsPage {
    /// Every field.
    pub rows: Vec<FieldRow>,
    /// Every category that fields are or give away.
    pub categories: Vec<Link>,
}

/// The data dictionary of a register.
pub fn fields(reading: &Reading) -> FieldsPage {
    let model = reading.model();
    let mut held: BTreeMap<FieldId, BTreeSet<NodeId>> = BTreeMap::new();
    for state in reading.map.reach.states.iter().filter(|it| !it.past && it.form != Form::Anonymised && model.node(it.node).is_system()) {
        held.entry(state.item.field).or_default().insert(state.node);
    }
    let mut sent: BTreeMap<FieldId, BTreeSet<NodeId>> = BTreeMap::new();
    for exposure in &reading.map.exposures {
        sent.entry(exposure.item.field).or_default().insert(model.flow(exposure.flow).to);
    }
    let links = |at: Option<&BTreeSet<NodeId>>| at.into_iter().flatten().map(|id| reading.node(*id)).collect();
    let rows = (0..model.fields.len()).map(FieldId::from_index).filter(|id| *id != FieldId::UNKNOWN || held.contains_key(id));
    let rows = rows.map(|id| {
        let it = model.field(id);
        let badges = |all: &[_]| all.iter().map(|id| badge(reading, *id)).collect::<Vec<_>>();
        let derived: Vec<_> = it.reveals.iter().copied().filter(|id| !it.declared_reveals.contains(id)).collect();
        FieldRow {
            link: reading.field_link(id),
            place: if id == FieldId::UNKNOWN { String::new() } else { reading.place(it.span) },
            is: badges(&it.is),
            unknown: it.unknown,
            declared: badges(&it.declared_reveals),
            derived: badges(&derived),
            why: it.decl.as_ref().and_then(|decl| decl.why.as_ref()).map(|why| reading.phrase(why)),
            systems: links(held.get(&id)),
            recipients: links(sent.get(&id)),
        }
    });
    let categories = super::shown_categories(reading.map).into_iter().map(|id| reading.category_link(id));
    FieldsPage { rows: rows.collect(), categories: categories.collect() }
}

fn badge(reading: &Reading, id: CategoryId) -> Badge {
    if reading.model().category(id).is_sensitive() { reading.sensitive(id) } else { Badge { kind: "kind", text: reading.category(id) } }
}

/// The page of one field, or of one category.
#[derive(Clone, Debug, Serialize)]
pub struct DataPage {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub place: String,
}

/// The page of a field.
pub fn field(reading: &Reading, id: FieldId) -> DataPage {
    let it = reading.model().field(id);
    let Link { text: title, lang, .. } = reading.field_link(id);
    DataPage { title, lang, id: it.id.clone(), place: reading.place(it.span) }
}

/// The page of a category.
pub fn category(reading: &Reading, id: CategoryId) -> DataPage {
    let it = reading.model().category(id);
    let Link { text: title, lang, .. } = reading.category_link(id);
    DataPage { title, lang, id: it.id.clone(), place: reading.place(it.span) }
}

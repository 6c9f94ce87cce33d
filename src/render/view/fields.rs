//! The data dictionary as lists: each field and each category with where it goes, and its page.

use std::collections::BTreeSet;

use serde::Serialize;

use super::category::{exposures_of, states_of};
use super::shown::NAMES;
use super::{CategoryMark, Index, Link, Once, Phrase, Reading, Shown, shown_categories};
use crate::law::Form;
use crate::model::{CategoryId, FieldId, NodeId};

/// One field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldRow {
    /// Its title and page.
    pub link: Link,
    /// Where it is declared or first derived.
    pub place: Option<String>,
    /// Its own categories.
    pub is: Vec<CategoryMark>,
    /// Nobody has said what it is.
    pub unknown: bool,
    /// What the dictionary says it reveals.
    pub declared: Vec<CategoryMark>,
    /// What it reveals because of what it is derived from.
    pub derived: Vec<CategoryMark>,
    /// Why it reveals it, as declared.
    pub why: Option<Phrase>,
    /// The systems that hold it on the day.
    pub systems: Shown<Once<Link>>,
    /// The recipients it reaches.
    pub recipients: Shown<Once<Link>>,
}

/// One category.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryCount {
    /// Its title and page.
    pub link: Link,
    /// What makes it sensitive, if anything does.
    pub sensitive: Option<String>,
    /// Fields that are it or one below it.
    pub own: usize,
    /// Fields that reveal it or one below it.
    pub revealing: usize,
    /// Systems that hold it, or what reveals it there.
    pub systems: usize,
    /// Recipients it reaches, as such or by inference.
    pub recipients: usize,
}

/// The data dictionary.
#[derive(Clone, Debug, Serialize)]
pub struct FieldsPage {
    /// Every field.
    pub rows: Vec<FieldRow>,
    /// Every category that some field is or reveals.
    pub categories: Vec<CategoryCount>,
}

/// The data dictionary of a register.
pub fn fields(reading: &Reading, index: &Index) -> FieldsPage {
    let model = reading.model();
    let all = || (0..model.fields.len()).map(FieldId::from_index);
    let systems: Vec<BTreeSet<NodeId>> = all().map(|id| holders(reading, index, id)).collect();
    let recipients: Vec<BTreeSet<NodeId>> = all().map(|id| reached(reading, index, id)).collect();
    let links = |ids: &BTreeSet<NodeId>| Shown::first(ids, NAMES, |id| reading.to_node(*id));
    let row = |id: FieldId| {
        let it = model.field(id);
        let marks = |all: &[CategoryId]| all.iter().map(|id| reading.mark(*id)).collect::<Vec<_>>();
        let derived: Vec<_> = it.reveals.iter().copied().filter(|id| !it.declared_reveals.contains(id)).collect();
        FieldRow {
            link: reading.field_link(id),
            place: (id != FieldId::UNKNOWN).then(|| reading.place(it.span)),
            is: marks(&it.is),
            unknown: it.unknown,
            declared: marks(&it.declared_reveals),
            derived: marks(&derived),
            why: it.decl.as_ref().and_then(|decl| decl.why.as_ref()).map(|why| reading.phrase(why)),
            systems: links(&systems[id.index()]),
            recipients: links(&recipients[id.index()]),
        }
    };
    let category = |id: CategoryId| {
        let of = index.fields(id);
        let own = of.iter().filter(|field| model.field(**field).is_closed.binary_search(&id).is_ok()).count();
        let systems: BTreeSet<NodeId> = states_of(reading, index, id).map(|it| reading.map.reach.state(it.0).node).collect();
        let delivering = exposures_of(reading, index, id).map(|it| reading.map.exposures[it.0].flow);
        let recipients: BTreeSet<NodeId> = delivering.map(|flow| model.flow(flow).to).collect();
        CategoryCount {
            link: reading.category_link(id),
            sensitive: model.category(id).is_sensitive().then(|| reading.law_on(id)),
            own,
            revealing: of.len() - own,
            systems: systems.len(),
            recipients: recipients.len(),
        }
    };
    FieldsPage {
        rows: all().filter(|id| *id != FieldId::UNKNOWN || !systems[id.index()].is_empty()).map(row).collect(),
        categories: shown_categories(reading.map).into_iter().map(category).collect(),
    }
}

/// The systems that hold a field as personal data on the day.
fn holders(reading: &Reading, index: &Index, id: FieldId) -> BTreeSet<NodeId> {
    let states = index.states(id).iter().map(|id| reading.map.reach.state(*id));
    states.filter(|it| it.form != Form::Anonymised).map(|it| it.node).collect()
}

/// The recipients a field reaches.
fn reached(reading: &Reading, index: &Index, id: FieldId) -> BTreeSet<NodeId> {
    index.exposures(id).iter().map(|at| reading.model().flow(reading.map.exposures[*at].flow).to).collect()
}

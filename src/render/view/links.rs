//! File names of pages: from ids that any script may be written in to names any disk can hold.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::shown::ROWS;
use crate::flow::Map;
use crate::model::{CategoryId, Model, NodeId};

/// Names that some systems keep for themselves.
const TAKEN: &[&str] = &["con", "prn", "aux", "nul", "com1", "com2", "com3", "lpt1", "lpt2", "lpt3"];

/// The folders in which pages lie.
pub const FOLDERS: &[&str] = &["activities", "recipients", "systems", "fields", "categories"];

/// Pages of a register, by id.
#[derive(Clone, Debug, Default)]
pub struct Links {
    activities: BTreeMap<String, String>,
    recipients: BTreeMap<String, String>,
    systems: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    categories: BTreeMap<String, String>,
    /// Roles and sources are no pages of their own: they have a place on the page that lists them.
    roles: BTreeSet<String>,
    origins: BTreeSet<String>,
}

impl Links {
    /// The pages of a map.
    pub fn of(map: &Map) -> Links {
        let model = &map.model;
        let (systems, recipients): (Vec<_>, Vec<_>) = model.nodes.iter().partition(|node| node.is_system());
        let readers = model.nodes.iter().flat_map(|node| &node.access).map(|it| &it.role);
        let roles: BTreeSet<&String> = model.roles.iter().map(|it| &it.id).chain(readers).collect();
        Links {
            activities: file_names(model.activities.iter().map(|it| it.id.as_str())),
            recipients: file_names(recipients.iter().map(|it| it.id.as_str())),
            systems: file_names(systems.iter().map(|it| it.id.as_str())),
            fields: file_names(model.fields.iter().skip(1).map(|it| it.id.as_str())),
            categories: file_names(shown_categories(map).into_iter().map(|id| model.category(id).id.as_str())),
            roles: roles.into_iter().take(ROWS).cloned().collect(),
            origins: model.origins.iter().take(ROWS).map(|it| it.id.clone()).collect(),
        }
    }

    /// The page of an activity.
    pub fn activity(&self, id: &str) -> Option<String> {
        page("activities", &self.activities, id)
    }

    /// The page of a system or recipient.
    pub fn node(&self, model: &Model, id: NodeId) -> Option<String> {
        let node = model.node(id);
        if node.is_system() { page("systems", &self.systems, &node.id) } else { page("recipients", &self.recipients, &node.id) }
    }

    /// The page of a field; none for what nobody has named.
    pub fn field(&self, id: &str) -> Option<String> {
        page("fields", &self.fields, id)
    }

    /// The page of a category; none for one that no field is or reveals.
    pub fn category(&self, id: &str) -> Option<String> {
        page("categories", &self.categories, id)
    }

    /// The place of a role on the page of roles.
    pub fn role(&self, id: &str) -> Option<String> {
        place("access", "role", &self.roles, id)
    }

    /// The place of a source on the page of sources.
    pub fn origin(&self, id: &str) -> Option<String> {
        place("sources", "source", &self.origins, id)
    }
}

fn place(page: &str, kind: &str, known: &BTreeSet<String>, id: &str) -> Option<String> {
    known.contains(id).then(|| format!("{page}.html#{kind}-{id}"))
}

fn page(folder: &str, names: &BTreeMap<String, String>, id: &str) -> Option<String> {
    names.get(id).map(|name| format!("{folder}/{name}.html"))
}

/// The categories that some field is or reveals, with those above them.
pub fn shown_categories(map: &Map) -> BTreeSet<CategoryId> {
    let fields = map.model.fields.iter();
    fields.flat_map(|it| it.is_closed.iter().chain(&it.reveals_closed).copied()).collect()
}

/// A file name for each id: no separators, not too long, and two that differ only by case apart.
pub fn file_names<'a>(ids: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut taken: HashSet<String> = TAKEN.iter().map(|it| (*it).to_owned()).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        let safe: String = id.chars().take(60).map(|it| if it.is_alphanumeric() || it == '-' { it } else { '_' }).collect();
        let safe = if safe.is_empty() { "_".to_owned() } else { safe };
        let mut name = safe.clone();
        let mut count = 1;
        while !taken.insert(name.to_lowercase()) {
            count += 1;
            name = format!("{safe}-{count}");
        }
        names.insert(id.to_owned(), name);
    }
    names
}

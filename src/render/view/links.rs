//! File names of pages: from ids that any script may be written in to names any disk can hold.

use std::collections::{BTreeMap, HashSet};

use crate::model::{Model, NodeId};

/// Names that some systems keep for themselves.
const TAKEN: &[&str] = &["con", "prn", "aux", "nul", "com1", "com2", "com3", "lpt1", "lpt2", "lpt3"];

/// Pages of a register, by id.
#[derive(Clone, Debug, Default)]
pub struct Links {
    activities: BTreeMap<String, String>,
    recipients: BTreeMap<String, String>,
}

impl Links {
    /// The pages of a model.
    pub fn of(model: &Model) -> Links {
        let recipients = model.nodes.iter().filter(|node| !node.is_system());
        Links {
            activities: file_names(model.activities.iter().map(|it| it.id.as_str())),
            recipients: file_names(recipients.map(|it| it.id.as_str())),
        }
    }

    /// The page of an activity.
    pub fn activity(&self, id: &str) -> Option<String> {
        self.activities.get(id).map(|name| format!("activities/{name}.html"))
    }

    /// The page of a recipient; systems have none of their own.
    pub fn node(&self, model: &Model, id: NodeId) -> Option<String> {
        self.recipients.get(&model.node(id).id).map(|name| format!("recipients/{name}.html"))
    }
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

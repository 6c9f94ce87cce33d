//! Accepting a part: what waits for somebody's decision, and the keys it is called by.

use std::collections::{BTreeMap, BTreeSet};

use super::Changes;
use super::lock::{NEW_EXPOSURE, Row, STALE_LOCK, Turn, WEAKENED_EXPOSURE, bringing};
use crate::flow::Map;
use crate::source::like;

/// Flow, item and activity: what a row is about.
pub type About = (String, String, String);

/// What differs from the lock, or nobody has looked at yet, each with its keys: that of its finding, its flow,
/// and `item@flow`.
pub fn waiting(map: &Map, changes: &Changes) -> BTreeMap<About, BTreeSet<String>> {
    let mut all: BTreeMap<About, BTreeSet<String>> = BTreeMap::new();
    let mut add = |row: &Row, finding: Vec<String>| {
        let own = [row.flow.clone(), format!("{}@{}", row.item, row.flow)];
        all.entry(about(row)).or_default().extend(own.into_iter().chain(finding));
    };
    let bringing = bringing(map, &changes.list);
    for change in &changes.list {
        let Some(row) = change.row() else { continue };
        let (flow, stale) = (&row.flow, change.before.as_ref().unwrap_or(row));
        add(
            row,
            match change.turn {
                // Where it only follows from another new flow, the finding is that of the other.
                Turn::New => {
                    let cause = map.model.flow_named(flow).and_then(|it| bringing.get(&it)).map(|it| &map.model.flow(*it).id);
                    [Some(flow), cause].into_iter().flatten().map(|flow| format!("{}@{flow}", NEW_EXPOSURE.id)).collect()
                }
                Turn::Weakened => vec![format!("{}@{flow}", WEAKENED_EXPOSURE.id)],
                Turn::Strengthened | Turn::Gone | Turn::Moved => vec![format!("{}@{}@{flow}", STALE_LOCK.id, stale.item)],
            },
        );
    }
    for (row, _) in &changes.unreviewed {
        add(row, Vec::new());
    }
    all
}

/// What a row is about.
pub fn about(row: &Row) -> About {
    let (flow, item, activity) = row.about();
    (flow.to_owned(), item.to_owned(), activity.to_owned())
}

/// What some keys name, in which `*` stands for any part; else the first of them that names nothing.
pub fn choose<'k>(waiting: &BTreeMap<About, BTreeSet<String>>, keys: &'k [String]) -> Result<BTreeSet<About>, &'k str> {
    let mut chosen = BTreeSet::new();
    for key in keys {
        let named = waiting.iter().filter(|(_, names)| names.iter().any(|name| like(key, name)));
        let named: Vec<&About> = named.map(|(about, _)| about).collect();
        if named.is_empty() {
            return Err(key);
        }
        chosen.extend(named.into_iter().cloned());
    }
    Ok(chosen)
}

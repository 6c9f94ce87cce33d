//! Exposures compared: what came, went, lost or won protection, and what only has another sender.

use std::collections::{BTreeMap, BTreeSet};

use super::{Exposed, State, Turn};
use crate::declare::Granularity;
use crate::finding::Hop;
use crate::flow::{Map, Walks, Wanted};
use crate::verdict::{Lock, Row, granularity, nearest, row};

/// Flow, item and activity: what a row is about.
type About = (String, String, String);

/// A row and the exposure it stands for.
type Held = (Row, Option<usize>);

/// Every difference, in no order.
pub fn compare(base: State, head: State, granularity: Granularity) -> Vec<Exposed> {
    let (before, after) = different(base, head, granularity);
    let (old, new) = (Shown::of(base), Shown::of(head));
    let mut out = Vec::new();
    let mut gone: Vec<&About> = before.keys().filter(|about| !after.contains_key(*about)).collect();
    let none = Vec::new();
    for (about, now) in &after {
        let was = before.get(about).unwrap_or(&none);
        if was.is_empty()
            && let Some(from) = moved_from(about, now, &gone, &before)
        {
            gone.retain(|it| *it != from);
            out.extend(now.iter().map(|(row, at)| {
                let was = nearest_of(&before[from], row);
                Exposed { before: was.map(|it| it.0.clone()), ..new.shown(Turn::Moved, row, *at, &Wanted::Any) }
            }));
            continue;
        }
        turned(&old, &new, was, now, &mut out);
    }
    out.extend(gone.into_iter().flat_map(|about| &before[about]).map(|(row, at)| old.shown(Turn::Removed, row, *at, &Wanted::Any)));
    out
}

/// One flow, item and activity: rows that nothing before covers are gains; where there is none, rows
/// that cover nothing now were more exposed.
fn turned(old: &Shown, new: &Shown, was: &[Held], now: &[Held], out: &mut Vec<Exposed>) {
    let known = out.len();
    for (row, at) in now.iter().filter(|(row, _)| !was.iter().any(|(it, _)| it.covers(row))) {
        let before = nearest_of(was, row).map(|it| it.0.clone());
        let wanted = before.as_ref().zip(new.map).map_or(Wanted::Any, |(was, map)| row.beyond(was).wanted(map));
        let turn = if before.is_some() { Turn::Weakened } else { Turn::Added };
        out.push(Exposed { before, ..new.shown(turn, row, *at, &wanted) });
    }
    if out.len() > known {
        return;
    }
    for (row, at) in was.iter().filter(|(row, _)| !now.iter().any(|(it, _)| it.covers(row))) {
        let left = nearest_of(now, row);
        let (after, left) = (left.map(|it| it.0.clone()), left.and_then(|it| it.1));
        out.push(Exposed { after, left, ..old.shown(Turn::Strengthened, row, *at, &Wanted::Any) });
    }
}

fn nearest_of<'a>(rows: &'a [Held], row: &Row) -> Option<&'a Held> {
    let near = nearest(&rows.iter().map(|(it, _)| it).collect::<Vec<_>>(), row)?;
    rows.iter().find(|(it, _)| it == near)
}

/// The rows that went away by another sender and left nothing to be gained: the same item for the same
/// activity to the same recipient and its same function.
fn moved_from<'a>(about: &About, now: &[Held], gone: &[&'a About], before: &BTreeMap<About, Vec<Held>>) -> Option<&'a About> {
    let (flow, item, activity) = about;
    let (_, target) = flow.split_once("->")?;
    // Another recipient that passes on is another chain of contracts.
    if target.ends_with("#subprocessor") {
        return None;
    }
    let same = |it: &&About| it.1 == *item && it.2 == *activity && it.0.split_once("->").is_some_and(|(_, to)| to == target);
    let covered = |it: &&About| now.iter().all(|(row, _)| before[*it].iter().any(|(was, _)| was.covers(row)));
    gone.iter().copied().find(|it| same(it) && covered(it))
}

/// The rows of the flows that are otherwise, by what they are about, before and after. One flow after the
/// other: most of a large project is the same on both sides.
fn different(base: State, head: State, granularity: Granularity) -> (BTreeMap<About, Vec<Held>>, BTreeMap<About, Vec<Held>>) {
    let (was, is) = (flows(base), flows(head));
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    let all: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let rows = |all: Option<&Vec<At>>| all.map(|it| rows(it, granularity)).unwrap_or_default();
    for flow in all {
        let (one, other) = (rows(was.get(flow)), rows(is.get(flow)));
        if !one.iter().map(|it| &it.0).eq(other.iter().map(|it| &it.0)) {
            put(one, &mut before);
            put(other, &mut after);
        }
    }
    (before, after)
}

/// Where a row comes from.
enum At<'a> {
    Exposure(&'a Map, usize),
    Lock(&'a Row),
}

/// What each flow of a state delivers.
fn flows(state: State<'_>) -> BTreeMap<&str, Vec<At<'_>>> {
    let mut by: BTreeMap<&str, Vec<At>> = BTreeMap::new();
    match state {
        State::Nothing => {}
        State::Map(map) => {
            for (at, it) in map.exposures.iter().enumerate().filter(|(_, it)| it.ours) {
                by.entry(&map.model.flow(it.flow).id).or_default().push(At::Exposure(map, at));
            }
        }
        State::Lock(lock) => lock.rows.iter().for_each(|(row, _, _)| by.entry(&row.flow).or_default().push(At::Lock(row))),
    }
    by
}

/// The rows of one flow, sorted. Several exposures are one row where a project counts by category; a lock may
/// repeat a row.
fn rows(all: &[At], granularity: Granularity) -> Vec<Held> {
    let held = all.iter().map(|it| match it {
        At::Exposure(map, at) => (row(map, &map.exposures[*at], granularity), Some(*at)),
        At::Lock(row) => ((*row).clone(), None),
    });
    let mut held: Vec<Held> = held.collect();
    held.sort();
    held.dedup_by(|again, first| again.0 == first.0);
    held
}

fn put(rows: Vec<Held>, by: &mut BTreeMap<About, Vec<Held>>) {
    for held in rows {
        let about = (held.0.flow.clone(), held.0.item.clone(), held.0.activity.clone());
        by.entry(about).or_default().push(held);
    }
}

/// A state with its walks.
struct Shown<'a> {
    map: Option<&'a Map>,
    walks: Option<Walks<'a>>,
}

impl<'a> Shown<'a> {
    fn of(state: State<'a>) -> Shown<'a> {
        Shown { map: state.map(), walks: state.map().map(Map::walks) }
    }

    /// A change of one row, which is taken as it was where it went away and as it is where it is there.
    fn shown(&self, turn: Turn, row: &Row, exposure: Option<usize>, wanted: &Wanted) -> Exposed {
        let (before, after) = if turn.is_loss() { (Some(row.clone()), None) } else { (None, Some(row.clone())) };
        Exposed { turn, before, after, accepted: false, exposure, left: None, path: self.path(exposure, wanted), causes: Vec::new() }
    }

    fn path(&self, exposure: Option<usize>, wanted: &Wanted) -> Vec<Hop> {
        let (Some(map), Some(walks), Some(at)) = (self.map, self.walks.as_ref(), exposure) else { return Vec::new() };
        let exposure = &map.exposures[at];
        let walk = if *wanted == Wanted::Any { None } else { walks.delivered(exposure, wanted) };
        walks.hops(&walk.unwrap_or_else(|| walks.witness(exposure)))
    }
}

/// Marks what the lock of a project accepts.
pub fn accept(map: &Map, lock: &Lock, exposures: &mut [Exposed]) {
    let mut accepted: BTreeMap<(&str, &str, &str), BTreeSet<&Row>> = BTreeMap::new();
    for (row, _, _) in &lock.rows {
        accepted.entry(row.about()).or_default().insert(row);
    }
    let granularity = granularity(map);
    for exposed in exposures.iter_mut().filter(|it| it.turn.is_gain()) {
        let Some(at) = exposed.exposure else { continue };
        let row = row(map, &map.exposures[at], granularity);
        exposed.accepted = accepted.get(&row.about()).is_some_and(|rows| rows.iter().any(|it| it.covers(&row)));
    }
}

//! The edit behind each change. What an edit did is seen by taking it back: if the change goes with it,
//! and the project is still understood, it is the cause. Which edits are tried first follows from what
//! the change depends on; a large project makes do with that.

use std::collections::{BTreeMap, BTreeSet};

use super::cast::{Cast, TELLING, holds};
use super::{Diff, Exposed, Fact, State, diff};
use crate::declare::FILE_DEFAULTS;
use crate::flow::Map;
use crate::model::in_full;
use crate::source::Span;
use crate::source::edits::{Edit, Edits, Texts};
use crate::verdict::Lock;

/// How often a project is computed again at most.
const RUNS: usize = 16;
/// Bytes of declarations that are computed again at most, all runs together.
const BYTES: usize = 4 << 20;
/// Bytes of a key with its value that are shown as one.
const SHORT: usize = 60;
/// Edits that are tried for one change.
const TRIES: usize = 8;

/// The edit behind changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The words in the second state, or where they were; none where their file is gone.
    pub place: Option<Span>,
    /// The words that came, if any did.
    pub now: Option<Span>,
    /// What was there before, in the first state.
    pub before: Option<Span>,
}

/// A state with its texts.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What follows from it.
    pub map: &'a Map,
    /// Its texts.
    pub texts: Texts<'a>,
}

/// Computes the second state with other texts, by their paths below the project's folder; nothing where
/// it is not understood.
pub type Again<'a> = &'a dyn Fn(&[(String, String)]) -> Option<Map>;

/// Finds the cause of every change.
pub fn causes(found: &mut Diff, base: Known, head: Known, again: Again) {
    let mut edits = Edits::between(base.texts, head.texts, FILE_DEFAULTS);
    for edit in &mut edits.all {
        name(edit, base.map, head.map);
    }
    let left = RUNS.min(BYTES / head.texts.size().max(1));
    let mut trial = Trial { edits: &edits, base: base.map, again, left, known: BTreeMap::new() };
    let (old, new) = (base.map.walks(), head.map.walks());
    let near = Near::of(&edits.all);
    let mut causes: Vec<Cause> = Vec::new();
    let mut numbers: BTreeMap<Cause, usize> = BTreeMap::new();
    let mut named = |trial: &mut Trial, cast: &Cast, gains: BTreeSet<String>, key: &Key, past: bool| {
        let chosen = choose(trial, &near, cast, gains, key, past);
        let own = chosen.into_iter().map(|at| cause(&edits.all[at], cast, head.texts));
        own.map(|cause| {
            *numbers.entry(cause).or_insert_with_key(|cause| {
                causes.push(cause.clone());
                causes.len() - 1
            })
        })
        .collect::<Vec<_>>()
    };
    for it in &mut found.exposures {
        let past = it.turn.is_loss();
        let cast = if past { Cast::of_exposure(base.map, head.map, &old, it) } else { Cast::of_exposure(head.map, base.map, &new, it) };
        it.causes = named(&mut trial, &cast, gains(it), &Key::exposure(it), past);
    }
    for it in &mut found.facts {
        let past = it.verb == super::Verb::Removed;
        let cast = Cast::of_fact(if past { base.map } else { head.map }, it);
        it.causes = named(&mut trial, &cast, BTreeSet::from(["".to_owned()]), &Key::fact(it), past);
    }
    found.causes = causes;
}

/// Writes the names that lead to an edit in full, as the map has them.
fn name(edit: &mut Edit, base: &Map, head: &Map) {
    let (model, span) = if let Some(span) = edit.head { (&head.model, Some(span)) } else { (&base.model, edit.base) };
    let here = span.and_then(|it| model.repositories.get(&it.file)).map(|it| it.namespace.as_str());
    let own = model.settings.namespace.as_ref().map(|it| it.value.as_str());
    edit.paths.iter_mut().for_each(|path| in_full(path, here, own));
}

/// What a change is about, whatever it says of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Exposure(String, String, String),
    Fact(super::Noun, String, Option<String>),
}

impl Key {
    fn exposure(it: &Exposed) -> Key {
        let (flow, item, activity) = it.row().about();
        Key::Exposure(flow.to_owned(), item.to_owned(), activity.to_owned())
    }

    fn fact(it: &Fact) -> Key {
        Key::Fact(it.noun, it.id.clone(), it.what.clone())
    }
}

/// What is otherwise with an exposure, each in a word.
fn gains(it: &Exposed) -> BTreeSet<String> {
    let Some(beyond) = it.beyond() else { return BTreeSet::from([it.turn.word().to_owned()]) };
    let own = beyond.form.then(|| "form".to_owned()).into_iter();
    own.chain(beyond.gates.into_iter().chain(beyond.labels).map(str::to_owned)).collect()
}

/// Computing the project again without one edit.
struct Trial<'a> {
    edits: &'a Edits<'a>,
    base: &'a Map,
    again: Again<'a>,
    left: usize,
    known: BTreeMap<usize, Option<Rest>>,
}

/// What is still otherwise then.
type Rest = BTreeMap<Key, BTreeSet<String>>;

impl Trial<'_> {
    /// Whether anything can be told.
    fn is_open(&self) -> bool {
        self.left > 0 || !self.known.is_empty()
    }

    /// What is left of some gains without an edit; nothing where that cannot be told.
    fn without(&mut self, edit: usize, key: &Key, gains: &BTreeSet<String>) -> Option<BTreeSet<String>> {
        if !self.known.contains_key(&edit) {
            self.left = self.left.checked_sub(1)?;
            let map = (self.again)(&self.edits.without(&self.edits.all[edit]));
            let rest = map.map(|map| {
                let found = diff(State::Map(self.base), State::Map(&map), &Lock::default());
                let exposures = found.exposures.iter().map(|it| (Key::exposure(it), self::gains(it)));
                exposures.chain(found.facts.iter().map(|it| (Key::fact(it), BTreeSet::from(["".to_owned()])))).collect()
            });
            self.known.insert(edit, rest);
        }
        let rest = self.known.get(&edit)?.as_ref()?;
        let Some(rest) = rest.get(key) else { return Some(BTreeSet::new()) };
        // Something else instead is no way back.
        rest.is_subset(gains).then(|| rest.clone())
    }
}

/// Edits by where they stand, so that a change looks at those that may have caused it alone.
struct Near<'e> {
    /// Their paths, sorted.
    paths: Vec<(&'e [String], usize)>,
    /// Where they begin, in the first state and in the second, sorted.
    places: [Vec<(Span, usize)>; 2],
}

/// Edits in a row that may lie in each other.
const NESTED: usize = 8;

impl<'e> Near<'e> {
    fn of(edits: &'e [Edit]) -> Near<'e> {
        let mut paths: Vec<_> =
            edits.iter().enumerate().flat_map(|(at, edit)| edit.paths.iter().map(move |it| (it.as_slice(), at))).collect();
        paths.sort_unstable();
        let places = [|it: &Edit| it.base, |it: &Edit| it.head].map(|span| {
            let mut all: Vec<(Span, usize)> = edits.iter().enumerate().filter_map(|(at, edit)| Some((span(edit)?, at))).collect();
            all.sort_unstable();
            all
        });
        Near { paths, places }
    }

    /// At these keys, below them, and those that brought them along.
    fn keys(&self, keys: &[String], out: &mut BTreeSet<usize>) {
        let from = |keys: &[String]| &self.paths[self.paths.partition_point(|it| it.0 < keys)..];
        out.extend(from(keys).iter().take_while(|it| it.0.starts_with(keys)).map(|it| it.1));
        for length in 1..keys.len() {
            let above = &keys[..length];
            out.extend(from(above).iter().take_while(|it| it.0 == above).map(|it| it.1));
        }
    }

    /// Those that a word may lie in.
    fn word(&self, word: Span, past: bool, out: &mut BTreeSet<usize>) {
        let all = &self.places[usize::from(!past)];
        let behind = all.partition_point(|(it, _)| (it.file, it.start) <= (word.file, word.start));
        out.extend(all[..behind].iter().rev().take(NESTED).map(|it| it.1));
    }
}

/// The edits that explain a change: one where one does, else what each adds to it.
fn choose(trial: &mut Trial, near: &Near, cast: &Cast, gains: BTreeSet<String>, key: &Key, past: bool) -> Vec<usize> {
    let all = &trial.edits.all;
    if all.len() == 1 {
        return vec![0];
    }
    let mut close = BTreeSet::new();
    cast.keys().for_each(|keys| near.keys(keys, &mut close));
    cast.words().for_each(|word| near.word(word, past, &mut close));
    // File defaults stand in no section: their path is their key.
    FILE_DEFAULTS.iter().for_each(|it| near.keys(&[(*it).to_owned()], &mut close));
    let mut likely: Vec<(u32, usize)> =
        close.into_iter().map(|at| (cast.weight(&all[at], past), at)).filter(|(weight, _)| *weight > 0).collect();
    likely.sort_by_key(|(weight, at)| (std::cmp::Reverse(*weight), *at));
    let known: BTreeSet<usize> = likely.iter().map(|it| it.1).collect();
    let rest = if trial.is_open() { 0..all.len() } else { 0..0 };
    let others = rest.filter(|at| !known.contains(at)).take(TRIES).collect::<Vec<_>>();
    let (mut left, mut chosen) = (gains.clone(), Vec::new());
    for at in likely.iter().map(|it| it.1).chain(others).take(TRIES) {
        let Some(rest) = trial.without(at, key, &gains) else { continue };
        if rest.is_empty() {
            return vec![at];
        }
        // Alone it explains a part.
        let both: BTreeSet<String> = left.intersection(&rest).cloned().collect();
        if both.len() < left.len() {
            chosen.push(at);
            left = both;
        }
    }
    if chosen.is_empty() {
        chosen.extend(likely.first().filter(|(weight, _)| *weight >= TELLING).map(|it| it.1));
    }
    chosen
}

fn cause(edit: &Edit, cast: &Cast, texts: Texts) -> Cause {
    let place = edit.head.zip(edit.place).map_or(edit.place, |(head, place)| {
        // Of a whole entry that came, the part on the walk is the one to look at.
        let part = || cast.steps.iter().copied().find(|step| place != *step && holds(head, *step));
        let short = |span: Span| texts.sources.text(span).len() <= SHORT && !texts.sources.text(span).contains('\n');
        let entry = edit.base.is_none() && edit.paths.iter().any(|path| path.len() == 2);
        Some(part().filter(|_| entry).unwrap_or(if short(head) { head } else { place }))
    });
    Cause { place, now: edit.head.and(place), before: edit.base }
}

//! Two trees compared value by value. Order means nothing, a short form means what its long form does.

use std::collections::BTreeMap;

use super::undo::{Step, Turn, Undo, owned, written};
use super::{Edit, Span};
use crate::source::tree::{Kind, Node};

/// A place in the second state.
#[derive(Clone)]
pub struct Here {
    file: usize,
    /// The keys that lead here, in the language.
    path: Vec<String>,
    /// The steps that lead here, in the tree of the file.
    at: Vec<Step>,
    /// The key whose value stands here.
    key: Span,
}

impl Here {
    /// The place of an entry of a section.
    pub fn entry(file: usize, path: Vec<String>, key: Span) -> Here {
        let at = path.iter().cloned().map(Step::Key).collect();
        Here { file, path, at, key }
    }

    fn below(&self, key: &Node) -> Here {
        let word = key.word().unwrap_or_default().to_owned();
        let mut here = self.clone();
        here.path.push(word.clone());
        here.at.push(Step::Key(word));
        here.key = key.span;
        here
    }

    fn item(&self, position: usize, node: &Node) -> Here {
        let mut here = self.clone();
        here.path.push(name(node));
        here.at.push(Step::Item(position));
        here.key = node.span;
        here
    }
}

/// What a path calls an item of a list: the word, or the id it has.
fn name(node: &Node) -> String {
    let id = match &node.kind {
        Kind::Map(entries) => entries.iter().find(|(key, _)| key.word() == Some("id")).and_then(|(_, value)| value.word()),
        _ => node.word(),
    };
    id.unwrap_or_default().to_owned()
}

/// The edits found so far.
#[derive(Default)]
pub struct Comparing {
    found: Vec<Edit>,
}

impl Comparing {
    /// The edits; those that stand at one place, as an anchor's value does for all its aliases, are one.
    pub fn grouped(self) -> Vec<Edit> {
        let mut all: Vec<Edit> = Vec::new();
        let mut known: BTreeMap<(Option<Span>, Option<Span>), usize> = BTreeMap::new();
        for edit in self.found {
            match known.get(&(edit.head, edit.base)) {
                Some(at) if edit.head.is_some() => {
                    all[*at].undo.extend(edit.undo);
                    all[*at].paths.extend(edit.paths);
                }
                _ => {
                    known.insert((edit.head, edit.base), all.len());
                    all.push(edit);
                }
            }
        }
        all.sort_by(|a, b| (a.place, &a.paths).cmp(&(b.place, &b.paths)));
        all
    }

    fn push(&mut self, here: &Here, spans: (Option<Span>, Option<Span>), place: Span, at: Vec<Step>, turn: Turn) {
        let undo = vec![Undo::At(here.file, at, turn)];
        self.found.push(Edit { paths: vec![here.path.clone()], base: spans.0, head: spans.1, place: Some(place), undo });
    }

    /// Compares what a file says outside of its sections, and sections that `here` takes as a whole.
    pub fn file(&mut self, base: Option<&Node>, head: &Node, file: usize, here: impl Fn(&str, bool) -> bool) {
        let none = Vec::new();
        let (was, is) = (base.map_or(&none, |it| entries(it, &none)), entries(head, &none));
        let own =
            |(key, value): &&(Node, Node)| here(key.word().unwrap_or_default(), matches!(value.kind, Kind::Map(_)) || value.is_null());
        let root = Here { file, path: Vec::new(), at: Vec::new(), key: Span { end: head.span.start, ..head.span } };
        let (was, is): (Vec<_>, Vec<_>) = (was.iter().filter(own).collect(), is.iter().filter(own).collect());
        self.maps(&root, &was, &is, None);
    }

    /// Compares two values that stand at the same place.
    pub fn value(&mut self, here: &Here, base: &Node, head: &Node) {
        let none = Vec::new();
        match (&base.kind, &head.kind) {
            (Kind::Map(_), Kind::Map(_)) => self.entries(here, entries(base, &none), entries(head, &none), None),
            (Kind::Map(_), Kind::Word { .. }) if head.is_null() => self.entries(here, entries(base, &none), &none, None),
            (Kind::Word { .. }, Kind::Map(_)) if base.is_null() => self.entries(here, &none, entries(head, &none), None),
            (Kind::Map(was), _) => match short(was, head) {
                Some((key, value)) => {
                    let rest: Vec<_> = was.iter().filter(|(it, _)| it.word() != key.word()).collect();
                    let mut under = here.clone();
                    under.path.push(key.word().unwrap_or_default().to_owned());
                    self.value(&under, value, head);
                    self.maps(here, &rest, &[], key.word());
                }
                None => self.changed(here, base, head),
            },
            (_, Kind::Map(is)) => match short(is, base) {
                Some((key, value)) => {
                    let rest: Vec<_> = is.iter().filter(|(it, _)| it.word() != key.word()).collect();
                    self.value(&here.below(key), base, value);
                    self.maps(here, &[], &rest, None);
                }
                None => self.changed(here, base, head),
            },
            (Kind::Word { text: was, .. }, Kind::Word { text: is, .. }) => {
                if was != is || base.is_null() != head.is_null() {
                    self.changed(here, base, head);
                }
            }
            (Kind::List(_), _) | (_, Kind::List(_)) => self.items(here, base, head),
        }
    }

    fn changed(&mut self, here: &Here, base: &Node, head: &Node) {
        self.push(here, (Some(base.span), Some(head.span)), head.span, here.at.clone(), Turn::Set(owned(base)));
    }

    /// An entry or item that was not there.
    pub fn added(&mut self, here: &Here, key: &Node, value: &Node) {
        self.push(here, (None, Some(whole(key.span, value.span))), key.span, here.at.clone(), Turn::Remove);
    }

    /// An entry that speaks as it did, in a file that says something else for it.
    pub fn moved(&mut self, here: &Here, base: &Node, head: &Node, was: Undo) {
        self.push(here, (Some(base.span), Some(head.span)), head.span, here.at.clone(), Turn::Remove);
        self.found.iter_mut().last().into_iter().for_each(|edit| edit.undo.push(was.clone()));
    }

    /// An entry of a section that is no longer there; `place` is where it was, if its file is.
    pub fn entry_removed(&mut self, path: Vec<String>, place: Option<Span>, key: &Node, value: &Node, was: Undo) {
        let base = Some(whole(key.span, value.span));
        self.found.push(Edit { paths: vec![path], base, head: None, place, undo: vec![was] });
    }

    fn gone(&mut self, here: &Here, place: Span, key: Option<&Node>, value: &Node, wrap: Option<&str>) {
        let turn = Turn::Put { key: key.map(owned), value: owned(value), wrap: wrap.map(str::to_owned) };
        self.push(here, (Some(whole(key.map_or(value.span, |it| it.span), value.span)), None), place, here.at.clone(), turn);
    }

    fn entries(&mut self, here: &Here, base: &[(Node, Node)], head: &[(Node, Node)], wrap: Option<&str>) {
        self.maps(here, &base.iter().collect::<Vec<_>>(), &head.iter().collect::<Vec<_>>(), wrap);
    }

    fn maps(&mut self, here: &Here, base: &[&(Node, Node)], head: &[&(Node, Node)], wrap: Option<&str>) {
        let was: BTreeMap<_, _> = base.iter().map(|(key, value)| (key.word(), value)).collect();
        let is: BTreeMap<_, _> = head.iter().map(|(key, value)| (key.word(), (key, value))).collect();
        for (key, value) in head {
            match was.get(&key.word()) {
                Some(before) => self.value(&here.below(key), before, value),
                None => self.added(&here.below(key), key, value),
            }
        }
        let mut before = None;
        for (key, value) in base {
            match is.get(&key.word()) {
                Some((key, value)) => before = Some(if value.span.start >= key.span.start { value.span } else { key.span }),
                None => {
                    let place = before.map_or(here.key, behind);
                    self.gone(&Here { path: here.below(key).path, ..here.clone() }, place, Some(key), value, wrap);
                }
            }
        }
    }

    /// Lists as sets: what only one of them has, and of that what is the same word in another form.
    fn items(&mut self, here: &Here, base: &Node, head: &Node) {
        let (was, is) = (items(base), items(head));
        let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        is.iter().enumerate().rev().for_each(|(at, it)| left.entry(written(it)).or_default().push(at));
        let mut gone: Vec<(&Node, Span)> = Vec::new();
        let mut place = here.key;
        for item in was {
            match left.get_mut(&written(item)).and_then(Vec::pop) {
                Some(at) => place = behind(is[at].span),
                None => gone.push((item, place)),
            }
        }
        let mut come: BTreeMap<usize, &Node> = left.into_values().flatten().map(|at| (at, &is[at])).collect();
        let mut twins: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        come.iter().rev().for_each(|(at, it)| twins.entry(stem(it)).or_default().push(*at));
        // One word for another is a change of that word.
        let swapped = gone.len() == 1 && come.len() == 1;
        for (item, place) in gone {
            let twin = twins.get_mut(&stem(item)).and_then(Vec::pop).or_else(|| come.keys().next().copied().filter(|_| swapped));
            match twin.and_then(|at| come.remove(&at).map(|it| here.item(at, it)).zip(Some(at))) {
                Some((mut there, at)) => {
                    // A list of one word may stand without brackets; then the word is the value itself.
                    if !matches!(head.kind, Kind::List(_)) {
                        there.at.clone_from(&here.at);
                    }
                    self.value(&there, item, &is[at]);
                }
                None => {
                    let mut path = here.path.clone();
                    path.push(name(item));
                    self.gone(&Here { path, ..here.clone() }, place, None, item, None);
                }
            }
        }
        for (at, item) in come {
            self.added(&here.item(at, item), item, item);
        }
    }
}

/// The word without what is done to it, or what names a map.
fn stem<'a>(node: &'a Node) -> Option<&'a str> {
    match &node.kind {
        Kind::Map(entries) => entries.first().and_then(|(_, value)| value.word()),
        _ => node.word().map(|word| word.trim_start_matches('-').split('|').next().unwrap_or(word).trim()),
    }
}

/// A key with its value; what an alias brings stands elsewhere.
fn whole(key: Span, value: Span) -> Span {
    if value.start >= key.start { Span { end: value.end.max(key.end), ..key } } else { key }
}

/// The place just behind a value.
fn behind(span: Span) -> Span {
    Span { start: span.end, ..span }
}

fn entries<'a, 's>(node: &'a Node<'s>, none: &'a Vec<(Node<'s>, Node<'s>)>) -> &'a Vec<(Node<'s>, Node<'s>)> {
    if let Kind::Map(entries) = &node.kind { entries } else { none }
}

/// A list, or one value that stands for it.
fn items<'a, 's>(node: &'a Node<'s>) -> &'a [Node<'s>] {
    match &node.kind {
        Kind::List(items) => items,
        _ if node.is_null() => &[],
        _ => std::slice::from_ref(node),
    }
}

/// The entry of a long form that says what a short form does: the one with the most words in common.
fn short<'a, 's>(entries: &'a [(Node<'s>, Node<'s>)], short: &Node) -> Option<&'a (Node<'s>, Node<'s>)> {
    let words: Vec<_> = items(short).iter().filter_map(stem).collect();
    let shared = |value: &Node| items(value).iter().filter_map(stem).filter(|it| words.contains(it)).count();
    let best = entries.iter().max_by_key(|(_, value)| shared(value))?;
    (shared(&best.1) > 0).then_some(best)
}

//! Trees as they were without an edit, and their text.

use std::borrow::Cow;

use crate::source::Span;
use crate::source::tree::{Kind, Node};

/// One step into a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Key(String),
    Item(usize),
}

/// What takes an edit back, in one file of the second state.
#[derive(Clone, Debug)]
pub struct Undo {
    /// Which of the files.
    pub file: usize,
    /// Where: the value itself, or what it stood in.
    pub at: Vec<Step>,
    pub turn: Turn,
}

#[derive(Clone, Debug)]
pub enum Turn {
    /// Takes the value away, with its key.
    Remove,
    /// Puts another value in its place.
    Set(Node<'static>),
    /// Puts an entry into the map, or an item into the list; a short form is written out under `wrap`.
    Put { key: Option<Node<'static>>, value: Node<'static>, wrap: Option<String> },
    /// Puts the entry into a file of its own, which says this for it.
    Apart(Vec<(Node<'static>, Node<'static>)>),
}

/// A node that needs no text to lean on.
pub fn owned(node: &Node) -> Node<'static> {
    let kind = match &node.kind {
        Kind::Word { text, plain } => Kind::Word { text: Cow::Owned(text.to_string()), plain: *plain },
        Kind::List(items) => Kind::List(items.iter().map(owned).collect()),
        Kind::Map(entries) => Kind::Map(entries.iter().map(|(key, value)| (owned(key), owned(value))).collect()),
    };
    Node { span: node.span, kind }
}

fn word(text: &str) -> Node<'static> {
    Node { span: Span::default(), kind: Kind::Word { text: Cow::Owned(text.to_owned()), plain: false } }
}

fn map(entries: Vec<(Node<'static>, Node<'static>)>) -> Node<'static> {
    Node { span: Span::default(), kind: Kind::Map(entries) }
}

/// The tree without some edits, and what then stands in a file of its own.
pub fn undone(root: &Node, undos: &[&Undo]) -> (Node<'static>, Option<Node<'static>>) {
    let (mut root, mut apart) = (owned(root), None);
    // From the last item to the first, so that the places of those before stay.
    let mut undos = undos.to_vec();
    undos.sort_by(|a, b| b.at.cmp(&a.at));
    for undo in undos {
        match &undo.turn {
            Turn::Remove => {
                take(&mut root, &undo.at);
            }
            Turn::Set(value) => {
                if let Some(node) = at(&mut root, &undo.at) {
                    *node = value.clone();
                }
            }
            Turn::Put { key, value, wrap } => {
                if let Some(node) = at(&mut root, &undo.at) {
                    put(node, key.clone(), value.clone(), wrap.as_deref());
                } else if let ([Step::Key(section)], Some(key)) = (undo.at.as_slice(), key) {
                    put(&mut root, Some(word(section)), map(vec![(key.clone(), value.clone())]), None);
                }
            }
            Turn::Apart(defaults) => {
                if let ([Step::Key(section), ..], Some((key, value))) = (undo.at.as_slice(), take(&mut root, &undo.at)) {
                    let mut entries = defaults.clone();
                    entries.push((word(section), map(vec![(key, value)])));
                    apart = Some(map(entries));
                }
            }
        }
    }
    (root, apart)
}

fn at<'n>(root: &'n mut Node<'static>, steps: &[Step]) -> Option<&'n mut Node<'static>> {
    let Some((first, rest)) = steps.split_first() else { return Some(root) };
    let next = match (&mut root.kind, first) {
        (Kind::Map(entries), Step::Key(key)) => entries.iter_mut().find(|(it, _)| it.word() == Some(key)).map(|(_, value)| value),
        (Kind::List(items), Step::Item(at)) => items.get_mut(*at),
        _ => None,
    }?;
    at(next, rest)
}

fn take(root: &mut Node<'static>, steps: &[Step]) -> Option<(Node<'static>, Node<'static>)> {
    let (last, before) = steps.split_last()?;
    let parent = at(root, before)?;
    match (&mut parent.kind, last) {
        (Kind::Map(entries), Step::Key(key)) => {
            let position = entries.iter().position(|(it, _)| it.word() == Some(key))?;
            Some(entries.remove(position))
        }
        (Kind::List(items), Step::Item(at)) if *at < items.len() => {
            let value = items.remove(*at);
            Some((value.clone(), value))
        }
        // The only word of a list that is written without brackets.
        (Kind::Word { .. }, Step::Item(0)) => {
            let value = std::mem::replace(parent, Node { span: parent.span, kind: Kind::List(Vec::new()) });
            Some((value.clone(), value))
        }
        _ => None,
    }
}

fn put(parent: &mut Node<'static>, key: Option<Node<'static>>, value: Node<'static>, wrap: Option<&str>) {
    let was = std::mem::replace(parent, map(Vec::new()));
    parent.kind = match (was.kind, key) {
        (Kind::Map(mut entries), Some(key)) => {
            entries.retain(|(it, _)| it.word() != key.word());
            entries.push((key, value));
            Kind::Map(entries)
        }
        (kind, Some(key)) => {
            let short = Node { span: was.span, kind };
            let own = wrap.filter(|_| !short.is_null()).map(|wrap| (word(wrap), short));
            Kind::Map(own.into_iter().chain([(key, value)]).collect())
        }
        (Kind::List(mut items), None) => {
            items.push(value);
            Kind::List(items)
        }
        (kind, None) => {
            let single = Node { span: was.span, kind };
            Kind::List(if single.is_null() { vec![value] } else { vec![single, value] })
        }
    };
}

/// A tree as text: brackets and quotes throughout, so that every word is what it was.
pub fn written(node: &Node) -> String {
    match &node.kind {
        Kind::Word { text, plain: true } if matches!(text.as_ref(), "~" | "null" | "Null" | "NULL" | "true" | "false") => text.to_string(),
        Kind::Word { text, plain: true } if text.is_empty() => "~".to_owned(),
        Kind::Word { text, .. } => serde_json::Value::from(text.as_ref()).to_string(),
        Kind::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let parts: Vec<String> = entries.iter().map(|(key, value)| format!("{}: {}", written(key), written(value))).collect();
            format!("{{{}}}", parts.join(", "))
        }
    }
}

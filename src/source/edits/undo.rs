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

/// What takes an edit back.
#[derive(Clone, Debug)]
pub enum Undo {
    /// In one of the files of the second state, at the value itself or what it stood in.
    At(usize, Vec<Step>, Turn),
    /// By one more file: whose it is, and an entry as it was, with what its file said for it.
    File(String, Node<'static>),
}

#[derive(Clone, Debug)]
pub enum Turn {
    /// Takes the value away, with its key.
    Remove,
    /// Puts another value in its place.
    Set(Node<'static>),
    /// Puts an entry into the map, or an item into the list; a short form is written out under `wrap`.
    Put { key: Option<Node<'static>>, value: Node<'static>, wrap: Option<String> },
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

/// One more file, of the same repository, that says something for one entry of a section.
pub fn file(of: &str, defaults: &[(Node, Node)], section: &str, key: &Node, value: &Node) -> Undo {
    let said = defaults.iter().map(|(key, value)| (owned(key), owned(value)));
    Undo::File(of.to_owned(), map(said.chain([(word(section), map(vec![(owned(key), owned(value))]))]).collect()))
}

/// The tree without some edits.
pub fn undone(root: &Node, mut turns: Vec<(&[Step], &Turn)>) -> Node<'static> {
    let mut root = owned(root);
    // From the last item to the first, so that the places of those before stay.
    turns.sort_by(|a, b| b.0.cmp(a.0));
    for (steps, turn) in turns {
        match turn {
            Turn::Remove => take(&mut root, steps),
            Turn::Set(value) => {
                if let Some(node) = at(&mut root, steps) {
                    *node = value.clone();
                }
            }
            Turn::Put { key, value, wrap } => {
                if let Some(node) = at(&mut root, steps) {
                    put(node, key.clone(), value.clone(), wrap.as_deref());
                }
            }
        }
    }
    root
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

fn take(root: &mut Node<'static>, steps: &[Step]) {
    let Some((last, before)) = steps.split_last() else { return };
    let Some(parent) = at(root, before) else { return };
    match (&mut parent.kind, last) {
        (Kind::Map(entries), Step::Key(key)) => entries.retain(|(it, _)| it.word() != Some(key)),
        (Kind::List(items), Step::Item(at)) if *at < items.len() => {
            items.remove(*at);
        }
        // The only word of a list that is written without brackets.
        (Kind::Word { .. }, Step::Item(0)) => parent.kind = Kind::List(Vec::new()),
        _ => {}
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

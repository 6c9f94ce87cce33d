//! Random YAML texts in every style a person writes, with the place of each key and word.

use std::cell::Cell;

use proptest::prelude::*;
use ropa::source::{FileId, Span};
use serde_json::Value;

/// A value as it is written.
#[derive(Clone, Debug)]
pub enum Written {
    Null,
    /// One of [`WORDS`].
    Word(usize),
    List(Style, Vec<Written>),
    /// Keys are named by position.
    Map(Style, Vec<Written>),
}

/// How a list or map is written; within brackets everything stands in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Lines,
    /// The brackets on one line, or with a line for each entry.
    Brackets {
        lines: bool,
    },
}

/// Words, and whether they can stand in brackets.
pub static WORDS: &[(&str, bool)] = &[
    ("x", true),
    ("two words", true),
    ("email|sha256", true),
    ("'quoted, it''s # no comment'", true),
    ("\"double: \\\"q\\\" ]\"", true),
    ("2026-01-01", true),
    ("a#b", true),
    ("åäö €", true),
    ("plain, with commas", false),
    ("plain ] with } brackets", false),
    ("an [aside], so", false),
    ("|\n@literal: # kept\n@  more", false),
    (">-\n@folded\n@text", false),
    ("plain\n@over lines", false),
    ("\"quoted\n@over lines\"", true),
];

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    At(usize),
}

pub type Path = Vec<Step>;

/// A text with its places.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub text: String,
    /// Each key, with the path of its value.
    pub keys: Vec<(Path, Span)>,
    /// Each word, with the style of the list or map around it and whether that is a list.
    pub words: Vec<(Path, Span, Style, bool)>,
    pub comments: usize,
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Where comments stand: one bit for each place, in turn.
    pub comments: u64,
    pub crlf: bool,
    /// Lists of lines stand under their key, not further in.
    pub flush: bool,
    pub step: usize,
}

pub fn manner() -> impl Strategy<Value = Manner> {
    let flags = (prop::bool::weighted(0.1), any::<bool>(), prop_oneof![4 => Just(2usize), 1 => Just(4), 1 => Just(1)]);
    (any::<u64>(), flags).prop_map(|(comments, (crlf, flush, step))| Manner { comments, crlf, flush, step })
}

/// A map, as the root of a text.
pub fn root() -> impl Strategy<Value = Written> {
    let leaf = prop_oneof![1 => Just(Written::Null), 6 => (0..WORDS.len()).prop_map(Written::Word)];
    let style =
        || prop_oneof![3 => Just(Style::Lines), 2 => Just(Style::Brackets { lines: false }), 1 => Just(Style::Brackets { lines: true })];
    let inner = leaf.prop_recursive(3, 14, 4, move |inner| {
        let list = (style(), prop::collection::vec(inner.clone(), 0..4)).prop_map(|(style, all)| Written::List(style, all));
        let map = (style(), prop::collection::vec(inner, 0..4)).prop_map(|(style, all)| Written::Map(style, all));
        prop_oneof![1 => list, 2 => map]
    });
    prop::collection::vec(inner, 1..5).prop_map(|all| Written::Map(Style::Lines, all))
}

/// A root as text.
pub fn write(root: &Written, manner: Manner) -> Text {
    let writer = Writer { manner, turn: Cell::new(0) };
    let mut out = Text::default();
    writer.comment_line(&mut out, 0);
    if let Written::Map(_, all) = root {
        writer.map_lines(&mut out, all, 0, &mut Vec::new());
    }
    writer.comment_line(&mut out, 0);
    if manner.crlf {
        return crlf(out);
    }
    out
}

/// The same with carriage returns before the line ends.
fn crlf(mut it: Text) -> Text {
    let moved = |at: u32| at + it.text[..at as usize].matches('\n').count() as u32;
    let spans = it.keys.iter_mut().map(|key| &mut key.1).chain(it.words.iter_mut().map(|word| &mut word.1));
    spans.for_each(|span| (span.start, span.end) = (moved(span.start), moved(span.end)));
    it.text = it.text.replace('\n', "\r\n");
    it
}

struct Writer {
    manner: Manner,
    turn: Cell<u32>,
}

impl Writer {
    fn commented(&self) -> bool {
        let turn = self.turn.get();
        self.turn.set(turn + 1);
        self.manner.comments >> (turn % 64) & 1 == 1
    }

    fn comment(&self, out: &mut Text) {
        out.text += &format!("# c{}: {{ [x, y", out.comments);
        out.comments += 1;
    }

    fn comment_line(&self, out: &mut Text, indent: usize) {
        if self.commented() {
            out.text += &" ".repeat(indent);
            self.comment(out);
            out.text.push('\n');
        }
    }

    /// The end of a line, perhaps after a comment.
    fn line_end(&self, out: &mut Text) {
        if self.commented() {
            out.text += "  ";
            self.comment(out);
        }
        out.text.push('\n');
    }

    fn map_lines(&self, out: &mut Text, all: &[Written], indent: usize, path: &mut Path) {
        for (at, value) in all.iter().enumerate() {
            if at > 0 {
                self.comment_line(out, indent);
                out.text += &" ".repeat(indent);
            }
            key(out, at, path);
            out.text.push(':');
            self.value_lines(out, value, indent, path, true);
            path.pop();
        }
    }

    /// A value after `key:` or `-`, to the end of its line or lines.
    fn value_lines(&self, out: &mut Text, value: &Written, indent: usize, path: &mut Path, of_map: bool) {
        let further = indent + self.manner.step;
        match value {
            Written::Null => self.line_end(out),
            Written::Word(at) => {
                out.text.push(' ');
                // A comment cannot follow a block scalar, nor stand within one.
                let lines = WORDS[*at].0.contains('\n');
                word(out, *at, further, path, (Style::Lines, !of_map));
                if lines { out.text.push('\n') } else { self.line_end(out) }
            }
            Written::List(Style::Lines, all) if !all.is_empty() => {
                let inner = if of_map && self.manner.flush { indent } else { further };
                let mut same_line = !of_map;
                if same_line {
                    out.text.push(' ');
                } else {
                    self.line_end(out);
                }
                // The list within a list begins on the line of its dash.
                let inner = if same_line { indent + 2 } else { inner };
                for (at, item) in all.iter().enumerate() {
                    if !std::mem::take(&mut same_line) {
                        self.comment_line(out, inner);
                        out.text += &" ".repeat(inner);
                    }
                    out.text.push('-');
                    path.push(Step::At(at));
                    self.value_lines(out, item, inner, path, false);
                    path.pop();
                }
            }
            Written::Map(Style::Lines, all) if !all.is_empty() => {
                if of_map {
                    self.line_end(out);
                    self.comment_line(out, further);
                    out.text += &" ".repeat(further);
                    self.map_lines(out, all, further, path);
                } else {
                    out.text.push(' ');
                    self.map_lines(out, all, indent + 2, path);
                }
            }
            _ => {
                out.text.push(' ');
                self.brackets(out, value, further, path, (Style::Lines, !of_map));
                self.line_end(out);
            }
        }
    }

    fn brackets(&self, out: &mut Text, value: &Written, indent: usize, path: &mut Path, around: (Style, bool)) {
        let (style, all, is_list) = match value {
            Written::Null => {
                out.text.push('~');
                return;
            }
            Written::Word(at) => {
                let at = if WORDS[*at].1 { *at } else { 0 };
                return word(out, at, indent, path, around);
            }
            Written::List(style, all) => (*style, all, true),
            Written::Map(style, all) => (*style, all, false),
        };
        let lines = style == Style::Brackets { lines: true };
        let gap = |out: &mut Text| {
            if lines {
                self.line_end(out);
                out.text += &" ".repeat(indent);
            } else {
                out.text.push(' ');
            }
        };
        out.text.push(if is_list { '[' } else { '{' });
        for (at, value) in all.iter().enumerate() {
            if at > 0 {
                out.text.push(',');
            }
            gap(out);
            if is_list {
                path.push(Step::At(at));
            } else {
                key(out, at, path);
                out.text += ": ";
            }
            self.brackets(out, value, indent, path, (Style::Brackets { lines }, is_list));
            path.pop();
        }
        if !all.is_empty() || lines {
            gap(out);
        }
        out.text.push(if is_list { ']' } else { '}' });
    }
}

fn key(out: &mut Text, at: usize, path: &mut Path) {
    path.push(Step::Key(format!("k{at}")));
    let start = out.text.len();
    out.text += &format!("k{at}");
    out.keys.push((path.clone(), span(start, out.text.len())));
}

fn word(out: &mut Text, at: usize, indent: usize, path: &Path, (style, is_list): (Style, bool)) {
    let start = out.text.len();
    out.text += &WORDS[at].0.replace('@', &" ".repeat(indent));
    // A block scalar is no word of any list; its place is the parser's affair.
    if !WORDS[at].0.starts_with(['|', '>']) {
        out.words.push((path.clone(), span(start, out.text.len()), style, is_list));
    }
}

fn span(start: usize, end: usize) -> Span {
    Span { file: FileId::default(), start: start as u32, end: end as u32 }
}

/// What a text says, by a parser that the program's own tree does not use.
pub fn said(text: &str) -> Result<Value, String> {
    serde_yaml::from_str::<Value>(text).map_err(|error| error.to_string())
}

/// The value at a path.
pub fn at<'v>(value: &'v mut Value, path: &[Step]) -> &'v mut Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key).expect("the key is there"),
        Step::At(at) => value.get_mut(at).expect("the item is there"),
    })
}

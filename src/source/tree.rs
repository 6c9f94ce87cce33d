//! A YAML text as a tree in which every key and value knows its bytes, within fixed limits.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle};

use super::{FileId, Problem, ProblemKind, Span};

/// Maps and lists within each other, at most.
const DEPTH: usize = 64;
/// Values in one file, aliases written out, at most.
const NODES: usize = 2_000_000;
/// Bytes in one word, at most.
const SCALAR: usize = 1 << 20;

#[derive(Clone, Debug)]
pub(super) struct Node<'s> {
    pub span: Span,
    pub kind: Kind<'s>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind<'s> {
    /// A word; `plain` where it stands without quotes, so that it may be a null, boolean or number.
    Word {
        text: Cow<'s, str>,
        plain: bool,
    },
    List(Vec<Node<'s>>),
    Map(Vec<(Node<'s>, Node<'s>)>),
}

impl Node<'_> {
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Word { text, plain: true } if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What the value is, in words for a message.
    pub fn form(&self) -> &'static str {
        match self.kind {
            _ if self.is_null() => "nothing",
            Kind::Word { ref text, .. } if text.trim().is_empty() => "an empty text",
            Kind::Word { .. } => "a word",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    fn count(&self) -> usize {
        1 + match &self.kind {
            // A long word weighs as much as many short ones: aliases copy all of it.
            Kind::Word { text, .. } => text.len() / 64,
            Kind::List(items) => items.iter().map(Node::count).sum(),
            Kind::Map(entries) => entries.iter().map(|(key, value)| key.count() + value.count()).sum(),
        }
    }
}

/// A list or map whose end has not come yet.
struct Open<'s> {
    span: Span,
    anchor: usize,
    kind: Kind<'s>,
    key: Option<Node<'s>>,
}

struct Builder<'s, 'p> {
    file: FileId,
    open: Vec<Open<'s>>,
    root: Option<Node<'s>>,
    anchors: HashMap<usize, (Node<'s>, usize)>,
    nodes: usize,
    /// Bytes in one word, at most.
    longest: usize,
    problems: &'p mut Vec<Problem>,
}

/// The tree of a text, or nothing where the text is empty. A text that cannot be read to its end
/// gives the one problem that stopped it; repeated keys are problems of their own.
pub(super) fn parse<'s>(file: FileId, text: &'s str, problems: &mut Vec<Problem>) -> Option<Node<'s>> {
    parse_within(file, text, SCALAR, problems)
}

/// The same with another limit for one word, where a word is itself a text.
pub(super) fn parse_within<'s>(file: FileId, text: &'s str, longest: usize, problems: &mut Vec<Problem>) -> Option<Node<'s>> {
    let mut builder = Builder { file, open: Vec::new(), root: None, anchors: HashMap::new(), nodes: 0, longest, problems };
    match builder.run(text) {
        Ok(()) => builder.root,
        Err(problem) => {
            builder.problems.push(problem);
            None
        }
    }
}

impl<'s> Builder<'s, '_> {
    fn run(&mut self, text: &'s str) -> Result<(), Problem> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, at) = next.map_err(|error| self.syntax(text, &error))?;
            let range = at.byte_range().unwrap_or(0..0);
            let span = self.span(range.start, range.end);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let message = "a second document starts here; a file holds one".to_owned();
                        return Err(self.problem(ProblemKind::Syntax, span, message).with_help("split the file at `---` into two files"));
                    }
                }
                Event::Scalar(word, style, anchor, tag) => {
                    if word.len() > self.longest {
                        let message = format!("a value of {} bytes; at most {} are read", word.len(), self.longest);
                        return Err(self.problem(ProblemKind::TooLarge, Span { end: span.start, ..span }, message));
                    }
                    let mut plain = style == ScalarStyle::Plain;
                    if let Some(tag) = tag {
                        plain &= !tag.is_yaml_core_schema_tag("str");
                        if tag.is_custom() {
                            return Err(self.tagged(span));
                        }
                    }
                    self.put(Node { span, kind: Kind::Word { text: word, plain } }, anchor)?;
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.start(span, anchor, Kind::List(Vec::new()), tag.is_some_and(|tag| tag.is_custom()))?;
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.start(span, anchor, Kind::Map(Vec::new()), tag.is_some_and(|tag| tag.is_custom()))?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
                Event::Alias(anchor) => {
                    let Some((node, count)) = self.anchors.get(&anchor) else {
                        let message = "this alias stands inside the value it names".to_owned();
                        return Err(self.problem(ProblemKind::Syntax, span, message));
                    };
                    // Checked before the copy, so that nested aliases cannot grow past the limit.
                    if self.nodes + count > NODES {
                        let message = format!("aliases written out make more than {NODES} values");
                        return Err(self.problem(ProblemKind::TooLarge, span, message));
                    }
                    let (node, count) = (node.clone(), *count);
                    self.nodes += count;
                    self.put(node, 0)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, span: Span, anchor: usize, kind: Kind<'s>, tagged: bool) -> Result<(), Problem> {
        if tagged {
            return Err(self.tagged(span));
        }
        if self.open.len() >= DEPTH {
            let message = format!("lists and maps nested more than {DEPTH} deep");
            return Err(self.problem(ProblemKind::TooLarge, span, message));
        }
        self.open.push(Open { span, anchor, kind, key: None });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Result<(), Problem> {
        let Some(Open { mut span, anchor, mut kind, .. }) = self.open.pop() else { return Ok(()) };
        if span.start == span.end {
            // A block has no bracket of its own: it reaches from its first child to its last.
            let ends = match &kind {
                Kind::List(items) => items.first().zip(items.last()).map(|(a, b)| (a.span, b.span)),
                Kind::Map(entries) => entries.first().zip(entries.last()).map(|(a, b)| (a.0.span, b.1.span)),
                Kind::Word { .. } => None,
            };
            if let Some((first, last)) = ends.filter(|(first, last)| first.start <= last.end) {
                span = Span { start: first.start, end: last.end, ..span };
            }
        } else {
            span.end = end.end;
        }
        if let Kind::Map(entries) = &mut kind {
            self.merge(entries);
            self.unique(entries);
        }
        self.put(Node { span, kind }, anchor)
    }

    fn put(&mut self, node: Node<'s>, anchor: usize) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > NODES {
            let message = format!("more than {NODES} values in one file");
            return Err(self.problem(ProblemKind::TooLarge, node.span, message));
        }
        if anchor > 0 {
            let count = node.count();
            self.anchors.insert(anchor, (node.clone(), count));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open { kind: Kind::List(items), .. }) => items.push(node),
            Some(Open { kind: Kind::Map(entries), key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
            Some(Open { kind: Kind::Word { .. }, .. }) => {}
        }
        Ok(())
    }

    /// YAML merge keys: `<<: *base` lends every key that the map does not have itself.
    fn merge(&mut self, entries: &mut Vec<(Node<'s>, Node<'s>)>) {
        if !entries.iter().any(|(key, _)| is_merge(key)) {
            return;
        }
        let (merges, mut own): (Vec<_>, Vec<_>) = std::mem::take(entries).into_iter().partition(|(key, _)| is_merge(key));
        for (_, value) in merges {
            let span = value.span;
            let bases = match value.kind {
                Kind::List(items) => items,
                _ => vec![value],
            };
            for base in bases {
                let Kind::Map(lent) = base.kind else {
                    let message = "`<<` takes a map, or a list of maps".to_owned();
                    self.problems.push(self.problem(ProblemKind::InvalidValue, span, message));
                    continue;
                };
                for (key, value) in lent {
                    if !own.iter().any(|(known, _)| known.word() == key.word()) {
                        own.push((key, value));
                    }
                }
            }
        }
        *entries = own;
    }

    fn unique(&mut self, entries: &mut Vec<(Node<'s>, Node<'s>)>) {
        let mut seen: HashMap<String, Span> = HashMap::with_capacity(entries.len());
        entries.retain(|(key, _)| {
            let Some(word) = key.word() else {
                let message = format!("a key is {}; it must be a word", key.form());
                self.problems.push(Problem::new(ProblemKind::InvalidValue, key.span, message));
                return false;
            };
            match seen.insert(word.to_owned(), key.span) {
                None => true,
                Some(first) => {
                    seen.insert(word.to_owned(), first);
                    let mut problem =
                        Problem::new(ProblemKind::DuplicateKey, key.span, format!("the key `{word}` stands twice in this map"));
                    problem.other = Some((first, "first here".to_owned()));
                    self.problems.push(problem.with_help("keep one of the two, or merge what they say"));
                    false
                }
            }
        });
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: start as u32, end: end as u32 }
    }

    fn problem(&self, kind: ProblemKind, span: Span, message: String) -> Problem {
        Problem::new(kind, span, message)
    }

    fn tagged(&self, span: Span) -> Problem {
        self.problem(ProblemKind::Syntax, span, "a YAML tag (`!…`); the language has none".to_owned())
    }

    fn syntax(&self, text: &str, error: &granit_parser::ScanError) -> Problem {
        let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
        let start = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let end = text[start..].chars().next().map_or(start, |next| start + next.len_utf8());
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            let message = format!("lists and maps nested more than {DEPTH} deep");
            return self.problem(ProblemKind::TooLarge, self.span(start, end), message);
        }
        let problem = self.problem(ProblemKind::Syntax, self.span(start, end), format!("not YAML: {}", error.info()));
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        if text[line..].trim_start_matches(' ').starts_with('\t') {
            return problem.with_help("indent with spaces; YAML does not take tabs");
        }
        problem
    }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, Kind::Word { text, plain: true } if text == "<<")
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, span: Span, message: String) -> Problem {
        Problem { kind, span, message, help: None, other: None }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

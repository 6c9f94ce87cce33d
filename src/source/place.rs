//! Files, byte spans in them, and the lines and columns people read.

use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;

/// One text among [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file. Lines are computed when asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Where a span stands, as people and editors say it: lines and columns count from 1, columns in
/// characters, and the end is the position just behind the last character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path from the repository's root, with forward slashes.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column behind the last character.
    pub end_column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What the path of a text that ships with the program begins with.
pub const BUILT_IN: &str = "ropa:";

/// Where the text of another repository comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The word under `imports:` that brings it in.
    pub line: Span,
    /// The model it is part of.
    pub model: FileId,
}

/// One input text.
#[derive(Debug)]
pub struct Source {
    /// Path from the repository's root, with forward slashes.
    pub path: String,
    /// The whole text, without a byte order mark.
    pub text: String,
    /// What brought it in, if it is another repository's.
    pub imported: Option<Brought>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// A text under the path that findings will name.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        Source { path: path.into(), text: text.into(), imported: None, lines: OnceLock::new() }
    }

    /// The same of a text of another repository.
    pub fn imported(path: impl Into<String>, text: impl Into<String>, brought: Brought) -> Source {
        Source { imported: Some(brought), ..Source::new(path, text) }
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect()
        })
    }

    /// Line and column, both from 1, of a byte offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let lines = self.lines();
        let offset = offset.min(self.text.len() as u32);
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines[line - 1] as usize;
        let column = self.text[start..offset as usize].chars().count();
        (line as u32, column as u32 + 1)
    }

    /// The byte range of lines `first..=last` (from 1), without the last line break.
    pub fn line_range(&self, first: u32, last: u32) -> std::ops::Range<usize> {
        let lines = self.lines();
        let start = lines.get(first.saturating_sub(1) as usize).map_or(self.text.len(), |at| *at as usize);
        let end = lines.get(last as usize).map_or(self.text.len(), |at| *at as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }
}

/// All texts of one run, in the order of their paths.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text and says which one it is.
    pub fn add(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() as u32 - 1)
    }

    /// Puts another text in the place of one, under the same path.
    pub fn replace(&mut self, id: FileId, text: impl Into<String>) {
        let source = &mut self.files[id.0 as usize];
        (source.text, source.lines) = (text.into(), OnceLock::new());
    }

    /// The text behind an id.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// Every text with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(at, source)| (FileId(at as u32), source))
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The words a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The place of a span.
    pub fn place(&self, span: Span) -> Place {
        let source = self.get(span.file);
        let (line, column) = source.position(span.start);
        let (end_line, end_column) = source.position(span.end.max(span.start));
        Place { file: source.path.clone(), line, column, end_line, end_column }
    }

    /// The model that a place is part of, and the repository that wrote it; none for what is the project's own.
    pub fn model(&self, span: Span) -> Option<(&str, &Source)> {
        let brought = self.get(span.file).imported?;
        Some((self.text(brought.line), self.get(brought.model)))
    }

    /// The place in a file of this repository: of what another one declares, the line that imports it;
    /// of what ships with the program, none.
    pub fn here(&self, span: Span) -> Option<Place> {
        let source = self.get(span.file);
        match source.imported {
            Some(it) => Some(self.place(it.line)),
            None => (!source.path.starts_with(BUILT_IN)).then(|| self.place(span)),
        }
    }
}

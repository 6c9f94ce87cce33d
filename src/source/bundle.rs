//! A model: one file that carries every declaration of a repository, word for word, to others.
//!
//! ```yaml
//! ropa-model: 1
//! namespace: shop
//! revision: 1a2b3c4d5e6f
//! files:
//!   registry/web.yaml: |2
//!     systems: { website: { collects: { visitor: [email] } } }
//!   ropa.yaml: |2
//!     version: 1
//!     namespace: shop
//! ```

use std::fmt::Write;

use super::tree::{Kind, Node, parse_within};
use super::walk::FILE;
use super::{FileId, Problem, ProblemKind, Span, Spanned, scalar};

/// The text that says who a repository is.
pub(super) const SETTINGS: &str = "ropa.yaml";

/// What a model holds.
#[derive(Debug)]
pub(super) struct Texts {
    /// What the names of its declarations begin with elsewhere.
    pub namespace: Spanned<String>,
    /// What it was made from, if it says so.
    pub revision: Option<String>,
    /// Its texts by path, sorted.
    pub texts: Vec<(String, String)>,
}

/// Writes a model: texts by their paths below the project's folder, and what they are a revision of, where
/// that is to be said. It is read back, so that nobody is given one that cannot be.
pub fn bundle<'a>(namespace: &str, revision: Option<&str>, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> anyhow::Result<String> {
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort();
    let out = written(namespace, revision, &texts);
    if out.len() as u64 > FILE {
        anyhow::bail!("the model is larger than {} MiB, and nobody could read it\nhelp: split the project", FILE >> 20);
    }
    let read = read(FileId::default(), &out).map_err(|problem| anyhow::anyhow!("the model could not be read: {}", problem.message))?;
    if read.revision.as_deref() != revision || !read.texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).eq(texts) {
        anyhow::bail!("the model would not say the same as the files it is made of");
    }
    Ok(out)
}

fn written(namespace: &str, revision: Option<&str>, texts: &[(&str, &str)]) -> String {
    let revision = revision.map(|it| format!("revision: {}\n", quoted(it))).unwrap_or_default();
    let mut out = format!(
        "# What this repository declares, for others to import. Written by `ropa export model`.\nropa-model: 1\nnamespace: {}\n{revision}files:\n",
        scalar(namespace)
    );
    for (path, text) in texts {
        writeln!(out, "  {}: {}", scalar(path), value(text)).expect("writing to a string cannot fail");
    }
    out
}

/// A text as a value two spaces in: as it stands where YAML keeps it so, else between quotes.
fn value(text: &str) -> String {
    let last = text.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    if last.trim().is_empty() || !text.chars().all(|it| it == '\n' || stands(it)) {
        return quoted(text);
    }
    let ends = text.len() - text.trim_end_matches('\n').len();
    // The mark says how many line breaks there are at the end: none, one, or all that are written.
    let mut out = match ends {
        0 => "|2-".to_owned(),
        1 => "|2".to_owned(),
        _ => "|2+".to_owned(),
    };
    for line in text[..text.len() - ends.min(1)].split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
        }
    }
    out
}

/// Whether a letter means itself in a block of YAML, in every version of it.
fn stands(letter: char) -> bool {
    matches!(letter, '\t' | ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter != '\t' && stands(letter) => out.push(letter),
            letter => write!(out, "\\U{:08x}", u32::from(letter)).expect("writing to a string cannot fail"),
        }
    }
    out.push('"');
    out
}

/// Reads a model; the first thing that is wrong with it is all that is said.
pub(super) fn read(file: FileId, text: &str) -> Result<Texts, Problem> {
    let mut problems = Vec::new();
    let root = parse_within(file, text, FILE as usize, &mut problems);
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    let top = Span { file, start: 0, end: 0 };
    let invalid = |span, message: String| Problem::new(ProblemKind::InvalidValue, span, message);
    let Some(Node { kind: Kind::Map(entries), .. }) = root else {
        return Err(invalid(top, "it is no map".to_owned()));
    };
    let (mut version, mut namespace, mut revision, mut texts) = (None, None, None, None);
    for (key, value) in entries {
        match key.word().unwrap_or_default() {
            "ropa-model" => version = Some(value),
            "namespace" => namespace = Some(value),
            "revision" => revision = Some(value),
            "files" => texts = Some(value),
            other => return Err(invalid(key.span, format!("the key `{other}` is none of a model's"))),
        }
    }
    let Some(version) = version else {
        return Err(invalid(top, "the key `ropa-model` is missing".to_owned()));
    };
    if version.word() != Some("1") {
        return Err(invalid(version.span, "it is of a version that this program does not know".to_owned()));
    }
    let Some((namespace, at)) = namespace.as_ref().and_then(|it| Some((it.word()?, it.span))) else {
        return Err(invalid(top, "it does not say its `namespace`".to_owned()));
    };
    let revision = match revision {
        Some(it) if it.word().is_none() => return Err(invalid(it.span, format!("its `revision` is {}, not a text", it.form()))),
        revision => revision.as_ref().and_then(|it| it.word()).map(str::to_owned),
    };
    let Some(Node { kind: Kind::Map(files), .. }) = texts else {
        return Err(invalid(top, "it has no map of `files`".to_owned()));
    };
    let mut texts = Vec::with_capacity(files.len());
    for (path, text) in files {
        let name = path.word().unwrap_or_default();
        if !belongs(name) {
            return Err(invalid(path.span, format!("`{name}` is no file of declarations")));
        }
        let Some(content) = text.word() else {
            return Err(invalid(text.span, format!("`{name}` is {}, not a text", text.form())));
        };
        texts.push((name.to_owned(), content.to_owned()));
    }
    texts.sort();
    Ok(Texts { namespace: Spanned { value: namespace.to_owned(), span: at }, revision, texts })
}

/// Whether a path is one that a project's declarations have. It is shown and never opened.
fn belongs(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(char::is_control);
    let declares = path.starts_with("registry/") && (path.ends_with(".yaml") || path.ends_with(".yml"));
    path == SETTINGS || declares && path.split('/').all(part)
}

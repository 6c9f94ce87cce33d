//! `imports:` of `ropa.yaml`: what other repositories declare, read from the files they exported.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::bundle::{self, Texts};
use super::place::Brought;
use super::walk::Refused;
use super::{Bare, Entries, FileId, Maybe, Problem, ProblemKind, Short, Source, Sources, Spanned, read};

/// Where the model of another repository is, and how much of it this project answers for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ImportDecl {
    /// The file that `ropa export model` wrote, kept in the project's folder.
    pub from: Maybe<Spanned<String>>,
    /// Its gaps are reported here too, and its exposures accepted here.
    pub whole: Maybe<Spanned<bool>>,
}

impl Bare for ImportDecl {
    type Form = Spanned<String>;
    fn bare(from: Spanned<String>) -> Self {
        ImportDecl { from: Maybe::from(from), ..ImportDecl::default() }
    }
}

/// What another repository declares.
#[derive(Clone, Debug)]
pub struct Import {
    /// What its names begin with here.
    pub namespace: String,
    /// The project answers for all of it, as for its own.
    pub whole: bool,
    /// What its model says it was made from.
    pub revision: Option<String>,
    /// Its `ropa.yaml`.
    pub settings: FileId,
    /// Its declarations, by path.
    pub files: Vec<FileId>,
}

/// The one key of `ropa.yaml` that says which texts there are.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    imports: Entries<Short<ImportDecl>>,
}

/// Opens what `ropa.yaml` imports, by namespace; what cannot be read is a problem at its line there.
/// `open` gives the text of a path below the project's folder, wherever that folder is.
pub fn imports(
    settings: FileId,
    prefix: &str,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
    mut open: impl FnMut(&str) -> Result<String, Refused>,
) -> Vec<Import> {
    // Whatever else is wrong there is said when the settings themselves are read.
    let head: Head = read(settings, &sources.get(settings).text, &mut Vec::new()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in head.imports.0 {
        let (namespace, decl) = (entry.key, entry.value.0);
        match import(&namespace, &decl, prefix, &mut seen, sources, &mut open) {
            Ok(import) => all.push(import),
            Err(problem) => problems.push(*problem),
        }
    }
    all.sort_by(|a, b| a.namespace.cmp(&b.namespace));
    all
}

fn import(
    namespace: &Spanned<String>,
    decl: &ImportDecl,
    prefix: &str,
    seen: &mut BTreeSet<String>,
    sources: &mut Sources,
    open: impl FnOnce(&str) -> Result<String, Refused>,
) -> Result<Import, Box<Problem>> {
    let invalid = |span, message: String, help: &str| Problem::new(ProblemKind::InvalidValue, span, message).with_help(help);
    let Some(from) = decl.from.as_ref() else {
        let message = format!("nobody has said where the model of `{}` is", namespace.value);
        return Err(Box::new(invalid(namespace.span, message, "write the path of the file that `ropa export model` wrote there")));
    };
    let Some(path) = inside(from) else {
        let message = format!("`{}` is no path inside the project's folder", from.value);
        return Err(Box::new(invalid(
            from.span,
            message,
            "copy the model into the project, as in `models/shop.yaml`, and name it from there",
        )));
    };
    if path.starts_with("registry/") {
        let message = format!("`{path}` would be read as a declaration of this project's own");
        return Err(Box::new(invalid(from.span, message, "move the model out of `registry/`, as in `models/shop.yaml`")));
    }
    // Before it is opened: a thousand lines must not read one large file a thousand times.
    if !seen.insert(path.clone()) {
        let message = format!("`{path}` is imported twice");
        return Err(Box::new(invalid(from.span, message, "keep the line whose key is the namespace of the model")));
    }
    let shown = format!("{prefix}{path}");
    let text = open(&path).map_err(|(kind, why)| Box::new(Problem::new(kind, from.span, format!("`{shown}`: {why}"))))?;
    let file = FileId(sources.len() as u32);
    let read = bundle::read(file, &text);
    sources.add(Source::new(shown.as_str(), text));
    let Texts { namespace: own, revision, texts } = read.map_err(|problem| {
        let mut told = Problem::new(problem.kind, from.span, format!("`{shown}` cannot be read as a model: {}", problem.message));
        told.help = problem.help.or_else(|| Some("write it anew with `ropa export model`".to_owned()));
        told.other = Some((problem.span, "here".to_owned()));
        Box::new(told)
    })?;
    if own.value != namespace.value {
        let message = format!("`{shown}` is the model of `{}`, not of `{}`", own.value, namespace.value);
        let mut told = invalid(namespace.span, message, &format!("write `{}: {}`, or import the other file", own.value, from.value));
        told.other = Some((own.span, "says whose it is".to_owned()));
        return Err(Box::new(told));
    }
    let add = |sources: &mut Sources, path: &str, text: String| {
        sources.add(Source::imported(format!("{}:{path}", own.value), text, Brought { line: namespace.span, model: file }))
    };
    let (mut settings, mut files) = (None, Vec::new());
    for (path, text) in texts {
        let file = add(sources, &path, text);
        if path == bundle::SETTINGS { settings = Some(file) } else { files.push(file) }
    }
    // A model without settings is still a model: it says nothing about who its organisation is.
    let settings = settings.unwrap_or_else(|| add(sources, bundle::SETTINGS, String::new()));
    let whole = decl.whole.as_ref().is_some_and(|it| it.value);
    Ok(Import { namespace: own.value, whole, revision, settings, files })
}

/// A path below the project's folder as it is opened and shown; none where it leads elsewhere.
fn inside(path: &str) -> Option<String> {
    if path.contains(['\\', ':']) || path.chars().any(char::is_control) {
        return None;
    }
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    (!parts.is_empty() && !path.ends_with('/')).then(|| parts.join("/"))
}

//! From a folder to texts: finding `ropa.yaml`, walking `registry/`, opening each file safely.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::imports::{Import, imports};
use super::{FileId, Problem, ProblemKind, Source, Sources, Span};

/// Bytes in one file, at most.
pub(super) const FILE: u64 = 16 << 20;

/// A project on disk: where it is and which texts belong to it.
#[derive(Debug)]
pub struct Project {
    /// The folder that holds `ropa.yaml`.
    pub root: PathBuf,
    /// `ropa.yaml`.
    pub settings: FileId,
    /// `registry/**/*.yaml`, by path.
    pub files: Vec<FileId>,
    /// `ropa.lock`, if there is one.
    pub lock: Option<FileId>,
    /// Own templates: `templates/**`, by path.
    pub templates: Vec<FileId>,
    /// What other repositories declare, by namespace.
    pub imports: Vec<Import>,
}

impl Project {
    /// Where a text of the project lies on disk, by the path that findings name.
    pub fn on_disk(&self, path: &str) -> PathBuf {
        self.root.join(self.below(path))
    }

    /// The path that findings name for a file below the project's folder.
    pub fn named(&self, file: &str) -> String {
        format!("{}{file}", prefix(&self.root))
    }

    /// The path below the project's folder, of a path that findings name.
    pub fn below<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&prefix(&self.root)).unwrap_or(path)
    }
}

/// The nearest folder at or above `start` that holds a `ropa.yaml`.
pub fn find_root(start: &Path) -> anyhow::Result<PathBuf> {
    let start = fs::canonicalize(start).map_err(|error| anyhow::anyhow!("opening `{}`: {}", start.display(), said(&error)))?;
    start.ancestors().find(|folder| folder.join("ropa.yaml").is_file()).map(Path::to_owned).ok_or_else(|| {
        anyhow::anyhow!(
            "no `ropa.yaml` in `{}` or any folder above it\nhelp: a project starts with a `ropa.yaml` and a folder `registry/`",
            start.display()
        )
    })
}

/// Opens every text of the project. What cannot be opened is a problem; the rest is still read.
pub fn load(root: &Path, sources: &mut Sources, problems: &mut Vec<Problem>) -> Project {
    let mut loader = Loader { root, prefix: prefix(root), sources, problems };
    let settings = loader.open(&root.join("ropa.yaml"));
    let files = loader.folder("registry", &["yaml", "yml"]);
    let templates = loader.folder("templates", &["html", "css", "js"]);
    let lock = root.join("ropa.lock");
    let lock = fs::symlink_metadata(&lock).is_ok().then(|| loader.open(&lock));
    let Loader { prefix, sources, problems, .. } = loader;
    let known = problems.len();
    let imports = imports(settings, &prefix, sources, problems, |path| text_of(root, &root.join(path)));
    if files.is_empty() && imports.is_empty() && problems.len() == known {
        let span = Span { file: settings, start: 0, end: 0 };
        let message = format!("nothing is declared: `{prefix}registry/` holds no `.yaml` file");
        problems.push(Problem::new(ProblemKind::Nothing, span, message).with_help("declare systems and recipients in `registry/*.yaml`"));
    }
    Project { root: root.to_owned(), settings, files, lock, templates, imports }
}

/// The project's folder as seen from the root of its repository: empty, or ending in `/`.
fn prefix(root: &Path) -> String {
    let repository = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
    let below = root.strip_prefix(repository).unwrap_or(Path::new(""));
    below.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

struct Loader<'a> {
    root: &'a Path,
    prefix: String,
    sources: &'a mut Sources,
    problems: &'a mut Vec<Problem>,
}

impl Loader<'_> {
    fn folder(&mut self, name: &str, endings: &[&str]) -> Vec<FileId> {
        let folder = self.root.join(name);
        if fs::symlink_metadata(&folder).is_err() {
            return Vec::new();
        }
        let mut paths = Vec::new();
        let walk = WalkDir::new(&folder).follow_links(true).max_depth(32).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|it| it.depth() == 0 || !it.file_name().to_string_lossy().starts_with('.')) {
            match entry {
                Ok(entry) => {
                    let ending = entry.path().extension().and_then(|it| it.to_str()).unwrap_or_default();
                    if !entry.file_type().is_dir() && endings.contains(&ending) {
                        paths.push(entry.into_path());
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(&folder).to_owned();
                    let why = if error.loop_ancestor().is_some() {
                        "a symbolic link leads back to a folder above it".to_owned()
                    } else {
                        error.io_error().map_or("cannot be walked".to_owned(), said)
                    };
                    self.unreadable(&path, &why);
                }
            }
        }
        paths.sort_by_key(|path| self.shown(path));
        paths.iter().map(|path| self.open(path)).collect()
    }

    fn open(&mut self, path: &Path) -> FileId {
        match text_of(self.root, path) {
            Ok(text) => {
                let shown = self.shown(path);
                self.sources.add(Source::new(shown, text))
            }
            Err((kind, why)) => self.refuse(path, kind, &why),
        }
    }

    fn unreadable(&mut self, path: &Path, why: &str) {
        self.refuse(path, ProblemKind::Unreadable, why);
    }

    fn refuse(&mut self, path: &Path, kind: ProblemKind, why: &str) -> FileId {
        let shown = self.shown(path);
        let message = format!("`{shown}`: {why}");
        let file = self.sources.add(Source::new(shown, ""));
        self.problems.push(Problem::new(kind, Span { file, start: 0, end: 0 }, message));
        file
    }

    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        format!("{}{}", self.prefix, parts.join("/"))
    }
}

/// Why a file is not read.
pub(super) type Refused = (ProblemKind, String);

fn text_of(root: &Path, path: &Path) -> Result<String, Refused> {
    let unreadable = |error: std::io::Error| (ProblemKind::Unreadable, said(&error));
    let real = fs::canonicalize(path).map_err(unreadable)?;
    if !real.starts_with(root) {
        return Err((ProblemKind::Unreadable, "a symbolic link that leads out of the project".to_owned()));
    }
    let about = fs::metadata(&real).map_err(unreadable)?;
    // A pipe or device would block or never end.
    if !about.is_file() {
        return Err((ProblemKind::Unreadable, "not a regular file".to_owned()));
    }
    let mut bytes = Vec::with_capacity(about.len().min(FILE) as usize);
    fs::File::open(&real).and_then(|file| file.take(FILE + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > FILE {
        return Err((ProblemKind::TooLarge, format!("larger than {} MiB; split it", FILE >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        (ProblemKind::Unreadable, format!("not UTF-8, from line {line} on; save it as UTF-8"))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// An operating system's error in plain words, without its number.
fn said(error: &std::io::Error) -> String {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    match error.kind() {
        NotFound => "does not exist, or is a symbolic link to nothing".to_owned(),
        PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}

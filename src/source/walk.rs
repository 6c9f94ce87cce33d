//! From a folder to texts: finding `ropa.yaml`, walking `registry/`, opening each file safely.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::captures::Captures;
use super::imports::{Import, imports};
use super::{FileId, Problem, ProblemKind, Source, Sources, Span};

/// Bytes in one file, at most.
pub(super) const FILE: u64 = 16 << 20;
/// Folders within each other, at most; what lies deeper is not read.
pub(super) const DEPTH: usize = 32;

/// Why a name leads to no file.
pub(super) const MISSING: &str = "does not exist, or is a symbolic link to nothing";
/// Why a symbolic link is not followed.
pub(super) const OUTSIDE: &str = "a symbolic link that leads out of the project";
/// Why a capture is not opened; its path may lead out by itself.
pub(super) const BEYOND: &str = "leads out of the project's folder; copy the file into it";
/// Why a folder is not walked.
pub(super) const CIRCLE: &str = "a symbolic link leads back to a folder above it";

/// A project: where it is and which texts belong to it.
#[derive(Debug, Default)]
pub struct Project {
    /// The folder that holds `ropa.yaml`.
    pub root: PathBuf,
    /// That folder from the root of its repository: empty, or ending in `/`.
    pub prefix: String,
    /// `ropa.yaml`.
    pub settings: FileId,
    /// `registry/**/*.yaml`, by path.
    pub files: Vec<FileId>,
    /// `ropa.lock`, if there is one.
    pub lock: Option<FileId>,
    /// Own templates: `templates/**`, by path.
    pub templates: Vec<FileId>,
    /// Where the captures lie that evidence names.
    pub captures: Captures,
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
        format!("{}{file}", self.prefix)
    }

    /// The path below the project's folder, of a path that findings name.
    pub fn below<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.prefix).unwrap_or(path)
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

/// The texts of a project, opened.
#[derive(Debug, Default)]
pub struct Opened {
    /// The texts.
    pub sources: Sources,
    /// Which of them is what.
    pub project: Project,
    /// What could not be opened.
    pub problems: Vec<Problem>,
    /// Captures are to be read, whether the project names any or declares anything at all.
    pub evidence: bool,
}

impl Opened {
    /// No project: what is built in, and nothing else.
    pub fn nothing() -> Opened {
        let mut opened = Opened { evidence: true, ..Opened::default() };
        opened.project.settings = opened.sources.add(Source::new("ropa.yaml", "version: 1"));
        opened
    }
}

/// Opens every text of the project in a folder. What cannot be opened is a problem; the rest is still read.
pub fn load(root: &Path) -> Opened {
    let mut opened = Loader { store: Disk { root }, prefix: prefix(root), opened: Opened::default() }.project(root);
    opened.project.captures = Captures::Folder(root.to_owned());
    opened
}

/// The root of the repository a folder lies in.
pub fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|it| it.join(".git").exists())
}

/// The project's folder as seen from the root of its repository: empty, or ending in `/`.
pub fn prefix(root: &Path) -> String {
    let repository = repository(root).unwrap_or(root);
    let below = root.strip_prefix(repository).unwrap_or(Path::new(""));
    below.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// Why a file or folder is not read.
pub(super) type Refused = (ProblemKind, String);

/// Where the texts of a project come from.
pub(super) trait Store {
    /// What it knows a file by.
    type At;

    /// The file of a name in the project's folder, whatever it is.
    fn named(&mut self, name: &str) -> Option<Self::At>;

    /// The files below a folder that end so, with their paths from the project's folder. What cannot be
    /// walked comes with the reason.
    fn below(&mut self, folder: &str, endings: &[&str]) -> Vec<(String, Result<Self::At, Refused>)>;

    /// The bytes of a file, at most [`FILE`].
    fn bytes(&mut self, at: &Self::At) -> Result<Vec<u8>, Refused>;
}

pub(super) struct Loader<S> {
    pub store: S,
    pub prefix: String,
    pub opened: Opened,
}

impl<S: Store> Loader<S> {
    /// Opens every text; what cannot be opened is a problem.
    pub fn project(mut self, root: &Path) -> Opened {
        let settings = match self.store.named("ropa.yaml") {
            Some(at) => self.open("ropa.yaml".to_owned(), Ok(at)),
            None => self.open("ropa.yaml".to_owned(), Err((ProblemKind::Unreadable, MISSING.to_owned()))),
        };
        let files = self.folder("registry", &["yaml", "yml"]);
        let templates = self.folder("templates", &["html", "css", "js"]);
        let lock = self.store.named("ropa.lock").map(|at| self.open("ropa.lock".to_owned(), Ok(at)));
        let Loader { mut store, prefix, mut opened } = self;
        let Opened { sources, problems, .. } = &mut opened;
        let known = problems.len();
        let imports = imports(settings, &prefix, sources, problems, |path| {
            let at = store.named(path).ok_or((ProblemKind::Unreadable, MISSING.to_owned()))?;
            store.bytes(&at).and_then(text_of)
        });
        if files.is_empty() && imports.is_empty() && problems.len() == known {
            let span = Span { file: settings, start: 0, end: 0 };
            let message = format!("nothing is declared: `{prefix}registry/` holds no `.yaml` file");
            let nothing = Problem::new(ProblemKind::Nothing, span, message);
            problems.push(nothing.with_help("declare systems and recipients in `registry/*.yaml`"));
        }
        opened.project = Project { root: root.to_owned(), prefix, settings, files, lock, templates, imports, captures: Captures::None };
        opened
    }

    fn folder(&mut self, name: &str, endings: &[&str]) -> Vec<FileId> {
        let mut found = self.store.below(name, endings);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        // What cannot be walked is a problem, and no text of the project.
        let open = |(path, at): (String, Result<S::At, Refused>)| {
            let walked = at.is_ok();
            Some(self.open(path, at)).filter(|_| walked)
        };
        found.into_iter().filter_map(open).collect()
    }

    fn open(&mut self, path: String, at: Result<S::At, Refused>) -> FileId {
        let shown = format!("{}{path}", self.prefix);
        match at.and_then(|at| self.store.bytes(&at)).and_then(text_of) {
            Ok(text) => self.opened.sources.add(Source::new(shown, text)),
            Err((kind, why)) => {
                let message = format!("`{shown}`: {why}");
                let file = self.opened.sources.add(Source::new(shown, ""));
                self.opened.problems.push(Problem::new(kind, Span { file, start: 0, end: 0 }, message));
                file
            }
        }
    }
}

/// A folder of the disk.
struct Disk<'a> {
    root: &'a Path,
}

impl Store for Disk<'_> {
    type At = PathBuf;

    fn named(&mut self, name: &str) -> Option<PathBuf> {
        let path = self.root.join(name);
        fs::symlink_metadata(&path).is_ok().then_some(path)
    }

    fn below(&mut self, folder: &str, endings: &[&str]) -> Vec<(String, Result<PathBuf, Refused>)> {
        let folder = self.root.join(folder);
        let mut found = Vec::new();
        if fs::symlink_metadata(&folder).is_err() {
            return found;
        }
        let walk = WalkDir::new(&folder).follow_links(true).max_depth(DEPTH).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|it| it.depth() == 0 || !it.file_name().to_string_lossy().starts_with('.')) {
            match entry {
                Ok(entry) => {
                    let ending = entry.path().extension().and_then(|it| it.to_str()).unwrap_or_default();
                    if !entry.file_type().is_dir() && endings.contains(&ending) {
                        found.push((self.shown(entry.path()), Ok(entry.into_path())));
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(&folder);
                    let why = match error.io_error() {
                        _ if error.loop_ancestor().is_some() => CIRCLE.to_owned(),
                        Some(error) => said(error),
                        None => "cannot be walked".to_owned(),
                    };
                    found.push((self.shown(path), Err((ProblemKind::Unreadable, why))));
                }
            }
        }
        found
    }

    fn bytes(&mut self, path: &PathBuf) -> Result<Vec<u8>, Refused> {
        let unreadable = |error: std::io::Error| (ProblemKind::Unreadable, said(&error));
        let real = fs::canonicalize(path).map_err(unreadable)?;
        if !real.starts_with(self.root) {
            return Err((ProblemKind::Unreadable, OUTSIDE.to_owned()));
        }
        let length = regular(&real)?;
        let mut bytes = Vec::with_capacity(length.min(FILE) as usize);
        fs::File::open(&real).and_then(|file| file.take(FILE + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
        if bytes.len() as u64 > FILE { Err(too_large()) } else { Ok(bytes) }
    }
}

impl Disk<'_> {
    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        parts.join("/")
    }
}

/// The length of a regular file. A pipe or device would block or never end.
pub(super) fn regular(path: &Path) -> Result<u64, Refused> {
    let about = fs::metadata(path).map_err(|error| (ProblemKind::Unreadable, said(&error)))?;
    if about.is_file() { Ok(about.len()) } else { Err((ProblemKind::Unreadable, "not a regular file".to_owned())) }
}

/// Why a file is not read that is larger than [`FILE`].
pub(super) fn too_large() -> Refused {
    (ProblemKind::TooLarge, format!("larger than {} MiB; split it", FILE >> 20))
}

/// The text in a file, without a byte order mark.
fn text_of(bytes: Vec<u8>) -> Result<String, Refused> {
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
pub(super) fn said(error: &std::io::Error) -> String {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    match error.kind() {
        NotFound => MISSING.to_owned(),
        PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}

/// The text of one file that is no part of a project's folder: a lock named by its path.
pub fn text(path: &Path) -> anyhow::Result<String> {
    let root = fs::canonicalize(path).map_err(|error| anyhow::anyhow!("opening `{}`: {}", path.display(), said(&error)))?;
    let read = Disk { root: &root }.bytes(&root).and_then(text_of);
    read.map_err(|(_, why)| anyhow::anyhow!("`{}`: {why}", path.display()))
}

//! Texts as a git repository holds them: read from its object database by one `git cat-file`, so that
//! neither work tree nor index is touched, and bare and shallow clones serve as well.

mod files;
mod objects;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::walk::{FILE, Loader, Opened, prefix, repository};
use files::Files;
use objects::{Kind, Object, Objects};

/// A repository, seen from a folder in it.
pub struct Repository {
    folder: PathBuf,
    /// The folder from the root of the work tree: empty, or ending in `/`.
    prefix: String,
    objects: Objects,
}

/// Letters of an id in a register.
const DESCRIBED: usize = 12;

/// What a name of a revision stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// As it was asked for.
    pub name: String,
    /// Id of the commit, or of what else was named.
    pub id: String,
    holds: Holds,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Holds {
    /// A tree; `below` is where it lies in its repository: empty, or ending in `/`.
    Tree { id: String, below: Option<String> },
    /// One file.
    File,
}

impl Revision {
    /// The first letters of its id.
    pub fn short(&self) -> &str {
        self.id.get(..10).unwrap_or(&self.id)
    }

    /// As a register says what it was made from.
    pub fn described(&self) -> &str {
        self.id.get(..DESCRIBED).unwrap_or(&self.id)
    }

    /// Whether it is one file: `main:ropa.lock`.
    pub fn is_file(&self) -> bool {
        self.holds == Holds::File
    }
}

impl Repository {
    /// The repository a folder lies in, bare ones included.
    pub fn open(folder: &Path) -> anyhow::Result<Repository> {
        let folder = fs::canonicalize(folder).with_context(|| format!("opening `{}`", folder.display()))?;
        let in_work_tree = git(&folder, &["rev-parse", "--is-inside-work-tree"])?;
        let prefix = if in_work_tree == "true" { prefix(&folder) } else { String::new() };
        let objects = Objects::open(&folder)?;
        Ok(Repository { folder, prefix, objects })
    }

    /// What a name stands for; none where the repository does not have it.
    pub fn revision(&mut self, name: &str) -> anyhow::Result<Option<Revision>> {
        if name.is_empty() || name.starts_with('-') || name.contains(char::is_control) {
            bail!("`{}` is not a name for a revision", name.escape_debug());
        }
        // `main:services` names a folder or file in a revision; all else is followed to what it tags.
        let found = match name.split_once(':').filter(|(revision, _)| !revision.is_empty()) {
            Some((revision, path)) => {
                let below = path.split('/').filter(|it| !matches!(*it, "" | ".")).map(|it| format!("{it}/")).collect();
                // A tree is told apart from the commit it belongs to by what was asked for.
                self.object(&format!("{revision}^{{commit}}"))?.zip(self.object(name)?).map(|(_, object)| (object, Some(below)))
            }
            None => self.object(&format!("{name}^{{}}"))?.map(|object| (object, None)),
        };
        let Some((object, below)) = found else { return Ok(None) };
        let holds = match object.kind {
            Kind::Tree => Holds::Tree { id: object.id.clone(), below },
            Kind::Blob => Holds::File,
            Kind::Commit => {
                let tree = self.object(&format!("{}^{{tree}}", object.id))?.with_context(|| format!("`{name}` has no tree"))?;
                Holds::Tree { id: tree.id, below }
            }
            Kind::Other => return Ok(None),
        };
        Ok(Some(Revision { name: name.to_owned(), id: object.id, holds }))
    }

    fn object(&mut self, name: &str) -> anyhow::Result<Option<Object>> {
        self.objects.get(name, FILE)
    }

    /// The commit where two revisions parted; none where their history does not meet here.
    pub fn merge_base(&mut self, one: &Revision, other: &Revision) -> anyhow::Result<Option<Revision>> {
        let out = command(&self.folder, &["merge-base", &one.id, &other.id]).output().context("running git")?;
        match out.status.code() {
            Some(0) => {}
            Some(1) => return Ok(None),
            _ => bail!("git: {}", said(&out.stderr)),
        }
        let id = String::from_utf8_lossy(&out.stdout).lines().next().unwrap_or_default().to_owned();
        let found = self.revision(&id)?;
        Ok(found.map(|it| Revision { name: format!("merge base of {} and {}", one.name, other.name), ..it }))
    }

    /// Whether its history is cut off.
    pub fn is_shallow(&self) -> bool {
        git(&self.folder, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| it == "true")
    }

    /// Opens every text of the project in a revision, as it is opened in a folder; none where no
    /// `ropa.yaml` is there. The project is looked for in the folder this repository was opened in and,
    /// where `upward`, in those above it.
    pub fn load(&mut self, at: &Revision, upward: bool) -> anyhow::Result<Option<Opened>> {
        let Holds::Tree { id, below } = &at.holds else { bail!("`{}` is a file, not the folder of a project", at.name) };
        let mut prefix = below.clone().unwrap_or_else(|| self.prefix.clone());
        loop {
            let from = if below.is_some() { "" } else { prefix.as_str() };
            let tree = if from.is_empty() { Some(id.clone()) } else { Files::new(&mut self.objects, id.clone()).folder(from)? };
            if let Some(tree) = tree {
                let mut files = Files::new(&mut self.objects, tree);
                if files.holds("ropa.yaml") {
                    let loader = Loader { store: files, prefix, opened: Opened::default() };
                    return Ok(Some(loader.project(&self.folder)));
                }
            }
            if !upward || prefix.is_empty() || below.is_some() {
                return Ok(None);
            }
            let above = prefix.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
            prefix.truncate(above);
        }
    }

    /// The text of a file that was named (`main:ropa.lock`), or of one at a path from the root of a
    /// revision.
    pub fn text(&mut self, at: &Revision, path: Option<&str>) -> anyhow::Result<Option<String>> {
        let name = match (path, &at.holds) {
            (None, _) => at.id.clone(),
            (Some(path), Holds::Tree { id, below: None }) => format!("{id}:{path}"),
            (Some(_), _) => return Ok(None),
        };
        let object = self.object(&name)?.filter(|it| it.kind == Kind::Blob);
        Ok(object.and_then(|it| it.bytes).and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}

/// The revision of a project, with a `+` where it has been changed since; none where it is not under
/// version control, or git is not there.
pub fn described(root: &Path) -> Option<String> {
    let head = git(root, &["rev-parse", "--short=12", "HEAD"]).ok()?;
    let changed = git(root, &["status", "--porcelain", "--", "ropa.yaml", "ropa.lock", "registry", "templates"]).ok()?;
    Some(if changed.is_empty() { head } else { format!("{head}+") })
}

/// What a git command prints, without the line break at its end.
fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let out = command(folder, arguments).output().context("running git: is it installed?")?;
    if !out.status.success() {
        bail!("git: {}", said(&out.stderr));
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim_end_matches('\n').to_owned())
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Messages are read, and nothing may be written beside what is only looked at.
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    // A hook is told where its repository is from where it runs. From another folder that leads astray,
    // and git finds the repository by itself; in a bare one nothing else says where it is.
    if repository(folder).is_some() {
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
    }
    command
}

/// The first line git complains with.
fn said(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it failed without a word");
    line.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
}

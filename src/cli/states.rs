//! Which states a command speaks of: the work tree, revisions, folders and locks, by their names.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::out;
use crate::declare::Date;
use crate::diff::{Diff, State, diff};
use crate::finding::Findings;
use crate::source::git::{Repository, Revision};
use crate::source::owners::Owners;
use crate::source::{self, Opened, Source, Sources, find_root};
use crate::verdict::Lock;
use crate::{Answer, compute};

/// A state and how people call it.
pub struct Named {
    /// `main (1a2b3c4d5e)`, `the work tree`.
    pub name: String,
    /// The revision it is, if it is one.
    pub revision: Option<Revision>,
    /// What it holds.
    pub seen: Seen,
}

/// What a state holds.
pub enum Seen {
    /// No project yet.
    Nothing,
    /// A project.
    Project(Box<Answer>),
    /// A lock alone.
    Lock(Lock, Sources),
}

impl Named {
    /// The project it holds, if it is one.
    pub fn answer(&self) -> Option<&Answer> {
        if let Seen::Project(answer) = &self.seen { Some(answer) } else { None }
    }

    /// As one side of a comparison.
    pub fn state(&self) -> State<'_> {
        match &self.seen {
            Seen::Nothing => State::Nothing,
            Seen::Project(answer) => State::Map(&answer.map),
            Seen::Lock(lock, _) => State::Lock(lock),
        }
    }
}

/// What is otherwise in a project than in a state before.
pub fn compared(base: &Named, head: &Answer) -> Diff {
    match base.answer() {
        Some(old) => head.since(old),
        None => diff(base.state(), State::Map(&head.map), &head.lock(&mut Findings::default())),
    }
}

/// Whether the declarations of a state can be relied on; else what is wrong with them is shown.
pub fn understood(named: &mut Named) -> anyhow::Result<bool> {
    let Seen::Project(answer) = &mut named.seen else { return Ok(true) };
    if out::unsound(answer)?.is_none() {
        return Ok(true);
    }
    writeln!(std::io::stderr().lock(), "nothing was compared: {} is not understood", named.name).context("writing to standard error")?;
    Ok(false)
}

/// The same before anything is computed.
enum Texts {
    Nothing,
    Project(Box<Opened>),
    Lock(Lock, Sources),
}

type Unread = (String, Option<Revision>, Texts);

/// Finds states by name, from a folder.
pub struct States<'a> {
    dir: &'a Path,
    /// What to do where there is no repository.
    outside: &'static str,
    root: Option<PathBuf>,
    repository: Option<Repository>,
}

impl<'a> States<'a> {
    /// States of the project that a folder lies in; `outside` says what to do where git has nothing to say.
    pub fn of(dir: &'a Path, outside: &'static str) -> States<'a> {
        States { dir, outside, root: find_root(dir).ok(), repository: None }
    }

    /// A state by its name, computed for a day.
    pub fn state(&mut self, name: &str, today: Date) -> anyhow::Result<Named> {
        Ok(computed(self.named(name)?, today))
    }

    /// The project as it was in a revision of git, computed for a day.
    pub fn revised(&mut self, name: &str, today: Date) -> anyhow::Result<(Revision, Answer)> {
        let Some(revision) = self.repository()?.revision(name)? else { bail!("{}", self.unknown("revision", name)) };
        if revision.is_file() {
            bail!("`{name}` is one file, and no project\nhelp: name the revision, or the folder in it that holds the `ropa.yaml`");
        }
        let (shown, revision, texts) = self.at(revision)?;
        match (revision, computed((shown, None, texts), today).seen) {
            (Some(revision), Seen::Project(answer)) => Ok((revision, *answer)),
            (revision, _) => {
                let shown = revision.map_or_else(|| name.to_owned(), |it| format!("{} ({})", it.name, it.short()));
                bail!(
                    "{shown} holds no `ropa.yaml` in this folder\nhelp: a project that lay in another folder then is named with it: `{name}:services/privacy`"
                )
            }
        }
    }

    /// The two states of a comparison, computed for a day. Without names: what the branch started from,
    /// and the work tree.
    pub fn pair(&mut self, base: Option<&str>, head: Option<&str>, today: Date) -> anyhow::Result<(Named, Named)> {
        let (base, head) = match (base, head) {
            (None, _) => (self.branch_point()?, self.work_tree()?),
            (Some(base), Some(head)) => (self.named(base)?, self.named(head)?),
            (Some(both), None) => match parts(both) {
                Some((base, head, meeting)) => self.range(base, head, meeting)?,
                None => (self.named(both)?, self.work_tree()?),
            },
        };
        if matches!((&base.2, &head.2), (Texts::Nothing, Texts::Nothing)) {
            bail!("neither {} nor {} holds a `ropa.yaml`", base.0, head.0);
        }
        Ok(rayon::join(|| computed(base, today), || computed(head, today)))
    }

    /// `BASE..HEAD`, and `BASE...HEAD` from where the two parted; without HEAD it is the work tree.
    fn range(&mut self, base: &str, head: &str, meeting: bool) -> anyhow::Result<(Unread, Unread)> {
        let base = if base.is_empty() { "HEAD" } else { base };
        let before = if meeting {
            let (one, other) = (self.revision(base)?, self.revision(if head.is_empty() { "HEAD" } else { head })?);
            let at = self.meeting(&one, &other)?;
            self.at(at)?
        } else {
            self.named(base)?
        };
        Ok((before, if head.is_empty() { self.work_tree()? } else { self.named(head)? }))
    }

    fn work_tree(&self) -> anyhow::Result<Unread> {
        let hint = "in a bare clone, and where the project is not checked out, name two revisions: `ropa diff BASE HEAD`";
        let root = find_root(self.dir).map_err(|error| anyhow::anyhow!("{error}\nhelp: {hint}"))?;
        Ok(("the work tree".to_owned(), None, Texts::Project(Box::new(source::load(&root)))))
    }

    /// Where the branch left the main line of its remote.
    fn branch_point(&mut self) -> anyhow::Result<Unread> {
        let head = self.repository()?.revision("HEAD")?.context("there is no commit yet\nhelp: name two folders or locks")?;
        let Some(main) = self.repository()?.revision("origin/HEAD")? else {
            bail!(
                "there is no `origin/HEAD` that would say what to compare with\nhelp: name a base, as in `ropa diff origin/main...`, or let git look it up: `git remote set-head origin --auto`"
            );
        };
        let at = self.meeting(&main, &head)?;
        self.at(at)
    }

    fn meeting(&mut self, one: &Revision, other: &Revision) -> anyhow::Result<Revision> {
        let repository = self.repository()?;
        if let Some(found) = repository.merge_base(one, other)? {
            return Ok(found);
        }
        if repository.is_shallow() {
            bail!(
                "the history of this clone is cut off before `{}` and `{}` meet\nhelp: fetch the rest with `git fetch --unshallow` (`fetch-depth: 0` for actions/checkout), or name a BASE that is here",
                one.name,
                other.name
            );
        }
        bail!("`{}` and `{}` have no commit in common\nhelp: name the state to compare with: `ropa diff BASE`", one.name, other.name)
    }

    /// A revision, folder or lock.
    fn named(&mut self, name: &str) -> anyhow::Result<Unread> {
        let path = self.path(name);
        let explicit = name.starts_with(['.', '/']) || Path::new(name).is_absolute();
        let revision = match self.repository() {
            _ if explicit => None,
            Ok(repository) => repository.revision(name)?,
            // Folders and locks need no repository.
            Err(_) if path.is_some() => None,
            Err(error) => return Err(error),
        };
        match (revision, path) {
            (Some(_), Some(_)) => bail!(
                "`{name}` is both a revision and a path\nhelp: write `./{name}` for the path, `refs/heads/{name}` or `refs/tags/{name}` for the revision"
            ),
            (Some(revision), None) => self.at(revision),
            (None, Some(path)) if path.is_dir() => {
                let root = find_root(&path)?;
                Ok((format!("`{name}`"), None, Texts::Project(Box::new(source::load(&root)))))
            }
            (None, Some(path)) => {
                let text = source::text(&path)?;
                Ok((format!("`{name}`"), None, lock(name, text)?))
            }
            (None, None) if explicit => {
                bail!("`{name}` is neither a folder with a `ropa.yaml` nor a lock\nhelp: `ropa diff --help` shows how states are named")
            }
            (None, None) => bail!("{}", self.unknown("revision, folder or lock", name)),
        }
    }

    /// A path that can be a state: a folder with its `ropa.yaml`, or a file that is a lock.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(name);
        let is_lock = path.is_file() && path.extension().is_some_and(|it| it == "lock");
        (is_lock || path.join("ropa.yaml").is_file()).then_some(path)
    }

    fn revision(&mut self, name: &str) -> anyhow::Result<Revision> {
        match self.repository()?.revision(name)? {
            Some(found) => Ok(found),
            None => bail!("{}", self.unknown("revision, folder or lock", name)),
        }
    }

    fn unknown(&self, what: &str, name: &str) -> String {
        let cut = self.repository.as_ref().is_some_and(Repository::is_shallow);
        let more = if cut { "; this clone is shallow, `git fetch --unshallow` brings its history" } else { "" };
        let branch = name.strip_prefix("origin/").unwrap_or(name);
        format!("no {what} is called `{name}`\nhelp: `git fetch origin {branch}` brings a branch of the remote{more}")
    }

    /// What a revision holds of the project.
    fn at(&mut self, revision: Revision) -> anyhow::Result<Unread> {
        let upward = self.root.is_none();
        let repository = self.repository()?;
        let name = format!("{} ({})", revision.name, revision.short());
        let texts = if revision.is_file() {
            let text = repository.text(&revision, None)?.with_context(|| format!("`{}` is not UTF-8, or too large", revision.name))?;
            lock(&revision.name, text)?
        } else {
            repository.load(&revision, upward)?.map_or(Texts::Nothing, |opened| Texts::Project(Box::new(opened)))
        };
        Ok((name, Some(revision), texts))
    }

    /// Who has to review what: by the first state, which a pull request is judged by, else by the work tree.
    pub fn owners(&mut self, base: &Named) -> anyhow::Result<Option<Owners>> {
        if let Some(revision) = &base.revision
            && let Some(owners) = Owners::at(self.repository()?, revision)?
        {
            return Ok(Some(owners));
        }
        Ok(self.root.as_deref().and_then(Owners::on_disk))
    }

    /// The repository of the project, opened when it is first asked for.
    fn repository(&mut self) -> anyhow::Result<&mut Repository> {
        if self.repository.is_none() {
            let folder = self.root.as_deref().unwrap_or(self.dir);
            let opened = Repository::open(folder).map_err(|error| anyhow::anyhow!("{error:#}\nhelp: {}", self.outside))?;
            self.repository = Some(opened);
        }
        self.repository.as_mut().context("a repository was just opened")
    }
}

fn computed((name, revision, texts): Unread, today: Date) -> Named {
    let seen = match texts {
        Texts::Nothing => Seen::Nothing,
        Texts::Project(opened) => Seen::Project(Box::new(compute(*opened, today))),
        Texts::Lock(lock, sources) => Seen::Lock(lock, sources),
    };
    Named { name, revision, seen }
}

/// The two ends of a range, and whether it begins where they parted. A path is none.
fn parts(name: &str) -> Option<(&str, &str, bool)> {
    if name.starts_with(['.', '/']) {
        return None;
    }
    let (base, head) = name.split_once("..")?;
    Some(head.strip_prefix('.').map_or((base, head, false), |head| (base, head, true)))
}

fn lock(name: &str, text: String) -> anyhow::Result<Texts> {
    let (mut sources, mut found) = (Sources::default(), Findings::default());
    let file = sources.add(Source::new(name, text));
    let lock = Lock::read(&sources, file, &mut found);
    if let Some(first) = found.sorted().into_iter().next() {
        let line = first.labels.first().map_or(1, |label| sources.place(label.span).line);
        bail!("{name}:{line}: {}", first.message);
    }
    Ok(Texts::Lock(lock, sources))
}

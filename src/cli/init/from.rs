//! Captures to begin from: all of them are read before anything is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::InitArgs;
use crate::cli::args::DayArgs;
use crate::cli::out;
use crate::evidence::{self, Desk, KINDS, Kind, Notes, Party, Unread, plain};
use crate::law::Catalogue;
use crate::source::{self, Captures, Opened};
use crate::{Answer, compute};

/// A capture as it was named: `har=captures/walk.har`.
#[derive(Clone, Debug)]
pub struct Named {
    kind: &'static Kind,
    file: PathBuf,
}

/// Captures that a project begins from.
#[derive(Debug)]
pub struct Begun {
    /// What is built in: nothing is declared yet.
    pub given: Answer,
    /// One for each entry under `evidence:`.
    pub captures: Vec<Capture>,
}

/// A capture, read.
#[derive(Debug)]
pub struct Capture {
    /// The name of its entry.
    pub id: String,
    /// How it is written.
    pub kind: &'static Kind,
    /// Where it lies below the project's folder.
    pub file: String,
    /// The system that sends what it shows.
    pub system: String,
    /// Domains of the organisation itself; none where nobody has said.
    pub first_party: Vec<String>,
    /// What it shows.
    pub notes: Notes,
}

/// Reads a word of the command line.
pub fn named(text: &str) -> Result<Named, String> {
    let (kind, file) = text.split_once('=').ok_or("a capture is named with its kind, as in `har=walk.har`")?;
    if file.is_empty() {
        return Err("a file is missing behind `=`".to_owned());
    }
    let known = || KINDS.iter().map(|it| it.id);
    let found = evidence::named(kind).ok_or_else(|| match source::nearest(kind, known()) {
        Some(near) => format!("no kind of captures is called `{kind}`; did you mean `{near}`?"),
        None => format!("no kind of captures is called `{kind}`; it is one of {}", known().collect::<Vec<_>>().join(", ")),
    })?;
    Ok(Named { kind: found, file: PathBuf::from(file) })
}

/// Reads every capture as `ropa check` will, with the domains that were given, or else those of the pages.
pub fn read(args: &InitArgs) -> anyhow::Result<Begun> {
    let root = fs::canonicalize(&args.dir).with_context(|| format!("opening `{}`", args.dir.display()))?;
    let mut captures: Vec<Capture> = Vec::new();
    for named in &args.from {
        let file = below(&root, &named.file)?;
        if !captures.iter().any(|it| it.file == file && it.kind.id == named.kind.id) {
            let stem = Path::new(&file).file_stem().unwrap_or_default().to_string_lossy();
            let id = free(plain(&stem), |id| captures.iter().any(|it| it.id == id));
            let system = named.kind.system.to_owned();
            captures.push(Capture { id, kind: named.kind, file, system, first_party: Vec::new(), notes: Notes::default() });
        }
    }
    // No output depends on the day: what is built in is the same on each.
    let given = compute(Opened::nothing(), out::today(&DayArgs { today: None }));
    let catalogue = Catalogue::of(&given.map.model.law);
    let mut desk = Desk::of(&given.map.model, &catalogue);
    let own: Vec<String> = args.first_party.iter().map(|it| it.to_lowercase()).collect();
    for capture in &mut captures {
        capture.read(&root, &own, &mut desk)?;
    }
    if own.is_empty() {
        of_pages(&root, &mut captures, &mut desk)?;
    }
    // A name that a source gives may be that of a system.
    let parties: BTreeSet<String> = captures.iter().flat_map(|it| it.notes.seen.keys()).map(|it| it.recipient.plain_id()).collect();
    for capture in &mut captures {
        capture.system = free(capture.system.clone(), |id| parties.contains(id));
    }
    Ok(Begun { given, captures })
}

/// Where a visit began is the organisation's own; other pages may be those of a payment service. What knows no
/// pages takes the domains of the visits to the same system.
fn of_pages(root: &Path, captures: &mut [Capture], desk: &mut Desk) -> anyhow::Result<()> {
    let visited: Vec<(String, String)> =
        captures.iter().filter_map(|it| Some((it.system.clone(), it.notes.sites.first()?.clone()))).collect();
    for capture in captures {
        let of_system = || visited.iter().filter(|(system, _)| *system == capture.system).map(|(_, domain)| domain.clone());
        let own: BTreeSet<String> = match capture.notes.sites.first() {
            Some(first) => BTreeSet::from([first.clone()]),
            None => of_system().collect(),
        };
        if !own.is_empty() {
            capture.read(root, &own.into_iter().collect::<Vec<_>>(), desk)?;
        }
    }
    Ok(())
}

impl Capture {
    fn read(&mut self, root: &Path, own: &[String], desk: &mut Desk) -> anyhow::Result<()> {
        self.first_party = own.to_vec();
        desk.first_party = own.to_vec();
        let read = source::capture(&root.join(&self.file)).map_err(Unread);
        let read = read.and_then(|reader| self.kind.read(&self.file, reader, desk));
        self.notes = read.map_err(|Unread(why)| anyhow::anyhow!("`{}` {why}\nnothing has been written", self.file))?;
        Ok(())
    }

    /// Domains of pages that do not count as the organisation's.
    pub fn other_sites(&self) -> Vec<&str> {
        self.notes.sites.iter().map(String::as_str).filter(|it| !self.first_party.iter().any(|own| own == it)).collect()
    }
}

/// A capture's path below the project's folder, as `evidence:` names it.
fn below(root: &Path, file: &Path) -> anyhow::Result<String> {
    let name = file.display();
    let real = fs::canonicalize(file).with_context(|| format!("reading `{name}`"))?;
    let Ok(inner) = real.strip_prefix(root) else {
        bail!("`{name}` lies outside the project's folder\nhelp: copy it in, so that `ropa check` finds it wherever the project is");
    };
    let parts: Vec<_> = inner.components().map(|it| it.as_os_str().to_string_lossy()).collect();
    let path = parts.join("/");
    // The entry is a pattern, and a pattern passes over hidden files.
    if Captures::Folder(root.to_owned()).matching(&path) != [path.as_str()] {
        bail!("`{name}` has a name that `evidence:` cannot say\nhelp: rename it to letters and digits, without a dot in front");
    }
    Ok(path)
}

/// The id, or with a number where it is taken.
pub fn free(id: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&id) {
        return id;
    }
    (2..).map(|number| format!("{id}-{number}")).find(|it| !taken(it)).expect("numbers do not end")
}

impl Begun {
    /// All that was seen, and how much of it was understood.
    pub fn notes(&self) -> Notes {
        let mut all = Notes::default();
        self.captures.iter().for_each(|it| all.add(it.notes.clone()));
        all
    }

    /// Everybody who was seen, those that are known first.
    pub fn parties(&self) -> BTreeSet<&Party> {
        self.captures.iter().flat_map(|it| it.notes.seen.keys()).map(|it| &it.recipient).collect()
    }
}

//! `ropa render`: the register as pages, or as one file.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;

use super::args::RenderArgs;
use super::out;
use super::states::{Seen, States, compared, understood};
use crate::render::file::{self, Folder};
use crate::render::html::{Options, Site};
use crate::render::view::Since;
use crate::source::{FileId, git};
use crate::{Answer, rules};

/// What to do where git has nothing to say.
const OUTSIDE: &str = "without `--at` the register is that of the folder; `--since` also takes the folder of another state, or a lock";

/// Writes the register as pages.
pub fn run(args: &RenderArgs) -> anyhow::Result<u8> {
    let (mut states, today) = (States::of(&args.project.dir, OUTSIDE), out::today(&args.project.day));
    let (revision, mut answer) = match &args.at {
        Some(name) => {
            let (revision, answer) = states.revised(name, today)?;
            (Some(revision.described().to_owned()), answer)
        }
        None => {
            let answer = out::project(&args.project)?;
            (git::described(&answer.project.root), answer)
        }
    };
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let mut base = args.since.as_deref().map(|name| states.state(name, today)).transpose()?;
    if let Some(base) = &mut base
        && !understood(base)?
    {
        return Ok(2);
    }
    let since = base.map(|base| {
        let found = compared(&base, &answer);
        let empty = matches!(base.seen, Seen::Nothing);
        Since::of(base.name, empty, found)
    });
    let to = args.out.clone().unwrap_or_else(|| if args.single_file { "register.html" } else { "register" }.into());
    // Pages lie in a folder of their own; `index.html` stands for any of them.
    out::beside_inputs(&answer, &if args.single_file { to.clone() } else { to.join("index.html") })?;
    let (verdict, _) = answer.judged();
    let language = args.lang.as_deref().map(|asked| out::language(&answer, Some(asked))).transpose()?;
    let options = Options { templates: templates(&answer), revision, language, since };
    let known: Vec<_> = rules::all().collect();
    let site = Site::new(&answer.map, &answer.sources, &verdict, &known, options)?.observed(&answer.evidence);
    let progress = Progress::new(site.count());
    let writing = || format!("writing the register to `{}`", to.display());
    if args.single_file {
        file::stream(&to, |mut out| site.single(&mut out, &mut |pages| progress.add(pages))).with_context(writing)?;
        progress.end();
        out::print(&format!("{} pages in one file; open {}\n", site.count(), to.display()))?;
    } else {
        let folder = Folder::open(&to).with_context(writing)?;
        site.each(|path, text| {
            progress.add(1);
            folder.put(path, text).with_context(writing)
        })?;
        folder.finish().with_context(writing)?;
        progress.end();
        out::print(&format!("{} pages; open {}\n", site.count(), to.join("index.html").display()))?;
    }
    Ok(0)
}

/// The project's own templates, by file name.
fn templates(answer: &Answer) -> Vec<(String, String)> {
    let own = |id: &FileId| {
        let source = answer.sources.get(*id);
        let name = Path::new(&source.path).file_name().map(|name| name.to_string_lossy().into_owned());
        (name.unwrap_or_default(), source.text.clone())
    };
    answer.project.templates.iter().map(own).collect()
}

/// A line on the terminal that says how far the work is: after a second, and only where a person looks.
struct Progress {
    all: usize,
    watched: bool,
    started: Instant,
    /// Pages done, and how many fifths of a second had gone by when that was last said.
    done: Mutex<(usize, u128)>,
}

impl Progress {
    fn new(all: usize) -> Progress {
        Progress { all, watched: io::stderr().is_terminal(), started: Instant::now(), done: Mutex::default() }
    }

    fn add(&self, pages: usize) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.0 += pages;
        let fifths = self.started.elapsed().as_millis() / 200;
        if self.watched && fifths >= 5 && fifths > done.1 {
            done.1 = fifths;
            // That the terminal is gone is no reason to stop.
            let _ = write!(io::stderr(), "\r{} of {} pages", done.0, self.all);
        }
    }

    fn end(&self) {
        if self.done.lock().unwrap_or_else(PoisonError::into_inner).1 > 0 {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

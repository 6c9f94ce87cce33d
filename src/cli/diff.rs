//! `ropa diff`: two states compared, and what came of it.

use std::io::Write;

use anyhow::Context;

use super::args::{DiffArgs, Output, PageFormat};
use super::out;
use super::states::{Named, Seen, States};
use crate::Answer;
use crate::diff::{Known, State, causes, diff};
use crate::finding::Findings;
use crate::render::diff::{self as shown, Compared, Side};
use crate::render::{file, text};
use crate::source::Sources;
use crate::source::edits::Texts;
use crate::verdict::{Lock, Verdict};

/// Compares and prints in every format that was asked for.
pub fn run(args: &DiffArgs) -> anyhow::Result<u8> {
    out::unmixed(&args.output)?;
    let mut states = States::of(&args.dir);
    let (mut base, mut head) = states.pair(args.base.as_deref(), args.head.as_deref(), out::today(&args.day))?;
    for named in [&mut base, &mut head] {
        if !understood(named)? {
            return Ok(2);
        }
    }
    let nothing = Sources::default();
    let (lock, readable) = accepted(&head);
    let mut found = diff(state(&base), state(&head), &lock);
    if let (Seen::Project(old), Seen::Project(new)) = (&base.seen, &head.seen) {
        causes(&mut found, known(old), known(new), &|texts| new.map_with(texts));
    }
    let owners = states.owners(&base)?;
    let lock = if let Seen::Project(answer) = &head.seen { answer.project.named("ropa.lock") } else { "ropa.lock".to_owned() };
    let (base, head) = (&base, &head);
    let compared =
        Compared { base: side(base, &nothing), head: side(head, &nothing), diff: &found, readable, lock: &lock, owners: owners.as_ref() };
    for output in &args.output {
        if let (Some(path), Seen::Project(answer)) = (&output.file, &head.seen) {
            out::beside_inputs(&answer.project.root, path)?;
        }
        write(output, &compared)?;
    }
    Ok(u8::from(found.open().next().is_some()))
}

fn write(output: &Output<PageFormat>, compared: &Compared) -> anyhow::Result<()> {
    let colour = output.file.is_none() && out::in_colour();
    let text = match output.format {
        PageFormat::Json => out::json(&shown::json(compared))?,
        PageFormat::Text => shown::text(compared, colour),
        PageFormat::Markdown => shown::markdown(compared),
    };
    match &output.file {
        Some(path) => file::replace(path, text.as_bytes()),
        None => out::print(&text),
    }
}

fn state(named: &Named) -> State<'_> {
    match &named.seen {
        Seen::Nothing => State::Nothing,
        Seen::Project(answer) => State::Map(&answer.map),
        Seen::Lock(lock, _) => State::Lock(lock),
    }
}

fn known(answer: &Answer) -> Known<'_> {
    Known { map: &answer.map, texts: Texts { sources: &answer.sources, project: &answer.project } }
}

fn side<'a>(named: &'a Named, nothing: &'a Sources) -> Side<'a> {
    let sources = match &named.seen {
        Seen::Nothing => nothing,
        Seen::Project(answer) => &answer.sources,
        Seen::Lock(_, sources) => sources,
    };
    Side {
        name: &named.name,
        commit: named.revision.as_ref().map(|it| it.id.as_str()),
        sources,
        empty: matches!(named.seen, Seen::Nothing),
    }
}

/// What the second state accepts, and whether its lock could be read.
fn accepted(head: &Named) -> (Lock, bool) {
    let Seen::Project(answer) = &head.seen else { return (Lock::default(), true) };
    let mut found = Findings::default();
    let lock = answer.project.lock.map(|file| Lock::read(&answer.sources, file, &mut found)).unwrap_or_default();
    if found.is_empty() { (lock, true) } else { (Lock::default(), false) }
}

/// Whether the declarations of a state can be relied on; else what is wrong with them is shown.
fn understood(named: &mut Named) -> anyhow::Result<bool> {
    let Seen::Project(answer) = &mut named.seen else { return Ok(true) };
    if answer.is_sound() {
        return Ok(true);
    }
    let verdict = Verdict::unsound(std::mem::take(&mut answer.findings), &answer.map);
    let mut text = Vec::new();
    text::findings(&mut text, &verdict, &answer.sources, &answer.map.model.law, false)?;
    writeln!(text, "nothing was compared: {} is not understood", named.name)?;
    std::io::stderr().lock().write_all(&text).context("writing to standard error")?;
    Ok(false)
}

//! `ropa diff`: two states compared, and what came of it.

use super::args::{DiffArgs, Output, PageFormat};
use super::out;
use super::states::{Named, Seen, States, compared, understood};
use crate::diff::diff;
use crate::finding::Findings;
use crate::render::diff::{self as shown, Compared, Side};
use crate::source::Sources;

/// Compares and prints in every format that was asked for.
pub fn run(args: &DiffArgs) -> anyhow::Result<u8> {
    out::unmixed(&args.output)?;
    let mut states = States::of(&args.dir, "outside of a repository name two folders or locks: `ropa diff OLD NEW`");
    let (mut base, mut head) = states.pair(args.base.as_deref(), args.head.as_deref(), out::today(&args.day))?;
    for named in [&mut base, &mut head] {
        if !understood(named)? {
            return Ok(2);
        }
    }
    let nothing = Sources::default();
    let mut broken = Findings::default();
    let lock = head.answer().map(|it| it.lock(&mut broken)).unwrap_or_default();
    let found = head.answer().map_or_else(|| diff(base.state(), head.state(), &lock), |new| compared(&base, new));
    let owners = states.owners(&base)?;
    let lock = head.answer().map_or("ropa.lock".to_owned(), |it| it.project.named("ropa.lock"));
    let readable = broken.is_empty();
    let (old, new) = (side(&base, &nothing), side(&head, &nothing));
    let compared = Compared { base: old, head: new, diff: &found, readable, lock: &lock, owners: owners.as_ref() };
    for output in &args.output {
        if let (Some(path), Some(answer)) = (&output.file, head.answer()) {
            out::beside_inputs(answer, path)?;
        }
        write(output, &compared)?;
    }
    let status = u8::from(found.open().next().is_some());
    // The process ends here: freeing two large maps piece by piece would be a tenth of the work.
    std::mem::forget((base, head, found));
    Ok(status)
}

fn write(output: &Output<PageFormat>, compared: &Compared) -> anyhow::Result<()> {
    let colour = output.file.is_none() && out::in_colour();
    let text = match output.format {
        PageFormat::Json => out::json(&shown::json(compared))?,
        PageFormat::Text => shown::text(compared, colour),
        PageFormat::Markdown => shown::markdown(compared),
    };
    out::put(output.file.as_deref(), text.as_bytes())
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

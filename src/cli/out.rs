//! Standard output and the clock.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;

use super::args::{DayArgs, Output, ProjectArgs};
use crate::declare::{Date, EvidenceDecl};
use crate::finding::Level;
pub use crate::render::report::json;
use crate::render::{file, text};
use crate::source::{self, find_root};
use crate::verdict::Verdict;
use crate::{Answer, answer};

/// Prints a text. That somebody stopped reading is no error, and changes no exit status.
pub fn print(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// The same for what need not be a text.
pub fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output"),
    }
}

/// Writes a file, or prints where none is named.
pub fn put(file: Option<&Path>, bytes: &[u8]) -> anyhow::Result<()> {
    file.map_or_else(|| self::bytes(bytes), |path| file::replace(path, bytes))
}

/// Refuses outputs that would be mixed.
pub fn unmixed<F>(outputs: &[Output<F>]) -> anyhow::Result<()> {
    if outputs.iter().filter(|it| it.file.is_none()).count() > 1 {
        anyhow::bail!("several outputs would be mixed on standard output\nhelp: give all but one a file: `--output json=findings.json`");
    }
    Ok(())
}

/// Whether a person reads standard output in colour.
pub fn in_colour() -> bool {
    io::stdout().is_terminal() && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// The day that was asked for, else today in UTC: the only look at the clock.
pub fn today(args: &DayArgs) -> Date {
    args.today.unwrap_or_else(|| Date(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()))
}

/// The project that was asked for, read and computed.
pub fn project(args: &ProjectArgs) -> anyhow::Result<Answer> {
    project_in(&args.dir, &args.day)
}

/// The project in a folder, read and computed for a day.
pub fn project_in(dir: &Path, day: &DayArgs) -> anyhow::Result<Answer> {
    Ok(answer(&find_root(dir)?, today(day)))
}

/// For commands that need a map they can rely on: prints what is wrong with the declarations and
/// gives the exit status, if they were not understood.
pub fn unsound(answer: &mut Answer) -> anyhow::Result<Option<u8>> {
    if answer.is_sound() {
        return Ok(None);
    }
    let verdict = Verdict::unsound(std::mem::take(&mut answer.findings), &answer.map);
    let mut text = Vec::new();
    text::findings(&mut text, &verdict, &answer.sources, &answer.map.model.law, false)?;
    io::stderr().lock().write_all(&text).context("writing to standard error")?;
    Ok(Some(verdict.status(Level::Error)))
}

/// Refuses to write where the project's own texts lie: declarations, models, captures and personas.
pub fn beside_inputs(answer: &Answer, path: &Path) -> anyhow::Result<()> {
    beside(answer, path, |_| true)
}

/// The same for what is kept of captures, which is written anew where it lay.
pub fn beside_inputs_but_kept(answer: &Answer, path: &Path) -> anyhow::Result<()> {
    beside(answer, path, |decl| decl.kind.as_ref().is_none_or(|it| it.value != "observations"))
}

fn beside(answer: &Answer, path: &Path, is_input: impl Fn(&EvidenceDecl) -> bool) -> anyhow::Result<()> {
    let (root, settings) = (&answer.project.root, &answer.map.model.settings);
    let absolute = std::path::absolute(path).with_context(|| format!("finding `{}`", path.display()))?;
    // What does not exist yet is judged by the nearest folder that does.
    let known = absolute.ancestors().find_map(|it| Some((std::fs::canonicalize(it).ok()?, absolute.strip_prefix(it).ok()?)));
    let real = known.map_or_else(|| absolute.clone(), |(real, rest)| real.join(rest));
    let folder = |name: &str| real.starts_with(root.join(name));
    let named = |name: &str| real == root.join(name);
    let captured = |decl: &EvidenceDecl| {
        let below = real.strip_prefix(root).ok().map(|it| it.to_string_lossy().replace('\\', "/"));
        let files = decl.files.iter().filter(|_| is_input(decl));
        below.is_some_and(|below| files.into_iter().any(|it| source::fits(it, &below))) || decl.persona.iter().any(|it| named(it))
    };
    let is_input = folder("registry")
        || folder("templates")
        || named("ropa.yaml")
        || named("ropa.lock")
        || settings.imports.iter().any(|it| it.value.from.iter().any(|it| named(it)))
        || answer.map.model.evidence.iter().any(|it| captured(&it.decl));
    if is_input {
        anyhow::bail!("`{}` is among what the project declares, and nothing is written there", path.display());
    }
    Ok(())
}

/// The language that was asked for, if there are words in it; else the first of the project.
pub fn language(answer: &Answer, asked: Option<&str>) -> anyhow::Result<String> {
    let own: Vec<&str> = answer.map.model.settings.languages.iter().map(|word| word.value.as_str()).collect();
    let Some(asked) = asked else { return Ok(own.first().copied().unwrap_or("en").to_owned()) };
    let words = answer.map.model.law.words.get("language_name");
    let mut known: Vec<&str> = words.map(|it| it.by_language.iter().map(|entry| entry.key.value.as_str()).collect()).unwrap_or_default();
    known.extend(own);
    known.sort_unstable();
    known.dedup();
    if !known.contains(&asked) {
        anyhow::bail!("there are no words in the language `{asked}`\nhelp: name one of {}", known.join(", "));
    }
    Ok(asked.to_owned())
}

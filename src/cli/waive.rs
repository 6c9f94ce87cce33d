//! `ropa waive`.

use std::process::Command;

use anyhow::{Context, bail};

use super::args::WaiveArgs;
use super::out;
use crate::Answer;
use crate::declare::FileDecl;
use crate::finding::Finding;
use crate::render::file;
use crate::source::like;
use crate::source::{self, FileId, Source, Sources, edit, nearest, scalar};

/// Where a waiver goes that replaces no other.
const FILE: &str = "registry/waivers.yaml";

/// Writes the waiver; the file is read back before it is replaced.
pub fn run(args: &WaiveArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let today = answer.map.today;
    if args.why.trim().is_empty() {
        bail!("a waiver says why the gap may stay\nhelp: `--why 'the contract is being signed'`");
    }
    if args.expires <= today {
        bail!("{} is not after {today}\nhelp: `--expires` is the first day on which the waiver no longer counts", args.expires);
    }
    if today.months_later(12) < args.expires {
        bail!("{} is more than twelve months ahead\nhelp: `--expires {}` at the latest", args.expires, today.months_later(12));
    }
    let by = args.by.clone().or_else(git_user).context("nobody answers for it yet\nhelp: `--by NAME`")?;
    let (verdict, _) = answer.judged();
    let all = || verdict.findings.iter().map(|it| &it.finding);
    let found: Vec<&Finding> = all().filter(|it| like(&args.key, &it.key)).collect();
    let Some(first) = found.first() else {
        let near = nearest(&args.key, all().map(|it| it.key.as_str())).map(|near| format!("did you mean `{near}`?"));
        bail!("no finding has the key `{}`\nhelp: {}", args.key, near.as_deref().unwrap_or("`ropa check` prints the key of each"));
    };
    let waivable: Vec<&Finding> = found.iter().copied().filter(|it| it.rule.can_be_waived()).collect();
    if waivable.is_empty() {
        bail!(
            "`{}` is a finding that no waiver answers for\nhelp: exposures are accepted with `ropa accept`; the declarations, the lock and the waivers themselves are corrected",
            first.key
        );
    }
    let mut covers: Vec<String> = waivable.iter().flat_map(|it| &it.subjects).map(ToString::to_string).collect();
    covers.sort();
    covers.dedup();
    let mut item =
        format!("finding: {}\nwhy: {}\nby: {}\ndate: {today}\nexpires: {}", said(&args.key), said(&args.why), said(&by), args.expires);
    let same = answer.map.model.waivers.iter().find(|it| it.finding == args.key);
    let kept = || same.and_then(|it| it.decl.ticket.as_ref()).map(|it| &it.value);
    if let Some(ticket) = args.ticket.as_ref().or_else(kept) {
        item.push_str(&format!("\nticket: {}", said(ticket)));
    }
    if !covers.is_empty() {
        item.push_str("\ncovers:");
        for row in &covers {
            item.push_str(&format!("\n  - {}", said(row)));
        }
    }
    let path = write(&answer, &args.key, &item)?;
    let several = if waivable.len() == 1 { format!("`{}`", waivable[0].key) } else { format!("{} findings", waivable.len()) };
    let items = if covers.len() == 1 { "1 item".to_owned() } else { format!("{} items", covers.len()) };
    let about = if covers.is_empty() { String::new() } else { format!(", bound to {items}") };
    out::print(&format!("{path}: {several} waived until {}{about}\n", args.expires))?;
    Ok(0)
}

/// Puts the entry into the file of an entry with the same key, else into the file of waivers.
fn write(answer: &Answer, key: &str, item: &str) -> anyhow::Result<String> {
    let same = answer.map.model.waivers.iter().find(|it| it.finding == key);
    let path = same.map_or_else(|| answer.project.named(FILE), |it| answer.sources.get(it.span.file).path.clone());
    let known = answer.sources.iter().find(|(id, it)| answer.project.files.contains(id) && it.path == path);
    let text = known.map_or("", |(_, it)| it.text.as_str());
    let shape =
        || format!("`waivers:` in `{path}` is not a list of lines\nhelp: write it as `waivers:` and a line `  - finding: …` for each");
    let new = edit::put_item(text, "waivers", ("finding", key), item).with_context(shape)?;
    let mut problems = Vec::new();
    let mut sources = Sources::default();
    let id: FileId = sources.add(Source::new(path.as_str(), new.as_str()));
    let read: Option<FileDecl> = source::read(id, &new, &mut problems);
    let written = read.is_some_and(|it| it.waivers.iter().any(|it| it.value.finding.as_ref().is_some_and(|it| it.value == key)));
    if !problems.is_empty() || !written {
        bail!("{}", shape());
    }
    file::replace(&answer.project.on_disk(&path), new.as_bytes())?;
    Ok(path)
}

/// A text on one line, as YAML writes it.
fn said(text: &str) -> String {
    scalar(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn git_user() -> Option<String> {
    let said = Command::new("git").args(["config", "user.name"]).output().ok().filter(|it| it.status.success())?;
    let name = String::from_utf8(said.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

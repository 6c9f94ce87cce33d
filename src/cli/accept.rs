//! `ropa accept`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::args::AcceptArgs;
use super::out;
use crate::Answer;
use crate::render::file;
use crate::render::text::count;
use crate::source::nearest;
use crate::verdict::{Accept, Lock, Row, RowState, Verdict, about, accept, choose, replaced, rows, waiting};

/// Writes the lock; what is wrong with the declarations themselves is shown and nothing is written.
pub fn run(args: &AcceptArgs) -> anyhow::Result<u8> {
    let (keys, dir) = words(&args.words)?;
    if !keys.is_empty() && (args.prune || args.unreviewed) {
        bail!("`--prune` and `--unreviewed` are about the whole lock\nhelp: leave them out to accept what is named, or name nothing");
    }
    let mut answer = out::project_in(&dir, &args.day)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let (verdict, old) = answer.judged();
    if verdict.findings.iter().any(|it| it.finding.rule.is_fatal()) {
        bail!("`ropa.lock` cannot be read: `ropa check` shows the lines; restore them or remove the file");
    }
    let said = if keys.is_empty() { whole(args, &answer, &verdict, &old)? } else { chosen(&keys, &answer, &verdict, &old)? };
    out::print(&format!("ropa.lock: {said}\n"))?;
    Ok(0)
}

/// Keys, and the folder of the project. A word that could be no key is the folder.
fn words(all: &[String]) -> anyhow::Result<(Vec<String>, PathBuf)> {
    let is_key = |word: &&String| !word.starts_with(['.', '/']) && (word.contains(['@', '*']) || word.contains("->"));
    let (keys, folders): (Vec<_>, Vec<_>) = all.iter().partition(is_key);
    match folders.as_slice() {
        [] => Ok((keys.into_iter().cloned().collect(), PathBuf::from("."))),
        [one] if Path::new(one).is_dir() => Ok((keys.into_iter().cloned().collect(), PathBuf::from(one))),
        [first, ..] => {
            let what = if folders.len() > 1 { "is one of several folders" } else { "is neither a folder nor a key" };
            bail!("`{first}` {what}\nhelp: a key holds `@`, `->` or `*`: 'new-exposure@crm->mailer', 'crm->mailer', 'buyer.email@*'")
        }
    }
}

/// The lock as a whole; what was written.
fn whole(args: &AcceptArgs, answer: &Answer, verdict: &Verdict, old: &Lock) -> anyhow::Result<String> {
    let how = match (args.prune, args.unreviewed) {
        (true, _) => Accept::Prune,
        (_, true) => Accept::Unreviewed,
        _ => Accept::All,
    };
    let new = accept(&answer.map, verdict, old, how);
    file::replace(&answer.project.root.join("ropa.lock"), new.write().as_bytes())?;
    let debt = if new.debts.is_empty() { String::new() } else { format!(", {} findings counted as debt", new.debts.len()) };
    Ok(format!("{}{debt}", sums(&of(old), &of(&new))))
}

/// Only what some keys name, in the text of the lock there is; what was written.
fn chosen(keys: &[String], answer: &Answer, verdict: &Verdict, old: &Lock) -> anyhow::Result<String> {
    let waiting = waiting(&answer.map, &verdict.changes);
    let chosen = match choose(&waiting, keys) {
        Ok(chosen) => chosen,
        Err(key) => bail!("{}", unknown(key, answer, verdict, waiting.values().flatten().map(String::as_str))),
    };
    let is_chosen = |row: &Row| chosen.contains(&about(row));
    let now: Vec<Row> = rows(&answer.map).into_iter().map(|(row, _)| row).filter(is_chosen).collect();
    let text = answer.project.lock.map_or_else(|| Lock::default().write(), |file| answer.sources.get(file).text.clone());
    file::replace(&answer.project.root.join("ropa.lock"), replaced(&text, is_chosen, &now).as_bytes())?;
    let before = of(old);
    let after: BTreeSet<&Row> = before.iter().copied().filter(|row| !is_chosen(row)).chain(&now).collect();
    let unseen = old.rows.iter().filter(|(row, state, _)| *state == RowState::Unreviewed && is_chosen(row)).count();
    let reviewed = if unseen > 0 { format!(", {unseen} reviewed") } else { String::new() };
    let left = match waiting.len() - chosen.len() {
        0 => String::new(),
        left => format!("; {} still to be decided on", count(left, "other")),
    };
    Ok(format!("{}{reviewed}{left}", sums(&before, &after)))
}

fn of(lock: &Lock) -> BTreeSet<&Row> {
    lock.rows.iter().map(|(row, _, _)| row).collect()
}

fn sums(before: &BTreeSet<&Row>, after: &BTreeSet<&Row>) -> String {
    let (added, removed) = (after.difference(before).count(), before.difference(after).count());
    format!("{}, {added} added, {removed} removed", count(after.len(), "exposure"))
}

/// Why a key names nothing that could be accepted.
fn unknown<'k>(key: &str, answer: &Answer, verdict: &Verdict, known: impl Iterator<Item = &'k str>) -> String {
    let near = nearest(key, known).map(|near| format!("did you mean `{near}`?"));
    let help = near.as_deref().unwrap_or("`ropa check` prints the key of each finding; a flow, and `item@flow`, are keys too");
    if verdict.findings.iter().any(|it| it.finding.key == key && it.finding.rule.can_be_waived()) {
        return format!("`{key}` is a finding and no exposure\nhelp: close the gap, or answer for it with `ropa waive '{key}'`");
    }
    let named = |row: &Row| row.flow == key || format!("{}@{}", row.item, row.flow) == key;
    if rows(&answer.map).iter().any(|(row, _)| named(row)) || answer.map.model.flow_named(key).is_some() {
        return format!("nothing of `{key}` waits to be accepted: the lock says what is computed");
    }
    let what = if key.contains('*') { "nothing that waits to be accepted is like" } else { "nothing that waits to be accepted is called" };
    format!("{what} `{key}`\nhelp: {help}")
}

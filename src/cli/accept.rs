//! `ropa accept`.

use super::args::AcceptArgs;
use super::out;
use crate::render::file;
use crate::verdict::{Accept, accept};

/// Writes the lock; what is wrong with the declarations themselves is shown and nothing is written.
pub fn run(args: &AcceptArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let (verdict, old) = answer.judged();
    if verdict.findings.iter().any(|it| it.finding.rule.is_fatal()) {
        anyhow::bail!("`ropa.lock` cannot be read: `ropa check` shows the lines; restore them or remove the file");
    }
    let how = match (args.prune, args.unreviewed) {
        (true, _) => Accept::Prune,
        (_, true) => Accept::Unreviewed,
        _ => Accept::All,
    };
    let new = accept(&answer.map, &verdict, &old, how);
    let before: std::collections::BTreeSet<_> = old.rows.iter().map(|(row, _, _)| row).collect();
    let after: std::collections::BTreeSet<_> = new.rows.iter().map(|(row, _, _)| row).collect();
    file::replace(&answer.project.root.join("ropa.lock"), new.write().as_bytes())?;
    let (added, removed) = (after.difference(&before).count(), before.difference(&after).count());
    let debt = if new.debts.is_empty() { String::new() } else { format!(", {} findings counted as debt", new.debts.len()) };
    let rows = if after.len() == 1 { "1 exposure".to_owned() } else { format!("{} exposures", after.len()) };
    out::print(&format!("ropa.lock: {rows}, {added} added, {removed} removed{debt}\n"))?;
    Ok(0)
}

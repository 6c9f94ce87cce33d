//! The summary of a job: what fails first, the rest folded, never more than a page can hold.

use super::Report;
use crate::finding::Level;
use crate::render::{page, text};
use crate::verdict::Judged;

/// Characters of a summary, at most; where it is shown takes little more.
const SIZE: usize = 60_000;
/// Findings in the table; the rest is folded.
const ROWS: usize = 20;

/// The check in Markdown that no declared text can change.
pub fn summary(of: &Report) -> String {
    let open = of.open();
    let failing = open.iter().filter(|it| it.finding.level >= of.fail_on).count();
    let mut out = match failing {
        0 => "### ropa: nothing fails\n\n".to_owned(),
        1 => "### ropa: 1 finding fails this check\n\n".to_owned(),
        count => format!("### ropa: {count} findings fail this check\n\n"),
    };
    out.push_str(&format!("{}\n\n", page::escaped(&text::summed(of.verdict))));
    if !open.is_empty() {
        out.push_str("| | what | where |\n|---|---|---|\n");
        for judged in open.iter().take(ROWS) {
            let place = of.place(&judged.finding);
            let line = format!(
                "| {} | {} | {} |\n",
                sign(judged.finding.level),
                page::escaped(&judged.finding.message),
                page::escaped(&format!("{}:{}", place.file, place.line))
            );
            if out.len() + line.len() > SIZE / 2 {
                break;
            }
            out.push_str(&line);
        }
        out.push('\n');
        folded(of, &open, &mut out);
    }
    out
}

/// Each finding with its path, law and edit, as many as there is room for.
fn folded(of: &Report, open: &[&Judged], out: &mut String) {
    let end = "\n</details>\n";
    out.push_str("<details><summary>Paths, articles and edits</summary>\n\n");
    for (at, judged) in open.iter().enumerate() {
        let lines: String = of.lines(&judged.finding).iter().skip(1).map(|line| format!("  - {}\n", page::escaped(line))).collect();
        let entry = format!("- {} {}\n{lines}", sign(judged.finding.level), page::escaped(&judged.finding.message));
        let rest = format!("- {} more; `ropa check` shows them\n", open.len() - at);
        if out.len() + entry.len() + rest.len() + end.len() > SIZE {
            out.push_str(&rest);
            break;
        }
        out.push_str(&entry);
    }
    out.push_str(end);
}

fn sign(level: Level) -> &'static str {
    match level {
        Level::Error => "**error**",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

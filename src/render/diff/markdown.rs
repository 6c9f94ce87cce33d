//! Changes as a comment on a pull request: whether anybody needs to look, the worst first, and how to go on.

use super::said::{Part, beyond, by_cause, gone, items, lines, nothing, only_less, remarks, state, sums, tame};
use super::{Compared, Line};
use crate::diff::{Cause, Turn};

/// Letters of a comment, at most; GitHub takes 65,536.
const LIMIT: usize = 59_000;
/// Rows of the table.
const ROWS: usize = 10;
/// Letters of one name or text.
const NAME: usize = 120;
/// Letters of one cell or line.
const CELL: usize = 1_500;
/// By this line a bot finds the comment that it replaces.
const MARK: &str = "<!-- ropa diff -->\n";

/// The comment.
pub fn markdown(compared: &Compared) -> String {
    let diff = compared.diff;
    let sums = sums(compared);
    let mut out = match () {
        () if diff.open().next().is_some() => format!("**Somebody needs to look:** {sums}.\n"),
        () if diff.exposures.iter().any(|it| it.turn.is_gain()) => {
            format!("**Whoever answers for `ropa.lock` needs to look:** {sums}.\n")
        }
        () if diff.is_empty() => format!("**Nobody needs to look:** {}.\n", nothing(compared)),
        () if only_less(compared) => format!("**Nobody needs to look:** nobody gets more; {sums} by {}.\n", gone(compared, &code)),
        () => format!("**Nobody gets more:** {sums}.\n"),
    };
    for remark in remarks(compared) {
        out.push_str(&format!("\n{}.\n", said(&remark)));
    }
    let lines = lines(compared);
    let gains: Vec<&Line> = lines.iter().filter(|it| it.sign == '+').collect();
    if !gains.is_empty() {
        out.push_str("\n| Recipient | Gets | What is new | By the edit |\n|---|---|---|---|\n");
        for line in gains.iter().take(ROWS) {
            out.push_str(&row(compared, line));
        }
        if gains.len() > ROWS {
            out.push_str(&format!("\nThe worst come first; {} more rows are folded below.\n", gains.len() - ROWS));
        }
        out.push_str(&next(compared, &gains));
    }
    if !only_less(compared) && lines.len() > gains.len().min(ROWS) {
        folded(&mut out, compared, &lines);
    }
    out.push_str(&format!("\n<sub>{} compared with {}</sub>\n\n{MARK}", code(compared.head.name), code(compared.base.name)));
    out
}

/// One row: who gets what, what is new of it, and the edit.
fn row(compared: &Compared, line: &Line) -> String {
    let Some(it) = line.exposed else { return String::new() };
    let row = it.row();
    let mut new = match (it.turn, &it.before, &it.after) {
        (Turn::Weakened, Some(was), Some(is)) => said(&beyond(was, is)),
        _ => format!("new: {}, {}", row.form.word(), said(&state(row))),
    };
    if row.activity != "-" {
        new.push_str(&format!(", for {}", code(&row.activity)));
    }
    if it.accepted {
        new.push_str(" (accepted)");
    }
    let causes: Vec<String> = line.causes.iter().filter_map(|at| edit(compared, &compared.diff.causes[*at])).collect();
    // The vendor's function is told with it, and the third countries, where they are not new as well.
    let target = row.flow.split_once("->").map_or(row.flow.as_str(), |(_, target)| target);
    let places: Vec<&str> = row.labels.iter().filter_map(|it| it.strip_prefix("to:")).collect();
    let places = if places.is_empty() { String::new() } else { format!(" ({})", code(&places.join(", "))) };
    format!("| {}{places} | {} | {new} | {} |\n", code(target), said(&items(&line.items)), causes.join("<br>"))
}

/// Where an edit stands, and its words.
fn edit(compared: &Compared, cause: &Cause) -> Option<String> {
    let (base, head) = (compared.base.sources, compared.head.sources);
    let (sources, span) = cause.place.map(|span| (head, span)).or_else(|| cause.before.map(|span| (base, span)))?;
    let mut at = code(&sources.place(span).to_string());
    if let Some((repository, model)) = sources.model(span) {
        at.push_str(&format!(" (the model of {}, {})", code(repository), code(&model.path)));
    }
    Some(match (cause.now, cause.before) {
        (Some(now), Some(was)) => format!("{at} {}, was {}", code(head.text(now)), code(base.text(was))),
        (Some(now), None) => format!("{at} {}", code(head.text(now))),
        (None, Some(was)) => format!("{at} {} is gone", code(base.text(was))),
        (None, None) => at,
    })
}

/// What to do: take the edit back, or accept it and have the lock reviewed.
fn next(compared: &Compared, gains: &[&Line]) -> String {
    let owners = |path: &str| {
        let all = compared.owners.map(|it| it.of(path)).unwrap_or_default();
        all.iter().take(ROWS).map(|it| code(it)).collect::<Vec<_>>().join(", ")
    };
    let reviewed = match owners(compared.lock).as_str() {
        "" => format!("whoever answers for privacy reviews it (nobody is named for {} in CODEOWNERS)", code(compared.lock)),
        all => format!("{all} reviews it"),
    };
    let open = compared.diff.open().next().is_some();
    if !open {
        return format!("\n{} accepts all of it: {reviewed}.\n", code(compared.lock));
    }
    let mut out = format!("\n**If it is meant**, run `ropa accept` and commit {}: {reviewed}.\n", code(compared.lock));
    let mut files: Vec<String> = Vec::new();
    for cause in gains.iter().flat_map(|it| it.causes).map(|at| &compared.diff.causes[*at]) {
        let Some(span) = cause.place else { continue };
        // What a neighbour declares comes and goes with its model.
        let sources = compared.head.sources;
        let file = &sources.model(span).map_or_else(|| sources.get(span.file), |(_, model)| model).path;
        let told = match owners(file).as_str() {
            "" => code(file),
            all => format!("{} (of {all})", code(file)),
        };
        if !files.contains(&told) {
            files.push(told);
        }
        if files.len() == 3 {
            break;
        }
    }
    if files.is_empty() {
        out.push_str("**Else** restore the protection.\n");
    } else {
        out.push_str(&format!("**Else** take the edit back, in {}.\n", files.join(", ")));
    }
    out
}

/// Every change, as far as there is room.
fn folded(out: &mut String, compared: &Compared, lines: &[Line]) {
    let end = "\n</details>\n";
    out.push_str(&format!("\n<details><summary>All changes: {}</summary>\n", sums(compared).replace('`', "")));
    let mut left = lines.len();
    for (causes, lines) in by_cause(lines) {
        let edits: Vec<String> = causes.iter().filter_map(|at| edit(compared, &compared.diff.causes[*at])).collect();
        let mut block =
            if edits.is_empty() { "\nWithout a single edit behind them:\n\n".to_owned() } else { format!("\n{}\n\n", edits.join("<br>")) };
        for line in lines {
            block.push_str(&format!("- {} {}\n", code(&line.sign.to_string()), said(&line.said())));
            if out.len() + block.len() + end.len() > LIMIT {
                out.push_str(&format!("\nand {left} more: `ropa diff` prints them all\n{end}"));
                return;
            }
            left -= 1;
            out.push_str(&std::mem::take(&mut block));
        }
    }
    out.push_str(end);
}

/// A sentence, cut where it is too long for a comment.
fn said(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        if out.len() > CELL {
            out.push_str(" …");
            break;
        }
        match part {
            Part::Words(text) => out.push_str(text),
            Part::Name(text) => out.push_str(&code(text)),
        }
    }
    out
}

/// A declared text as code: in it nothing is markup, a mention or a reference. What a code span in a
/// table cannot hold is written as entities.
fn code(text: &str) -> String {
    let mut text = tame(text);
    if text.chars().count() > NAME {
        text = text.chars().take(NAME).chain(['…']).collect();
    }
    if text.is_empty() {
        return "<code></code>".to_owned();
    }
    if !text.contains(['`', '|', '\\']) {
        return format!("`{text}`");
    }
    let letter = |it: char| if it.is_ascii_punctuation() { format!("&#{};", u32::from(it)) } else { it.to_string() };
    format!("<code>{}</code>", text.chars().map(letter).collect::<String>())
}

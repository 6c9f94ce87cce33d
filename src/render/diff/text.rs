//! Changes for people at a terminal.

use super::said::{by_cause, gone, lines, nothing, only_less, plain, remarks, sums, tame, ticked};
use super::{Compared, Line};
use crate::diff::Cause;
use crate::finding::Label;
use crate::render::text::snippet;

/// The summary, then each change by its sign, with the edit behind it. What only takes away is one line.
pub fn text(compared: &Compared, colour: bool) -> String {
    let (base, head) = (tame(compared.base.name), tame(compared.head.name));
    let remarks = remarks(compared);
    if compared.diff.is_empty() && remarks.is_empty() {
        return format!("{} from {base} to {head}\n", nothing(compared));
    }
    if only_less(compared) && remarks.is_empty() {
        return format!("nobody gets more: {} by {}; from {base} to {head}\n", sums(compared), gone(compared, &ticked));
    }
    let sums = if compared.diff.is_empty() { nothing(compared).to_owned() } else { sums(compared) };
    let mut out = format!("{sums}; from {base} to {head}\n");
    for remark in remarks {
        out.push_str(&format!("{}\n", plain(&remark)));
    }
    for (causes, lines) in by_cause(&lines(compared)) {
        out.push('\n');
        out.extend(lines.iter().map(|line| signed(line, colour)));
        out.extend(causes.iter().map(|at| edit(compared, &compared.diff.causes[*at], colour)));
    }
    out
}

fn signed(line: &Line, colour: bool) -> String {
    let shade = match line.sign {
        '+' => "31",
        '-' => "32",
        _ => "33",
    };
    let sign = if colour { format!("\u{1b}[1;{shade}m{}\u{1b}[0m", line.sign) } else { line.sign.to_string() };
    format!("{sign} {}\n", plain(&line.said()))
}

/// The source at a cause, with what was there.
fn edit(compared: &Compared, cause: &Cause, colour: bool) -> String {
    let was = cause.before.map(|span| clipped(&tame(compared.base.sources.text(span))));
    let (span, sources, mut text) = match (cause.place, cause.now, was) {
        (Some(place), Some(_), Some(was)) => (place, compared.head.sources, format!("was `{was}`")),
        (Some(place), Some(_), None) => (place, compared.head.sources, "this came".to_owned()),
        (Some(place), None, was) => (place, compared.head.sources, format!("here was `{}`", was.unwrap_or_default())),
        (None, ..) => match cause.before {
            Some(span) => (span, compared.base.sources, "this is gone, and so is its file".to_owned()),
            None => return String::new(),
        },
    };
    if let Some((repository, model)) = sources.model(span) {
        text.push_str(&format!("; the model of `{repository}`, {}", tame(&model.path)));
    }
    let lines = snippet(&[Label { span, text }], sources, colour);
    lines.lines().map(|line| format!("  {line}\n")).collect()
}

/// A text on a line with others.
fn clipped(text: &str) -> String {
    const SHOWN: usize = 120;
    if text.chars().count() > SHOWN { text.chars().take(SHOWN).chain(['…']).collect() } else { text.to_owned() }
}

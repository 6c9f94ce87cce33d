//! What is said of changes, whoever reads it: the summary, and a sentence for what belongs together.

use std::collections::BTreeMap;

use super::Compared;
use crate::diff::{Exposed, Fact, Noun, Turn, Verb};
use crate::finding::few;
use crate::law::Form;
use crate::render::text::count;
use crate::verdict::Row;

/// A piece of a sentence: words of the program, or names and texts as they were declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Words(String),
    Name(String),
}

/// Changes that are told together: the same flow and the same turn of it, or one fact.
pub struct Line<'a> {
    /// `+` who gets more, `-` who gets less, `~` anything else.
    pub sign: char,
    /// The items of an exposure, the first of which stands for all.
    pub items: Vec<&'a str>,
    pub exposed: Option<&'a Exposed>,
    pub fact: Option<&'a Fact>,
    /// The edits behind it, among the causes of the comparison.
    pub causes: &'a [usize],
}

/// Every change, in the order of the comparison.
pub fn lines<'a>(compared: &Compared<'a>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for it in &compared.diff.exposures {
        // Alike but for the item.
        let alike = |row: &Row| format!("{}\t{}\t{:?}\t{:?}\t{:?}", row.flow, row.activity, row.form, row.gates, row.labels);
        let key = format!(
            "{:?}\t{}\t{:?}\t{:?}\t{:?}",
            it.turn,
            it.accepted,
            it.before.as_ref().map(alike),
            it.after.as_ref().map(alike),
            it.causes
        );
        let at = *known.entry(key).or_insert_with(|| {
            let sign = match it.turn {
                Turn::Added | Turn::Weakened => '+',
                Turn::Removed | Turn::Strengthened => '-',
                Turn::Moved => '~',
            };
            lines.push(Line { sign, items: Vec::new(), exposed: Some(it), fact: None, causes: &it.causes });
            lines.len() - 1
        });
        lines[at].items.push(&it.row().item);
    }
    lines.extend(compared.diff.facts.iter().map(|it| Line {
        sign: '~',
        items: Vec::new(),
        exposed: None,
        fact: Some(it),
        causes: &it.causes,
    }));
    lines
}

/// Lines that have their causes in common, in the order of the first of each.
pub fn by_cause<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<(&'a [usize], Vec<&'l Line<'a>>)> {
    let mut groups: Vec<(&[usize], Vec<&Line>)> = Vec::new();
    let mut known: BTreeMap<&[usize], usize> = BTreeMap::new();
    for line in lines {
        let at = *known.entry(line.causes).or_insert_with(|| {
            groups.push((line.causes, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(line);
    }
    groups
}

/// Whether all that has changed is that somebody gets less.
pub fn only_less(compared: &Compared) -> bool {
    let diff = compared.diff;
    !diff.exposures.is_empty() && diff.exposures.iter().all(|it| it.turn.is_loss()) && diff.facts.iter().all(|it| it.verb == Verb::Removed)
}

/// How much is otherwise: `2 exposures added, 1 weakened, not accepted; 3 other changes`.
pub fn sums(compared: &Compared) -> String {
    let diff = compared.diff;
    let mut noun = Some("exposure");
    let mut turns = |turns: &[Turn]| {
        let some = turns.iter().filter(|turn| diff.count(**turn) > 0);
        let said = some.map(|turn| {
            let number = diff.count(*turn);
            let number = noun.take().map_or_else(|| number.to_string(), |noun| count(number, noun));
            format!("{number} {}", turn.word())
        });
        said.collect::<Vec<_>>().join(", ")
    };
    let more = turns(&[Turn::Added, Turn::Weakened]);
    let less = turns(&[Turn::Strengthened, Turn::Removed, Turn::Moved]);
    let (open, gains) = (diff.open().count(), diff.count(Turn::Added) + diff.count(Turn::Weakened));
    let accepted = match gains - open {
        0 => "not accepted".to_owned(),
        all if all == gains => "accepted in `ropa.lock`".to_owned(),
        some => format!("{some} of them accepted in `ropa.lock`"),
    };
    let more = if gains > 0 { format!("{more}, {accepted}") } else { more };
    let others = if diff.facts.is_empty() { String::new() } else { count(diff.facts.len(), "other change") };
    [more, less, others].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ")
}

/// That nothing is otherwise; where a side holds no project all of the other is, and the remarks say so.
pub fn nothing(compared: &Compared) -> &'static str {
    if compared.base.empty || compared.head.empty {
        "nobody gets more or less"
    } else {
        "nobody gets more or less, and nothing else has changed"
    }
}

/// What has to be known before the changes are read.
pub fn remarks(compared: &Compared) -> Vec<Vec<Part>> {
    let mut out = Vec::new();
    for (side, means) in [(&compared.base, "everything is new"), (&compared.head, "everything is gone")] {
        if side.empty {
            out.push(vec![name(side.name), words(format!(" holds no `ropa.yaml`: {means}"))]);
        }
    }
    if !compared.readable {
        out.push(vec![words("`ropa.lock` cannot be read, so nothing counts as accepted; `ropa check` shows the lines")]);
    }
    out
}

fn words(text: impl Into<String>) -> Part {
    Part::Words(text.into())
}

fn name(text: impl Into<String>) -> Part {
    Part::Name(text.into())
}

/// Names with commas between them.
fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<Part> {
    let mut parts = Vec::new();
    for it in all {
        if !parts.is_empty() {
            parts.push(words(", "));
        }
        parts.push(name(it));
    }
    parts
}

impl Line<'_> {
    /// The sentence.
    pub fn said(&self) -> Vec<Part> {
        match (self.exposed, self.fact) {
            (Some(it), _) => exposed(it, &self.items),
            (_, Some(it)) => fact(it),
            _ => Vec::new(),
        }
    }
}

/// The first items of several, and how many more there are.
pub fn items(all: &[&str]) -> Vec<Part> {
    const SHOWN: usize = 4;
    let mut parts = names(all.iter().take(SHOWN).copied());
    if all.len() > SHOWN {
        parts.push(words(format!(" and {} more", all.len() - SHOWN)));
    }
    parts
}

fn exposed(it: &Exposed, all: &[&str]) -> Vec<Part> {
    let row = it.row();
    let mut parts = items(all);
    let several = all.len() > 1;
    match (it.turn, &it.before, &it.after) {
        (Turn::Added, ..) => {
            parts.push(words(if several { " reach " } else { " reaches " }));
            parts.push(name(row.recipient()));
            parts.push(words(format!(" {}, ", how(row.form))));
            parts.extend(state(row));
        }
        (Turn::Weakened, Some(was), Some(is)) => {
            parts.push(words(" at "));
            parts.push(name(row.recipient()));
            parts.push(words(": "));
            parts.extend(beyond(was, is));
        }
        (Turn::Strengthened, Some(was), Some(is)) => {
            parts.push(words(" at "));
            parts.push(name(row.recipient()));
            parts.push(words(": "));
            parts.extend(within(was, is));
        }
        (Turn::Moved, Some(was), _) => {
            parts.push(words(if several { " reach " } else { " reaches " }));
            parts.push(name(row.recipient()));
            parts.push(words(" from another sender, nothing more of it: by "));
            parts.push(name(row.flow.as_str()));
            parts.push(words(", before by "));
            parts.push(name(was.flow.as_str()));
            return parts;
        }
        _ => {
            parts.push(words(if several { " no longer reach " } else { " no longer reaches " }));
            parts.push(name(row.recipient()));
        }
    }
    if row.activity != "-" {
        parts.push(words(", for "));
        parts.push(name(row.activity.as_str()));
    }
    parts.push(words(", by "));
    parts.push(name(row.flow.as_str()));
    if it.turn.is_gain() && it.accepted {
        parts.push(words(" (accepted)"));
    }
    parts
}

fn how(form: Form) -> &'static str {
    match form {
        Form::Plain => "in plain",
        form => form.word(),
    }
}

/// Gates, what it gives away, and where it goes.
pub fn state(row: &Row) -> Vec<Part> {
    let mut parts = if row.gates.is_empty() { vec![words("behind no gate")] } else { vec![words("behind ")] };
    parts.extend(names(row.gates.iter().map(String::as_str)));
    let labels: Vec<&str> = row.labels.iter().map(String::as_str).collect();
    parts.extend(giving(&labels, "gives ", " away", "to "));
    parts
}

/// What labels say, behind a comma each: sensitive categories, and countries.
fn giving(labels: &[&str], gives: &str, away: &str, to: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let sensitive: Vec<&str> = labels.iter().copied().filter(|it| !it.starts_with("to:")).collect();
    if !sensitive.is_empty() {
        parts.push(words(format!(", {gives}")));
        parts.extend(names(sensitive));
        parts.push(words(away));
    }
    let places: Vec<&str> = labels.iter().filter_map(|it| it.strip_prefix("to:")).collect();
    if !places.is_empty() {
        parts.push(words(format!(", {to}")));
        parts.extend(names(places));
    }
    parts
}

/// What a row gives up against what it was.
pub fn beyond(was: &Row, is: &Row) -> Vec<Part> {
    let beyond = is.beyond(was);
    let mut parts = Vec::new();
    if beyond.form {
        parts.push(words(format!(", {} where it was {}", how(is.form), was.form.word())));
    }
    if !beyond.gates.is_empty() {
        parts.push(words(", no longer behind "));
        parts.extend(names(beyond.gates.iter().copied()));
    }
    parts.extend(giving(&beyond.labels, "now gives ", " away", "now to "));
    unled(parts)
}

/// What a row has won against what it was.
fn within(was: &Row, is: &Row) -> Vec<Part> {
    let beyond = was.beyond(is);
    let mut parts = Vec::new();
    if beyond.form {
        parts.push(words(format!(", {} where it was {}", how(is.form), how(was.form))));
    }
    if !beyond.gates.is_empty() {
        parts.push(words(", now behind "));
        parts.extend(names(beyond.gates.iter().copied()));
    }
    parts.extend(giving(&beyond.labels, "no longer gives ", " away", "no longer to "));
    unled(parts)
}

/// Without the comma at the beginning.
fn unled(mut parts: Vec<Part>) -> Vec<Part> {
    if let Some(Part::Words(first)) = parts.first_mut() {
        *first = first.trim_start_matches(", ").to_owned();
    }
    parts
}

fn fact(it: &Fact) -> Vec<Part> {
    let mut parts = vec![words(format!("{} ", it.noun.owner())), name(it.id.as_str())];
    if let Some(neighbour) = &it.neighbour {
        parts.extend([words(" of the neighbour "), name(neighbour.as_str())]);
    }
    let what = it.what.as_deref().unwrap_or_default();
    let is_new = it.verb == Verb::Added;
    match it.noun {
        Noun::Inference => {
            parts.push(words(if is_new { " now gives " } else { " no longer gives " }));
            parts.extend([name(what), words(" away")]);
        }
        Noun::Country | Noun::Subprocessor => {
            parts.push(words(match (it.noun, is_new) {
                (Noun::Country, true) => ": now also in ",
                (Noun::Country, false) => ": no longer in ",
                (_, true) => ": now also hands on to ",
                (_, false) => ": no longer hands on to ",
            }));
            parts.push(name(what));
            parts.extend(it.is.as_ref().filter(|_| it.noun == Noun::Country).map(|more| words(format!(" ({more})"))));
        }
        _ if it.verb == Verb::Changed => {
            parts.extend([words(": "), name(what), words(" is ")]);
            parts.push(it.is.as_ref().map_or_else(|| words("no longer stated"), |it| name(it.as_str())));
            parts.push(words(", was "));
            parts.push(it.was.as_ref().map_or_else(|| words("not stated"), |it| name(it.as_str())));
        }
        _ => {
            parts.push(words(if is_new { " is new" } else { " is gone" }));
            parts.extend(it.is.as_ref().map(|more| words(format!(" ({more})"))));
        }
    }
    parts
}

/// A sentence for a terminal: names in backticks, and nothing that would move the cursor.
pub fn plain(parts: &[Part]) -> String {
    let one = |part: &Part| match part {
        Part::Words(text) => text.clone(),
        Part::Name(text) => ticked(text),
    };
    parts.iter().map(one).collect()
}

/// A name for a terminal.
pub fn ticked(text: &str) -> String {
    format!("`{}`", tame(text))
}

/// A declared text on one line, without characters that a terminal obeys.
pub fn tame(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

/// The flows of what is otherwise, for the one line of a change that only takes away.
pub fn gone(compared: &Compared, name: &dyn Fn(&str) -> String) -> String {
    let mut flows: Vec<&str> = compared.diff.exposures.iter().map(|it| it.row().flow.as_str()).collect();
    flows.sort_unstable();
    flows.dedup();
    few(flows.iter().map(|flow| name(flow)))
}

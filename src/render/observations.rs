//! Observations for people: as a table, and as declarations to paste.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::evidence::{Notes, Observation, Party, SeenForm, Strength};
use crate::law::{Law, entity_of};
use crate::source::scalar;

/// Who receives what, a table for each recipient, and how much of the captures was understood.
pub fn text(notes: &Notes, law: &Law) -> String {
    let mut out = String::new();
    let mut by_party: BTreeMap<&Party, Vec<&Observation>> = BTreeMap::new();
    for seen in notes.seen.keys() {
        by_party.entry(&seen.recipient).or_default().push(seen);
    }
    if by_party.is_empty() {
        out.push_str("Nothing was seen going to anybody.\n");
    }
    for (party, seen) in &by_party {
        let hosts: BTreeSet<&str> = seen.iter().map(|it| it.host.as_str()).filter(|it| !it.is_empty()).collect();
        let hosts = if hosts.is_empty() { String::new() } else { format!("  {}", hosts.into_iter().collect::<Vec<_>>().join(" ")) };
        let _ = writeln!(out, "{}{hosts}", name(party, law));
        let rows: BTreeSet<[String; 5]> = seen.iter().map(|it| row(it)).collect();
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0).min(44);
        let widths: Vec<usize> = (0..4).map(width).collect();
        for [what, field, form, strength, rest] in &rows {
            let line = format!("  {what:<0$}  {field:<1$}  {form:<2$}  {strength:<3$}  {rest}", widths[0], widths[1], widths[2], widths[3]);
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out.push('\n');
    }
    out.push_str(&coverage(notes));
    clean(&out)
}

/// Names come from captures, and so from anybody: none of them steers the terminal or turns the line around.
fn clean(text: &str) -> String {
    let steers = |it: char| {
        (it.is_control() && it != '\n')
            || matches!(it, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|it| if steers(it) { '\u{fffd}' } else { it }).collect()
}

/// Who receives how many kinds of data, a line for each recipient, the surest first, and how much of the captures
/// was understood.
pub fn summary(notes: &Notes, law: &Law) -> String {
    let mut by_party: BTreeMap<&Party, Vec<&Observation>> = BTreeMap::new();
    for seen in notes.seen.keys() {
        by_party.entry(&seen.recipient).or_default().push(seen);
    }
    if by_party.is_empty() {
        return clean(&format!("Nothing was seen going to anybody.\n\n{}", coverage(notes)));
    }
    let line = |(party, seen): (&&Party, &Vec<&Observation>)| {
        let told = seen.iter().filter(|it| it.item.is_some() || it.category.is_some() || !it.field.is_empty());
        let kinds: BTreeSet<String> = told.map(|it| row(it)[0].clone()).collect();
        let count = match kinds.len() {
            0 => "no data told".to_owned(),
            1 => "1 kind of data".to_owned(),
            several => format!("{several} kinds of data"),
        };
        (seen.iter().map(|it| it.strength).max(), name(party, law), count)
    };
    let mut lines: Vec<_> = by_party.iter().map(line).collect();
    lines.sort_by_key(|it| Reverse(it.0));
    let width = |of: fn(&(Option<Strength>, String, String)) -> &str| lines.iter().map(|it| of(it).chars().count()).max().unwrap_or(0);
    let (names, counts) = (width(|it| &it.1), width(|it| &it.2));
    let mut out =
        "Who receives data: proven by what was sent, named so by the vendor, possible by the look of it, permitted by a policy.\n"
            .to_owned();
    for (strength, name, count) in &lines {
        let _ = writeln!(out, "  {name:<names$}  {count:<counts$}  {}", strength.map_or("-", Strength::word));
    }
    clean(&(out + "\n" + &coverage(notes)))
}

fn name(party: &Party, law: &Law) -> String {
    match party {
        Party::Vendor(id) => match law.vendors.get(id).and_then(|it| it.name.as_ref()) {
            Some(name) => format!("{} ({id})", name.value),
            None => id.clone(),
        },
        Party::Recipient(id) => format!("{id}, a recipient of the project"),
        Party::Unknown(id) => match entity_of(id) {
            Some(entity) => format!("{id}, not in the catalogue, by public lists {entity}"),
            None => format!("{id}, unknown to the catalogue"),
        },
    }
}

fn row(seen: &Observation) -> [String; 5] {
    let what = match (&seen.item, &seen.category) {
        (Some(item), _) => item.clone(),
        (None, Some(category)) if category == "unknown" => "what the site puts there".to_owned(),
        (None, Some(category)) => category.clone(),
        (None, None) => "-".to_owned(),
    };
    let field = if seen.field.is_empty() { "-".to_owned() } else { seen.field.clone() };
    let reveals = (!seen.reveals.is_empty()).then(|| format!("gives away {}", seen.reveals.join(", ")));
    let rest: Vec<String> = seen.feature.clone().into_iter().chain(reveals).collect();
    [what, field, seen.form.word().to_owned(), seen.strength.word().to_owned(), rest.join("  ")]
}

/// How much was understood: an empty table is only as good as this.
fn coverage(notes: &Notes) -> String {
    let coverage = &notes.coverage;
    let mut out = format!(
        "Read: {} {}, {} {}, of which {} stayed within the organisation and {} went nowhere.\n",
        coverage.files,
        if coverage.files == 1 { "file" } else { "files" },
        coverage.entries,
        if coverage.entries == 1 { "entry" } else { "entries" },
        coverage.first_party,
        coverage.nowhere,
    );
    let mut add = |number: usize, text: &str, list: &BTreeSet<String>| {
        if number > 0 {
            let shown: Vec<&str> = list.iter().take(10).map(String::as_str).collect();
            let more = if list.len() > 10 { format!(" and {} more", list.len() - 10) } else { String::new() };
            let listed = if shown.is_empty() { String::new() } else { format!(": {}{more}", shown.join(", ")) };
            let _ = writeln!(out, "Not understood: {number} {text}{listed}.");
        }
    };
    add(coverage.undecoded.len(), "bodies that could not be decoded", &coverage.undecoded);
    add(coverage.unknown.len(), "types that nobody knows", &coverage.unknown);
    add(coverage.unexplained, "values of parameters that no signature explains", &BTreeSet::new());
    for remark in &coverage.remarks {
        let _ = writeln!(out, "Note: {remark}.");
    }
    out
}

/// Declarations that say what was seen, to be completed: what only people know stands as `…`.
pub fn yaml(notes: &Notes, system: Option<&str>) -> String {
    let mut flows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut recipients: BTreeMap<String, String> = BTreeMap::new();
    for seen in notes.seen.keys() {
        let id = seen.recipient.plain_id();
        match &seen.recipient {
            Party::Vendor(vendor) => recipients.insert(id.clone(), format!("vendor: {}, role: …, contract: …", scalar(vendor))),
            Party::Unknown(_) => {
                let hosts = seen.recipient.domain().map(|it| format!("hosts: [{}], ", scalar(it))).unwrap_or_default();
                recipients.insert(id.clone(), format!("{hosts}name: …, role: …, country: …"))
            }
            Party::Recipient(_) => None,
        };
        let target = seen.feature.as_ref().map_or(id.clone(), |feature| format!("{id}#{feature}"));
        let word = match (&seen.item, &seen.category) {
            (Some(item), _) => item.split_once('.').map_or(item.clone(), |(_, field)| field.to_owned()),
            (None, Some(category)) => category.clone(),
            (None, None) => "unknown".to_owned(),
        };
        let step = if seen.form == SeenForm::Pseudonymised { "|sha256" } else { "" };
        flows.entry(target).or_default().insert(format!("{word}{step}"));
    }
    let mut out = String::from("# As seen. Complete what stands as `…`, and keep what is not meant to leave from leaving.\nsystems:\n");
    let _ = writeln!(out, "  {}:\n    extends: true\n    sends:", scalar(system.unwrap_or("SYSTEM")));
    for (target, words) in &flows {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let _ = writeln!(out, "      {target}: {{ fields: [{}], for: … }}", words.join(", "));
    }
    if !recipients.is_empty() {
        out.push_str("recipients:\n");
        for (id, facts) in &recipients {
            let _ = writeln!(out, "  {id}: {{ {facts} }}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\n");
    }
}

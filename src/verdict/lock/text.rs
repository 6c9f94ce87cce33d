//! The lock as text: tab-separated, sorted bytewise, one line an exposure, so that merges stay clean.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Lock, Row, RowState};
use crate::finding::{Findings, INVALID_LOCK};
use crate::law::Form;
use crate::source::{FileId, Sources, Span};

impl Lock {
    /// Reads a lock; rows may be unsorted and repeated, lines that are none become findings.
    pub fn read(sources: &Sources, file: FileId, out: &mut Findings) -> Lock {
        let mut lock = Lock::default();
        let text = &sources.get(file).text;
        let mut start = 0;
        for (number, line) in text.split('\n').enumerate() {
            let span = Span { file, start, end: start + line.trim_end().len() as u32 };
            start += line.len() as u32 + 1;
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                lock.header(line, span, out);
                continue;
            }
            if let Err(why) = lock.line(line, span) {
                let conflict = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
                let finding = out.report(&INVALID_LOCK, &[&format!("line {}", number + 1)]);
                if conflict {
                    finding
                        .say("a merge left its conflict markers in the lock")
                        .help("remove the lines with markers, keep the rows of both sides, and run `ropa accept --prune`");
                } else {
                    finding.say(why).help("restore the line from git, or remove it and run `ropa accept`");
                }
                finding.at(span, "");
            }
        }
        lock
    }

    /// `# language 1, registry 0.1.0`; other comments say nothing.
    fn header(&mut self, line: &str, span: Span, out: &mut Findings) {
        let Some((language, registry)) = line.strip_prefix("# language ").and_then(|rest| rest.split_once(", registry ")) else { return };
        self.registry = Some(registry.trim().to_owned());
        if language != "1" {
            out.report(&INVALID_LOCK, &["language"])
                .say(format!("the lock is written in version {language} of the language, which this program does not know"))
                .at(span, "")
                .help("use a newer ropa, or remove the lock and write it anew with `ropa accept`: it then accepts all there is");
        }
    }

    fn line(&mut self, line: &str, span: Span) -> Result<(), String> {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns.as_slice() {
            ["exposure", flow, item, form, gates, activity, labels, state] => {
                let form = Form::named(form).ok_or_else(|| format!("`{form}` is not a form"))?;
                let row = Row {
                    flow: (*flow).to_owned(),
                    item: (*item).to_owned(),
                    form,
                    gates: list(gates),
                    activity: (*activity).to_owned(),
                    labels: list(labels),
                };
                self.rows.push((row, row_state(state)?, span));
                Ok(())
            }
            ["finding", key, state] => {
                if row_state(state)? == RowState::Accepted {
                    return Err("a finding is never accepted, only counted as `unreviewed` debt; a waiver answers for it".to_owned());
                }
                self.debts.push(((*key).to_owned(), span));
                Ok(())
            }
            [kind, ..] if matches!(*kind, "exposure" | "finding") => {
                Err(format!("a row of {} columns; an exposure has 8, a finding 3", columns.len()))
            }
            _ => Err("this line is neither an exposure, a finding nor a comment".to_owned()),
        }
    }

    /// The text of a lock: sorted, each row once.
    pub fn write(&self) -> String {
        let mut lines: BTreeSet<String> = BTreeSet::new();
        for (row, state, _) in &self.rows {
            lines.insert(written(row, *state));
        }
        for (key, _) in &self.debts {
            lines.insert(format!("finding\t{key}\t{}", RowState::Unreviewed.word()));
        }
        let version = env!("CARGO_PKG_VERSION");
        let mut text = format!(
            "# The exposures this project accepts. Written by `ropa accept`, reviewed like code.\n# language 1, registry {version}\n"
        );
        for line in lines {
            writeln!(text, "{line}").expect("writing to a string cannot fail");
        }
        text
    }
}

/// The text of a lock in which only the rows that are `chosen` are others: `rows` stand in their place, as
/// accepted. Every other line stays as it is, byte for byte.
pub fn replaced(text: &str, chosen: impl Fn(&Row) -> bool, rows: &[Row]) -> String {
    let mut new: BTreeSet<String> = rows.iter().map(|row| written(row, RowState::Accepted)).collect();
    let mut lines: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let plain = line.trim_end_matches(['\n', '\r']);
        if !row_of(plain).is_some_and(|row| chosen(&row)) || new.remove(plain) {
            lines.push(line.to_owned());
        }
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    for line in new {
        let length = lines.len();
        // Where a lock is sorted it stays so; comments lead, whatever they begin with.
        let behind = |it: &String| row_of(it.trim_end()).is_some() && *it > line || it.starts_with("finding\t");
        let at = lines.iter().position(behind).unwrap_or(length);
        if let Some(last) = lines.last_mut().filter(|it| !it.ends_with('\n'))
            && at == length
        {
            last.push_str(end);
        }
        lines.insert(at, format!("{line}{end}"));
    }
    lines.concat()
}

fn written(row: &Row, state: RowState) -> String {
    let (form, gates, labels) = (row.form.word(), joined(&row.gates), joined(&row.labels));
    format!("exposure\t{}\t{}\t{form}\t{gates}\t{}\t{labels}\t{}", row.flow, row.item, row.activity, state.word())
}

/// The row of a line, if it is one of an exposure.
fn row_of(line: &str) -> Option<Row> {
    let mut lock = Lock::default();
    lock.line(line, Span::default()).ok()?;
    lock.rows.pop().map(|(row, _, _)| row)
}

fn row_state(word: &str) -> Result<RowState, String> {
    [RowState::Accepted, RowState::Unreviewed]
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or_else(|| format!("`{word}` is neither `accepted` nor `unreviewed`"))
}

fn list(column: &str) -> BTreeSet<String> {
    column.split(',').filter(|it| *it != "-" && !it.is_empty()).map(str::to_owned).collect()
}

fn joined(list: &BTreeSet<String>) -> String {
    if list.is_empty() { "-".to_owned() } else { list.iter().map(String::as_str).collect::<Vec<_>>().join(",") }
}

//! The free texts of the project of `tests/keys/`, which uses every key of the language.
//!
//! Which values these are is not listed: a value is a free text if the language takes any other in its
//! place.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::sync::LazyLock;

use ropa::finding::Level;
use tempfile::TempDir;

use super::project::{Files, Form, MODELS, PROJECT, Value, answered};

/// A value that may be any text.
pub struct Free {
    value: &'static Value,
    /// What has to stand before the text: a time, where only its end is free.
    before: String,
    /// What follows on the text, by which this one is known on the pages.
    pub mark: String,
}

impl Free {
    /// The key it stands behind, and the one above.
    pub fn key(&self) -> String {
        let slot = self.value.slot.as_ref().unwrap();
        format!("{}.{}", slot.kind.under, slot.key)
    }
}

pub static FREE: LazyLock<Vec<Free>> = LazyLock::new(|| {
    let words = PROJECT.values.iter().filter(|it| it.form == Form::Word && it.slot.is_some());
    let mut free: Vec<Free> =
        words.enumerate().map(|(at, value)| Free { value, before: before(value), mark: format!("k{at:03}k") }).collect();
    loop {
        let taken = free.len();
        let (refused, named) = refused(&free);
        if refused.is_empty() && named.is_empty() {
            return free;
        }
        let mut at = 0..;
        free.retain(|it| !refused.contains(&at.next().unwrap()) && !named.contains(it.value.word()));
        assert!(free.len() < taken, "{named:?}");
    }
});

/// The project with this text in every place that is free.
pub fn project(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, yaml) in with(&FREE, text).0.into_iter().chain(MODELS.iter().cloned()) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, yaml).unwrap();
    }
    folder
}

/// A time that begins with a number is a free text after it.
fn before(value: &Value) -> String {
    let time = value.word().split_once(" after ").filter(|it| it.0.starts_with(|it: char| it.is_ascii_digit()));
    time.map_or(String::new(), |it| format!("{} after ", it.0))
}

/// Which of the values the language does not take for a text, and words that are not known any more:
/// they were the names of something.
fn refused(free: &[Free]) -> (BTreeSet<usize>, BTreeSet<String>) {
    let (files, places) = with(free, "text ");
    let said = answered(&files);
    let (mut refused, mut named) = (BTreeSet::new(), BTreeSet::new());
    for label in said.findings.iter().filter(|it| it.level == Level::Error).flat_map(|it| &it.labels) {
        let path = &said.sources.get(label.span.file).path;
        let Some(file) = files.iter().position(|it| it.0 == *path) else { continue };
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        match free.iter().zip(&places).position(|(it, place)| it.value.file == file && place.contains(&start)) {
            Some(at) => drop(refused.insert(at)),
            None => drop(named.insert(files[file].1[start..end].to_owned())),
        }
    }
    (refused, named)
}

/// The project's texts with another text in these places, and where it then stands.
fn with(free: &[Free], text: &str) -> (Files, Vec<Range<usize>>) {
    let mut order: Vec<usize> = (0..free.len()).collect();
    order.sort_by_key(|at| (free[*at].value.file, free[*at].value.range.start));
    let mut files: Files = PROJECT.files.iter().map(|(path, _)| (path.clone(), String::new())).collect();
    let mut places = vec![0..0; free.len()];
    let mut done = vec![0; files.len()];
    for at in order {
        let Free { value, before, mark } = &free[at];
        let new = &mut files[value.file].1;
        new.push_str(&PROJECT.files[value.file].1[done[value.file]..value.range.start]);
        let start = new.len();
        new.push_str(&quoted(&format!("{before}{text}{mark}")));
        places[at] = start..new.len();
        done[value.file] = value.range.end;
    }
    for (at, (_, new)) in files.iter_mut().enumerate() {
        new.push_str(&PROJECT.files[at].1[done[at]..]);
    }
    (files, places)
}

/// A text in double quotes, as YAML reads it.
fn quoted(text: &str) -> String {
    let escaped = |it: char| match it {
        '"' | '\\' => format!("\\{it}"),
        ' '..='~' => it.to_string(),
        _ => format!("\\U{:08x}", it as u32),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

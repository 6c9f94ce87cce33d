//! Whether two repositories mean the same by one word of the dictionary they share.

use serde::Serialize;
use serde_json::Value;

use crate::declare::Word;
use crate::finding::{CONFLICTING_IMPORT, Findings};
use crate::source::Span;

/// Keys that only describe: nothing follows from them.
const DESCRIBES: &[&str] = &["title", "why", "columns", "count", "group", "dpv", "source", "checked", "says"];

/// Whether two declarations say the same, whatever they are called for readers and in whichever order
/// their lists are written.
pub fn is_same<T: Serialize>(a: &T, b: &T) -> bool {
    // What cannot be written cannot be compared, and counts as different.
    match (serde_json::to_value(a), serde_json::to_value(b)) {
        (Ok(a), Ok(b)) => meaning(a) == meaning(b),
        _ => false,
    }
}

/// What of a declaration something follows from.
fn meaning(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let told = map.into_iter().filter(|(key, _)| !DESCRIBES.contains(&key.as_str()));
            let told = told.map(|(key, value)| (key, meaning(value)));
            Value::Object(told.filter(|(_, value)| !is_silent(value)).collect())
        }
        Value::Array(list) => {
            let mut list: Vec<Value> = list.into_iter().map(meaning).collect();
            list.sort_by_key(Value::to_string);
            Value::Array(list)
        }
        word => word,
    }
}

fn is_silent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Reports a word that means one thing in an imported repository and another where it is known from.
pub fn conflict(word: &Word, namespace: &str, known: Span, out: &mut Findings) {
    let id = &word.value;
    // The project's texts come before those of others, and these before what is built in: its own place
    // is the one to edit.
    let mut places = [(word.span, format!("what `{namespace}` means by it")), (known, "what it means otherwise".to_owned())];
    places.sort();
    let [first, second] = places;
    out.report(&CONFLICTING_IMPORT, &[id, namespace])
        .say(format!("`{id}` means something else in `{namespace}`"))
        .at(first.0, first.1)
        .at(second.0, second.1)
        .help("let both say the same, or give one of the two another id: categories, fields, subjects and what is built in are shared");
}

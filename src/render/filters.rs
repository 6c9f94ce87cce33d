//! What templates do with days and numbers: `{{ row.date | day }}`, `{{ rows | length | number }}`.

use tera::{Kwargs, State, Tera, Value};

use super::view::figures;
use crate::declare::Date;

/// Makes the filters known.
pub fn register(tera: &mut Tera) {
    tera.register_filter("day", day);
    tera.register_filter("number", number);
}

/// A day in the words of the page; what is none stays as it is.
fn day(value: Value, _: Kwargs, state: &State) -> Value {
    let date = value.as_str().and_then(|text| Date::try_from(text.to_owned()).ok());
    match (date, words(state)) {
        (Some(date), Some(words)) => figures::day(date, |key| word(&words, key)).into(),
        _ => value,
    }
}

/// A number in the form of the page; what is none stays as it is.
fn number(value: Value, _: Kwargs, state: &State) -> Value {
    match (value.as_u64(), words(state)) {
        (Some(number), Some(words)) => figures::number(number, |key| word(&words, key)).into(),
        _ => value,
    }
}

/// The words of the page, which a component has where it asks for `@w`.
fn words(state: &State) -> Option<Value> {
    state.get::<Value>("w").ok().flatten()
}

fn word(words: &Value, key: &str) -> String {
    words.get_from_path(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

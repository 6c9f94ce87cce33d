//! Edits of random texts: the result parses, exactly the intended change is seen in it, and every
//! comment is still there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "edit/texts.rs"]
mod texts;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use ropa::source::{Span, edit};
use serde_json::{Value, json};

use texts::{Manner, Path, Step, Style, Text, WORDS, Written, at, manner, root, said, write};

/// What is added.
const LINES: &str = "new: one\nmore: [p, q]";

fn added(value: &mut Value) {
    value["new"] = json!("one");
    value["more"] = json!(["p", "q"]);
}

/// Asks a question of many random texts, `ROPA_CASES` of them if that is more.
fn for_texts(seed: u8, wrong: fn(&Text, &Value) -> Option<String>) {
    for_all(seed, (root(), manner()), |(root, manner)| {
        let text = write(root, *manner);
        let value = said(&text.text).map_err(|why| format!("the generator writes no YAML: {why}\n{}", text.text))?;
        wrong(&text, &value).map_or(Ok(()), Err)
    });
}

fn for_all<S: Strategy>(seed: u8, strategy: S, sound: impl Fn(&S::Value) -> Result<(), String>) {
    let cases = std::env::var("ROPA_CASES").map_or(500, |more| more.parse::<u32>().unwrap().max(500));
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    match runner.run(&strategy, |it| sound(&it).map_err(TestCaseError::fail)) {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// What is wrong with a text after an edit.
fn differs(what: &str, text: &Text, span: Span, after: &str, wanted: &Value) -> Option<String> {
    let place = &text.text[span.start as usize..span.end as usize];
    let told = |why: String| Some(format!("{what} at `{place}` ({}): {why}\n--- before\n{}\n--- after\n{after}", span.start, text.text));
    match said(after) {
        Err(why) => return told(why),
        Ok(value) if value != *wanted => return told(format!("it says {value}, not {wanted}")),
        Ok(_) => {}
    }
    let lost = (0..text.comments).find(|it| after.matches(&format!("# c{it}: {{ [x, y")).count() != 1)?;
    told(format!("comment {lost} is lost"))
}

/// What is wrong where no edit is made.
fn refused(what: &str, text: &Text, span: Span) -> Option<String> {
    let place = &text.text[span.start as usize..span.end as usize];
    Some(format!("{what} at `{place}` ({}) is refused\n{}", span.start, text.text))
}

#[test]
fn lines_are_added_to_the_map_of_a_key() {
    for_texts(1, |text, value| {
        text.keys.iter().find_map(|(path, span)| {
            let mut wanted = value.clone();
            let old = at(&mut wanted, path);
            let must = !old.is_array() && !old.is_string();
            match old {
                Value::Object(_) => {}
                Value::Null => *old = json!({}),
                _ => *old = json!({ "fields": old }),
            }
            added(old);
            match edit::add(&text.text, *span, LINES) {
                Some(after) => differs("add", text, *span, &after, &wanted),
                None if must => refused("add", text, *span),
                None => None,
            }
        })
    });
}

#[test]
fn lines_are_added_beside_a_key_or_word() {
    for_texts(2, |text, value| {
        let words = text.words.iter().map(|it| (&it.0, it.1));
        text.keys.iter().map(|(path, span)| (path, *span)).chain(words).find_map(|(path, span)| {
            let mut wanted = value.clone();
            let last = path.iter().rposition(|it| matches!(it, Step::Key(_))).unwrap();
            added(at(&mut wanted, &path[..last]));
            match edit::beside(&text.text, span, LINES) {
                Some(after) => differs("beside", text, span, &after, &wanted),
                None => refused("beside", text, span),
            }
        })
    });
}

#[test]
fn words_join_the_list_of_a_word() {
    for_texts(3, |text, value| {
        text.words.iter().find_map(|(path, span, style, is_list)| {
            let mut wanted = value.clone();
            join(&mut wanted, path, *is_list);
            // A list of lines is left to people, and so are words that need quotes in brackets.
            let must = text.text[span.start as usize..span.end as usize] == *WORDS[0].0 && !(*is_list && *style == Style::Lines);
            match edit::join(&text.text, *span, "new") {
                Some(after) => differs("join", text, *span, &after, &wanted),
                None if must => refused("join", text, *span),
                None => None,
            }
        })
    });
}

fn join(value: &mut Value, path: &Path, is_list: bool) {
    let (last, before) = path.split_last().unwrap();
    match last {
        Step::At(place) if is_list => at(value, before).as_array_mut().unwrap().insert(place + 1, json!("new")),
        _ => {
            let old = at(value, path);
            *old = json!([old, "new"]);
        }
    }
}

#[test]
fn other_words_stand_in_the_place_of_a_word() {
    for_texts(4, |text, value| {
        text.words.iter().find_map(|(path, span, ..)| {
            let mut wanted = value.clone();
            *at(&mut wanted, path) = json!("new");
            match edit::replace(&text.text, *span, "new") {
                Some(after) => differs("replace", text, *span, &after, &wanted),
                None => refused("replace", text, *span),
            }
        })
    });
}

/// A section of items somewhere in a text: each has an id, and says more.
#[derive(Clone, Debug)]
struct Listed {
    before: Written,
    items: Vec<Vec<Written>>,
    after: Option<Written>,
    manner: Manner,
    /// Whose place is taken, if there is one of that number.
    whose: usize,
}

#[test]
fn an_item_is_put_at_the_end_or_in_the_place_of_its_like() {
    let item = prop::collection::vec(root(), 0..3);
    let strategy = (root(), prop::collection::vec(item, 0..4), prop::option::of(root()), manner(), 0..5usize)
        .prop_map(|(before, items, after, manner, whose)| Listed { before, items, after, manner, whose });
    for_all(5, strategy, |it| {
        let text = listed(it);
        let value = said(&text).map_err(|why| format!("the generator writes no YAML: {why}\n{text}"))?;
        let id = format!("id{}", it.whose);
        let new = json!({ "id": id, "why": "it is put", "covers": ["a:plain:-", "b"] });
        let mut wanted = value.clone();
        let replaced = it.whose < it.items.len();
        if it.items.is_empty() {
            wanted["items"] = json!([new]);
        } else if replaced {
            wanted["items"][it.whose] = new;
        } else {
            wanted["items"].as_array_mut().unwrap().push(new);
        }
        let put = format!("id: {id}\nwhy: it is put\ncovers:\n  - a:plain:-\n  - b");
        let after = edit::put_item(&text, "items", ("id", &id), &put).ok_or(format!("refused\n{text}"))?;
        let told = |why: String| format!("{why}\n--- before\n{text}\n--- after\n{after}");
        match said(&after) {
            Err(why) => return Err(told(why)),
            Ok(value) if value != wanted => return Err(told(format!("it says {value}, not {wanted}"))),
            Ok(_) => {}
        }
        // What the item that goes says about itself goes with it.
        let own = |line: &str| replaced && line.contains(&format!("(of {id})"));
        let lost = text.lines().filter(|it| it.contains("# c") && !own(it)).find(|it| !after.contains(&it[it.find("# c").unwrap()..]));
        lost.map_or(Ok(()), |it| Err(told(format!("`{it}` is lost"))))
    });
}

fn listed(it: &Listed) -> String {
    let mut text = write(&it.before, it.manner).text;
    let end = if it.manner.crlf { "\r\n" } else { "\n" };
    if !it.items.is_empty() {
        text += &format!("items: # c of the section{end}");
    }
    let indent = if it.manner.flush { "" } else { "  " };
    for (at, more) in it.items.iter().enumerate() {
        text += &format!("{indent}# c before the item {at}{end}{indent}- id: id{at} # c (of id{at}){end}");
        for (position, more) in more.iter().enumerate() {
            // Comments within an item are its own; words that hold a `#` are none.
            let inner = write(more, Manner { comments: 0, crlf: false, ..it.manner }).text;
            text += &format!("{indent}  more{position}:{end}");
            inner.lines().for_each(|line| text += &format!("{indent}    {line}{end}"));
        }
    }
    if let Some(after) = &it.after {
        let keys = write(after, Manner { comments: !it.manner.comments, ..it.manner });
        // Its keys are not those of the text before.
        let mut other = keys.text;
        for (_, span) in keys.keys.iter().rev().filter(|it| it.0.len() == 1) {
            other.replace_range(span.start as usize..span.start as usize + 1, "after");
        }
        text += &other.replace("# c", "# cc");
    }
    text
}

//! Whatever is declared is shown as text: it makes no element, runs nothing, asks for nothing and
//! breaks no page.
//!
//! The project of `tests/keys/` uses every key of the language. Which of its values are free texts is
//! not listed: a value is one if the language has nothing against any other in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use ropa::finding::Level;
use serde_json::{Value as Json, json};

use super::nothing;
use super::pages::{LOOK, wrong};
use super::project::{Files, Form, PROJECT, Value, answered};
use super::site::Site;
use super::tab::{Tab, words};

/// What a page makes of declared texts, told by itself.
const MADE: &str = include_str!("hostile.js");

/// Keys of free texts that no page shows.
const UNSHOWN: &[&str] = &[];

/// A value that may be any text, with what has to stand before the text.
struct Free {
    value: &'static Value,
    before: String,
    /// The last letters of its text, by which it is known on the pages.
    mark: String,
}

impl Free {
    /// The key it stands behind, as people call it.
    fn key(&self) -> String {
        let slot = self.value.slot.as_ref().unwrap();
        format!("{}.{}", slot.kind.under, slot.key)
    }
}

static FREE: LazyLock<Vec<Free>> = LazyLock::new(|| {
    let words = PROJECT.values.iter().filter(|it| it.form == Form::Word && it.slot.is_some());
    let mut free: Vec<Free> = words.enumerate().map(|(at, value)| Free { value, before: before(value), mark: format!("k{at:03}k") }).collect();
    // Takes away, again and again, what the language does not take for a text, and what is the name
    // of something: where it is named, the language does not know it any more.
    loop {
        let (files, places) = with(&free, "text ");
        let said = answered(&files);
        let errors = said.findings.iter().filter(|it| it.level == Level::Error);
        let places_of_errors: Vec<(String, usize, usize)> = errors
            .flat_map(|it| it.labels.iter())
            .map(|it| (said.sources.get(it.span.file).path.clone(), it.span.start as usize, it.span.end as usize))
            .collect();
        if places_of_errors.is_empty() {
            return free;
        }
        let mut named = BTreeSet::new();
        let mut refused = BTreeSet::new();
        for (path, start, end) in &places_of_errors {
            let at = places.iter().position(|it| it.0 == *path && it.1.start <= *start && *start < it.1.end);
            match at {
                Some(at) => {
                    refused.insert(at);
                }
                None => {
                    let text = &files.iter().find(|it| it.0 == *path).unwrap().1;
                    named.insert(text[*start..*end].to_owned());
                }
            }
        }
        let before = free.len();
        let mut at = 0;
        free.retain(|it| {
            at += 1;
            !refused.contains(&(at - 1)) && !named.contains(it.value.word())
        });
        println!("{} -> {} {named:?}", before, free.len());
        assert!(free.len() < before, "{places_of_errors:?}");
    }
});

/// A time that begins with a word of one's own is a text in its second part.
fn before(value: &Value) -> String {
    let word = value.word();
    let time = word.split_once(" after ").filter(|it| it.0.starts_with(|it: char| it.is_ascii_digit()));
    time.map_or(String::new(), |it| format!("{} after ", it.0))
}

/// The project with the same text in all these places, and where it now stands.
fn with(free: &[Free], text: &str) -> (Files, Vec<(String, std::ops::Range<usize>)>) {
    let mut files: Files = Vec::new();
    let mut places = vec![(String::new(), 0..0); free.len()];
    for (file, (path, old)) in PROJECT.files.iter().enumerate() {
        let mut new = String::new();
        let mut from = 0;
        let mut here: Vec<_> = free.iter().enumerate().filter(|it| it.1.value.file == file).collect();
        here.sort_by_key(|it| it.1.value.range.start);
        for (at, it) in here {
            new.push_str(&old[from..it.value.range.start]);
            let start = new.len();
            new.push_str(&quoted(&format!("{}{text}{}", it.before, it.mark)));
            places[at] = (path.clone(), start..new.len());
            from = it.value.range.end;
        }
        new.push_str(&old[from..]);
        files.push((path.clone(), new));
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

/// The register of the project with this text in every place.
fn site(text: &str) -> Site {
    let folder = tempfile::tempdir().unwrap();
    for (path, yaml) in with(&FREE, text).0 {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, yaml).unwrap();
    }
    Site::of(folder.path(), "2026-09-01")
}

/// What each page makes of the text.
fn made(tab: &mut Tab, text: &str) -> (BTreeMap<String, Json>, Vec<String>) {
    let site = site(text);
    let mut made = BTreeMap::new();
    let mut said = Vec::new();
    for page in &site.pages {
        tab.open(&site.path(page));
        let look = tab.eval(LOOK);
        made.insert(page.clone(), tab.eval(&format!("({MADE})({})", json!(text))));
        said.extend(tab.did().into_iter().chain(wrong(page, &look)).map(|it| format!("{page}: {it}")));
    }
    (made, said)
}

#[test]
fn whatever_is_declared_is_shown_as_text() {
    let mut tab = Tab::new();
    let text = [
        "<script>window.pwned=1</script>",
        "\"><img src=x onerror=window.pwned=1>",
        "\" onload=\"window.pwned=1",
        "' onfocus='window.pwned=1' autofocus tabindex='0",
        "</style><script>window.pwned=1</script>",
        "</script><script>window.pwned=1</script>",
        "</title><svg onload=window.pwned=1>",
        "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
        "{{ 7*7 }}{% include \"x\" %}{# x #}",
        "]]>",
        "<!--",
        "-->",
        "&lt;b&gt;&amp;",
        "\\u003cb\\u003e\\",
        "=cmd|' /C calc'!A0",
        "\u{202e}turned",
        "zero\u{200b}\u{200d}\u{feff}width",
        "e\u{301}\u{302}\u{303}\u{323}\u{331}",
        "\u{1f469}\u{200d}\u{1f4bb}\u{1f1f8}\u{1f1ea}",
        "\u{2028}\u{2029}",
        "`code`",
        "שלום",
    ]
    .join(" ");
    let (calm, said) = made(&mut tab, "a plain text ");
    for it in said { println!("CALM {it}"); }
    let at = std::time::Instant::now();
    for text in [format!("{text} "), "javascript:window.pwned=1//".to_owned(), "data:text/html,<script>window.pwned=1</script>".to_owned(), "x".repeat(1_000)] {
        let (made, said) = made(&mut tab, &text);
        for it in said { println!("{it}"); }
        let known: BTreeSet<&str> = calm.values().flat_map(|it| words(&it["made"])).collect();
        let mut shown = BTreeSet::new();
        let mut whole = BTreeSet::new();
        for (page, it) in &made {
            if it["pwned"] != Json::Null { println!("{page}: pwned"); }
            for new in words(&it["made"]).filter(|it| !known.contains(it)) { println!("{page}: makes {new}"); }
            if it["active"] != calm[page]["active"] { println!("{page}: active"); }
            if it["schemes"] != json!(["file:"]) { println!("{page}: {}", it["schemes"]); }
            if it["turned"] != json!([]) { println!("{page}: {}", it["turned"]); }
            shown.extend(words(&it["shown"]).map(str::to_owned));
            whole.extend(words(&it["whole"]).map(str::to_owned));
        }
        let keys = |them: &BTreeSet<String>| -> BTreeSet<String> { FREE.iter().filter(|it| them.contains(&it.mark)).map(Free::key).collect() };
        let all: BTreeSet<String> = FREE.iter().map(Free::key).collect();
        println!("UNSHOWN {:?}", all.difference(&keys(&shown)).collect::<Vec<_>>());
        println!("NOT WHOLE {:?}", keys(&shown).difference(&keys(&whole)).collect::<Vec<_>>());
        println!("{} free, {:?} -----------------", FREE.len(), at.elapsed());
    }
}

//! Every page of every example opens without a word to anybody.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::nothing;
use super::site::{self, Site};
use super::tab::Tab;

/// What a page is, told by itself.
pub const LOOK: &str = include_str!("look.js");

/// A page that does what no page may do: were the tests blind to it, they would prove nothing.
const BAD: &str = r##"<!doctype html>
<html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src *; script-src 'unsafe-inline'; frame-src *">
<title></title><style>p { color: red }</style></head>
<body id="a"><h1 id="a">A</h1><h1>B</h1><img src="x.png"><table width="3000"><tr><td>wide</table><a href="nowhere.html">a</a><a href="#nothing">b</a>
<iframe srcdoc="x"></iframe>
<script>console.warn("a word"); alert("stop"); fetch("http://tracker.example/").catch(() => {}); open("http://tracker.example/"); throw Error("thrown")</script>
</body></html>"##;

#[test]
fn a_bad_page_is_seen_through() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    std::fs::write(&page, BAD).unwrap();
    let mut tab = Tab::new();
    tab.open(&page);
    let look = tab.eval(LOOK);
    let did = tab.did().join("\n");
    for what in [
        "Network.requestWillBeSent",
        "x.png",
        "Runtime.consoleAPICalled",
        "a word",
        "Runtime.exceptionThrown",
        "thrown",
        "Page.javascriptDialogOpening",
        "Page.frameAttached",
        "ContentSecurityPolicyIssue",
        "style-src",
        "connect-src",
    ] {
        assert!(did.contains(what), "{what} was not seen:\n{did}");
    }
    let here = page.to_str().unwrap().to_owned();
    let wrong = wrong(&here, &look);
    for what in ["language", "title", "h1", "twice", "wider"] {
        assert!(wrong.iter().any(|it| it.contains(what)), "{what}: {wrong:?}");
    }
    let looks = BTreeMap::from([(here, look)]);
    assert_eq!(dead_links(&looks).len(), 2, "{looks:?}");
}

#[test]
fn every_page_of_every_example_opens_without_a_word_to_anybody() {
    let mut tab = Tab::new();
    let mut wrong_ones = Vec::new();
    for example in site::names() {
        let site = Site::of_example(&example);
        let mut looks = BTreeMap::new();
        for page in &site.pages {
            let path = site.path(page);
            tab.open(&path);
            let look = tab.eval(LOOK);
            let shown = path.to_str().unwrap().to_owned();
            wrong_ones.extend(tab.did().into_iter().chain(wrong(&shown, &look)).map(|it| format!("{example}: {page}: {it}")));
            looks.insert(shown, look);
        }
        wrong_ones.extend(dead_links(&looks).into_iter().map(|it| format!("{example}: {it}")));
        wrong_ones.extend(unreached(&looks).into_iter().map(|it| format!("{example}: {it}: no other page leads there")));
        println!("{example}: {} pages", site.pages.len());
    }
    nothing(&wrong_ones);
}

/// What is wrong with one page by itself.
pub fn wrong(page: &str, look: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut hold = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{page}: {what}"));
        }
    };
    hold(look["lang"] != "", "no language");
    hold(look["title"] != "", "no title");
    hold(look["h1"] == 1, "not one h1");
    hold(look["twice"].as_array().unwrap().is_empty(), &format!("ids that are there twice: {}", look["twice"]));
    hold(look["wide"].as_i64().unwrap() <= 1, &format!("{} px wider than the screen", look["wide"]));
    wrong
}

/// Links of pages to what is no page of the same register, or has no such place.
pub fn dead_links(looks: &BTreeMap<String, Value>) -> Vec<String> {
    let ids: BTreeMap<&str, BTreeSet<&str>> = looks
        .iter()
        .map(|(page, look)| (page.as_str(), look["ids"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()))
        .collect();
    let mut dead = Vec::new();
    for (page, look) in looks {
        for link in look["links"].as_array().unwrap() {
            let there = link["scheme"] == "file:"
                && ids
                    .get(link["path"].as_str().unwrap())
                    .is_some_and(|ids| link["anchor"] == "" || ids.contains(link["anchor"].as_str().unwrap()));
            if !there {
                dead.push(format!("{page}: leads nowhere: {link}"));
            }
        }
    }
    dead
}

/// Pages that no other page leads to.
fn unreached(looks: &BTreeMap<String, Value>) -> Vec<String> {
    let linked: BTreeSet<&str> = looks
        .iter()
        .flat_map(|(page, look)| look["links"].as_array().unwrap().iter().map(move |it| (page, it["path"].as_str().unwrap())))
        .filter(|(page, to)| page.as_str() != *to)
        .map(|it| it.1)
        .collect();
    looks.keys().filter(|page| !linked.contains(page.as_str())).cloned().collect()
}

//! What every page carries around its own content: whose register it is, of which state, and the way
//! to all other pages and languages.

use std::collections::BTreeMap;

use serde::Serialize;

use super::page::{LISTS, Page};
use super::{Edition, Site};
use crate::render::view::{Link, Reading};

/// What every page carries around its own content.
#[derive(Debug, Serialize)]
pub struct Frame<'a> {
    language: &'a str,
    organisation: String,
    today: String,
    /// The revision of the declarations, where they are kept under version control.
    revision: Option<&'a str>,
    version: &'static str,
    title: String,
    /// From this page to the root of its language: empty or `../`.
    root: &'static str,
    /// Which entry of the navigation it is or belongs to.
    here: &'static str,
    /// The same page in the other languages.
    languages: Vec<Other>,
    parts: Vec<Part>,
    policy: &'a str,
    style: &'a str,
    script: &'a str,
    /// The page is one of many in a single file: its name there, under which links find it.
    within: Option<String>,
    /// Name of the main part.
    main: String,
    /// Where the pages of this language lie: empty or `sv/`.
    folder: &'a str,
    /// What the script says, as JSON.
    words: String,
}

/// Words of the script: what it calls them, and their keys.
const SAID: &[(&str, &str)] =
    &[("filter", "filter_rows"), ("shown", "filter_shown"), ("all", "filter_all"), ("found", "search_found"), ("nothing", "none_found")];

#[derive(Debug, Serialize)]
struct Other {
    tag: String,
    name: String,
    href: String,
    current: bool,
}

/// One part of the navigation.
#[derive(Debug, Serialize)]
struct Part {
    title: String,
    pages: Vec<Link>,
}

impl<'a> Frame<'a> {
    /// The frame of one page in a folder of pages.
    pub fn of(site: &'a Site, reading: &Reading<'a>, edition: &'a Edition, page: Page) -> Frame<'a> {
        let path = page.path(reading);
        let root = if path.contains('/') { "../" } else { "" };
        let top = format!("{root}{}", if edition.folder.is_empty() { "" } else { "../" });
        let href = |other: &Edition| format!("{top}{}{path}", other.folder);
        let organisation = reading.map.model.settings.organisation.as_ref().and_then(|it| it.name.as_ref());
        let languages = site.editions.iter().map(|other| Other {
            name: language_name(reading, &other.language),
            tag: other.language.clone(),
            href: href(other),
            current: other.language == edition.language,
        });
        Frame {
            language: reading.language,
            organisation: organisation.map_or_else(|| reading.word("missing"), |name| name.value.clone()),
            today: reading.map.today.to_string(),
            revision: site.options.revision.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            title: page.title(reading),
            root,
            here: page.list(reading),
            languages: languages.collect(),
            parts: parts(reading),
            policy: &site.engine.policy,
            style: &site.engine.style,
            script: &site.engine.script,
            within: None,
            main: "main".to_owned(),
            folder: &edition.folder,
            words: said(reading),
        }
    }

    /// The frame around all pages of one language in a single file.
    pub fn around(site: &'a Site, reading: &Reading<'a>, edition: &'a Edition) -> Frame<'a> {
        let mut frame = Frame::of(site, reading, edition, Page::List(&LISTS[0]));
        frame.here = "";
        frame.title = reading.word("register");
        for (other, of) in frame.languages.iter_mut().zip(&site.editions) {
            other.href = format!("#{}index", of.folder);
        }
        for link in frame.parts.iter_mut().flat_map(|part| &mut part.pages) {
            link.href = Some(format!("#{}{}", edition.folder, link.id));
        }
        let contents =
            Link { text: reading.word("contents"), id: "contents".to_owned(), href: Some(format!("#{}contents", edition.folder)) };
        frame.parts[0].pages.insert(0, contents);
        frame.main = format!("{}main", edition.folder);
        frame
    }

    /// The same page as one of many in a single file.
    pub fn within(mut self, name: &str) -> Frame<'a> {
        self.within = Some(name.to_owned());
        self
    }
}

fn said(reading: &Reading) -> String {
    let words: BTreeMap<&str, String> = SAID.iter().map(|(name, key)| (*name, reading.word(key))).collect();
    serde_json::to_string(&words).unwrap_or_default()
}

fn parts(reading: &Reading) -> Vec<Part> {
    let mut parts: Vec<(&str, Part)> = Vec::new();
    for list in LISTS {
        let link = Link { text: reading.word(list.word), id: list.id.to_owned(), href: Some(format!("{}.html", list.id)) };
        match parts.last_mut() {
            Some((word, part)) if *word == list.part => part.pages.push(link),
            _ => parts.push((list.part, Part { title: reading.word(list.part), pages: vec![link] })),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// A language's name in itself, or its tag where the words do not know it.
fn language_name(reading: &Reading, tag: &str) -> String {
    let names = reading.law().words.get("language_name");
    names.and_then(|it| it.by_language.get(tag)).cloned().unwrap_or_else(|| tag.to_owned())
}

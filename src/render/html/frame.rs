//! What every page carries around its own content: whose register it is, of which state, and the way
//! to all other pages and languages.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use super::page::{LISTS, Page};
use super::{Edition, Site};
use crate::render::view::{Link, Reading};

/// What all pages of one language share; made once.
#[derive(Debug, Serialize)]
pub struct Shared<'a> {
    organisation: String,
    today: String,
    /// The revision of the declarations, where they are kept under version control.
    revision: Option<&'a str>,
    version: &'static str,
    /// The navigation.
    parts: Vec<Part>,
    policy: &'a str,
    style: Value,
    script: Value,
    /// Name of the main part.
    main: String,
    /// Where the pages of this language lie: empty or `sv/`.
    folder: &'a str,
    /// What the script says, as JSON.
    words: String,
}

/// What one page carries around its own content.
#[derive(Debug, Serialize)]
pub struct Frame<'a> {
    language: &'a str,
    title: String,
    /// From this page to the root of its language: empty or `../`.
    root: &'static str,
    /// Which entry of the navigation it is or belongs to.
    here: &'static str,
    /// The same page in the other languages.
    languages: Vec<Other>,
    /// The page is one of many in a single file: its name there, under which links find it.
    within: Option<String>,
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

impl<'a> Shared<'a> {
    /// What the pages of a language share in a folder of pages.
    pub fn of(site: &'a Site, reading: &Reading, edition: &'a Edition) -> Shared<'a> {
        let organisation = reading.map.model.settings.organisation.as_ref().and_then(|it| it.name.as_ref());
        Shared {
            organisation: organisation.map_or_else(|| reading.word("missing"), |name| name.value.clone()),
            today: reading.map.today.to_string(),
            revision: site.options.revision.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            parts: parts(reading),
            policy: &site.engine.policy,
            style: Value::safe_string(&site.engine.style),
            script: Value::safe_string(&site.engine.script),
            main: "main".to_owned(),
            folder: &edition.folder,
            words: said(reading),
        }
    }

    /// The same in a single file, where every link stays within it and a table of contents comes first.
    pub fn within(site: &'a Site, reading: &Reading, edition: &'a Edition) -> Shared<'a> {
        let mut shared = Shared::of(site, reading, edition);
        for link in shared.parts.iter_mut().flat_map(|part| &mut part.pages) {
            link.href = Some(format!("#{}{}", edition.folder, link.id));
        }
        let contents = Link {
            text: reading.word("contents"),
            lang: None,
            id: "contents".to_owned(),
            href: Some(format!("#{}contents", edition.folder)),
        };
        shared.parts[0].pages.insert(0, contents);
        shared.main = format!("{}main", edition.folder);
        shared
    }
}

impl<'a> Frame<'a> {
    /// The frame of one page in a folder of pages.
    pub fn of(site: &Site, reading: &Reading<'a>, edition: &Edition, page: Page) -> Frame<'a> {
        let path = page.path(reading);
        let root = if path.contains('/') { "../" } else { "" };
        let top = format!("{root}{}", if edition.folder.is_empty() { "" } else { "../" });
        Frame {
            language: reading.language,
            title: page.title(reading),
            root,
            here: page.list(reading),
            languages: languages(site, reading, edition, |other| format!("{top}{}{path}", other.folder)),
            within: None,
        }
    }

    /// The frame around all pages of one language in a single file.
    pub fn around(site: &Site, reading: &Reading<'a>, edition: &Edition) -> Frame<'a> {
        let languages = languages(site, reading, edition, |other| format!("#{}index", other.folder));
        Frame { language: reading.language, title: reading.word("register"), root: "", here: "", languages, within: None }
    }

    /// The same page as one of many in a single file.
    pub fn within(mut self, name: &str) -> Frame<'a> {
        self.within = Some(name.to_owned());
        self
    }
}

fn languages(site: &Site, reading: &Reading, edition: &Edition, href: impl Fn(&Edition) -> String) -> Vec<Other> {
    let one = |other: &Edition| Other {
        name: reading.language_name(&other.language),
        tag: other.language.clone(),
        href: href(other),
        current: other.language == edition.language,
    };
    site.editions.iter().map(one).collect()
}

fn said(reading: &Reading) -> String {
    let words: BTreeMap<&str, String> = SAID.iter().map(|(name, key)| (*name, reading.word(key))).collect();
    serde_json::to_string(&words).unwrap_or_default()
}

fn parts(reading: &Reading) -> Vec<Part> {
    let mut parts: Vec<(&str, Part)> = Vec::new();
    for list in LISTS {
        let link = Link { text: reading.word(list.word), lang: None, id: list.id.to_owned(), href: Some(format!("{}.html", list.id)) };
        match parts.last_mut() {
            Some((word, part)) if *word == list.part => part.pages.push(link),
            _ => parts.push((list.part, Part { title: reading.word(list.part), pages: vec![link] })),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

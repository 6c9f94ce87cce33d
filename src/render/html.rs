//! The register as static pages: nothing on them is ever requested, and all they say is there without
//! a script; the script finds, filters and sorts.

mod engine;
mod frame;
mod page;
mod single;
mod texts;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use tera::Context;

use self::engine::Engine;
use self::frame::{Frame, Shared};
use self::page::Page;
use super::view::{self, Compared, Concerns, Figures, Index, Inferred, Names, Prepared, Reading, Since};
use crate::evidence::Evidence;
use crate::finding::Rule;
use crate::flow::Map;
use crate::source::Sources;
use crate::verdict::Verdict;

/// Pages of a single file rendered at a time: as many as keep all cores busy, few enough to be held in memory.
const CHUNK: usize = 256;

/// How a register is rendered.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Templates of the project, by file name: they win over those that ship.
    pub templates: Vec<(String, String)>,
    /// The revision of the declarations, where they are kept under version control.
    pub revision: Option<String>,
    /// Only this language, instead of all of the project.
    pub language: Option<String>,
    /// What the page of changes compares with, where that is not the lock.
    pub since: Option<Since>,
}

/// A register ready to be rendered.
pub struct Site<'a> {
    map: &'a Map,
    verdict: &'a Verdict,
    rules: &'a [&'static Rule],
    options: Options,
    engine: Engine,
    concerns: Concerns,
    index: Index<'a>,
    inferred: Inferred,
    prepared: Prepared<'a>,
    editions: Vec<Edition>,
}

/// The register in one language.
struct Edition {
    language: String,
    /// Where its pages lie: at the top for the first language, each other one in a folder of its own.
    folder: String,
}

impl<'a> Site<'a> {
    /// Reads the templates and gathers what all pages share.
    pub fn new(
        map: &'a Map,
        sources: &'a Sources,
        verdict: &'a Verdict,
        rules: &'a [&'static Rule],
        options: Options,
    ) -> anyhow::Result<Site<'a>> {
        let engine = Engine::new(&options.templates)?;
        let gather = || (Concerns::of(&map.model, verdict), Index::of(map), Inferred::of(map));
        let (prepared, (concerns, index, inferred)) = rayon::join(|| Prepared::of(map, sources), gather);
        Ok(Site {
            engine,
            concerns,
            index,
            inferred,
            prepared,
            editions: editions(map, options.language.as_deref()),
            map,
            verdict,
            rules,
            options,
        })
    }

    /// With what was observed.
    pub fn observed(self, evidence: &'a Evidence) -> Site<'a> {
        Site { prepared: self.prepared.observed(evidence), ..self }
    }

    /// How many pages there are, all languages together.
    pub fn count(&self) -> usize {
        Page::all(self).len() * self.editions.len()
    }

    /// Makes every page and hands it over with its path, several at once and in no order.
    pub fn each(&self, take: impl Fn(&str, &str) -> anyhow::Result<()> + Sync) -> anyhow::Result<()> {
        // The longest pages are lists: they come first, so that no core waits for one at the end.
        let (mut all, single): (Vec<Page>, Vec<Page>) = Page::all(self).into_iter().partition(|page| matches!(page, Page::List(_)));
        all.extend(single);
        for edition in &self.editions {
            let desks = self.desks(edition, Shared::of);
            // Pages differ much in length: each few of them are handed out anew.
            let done = all.par_iter().with_max_len(8).map(|page| {
                let Desk { names, shared } = at(&desks);
                let reading = self.reading(edition, names);
                let path = format!("{}{}", edition.folder, page.path(&reading));
                self.render(shared, &reading, *page, &Frame::of(self, &reading, edition, *page), |text| take(&path, text))
            });
            // Of several errors the first in the order of pages is said, whichever came first.
            let done: Vec<anyhow::Result<()>> = done.collect();
            done.into_iter().collect::<anyhow::Result<()>>()?;
        }
        Ok(())
    }

    /// Every page by its path.
    pub fn pages(&self) -> anyhow::Result<Vec<(String, String)>> {
        let all = Mutex::new(Vec::new());
        self.each(|path, text| {
            all.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), text.to_owned()));
            Ok(())
        })?;
        let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort();
        Ok(all)
    }

    /// The states of the page of changes.
    fn compared(&self, reading: &Reading) -> Compared<'_> {
        Compared::of(reading, self.verdict, self.options.since.as_ref())
    }

    fn reading(&'a self, edition: &'a Edition, names: &'a Names) -> Reading<'a> {
        self.prepared.reading(&edition.language, names, Figures::Words)
    }

    /// A desk for each thread that makes pages.
    fn desks<'b>(&'b self, edition: &'b Edition, shared: fn(&'b Site<'b>, &Reading, &'b Edition) -> Shared<'b>) -> Vec<Desk> {
        let desk = |_| {
            let names = Names::of(self.map);
            let reading = self.reading(edition, &names);
            let shared = self.shared(&reading, &shared(self, &reading, edition));
            Desk { names, shared }
        };
        (0..rayon::current_num_threads()).map(desk).collect()
    }

    /// What stands before every template of a language: the words, and what its pages share.
    fn shared(&self, reading: &Reading, shared: &Shared) -> Context {
        let words: BTreeMap<&str, &str> = reading.law().words.iter().map(|(key, text)| (key, text.in_language(reading.language))).collect();
        let mut context = Context::new();
        context.insert("w", &words);
        context.insert("site", shared);
        context
    }

    /// Makes one page and lends it to `take`.
    fn render<T>(
        &self,
        shared: &Context,
        reading: &Reading,
        page: Page,
        frame: &Frame,
        take: impl FnOnce(&str) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let mut context = shared.clone();
        context.insert("frame", frame);
        let template = page.fill(&mut context, self, reading);
        let (room, mut text) = ROOM.take();
        let page = self.engine.render(template, &context, room)?;
        text.clear();
        texts::breakable(&page, &mut text);
        let taken = take(&text);
        ROOM.set((page, text));
        taken
    }
}

/// What a thread makes the pages of a language with. No two share one: templates count each use of a value,
/// and no core has to wait for the count of another.
struct Desk {
    names: Names,
    /// What stands before every template.
    shared: Context,
}

thread_local! {
    /// Room for a page before and after breaks are put in: pages are large, and giving such room back to the
    /// allocator after each of them has it tidy up all that is small.
    static ROOM: Cell<(String, String)> = const { Cell::new((String::new(), String::new())) };
}

/// The desk of the thread that asks.
fn at(desks: &[Desk]) -> &Desk {
    &desks[rayon::current_thread_index().unwrap_or_default()]
}

/// The languages and their folders.
fn editions(map: &Map, only: Option<&str>) -> Vec<Edition> {
    let tags = only.map_or_else(|| map.model.languages(), |only| vec![only]);
    let names = view::file_names(view::FOLDERS.iter().copied().chain(tags.iter().copied()));
    let folder =
        |at: usize, tag: &str| if at == 0 { String::new() } else { names.get(tag).map_or(String::new(), |name| format!("{name}/")) };
    tags.iter().enumerate().map(|(at, tag)| Edition { language: (*tag).to_owned(), folder: folder(at, tag) }).collect()
}

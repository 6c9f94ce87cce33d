//! The register as static pages: nothing on them is ever requested, nothing needs a script.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context as _, anyhow, bail};
use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Tera};

use super::filters;
use super::view::{self, Concerns, Figures, Links, Reading};
use crate::finding::{Hop, Rule};
use crate::flow::Map;
use crate::model::{ActivityId, NodeId};
use crate::source::Sources;
use crate::verdict::Verdict;

/// Bytes of one page, at most: a template that grows without end ends in an error.
const PAGE: usize = 64 << 20;

/// The templates that ship; a project's own of the same name wins.
static TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("../../templates/page.html")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("index.html", include_str!("../../templates/index.html")),
    ("activity.html", include_str!("../../templates/activity.html")),
    ("recipient.html", include_str!("../../templates/recipient.html")),
    ("matrix.html", include_str!("../../templates/matrix.html")),
    ("gaps.html", include_str!("../../templates/gaps.html")),
    ("fields.html", include_str!("../../templates/fields.html")),
    ("systems.html", include_str!("../../templates/systems.html")),
    ("table.html", include_str!("../../templates/table.html")),
    ("house.html", include_str!("../../templates/house.html")),
    ("rules.html", include_str!("../../templates/rules.html")),
    ("register.css", include_str!("../../templates/register.css")),
];

/// What every page carries around its own content.
#[derive(Debug, Serialize)]
struct Frame<'a> {
    language: &'a str,
    organisation: String,
    today: String,
    version: &'static str,
    /// From this page to the root of its language: empty or `../`.
    root: &'static str,
    /// Which page it is, for the navigation.
    here: &'static str,
    /// The same page in the other languages.
    languages: Vec<Other>,
}

#[derive(Debug, Serialize)]
struct Other {
    tag: String,
    name: String,
    href: String,
    current: bool,
}

/// What all pages share, whatever their language.
struct Site<'a> {
    tera: Tera,
    verdict: &'a Verdict,
    rules: &'a [&'static Rule],
    concerns: Concerns,
}

/// One page to be made.
#[derive(Clone, Copy)]
enum Page {
    Index,
    Matrix,
    Gaps,
    Fields,
    Systems,
    Transfers,
    Retention,
    House,
    Rules,
    Activity(ActivityId),
    Recipient(NodeId),
}

/// Every page of the register with its path: the project's first language at the top, each other one
/// in a folder of its own.
pub fn site(
    map: &Map,
    sources: &Sources,
    verdict: &Verdict,
    rules: &[&'static Rule],
    own: &[(String, String)],
) -> anyhow::Result<Vec<(String, String)>> {
    let of = Site { tera: templates(own)?, verdict, rules, concerns: Concerns::of(&map.model, verdict) };
    let links = Links::of(&map.model);
    let processing = &map.processing;
    let walks = map.walks();
    let walks: Vec<Vec<Hop>> = map.exposures.iter().map(|exposure| walks.hops(&walks.witness(exposure))).collect();
    let carried = view::carried(map);
    let languages = languages(map);
    let mut jobs = Vec::new();
    for (at, (language, _)) in languages.iter().enumerate() {
        let reading =
            Reading { map, sources, language, links: &links, processing, carried: &carried, walks: &walks, figures: Figures::Words };
        jobs.extend(pages(map).into_iter().map(|page| (at, reading, page)));
    }
    let made = jobs.par_iter().map(|(at, reading, page)| {
        let path = path(reading, *page);
        let text = render(&of, reading, *page, &frame(reading, &languages, *at, &path, *page))?;
        Ok((format!("{}{path}", languages[*at].1), text))
    });
    made.collect()
}

/// The languages and their folders: none for the first.
fn languages(map: &Map) -> Vec<(String, String)> {
    let tags = map.model.languages();
    let reserved = ["activities", "recipients"];
    let names = view::file_names(reserved.into_iter().chain(tags.iter().copied()));
    let folder =
        |at: usize, tag: &str| if at == 0 { String::new() } else { names.get(tag).map_or(String::new(), |name| format!("{name}/")) };
    tags.iter().enumerate().map(|(at, tag)| ((*tag).to_owned(), folder(at, tag))).collect()
}

fn pages(map: &Map) -> Vec<Page> {
    let activities = (0..map.model.activities.len()).map(|at| Page::Activity(ActivityId::from_index(at)));
    let recipients =
        (0..map.model.nodes.len()).map(NodeId::from_index).filter(|id| map.model.recipient(*id).is_some()).map(Page::Recipient);
    [Page::Index, Page::Matrix, Page::Gaps, Page::Fields, Page::Systems, Page::Transfers, Page::Retention, Page::House, Page::Rules]
        .into_iter()
        .chain(activities)
        .chain(recipients)
        .collect()
}

/// The path of a page within its language.
fn path(reading: &Reading, page: Page) -> String {
    let known = "every activity and recipient was given a page";
    match page {
        Page::Index => "index.html".to_owned(),
        Page::Matrix => "matrix.html".to_owned(),
        Page::Gaps => "gaps.html".to_owned(),
        Page::Fields => "fields.html".to_owned(),
        Page::Systems => "systems.html".to_owned(),
        Page::Transfers => "transfers.html".to_owned(),
        Page::Retention => "retention.html".to_owned(),
        Page::House => "house.html".to_owned(),
        Page::Rules => "rules.html".to_owned(),
        Page::Activity(id) => reading.links.activity(reading.model().activity_id(id)).expect(known),
        Page::Recipient(id) => reading.links.node(reading.model(), id).expect(known),
    }
}

fn frame<'a>(reading: &Reading<'a>, languages: &[(String, String)], at: usize, path: &str, page: Page) -> Frame<'a> {
    let inner = matches!(page, Page::Activity(_) | Page::Recipient(_));
    let root = if inner { "../" } else { "" };
    let top = format!("{root}{}", if at == 0 { "" } else { "../" });
    let organisation = reading.map.model.settings.organisation.as_ref().and_then(|it| it.name.as_ref());
    Frame {
        language: reading.language,
        organisation: organisation.map_or_else(|| reading.word("missing"), |name| name.value.clone()),
        today: reading.map.today.to_string(),
        version: env!("CARGO_PKG_VERSION"),
        root,
        here: match page {
            Page::Index => "index",
            Page::Matrix => "matrix",
            Page::Gaps => "gaps",
            Page::Fields => "fields",
            Page::Systems => "systems",
            Page::Transfers => "transfers",
            Page::Retention => "retention",
            Page::House => "house",
            Page::Rules => "rules",
            Page::Activity(_) | Page::Recipient(_) => "",
        },
        languages: languages
            .iter()
            .enumerate()
            .map(|(other, (tag, folder))| Other {
                name: reading.language_name(tag),
                tag: tag.clone(),
                href: format!("{top}{folder}{path}"),
                current: other == at,
            })
            .collect(),
    }
}

fn render(of: &Site, reading: &Reading, page: Page, frame: &Frame) -> anyhow::Result<String> {
    let mut context = Context::new();
    let words: BTreeMap<&str, &str> = reading.law().words.iter().map(|(key, text)| (key, text.in_language(reading.language))).collect();
    context.insert("w", &words);
    context.insert("frame", frame);
    let template = match page {
        Page::Index => {
            context.insert("page", &view::overview(reading, of.verdict));
            "index.html"
        }
        Page::Matrix => {
            context.insert("page", &view::matrix(reading));
            "matrix.html"
        }
        Page::Gaps => {
            context.insert("page", &view::gaps(reading, of.verdict));
            "gaps.html"
        }
        Page::Fields => {
            context.insert("page", &view::fields(reading));
            "fields.html"
        }
        Page::Systems => {
            context.insert("page", &view::systems(reading));
            "systems.html"
        }
        Page::Transfers | Page::Retention => {
            let id = if matches!(page, Page::Transfers) { "transfers" } else { "retention" };
            context.insert("page", &view::tables::page(reading, of.verdict, id));
            "table.html"
        }
        Page::House => {
            context.insert("page", &view::house(reading, of.verdict));
            "house.html"
        }
        Page::Rules => {
            context.insert("page", &view::rules(reading, of.verdict, of.rules));
            "rules.html"
        }
        Page::Activity(id) => {
            context.insert("page", &view::record(reading, id));
            context.insert("concerns", &of.concerns.activity(reading, of.verdict, id));
            "activity.html"
        }
        Page::Recipient(id) => {
            context.insert("page", &view::recipient(reading, id));
            context.insert("diagram", &view::diagram(reading, id));
            context.insert("concerns", &of.concerns.recipient(reading, of.verdict, id));
            "recipient.html"
        }
    };
    let mut out = Capped::default();
    let done = of.tera.render_to(template, &context, &mut out);
    if out.full {
        bail!("rendering `{template}`: the page is larger than {} MiB", PAGE >> 20);
    }
    done.map_err(|error| said(&error)).with_context(|| format!("rendering `{template}`"))?;
    String::from_utf8(out.text).with_context(|| format!("rendering `{template}`"))
}

fn templates(own: &[(String, String)]) -> anyhow::Result<Tera> {
    let mut all: BTreeMap<&str, &str> = TEMPLATES.iter().copied().collect();
    all.extend(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let mut tera = Tera::default();
    // Whatever a template is called, what it prints is escaped.
    tera.autoescape_on([""]);
    filters::register(&mut tera);
    tera.add_raw_templates(all).map_err(|error| said(&error)).context("reading the templates of the register")?;
    Ok(tera)
}

/// An error of a template with its place, where there is one.
fn said(error: &tera::Error) -> anyhow::Error {
    match error.kind() {
        tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => {
            let (file, at) = (report.filename(), report.span());
            anyhow!("template `{file}`, line {}, column {}: {}", at.start_line, at.start_col + 1, report.message())
        }
        _ => anyhow!("{error}"),
    }
}

/// A page being written, up to its cap.
#[derive(Default)]
struct Capped {
    text: Vec<u8>,
    /// There was more than fits; the engine keeps only the kind of an error.
    full: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > PAGE {
            self.full = true;
            return Err(io::Error::other("the page is too large"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

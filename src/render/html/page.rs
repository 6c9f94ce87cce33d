//! Which pages there are: lists of everything, and one page for each thing that has its own.

use serde::Serialize;
use tera::Context;

use super::Site;
use crate::model::{ActivityId, CategoryId, FieldId, NodeId};
use crate::render::view::{self, Reading};

/// A page that lists things, or is about the register as a whole.
pub struct List {
    /// File name without its ending, and the name by which the navigation knows it.
    pub id: &'static str,
    /// Its title among the words.
    pub word: &'static str,
    /// Which part of the navigation it belongs to, among the words.
    pub part: &'static str,
    /// What it is rendered by.
    pub template: &'static str,
    /// Puts what it shows before the template.
    pub fill: fn(&mut Context, &Site, &Reading),
}

/// Every such page, in the order of the navigation.
pub static LISTS: &[List] = &[
    List {
        id: "index",
        word: "overview",
        part: "nav_register",
        template: "index.html",
        fill: |to, site, it| to.insert("page", &view::overview(it, site.verdict, &site.compared(it))),
    },
    List {
        id: "controller",
        word: "controller_register",
        part: "nav_register",
        template: "records.html",
        fill: |to, _, it| to.insert("page", &view::records(it, false)),
    },
    List {
        id: "processor",
        word: "processor_register",
        part: "nav_register",
        template: "records.html",
        fill: |to, _, it| to.insert("page", &view::records(it, true)),
    },
    List {
        id: "recipients",
        word: "recipients",
        part: "nav_register",
        template: "recipients.html",
        fill: |to, _, it| to.insert("page", &view::recipients(it)),
    },
    List {
        id: "transfers",
        word: "transfers",
        part: "nav_register",
        template: "table.html",
        fill: |to, site, it| to.insert("page", &view::tables::page(it, site.verdict, "transfers")),
    },
    List {
        id: "retention",
        word: "retention",
        part: "nav_register",
        template: "table.html",
        fill: |to, site, it| to.insert("page", &view::tables::page(it, site.verdict, "retention")),
    },
    List {
        id: "search",
        word: "search",
        part: "nav_flows",
        template: "search.html",
        fill: |to, _, it| to.insert("page", &view::search(it)),
    },
    List {
        id: "matrix",
        word: "matrix",
        part: "nav_flows",
        template: "matrix.html",
        fill: |to, _, it| to.insert("page", &view::matrix(it)),
    },
    List {
        id: "systems",
        word: "systems",
        part: "nav_flows",
        template: "systems.html",
        fill: |to, _, it| to.insert("page", &view::systems(it)),
    },
    List {
        id: "fields",
        word: "fields",
        part: "nav_flows",
        template: "fields.html",
        fill: |to, site, it| to.insert("page", &view::fields(it, &site.index)),
    },
    List {
        id: "access",
        word: "access_page",
        part: "nav_flows",
        template: "access.html",
        fill: |to, site, it| to.insert("page", &view::access(it, &site.index)),
    },
    List {
        id: "gaps",
        word: "gaps",
        part: "nav_checks",
        template: "gaps.html",
        fill: |to, site, it| to.insert("page", &view::gaps(it, site.verdict)),
    },
    List {
        id: "changes",
        word: "changes",
        part: "nav_checks",
        template: "changes.html",
        fill: |to, site, it| to.insert("page", &view::changes(it, site.verdict, &site.compared(it))),
    },
    List {
        id: "notices",
        word: "notices",
        part: "nav_checks",
        template: "notices.html",
        fill: |to, _, it| to.insert("page", &view::notices(it)),
    },
    List {
        id: "house",
        word: "house",
        part: "nav_checks",
        template: "house.html",
        fill: |to, site, it| to.insert("page", &view::house(it, site.verdict)),
    },
    List {
        id: "rules",
        word: "rules",
        part: "nav_checks",
        template: "rules.html",
        fill: |to, site, it| to.insert("page", &view::rules(it, site.verdict, site.rules)),
    },
    List {
        id: "sources",
        word: "sources_page",
        part: "nav_checks",
        template: "sources.html",
        fill: |to, site, it| to.insert("page", &view::sources(it, &site.index)),
    },
];

/// One page to be made.
#[derive(Clone, Copy)]
pub enum Page {
    /// One of [`LISTS`].
    List(&'static List),
    /// The record of an activity.
    Activity(ActivityId),
    /// Who somebody outside is and what comes there.
    Recipient(NodeId),
    /// One of the organisation's own systems.
    System(NodeId),
    /// One field of the dictionary.
    Field(FieldId),
    /// One category of data.
    Category(CategoryId),
}

impl Page {
    /// Every page of a register: each list, and behind it the pages of what it lists.
    pub fn all(site: &Site) -> Vec<Page> {
        LISTS.iter().flat_map(|list| std::iter::once(Page::List(list)).chain(Page::below(list, site))).collect()
    }

    /// The pages of what a list lists.
    fn below(list: &List, site: &Site) -> Vec<Page> {
        let model = &site.map.model;
        let activities = || (0..model.activities.len()).map(ActivityId::from_index);
        let nodes = || (0..model.nodes.len()).map(NodeId::from_index);
        let fields = || (0..model.fields.len()).map(FieldId::from_index).filter(|id| *id != FieldId::UNKNOWN);
        match list.id {
            "controller" => activities().filter(|id| !model.activity(*id).is_processor()).map(Page::Activity).collect(),
            "processor" => activities().filter(|id| model.activity(*id).is_processor()).map(Page::Activity).collect(),
            "recipients" => nodes().filter(|id| !model.node(*id).is_system()).map(Page::Recipient).collect(),
            "systems" => nodes().filter(|id| model.node(*id).is_system()).map(Page::System).collect(),
            "fields" => fields().map(Page::Field).chain(view::shown_categories(site.map).into_iter().map(Page::Category)).collect(),
            _ => Vec::new(),
        }
    }

    /// Its path within its language.
    pub fn path(self, reading: &Reading) -> String {
        let known = "everything with a page was given one";
        match self {
            Page::List(list) => format!("{}.html", list.id),
            Page::Activity(id) => reading.links.activity(reading.model().activity_id(id)).expect(known),
            Page::Recipient(id) | Page::System(id) => reading.links.node(reading.model(), id).expect(known),
            Page::Field(id) => reading.links.field(&reading.model().field(id).id).expect(known),
            Page::Category(id) => reading.links.category(&reading.model().category(id).id).expect(known),
        }
    }

    /// Its title.
    pub fn title(self, reading: &Reading) -> String {
        match self {
            Page::List(list) => reading.word(list.word),
            Page::Activity(id) => reading.activity(id).text,
            Page::Recipient(id) | Page::System(id) => reading.node(id).text,
            Page::Field(id) => reading.field(id),
            Page::Category(id) => reading.category(id),
        }
    }

    /// The entry of the navigation it is, or belongs to.
    pub fn list(self, reading: &Reading) -> &'static str {
        match self {
            Page::List(list) => list.id,
            Page::Activity(id) if reading.model().activity(id).is_processor() => "processor",
            Page::Activity(_) => "controller",
            Page::Recipient(_) => "recipients",
            Page::System(_) => "systems",
            Page::Field(_) | Page::Category(_) => "fields",
        }
    }

    /// What it is rendered by, with what it shows put before the template.
    pub fn fill(self, to: &mut Context, site: &Site, reading: &Reading) -> &'static str {
        let (concerns, verdict) = (&site.concerns, site.verdict);
        match self {
            Page::List(list) => {
                (list.fill)(to, site, reading);
                list.template
            }
            Page::Activity(id) => {
                to.insert("page", &view::record(reading, id));
                to.insert("concerns", &concerns.activity(reading, verdict, id));
                "activity.html"
            }
            Page::Recipient(id) => {
                to.insert("page", &view::recipient(reading, id));
                to.insert("diagram", &view::diagram(reading, id));
                to.insert("concerns", &concerns.node(reading, verdict, id));
                "recipient.html"
            }
            Page::System(id) => {
                to.insert("page", &view::system(reading, &site.index, id));
                to.insert("diagram", &view::diagram(reading, id));
                to.insert("concerns", &concerns.node(reading, verdict, id));
                "system.html"
            }
            Page::Field(id) => {
                to.insert("page", &view::field(reading, &site.index, id));
                "field.html"
            }
            Page::Category(id) => {
                to.insert("page", &view::category(reading, &site.index, &site.inferred, id));
                "category.html"
            }
        }
    }
}

/// One line of the table of contents.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Its title.
    title: String,
    /// The page, by its name in the file.
    href: String,
    /// Pages that belong to it.
    below: Vec<Entry>,
}

/// The table of contents of one file: the lists, and below each the pages of what it lists.
pub fn contents(reading: &Reading, folder: &str, pages: &[Page]) -> Vec<Entry> {
    let entry = |page: &Page| {
        let href = format!("#{folder}{}", page.path(reading).trim_end_matches(".html"));
        Entry { title: page.title(reading), href, below: Vec::new() }
    };
    let mut lists: Vec<Entry> = Vec::new();
    for page in pages {
        match page {
            Page::List(_) => lists.push(entry(page)),
            other => {
                let of = format!("#{folder}{}", other.list(reading));
                if let Some(list) = lists.iter_mut().find(|it| it.href == of) {
                    list.below.push(entry(page));
                }
            }
        }
    }
    lists
}

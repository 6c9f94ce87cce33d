//! Who inside reads what: by role and system, with what goes beyond the role's work and where reading
//! is logged.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::data::Gathered;
use super::shown::{NAMES, ROWS};
use super::{Badge, Batch, CategoryMark, Index, Link, Once, Phrase, Reading, Shown};
use crate::flow::{Label, Reader, log_is_due, reads};
use crate::law::Form;
use crate::model::{ActivityId, CategoryId, Item, Node, NodeId, NodeKind};

/// Roles and categories of one matrix, at most: what fits a screen.
const CELLS: usize = 2_000;

/// What a role reads in one system.
#[derive(Clone, Debug, Serialize)]
pub struct ReadRow {
    /// The role.
    pub role: Link,
    /// It meets customers.
    pub frontline: bool,
    /// For which activities.
    pub activities: Vec<Link>,
    /// The system.
    pub system: Link,
    /// What it reads there.
    pub data: Shown<Batch>,
    /// What that gives away.
    pub labels: Vec<CategoryMark>,
    /// What it reads in plain and no activity of it needs.
    pub beyond: Shown<Batch>,
    /// The log of who reads.
    pub log: Log,
    /// Where that is declared.
    pub place: String,
}

/// The log of who reads in a system.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Log {
    /// Where it is.
    pub reference: Option<String>,
    /// When it was last looked through.
    pub reviewed: Option<String>,
    /// That is too long ago.
    pub due: bool,
}

/// One role.
#[derive(Clone, Debug, Serialize)]
pub struct RoleRow {
    /// Its title and place on the page.
    pub link: Link,
    /// Where it is declared, if it is.
    pub place: Option<String>,
    /// It meets customers.
    pub frontline: bool,
    /// What it works on.
    pub activities: Shown<Link>,
    /// Where it reads.
    pub systems: Shown<Link>,
    /// How many items it reads.
    pub items: usize,
    /// What that gives away.
    pub labels: Vec<CategoryMark>,
    /// How many of them it reads in plain and does not need.
    pub beyond: usize,
}

/// What a role reads of one category.
#[derive(Clone, Debug, Serialize)]
pub struct RoleCell {
    /// The most exposed form, or none where it reads nothing of it.
    pub form: Option<Once<Badge>>,
    /// The fields, for the screen reader and the pointer.
    pub about: String,
}

/// One category, and what each role reads of it.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryRow {
    /// The category.
    pub mark: CategoryMark,
    /// It is sensitive.
    pub sensitive: bool,
    /// One cell a role.
    pub cells: Vec<RoleCell>,
}

/// Who inside reads what.
#[derive(Clone, Debug, Serialize)]
pub struct AccessPage {
    /// Every role.
    pub roles: Shown<RoleRow>,
    /// What each role reads of each category; none where that would be too large.
    pub matrix: Vec<CategoryRow>,
    /// The roles that read anything, over the columns of the matrix.
    pub columns: Vec<Link>,
    /// There would be more cells than anyone can read.
    pub too_large: bool,
    /// The forms, for the legend.
    pub forms: Vec<Once<Badge>>,
    /// What each role reads in each system.
    pub rows: Shown<ReadRow>,
}

/// All that one role reads, in whichever systems.
#[derive(Default)]
struct Sum {
    activities: BTreeSet<ActivityId>,
    systems: BTreeSet<NodeId>,
    items: BTreeSet<Item>,
    labels: BTreeSet<Label>,
    beyond: BTreeSet<Item>,
    /// By category: the most exposed form and the items.
    categories: BTreeMap<CategoryId, BTreeSet<(Form, Item)>>,
}

/// The page on access inside.
pub fn access(reading: &Reading, index: &Index) -> AccessPage {
    let model = reading.model();
    let systems: Vec<NodeId> = (0..model.nodes.len()).map(NodeId::from_index).filter(|id| !model.node(*id).access.is_empty()).collect();
    let mut sums: BTreeMap<&str, Sum> = model.roles.iter().map(|it| (it.id.as_str(), Sum::default())).collect();
    for role in &model.roles {
        sums.entry(&role.id).or_default().activities.extend(&role.activities);
    }
    for id in &systems {
        for reader in Reader::all(reading.map, *id) {
            sums.entry(reader.role).or_default().add(reading, index, *id, &reader);
        }
    }
    let read: Vec<(&str, &Sum)> = sums.iter().filter(|(_, sum)| !sum.items.is_empty()).map(|(role, sum)| (*role, sum)).collect();
    let categories: BTreeSet<CategoryId> = read.iter().flat_map(|(_, sum)| sum.categories.keys().copied()).collect();
    let too_large = read.len() * categories.len() > CELLS;
    AccessPage {
        matrix: categories.iter().filter(|_| !too_large).map(|id| category_row(reading, *id, &read)).collect(),
        columns: read.iter().map(|(role, _)| reading.role(role)).collect(),
        too_large,
        forms: [Form::Plain, Form::Pseudonymised, Form::Encrypted].into_iter().map(|form| reading.form(form)).collect(),
        rows: read_rows(reading, index, systems),
        roles: Shown::first(&sums, ROWS, |(role, sum)| role_row(reading, role, sum)),
    }
}

impl Sum {
    fn add(&mut self, reading: &Reading, index: &Index, system: NodeId, reader: &Reader) {
        let map = reading.map;
        let reads = reads(map, &reader.accesses, map.reach.at(system).iter().copied());
        self.activities.extend(reader.activities());
        self.systems.insert(system);
        self.beyond.extend(index.needs.beyond(reader, &reads));
        for ((item, form), read) in &reads {
            self.items.insert(*item);
            self.labels.extend(&read.labels);
            for category in map.model.field(item.field).is.iter().copied().chain(read.sensitive()) {
                self.categories.entry(category).or_default().insert((*form, *item));
            }
        }
    }
}

fn role_row(reading: &Reading, role: &str, sum: &Sum) -> RoleRow {
    let group = reading.model().role_named(role);
    RoleRow {
        link: reading.role(role),
        place: group.map(|it| reading.place(it.span)),
        frontline: group.is_some_and(|it| it.is_frontline()),
        activities: Shown::first(&sum.activities, NAMES, |id| reading.activity(*id)),
        systems: Shown::first(&sum.systems, NAMES, |id| reading.node(*id)),
        items: sum.items.len(),
        labels: reading.given_away(&sum.labels),
        beyond: sum.beyond.len(),
    }
}

fn category_row(reading: &Reading, id: CategoryId, read: &[(&str, &Sum)]) -> CategoryRow {
    let cell = |sum: &Sum| {
        let items = sum.categories.get(&id);
        let fields: BTreeSet<_> = items.into_iter().flatten().map(|(_, item)| item.field).collect();
        RoleCell {
            form: items.and_then(|it| it.first()).map(|(form, _)| reading.form(*form)),
            about: fields.into_iter().take(NAMES).map(|field| reading.field(field)).collect::<Vec<_>>().join(", "),
        }
    };
    CategoryRow {
        mark: reading.mark(id),
        sensitive: reading.model().category(id).is_sensitive(),
        cells: read.iter().map(|(_, sum)| cell(sum)).collect(),
    }
}

/// What each role reads in some systems.
pub fn read_rows(reading: &Reading, index: &Index, systems: impl IntoIterator<Item = NodeId>) -> Shown<ReadRow> {
    let readers = systems.into_iter().flat_map(|id| Reader::all(reading.map, id).into_iter().map(move |reader| (id, reader)));
    Shown::first(readers, ROWS, |(id, reader)| read_row(reading, index, id, &reader))
}

fn read_row(reading: &Reading, index: &Index, system: NodeId, reader: &Reader) -> ReadRow {
    let map = reading.map;
    let reads = reads(map, &reader.accesses, map.reach.at(system).iter().copied());
    let (mut data, mut beyond) = (Gathered::default(), Gathered::default());
    for ((item, form), read) in &reads {
        data.add(*item, *form, &read.labels);
    }
    for item in index.needs.beyond(reader, &reads) {
        let labels = reads.get(&(item, Form::Plain)).map(|read| &read.labels);
        beyond.add(item, Form::Plain, labels.into_iter().flatten());
    }
    ReadRow {
        role: reading.role(reader.role),
        frontline: reader.is_frontline(),
        activities: reader.activities().into_iter().map(|id| reading.activity(id)).collect(),
        system: reading.node(system),
        data: data.shown(reading),
        labels: data.labels(reading),
        beyond: beyond.shown(reading),
        log: log(reading, map.model.node(system)),
        place: reader.accesses.iter().map(|it| reading.place(it.span)).collect::<Vec<_>>().join(", "),
    }
}

/// Where reading in a system is logged.
fn log(reading: &Reading, node: &Node) -> Log {
    let NodeKind::System(decl) = &node.kind else { return Log::default() };
    let Some(log) = decl.log.as_ref() else { return Log::default() };
    let reviewed = log.reviewed.as_ref().map(|day| day.value);
    Log {
        reference: log.reference.as_ref().map(|it| reading.document(&it.value)),
        reviewed: reviewed.map(|day| day.to_string()),
        due: reviewed.is_some_and(|day| log_is_due(day, reading.map.today)),
    }
}

impl Reading<'_> {
    /// The title of a role, with its place on the page of roles.
    pub fn role(&self, id: &str) -> Link {
        let title = self.model().role_named(id).and_then(|it| it.decl.title.as_deref());
        let Phrase { text, lang } = self.title(title, id);
        Link { text, lang, id: id.to_owned(), href: self.links.role(id) }
    }
}

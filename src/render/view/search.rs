//! Everything that can be found: the names of things with their pages, and all exposures as columns
//! that a script filters and sorts. Words stand once in a list and are counted off, so that a hundred
//! thousand exposures stay a few megabytes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Link, Reading};
use crate::flow::Exposure;
use crate::model::{ActivityId, FieldId, NodeId};

/// The page on which everything can be found.
#[derive(Clone, Debug, Serialize)]
pub struct SearchPage {
    /// How many exposures there are.
    pub exposures: usize,
    /// What the script reads: [`Data`] as JSON in which no tag can begin.
    pub data: String,
}

/// What the script reads.
#[derive(Debug, Serialize)]
struct Data {
    /// What there is, by kind.
    names: Vec<Named>,
    columns: Vec<Column>,
    /// One number a column: a position in its words, or a list of such.
    rows: Vec<Vec<Cell>>,
}

/// Something with a page of its own.
#[derive(Debug, Serialize)]
struct Named {
    kind: String,
    text: String,
    id: String,
    href: Option<String>,
}

/// A column of the table of exposures.
#[derive(Debug, Serialize)]
struct Column {
    id: &'static str,
    title: String,
    /// It can be chosen from.
    choice: bool,
    /// Its words, in the order in which they first appear, each with its page if it has one.
    words: Vec<(String, Option<String>)>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Cell {
    One(usize),
    Many(Vec<usize>),
}

/// A column being filled.
struct Words {
    column: Column,
    known: BTreeMap<String, usize>,
}

impl Words {
    fn new(id: &'static str, title: String, choice: bool) -> Words {
        Words { column: Column { id, title, choice, words: Vec::new() }, known: BTreeMap::new() }
    }

    fn of(&mut self, link: &Link) -> usize {
        if let Some(known) = self.known.get(&link.id) {
            return *known;
        }
        let next = self.known.len();
        self.known.insert(link.id.clone(), next);
        self.column.words.push((link.text.clone(), link.href.clone()));
        next
    }

    fn word(&mut self, text: String) -> usize {
        self.of(&Link { id: text.clone(), text, lang: None, href: None })
    }
}

/// The page on which everything can be found.
pub fn search(reading: &Reading) -> SearchPage {
    let mut columns = columns(reading);
    let rows = reading.map.exposures.iter().map(|it| row(reading, it, &mut columns)).collect();
    let data = Data { names: names(reading), columns: columns.into_iter().map(|it| it.column).collect(), rows };
    SearchPage { exposures: reading.map.exposures.len(), data: inert(&data) }
}

/// JSON that can stand in a page: nothing in it begins a tag or a comment or ends the element it is in.
fn inert(data: &Data) -> String {
    let text = serde_json::to_string(data).unwrap_or_default();
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn columns(reading: &Reading) -> Vec<Words> {
    let column = |id, word: &str, choice| Words::new(id, reading.word(word), choice);
    vec![
        column("subject", "subject", true),
        column("field", "data", false),
        column("recipient", "recipient", true),
        column("form", "form", true),
        column("gate", "gate", false),
        column("activity", "activity", true),
        column("basis", "basis", true),
        column("special", "gives_away", true),
        column("country", "third_countries", true),
        column("team", "team", true),
    ]
}

/// One exposure, in the order of the columns.
fn row(reading: &Reading, it: &Exposure, columns: &mut [Words]) -> Vec<Cell> {
    let model = reading.model();
    let flow = model.flow(it.flow);
    let none = || reading.word("none");
    let basis = it.activity.and_then(|id| model.basis_in(flow, id)).map(|word| reading.basis(word));
    let subject = model.subject(it.item.subject);
    let subject = Link { text: reading.subject(it.item.subject), lang: None, id: subject.id.clone(), href: None };
    let activity = it.activity.map_or_else(
        || Link { text: reading.word("serves_sender"), lang: None, id: "-".to_owned(), href: None }.into(),
        |id| reading.to_activity(id),
    );
    let mut special: Vec<String> = it.sensitive.iter().map(|id| reading.category(*id)).collect();
    special.extend(it.unknown.then(|| reading.word("possibly_sensitive")));
    let outside = it.countries.iter().filter(|code| !reading.law().is_eea(code, reading.map.today));
    let outside = outside.map(|code| reading.country(Some(code))).collect();
    let one = [
        columns[0].of(&subject),
        columns[1].of(&reading.to_field(it.item.field)),
        columns[2].of(&reading.to_node(flow.to)),
        columns[3].word(reading.form(it.form).text.clone()),
    ];
    let mut cells: Vec<Cell> = one.into_iter().map(Cell::One).collect();
    let gates = reading.gates(&it.gates);
    cells.push(many(&mut columns[4], gates, reading.word("no_gate")));
    cells.push(Cell::One(columns[5].of(&activity)));
    cells.push(Cell::One(columns[6].word(basis.unwrap_or_else(none))));
    cells.push(many(&mut columns[7], special, none()));
    cells.push(many(&mut columns[8], outside, none()));
    cells.push(Cell::One(columns[9].word(model.node(flow.from).team.clone().unwrap_or_else(|| reading.word("missing")))));
    cells
}

fn many(column: &mut Words, words: Vec<String>, otherwise: String) -> Cell {
    let words = if words.is_empty() { vec![otherwise] } else { words };
    Cell::Many(words.into_iter().map(|word| column.word(word)).collect())
}

/// Everything with a page of its own, and its kind in words.
fn names(reading: &Reading) -> Vec<Named> {
    let model = reading.model();
    let named = |kind: &str, link: Link| Named { kind: reading.word(kind), text: link.text, id: link.id, href: link.href };
    let activities = (0..model.activities.len()).map(|at| named("activity", reading.activity(ActivityId::from_index(at))));
    let nodes = (0..model.nodes.len()).map(NodeId::from_index);
    let nodes = nodes.map(|id| named(if model.node(id).is_system() { "system" } else { "recipient" }, reading.node(id)));
    let fields = (1..model.fields.len()).map(|at| named("data", reading.field_link(FieldId::from_index(at))));
    let categories = super::shown_categories(reading.map).into_iter().map(|id| named("category", reading.category_link(id)));
    activities.chain(nodes).chain(fields).chain(categories).collect()
}

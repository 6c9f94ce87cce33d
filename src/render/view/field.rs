//! The page of one field: what it is and reveals, where it comes from, who holds it, whom it reaches.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::data::{Gathered, labels};
use super::exposed::{exposed, feature, kind, way_to};
use super::shown::{NAMES, ROWS};
use super::{Badge, Batch, CategoryMark, Exposed, Index, Line, Link, Once, Phrase, Reading, Shown, Value};
use crate::flow::{Hop, Reader, StateId, reads};
use crate::model::{CategoryId, FieldId, NodeId, Taken};

/// The page of one field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldPage {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared or first derived.
    pub place: String,
    /// What it is, and where it lies.
    pub lines: Vec<Line>,
    /// What it reveals.
    pub reveals: Vec<Revealed>,
    /// Of whom it is collected, and where.
    pub collected: Shown<Collected>,
    /// Where it is made, and of what.
    pub derived: Shown<DerivedAt>,
    /// What is made of it.
    pub makes: Shown<Makes>,
    /// Each system that holds it.
    pub held: Shown<HeldAt>,
    /// Each recipient it reaches.
    pub reached: Shown<Reached>,
    /// The activities that process it.
    pub activities: Shown<ProcessedFor>,
    /// The roles that read it.
    pub readers: Shown<ReadBy>,
}

/// A category that a field reveals.
#[derive(Clone, Debug, Serialize)]
pub struct Revealed {
    /// The category.
    pub mark: CategoryMark,
    /// The dictionary says so.
    pub declared: bool,
    /// Why, as declared; only where it is.
    pub why: Option<Phrase>,
    /// It follows from these fields, of which it is made.
    pub inputs: Shown<Once<Link>>,
    /// Where that is declared.
    pub place: String,
}

/// Where a field is collected.
#[derive(Clone, Debug, Serialize)]
pub struct Collected {
    /// Of whom.
    pub subject: String,
    /// By which system or recipient.
    pub link: Once<Link>,
    /// From which declared source, if not from the people themselves.
    pub source: Option<Link>,
    /// For which activities.
    pub activities: Vec<Once<Link>>,
    /// What holds it back.
    pub gates: Vec<String>,
    /// Where it is declared.
    pub place: String,
}

/// Where a field is made.
#[derive(Clone, Debug, Serialize)]
pub struct DerivedAt {
    /// By which system or recipient.
    pub link: Once<Link>,
    /// Of what, on the day.
    pub inputs: Shown<Batch>,
    /// How, in the words of the team.
    pub method: Option<Phrase>,
    /// Where it is declared.
    pub place: String,
}

/// What is made of a field.
#[derive(Clone, Debug, Serialize)]
pub struct Makes {
    /// What.
    pub link: Once<Link>,
    /// Where.
    pub system: Once<Link>,
}

/// A system that holds a field.
#[derive(Clone, Debug, Serialize)]
pub struct HeldAt {
    /// Which.
    pub link: Once<Link>,
    /// Of whom.
    pub subject: String,
    /// In which form.
    pub form: Once<Badge>,
    /// What stands on every way to it.
    pub gates: Vec<String>,
    /// What it gives away there.
    pub labels: Vec<CategoryMark>,
    /// The shortest way to it.
    pub way: Vec<String>,
}

/// A recipient that a field reaches, by one flow.
#[derive(Clone, Debug, Serialize)]
pub struct Reached {
    /// Who.
    pub to: Once<Link>,
    /// The part of its flow behind `#`.
    pub label: Option<String>,
    /// Hosting or sub-processing, where it is that.
    pub kind: Option<String>,
    /// What arrives, and by which path.
    pub item: Exposed,
    /// For which activities.
    pub activities: Vec<Once<Link>>,
}

/// An activity that processes a field.
#[derive(Clone, Debug, Serialize)]
pub struct ProcessedFor {
    /// Which.
    pub link: Once<Link>,
    /// The basis it rests on.
    pub basis: Option<String>,
}

/// A role that reads a field in one system.
#[derive(Clone, Debug, Serialize)]
pub struct ReadBy {
    /// Which.
    pub role: Link,
    /// Where.
    pub system: Once<Link>,
    /// Of whom, and in which form.
    pub seen: Vec<(String, Once<Badge>)>,
    /// No activity of it needs that.
    pub beyond: bool,
}

/// The page of a field.
pub fn field(reading: &Reading, index: &Index, id: FieldId) -> FieldPage {
    let it = reading.model().field(id);
    let exposures = &reading.map.exposures;
    // The same data by the same flow for several activities are one row.
    let reached = index.exposures(id).chunk_by(|a, b| {
        let (a, b) = (&exposures[*a], &exposures[*b]);
        (a.flow, a.item, a.form) == (b.flow, b.item, b.form)
    });
    let Link { text: title, lang, .. } = reading.field_link(id);
    FieldPage {
        title,
        lang,
        id: it.id.clone(),
        place: reading.place(it.span),
        lines: lines(reading, id),
        reveals: reveals(reading, index, id),
        collected: Shown::first(index.collected(id), ROWS, |(node, position)| collected(reading, id, *node, *position)),
        derived: Shown::first(index.derived(id), ROWS, |(node, position)| derived(reading, *node, *position)),
        makes: makes(reading, index, id),
        held: Shown::first(index.states(id), ROWS, |state| held(reading, *state)),
        reached: Shown::first(reached, ROWS, |same| arrival(reading, same)),
        activities: Shown::first(index.activities(id), ROWS, |id| ProcessedFor {
            link: reading.to_activity(*id),
            basis: reading.basis_of(*id),
        }),
        readers: Shown::first(readers(reading, index, id), ROWS, |it| it),
    }
}

fn lines(reading: &Reading, id: FieldId) -> Vec<Line> {
    let it = reading.model().field(id);
    let category = |value: Value, id: CategoryId| {
        let value = value.link(reading.category_link(id).href);
        if reading.model().category(id).is_sensitive() { value.badge("sensitive", reading.word("sensitive")) } else { value }
    };
    let mut categories: Vec<Value> = match &it.decl {
        Some(decl) => decl
            .is
            .iter()
            .filter_map(|word| Some((word, reading.model().category_named(word)?)))
            .map(|(word, id)| category(reading.declared(reading.category(id), word.span), id))
            .collect(),
        None => it
            .is
            .iter()
            .map(|id| {
                let mut value = reading.computed(reading.category(*id));
                value.origin.reason = Some(reading.word("as_its_inputs"));
                category(value, *id)
            })
            .collect(),
    };
    if it.unknown {
        categories.push(reading.missing("is").badge("sensitive", reading.word("possibly_sensitive")));
    }
    let mut lines = vec![reading.line("categories_of_data", categories, reading.missing("is"))];
    let columns = it.decl.iter().flat_map(|decl| decl.columns.iter());
    let columns: Vec<Value> = columns.map(|word| reading.declared(word.value.as_str(), word.span)).collect();
    if !columns.is_empty() {
        lines.push(Line { label: reading.word("columns"), values: columns });
    }
    lines
}

/// What a field reveals: as the dictionary says, and as follows from what it is made of.
fn reveals(reading: &Reading, index: &Index, id: FieldId) -> Vec<Revealed> {
    let model = reading.model();
    let it = model.field(id);
    let inputs: BTreeSet<FieldId> = index.derived(id).iter().flat_map(|(node, position)| taken(reading, *node, *position)).collect();
    let decl = it.decl.as_ref();
    let one = |category: &CategoryId| {
        let word = decl.and_then(|decl| decl.reveals.iter().find(|word| model.category_named(word) == Some(*category)));
        let gives = |field: &&FieldId| {
            let input = model.field(**field);
            **field != id && (input.is.contains(category) || input.reveals.contains(category))
        };
        let derived = index.derived(id).first().map(|(node, position)| model.node(*node).derives[*position].span);
        Revealed {
            mark: reading.mark(*category),
            declared: word.is_some(),
            why: decl.and_then(|decl| decl.why.as_ref()).filter(|_| word.is_some()).map(|why| reading.phrase(why)),
            inputs: Shown::first(inputs.iter().filter(gives), NAMES, |field| reading.to_field(*field)),
            place: reading.place(word.map(|word| word.span).or(derived).unwrap_or(it.span)),
        }
    };
    it.reveals.iter().map(one).collect()
}

/// The fields that a derivation takes on the day.
fn taken(reading: &Reading, node: NodeId, position: usize) -> BTreeSet<FieldId> {
    let map = reading.map;
    let derive = &map.model.node(node).derives[position];
    let items = map.reach.at(node).iter().map(|id| map.reach.state(*id).item);
    items.filter(|item| matches!(derive.from.take(&map.model, *item), Taken::Yes(..))).map(|item| item.field).collect()
}

fn collected(reading: &Reading, id: FieldId, node: NodeId, position: usize) -> Collected {
    let it = &reading.model().node(node).collects[position];
    let word = it.fields.iter().find(|(field, _)| *field == id);
    Collected {
        subject: reading.subject(it.subject),
        link: reading.to_node(node),
        source: it.decl.source.as_ref().map(|id| reading.origin(id)),
        activities: it.activities.iter().map(|id| reading.to_activity(*id)).collect(),
        gates: reading.gates(&it.gates),
        place: reading.place(word.map_or(it.span, |(_, span)| *span)),
    }
}

fn derived(reading: &Reading, node: NodeId, position: usize) -> DerivedAt {
    let map = reading.map;
    let it = &map.model.node(node).derives[position];
    let mut inputs = Gathered::default();
    for state in map.reach.at(node).iter().map(|id| map.reach.state(*id)).filter(|it| !it.past) {
        if let Taken::Yes(step, _) = it.from.take(&map.model, state.item) {
            inputs.add_state(map, state, step.apply(state.form));
        }
    }
    DerivedAt {
        link: reading.to_node(node),
        inputs: inputs.shown(reading),
        method: it.decl.method.as_ref().map(|text| reading.phrase(text)),
        place: reading.place(it.span),
    }
}

fn makes(reading: &Reading, index: &Index, id: FieldId) -> Shown<Makes> {
    let reach = &reading.map.reach;
    let steps = index.states(id).iter().flat_map(|id| reach.leaving(*id)).filter(|step| matches!(step.hop, Hop::Derive(_)));
    let made: BTreeSet<(FieldId, NodeId)> = steps.map(|step| reach.state(step.to)).map(|it| (it.item.field, it.node)).collect();
    let made = made.into_iter().filter(|(field, _)| *field != id);
    Shown::first(made, ROWS, |(field, node)| Makes { link: reading.to_field(field), system: reading.to_node(node) })
}

fn held(reading: &Reading, id: StateId) -> HeldAt {
    let state = reading.map.reach.state(id);
    HeldAt {
        link: reading.to_node(state.node),
        subject: reading.subject(state.item.subject),
        form: reading.form(state.form),
        gates: reading.gates_of(state),
        labels: reading.given_away(&labels(reading.map, state)),
        way: way_to(reading, id),
    }
}

fn arrival(reading: &Reading, same: &[usize]) -> Reached {
    let exposures = &reading.map.exposures;
    let flow = reading.model().flow(exposures[same[0]].flow);
    Reached {
        to: reading.to_node(flow.to),
        label: feature(flow),
        kind: kind(reading, flow),
        item: exposed(reading, &exposures[same[0]], &reading.walks[same[0]]),
        activities: same.iter().filter_map(|at| exposures[*at].activity).map(|id| reading.to_activity(id)).collect(),
    }
}

/// The roles that read a field, by system.
fn readers(reading: &Reading, index: &Index, id: FieldId) -> Vec<ReadBy> {
    let map = reading.map;
    let mut states: BTreeMap<NodeId, Vec<StateId>> = BTreeMap::new();
    for state in index.states(id) {
        states.entry(map.reach.state(*state).node).or_default().push(*state);
    }
    let mut all = Vec::new();
    for (node, states) in states {
        for reader in Reader::all(map, node) {
            let reads = reads(map, &reader.accesses, states.iter().copied());
            if !reads.is_empty() {
                all.push(ReadBy {
                    role: reading.role(reader.role),
                    system: reading.to_node(node),
                    seen: reads.keys().map(|(item, form)| (reading.subject(item.subject), reading.form(*form))).collect(),
                    beyond: !index.needs.beyond(&reader, &reads).is_empty(),
                });
            }
        }
    }
    all
}

//! The page of one system: what comes in, what is made of it, what it holds, who reads it, where it goes.

use serde::Serialize;

use super::access::{ReadRow, read_rows};
use super::data::{Gathered, labels};
use super::exposed::way_to;
use super::passage::{collection, passage, selected};
use super::shown::ROWS;
use super::systems::facts;
use super::{Badge, Batch, CategoryMark, Index, Line, Link, Once, Passage, Reading, Shown};
use crate::flow::{Hop, Label, State, StateId};
use crate::model::{Derive, NodeId, Taken, Use};

/// The page of one system.
#[derive(Clone, Debug, Serialize)]
pub struct SystemPage {
    /// Its title.
    pub title: String,
    /// The language of the title, where that is another than the page's.
    pub lang: Option<String>,
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub place: String,
    /// Whose it is, where a neighbour declares it.
    pub neighbour: Option<Badge>,
    /// The sensitive data it holds on the day.
    pub sensitive: Vec<CategoryMark>,
    /// What it collects.
    pub collected: Shown<Passage>,
    /// What systems and recipients send it.
    pub received: Shown<Passage>,
    /// What is made there.
    pub made: Shown<Made>,
    /// What it holds on the day, what is sensitive first.
    pub held: Shown<Held>,
    /// Who inside reads what.
    pub readers: Shown<ReadRow>,
    /// What is done with it there.
    pub used: Shown<Used>,
    /// Where it goes.
    pub sent: Shown<Passage>,
    /// What else is known of it.
    pub lines: Vec<Line>,
}

/// A field that is made in a system.
#[derive(Clone, Debug, Serialize)]
pub struct Made {
    /// The field.
    pub link: Once<Link>,
    /// What goes in on the day.
    pub inputs: Shown<Batch>,
    /// What is meant to go in, as written.
    pub meant: String,
    /// What it gives away there.
    pub labels: Vec<CategoryMark>,
    /// The transform, the method and where it was assessed.
    pub facts: Vec<String>,
    /// Where it is declared.
    pub place: String,
}

/// An item that a system holds.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// Whose.
    pub subject: String,
    /// The field.
    pub link: Once<Link>,
    /// In which form.
    pub form: Once<Badge>,
    /// What stands on every way to it.
    pub gates: Vec<String>,
    /// What it gives away there.
    pub labels: Vec<CategoryMark>,
    /// The shortest way to it: whose data, then each system once; nothing where it is collected there.
    pub way: Vec<String>,
    /// It is made there.
    pub made: bool,
}

/// Processing inside a system.
#[derive(Clone, Debug, Serialize)]
pub struct Used {
    /// The activity.
    pub link: Once<Link>,
    /// With which data.
    pub data: Shown<Batch>,
    /// With which data, as written.
    pub meant: String,
    /// Where it is declared.
    pub place: String,
}

/// The page of a system.
pub fn system(reading: &Reading, index: &Index, id: NodeId) -> SystemPage {
    let model = reading.model();
    let node = model.node(id);
    let held = held(reading, id);
    let Link { text: title, lang, .. } = reading.node(id);
    SystemPage {
        title,
        lang,
        id: node.id.clone(),
        place: reading.place(node.span),
        neighbour: reading.neighbour(node.span),
        sensitive: sensitive(reading, &held),
        collected: Shown::first(&node.collects, ROWS, |it| collection(reading, id, it)),
        received: Shown::first(&node.receives, ROWS, |flow| passage(reading, index, *flow, model.flow(*flow).from)),
        made: Shown::first(&node.derives, ROWS, |it| made(reading, id, it)),
        held: Shown::first(held, ROWS, |state| holding(reading, state)),
        readers: read_rows(reading, index, [id]),
        used: Shown::first(&node.uses, ROWS, |it| used(reading, id, it)),
        sent: Shown::first(&node.sends, ROWS, |flow| passage(reading, index, *flow, model.flow(*flow).to)),
        lines: facts(reading, node),
    }
}

/// What a system holds on the day: what is or may be sensitive first.
fn held(reading: &Reading, id: NodeId) -> Vec<StateId> {
    let reach = &reading.map.reach;
    let is_plain = |state: &State| !labels(reading.map, state).iter().any(|it| *it != Label::PERSONAL);
    let mut held: Vec<StateId> = reach.at(id).iter().copied().filter(|it| !reach.state(*it).past).collect();
    held.sort_by_cached_key(|it| is_plain(reach.state(*it)));
    held
}

fn sensitive(reading: &Reading, held: &[StateId]) -> Vec<CategoryMark> {
    let mut all = Gathered::default();
    for state in held.iter().map(|id| reading.map.reach.state(*id)) {
        all.add_state(reading.map, state, state.form);
    }
    all.labels(reading)
}

fn holding(reading: &Reading, id: StateId) -> Held {
    let state = reading.map.reach.state(id);
    Held {
        subject: reading.subject(state.item.subject),
        link: reading.to_field(state.item.field),
        form: reading.form(state.form),
        gates: reading.gates_of(state),
        labels: reading.given_away(&labels(reading.map, state)),
        way: if matches!(state.via, Hop::Collect(_)) { Vec::new() } else { way_to(reading, id) },
        made: matches!(state.via, Hop::Derive(_)),
    }
}

fn made(reading: &Reading, id: NodeId, it: &Derive) -> Made {
    let map = reading.map;
    let (mut inputs, mut output) = (Gathered::default(), Gathered::default());
    for state in map.reach.at(id).iter().map(|id| map.reach.state(*id)).filter(|it| !it.past) {
        if let Taken::Yes(step, _) = it.from.take(&map.model, state.item) {
            inputs.add_state(map, state, step.apply(state.form));
        }
        if state.item.field == it.field {
            output.add_state(map, state, state.form);
        }
    }
    let mut facts = Vec::new();
    facts.extend(it.of.iter().map(|subject| reading.pair(reading.word("subject"), reading.subject(*subject))));
    facts.extend(it.decl.transform.as_ref().map(|word| word.value.clone()));
    facts.extend(it.decl.method.as_ref().map(|text| reading.pair(reading.word("method"), reading.text(text))));
    facts.extend(it.decl.assessment.as_ref().map(|word| reading.pair(reading.word("assessment"), reading.document(&word.value))));
    Made {
        link: reading.to_field(it.field),
        inputs: inputs.shown(reading),
        meant: selected(reading, &it.from),
        labels: output.labels(reading),
        facts,
        place: reading.place(it.span),
    }
}

fn used(reading: &Reading, id: NodeId, it: &Use) -> Used {
    let map = reading.map;
    let mut data = Gathered::default();
    for state in map.reach.at(id).iter().map(|id| map.reach.state(*id)).filter(|it| !it.past) {
        if let Taken::Yes(step, _) = it.selector.take(&map.model, state.item) {
            data.add_state(map, state, step.apply(state.form));
        }
    }
    Used {
        link: reading.to_activity(it.activity),
        data: data.shown(reading),
        meant: selected(reading, &it.selector),
        place: reading.place(it.span),
    }
}

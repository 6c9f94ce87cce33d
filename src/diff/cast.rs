//! What a change depends on: the declarations along its walk, and what else decides over form, gates,
//! labels and countries.

use super::{Exposed, Fact, Noun};
use crate::flow::{Exposure, Hop, Map, Step, Walks, Wanted};
use crate::model::{FieldId, FlowKind, Item, NodeId, Taken};
use crate::source::{Span, edits::Edit};

/// A change with less than this may have another cause.
pub const TELLING: u32 = 500;

/// Keys of a flow, a collection or a derivation that decide over who gets what.
const DECIDING: &[&str] = &["fields", "from", "as", "of", "for", "gate", "method", "stopped", "purged"];

/// What may have caused a change, each with its weight.
#[derive(Default)]
pub struct Cast {
    /// Keys that lead to declarations.
    keys: Vec<(Vec<String>, u32)>,
    /// The very words on the walk.
    words: Vec<(Span, u32)>,
    /// File defaults that speak for them: the file and the key.
    defaults: Vec<(Span, &'static str, u32)>,
    /// Where the steps of the walk are declared, the last first.
    pub steps: Vec<Span>,
}

fn keys(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|it| (*it).to_owned()).collect()
}

impl Cast {
    /// What an exposure depends on, in the state in which it is shown; `other` is the other one.
    pub fn of_exposure(map: &Map, other: &Map, walks: &Walks, exposed: &Exposed) -> Cast {
        let mut cast = Cast::default();
        let Some(exposure) = exposed.exposure.map(|at| &map.exposures[at]) else { return cast };
        let beyond = exposed.beyond();
        let gained = |label: fn(&str) -> bool| beyond.as_ref().is_some_and(|it| it.labels.iter().any(|it| label(it)));
        let form = beyond.as_ref().is_some_and(|it| it.form);
        let wanted = beyond.as_ref().map_or(Wanted::Any, |it| it.wanted(map));
        let walk = walks.delivered(exposure, &wanted).unwrap_or_else(|| walks.witness(exposure));
        let ungated = beyond.as_ref().is_some_and(|it| !it.gates.is_empty());
        let favoured = if ungated {
            Some("gate")
        } else if beyond.is_none() && delivers(other, map, exposure) {
            // It goes there in both states, and for something else.
            Some("for")
        } else {
            None
        };
        cast.walk(map, &walk, favoured);
        // What a field is and gives away decides over labels, and over which selectors take it.
        let facts = if gained(|it| !it.starts_with("to:")) { 1_900 } else { TELLING };
        for (_, state) in &walk {
            let item = map.reach.state(*state).item;
            cast.field(map, item.field, facts);
            for subject in map.model.subject_chain(item.subject) {
                cast.key(&["subjects", &map.model.subject(subject).id], TELLING);
            }
        }
        let to = map.model.flow(exposure.flow).to;
        cast.places(map, to, if gained(|it| it.starts_with("to:")) { 2_500 } else { 100 });
        if form {
            cast.looked_up(map, to);
        }
        cast
    }

    /// What a fact depends on.
    pub fn of_fact(map: &Map, fact: &Fact) -> Cast {
        let mut cast = Cast::default();
        let (id, what) = (fact.id.as_str(), fact.what.as_deref().unwrap_or_default());
        let key = what.split('.').next().unwrap_or_default();
        match fact.noun {
            Noun::Recipient => {
                cast.key(&["recipients", id, key], 2_000);
                cast.key(&["recipients", id, "vendor"], TELLING + 1);
                cast.key(&["recipients", id], TELLING);
                let vendor = map.model.node_named(id).and_then(|it| map.model.recipient(it)?.vendor.as_deref());
                cast.key(&["vendors", vendor.unwrap_or_default()], TELLING);
            }
            Noun::Activity => cast.key(&["activities", id, key], 2_000),
            Noun::Gate => cast.key(&["gates", id, key], 2_000),
            Noun::Subprocessor => cast.key(&["recipients", id, "subprocessors", what], 2_000),
            Noun::Country => {
                if let Some(node) = map.model.node_named(id) {
                    cast.places(map, node, 2_000);
                }
            }
            Noun::Inference => {
                cast.key(&["fields", id, "reveals", what], 2_100);
                cast.key(&["categories", what], 1_000);
                if let Some(field) = map.model.field_named(id) {
                    cast.field(map, field, 2_000);
                    cast.inputs(map, field);
                }
            }
            Noun::Flow => {
                let Some((from, target)) = id.split_once("->") else { return cast };
                for section in ["systems", "recipients"] {
                    cast.key(&[section, from, "sends", target, key], 2_000);
                    cast.key(&[section, from, "hosted", target.trim_end_matches("#hosting")], 2_000);
                }
            }
        }
        cast
    }

    /// How likely an edit is the cause; `past` looks at what it took away.
    pub fn weight(&self, edit: &Edit, past: bool) -> u32 {
        let span = if past { edit.base } else { edit.head };
        let words = self.words.iter().filter(|(word, _)| span.is_some_and(|span| holds(span, *word))).map(|it| it.1);
        let keys = edit.paths.iter().flat_map(|path| self.keys.iter().map(move |(keys, weight)| near(path, keys, *weight)));
        let defaults = edit.paths.iter().flat_map(|path| {
            let own = self.defaults.iter().filter(move |(at, key, _)| {
                path.len() <= 2 && path.first().is_some_and(|it| it == key) && span.is_some_and(|it| it.file == at.file)
            });
            own.map(|it| it.2)
        });
        words.chain(keys).chain(defaults).max().unwrap_or(0)
    }

    /// The keys of what may have caused it.
    pub fn keys(&self) -> impl Iterator<Item = &[String]> {
        self.keys.iter().map(|(keys, _)| keys.as_slice())
    }

    /// The words of what may have caused it.
    pub fn words(&self) -> impl Iterator<Item = Span> {
        self.words.iter().map(|it| it.0)
    }

    fn key(&mut self, parts: &[&str], weight: u32) {
        let parts: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
        self.keys.push((keys(&parts), weight));
    }

    fn walk(&mut self, map: &Map, walk: &[Step], favoured: Option<&str>) {
        let model = &map.model;
        let mut before: Option<Item> = None;
        for (position, (hop, state)) in walk.iter().enumerate() {
            let state = map.reach.state(*state);
            let weight = 1_000 + 10 * u32::try_from(position).unwrap_or_default().min(80);
            let node = model.node(state.node);
            match hop {
                Hop::Collect(at) => {
                    let collect = &node.collects[*at as usize];
                    let word = collect.fields.iter().find(|(field, _)| *field == state.item.field).map_or(collect.span, |it| it.1);
                    self.step(
                        keys(&[section(map, state.node), &node.id, "collects", &model.subject(collect.subject).id]),
                        collect.span,
                        word,
                        weight,
                        favoured,
                    );
                }
                Hop::Derive(at) => {
                    let derive = &node.derives[*at as usize];
                    let word = before.and_then(|item| if let Taken::Yes(_, word) = derive.from.take(model, item) { word } else { None });
                    let word = word.map_or(derive.span, |it| it.span);
                    self.step(
                        keys(&[section(map, state.node), &node.id, "derives", &model.field(derive.field).id]),
                        derive.span,
                        word,
                        weight,
                        favoured,
                    );
                }
                Hop::Flow(flow) => {
                    let flow = model.flow(*flow);
                    let (from, to) = (&model.node(flow.from).id, &model.node(flow.to).id);
                    let target = flow.id.split_once("->").map_or("", |(_, target)| target);
                    let path = match flow.kind {
                        FlowKind::Sends => [section(map, flow.from), from, "sends", target],
                        FlowKind::Hosting => ["systems", from, "hosted", to],
                        FlowKind::Subprocessor => ["recipients", from, "subprocessors", to],
                    };
                    self.step(keys(&path), flow.span, model.taken_at(flow, state.item), weight, favoured);
                }
            }
            before = Some(state.item);
        }
    }

    fn step(&mut self, path: Vec<String>, span: Span, word: Span, weight: u32, favoured: Option<&str>) {
        let more = |key: &str| if favoured == Some(key) { weight + 1_000 } else { weight };
        self.steps.insert(0, span);
        self.words.push((word, weight + 400));
        self.defaults.push((span, "for", more("for")));
        for key in DECIDING {
            self.keys.push((path.iter().cloned().chain([(*key).to_owned()]).collect(), more(key)));
        }
        self.keys.push((path, weight - 500));
    }

    /// What turns a hash back: what the vendor knows, or gets by another flow.
    fn looked_up(&mut self, map: &Map, to: NodeId) {
        self.key(&["transforms"], 800);
        let group = map.model.recipient(to).map(|it| it.group);
        let same = |it: &NodeId| map.model.recipient(*it).is_some_and(|it| Some(it.group) == group);
        for node in (0..map.model.nodes.len()).map(NodeId::from_index).filter(same) {
            for key in ["matches", "holds", "features"] {
                self.key(&["recipients", &map.model.node(node).id, key], 1_200);
            }
            for flow in map.model.node(node).receives.iter().map(|flow| map.model.flow(*flow)) {
                self.key(&[section(map, flow.from), &map.model.node(flow.from).id, "sends"], 600);
            }
        }
    }

    fn field(&mut self, map: &Map, field: FieldId, weight: u32) {
        let field = map.model.field(field);
        self.key(&["fields", &field.id, "is"], weight);
        self.key(&["fields", &field.id, "reveals"], weight);
        for category in field.is_closed.iter().chain(&field.reveals_closed) {
            self.key(&["categories", &map.model.category(*category).id], weight.min(700));
        }
    }

    /// What a field is derived from, in steps.
    fn inputs(&mut self, map: &Map, field: FieldId) {
        let (mut open, mut seen) = (vec![field], vec![field]);
        while let Some(field) = open.pop() {
            for node in &map.model.nodes {
                for derive in node.derives.iter().filter(|it| it.field == field) {
                    let own = if node.is_system() { "systems" } else { "recipients" };
                    self.key(&[own, &node.id, "derives", &map.model.field(field).id], 1_500);
                    for input in derive
                        .from
                        .takes
                        .iter()
                        .filter_map(|word| if let crate::model::What::Field(it) = word.what { Some(it) } else { None })
                    {
                        if !seen.contains(&input) {
                            seen.push(input);
                            open.push(input);
                            self.field(map, input, 1_000);
                        }
                    }
                }
            }
        }
    }

    /// Where a recipient and those who work for it are.
    fn places(&mut self, map: &Map, recipient: NodeId, weight: u32) {
        for node in map.model.chain(recipient) {
            let (own, span) = (map.model.node(node).id.as_str(), map.model.node(node).span);
            for key in ["country", "processing", "access-from", "subprocessors"] {
                self.key(&["recipients", own, key], weight);
            }
            self.key(&["recipients", own, "vendor"], weight - 50);
            self.key(&["recipients", own], weight - 90);
            self.defaults.push((span, "country", weight));
            if let Some(vendor) = map.model.recipient(node).and_then(|it| it.vendor.as_deref()) {
                self.key(&["vendors", vendor], weight - 60);
            }
        }
        self.key(&["countries"], weight - 70);
    }
}

fn section(map: &Map, node: NodeId) -> &'static str {
    if map.model.node(node).is_system() { "systems" } else { "recipients" }
}

/// Whether a flow delivers an item in another state too, for whatever.
fn delivers(other: &Map, map: &Map, exposure: &Exposure) -> bool {
    let Some(flow) = other.model.flow_named(&map.model.flow(exposure.flow).id) else { return false };
    let item = map.model.item_id(exposure.item);
    let first = other.exposures.partition_point(|it| it.flow < flow);
    other.exposures[first..].iter().take_while(|it| it.flow == flow).any(|it| other.model.item_id(it.item) == item)
}

/// Whether a place lies in another.
pub fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The weight of an edit at a path for a declaration: it is at or below it, or brought it along.
fn near(path: &[String], keys: &[String], weight: u32) -> u32 {
    if path.starts_with(keys) || keys.starts_with(path) { weight } else { 0 }
}

//! What the record says besides who gets what: recipients, countries, those who work for them,
//! activities, gates, flows inside, and what fields give away.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::neighbours::Theirs;
use super::{Exposed, State, Turn};
use crate::flow::Map;
use crate::model::{Basis, FlowKind, Model, NodeId};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// Who receives data.
    Recipient,
    /// Where a recipient and those who work for it are.
    Country,
    /// Who works for a recipient.
    Subprocessor,
    /// What a field gives away without being it.
    Inference,
    /// A record of Art. 30(1).
    Activity,
    /// What holds flows back.
    Gate,
    /// What goes from one place to another.
    Flow,
}

impl Noun {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Noun::Recipient => "recipient",
            Noun::Country => "country",
            Noun::Subprocessor => "subprocessor",
            Noun::Inference => "inference",
            Noun::Activity => "activity",
            Noun::Gate => "gate",
            Noun::Flow => "flow",
        }
    }

    /// What its id is the id of.
    pub fn owner(self) -> &'static str {
        match self {
            Noun::Recipient | Noun::Country | Noun::Subprocessor => "recipient",
            Noun::Inference => "field",
            Noun::Activity => "activity",
            Noun::Gate => "gate",
            Noun::Flow => "flow",
        }
    }
}

/// One thing that is said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub noun: Noun,
    /// Id of the recipient, field, activity, gate or flow.
    pub id: String,
    /// Which of its keys; the country, sub-processor or category; nothing where it came or went itself.
    pub what: Option<String>,
    /// What was said.
    pub was: Option<String>,
    /// What is said.
    pub is: Option<String>,
    /// Whether it came, went or changed.
    pub verb: Verb,
    /// The neighbour that declares what it is about; none for what the project answers for itself.
    pub neighbour: Option<String>,
    /// The edits behind it, among the causes of the comparison.
    pub causes: Vec<usize>,
}

/// How a fact is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It says something else.
    Changed,
}

impl Verb {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Added => "added",
            Verb::Removed => "removed",
            Verb::Changed => "changed",
        }
    }
}

/// Noun, id, and which of several or which key.
type Key = (Noun, String, String);

/// What is there, and what is said of it.
#[derive(Default)]
struct Facts {
    there: BTreeMap<Key, String>,
    said: BTreeMap<Key, String>,
}

/// Every fact that is otherwise; what the exposures tell already is left out. A lock states no facts, and
/// where there was nothing yet everything is new.
pub fn compare(base: State, head: State, exposures: &[Exposed]) -> Vec<Fact> {
    let (State::Map(old), State::Map(new)) = (base, head) else { return Vec::new() };
    let (before, after) = (Facts::of(old, &renamed(old, new, exposures)), Facts::of(new, &BTreeMap::new()));
    let told: BTreeSet<&str> = exposures.iter().flat_map(|it| [&it.before, &it.after]).flatten().map(|row| row.flow.as_str()).collect();
    let mut out = came(&before, &after, &told, |key, is| fact(key, Verb::Added, None, Some(is)));
    out.extend(came(&after, &before, &told, |key, was| fact(key, Verb::Removed, Some(was), None)));
    let both = |key: &Key| {
        let own = (key.0, key.1.clone(), String::new());
        before.there.contains_key(&own) && after.there.contains_key(&own)
    };
    let keys: BTreeSet<_> = before.said.keys().chain(after.said.keys()).filter(|key| both(key)).collect();
    for key in keys {
        let (was, is) = (before.said.get(key), after.said.get(key));
        if was != is {
            out.push(fact(key, Verb::Changed, was, is));
        }
    }
    let theirs = Theirs::of([old, new]);
    out.retain_mut(|it| theirs.is_told(it));
    out.sort_by(|a, b| (a.noun, &a.id, a.verb, &a.what).cmp(&(b.noun, &b.id, b.verb, &b.what)));
    out
}

/// What is there only on the second side.
fn came(one: &Facts, other: &Facts, told: &BTreeSet<&str>, fact: impl Fn(&Key, &String) -> Fact) -> Vec<Fact> {
    let new = other.there.iter().filter(|(key, _)| !one.there.contains_key(*key));
    let apart = new.filter(|((noun, id, _), _)| match noun {
        // Where a new recipient is and who works for it is told with it.
        Noun::Country | Noun::Subprocessor => one.there.contains_key(&(Noun::Recipient, id.clone(), String::new())),
        Noun::Flow => !told.contains(id.as_str()),
        _ => true,
    });
    apart.map(|(key, more)| fact(key, more)).collect()
}

fn fact(key: &Key, verb: Verb, was: Option<&String>, is: Option<&String>) -> Fact {
    let some = |text: Option<&String>| text.filter(|it| !it.is_empty()).cloned();
    Fact {
        noun: key.0,
        id: key.1.clone(),
        what: some(Some(&key.2)),
        was: some(was),
        is: some(is),
        verb,
        neighbour: None,
        causes: Vec::new(),
    }
}

/// Systems that have only another name: the old one is gone, the new one was not there, and what the
/// old one delivered is delivered by the new one.
fn renamed(old: &Map, new: &Map, exposures: &[Exposed]) -> BTreeMap<String, String> {
    let sender = |row: &Option<crate::verdict::Row>| row.as_ref().and_then(|it| it.flow.split_once("->")).map(|(from, _)| from.to_owned());
    let pairs = exposures.iter().filter(|it| it.turn == Turn::Moved).filter_map(|it| sender(&it.before).zip(sender(&it.after)));
    pairs.filter(|(was, is)| new.model.node_named(was).is_none() && old.model.node_named(is).is_none()).collect()
}

impl Facts {
    fn of(map: &Map, renamed: &BTreeMap<String, String>) -> Facts {
        let model = &map.model;
        let mut facts = Facts::default();
        facts.recipients(map);
        facts.activities(model);
        for gate in model.gates.iter() {
            let Some(decl) = &gate.decl else { continue };
            facts.is_there(Noun::Gate, &gate.id, "", "");
            facts.says(Noun::Gate, &gate.id, "kind", Some(&gate.kind));
            facts.says(Noun::Gate, &gate.id, "for", Some(&decl.activities));
        }
        for field in &model.fields {
            let sensitive = field.reveals.iter().filter(|it| model.category(**it).is_sensitive() && !field.is_closed.contains(it));
            for category in sensitive {
                facts.is_there(Noun::Inference, &field.id, &model.category(*category).id, "");
            }
        }
        for flow in model.flows.iter().filter(|flow| flow.kind != FlowKind::Subprocessor) {
            let name = |id: NodeId| renamed.get(&model.node(id).id).unwrap_or(&model.node(id).id).as_str();
            let label = flow.label.as_ref().map(|it| format!("#{it}")).unwrap_or_default();
            let id = format!("{}->{}{label}", name(flow.from), name(flow.to));
            if !flow.is_stopped(map.today) {
                facts.is_there(Noun::Flow, &id, "", "");
            }
            let basis = flow.basis.as_ref().map(|basis| match basis {
                Basis::Known(word) => word.value.as_str(),
                Basis::Unknown(_) => "unknown",
            });
            facts.says(Noun::Flow, &id, "basis", basis.as_ref());
        }
        facts
    }

    fn recipients(&mut self, map: &Map) {
        let model = &map.model;
        for (at, node) in model.nodes.iter().enumerate() {
            let Some(it) = node.recipient() else { continue };
            let places = map.countries.of(NodeId::from_index(at));
            let codes: Vec<&str> = places.iter().map(|it| it.code()).collect();
            let role = it.role.map_or("role unknown", |role| role.word());
            self.is_there(Noun::Recipient, &node.id, "", &format!("{role}, {}", codes.join(", ")));
            for place in places {
                self.is_there(Noun::Country, &node.id, place.code(), if place.eea { "EEA" } else { "third country" });
            }
            for sub in &it.subprocessors {
                self.is_there(Noun::Subprocessor, &node.id, &model.node(*sub).id, "");
            }
            self.says(Noun::Recipient, &node.id, "role", it.role.as_ref());
            self.says(Noun::Recipient, &node.id, "kind", it.kind.as_ref());
            self.says(Noun::Recipient, &node.id, "contract", it.contract.as_ref());
            self.says(Noun::Recipient, &node.id, "transfer", Some(&it.transfers));
            self.says(Noun::Recipient, &node.id, "retention", it.decl.retention.as_ref());
            self.says(Noun::Recipient, &node.id, "own-purposes", Some(&it.decl.own_purposes));
            self.says(Noun::Recipient, &node.id, "erase", it.decl.erase.as_ref());
            for (name, feature) in &it.features {
                self.says(Noun::Recipient, &node.id, &format!("features.{}", name.value), Some(feature));
            }
        }
    }

    fn activities(&mut self, model: &Model) {
        for activity in &model.activities {
            let (id, decl) = (&activity.id, &activity.decl);
            self.is_there(Noun::Activity, id, "", "");
            self.says(Noun::Activity, id, "role", decl.role.as_ref());
            self.says(Noun::Activity, id, "purpose", Some(&decl.purpose));
            self.says(Noun::Activity, id, "basis", decl.basis.as_ref());
            self.says(Noun::Activity, id, "special", Some(&decl.special));
            self.says(Noun::Activity, id, "offences", decl.offences.as_ref());
            self.says(Noun::Activity, id, "retention", decl.retention.as_ref());
            self.says(Noun::Activity, id, "joint", Some(&decl.joint));
            self.says(Noun::Activity, id, "on-behalf-of", Some(&decl.on_behalf_of));
        }
    }

    fn is_there(&mut self, noun: Noun, id: &str, which: &str, more: &str) {
        self.there.insert((noun, id.to_owned(), which.to_owned()), more.to_owned());
    }

    fn says(&mut self, noun: Noun, id: &str, key: &str, value: Option<&impl Serialize>) {
        let value = value.map(|it| serde_json::to_value(it).expect("declarations are strings, numbers, lists and maps with string keys"));
        if let Some(text) = value.as_ref().and_then(|value| written(value, true)) {
            self.said.insert((noun, id.to_owned(), key.to_owned()), text);
        }
    }
}

fn sorted<T: Ord>(words: impl Iterator<Item = T>) -> Vec<T> {
    let mut words: Vec<T> = words.collect();
    words.sort_unstable();
    words
}

/// A value on one line, as YAML could write it; nothing for what says nothing. Order means nothing.
fn written(value: &Value, outermost: bool) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let parts = sorted(list.iter().filter_map(|it| written(it, false)));
            match parts.as_slice() {
                [] => None,
                [one] if outermost => Some(one.clone()),
                _ => Some(format!("[{}]", parts.join(", "))),
            }
        }
        Value::Object(map) => {
            let parts = sorted(map.iter().filter_map(|(key, it)| Some(format!("{key}: {}", written(it, false)?))));
            if parts.is_empty() { None } else { Some(format!("{{ {} }}", parts.join(", "))) }
        }
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
    }
}

//! What the record says besides who gets what: recipients, countries, those who work for them,
//! activities, gates, flows inside, and what fields give away.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::neighbours::Theirs;
use super::{Exposed, State, Turn};
use crate::declare::GateDecl;
use crate::flow::Map;
use crate::model::{Activity, Basis, Field, Flow, FlowKind, Gate, Model, NodeId};

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
type Key<'m> = (Noun, Cow<'m, str>, Cow<'m, str>);

/// Something that is declared, and of which facts are told.
enum Thing<'m> {
    Recipient(NodeId),
    Inference(&'m Field),
    Activity(&'m Activity),
    Gate(&'m Gate, &'m GateDecl),
    Flow(&'m Flow),
}

/// What is there, and what is said of it.
#[derive(Default, PartialEq)]
struct Facts<'m> {
    there: BTreeMap<Key<'m>, String>,
    said: BTreeMap<Key<'m>, String>,
}

/// Every fact that is otherwise; what the exposures tell already is left out. A lock states no facts, and
/// where there was nothing yet everything is new.
pub fn compare(base: State, head: State, exposures: &[Exposed]) -> Vec<Fact> {
    let (State::Map(old), State::Map(new)) = (base, head) else { return Vec::new() };
    let (before, after) = different(old, new, &renamed(old, new, exposures));
    let told: BTreeSet<&str> = exposures.iter().flat_map(|it| [&it.before, &it.after]).flatten().map(|row| row.flow.as_str()).collect();
    let mut out = came(&before, &after, &told, |key, is| fact(key, Verb::Added, None, Some(is)));
    out.extend(came(&after, &before, &told, |key, was| fact(key, Verb::Removed, Some(was), None)));
    let both = |key: &Key| {
        let own = (key.0, key.1.clone(), Cow::Borrowed(""));
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
        Noun::Country | Noun::Subprocessor => one.there.contains_key(&(Noun::Recipient, id.clone(), Cow::Borrowed(""))),
        Noun::Flow => !told.contains(id.as_ref()),
        _ => true,
    });
    apart.map(|(key, more)| fact(key, more)).collect()
}

fn fact(key: &Key, verb: Verb, was: Option<&String>, is: Option<&String>) -> Fact {
    let some = |text: Option<&str>| text.filter(|it| !it.is_empty()).map(str::to_owned);
    let (was, is) = (was.map(String::as_str), is.map(String::as_str));
    Fact {
        noun: key.0,
        id: key.1.clone().into_owned(),
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

/// The facts of what is otherwise, before and after. One thing after the other: a large project says a great
/// deal, and most of it twice.
fn different<'m>(old: &'m Map, new: &'m Map, renamed: &BTreeMap<String, String>) -> (Facts<'m>, Facts<'m>) {
    let (was, is) = (things(&old.model, renamed), things(&new.model, &BTreeMap::new()));
    let (mut before, mut after) = (Facts::default(), Facts::default());
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    for key in keys {
        let (one, other) = (Facts::of(old, &key.1, was.get(key)), Facts::of(new, &key.1, is.get(key)));
        if one != other {
            before.add(one);
            after.add(other);
        }
    }
    (before, after)
}

/// Everything that facts are told of; flows under the names that their systems have got since.
fn things<'m>(model: &'m Model, renamed: &BTreeMap<String, String>) -> BTreeMap<(Noun, Cow<'m, str>), Thing<'m>> {
    let recipients = (0..model.nodes.len()).map(NodeId::from_index).filter(|id| model.recipient(*id).is_some());
    let recipients = recipients.map(|id| ((Noun::Recipient, model.node(id).id.as_str().into()), Thing::Recipient(id)));
    let activities = model.activities.iter().map(|it| ((Noun::Activity, it.id.as_str().into()), Thing::Activity(it)));
    let gates = model.gates.iter().filter_map(|it| Some(((Noun::Gate, it.id.as_str().into()), Thing::Gate(it, it.decl.as_ref()?))));
    let fields = model.fields.iter().map(|it| ((Noun::Inference, it.id.as_str().into()), Thing::Inference(it)));
    let flows = model.flows.iter().filter(|flow| flow.kind != FlowKind::Subprocessor).map(|flow| {
        let (from, to) = (&model.node(flow.from).id, &model.node(flow.to).id);
        let id = match (renamed.get(from), renamed.get(to)) {
            (None, None) => Cow::Borrowed(flow.id.as_str()),
            (was, is) => {
                let label = flow.label.as_ref().map(|it| format!("#{it}")).unwrap_or_default();
                Cow::Owned(format!("{}->{}{label}", was.unwrap_or(from), is.unwrap_or(to)))
            }
        };
        ((Noun::Flow, id), Thing::Flow(flow))
    });
    recipients.chain(activities).chain(gates).chain(fields).chain(flows).collect()
}

impl<'m> Facts<'m> {
    /// The facts of one thing, if it is there.
    fn of(map: &'m Map, id: &Cow<'m, str>, thing: Option<&Thing<'m>>) -> Facts<'m> {
        let mut facts = Facts::default();
        match thing {
            None => {}
            Some(Thing::Recipient(at)) => facts.recipient(map, *at),
            Some(Thing::Activity(it)) => facts.activity(it),
            Some(Thing::Gate(gate, decl)) => {
                facts.is_there(Noun::Gate, id.clone(), "", "");
                facts.says(Noun::Gate, id.clone(), "kind", Some(&gate.kind));
                facts.says(Noun::Gate, id.clone(), "for", Some(&decl.activities));
            }
            Some(Thing::Inference(field)) => {
                let model = &map.model;
                let sensitive = field.reveals.iter().filter(|it| model.category(**it).is_sensitive() && !field.is_closed.contains(it));
                for category in sensitive {
                    facts.is_there(Noun::Inference, id.clone(), &model.category(*category).id, "");
                }
            }
            Some(Thing::Flow(flow)) => {
                if !flow.is_stopped(map.today) {
                    facts.is_there(Noun::Flow, id.clone(), "", "");
                }
                let basis = flow.basis.as_ref().map(|basis| match basis {
                    Basis::Known(word) => word.value.as_str(),
                    Basis::Unknown(_) => "unknown",
                });
                facts.says(Noun::Flow, id.clone(), "basis", basis.as_ref());
            }
        }
        facts
    }

    fn add(&mut self, mut more: Facts<'m>) {
        self.there.append(&mut more.there);
        self.said.append(&mut more.said);
    }

    fn recipient(&mut self, map: &'m Map, at: NodeId) {
        let (model, node) = (&map.model, map.model.node(at));
        let Some(it) = node.recipient() else { return };
        let places = map.countries.of(at);
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
            self.says(Noun::Recipient, &node.id, format!("features.{}", name.value), Some(feature));
        }
    }

    fn activity(&mut self, activity: &'m Activity) {
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

    fn is_there(&mut self, noun: Noun, id: impl Into<Cow<'m, str>>, which: &'m str, more: &str) {
        self.there.insert((noun, id.into(), Cow::Borrowed(which)), more.to_owned());
    }

    fn says(&mut self, noun: Noun, id: impl Into<Cow<'m, str>>, key: impl Into<Cow<'m, str>>, value: Option<&impl Serialize>) {
        let value = value.map(|it| serde_json::to_value(it).expect("declarations are strings, numbers, lists and maps with string keys"));
        if let Some(text) = value.as_ref().and_then(|value| written(value, true)) {
            self.said.insert((noun, id.into(), key.into()), text);
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

//! How what was seen is put into words: never a value, always where it was and what to write.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use super::super::Case;
use crate::declare::Date;
use crate::evidence::{self, Meeting, Met, Observation, Party, SeenForm, Strength};
use crate::finding::{Finding, Level, few, listed};
use crate::model::{CategoryId, FieldId, Flow, Node};
use crate::source::Span;

/// What was seen, as people name it: an item of the persona, a category, or a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// `customer.email`.
    Item(String),
    /// `contact.email`.
    Category(String),
    /// A parameter whose meaning the site chose.
    Parameter(String),
}

impl Fact {
    /// What stands in the key of a finding.
    pub fn key(&self) -> &str {
        match self {
            Fact::Item(text) | Fact::Category(text) | Fact::Parameter(text) => text,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Fact::Parameter(name) => write!(f, "the parameter `{name}`"),
            other => write!(f, "`{}`", other.key()),
        }
    }
}

/// A field as an edit names it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: String,
    /// Its category, where the dictionary has no such field.
    new: Option<String>,
    /// The system holds it.
    held: bool,
}

/// One meeting, and how to speak of it.
pub struct Told<'s, 'a> {
    pub case: &'s Case<'a>,
    pub meeting: &'s Meeting<'a>,
}

/// Sightings that one finding lists, at most.
const SIGHTINGS: usize = 4;

impl<'a> Told<'_, 'a> {
    pub fn fact(&self, seen: &Observation) -> Fact {
        match (&seen.item, &seen.category) {
            (Some(item), _) => Fact::Item(item.clone()),
            (None, Some(category)) if category != "unknown" => Fact::Category(category.clone()),
            _ => Fact::Parameter(seen.field.clone()),
        }
    }

    /// What one edit would close, as the key of a finding says it: what every request shows, the slots that a
    /// site fills as it likes, else the fact.
    pub fn cause(&self, seen: &Observation) -> String {
        let of_request = seen.form == SeenForm::Implied && seen.category.as_deref().is_some_and(|it| it.starts_with("online."));
        match self.fact(seen) {
            _ if of_request => "request".to_owned(),
            Fact::Parameter(_) => "unknown".to_owned(),
            fact => fact.key().to_owned(),
        }
    }

    /// The facts of some observations, each once; what is only known by its parameter last.
    pub fn facts(&self, met: &[&Met]) -> String {
        let named = met.iter().filter(|it| !it.observation.field.is_empty() || it.observation.category.is_some());
        let facts: BTreeSet<Fact> = named.map(|it| self.fact(it.observation)).collect();
        let (slots, facts): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|it| matches!(it, Fact::Parameter(_)));
        let mut words: Vec<String> = facts.iter().map(ToString::to_string).collect();
        match slots.as_slice() {
            [] => {}
            [slot] => words.push(slot.to_string()),
            slots => words.push(format!("the parameters {}", few(slots.iter().map(|it| format!("`{}`", it.key()))))),
        }
        few(words.into_iter())
    }

    /// That the system was seen sending something to the party, or could.
    pub fn seen_sending(&self, met: &[&Met]) -> String {
        let (system, party) = (self.system(), self.party());
        if !self.is_sent(met) {
            return format!("{system} has code or leave to send to {party}");
        }
        let facts = self.facts(met);
        let what = if facts.is_empty() { "something" } else { &facts };
        format!("{system} was seen sending {what} to {party}")
    }

    /// The first day on which some of it was seen.
    pub fn first_day(&self, met: &[&Met]) -> Date {
        met.iter().map(|it| it.on).min().unwrap_or(self.case.today())
    }

    /// What the key of a finding on a flow says: the flow, and the system where the flow is another's.
    pub fn of_flow(&self, flow: &Flow) -> String {
        let system = &self.sender().id;
        if flow.from == self.meeting.system { flow.id.clone() } else { format!("{}@{system}", flow.id) }
    }

    pub fn system(&self) -> String {
        format!("`{}`", self.case.model().node(self.meeting.system).id)
    }

    pub fn sender(&self) -> &'a Node {
        self.case.model().node(self.meeting.system)
    }

    /// The recipient of the project.
    pub fn recipient(&self) -> Option<&'a Node> {
        self.meeting.recipient.map(|it| self.case.model().node(it))
    }

    /// The recipient as messages name it: the project's own id, else the vendor's name, else the domain.
    pub fn party(&self) -> String {
        if let Some(node) = self.recipient() {
            return format!("`{}`", node.id);
        }
        match self.meeting.party {
            Party::Vendor(vendor) => match self.case.law().vendors.get(vendor).and_then(|it| it.name.as_ref()) {
                Some(name) => format!("{} (`{vendor}`)", name.value),
                None => format!("`{vendor}`"),
            },
            party => format!("`{}`", party.id()),
        }
    }

    /// What would be written under `sends`.
    pub fn target(&self, feature: Option<&str>) -> String {
        let id = self.recipient().map_or_else(|| self.meeting.party.plain_id(), |node| node.id.clone());
        feature.map_or(id.clone(), |feature| format!("{id}#{feature}"))
    }

    /// The id that the flow would have.
    pub fn flow_id(&self, feature: Option<&str>) -> String {
        format!("{}->{}", self.sender().id, self.target(feature))
    }

    /// Whether something was seen leaving, and not only code or leave to do so.
    pub fn is_sent(&self, met: &[&Met]) -> bool {
        met.iter().any(|it| it.observation.strength >= Strength::Named || !it.observation.field.is_empty())
    }

    /// How much the surest of some observations weighs.
    pub fn level(&self, met: &[&Met]) -> Level {
        let of = |seen: &Observation| {
            let bare = seen.form == SeenForm::Implied && matches!(seen.recipient, Party::Unknown(_));
            let browser = seen.category.as_deref() == Some("online.user-agent");
            match seen.strength {
                Strength::Permitted => Level::Note,
                Strength::Possible => Level::Warning,
                // Who a domain belongs to, and what a site put into a slot, somebody has to find out first.
                Strength::Named | Strength::Proven if bare || browser || seen.category.as_deref() == Some("unknown") => Level::Warning,
                Strength::Named | Strength::Proven => Level::Error,
            }
        };
        met.iter().map(|it| of(it.observation)).max().unwrap_or(Level::Note)
    }

    /// Says where it was seen: the surest first, what every request shows last.
    pub fn shown(&self, finding: &mut Finding, met: &[&Met]) {
        let mut surest = met.to_vec();
        surest.sort_by_key(|it| (it.observation.form == SeenForm::Implied, Reverse(it.observation.strength), &it.sighting.at));
        for it in surest.iter().take(SIGHTINGS) {
            finding.note(sighting(it));
        }
        if met.len() > SIGHTINGS {
            finding.note(format!("and {} more", met.len() - SIGHTINGS));
        }
        for it in met {
            finding.at(it.capture.span, "captured here");
        }
    }

    /// The line to write for a flow that nobody has declared.
    pub fn declare_flow(&self, flow: &str, met: &[&Met], feature: Option<&str>) -> String {
        let target = self.target(feature);
        let words = self.words(met);
        let fields = if words.is_empty() { "unknown".to_owned() } else { format!("[{words}]") };
        let sends = format!("`{target}: {{ fields: {fields}, for: … }}` under `sends` of {}", self.system());
        let known = match (self.recipient(), self.meeting.party) {
            (Some(_), _) => String::new(),
            (None, Party::Vendor(vendor)) => format!(" and `{target}: {{ vendor: {vendor}, role: … }}` under `recipients`"),
            (None, party) => format!(" and `{target}: {{ hosts: [{}], role: …, country: … }}` under `recipients`", party.id()),
        };
        format!("remove what sends it, or declare `{flow}`: {sends}{known}{}", self.beforehand(met))
    }

    /// The words to add to a flow that does not carry them.
    pub fn declare_field(&self, flow: &Flow, met: &[&Met]) -> String {
        format!("keep it from leaving, or add `{}` to the `fields` of `{}`{}", self.words(met), flow.id, self.beforehand(met))
    }

    /// Words of a selector for what was seen.
    pub fn words(&self, met: &[&Met]) -> String {
        let word = |it: &&Met| {
            let step = if it.observation.form == SeenForm::Pseudonymised { "|sha256" } else { "" };
            Some(format!("{}{step}", self.named(it.observation)?.name))
        };
        let words: BTreeSet<String> = met.iter().filter_map(word).collect();
        words.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// What has to be declared before a flow can carry what was seen.
    pub fn beforehand(&self, met: &[&Met]) -> String {
        let missing: BTreeSet<Named> = met.iter().filter_map(|it| self.named(it.observation)).filter(|it| !it.held).collect();
        let new = listed(missing.iter().filter_map(|it| Some(format!("`{}: {}`", it.name, it.new.as_ref()?))));
        let names = listed(missing.iter().map(|it| format!("`{}`", it.name)));
        match (names.is_empty(), new.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("; before that, add {names} to what {} collects", self.system()),
            (false, false) => format!("; before that, declare {new} under `fields`, and add {names} to what {} collects", self.system()),
        }
    }

    /// The field that was seen: the one of the persona's item or of the slot's name, one of the category that
    /// the system holds, one of it in the dictionary, or one that the dictionary should have.
    fn named(&self, seen: &Observation) -> Option<Named> {
        let model = self.case.model();
        let reach = &self.case.map.reach;
        let states = reach.at(self.meeting.system).iter().map(|id| reach.state(*id));
        let held: BTreeSet<FieldId> = states.filter(|it| !it.past).map(|it| it.item.field).collect();
        let field = match self.fact(seen) {
            Fact::Parameter(_) | Fact::Item(_) => {
                let item = seen.item.as_deref().map(|it| it.split_once('.').map_or(it, |(_, field)| field));
                let name = item.unwrap_or(seen.own_name());
                if name.is_empty() {
                    return None;
                }
                let Some(field) = model.field_named(name) else {
                    let category = seen.category.as_deref().filter(|it| *it != "unknown").unwrap_or("…");
                    return Some(Named { name: name.to_owned(), new: Some(category.to_owned()), held: false });
                };
                field
            }
            Fact::Category(id) => {
                let category = model.category_named(&id);
                let of_category = |it: &FieldId| category.is_some_and(|category| model.field(*it).is_closed.contains(&category));
                let all = (0..model.fields.len()).map(FieldId::from_index).filter(of_category);
                let Some(field) = all.min_by_key(|it| !held.contains(it)) else {
                    let short = id.rsplit('.').next().unwrap_or(&id);
                    let name = if model.field_named(short).is_none() { short.to_owned() } else { id.replace('.', "-") };
                    return Some(Named { name, new: Some(id), held: false });
                };
                field
            }
        };
        Some(Named { name: model.field(field).id.clone(), new: None, held: held.contains(&field) })
    }

    /// The flow that should have carried something, or did once: the one of the function that was seen, else
    /// one of no function; of stopped ones the last.
    pub fn nearest_flow(&self, met: &Met) -> Option<&'a Flow> {
        let model = self.case.model();
        let feature = met.observation.feature.as_deref();
        let was_stopped = matches!(met.answer, evidence::Told::Stopped);
        let flows = self.meeting.flows.iter().map(|it| model.flow(*it)).filter(|it| it.is_stopped(met.on) == was_stopped);
        flows.min_by_key(|it| (it.label.as_deref() != feature, it.label.is_some(), Reverse(it.stopped)))
    }

    /// Where a function's state is declared.
    pub fn feature_span(&self, feature: &str) -> Span {
        let model = self.case.model();
        let all = self.meeting.recipient.and_then(|it| model.recipient(it)).into_iter().flat_map(|it| &it.features);
        let own = all.filter(|(name, _)| name.value == feature).map(|(name, it)| it.state.as_ref().map_or(name.span, |state| state.span));
        own.into_iter().next().unwrap_or(self.sender().span)
    }

    /// Whether an observation is of Art. 9 or 10, of a national number, or gives such away.
    pub fn is_sensitive(&self, seen: &Observation) -> bool {
        !self.sensitive(seen).is_empty()
    }

    fn sensitive(&self, seen: &Observation) -> BTreeSet<CategoryId> {
        let model = self.case.model();
        let field = seen.item.as_deref().and_then(|it| it.split_once('.')).and_then(|(_, field)| model.field_named(field));
        let of_field = field.into_iter().flat_map(|it| model.field(it).is.iter().chain(&model.field(it).reveals).copied());
        let named = seen.category.iter().chain(&seen.reveals).filter_map(|it| model.category_named(it));
        of_field.chain(named).filter(|it| model.category(*it).is_sensitive()).collect()
    }

    /// What is sensitive in some observations.
    pub fn sensitive_facts(&self, met: &[&Met]) -> String {
        let all: BTreeSet<CategoryId> = met.iter().flat_map(|it| self.sensitive(it.observation)).collect();
        few(all.iter().map(|it| format!("`{}`", self.case.model().category(*it).id)))
    }
}

/// One place where something was seen. The names in it are of parameters and files, never values.
fn sighting(met: &Met) -> String {
    let (seen, at) = (met.observation, &met.sighting.at);
    let place = if at.entry.is_empty() { at.file.clone() } else { format!("{}, entry {}", at.file, at.entry) };
    let parameter = if at.parameter.is_empty() { String::new() } else { format!(", `{}`", at.parameter) };
    let host = if seen.host.is_empty() { String::new() } else { format!(" to {}", seen.host) };
    let how = match (&seen.item, seen.strength) {
        (Some(item), _) => format!("a value of the persona's `{item}`"),
        (None, Strength::Proven) => "every request shows it".to_owned(),
        (None, Strength::Named) if seen.category.as_deref() == Some("unknown") => "what it is, each site decides".to_owned(),
        (None, Strength::Named) => "the vendor gives the parameter this meaning".to_owned(),
        (None, Strength::Possible) => "it looks like it".to_owned(),
        (None, Strength::Permitted) => "a policy allows it".to_owned(),
    };
    let form = match seen.form {
        SeenForm::Pseudonymised => ", as a digest",
        SeenForm::Plain | SeenForm::Implied | SeenForm::Unknown => "",
    };
    let times = if met.sighting.times > 1 { format!(", {} times", met.sighting.times) } else { String::new() };
    let caused = met.sighting.initiator.as_ref().map(|it| format!(", by a script of {it}")).unwrap_or_default();
    format!("seen in {place}{parameter}{host}{form}{times}{caused}: {how}")
}

//! Tags: whose they are, and what leads into them.

use std::collections::{BTreeMap, HashSet};

use super::export::{is_on, list, parameter, text};
use super::slots::{Meaning, Slot, is_setting, slots};
use super::templates::{Templates, addresses, gallery};
use super::variables::{Origin, Reached, Variables};
use crate::evidence::code::{Code, Whose, is_of_digest};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Observation, Party, SeenForm, Strength};
use crate::evidence::signatures::Parameter;
use crate::evidence::tree::Tree;

/// A container and what it is read with.
pub struct Container<'d, 'a, 'e> {
    pub(super) desk: &'d Desk<'a>,
    pub(super) code: Code<'d, 'a>,
    pub(super) variables: Variables<'e>,
    templates: Templates<'e>,
    /// Vendor and function of a type.
    types: BTreeMap<&'a str, (&'a str, &'a str)>,
}

/// Somebody to whom a tag speaks.
#[derive(Clone, Debug)]
pub(super) struct Sink<'a> {
    pub(super) party: Party,
    pub(super) host: String,
    pub(super) vendor: Option<&'a str>,
    pub(super) feature: Option<&'a str>,
    pub(super) strength: Strength,
}

/// What is known of a value's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'k> {
    /// Its path, which is the field where no path of a data layer is.
    pub(super) path: &'k str,
    /// Its name, which may be a common one.
    pub(super) key: &'k str,
    /// What the vendor says it is.
    pub(super) known: Option<Parameter<'k>>,
    /// Whether what nobody knows is sent all the same.
    pub(super) meaning: Meaning,
}

/// Types of tags that speak to nobody: they listen, or keep a click's id in a cookie of the site.
const QUIET: &[&str] = &["lcl", "fsl", "cl", "tl", "hl", "evl", "sdl", "ytl", "jel", "gclidw"];

/// Switches that make a tag take more by itself: type, parameter, field, category.
const SWITCHES: &[(&str, &str, &str, &str)] = &[
    ("gaawe", "sendEcommerceData", "ecommerce", "behaviour.purchase"),
    ("ua", "enableEcommerce", "ecommerce", "behaviour.purchase"),
    ("awct", "enableProductReporting", "ecommerce", "behaviour.purchase"),
];

/// Places of one tag, at most.
const PLACES: usize = 5_000;

/// Whose variables of user-provided data are, and whose functions these are.
const GOOGLE: &str = "google";

impl<'d, 'a, 'e> Container<'d, 'a, 'e> {
    /// A container's version.
    pub fn of(version: &'e Tree<'e>, desk: &'d Desk<'a>) -> Container<'d, 'a, 'e> {
        let mut types = BTreeMap::new();
        for (vendor, decl) in desk.signatures.all() {
            for entry in decl.tags.iter() {
                types.entry(entry.key.value.as_str()).or_insert((vendor, entry.value.value.as_str()));
            }
        }
        Container { desk, code: Code::of(desk), variables: Variables::of(version), templates: Templates::of(version), types }
    }

    /// Takes down what a tag shows.
    pub fn tag(&self, tag: &'e Tree<'e>, notes: &mut Notes) {
        let (name, kind) = (text(tag, "name"), text(tag, "type"));
        if tag["paused"].as_bool() == Some(true) {
            notes.coverage.nowhere += 1;
            notes.remark(format!("the tag `{name}` is paused"));
            return;
        }
        match kind {
            "html" => self.html(parameter(tag, "html"), name, notes),
            "img" => self.image(parameter(tag, "url"), name, notes),
            _ => match self.types.get(kind) {
                Some((vendor, feature)) => {
                    let feature = if kind == "googtag" { self.function(tag, feature) } else { feature };
                    self.speaks(tag, &[Sink::of(vendor, feature)], notes);
                }
                None if kind.starts_with("cvt_") => self.template(tag, kind, notes),
                None if QUIET.contains(&kind) => {}
                None => notes.unknown(shortened(kind)),
            },
        }
    }

    /// Google's one tag serves several functions: its id says which.
    fn function(&self, tag: &'e Tree<'e>, usual: &'a str) -> &'a str {
        match self.variables.constant(parameter(tag, "tagId")).split('-').next() {
            Some("AW") => "ads",
            Some("DC") => "floodlight",
            _ => usual,
        }
    }

    fn template(&self, tag: &'e Tree<'e>, kind: &str, notes: &mut Notes) {
        let Some(template) = self.templates.get(kind) else {
            notes.unknown(shortened(kind));
            return;
        };
        if let Some(source) = gallery(template) {
            let known = self.desk.signatures.all().find_map(|(vendor, decl)| {
                let entry = decl.templates.iter().find(|it| it.key.value.eq_ignore_ascii_case(&source))?;
                Some((vendor, entry.value.value.as_str()))
            });
            if let Some((vendor, feature)) = known {
                return self.speaks(tag, &[Sink::of(vendor, feature)], notes);
            }
        }
        let mut sinks = Vec::new();
        let mut own = false;
        for address in addresses(template) {
            match self.code.whose(&address) {
                Whose::Nobodys => {}
                Whose::Own => own = true,
                Whose::Theirs { party, host, .. } => {
                    notes.host(&host);
                    sinks.push(Sink { party, host, vendor: None, feature: None, strength: Strength::Possible });
                }
            }
        }
        if sinks.is_empty() && own {
            notes.coverage.first_party += 1;
        } else if sinks.is_empty() {
            notes.unknown(format!("{} ({})", shortened(kind), shortened(text(template, "name"))));
        }
        self.speaks(tag, &sinks, notes);
    }

    /// A tag whose parameters go to somebody.
    fn speaks(&self, tag: &'e Tree<'e>, sinks: &[Sink<'a>], notes: &mut Notes) {
        let name = text(tag, "name");
        let mut places = slots(list(tag, "parameter"));
        let mut seen: HashSet<*const Tree> = HashSet::new();
        let settings: Vec<&Tree> = places.iter().flat_map(|it| self.variables.reach(it.text).settings).collect();
        for decl in settings.into_iter().filter(|it| seen.insert(std::ptr::from_ref(*it))) {
            places.extend(slots(list(decl, "parameter")));
        }
        if places.len() > PLACES {
            notes.remark(format!("only the first {PLACES} parameters of the tag `{name}` were read"));
            places.truncate(PLACES);
        }
        for sink in sinks {
            sink.see(name, notes);
            for (_, switch, field, category) in SWITCHES.iter().filter(|it| it.0 == text(tag, "type")) {
                if is_on(tag, switch) {
                    sink.see_field(field, category, SeenForm::Plain, sink.feature, name, notes);
                }
            }
            for slot in &places {
                self.slot(sink, slot, name, notes);
            }
        }
    }

    fn slot(&self, sink: &Sink<'a>, slot: &Slot<'e>, name: &str, notes: &mut Notes) {
        let reached = self.variables.reach(slot.text);
        let mut provided: Vec<_> = reached.user_data.iter().flat_map(|it| self.variables.provided(it)).collect();
        let whole = provided.is_empty() && slot.key == "user_data";
        if whole {
            provided.extend(self.variables.object(slot.key, slot.text));
        }
        for data in provided {
            let path = if slot.key == data.key { slot.path.clone() } else { format!("{}.{}", slot.path, data.key) };
            let field = match data.origin {
                Some(Origin::Layer(layer)) => layer,
                _ => &path,
            };
            let form = form_of(&[field, data.key]);
            sink.see_field(field, data.category, form, sink.function_of_user_data(), name, notes);
        }
        if !whole {
            let known = self.known(sink, slot.key);
            let meaning = if is_setting(slot.key) { Meaning::Fixed } else { slot.meaning };
            let place = Place { path: &slot.path, key: slot.key, known, meaning };
            self.origins(sink, &place, &reached, name, notes);
        }
        self.limits(&reached, name, notes);
    }

    /// What leads into a place.
    pub(super) fn origins(&self, sink: &Sink<'a>, place: &Place, reached: &Reached, name: &str, notes: &mut Notes) {
        let common = |it: &str| self.desk.signatures.common(it);
        let known = place.known.map(|it| it.category).filter(|it| *it != "unknown");
        for origin in &reached.origins {
            let (field, told) = match *origin {
                Origin::Layer(path) => (path, common(path)),
                Origin::Called(called) => (place.path, common(called)),
                Origin::Is(category) => (place.path, Some(category)),
                Origin::Somewhere => (place.path, None),
            };
            let unknown = || (place.meaning == Meaning::Chosen || place.known.is_some()).then_some("unknown");
            let Some(category) = known.or(told).or_else(|| common(place.key)).or_else(unknown) else { continue };
            let feature = place.known.and_then(|it| it.feature).or(sink.feature);
            sink.see_field(shown(field), category, form_of(&[field, place.key]), feature, name, notes);
        }
    }

    /// What a vendor says a parameter is: in the function that the tag serves, else in any; by the name that
    /// its calls have for it, or by the last part of the path that it has in its requests.
    fn known(&self, sink: &Sink<'a>, key: &str) -> Option<Parameter<'a>> {
        let decl = self.desk.signatures.signature(sink.vendor?)?;
        let calls = decl.calls.iter().map(|it| (&it.value.feature, &it.value.parameters));
        let endpoints = decl.endpoints.iter().map(|it| (&it.value.feature, &it.value.parameters));
        let mut best: Option<(usize, Parameter)> = None;
        for (feature, parameters) in calls.chain(endpoints) {
            let feature = feature.as_ref().map(|it| it.value.as_str());
            let same = feature.is_some() && feature == sink.feature;
            for entry in parameters.iter() {
                let path = entry.key.value.as_str();
                let score = usize::from(same) * 2 + usize::from(path == key) + 1;
                let last = path.rsplit(['.', '[']).next().unwrap_or(path).trim_end_matches(']');
                if last != key || best.is_some_and(|it| it.0 >= score) {
                    continue;
                }
                let Some(category) = entry.value.is.as_ref() else { continue };
                // What another function widens is not on in this one.
                let feature = entry.value.feature.as_ref().filter(|_| same || sink.feature.is_none()).map(|it| it.value.as_str());
                best = Some((score, Parameter { category: &category.value, feature }));
            }
        }
        best.map(|it| it.1)
    }

    /// What could not be followed.
    pub(super) fn limits(&self, reached: &Reached, name: &str, notes: &mut Notes) {
        for missing in &reached.missing {
            notes.remark(format!("the tag `{name}` refers to `{}`, which is no variable of the container", shortened(missing)));
        }
        if reached.cut {
            notes.remark(format!("the tag `{name}` has more variables behind it than were followed"));
        }
    }
}

impl<'a> Sink<'a> {
    /// A vendor, by one of its functions.
    pub(super) fn of(vendor: &'a str, feature: &'a str) -> Sink<'a> {
        let party = Party::Vendor(vendor.to_owned());
        Sink { party, host: String::new(), vendor: Some(vendor), feature: Some(feature), strength: Strength::Named }
    }

    /// It is there.
    pub(super) fn see(&self, name: &str, notes: &mut Notes) {
        let seen = Observation::toward(self.party.clone(), &self.host, self.strength);
        notes.see(Observation { feature: self.feature.map(str::to_owned), ..seen }, name, None);
    }

    /// It gets a field.
    pub(super) fn see_field(&self, field: &str, category: &str, form: SeenForm, feature: Option<&str>, name: &str, notes: &mut Notes) {
        let seen = Observation {
            field: field.to_owned(),
            category: Some(category.to_owned()),
            form,
            feature: feature.map(str::to_owned),
            ..Observation::toward(self.party.clone(), &self.host, self.strength)
        };
        notes.see(seen, name, None);
    }

    fn function_of_user_data(&self) -> Option<&'a str> {
        match (self.vendor, self.feature) {
            (Some(GOOGLE), Some("analytics")) => Some("user-provided-data"),
            (Some(GOOGLE), _) => Some("enhanced-conversions"),
            (_, feature) => feature,
        }
    }
}

/// What a template hashes is not in an export: only names tell.
pub(super) fn form_of(names: &[&str]) -> SeenForm {
    if names.iter().any(|it| is_of_digest(it)) { SeenForm::Pseudonymised } else { SeenForm::Plain }
}

/// A path as it is shown: nobody's is longer.
pub(super) fn shown(path: &str) -> &str {
    &path[..path.floor_char_boundary(200)]
}

/// A name as it is shown.
fn shortened(name: &str) -> String {
    name.chars().filter(|it| !it.is_control()).take(100).collect()
}

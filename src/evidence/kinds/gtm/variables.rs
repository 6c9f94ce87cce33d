//! Variables of a container: what a reference leads to in the end, through whatever chain. Values are never
//! taken, only where they come from.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::export::{is_on, list, parameter, references, text, texts};
use crate::evidence::code::objects;
use crate::evidence::tree::Tree;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin<'e> {
    /// A path of the data layer, or of an event's data.
    Layer(&'e str),
    /// Something whose name may tell what it is: a cookie, a header, an element.
    Called(&'e str),
    /// Something that the container itself says what it is.
    Is(&'static str),
    /// Code that reads it from somewhere.
    Somewhere,
}

/// Data of a person, handed over as such.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provided<'e> {
    /// The category.
    pub category: &'static str,
    /// Its key in the variable.
    pub key: &'e str,
    /// Where it comes from; nothing where the tag finds it on the page by itself.
    pub origin: Option<Origin<'e>>,
}

/// What references lead to.
#[derive(Debug, Default)]
pub struct Reached<'e> {
    /// Where values come from.
    pub origins: BTreeSet<Origin<'e>>,
    /// Variables of user-provided data.
    pub user_data: Vec<&'e Tree<'e>>,
    /// Settings that are kept in a variable, with rows of their own.
    pub settings: Vec<&'e Tree<'e>>,
    /// Names that no variable has.
    pub missing: BTreeSet<String>,
    /// There was more than anybody can follow.
    pub cut: bool,
}

/// The variables of a container, by name.
#[derive(Debug, Default)]
pub struct Variables<'e> {
    known: HashMap<&'e str, Variable<'e>>,
    built_in: HashMap<&'e str, &'e str>,
    /// Steps that are still taken.
    left: Cell<usize>,
}

#[derive(Debug)]
struct Variable<'e> {
    decl: &'e Tree<'e>,
    /// What it is made of.
    refers: Vec<&'e str>,
}

/// Variables behind one value, at most: nobody's container has as many, but anybody may write one.
const BEHIND: usize = 1_000;
/// Steps from variable to variable in one container, at most.
const STEPS: usize = 5_000_000;

/// Types of variables that hold nothing of a person: constants, random numbers, ids of the container.
const EMPTY: &[&str] = &["c", "r", "cid", "ctv", "dbg", "ev", "uv"];

/// Keys of user-provided data, and what they are.
const PROVIDED: &[(&str, &str)] = &[
    ("email", "contact.email"),
    ("email_address", "contact.email"),
    ("sha256_email_address", "contact.email"),
    ("sha256_phone_number", "contact.phone"),
    ("sha256_first_name", "id.name"),
    ("sha256_last_name", "id.name"),
    ("sha256_street", "contact.postal"),
    ("phone_number", "contact.phone"),
    ("phone", "contact.phone"),
    ("first_name", "id.name"),
    ("last_name", "id.name"),
    ("street", "contact.postal"),
    ("city", "contact.postal"),
    ("region", "contact.postal"),
    ("country", "contact.postal"),
    ("postal_code", "contact.postcode"),
];

/// What Google's tags look for on a page by themselves, where it is switched on.
const AUTOMATIC: &[(&str, &[&str])] = &[
    ("autoEmailEnabled", &["contact.email"]),
    ("autoPhoneEnabled", &["contact.phone"]),
    ("autoAddressEnabled", &["id.name", "contact.postal"]),
];

impl<'e> Variables<'e> {
    /// The variables of a container's version.
    pub fn of(version: &'e Tree<'e>) -> Variables<'e> {
        let known = list(version, "variable").iter().map(|decl| {
            let mut found = Vec::new();
            // What a table is asked by does not go on.
            let asked = |it: &&Tree| !(text(it, "key") == "input" && matches!(text(decl, "type"), "smm" | "remm"));
            list(decl, "parameter").iter().filter(asked).for_each(|it| texts(it, &mut found));
            let refers = found.into_iter().flat_map(references).collect();
            (text(decl, "name"), Variable { decl, refers })
        });
        let built_in = list(version, "builtInVariable").iter().map(|it| (text(it, "name"), text(it, "type")));
        Variables { known: known.collect(), built_in: built_in.collect(), left: Cell::new(STEPS) }
    }

    /// What the references in a text lead to.
    pub fn reach(&self, text: &str) -> Reached<'e> {
        self.behind(references(text))
    }

    /// What some variables lead to.
    pub fn behind<'n>(&self, names: impl Iterator<Item = &'n str>) -> Reached<'e>
    where
        'e: 'n,
    {
        let mut reached = Reached::default();
        let mut seen: HashSet<&'n str> = HashSet::new();
        let mut todo: Vec<&'n str> = names.take(BEHIND).collect();
        while let Some(name) = todo.pop() {
            // A variable that leads to itself leads nowhere.
            if !seen.insert(name) {
                continue;
            }
            let left = self.left.get();
            if seen.len() > BEHIND || left == 0 {
                reached.cut = true;
                break;
            }
            self.left.set(left - 1);
            match self.known.get(name) {
                Some(variable) => todo.extend(step(variable, &mut reached)),
                None => self.built_in(name, &mut reached),
            }
        }
        reached
    }

    fn built_in(&self, name: &str, reached: &mut Reached<'e>) {
        let Some(kind) = self.built_in.get(name) else {
            // Names with a line before them are the tag manager's own.
            if !name.starts_with('_') {
                reached.missing.insert(name.to_owned());
            }
            return;
        };
        let begins = |all: &[&str]| all.iter().any(|it| kind.starts_with(it));
        let category = match *kind {
            "PAGE_HOSTNAME" | "REQUEST_METHOD" | "CLIENT_NAME" => return,
            "QUERY_STRING" | "REQUEST_PATH" | "REFERRER" => "behaviour.pages",
            "VISITOR_REGION" => "location.coarse",
            _ if begins(&["PAGE_", "HISTORY_", "NEW_HISTORY", "OLD_HISTORY"]) => "behaviour.pages",
            _ if begins(&["CLICK_", "FORM_", "SCROLL_", "VIDEO_", "ELEMENT_", "EVENT", "ON_SCREEN", "PERCENT_"]) => "behaviour.events",
            _ => return,
        };
        reached.origins.insert(Origin::Is(category));
    }

    /// What a variable of user-provided data hands over: by hand, out of code, or what the tag finds by itself.
    pub fn provided(&self, decl: &'e Tree<'e>) -> BTreeSet<Provided<'e>> {
        let mut found = BTreeSet::new();
        if parameter(decl, "mode") == "AUTO" {
            for (key, categories) in AUTOMATIC.iter().filter(|it| is_on(decl, it.0)) {
                found.extend(categories.iter().map(|it| Provided { category: it, key, origin: None }));
            }
        }
        for item in list(decl, "parameter") {
            let (key, value) = (text(item, "key"), text(item, "value"));
            if let Some((_, category)) = provided_as(key) {
                found.extend(self.reach(value).origins.into_iter().map(|it| Provided { category, key, origin: Some(it) }));
            } else if key == "dataSource" {
                found.extend(self.object(key, value));
            }
        }
        found
    }

    /// The text itself, or that of the constant it stands for.
    pub fn constant<'s>(&self, value: &'s str) -> &'s str
    where
        'e: 's,
    {
        let name = value.strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
        let decl = name.and_then(|it| self.known.get(it)).map(|it| it.decl).filter(|it| text(it, "type") == "c");
        decl.map_or(value, |it| parameter(it, "value"))
    }

    /// What an object hands over to which a text refers: by the keys that code gives it, or as a whole.
    pub fn object(&self, key: &'e str, value: &str) -> BTreeSet<Provided<'e>> {
        let code = references(value).filter_map(|it| self.known.get(it)).filter(|it| text(it.decl, "type") == "jsm");
        let found: BTreeSet<Provided> = code.flat_map(|it| self.members(parameter(it.decl, "javascript"))).collect();
        if !found.is_empty() {
            return found;
        }
        self.reach(value).origins.into_iter().map(|it| Provided { category: "unknown", key, origin: Some(it) }).collect()
    }

    fn members(&self, code: &'e str) -> Vec<Provided<'e>> {
        let mut found = Vec::new();
        for member in objects::members(code).iter().filter(|it| !it.is_constant()) {
            let last = member.path.rsplit('.').next().unwrap_or_default();
            let Some((key, category)) = provided_as(last) else { continue };
            let mut origins = self.reach(member.expression).origins;
            // Code has names of its own for what it reads.
            if references(member.expression).next().is_none() {
                origins.insert(Origin::Somewhere);
            }
            found.extend(origins.into_iter().map(|it| Provided { category, key, origin: Some(it) }));
        }
        found
    }
}

/// What a variable is by itself; what it is made of is followed.
fn step<'v, 'e>(variable: &'v Variable<'e>, reached: &mut Reached<'e>) -> &'v [&'e str] {
    let decl = variable.decl;
    let kind = text(decl, "type");
    match kind {
        "awec" => {
            reached.user_data.push(decl);
            return &[];
        }
        "gtes" | "gtcs" | "gas" => {
            reached.settings.push(decl);
            return &[];
        }
        _ => {}
    }
    let name = |key: &str| Some(parameter(decl, key)).filter(|it| !it.is_empty());
    let origin = match kind {
        "v" => name("name").map(Origin::Layer),
        "ed" => name("keyPath").map(Origin::Layer),
        "k" | "j" => name("name").map(Origin::Called),
        "d" => name("elementId").or(name("elementSelector")).map(Origin::Called).or(Some(Origin::Somewhere)),
        "u" => match parameter(decl, "component") {
            "HOST" | "PROTOCOL" | "PORT" | "EXTENSION" => None,
            "QUERY" => name("queryKey").map(Origin::Called).or(Some(Origin::Is("behaviour.pages"))),
            _ => Some(Origin::Is("behaviour.pages")),
        },
        "f" => Some(Origin::Is("behaviour.pages")),
        "aev" | "e" | "vis" => Some(Origin::Is("behaviour.events")),
        "rh" => name("headerName").map(header),
        _ if EMPTY.contains(&kind) => None,
        // A table of constants gives constants.
        "smm" | "remm" => None,
        _ if variable.refers.is_empty() => Some(Origin::Somewhere),
        _ => None,
    };
    reached.origins.extend(origin);
    &variable.refers
}

fn provided_as(key: &str) -> Option<(&'static str, &'static str)> {
    PROVIDED.iter().find(|it| it.0 == key).copied()
}

fn header(name: &str) -> Origin<'_> {
    match name.to_lowercase().as_str() {
        "user-agent" => Origin::Is("online.user-agent"),
        "x-forwarded-for" | "x-real-ip" | "forwarded" | "cf-connecting-ip" | "true-client-ip" | "x-appengine-user-ip" => {
            Origin::Is("online.ip")
        }
        "cookie" => Origin::Is("online.cookie"),
        "referer" => Origin::Is("behaviour.pages"),
        "x-gclb-country" | "x-gclb-region" | "x-appengine-city" | "x-appengine-region" | "x-appengine-country" => {
            Origin::Is("location.coarse")
        }
        _ => Origin::Called(name),
    }
}

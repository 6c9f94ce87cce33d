//! What a project says besides who passes what to whom: roles, kinds, bases, contracts, policies. The
//! walks do not depend on it, the rules do.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;

use super::category::{COUNTRIES, GATES};
use super::declared::{Form, Project, Selector, What, Word};
use super::generate::{project, selector, words};
use super::yaml;

/// Bases of activities and flows.
pub static BASES: &[&str] = &["consent", "contract", "legitimate-interest", "legal-obligation"];
/// Kinds of recipients.
pub static KINDS: &[&str] = &["advertising", "seller"];
/// Roles of recipients.
pub static ROLES: &[&str] = &["processor", "controller"];
/// Zones and tags.
pub static NAMES: &[&str] = &["alpha", "beta"];
/// The forms a policy names.
pub static FORMS: &[Form] = &[Form::Plain, Form::Pseudonymised, Form::Encrypted, Form::Anonymised];

/// The dress of a project. Entries are taken in turn, so that there are as many as are needed; an
/// empty list says nothing.
#[derive(Clone, Debug, Default)]
pub struct Dress {
    pub activities: Vec<ActivityDress>,
    pub nodes: Vec<NodeDress>,
    /// The basis of each flow.
    pub bases: Vec<Option<usize>>,
    pub policies: Vec<Policy>,
}

#[derive(Clone, Debug)]
pub struct ActivityDress {
    pub basis: Option<usize>,
    /// It states a condition for all special categories.
    pub special: bool,
    pub tag: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct NodeDress {
    pub zone: Option<usize>,
    pub tags: Vec<usize>,
    pub kind: Option<usize>,
    pub role: Option<usize>,
    /// A contract, with what it is for.
    pub contract: Option<Selector>,
    pub transfer: bool,
}

/// Where a policy looks: lists by position, empty where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub external: bool,
    pub roles: Vec<usize>,
    pub kinds: Vec<usize>,
    /// Countries; the one after the last is `outside-eea`.
    pub countries: Vec<usize>,
    /// Systems and recipients.
    pub nodes: Vec<usize>,
    pub zones: Vec<usize>,
    pub tags: Vec<usize>,
}

impl Place {
    /// Nothing is said.
    pub fn is_silent(&self) -> bool {
        let lists = [&self.roles, &self.kinds, &self.countries, &self.nodes, &self.zones, &self.tags];
        !self.external && lists.iter().all(|it| it.is_empty())
    }
}

/// Activities, or all that have a tag.
#[derive(Clone, Copy, Debug)]
pub enum Serves {
    Activity(usize),
    Tag(usize),
}

#[derive(Clone, Debug)]
pub struct Policy {
    pub deny: Selector,
    pub forms: Vec<usize>,
    pub serves: Vec<Serves>,
    pub to: Place,
    pub unless: Option<Unless>,
}

#[derive(Clone, Debug)]
pub struct Unless {
    pub gates: Vec<usize>,
    pub forms: Vec<usize>,
    pub bases: Vec<usize>,
    pub serves: Vec<Serves>,
    pub to: Place,
}

impl Dress {
    pub fn activity(&self, at: usize) -> Option<&ActivityDress> {
        self.activities.get(at % self.activities.len().max(1))
    }

    pub fn node(&self, at: usize) -> Option<&NodeDress> {
        self.nodes.get(at % self.nodes.len().max(1))
    }

    /// The basis of a flow, by its sender and its target.
    pub fn basis(&self, from: usize, to: usize) -> Option<usize> {
        self.bases.get((from * 3 + to) % self.bases.len().max(1)).copied().flatten()
    }
}

/// A project in a dress.
pub fn dressed() -> impl Strategy<Value = Project> {
    (project(), vec(activity(), 2), vec(node(), 5), vec(weighted(0.2, 0..BASES.len()), 4), vec(policy(), 0..=3)).prop_map(
        |(mut project, activities, nodes, bases, policies)| {
            project.dress = Dress { activities, nodes, bases, policies };
            let (fields, subjects) = (project.fields.len(), project.subjects.len());
            for node in &mut project.dress.nodes {
                node.contract.iter_mut().for_each(|it| plain(it, fields, subjects));
            }
            let (all, given) = (project.nodes.len(), project.activities);
            let tags: Vec<Option<usize>> = (0..given).map(|it| project.dress.activities[it].tag).collect();
            for it in &mut project.dress.policies {
                plain(&mut it.deny, fields, subjects);
                it.deny.unknown = false;
                if it.deny.words.is_empty() {
                    it.deny.words.push(Word { excludes: false, subject: None, what: What::All, transforms: Vec::new() });
                }
                let known = |it: &Serves| match it {
                    Serves::Activity(at) => *at < given,
                    Serves::Tag(at) => tags.contains(&Some(*at)),
                };
                it.serves.retain(known);
                it.to.nodes.iter_mut().for_each(|it| *it %= all);
                if let Some(unless) = &mut it.unless {
                    unless.serves.retain(known);
                    unless.to.nodes.iter_mut().for_each(|it| *it %= all);
                }
                // What it said may just have gone.
                it.unless = it.unless.take().filter(yaml::unless_says);
            }
            project
        },
    )
}

fn plain(it: &mut Selector, fields: usize, subjects: usize) {
    words(it, fields, subjects);
    it.words.iter_mut().for_each(|word| word.transforms.clear());
}

fn activity() -> impl Strategy<Value = ActivityDress> {
    (weighted(0.8, 0..BASES.len()), any::<bool>(), of(0..NAMES.len())).prop_map(|(basis, special, tag)| ActivityDress {
        basis,
        special,
        tag,
    })
}

fn node() -> impl Strategy<Value = NodeDress> {
    let says = (weighted(0.4, 0..NAMES.len()), vec(0..NAMES.len(), 0..=1), weighted(0.4, 0..KINDS.len()), weighted(0.8, 0..ROLES.len()));
    (says, weighted(0.6, selector(2)), weighted(0.3, Just(()))).prop_map(|((zone, tags, kind, role), contract, transfer)| NodeDress {
        zone,
        tags,
        kind,
        role,
        contract,
        transfer: transfer.is_some(),
    })
}

fn place(often: f64) -> impl Strategy<Value = Place> {
    let some = move |count: usize| weighted(often, vec(0..count, 1..=2)).prop_map(|it| it.unwrap_or_default());
    let first = (some(ROLES.len()), some(KINDS.len()), some(COUNTRIES.len()));
    (first, some(10), some(NAMES.len()), some(NAMES.len())).prop_map(|((roles, kinds, countries), nodes, zones, tags)| Place {
        external: false,
        roles,
        kinds,
        // An unknown country is no word of a policy: `outside-eea` stands in its place.
        countries,
        nodes,
        zones,
        tags,
    })
}

fn serves(often: f64) -> impl Strategy<Value = Vec<Serves>> {
    let one = prop_oneof![(0..2usize).prop_map(Serves::Activity), (0..NAMES.len()).prop_map(Serves::Tag)];
    weighted(often, vec(one, 1..=2)).prop_map(|it| it.unwrap_or_default())
}

fn policy() -> impl Strategy<Value = Policy> {
    let forms = |often| weighted(often, vec(0..FORMS.len(), 1..=2)).prop_map(|it| it.unwrap_or_default());
    // Said as `external`, said by keys, or not at all, which is `external` too.
    let to = prop_oneof![
        2 => Just(Place { external: true, ..Place::default() }),
        3 => place(0.3),
        1 => Just(Place::default()),
    ];
    let gates = weighted(0.5, vec(1..GATES.len(), 1..=2)).prop_map(|it| it.unwrap_or_default());
    let bases = weighted(0.3, vec(0..BASES.len(), 1..=2)).prop_map(|it| it.unwrap_or_default());
    let unless = (gates, forms(0.3), bases, serves(0.2), place(0.1))
        .prop_map(|(gates, forms, bases, serves, to)| Unless { gates, forms, bases, serves, to })
        .prop_filter("an exception says something", yaml::unless_says);
    (selector(1), forms(0.3), serves(0.2), to, weighted(0.5, unless)).prop_map(|(deny, forms, serves, to, unless)| Policy {
        deny,
        forms,
        serves,
        to,
        unless,
    })
}

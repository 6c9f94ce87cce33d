//! Every rule on the map: one file a family, one page a rule in `docs/`. Rules read everything and
//! change nothing.

mod access;
mod actors;
mod case;
mod ceilings;
mod consent;
mod contracts;
mod evidence;
mod forms;
mod impact;
mod languages;
mod lawfulness;
mod leg;
mod mechanisms;
mod notices;
mod party;
mod policies;
mod purpose;
mod recipients;
mod record;
mod responsibility;
mod retention;
mod rights;
mod roles;
mod sensitive;
mod trade;
mod transfers;
mod upkeep;

pub use case::Case;

use crate::finding::{Findings, LANGUAGE, Rule};
use crate::verdict;

/// Rules that one look at the map decides together.
struct Family {
    rules: &'static [&'static Rule],
    check: fn(&Case, &mut Findings),
}

/// Every family, in the order in which `ropa rules` lists them.
static FAMILIES: &[&Family] = &[
    &record::FAMILY,
    &responsibility::FAMILY,
    &upkeep::FAMILY,
    &languages::FAMILY,
    &ceilings::FAMILY,
    &lawfulness::FAMILY,
    &consent::FAMILY,
    &sensitive::FAMILY,
    &impact::FAMILY,
    &forms::FAMILY,
    &purpose::FAMILY,
    &recipients::FAMILY,
    &roles::FAMILY,
    &actors::FAMILY,
    &contracts::FAMILY,
    &transfers::FAMILY,
    &mechanisms::FAMILY,
    &retention::FAMILY,
    &notices::FAMILY,
    &rights::FAMILY,
    &access::FAMILY,
    &trade::FAMILY,
    &policies::FAMILY,
    &evidence::FAMILY,
];

/// Every rule there is: on the map, of the lock and waivers, of the language.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules).chain(verdict::RULES).chain(LANGUAGE).copied()
}

/// Asks every rule on the map.
pub fn check(case: &Case, out: &mut Findings) {
    for family in FAMILIES {
        (family.check)(case, out);
    }
}

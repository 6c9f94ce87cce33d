//! Every rule on the map: one file a family, one page a rule in `docs/`. Rules read everything and
//! change nothing.

mod case;
mod forms;
mod lawfulness;
mod recipients;
mod record;
mod sensitive;
mod transfers;

pub use case::Case;

use crate::finding::{Findings, LANGUAGE, Rule};
use crate::verdict;

/// Rules that one look at the map decides together.
struct Family {
    rules: &'static [&'static Rule],
    check: fn(&Case, &mut Findings),
}

/// Every family, in the order in which `ropa rules` lists them.
static FAMILIES: &[&Family] =
    &[&record::FAMILY, &lawfulness::FAMILY, &sensitive::FAMILY, &forms::FAMILY, &recipients::FAMILY, &transfers::FAMILY];

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

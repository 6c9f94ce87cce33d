//! The kinds of captures, one file each.

mod bearer;
mod blacklight;
mod csp;
mod dbt;
mod gtm;
mod har;
mod html;
mod inspection;
mod marks;
mod observations;
mod openlineage;
mod packages;
mod piiflow;
mod privado;
mod told;
#[cfg(test)]
pub(super) mod trial;
mod wec;

use super::Kind;

/// Every kind, in the order in which they are listed to people.
pub static KINDS: &[&Kind] = &[
    &har::HAR,
    &gtm::GTM,
    &wec::WEC,
    &blacklight::BLACKLIGHT,
    &dbt::DBT,
    &openlineage::OPENLINEAGE,
    &html::HTML,
    &packages::PACKAGES,
    &bearer::BEARER,
    &privado::PRIVADO,
    &piiflow::PIIFLOW,
    &csp::CSP,
    &observations::OBSERVATIONS,
];

/// The kind of a name.
pub fn named(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|it| it.id == id)
}

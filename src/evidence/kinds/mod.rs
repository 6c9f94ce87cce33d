//! The kinds of captures, one file each.

mod bearer;
mod blacklight;
mod dbt;
mod har;
mod inspection;
mod marks;
mod observations;
mod openlineage;
mod privado;
mod told;
#[cfg(test)]
mod trial;
mod wec;

use super::Kind;

/// Every kind, in the order in which they are listed to people.
pub static KINDS: &[&Kind] = &[
    &har::HAR,
    &wec::WEC,
    &blacklight::BLACKLIGHT,
    &dbt::DBT,
    &openlineage::OPENLINEAGE,
    &bearer::BEARER,
    &privado::PRIVADO,
    &observations::OBSERVATIONS,
];

/// The kind of a name.
pub fn named(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|it| it.id == id)
}

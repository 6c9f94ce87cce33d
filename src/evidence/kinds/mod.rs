//! The kinds of captures, one file each.

mod csp;
mod gtm;
mod har;
mod html;
mod observations;
mod packages;
#[cfg(test)]
mod sample;

use super::Kind;

/// Every kind, in the order in which they are listed to people.
pub static KINDS: &[&Kind] = &[&har::HAR, &gtm::GTM, &html::HTML, &packages::PACKAGES, &csp::CSP, &observations::OBSERVATIONS];

/// The kind of a name.
pub fn named(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|it| it.id == id)
}

//! What is given: articles, bases, countries, mechanisms, transforms, vendors and words, from
//! `registry/` with the project's own sections laid over it.

mod form;
mod given;
mod laid;
mod adequacy;

pub use form::{Form, Step};
pub use given::{Law, Table, given};
pub use adequacy::{Adequacy, ADEQUATE_FOR_ALL};

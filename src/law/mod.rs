//! What is given: articles, bases, countries, mechanisms, transforms, vendors and words, from
//! `registry/` with the project's own sections laid over it.

mod adequacy;
mod catalogue;
mod entities;
mod form;
mod given;
mod laid;
mod meaning;
mod transfer;

pub use adequacy::{ADEQUATE_FOR_ALL, Adequacy};
pub use catalogue::Catalogue;
pub use entities::{domains, entity_of};
pub use form::{Form, Step};
pub use given::{Law, Table, given};
pub use meaning::{conflict, is_same};
pub use transfer::{Doubt, Ground, clauses_have_modules, clauses_need_module};

//! What templates see: the only structs that are made to be rendered, built by pure functions.

mod cell;
mod concerns;
mod diagram;
mod exposed;
mod fields;
mod gaps;
mod house;
mod layout;
mod links;
mod matrix;
mod overview;
mod reading;
mod recipient;
mod record;
mod record_further;
mod rules;
mod systems;
pub mod tables;
mod transfer;

pub use cell::{Badge, Line, Link, Origin, Section, Value};
pub use concerns::{Concern, Concerns};
pub use diagram::{Carried, Diagram, carried, diagram};
pub use exposed::{Delivery, Exposed, Path, PathStep, deliveries};
pub use fields::{FieldRow, FieldsPage, fields};
pub use gaps::{Article, Gap, GapGroup, GapLevel, GapsPage, gaps};
pub use house::{AnswerRow, ChangedLevel, HousePage, PolicyRow, WaiverRow, house};
pub use layout::{Around, Arrow, BoxKind, Drawn, Node, Placed, Zone, place};
pub use links::{Links, file_names};
pub use matrix::{MatrixCell, MatrixPage, MatrixRow, matrix};
pub use overview::{ActivityRow, Count, Overview, RecipientRow, overview};
pub use reading::{Reading, written};
pub use recipient::{RecipientPage, recipient};
pub use record::{RecordPage, record};
pub use rules::{RuleRow, RulesPage, rules};
pub use systems::{SystemEntry, SystemsPage, systems};

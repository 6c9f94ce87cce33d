//! The graph of flows and who is reached: least fixpoint, gates on every path, witnesses.

mod annotate;
mod countries;
mod disclosed;
mod exposure;
mod graph;
mod held;
mod holdings;
mod labels;
mod map;
mod origins;
mod ours;
mod processing;
mod reach;
mod reidentify;
mod sets;
mod staff;
mod state;
mod told;
mod walk;

pub use countries::{Countries, Destination};
pub use disclosed::{Delivery, delivered};
pub use exposure::Exposure;
pub use graph::FlowGraph;
pub use holdings::{Arrival, Holding, Holdings, items_named};
pub use labels::Label;
pub use map::Map;
pub use origins::Origins;
pub use processing::{Disclosure, Processing, ThirdCountry, third_countries};
pub use reidentify::Bases;
pub use sets::{SetId, Sets};
pub use staff::{Needs, Read, Reader, Reads, log_is_due, reads};
pub use state::{Hop, Reach, State, StateId, Transition};
pub use told::{Abroad, Heard, Outflow, Purpose, Told, exempt, outflows, purposes, unassigned};
pub use walk::{Step, Walks, Wanted};

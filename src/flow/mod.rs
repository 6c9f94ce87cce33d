//! The graph of flows and who is reached: least fixpoint, gates on every path, witnesses.

mod countries;
mod exposure;
mod graph;
mod held;
mod map;
mod processing;
mod reach;
mod reidentify;
mod sets;
mod walk;

pub use countries::{Countries, Destination};
pub use exposure::{Exposure, Label};
pub use graph::FlowGraph;
pub use map::Map;
pub use processing::{Disclosure, Processing, ThirdCountry, third_countries};
pub use reach::{Hop, Reach, State, StateId, Transition};
pub use sets::{SetId, Sets};
pub use walk::{Step, Walks, Wanted};

//! Everything that is written out; the only room that writes files.

pub mod csv;
pub mod diff;
pub mod dpv;
pub mod file;
mod filters;
pub mod findings;
pub mod graph;
pub mod html;
pub mod incident;
pub mod json;
pub mod markdown;
pub mod observations;
pub mod page;
pub mod report;
pub mod scc;
pub mod text;
pub mod trace;
pub mod view;
pub mod xlsx;

//! From findings to a verdict: the lock, waivers and levels.

mod judge;

pub use judge::{Judged, Summary, Verdict};

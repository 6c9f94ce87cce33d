//! From findings to a verdict: the lock, waivers and levels.

mod accept;
mod answers;
mod choose;
mod judge;
mod levels;
mod lock;
mod waive;

pub use accept::{Accept, accept};
pub use choose::{About, about, choose, waiting};
pub use judge::{Judged, Summary, Verdict, is_ours, judge};
pub use lock::{Beyond, Change, Changes, Lock, Row, RowState, Turn, granularity, nearest, replaced, row, rows};

use crate::finding::Rule;

/// The rules of the lock and of waivers.
pub static RULES: &[&Rule] = &[
    &lock::NEW_EXPOSURE,
    &lock::WEAKENED_EXPOSURE,
    &lock::STALE_LOCK,
    &waive::EXPIRED_WAIVER,
    &waive::UNUSED_WAIVER,
    &waive::OVERLONG_WAIVER,
    &waive::DUE_WAIVER,
    &waive::UNBOUND_WAIVER,
    &answers::UNUSED_ANSWER,
];

//! Long lists as far as a page stays readable: what is shown, and how much more there is.

use serde::Serialize;

/// Rows of one table, at most.
pub const ROWS: usize = 100;

/// Names in one cell, at most.
pub const NAMES: usize = 16;

/// The first of many.
#[derive(Clone, Debug, Serialize)]
pub struct Shown<T> {
    /// What is shown.
    pub rows: Vec<T>,
    /// How many more there are.
    pub more: usize,
}

impl<T> Shown<T> {
    /// The first of all; only what is shown is made.
    pub fn first<S>(all: impl IntoIterator<Item = S>, most: usize, make: impl FnMut(S) -> T) -> Shown<T> {
        let mut all = all.into_iter();
        let rows = all.by_ref().take(most).map(make).collect();
        Shown { rows, more: all.count() }
    }
}

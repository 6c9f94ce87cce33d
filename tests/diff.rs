//! `ropa diff`: two states compared by meaning, each change with the edit behind it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "diff/causes.rs"]
mod causes;
#[path = "diff/project.rs"]
mod project;

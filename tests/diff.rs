//! `ropa diff`: two states compared by meaning, each change with the edit behind it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "diff/causes.rs"]
mod causes;
#[path = "diff/comment.rs"]
mod comment;
#[path = "diff/git.rs"]
mod git;
#[path = "diff/history.rs"]
mod history;
#[path = "diff/project.rs"]
mod project;
#[path = "diff/symmetry.rs"]
mod symmetry;

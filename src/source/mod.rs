//! Every text and its places: the only room that opens input files and knows YAML.

mod bundle;
mod captures;
mod de;
pub mod edit;
pub mod edits;
pub mod git;
mod imports;
mod like;
mod near;
pub mod owners;
mod place;
mod problem;
mod spanned;
mod tree;
mod walk;
mod write;

pub use bundle::bundle;
pub use captures::{Captures, capture, fits};
pub use de::{Translated, read, read_with_texts};
pub use imports::{Import, ImportDecl, imports};
pub use like::like;
pub use near::nearest;
pub use place::{BUILT_IN, Brought, FileId, Place, Source, Sources, Span};
pub use problem::{Problem, ProblemKind};
pub use spanned::{Bare, Entries, Entry, Lossy, Many, Maybe, Short, Spanned};
pub use walk::{Opened, Project, find_root, load, prefix, repository, text};
pub use write::scalar;

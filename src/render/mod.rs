//! Everything that is written out; the only room that writes files.

pub mod csv;
pub mod file;
pub mod findings;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
pub mod view;
pub mod xlsx;

//! Captures that a project's evidence names: found by pattern, opened like any text of the project, and
//! read as they come, for they may be large.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::walk::{BEYOND, DEPTH, regular, said};

/// Where captures come from.
#[derive(Clone, Debug, Default)]
pub enum Captures {
    /// Nowhere: a state out of a repository is a map, and no capture belongs to it.
    #[default]
    None,
    /// A project's folder.
    Folder(PathBuf),
    /// Memory, by path.
    Texts(BTreeMap<String, Vec<u8>>),
}

/// Whether a path below the project's folder is one that a pattern names.
pub fn fits(pattern: &str, path: &str) -> bool {
    fast_glob::glob_match(pattern, path)
}

impl Captures {
    /// The files that a pattern names, sorted: `*` stands for a part of a name, `**` for folders.
    pub fn matching(&self, pattern: &str) -> Vec<String> {
        let fits = |path: &str| fits(pattern, path);
        match self {
            Captures::None => Vec::new(),
            Captures::Texts(texts) => texts.keys().filter(|it| fits(it)).cloned().collect(),
            Captures::Folder(root) => {
                // The walk begins where the pattern begins to leave something open.
                let fixed = pattern.split_inclusive('/').take_while(|it| it.ends_with('/') && !it.contains(['*', '?', '[', '{']));
                let start = root.join(fixed.collect::<String>());
                let walk = WalkDir::new(start).max_depth(DEPTH).into_iter();
                let visible = walk.filter_entry(|it| it.depth() == 0 || !it.file_name().to_string_lossy().starts_with('.'));
                let files = visible.filter_map(Result::ok).filter(|it| !it.file_type().is_dir());
                let mut found: Vec<String> = files.filter_map(|it| below(root, it.path())).filter(|it| fits(it)).collect();
                found.sort();
                found
            }
        }
    }

    /// Opens one of them; else says why not.
    pub fn open(&self, path: &str) -> Result<Box<dyn Read + Send + '_>, String> {
        match self {
            Captures::None => Err("there is no folder to read it from".to_owned()),
            Captures::Texts(texts) => match texts.get(path) {
                Some(bytes) => Ok(Box::new(bytes.as_slice())),
                None => Err("does not exist".to_owned()),
            },
            Captures::Folder(root) => {
                let real = fs::canonicalize(root.join(path)).map_err(|error| said(&error))?;
                if !real.starts_with(root) {
                    return Err(BEYOND.to_owned());
                }
                opened(&real)
            }
        }
    }
}

/// Opens a file that somebody named on the command line.
pub fn capture(path: &Path) -> Result<Box<dyn Read + Send>, String> {
    opened(path)
}

fn opened(path: &Path) -> Result<Box<dyn Read + Send>, String> {
    regular(path).map_err(|(_, why)| why)?;
    let file = fs::File::open(path).map_err(|error| said(&error))?;
    Ok(Box::new(io::BufReader::with_capacity(1 << 16, file)))
}

fn below(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

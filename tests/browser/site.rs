//! Registers as the program writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The one page of a register in one file.
pub const SINGLE: &str = "register.html";

/// The day of projects that name none.
pub const TODAY: &str = "2026-09-01";

/// A folder of pages.
pub struct Site {
    folder: TempDir,
    /// Their paths in the folder, sorted.
    pub pages: Vec<String>,
}

impl Site {
    /// The register of a project on a day.
    pub fn of(project: &Path, today: &str) -> Self {
        Self::with(project, today, &[])
    }

    /// The same, compared with another project.
    pub fn since(project: &Path, today: &str, other: &Path) -> Self {
        Self::with(project, today, &["--since".as_ref(), other])
    }

    fn with(project: &Path, today: &str, options: &[&Path]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        render(project, today, &[&["--out".as_ref(), folder.path()], options].concat());
        let files = walkdir::WalkDir::new(folder.path()).sort_by_file_name().into_iter().map(Result::unwrap);
        let pages = files.filter(|it| it.path().extension().is_some_and(|it| it == "html"));
        let pages = pages.map(|it| it.path().strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()).collect();
        Self { folder, pages }
    }

    /// The same as one file.
    pub fn single(project: &Path, today: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        render(project, today, &["--single-file".as_ref(), "--out".as_ref(), &folder.path().join(SINGLE)]);
        Self { folder, pages: vec![SINGLE.to_owned()] }
    }

    /// The register of an example.
    pub fn of_example(name: &str) -> Self {
        let (project, today) = example(name);
        Self::of(&project, &today)
    }

    pub fn path(&self, page: &str) -> PathBuf {
        self.folder.path().join(page)
    }

    /// One page of each kind, the largest, in the first language.
    pub fn kinds(&self) -> Vec<String> {
        let is_language = |folder: &str| self.pages.contains(&format!("{folder}/index.html"));
        let mut largest: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
        for page in &self.pages {
            let kind = page.split_once('/').map_or(page.as_str(), |(folder, _)| folder);
            if !is_language(kind) {
                let this = (fs::metadata(self.path(page)).unwrap().len(), page.as_str());
                let known = largest.entry(kind).or_insert(this);
                *known = this.max(*known);
            }
        }
        largest.values().map(|(_, page)| (*page).to_owned()).collect()
    }
}

fn render(project: &Path, today: &str, to: &[&Path]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
    let out = command.arg("render").arg(project).args(["--today", today]).args(to).output().unwrap();
    assert!(out.status.success(), "{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
}

/// An example and the first day that its expectations speak of.
pub fn example(name: &str) -> (PathBuf, String) {
    let folder = examples().join(name);
    let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
    let day = expected.lines().find_map(|line| line.strip_prefix("# today: ")).unwrap_or(TODAY);
    (folder, day.to_owned())
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The names of all examples.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(examples())
        .unwrap()
        .map(Result::unwrap)
        .filter(|it| it.path().join("ropa.yaml").is_file())
        .map(|it| it.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

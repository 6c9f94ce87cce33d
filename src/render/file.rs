//! The only place that writes files: replaced whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

/// The list of pages in a folder, so that the next run can remove what it no longer writes.
const LIST: &str = ".ropa-pages";

/// A folder of pages being written.
pub struct Folder {
    root: PathBuf,
    written: Mutex<BTreeSet<String>>,
}

impl Folder {
    /// Opens a folder, made where it is absent.
    pub fn open(folder: &Path) -> anyhow::Result<Folder> {
        fs::create_dir_all(folder).with_context(|| format!("creating `{}`", folder.display()))?;
        let root = fs::canonicalize(folder).with_context(|| format!("opening `{}`", folder.display()))?;
        Ok(Folder { root, written: Mutex::default() })
    }

    /// Writes a page, replaced whole. No page leaves the folder, neither by its path nor through a
    /// symbolic link.
    pub fn put(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let to = below(&self.root, path)?;
        // A page is made again by the next run: it is replaced in one step, and not waited for.
        let next = beside(&to)?;
        next.as_file().write_all(text.as_bytes()).with_context(|| format!("writing `{}`", to.display()))?;
        persist(next, &to)?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Ok(())
    }

    /// Removes pages that an earlier run wrote here and this one did not; what else is there stays.
    pub fn finish(self) -> anyhow::Result<()> {
        let known = fs::read_to_string(self.root.join(LIST)).unwrap_or_default();
        let written = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        for gone in known.lines().filter(|it| it.ends_with(".html") && !written.contains(*it)) {
            if self.root.join(gone).is_file() {
                fs::remove_file(below(&self.root, gone)?).with_context(|| format!("removing `{gone}`"))?;
            }
        }
        let list: String = written.iter().map(|path| format!("{path}\n")).collect();
        replace(&self.root.join(LIST), list.as_bytes())
    }
}

/// The place of a page below a folder, its own folders made on the way.
fn below(root: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let parts: Vec<Component> = Path::new(path).components().collect();
    let plain = parts.iter().all(|part| matches!(part, Component::Normal(_)));
    if parts.is_empty() || !plain || path.contains(['\\', '\0']) {
        bail!("writing `{path}`: the path leaves the folder");
    }
    let mut at = root.to_owned();
    for (position, part) in parts.iter().enumerate() {
        at.push(part);
        let known = fs::symlink_metadata(&at);
        if known.as_ref().is_ok_and(|it| it.is_symlink()) && !fs::canonicalize(&at).is_ok_and(|real| real.starts_with(root)) {
            bail!("writing `{path}`: `{}` is a symbolic link that leads out of the folder", at.display());
        }
        if position + 1 < parts.len() && known.is_err() {
            fs::create_dir_all(&at).with_context(|| format!("creating `{}`", at.display()))?;
        }
    }
    Ok(at)
}

/// Replaces a file in one step: readers see the old text or the new one, an interrupted run leaves
/// the old one whole.
pub fn replace(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    stream(path, |out| out.write_all(text).map_err(anyhow::Error::from))
}

/// The same for what is written piece by piece.
pub fn stream(path: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(beside(path)?);
    write(&mut out).and_then(|()| out.flush().map_err(anyhow::Error::from)).with_context(|| format!("writing `{}`", path.display()))?;
    let next =
        out.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error())).with_context(|| format!("writing `{}`", path.display()))?;
    next.as_file().sync_all().with_context(|| format!("writing `{}`", path.display()))?;
    persist(next, path)
}

/// A file beside another, to take its place.
fn beside(path: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ropa-").permissions_of(path).tempfile_in(folder).with_context(|| format!("writing beside `{}`", path.display()))
}

fn persist(next: NamedTempFile, path: &Path) -> anyhow::Result<()> {
    next.persist(path).map(drop).with_context(|| format!("replacing `{}`", path.display()))
}

trait PermissionsOf {
    fn permissions_of(&mut self, path: &Path) -> &mut Self;
}

impl PermissionsOf for tempfile::Builder<'_, '_> {
    /// The permissions of the file to be replaced; for a new file, what any program would give it.
    #[cfg(unix)]
    fn permissions_of(&mut self, path: &Path) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        let known = std::fs::metadata(path).map(|it| it.permissions()).ok();
        self.permissions(known.unwrap_or_else(|| std::fs::Permissions::from_mode(0o644)))
    }

    #[cfg(not(unix))]
    fn permissions_of(&mut self, _: &Path) -> &mut Self {
        self
    }
}

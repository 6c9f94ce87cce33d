//! The only place that writes files: replaced whole or not at all.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

/// Replaces a file in one step: readers see the old text or the new one, an interrupted run leaves
/// the old one whole.
pub fn replace(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut next = tempfile::Builder::new()
        .prefix(".ropa-")
        .permissions_of(path)
        .tempfile_in(folder)
        .with_context(|| format!("writing beside `{}`", path.display()))?;
    next.write_all(text).and_then(|()| next.as_file().sync_all()).with_context(|| format!("writing `{}`", path.display()))?;
    next.persist(path).with_context(|| format!("replacing `{}`", path.display()))?;
    Ok(())
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

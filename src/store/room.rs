//! How much room the disk has on which a folder lies. Asks the system; decides nothing.

use std::path::Path;

/// Bytes that may still be written where a folder lies, or will lie; none where the system does not say.
#[must_use]
pub fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.exists()).filter(|folder| !folder.as_os_str().is_empty());
    free_at(there.unwrap_or(Path::new(".")))
}

#[cfg(unix)]
fn free_at(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

#[cfg(not(unix))]
fn free_at(_: &Path) -> Option<u64> {
    None
}

//! The folder of a store: made for its owner alone, and on this machine.

use std::fs;
use std::path::Path;

use super::StoreError;

/// Makes a store's folder where there is none.
pub(super) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let io = |error: std::io::Error| StoreError::Io { path: folder.to_owned(), what: error.to_string() };
    make_private(folder).map_err(io)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        // What customers ask and were told is nobody's business who can read the repository beside it.
        fs::write(&ignore, "*\n").map_err(io)?;
    }
    Ok(())
}

/// Makes the folder, for its owner alone.
fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Refuses folders that another machine serves: their locks do not hold.
#[cfg(target_os = "linux")]
pub(super) fn on_this_machine(path: &Path) -> Result<(), String> {
    /// Numbers of NFS, SMB 1, CIFS, SMB 2, from `linux/magic.h`.
    const SERVED: [rustix::fs::FsWord; 4] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42];
    let folder = path.parent().unwrap_or(path);
    let kind = rustix::fs::statfs(folder).map(|told| told.f_type);
    if kind.is_ok_and(|kind| SERVED.contains(&kind)) {
        return Err("this folder is on another machine, where locks do not hold".into());
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
pub(super) fn on_this_machine(_: &Path) -> Result<(), String> {
    Ok(())
}

//! The output folder: `customer/` and `internal/`, put in place whole or not at all. Existing output is refused unless forced.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;

/// One file to put out.
pub struct OutputFile {
    /// `customer` or `internal`.
    pub folder: &'static str,
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The two folders of an output.
const FOLDERS: [&str; 2] = ["customer", "internal"];

/// Refuses an output folder that holds output already; checked before any work is done.
///
/// # Errors
/// There is output, and `force` is not set.
pub fn check_free(out: &Path, force: bool) -> Result<(), Failure> {
    if out.exists() && !out.is_dir() {
        return Err(Failure::new(format!("{}: this is a file, not a folder", out.display()), "name another folder with --out"));
    }
    match FOLDERS.iter().map(|folder| out.join(folder)).find(|folder| folder.exists()) {
        Some(folder) if !force => Err(Failure::new(
            format!("{}: there is output of an earlier run", folder.display()),
            "name another folder with --out, or replace it with --force",
        )),
        _ => Ok(()),
    }
}

/// A folder beside the output that is removed unless it was emptied.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // Best effort: what stays behind is named so that nobody takes it for output.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes all files aside, syncs them, and renames the folders into place.
///
/// # Errors
/// The disk says no; then the output folder is as it was.
pub fn write(out: &Path, files: &[OutputFile]) -> Result<(), Failure> {
    fs::create_dir_all(out).map_err(|error| Failure::io(out, &error))?;
    let aside = Aside(out.join(format!(".partial-{}", std::process::id())));
    for folder in FOLDERS {
        let folder = aside.0.join(folder);
        fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
    }
    for file in files {
        let path = aside.0.join(file.folder).join(&file.name);
        write_synced(&path, &file.bytes).map_err(|error| Failure::io(&path, &error))?;
    }
    for folder in FOLDERS {
        let (from, to, old) = (aside.0.join(folder), out.join(folder), aside.0.join(format!("old-{folder}")));
        let moved = if to.exists() { fs::rename(&to, &old) } else { Ok(()) };
        moved.and_then(|()| fs::rename(&from, &to)).map_err(|error| Failure::io(&to, &error))?;
    }
    drop(aside);
    sync_folder(out).map_err(|error| Failure::io(out, &error))
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes renames survive a power cut, where the system lets a folder be synced.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

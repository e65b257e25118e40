//! Files that arrive from a browser: a folder beside the store for each load of them, under names that every system takes. They are customers'
//! files: they go with the work that they came for, and after a day in any case.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Failure;
use super::questionnaire::Desk;

/// The folder beside the store's database in which they lie.
const FOLDER: &str = "arrived";
/// After so long they go by themselves.
const LASTS: Duration = Duration::from_hours(24);
/// Letters and digits of an id.
const ID: usize = 20;

/// A folder for files that arrive; it goes with this value unless it is kept.
#[derive(Debug)]
pub struct Arriving(tempfile::TempDir);

impl Arriving {
    /// Makes a folder beside the store, and takes away those that waited too long.
    ///
    /// # Errors
    /// The disk says no.
    pub fn begin(desk: &Desk) -> Result<Self, Failure> {
        let folder = desk.store.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
        sweep(&folder, desk.now.into());
        let made = tempfile::Builder::new().prefix("").rand_bytes(ID).tempdir_in(&folder);
        Ok(Self(made.map_err(|error| Failure::io(&folder, &error))?))
    }

    /// Where a file of some name goes: each in a folder of its own, so that no two are one, under a name that every system takes.
    ///
    /// # Errors
    /// The disk says no.
    pub fn place(&self, number: usize, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.0.path().join(number.to_string());
        std::fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
        Ok(folder.join(safe_name(name)))
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Keeps the folder; gives the id by which it is found again.
    #[must_use]
    pub fn keep(self) -> String {
        self.0.keep().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// A file's own name without folders, hidden characters, and what some system takes for something else; at most 120 characters.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || " -_.()&+,'".contains(c) { c } else { '_' };
    let name: String = last.chars().map(plain).collect();
    let name = name.trim_matches([' ', '.']);
    let (stem, ending) = name.rsplit_once('.').map_or((name, String::new()), |(stem, ending)| (stem, format!(".{ending}")));
    let ending: String = ending.chars().take(12).collect();
    let stem: String = stem.chars().take(40).collect();
    let stem = if stem.is_empty() || crate::domain::bank::is_device_name(&stem) { format!("file-{stem}") } else { stem };
    format!("{stem}{ending}")
}

/// The folder of an id, if there is one.
#[must_use]
pub fn folder(desk: &Desk, id: &str) -> Option<PathBuf> {
    let named = id.len() == ID && id.chars().all(|c| c.is_ascii_alphanumeric());
    named.then(|| desk.store.join(FOLDER).join(id)).filter(|folder| folder.is_dir())
}

/// Takes away what waited too long; what cannot be taken away now is tried again the next time.
fn sweep(folder: &Path, now: SystemTime) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let since = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|then| now.duration_since(then).ok());
        if since.is_some_and(|waited| waited > LASTS) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

//! Connections of a process that goes on: opened once, lent to one job after the other. One with which anything failed, or whose file is no longer
//! the store's, is not lent again.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::database::Store;
use super::folded::Remembered;
use super::{FILE, StoreError};

/// So many connections are kept open while nobody uses them.
const IDLE: usize = 8;

/// What tells a file from another one that took its place.
type FileId = Option<(u64, u64)>;

/// The connections to one store, and its journal as it is remembered.
pub struct Connections {
    folder: PathBuf,
    idle: Mutex<Vec<(FileId, Store)>>,
    remembered: Arc<Remembered>,
}

impl Connections {
    /// To the store in a folder; none is open yet.
    #[must_use]
    pub fn to(folder: &Path) -> Arc<Self> {
        Arc::new(Self { folder: folder.to_owned(), idle: Mutex::default(), remembered: Arc::default() })
    }

    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lends a connection, and opens one where none is free; with `begin` also where there is no store yet.
    ///
    /// # Errors
    /// As for [`Store::open`] and [`Store::open_or_begin`].
    pub fn lend(self: &Arc<Self>, begin: bool) -> Result<Lent, StoreError> {
        let now = file_id(&self.folder.join(FILE));
        let free = || {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(|(file, _)| now.is_some() && *file == now);
            idle.pop()
        };
        if let Some((file, store)) = free() {
            return Ok(Lent { store: Some(store), back: Some((Arc::clone(self), file)) });
        }
        let mut store = if begin { Store::open_or_begin(&self.folder)? } else { Store::open(&self.folder)? };
        store.remembered = Some(Arc::clone(&self.remembered));
        let file = now.filter(|now| file_id(&self.folder.join(FILE)) == Some(*now));
        Ok(Lent { store: Some(store), back: Some((Arc::clone(self), file)) })
    }
}

/// A connection for one job.
pub struct Lent {
    store: Option<Store>,
    back: Option<(Arc<Connections>, FileId)>,
}

impl From<Store> for Lent {
    /// One that is closed after the job.
    fn from(store: Store) -> Self {
        Self { store: Some(store), back: None }
    }
}

impl Deref for Lent {
    type Target = Store;

    fn deref(&self) -> &Store {
        let Some(store) = &self.store else { unreachable!("it is given back only at the end") };
        store
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Store {
        let Some(store) = &mut self.store else { unreachable!("it is given back only at the end") };
        store
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let (Some(store), Some((connections, file))) = (self.store.take(), self.back.take()) else { return };
        if file.is_some() && store.is_sound() && !std::thread::panicking() {
            let mut idle = connections.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE {
                idle.push((file, store));
            }
        }
    }
}

#[cfg(unix)]
fn file_id(path: &Path) -> FileId {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Elsewhere a file that is open cannot be replaced by another one.
#[cfg(not(unix))]
fn file_id(path: &Path) -> FileId {
    path.is_file().then_some((0, 0))
}

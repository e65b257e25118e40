//! Looking after a store: is all of it what was written, a copy of it, a copy put back. Never repairs anything.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::database::{Store, ToldOf, told_sha256};
use super::{FILE, StoreError};
use crate::domain::journal::{Event, Received};

/// What a check of the whole store found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries of the journal.
    pub entries: usize,
    /// Workbooks and files that are kept.
    pub contents: usize,
    /// Lines of the ledger.
    pub told: usize,
    /// Version of the schema.
    pub version: i64,
    /// The chain at the last entry: two stores with the same one have the same journal.
    pub head: String,
    /// What is wrong; empty where all is as it was written.
    pub problems: Vec<String>,
}

impl Store {
    /// Checks all that is kept: the database's own checks, the chain of entries, every byte by its digest, the ledger by its releases.
    ///
    /// # Errors
    /// It cannot be read at all.
    pub fn verify(&mut self) -> Result<Verified, StoreError> {
        let mut verified = Verified { problems: self.own_checks()?, version: self.version()?, ..Verified::default() };
        let (mut named, mut releases) = (Vec::new(), Vec::new());
        for (number, entry) in (1..).zip(self.chained()?) {
            match entry {
                Err(what) => verified.problems.push(what),
                Ok((entry, chain)) => {
                    if entry.number != number {
                        verified.problems.push(format!("entry {number} of the journal is missing"));
                    }
                    verified.head = chain;
                    match entry.what {
                        Event::Received(Received { content, .. }) => named.push(content),
                        Event::Released(released) => {
                            named.extend(released.files.iter().map(|file| file.content.clone()));
                            releases.push((entry.number, released.told_sha256));
                        }
                        _ => {}
                    }
                }
            }
            verified.entries += 1;
        }
        let kept = self.contents()?;
        verified.contents = kept.len();
        for sha256 in &kept {
            if let Err(error) = self.content(sha256) {
                verified.problems.push(error.to_string());
            }
        }
        verified
            .problems
            .extend(named.iter().filter(|name| !kept.contains(name)).map(|name| format!("the bytes kept as {name} are not there")));
        for (entry, sha256) in releases {
            let told: Vec<_> = self.told(&ToldOf::Release(entry))?.into_iter().map(|(_, told)| told).collect();
            verified.told += told.len();
            if told_sha256(&told) != sha256 {
                verified.problems.push(format!("what release {entry} told is not what was written"));
            }
        }
        Ok(verified)
    }

    /// Copies the store into a new file while others go on, and checks the copy.
    ///
    /// # Errors
    /// There is such a file, the disk says no, or something in the copy is not what was written; then there is no copy.
    pub fn backup(&mut self, to: &Path) -> Result<Verified, StoreError> {
        let io = |what: String| StoreError::Io { path: to.to_owned(), what };
        if to.exists() {
            return Err(io("there is such a file".into()));
        }
        let aside = beside(to, "partial");
        let _ = fs::remove_file(&aside);
        let copied = self.copy_to(&aside).and_then(|()| sound(&aside));
        let placed = copied.and_then(|verified| {
            fs::File::open(&aside)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&aside, to))
                .map_err(|error| io(error.to_string()))?;
            Ok(verified)
        });
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(with_ending(&aside, ending));
        }
        placed
    }
}

/// Puts a backup in the place of a store, and records that it was. What was there is kept beside it.
///
/// # Errors
/// The backup is not sound; there is a store and `replace` is not set, or somebody writes to it.
pub fn restore(backup: &Path, folder: &Path, replace: bool, by: &str, at: Timestamp) -> Result<Verified, StoreError> {
    let io = |path: &Path, what: String| StoreError::Io { path: path.to_owned(), what };
    let place = folder.join(FILE);
    if !backup.is_file() {
        return Err(io(backup, "there is no such file".into()));
    }
    if place.exists() && !replace {
        return Err(io(&place, "there is a store already".into()));
    }
    fs::create_dir_all(folder).map_err(|error| io(folder, error.to_string()))?;
    let aside = beside(&place, "restored");
    let copied = fs::copy(backup, &aside).map_err(|error| io(&aside, error.to_string()));
    let verified = copied.and_then(|_| sound(&aside)).and_then(|verified| {
        let mut store = Store::open_file(&aside)?;
        let mut transaction = store.begin()?;
        transaction.append(None, by, at, &Event::Restored { upto: i64::try_from(verified.entries).unwrap_or(i64::MAX) })?;
        transaction.commit()?;
        Ok(verified)
    });
    let verified = verified.inspect_err(|_| {
        let _ = fs::remove_file(&aside);
    })?;
    if place.exists() {
        // Nobody may be in the middle of writing, and all that is in the log has to be in the file before it is moved.
        let kept = beside(&place, &format!("replaced-{}", at.as_millisecond()));
        Store::open_file(&place)?.copy_to(&kept)?;
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(with_ending(&place, ending));
        }
    }
    let moved = fs::File::open(&aside).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&aside, &place));
    moved.map_err(|error| io(&place, error.to_string()))?;
    Ok(verified)
}

/// Checks a copy; one with problems is refused.
fn sound(path: &Path) -> Result<Verified, StoreError> {
    let verified = Store::open_file(path)?.verify()?;
    match verified.problems.first() {
        Some(problem) => Err(StoreError::Damaged { path: path.to_owned(), what: problem.clone() }),
        None => Ok(verified),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn beside(path: &Path, what: &str) -> PathBuf {
    with_ending(path, &format!(".{what}"))
}

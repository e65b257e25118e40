//! Looking after a store: is all of it what was written, a copy of it, a copy put back. Never repairs anything.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::database::{Store, ToldOf, missing, told_sha256};
use super::folder::make_folder;
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

/// So many missing entries of one gap are named.
const MISSING_NAMED: usize = 10;

impl Store {
    /// Checks all that is kept: the database's own checks, the chain of entries, every byte by its digest, the ledger by its releases.
    ///
    /// # Errors
    /// It cannot be read at all.
    pub fn verify(&mut self) -> Result<Verified, StoreError> {
        self.at_one_moment(Self::verify_now)
    }

    fn verify_now(&mut self) -> Result<Verified, StoreError> {
        let mut verified = Verified { problems: self.own_checks()?, version: self.version()?, ..Verified::default() };
        let (mut named, mut releases, mut next) = (Vec::new(), Vec::new(), 1);
        let mut page = self.chained(0)?.into_iter();
        while let Some((number, entry)) = page.next() {
            if page.len() == 0 {
                page = self.chained(number)?.into_iter();
            }
            verified.problems.extend((next..number).take(MISSING_NAMED).map(missing));
            next = number + 1;
            verified.entries += 1;
            let (entry, chain) = match entry {
                Ok(entry) => entry,
                Err(what) => {
                    verified.problems.push(what);
                    continue;
                }
            };
            verified.head = chain;
            match entry.what {
                Event::Received(Received { content, .. }) => named.push(content),
                Event::Released(released) => {
                    named.extend(released.files.iter().map(|file| file.content.clone()));
                    releases.push((number, released.told_sha256));
                }
                _ => {}
            }
        }
        // The chain alone cannot show that its end is gone.
        verified.problems.extend((next..=self.written()?).take(MISSING_NAMED).map(missing));
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
            let told = self.told(&ToldOf::Release(entry));
            let told: Vec<_> = told.into_iter().flatten().map(|(_, told)| told).collect();
            verified.told += told.len();
            if told_sha256(&told) != sha256 {
                verified.problems.push(format!("what release {entry} told is not what was written"));
            }
        }
        let lines = self.lines()?;
        if lines != verified.told {
            verified.problems.push(format!("the ledger has {lines} lines, and the releases told {}", verified.told));
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
        remove(&aside);
        let copied = self.copy_to(&aside).and_then(|()| sound(&aside));
        let placed = copied.and_then(|verified| {
            fs::File::open(&aside)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&aside, to))
                .map_err(|error| io(error.to_string()))?;
            Ok(verified)
        });
        remove(&aside);
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
    make_folder(folder)?;
    let aside = beside(&place, "restored");
    remove(&aside);
    let placed = prepared(backup, &aside, by, at).and_then(|verified| {
        put_in_place(&aside, &place, at)?;
        Ok(verified)
    });
    remove(&aside);
    placed
}

/// A copy of the backup, checked, and with the entry that says that it was put back.
fn prepared(backup: &Path, aside: &Path, by: &str, at: Timestamp) -> Result<Verified, StoreError> {
    fs::copy(backup, aside).map_err(|error| StoreError::Io { path: aside.to_owned(), what: error.to_string() })?;
    let verified = sound(aside)?;
    let mut store = Store::open_file(aside, false)?;
    let mut transaction = store.begin()?;
    transaction.append(None, by, at, &Event::Restored { upto: i64::try_from(verified.entries).unwrap_or(i64::MAX) })?;
    // Who was signed out, or whose token was ended, since the backup was made stays so.
    transaction.end_all(at)?;
    transaction.commit()?;
    store.close()?;
    Ok(verified)
}

/// Renames a store to its place. What was there is kept beside it, and nobody writes to that meanwhile.
fn put_in_place(aside: &Path, place: &Path, at: Timestamp) -> Result<(), StoreError> {
    let io = |error: std::io::Error| StoreError::Io { path: place.to_owned(), what: error.to_string() };
    let rename = || {
        fs::File::open(aside).and_then(|file| file.sync_all()).map_err(io)?;
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(with_ending(place, ending));
        }
        fs::rename(aside, place).map_err(io)
    };
    if !place.exists() {
        return rename();
    }
    let kept = beside(place, &format!("replaced-{}", at.as_millisecond()));
    let mut old = unless_damaged(Store::open_file(place, false))?;
    let writing = old.as_mut().map(|old| unless_damaged(old.begin())).transpose()?;
    let copied = unless_damaged(Store::open_file(place, false).and_then(|mut reading| {
        reading.copy_to(&kept)?;
        reading.close()
    }))?;
    if copied.is_none() {
        remove(&kept);
        for ending in ["", "-wal"].iter().filter(|ending| with_ending(place, ending).exists()) {
            fs::copy(with_ending(place, ending), with_ending(&kept, ending)).map_err(io)?;
        }
    }
    rename()?;
    drop(writing);
    Ok(())
}

/// What is damaged is replaced too: that is what backups are for.
fn unless_damaged<T>(done: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match done {
        Err(StoreError::Damaged { .. }) => Ok(None),
        done => done.map(Some),
    }
}

/// Checks a copy; one with problems is refused.
fn sound(path: &Path) -> Result<Verified, StoreError> {
    let mut store = Store::open_file(path, false)?;
    let verified = store.verify()?;
    store.close()?;
    match verified.problems.first() {
        Some(problem) => Err(StoreError::Damaged { path: path.to_owned(), what: problem.clone() }),
        None => Ok(verified),
    }
}

/// Removes a database with its log. A log that stayed behind would be taken for that of the next file of the name.
fn remove(path: &Path) {
    for ending in ["-wal", "-shm", ""] {
        let _ = fs::remove_file(with_ending(path, ending));
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

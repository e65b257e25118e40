//! Use cases of looking after the store: verify, back up, put back.

use std::path::Path;

use jiff::Timestamp;

use super::Failure;
use super::questionnaire::Desk;
pub use crate::store::Verified;
use crate::store::{Store, restore as put_back};

/// Begins a store where there is none, and opens it once: whoever is going to serve it hears at once what is wrong.
///
/// # Errors
/// The folder cannot be made, or the store cannot be used.
pub fn begin(folder: &Path) -> Result<(), Failure> {
    Store::open_or_begin(folder)?;
    Ok(())
}

/// How many entries the journal has; more of them mean that something happened.
///
/// # Errors
/// There is no store, or it does not answer.
pub fn entries(desk: &Desk) -> Result<i64, Failure> {
    Ok(desk.store()?.written()?)
}

/// Checks all that a store keeps.
///
/// # Errors
/// There is no store, or it cannot be read at all.
pub fn verify(folder: &Path) -> Result<Verified, Failure> {
    Ok(Store::open(folder)?.verify()?)
}

/// Copies a store into one file, and checks the copy.
///
/// # Errors
/// There is no store, there is such a file, the disk says no, or the copy is not sound; then there is no copy.
pub fn backup(folder: &Path, to: &Path) -> Result<Verified, Failure> {
    Ok(Store::open(folder)?.backup(to)?)
}

/// Puts a backup in the place of a store; with `replace` also where there is one, which is kept beside it.
///
/// # Errors
/// Nobody is named, the backup is not sound, there is a store and `replace` is not set, or somebody writes to it.
pub fn restore(backup: &Path, folder: &Path, replace: bool, by: &str, at: Timestamp) -> Result<Verified, Failure> {
    if by.trim().is_empty() {
        return Err(Failure::usage("--by: the name is empty", "say who does it: --by NAME"));
    }
    Ok(put_back(backup, folder, replace, by, at)?)
}

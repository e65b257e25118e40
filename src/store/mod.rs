//! Questionnaires in progress and the ledger: a journal in one `SQLite` file, and the bytes that it names. Keeps what it is given; decides nothing.
//!
//! SQL is kept to what every database understands, so that another one needs other settings and no other queries.

mod accounts;
mod audit;
mod database;
mod folded;
mod folder;
mod keep;
mod lent;
mod transaction;
pub mod room;

use std::path::PathBuf;

pub use accounts::{Account, Link, Session, Token};
pub use audit::Filter;
pub use database::{MIGRATIONS, Store, ToldOf, told_sha256};
pub use keep::{Verified, restore};
pub use lent::{Connections, Lent};
pub use transaction::Transaction;

/// Name of the database inside the store's folder.
pub const FILE: &str = "store.db";

/// Why the store could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none.
    #[error("{path}: there is no store")]
    NotThere {
        /// The folder.
        path: PathBuf,
    },
    /// The folder or file cannot be used.
    #[error("{path}: {what}")]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        what: String,
    },
    /// Somebody else is writing.
    #[error("{path}: another process is writing to the store and did not end within {seconds} seconds")]
    Locked {
        /// The database.
        path: PathBuf,
        /// How long this one waited.
        seconds: u64,
    },
    /// The disk is full.
    #[error("{path}: there is no space left on the disk")]
    NoSpace {
        /// The database.
        path: PathBuf,
    },
    /// Something in it is not what was written.
    #[error("{path}: {what}")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It was made by a later version of this program.
    #[error("{path}: the store is of version {version}, and this program knows versions up to {known}")]
    Newer {
        /// The database.
        path: PathBuf,
        /// The store's version.
        version: i64,
        /// The newest version known.
        known: i64,
    },
    /// A setting does not hold, so nothing would be sure to last.
    #[error("{path}: {what}")]
    Settings {
        /// The database.
        path: PathBuf,
        /// Which.
        what: String,
    },
    /// Anything else that the database says.
    #[error("{path}: {what}")]
    Database {
        /// The database.
        path: PathBuf,
        /// What it says.
        what: String,
    },
}

impl StoreError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotThere { .. } => {
                "begin one by taking in a questionnaire: answerbank review add FILE --customer NAME; or name another with --store"
            }
            Self::Io { .. } => "check who may read and write there",
            Self::Locked { .. } => "nothing was changed; wait until the other one is done, and try again",
            Self::NoSpace { .. } => "nothing was changed and nothing is lost; free some space and try again",
            Self::Damaged { .. } => "see what is wrong: answerbank store verify; put back a backup: answerbank store restore",
            Self::Newer { .. } => "use the newer program",
            Self::Settings { .. } => "put the store on a disk of this machine: --store DIR",
            Self::Database { .. } => "nothing was changed; try again when the cause is gone",
        }
    }
}

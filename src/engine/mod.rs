//! The use cases, a file each: the only way in for the faces. Joins the other rooms; decides nothing that the domain can decide.

pub mod curate;
pub mod fill;
pub mod mapping;
pub mod matching;
pub mod output;
pub mod questions;
pub mod receipt;
pub mod search;

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::bank::folder::{self, BankError};
use crate::bank::index::{Index, IndexError};
use crate::domain::bank::Bank;
use crate::workbook::limits;
pub use crate::workbook::worker;
pub use crate::workbook::{Limits, Worker};
use crate::workbook::{ReadError, WriteError};

/// How a use case failed, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// It could not be done.
    Failed,
    /// What was asked for makes no sense.
    Usage,
    /// The workbook has no question.
    NoQuestion,
}

/// An expected failure: the place first, what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// For the exit code.
    pub kind: FailureKind,
}

impl Failure {
    /// A failure of the kind [`FailureKind::Failed`].
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), kind: FailureKind::Failed }
    }

    /// What was asked for makes no sense.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: FailureKind::Usage, ..Self::new(message, hint) }
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "check who may read and write there",
            _ => "nothing was changed; try again when the cause is gone",
        };
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
            _ => error.to_string(),
        };
        Self::new(format!("{}: {what}", path.display()), hint)
    }

    fn reading(path: &Path, error: &ReadError) -> Self {
        Self::new(format!("{}: {error}", path.display()), error.hint())
    }

    fn writing(path: &Path, error: &WriteError) -> Self {
        let hint = match error {
            WriteError::Read(error) => error.hint(),
            _ => "nothing was written; this cell cannot take an answer, please report the form".into(),
        };
        Self::new(format!("{}: {error}", path.display()), hint)
    }
}

impl From<BankError> for Failure {
    fn from(error: BankError) -> Self {
        Self::new(error.to_string(), error.hint())
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        Self::new(error.to_string(), "delete the cache folder, or pass another one with --cache; the index is built anew")
    }
}

/// Where the bank is, and where its index may be kept.
#[derive(Clone, Debug)]
pub struct BankPlace {
    /// The bank's folder.
    pub root: PathBuf,
    /// A folder for indexes of large banks; none: they are built in memory.
    pub cache: Option<PathBuf>,
}

impl BankPlace {
    fn read(&self) -> Result<Bank, Failure> {
        Ok(folder::read(&self.root)?)
    }

    fn index<'b>(&self, bank: &'b Bank) -> Result<Index<'b>, Failure> {
        Ok(Index::open(bank, self.cache.as_deref())?)
    }
}

/// The bytes of a workbook file, unless they are too many.
fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    if path.is_dir() {
        return Err(Failure::new(format!("{}: this is a folder", path.display()), "name one workbook"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| Failure::io(path, &error))?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| Failure::io(path, &error))?;
    if bytes.len() as u64 > most {
        return Err(Failure::new(
            format!("{}: the file is larger than {}", path.display(), limits::in_words(most)),
            "no questionnaire is that large; if you trust the file, raise the limit with --limit file=128M",
        ));
    }
    Ok(bytes)
}

//! The use cases, a file each: the only way in for the faces. Joins the other rooms; decides nothing that the domain can decide.

pub mod accounts;
pub mod arriving;
pub mod backlog;
pub mod backtest;
pub mod batch;
pub mod check;
pub mod curate;
pub mod demo;
pub mod entries;
pub mod entry;
pub mod evidence;
pub mod export;
pub mod fill;
pub mod import;
pub mod inbox;
pub mod keep;
pub mod learn;
pub mod ledger;
pub mod lint;
pub mod mapping;
pub mod matching;
pub mod model;
pub mod output;
pub mod publish;
pub mod questionnaire;
pub mod questions;
pub mod reading;
pub mod receipt;
pub mod release;
pub mod rests;
pub mod review;
pub mod search;
pub mod summary;
pub mod trends;
pub mod upkeep;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bank::folder::{self, BankError};
use crate::bank::index::{Index, IndexError};
use crate::bank::meaning::{self, Meaning, ModelError, StoreError as VectorError};
use crate::domain::bank::{Bank, Severity};
use crate::domain::standing::{Scope, product_and_version};
use crate::store::StoreError;
use crate::workbook::limits;
pub use crate::workbook::worker;
pub use crate::workbook::{Limits, Worker};
use crate::workbook::{ReadError, WriteError};
use matching::Search;

/// How a use case failed, for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// It could not be done.
    Failed,
    /// What was asked for makes no sense.
    Usage,
    /// The workbook has no question.
    NoQuestion,
    /// What was named is not there.
    NotThere,
    /// The disk is full.
    NoSpace,
    /// Somebody else is writing; later it may be done.
    Busy,
    /// Somebody else changed it since it was seen.
    Changed,
    /// It is larger than what is taken.
    TooLarge,
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

    /// What was named is not there.
    pub fn not_there(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: FailureKind::NotThere, ..Self::new(message, hint) }
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
        let full = matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
        let kind = if full { FailureKind::NoSpace } else { FailureKind::Failed };
        Self { kind, ..Self::new(format!("{}: {what}", path.display()), hint) }
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

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::new(error.to_string(), "install the model anew with `answerbank model add`, or go on without it: --model none")
    }
}

impl From<VectorError> for Failure {
    fn from(error: VectorError) -> Self {
        Self::new(error.to_string(), "delete the file; the vectors are made anew where a model is installed")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::NoSpace { .. } => FailureKind::NoSpace,
            StoreError::Locked { .. } => FailureKind::Busy,
            _ => FailureKind::Failed,
        };
        Self { kind, ..Self::new(error.to_string(), error.hint()) }
    }
}

/// Who hears of long work while it goes on: what is done, how many of how many. Called from any thread.
#[derive(Clone, Default)]
pub struct Listener(Option<Arc<dyn Fn(&str, usize, usize) + Send + Sync>>);

impl Listener {
    /// Tells this function.
    pub fn new(hears: impl Fn(&str, usize, usize) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hears)))
    }

    pub(crate) fn tell(&self, what: &str, done: usize, all: usize) {
        if let Some(hears) = &self.0 {
            hears(what, done, all);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Listener" } else { "nobody" })
    }
}

/// Where the bank is, and where its index may be kept.
#[derive(Clone, Debug)]
pub struct BankPlace {
    /// The bank's folder.
    pub root: PathBuf,
    /// A folder for indexes of large banks and for vectors; none: they are made in memory.
    pub cache: Option<PathBuf>,
    /// The file of the sentence model, if one is installed.
    pub model: Option<PathBuf>,
    /// Hears of long work.
    pub progress: Listener,
}

/// A bank as read, with the vectors of its texts and the model that gives them, as far as there are any.
pub struct OpenBank {
    pub(crate) bank: Bank,
    place: BankPlace,
    model: Option<meaning::Model>,
    store: Option<meaning::Store>,
}

impl BankPlace {
    /// A bank in a folder, with neither cache nor model, and nobody who wants to hear of progress.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), cache: None, model: None, progress: Listener::default() }
    }

    /// Reads the bank; one whose own rules cannot be read is not used.
    fn read(&self) -> Result<Bank, Failure> {
        let bank = folder::read(&self.root)?;
        match bank.problems.iter().find(|problem| problem.file == "bank.toml" && problem.severity == Severity::Error) {
            Some(problem) => {
                Err(Failure::new(problem.to_string(), "mend the file: it says who may be told what, and nothing is given without it"))
            }
            None => Ok(bank),
        }
    }

    /// Reads the bank and what it is searched by.
    fn open(&self) -> Result<OpenBank, Failure> {
        self.opened(self.read()?)
    }

    /// A bank that was read, with what it is searched by.
    fn opened(&self, bank: Bank) -> Result<OpenBank, Failure> {
        let (model, store) = model::with_vectors(self, &bank)?;
        Ok(OpenBank { bank, place: self.clone(), model, store })
    }
}

impl OpenBank {
    fn search(&self) -> Result<Search<'_>, Failure> {
        self.search_in(&self.bank, self.place.cache.as_deref())
    }

    /// Searches a bank that is this one but for some entries; its index is kept in memory.
    fn search_without<'b>(&'b self, reduced: &'b Bank) -> Result<Search<'b>, Failure> {
        self.search_in(reduced, None)
    }

    fn search_in<'b>(&'b self, bank: &'b Bank, cache: Option<&Path>) -> Result<Search<'b>, Failure> {
        let index = Index::open(bank, cache)?;
        let meaning = Meaning::new(bank, self.store.as_ref(), self.model.as_ref());
        Ok(Search { bank, index, meaning })
    }
}

/// Refuses a scope that names a product or region which the bank does not have: nothing would stand for it, and nobody would know why.
fn check_scope(bank: &Bank, scope: &Scope) -> Result<(), Failure> {
    for (flag, named, offered) in [("--product", &scope.products, &bank.products), ("--region", &scope.regions, &bank.regions)] {
        let ids: Vec<&str> = offered.iter().map(|offered| offered.id.as_str()).collect();
        if let Some(strange) = named.iter().find(|named| !ids.is_empty() && !ids.contains(&product_and_version(named).0)) {
            return Err(Failure::usage(
                format!("{flag} {strange}: there is no such one in bank.toml"),
                format!("one of {}", ids.join(", ")),
            ));
        }
    }
    Ok(())
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

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
pub mod memory;
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
use crate::domain::found::matches_alike;
use crate::domain::standing::{Scope, product_and_version};
use crate::store::StoreError;
use crate::workbook::limits;
pub use crate::workbook::worker;
pub use crate::workbook::{Limits, Worker};
use crate::workbook::{ReadError, WriteError};
use matching::{AskedBefore, Search};
use memory::Remembered;

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
pub struct Listener(Option<Arc<Hears>>);

type Hears = dyn Fn(&str, usize, usize) + Send + Sync;

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
    /// What a process that goes on remembers, as it is at this moment; none: all is read anew.
    pub memory: Option<Remembered>,
}

/// A bank as read, with what it is searched by.
pub struct OpenBank {
    pub(crate) bank: Arc<Bank>,
    index: Index,
    meaning: Meaning,
    /// The sentence model, and the vectors that it gave, as far as there are any.
    vectors: (Option<Arc<meaning::Model>>, Option<Arc<meaning::Store>>),
    /// What was found in it before, where the process goes on.
    asked_before: Option<Arc<AskedBefore>>,
}

impl BankPlace {
    /// A bank in a folder, with neither cache nor model, and nobody who wants to hear of progress.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), cache: None, model: None, progress: Listener::default(), memory: None }
    }

    /// Reads the bank from the disk; one whose own rules cannot be read is not used.
    fn read(&self) -> Result<Bank, Failure> {
        let bank = folder::read(&self.root)?;
        match bank.problems.iter().find(|problem| problem.file == "bank.toml" && problem.severity == Severity::Error) {
            Some(problem) => {
                Err(Failure::new(problem.to_string(), "mend the file: it says who may be told what, and nothing is given without it"))
            }
            None => Ok(bank),
        }
    }

    /// The bank as it is remembered, or as it stands on the disk. For showing and proposing; what writes or lets out reads it anew.
    fn bank(&self) -> Result<Arc<Bank>, Failure> {
        self.memory.as_ref().map_or_else(|| Ok(Arc::new(self.read()?)), |memory| memory.bank(self))
    }

    /// The bank and what it is searched by.
    fn open(&self) -> Result<Arc<OpenBank>, Failure> {
        self.opened(&self.bank()?)
    }

    /// A bank that was read, with what it is searched by.
    fn opened(&self, bank: &Arc<Bank>) -> Result<Arc<OpenBank>, Failure> {
        let build = |before: Option<&OpenBank>| {
            if let Some(before) = before.filter(|before| matches_alike(&before.bank, bank)) {
                return Ok(Arc::new(before.over(bank)));
            }
            let (model, store) = model::with_vectors(self, bank)?;
            let mut opened = OpenBank::new(Arc::clone(bank), self.cache.as_deref(), (model.map(Arc::new), store.map(Arc::new)))?;
            opened.asked_before = self.memory.as_ref().map(|_| Arc::default());
            Ok(Arc::new(opened))
        };
        self.memory.as_ref().map_or_else(|| build(None), |memory| memory.opened(bank, build))
    }

    /// Has the bank's files looked at again before they are believed to be as they were.
    pub fn look_again(&self) {
        if let Some(memory) = &self.memory {
            memory.look_again();
        }
    }
}

impl OpenBank {
    fn new(
        bank: Arc<Bank>,
        cache: Option<&Path>,
        vectors: (Option<Arc<meaning::Model>>, Option<Arc<meaning::Store>>),
    ) -> Result<Self, Failure> {
        let index = Index::open(&bank, cache)?;
        let meaning = Meaning::new(&bank, vectors.1.clone(), vectors.0.clone());
        Ok(Self { bank, index, meaning, vectors, asked_before: None })
    }

    /// A bank that is searched as this one is, with what was found in it before.
    fn over(&self, bank: &Arc<Bank>) -> Self {
        Self {
            bank: Arc::clone(bank),
            index: self.index.over(bank),
            meaning: self.meaning.over(bank),
            vectors: self.vectors.clone(),
            asked_before: self.asked_before.clone(),
        }
    }

    fn search(&self) -> Search<'_> {
        Search { bank: &self.bank, index: &self.index, meaning: &self.meaning, asked_before: self.asked_before.as_deref() }
    }

    /// A bank that is this one but for some entries; its index is kept in memory.
    fn without(&self, reduced: Bank) -> Result<Self, Failure> {
        Self::new(Arc::new(reduced), None, self.vectors.clone())
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

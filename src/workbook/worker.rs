//! Opens untrusted workbooks, in a process of their own that can do nothing but read and answer.
//! Never lets what happens over one of them reach the caller as anything but an error.

mod confine;
mod message;
mod process;
mod serve;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;

use super::error::Stop;
use super::{CellEdit, Edited, Limits, ReadError, WriteError};
use crate::domain::workbook::Workbook;
pub use confine::confine;
use message::{Request, Tail};
pub use serve::serve;

/// The hidden command by which the program starts itself to open a workbook: `PROGRAM open-workbook BYTES-OF-MEMORY CPU-SECONDS`.
pub const COMMAND: &str = "open-workbook";

/// Opens workbooks within limits.
#[derive(Clone, Debug, Default)]
pub struct Worker {
    /// The program that is started to open a workbook: this one. None: it is opened in this process, with no limit of memory or time.
    pub program: Option<PathBuf>,
    /// How much is read of one file, and what the process may use.
    pub limits: Limits,
    unconfined: Arc<AtomicBool>,
}

impl Worker {
    /// Opens each workbook in a process of its own.
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program: Some(program), limits, unconfined: Arc::default() }
    }

    /// Whether the system could not limit all that a process of this worker may do.
    pub fn unconfined(&self) -> bool {
        self.unconfined.load(Ordering::Relaxed)
    }

    /// Reads a workbook.
    ///
    /// # Errors
    /// As [`super::read`]; and [`ReadError::Stopped`] whatever happens to the process that reads it.
    pub fn read(&self, name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
        let Some(program) = &self.program else { return super::read(name, bytes, &self.limits) };
        let request = Request { name: name.to_owned(), limits: self.limits, edits: None };
        let workbook = self.ask::<Result<Workbook, ReadError>>(program, &request, bytes)?.0?;
        if message::well_formed(&workbook) { Ok(workbook) } else { Err(ReadError::Stopped(Stop::Crash)) }
    }

    /// Edits a workbook.
    ///
    /// # Errors
    /// As [`super::edit`]; and [`ReadError::Stopped`] whatever happens to the process that edits it.
    pub fn edit(&self, name: &str, bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
        let Some(program) = &self.program else { return super::edit(name, bytes, edits, &self.limits) };
        let request = Request { name: name.to_owned(), limits: self.limits, edits: Some(edits.to_vec()) };
        let (edited, file) = self.ask::<Result<Edited, WriteError>>(program, &request, bytes)?;
        let edited = edited?;
        if edited.old.len() != edits.len() {
            return Err(ReadError::Stopped(Stop::Crash).into());
        }
        Ok(Edited { bytes: file, ..edited })
    }

    fn ask<T: DeserializeOwned>(&self, program: &Path, request: &Request, file: &[u8]) -> Result<(T, Tail), ReadError> {
        let ended = process::run(program, request, file).map_err(ReadError::Stopped)?;
        let answer = if ended.well() { message::decode::<T>(&ended.answer) } else { None };
        let (confined, answer, tail) = answer.ok_or_else(|| ReadError::Stopped(ended.why(&self.limits)))?;
        if !confined {
            self.unconfined.store(true, Ordering::Relaxed);
        }
        Ok((answer, tail))
    }
}

//! Opens untrusted workbooks. Never lets what happens over one of them reach the caller as anything but an error.

use super::{CellEdit, Edited, Limits, ReadError, WriteError};
use crate::domain::workbook::Workbook;

/// Opens workbooks within limits.
#[derive(Clone, Debug, Default)]
pub struct Worker {
    /// How much is read of one file.
    pub limits: Limits,
}

impl Worker {
    /// Reads a workbook.
    ///
    /// # Errors
    /// As [`super::read`].
    pub fn read(&self, name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
        super::read(name, bytes, &self.limits)
    }

    /// Edits a workbook.
    ///
    /// # Errors
    /// As [`super::edit`].
    pub fn edit(&self, name: &str, bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
        super::edit(name, bytes, edits, &self.limits)
    }
}

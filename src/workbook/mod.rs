//! Adapters to workbook files: bytes → plain cells, and edits → the same bytes with those cells changed.
//! Never decides what is a question or what to answer.

pub mod error;
pub mod report;
pub mod xlsx;

use crate::domain::cell::CellRef;
use crate::domain::workbook::Workbook;
pub use error::{ReadError, WriteError};

/// One cell to write: where, and the text that it shall hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellEdit {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell; in a merged block, its top left.
    pub cell: CellRef,
    /// The new text, written as a string whatever it begins with.
    pub text: String,
}

/// An edited workbook.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// For each edit, in the order given, what the cell held before.
    pub old: Vec<String>,
    /// Names and SHA-256 (hex) of the parts that are the same bytes as before.
    pub untouched: Vec<(String, String)>,
    /// Names of the parts that changed.
    pub changed: Vec<String>,
}

/// The file kinds that are read, as named in messages.
pub const SUPPORTED: &str = ".xlsx and .xlsm";

/// Reads a workbook; its kind is told from the bytes, not from the file's name.
///
/// # Errors
/// What makes the file unreadable, in words, with what to do.
pub fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    xlsx::read(bytes)
}

/// Writes texts into cells and leaves everything else as it was. No edits give back the same bytes.
///
/// # Errors
/// A cell that must not be written (a formula, the inside of a merged block, a table's header), a text longer than 32,767 UTF-16 units,
/// or a file that cannot be edited, such as one whose rows do not ascend.
pub fn edit(bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    xlsx::edit(bytes, edits)
}

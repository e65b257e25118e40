//! Adapters to workbook files: bytes → plain cells, and edits → the same bytes with those cells changed.
//! Never decides what is a question or what to answer.

pub mod error;
pub mod kind;
pub mod limits;
mod package;
mod preflight;
pub mod report;
pub mod worker;
pub mod xlsx;
mod xml;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::cell::CellRef;
use crate::domain::workbook::{FileKind, Workbook};
pub use error::{ReadError, WriteError};
pub use limits::Limits;
pub use worker::Worker;

/// One cell to write: where, and what it shall hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellEdit {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell; in a merged block, its top left.
    pub cell: CellRef,
    /// The new content.
    pub value: CellValue,
}

/// What a cell shall hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CellValue {
    /// Text, written as a string whatever it begins with.
    Text(String),
    /// A number, for cells that take nothing else.
    Number(f64),
}

impl From<&str> for CellValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for CellValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// An edited workbook.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// Reads a workbook. Its kind is told from the bytes; `name`, the file's name, must agree with it, and tells apart what bytes cannot.
///
/// # Errors
/// What makes the file unreadable, in words, with what to do.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    match kind::kind(name, bytes)? {
        FileKind::Xlsx => xlsx::read(name, bytes, limits),
        FileKind::Ods => Err(ReadError::Kind { found: "an .ods workbook".into() }),
        FileKind::Csv => Err(ReadError::Kind { found: "a text file".into() }),
        FileKind::Xls => Err(ReadError::Kind { found: "an old binary Office file (.xls or .doc)".into() }),
        FileKind::Xlsb => Err(ReadError::Kind { found: "a binary workbook (.xlsb)".into() }),
    }
}

/// Writes texts into cells and leaves everything else as it was. No edits give back the same bytes.
///
/// # Errors
/// A cell that must not be written (a formula, the inside of a merged block, a table's header), a text longer than 32,767 UTF-16 units,
/// or a file that cannot be edited, such as one whose rows do not ascend.
pub fn edit(name: &str, bytes: &[u8], edits: &[CellEdit], limits: &Limits) -> Result<Edited, WriteError> {
    match kind::kind(name, bytes)? {
        FileKind::Xlsx => xlsx::edit(name, bytes, edits, limits),
        FileKind::Ods | FileKind::Csv | FileKind::Xls | FileKind::Xlsb => {
            Err(ReadError::Kind { found: "a kind of workbook that cannot be edited in place".into() }.into())
        }
    }
}

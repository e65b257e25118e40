//! Adapters to workbook files: bytes → plain cells, and edits → the same bytes with those cells changed.
//! Never decides what is a question or what to answer.

pub mod answer_list;
pub mod archive;
mod bounds;
mod budget;
mod csv;
pub mod error;
mod facts;
pub mod kind;
mod le;
pub mod limits;
mod lists;
pub mod ods;
mod package;
mod preflight;
pub mod report;
mod tabs;
mod tokens;
mod values;
mod warnings;
pub mod worker;
mod xls;
mod xlsb;
pub mod xlsx;
mod xml;

use serde::{Deserialize, Serialize};

use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::domain::fill::CELL_LIMIT;
pub use crate::domain::workbook::CellValue;
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

impl CellEdit {
    /// Why it cannot be made wherever the cell stands, in a file of any kind.
    fn refusal(&self) -> Option<&'static str> {
        if self.cell.row >= MAX_ROWS || self.cell.col >= MAX_COLS {
            return Some("the cell is outside the grid");
        }
        match &self.value {
            CellValue::Text(text) if text.encode_utf16().count() > CELL_LIMIT => {
                Some("the text is longer than the 32,767 characters that a cell holds")
            }
            CellValue::Number(number) if !number.is_finite() => Some("this is no number that a cell holds"),
            _ => None,
        }
    }
}

/// The file kinds that are read, as named in messages.
pub const SUPPORTED: &str = ".xlsx, .xlsm, .ods, .csv, .tsv, .xls and .xlsb";

/// Reads a workbook. Its kind is told from the bytes; `name`, the file's name, must agree with it, and tells apart what bytes cannot.
///
/// # Errors
/// What makes the file unreadable, in words, with what to do.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    match kind::kind(name, bytes)? {
        FileKind::Xlsx => xlsx::read(name, bytes, limits),
        FileKind::Ods => ods::read(bytes, limits),
        FileKind::Csv => csv::read(name, bytes, limits),
        FileKind::Xls => xls::read(bytes, limits),
        FileKind::Xlsb => xlsb::read(bytes, limits),
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
        FileKind::Ods => ods::edit(bytes, edits, limits),
        FileKind::Csv => csv::edit(name, bytes, edits, limits),
        FileKind::Xls | FileKind::Xlsb => Err(ReadError::Kind { found: "a kind of workbook that cannot be edited in place".into() }.into()),
    }
}

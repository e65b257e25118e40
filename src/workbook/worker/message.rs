//! What the two processes tell each other: a head in postcard, then the bytes of a file. Never trusts a length that it reads, and nothing
//! that comes back from the process that saw the untrusted file.

use std::io::{self, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::cell::{CellRef, Range};
use crate::domain::workbook::{Sheet, Workbook};
use crate::workbook::{CellEdit, Limits};

/// What is asked of the process; the file follows.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// Name of the file.
    pub name: String,
    /// How much of it is read.
    pub limits: Limits,
    /// The cells to write; none: the workbook is read.
    pub edits: Option<Vec<CellEdit>>,
}

/// Bytes of a file behind the head of a message.
pub type Tail = Vec<u8>;

/// What an answer may hold beside the file and the cells: lists, merged blocks, rules, names.
const BESIDE: u64 = 64 << 20;
/// What a cell takes in a message beside its text.
const BYTES_A_CELL: u64 = 24;

/// How many bytes of an answer are taken: a file, or the cells of one, within limits.
pub fn most(limits: &Limits) -> u64 {
    let cells = (limits.cells as u64).saturating_mul(BYTES_A_CELL);
    [limits.file, limits.text as u64, cells].into_iter().fold(BESIDE, u64::saturating_add)
}

/// The head of a message, and the bytes behind it; none where it is none.
pub fn split<T: DeserializeOwned>(message: &[u8]) -> Option<(T, &[u8])> {
    postcard::take_from_bytes(message).ok()
}

/// Writes an answer.
///
/// # Errors
/// Nobody reads it.
pub fn answer<T: Serialize>(out: impl Write, confined: bool, answer: &T, file: &[u8]) -> io::Result<()> {
    let mut out = postcard::to_io(&(confined, answer), out).map_err(io::Error::other)?;
    out.write_all(file)?;
    out.flush()
}

/// Reads an answer: whether the process was confined, what it answers, the file.
pub fn decode<T: DeserializeOwned>(message: &[u8]) -> Option<(bool, T, Tail)> {
    let ((confined, answer), tail) = split::<(bool, T)>(message)?;
    Some((confined, answer, tail.to_vec()))
}

/// Rows from here on stand in no workbook; so calculating with places cannot overflow.
const ROWS: u32 = 1 << 30;
/// The same of columns, over which blocks are walked.
const COLS: u32 = 1 << 16;

/// Whether all places of a workbook that another process sent are places.
pub fn well_formed(workbook: &Workbook) -> bool {
    workbook.sheets.iter().all(sheet_well_formed) && workbook.unread.iter().flat_map(|unread| &unread.at).all(is_place)
}

fn sheet_well_formed(sheet: &Sheet) -> bool {
    let ranges = sheet.lists.iter().flat_map(|list| &list.ranges).chain(sheet.rules.iter().flat_map(|rule| &rule.ranges));
    let mut ranges = ranges.chain(&sheet.merges).chain(&sheet.table_headers);
    let locks = sheet.locks.iter();
    let mut rows = sheet.hidden_rows.iter().chain(locks.clone().flat_map(|locks| locks.rows.keys()));
    let lock_cols = locks.clone().flat_map(|locks| &locks.cols).flat_map(|(first, last, _)| [first, last]);
    sheet.cells.keys().chain(locks.flat_map(|locks| locks.cells.keys())).all(is_place)
        && ranges.all(is_block)
        && rows.all(|row| *row < ROWS)
        && sheet.hidden_cols.iter().chain(lock_cols).all(|col| *col < COLS)
}

fn is_place(at: &CellRef) -> bool {
    at.row < ROWS && at.col < COLS
}

fn is_block(range: &Range) -> bool {
    is_place(&range.last) && range.first.row <= range.last.row && range.first.col <= range.last.col
}

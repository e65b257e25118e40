//! Reading and editing workbooks: packages made here, odd on purpose, go through `read` and `edit`; a checker of its own judges the bytes.

mod beside;
pub mod biff;
pub mod check;
mod corpus;
pub mod csv;
mod edit;
mod hostile;
pub mod ods;
pub mod package;
pub mod random;
mod read;
mod rules;
#[cfg(test)]
mod worker;
mod xls;
pub mod xlsb;

use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{CellEdit, Edited, Limits, ReadError, WriteError};

/// `Sheet!B2`, or `B2` on the sheet `S`, and the text for it.
fn one(place: &str, text: &str) -> CellEdit {
    let (sheet, cell) = place.rsplit_once('!').unwrap_or(("S", place));
    CellEdit { sheet: sheet.to_owned(), cell: CellRef::parse(cell).unwrap(), value: text.into() }
}

/// Edits, and lets the checker judge the result; the same edit must also give the same bytes again.
fn edited(book: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    let done = edit(book, edits)?;
    let wrong = check::judge(book, edits, &done);
    assert!(wrong.is_empty(), "{edits:?}\n{}", wrong.join("\n"));
    assert!(edit(book, edits)?.bytes == done.bytes, "the same edit gave other bytes");
    Ok(done)
}

/// The text of one part.
fn part(book: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

/// Reads an xlsx workbook in this process, whether it has macros or not.
fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    let read = |name: &str| answerbank::workbook::read(name, bytes, &Limits::default());
    read("book.xlsx").or_else(|error| if denies_macros(&error) { read("book.xlsm") } else { Err(error) })
}

/// Edits an xlsx workbook in this process, whether it has macros or not.
fn edit(bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    let edit = |name: &str| answerbank::workbook::edit(name, bytes, edits, &Limits::default());
    edit("book.xlsx").or_else(|error| match &error {
        WriteError::Read(reason) if denies_macros(reason) => edit("book.xlsm"),
        _ => Err(error),
    })
}

fn denies_macros(error: &ReadError) -> bool {
    matches!(error, ReadError::Misnamed { found, .. } if found.contains("with macros"))
}

//! Separated text (.csv, .tsv): one sheet of plain cells, and edits of its fields in place. Never guesses in silence, and never calculates.
//!
//! A line `sep=;` at the top names the delimiter and is no row, as in spreadsheet programs: the line after it is row 1.
//! Text that a spreadsheet program could take for a formula is written with an apostrophe in front, also where spaces, quotes or
//! apostrophes come first; reading takes exactly that apostrophe away again, so every text comes back as it was written.

mod dialect;
mod edit;
mod fields;
mod text;

use std::collections::BTreeMap;

use super::budget::Budget;
use super::{Limits, ReadError};
use crate::domain::cell::CellRef;
use crate::domain::fill::{CELL_LIMIT, could_become_formula};
use crate::domain::workbook::{Cell, FileKind, Sheet, Workbook};
use dialect::Dialect;
pub use edit::edit;
use fields::Fields;
use text::Decoded;

/// Reads separated text; its one sheet is called as the file is, without folders and ending.
///
/// # Errors
/// What makes the text unreadable, with the line.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let decoded = Decoded::new(bytes, limits)?;
    let dialect = Dialect::find(name, &decoded.text);
    let cells = cells(&decoded.text, &dialect, limits)?;
    let sheet = Sheet { name: sheet_name(name).to_owned(), cells, ..Sheet::default() };
    let warnings = decoded.warning().into_iter().collect();
    Ok(Workbook { kind: FileKind::Csv, sheets: vec![sheet], warnings, charset: decoded.charset(), ..Workbook::default() })
}

fn cells(text: &str, dialect: &Dialect, limits: &Limits) -> Result<BTreeMap<CellRef, Cell>, ReadError> {
    let mut cells = BTreeMap::new();
    let mut budget = Budget::new(limits);
    for field in Fields::new(text, dialect) {
        let field = field?;
        let broken = |what: String| ReadError::Line { line: field.line, what };
        let value = fields::value(&text[field.span.clone()]);
        if value.is_empty() {
            continue;
        }
        if value.encode_utf16().count() > CELL_LIMIT {
            return Err(broken("a field is longer than the 32,767 characters that a cell holds".into()));
        }
        budget.take(&value).map_err(broken)?;
        cells.insert(field.at, Cell { text: bare(&value).to_owned(), ..Cell::default() });
    }
    Ok(cells)
}

/// The name of a file without its folders.
fn file_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn sheet_name(name: &str) -> &str {
    let name = file_name(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A field's text without the apostrophe that keeps it from being a formula.
fn bare(text: &str) -> &str {
    text.strip_prefix('\'').filter(|_| could_become_formula(text)).unwrap_or(text)
}

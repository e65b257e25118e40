//! Edits → the same text with those fields changed. Never touches a byte outside an edited field but to lengthen a row or the file,
//! and reads its own work again before it is handed out.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dialect::Dialect;
use super::fields::{self, Fields};
use super::file_name;
use super::text::Decoded;
use crate::domain::cell::CellRef;
use crate::domain::digest::sha256_hex;
use crate::domain::fill::field_text;
use crate::workbook::{CellEdit, CellValue, Edited, Limits, ReadError, WriteError};

/// Edits separated text. Encoding, byte order mark, delimiter, quoting and line ends stay as they are.
///
/// # Errors
/// As [`crate::workbook::edit`], or a text has characters that the file's encoding does not have.
pub fn edit(name: &str, bytes: &[u8], edits: &[CellEdit], limits: &Limits) -> Result<Edited, WriteError> {
    let part = file_name(name).to_owned();
    if edits.is_empty() {
        let untouched = vec![(part, sha256_hex(bytes))];
        return Ok(Edited { bytes: bytes.to_vec(), old: Vec::new(), untouched, changed: Vec::new() });
    }
    let before = super::read(name, bytes, limits)?.sheets.swap_remove(0).cells;
    let decoded = Decoded::new(bytes, limits)?;
    let cells = checked(super::sheet_name(name), &decoded, edits)?;
    let dialect = Dialect::find(name, &decoded.text);
    let text = spliced(&decoded.text, &dialect, &cells)?;
    let bytes = decoded.encode(&text).map_err(|_| ReadError::Damaged("its text cannot be written again".into()))?;
    // A file without a byte is nothing that anybody could open.
    if let (true, Some(edit)) = (bytes.is_empty(), edits.first()) {
        let why = "without its text the file would be empty".to_owned();
        return Err(WriteError::Cell { sheet: edit.sheet.clone(), cell: edit.cell, why });
    }
    let old = edits.iter().map(|edit| before.get(&edit.cell).map(|cell| cell.text.clone()).unwrap_or_default()).collect();
    prove(name, &bytes, edits, before, limits)?;
    Ok(Edited { bytes, old, untouched: Vec::new(), changed: vec![part] })
}

/// The fields' new texts, unless one must not be written.
fn checked(sheet: &str, decoded: &Decoded, edits: &[CellEdit]) -> Result<BTreeMap<CellRef, String>, WriteError> {
    let mut cells = BTreeMap::new();
    for edit in edits {
        if edit.sheet != sheet {
            return Err(WriteError::NoSheet(edit.sheet.clone()));
        }
        let text = match &edit.value {
            CellValue::Text(text) => field_text(text),
            number @ CellValue::Number(_) => number.to_string(),
        };
        // What is written may be one character longer than the text.
        let written = CellEdit { value: text.as_str().into(), ..edit.clone() };
        let why = if let Some(why) = edit.refusal().or_else(|| written.refusal()) {
            Some(why.to_owned())
        } else if text.contains('\0') {
            Some("the text has a character NUL, which no text file can hold".to_owned())
        } else if let Err(character) = decoded.encode(&text) {
            let encoding = decoded.encoding();
            Some(format!("the file is {encoding}, which has no {character:?}; save the form as \"CSV UTF-8\" and fill that"))
        } else if cells.insert(edit.cell, text).is_some() {
            Some("the cell would be written twice".to_owned())
        } else {
            None
        };
        if let Some(why) = why {
            return Err(WriteError::Cell { sheet: edit.sheet.clone(), cell: edit.cell, why });
        }
    }
    Ok(cells)
}

/// How the file writes what an edit adds.
struct Habits {
    delimiter: char,
    /// Whether every field that says something stands in quotes.
    quotes_all: bool,
    /// How lines end.
    line_end: &'static str,
    /// How many rows there are.
    rows: u32,
}

impl Habits {
    fn find(text: &str, dialect: &Dialect) -> Result<Self, ReadError> {
        let mut habits = Self { delimiter: char::from(dialect.delimiter), quotes_all: true, line_end: "", rows: 0 };
        let mut any = false;
        for field in Fields::new(text, dialect) {
            let field = field?;
            if !field.span.is_empty() {
                any = true;
                habits.quotes_all &= text[field.span.clone()].starts_with('"');
            }
            habits.rows = field.at.row + 1;
            if habits.line_end.is_empty() {
                habits.line_end = fields::line_break(&text[field.span.end..]);
            }
        }
        habits.quotes_all &= any;
        if habits.line_end.is_empty() {
            habits.line_end = text[..dialect.start].find(['\r', '\n']).map_or("\r\n", |at| fields::line_break(&text[at..]));
        }
        Ok(habits)
    }

    /// A text as a field: in quotes where the file always has them, where the field had them, or where it could not be read otherwise.
    fn field(&self, text: &str, had_quotes: bool) -> String {
        let special = |c: char| matches!(c, '"' | '\r' | '\n' | ',' | ';' | '\t' | '|' | '\u{FEFF}') || c == self.delimiter;
        let needed = text.contains(special) || text.starts_with(' ') || text.ends_with(' ');
        if needed || had_quotes || (self.quotes_all && !text.is_empty()) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    }

    /// Cells of one row, with the delimiters that lead from column to column.
    fn cells<'a>(&self, mut col: u32, cells: impl Iterator<Item = (&'a CellRef, &'a String)>) -> String {
        let mut row = String::new();
        for (at, text) in cells {
            row.extend((col..at.col).map(|_| self.delimiter));
            row.push_str(&self.field(text, false));
            col = at.col;
        }
        row
    }

    /// The rows that follow the last one.
    fn rows(&self, text: &str, cells: &BTreeMap<CellRef, String>) -> String {
        let last = cells.last_key_value().map_or(0, |(at, _)| at.row + 1);
        let open = !text.is_empty() && !text.ends_with(['\r', '\n']);
        let mut rows = String::new();
        for row in self.rows..last {
            let line = self.cells(0, cells.range(CellRef::new(row, 0)..CellRef::new(row + 1, 0)));
            let (before, after) = if open { (self.line_end, "") } else { ("", self.line_end) };
            rows.extend([before, &line, after]);
        }
        rows
    }
}

/// The text with its new fields.
fn spliced(text: &str, dialect: &Dialect, cells: &BTreeMap<CellRef, String>) -> Result<String, ReadError> {
    let habits = Habits::find(text, dialect)?;
    let mut pieces: Vec<(Range<usize>, String)> = Vec::new();
    for field in Fields::new(text, dialect) {
        let field = field?;
        if let Some(new) = cells.get(&field.at) {
            let had_quotes = text[field.span.clone()].starts_with('"');
            pieces.push((field.span.clone(), habits.field(new, had_quotes)));
        }
        let beyond = cells.range(CellRef::new(field.at.row, field.at.col + 1)..CellRef::new(field.at.row + 1, 0));
        if field.ends_row && beyond.clone().next().is_some() {
            pieces.push((field.span.end..field.span.end, habits.cells(field.at.col, beyond)));
        }
    }
    pieces.push((text.len()..text.len(), habits.rows(text, cells)));
    let (mut new, mut from) = (String::with_capacity(text.len()), 0);
    for (span, piece) in pieces {
        new.push_str(&text[from..span.start]);
        new.push_str(&piece);
        from = span.end;
    }
    Ok(new + &text[from..])
}

/// Reads the new file: it must hold what the old one held and the new texts. A text could make another delimiter the likelier one.
fn prove(
    name: &str,
    bytes: &[u8],
    edits: &[CellEdit],
    mut wanted: BTreeMap<CellRef, crate::domain::workbook::Cell>,
    limits: &Limits,
) -> Result<(), WriteError> {
    for edit in edits {
        wanted.entry(edit.cell).or_default().text = edit.value.to_string();
    }
    wanted.retain(|_, cell| !cell.text.is_empty());
    let found = super::read(name, bytes, limits)?.sheets.swap_remove(0).cells;
    let wrong = edits.iter().find(|edit| found.get(&edit.cell) != wanted.get(&edit.cell)).or(edits.first());
    match wrong.filter(|_| found != wanted) {
        None => Ok(()),
        Some(edit) => {
            let why = "with this text it could not be told any more how the file separates its fields; put a line such as sep=; on top";
            Err(WriteError::Cell { sheet: edit.sheet.clone(), cell: edit.cell, why: why.into() })
        }
    }
}

//! The fields of separated text and where each stands. Copies nothing while it looks, and names the line of whatever is wrong.

use std::borrow::Cow;
use std::ops::Range;

use super::dialect::Dialect;
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::workbook::ReadError;

/// One field of the text.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its place in the sheet.
    pub at: CellRef,
    /// Where it stands in the text, with its quotes.
    pub span: Range<usize>,
    /// Whether it is the last one of its row.
    pub ends_row: bool,
    /// The line of the file that it begins in, from 1.
    pub line: usize,
}

/// All fields of a text, row by row. A blank line is a row of one empty field; nothing after the last line break is no row.
pub(super) struct Fields<'a> {
    text: &'a str,
    delimiter: u8,
    position: usize,
    at: CellRef,
    line: usize,
    done: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(text: &'a str, dialect: &Dialect) -> Self {
        let done = dialect.start == text.len();
        let line = 1 + usize::from(dialect.start > 0);
        Self { text, delimiter: dialect.delimiter, position: dialect.start, at: CellRef::new(0, 0), line, done }
    }

    /// Where the field ends that begins here.
    fn end(&self) -> Result<usize, &'static str> {
        let mut at = self.position;
        if let Some(inside) = self.text[at..].strip_prefix('"') {
            at += closing(inside).ok_or("a quote is opened here and never closed")? + 2;
        }
        let stop = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        let bytes = self.text.as_bytes();
        Ok(bytes[at..].iter().position(stop).map_or(bytes.len(), |length| at + length))
    }

    fn field(&mut self) -> Result<Field, &'static str> {
        if self.at.row == MAX_ROWS {
            return Err("the file has more than the 1,048,576 rows that a sheet holds");
        }
        if self.at.col == MAX_COLS {
            return Err("the row has more than the 16,384 columns that a sheet holds");
        }
        let end = self.end()?;
        let (span, at, line) = (self.position..end, self.at, self.line);
        let (raw, rest) = (&self.text[span.clone()], &self.text[end..]);
        if raw.contains('\0') {
            return Err("a character NUL stands here, which no text has");
        }
        let broken = line_break(rest).len();
        let ends_row = broken > 0 || rest.is_empty();
        self.line += line_breaks(raw) + usize::from(ends_row);
        self.at = if ends_row { CellRef::new(at.row + 1, 0) } else { CellRef::new(at.row, at.col + 1) };
        self.position = end + if ends_row { broken } else { 1 };
        self.done = ends_row && self.position == self.text.len();
        Ok(Field { at, span, ends_row, line })
    }
}

impl Iterator for Fields<'_> {
    type Item = Result<Field, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let line = self.line;
        let field = self.field();
        self.done |= field.is_err();
        Some(field.map_err(|what| ReadError::Line { line, what: what.into() }))
    }
}

/// Where the closing quote stands in what follows the opening one.
fn closing(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether quotes stand where they should: around the field, if at all.
pub(super) fn is_clean(raw: &str) -> bool {
    raw.strip_prefix('"').map_or(!raw.contains('"'), |inside| closing(inside) == Some(inside.len().saturating_sub(1)))
}

/// The line break that a text begins with, or nothing.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => "\r\n",
        [b'\n', ..] => "\n",
        [b'\r', ..] => "\r",
        _ => "",
    }
}

fn line_breaks(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count() + text.bytes().filter(|byte| *byte == b'\r').count() - text.matches("\r\n").count()
}

/// What a field says. As in spreadsheet programs, text behind the closing quote belongs to it.
pub(super) fn value(raw: &str) -> Cow<'_, str> {
    let quoted = raw.strip_prefix('"').and_then(|inside| Some((inside, closing(inside)?)));
    let Some((inside, end)) = quoted else { return Cow::Borrowed(raw) };
    Cow::Owned(inside[..end].replace("\"\"", "\"") + &inside[end + 1..])
}

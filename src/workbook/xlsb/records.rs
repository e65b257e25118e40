//! The records of a part of an .xlsb workbook, one after the other. Never knows what they mean.

use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::workbook::le::Bytes;

/// Walks over a part.
pub struct Walk<'a>(Bytes<'a>);

impl<'a> Walk<'a> {
    /// Begins with the first record.
    pub const fn new(part: &'a [u8]) -> Self {
        Self(Bytes(part))
    }

    /// Kind and content of the next record; `None` after the last one.
    ///
    /// # Errors
    /// A record reaches past the end.
    pub fn next(&mut self) -> Result<Option<(u32, Bytes<'a>)>, String> {
        if self.0.0.is_empty() {
            return Ok(None);
        }
        let record = self.number(2).and_then(|kind| Some((kind, self.number(4)?)));
        let record = record.and_then(|(kind, len)| Some((kind, Bytes(self.0.take(len as usize)?))));
        record.map(Some).ok_or_else(|| "its records end too early".into())
    }

    /// A number of seven bits a byte, the highest bit saying that there is one more.
    fn number(&mut self, most: u32) -> Option<u32> {
        let mut number = 0;
        for place in 0..most {
            let byte = u32::from(self.0.u8()?);
            number |= (byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

/// A text with its length before it; nothing where the length says that there is none.
pub fn text(bytes: &mut Bytes) -> Option<String> {
    match bytes.u32()? {
        u32::MAX => Some(String::new()),
        characters => bytes.text(characters as usize, true),
    }
}

/// A block of cells: first and last row, first and last column.
pub fn block(bytes: &mut Bytes) -> Option<Range> {
    let (top, bottom, left, right) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
    let inside = top.max(bottom) < MAX_ROWS && left.max(right) < MAX_COLS;
    inside.then(|| Range::between(CellRef::new(top, left), CellRef::new(bottom, right)))
}

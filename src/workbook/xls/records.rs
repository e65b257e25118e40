//! The records of an .xls workbook's stream, one after the other. Never knows what they mean.

use crate::workbook::le::Bytes;

/// The record that goes on with the one before it.
const CONTINUE: u16 = 0x003C;
/// Begins and ends a part of the stream: the workbook itself, a sheet, a chart inside a sheet.
pub const BEGIN: u16 = 0x0809;
/// See [`BEGIN`].
pub const END: u16 = 0x000A;

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Where it begins in the stream.
    pub at: usize,
    /// Its kind.
    pub kind: u16,
    /// What it holds.
    pub data: &'a [u8],
}

/// Walks over one part of the stream, from its first record to its last; what is nested inside is passed over.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    stream: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Begins at `at`.
    pub const fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at, depth: 0 }
    }

    fn any(&mut self) -> Option<Record<'a>> {
        let mut rest = Bytes(self.stream.get(self.at..)?);
        let (kind, len) = (rest.u16()?, rest.u16()?);
        let record = Record { at: self.at, kind, data: rest.take(usize::from(len))? };
        self.at += 4 + record.data.len();
        Some(record)
    }

    /// The next record; `None` at the part's end.
    ///
    /// # Errors
    /// The stream ends before the part does.
    pub fn next(&mut self) -> Result<Option<Record<'a>>, String> {
        loop {
            let record = self.any().ok_or("its records end too early")?;
            match (record.kind, self.depth) {
                (BEGIN, 0) => {
                    self.depth = 1;
                    return Ok(Some(record));
                }
                (_, 0) => return Err("its records do not begin where they should".into()),
                (BEGIN, _) => self.depth += 1,
                (END, 1) => return Ok(None),
                (END, _) => self.depth -= 1,
                (_, 1) => return Ok(Some(record)),
                _ => {}
            }
        }
    }

    /// What the records hold that go on with the one just read.
    pub fn continued(mut self) -> Vec<&'a [u8]> {
        std::iter::from_fn(|| self.any().filter(|record| record.kind == CONTINUE).map(|record| record.data)).collect()
    }
}

/// A text with its length of two bytes before it.
pub fn text(bytes: &mut Bytes) -> Option<String> {
    let characters = bytes.u16()?;
    let wide = bytes.u8()? & 1 != 0;
    bytes.text(usize::from(characters), wide)
}

/// For each of the workbook's shared texts whether there is anything in it. Texts may go on in the next piece.
pub fn filled_texts(pieces: &[&[u8]]) -> Option<Vec<bool>> {
    let mut pieces = pieces.iter().copied();
    let mut bytes = Bytes(pieces.next()?);
    bytes.take(8)?;
    let mut filled = Vec::new();
    loop {
        if bytes.0.is_empty() {
            match pieces.next() {
                Some(piece) => bytes = Bytes(piece),
                None => return Some(filled),
            }
        }
        let mut characters = usize::from(bytes.u16()?);
        let flags = bytes.u8()?;
        let runs = if flags & 8 != 0 { usize::from(bytes.u16()?) } else { 0 };
        let extra = if flags & 4 != 0 { bytes.u32()? as usize } else { 0 };
        filled.push(characters > 0);
        let mut width = usize::from(flags & 1) + 1;
        loop {
            let here = characters.min(bytes.0.len() / width);
            bytes.take(here * width)?;
            characters -= here;
            if characters == 0 {
                break;
            }
            // The first byte of the next piece says anew how wide its characters are.
            bytes = Bytes(pieces.next()?);
            width = usize::from(bytes.u8()? & 1) + 1;
        }
        let mut skipped = (4 * runs).checked_add(extra)?;
        while skipped > 0 {
            let here = skipped.min(bytes.0.len());
            bytes.take(here)?;
            skipped -= here;
            if skipped > 0 {
                bytes = Bytes(pieces.next()?);
            }
        }
    }
}

//! The first part of an .xls workbook's stream: its tabs, shared texts, styles and names. Never holds the texts themselves.

use super::records::{BEGIN, Record, Walk, filled_texts};
use crate::domain::cell::CellRef;
use crate::domain::workbook::Visibility;
use crate::workbook::facts::BookFacts;
use crate::workbook::le::Bytes;
use crate::workbook::lists::DefinedName;
use crate::workbook::tokens::Operand;
use crate::workbook::{ReadError, tabs};

/// What the first record of an Excel 97 workbook says, and of those after it.
const BIFF8: u16 = 0x0600;
/// Its styles and names that the program itself made have no names in words.
const BUILT_IN: u16 = 0x20;

/// One tab.
#[derive(Debug)]
pub struct Tab {
    /// Its name.
    pub name: String,
    /// Where its records begin.
    pub at: usize,
    /// How it shows.
    pub visibility: Visibility,
    /// 0 for a worksheet.
    pub kind: u8,
    /// Where its own record begins.
    pub record: usize,
}

/// What holds for the whole workbook.
#[derive(Debug, Default)]
pub struct Globals {
    /// All tabs.
    pub tabs: Vec<Tab>,
    /// The rest that sheets are read with.
    pub book: BookFacts,
    /// Records that the value reader needs not see.
    pub needless: Vec<usize>,
}

struct RawName<'a> {
    name: String,
    tab: usize,
    tokens: &'a [u8],
}

/// Reads the first part.
///
/// # Errors
/// It is encrypted, too old or broken.
pub fn read(stream: &[u8]) -> Result<Globals, ReadError> {
    let mut globals = Globals::default();
    let (mut raw_names, mut own_books, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut walk = Walk::new(stream, 0);
    while let Some(record) = walk.next().map_err(ReadError::Damaged)? {
        let broken = || ReadError::Damaged(format!("a record of kind {:#06x} is broken", record.kind));
        let mut data = Bytes(record.data);
        match record.kind {
            BEGIN if data.u16() != Some(BIFF8) => return Err(too_old()),
            0x002F => return Err(ReadError::Encrypted),
            0x0085 => globals.tabs.push(tab(record).ok_or_else(broken)?),
            0x00FC => {
                let pieces: Vec<&[u8]> = std::iter::once(record.data).chain(walk.continued()).collect();
                globals.book.filled = filled_texts(&pieces).ok_or_else(broken)?;
            }
            0x00E0 => globals.book.locked.push(record.data.get(4).ok_or_else(broken)? & 1 != 0),
            0x0018 => {
                raw_names.push(raw_name(data).ok_or_else(broken)?);
                globals.needless.push(record.at);
            }
            0x0017 => {
                outside = references(data).ok_or_else(broken)?;
                globals.needless.push(record.at);
            }
            0x01AE => {
                own_books.push(data.0.get(2..4) == Some(&[0x01, 0x04]));
                // What else is no path of a file stands for functions of add-ins.
                globals.book.links |= data.0.len() > 4;
            }
            _ => {}
        }
    }
    let tabs = &globals.tabs;
    let sheet = |(book, first, last): &(u16, i16, i16)| {
        let own = own_books.get(usize::from(*book)).copied().unwrap_or(false) && first == last;
        own.then(|| tabs.get(usize::try_from(*first).ok()?).map(|tab| tab.name.clone()))?
    };
    globals.book.grammar.sheets = outside.iter().map(sheet).collect();
    globals.book.grammar.names = raw_names.iter().map(|name| name.name.clone()).collect();
    globals.book.names = raw_names.iter().filter_map(|name| defined(name, &globals)).collect();
    Ok(globals)
}

/// The error of a workbook from before Excel 97.
pub fn too_old() -> ReadError {
    ReadError::Kind { found: "an .xls workbook of a version before Excel 97".into() }
}

fn tab(record: Record) -> Option<Tab> {
    let mut data = Bytes(record.data);
    let (at, visibility, kind) = (data.u32()? as usize, data.u8()?, data.u8()?);
    let visibility = tabs::visibility(u32::from(visibility & 3));
    let (characters, flags) = (data.u8()?, data.u8()?);
    let mut name = data.text(usize::from(characters), flags & 1 != 0)?;
    name.retain(|character| character != '\0');
    Some(Tab { name, at, visibility, kind, record: record.at })
}

fn raw_name(mut data: Bytes) -> Option<RawName> {
    let (flags, _, characters, len) = (data.u16()?, data.u8()?, data.u8()?, data.u16()?);
    data.u16()?;
    let tab = usize::from(data.u16()?);
    data.take(4)?;
    let wide = data.u8()? & 1 != 0;
    let name = data.text(usize::from(characters), wide)?;
    let name = if flags & BUILT_IN == 0 { name } else { String::new() };
    Some(RawName { name, tab, tokens: data.take(usize::from(len))? })
}

/// Outside references: book, first and last tab.
fn references(mut data: Bytes) -> Option<Vec<(u16, i16, i16)>> {
    let count = data.u16()?;
    (0..count).map(|_| Some((data.u16()?, data.u16()?.cast_signed(), data.u16()?.cast_signed()))).collect()
}

fn defined(raw: &RawName, globals: &Globals) -> Option<DefinedName> {
    let Operand::Reference(refers_to) = globals.book.grammar.operand(raw.tokens, CellRef::new(0, 0))? else { return None };
    let local_to = match raw.tab.checked_sub(1) {
        None => None,
        Some(tab) => Some(globals.tabs.get(..tab)?.iter().filter(|tab| tab.kind == 0).count()),
    };
    (!raw.name.is_empty()).then(|| DefinedName { name: raw.name.clone(), local_to, refers_to })
}

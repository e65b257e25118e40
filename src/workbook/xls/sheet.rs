//! One sheet of an .xls workbook's stream → everything but the values, and which cells have one.

use super::globals::Globals;
use super::records::{Walk, text};
use crate::domain::cell::{CellRef, Range};
use crate::workbook::facts::{CellFacts, RawRule, SheetFacts};
use crate::workbook::le::Bytes;

/// A sheet's facts, and what of its records the value reader needs not see.
#[derive(Debug, Default)]
pub struct SheetPass {
    /// The facts.
    pub facts: SheetFacts,
    /// Records that the value reader needs not see.
    pub needless: Vec<usize>,
    /// Records of formulas: what they reckon is never looked at.
    pub formulas: Vec<usize>,
    /// All records of cells; each begins with the cell's row.
    pub cells: Vec<usize>,
}

/// Where the values of a formula's record begin and end.
const FORMULA_VALUE: std::ops::Range<usize> = 6..14;
/// The last column of a sheet.
const LAST_COLUMN: u16 = 255;
/// The least length of a formula's record.
const FORMULA: usize = 22;

/// Reads a sheet.
///
/// # Errors
/// A record that is broken, or a cell that occurs twice.
pub fn read(stream: &[u8], at: usize, globals: &Globals) -> Result<SheetPass, String> {
    let mut pass = SheetPass::default();
    let mut walk = Walk::new(stream, at);
    let mut formula = None;
    while let Some(record) = walk.next()? {
        let broken = || format!("a record of kind {:#06x} is broken", record.kind);
        match record.kind {
            0x0200 => pass.needless.push(record.at),
            0x0006 => {
                formula = Some(formula_cell(record.data, &mut pass.facts)?.ok_or_else(broken)?);
                pass.formulas.push(record.at);
                pass.cells.push(record.at);
            }
            0x0207 => {
                let filled = Bytes(record.data).u16().ok_or_else(broken)? > 0;
                let cell = formula.and_then(|at| pass.facts.cells.get_mut(&at)).ok_or("a formula's text stands without its formula")?;
                cell.filled |= filled;
            }
            _ => {
                if holds_cells(record.kind) {
                    cells(record.kind, record.data, &mut pass.facts, globals)?.ok_or_else(broken)?;
                    pass.cells.push(record.at);
                }
                layout(record.kind, record.data, &mut pass.facts, globals).ok_or_else(broken)?;
            }
        }
    }
    Ok(pass)
}

fn place(data: &mut Bytes) -> Option<CellRef> {
    let (row, col) = (data.u16()?, data.u16()?);
    Some(CellRef::new(u32::from(row), u32::from(col)))
}

fn formula_cell(record: &[u8], facts: &mut SheetFacts) -> Result<Option<CellRef>, String> {
    let mut data = Bytes(record);
    let (Some(at), Some(style), Some(value), true) = (place(&mut data), data.u16(), record.get(FORMULA_VALUE), record.len() >= FORMULA)
    else {
        return Ok(None);
    };
    // A text stands in a record of its own; an empty one in none.
    let filled = value[6..] != [0xFF, 0xFF] || matches!(value[0], 1 | 2);
    facts.cell(at, CellFacts { style: u32::from(style), formula: true, filled })?;
    Ok(Some(at))
}

/// Records of cells other than formulas.
const fn holds_cells(kind: u16) -> bool {
    matches!(kind, 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201 | 0x0203..=0x0205 | 0x027E)
}

fn cells(kind: u16, record: &[u8], facts: &mut SheetFacts, globals: &Globals) -> Result<Option<()>, String> {
    let (mut data, several) = (Bytes(record), matches!(kind, 0x00BD | 0x00BE));
    let Some(mut at) = place(&mut data) else { return Ok(None) };
    // Several cells of one row end with the number of the last column.
    let (size, count) = if kind == 0x00BD { (6, record.len().saturating_sub(6) / 6) } else { (2, record.len().saturating_sub(6) / 2) };
    for _ in 0..if several { count } else { 1 } {
        let one = if several { data.take(size) } else { Some(data.0) };
        let Some((style, filled)) = one.and_then(|one| cell(kind, Bytes(one), globals)) else { return Ok(None) };
        facts.cell(at, CellFacts { style: u32::from(style), formula: false, filled })?;
        at.col += 1;
    }
    Ok(Some(()))
}

/// A cell's style, and whether there is a value.
fn cell(kind: u16, mut data: Bytes, globals: &Globals) -> Option<(u16, bool)> {
    let style = data.u16()?;
    let filled = match kind {
        0x0201 | 0x00BE => false,
        0x0204 | 0x00D6 => data.u16()? > 0,
        0x00FD => *globals.book.filled.get(data.u32()? as usize)?,
        _ => true,
    };
    Some((style, filled))
}

/// Records of everything else.
fn layout(kind: u16, record: &[u8], facts: &mut SheetFacts, globals: &Globals) -> Option<()> {
    let mut data = Bytes(record);
    match kind {
        0x0208 => {
            let (row, _) = (u32::from(data.u16()?), data.take(10)?);
            let (flags, style) = (data.u16()?, data.u16()?);
            if flags & 0x20 != 0 {
                facts.hidden_rows.insert(row);
            }
            if flags & 0x80 != 0 {
                facts.row_styles.insert(row, u32::from(style & 0x0FFF));
            }
        }
        0x007D => {
            let (first, last, width, style, flags) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?, data.u16()?);
            // The last column is 256 in some files, one past the sheet.
            let (first, last) = (u32::from(first), u32::from(last.min(LAST_COLUMN)));
            facts.cols.push((first, last, u32::from(style), flags & 1 != 0));
            facts.widths.push((first, last, u32::from(width)));
        }
        0x0012 => facts.protected = data.u16()? != 0,
        0x00E5 => facts.merges.append(&mut blocks(&mut data)?),
        0x01BE => {
            // A rule that this does not understand is no rule that can be obeyed, nor a reason to refuse the workbook.
            if let Some(raw) = rule(data) {
                facts.rule(&globals.book.grammar, raw);
            }
        }
        0x001C => {
            let at = place(&mut data)?;
            facts.unread("comment", Some(at));
        }
        0x005D => {
            if let Some(what) = object(record) {
                facts.unread(what, None);
            }
        }
        _ => {}
    }
    Some(())
}

fn blocks(data: &mut Bytes) -> Option<Vec<Range>> {
    let count = data.u16()?;
    let block = |data: &mut Bytes| {
        let (top, bottom, left, right) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?);
        let corner = |row: u16, col: u16| CellRef::new(u32::from(row), u32::from(col.min(LAST_COLUMN)));
        Some(Range::between(corner(top, left), corner(bottom, right)))
    };
    (0..count).map(|_| block(data)).collect()
}

fn rule(mut data: Bytes) -> Option<RawRule> {
    let flags = data.u32()?;
    for _ in 0..4 {
        text(&mut data)?;
    }
    let mut formula = || {
        let len = data.u16()?;
        data.u16()?;
        data.take(usize::from(len))
    };
    let formulas = [formula()?, formula()?];
    Some(RawRule { flags, formulas, ranges: blocks(&mut data)? })
}

/// What an object is. Comments are counted by their own records; arrows that the program shows by itself are none.
fn object(record: &[u8]) -> Option<&'static str> {
    let mut data = Bytes(record);
    let (first, _, kind, _, flags) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?, data.u16()?);
    if first != 0x15 || flags & 0x0100 != 0 {
        return None;
    }
    Some(match kind {
        0x05 => "chart",
        0x06 => "text box",
        0x08 => "picture",
        0x07 | 0x0B..=0x14 => "form control",
        0x19 => return None,
        _ => "drawing",
    })
}

//! One sheet of an .xlsb workbook → everything but the values, which cells have one, and the few values that the value reader passes over.

use super::records::{Walk, block, text};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::workbook::facts::{CellFacts, RawRule, SheetFacts};
use crate::workbook::le::Bytes;
use crate::workbook::tokens::Grammar;

/// A sheet's facts, and values that the value reader does not give.
#[derive(Debug, Default)]
pub struct SheetPass {
    /// The facts.
    pub facts: SheetFacts,
    /// Errors that formulas reckon, and texts of several styles.
    pub values: Vec<(CellRef, String)>,
}

const ROW: u32 = 0;
const END_OF_CELLS: u32 = 146;
const RICH_TEXT: u32 = 62;
const FORMULA_ERROR: u32 = 11;

/// Reads a sheet; `filled` tells for each shared text whether there is anything in it.
///
/// # Errors
/// A record that is broken, or a cell that occurs twice or stands outside the grid.
pub fn read(part: &[u8], filled: &[bool], grammar: &Grammar) -> Result<SheetPass, String> {
    let mut pass = SheetPass::default();
    let (mut walk, mut row, mut in_cells) = (Walk::new(part), 0, true);
    while let Some((kind, data)) = walk.next()? {
        let broken = || format!("a record of kind {kind} is broken");
        match kind {
            ROW if in_cells => row = row_head(data, &mut pass.facts).ok_or_else(broken)?,
            1..=FORMULA_ERROR | RICH_TEXT if in_cells => {
                let (col, facts, value) = cell(kind, data, filled).ok_or_else(broken)?;
                let at = CellRef::new(row, col);
                pass.facts.cell(at, facts)?;
                pass.values.extend(value.map(|value| (at, value)));
            }
            END_OF_CELLS => in_cells = false,
            _ => layout(kind, data, &mut pass.facts, grammar).ok_or_else(broken)?,
        }
    }
    if in_cells {
        return Err("its records end too early".into());
    }
    Ok(pass)
}

fn row_head(mut data: Bytes, facts: &mut SheetFacts) -> Option<u32> {
    let (row, style, _) = (data.u32()?, data.u32()?, data.u16()?);
    let (_, flags) = (data.u8()?, data.u8()?);
    // A row outside the grid is told by its cells, if it has any.
    if row >= MAX_ROWS {
        return Some(row);
    }
    if flags & 0x10 != 0 {
        facts.hidden_rows.insert(row);
    }
    if flags & 0x40 != 0 {
        facts.row_styles.insert(row, style);
    }
    Some(row)
}

/// A cell's column, its facts, and its value where the value reader does not give it.
fn cell(kind: u32, mut data: Bytes, filled: &[bool]) -> Option<(u32, CellFacts, Option<String>)> {
    let (col, style) = (data.u32()?, data.u32()? & 0x00FF_FFFF);
    let value = match kind {
        FORMULA_ERROR => Some(error_text(data.u8()?).to_owned()),
        RICH_TEXT => {
            data.u8()?;
            Some(text(&mut data)?).filter(|text| !text.is_empty())
        }
        _ => None,
    };
    // The value reader takes what a record lacks from the one before it, so each must be as long as its value.
    let filled = match kind {
        1 => return Some((col, CellFacts { style, ..CellFacts::default() }, None)),
        2 => data.take(4).is_some(),
        3 | 4 | 10 => data.take(1).is_some(),
        5 | 9 => data.take(8).is_some(),
        6 | 8 => !text(&mut data)?.is_empty(),
        7 => *filled.get(data.u32()? as usize)?,
        _ => value.is_some(),
    };
    if !filled && matches!(kind, 2..=5 | 9 | 10) {
        return None;
    }
    Some((col, CellFacts { style, formula: (8..=FORMULA_ERROR).contains(&kind), filled }, value))
}

fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

/// Records of everything else.
fn layout(kind: u32, mut data: Bytes, facts: &mut SheetFacts, grammar: &Grammar) -> Option<()> {
    match kind {
        60 => {
            let (first, last, width, style, flags) = (data.u32()?, data.u32()?, data.u32()?, data.u32()?, data.u16()?);
            if first < MAX_COLS {
                facts.cols.push((first, last.min(MAX_COLS - 1), style, flags & 1 != 0));
                facts.widths.push((first, last.min(MAX_COLS - 1), width));
            }
        }
        64 => {
            // A rule that this does not understand is no rule that can be obeyed, nor a reason to refuse the workbook.
            if let Some(raw) = rule(data) {
                facts.rule(grammar, raw);
            }
        }
        176 => facts.merges.push(block(&mut data)?),
        535 => {
            data.u16()?;
            facts.protected = data.u32()? != 0;
        }
        _ => {}
    }
    Some(())
}

fn rule(mut data: Bytes) -> Option<RawRule> {
    let (flags, count) = (data.u32()?, data.u32()?);
    let ranges = (0..count).map(|_| block(&mut data)).collect::<Option<Vec<_>>>()?;
    for _ in 0..4 {
        text(&mut data)?;
    }
    let mut formula = || {
        let len = data.u32()?;
        let tokens = data.take(len as usize)?;
        let more = data.u32()?;
        data.take(more as usize)?;
        Some(tokens)
    };
    Some(RawRule { flags, ranges, formulas: [formula()?, formula()?] })
}

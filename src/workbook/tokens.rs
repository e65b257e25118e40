//! Formulas of the binary formats, as far as a list or a bound is one: a text, a number, a block of cells, a name. Anything longer stays unread.

use super::le::Bytes;
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};

/// What a formula names, and how wide its fields are.
#[derive(Debug, Default)]
pub struct Grammar {
    /// Whether rows, names and texts have the wide fields of .xlsb.
    pub wide: bool,
    /// The sheet that each outside reference means; `None` where it is in another file, or not one sheet.
    pub sheets: Vec<Option<String>>,
    /// The defined names, in the order of the file.
    pub names: Vec<String>,
}

/// A formula of one operand.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Words in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// A block of cells or a name, as one would type it.
    Reference(String),
}

/// The bits of a column field that say that row and column count from the formula's own cell.
const ROW_FROM_HERE: u16 = 0x8000;
const COL_FROM_HERE: u16 = 0x4000;

impl Grammar {
    /// Reads a formula; `base` is the cell that it is written for.
    pub fn operand(&self, tokens: &[u8], base: CellRef) -> Option<Operand> {
        let mut bytes = Bytes(tokens);
        let token = bytes.u8()?;
        // Operands come in three classes that mean the same here.
        let token = if token >= 0x40 { token & 0x1F | 0x20 } else { token };
        let operand = match token {
            0x17 => Operand::Text(self.text(&mut bytes)?),
            0x1E => Operand::Number(f64::from(bytes.u16()?)),
            0x1F => Operand::Number(bytes.f64()?),
            0x23 => Operand::Reference(self.name(&mut bytes)?),
            0x24 => Operand::Reference(self.block(&mut bytes, 1, None)?.to_string()),
            0x25 => Operand::Reference(self.block(&mut bytes, 2, None)?.to_string()),
            0x2C => Operand::Reference(self.block(&mut bytes, 1, Some(base))?.to_string()),
            0x2D => Operand::Reference(self.block(&mut bytes, 2, Some(base))?.to_string()),
            0x3A | 0x3B => {
                let sheet = self.sheets.get(usize::from(bytes.u16()?))?.as_ref()?;
                let block = self.block(&mut bytes, usize::from(token - 0x39), None)?;
                Operand::Reference(format!("'{}'!{block}", sheet.replace('\'', "''")))
            }
            _ => return None,
        };
        bytes.0.is_empty().then_some(operand)
    }

    fn text(&self, bytes: &mut Bytes) -> Option<String> {
        if self.wide {
            let characters = bytes.u16()?;
            return bytes.text(usize::from(characters), true);
        }
        let characters = bytes.u8()?;
        let wide = bytes.u8()? & 1 != 0;
        bytes.text(usize::from(characters), wide)
    }

    fn name(&self, bytes: &mut Bytes) -> Option<String> {
        let number = if self.wide {
            bytes.u32()?
        } else {
            let number = u32::from(bytes.u16()?);
            bytes.u16()?;
            number
        };
        self.names.get((number as usize).checked_sub(1)?).cloned()
    }

    /// A block of one or two corners: all rows, then all columns.
    fn block(&self, bytes: &mut Bytes, corners: usize, base: Option<CellRef>) -> Option<Range> {
        let (mut rows, mut cols) = ([0u32; 2], [0u16; 2]);
        for row in &mut rows[..corners] {
            *row = if self.wide { bytes.u32()? } else { u32::from(bytes.u16()?) };
        }
        for col in &mut cols[..corners] {
            *col = bytes.u16()?;
        }
        let corner = |index: usize| self.corner(rows[index], cols[index], base);
        Some(Range::between(corner(0)?, corner(corners - 1)?))
    }

    fn corner(&self, row: u32, field: u16, base: Option<CellRef>) -> Option<CellRef> {
        let (all_rows, all_cols) = if self.wide { (MAX_ROWS, MAX_COLS) } else { (0x1_0000, 0x100) };
        let (mut row, mut col) = (row, u32::from(field & 0x3FFF));
        if let Some(base) = base {
            // Counted from the base, round the edge of the sheet where need be.
            if field & ROW_FROM_HERE != 0 {
                row = (base.row + row % all_rows) % all_rows;
            }
            if field & COL_FROM_HERE != 0 {
                col = (base.col + col % all_cols) % all_cols;
            }
        }
        (row < all_rows && col < all_cols).then_some(CellRef::new(row, col))
    }
}

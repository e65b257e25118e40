//! What reading the words of lists has in common in every file kind: names, and the words that stand in a block. Never reads a formula.

use crate::domain::cell::{CellRef, Range};
use crate::domain::workbook::Sheet;

/// A name may stand for a name; more steps than this are a ring.
pub const MAX_NAME_STEPS: u8 = 8;
/// More words than this are a data table, not a list to choose from.
const MAX_OPTIONS: usize = 1_000;

/// A name for a range or a formula.
#[derive(Debug)]
pub struct DefinedName {
    /// The name.
    pub name: String,
    /// The worksheet that it is local to, by position among the worksheets.
    pub local_to: Option<usize>,
    /// What it stands for.
    pub refers_to: String,
}

/// The name as it is meant on a sheet: the one that is local to it, else the global one.
pub fn named<'a>(names: &'a [DefinedName], sheet: usize, wanted: &str) -> Option<&'a DefinedName> {
    let same = |name: &&DefinedName| name.name.eq_ignore_ascii_case(wanted);
    let local = names.iter().filter(same).find(|name| name.local_to == Some(sheet));
    local.or_else(|| names.iter().filter(same).find(|name| name.local_to.is_none()))
}

/// The texts of a block, row by row; cells beside it are skipped a row at a time, and only cells that hold something are visited,
/// however large the block.
pub fn words_in(sheet: &Sheet, range: Range) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = range.first;
    while let Some((found, cell)) = sheet.cells.range(at..=range.last).next().filter(|_| words.len() < MAX_OPTIONS) {
        at = match found.col {
            col if col < range.first.col => CellRef::new(found.row, range.first.col),
            col if col > range.last.col => CellRef::new(found.row + 1, range.first.col),
            col => {
                words.extend(Some(cell.text.trim()).filter(|text| !text.is_empty()).map(str::to_owned));
                CellRef::new(found.row, col + 1)
            }
        };
        if at > range.last {
            break;
        }
    }
    words
}

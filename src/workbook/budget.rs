//! How many cells and how much text of a workbook may still be read. Never gives back what was taken.

use super::Limits;
use super::limits::in_words;

/// What is left.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    cells: usize,
    text: usize,
}

impl Budget {
    /// All that the limits allow.
    pub const fn new(limits: &Limits) -> Self {
        Self { limits: *limits, cells: limits.cells, text: limits.text }
    }

    /// Takes one cell with its text.
    ///
    /// # Errors
    /// There is no more room.
    pub fn take(&mut self, text: &str) -> Result<(), String> {
        self.take_block(1, text.len())
    }

    /// Takes `cells` cells that hold `text` bytes each.
    ///
    /// # Errors
    /// There is no more room.
    pub fn take_block(&mut self, cells: u64, text: usize) -> Result<(), String> {
        let cells = usize::try_from(cells).unwrap_or(usize::MAX);
        self.cells = self.cells.checked_sub(cells).ok_or_else(|| format!("the workbook has more than {} cells", self.limits.cells))?;
        let more = || format!("the workbook has more than {} of text", in_words(self.limits.text as u64));
        self.text = text.checked_mul(cells).and_then(|text| self.text.checked_sub(text)).ok_or_else(more)?;
        Ok(())
    }
}

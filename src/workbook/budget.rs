//! How many cells and how much text of a workbook may still be read.

use super::Limits;

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
        self.cells = self.cells.checked_sub(1).ok_or_else(|| format!("the workbook has more than {} cells", self.limits.cells))?;
        let more = || format!("the workbook has more than {} MiB of text", self.limits.text >> 20);
        self.text = self.text.checked_sub(text.len()).ok_or_else(more)?;
        Ok(())
    }
}

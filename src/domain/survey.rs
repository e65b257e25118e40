//! A sheet with indexes over its lists, rules, merged blocks and rows, so that places are looked up fast. Looks things up, decides nothing.

use std::cell::RefCell;
use std::collections::HashMap;

use super::cell::{CellRef, Range, RangeMap};
use super::header_words::{asks, is_placeholder};
use super::workbook::{ListRule, Sheet, Takes};

/// A sheet with what is needed to look things up fast.
pub struct Survey<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    lists: RangeMap<usize>,
    rules: RangeMap<Takes>,
    merges: RangeMap<Range>,
    /// The indexes reach up to this column; beyond it every block is looked at.
    last_col: u32,
    /// Rows that hold anything, in order.
    rows: Vec<u32>,
    /// How much cells ask, of those that were looked at: the same cell is looked at from several rows.
    asks: RefCell<HashMap<CellRef, f32>>,
}

impl<'a> Survey<'a> {
    /// Surveys a sheet.
    #[must_use]
    pub fn new(sheet: &'a Sheet) -> Self {
        let last_col = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0) + 2;
        let lists = sheet.lists.iter().enumerate().flat_map(|(index, rule)| rule.ranges.iter().map(move |range| (*range, index)));
        let rules = sheet.rules.iter().flat_map(|rule| rule.ranges.iter().map(|range| (*range, rule.takes)));
        let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).collect();
        rows.dedup();
        Self {
            sheet,
            lists: RangeMap::new(lists, last_col),
            rules: RangeMap::new(rules, last_col),
            merges: RangeMap::new(sheet.merges.iter().map(|range| (*range, *range)), last_col),
            last_col,
            rows,
            asks: RefCell::default(),
        }
    }

    /// The list at a place.
    #[must_use]
    pub fn list(&self, at: CellRef) -> Option<&'a ListRule> {
        if at.col > self.last_col { self.sheet.list(at) } else { self.lists.get(at).map(|index| &self.sheet.lists[index]) }
    }

    /// The other rule at a place.
    #[must_use]
    pub fn rule(&self, at: CellRef) -> Option<Takes> {
        if at.col > self.last_col { self.sheet.rule(at) } else { self.rules.get(at) }
    }

    /// The merged block at a place.
    #[must_use]
    pub fn merge(&self, at: CellRef) -> Option<Range> {
        if at.col > self.last_col { self.sheet.merge(at) } else { self.merges.get(at) }
    }

    /// The top left of the merged block at a place, or the place.
    #[must_use]
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.merge(at).map_or(at, |range| range.first)
    }

    /// The empty block right below a question that takes its answer: merged over several cells, or the only cell that may be written.
    #[must_use]
    pub fn block_below(&self, question: CellRef) -> Option<CellRef> {
        let last = self.merge(question).map_or(question.row, |range| range.last.row);
        let at = CellRef::new(last + 1, question.col);
        let wide = self.merge(at).is_some_and(|range| range.first == at && range.last.col > range.first.col);
        let alone = self.sheet.row(at.row).all(|(_, cell)| cell.text.trim().is_empty() || is_placeholder(&cell.text));
        let open = self.sheet.locks.is_some() && !self.sheet.locked(at);
        (alone && (wide || open) && !self.sheet.locked(at)).then_some(at)
    }

    /// The text that is shown at a place.
    #[must_use]
    pub fn text(&self, at: CellRef) -> &'a str {
        self.sheet.text(at)
    }

    /// How much the text at a place asks.
    #[must_use]
    pub fn asks(&self, at: CellRef) -> f32 {
        if let Some(known) = self.asks.borrow().get(&at) {
            return *known;
        }
        let found = asks(self.text(at).trim());
        self.asks.borrow_mut().insert(at, found);
        found
    }

    /// The last row that holds anything.
    #[must_use]
    pub fn last_row(&self) -> Option<u32> {
        self.rows.last().copied()
    }

    /// Columns in which some cell has a list.
    pub fn columns_with_lists(&self) -> impl Iterator<Item = u32> {
        self.lists.columns()
    }

    /// Rows with content inside a span, both ends included.
    pub fn rows_in(&self, first: u32, last: u32) -> impl Iterator<Item = u32> {
        let from = self.rows.partition_point(|row| *row < first);
        self.rows[from..].iter().copied().take_while(move |row| *row <= last)
    }
}

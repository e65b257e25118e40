//! A workbook as plain cells, whatever the file kind was. Never knows of files, XML or styles beyond their number.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, Range};

/// One received workbook, read.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    /// Sheets in the order of the file.
    pub sheets: Vec<Sheet>,
    /// What the reader saw but does not read, in words: "3 images on sheet Front".
    pub unread: Vec<String>,
}

impl Workbook {
    /// The sheet of that name, compared exactly.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

/// How a sheet shows in its program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Shown.
    #[default]
    Visible,
    /// Hidden; the reader can unhide it in a menu.
    Hidden,
    /// Hidden so that only a program can unhide it.
    VeryHidden,
}

/// One sheet of cells.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name as shown on the tab.
    pub name: String,
    /// How it shows.
    pub visibility: Visibility,
    /// Cells that hold something.
    pub cells: BTreeMap<CellRef, Cell>,
    /// Merged blocks.
    pub merges: Vec<Range>,
    /// Cells that take their value from a list.
    pub lists: Vec<ListRule>,
    /// Rows that are hidden, counted from zero.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns that are hidden, counted from zero.
    pub hidden_cols: BTreeSet<u32>,
    /// What may be edited; `None` where the sheet is not protected.
    pub locks: Option<Locks>,
    /// Header rows of the tables that the file itself declares; they may not be written.
    pub table_headers: Vec<Range>,
}

/// What one cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its value as text; for a formula, the result that was stored with it.
    pub text: String,
    /// Whether a formula makes the value.
    pub formula: bool,
    /// Number of its style in the file: equal numbers look alike.
    pub style: u32,
}

/// A list that cells take their value from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRule {
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// The list's words, in order, as the list spells them; empty where they could not be read.
    pub options: Vec<String>,
    /// Where the words stand: `"Yes,No"`, `Lists!A1:A3`, the name of a range.
    pub source: String,
}

/// Which cells of a protected sheet may be edited.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// Cells that say for themselves whether they are locked.
    pub cells: BTreeMap<CellRef, bool>,
    /// Rows whose empty cells say it.
    pub rows: BTreeMap<u32, bool>,
    /// Columns whose empty cells say it: first, last, locked.
    pub cols: Vec<(u32, u32, bool)>,
}

impl Sheet {
    /// The text at a place, empty where there is none.
    #[must_use]
    pub fn text(&self, at: CellRef) -> &str {
        self.cells.get(&at).map_or("", |cell| cell.text.as_str())
    }

    /// Whether the sheet is protected and this cell locked.
    #[must_use]
    pub fn locked(&self, at: CellRef) -> bool {
        let Some(locks) = &self.locks else { return false };
        if let Some(locked) = locks.cells.get(&at).or_else(|| locks.rows.get(&at.row)) {
            return *locked;
        }
        locks.cols.iter().find(|(first, last, _)| (*first..=*last).contains(&at.col)).is_none_or(|(_, _, locked)| *locked)
    }

    /// The list that holds at a place.
    #[must_use]
    pub fn list(&self, at: CellRef) -> Option<&ListRule> {
        self.lists.iter().find(|rule| rule.ranges.iter().any(|range| range.contains(at)))
    }

    /// The merged block that covers a place.
    #[must_use]
    pub fn merge(&self, at: CellRef) -> Option<&Range> {
        self.merges.iter().find(|range| range.contains(at))
    }

    /// The place that is really shown there: the top left of a merged block, or the place itself.
    #[must_use]
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.merge(at).map_or(at, |range| range.first)
    }

    /// The cells of one row that hold something, from left to right.
    pub fn row(&self, row: u32) -> impl Iterator<Item = (CellRef, &Cell)> {
        self.cells.range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX)).map(|(at, cell)| (*at, cell))
    }
}

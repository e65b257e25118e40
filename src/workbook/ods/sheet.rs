//! One table → one sheet of plain cells. Never lets a repeat cost more than the content that it repeats.

use std::collections::BTreeMap;

use super::grid::{CellRun, RowRun, Run};
use super::styles::Styles;
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::domain::workbook::{Cell, Locks, Sheet, Unread, Visibility};
use crate::workbook::Limits;
use crate::workbook::budget::Budget;
use crate::workbook::values::{iso_date_text, iso_time_text};
use crate::workbook::xml::Tag;

/// Hidden columns, or empty hidden rows, beyond this many in one run are a layout trick, not content.
const MAX_HIDDEN_SPAN: u32 = 2_000;
/// Empty cells beyond this many in one run are background, not places for answers, whatever their lock says.
const MAX_LOCKED_RUN: u64 = 100_000;

/// What the tables of a workbook share: numbers for its styles, and what may still be read.
pub struct Shared {
    limits: Limits,
    numbers: BTreeMap<String, u32>,
    budget: Budget,
    /// Empty cells that may still say for themselves whether they are locked.
    locks: usize,
}

impl Shared {
    /// All that the limits allow.
    pub fn new(limits: &Limits) -> Self {
        Self { limits: *limits, numbers: BTreeMap::new(), budget: Budget::new(limits), locks: limits.cells }
    }

    /// The number of a style's name.
    fn style(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// A table in the making.
pub struct Table {
    /// The sheet so far.
    pub sheet: Sheet,
    /// Cells that a program of the value reader's kind would find: those that say of what kind their value is.
    pub typed: usize,
    /// Cells of text that have none but that of a shape on them, which such a program may take for theirs.
    pub shaped: usize,
    /// Rows and columns up to the last cell with content or formula, as a dense grid has them.
    pub extent: (u32, u32),
    /// Where each validation holds, by its name.
    pub validated: BTreeMap<String, Vec<Range>>,
    /// Whether a formula takes something from another file.
    pub links: bool,
    cols: Vec<(u32, u32, String)>,
    row_style: Option<String>,
    row_hidden: bool,
    rows_with_content: bool,
    arrays: Vec<Range>,
    /// The last block of each validation and span of columns.
    open_blocks: BTreeMap<(String, u32, u32), usize>,
}

/// The cells of a run of rows and a run of columns, as far as they lie in the grid.
fn block(rows: Run, cols: Run) -> Option<Range> {
    let inside = rows.first < MAX_ROWS && cols.first < MAX_COLS && rows.count > 0 && cols.count > 0;
    let last = |run: Run, limit: u32| run.first.saturating_add(run.count - 1).min(limit - 1);
    inside.then(|| Range { first: CellRef::new(rows.first, cols.first), last: CellRef::new(last(rows, MAX_ROWS), last(cols, MAX_COLS)) })
}

impl Table {
    /// Begins a table with its tag.
    pub fn new(tag: &Tag, styles: &Styles) -> Self {
        let hidden = tag.get("style-name").is_some_and(|name| styles.hides(&name));
        let sheet = Sheet {
            name: tag.get("name").unwrap_or_default(),
            visibility: if hidden { Visibility::Hidden } else { Visibility::Visible },
            locks: (tag.flag("protected") == Some(true)).then(Locks::default),
            ..Sheet::default()
        };
        Self {
            sheet,
            typed: 0,
            shaped: 0,
            extent: (0, 0),
            validated: BTreeMap::new(),
            links: false,
            cols: Vec::new(),
            row_style: None,
            row_hidden: false,
            rows_with_content: false,
            arrays: Vec::new(),
            open_blocks: BTreeMap::new(),
        }
    }

    /// Takes in a run of columns.
    pub fn columns(&mut self, tag: &Tag, run: Run, styles: &Styles) {
        let last = run.first.saturating_add(run.count - 1).min(MAX_COLS - 1);
        if run.first > last {
            return;
        }
        if hides(tag) {
            self.sheet.hidden_cols.extend(run.first..=last.min(run.first + MAX_HIDDEN_SPAN));
        }
        if let Some(style) = tag.get("default-cell-style-name") {
            if let Some(locks) = &mut self.sheet.locks {
                locks.cols.push((run.first, last, styles.locked(&style)));
            }
            self.cols.push((run.first, last, style));
        }
    }

    /// Begins a run of rows.
    pub fn row(&mut self, row: &RowRun, styles: &Styles) {
        self.row_hidden = row.folded || hides(&row.tag);
        self.row_style = row.tag.get("default-cell-style-name");
        self.rows_with_content = false;
        if let (Some(style), Some(locks)) = (&self.row_style, &mut self.sheet.locks)
            && row.run.count <= MAX_HIDDEN_SPAN
        {
            let locked = styles.locked(style);
            locks.rows.extend((row.run.first..row.run.after().min(MAX_ROWS)).map(|row| (row, locked)));
        }
    }

    /// Ends a run of rows.
    pub fn row_end(&mut self, run: Run) {
        if self.row_hidden && (self.rows_with_content || run.count <= MAX_HIDDEN_SPAN) {
            self.sheet.hidden_rows.extend(run.first..run.after().min(MAX_ROWS));
        }
    }

    /// Takes in a run of cells.
    ///
    /// # Errors
    /// Content outside the grid, or more than the limits allow; values that are none.
    pub fn cell(&mut self, run: &CellRun, styles: &Styles, shared: &mut Shared) -> Result<(), String> {
        let formula = run.get("table:formula");
        let text = value_text(run)?;
        let text_blank = text.trim().is_empty();
        if !text.is_empty() || formula.is_some() {
            self.content(run, &text, shared)?;
        }
        if text_blank && run.other_text > 0 && typed(run) {
            self.shaped = self.shaped.saturating_add((run.cols.count as usize).saturating_mul(run.rows.count as usize));
        }
        self.links |= formula.is_some_and(|formula| formula.contains("'#") || formula.contains("DDE("));
        let Some(area) = block(run.rows, run.cols) else { return Ok(()) };
        self.spans(run, area, &shared.limits)?;
        if let Some(name) = run.get("table:content-validation-name") {
            self.validate(name, area);
        }
        if let (Some(style), Some(locks)) = (run.get("table:style-name"), &mut self.sheet.locks)
            && area.area() <= MAX_LOCKED_RUN.min(shared.locks as u64)
        {
            let locked = styles.locked(style);
            shared.locks -= usize::try_from(area.area()).unwrap_or(0);
            locks.cells.extend(cells(area).map(|at| (at, locked)));
        }
        Ok(())
    }

    fn content(&mut self, run: &CellRun, text: &str, shared: &mut Shared) -> Result<(), String> {
        let (rows, cols) = (u64::from(run.rows.first) + u64::from(run.rows.count), u64::from(run.cols.first) + u64::from(run.cols.count));
        if rows > u64::from(MAX_ROWS) || cols > u64::from(MAX_COLS) {
            return Err(format!("a cell at row {rows}, column {cols} is outside the grid"));
        }
        let Some(area) = block(run.rows, run.cols) else { return Ok(()) };
        shared.budget.take_block(area.area(), text.len() + run.other_text)?;
        self.rows_with_content = true;
        self.extent = (self.extent.0.max(area.last.row + 1), self.extent.1.max(area.last.col + 1));
        if !text.trim().is_empty() && typed(run) {
            self.typed += usize::try_from(area.area()).unwrap_or(usize::MAX);
        }
        let formula = run.get("table:formula").is_some();
        for at in cells(area) {
            let style = shared.style(run.get("table:style-name").or(self.row_style.as_deref()).unwrap_or_else(|| self.col_style(at.col)));
            self.sheet.cells.insert(at, Cell { text: text.to_owned(), formula, style });
        }
        Ok(())
    }

    fn col_style(&self, col: u32) -> &str {
        let after = self.cols.partition_point(|(first, _, _)| *first <= col);
        self.cols[..after].last().filter(|(_, last, _)| col <= *last).map_or("", |(_, _, style)| style)
    }

    /// Merged blocks, and blocks that one formula fills.
    fn spans(&mut self, run: &CellRun, area: Range, limits: &Limits) -> Result<(), String> {
        let merged = run.size("table:number-rows-spanned", "table:number-columns-spanned")?;
        if merged != (1, 1) {
            if self.sheet.merges.len() as u64 + area.area() > limits.merges as u64 {
                return Err(format!("more than {} merged blocks", limits.merges));
            }
            self.sheet.merges.extend(cells(area).filter_map(|at| spanned(at, merged)));
        }
        let array = run.size("table:number-matrix-rows-spanned", "table:number-matrix-columns-spanned")?;
        if array != (1, 1) {
            self.arrays.extend(spanned(area.first, array));
        }
        Ok(())
    }

    /// Notes a block of a validation; where it goes on below the last one, that grows.
    fn validate(&mut self, name: &str, area: Range) {
        let blocks = self.validated.entry(name.to_owned()).or_default();
        let key = (name.to_owned(), area.first.col, area.last.col);
        let last = self.open_blocks.get(&key).and_then(|index| blocks.get_mut(*index));
        if let Some(block) = last.filter(|block| block.last.row + 1 == area.first.row) {
            block.last.row = area.last.row;
        } else {
            self.open_blocks.insert(key, blocks.len());
            blocks.push(area);
        }
    }

    /// Notes something that is not read.
    pub fn unread(unread: &mut Vec<Unread>, sheet: &str, what: &str, at: Option<(u32, u32)>) {
        let place = at.map(|(row, col)| CellRef::new(row, col)).filter(|at| at.row < MAX_ROWS && at.col < MAX_COLS);
        if let Some(same) = unread.iter_mut().rev().take_while(|unread| unread.sheet == sheet).find(|unread| unread.what == what) {
            same.count += 1;
            same.at.extend(place);
        } else {
            unread.push(Unread { sheet: sheet.to_owned(), what: what.to_owned(), count: 1, at: place.into_iter().collect() });
        }
    }

    /// The sheet as it is now that the table has ended: all cells that an array formula fills are its.
    ///
    /// # Errors
    /// It fills more cells than the limits allow.
    pub fn finish(&mut self, shared: &mut Shared) -> Result<(), String> {
        self.sheet.merges.sort();
        for range in std::mem::take(&mut self.arrays) {
            shared.budget.take_block(range.area(), 0)?;
            cells(range).for_each(|at| self.sheet.cells.entry(at).or_default().formula = true);
        }
        Ok(())
    }
}

/// Whether a row or column is hidden, by hand or by a filter.
fn hides(tag: &Tag) -> bool {
    matches!(tag.get("visibility").as_deref(), Some("collapse" | "filter"))
}

fn cells(area: Range) -> impl Iterator<Item = CellRef> {
    (area.first.row..=area.last.row).flat_map(move |row| (area.first.col..=area.last.col).map(move |col| CellRef::new(row, col)))
}

/// The block of so many rows and columns that begins at a cell.
pub fn spanned(at: CellRef, (rows, cols): (u32, u32)) -> Option<Range> {
    block(Run { first: at.row, count: rows }, Run { first: at.col, count: cols })
}

/// Whether a cell says what its value is; where it does not, its paragraphs are shown all the same.
fn typed(run: &CellRun) -> bool {
    let values = ["office:value", "office:string-value", "office:date-value", "office:time-value", "office:boolean-value"];
    run.get("office:value-type") == Some("string") || values.iter().any(|name| run.get(name).is_some())
}

/// A value as the text that a person would read, near enough for finding and comparing.
///
/// # Errors
/// A number that is none.
pub fn value_text(run: &CellRun) -> Result<String, String> {
    let get = |name: &str| run.get(name).map(str::to_owned);
    let error = run.get("calcext:value-type") == Some("error");
    Ok(match run.get("office:value-type") {
        Some("float" | "percentage" | "currency") => match run.get("office:value") {
            Some(value) => value.trim().parse::<f64>().map_err(|_| format!("the value {value:?} is no number"))?.to_string(),
            None => run.text.clone(),
        },
        Some("date") => get("office:date-value").map_or_else(|| run.text.clone(), |date| iso_date_text(&date)),
        Some("time") => get("office:time-value").map_or_else(|| run.text.clone(), |time| iso_time_text(&time)),
        Some("boolean") => get("office:boolean-value").map_or_else(|| run.text.clone(), |value| value.to_uppercase()),
        _ => get("office:string-value").filter(|value| !(error && value.is_empty())).unwrap_or_else(|| run.text.clone()),
    })
}

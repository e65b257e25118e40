//! Our own pass over a sheet part: everything that the value reader does not give (lists, merged blocks, what is hidden, locked or computed).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::cell::{CellRef, Range};
use crate::workbook::xml::{Step, Tag, Walk};

/// What a sheet part says besides values.
#[derive(Debug, Default)]
pub struct SheetFacts {
    /// Every cell that the part names, also empty ones, with its style and whether a formula makes its value.
    pub cells: Vec<(CellRef, CellFacts)>,
    /// Merged blocks.
    pub merges: Vec<Range>,
    /// List validations, in the order of the part.
    pub lists: Vec<RawList>,
    /// Hidden rows.
    pub hidden_rows: BTreeSet<u32>,
    /// Hidden columns.
    pub hidden_cols: BTreeSet<u32>,
    /// Whether the sheet is protected.
    pub protected: bool,
    /// Styles that rows give to their empty cells.
    pub row_styles: BTreeMap<u32, u32>,
    /// Styles that columns give to their empty cells: first, last, style.
    pub col_styles: Vec<(u32, u32, u32)>,
    /// Blocks that one array formula fills.
    pub arrays: Vec<Range>,
    /// Whether the sheet has a drawing (pictures, charts, text boxes) or form controls.
    pub drawing: bool,
}

/// What the part says of one cell.
#[derive(Debug, Clone, Copy)]
pub struct CellFacts {
    /// Number of its style.
    pub style: u32,
    /// Whether it has a formula.
    pub formula: bool,
}

/// A list validation as the part has it.
#[derive(Debug, Default)]
pub struct RawList {
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// Its source: quoted words, a range, a name.
    pub source: String,
    /// Whether the source is words separated by commas, a word with a comma in quotes. Newer programs write it so, besides a source
    /// that tells such words wrongly for older ones.
    pub separated: bool,
}

/// What is wrong with a sheet part that has no place for cells.
pub const NO_CELLS: &str = "no sheetData";

/// Hidden columns beyond this many in one element are a layout trick (all columns to the right), not content.
const MAX_HIDDEN_SPAN: u32 = 2_000;

/// Where text that follows belongs.
#[derive(PartialEq)]
enum Reading {
    Nothing,
    ListSource,
    ListRanges,
}

/// Reads the facts of one sheet part.
///
/// # Errors
/// The part is not well-formed, or names a place outside the grid.
pub fn read(text: &str) -> Result<SheetFacts, String> {
    let mut facts = SheetFacts::default();
    let mut walk = Walk::new(text);
    let mut place = Place::default();
    let mut list: Option<RawList> = None;
    let mut reading = Reading::Nothing;
    let mut first_formula = false;
    let mut has_cells = false;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => match tag.name() {
                "dimension" if !has_cells => check_dimension(&tag)?,
                "sheetData" => has_cells = true,
                "row" => facts.row(&tag, &mut place)?,
                "c" => facts.cell(&tag, closed, &mut place)?,
                "f" if place.in_cell => facts.formula(&tag),
                "col" => facts.col(&tag),
                "mergeCell" => facts.merges.extend(tag.get("ref").and_then(|text| Range::parse(&text))),
                "sheetProtection" => facts.protected = tag.flag("sheet").unwrap_or(false),
                "drawing" | "legacyDrawing" | "controls" => facts.drawing = true,
                "dataValidation" => {
                    let new = RawList { ranges: ranges(&tag.get("sqref").unwrap_or_default()), ..RawList::default() };
                    list = (tag.get("type").as_deref() == Some("list") && !closed).then_some(new);
                    first_formula = true;
                }
                // The x14 extension wraps the formula in <xm:f> inside <x14:formula1>, and the places in <xm:sqref>.
                "formula1" | "f" if list.is_some() && first_formula && !closed => reading = Reading::ListSource,
                "list" if !closed => {
                    if let Some(list) = &mut list {
                        (list.separated, first_formula) = (true, false);
                        reading = Reading::ListSource;
                    }
                }
                "formula2" => first_formula = false,
                "sqref" if list.is_some() && !closed => reading = Reading::ListRanges,
                _ => {}
            },
            Step::Text(text) => match (&reading, &mut list) {
                (Reading::ListSource, Some(list)) => list.source.push_str(&text),
                (Reading::ListRanges, Some(list)) => list.ranges.extend(ranges(&text)),
                _ => {}
            },
            Step::Close { name, .. } => match name.as_str() {
                "c" => place.in_cell = false,
                "formula1" | "list" | "f" | "sqref" => reading = Reading::Nothing,
                "dataValidation" => facts.lists.extend(list.take().map(RawList::trimmed)),
                _ => {}
            },
        }
    }
    if has_cells { Ok(facts) } else { Err(NO_CELLS.into()) }
}

/// The declared dimension means nothing to us, but the value reader must be able to read it.
fn check_dimension(tag: &Tag) -> Result<(), String> {
    let declared = tag.get("ref").unwrap_or_default();
    let (first, last) = declared.split_once(':').unwrap_or((&declared, &declared));
    match (CellRef::parse(first), CellRef::parse(last)) {
        (Some(first), Some(last)) if first.row <= last.row && first.col <= last.col => Ok(()),
        _ => Err(format!("the declared dimension {declared:?} is no block of cells")),
    }
}

impl RawList {
    fn trimmed(mut self) -> Self {
        self.source = self.source.trim().to_owned();
        self
    }
}

fn ranges(sqref: &str) -> Vec<Range> {
    sqref.split_whitespace().filter_map(Range::parse).collect()
}

/// Where the walk is; rows and cells without a reference follow the one before.
#[derive(Default)]
pub struct Place {
    next_row: u32,
    row: u32,
    next_col: u32,
    in_cell: bool,
}

impl Place {
    /// Enters a row.
    ///
    /// # Errors
    /// A row number outside the grid.
    pub fn enter_row(&mut self, tag: &Tag) -> Result<u32, String> {
        let row = match tag.get("r") {
            Some(number) => {
                number
                    .trim()
                    .parse::<u32>()
                    .ok()
                    .filter(|row| (1..=crate::domain::cell::MAX_ROWS).contains(row))
                    .ok_or_else(|| format!("row {number:?} is outside the grid"))?
                    - 1
            }
            None => self.next_row,
        };
        (self.row, self.next_row, self.next_col) = (row, row + 1, 0);
        Ok(row)
    }

    /// Enters a cell of the row.
    ///
    /// # Errors
    /// A reference outside the grid.
    pub fn enter_cell(&mut self, tag: &Tag) -> Result<CellRef, String> {
        let at = match tag.get("r") {
            Some(name) => CellRef::parse(name.trim()).ok_or_else(|| format!("cell {name:?} is outside the grid"))?,
            None => CellRef::new(self.row, self.next_col),
        };
        self.next_col = at.col + 1;
        Ok(at)
    }
}

impl SheetFacts {
    fn row(&mut self, tag: &Tag, place: &mut Place) -> Result<(), String> {
        let row = place.enter_row(tag)?;
        if tag.flag("hidden") == Some(true) {
            self.hidden_rows.insert(row);
        }
        if tag.flag("customFormat") == Some(true)
            && let Some(style) = tag.number("s")
        {
            self.row_styles.insert(row, style);
        }
        Ok(())
    }

    fn cell(&mut self, tag: &Tag, closed: bool, place: &mut Place) -> Result<(), String> {
        let at = place.enter_cell(tag)?;
        place.in_cell = !closed;
        self.cells.push((at, CellFacts { style: tag.number("s").unwrap_or(0), formula: false }));
        Ok(())
    }

    fn formula(&mut self, tag: &Tag) {
        if let Some((_, facts)) = self.cells.last_mut() {
            facts.formula = true;
        }
        if matches!(tag.get("t").as_deref(), Some("array" | "dataTable")) {
            self.arrays.extend(tag.get("ref").and_then(|text| Range::parse(&text)));
        }
    }

    fn col(&mut self, tag: &Tag) {
        let (Some(first), Some(last)) = (tag.number("min"), tag.number("max")) else { return };
        let (first, last) = (first.saturating_sub(1), last.saturating_sub(1));
        if tag.flag("hidden") == Some(true) {
            self.hidden_cols.extend(first..=last.min(first.saturating_add(MAX_HIDDEN_SPAN)));
        }
        if let Some(style) = tag.number("style") {
            self.col_styles.push((first, last, style));
        }
    }
}

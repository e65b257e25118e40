//! Our own pass over a sheet part: everything that the value reader does not give (rules, merged blocks, what is hidden, locked or computed),
//! and which cells hold a value, as a second count. Never reads a value itself.

use std::collections::{BTreeMap, BTreeSet};

use super::validations::{Reading, Validation};
use crate::domain::cell::{CellRef, MAX_COLS, Range};
use crate::workbook::Limits;
use crate::workbook::xml::{Step, Tag, Walk};

/// What a sheet part says besides values.
#[derive(Debug, Default)]
pub struct SheetFacts {
    /// Every cell that the part names, also empty ones, with its style and whether a formula makes its value.
    pub cells: Vec<(CellRef, CellFacts)>,
    /// Merged blocks.
    pub merges: Vec<Range>,
    /// Rules of what cells take, in the order of the part.
    pub validations: Vec<Validation>,
    /// Hidden rows.
    pub hidden_rows: BTreeSet<u32>,
    /// Hidden columns.
    pub hidden_cols: BTreeSet<u32>,
    /// Columns with a width of their own: first, last, characters.
    pub widths: Vec<(u32, u32, f32)>,
    /// Whether the sheet is protected.
    pub protected: bool,
    /// Styles that rows give to their empty cells.
    pub row_styles: BTreeMap<u32, u32>,
    /// Styles that columns give to their empty cells: first, last, style.
    pub col_styles: Vec<(u32, u32, u32)>,
    /// Blocks that one array formula fills.
    pub arrays: Vec<Range>,
}

/// What the part says of one cell.
#[derive(Debug, Clone, Copy)]
pub struct CellFacts {
    /// Number of its style.
    pub style: u32,
    /// Whether it has a formula.
    pub formula: bool,
    /// Whether it holds a value; the value reader must have found one there too.
    pub value: bool,
}

/// What is wrong with a sheet part that has no place for cells.
pub const NO_CELLS: &str = "no sheetData";

/// Hidden columns beyond this many in one element are a layout trick (all columns to the right), not content.
const MAX_HIDDEN_SPAN: u32 = 2_000;

/// Where the walk is with regard to the cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    NotSeen,
    Inside,
    Over,
}

/// Reads the facts of one sheet part.
///
/// # Errors
/// The part is not well-formed, names a place outside the grid, or could be read in two ways.
pub fn read(text: &str, limits: &Limits) -> Result<SheetFacts, String> {
    let mut facts = SheetFacts::default();
    let mut walk = Walk::new(text);
    let mut place = Place::default();
    let mut rules = Reading::default();
    let mut content = Content::default();
    let mut data = Data::NotSeen;
    let mut prefix = String::new();
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => match tag.name() {
                "dimension" if data == Data::NotSeen => check_dimension(&tag)?,
                "sheetData" if data == Data::NotSeen => {
                    data = if closed { Data::Over } else { Data::Inside };
                    tag.prefix().clone_into(&mut prefix);
                }
                "sheetData" => return Err("two blocks of cells".into()),
                "row" if data == Data::Inside => facts.row(&tag, &mut place)?,
                "c" if data == Data::Inside => {
                    if place.in_cell {
                        return Err("a cell inside a cell".into());
                    }
                    facts.cell(&tag, closed, &mut place)?;
                    content = Content { kind: tag.get("t").unwrap_or_default(), ..Content::default() };
                }
                "f" if place.in_cell => facts.formula(&tag),
                _ if place.in_cell => content.open(tag.name(), closed)?,
                "col" => facts.col(&tag),
                "mergeCell" => {
                    facts.merges.extend(tag.get("ref").and_then(|text| Range::parse(&text)));
                    if facts.merges.len() > limits.merges {
                        return Err(format!("more than {} merged blocks", limits.merges));
                    }
                }
                "sheetProtection" => facts.protected = tag.flag("sheet").unwrap_or(false),
                _ if data == Data::Over => rules.open(&tag, closed),
                _ => {}
            },
            Step::Text(text) if place.in_cell => content.text(&text)?,
            Step::Text(text) => rules.text(&text),
            Step::Close { name, .. } => match name.as_str() {
                "c" if place.in_cell => {
                    place.in_cell = false;
                    if let Some((_, facts)) = facts.cells.last_mut() {
                        facts.value = content.found;
                    }
                }
                "sheetData" => data = Data::Over,
                name if place.in_cell => content.close(name),
                name => facts.validations.extend(rules.close(name)),
            },
        }
    }
    if data == Data::NotSeen {
        return Err(NO_CELLS.into());
    }
    if facts.cells.is_empty() && holds_element(text, &prefix, "c") {
        return Err("it holds cells that are not where cells belong".into());
    }
    facts.check_twins()?;
    Ok(facts)
}

/// Whether an element of that name stands anywhere in a text, also where a walk does not come.
fn holds_element(text: &str, prefix: &str, name: &str) -> bool {
    let open = format!("<{prefix}{name}");
    text.match_indices(&open).any(|(at, _)| text[at + open.len()..].starts_with(['>', '/', ' ', '\t', '\r', '\n']))
}

/// What the walk has seen of the cell that it is in.
#[derive(Default)]
struct Content {
    /// The cell's type as written.
    kind: String,
    found: bool,
    /// Whether text that follows is the value.
    reading: bool,
    phonetic: bool,
    /// Whether that is a number or a place, which stands in one piece.
    plain: bool,
    values: u32,
    pieces: u32,
}

impl Content {
    fn open(&mut self, name: &str, closed: bool) -> Result<(), String> {
        match name {
            "v" | "is" => {
                self.values += u32::from(name == "is" || self.kind != "inlineStr");
                self.reading = name == "v" && !closed && self.kind != "inlineStr";
                self.plain = name == "v" && matches!(self.kind.as_str(), "" | "n" | "s" | "b" | "e");
            }
            "t" => self.reading = !closed && !self.phonetic,
            "rPh" => self.phonetic = !closed,
            _ => {}
        }
        if self.values > 1 { Err("a cell with two values".into()) } else { Ok(()) }
    }

    /// A number or a place in the shared strings is one piece of text, which readers rely on.
    fn text(&mut self, text: &str) -> Result<(), String> {
        if !self.reading || text.is_empty() {
            return Ok(());
        }
        self.pieces += 1;
        if self.plain && self.pieces > 1 {
            return Err("a value in pieces".into());
        }
        if self.kind == "s" && self.plain && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("{text:?} is no place in the shared strings"));
        }
        self.found = true;
        Ok(())
    }

    fn close(&mut self, name: &str) {
        match name {
            "v" | "t" => self.reading = false,
            "rPh" => self.phonetic = false,
            _ => {}
        }
    }
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
    /// A cell that occurs twice could be read in two ways.
    fn check_twins(&self) -> Result<(), String> {
        let mut places: Vec<CellRef> = self.cells.iter().map(|(at, _)| *at).collect();
        places.sort_unstable();
        match places.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("cell {} occurs twice", pair[0])),
            None => Ok(()),
        }
    }

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
        self.cells.push((at, CellFacts { style: tag.number("s").unwrap_or(0), formula: false, value: false }));
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
        if let Some(width) = tag.get("width").and_then(|width| width.trim().parse().ok()).filter(|_| self.widths.len() < MAX_COLS as usize)
        {
            self.widths.push((first, last, width));
        }
        if let Some(style) = tag.number("style") {
            self.col_styles.push((first, last, style));
        }
    }
}

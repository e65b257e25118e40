//! The walk over content.xml that knows where each row and cell stands, in the sheet and in the text. Repeats stay numbers here.
//! Never decides what a cell means.

use super::paragraphs::Gathered;
use crate::domain::cell::CellRef;
use crate::workbook::xml::{Step, Tag, Walk};

/// One thing that the walk found.
pub enum Found<'a> {
    /// An element outside the grid: a style, a rule, a name, the source of a linked table.
    Open(Tag<'a>),
    /// A table begins; closed if it closes itself, and then no end follows.
    Table {
        /// Its tag.
        tag: Tag<'a>,
        /// Whether it closes itself.
        closed: bool,
        /// Whether it is a sheet, not a copy kept of another file.
        sheet: bool,
    },
    /// A table ends; rows that it does not have go to this place.
    TableEnd {
        /// Byte offset behind its last row.
        rows_go_to: usize,
    },
    /// A run of like columns.
    Columns {
        /// Its tag.
        tag: Tag<'a>,
        /// The first of them, and how many.
        run: Run,
    },
    /// A run of like rows begins.
    Row(RowRun<'a>),
    /// It ends: where the cells end, and where the row does.
    RowEnd {
        /// Byte offset behind the last cell.
        cells_end: usize,
        /// Byte offset behind the row.
        end: usize,
    },
    /// A run of like cells.
    Cell(CellRun),
    /// Something that is seen but not read, and the row and column of the cell that holds it.
    Unread(&'static str, Option<(u32, u32)>),
}

/// The first of some columns or rows, and how many there are. Numbers beyond the grid are possible.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    /// The first, from zero.
    pub first: u32,
    /// How many.
    pub count: u32,
}

impl Run {
    /// The first behind it.
    pub fn after(&self) -> u32 {
        self.first.saturating_add(self.count)
    }
}

/// A run of like rows.
pub struct RowRun<'a> {
    /// Its tag.
    pub tag: Tag<'a>,
    /// Whether it closes itself; a `RowEnd` follows all the same.
    pub closed: bool,
    /// The rows.
    pub run: Run,
    /// Whether they stand in a group that is folded away.
    pub folded: bool,
}

/// A run of like cells in a run of like rows.
#[derive(Debug, Default)]
pub struct CellRun {
    /// The rows.
    pub rows: Run,
    /// The columns.
    pub cols: Run,
    /// Byte offsets: where the tag begins and ends, and where the cell ends.
    pub place: (usize, usize, usize),
    /// Attributes by full name.
    pub attributes: Vec<(String, String)>,
    /// Whether a merged block covers it.
    pub covered: bool,
    /// Text of its paragraphs.
    pub text: String,
    /// Where its own paragraphs stand.
    pub paragraphs: Vec<(usize, usize)>,
    /// Bytes of text inside it that are not its own: remarks, text boxes.
    pub other_text: usize,
}

impl CellRun {
    /// An attribute, by its full name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a cell is one of the run.
    pub fn has(&self, at: CellRef) -> bool {
        (self.rows.first..self.rows.after()).contains(&at.row) && (self.cols.first..self.cols.after()).contains(&at.col)
    }

    /// The rows and columns that two attributes say, one of each where they are absent.
    ///
    /// # Errors
    /// They are no numbers.
    pub fn size(&self, rows: &str, cols: &str) -> Result<(u32, u32), String> {
        Ok((count(self.get(rows))?, count(self.get(cols))?))
    }
}

/// A repeat as it is written: at least one, and numbers too large stay large.
fn count(value: Option<&str>) -> Result<u32, String> {
    let Some(value) = value.map(str::trim) else { return Ok(1) };
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match (digits, value.parse::<u32>()) {
        (true, Ok(0)) | (false, _) => Err(format!("{value:?} is no number of repeats")),
        (true, number) => Ok(number.unwrap_or(u32::MAX)),
    }
}

/// What an open element is to the walk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Outside,
    Table,
    Columns,
    Rows {
        folded: bool,
    },
    Row,
    Cell,
    Paragraph,
    Inline,
    /// Inside a table, but no part of its cells.
    Aside,
}

/// A thing that is not read, until it ends.
struct Thing {
    depth: usize,
    what: &'static str,
}

/// The walk.
pub struct Grid<'a> {
    walk: Walk<'a>,
    levels: Vec<Level>,
    in_table: bool,
    next_col: u32,
    next_row: u32,
    next_column: u32,
    rows: Run,
    cells_end: usize,
    rows_go_to: usize,
    cell: Option<CellRun>,
    gathered: Gathered,
    paragraph_start: usize,
    thing: Option<Thing>,
    row_end: Option<usize>,
    spaces_left: usize,
}

impl<'a> Grid<'a> {
    /// Begins; `spaces` is how many repeated spaces the whole text may have.
    pub fn new(text: &'a str, spaces: usize) -> Self {
        Self {
            walk: Walk::new(text),
            levels: Vec::new(),
            in_table: false,
            next_col: 0,
            next_row: 0,
            next_column: 0,
            rows: Run::default(),
            cells_end: 0,
            rows_go_to: 0,
            cell: None,
            gathered: Gathered::default(),
            paragraph_start: 0,
            thing: None,
            row_end: None,
            spaces_left: spaces,
        }
    }

    /// The next thing; `None` at the end.
    ///
    /// # Errors
    /// What is not well-formed, a table inside a table, or a repeat that is no number.
    pub fn next(&mut self) -> Result<Option<Found<'a>>, String> {
        if let Some(end) = self.row_end.take() {
            return Ok(Some(Found::RowEnd { cells_end: self.cells_end, end }));
        }
        while let Some(step) = self.walk.next()? {
            let found = match step {
                Step::Open { tag, closed } => self.open(tag, closed)?,
                Step::Close { start, end, .. } => self.close(start, end),
                Step::Text(text) => {
                    self.read(&text);
                    None
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn level(&self) -> Level {
        self.levels.last().copied().unwrap_or(Level::Outside)
    }

    fn open(&mut self, tag: Tag<'a>, closed: bool) -> Result<Option<Found<'a>>, String> {
        let (parent, end) = (self.level(), tag.end);
        let (level, found) = match (parent, tag.full()) {
            (_, "table:table") if self.in_table => return Err("a table inside a table".into()),
            (Level::Outside, "table:table") => (Level::Table, Some(self.table(tag, closed))),
            (Level::Table, "table:named-expressions") => (Level::Outside, None),
            (Level::Outside, _) => (Level::Outside, Some(Found::Open(tag))),
            (Level::Table, "table:table-source") => (Level::Aside, Some(Found::Open(tag))),
            (Level::Table | Level::Columns, "table:table-columns" | "table:table-header-columns" | "table:table-column-group") => {
                (Level::Columns, None)
            }
            (Level::Table | Level::Columns, "table:table-column") => (Level::Aside, Some(self.columns(tag)?)),
            (Level::Table | Level::Rows { .. }, "table:table-rows" | "table:table-header-rows" | "table:table-row-group") => {
                let folded = parent == Level::Rows { folded: true } || tag.get("display").as_deref() == Some("false");
                (Level::Rows { folded }, None)
            }
            (Level::Table | Level::Rows { .. }, "table:table-row") => (Level::Row, Some(self.row(tag, closed, parent)?)),
            (Level::Row, "table:table-cell" | "table:covered-table-cell") => (Level::Cell, self.cell(&tag, closed)?),
            (Level::Cell, "text:p" | "text:h") => {
                self.paragraph(&tag, closed);
                (Level::Paragraph, None)
            }
            (Level::Paragraph | Level::Inline, name) if self.inline(&tag, name)? => (Level::Inline, None),
            _ => (Level::Aside, self.aside(&tag, closed)?),
        };
        if closed && parent == Level::Table && matches!(level, Level::Columns | Level::Aside) {
            self.behind_no_row(end);
        }
        self.levels.extend((!closed).then_some(level));
        Ok(found)
    }

    fn table(&mut self, tag: Tag<'a>, closed: bool) -> Found<'a> {
        (self.in_table, self.next_row, self.next_column, self.rows_go_to) = (!closed, 0, 0, tag.end);
        // Copies of sheets of other files are called after the file, quoted, and a hash sign.
        let copy = tag.get("name").is_some_and(|name| name.starts_with('\'') && name.contains("'#"));
        Found::Table { sheet: self.levels.len() == SHEET_DEPTH && !copy, tag, closed }
    }

    fn columns(&mut self, tag: Tag<'a>) -> Result<Found<'a>, String> {
        let run = Run { first: self.next_column, count: count(tag.get("number-columns-repeated").as_deref())? };
        self.next_column = run.after();
        Ok(Found::Columns { tag, run })
    }

    fn row(&mut self, tag: Tag<'a>, closed: bool, parent: Level) -> Result<Found<'a>, String> {
        self.rows = Run { first: self.next_row, count: count(tag.get("number-rows-repeated").as_deref())? };
        (self.next_row, self.next_col) = (self.rows.after(), 0);
        self.cells_end = tag.end;
        if closed {
            self.row_end = Some(tag.end);
            self.row_over(tag.end);
        }
        Ok(Found::Row(RowRun { tag, closed, run: self.rows, folded: parent == Level::Rows { folded: true } }))
    }

    fn cell(&mut self, tag: &Tag<'a>, closed: bool) -> Result<Option<Found<'a>>, String> {
        let mut cell = CellRun {
            rows: self.rows,
            place: (tag.start, tag.end, tag.end),
            attributes: tag.attributes()?,
            covered: tag.name() == "covered-table-cell",
            ..CellRun::default()
        };
        cell.cols = Run { first: self.next_col, count: count(cell.get("table:number-columns-repeated"))? };
        self.next_col = cell.cols.after();
        self.gathered = Gathered::default();
        if closed {
            self.cells_end = tag.end;
            return Ok(Some(Found::Cell(cell)));
        }
        self.cell = Some(cell);
        Ok(None)
    }

    fn paragraph(&mut self, tag: &Tag<'a>, closed: bool) {
        self.gathered.begin();
        self.paragraph_start = tag.start;
        if closed && let Some(cell) = &mut self.cell {
            cell.paragraphs.push((tag.start, tag.end));
        }
    }

    /// Whether an element inside a paragraph is text of the cell: white space that stays, or words set otherwise.
    fn inline(&mut self, tag: &Tag<'a>, name: &str) -> Result<bool, String> {
        match name {
            "text:s" => {
                let count = self.spaces(tag)?;
                self.gathered.fixed(' ', count);
            }
            "text:tab" => self.gathered.fixed('\t', 1),
            "text:line-break" => self.gathered.fixed('\n', 1),
            "text:note" | "text:ruby-text" => return Ok(false),
            _ => {}
        }
        Ok(name.starts_with("text:"))
    }

    /// How many spaces an element stands for, as long as there are not too many in all.
    fn spaces(&mut self, tag: &Tag<'a>) -> Result<usize, String> {
        let count = match tag.get("c").as_deref().map(str::trim) {
            Some("0") => 0,
            count => count_of_spaces(count)?,
        };
        self.spaces_left = self.spaces_left.checked_sub(count).ok_or("more spaces than the text of a workbook may have")?;
        Ok(count)
    }

    /// Something inside a table that is not read.
    fn aside(&mut self, tag: &Tag<'a>, closed: bool) -> Result<Option<Found<'a>>, String> {
        if tag.full() == "text:s" {
            let count = self.spaces(tag)?;
            if let Some(cell) = &mut self.cell {
                cell.other_text = cell.other_text.saturating_add(count);
            }
        }
        match (&mut self.thing, tag.full()) {
            (Some(thing), inner) if thing.what == "shape" => match inner {
                "draw:image" => thing.what = "picture",
                "draw:text-box" => thing.what = "text box",
                "draw:object" if tag.get("notify-on-update-of-ranges").is_some() => thing.what = "chart",
                "draw:object" | "draw:object-ole" | "draw:plugin" | "draw:applet" => thing.what = "embedded object",
                _ => {}
            },
            (None, name) => {
                let what = match name {
                    "office:annotation" => "comment",
                    "draw:control" => "form control",
                    name if SHAPES.contains(&name) => "shape",
                    _ => return Ok(None),
                };
                if closed {
                    return Ok(Some(Found::Unread(what, self.here())));
                }
                self.thing = Some(Thing { depth: self.levels.len(), what });
            }
            _ => {}
        }
        Ok(None)
    }

    fn here(&self) -> Option<(u32, u32)> {
        self.cell.as_ref().map(|cell| (cell.rows.first, cell.cols.first))
    }

    fn read(&mut self, text: &str) {
        match self.level() {
            Level::Paragraph | Level::Inline => self.gathered.characters(text),
            Level::Aside => {
                if let Some(cell) = &mut self.cell {
                    cell.other_text = cell.other_text.saturating_add(text.len());
                }
                if let Some(thing) = self.thing.as_mut().filter(|thing| thing.what == "shape" && !text.trim().is_empty()) {
                    thing.what = "text box";
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, start: usize, end: usize) -> Option<Found<'a>> {
        let level = self.levels.pop()?;
        match level {
            Level::Table => {
                self.in_table = false;
                return Some(Found::TableEnd { rows_go_to: self.rows_go_to });
            }
            Level::Row => {
                self.row_over(end);
                return Some(Found::RowEnd { cells_end: self.cells_end.min(start), end });
            }
            Level::Rows { .. } => self.row_over(end),
            Level::Columns | Level::Aside if self.level() == Level::Table => self.behind_no_row(end),
            Level::Paragraph => {
                self.gathered.end();
                let place = (self.paragraph_start, end);
                self.cell.iter_mut().for_each(|cell| cell.paragraphs.push(place));
            }
            Level::Cell => {
                let mut cell = self.cell.take()?;
                (cell.text, cell.place.2, self.cells_end) = (std::mem::take(&mut self.gathered.text), end, end);
                return Some(Found::Cell(cell));
            }
            _ => {}
        }
        if level == Level::Aside
            && let Some(thing) = self.thing.take_if(|thing| thing.depth == self.levels.len())
        {
            return Some(Found::Unread(thing.what, self.here()));
        }
        None
    }

    /// A row, or a group of rows, of the table itself ends here: more rows would go behind it.
    fn row_over(&mut self, end: usize) {
        if self.levels.last() == Some(&Level::Table) {
            self.rows_go_to = end;
        }
    }

    /// Something before the rows ends here; what stands behind them (rules of formats, say) leaves their place alone.
    fn behind_no_row(&mut self, end: usize) {
        if self.next_row == 0 {
            self.rows_go_to = end;
        }
    }
}

/// How many elements stand around a sheet: the document, its body, the spreadsheet.
const SHEET_DEPTH: usize = 3;

fn count_of_spaces(value: Option<&str>) -> Result<usize, String> {
    count(value).map(|count| count as usize)
}

/// Elements that draw something.
const SHAPES: &[&str] = &[
    "draw:frame",
    "draw:custom-shape",
    "draw:rect",
    "draw:circle",
    "draw:ellipse",
    "draw:line",
    "draw:polyline",
    "draw:polygon",
    "draw:regular-polygon",
    "draw:path",
    "draw:connector",
    "draw:caption",
    "draw:measure",
];

//! Text of a part in, the same text with a few places changed out. Whatever is not changed is copied, never written anew.

use std::collections::{BTreeMap, BTreeSet};

use super::sheet_part::{NO_CELLS, Place};
use crate::domain::cell::{CellRef, Range, RangeMap};
use crate::workbook::xml::{Step, Tag, Walk, escape_text, unescape_text, with_attribute, without_attribute};

/// How a new value is stored in its cell.
#[derive(Clone, Debug)]
pub enum Stored {
    /// At this place in the shared strings.
    Shared(usize),
    /// In the cell itself.
    Inline(String),
    /// As a number.
    Number(f64),
}

/// One cell's new content.
#[derive(Clone, Debug)]
pub struct NewCell {
    /// How it is stored.
    pub value: Stored,
    /// Whether the text begins like a formula, so that the cell needs a quoting style.
    pub quote: bool,
}

/// A sheet part with some cells changed.
pub struct SheetSplice {
    /// The new text of the part.
    pub text: String,
    /// What each changed cell held, as stored: a number, a place in the shared strings, or text.
    pub old: BTreeMap<CellRef, OldValue>,
}

/// What a cell held before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldValue {
    /// Nothing, or text or a number as stored.
    Text(String),
    /// A place in the shared strings.
    Shared(usize),
}

/// Why a cell was not changed.
pub type Refusal = (CellRef, &'static str);

/// A change of the text: what stood between two offsets, and what shall stand there.
pub struct Change {
    /// Where the old text begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What shall stand there.
    pub new: String,
}

/// Puts changes, given in ascending order, into a text.
pub fn apply(text: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(text.len() + changes.iter().map(|change| change.new.len()).sum::<usize>());
    let mut at = 0;
    for change in changes {
        out.push_str(&text[at..change.start]);
        out.push_str(&change.new);
        at = change.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The styles that cells and rows of a sheet name, for those cells that will be changed.
pub struct Styles<'a> {
    /// The style with `quotePrefix` for each style, where one is needed.
    pub quoted: &'a BTreeMap<u32, u32>,
}

/// A walk through the sheet's rows and cells that collects changes.
struct Splicer<'a> {
    text: &'a str,
    edits: &'a BTreeMap<CellRef, NewCell>,
    styles: &'a Styles<'a>,
    changes: Vec<Change>,
    old: BTreeMap<CellRef, OldValue>,
    prefix: String,
    /// The last row, and the last cell, that stood in the part.
    last: (Option<u32>, Option<CellRef>),
    /// Edits up to and with this place are done.
    done: Option<CellRef>,
    row_style: Option<u32>,
    cols: Vec<(u32, u32, u32)>,
    place: Place,
    data: Data,
    /// Where the declared dimension stands, and what it says.
    dimension: Option<(usize, usize, String)>,
    /// The row whose end has not been reached.
    row: Option<u32>,
    cell: Option<OpenCell>,
    merges: Vec<Range>,
    arrays: Vec<Range>,
    /// Cells with a formula.
    formulas: BTreeSet<CellRef>,
}

/// Where the walk is with regard to the cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    NotSeen,
    Inside,
    Over,
}

/// Changes cells of a sheet part.
///
/// # Errors
/// The part is not well-formed, its rows or cells do not ascend, or a cell must not be changed: it holds a formula, or lies inside a
/// merged block but not at its top left.
pub fn sheet(text: &str, edits: &BTreeMap<CellRef, NewCell>, styles: &Styles) -> Result<Result<SheetSplice, Refusal>, String> {
    let mut splicer = Splicer {
        text,
        edits,
        styles,
        changes: Vec::new(),
        old: BTreeMap::new(),
        prefix: String::new(),
        last: (None, None),
        done: None,
        row_style: None,
        cols: Vec::new(),
        place: Place::default(),
        data: Data::NotSeen,
        dimension: None,
        row: None,
        cell: None,
        merges: Vec::new(),
        arrays: Vec::new(),
        formulas: BTreeSet::new(),
    };
    let mut walk = Walk::new(text);
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => splicer.open(&tag, closed)?,
            Step::Text(text) => splicer.read(&text),
            Step::Close { name, start, end } => splicer.close(&name, start, end),
        }
    }
    if splicer.data == Data::NotSeen {
        return Err(NO_CELLS.into());
    }
    if let Some(refusal) = splicer.refusal() {
        return Ok(Err(refusal));
    }
    splicer.widen();
    splicer.changes.sort_by_key(|change| (change.start, change.end));
    Ok(Ok(SheetSplice { text: apply(text, &splicer.changes), old: splicer.old }))
}

/// Where a changed cell comes from.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// It stood in the part: its style as written, and whether it named its place.
    Was { style: Option<&'a str>, named: bool },
    /// It did not stand in the part.
    New,
}

/// A cell whose end has not been reached.
struct OpenCell {
    at: CellRef,
    start: usize,
    style: Option<String>,
    named: bool,
    kind: String,
    value: String,
    reading: bool,
    phonetic: bool,
}

impl OpenCell {
    fn new(at: CellRef, tag: &Tag) -> Self {
        Self {
            at,
            start: tag.start,
            style: tag.get("s"),
            named: tag.get("r").is_some(),
            kind: tag.get("t").unwrap_or_default(),
            value: String::new(),
            reading: false,
            phonetic: false,
        }
    }
}

impl Splicer<'_> {
    fn open(&mut self, tag: &Tag, closed: bool) -> Result<(), String> {
        let inside = self.data == Data::Inside;
        match tag.name() {
            "dimension" if !inside => self.dimension = tag.get("ref").map(|range| (tag.start, tag.end, range)),
            "col" if !inside => {
                if let (Some(first), Some(last), Some(style)) = (tag.number("min"), tag.number("max"), tag.number("style")) {
                    self.cols.push((first.saturating_sub(1), last.saturating_sub(1), style));
                }
            }
            "sheetData" => {
                self.prefix = tag.prefix().to_owned();
                self.data = if closed { Data::Over } else { Data::Inside };
                if closed {
                    self.fill_empty_sheet(tag);
                }
            }
            "row" if inside => self.open_row(tag, closed)?,
            "c" if inside => self.open_cell(tag, closed)?,
            "mergeCell" => self.merges.extend(tag.get("ref").and_then(|text| Range::parse(&text))),
            _ => self.open_in_cell(tag, closed),
        }
        Ok(())
    }

    fn open_row(&mut self, tag: &Tag, closed: bool) -> Result<(), String> {
        let number = self.place.enter_row(tag)?;
        self.ascend_row(number)?;
        self.rows_before(number, tag.start);
        self.row_style = if tag.flag("customFormat") == Some(true) { tag.number("s") } else { None };
        self.drop_spans(number, tag, closed);
        self.row = (!closed).then_some(number);
        Ok(())
    }

    fn open_cell(&mut self, tag: &Tag, closed: bool) -> Result<(), String> {
        let at = self.place.enter_cell(tag)?;
        self.ascend_cell(at)?;
        self.cells_before(at, tag.start);
        let open = OpenCell::new(at, tag);
        if closed {
            self.replace(open, tag.end);
        } else {
            self.cell = Some(open);
        }
        Ok(())
    }

    /// What stands inside a cell: its formula, its value, its text.
    fn open_in_cell(&mut self, tag: &Tag, closed: bool) {
        let Some(cell) = &mut self.cell else { return };
        match tag.name() {
            "f" => {
                self.formulas.insert(cell.at);
                if matches!(tag.get("t").as_deref(), Some("array" | "dataTable")) {
                    self.arrays.extend(tag.get("ref").and_then(|text| Range::parse(&text)));
                }
            }
            "v" | "t" => cell.reading = !closed && !cell.phonetic,
            "rPh" => cell.phonetic = !closed,
            _ => {}
        }
    }

    fn read(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.reading) {
            cell.value.push_str(text);
        }
    }

    fn close(&mut self, name: &str, start: usize, end: usize) {
        match name {
            "c" => {
                if let Some(open) = self.cell.take() {
                    self.replace(open, end);
                }
            }
            "row" => {
                if let Some(number) = self.row.take() {
                    self.cells_before(CellRef::new(number, u32::MAX), start);
                }
            }
            "sheetData" => {
                self.rows_before(u32::MAX, start);
                self.data = Data::Over;
            }
            _ => {
                if let Some(cell) = &mut self.cell {
                    cell.reading &= !matches!(name, "v" | "t");
                    cell.phonetic &= name != "rPh";
                }
            }
        }
    }

    /// The first edit of a cell that must not be written, and why.
    fn refusal(&self) -> Option<Refusal> {
        let last_col = self.edits.keys().map(|at| at.col).max().unwrap_or(0);
        let merges = RangeMap::new(self.merges.iter().map(|range| (*range, range.first)), last_col);
        let arrays = RangeMap::new(self.arrays.iter().map(|range| (*range, ())), last_col);
        self.edits.keys().find_map(|at| {
            let covered = merges.get(*at).is_some_and(|first| first != *at);
            let why = if self.formulas.contains(at) {
                "the cell holds a formula"
            } else if covered {
                "the cell is covered by a merged block"
            } else if arrays.get(*at).is_some() {
                "the cell is filled by an array formula"
            } else {
                return None;
            };
            Some((*at, why))
        })
    }

    /// Rows that do not ascend leave no place where a new one would stand rightly.
    fn ascend_row(&mut self, row: u32) -> Result<(), String> {
        if let Some(last) = self.last.0.filter(|last| *last >= row) {
            return Err(format!("row {} stands after row {}", row + 1, last + 1));
        }
        self.last = (Some(row), None);
        Ok(())
    }

    fn ascend_cell(&mut self, at: CellRef) -> Result<(), String> {
        if let Some(row) = self.last.0.filter(|row| *row != at.row) {
            return Err(format!("cell {at} stands in row {}", row + 1));
        }
        if let Some(last) = self.last.1.filter(|last| *last >= at) {
            return Err(format!("cell {at} stands after cell {last}"));
        }
        self.last.1 = Some(at);
        Ok(())
    }

    /// The edits that come after what is done and before `limit`.
    fn due(&mut self, limit: CellRef) -> Vec<(CellRef, NewCell)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = self.done.map_or(Unbounded, Excluded);
        let due: Vec<_> = self.edits.range((from, Excluded(limit))).map(|(at, cell)| (*at, cell.clone())).collect();
        if let Some((last, _)) = due.last() {
            self.done = Some(*last);
        }
        due
    }

    /// Puts cells that the row does not have yet before `limit`, at `offset`.
    fn cells_before(&mut self, limit: CellRef, offset: usize) {
        let new: String = self.due(limit).iter().map(|(at, cell)| self.new_cell(*at, cell, Origin::New)).collect();
        self.insert(offset, new);
    }

    /// Puts rows that the sheet does not have yet before row `limit`, at `offset`.
    fn rows_before(&mut self, limit: u32, offset: usize) {
        self.row_style = None;
        let new = self.new_rows(limit);
        self.insert(offset, new);
    }

    fn insert(&mut self, offset: usize, new: String) {
        if !new.is_empty() {
            self.changes.push(Change { start: offset, end: offset, new });
        }
    }

    fn new_rows(&mut self, limit: u32) -> String {
        let mut rows: BTreeMap<u32, String> = BTreeMap::new();
        for (at, cell) in self.due(CellRef::new(limit, 0)) {
            let text = self.new_cell(at, &cell, Origin::New);
            rows.entry(at.row).or_default().push_str(&text);
        }
        let p = &self.prefix;
        rows.iter().map(|(row, cells)| format!("<{p}row r=\"{}\">{cells}</{p}row>", row + 1)).collect()
    }

    fn fill_empty_sheet(&mut self, tag: &Tag) {
        let rows = self.new_rows(u32::MAX);
        if !rows.is_empty() {
            let open = self.text[tag.start..tag.end].trim_end_matches("/>").trim_end();
            let new = format!("{open}>{rows}</{}sheetData>", self.prefix);
            self.changes.push(Change { start: tag.start, end: tag.end, new });
        }
    }

    /// Takes the optional `spans` hint off a row that is edited, and opens a row that closed itself.
    fn drop_spans(&mut self, row: u32, tag: &Tag, closed: bool) {
        let edited = self.edits.range(CellRef::new(row, 0)..=CellRef::new(row, u32::MAX)).next().is_some();
        if !edited {
            return;
        }
        let old = &self.text[tag.start..tag.end];
        let mut new = without_attribute(old, "spans");
        if closed {
            let cells: String =
                self.due(CellRef::new(row, u32::MAX)).iter().map(|(at, cell)| self.new_cell(*at, cell, Origin::New)).collect();
            let open = new.trim_end_matches("/>").trim_end().to_owned();
            new = format!("{open}>{cells}</{}row>", self.prefix);
        }
        if new != old {
            self.changes.push(Change { start: tag.start, end: tag.end, new });
        }
    }

    /// Replaces a cell that is edited; keeps its style.
    fn replace(&mut self, open: OpenCell, end: usize) {
        let Some(cell) = self.edits.get(&open.at) else { return };
        let new = self.new_cell(open.at, cell, Origin::Was { style: open.style.as_deref(), named: open.named });
        self.changes.push(Change { start: open.start, end, new });
        self.done = Some(open.at);
        let old = match (open.kind.as_str(), open.value.trim().parse()) {
            ("s", Ok(index)) => OldValue::Shared(index),
            ("inlineStr" | "str", _) => OldValue::Text(unescape_text(&open.value)),
            _ => OldValue::Text(open.value),
        };
        self.old.insert(open.at, old);
    }

    fn new_cell(&self, at: CellRef, cell: &NewCell, origin: Origin) -> String {
        let p = &self.prefix;
        let column = || self.cols.iter().find(|(first, last, _)| (*first..=*last).contains(&at.col)).map(|(_, _, style)| *style);
        let (number, named) = match origin {
            Origin::Was { style, named } => (style.and_then(|style| style.parse().ok()), named),
            // A cell that was not there takes the style that its row or column gives to empty cells.
            Origin::New => (self.row_style.or_else(column), true),
        };
        let number = if cell.quote { self.styles.quoted.get(&number.unwrap_or(0)).copied().or(number) } else { number };
        let r = if named { format!(" r=\"{at}\"") } else { String::new() };
        let s = number.map_or_else(String::new, |style| format!(" s=\"{style}\""));
        match &cell.value {
            Stored::Shared(index) => format!("<{p}c{r}{s} t=\"s\"><{p}v>{index}</{p}v></{p}c>"),
            Stored::Number(number) => format!("<{p}c{r}{s}><{p}v>{number}</{p}v></{p}c>"),
            Stored::Inline(text) => {
                format!("<{p}c{r}{s} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>", escape_text(text))
            }
        }
    }

    /// Widens the declared dimension so that it holds the new cells; it is a hint, but must not be wrong.
    fn widen(&mut self) {
        let Some((start, end, declared)) = self.dimension.take() else { return };
        let Some(range) = Range::parse(&declared) else { return };
        let wide = self.edits.keys().filter(|at| !self.old.contains_key(at)).fold(range, |range, at| Range {
            first: CellRef::new(range.first.row.min(at.row), range.first.col.min(at.col)),
            last: CellRef::new(range.last.row.max(at.row), range.last.col.max(at.col)),
        });
        if wide != range {
            let new = self.text[start..end].replacen(&declared, &wide.to_string(), 1);
            self.changes.push(Change { start, end, new });
        }
    }
}

/// The workbook part with the mark that all formulas are to be calculated when it is opened.
///
/// # Errors
/// The part is not well-formed.
pub fn recalculate(text: &str) -> Result<String, String> {
    let mut walk = Walk::new(text);
    let mut depth = 0usize;
    let mut after = None;
    let mut prefix = String::new();
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } => {
                if tag.name() == "calcPr" && tag.flag("fullCalcOnLoad") == Some(true) {
                    return Ok(text.to_owned());
                }
                if tag.name() == "calcPr" {
                    let new = with_attribute(&text[tag.start..tag.end], "fullCalcOnLoad", "1");
                    return Ok(apply(text, &[Change { start: tag.start, end: tag.end, new }]));
                }
                if depth == 1 && tag.name() == "sheets" {
                    tag.prefix().clone_into(&mut prefix);
                }
                depth += usize::from(!closed);
                if closed && depth == 1 && before_calc(tag.name()) {
                    after = Some(tag.end);
                }
            }
            Step::Close { name, end, .. } => {
                depth -= 1;
                if depth == 1 && before_calc(&name) {
                    after = Some(end);
                }
            }
            Step::Text(_) => {}
        }
    }
    let at = after.ok_or("no list of sheets")?;
    Ok(apply(text, &[Change { start: at, end: at, new: format!("<{prefix}calcPr fullCalcOnLoad=\"1\"/>") }]))
}

/// The elements that stand before `calcPr` in a workbook part, in the order of the file format's schema.
fn before_calc(name: &str) -> bool {
    matches!(name, "sheets" | "functionGroups" | "externalReferences" | "definedNames")
}

//! Edits → the same package with content.xml changed in those cells, and the proof that nothing else is. Never writes into a formula or
//! the covered part of a merged block.

use std::collections::BTreeMap;

use super::CONTENT;
use super::grid::{Found, Grid};
use super::read;
use super::row::{Row, Values, new_rows, opened};
use crate::domain::cell::{CellRef, RangeMap};
use crate::domain::workbook::{Sheet, Workbook};
use crate::workbook::{CellEdit, Edited, Limits, ReadError, WriteError};

/// Edits a workbook.
///
/// # Errors
/// As [`crate::workbook::edit`].
pub fn edit(bytes: &[u8], edits: &[CellEdit], limits: &Limits) -> Result<Edited, WriteError> {
    let mut package = read::open(bytes, limits)?;
    if edits.is_empty() {
        return Ok(package.edited(&BTreeMap::new(), Vec::new())?);
    }
    let part = package.find(CONTENT).unwrap_or(CONTENT).to_owned();
    let source = package.text(&part)?;
    let (workbook, _) = read::sheets(&mut package, &source.text, limits)?;
    let by_sheet = group(&workbook, edits)?;
    let old = edits.iter().map(|edit| workbook.sheet(&edit.sheet).map_or("", |sheet| sheet.text(edit.cell)).to_owned()).collect();
    let broken = |what: String| ReadError::Part { part: part.clone(), what };
    if !source.text.contains("xmlns:text=") {
        return Err(broken("it declares no name space for texts".into()).into());
    }
    let text = splice(&source.text, &by_sheet, limits).map_err(broken)?.map_err(|(sheet, cell)| covered(&sheet, cell))?;
    let changed = BTreeMap::from([(part.clone(), source.with(text))]);
    Ok(package.edited(&changed, old)?)
}

/// The edits by sheet; refuses unknown sheets, and cells that must not be written or cannot hold the value.
fn group(workbook: &Workbook, edits: &[CellEdit]) -> Result<BTreeMap<String, Values>, WriteError> {
    let mut by_sheet: BTreeMap<String, Values> = BTreeMap::new();
    let last_col = edits.iter().map(|edit| edit.cell.col).max().unwrap_or(0);
    let blocks = |sheet: &Sheet| RangeMap::new(sheet.merges.iter().map(|range| (*range, range.first)), last_col);
    let blocks: BTreeMap<&str, RangeMap<CellRef>> = workbook.sheets.iter().map(|sheet| (sheet.name.as_str(), blocks(sheet))).collect();
    for edit in edits {
        let sheet = workbook.sheet(&edit.sheet).ok_or_else(|| WriteError::NoSheet(edit.sheet.clone()))?;
        let twice = by_sheet.entry(edit.sheet.clone()).or_default().insert(edit.cell, edit.value.clone()).is_some();
        if blocks[edit.sheet.as_str()].get(edit.cell).is_some_and(|first| first != edit.cell) {
            return Err(covered(&edit.sheet, edit.cell));
        }
        let formula = sheet.cells.get(&edit.cell).is_some_and(|cell| cell.formula);
        let why = edit.refusal().or(twice.then_some("the cell would be written twice")).or(formula.then_some("the cell holds a formula"));
        if let Some(why) = why {
            return Err(WriteError::Cell { sheet: edit.sheet.clone(), cell: edit.cell, why: why.into() });
        }
    }
    Ok(by_sheet)
}

fn covered(sheet: &str, cell: CellRef) -> WriteError {
    WriteError::Cell { sheet: sheet.to_owned(), cell, why: "the cell is covered by a merged block".into() }
}

/// A text in the making: what was copied up to where.
struct Copy<'a> {
    text: &'a str,
    out: String,
    at: usize,
}

impl Copy<'_> {
    /// Puts a text in place of what stands between two offsets.
    fn put(&mut self, start: usize, end: usize, new: &str) {
        self.out.push_str(&self.text[self.at..start]);
        self.out.push_str(new);
        self.at = end;
    }
}

/// Puts the values into the text of content.xml; gives back the sheet and cell instead where one is covered, be it by no block at all.
fn splice(text: &str, by_sheet: &BTreeMap<String, Values>, limits: &Limits) -> Result<Result<String, (String, CellRef)>, String> {
    let mut grid = Grid::new(text, limits.text);
    let mut copy = Copy { text, out: String::with_capacity(text.len() + text.len() / 8), at: 0 };
    let nothing = Values::new();
    let mut name = String::new();
    let (mut values, mut next_row) = (&nothing, 0);
    let mut row: Option<Row> = None;
    while let Some(found) = grid.next()? {
        match found {
            Found::Table { tag, closed, sheet } => {
                name = tag.get("name").unwrap_or_default();
                (values, next_row) = (by_sheet.get(&name).filter(|_| sheet).unwrap_or(&nothing), 0);
                if closed && !values.is_empty() {
                    let rows = new_rows(values, 0);
                    copy.put(tag.start, tag.end, &format!("{}{rows}</table:table>", opened(&text[tag.start..tag.end])));
                }
            }
            Found::Row(found) => {
                let after = found.run.after();
                next_row = after;
                let touched = values.range(CellRef::new(found.run.first, 0)..CellRef::new(after, 0)).next().is_some();
                let tag = (found.tag.start, found.tag.end);
                row = touched.then(|| Row { text, tag, closed: found.closed, run: found.run, cells: Vec::new() });
            }
            Found::Cell(cell) => {
                if let Some(row) = &mut row {
                    if cell.covered
                        && let Some(at) = values.keys().find(|at| cell.has(**at))
                    {
                        return Ok(Err((name, *at)));
                    }
                    row.cells.push(cell);
                }
            }
            Found::RowEnd { cells_end, end } => {
                if let Some(row) = row.take() {
                    copy.put(row.tag.0, end, &row.with(values, cells_end, end));
                }
            }
            Found::TableEnd { rows_go_to } => copy.put(rows_go_to, rows_go_to, &new_rows(values, next_row)),
            _ => {}
        }
    }
    copy.out.push_str(&text[copy.at..]);
    Ok(Ok(copy.out))
}

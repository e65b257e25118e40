//! xlsx → plain cells: values by calamine, streamed; everything else by our own pass. Never sizes anything by what a file declares.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

use super::lists::Sources;
use super::parts::{self, OtherTab, Parts};
use super::seen::seen;
use super::sheet_part::{self, SheetFacts};
use super::splice::{self, Change};
use super::styles::Formats;
use super::tables::{self, Table};
use super::unread;
use super::validations::Validation;
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, RangeMap};
use crate::domain::workbook::{Cell, CellRule, Sheet, Workbook};
use crate::workbook::budget::Budget;
use crate::workbook::facts::{locks, second_count};
use crate::workbook::package::Package;
use crate::workbook::values::{guarded, text_of};
use crate::workbook::warnings::told;
use crate::workbook::xml::{Step, Walk};
use crate::workbook::{Limits, ReadError, tabs};

/// Bytes of the shortest shared string, `<si/>`.
const SHORTEST_STRING: usize = 5;

/// Reads a workbook.
///
/// # Errors
/// What makes it unreadable.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let mut package = Package::open(bytes, limits)?;
    let parts = parts::find(&mut package)?;
    parts::check_name(&mut package, &parts, name)?;
    tabs::check(parts.sheets.iter().map(|sheet| sheet.name.as_str()), limits)?;
    check_strings(&mut package, &parts)?;
    let copy = without_other_tabs(&mut package, &parts)?;
    let source = copy.as_deref().unwrap_or(bytes);
    let mut values = guarded(|| Ok(Xlsx::new(Cursor::new(source))))
        .map_err(ReadError::Damaged)?
        .map_err(|error| ReadError::Damaged(error.to_string()))?;
    let locked_styles = locked_styles(&mut package, &parts, limits)?;
    let mut workbook = Workbook::default();
    let (mut rules, mut tables) = (Vec::new(), Vec::new());
    let mut budget = Budget::new(limits);
    for (index, part) in parts.sheets.iter().enumerate() {
        let broken = |what: String| ReadError::Part { part: part.name.clone(), what };
        let text = package.text(&part.part)?.text;
        let facts = sheet_part::read(&text, limits).map_err(broken)?;
        let mut sheet = Sheet { name: part.name.clone(), visibility: part.visibility, ..Sheet::default() };
        let empty = guarded(|| read_values(&mut values, &mut sheet, &mut budget)).map_err(broken)?;
        let ours = facts.cells.iter().filter(|(_, facts)| facts.value).map(|(at, _)| *at).collect();
        second_count(&ours, &sheet.cells, &empty).map_err(broken)?;
        rules.push(apply(facts, &locked_styles, &mut sheet));
        let declared = tables::of_sheet(&mut package, &part.part)?;
        sheet.table_headers = declared.iter().filter_map(Table::header).collect();
        tables.extend(declared.into_iter().map(|table| (index, table)));
        workbook.unread.extend(unread::of_sheet(&mut package, &part.part, &part.name, &text)?);
        workbook.sheets.push(sheet);
    }
    workbook.unread.extend(parts.other_tabs.iter().map(|tab| tabs::unread(&tab.name, tab.what)));
    resolve_rules(&mut workbook, &parts, &tables, rules);
    workbook.warnings = told(&seen(&mut package, &parts)?, &workbook);
    Ok(workbook)
}

/// The value reader does not open a workbook with tabs of some kinds. It gets a copy in which the list of tabs names worksheets alone.
fn without_other_tabs(package: &mut Package, parts: &Parts) -> Result<Option<Vec<u8>>, ReadError> {
    if parts.other_tabs.is_empty() {
        return Ok(None);
    }
    let source = package.text(&parts.workbook)?;
    let gone = |tab: &OtherTab| Change { start: tab.place.0, end: tab.place.1, new: String::new() };
    let text = splice::apply(&source.text, &parts.other_tabs.iter().map(gone).collect::<Vec<_>>());
    package.rewrite(&BTreeMap::from([(parts.workbook.clone(), source.with(text))])).map(Some)
}

/// The value reader makes room for as many shared strings as the part declares, so the number is held against the part's size first.
fn check_strings(package: &mut Package, parts: &Parts) -> Result<(), ReadError> {
    let folder = parts.workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
    let names = [format!("{folder}/sharedStrings.xml"), parts.strings.clone().unwrap_or_default()];
    for name in names.iter().filter_map(|name| package.find(name).map(str::to_owned)).collect::<BTreeSet<_>>() {
        let text = package.text(&name)?.text;
        let mut walk = Walk::new(&text);
        while let Some(step) = walk.next().map_err(|what| ReadError::Part { part: name.clone(), what })? {
            let Step::Open { tag, .. } = step else { continue };
            let declared = tag.get("uniqueCount").map_or(Ok(0), |count| count.trim().parse::<usize>());
            if declared.is_ok_and(|count| count > text.len() / SHORTEST_STRING) {
                return Err(ReadError::Refused(format!("{name} declares more texts than it can hold")));
            }
            break;
        }
    }
    Ok(())
}

/// Reads the values of a sheet; gives back the cells whose value is an empty text.
fn read_values(values: &mut Xlsx<Cursor<&[u8]>>, sheet: &mut Sheet, budget: &mut Budget) -> Result<BTreeSet<CellRef>, String> {
    let mut empty = BTreeSet::new();
    let mut cells = values.worksheet_cells_reader(&sheet.name).map_err(|error| error.to_string())?;
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, col) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.is_empty() {
            if *cell.get_value() != DataRef::Empty {
                empty.insert(CellRef::new(row, col));
            }
            continue;
        }
        if row >= MAX_ROWS || col >= MAX_COLS {
            return Err(format!("a cell at row {}, column {} is outside the grid", u64::from(row) + 1, u64::from(col) + 1));
        }
        budget.take(&text)?;
        if sheet.cells.insert(CellRef::new(row, col), Cell { text, ..Cell::default() }).is_some() {
            return Err(format!("cell {} occurs twice", CellRef::new(row, col)));
        }
    }
    Ok(empty)
}

/// Joins the facts of our own pass to the values; gives back the rules.
fn apply(facts: SheetFacts, locked_styles: &[bool], sheet: &mut Sheet) -> Vec<Validation> {
    sheet.locks = facts.protected.then(|| {
        let cells = facts.cells.iter().map(|(at, facts)| (*at, facts.style));
        locks(locked_styles, cells, &facts.row_styles, facts.col_styles.iter().copied())
    });
    for (at, facts) in facts.cells {
        if let Some(cell) = sheet.cells.get_mut(&at) {
            cell.style = facts.style;
            cell.formula = facts.formula;
        } else if facts.formula {
            sheet.cells.insert(at, Cell { text: String::new(), formula: true, style: facts.style });
        }
    }
    let last_col = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
    let arrays = RangeMap::new(facts.arrays.iter().map(|range| (*range, ())), last_col);
    for (at, cell) in &mut sheet.cells {
        cell.formula |= arrays.get(*at).is_some();
    }
    sheet.merges = facts.merges;
    sheet.hidden_rows = facts.hidden_rows;
    sheet.hidden_cols = facts.hidden_cols;
    sheet.widths = facts.widths;
    facts.validations
}

/// For each style of the workbook whether it locks its cells.
fn locked_styles(package: &mut Package, parts: &Parts, limits: &Limits) -> Result<Vec<bool>, ReadError> {
    let Some(part) = &parts.styles else { return Ok(Vec::new()) };
    let formats = Formats::find(&package.text(part)?.text).map_err(|what| ReadError::Part { part: part.clone(), what })?;
    let locked = formats.locked();
    if locked.len() > limits.styles {
        return Err(ReadError::Refused(format!("{} styles of cells, more than {}", locked.len(), limits.styles)));
    }
    Ok(locked)
}

/// Puts the rules to their sheets and reads the words of every list, now that all sheets are there.
fn resolve_rules(workbook: &mut Workbook, parts: &Parts, tables: &[(usize, Table)], rules: Vec<Vec<Validation>>) {
    let mut sources = Sources::new(workbook, &parts.names, tables);
    let mut found = Vec::new();
    for (index, rules) in rules.into_iter().enumerate() {
        let (mut lists, mut others) = (Vec::new(), Vec::new());
        for rule in rules {
            if rule.kind == "list" {
                lists.extend(sources.lists(index, &rule));
            } else if let Some(takes) = rule.takes() {
                others.push(CellRule { ranges: rule.ranges, takes });
            }
        }
        found.push((lists, others));
    }
    for (sheet, (lists, others)) in workbook.sheets.iter_mut().zip(found) {
        (sheet.lists, sheet.rules) = (lists, others);
    }
}

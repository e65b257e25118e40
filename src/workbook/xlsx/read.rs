//! xlsx → plain cells: values by calamine, streamed; everything else by our own pass. Never sizes anything by what a file declares.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use super::lists::Sources;
use super::parts::{self, OtherTab, Parts};
use super::sheet_part::{self, SheetFacts};
use super::splice::{self, Change};
use super::styles::Formats;
use super::tables::{self, Table};
use super::validations::Validation;
use super::{unread, warnings};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, RangeMap};
use crate::domain::workbook::{Cell, CellRule, Locks, Sheet, Unread, Workbook};
use crate::workbook::limits::in_words;
use crate::workbook::package::Package;
use crate::workbook::xml::{Step, Walk};
use crate::workbook::{Limits, ReadError};

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
    check_tabs(&parts, limits)?;
    check_strings(&mut package, &parts)?;
    let copy = without_other_tabs(&mut package, &parts)?;
    let source = copy.as_deref().unwrap_or(bytes);
    let mut values = guarded(|| Ok(Xlsx::new(Cursor::new(source))))
        .map_err(ReadError::Damaged)?
        .map_err(|error| ReadError::Damaged(error.to_string()))?;
    let locked_styles = locked_styles(&mut package, &parts, limits)?;
    let mut workbook = Workbook::default();
    let (mut rules, mut tables) = (Vec::new(), Vec::new());
    let mut budget = Budget { limits: *limits, cells: limits.cells, text: limits.text };
    for (index, part) in parts.sheets.iter().enumerate() {
        let broken = |what: String| ReadError::Part { part: part.name.clone(), what };
        let text = package.text(&part.part)?.text;
        let facts = sheet_part::read(&text, limits).map_err(broken)?;
        let mut sheet = Sheet { name: part.name.clone(), visibility: part.visibility, ..Sheet::default() };
        let empty = guarded(|| read_values(&mut values, &mut sheet, &mut budget)).map_err(broken)?;
        second_count(&facts, &sheet, &empty).map_err(broken)?;
        rules.push(apply(facts, &locked_styles, &mut sheet));
        let declared = tables::of_sheet(&mut package, &part.part)?;
        sheet.table_headers = declared.iter().filter_map(Table::header).collect();
        tables.extend(declared.into_iter().map(|table| (index, table)));
        workbook.unread.extend(unread::of_sheet(&mut package, &part.part, &part.name, &text)?);
        workbook.sheets.push(sheet);
    }
    let other = |tab: &OtherTab| Unread { sheet: tab.name.clone(), what: tab.what.to_owned(), count: 1, at: Vec::new() };
    workbook.unread.extend(parts.other_tabs.iter().map(other));
    resolve_rules(&mut workbook, &parts, &tables, rules);
    workbook.warnings = warnings::of_workbook(&mut package, &parts, &workbook)?;
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

/// Our own pass and the value reader must have found values in the same cells.
fn second_count(facts: &SheetFacts, sheet: &Sheet, empty: &BTreeSet<CellRef>) -> Result<(), String> {
    let ours: BTreeSet<CellRef> = facts.cells.iter().filter(|(_, facts)| facts.value).map(|(at, _)| *at).collect();
    let missed = ours.iter().find(|at| !sheet.cells.contains_key(at) && !empty.contains(at));
    let invented = sheet.cells.keys().find(|at| !ours.contains(at));
    match missed.or(invented) {
        Some(at) => Err(format!("two counts of its cells differ, {at} for one; it could be read in two ways")),
        None => Ok(()),
    }
}

fn check_tabs(parts: &Parts, limits: &Limits) -> Result<(), ReadError> {
    if parts.sheets.len() > limits.sheets {
        return Err(ReadError::Refused(format!("{} sheets, more than {}", parts.sheets.len(), limits.sheets)));
    }
    let mut names = BTreeSet::new();
    match parts.sheets.iter().find(|sheet| !names.insert(sheet.name.to_lowercase())) {
        Some(twin) => Err(ReadError::Refused(format!("two sheets are called {:?}", twin.name))),
        None => Ok(()),
    }
}

/// Runs the value reader; where it panics over a broken file, that is this file's error.
///
/// # Errors
/// What `run` says, or that it panicked.
pub fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("the values could not be read".into()))
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

/// What may still be read of this workbook.
struct Budget {
    limits: Limits,
    cells: usize,
    text: usize,
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
        budget.cells = budget.cells.checked_sub(1).ok_or_else(|| format!("the workbook has more than {} cells", budget.limits.cells))?;
        budget.text = budget
            .text
            .checked_sub(text.len())
            .ok_or_else(|| format!("the workbook has more than {} of text", in_words(budget.limits.text as u64)))?;
        if sheet.cells.insert(CellRef::new(row, col), Cell { text, ..Cell::default() }).is_some() {
            return Err(format!("cell {} occurs twice", CellRef::new(row, col)));
        }
    }
    Ok(empty)
}

/// A value as the text that a person would read, near enough for finding and comparing.
pub fn text_of(value: &DataRef) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(date) => date_text(date),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A date as `2026-05-04` or `2026-05-04 13:30:00`; a duration as the number that is stored.
fn date_text(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return date.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time = if (hour, minute, second) == (0, 0, 0) { String::new() } else { format!(" {hour:02}:{minute:02}:{second:02}") };
    format!("{year:04}-{month:02}-{day:02}{time}")
}

/// Joins the facts of our own pass to the values; gives back the rules.
fn apply(facts: SheetFacts, locked_styles: &[bool], sheet: &mut Sheet) -> Vec<Validation> {
    let locked = |style: u32| locked_styles.get(style as usize).copied().unwrap_or(true);
    let mut locks = facts.protected.then(Locks::default);
    for (at, facts) in facts.cells {
        if let Some(cell) = sheet.cells.get_mut(&at) {
            cell.style = facts.style;
            cell.formula = facts.formula;
        } else if facts.formula {
            sheet.cells.insert(at, Cell { text: String::new(), formula: true, style: facts.style });
        }
        if let Some(locks) = &mut locks {
            locks.cells.insert(at, locked(facts.style));
        }
    }
    let last_col = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0);
    let arrays = RangeMap::new(facts.arrays.iter().map(|range| (*range, ())), last_col);
    for (at, cell) in &mut sheet.cells {
        cell.formula |= arrays.get(*at).is_some();
    }
    if let Some(locks) = &mut locks {
        locks.rows = facts.row_styles.iter().map(|(row, style)| (*row, locked(*style))).collect();
        locks.cols = facts.col_styles.iter().map(|(first, last, style)| (*first, *last, locked(*style))).collect();
    }
    sheet.locks = locks;
    sheet.merges = facts.merges;
    sheet.hidden_rows = facts.hidden_rows;
    sheet.hidden_cols = facts.hidden_cols;
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

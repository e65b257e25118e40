//! xlsx → plain cells: values by calamine, streamed; everything else by our own pass. Never sizes anything by what a file declares.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};

use super::parts::{self, Parts};
use super::sheet_part::{self, SheetFacts};
use super::styles::Formats;
use super::{lists, parts::Relation};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::domain::workbook::{Cell, ListRule, Locks, Sheet, Unread, Workbook};
use crate::workbook::package::Package;
use crate::workbook::xml::{Step, Walk};
use crate::workbook::{Limits, ReadError};

/// Bytes of the shortest shared string, `<si/>`.
const SHORTEST_STRING: usize = 5;

/// Reads a workbook.
///
/// # Errors
/// What makes it unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let mut package = Package::open(bytes, limits)?;
    let parts = parts::find(&mut package)?;
    check_tabs(&parts, limits)?;
    check_strings(&mut package, &parts)?;
    let mut values = guarded(|| Ok(Xlsx::new(Cursor::new(bytes)))).map_err(ReadError::Damaged)?.map_err(unopened)?;
    let locked_styles = locked_styles(&mut package, &parts)?;
    let mut workbook = Workbook::default();
    let mut sources = Vec::new();
    let mut budget = Budget { limits: *limits, cells: limits.cells, text: limits.text };
    for part in &parts.sheets {
        let broken = |what: String| ReadError::Part { part: part.name.clone(), what };
        let facts = sheet_part::read(&package.text(&part.part)?.text).map_err(broken)?;
        let mut sheet = Sheet { name: part.name.clone(), visibility: part.visibility, ..Sheet::default() };
        guarded(|| read_values(&mut values, &mut sheet, &mut budget)).map_err(broken)?;
        let (drawing, lists) = apply(facts, &locked_styles, &mut sheet);
        sheet.table_headers = table_headers(&mut package, &part.part)?;
        if drawing {
            workbook.unread.push(Unread { sheet: part.name.clone(), what: "drawing".into(), count: 1, at: Vec::new() });
        }
        sources.push(lists);
        workbook.sheets.push(sheet);
    }
    workbook.unread.extend(parts.other_tabs.iter().map(|name| Unread {
        sheet: name.clone(),
        what: "tab that is no worksheet".into(),
        count: 1,
        at: Vec::new(),
    }));
    resolve_lists(&mut workbook, &parts, sources);
    Ok(workbook)
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

/// Why the value reader does not open a workbook.
fn unopened(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Unrecognized { typ: "sheet:type", val } => ReadError::Refused(format!("{val} is a tab of a kind that is not read")),
        error => ReadError::Damaged(error.to_string()),
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

fn read_values(values: &mut Xlsx<Cursor<&[u8]>>, sheet: &mut Sheet, budget: &mut Budget) -> Result<(), String> {
    let mut cells = values.worksheet_cells_reader(&sheet.name).map_err(|error| error.to_string())?;
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, col) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if row >= MAX_ROWS || col >= MAX_COLS {
            return Err(format!("a cell at row {}, column {} is outside the grid", u64::from(row) + 1, u64::from(col) + 1));
        }
        budget.cells = budget.cells.checked_sub(1).ok_or_else(|| format!("the workbook has more than {} cells", budget.limits.cells))?;
        budget.text = budget
            .text
            .checked_sub(text.len())
            .ok_or_else(|| format!("the workbook has more than {} MiB of text", budget.limits.text >> 20))?;
        if sheet.cells.insert(CellRef::new(row, col), Cell { text, ..Cell::default() }).is_some() {
            return Err(format!("cell {} occurs twice", CellRef::new(row, col)));
        }
    }
    Ok(())
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

/// Joins the facts of our own pass to the values; gives back whether there is a drawing, and the raw lists.
fn apply(facts: SheetFacts, locked_styles: &[bool], sheet: &mut Sheet) -> (bool, Vec<sheet_part::RawList>) {
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
    for (at, cell) in &mut sheet.cells {
        cell.formula |= facts.arrays.iter().any(|range| range.contains(*at));
    }
    if let Some(locks) = &mut locks {
        locks.rows = facts.row_styles.iter().map(|(row, style)| (*row, locked(*style))).collect();
        locks.cols = facts.col_styles.iter().map(|(first, last, style)| (*first, *last, locked(*style))).collect();
    }
    sheet.locks = locks;
    sheet.merges = facts.merges;
    sheet.hidden_rows = facts.hidden_rows;
    sheet.hidden_cols = facts.hidden_cols;
    (facts.drawing, facts.lists)
}

/// For each style of the workbook whether it locks its cells.
fn locked_styles(package: &mut Package, parts: &Parts) -> Result<Vec<bool>, ReadError> {
    let Some(part) = &parts.styles else { return Ok(Vec::new()) };
    let formats = Formats::find(&package.text(part)?.text).map_err(|what| ReadError::Part { part: part.clone(), what })?;
    Ok(formats.locked())
}

/// The header rows of the tables that the sheet declares.
///
/// # Errors
/// A table part is broken.
pub fn table_headers(package: &mut Package, sheet: &str) -> Result<Vec<Range>, ReadError> {
    let tables: Vec<Relation> = parts::relations_of(package, sheet)?.into_values().filter(|relation| relation.kind == "table").collect();
    let mut headers = Vec::new();
    for table in tables {
        if package.find(&table.target).is_none() {
            continue;
        }
        let text = package.text(&table.target)?.text;
        let mut walk = Walk::new(&text);
        while let Some(step) = walk.next().map_err(|what| ReadError::Part { part: table.target.clone(), what })? {
            if let Step::Open { tag, .. } = step
                && tag.name() == "table"
            {
                if tag.number("headerRowCount") != Some(0)
                    && let Some(range) = tag.get("ref").and_then(|text| Range::parse(&text))
                {
                    headers.push(Range { first: range.first, last: CellRef::new(range.first.row, range.last.col) });
                }
                break;
            }
        }
    }
    Ok(headers)
}

/// Reads the words of every list, now that all sheets are there.
fn resolve_lists(workbook: &mut Workbook, parts: &Parts, sources: Vec<Vec<sheet_part::RawList>>) {
    let mut known: BTreeMap<(usize, bool, String), Vec<String>> = BTreeMap::new();
    for (index, raw) in sources.into_iter().enumerate() {
        for list in raw {
            let key = (index, list.separated, list.source.clone());
            if !known.contains_key(&key) {
                let options = if list.separated {
                    lists::separated(&list.source)
                } else {
                    lists::options(workbook, &parts.names, index, &list.source)
                };
                known.insert(key.clone(), options);
            }
            let options = known[&key].clone();
            workbook.sheets[index].lists.push(ListRule { ranges: list.ranges, options, source: list.source });
        }
    }
}

//! xls → plain cells: values by calamine out of a container of our own making, everything else by our own pass over the records.
//! Never lets the value reader see the received container, and never takes a value that our own pass does not know of.

mod container;
mod globals;
mod records;
mod sheet;

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xls};

use crate::domain::cell::CellRef;
use crate::domain::workbook::{FileKind, Workbook};
use crate::workbook::budget::Budget;
use crate::workbook::values::{guarded, lent, text_of};
use crate::workbook::warnings::{Seen, told};
use crate::workbook::xlsx::list_words;
use crate::workbook::{Limits, ReadError, tabs};
use container::Container;
use globals::{Globals, Tab};
use sheet::SheetPass;

/// The value reader makes room for whole blocks of cells; so many of them, on all sheets.
const GRID: u64 = 4_000_000;
/// Kinds of tabs that hold macros.
const MACRO_SHEET: u8 = 1;
const MODULE: u8 = 6;
/// The kind of a tab that is one chart.
const CHART: u8 = 2;
/// A kind of record that does not exist.
const NO_KIND: [u8; 2] = [0xFF, 0xFF];
/// Kind and length of a record, before what it holds.
const RECORD_HEAD: usize = 4;
/// Where the length of a formula stands behind the beginning of its record.
const FORMULA_LENGTH: usize = RECORD_HEAD + 20;

/// Reads a workbook.
///
/// # Errors
/// What makes it unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let container = Container::open(bytes)?;
    if !container.has("Workbook") && container.has("Book") {
        return Err(globals::too_old());
    }
    let mut stream = container.stream("Workbook")?;
    let globals = globals::read(&stream)?;
    let tabs: Vec<&Tab> = globals.tabs.iter().filter(|tab| tab.kind == 0).collect();
    check_tabs(&globals.tabs, limits)?;
    let mut passes = Vec::new();
    for tab in &tabs {
        passes.push(sheet::read(&stream, tab.at, &globals).map_err(|what| ReadError::Part { part: tab.name.clone(), what })?);
    }
    quiet(&mut stream, &globals, &passes);
    let rows: Vec<Vec<u32>> = passes.iter().map(|pass| close_up(&mut stream, pass)).collect();
    if passes.iter().zip(&rows).map(|(pass, rows)| grid(pass, rows.len())).sum::<u64>() > GRID {
        return Err(ReadError::Refused(format!("its cells stand too far apart: their blocks cover more than {GRID} cells")));
    }
    let mut values = values(&stream, &rows, &mut Budget::new(limits))?.into_iter();
    let mut workbook = Workbook { kind: FileKind::Xls, ..Workbook::default() };
    for (tab, pass) in tabs.iter().zip(passes) {
        workbook.unread.extend(pass.facts.unread_on(&tab.name));
        let mut sheet = pass.facts.join(&tab.name, values.next().unwrap_or_default(), &globals.book.locked, limits)?;
        sheet.visibility = tab.visibility;
        workbook.sheets.push(sheet);
    }
    workbook.unread.extend(globals.tabs.iter().filter(|tab| tab.kind != 0).map(|tab| tabs::unread(&tab.name, other_tab(tab.kind))));
    list_words(&mut workbook, &globals.book.names);
    workbook.warnings = told(&seen(&container, &globals), &workbook);
    Ok(workbook)
}

fn check_tabs(tabs: &[Tab], limits: &Limits) -> Result<(), ReadError> {
    tabs::check(tabs.iter().map(|tab| tab.name.as_str()), limits)?;
    let mut places = BTreeSet::new();
    match tabs.iter().find(|tab| !places.insert(tab.at)) {
        Some(tab) => Err(ReadError::Refused(format!("the sheet {:?} begins where another one does", tab.name))),
        None => Ok(()),
    }
}

/// How many cells the value reader makes room for: from the first to the last column, in each row.
fn grid(pass: &SheetPass, rows: usize) -> u64 {
    let cols = || pass.facts.cells.iter().filter(|(_, facts)| facts.filled || facts.formula).map(|(at, _)| at.col);
    let span = cols().max().map_or(0, |last| u64::from(last - cols().min().unwrap_or(last)) + 1);
    span * rows as u64
}

/// Numbers the rows that hold something from zero on, since the value reader makes room for those between them too.
/// Gives back their own numbers.
fn close_up(stream: &mut [u8], pass: &SheetPass) -> Vec<u32> {
    let rows: BTreeSet<u32> = pass.facts.cells.iter().filter(|(_, facts)| facts.filled || facts.formula).map(|(at, _)| at.row).collect();
    let rows: Vec<u32> = rows.into_iter().collect();
    for at in &pass.cells {
        let field = *at + RECORD_HEAD..*at + RECORD_HEAD + 2;
        let row = u32::from(stream[field.start]) | u32::from(stream[field.start + 1]) << 8;
        // Rows of nothing but blanks get a number too, which nobody looks at.
        let number = rows.binary_search(&row).unwrap_or(0);
        stream[field].copy_from_slice(&u16::try_from(number).unwrap_or(0).to_le_bytes());
    }
    rows
}

/// Takes from the stream what the value reader does not need and has failed over: declared sizes, names, other tabs, formulas.
fn quiet(stream: &mut [u8], globals: &Globals, passes: &[SheetPass]) {
    let others = globals.tabs.iter().filter(|tab| tab.kind != 0).map(|tab| &tab.record);
    for at in globals.needless.iter().chain(others).chain(passes.iter().flat_map(|pass| &pass.needless)) {
        stream[*at..*at + 2].copy_from_slice(&NO_KIND);
    }
    for at in passes.iter().flat_map(|pass| &pass.formulas) {
        stream[*at + FORMULA_LENGTH..*at + FORMULA_LENGTH + 2].fill(0);
    }
}

/// The values of each worksheet.
fn values(stream: &[u8], rows: &[Vec<u32>], budget: &mut Budget) -> Result<Vec<Vec<(CellRef, String)>>, ReadError> {
    let mut reader = guarded(|| Ok(Xls::new(Cursor::new(container::around(stream)))))
        .map_err(ReadError::Damaged)?
        .map_err(|error| ReadError::Damaged(error.to_string()))?;
    let names = reader.sheet_names();
    if names.len() != rows.len() {
        return Err(ReadError::Damaged(format!("{} of {} sheets could be read", names.len(), rows.len())));
    }
    let mut all = Vec::new();
    for (name, rows) in names.into_iter().zip(rows) {
        let broken = |what: String| ReadError::Part { part: name.clone(), what };
        let range = guarded(|| reader.worksheet_range(&name).map_err(|error| error.to_string())).map_err(broken)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = Vec::new();
        for (row, col, value) in range.used_cells() {
            let number = rows.get(row + top as usize);
            let (Some(row), Ok(col)) = (number, u32::try_from(col)) else { continue };
            let text = text_of(&lent(value));
            if !text.is_empty() {
                budget.take(&text).map_err(broken)?;
                cells.push((CellRef::new(*row, left + col), text));
            }
        }
        all.push(cells);
    }
    Ok(all)
}

/// What a tab is that is no worksheet.
const fn other_tab(kind: u8) -> &'static str {
    match kind {
        MACRO_SHEET => "macro tab",
        CHART => "chart tab",
        _ => "tab without a sheet",
    }
}

fn seen(container: &Container, globals: &Globals) -> Seen {
    Seen {
        macros: container.has("_VBA_PROJECT_CUR") || globals.tabs.iter().any(|tab| tab.kind == MODULE),
        old_macros: globals.tabs.iter().any(|tab| tab.kind == MACRO_SHEET),
        links: globals.book.links,
        signed: container.has("_signatures") || container.has("_xmlsignatures"),
        ..Seen::default()
    }
}

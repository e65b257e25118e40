//! xlsb → plain cells: values by calamine, streamed; everything else by our own pass over the records of the parts.
//! Never takes a value that our own pass does not know of.

mod book;
mod records;
mod sheet;

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xlsb};

use crate::domain::cell::CellRef;
use crate::domain::workbook::{FileKind, Unread, Workbook};
use crate::workbook::budget::Budget;
use crate::workbook::facts::warnings;
use crate::workbook::package::Package;
use crate::workbook::xlsx::{guarded, list_words, relations_of, text_of};
use crate::workbook::{Limits, ReadError};
use book::Tab;
use records::Walk;
use sheet::SheetPass;

/// Where the value reader looks for the workbook itself; programs put it nowhere else.
const WORKBOOK: &str = "xl/workbook.bin";
/// Where the macros are.
const MACROS: &str = "xl/vbaProject.bin";
/// The record that begins a comment.
const COMMENT: u32 = 635;

/// Reads a workbook.
///
/// # Errors
/// What makes it unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let mut package = Package::open(bytes, limits)?;
    let book = book::read(&mut package, WORKBOOK)?;
    check_tabs(&book.tabs, limits)?;
    let mut workbook =
        Workbook { kind: FileKind::Xlsb, warnings: warnings(package.find(MACROS).is_some(), book.links), ..Workbook::default() };
    let mut passes = Vec::new();
    for tab in book.tabs.iter().filter(|tab| tab.is_worksheet) {
        let part = package.part(&tab.part)?;
        let broken = |what: String| ReadError::Part { part: tab.name.clone(), what };
        let mut pass = sheet::read(&part, &book.filled, &book.grammar).map_err(broken)?;
        unread(&mut package, &tab.part, &mut pass)?;
        passes.push((tab, pass));
    }
    let mut values = guarded(|| Ok(Xlsb::new(Cursor::new(bytes))))
        .map_err(ReadError::Damaged)?
        .map_err(|error| ReadError::Damaged(error.to_string()))?;
    let mut budget = Budget::new(limits);
    for (tab, pass) in passes {
        let broken = |what: String| ReadError::Part { part: tab.name.clone(), what };
        let mut cells = guarded(|| read_values(&mut values, &tab.name, &mut budget)).map_err(broken)?;
        cells.extend(pass.values);
        workbook.unread.extend(pass.facts.unread_on(&tab.name));
        let mut sheet = pass.facts.join(&tab.name, cells, &book.locked, limits)?;
        sheet.visibility = tab.visibility;
        workbook.sheets.push(sheet);
    }
    workbook.unread.extend(book.tabs.iter().filter(|tab| !tab.is_worksheet).map(|tab| Unread {
        sheet: tab.name.clone(),
        what: "tab that is no worksheet".into(),
        count: 1,
        at: Vec::new(),
    }));
    list_words(&mut workbook, &book.names);
    Ok(workbook)
}

fn check_tabs(tabs: &[Tab], limits: &Limits) -> Result<(), ReadError> {
    if tabs.len() > limits.sheets {
        return Err(ReadError::Refused(format!("{} sheets, more than {}", tabs.len(), limits.sheets)));
    }
    let (mut names, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for tab in tabs {
        if !names.insert(tab.name.to_lowercase()) {
            return Err(ReadError::Refused(format!("two sheets are called {:?}", tab.name)));
        }
        if !tab.part.is_empty() && !parts.insert(&tab.part) {
            return Err(ReadError::Refused(format!("two sheets are in {}", tab.part)));
        }
    }
    Ok(())
}

fn read_values(values: &mut Xlsb<Cursor<&[u8]>>, sheet: &str, budget: &mut Budget) -> Result<Vec<(CellRef, String)>, String> {
    let mut reader = values.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let text = text_of(cell.get_value());
        if !text.is_empty() {
            budget.take(&text)?;
            let (row, col) = cell.get_position();
            cells.push((CellRef::new(row, col), text));
        }
    }
    Ok(cells)
}

/// Counts what hangs on a sheet and is not read.
fn unread(package: &mut Package, part: &str, pass: &mut SheetPass) -> Result<(), ReadError> {
    for relation in relations_of(package, part)?.into_values() {
        match relation.kind.as_str() {
            "drawing" => pass.facts.unread("drawing", None),
            "comments" if package.find(&relation.target).is_some() => {
                let comments = package.part(&relation.target)?;
                let mut walk = Walk::new(&comments);
                while let Some((kind, mut data)) = walk.next().map_err(|what| ReadError::Part { part: relation.target.clone(), what })? {
                    if kind == COMMENT {
                        let at = data.u32().and_then(|_| records::block(&mut data)).map(|block| block.first);
                        pass.facts.unread("comment", at);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

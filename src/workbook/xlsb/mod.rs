//! xlsb → plain cells: values by calamine, streamed; everything else by our own pass over the records of the parts.
//! Never takes a value that our own pass does not know of.

mod book;
mod records;
mod sheet;

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xlsb};

use crate::domain::cell::CellRef;
use crate::domain::workbook::{FileKind, Workbook};
use crate::workbook::budget::Budget;
use crate::workbook::package::Package;
use crate::workbook::values::{guarded, text_of};
use crate::workbook::warnings::{Seen, told};
use crate::workbook::xlsx::{is_signed, list_words, other_tab, relations_of};
use crate::workbook::{Limits, ReadError, tabs};
use book::Tab;
use records::Walk;
use sheet::SheetPass;

/// Where the value reader looks for the workbook itself; programs put it nowhere else.
const WORKBOOK: &str = "xl/workbook.bin";
/// Where the macros are.
const MACROS: &str = "xl/vbaProject.bin";
/// Where connections to data elsewhere are.
const CONNECTIONS: &str = "xl/connections.bin";
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
    let mut workbook = Workbook { kind: FileKind::Xlsb, ..Workbook::default() };
    let mut passes = Vec::new();
    for tab in book.tabs.iter().filter(|tab| tab.is_worksheet()) {
        let part = package.part(&tab.part)?;
        let broken = |what: String| ReadError::Part { part: tab.name.clone(), what };
        let mut pass = sheet::read(&part, &book.facts.filled, &book.facts.grammar).map_err(broken)?;
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
        let mut sheet = pass.facts.join(&tab.name, cells, &book.facts.locked, limits)?;
        sheet.visibility = tab.visibility;
        workbook.sheets.push(sheet);
    }
    workbook.unread.extend(book.tabs.iter().filter(|tab| !tab.is_worksheet()).map(|tab| tabs::unread(&tab.name, other_tab(&tab.kind))));
    list_words(&mut workbook, &book.facts.names);
    let seen = Seen {
        macros: package.find(MACROS).is_some(),
        old_macros: workbook.unread.iter().any(|unread| unread.what == other_tab("xlMacrosheet")),
        links: book.facts.links,
        connections: package.find(CONNECTIONS).is_some(),
        signed: is_signed(&mut package)?,
        ..Seen::default()
    };
    workbook.warnings = told(&seen, &workbook);
    Ok(workbook)
}

fn check_tabs(tabs: &[Tab], limits: &Limits) -> Result<(), ReadError> {
    tabs::check(tabs.iter().map(|tab| tab.name.as_str()), limits)?;
    let mut parts = BTreeSet::new();
    match tabs.iter().find(|tab| !tab.part.is_empty() && !parts.insert(&tab.part)) {
        Some(tab) => Err(ReadError::Refused(format!("two sheets are in {}", tab.part))),
        None => Ok(()),
    }
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

//! Tables that relate requirements: of one framework to another, or to our own controls. The first column is what the others relate to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{FileTold, Imported, Order, Write, name_of};
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::CONTROL_KEYS;
use crate::domain::bank::Bank;
use crate::domain::cell::CellRef;
use crate::domain::requirement::Crosswalk;
use crate::domain::workbook::Sheet;
use crate::engine::Failure;
use crate::engine::curate::{edit_failure, read};

/// What a column holds.
#[derive(Clone, PartialEq, Eq)]
enum Column {
    /// Ids of our controls.
    Controls,
    /// Ids of the requirements of a framework.
    Framework(String),
}

/// Pairs found so far.
#[derive(Default)]
struct Pairs {
    /// Control → requirements that it satisfies besides.
    satisfies: BTreeMap<String, BTreeSet<String>>,
    /// Framework → requirement → requirements of others that relate to it.
    related: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What one file relates, as changes of controls and frameworks.
pub fn gather(order: &Order, bank: &Bank, path: &Path, writes: &mut Vec<Write>, imported: &mut Imported) -> Result<(), Failure> {
    let bytes = crate::engine::read_file(path, order.worker.limits.file)?;
    let workbook = order.worker.read(&path.to_string_lossy(), &bytes).map_err(|error| Failure::reading(path, &error))?;
    let crosswalk = Crosswalk::new(bank);
    let mut told = FileTold { file: name_of(path), source: "crosswalk", ..FileTold::default() };
    let mut pairs = Pairs::default();
    let mut read_any = false;
    for sheet in &workbook.sheets {
        let columns = columns(bank, &crosswalk, sheet);
        if columns.len() < 2 {
            continue;
        }
        read_any = true;
        rows(bank, &crosswalk, sheet, &columns, &mut pairs, &mut told);
    }
    if !read_any {
        let known: Vec<&str> = bank.frameworks.keys().map(String::as_str).collect();
        return Err(Failure::new(
            format!("{}: its first row does not name two frameworks of the bank, or \"control\" and one", path.display()),
            format!("head each column with the framework's id or title ({}), or with \"control\"", known.join(", ")),
        ));
    }
    write(order, bank, &pairs, writes, imported)?;
    imported.files.push(told);
    Ok(())
}

/// The columns whose heads name something of the bank, in their order.
fn columns(bank: &Bank, crosswalk: &Crosswalk, sheet: &Sheet) -> Vec<(u32, Column)> {
    let column = |head: &str| match head.trim().to_lowercase().as_str() {
        "control" | "controls" | "our control" | "control id" => Some(Column::Controls),
        _ => {
            let exact = bank.frameworks.keys().find(|id| id.eq_ignore_ascii_case(head.trim()));
            exact.cloned().or_else(|| crosswalk.framework_named(head)).map(Column::Framework)
        }
    };
    sheet.row(0).filter_map(|(at, cell)| Some((at.col, column(&cell.text)?))).collect()
}

fn rows(bank: &Bank, crosswalk: &Crosswalk, sheet: &Sheet, columns: &[(u32, Column)], pairs: &mut Pairs, told: &mut FileTold) {
    let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).filter(|row| *row > 0).collect();
    rows.dedup();
    let Some(((anchor, first), others)) = columns.split_first() else { return };
    for row in rows {
        let mut known = |col: u32, column: &Column| -> Vec<String> {
            let text = sheet.text(CellRef::new(row, col));
            let ids = text.split([',', ';', '\n']).map(str::trim).filter(|id| !id.is_empty());
            ids.filter_map(|id| {
                let found = match column {
                    Column::Controls => bank.controls.keys().find(|control| control.eq_ignore_ascii_case(id)).cloned(),
                    Column::Framework(framework) => crosswalk.spelled(&format!("{framework}/{id}")),
                };
                if found.is_none() {
                    told.notes.push(format!("{}!{}: the bank has no {id}", sheet.name, CellRef::new(row, col)));
                }
                found
            })
            .collect()
        };
        let from = known(*anchor, first);
        for (col, column) in others {
            for to in known(*col, column) {
                for from in &from {
                    told.found += 1;
                    told.given += 1;
                    pairs.add(first, from, column, &to);
                }
            }
        }
    }
}

impl Pairs {
    fn add(&mut self, first: &Column, from: &str, second: &Column, to: &str) {
        match (first, second) {
            (Column::Controls, Column::Framework(_)) => {
                self.satisfies.entry(from.to_owned()).or_default().insert(to.to_owned());
            }
            (Column::Framework(_), Column::Controls) => {
                self.satisfies.entry(to.to_owned()).or_default().insert(from.to_owned());
            }
            (Column::Framework(framework), Column::Framework(_)) => {
                let id = from.split_once('/').map_or(from, |(_, id)| id);
                let list = self.related.entry(framework.clone()).or_default().entry(id.to_owned()).or_default();
                if !list.iter().any(|known| known == to) {
                    list.push(to.to_owned());
                }
            }
            (Column::Controls, Column::Controls) => {}
        }
    }
}

fn write(order: &Order, bank: &Bank, pairs: &Pairs, writes: &mut Vec<Write>, imported: &mut Imported) -> Result<(), Failure> {
    for (id, further) in &pairs.satisfies {
        let Some(control) = bank.controls.get(id) else { continue };
        let mut all = control.satisfies.clone();
        all.extend(further.iter().filter(|name| !control.satisfies.contains(name)).cloned());
        let count = all.len() - control.satisfies.len();
        if count > 0 {
            let seen = read(&order.bank, &control.file)?;
            let text = edit::toml_text(&seen.text, CONTROL_KEYS, &[Change::Set("satisfies", Value::Texts(all))]);
            let text = text.map_err(|what| edit_failure(&seen.unfit(what)))?;
            imported.written.push(format!("{}: satisfies {count} more", control.file));
            writes.push(Write::Change { seen, text });
        }
    }
    for (id, related) in &pairs.related {
        let Some(framework) = bank.frameworks.get(id) else { continue };
        let known = |id: &String| framework.related.get(id).map_or(&[][..], Vec::as_slice);
        let count: usize = related.iter().map(|(id, names)| names.iter().filter(|name| !known(id).contains(name)).count()).sum();
        if count > 0 {
            let seen = read(&order.bank, &framework.file)?;
            let text = edit::related_text(&seen.text, related).map_err(|what| edit_failure(&seen.unfit(what)))?;
            imported.written.push(format!("{}: {count} more relations", framework.file));
            writes.push(Write::Change { seen, text });
        }
    }
    Ok(())
}

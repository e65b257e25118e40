//! The tables that sheets declare: where they stand, and their columns. Never looks at what they hold.

use super::parts;
use crate::domain::cell::{CellRef, Range};
use crate::workbook::ReadError;
use crate::workbook::package::Package;
use crate::workbook::xml::{Step, Walk, unescape_text};

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name in formulas.
    pub name: String,
    range: Range,
    header_rows: u32,
    totals_rows: u32,
    columns: Vec<String>,
}

impl Table {
    /// Its heading; it may not be written.
    pub fn header(&self) -> Option<Range> {
        let Range { first, last } = self.range;
        (self.header_rows > 0).then(|| Range { first, last: CellRef::new(first.row, last.col) })
    }

    /// What stands in one of its columns, without heading and totals.
    pub fn column(&self, name: &str) -> Option<Range> {
        let place = self.columns.iter().position(|column| column.to_lowercase() == name.to_lowercase())?;
        let col = self.range.first.col.checked_add(u32::try_from(place).ok()?).filter(|col| *col <= self.range.last.col)?;
        let (top, bottom) = (self.range.first.row + self.header_rows.min(1), self.range.last.row.checked_sub(self.totals_rows.min(1))?);
        (top <= bottom).then(|| Range { first: CellRef::new(top, col), last: CellRef::new(bottom, col) })
    }
}

/// The tables that a sheet declares.
///
/// # Errors
/// A table part is broken.
pub fn of_sheet(package: &mut Package, sheet: &str) -> Result<Vec<Table>, ReadError> {
    let relations = parts::relations_of(package, sheet)?;
    let named = relations.into_values().filter(|relation| relation.kind == "table").map(|relation| relation.target);
    let mut tables = Vec::new();
    for part in named.filter(|part| package.find(part).is_some()).collect::<Vec<_>>() {
        let text = package.text(&part)?.text;
        tables.extend(read(&text).map_err(|what| ReadError::Part { part, what })?);
    }
    Ok(tables)
}

fn read(text: &str) -> Result<Option<Table>, String> {
    let mut walk = Walk::new(text);
    let mut table = None;
    while let Some(step) = walk.next()? {
        let Step::Open { tag, .. } = step else { continue };
        match (tag.name(), &mut table) {
            ("table", None) => {
                let Some(range) = tag.get("ref").and_then(|text| Range::parse(&text)) else { return Ok(None) };
                table = Some(Table {
                    name: tag.get("displayName").or_else(|| tag.get("name")).unwrap_or_default(),
                    range,
                    header_rows: tag.number("headerRowCount").unwrap_or(1),
                    totals_rows: tag.number("totalsRowCount").unwrap_or(0),
                    columns: Vec::new(),
                });
            }
            ("tableColumn", Some(table)) => table.columns.push(unescape_text(&tag.get("name").unwrap_or_default())),
            _ => {}
        }
    }
    Ok(table)
}

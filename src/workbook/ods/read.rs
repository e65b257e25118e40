//! ods → plain cells, in one walk over content.xml. Never trusts a single count: calamine's must agree wherever it can be asked.

use std::collections::BTreeMap;

use super::conditions::{self, Asked};
use super::grid::{Found, Grid, Run};
use super::lists;
use super::sheet::{Shared, Table};
use super::styles::Styles;
use super::{CONTENT, count};
use crate::domain::cell::Range;
use crate::domain::workbook::{CellRule, FileKind, ListRule, Workbook};
use crate::workbook::lists::DefinedName;
use crate::workbook::package::Package;
use crate::workbook::warnings::{Seen, told};
use crate::workbook::xml::Tag;
use crate::workbook::{Limits, ReadError, tabs};

/// Reads a workbook.
///
/// # Errors
/// What makes it unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, ReadError> {
    let mut package = open(bytes, limits)?;
    let text = package.text(CONTENT)?.text;
    let (mut workbook, grids) = sheets(&mut package, &text, limits)?;
    workbook.warnings = told(&seen(&package, &workbook, grids.links), &workbook);
    if grids.cells <= count::MAX_GRID
        && let Some(others) = count::values(bytes)
    {
        compare(&grids.typed, &others)?;
    }
    Ok(workbook)
}

/// The sheets that the text of content.xml holds, and what a second count needs to know.
///
/// # Errors
/// As [`read`].
pub fn sheets(package: &mut Package, text: &str, limits: &Limits) -> Result<(Workbook, Grids), ReadError> {
    let mut reading = Reading::new(limits, named_styles(package, limits)?);
    reading.walk(text)?;
    reading.finish()
}

/// Opens the container of a spreadsheet that is not encrypted.
///
/// # Errors
/// It is no such container.
pub fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, ReadError> {
    let mut package = Package::open(bytes, limits)?;
    // Old programs wrote a document type into the list of parts, so it is not walked.
    if package.find(MANIFEST).is_some() && package.text(MANIFEST)?.text.contains("encryption-data") {
        return Err(ReadError::Encrypted);
    }
    if package.find(CONTENT).is_none() {
        return Err(ReadError::Kind { found: "an OpenDocument file without content".into() });
    }
    Ok(package)
}

/// The list of the parts.
const MANIFEST: &str = "META-INF/manifest.xml";

fn named_styles(package: &mut Package, limits: &Limits) -> Result<Styles, ReadError> {
    const STYLES: &str = "styles.xml";
    if package.find(STYLES).is_none() {
        return Ok(Styles::default());
    }
    Styles::named(&package.text(STYLES)?.text, limits.styles).map_err(|what| ReadError::Part { part: STYLES.into(), what })
}

/// How large the tables are, and what another reader must find in them.
pub struct Grids {
    /// Cells of all grids, empty ones too.
    cells: u64,
    /// By sheet the cells with a value, and how many more another reader may find.
    typed: Vec<(String, usize, usize)>,
    links: bool,
}

/// The walk's state.
struct Reading<'a> {
    limits: &'a Limits,
    styles: Styles,
    shared: Shared,
    workbook: Workbook,
    conditions: BTreeMap<String, String>,
    names: Vec<DefinedName>,
    validated: Vec<BTreeMap<String, Vec<Range>>>,
    grids: Grids,
    is_spreadsheet: bool,
    /// How many tables there are so far, copies of other files' sheets too.
    tables: usize,
    /// The table that is open, whether it is a sheet, and its open rows.
    table: Option<(Table, bool)>,
    rows: Run,
}

impl<'a> Reading<'a> {
    fn new(limits: &'a Limits, styles: Styles) -> Self {
        Self {
            limits,
            styles,
            shared: Shared::new(limits),
            workbook: Workbook { kind: FileKind::Ods, ..Workbook::default() },
            conditions: BTreeMap::new(),
            names: Vec::new(),
            validated: Vec::new(),
            grids: Grids { cells: 0, typed: Vec::new(), links: false },
            is_spreadsheet: false,
            tables: 0,
            table: None,
            rows: Run::default(),
        }
    }

    fn walk(&mut self, text: &str) -> Result<(), ReadError> {
        let mut grid = Grid::new(text, self.limits.text);
        loop {
            let step = grid.next().and_then(|found| found.map(|found| self.take(found)).transpose());
            if step.map_err(|what| ReadError::Part { part: self.place(), what })?.is_none() {
                return Ok(());
            }
        }
    }

    /// The sheet that is being read, or the part.
    fn place(&self) -> String {
        self.table.as_ref().map_or_else(|| CONTENT.to_owned(), |(table, _)| table.sheet.name.clone())
    }

    fn take(&mut self, found: Found) -> Result<(), String> {
        match (found, &mut self.table) {
            (Found::Open(tag), _) => self.open(&tag)?,
            (Found::Table { .. }, _) if self.tables >= self.limits.sheets => {
                return Err(format!("more than {} sheets", self.limits.sheets));
            }
            (Found::Table { tag, closed, sheet }, _) => {
                self.tables += 1;
                self.table = Some((Table::new(&tag, &self.styles), sheet));
                if closed {
                    self.table_end()?;
                }
            }
            (Found::TableEnd { .. }, _) => self.table_end()?,
            (Found::Columns { tag, run }, Some((table, _))) => table.columns(&tag, run, &self.styles),
            (Found::Row(row), Some((table, _))) => {
                self.rows = row.run;
                table.row(&row, &self.styles);
            }
            (Found::RowEnd { .. }, Some((table, _))) => table.row_end(self.rows),
            (Found::Cell(run), Some((table, _))) => table.cell(&run, &self.styles, &mut self.shared)?,
            (Found::Unread(what, at), Some((table, true))) => Table::unread(&mut self.workbook.unread, &table.sheet.name, what, at),
            _ => {}
        }
        Ok(())
    }

    /// An element outside the grid.
    fn open(&mut self, tag: &Tag) -> Result<(), String> {
        match tag.full() {
            "office:spreadsheet" => self.is_spreadsheet = true,
            "table:content-validation" => {
                self.conditions.extend(tag.get("name").zip(tag.get("condition")));
            }
            "table:named-range" => self.name(tag, "cell-range-address"),
            "table:named-expression" => self.name(tag, "expression"),
            "table:table-source" | "table:dde-link" => self.grids.links = true,
            _ => self.styles.open(tag, self.limits.styles)?,
        }
        Ok(())
    }

    fn name(&mut self, tag: &Tag, refers_to: &str) {
        if let (Some(name), Some(refers_to)) = (tag.get("name"), tag.get(refers_to)) {
            let local_to = self.table.is_some().then_some(self.workbook.sheets.len());
            self.names.push(DefinedName { name, local_to, refers_to });
        }
    }

    fn table_end(&mut self) -> Result<(), String> {
        if let Some((table, _)) = &mut self.table {
            table.finish(&mut self.shared)?;
        }
        let Some((table, is_sheet)) = self.table.take() else { return Ok(()) };
        self.grids.cells = self.grids.cells.saturating_add(u64::from(table.extent.0) * u64::from(table.extent.1));
        self.grids.links |= table.links || !is_sheet;
        if is_sheet {
            self.grids.typed.push((table.sheet.name.clone(), table.typed, table.shaped));
            self.validated.push(table.validated);
            self.workbook.sheets.push(table.sheet);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(Workbook, Grids), ReadError> {
        if !self.is_spreadsheet {
            return Err(ReadError::Kind { found: "an OpenDocument file that is no spreadsheet".into() });
        }
        tabs::check(self.workbook.sheets.iter().map(|sheet| sheet.name.as_str()), self.limits)?;
        self.resolve();
        Ok((self.workbook, self.grids))
    }

    /// Reads what every validation asks, now that all sheets are there.
    fn resolve(&mut self) {
        let mut words_left = self.limits.cells;
        for (index, validated) in std::mem::take(&mut self.validated).into_iter().enumerate() {
            for (name, ranges) in validated {
                match self.conditions.get(&name).and_then(|condition| conditions::read(condition)) {
                    Some(Asked::List(source)) => {
                        let words = lists::options(&self.workbook, &self.names, index, &source);
                        // Rules are cheap to write, and each may name a long range: beyond any honest number of words none are read.
                        let options = if words.len() <= words_left { words } else { Vec::new() };
                        words_left -= options.len();
                        let source = lists::spelled(&self.workbook, index, &source);
                        self.workbook.sheets[index].lists.push(ListRule { ranges, options, source });
                    }
                    Some(Asked::Other(takes)) => self.workbook.sheets[index].rules.push(CellRule { ranges, takes }),
                    None => {}
                }
            }
        }
    }
}

/// A sheet on which another reader finds another number of values was not read right, by one of the two.
fn compare(ours: &[(String, usize, usize)], others: &[(String, usize)]) -> Result<(), ReadError> {
    for (name, ours, more) in ours {
        let other = others.iter().find(|(other, _)| other == name).map_or(0, |(_, count)| *count);
        if !(*ours..=ours.saturating_add(*more)).contains(&other) {
            let what = format!("{ours} cells with a value were read, but a second count finds {other}");
            return Err(ReadError::Part { part: name.clone(), what });
        }
    }
    Ok(())
}

/// What stands beside the cells.
fn seen(package: &Package, workbook: &Workbook, links: bool) -> Seen {
    let has = |test: &dyn Fn(&str) -> bool| package.names().iter().any(|name| !name.ends_with('/') && test(name));
    Seen {
        macros: has(&|name| name.starts_with("Basic/") || name.starts_with("Scripts/")),
        signed: has(&|name| name.starts_with("META-INF/") && name.contains("signatures")),
        links,
        stored_results: workbook.sheets.iter().any(|sheet| sheet.cells.values().any(|cell| cell.formula)),
        ..Seen::default()
    }
}

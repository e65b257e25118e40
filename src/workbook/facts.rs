//! What our own pass over a binary sheet's records tells, and its joining with the values. Never takes a value that the two do not agree on.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Grammar, Operand, takes};
use super::{Limits, ReadError};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::domain::workbook::{Cell, CellRule, ListRule, Locks, Sheet, Unread};

/// One cell's record.
#[derive(Clone, Debug, Default)]
pub struct CellFacts {
    /// Number of its style.
    pub style: u32,
    /// Whether a formula makes its value.
    pub formula: bool,
    /// Whether there is a value.
    pub filled: bool,
}

/// Everything but the values.
#[derive(Debug, Default)]
pub struct SheetFacts {
    /// Cells, also empty ones that have a style.
    pub cells: BTreeMap<CellRef, CellFacts>,
    /// Merged blocks.
    pub merges: Vec<Range>,
    /// Hidden rows.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns: first, last, style, hidden.
    pub cols: Vec<(u32, u32, u32, bool)>,
    /// Rows that have a style.
    pub row_styles: BTreeMap<u32, u32>,
    /// Whether the sheet is protected.
    pub protected: bool,
    /// Lists, with their words where they stand in the rule itself.
    pub lists: Vec<ListRule>,
    /// Other rules.
    pub rules: Vec<CellRule>,
    /// What is there and not read: what, and where as far as it is told.
    pub unread: BTreeMap<&'static str, (usize, Vec<CellRef>)>,
}

/// A validation rule as it stands in its record.
pub struct RawRule<'a> {
    /// Flags: kind, operator.
    pub flags: u32,
    /// Where it holds.
    pub ranges: Vec<Range>,
    /// Its formulas.
    pub formulas: [&'a [u8]; 2],
}

impl SheetFacts {
    /// Adds a cell's record.
    ///
    /// # Errors
    /// There is one already, or it is outside the grid.
    pub fn cell(&mut self, at: CellRef, facts: CellFacts) -> Result<(), String> {
        if at.row >= MAX_ROWS || at.col >= MAX_COLS {
            return Err(format!("a cell at row {}, column {} is outside the grid", u64::from(at.row) + 1, u64::from(at.col) + 1));
        }
        match self.cells.insert(at, facts) {
            Some(old) if old.filled || old.formula => Err(format!("cell {at} occurs twice")),
            _ => Ok(()),
        }
    }

    /// Counts something that is not read.
    pub fn unread(&mut self, what: &'static str, at: Option<CellRef>) {
        let (count, places) = self.unread.entry(what).or_default();
        *count += 1;
        places.extend(at);
    }

    /// Adds a validation rule.
    pub fn rule(&mut self, grammar: &Grammar, raw: RawRule) {
        let Some(base) = raw.ranges.first().map(|range| range.first) else { return };
        let (kind, operator) = (raw.flags & 0xF, raw.flags >> 20 & 0xF);
        let [first, second] = raw.formulas.map(|formula| grammar.operand(formula, base));
        if kind == LIST {
            self.lists.push(list(raw.ranges, first));
            return;
        }
        let number = |operand: Option<Operand>| if let Some(Operand::Number(number)) = operand { Some(number) } else { None };
        if let Some(takes) = takes(kind, operator, number(first), number(second)) {
            self.rules.push(CellRule { ranges: raw.ranges, takes });
        }
    }

    /// Joins the values to the facts.
    ///
    /// # Errors
    /// The values are not those of the records, or there are more of something than is read.
    pub fn join(self, name: &str, values: Vec<(CellRef, String)>, locked: &[bool], limits: &Limits) -> Result<Sheet, ReadError> {
        let part = |what: String| ReadError::Part { part: name.to_owned(), what };
        if self.merges.len() > limits.merges {
            return Err(ReadError::Refused(format!("{name}: more than {} merged blocks", limits.merges)));
        }
        let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
        for (at, text) in values {
            let facts = self.cells.get(&at).filter(|facts| facts.filled);
            let facts = facts.ok_or_else(|| part(format!("a value was read at {at}, where the file has none")))?;
            sheet.cells.insert(at, Cell { text, formula: facts.formula, style: facts.style });
        }
        if let Some((at, _)) = self.cells.iter().find(|(at, facts)| facts.filled && !sheet.cells.contains_key(at)) {
            return Err(part(format!("the file has a value at {at} that could not be read")));
        }
        for (at, facts) in self.cells.iter().filter(|(_, facts)| facts.formula) {
            sheet.cells.entry(*at).or_insert_with(|| Cell { formula: true, style: facts.style, ..Cell::default() });
        }
        sheet.locks = self.protected.then(|| self.locks(locked));
        sheet.hidden_cols = self.cols.iter().filter(|col| col.3).flat_map(|(first, last, ..)| *first..=*last).collect();
        sheet.merges = self.merges;
        sheet.hidden_rows = self.hidden_rows;
        sheet.lists = self.lists;
        sheet.rules = self.rules;
        Ok(sheet)
    }

    fn locks(&self, locked: &[bool]) -> Locks {
        let locked = |style: u32| locked.get(style as usize).copied().unwrap_or(true);
        Locks {
            cells: self.cells.iter().map(|(at, facts)| (*at, locked(facts.style))).collect(),
            rows: self.row_styles.iter().map(|(row, style)| (*row, locked(*style))).collect(),
            cols: self.cols.iter().map(|(first, last, style, _)| (*first, *last, locked(*style))).collect(),
        }
    }

    /// What is not read, for the workbook's list.
    pub fn unread_on<'a>(&'a self, sheet: &'a str) -> impl Iterator<Item = Unread> + 'a {
        self.unread.iter().map(move |(what, (count, at))| Unread {
            sheet: sheet.to_owned(),
            what: (*what).to_owned(),
            count: *count,
            at: at.clone(),
        })
    }
}

/// What the owner should know of a workbook with macros, or with links to other files.
pub fn warnings(macros: bool, links: usize) -> Vec<String> {
    let mut warnings = Vec::new();
    if macros {
        warnings.push("the workbook has macros; they were not run".into());
    }
    match links {
        0 => {}
        1 => warnings.push("the workbook links to another file, which was not opened".into()),
        links => warnings.push(format!("the workbook links to {links} other files, which were not opened")),
    }
    warnings
}

/// The kind of rule that is a list.
const LIST: u32 = 3;

fn list(ranges: Vec<Range>, source: Option<Operand>) -> ListRule {
    match source {
        Some(Operand::Text(words)) => {
            let separator = if words.contains('\0') { '\0' } else { ',' };
            let options: Vec<String> = words.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
            ListRule { ranges, source: format!("\"{}\"", options.join(",")), options }
        }
        Some(Operand::Reference(source)) => ListRule { ranges, source, ..ListRule::default() },
        _ => ListRule { ranges, source: "a formula".into(), ..ListRule::default() },
    }
}

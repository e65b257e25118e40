//! What our own pass over a sheet tells beside its values: that of the binary formats, and how every kind joins it to the values.
//! Never takes a value that the two do not agree on.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::{About, Operator, takes};
use super::lists::DefinedName;
use super::tokens::{Grammar, Operand};
use super::{Limits, ReadError};
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::domain::workbook::{Cell, CellRule, ListRule, Locks, Sheet, Unread};

/// What the first records of a binary workbook tell for all its sheets.
#[derive(Debug, Default)]
pub struct BookFacts {
    /// For each shared text whether there is anything in it.
    pub filled: Vec<bool>,
    /// For each style whether it locks its cells.
    pub locked: Vec<bool>,
    /// How formulas are read.
    pub grammar: Grammar,
    /// Defined names; local ones by position among the worksheets.
    pub names: Vec<DefinedName>,
    /// Whether it links to other files.
    pub links: bool,
}

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
    /// First and last column of each run with a width of its own, and that width in 256ths of a character.
    pub widths: Vec<(u32, u32, u32)>,
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
        let (kind, operator) = (raw.flags & 0xF, raw.flags >> 20 & 0x7);
        let [first, second] = raw.formulas.map(|formula| grammar.operand(formula, base));
        if kind == LIST {
            self.lists.push(list(raw.ranges, first));
            return;
        }
        let number = |operand: Option<Operand>| if let Some(Operand::Number(number)) = operand { Some(number) } else { None };
        if let Some(about) = about(kind) {
            self.rules
                .push(CellRule { ranges: raw.ranges, takes: takes(about, OPERATORS[operator as usize], number(first), number(second)) });
        }
    }

    /// Joins the values to the facts.
    ///
    /// # Errors
    /// The values are not those of the records, or there are more of something than is read.
    pub fn join(self, name: &str, values: Vec<(CellRef, String)>, locked: &[bool], limits: &Limits) -> Result<Sheet, ReadError> {
        if self.merges.len() > limits.merges {
            return Err(ReadError::Refused(format!("{name}: more than {} merged blocks", limits.merges)));
        }
        let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
        sheet.cells = values.into_iter().map(|(at, text)| (at, Cell { text, ..Cell::default() })).collect();
        let ours = self.cells.iter().filter(|(_, facts)| facts.filled).map(|(at, _)| *at).collect();
        second_count(&ours, &sheet.cells, &BTreeSet::new()).map_err(|what| ReadError::Part { part: name.to_owned(), what })?;
        for (at, facts) in self.cells.iter().filter(|(_, facts)| facts.filled || facts.formula) {
            let cell = sheet.cells.entry(*at).or_default();
            (cell.formula, cell.style) = (facts.formula, facts.style);
        }
        sheet.locks = self.protected.then(|| {
            let cells = self.cells.iter().map(|(at, facts)| (*at, facts.style));
            locks(locked, cells, &self.row_styles, self.cols.iter().map(|(first, last, style, _)| (*first, *last, *style)))
        });
        sheet.hidden_cols = self.cols.iter().filter(|col| col.3).flat_map(|(first, last, ..)| *first..=*last).collect();
        #[allow(clippy::cast_precision_loss, reason = "at most 255 characters")]
        let width = |(first, last, width): &(u32, u32, u32)| (*first, *last, *width as f32 / 256.0);
        sheet.widths = self.widths.iter().take(MAX_COLS as usize).map(width).collect();
        sheet.merges = self.merges;
        sheet.hidden_rows = self.hidden_rows;
        sheet.lists = self.lists;
        sheet.rules = self.rules;
        Ok(sheet)
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

/// Our own pass over a sheet and the value reader must have found values in the same cells, but for those whose value is an empty text.
///
/// # Errors
/// A cell that only one of them knows.
pub fn second_count(ours: &BTreeSet<CellRef>, read: &BTreeMap<CellRef, Cell>, empty: &BTreeSet<CellRef>) -> Result<(), String> {
    let missed = ours.iter().find(|at| !read.contains_key(at) && !empty.contains(at));
    let invented = read.keys().find(|at| !ours.contains(at));
    match missed.or(invented) {
        Some(at) => Err(format!("two counts of its cells differ, {at} for one; it could be read in two ways")),
        None => Ok(()),
    }
}

/// The locks of a protected sheet, by the styles of its cells, rows and columns; `locked` tells for each style whether it locks.
pub fn locks(
    locked: &[bool],
    cells: impl Iterator<Item = (CellRef, u32)>,
    rows: &BTreeMap<u32, u32>,
    cols: impl Iterator<Item = (u32, u32, u32)>,
) -> Locks {
    let locked = |style: u32| locked.get(style as usize).copied().unwrap_or(true);
    Locks {
        cells: cells.map(|(at, style)| (at, locked(style))).collect(),
        rows: rows.iter().map(|(row, style)| (*row, locked(*style))).collect(),
        cols: cols.map(|(first, last, style)| (first, last, locked(style))).collect(),
    }
}

/// How rules compare, by the number of the operator.
const OPERATORS: [Operator; 8] = [
    Operator::Between,
    Operator::Other,
    Operator::Equal,
    Operator::Other,
    Operator::More,
    Operator::Less,
    Operator::AtLeast,
    Operator::AtMost,
];

/// What a rule of that kind is about; `None` where it lets in anything.
const fn about(kind: u32) -> Option<About> {
    Some(match kind {
        1 => About::Whole,
        2 => About::Decimal,
        4 => About::Date,
        5 => About::Time,
        6 => About::TextLength,
        7 => About::Formula,
        _ => return None,
    })
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

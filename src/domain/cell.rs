//! Places in a sheet: cell references and ranges in A1 notation. Never touches what a cell holds.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// The number of rows a sheet can have in the file formats that we read.
pub const MAX_ROWS: u32 = 1_048_576;
/// The number of columns a sheet can have in the file formats that we read.
pub const MAX_COLS: u32 = 16_384;

/// One cell's place, counted from zero; orders by row, then by column, as a sheet is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellRef {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
}

impl CellRef {
    /// The cell at `row` and `col`, both counted from zero.
    #[must_use]
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }

    /// Reads `B13` or `$B$13`; `None` for anything else, also for places outside the grid.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, rest) = text.split_at(letters);
        let digits = rest.strip_prefix('$').unwrap_or(rest);
        if letters > 3 || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let row: u32 = digits.parse().ok()?;
        let col = parse_column(name)?;
        (1..=MAX_ROWS).contains(&row).then(|| Self::new(row - 1, col))
    }
}

/// Reads column letters (`A` is 0); `None` outside the grid.
#[must_use]
pub fn parse_column(name: &str) -> Option<u32> {
    let mut number = 0u32;
    for byte in name.bytes() {
        if !byte.is_ascii_alphabetic() {
            return None;
        }
        number = number.checked_mul(26)?.checked_add(u32::from(byte.to_ascii_uppercase() - b'A') + 1)?;
    }
    (1..=MAX_COLS).contains(&number).then(|| number - 1)
}

/// The letters of a column counted from zero.
#[must_use]
pub fn column_name(col: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = col + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.col), self.row + 1)
    }
}

/// Serializes cells in A1 notation.
///
/// # Errors
/// Those of the serializer.
pub fn as_a1<S: Serializer>(cells: &[CellRef], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(cells.iter().map(ToString::to_string))
}

/// Serializes a cell in A1 notation.
///
/// # Errors
/// Those of the serializer.
pub fn one_as_a1<S: Serializer>(cell: &CellRef, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cell)
}

/// Serializes a cell in A1 notation, where there is one.
///
/// # Errors
/// Those of the serializer.
#[allow(clippy::ref_option, reason = "the shape that serde asks for")]
pub fn maybe_a1<S: Serializer>(cell: &Option<CellRef>, serializer: S) -> Result<S::Ok, S::Error> {
    match cell {
        Some(cell) => serializer.collect_str(cell),
        None => serializer.serialize_none(),
    }
}

/// A block of cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Range {
    /// Top left corner.
    pub first: CellRef,
    /// Bottom right corner.
    pub last: CellRef,
}

impl Range {
    /// Reads `A1`, `A1:B2`, `A:C` or `3:7`, with or without `$`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.replace('$', "");
        let (a, b) = plain.split_once(':').unwrap_or((&plain, &plain));
        if let (Some(first), Some(last)) = (CellRef::parse(a), CellRef::parse(b)) {
            return Some(Self::between(first, last));
        }
        if let (Some(left), Some(right)) = (parse_column(a), parse_column(b)) {
            return Some(Self::between(CellRef::new(0, left), CellRef::new(MAX_ROWS - 1, right)));
        }
        let (top, bottom): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
        let rows = 1..=MAX_ROWS;
        (rows.contains(&top) && rows.contains(&bottom))
            .then(|| Self::between(CellRef::new(top - 1, 0), CellRef::new(bottom - 1, MAX_COLS - 1)))
    }

    /// The block between two corners given in any order.
    #[must_use]
    pub fn between(a: CellRef, b: CellRef) -> Self {
        Self { first: CellRef::new(a.row.min(b.row), a.col.min(b.col)), last: CellRef::new(a.row.max(b.row), a.col.max(b.col)) }
    }

    /// Whether `cell` lies inside.
    #[must_use]
    pub const fn contains(&self, cell: CellRef) -> bool {
        self.first.row <= cell.row && cell.row <= self.last.row && self.first.col <= cell.col && cell.col <= self.last.col
    }

    /// How many cells the block covers.
    #[must_use]
    pub const fn area(&self) -> u64 {
        (self.last.row - self.first.row + 1) as u64 * (self.last.col - self.first.col + 1) as u64
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}:{}", self.first, self.last) }
    }
}

/// Values that hold for blocks of cells, found by cell. Where blocks overlap, the one that begins furthest down wins, then the later one.
#[derive(Clone, Debug, Default)]
pub struct RangeMap<T> {
    /// For each column the row spans with a value, in order, none over another.
    columns: BTreeMap<u32, Vec<Span<T>>>,
}

/// First row, last row, value.
type Span<T> = (u32, u32, T);

impl<T: Copy> RangeMap<T> {
    /// Builds the map; columns right of `last_col` are not looked at, however far a block reaches.
    pub fn new(blocks: impl Iterator<Item = (Range, T)>, last_col: u32) -> Self {
        let mut columns: BTreeMap<u32, Vec<Span<T>>> = BTreeMap::new();
        for (range, value) in blocks {
            for col in range.first.col..=range.last.col.min(last_col) {
                columns.entry(col).or_default().push((range.first.row, range.last.row, value));
            }
        }
        for spans in columns.values_mut() {
            *spans = apart(std::mem::take(spans));
        }
        Self { columns }
    }

    /// The value at a cell.
    #[must_use]
    pub fn get(&self, at: CellRef) -> Option<T> {
        let spans = self.columns.get(&at.col)?;
        let after = spans.partition_point(|(first, _, _)| *first <= at.row);
        spans[..after].last().filter(|(_, last, _)| *last >= at.row).map(|(_, _, value)| *value)
    }

    /// The columns in which there is any value.
    pub fn columns(&self) -> impl Iterator<Item = u32> {
        self.columns.keys().copied()
    }
}

/// The same spans with none over another, so that one look finds the value however many there are.
fn apart<T: Copy>(mut spans: Vec<Span<T>>) -> Vec<Span<T>> {
    spans.sort_by_key(|(first, _, _)| *first);
    let (mut apart, mut open, mut row) = (Vec::with_capacity(spans.len()), Vec::new(), 0);
    for (first, last, value) in spans {
        close(&mut open, &mut row, first, &mut apart);
        row = first;
        open.push((last, value));
    }
    close(&mut open, &mut row, u32::MAX, &mut apart);
    apart
}

/// Writes down what holds from `row` up to the row `until`, the span opened last first; drops the spans that end before.
fn close<T: Copy>(open: &mut Vec<(u32, T)>, row: &mut u32, until: u32, apart: &mut Vec<Span<T>>) {
    while let Some((last, value)) = open.last().copied().filter(|_| *row < until) {
        if last >= *row {
            let end = last.min(until - 1);
            apart.push((*row, end, value));
            *row = end + 1;
        }
        if last < until {
            open.pop();
        }
    }
}

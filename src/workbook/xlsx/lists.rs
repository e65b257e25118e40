//! Where a list takes its words from: quoted words, a range on any sheet, a defined name, a table's column, and INDIRECT of a text, of a cell
//! or of SUBSTITUTE in either. Anything else stays unread, never guessed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::tables::Table;
use super::validations::Validation;
use crate::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range, parse_column};
use crate::domain::workbook::{ListRule, Workbook};
use crate::workbook::lists::{DefinedName, MAX_NAME_STEPS, named, words_in};

/// So many cells of a workbook may have a list of their own, because its source is told from where they stand; lists of more are not read.
const MAX_OWN: u64 = 5_000;

/// What lists are read from.
pub struct Sources<'a> {
    workbook: &'a Workbook,
    names: &'a [DefinedName],
    tables: &'a [(usize, Table)],
    /// How many cells more may have a list of their own.
    own: u64,
    known: RefCell<BTreeMap<(usize, Range), Vec<String>>>,
}

/// The cell that a source is read for, and the one that it was written for.
#[derive(Clone, Copy)]
struct Seat {
    sheet: usize,
    cell: CellRef,
    base: CellRef,
}

/// Whether what a source stands for depends on the row, and on the column, of the cell.
#[derive(Clone, Copy, Default)]
struct Relative {
    rows: bool,
    cols: bool,
}

/// Reads the words of all lists that have a source and no words yet, now that all sheets are there; references in them are fixed.
pub fn list_words(workbook: &mut Workbook, names: &[DefinedName]) {
    let origin = CellRef::new(0, 0);
    for sheet in 0..workbook.sheets.len() {
        let mut lists = std::mem::take(&mut workbook.sheets[sheet].lists);
        let sources = Sources::new(workbook, names, &[]);
        for list in lists.iter_mut().filter(|list| list.options.is_empty()) {
            list.options = sources.options(Seat { sheet, cell: origin, base: origin }, &list.source, &mut Relative::default());
        }
        workbook.sheets[sheet].lists = lists;
    }
}

impl<'a> Sources<'a> {
    /// Sources in a workbook whose sheets are read.
    pub fn new(workbook: &'a Workbook, names: &'a [DefinedName], tables: &'a [(usize, Table)]) -> Self {
        Self { workbook, names, tables, own: MAX_OWN, known: RefCell::default() }
    }

    /// The lists of one rule on the sheet at `sheet`: one, or one for each kind of cell where the source is told from where they stand.
    /// Their options are empty where they could not be read.
    pub fn lists(&mut self, sheet: usize, rule: &Validation) -> Vec<ListRule> {
        let one = |ranges, options| ListRule { ranges, options, source: rule.first.clone() };
        let Some(base) = rule.ranges.first().map(|range| range.first) else { return Vec::new() };
        if rule.separated {
            return vec![one(rule.ranges.clone(), separated(&rule.first))];
        }
        let mut relative = Relative::default();
        let options = self.options(Seat { sheet, cell: base, base }, &rule.first, &mut relative);
        if !relative.rows && !relative.cols {
            return vec![one(rule.ranges.clone(), options)];
        }
        let (inside, outside) = self.in_use(sheet, &rule.ranges, relative);
        let strips = |range: &Range| {
            let height = if relative.rows { u64::from(range.last.row - range.first.row) + 1 } else { 1 };
            let width = if relative.cols { u64::from(range.last.col - range.first.col) + 1 } else { 1 };
            height * width
        };
        let Some(left) = self.own.checked_sub(inside.iter().map(strips).sum()) else {
            return vec![one(rule.ranges.clone(), Vec::new())];
        };
        self.own = left;
        let mut by_options: BTreeMap<Vec<String>, Vec<Range>> = BTreeMap::new();
        for strip in inside.iter().flat_map(|range| cut(*range, relative)) {
            let options = self.options(Seat { sheet, cell: strip.first, base }, &rule.first, &mut Relative::default());
            join(by_options.entry(options).or_default(), strip);
        }
        by_options.entry(Vec::new()).or_default().extend(outside);
        by_options.into_iter().filter(|(_, ranges)| !ranges.is_empty()).map(|(options, ranges)| one(ranges, options)).collect()
    }

    /// The part of some ranges that lies above the end of what the sheet holds, and the rest, if rows matter.
    fn in_use(&self, sheet: usize, ranges: &[Range], relative: Relative) -> (Vec<Range>, Vec<Range>) {
        let last = self.workbook.sheets.get(sheet).and_then(|sheet| sheet.cells.keys().next_back());
        let bottom = if relative.rows { last.map_or(0, |at| at.row) + 1 } else { MAX_ROWS - 1 };
        let inside = |range: &&Range| range.first.row <= bottom;
        let above = |range: &Range| Range { first: range.first, last: CellRef::new(range.last.row.min(bottom), range.last.col) };
        let below = |range: &Range| Range { first: CellRef::new(range.first.row.max(bottom + 1), range.first.col), last: range.last };
        (ranges.iter().filter(inside).map(above).collect(), ranges.iter().filter(|range| range.last.row > bottom).map(below).collect())
    }

    fn options(&self, seat: Seat, source: &str, relative: &mut Relative) -> Vec<String> {
        self.resolve(seat, source, MAX_NAME_STEPS, relative).unwrap_or_default()
    }

    fn resolve(&self, seat: Seat, source: &str, steps: u8, relative: &mut Relative) -> Option<Vec<String>> {
        let source = source.trim().trim_start_matches('=').trim();
        if let Some(words) = literal(source) {
            return Some(words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect());
        }
        if let Some(arguments) = call(source, "INDIRECT") {
            let text = match arguments.as_slice() {
                [text] => self.text(seat, text, relative)?,
                [text, style] if matches!(style.to_uppercase().as_str(), "TRUE" | "1") => self.text(seat, text, relative)?,
                _ => return None,
            };
            // A text names places as they are, wherever it is read from; words and formulas it cannot name.
            let seat = Seat { base: seat.cell, ..seat };
            return if literal(&text).is_some() || text.contains('(') {
                None
            } else {
                self.place(seat, text.trim(), steps, &mut Relative::default())
            };
        }
        self.place(seat, source, steps, relative)
    }

    /// The words of a range, a table's column or a defined name.
    fn place(&self, seat: Seat, source: &str, steps: u8, relative: &mut Relative) -> Option<Vec<String>> {
        if let Some((sheet, range)) = self.reference(seat, source, relative) {
            return Some(self.words(sheet, range));
        }
        if let Some((sheet, range)) = self.table_column(source) {
            return Some(self.words(sheet, range));
        }
        let name = self.name(seat.sheet, source)?;
        // What a name stands for is written for the first cell of a sheet.
        self.resolve(Seat { base: CellRef::new(0, 0), ..seat }, &name.refers_to, steps.checked_sub(1)?, relative)
    }

    /// A name, local to the sheet or global; `Sheet!Name` names the one of that sheet.
    fn name(&self, sheet: usize, source: &str) -> Option<&DefinedName> {
        let (sheet, wanted) = match source.rsplit_once('!') {
            Some((title, wanted)) => (self.sheet(title)?, wanted),
            None => (sheet, source),
        };
        named(self.names, sheet, wanted)
    }

    /// The text of an argument of INDIRECT: quoted, in a cell, or SUBSTITUTE in such a text.
    fn text(&self, seat: Seat, source: &str, relative: &mut Relative) -> Option<String> {
        if let Some(text) = literal(source) {
            return Some(text);
        }
        if let Some(arguments) = call(source, "SUBSTITUTE") {
            let [text, old, new] = arguments.as_slice() else { return None };
            let (text, old, new) = (self.text(seat, text, relative)?, literal(old)?, literal(new)?);
            return Some(if old.is_empty() { text } else { text.replace(&old, &new) });
        }
        let (sheet, range) = self.reference(seat, source, relative)?;
        (range.first == range.last).then(|| self.workbook.sheets[sheet].text(range.first).to_owned())
    }

    /// Reads `$A$1:$A$4`, `Lists!A1:A4` or `'My lists'!$A:$A`.
    fn reference(&self, seat: Seat, source: &str, relative: &mut Relative) -> Option<(usize, Range)> {
        let Some((title, range)) = source.rsplit_once('!') else {
            return Some((seat.sheet, block(seat, source, relative)?));
        };
        Some((self.sheet(title)?, block(seat, range, relative)?))
    }

    fn sheet(&self, title: &str) -> Option<usize> {
        let quoted = title.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let title = quoted.map_or_else(|| title.to_owned(), |quoted| quoted.replace("''", "'")).to_lowercase();
        self.workbook.sheets.iter().position(|sheet| sheet.name.to_lowercase() == title)
    }

    /// Reads `Table1[Column]`: what stands below its heading and above its totals.
    fn table_column(&self, source: &str) -> Option<(usize, Range)> {
        let (table, column) = source.strip_suffix(']')?.split_once('[')?;
        let (sheet, table) = self.tables.iter().find(|(_, known)| known.name.eq_ignore_ascii_case(table))?;
        Some((*sheet, table.column(&column.replace('\'', ""))?))
    }

    /// The texts of a block, row by row; only cells that hold something are visited, however large the block.
    fn words(&self, sheet: usize, range: Range) -> Vec<String> {
        let read = || words_in(&self.workbook.sheets[sheet], range);
        self.known.borrow_mut().entry((sheet, range)).or_insert_with(read).clone()
    }
}

/// A range cut into the cells, rows or columns for which a source may stand for different things.
fn cut(range: Range, relative: Relative) -> impl Iterator<Item = Range> {
    let rows = if relative.rows { range.first.row..=range.last.row } else { range.first.row..=range.first.row };
    rows.flat_map(move |row| {
        let cols = if relative.cols { range.first.col..=range.last.col } else { range.first.col..=range.first.col };
        cols.map(move |col| Range {
            first: CellRef::new(row, col),
            last: CellRef::new(if relative.rows { row } else { range.last.row }, if relative.cols { col } else { range.last.col }),
        })
    })
}

/// Adds a range; one that continues the last downwards makes it longer.
fn join(ranges: &mut Vec<Range>, new: Range) {
    match ranges.last_mut() {
        Some(last) if last.last.row + 1 == new.first.row && (last.first.col, last.last.col) == (new.first.col, new.last.col) => {
            last.last = new.last;
        }
        _ => ranges.push(new),
    }
}

/// The text between quotes; `None` where a quote ends before the end.
fn literal(source: &str) -> Option<String> {
    let inside = source.trim().strip_prefix('"')?.strip_suffix('"')?;
    let plain = inside.replace("\"\"", "");
    (!plain.contains('"')).then(|| inside.replace("\"\"", "\""))
}

/// The arguments of a call of one function.
fn call(source: &str, function: &str) -> Option<Vec<String>> {
    let head = source.get(..function.len()).filter(|head| head.eq_ignore_ascii_case(function))?;
    let inside = source[head.len()..].trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let (mut arguments, mut depth, mut quoted) = (vec![String::new()], 0i32, false);
    for character in inside.chars() {
        match character {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
        match arguments.last_mut() {
            Some(last) if character != ',' || quoted || depth > 0 => last.push(character),
            _ => arguments.push(String::new()),
        }
    }
    Some(arguments.iter().map(|argument| argument.trim().to_owned()).collect())
}

/// A cell or a block of cells as it is meant at a seat; `YN` alone is a name, not a column.
fn block(seat: Seat, text: &str, relative: &mut Relative) -> Option<Range> {
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (corner(first)?, corner(last)?),
        None => (corner(text).filter(|corner| corner.0.is_some() && corner.1.is_some())?, corner(text)?),
    };
    let mut seen = Relative::default();
    let shift = |place: Option<(u32, bool)>, from: u32, to: u32, size: u32, moved: &mut bool| {
        let (place, fixed) = place?;
        *moved |= !fixed;
        // Beyond the edge a reference comes in again at the other side.
        Some(if fixed { place } else { (place + size + to - from) % size })
    };
    let (cell, base) = (seat.cell, seat.base);
    let mut row = |place| shift(place, base.row, cell.row, MAX_ROWS, &mut seen.rows);
    let rows = (row(first.1), row(last.1));
    let mut col = |place| shift(place, base.col, cell.col, MAX_COLS, &mut seen.cols);
    let cols = (col(first.0), col(last.0));
    let (rows, cols) = match (rows, cols) {
        ((Some(top), Some(bottom)), (Some(left), Some(right))) => ((top, bottom), (left, right)),
        ((None, None), (Some(left), Some(right))) => ((0, MAX_ROWS - 1), (left, right)),
        ((Some(top), Some(bottom)), (None, None)) => ((top, bottom), (0, MAX_COLS - 1)),
        _ => return None,
    };
    (relative.rows, relative.cols) = (relative.rows || seen.rows, relative.cols || seen.cols);
    Some(Range::between(CellRef::new(rows.0, cols.0), CellRef::new(rows.1, cols.1)))
}

/// Column and row of a corner, each with whether it is fixed by a `$`.
type Corner = (Option<(u32, bool)>, Option<(u32, bool)>);

fn corner(text: &str) -> Option<Corner> {
    let (fixed_col, rest) = text.strip_prefix('$').map_or((false, text), |rest| (true, rest));
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = rest.split_at(letters);
    let (fixed_row, digits) = rest.strip_prefix('$').map_or((false, rest), |rest| (true, rest));
    let whole_row = name.is_empty();
    let col = if whole_row { None } else { Some((parse_column(name).filter(|_| letters <= 3)?, fixed_col)) };
    let row = match digits {
        "" if !whole_row && !fixed_row => None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let number: u32 = digits.parse().ok().filter(|number| (1..=MAX_ROWS).contains(number))?;
            Some((number - 1, fixed_row || (whole_row && fixed_col)))
        }
        _ => return None,
    };
    Some((col, row))
}

/// The words of `a,"b, c"`: separated by commas, a word with a comma or a quote in quotes.
pub fn separated(source: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for (index, character) in source.char_indices() {
        let word = words.last_mut();
        match (character, word) {
            // Two quotes inside quotes are one: the first closes, the second opens again and stands for both.
            ('"', Some(word)) => {
                quoted = !quoted;
                if quoted && source[..index].ends_with('"') {
                    word.push('"');
                }
            }
            (',', _) if !quoted => words.push(String::new()),
            (character, Some(word)) => word.push(character),
            (_, None) => {}
        }
    }
    words.into_iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

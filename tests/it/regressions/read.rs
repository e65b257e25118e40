//! Fuzz target: every kind is read twice to the same result, within limits, and so is what it asks.

use std::collections::BTreeSet;

use answerbank::domain::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use answerbank::domain::extract::questionnaire;
use answerbank::domain::workbook::{Sheet, Workbook};

use super::{SMALL, open, parts};

/// Reads what the bytes make, checks it, and says what came of it.
pub fn check(bytes: &[u8]) -> String {
    let Some((name, file)) = parts::unpack(bytes) else { return "no file".into() };
    let read = open(name, &file);
    assert_eq!(format!("{read:?}"), format!("{:?}", open(name, &file)), "the second time it is read otherwise");
    let book = match read {
        Ok(book) => book,
        Err(error) => {
            assert!(!error.hint().is_empty(), "no hint: {error}");
            return error.to_string();
        }
    };
    sound(&book);
    let found = questionnaire(&book, None);
    assert_eq!(found, questionnaire(&book, None), "the second time it asks otherwise");
    let cells: usize = book.sheets.iter().map(|sheet| sheet.cells.len()).sum();
    format!("{cells} cells")
}

/// Within limits, and every place inside the grid.
pub fn sound(book: &Workbook) {
    let names: BTreeSet<String> = book.sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    assert_eq!(names.len(), book.sheets.len(), "two sheets of one name");
    assert!(book.sheets.len() <= SMALL.sheets, "{} sheets", book.sheets.len());
    let cells = || book.sheets.iter().flat_map(|sheet| sheet.cells.values());
    assert!(cells().count() <= SMALL.cells, "{} cells", cells().count());
    assert!(cells().map(|cell| cell.text.len()).sum::<usize>() <= SMALL.text, "too much text");
    book.sheets.iter().for_each(sound_sheet);
}

fn sound_sheet(sheet: &Sheet) {
    let inside = |at: &CellRef| at.row < MAX_ROWS && at.col < MAX_COLS;
    let block = |range: &Range| inside(&range.last) && range.first.row <= range.last.row && range.first.col <= range.last.col;
    assert!(sheet.merges.len() <= SMALL.merges, "{} merged blocks", sheet.merges.len());
    assert!(sheet.cells.keys().all(inside), "cells outside: {:?}", sheet.cells.keys());
    let rules = sheet.lists.iter().flat_map(|list| &list.ranges).chain(sheet.rules.iter().flat_map(|rule| &rule.ranges));
    let mut ranges = rules.chain(&sheet.merges).chain(&sheet.table_headers);
    assert!(ranges.all(block), "blocks outside: {:?} {:?} {:?}", sheet.merges, sheet.lists, sheet.rules);
    assert!(sheet.hidden_rows.iter().all(|row| *row < MAX_ROWS) && sheet.hidden_cols.iter().all(|col| *col < MAX_COLS), "hidden outside");
    let Some(locks) = &sheet.locks else { return };
    assert!(locks.cells.keys().all(inside) && locks.rows.keys().all(|row| *row < MAX_ROWS), "locks outside");
    assert!(locks.cols.iter().all(|(first, last, _)| *first < MAX_COLS && *last < MAX_COLS), "locks outside: {:?}", locks.cols);
}

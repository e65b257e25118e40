//! Fuzz target: random workbooks of the kinds that are edited in place, and odd ones, with random edits. Whatever is read is edited so that
//! the old cells and the edits are read back, or refused; no edits give the same bytes.

use std::collections::BTreeMap;

use answerbank::domain::cell::{CellRef, MAX_COLS, MAX_ROWS};
use answerbank::domain::workbook::{FileKind, Sheet, Workbook};
use answerbank::workbook::{CellEdit, CellValue, Limits, ReadError, WriteError, edit, read};

use super::{caught, open, parts};
use crate::workbook::random::Random;
use crate::workbook::{check as xlsx_check, csv, ods, random};

/// Bytes of an input that tell its edits, where the others are parts of a workbook.
const TELL_EDITS: usize = 48;

/// Edits what the bytes make, checks the result, and says what came of it.
pub fn check(bytes: &[u8]) -> String {
    let Some((kind, rest)) = bytes.split_first() else { return "no file".into() };
    if *kind >= 128 {
        let (told, rest) = rest.split_at(rest.len().min(TELL_EDITS));
        let Some((name, file)) = parts::unpack(rest) else { return "no file".into() };
        return filled(name, &file, &mut Random::Told(told), false);
    }
    let mut random = Random::Told(rest);
    let (name, file) = match kind % 3 {
        0 => ("book.xlsx", random::grow(&mut random).0.stored().bytes()),
        1 => ("book.ods", ods::body(&(ods::random::table(&mut random, "S") + &ods::random::table(&mut random, "T"))).bytes()),
        _ => ("book.csv", separated(&mut random)),
    };
    filled(name, &file, &mut random, true)
}

fn separated(random: &mut Random) -> Vec<u8> {
    let habits = csv::Habits {
        delimiter: [',', ';', '\t', '|'][random.below(4) as usize],
        line_end: ["\n", "\r\n"][random.below(2) as usize],
        quotes_all: random.once_in(3),
        ends: random.once_in(2),
    };
    csv::grow(random, &habits).1.into_bytes()
}

/// `sane`: the file is one that must be read, and the checkers know all of its XML.
fn filled(name: &str, file: &[u8], random: &mut Random, sane: bool) -> String {
    let before = match open(name, file) {
        Ok(before) => before,
        Err(error) if sane && !matches!(error, ReadError::Refused(_)) => panic!("{error}"),
        Err(error) => return error.to_string(),
    };
    let limits = Limits::default();
    if let Ok(same) = caught(|| edit(name, file, &[], &limits)) {
        assert!(same.bytes == file, "no edits give other bytes");
    }
    let mut edits = choose(&before, random, !sane);
    let done = loop {
        match caught(|| edit(name, file, &edits, &limits)) {
            Ok(done) => break done,
            Err(WriteError::Cell { sheet, cell, .. }) if edits.iter().any(|edit| edit.sheet == sheet && edit.cell == cell) => {
                edits.retain(|edit| edit.sheet != sheet || edit.cell != cell);
            }
            Err(error) => return error.to_string(),
        }
    };
    if edits.is_empty() {
        return "nothing to write".into();
    }
    let after = read(name, &done.bytes, &limits).unwrap_or_else(|error| panic!("what was written is not read: {error}"));
    same_but_for(&before, &after, &edits);
    for (wanted, old) in edits.iter().zip(&done.old) {
        let was = before.sheet(&wanted.sheet).unwrap().text(wanted.cell);
        // Numbers, dates and truth values of xlsx are told as they are stored.
        assert!(was == old || before.kind == FileKind::Xlsx && old.parse::<f64>().is_ok(), "{wanted:?}: {old:?} was {was:?}");
    }
    let again = edit(name, &done.bytes, &edits, &limits).unwrap_or_else(|error| panic!("not written again: {error}"));
    same_but_for(&after, &read(name, &again.bytes, &limits).unwrap(), &edits);
    if sane && name == "book.xlsx" {
        assert_eq!(xlsx_check::judge(file, &edits, &done), [] as [String; 0]);
    } else if sane && name == "book.ods" {
        assert_eq!(ods::check::judge(file, &edits, &done), [] as [String; 0]);
    }
    format!("{} cells written", edits.len())
}

/// Up to eight cells in and around what the sheets hold.
fn choose(book: &Workbook, random: &mut Random, numbers: bool) -> Vec<CellEdit> {
    let mut edits: Vec<CellEdit> = Vec::new();
    for _ in 0..if book.sheets.is_empty() { 0 } else { random.below(9) } {
        let sheet = &book.sheets[random.below(book.sheets.len() as u32) as usize];
        let known: Vec<&CellRef> = sheet.cells.keys().collect();
        let near = if known.is_empty() { CellRef::new(0, 0) } else { *known[random.below(known.len() as u32) as usize] };
        let cell = CellRef::new((near.row + random.below(4)).min(MAX_ROWS - 1), (near.col + random.below(4)).min(MAX_COLS - 1));
        let value = if numbers && random.once_in(6) {
            CellValue::Number(f64::from(random.below(4000)) / 8.0)
        } else {
            CellValue::Text(random.text())
        };
        if !edits.iter().any(|edit| edit.sheet == sheet.name && edit.cell == cell) {
            edits.push(CellEdit { sheet: sheet.name.clone(), cell, value });
        }
    }
    edits
}

/// Everything that is read of a workbook is as it was, and the edited cells hold what they were given.
fn same_but_for(before: &Workbook, after: &Workbook, edits: &[CellEdit]) {
    assert_eq!(before.sheets.len(), after.sheets.len());
    let ods = before.kind == FileKind::Ods;
    // A comment of ods that stands in repeated cells is counted once, and once more where an edit parts them.
    assert!(ods || before.unread == after.unread, "{:?} {:?}", before.unread, after.unread);
    for (old, new) in before.sheets.iter().zip(&after.sheets) {
        let own: BTreeMap<CellRef, &CellEdit> = edits.iter().filter(|edit| edit.sheet == old.name).map(|edit| (edit.cell, edit)).collect();
        assert_eq!(told(old, ods, &own), told(new, ods, &own), "something else changed");
        for (at, wanted) in own {
            let found = new.text(at);
            let as_meant = match &wanted.value {
                // XML turns line ends into one kind, and ods has no way to write control characters.
                CellValue::Text(text) => [text.clone(), text.replace("\r\n", "\n"), lines(text)].iter().any(|text| text == found),
                // A number in a cell for dates shows as a date.
                CellValue::Number(number) => found.parse() == Ok(*number) || found.contains(['-', ':']),
            };
            assert!(as_meant, "{wanted:?}: {found:?}");
        }
    }
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{1}', "\u{fffd}")
}

/// All of a sheet but the cells that were edited; rules and locks as they hold cell by cell.
fn told(sheet: &Sheet, ods: bool, edits: &BTreeMap<CellRef, &CellEdit>) -> String {
    let cells = sheet.cells.iter().filter(|(at, _)| !edits.contains_key(at));
    // Styles of ods are numbered as they come.
    let cells: Vec<_> = cells.map(|(at, cell)| (at, &cell.text, cell.formula, if ods { 0 } else { cell.style })).collect();
    let grid = (0..20).flat_map(|row| (0..12).map(move |col| CellRef::new(row, col)));
    let words = |at| sheet.list(at).map(|list| (&list.options, &list.source));
    let rules: Vec<_> = grid.map(|at| (sheet.locked(at), words(at), sheet.rule(at))).collect();
    let hidden = (&sheet.hidden_rows, &sheet.hidden_cols);
    format!("{} {:?} {cells:?} {rules:?} {hidden:?} {:?} {:?}", sheet.name, sheet.visibility, sheet.merges, sheet.table_headers)
}

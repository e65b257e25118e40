//! Strangers' workbooks: run where `ANSWERBANK_CORPUS` names a folder of them. `ANSWERBANK_CORPUS_OUT` names one for the edited copies.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::check::judge;
use super::random::Random;
use super::{edit, read};
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{CellEdit, CellValue, WriteError};

/// The files below a folder whose names end so.
pub fn workbooks(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            workbooks(&path, endings, found);
        } else if path.extension().is_some_and(|end| endings.iter().any(|known| end.eq_ignore_ascii_case(known))) {
            found.push(path);
        }
    }
}

/// Up to twenty cells of any sheets, in and around what they hold, that may be written.
pub fn choose(workbook: &Workbook, random: &mut Random) -> Vec<CellEdit> {
    let mut edits: Vec<CellEdit> = Vec::new();
    for _ in 0..if workbook.sheets.is_empty() { 0 } else { 20 } {
        let sheet = &workbook.sheets[random.below(workbook.sheets.len() as u32) as usize];
        let known: Vec<&CellRef> = sheet.cells.keys().collect();
        let near = if known.is_empty() { CellRef::new(0, 0) } else { *known[random.below(known.len() as u32) as usize] };
        let step = if random.once_in(2) { 0 } else { random.below(3) };
        let at = sheet.anchor(CellRef::new((near.row + step).min(1_048_575), (near.col + random.below(2) * step).min(16_383)));
        let formula = sheet.cells.get(&at).is_some_and(|cell| cell.formula);
        let taken = edits.iter().any(|edit| edit.sheet == sheet.name && edit.cell == at);
        if !formula && !taken && !sheet.table_headers.iter().any(|header| header.contains(at)) {
            edits.push(CellEdit { sheet: sheet.name.clone(), cell: at, value: CellValue::Text(format!("{}.", random.text())) });
        }
    }
    edits
}

/// What came of one file, in a word, and what is wrong with it.
fn try_one(path: &Path, random: &mut Random, out: Option<&Path>) -> (&'static str, Vec<String>) {
    let bytes = fs::read(path).unwrap();
    let workbook = match catch_unwind(|| read(&bytes)) {
        Ok(Ok(workbook)) => workbook,
        Ok(Err(error)) => return ("refused", if error.hint().is_empty() { vec!["no hint".into()] } else { Vec::new() }),
        Err(_) => return ("panicked", vec!["reading panicked".into()]),
    };
    let mut edits = choose(&workbook, random);
    let done = loop {
        match edit(&bytes, &edits) {
            Ok(done) => break done,
            // Empty places inside an array formula's block are not told by `read`.
            Err(WriteError::Cell { sheet, cell, .. }) => edits.retain(|edit| edit.sheet != sheet || edit.cell != cell),
            Err(error) => return ("not editable", vec![error.to_string()]),
        }
    };
    let mut wrong = if edits.is_empty() { Vec::new() } else { judge(&bytes, &edits, &done) };
    if !edit(&bytes, &[]).is_ok_and(|none| none.bytes == bytes) {
        wrong.push("no edits give other bytes".into());
    }
    if let Some(out) = out.filter(|_| !edits.is_empty()) {
        let name: String = path.iter().rev().take(2).map(|part| part.to_string_lossy().replace(' ', "_")).collect::<Vec<_>>().join("@");
        let cells: String = edits.iter().map(|edit| format!("{}!{}\n", edit.sheet, edit.cell)).collect();
        fs::write(out.join(&name), &done.bytes).unwrap();
        fs::write(out.join(format!("{name}.cells.txt")), cells).unwrap();
        fs::write(out.join(format!("{name}.source.txt")), path.to_string_lossy().as_bytes()).unwrap();
    }
    (if edits.is_empty() { "nothing to write" } else { "edited" }, wrong)
}

#[test]
fn workbooks_of_strangers_survive_edits() {
    let Some(folder) = std::env::var_os("ANSWERBANK_CORPUS") else { return };
    let out = std::env::var_os("ANSWERBANK_CORPUS_OUT").map(PathBuf::from);
    let mut paths = Vec::new();
    workbooks(Path::new(&folder), &["xlsx", "xlsm"], &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no workbook below the folder");
    let mut bad = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        let mut random = Random::Drawn(0xA5A5_1000 + index as u64 + 1);
        let result = catch_unwind(AssertUnwindSafe(|| try_one(path, &mut random, out.as_deref())));
        let (outcome, wrong) = result.unwrap_or(("panicked", vec!["panicked".into()]));
        *counts.entry(outcome).or_insert(0) += 1;
        bad.extend(wrong.into_iter().map(|what| format!("{}: {outcome}: {what}", path.display())));
    }
    println!("{counts:?}");
    assert!(bad.is_empty(), "{counts:?}\n{}", bad.join("\n"));
}

//! Strangers' ods workbooks: run where `ANSWERBANK_CORPUS` names a folder of them. `ANSWERBANK_CORPUS_OUT` names one for the edited copies.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::super::corpus::{choose, workbooks};
use super::super::random::Random;
use super::{edited, read};
use answerbank::domain::workbook::Workbook;
use answerbank::workbook::CellEdit;

/// Everything that is read but for the edited cells.
fn rest(mut workbook: Workbook, edits: &[CellEdit]) -> String {
    for edit in edits {
        let sheet = workbook.sheets.iter_mut().find(|sheet| sheet.name == edit.sheet).unwrap();
        sheet.cells.remove(&edit.cell);
        // An edit takes a cell out of a run, which may cut the block of a rule in two.
        sheet.lists.iter_mut().for_each(|rule| rule.ranges.clear());
        sheet.rules.iter_mut().for_each(|rule| rule.ranges.clear());
    }
    // The edited cell may hold a list's word.
    workbook.sheets.iter_mut().flat_map(|sheet| &mut sheet.lists).for_each(|rule| rule.options.clear());
    // Numbers of styles go by the order in which they come first.
    workbook.sheets.iter_mut().flat_map(|sheet| sheet.cells.values_mut()).for_each(|cell| cell.style = 0);
    workbook.warnings.clear();
    format!("{workbook:?}")
}

fn try_one(path: &Path, random: &mut Random, out: Option<&Path>) -> &'static str {
    let bytes = fs::read(path).unwrap();
    let Ok(before) = read(&bytes) else { return "refused" };
    let edits = choose(&before, random);
    if edits.is_empty() {
        return "nothing to write";
    }
    let done = edited(&bytes, &edits).unwrap();
    let after = read(&done.bytes).unwrap();
    for edit in &edits {
        let text = edit.value.to_string().replace("\r\n", "\n").replace('\r', "\n").replace('\u{1}', "\u{fffd}");
        assert_eq!(after.sheet(&edit.sheet).unwrap().text(edit.cell), text);
    }
    let (was, is) = (rest(before, &edits), rest(after, &edits));
    let differs = was.bytes().zip(is.bytes()).position(|(a, b)| a != b).unwrap_or(was.len().min(is.len()));
    let near = |text: &str| text.chars().skip(differs.saturating_sub(60)).take(160).collect::<String>();
    assert!(was == is, "read differently:\n{}\n{}", near(&was), near(&is));
    if let Some(out) = out {
        fs::write(out.join(path.file_name().unwrap()), &done.bytes).unwrap();
    }
    "edited"
}

#[test]
fn ods_workbooks_of_strangers_survive_edits() {
    let Some(folder) = std::env::var_os("ANSWERBANK_CORPUS") else { return };
    let out = std::env::var_os("ANSWERBANK_CORPUS_OUT").map(PathBuf::from);
    let mut paths = Vec::new();
    workbooks(Path::new(&folder), &["ods"], &mut paths);
    paths.sort();
    let (mut counts, mut bad) = (BTreeMap::new(), Vec::new());
    for (index, path) in paths.iter().enumerate() {
        let mut random = Random::Drawn(0xC0DE_1000 + index as u64);
        match catch_unwind(AssertUnwindSafe(|| try_one(path, &mut random, out.as_deref()))) {
            Ok(outcome) => *counts.entry(outcome).or_insert(0) += 1,
            Err(_) => bad.push(path.display().to_string()),
        }
    }
    println!("{counts:?}");
    assert!(bad.is_empty(), "{counts:?}\n{}", bad.join("\n"));
}

//! Old .xls workbooks: what is read of them, what their records say beside the values, and the one clear error of each broken one.

use std::time::{Duration, Instant};

use super::biff::{DIRECTORY, FAT, Xls, contained, formula, label, record, rule, shared, text, words};
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::{FileKind, Takes, Visibility, Workbook};
use answerbank::workbook::{Limits, ReadError};

fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    answerbank::workbook::read("book.xls", bytes, &Limits::default())
}

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).unwrap()
}

fn patched(mut bytes: Vec<u8>, at: usize, with: &[u8]) -> Vec<u8> {
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

/// Shared texts: one alone, one that goes on in the next record with wider characters, an empty one.
fn shared_texts() -> Vec<u8> {
    let first = [&3u32.to_le_bytes()[..], &3u32.to_le_bytes(), &text("one"), &9u16.to_le_bytes(), &[0], b"gone "].concat();
    let rest = [&[1][..], &"över".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), &text("")].concat();
    [record(0x00FC, &first), record(0x003C, &rest)].concat()
}

#[test]
fn every_kind_of_cell_is_read() {
    let number = |row: u16| record(0x0203, &[words(&[row, 0, 0]), 0.5f64.to_le_bytes().to_vec()].concat());
    let book = Xls::of(&[
        record(0x0200, &[0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0]),
        label(0, 0, "label"),
        shared(1, 0, 0),
        shared(2, 0, 1),
        shared(2, 1, 2),
        number(3),
        record(0x027E, &[words(&[4, 0, 0]), (7u32 << 2 | 2).to_le_bytes().to_vec()].concat()),
        record(0x00BD, &[words(&[5, 0]), [0, 0, 6, 0, 0, 0].to_vec(), [0, 0, 10, 0, 0, 0].to_vec(), words(&[1])].concat()),
        record(0x0205, &[words(&[6, 0, 0]), vec![1, 0]].concat()),
        record(0x0205, &[words(&[7, 0, 0]), vec![0x07, 1]].concat()),
        formula(8, 0, 2.0f64.to_le_bytes()),
        formula(9, 0, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0207, &text("reckoned")),
        formula(10, 0, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(0x0201, &words(&[11, 0, 0])),
        record(0x00BE, &words(&[12, 0, 0, 0, 1])),
        label(65_535, 255, "far"),
    ])
    .global(shared_texts());
    let workbook = read(&book.bytes()).unwrap();
    assert_eq!(workbook.kind, FileKind::Xls);
    let cells = &workbook.sheets[0].cells;
    let texts: Vec<(String, &str, bool)> = cells.iter().map(|(at, cell)| (at.to_string(), cell.text.as_str(), cell.formula)).collect();
    let expected = [
        ("A1", "label", false),
        ("A2", "one", false),
        ("A3", "gone över", false),
        ("A4", "0.5", false),
        ("A5", "7", false),
        ("A6", "1", false),
        ("B6", "2", false),
        ("A7", "TRUE", false),
        ("A8", "#DIV/0!", false),
        ("A9", "2", true),
        ("A10", "reckoned", true),
        ("A11", "", true),
        ("IV65536", "far", false),
    ];
    assert_eq!(texts, expected.map(|(at, text, formula)| (at.to_owned(), text, formula)));
    assert_eq!(cells[&at("A2")].style, 1);
}

#[test]
fn lists_rules_locks_and_what_is_hidden_are_read() {
    let list = 3 | 1 << 7;
    let words_of = |words: &str| [&[0x17, words.len() as u8, 0][..], words.as_bytes()].concat();
    let xf = |locked: u16| record(0x00E0, &[words(&[0, 0, locked]), vec![0; 14]].concat());
    let name = [&words(&[0])[..], &[0, 5], &words(&[11, 0, 0]), &[0; 4], &[0], b"YesNo", &[0x3B], &words(&[0, 0, 1, 0, 0])].concat();
    let book = Xls::of(&[
        record(0x0012, &words(&[1])),
        record(0x007D, &words(&[3, 4, 2000, 1, 1, 0])),
        record(0x0208, &[words(&[5, 0, 9, 255, 0, 0, 0x20, 0])].concat()),
        label(0, 0, "Question"),
        shared(1, 0, 0),
        record(0x00E5, &words(&[1, 0, 0, 0, 3])),
        rule(list, &words_of("Yes\0 No\0Not, yet"), &[], [1, 9, 1, 1]),
        rule(3, &[0x3B, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0], &[], [1, 9, 2, 2]),
        rule(3, &[0x23, 1, 0, 0, 0], &[], [1, 9, 3, 3]),
        // Two rows up from the cell with the rule: row field -2, counted from here.
        rule(3, &[0x2D, 0xFE, 0xFF, 0xFE, 0xFF, 0, 0xC0, 0, 0xC0], &[], [2, 2, 0, 0]),
        rule(3, &[0x23, 1, 0, 0, 0, 0x23, 1, 0, 0, 0, 0x08], &[], [1, 9, 4, 4]),
        rule(6 | 7 << 20, &[0x1E, 80, 0], &[], [1, 9, 5, 5]),
        rule(1, &[0x1E, 1, 0], &[0x1E, 5, 0], [1, 9, 6, 6]),
        record(0x001C, &words(&[7, 1, 0, 1])),
        record(0x005D, &words(&[0x15, 0x12, 0x06, 1, 0, 0, 0, 0, 0, 0, 0])),
        record(0x005D, &words(&[0x15, 0x12, 0x14, 2, 0x0100, 0, 0, 0, 0, 0, 0])),
    ])
    .sheet("Li'sts", 1, 0, &[label(0, 0, "Open"), label(1, 0, "Closed"), label(2, 0, "Late")])
    .sheet("Chart1", 0, 2, &[label(0, 0, "no question")])
    .global(xf(1))
    .global(xf(0))
    .global(record(0x01AE, &[3, 0, 0x01, 0x04]))
    .global(record(0x01AE, &[1, 0, 5, 0, 0, b'o', b't', b'h', b'e', b'r']))
    .global(record(0x0017, &words(&[2, 0, 0, 0, 0, 1, 1])))
    .global(record(0x0018, &name))
    .global(shared_texts());
    let workbook = read(&book.bytes()).unwrap();
    let sheet = &workbook.sheets[0];
    let options = |cell: &str| sheet.list(at(cell)).unwrap().options.join("|");
    assert_eq!(options("B2"), "Yes|No|Not, yet");
    assert_eq!((options("C10"), sheet.list(at("C2")).unwrap().source.as_str()), ("Open|Closed|Late".into(), "'Li''sts'!A1:A3"));
    assert_eq!((options("D2"), sheet.list(at("D2")).unwrap().source.as_str()), ("Question|one".into(), "YesNo"));
    assert_eq!((options("A3"), sheet.list(at("A3")).unwrap().source.as_str()), ("Question".into(), "A1"));
    assert_eq!((options("E2"), sheet.list(at("E2")).unwrap().source.as_str()), (String::new(), "a formula"));
    assert_eq!(sheet.rule(at("F2")), Some(Takes::TextLength { least: f64::NEG_INFINITY, most: 80.0 }));
    assert_eq!(sheet.rule(at("G2")), Some(Takes::Whole { least: 1.0, most: 5.0 }));
    assert_eq!(sheet.merges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:D1"]);
    assert!(sheet.hidden_rows.iter().eq([&5]) && sheet.hidden_cols.iter().eq([&3, &4]));
    assert!(sheet.locked(at("A1")) && !sheet.locked(at("A2")) && !sheet.locked(at("E9")) && sheet.locked(at("H9")));
    let tabs: Vec<(&str, Visibility)> = workbook.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.visibility)).collect();
    assert_eq!(tabs, [("S", Visibility::Visible), ("Li'sts", Visibility::Hidden)]);
    let unread: Vec<String> = workbook.unread.iter().map(ToString::to_string).collect();
    assert_eq!(unread, ["S: 1 comment at B8", "S: 1 text box", "Chart1: 1 chart tab"]);
    assert_eq!(workbook.warnings, ["it links to other files: they are never opened", "the sheet \"Li'sts\" is hidden, and holds text"]);
}

#[test]
fn a_broken_or_foreign_file_costs_one_clear_error() {
    let good = Xls::of(&[label(0, 0, "Question")]);
    let bytes = good.bytes();
    let stream = good.stream();
    let ring = |at: usize, to: u32| patched(bytes.clone(), at, &to.to_le_bytes());
    let entry = DIRECTORY + 128;
    let diagonal: Vec<Vec<u8>> = (0..16_000).map(|row| record(0x027E, &words(&[row, row % 256, 0, 2, 0]))).collect();
    let wide = {
        let limits = Limits { cells: 2, ..Limits::default() };
        answerbank::workbook::read("book.xls", &Xls::of(&[label(0, 0, "a"), label(1, 0, "b"), label(2, 0, "c")]).bytes(), &limits)
    };
    assert_eq!(wide.unwrap_err().to_string(), "S: the workbook has more than 2 cells");
    let mut wrong = Vec::new();
    for (bytes, wanted) in [
        (bytes[..400].to_vec(), "this is an old binary Office file that is no workbook"),
        ([&bytes[..200], &bytes[DIRECTORY + 128..DIRECTORY + 192]].concat(), "the file is damaged: its container ends within the header"),
        (Xls::of(&diagonal).bytes(), "the file is refused: its cells stand too far apart"),
        (ring(FAT + 4, 1), "the file is refused: a chain of its container runs in a ring"),
        (ring(FAT + 8, 2), "the file is refused: a chain of its container runs in a ring"),
        (ring(FAT + 8, 500), "the file is damaged: a chain of its container leaves the file"),
        (patched(ring(68, 5), 6 * 512 + 508, &[5, 0, 0, 0]), "the file is refused: a chain of its container runs in a ring"),
        (ring(44, 0x0100_0000), "the file is refused: its container declares more sectors than the file has"),
        (ring(76, 5000), "the file is damaged: its container points outside the file"),
        (ring(48, 4000), "the file is damaged: a chain of its container leaves the file"),
        (ring(entry + 68, 1), "the file is refused: the directory of its container runs in a ring"),
        (ring(entry + 72, 77), "the file is damaged: its directory points outside itself"),
        (ring(entry + 120, 0x7FFF_FFFF), "the file is refused: its container says that \"Workbook\" is longer than the file"),
        (ring(entry + 120, 60_000), "the file is refused: its container says that"),
        (patched(bytes.clone(), 30, &[3]), "the file is damaged: its container has sectors of a size that does not exist"),
        (contained("Workbook", &stream[..stream.len() - 9]), "S: its records end too early"),
        (contained("Book", &stream), "this is an .xls workbook of a version before Excel 97"),
        (contained("Workbook", &patched(stream.clone(), 5, &[5])), "this is an .xls workbook of a version before Excel 97"),
        (contained("Letter", &stream), "this is an old binary Office file that is no workbook"),
        (contained("EncryptedPackage", &stream), "the workbook is protected with a password"),
        (good.clone().global(record(0x002F, &[1, 0])).bytes(), "the workbook is protected with a password"),
        (Xls::of(&[label(0, 0, "a"), label(0, 0, "b")]).bytes(), "S: cell A1 occurs twice"),
        (Xls::of(&[shared(0, 0, 9)]).bytes(), "S: a record of kind 0x00fd is broken"),
        (Xls::of(&[record(0x0203, &[0; 6])]).bytes(), "the file is damaged: Invalid number length"),
        (Xls::of(&[record(0x0006, &[0; 20])]).bytes(), "S: a record of kind 0x0006 is broken"),
        (Xls::of(&[record(0x0207, &text("lost"))]).bytes(), "S: a formula's text stands without its formula"),
        (Xls::of(&[record(0x00E5, &words(&[9, 0, 0]))]).bytes(), "S: a record of kind 0x00e5 is broken"),
        (good.clone().sheet("s", 0, 0, &[]).bytes(), "the file is refused: two sheets are called \"s\""),
        (b"<html><body><table><tr><td>Q</td></tr></table>".to_vec(), "this is a web page, not a workbook"),
        (b"Question\tAnswer\nDo you\t\n".to_vec(), "this is a text file, not a workbook"),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".to_vec(),
            "this is an XML spreadsheet",
        ),
    ] {
        let begun = Instant::now();
        match read(&bytes) {
            Ok(_) => wrong.push(format!("was read: {wanted}")),
            Err(error) if !error.to_string().starts_with(wanted) || error.hint().is_empty() => wrong.push(format!("{error}: {wanted}")),
            Err(_) if begun.elapsed() > Duration::from_secs(1) => wrong.push(format!("took too long: {wanted}")),
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_list_of_answers_holds_texts_alone() {
    use answerbank::workbook::answer_list::{AnswerList, AnswerRow, write};
    let row = AnswerRow { answer: "=1+1".into(), text: "x".repeat(40_000), ..AnswerRow::default() };
    let list = AnswerList { title: "=A".into(), notice: vec!["+notice".into()], rows: vec![row], date: (2026, 11, 21) };
    let bytes = write(&list).unwrap();
    let sheet = &super::read(&bytes).unwrap().sheets[0];
    assert_eq!((sheet.text(at("A1")), sheet.text(at("A2")), sheet.text(at("F5"))), ("=A", "+notice", "=1+1"));
    assert_eq!(sheet.text(at("H5")).chars().count(), 32_001);
    assert!(!super::part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
    assert!(super::part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

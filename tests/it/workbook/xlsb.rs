//! Binary .xlsb workbooks, written here record by record: what is read of them, and the one clear error of each broken one.

use std::io::{Cursor, Write};

use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::{FileKind, Takes, Visibility, Workbook};
use answerbank::workbook::{Limits, ReadError};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    answerbank::workbook::read("book.xlsb", bytes, &Limits::default())
}

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).unwrap()
}

/// One record; its kind takes one byte or two.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let kind = if kind < 0x80 { vec![kind as u8] } else { vec![kind as u8 | 0x80, (kind >> 7) as u8] };
    [&kind[..], &[data.len() as u8 | 0x80, (data.len() >> 7) as u8], data].concat()
}

fn longs(fields: &[u32]) -> Vec<u8> {
    fields.iter().flat_map(|field| field.to_le_bytes()).collect()
}

fn text(text: &str) -> Vec<u8> {
    [longs(&[text.encode_utf16().count() as u32]), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    record(0, &[longs(&[number, 0]), vec![0, 0, 0, u8::from(hidden) << 4, 0]].concat())
}

fn cell(kind: u16, col: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[longs(&[col, 0]), value.to_vec()].concat())
}

fn rule(flags: u32, first: &[u8], second: &[u8], block: [u32; 4]) -> Vec<u8> {
    let mut data = longs(&[flags, 1]);
    data.extend(longs(&block));
    data.extend(longs(&[u32::MAX; 4]));
    for tokens in [first, second] {
        data.extend(longs(&[tokens.len() as u32]));
        data.extend(tokens);
        data.extend(longs(&[0]));
    }
    record(64, &data)
}

/// A sheet's part: cells, then everything else.
pub fn sheet(cells: &[Vec<u8>], rest: &[Vec<u8>]) -> Vec<u8> {
    let parts = [
        record(129, &[]),
        record(148, &longs(&[0; 4])),
        record(145, &[]),
        cells.concat(),
        record(146, &[]),
        rest.concat(),
        record(130, &[]),
    ];
    parts.concat()
}

/// A workbook with these sheets; the second one is hidden.
fn book(sheets: &[Vec<u8>], names: &[Vec<u8>]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts(sheets, names) {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Its parts by name.
pub fn parts(sheets: &[Vec<u8>], names: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let tab = |index: usize| [longs(&[index as u32, index as u32 + 1]), text(&format!("rId{index}")), text(["S", "Lists"][index])].concat();
    let tabs: Vec<u8> = (0..sheets.len()).flat_map(|index| record(156, &tab(index))).collect();
    let main =
        [record(131, &[]), record(143, &[]), tabs, record(144, &[]), names.concat(), record(157, &[0; 4]), record(132, &[])].concat();
    let related =
        |index: usize| format!(r#"<Relationship Id="rId{index}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{index}.bin"/>"#);
    let mut relations: String = (0..sheets.len()).map(related).collect();
    relations += &format!(r#"<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.bin"/>"#);
    let shared = [
        record(159, &longs(&[2, 2])),
        record(19, &[vec![0], text("shared")].concat()),
        record(19, &[vec![0], text("")].concat()),
        record(160, &[]),
    ]
    .concat();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
        ("xl/workbook.bin".to_owned(), main),
        ("xl/_rels/workbook.bin.rels".to_owned(), format!("<Relationships>{relations}</Relationships>").into_bytes()),
        ("xl/sharedStrings.bin".to_owned(), shared),
    ];
    parts.extend(sheets.iter().enumerate().map(|(index, part)| (format!("xl/worksheets/sheet{index}.bin"), part.clone())));
    parts
}

#[test]
fn cells_lists_merges_and_what_is_hidden_are_read() {
    let no_formula = longs(&[0, 0, 0]);
    let cells = [
        row(0, false),
        cell(7, 0, &longs(&[0])),
        cell(7, 1, &longs(&[1])),
        cell(6, 2, &text("own")),
        cell(2, 3, &longs(&[7 << 2 | 2])),
        cell(5, 4, &0.5f64.to_le_bytes()),
        cell(4, 5, &[1]),
        cell(3, 6, &[0x2A]),
        cell(1, 7, &[]),
        row(3, true),
        cell(8, 0, &[text("reckoned"), vec![0, 0], no_formula.clone()].concat()),
        cell(9, 1, &[2.0f64.to_le_bytes().to_vec(), vec![0, 0], no_formula.clone()].concat()),
        cell(11, 2, &[vec![0x07, 0, 0], no_formula].concat()),
        cell(62, 3, &[vec![1], text("of two styles"), longs(&[0])].concat()),
    ];
    let quoted: Vec<u8> = [&[0x17, 7, 0][..], &"Yes, No".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    let rest = [
        record(176, &longs(&[0, 0, 0, 2])),
        record(60, &[longs(&[5, 6, 0, 0]), vec![1, 0]].concat()),
        rule(3, &quoted, &[], [1, 9, 1, 1]),
        rule(3, &[&[0x3B, 0, 0][..], &longs(&[0, 1]), &[0; 4]].concat(), &[], [1, 9, 2, 2]),
        rule(3, &[0x23, 1, 0, 0, 0], &[], [1, 9, 3, 3]),
        rule(6 | 7 << 20, &[0x1E, 80, 0], &[], [1, 9, 4, 4]),
        record(535, &[vec![0, 0], longs(&[1])].concat()),
    ];
    let lists = sheet(&[row(0, false), cell(6, 0, &text("Open")), row(1, false), cell(6, 0, &text("Closed"))], &[]);
    let name_tokens = [&[0x3B, 0, 0][..], &longs(&[1, 1]), &[0; 4]].concat();
    let name = [longs(&[0]), vec![0], longs(&[u32::MAX]), text("Words"), longs(&[name_tokens.len() as u32]), name_tokens].concat();
    let names = [record(357, &[]), record(362, &longs(&[1, 0, 1, 1])), record(39, &name)];
    let workbook = read(&book(&[sheet(&cells, &rest), lists], &names)).unwrap();
    assert_eq!(workbook.kind, FileKind::Xlsb);
    let read_as = &workbook.sheets[0];
    let texts: Vec<(String, &str, bool)> =
        read_as.cells.iter().map(|(at, cell)| (at.to_string(), cell.text.as_str(), cell.formula)).collect();
    let expected = [
        ("A1", "shared", false),
        ("C1", "own", false),
        ("D1", "7", false),
        ("E1", "0.5", false),
        ("F1", "TRUE", false),
        ("G1", "#N/A", false),
        ("A4", "reckoned", true),
        ("B4", "2", true),
        ("C4", "#DIV/0!", true),
        ("D4", "of two styles", false),
    ];
    assert_eq!(texts, expected.map(|(at, text, formula)| (at.to_owned(), text, formula)));
    let options = |cell: &str| read_as.list(at(cell)).unwrap().options.join("|");
    assert_eq!((options("B2"), options("C2"), options("D2")), ("Yes|No".into(), "Open|Closed".into(), "Closed".into()));
    assert_eq!(read_as.rule(at("E2")), Some(Takes::TextLength { least: f64::NEG_INFINITY, most: 80.0 }));
    assert_eq!(read_as.merges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:C1"]);
    assert!(read_as.hidden_rows.iter().eq([&3]) && read_as.hidden_cols.iter().eq([&5, &6]) && read_as.locked(at("A1")));
    assert_eq!(workbook.sheets[1].visibility, Visibility::Hidden);
}

#[test]
fn a_broken_file_costs_one_clear_error() {
    let one = |cells: &[Vec<u8>]| book(&[sheet(cells, &[])], &[]);
    let cut = sheet(&[row(0, false), cell(6, 0, &text("Question"))], &[]);
    for (bytes, wanted) in [
        (one(&[row(0, false), cell(7, 0, &longs(&[9]))]), "S: a record of kind 7 is broken"),
        (one(&[row(0, false), cell(4, 0, &[1]), cell(4, 0, &[1])]), "S: cell A1 occurs twice"),
        (one(&[row(0, false), cell(6, 0, &longs(&[0x7000_0000]))]), "S: a record of kind 6 is broken"),
        (one(&[row(0, false), cell(5, 0, &[0; 4])]), "S: a record of kind 5 is broken"),
        (one(&[row(2_000_000, false), cell(4, 0, &[1])]), "S: a cell at row 2000001, column 1 is outside the grid"),
        (one(&[row(0, false), cell(4, 20_000, &[1])]), "S: a cell at row 1, column 20001 is outside the grid"),
        (book(&[cut[..cut.len() - 10].to_vec()], &[]), "S: its records end too early"),
        (book(&[cut[..cut.len() - 6].to_vec()], &[]), "S: its records end too early"),
        (
            book(std::slice::from_ref(&cut), &[record(156, &[longs(&[0, 1]), text("rId0"), text("s")].concat())]),
            "the file is refused: two sheets are called",
        ),
        (
            book(&[cut], &[record(156, &[longs(&[0, 1]), text("none"), text("T")].concat())]),
            "xl/workbook.bin: a record of kind 156 is broken",
        ),
    ] {
        let error = read(&bytes).expect_err(wanted);
        assert!(error.to_string().starts_with(wanted) && !error.hint().is_empty(), "{error}\n{wanted}");
    }
}

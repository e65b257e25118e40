//! Hostile files of our own making: each is small, breaks one rule, and has one outcome that is written beside it.

use std::io::{Cursor, Write};

use super::package::{Book, rows, sheet};
use crate::table::check;
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{CellEdit, Limits, ReadError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Limits so small that small files reach them.
const SMALL: Limits = Limits {
    file: 1 << 20,
    entries: 12,
    part: 5 << 18,
    unpacked: 3 << 19,
    ratio: 200,
    sheets: 3,
    cells: 6,
    text: 400,
    merges: 3,
    styles: 9,
    memory: 1 << 30,
    cpu_seconds: 10,
    seconds: 20,
};

fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    answerbank::workbook::read("book.xlsx", bytes, &SMALL)
}

fn good() -> Book {
    rows(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a question</t></is></c></row>"#)
}

/// A package with one part more, written by `with`.
fn more(name: &str, bytes: &[u8], with: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(good().stored().bytes())).unwrap();
    zip.start_file(name, with).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
}

/// Bytes that pack to about a fiftieth.
fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|at| if at % 128 == 0 { (at as u32).wrapping_mul(2_654_435_761).to_le_bytes()[3] } else { 0 }).collect()
}

fn named(name: &str) -> Vec<u8> {
    let plain = "x".repeat(name.len());
    let mut bytes = more(&plain, b"1", stored());
    for at in places(&bytes, plain.as_bytes()) {
        bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    bytes
}

fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(wanted)).collect()
}

/// Where the entry of that name stands in the list of parts.
fn listed(bytes: &[u8], name: &str) -> usize {
    places(bytes, name.as_bytes()).into_iter().find(|at| *at >= 46 && bytes[at - 46..].starts_with(b"PK\x01\x02")).unwrap() - 46
}

/// Where its own header stands.
fn header(bytes: &[u8], name: &str) -> usize {
    places(bytes, name.as_bytes()).into_iter().find(|at| *at >= 30 && bytes[at - 30..].starts_with(b"PK\x03\x04")).unwrap() - 30
}

/// The package with a spare part `a.bin`, and some bytes of its list entry and of its header set.
fn patched(in_list: &[(usize, u8)], in_header: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = more("a.bin", b"spare", stored());
    let (list, head) = (listed(&bytes, "a.bin"), header(&bytes, "a.bin"));
    in_list.iter().for_each(|(at, byte)| bytes[list + at] = *byte);
    in_header.iter().for_each(|(at, byte)| bytes[head + at] = *byte);
    bytes
}

fn two(one: &str, other: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(more("q.bin", b"1", stored()))).unwrap();
    zip.start_file("r.bin", stored()).unwrap();
    zip.write_all(b"2").unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    for (from, to) in [("q.bin", one), ("r.bin", other)] {
        for at in places(&bytes, from.as_bytes()) {
            bytes[at..at + 5].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

/// A part that holds a whole other part, header and all, which is listed too.
fn overlapping() -> Vec<u8> {
    let outer = more("a.bin", &[b'x'; 36], stored());
    let mut zip = ZipWriter::new_append(Cursor::new(outer)).unwrap();
    zip.start_file("b.bin", stored()).unwrap();
    zip.write_all(b"1").unwrap();
    let scratch = zip.finish().unwrap().into_inner();
    let start = header(&scratch, "b.bin");
    let mut zip = ZipWriter::new_append(Cursor::new(more("a.bin", &scratch[start..start + 36], stored()))).unwrap();
    zip.start_file("b.bin", stored()).unwrap();
    zip.write_all(b"1").unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let (list, inner) = (listed(&bytes, "b.bin"), header(&bytes, "a.bin") + 35);
    bytes[list + 42..list + 46].copy_from_slice(&(inner as u32).to_le_bytes());
    bytes
}

fn leading() -> Vec<u8> {
    let good = good().bytes();
    [&good[..0], b"PK\x03\x04 not a part", &good].concat()
}

/// The last record says that there are so many parts.
fn counted(count: u16) -> Vec<u8> {
    let mut bytes = good().bytes();
    let end = *places(&bytes, b"PK\x05\x06").last().unwrap();
    for at in [8, 10] {
        bytes[end + at..end + at + 2].copy_from_slice(&count.to_le_bytes());
    }
    bytes
}

/// A zip64 record that says that there are four billion parts.
fn zip64() -> Vec<u8> {
    let bytes = good().bytes();
    let end = *places(&bytes, b"PK\x05\x06").last().unwrap();
    let number = |at: usize| u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
    let (size, start, many) = (number(end + 12), number(end + 16), 4_000_000_000u64);
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44u64.to_le_bytes());
    record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    [many, many, size, start].iter().for_each(|number| record.extend(number.to_le_bytes()));
    record.extend(b"PK\x06\x07\0\0\0\0");
    record.extend((end as u64).to_le_bytes());
    record.extend(1u32.to_le_bytes());
    [&bytes[..end], &record, &bytes[end..]].concat()
}

fn text_cell(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn one_row(cells: &str) -> Vec<u8> {
    rows(&format!(r#"<row r="1">{cells}</row>"#)).bytes()
}

fn worksheet(inner: &str) -> String {
    format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inner}</worksheet>"#)
}

fn in_place_of_the_sheet(text: impl Into<Vec<u8>>) -> Vec<u8> {
    good().part("xl/worksheets/sheet1.xml", text).bytes()
}

fn containers() -> Vec<(&'static str, Vec<u8>)> {
    let long = "n".repeat(300);
    let wrong_crc = |byte| patched(&[(16, byte)], &[(14, byte)]);
    vec![
        ("a plain workbook", good().bytes()),
        ("written as a stream", good().streamed()),
        ("backslashes in names", named("xl\\media\\x.bin")),
        ("parts in [trash]", named("[trash]/0000.dat")),
        ("a file beyond the limit", good().stored().part("a.bin", vec![0; 1 << 20]).bytes()),
        ("a bomb in one part", good().part("a.bin", vec![0; (1 << 20) + 1]).bytes()),
        ("a part beyond the limit", good().part("a.bin", pattern((5 << 18) + 1)).bytes()),
        ("many parts beyond the limit", good().part("a.bin", pattern(1 << 20)).part("b.bin", pattern(1 << 20)).bytes()),
        ("a size that is too small", patched(&[(24, 1)], &[(22, 1)])),
        ("a deflated size that lies", {
            let mut bytes = good().part("a.bin", vec![b'x'; 5_000]).bytes();
            let (list, head) = (listed(&bytes, "a.bin"), header(&bytes, "a.bin"));
            (bytes[list + 25], bytes[head + 23]) = (0, 0);
            bytes
        }),
        ("a wrong checksum", wrong_crc(7)),
        ("an encrypted part", patched(&[(8, 1)], &[(6, 1)])),
        ("encrypted in its own header alone", patched(&[], &[(6, 1)])),
        ("packed by another method", patched(&[(10, 12)], &[(8, 12)])),
        ("another method in its own header", patched(&[], &[(8, 8)])),
        ("a link", {
            let mut bytes = more("a.bin", b"/etc/passwd", stored().unix_permissions(0o777));
            let list = listed(&bytes, "a.bin");
            (bytes[list + 5], bytes[list + 40], bytes[list + 41]) = (3, 0xFF, 0xA1);
            bytes
        }),
        ("a way out", named("../../evil.bin")),
        ("a way out with backslashes", named("xl\\..\\..\\evil.bin")),
        ("a drive", named("C:\\evil.bin")),
        ("a zero byte", named("xl/a\0b.bin")),
        ("a line end", named("xl/a\nb.bin")),
        ("text turned round", named("xl/a\u{202e}lmx.bin")),
        ("a name of 300 bytes", named(&long)),
        ("one name twice", two("a.bin", "a.bin")),
        ("one name in two cases", two("a.bin", "A.bin")),
        ("one name with two slashes", two("a/bin", "a\\bin")),
        ("two names for one part", patched(&[], &[(30, b'b')])),
        ("parts inside each other", overlapping()),
        ("bytes in front", leading()),
        ("fewer parts than there are", counted(2)),
        ("more parts than there are", counted(9)),
        ("more parts than the limit", counted(700)),
        ("four billion parts", zip64()),
        ("cut short", good().bytes()[..900].to_vec()),
    ]
}

fn contents() -> Vec<(&'static str, Vec<u8>)> {
    let plain = worksheet(r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>"#);
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>"#;
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let sst = |head: &str, inner: &str| {
        sheet(r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>"#)
            .part("xl/sharedStrings.xml", format!("{head}<sst {inner}"))
            .bytes()
    };
    let many = |n: u32| (1..=n).map(|n| format!(r#"<row r="{n}"><c r="A{n}"><v>1</v></c></row>"#)).collect::<String>();
    let merges = |n: u32| (1..=n).map(|n| format!(r#"<mergeCell ref="A{n}:B{n}"/>"#)).collect::<String>();
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(10));
    let tabs = |n: u32| (0..n).fold(Book::default(), |book, n| book.sheet(&format!("S{n}"), "", "<sheetData/>")).bytes();
    vec![
        ("an entity that grows", in_place_of_the_sheet(format!("{bomb}{}", plain.replace("<v>1", "<v>&b;")))),
        ("a document type in the strings", sst(bomb, "><si><t>&b;</t></si></sst>")),
        ("a document type from elsewhere", in_place_of_the_sheet(format!("<!DOCTYPE x SYSTEM \"http://x/y.dtd\">{plain}"))),
        ("an entity of no meaning", in_place_of_the_sheet(plain.replace("<v>1", "<v>&nbsp;"))),
        ("a part in UTF-16", in_place_of_the_sheet(utf16)),
        ("a part in Latin-1", in_place_of_the_sheet(format!("<?xml version=\"1.0\" encoding=\"latin1\"?>{plain}"))),
        (
            "elements that do not end",
            in_place_of_the_sheet(plain.replace("<sheetData>", &format!("{}<sheetData>", "<sheetViews>".repeat(50_000)))),
        ),
        ("cells outside of the block of cells", in_place_of_the_sheet(worksheet(r#"<sheetData/><row r="1"><c r="A1"><v>1</v></c></row>"#))),
        ("cells inside a comment", in_place_of_the_sheet(worksheet("<sheetData><!-- <c r=\"A1\"><v>1</v></c> --></sheetData>"))),
        ("two blocks of cells", sheet("<sheetData/><sheetData/>").bytes()),
        ("a cell in a cell", one_row(r#"<c r="A1"><v>1</v><c r="B1"><v>2</v></c></c>"#)),
        ("a cell twice", one_row(&(text_cell("A1", "Do you?") + &text_cell("A1", "Do you not?")))),
        ("a cell twice, once empty", one_row(&(text_cell("A1", "Do you?") + r#"<c r="A1"/>"#))),
        ("a cell with two values", one_row(r#"<c r="A1"><v>1</v><v>2</v></c>"#)),
        ("a cell whose value is in pieces", one_row(r#"<c r="A1"><v>1&#50;</v></c>"#)),
        ("a value that one reader does not see", one_row(r#"<c r="A1"><v><!-- -->12</v></c>"#)),
        ("a place that is no number", one_row(r#"<c r="A1" t="s"><v>zero</v></c>"#)),
        ("a reference that overflows", one_row(r#"<c r="A4294967297"><v>1</v></c>"#)),
        ("a column that overflows", one_row(r#"<c r="FXSHRXX1"><v>1</v></c>"#)),
        ("a row beyond the last", rows(r#"<row r="1048577"/>"#).bytes()),
        (
            "a cell in the last corner",
            rows(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#).bytes(),
        ),
        ("a declared size of everything", sheet(r#"<dimension ref="A1:XFD1048576"/><sheetData/>"#).bytes()),
        ("a count of strings that lies", sst("", r#"count="1" uniqueCount="4000000000"><si><t>a</t></si></sst>"#)),
        ("two sheets of one name", Book::default().sheet("Q", "", "<sheetData/>").sheet("q", "", "<sheetData/>").bytes()),
        ("as many sheets as may be", tabs(3)),
        ("too many sheets", tabs(4)),
        ("too many cells", rows(&many(7)).bytes()),
        ("too much text", one_row(&text_cell("A1", &"x".repeat(401)))),
        ("too many merged blocks", sheet(&format!("<sheetData/><mergeCells>{}</mergeCells>", merges(4))).bytes()),
        ("too many styles", good().part("xl/styles.xml", styles).bytes()),
    ]
}

/// What comes of reading each.
fn outcomes(files: &[(&str, Vec<u8>)], refused: impl Fn(&[u8], &ReadError)) -> String {
    let told = |bytes: &[u8]| match read(bytes) {
        Ok(workbook) => format!("read, {} cells", workbook.sheets.iter().map(|sheet| sheet.cells.len()).sum::<usize>()),
        Err(error) => {
            refused(bytes, &error);
            error.to_string()
        }
    };
    files.iter().map(|(what, bytes)| format!("{what} | {}\n", told(bytes))).collect()
}

/// What cannot be read cannot be edited either, for the same reason.
fn not_edited(bytes: &[u8], error: &ReadError) {
    let edits = [CellEdit { sheet: "S".into(), cell: CellRef::new(8, 0), value: "n".into() }];
    let edited = answerbank::workbook::edit("book.xlsx", bytes, &edits, &SMALL);
    assert_eq!(edited.unwrap_err().to_string(), error.to_string());
}

#[test]
fn a_hostile_container_costs_one_clear_error() {
    check(
        &outcomes(&containers(), not_edited),
        r#"
        a plain workbook | read, 1 cells
        written as a stream | read, 1 cells
        backslashes in names | read, 1 cells
        parts in [trash] | read, 1 cells
        a file beyond the limit | the file is refused: it has more than 1 MiB
        a bomb in one part | the file is refused: a.bin unpacks to more than 200 times its size
        a part beyond the limit | the file is refused: a.bin unpacks to more than 1280 KiB
        many parts beyond the limit | the file is refused: it unpacks to more than 1536 KiB
        a size that is too small | the file is refused: a.bin unpacks to another size than it says
        a deflated size that lies | the file is damaged: a.bin: File is larger than its declared uncompressed size
        a wrong checksum | the file is damaged: a.bin: Invalid checksum
        an encrypted part | the file is refused: a.bin is encrypted
        encrypted in its own header alone | the file is damaged: the header of a.bin is not the one that is listed
        packed by another method | the file is refused: a.bin is packed by a method that workbooks do not use
        another method in its own header | the file is damaged: the header of a.bin is not the one that is listed
        a link | the file is refused: a.bin is a link to another file
        a way out | the file is refused: a part is called ../../evil.bin, which no workbook needs
        a way out with backslashes | the file is refused: a part is called xl\\..\\..\\evil.bin, which no workbook needs
        a drive | the file is refused: a part is called C:\\evil.bin, which no workbook needs
        a zero byte | the file is refused: a part is called xl/a\0b.bin, which no workbook needs
        a line end | the file is refused: a part is called xl/a\nb.bin, which no workbook needs
        text turned round | the file is refused: a part is called xl/a\u{202e}lmx.bin, which no workbook needs
        a name of 300 bytes | the file is refused: a part is called nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…, which no workbook needs
        one name twice | the file is refused: two parts have one name: a.bin
        one name in two cases | the file is refused: two parts have names that differ in case or slashes alone: A.bin
        one name with two slashes | the file is refused: two parts have names that differ in case or slashes alone: a\\bin
        two names for one part | the file is refused: a.bin has two names
        parts inside each other | the file is refused: b.bin overlaps another part
        bytes in front | the file is refused: there are bytes before the first part
        fewer parts than there are | the file is damaged: the list of parts is longer than it says
        more parts than there are | the file is damaged: the list of parts is broken
        more parts than the limit | the file is refused: 700 parts, more than 12
        four billion parts | the file is refused: 4000000000 parts, more than 12
        cut short | the file is damaged: its end is missing
    "#,
    );
}

#[test]
fn hostile_contents_cost_one_clear_error() {
    check(
        &outcomes(&contents(), |_, _| {}),
        r#"
        an entity that grows | S: a document type declaration, which a workbook never needs
        a document type in the strings | xl/sharedStrings.xml: a document type declaration, which a workbook never needs
        a document type from elsewhere | S: a document type declaration, which a workbook never needs
        an entity of no meaning | S: unknown entity &nbsp;
        a part in UTF-16 | xl/worksheets/sheet1.xml: text in UTF-16, which is not read
        a part in Latin-1 | S: text in latin1, which is not read
        elements that do not end | S: not well-formed XML at byte 600139: ill-formed document: expected `</sheetViews>`, but `</worksheet>` was found
        cells outside of the block of cells | S: it holds cells that are not where cells belong
        cells inside a comment | S: it holds cells that are not where cells belong
        two blocks of cells | S: two blocks of cells
        a cell in a cell | S: a cell inside a cell
        a cell twice | S: cell A1 occurs twice
        a cell twice, once empty | S: cell A1 occurs twice
        a cell with two values | S: a cell with two values
        a cell whose value is in pieces | S: a value in pieces
        a value that one reader does not see | S: two counts of its cells differ, A1 for one; it could be read in two ways
        a place that is no number | S: "zero" is no place in the shared strings
        a reference that overflows | S: cell "A4294967297" is outside the grid
        a column that overflows | S: cell "FXSHRXX1" is outside the grid
        a row beyond the last | S: row "1048577" is outside the grid
        a cell in the last corner | read, 2 cells
        a declared size of everything | read, 0 cells
        a count of strings that lies | the file is refused: xl/sharedStrings.xml declares more texts than it can hold
        two sheets of one name | the file is refused: two sheets are called "q"
        as many sheets as may be | read, 0 cells
        too many sheets | the file is refused: 4 sheets, more than 3
        too many cells | S: the workbook has more than 6 cells
        too much text | S: the workbook has more than 400 bytes of text
        too many merged blocks | S: more than 3 merged blocks
        too many styles | the file is refused: 10 styles of cells, more than 9
    "#,
    );
}

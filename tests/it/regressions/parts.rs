//! A fuzzer's bytes → a file: the first byte chooses its kind, the others are some of its parts, and a small sound package is put around
//! them, so that what is odd stands behind the checks of the container. Never checks anything itself.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::workbook::{biff, ods, package, xlsb};

/// What stands between two parts.
pub const BETWEEN: &[u8] = b"\n=~=\n";

/// The parts of each kind that an input may bring, in order; an empty one stays as it is in the sound package.
pub const XLSX: &[&str] = &[
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet1.xml.rels",
    "xl/tables/table1.xml",
    "xl/drawings/drawing1.xml",
    "[Content_Types].xml",
];
/// The same of ods.
pub const ODS: &[&str] = &["content.xml", "styles.xml", "META-INF/manifest.xml"];
/// The same of xlsb.
pub const XLSB: &[&str] =
    &["xl/worksheets/sheet0.bin", "xl/workbook.bin", "xl/sharedStrings.bin", "xl/styles.bin", "xl/_rels/workbook.bin.rels"];

/// A file, with a name that fits; none where the input is too short to be one.
pub fn unpack(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let (kind, rest) = bytes.split_first()?;
    Some(match kind % 6 {
        0 => ("book.xlsx", xlsx(rest)),
        1 => ("book.ods", opendocument(rest)),
        2 => ("book.csv", rest.to_vec()),
        3 => ("book.tsv", rest.to_vec()),
        4 => ("book.xls", biff::contained("Workbook", rest)),
        _ => ("book.xlsb", binary(rest)),
    })
}

/// The parts that the input brings, by name.
fn brought<'a>(names: &'a [&'a str], bytes: &'a [u8]) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    let mut rest = Some(bytes);
    let parts = std::iter::from_fn(move || {
        let whole = rest?;
        let end = whole.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        rest = end.map(|end| &whole[end + BETWEEN.len()..]);
        Some(&whole[..end.unwrap_or(whole.len())])
    });
    names.iter().copied().zip(parts).filter(|(_, part)| !part.is_empty())
}

fn xlsx(bytes: &[u8]) -> Vec<u8> {
    let list = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Yes</t></is></c></row></sheetData>";
    let book = package::sheet("<sheetData/>").sheet("Lists", "", list).strings(&["<t>Question</t>", "<t>Answer</t>"], 0).stored();
    brought(XLSX, bytes).fold(book, |book, (name, part)| book.part(name, part)).bytes()
}

fn opendocument(bytes: &[u8]) -> Vec<u8> {
    let book = ods::body("<table:table table:name=\"S\"/>");
    brought(ODS, bytes).fold(book, |book, (name, part)| book.part(name, part)).bytes()
}

fn binary(bytes: &[u8]) -> Vec<u8> {
    let mut parts = xlsb::parts(&[xlsb::sheet(&[], &[])], &[]);
    for (name, part) in brought(XLSB, bytes) {
        parts.retain(|(known, _)| known != name);
        parts.push((name.to_owned(), part.to_vec()));
    }
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name, stored).unwrap();
        zip.write_all(&part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

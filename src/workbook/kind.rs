//! What kind of file some bytes are, told from the bytes and held against the file's name. Opens nothing.

use super::ReadError;
use crate::domain::workbook::FileKind;

/// First bytes of the container of old .xls files and of encrypted workbooks.
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// First bytes of .xls files from before that container.
const FIRST_RECORD: &[&[u8]] =
    &[&[0x09, 0x00, 0x04, 0x00], &[0x09, 0x02, 0x06, 0x00], &[0x09, 0x04, 0x06, 0x00], &[0x09, 0x08, 0x08, 0x00]];
/// What the first part of an `OpenDocument` spreadsheet says.
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// The part that every Office Open XML package has.
const CONTENT_TYPES: &[u8] = b"[Content_Types].xml";
/// The list of parts that an `OpenDocument` file has even where the first one is missing.
const ODS_PARTS: &[u8] = b"META-INF/manifest.xml";

/// Tells what kind of workbook a file is.
///
/// # Errors
/// It is none, or one that its name denies.
pub fn kind(name: &str, bytes: &[u8]) -> Result<FileKind, ReadError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let kind = by_bytes(&ending, bytes)?;
    let (own, says): (&[&str], &str) = match kind {
        FileKind::Xlsx => (&["xlsx", "xlsm", "xltx", "xltm"], "an .xlsx workbook"),
        FileKind::Ods => (&["ods", "ots"], "an .ods workbook"),
        FileKind::Xls => (&["xls", "xlt"], "an .xls workbook"),
        FileKind::Xlsb => (&["xlsb"], "an .xlsb workbook"),
        FileKind::Csv => (TEXT_ENDINGS, "separated text"),
    };
    if own.contains(&ending.as_str()) {
        return Ok(kind);
    }
    Err(ReadError::Misnamed { found: says.into(), ending })
}

/// Endings of files with separated text.
const TEXT_ENDINGS: &[&str] = &["csv", "tsv", "tab", "txt"];

fn by_bytes(ending: &str, bytes: &[u8]) -> Result<FileKind, ReadError> {
    let other = |found: &str| Err(ReadError::Kind { found: found.into() });
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(COMPOUND_FILE) {
        return match (holds_utf16(bytes, "EncryptedPackage"), holds_utf16(bytes, "Workbook") || holds_utf16(bytes, "Book")) {
            (true, _) => Err(ReadError::Encrypted),
            (_, true) => Ok(FileKind::Xls),
            _ => other("an old binary Office file that is no workbook"),
        };
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return match () {
            () if holds(&bytes[..bytes.len().min(200)], ODS) => Ok(FileKind::Ods),
            () if !holds(bytes, CONTENT_TYPES) && holds(bytes, ODS_PARTS) => Ok(FileKind::Ods),
            () if !holds(bytes, CONTENT_TYPES) => other("a zip archive"),
            () if holds(bytes, b"xl/workbook.bin") => Ok(FileKind::Xlsb),
            () => Ok(FileKind::Xlsx),
        };
    }
    if FIRST_RECORD.iter().any(|record| bytes.starts_with(record)) {
        return other("an .xls workbook of a version before Excel 97");
    }
    if bytes.starts_with(b"%PDF") {
        return other("a PDF");
    }
    if TEXT_ENDINGS.contains(&ending) {
        return Ok(FileKind::Csv);
    }
    other(text_kind(bytes).unwrap_or("a file of another kind"))
}

/// What kind of text it is, if it is one: many programs hand out web pages and texts under the names of workbooks.
fn text_kind(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(1024)];
    let text = std::str::from_utf8(bytes).is_ok();
    if head.contains(&0) {
        return None;
    }
    let head = String::from_utf8_lossy(head).to_lowercase();
    Some(match () {
        () if head.contains("urn:schemas-microsoft-com:office:spreadsheet") => "an XML spreadsheet of Excel 2003",
        () if head.contains("<html") || head.contains("<!doctype html") || head.contains("<table") => "a web page",
        () if head.starts_with("mime-version:") => "a saved web page",
        () if text => "a text file",
        () => return None,
    })
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

fn holds_utf16(bytes: &[u8], wanted: &str) -> bool {
    holds(bytes, &wanted.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
}

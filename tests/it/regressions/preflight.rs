//! Fuzz target: containers as they come. One that is opened lists the parts that a second look at it finds, within limits.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use answerbank::workbook::ReadError;

use super::{SMALL, open, read};

/// Opens the bytes as a zip container or as a compound file, whichever they are, and says what came of it.
pub fn check(bytes: &[u8]) -> String {
    let zip = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    let name = if zip { "book.xlsx" } else { "book.xls" };
    let opened = open(name, bytes);
    if zip && !matches!(opened, Err(ReadError::Refused(_) | ReadError::Damaged(_) | ReadError::Misnamed { .. })) {
        second_look(bytes);
    }
    match opened {
        Ok(book) => {
            read::sound(&book);
            format!("{} sheets", book.sheets.len())
        }
        Err(error) => error.to_string(),
    }
}

/// What the directory lists stands in the file under the same names, is within limits, and could never leave a folder.
fn second_look(bytes: &[u8]) {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let (mut names, mut unpacked) = (BTreeSet::new(), 0);
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let start = part.header_start() as usize;
        let raw = &bytes[start + 30..][..usize::from(u16::from_le_bytes([bytes[start + 26], bytes[start + 27]]))];
        assert!(
            String::from_utf8(raw.to_vec()).is_ok_and(|raw| raw == name) || !raw.is_ascii(),
            "{name:?} is called {raw:?} in its header"
        );
        assert!(part.enclosed_name().is_some_and(|path| !path.is_absolute()), "{name:?} leaves its folder");
        assert!(names.insert(name.replace('\\', "/").to_lowercase()), "{name:?} stands there twice");
        let mut out = Vec::new();
        if part.size() > 0 {
            part.read_to_end(&mut out).unwrap();
        }
        unpacked += out.len() as u64;
        assert!(out.len() as u64 <= SMALL.part && out.len() as u64 == part.size(), "{name:?} has {} bytes", out.len());
    }
    assert!(unpacked <= SMALL.unpacked && zip.len() <= SMALL.entries, "{unpacked} bytes in {} parts", zip.len());
}

//! ods: packages made here as text go through `read` and `edit`; a checker of its own judges what an edit changed.

pub mod check;
mod corpus;
mod edit;
mod hostile;
pub mod random;
mod read;

use std::io::{Cursor, Write};

use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{CellEdit, Edited, Limits, ReadError, WriteError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const MANIFEST: &str = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#;

/// A package in the making.
#[derive(Clone, Default)]
pub struct Book {
    styles: String,
    named_styles: String,
    body: String,
    parts: Vec<(String, Vec<u8>)>,
    packed: bool,
}

/// A package whose spreadsheet holds this XML.
pub fn body(xml: &str) -> Book {
    Book { body: xml.to_owned(), ..Book::default() }
}

/// A package with one sheet called `S` that holds this XML.
fn sheet(xml: &str) -> Book {
    body(&format!(r#"<table:table table:name="S">{xml}</table:table>"#))
}

/// A row of cells.
fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

/// A cell with text.
fn said(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

impl Book {
    /// Automatic styles of the content.
    fn styles(mut self, xml: &str) -> Self {
        self.styles = xml.to_owned();
        self
    }

    /// Styles of styles.xml.
    fn named_styles(mut self, xml: &str) -> Self {
        self.named_styles = xml.to_owned();
        self
    }

    /// A part more, or another text for one that every package has.
    pub fn part(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push((name.to_owned(), bytes.into()));
        self
    }

    /// Parts are deflated, not stored; that takes more time than everything else.
    fn packed(mut self) -> Self {
        self.packed = true;
        self
    }

    fn content(&self) -> String {
        let spaces: String = ["office", "table", "text", "style", "draw", "form"]
            .map(|name| format!(r#" xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0""#))
            .concat();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} xmlns:calcext="c" xmlns:xlink="x"><office:automatic-styles>{}</office:automatic-styles><office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"#,
            self.styles, self.body
        )
    }

    pub fn bytes(&self) -> Vec<u8> {
        let styles = format!(
            r#"<office:document-styles xmlns:office="o" xmlns:style="s"><office:styles>{}</office:styles></office:document-styles>"#,
            self.named_styles
        );
        let own = [("content.xml", self.content()), ("styles.xml", styles), ("META-INF/manifest.xml", MANIFEST.to_owned())];
        let given = |name: &str| self.parts.iter().find(|(part, _)| part == name).map(|(_, bytes)| bytes.clone());
        let mut parts: Vec<(String, Vec<u8>)> =
            own.map(|(name, text)| (name.to_owned(), given(name).unwrap_or_else(|| text.into_bytes()))).to_vec();
        parts.extend(self.parts.iter().filter(|(name, _)| !own_name(name)).cloned());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file("mimetype", stored).unwrap();
        writer.write_all(MIMETYPE.as_bytes()).unwrap();
        for (name, bytes) in &parts {
            writer.start_file(name.as_str(), if self.packed { SimpleFileOptions::default() } else { stored }).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}

fn own_name(name: &str) -> bool {
    ["content.xml", "styles.xml", "META-INF/manifest.xml"].contains(&name)
}

fn read(bytes: &[u8]) -> Result<Workbook, ReadError> {
    answerbank::workbook::read("book.ods", bytes, &Limits::default())
}

fn edit(bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    answerbank::workbook::edit("book.ods", bytes, edits, &Limits::default())
}

/// Edits, and lets the checker judge the result.
fn edited(book: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    let done = edit(book, edits)?;
    let wrong = check::judge(book, edits, &done);
    assert!(wrong.is_empty(), "{edits:?}\n{}", wrong.join("\n"));
    Ok(done)
}

/// The cells of a sheet as lines: place, text, and `=` where a formula makes it.
fn shown(book: &Book, sheet: &str) -> String {
    let workbook = read(&book.bytes()).unwrap();
    let cells = workbook.sheet(sheet).unwrap().cells.iter();
    cells.map(|(at, cell)| format!("{at} {}{:?}\n", if cell.formula { "=" } else { "" }, cell.text)).collect()
}

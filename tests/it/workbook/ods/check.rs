//! What an edit may not have changed in a package: every other part's packed bytes, everything around the rows, every other cell.
//! Looks at the bytes on its own.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use answerbank::workbook::{CellEdit, CellValue, Edited};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// Rows beyond this are not laid out.
const ROWS: u32 = 2_000;
/// Columns beyond this are not laid out.
const COLS: u32 = 80;

/// A cell's name, its attributes, and what is inside.
type Laid = (String, BTreeMap<String, String>, String);

/// A content.xml laid out cell by cell.
#[derive(Default)]
struct Layout {
    /// The text without its rows.
    around: String,
    /// Attributes of rows that have any.
    rows: BTreeMap<(String, u32), String>,
    /// Cells that have anything.
    cells: BTreeMap<(String, u32, u32), Laid>,
}

fn attributes(tag: &BytesStart, repeat: &str) -> (BTreeMap<String, String>, u32) {
    let mut all: BTreeMap<String, String> =
        tag.attributes().map(|a| a.unwrap()).map(|a| (a.key.0.to_owned(), a.value.into_owned())).collect();
    let count = all.remove(repeat).map_or(1, |count| count.parse().unwrap());
    (all, count)
}

fn lay_out(xml: &str) -> Layout {
    let mut layout = Layout::default();
    let mut reader = Reader::from_str(xml);
    let (mut sheet, mut next_row, mut copied) = (String::new(), 0u32, 0);
    loop {
        let start = reader.buffer_position() as usize;
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().0 == "table:table" => {
                (sheet, next_row) = (attributes(&tag, "").0["table:name"].clone(), 0);
            }
            // A table without anything may be opened for its first row.
            Event::Empty(tag) if tag.name().0 == "table:table" => {
                let end = reader.buffer_position() as usize;
                layout.around.push_str(&xml[copied..start]);
                layout.around.push_str(&format!("{}></table:table>", xml[start..end].trim_end_matches("/>").trim_end()));
                copied = end;
            }
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let (tag, closed) = match &event {
                    Event::Start(tag) => (tag, false),
                    Event::Empty(tag) => (tag, true),
                    _ => unreachable!(),
                };
                if tag.name().0 != "table:table-row" {
                    continue;
                }
                layout.around.push_str(&xml[copied..start]);
                let (attributes, count) = attributes(tag, "table:number-rows-repeated");
                let cells = if closed { Vec::new() } else { cells_of(&mut reader, xml) };
                copied = reader.buffer_position() as usize;
                for row in next_row..next_row.saturating_add(count).min(ROWS) {
                    if !attributes.is_empty() {
                        layout.rows.insert((sheet.clone(), row), format!("{attributes:?}"));
                    }
                    layout.cells.extend(cells.iter().map(|(col, cell)| ((sheet.clone(), row, *col), cell.clone())));
                }
                next_row = next_row.saturating_add(count);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    layout.around.push_str(&xml[copied..]);
    layout
}

/// The cells of a row whose tag was just read; empty ones without anything are left out.
fn cells_of(reader: &mut Reader<&[u8]>, xml: &str) -> Vec<(u32, Laid)> {
    let (mut cells, mut next) = (Vec::new(), 0u32);
    loop {
        match reader.read_event().unwrap() {
            Event::End(_) => return cells,
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let (tag, closed) = match &event {
                    Event::Start(tag) => (tag, false),
                    Event::Empty(tag) => (tag, true),
                    _ => unreachable!(),
                };
                let (attributes, count) = attributes(tag, "table:number-columns-repeated");
                let from = reader.buffer_position() as usize;
                let to = if closed { from } else { reader.read_to_end(tag.name()).unwrap().end as usize };
                let cell = (tag.name().0.to_owned(), attributes, xml[from..to].to_owned());
                if cell != ("table:table-cell".to_owned(), BTreeMap::new(), String::new()) {
                    cells.extend((next..next.saturating_add(count).min(COLS)).map(|col| (col, cell.clone())));
                }
                next = next.saturating_add(count);
            }
            _ => {}
        }
    }
}

/// What a cell is but for its value: its attributes, and what is inside besides paragraphs.
fn apart_from_value(cell: Option<&Laid>) -> (BTreeMap<String, String>, String) {
    let Some((_, attributes, inside)) = cell else { return Default::default() };
    let mut attributes = attributes.clone();
    attributes.retain(|name, _| !name.starts_with("office:") && name != "calcext:value-type");
    let mut rest = String::new();
    let mut left = inside.as_str();
    // Paragraphs inside a remark are not the cell's own.
    while let Some(at) = left.find("<text:p") {
        let note = left.find("<office:annotation").filter(|note| *note < at);
        let (end, keep) = match note {
            Some(_) => (left.find("</office:annotation>").unwrap() + "</office:annotation>".len(), true),
            None => {
                let close = left[at..].find("</text:p>").map(|close| at + close + "</text:p>".len());
                (if left[at..].starts_with("<text:p/>") { at + "<text:p/>".len() } else { close.unwrap() }, false)
            }
        };
        rest.push_str(if keep { &left[..end] } else { &left[..at] });
        left = &left[end..];
    }
    (attributes, rest + left)
}

/// Name, method and packed bytes of every entry, in order.
fn entries(bytes: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let entry = |index| {
        let mut entry = archive.by_index_raw(index).unwrap();
        let mut packed = Vec::new();
        entry.read_to_end(&mut packed).unwrap();
        (entry.name().unwrap().into_owned(), format!("{:?} {}", entry.compression(), entry.crc32()), packed)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(entry).collect()
}

/// What is wrong with an edit.
pub fn judge(old: &[u8], edits: &[CellEdit], done: &Edited) -> Vec<String> {
    let mut wrong = Vec::new();
    let (before, after) = (entries(old), entries(&done.bytes));
    let names = |entries: &[(String, String, Vec<u8>)]| entries.iter().map(|entry| entry.0.clone()).collect::<Vec<_>>();
    if names(&before) != names(&after) {
        return vec![format!("the parts are {:?}, were {:?}", names(&after), names(&before))];
    }
    let differ: Vec<String> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0.clone()).collect();
    if differ != ["content.xml"] || done.changed != differ || done.untouched.len() + 1 != before.len() {
        wrong.push(format!("changed are {differ:?}, told is {:?}", done.changed));
    }
    let content = |book: &[u8]| super::super::part(book, "content.xml");
    let (old_text, new_text) = (content(old), content(&done.bytes));
    if old_text.starts_with('\u{feff}') != new_text.starts_with('\u{feff}') {
        wrong.push("the byte order mark changed".into());
    }
    // The reader does not count the mark.
    let (a, b) = (lay_out(old_text.trim_start_matches('\u{feff}')), lay_out(new_text.trim_start_matches('\u{feff}')));
    if a.around != b.around {
        wrong.push(format!("around the rows: {}\nwas {}", b.around, a.around));
    }
    if a.rows != b.rows {
        wrong.push(format!("rows are {:?}, were {:?}", b.rows, a.rows));
    }
    let edit_at =
        |key: &(String, u32, u32)| edits.iter().find(|edit| (&edit.sheet, edit.cell.row, edit.cell.col) == (&key.0, key.1, key.2));
    for key in a.cells.keys().chain(b.cells.keys()) {
        let (was, is) = (a.cells.get(key), b.cells.get(key));
        match edit_at(key) {
            None if was != is => wrong.push(format!("{key:?} is {is:?}, was {was:?}")),
            Some(edit) if apart_from_value(was) != apart_from_value(is) => {
                wrong.push(format!("{key:?} for {edit:?} is {is:?}, was {was:?}"));
            }
            Some(CellEdit { value: CellValue::Text(text), .. }) if !text.is_empty() => {
                let kind = is.and_then(|(_, attributes, _)| attributes.get("office:value-type"));
                wrong.extend((kind.map(String::as_str) != Some("string")).then(|| format!("{key:?} is no text")));
            }
            _ => {}
        }
    }
    wrong
}

//! The text of a run of rows with some of its cells changed. Whatever is not changed is copied, never written anew.

use std::collections::BTreeMap;

use super::grid::{CellRun, Run};
use super::paragraphs::paragraphs;
use crate::domain::cell::CellRef;
use crate::workbook::CellValue;
use crate::workbook::xml::{with_attribute, without_attribute};

/// Attributes that tell a cell's value.
const VALUE: &[&str] = &[
    "table:number-columns-repeated",
    "office:value-type",
    "calcext:value-type",
    "office:value",
    "office:currency",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "office:string-value",
];

/// A run of like rows in the text of content.xml.
pub struct Row<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Where the tag begins and ends.
    pub tag: (usize, usize),
    /// Whether it closes itself.
    pub closed: bool,
    /// The rows.
    pub run: Run,
    /// Its cells.
    pub cells: Vec<CellRun>,
}

/// What to write into some cells.
pub type Values = BTreeMap<CellRef, CellValue>;

impl Row<'_> {
    /// The new text of the rows, which end at `end`, their last cell at `cells_end`: those with a value for a cell stand alone now.
    pub fn with(&self, values: &Values, cells_end: usize, end: usize) -> String {
        let mut out = String::new();
        let after = self.run.after();
        let mut next = self.run.first;
        while let Some((at, _)) = values.range(CellRef::new(next, 0)..CellRef::new(after, 0)).next() {
            self.push_like(&mut out, at.row - next, end);
            self.push_changed(&mut out, at.row, values, cells_end, end);
            next = at.row + 1;
        }
        self.push_like(&mut out, after - next, end);
        out
    }

    /// So many rows as they were.
    fn push_like(&self, out: &mut String, count: u32, end: usize) {
        if count > 0 {
            out.push_str(&repeated(&self.text[self.tag.0..self.tag.1], "table:number-rows-repeated", count));
            out.push_str(&self.text[self.tag.1..end]);
        }
    }

    /// One row with new values.
    fn push_changed(&self, out: &mut String, row: u32, values: &Values, cells_end: usize, end: usize) {
        let tag = repeated(&self.text[self.tag.0..self.tag.1], "table:number-rows-repeated", 1);
        out.push_str(&if self.closed { opened(&tag) } else { tag });
        let (mut offset, mut next) = (self.tag.1, 0);
        for run in &self.cells {
            let after = run.cols.after();
            let here = values.range(CellRef::new(row, run.cols.first)..CellRef::new(row, after));
            out.push_str(&self.text[offset..run.place.0]);
            self.push_cells(out, run, here);
            (offset, next) = (run.place.2, after);
        }
        for (at, value) in values.range(CellRef::new(row, next)..=CellRef::new(row, u32::MAX)) {
            push_new(out, at.col - next, value);
            next = at.col + 1;
        }
        let rest = if self.closed { "</table:table-row>" } else { &self.text[cells_end..end] };
        out.push_str(rest);
    }

    /// The cells of a run: as they were, but for those with a new value.
    fn push_cells<'v>(&self, out: &mut String, run: &CellRun, values: impl Iterator<Item = (&'v CellRef, &'v CellValue)>) {
        let (start, open_end, end) = run.place;
        let (tag, inside) = (&self.text[start..open_end], &self.text[open_end..end]);
        let like = |out: &mut String, count: u32| {
            if count == run.cols.count {
                out.push_str(&self.text[start..end]);
            } else if count > 0 {
                out.push_str(&repeated(tag, "table:number-columns-repeated", count));
                out.push_str(inside);
            }
        };
        let mut next = run.cols.first;
        for (at, value) in values {
            like(out, at.col - next);
            out.push_str(&self.changed(run, value));
            next = at.col + 1;
        }
        like(out, run.cols.after() - next);
    }

    /// One cell of a run with a new value: its style, its rule, its remarks stay.
    fn changed(&self, run: &CellRun, value: &CellValue) -> String {
        let (start, open_end, end) = run.place;
        let bare = VALUE.iter().fold(self.text[start..open_end].to_owned(), |tag, name| without_attribute(&tag, name));
        let (attributes, content) = stored(value);
        let tag = attributes.iter().rev().fold(bare, |tag, (name, value)| with_attribute(&tag, name, value));
        if open_end == end {
            return if content.is_empty() { tag } else { format!("{}{content}</table:table-cell>", opened(&tag)) };
        }
        let close = self.text[open_end..end].rfind("</").map_or(end, |at| open_end + at);
        let (mut out, mut offset) = (tag, open_end);
        let mut content = Some(content);
        for (from, to) in &run.paragraphs {
            out.push_str(&self.text[offset..*from]);
            out.push_str(&content.take().unwrap_or_default());
            offset = *to;
        }
        out.push_str(&self.text[offset..close]);
        out.push_str(&content.take().unwrap_or_default());
        out.push_str(&self.text[close..end]);
        out
    }
}

/// Rows that a table does not have yet, where `next` is the first of those.
pub fn new_rows(values: &Values, mut next: u32) -> String {
    let mut out = String::new();
    while let Some((first, _)) = values.range(CellRef::new(next, 0)..).next() {
        if first.row > next {
            let tag = repeated("<table:table-row>", "table:number-rows-repeated", first.row - next);
            out.push_str(&format!("{tag}<table:table-cell/></table:table-row>"));
        }
        out.push_str("<table:table-row>");
        let mut col = 0;
        for (at, value) in values.range(CellRef::new(first.row, 0)..=CellRef::new(first.row, u32::MAX)) {
            push_new(&mut out, at.col - col, value);
            col = at.col + 1;
        }
        out.push_str("</table:table-row>");
        next = first.row + 1;
    }
    out
}

/// A cell that was not there, behind so many empty ones.
fn push_new(out: &mut String, gap: u32, value: &CellValue) {
    if gap > 0 {
        out.push_str(&repeated("<table:table-cell/>", "table:number-columns-repeated", gap));
    }
    let (attributes, content) = stored(value);
    let attributes: String = attributes.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
    out.push_str(&format!("<table:table-cell{attributes}>{content}</table:table-cell>"));
}

/// The attributes and the paragraphs that hold a value.
fn stored(value: &CellValue) -> (Vec<(&'static str, String)>, String) {
    match value {
        CellValue::Text(text) if text.is_empty() => (Vec::new(), String::new()),
        CellValue::Text(text) => (vec![("office:value-type", "string".to_owned())], paragraphs(text)),
        CellValue::Number(number) => {
            (vec![("office:value-type", "float".to_owned()), ("office:value", number.to_string())], paragraphs(&number.to_string()))
        }
    }
}

/// A tag that stands for so many; one is not written.
fn repeated(tag: &str, name: &str, count: u32) -> String {
    if count == 1 { without_attribute(tag, name) } else { with_attribute(tag, name, &count.to_string()) }
}

/// A tag that closed itself, open.
pub fn opened(tag: &str) -> String {
    format!("{}>", tag.trim_end_matches("/>").trim_end())
}

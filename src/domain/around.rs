//! A question where it stands: the cells around it as a small picture, for who has to decide. Never the whole sheet.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cell::{CellRef, column_name};
use super::question::Question;
use super::workbook::Sheet;

/// So many rows are shown at most, the header among them.
pub const ROWS: usize = 12;
/// So many columns are shown at most.
pub const COLUMNS: usize = 10;
/// So many characters of a cell are shown.
pub const CHARACTERS: usize = 300;
/// So many rows above and below the question are looked at.
const NEAR: u32 = 40;

/// The cells around a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Around {
    /// The letters of its columns.
    pub columns: Vec<String>,
    /// Its rows, from top to bottom.
    pub rows: Vec<Row>,
}

/// One row of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its number in the sheet, from 1.
    pub number: u32,
    /// Whether it is the header of the question's table.
    pub header: bool,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
}

/// One cell of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What stands there; cut with `…` where it is long.
    pub text: String,
    /// What it is to the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// What a cell is to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The question is asked here.
    Question,
    /// The answer goes here.
    Answer,
    /// The wording may go here.
    Comment,
}

/// The cells around a question, with the header row of its table where it has one.
#[must_use]
pub fn around(sheet: &Sheet, question: &Question, header: Option<u32>) -> Around {
    let rows = rows(sheet, question, header);
    let columns = columns(sheet, question, &rows);
    let cell = |at: CellRef| Cell { text: clipped(sheet.text(at)), part: part(question, at) };
    let row = |row: &u32| Row {
        number: row + 1,
        header: Some(*row) == header,
        cells: columns.iter().map(|col| cell(CellRef::new(*row, *col))).collect(),
    };
    Around { columns: columns.iter().map(|col| column_name(*col)).collect(), rows: rows.iter().map(row).collect() }
}

fn part(question: &Question, at: CellRef) -> Option<Part> {
    match () {
        () if at == question.cell => Some(Part::Question),
        () if question.answer.cells.contains(&at) => Some(Part::Answer),
        () if question.comment.contains(&at) => Some(Part::Comment),
        () => None,
    }
}

/// The question's own rows and the header, then the nearest rows that hold something.
fn rows(sheet: &Sheet, question: &Question, header: Option<u32>) -> BTreeSet<u32> {
    let own = question.cell.row;
    let needed = [Some(own), header].into_iter().flatten().chain(question.answer.cells.iter().map(|cell| cell.row));
    let held = sheet.cells.range(CellRef::new(own.saturating_sub(NEAR), 0)..CellRef::new(own.saturating_add(NEAR), 0));
    let held = held.filter(|(_, cell)| !cell.text.trim().is_empty()).map(|(at, _)| at.row);
    let mut near: Vec<u32> = held.filter(|row| !sheet.hidden_rows.contains(row)).collect::<BTreeSet<u32>>().into_iter().collect();
    near.sort_by_key(|row| (row.abs_diff(own), *row));
    nearest(needed.chain(near), ROWS)
}

/// The columns of the question, its answer and its comment, then the nearest that hold something in the rows.
fn columns(sheet: &Sheet, question: &Question, rows: &BTreeSet<u32>) -> BTreeSet<u32> {
    let own = question.cell.col;
    let needed = std::iter::once(own).chain(question.answer.cells.iter().chain(&question.comment).map(|cell| cell.col));
    let held = rows.iter().flat_map(|row| sheet.row(*row)).filter(|(_, cell)| !cell.text.trim().is_empty()).map(|(at, _)| at.col);
    let mut near: Vec<u32> = held.filter(|col| !sheet.hidden_cols.contains(col)).collect::<BTreeSet<u32>>().into_iter().collect();
    near.sort_by_key(|col| (col.abs_diff(own), *col));
    nearest(needed.chain(near), COLUMNS)
}

/// The first ones, each once.
fn nearest(all: impl Iterator<Item = u32>, most: usize) -> BTreeSet<u32> {
    let mut chosen = BTreeSet::new();
    for one in all {
        if chosen.len() < most {
            chosen.insert(one);
        }
    }
    chosen
}

fn clipped(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

//! Responses → the texts of single cells. Never a cell with a list that gets anything but a word of it; never a cell twice.

use std::collections::BTreeMap;

use super::cell::CellRef;
use super::extract::{Form, Question};
use super::header_words::MARKS;
use super::review::Response;
use super::workbook::Workbook;

/// One cell to write, and for which question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell.
    pub cell: CellRef,
    /// The text.
    pub text: String,
    /// Position of the question in the questionnaire.
    pub question: usize,
}

/// The most that a cell holds, in UTF-16 units; the spreadsheet programs' own limit.
pub const CELL_LIMIT: usize = 32_767;
/// Whether a spreadsheet program would take the text for a formula if somebody typed it.
#[must_use]
pub fn begins_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Whether a program that opens separated text could take a field for a formula, now or once something in front of it is dropped.
#[must_use]
pub fn could_become_formula(text: &str) -> bool {
    begins_like_formula(text.trim_start_matches([' ', '\u{A0}', '\u{FEFF}', '"', '\'']))
}

/// The mark where neither the list, nor the table shows one.
const USUAL_MARK: &str = "X";

/// Collects the cells of all responses.
#[derive(Debug, Default)]
pub struct Filling {
    cells: BTreeMap<(String, CellRef), Filled>,
}

impl Filling {
    /// Adds the cells of one response. Nothing is added where one of the cells that it needs cannot be had.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn add(
        &mut self,
        workbook: &Workbook,
        question: &Question,
        place: usize,
        response: &Response,
        overwrite: bool,
    ) -> Result<(), String> {
        let mut new = Vec::new();
        match question.answer.kind {
            Form::None => return Err("there is no cell to write into".into()),
            Form::Text => new.push((question.answer.cells[0], response.draft.text.clone().unwrap_or_default())),
            Form::Choice => new.push((question.answer.cells[0], response.draft.word.clone().unwrap_or_default())),
            Form::Mark => new.push(mark(workbook, question, response)?),
        }
        if let Some((cell, _)) = new.iter().find(|(cell, _)| self.cells.contains_key(&(question.sheet.clone(), *cell))) {
            return Err(format!("another question's answer goes into {cell} too"));
        }
        if let Some(text) = response.draft.text.as_ref().filter(|_| question.answer.kind != Form::Text) {
            match self.comment_cell(workbook, question, overwrite) {
                Some(cell) => new.push((cell, text.clone())),
                None if response.answer.needs_text => {
                    return Err("the cell for its wording is taken, and it may not stand without it".into());
                }
                None => {}
            }
        }
        if new.iter().any(|(_, text)| text.is_empty() || text.encode_utf16().count() > CELL_LIMIT) {
            return Err(format!("its text is empty or longer than {CELL_LIMIT} characters"));
        }
        for (cell, text) in new {
            self.cells.insert((question.sheet.clone(), cell), Filled { sheet: question.sheet.clone(), cell, text, question: place });
        }
        Ok(())
    }

    /// The first comment cell that is free.
    fn comment_cell(&self, workbook: &Workbook, question: &Question, overwrite: bool) -> Option<CellRef> {
        let sheet = workbook.sheet(&question.sheet)?;
        let free = |cell: &&CellRef| {
            let held = sheet.cells.get(cell);
            let empty = held.is_none_or(|held| held.text.trim().is_empty() || overwrite);
            empty
                && held.is_none_or(|held| !held.formula)
                && sheet.list(**cell).is_none()
                && !self.cells.contains_key(&(question.sheet.clone(), **cell))
        };
        question.comment.iter().find(free).copied()
    }

    /// All cells, by sheet and place.
    pub fn cells(self) -> impl Iterator<Item = Filled> {
        self.cells.into_values()
    }
}

/// The box to mark, and the sign.
fn mark(workbook: &Workbook, question: &Question, response: &Response) -> Result<(CellRef, String), String> {
    let word = response.draft.word.as_deref().unwrap_or_default();
    let place = question.answer.options.iter().position(|option| option == word).ok_or("its word is not one of the options")?;
    let cell = *question.answer.cells.get(place).ok_or("there is no box for its word")?;
    let own_list = workbook.sheet(&question.sheet).and_then(|sheet| sheet.list(cell)).filter(|list| list.options.len() == 1);
    let sign = own_list.map(|list| list.options[0].clone()).or_else(|| question.mark.clone());
    debug_assert!(MARKS.contains(&USUAL_MARK));
    Ok((cell, sign.unwrap_or_else(|| USUAL_MARK.to_owned())))
}

//! Responses → the texts of single cells. Never a cell with a list that gets anything but a word of it; never a cell twice.

use std::collections::BTreeMap;

use super::cell::CellRef;
use super::extract::{Form, Question};
use super::header_words::MARKS;
use super::identity::{IdentityField, is_numeric};
use super::review::Response;
use super::workbook::{CellValue, Sheet, Takes, Workbook};

/// What a cell is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The question at this position in the questionnaire.
    Question(usize),
    /// The identity field at this position in the questionnaire.
    Identity(usize),
}

/// One cell to write, and what for.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell.
    pub cell: CellRef,
    /// What it shall hold.
    pub value: CellValue,
    /// What asks for it.
    pub asked: Purpose,
}

/// The most that a cell holds, in UTF-16 units; the spreadsheet programs' own limit.
pub const CELL_LIMIT: usize = 32_767;
/// Whether a spreadsheet program would take the text for a formula if somebody typed it.
#[must_use]
pub fn begins_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A text as a cell takes it: as a number where its rule asks for one.
///
/// # Errors
/// Why the cell's list or rule does not take it.
pub fn taken(sheet: &Sheet, at: CellRef, text: &str) -> Result<CellValue, String> {
    if let Some(list) = sheet.list(at) {
        let known = list.options.iter().any(|option| option == text);
        return if known { Ok(text.into()) } else { Err(format!("{at} takes only words of its list")) };
    }
    let number = |least: f64, most: f64, whole: bool| {
        let number = text.trim().parse::<f64>().ok().filter(|number| (least..=most).contains(number) && !(whole && number.fract() != 0.0));
        let kind = if whole { "a whole number" } else { "a number" };
        number.map(CellValue::Number).ok_or_else(|| format!("{at} takes only {kind}{}", bounds(least, most)))
    };
    match sheet.rule(at) {
        None => Ok(text.into()),
        Some(Takes::TextLength { least, most }) => {
            #[allow(clippy::cast_precision_loss, reason = "a cell has at most 32,767 characters")]
            let length = text.encode_utf16().count() as f64;
            if (least..=most).contains(&length) {
                Ok(text.into())
            } else {
                Err(format!("{at} takes only text of a length{}", bounds(least, most)))
            }
        }
        Some(Takes::Whole { least, most }) => number(least, most, true),
        Some(Takes::Decimal { least, most }) => number(least, most, false),
        Some(Takes::Date) => Err(format!("{at} takes only a date")),
        Some(Takes::Time) => Err(format!("{at} takes only a time of day")),
        Some(Takes::Formula) => Err(format!("{at} takes only what a formula allows, which is not evaluated")),
    }
}

fn bounds(least: f64, most: f64) -> String {
    match (least.is_finite(), most.is_finite()) {
        (true, true) => format!(" from {least} to {most}"),
        (true, false) => format!(" from {least}"),
        (false, true) => format!(" up to {most}"),
        (false, false) => String::new(),
    }
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
            match self.comment_cell(workbook, question, text, overwrite) {
                Some(cell) => new.push((cell, text.clone())),
                None if response.answer.needs_text => {
                    return Err("no cell takes its wording, and it may not stand without it".into());
                }
                None => {}
            }
        }
        let sheet = workbook.sheet(&question.sheet).ok_or("its sheet is not there")?;
        if new.iter().any(|(_, text)| text.is_empty() || text.encode_utf16().count() > CELL_LIMIT) {
            return Err(format!("its text is empty or longer than {CELL_LIMIT} characters"));
        }
        let values: Result<Vec<(CellRef, CellValue)>, String> =
            new.into_iter().map(|(cell, text)| Ok((cell, taken(sheet, cell, &text)?))).collect();
        for (cell, value) in values? {
            self.put(&question.sheet, cell, value, Purpose::Question(place));
        }
        Ok(())
    }

    /// Adds what an identity field shall hold.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn add_identity(&mut self, workbook: &Workbook, field: &IdentityField, place: usize, text: &str) -> Result<(), String> {
        let sheet = workbook.sheet(&field.sheet).ok_or("its sheet is not there")?;
        if self.cells.contains_key(&(field.sheet.clone(), field.cell)) {
            return Err(format!("something else goes into {} too", field.cell));
        }
        let value = match (taken(sheet, field.cell, text)?, text.trim().parse()) {
            (CellValue::Text(_), Ok(number)) if field.key.is_some_and(is_numeric) => CellValue::Number(number),
            (value, _) => value,
        };
        self.put(&field.sheet, field.cell, value, Purpose::Identity(place));
        Ok(())
    }

    fn put(&mut self, sheet: &str, cell: CellRef, value: CellValue, asked: Purpose) {
        self.cells.insert((sheet.to_owned(), cell), Filled { sheet: sheet.to_owned(), cell, value, asked });
    }

    /// The first comment cell that is free and takes the text.
    fn comment_cell(&self, workbook: &Workbook, question: &Question, text: &str, overwrite: bool) -> Option<CellRef> {
        let sheet = workbook.sheet(&question.sheet)?;
        let free = |cell: &&CellRef| {
            let held = sheet.cells.get(cell);
            let empty = held.is_none_or(|held| held.text.trim().is_empty() || overwrite);
            empty
                && held.is_none_or(|held| !held.formula)
                && sheet.list(**cell).is_none()
                && taken(sheet, **cell, text) == Ok(CellValue::Text(text.to_owned()))
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

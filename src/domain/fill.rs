//! Responses → the texts of single cells. Never a cell with a list that gets anything but a word of it; never a cell twice.

use std::collections::BTreeMap;

use super::cell::CellRef;
use super::extract::{Form, Question};
use super::identity::{IdentityField, is_numeric};
use super::propose::{Draft, Gap, GapKind};
use super::review::Response;
use super::survey::Survey;
use super::workbook::{CellValue, Charset, Takes, Workbook};

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
    /// Further questions at the same cell, by position, whose answers follow in it.
    pub parts: Vec<usize>,
    /// Where it is asked.
    pub asked_at: CellRef,
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
/// Why the cell's list or rule does not take it, or the file cannot hold it.
fn taken(survey: &Survey, charset: Option<&Charset>, at: CellRef, text: &str) -> Result<CellValue, String> {
    if text.is_empty() || text.encode_utf16().count() > CELL_LIMIT {
        return Err(format!("the text for {at} is empty or longer than {CELL_LIMIT} characters"));
    }
    if let Some((charset, lacks)) = charset.and_then(|charset| Some((charset, charset.lacks(text)?))) {
        return Err(format!("the file is {}, which has no {lacks:?}; save the form as \"CSV UTF-8\" and fill that", charset.name));
    }
    if let Some(list) = survey.list(at) {
        let known = list.options.iter().any(|option| option == text);
        return if known { Ok(text.into()) } else { Err(format!("{at} takes only words of its list")) };
    }
    match survey.rule(at) {
        None => Ok(text.into()),
        Some(Takes::TextLength { least, most }) => {
            #[allow(clippy::cast_precision_loss, reason = "a cell has at most 32,767 characters")]
            let length = text.encode_utf16().count() as f64;
            let fits = (least..=most).contains(&length);
            if fits { Ok(text.into()) } else { Err(format!("{at} takes only text of a length{}", bounds(least, most))) }
        }
        Some(Takes::Whole { least, most }) => number(at, text, "a whole number", least, most, |number| number.fract() == 0.0),
        Some(Takes::Decimal { least, most }) => number(at, text, "a number", least, most, |_| true),
        Some(Takes::Date) => Err(format!("{at} takes only a date")),
        Some(Takes::Time) => Err(format!("{at} takes only a time of day")),
        Some(Takes::Formula) => Err(format!("{at} takes only what a formula allows, which is not evaluated")),
    }
}

fn number(at: CellRef, text: &str, kind: &str, least: f64, most: f64, fits: impl Fn(&f64) -> bool) -> Result<CellValue, String> {
    let number = text.trim().parse::<f64>().ok().filter(|number| (least..=most).contains(number)).filter(fits);
    number.map(CellValue::Number).ok_or_else(|| format!("{at} takes only {kind}{}", bounds(least, most)))
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

/// A text for a field of separated text: with an apostrophe in front where it could be taken for a formula.
#[must_use]
pub fn field_text(text: &str) -> String {
    if could_become_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The mark where neither the list, nor the table shows one.
const USUAL_MARK: &str = "X";

/// Collects the cells of all responses.
pub struct Filling<'a> {
    /// The sheets by name, surveyed once, since every cell is looked up in them.
    sheets: BTreeMap<&'a str, Survey<'a>>,
    charset: Option<&'a Charset>,
    cells: BTreeMap<(String, CellRef), Filled>,
}

impl<'a> Filling<'a> {
    /// Begins with no cell.
    #[must_use]
    pub fn new(workbook: &'a Workbook) -> Self {
        let sheets = workbook.sheets.iter().map(|sheet| (sheet.name.as_str(), Survey::new(sheet))).collect();
        Self { sheets, charset: workbook.charset.as_ref(), cells: BTreeMap::new() }
    }

    /// Adds the cells of one response. Nothing is added where one of the cells that it needs cannot be had.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn add(&mut self, question: &Question, place: usize, response: &Response, overwrite: bool) -> Result<(), Gap> {
        let gap = |kind: GapKind, why: String| Gap { kind, why, answer: Some(response.answer.id.clone()), about: None };
        let no_place = |why: String| gap(GapKind::NoPlace, why);
        let survey = self.sheets.get(question.sheet.as_str()).ok_or_else(|| no_place("its sheet is not there".into()))?;
        let draft = &response.draft;
        let mut new = vec![match question.answer.kind {
            Form::None => return Err(no_place("there is no cell to write into".into())),
            Form::Text => {
                let at = question.answer.cells[0];
                (at, self.text(survey, question, draft, at).map_err(|why| gap(GapKind::CellCannotHold, why))?)
            }
            Form::Choice => (question.answer.cells[0], draft.word.clone().unwrap_or_default()),
            Form::Mark => mark(survey, question, response).map_err(|why| no_place(why.to_owned()))?,
        }];
        if let Some(filled) = self.cells.get(&(question.sheet.clone(), new[0].0)).filter(|filled| {
            // Several questions in one cell share one place for their answers, which follow each other in it.
            question.part.is_some() && question.answer.kind == Form::Text && filled.asked_at == question.cell
        }) {
            let joined = format!("{}\n\n{}", filled.value, new[0].1);
            let value = taken(survey, self.charset, new[0].0, &joined).map_err(|why| gap(GapKind::CellCannotHold, why))?;
            let parts = filled.parts.iter().copied().chain([place]).collect();
            let filled = Filled { value, parts, ..filled.clone() };
            self.cells.insert((question.sheet.clone(), new[0].0), filled);
            return Ok(());
        }
        if let Some((cell, _)) = new.iter().find(|(cell, _)| self.has(&question.sheet, *cell)) {
            return Err(no_place(format!("another question's answer goes into {cell} too")));
        }
        if draft.text.is_some() && question.answer.kind != Form::Text {
            match self.comment_cell(survey, question, draft, overwrite) {
                Some(written) => new.push(written),
                None if response.answer.needs_text => {
                    return Err(gap(GapKind::NoRoomForText, "no cell takes its wording, and it may not stand without it".into()));
                }
                None => {}
            }
        }
        let values: Result<Vec<(CellRef, CellValue)>, String> =
            new.into_iter().map(|(cell, text)| Ok((cell, taken(survey, self.charset, cell, &text)?))).collect();
        for (cell, value) in values.map_err(|why| gap(GapKind::CellCannotHold, why))? {
            self.put(&question.sheet, cell, value, Purpose::Question(place), question.cell);
        }
        Ok(())
    }

    /// Adds what an identity field shall hold.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn add_identity(&mut self, field: &IdentityField, place: usize, text: &str) -> Result<(), String> {
        let survey = self.sheets.get(field.sheet.as_str()).ok_or("its sheet is not there")?;
        if self.has(&field.sheet, field.cell) {
            return Err(format!("something else goes into {} too", field.cell));
        }
        let value = match (taken(survey, self.charset, field.cell, text)?, text.trim().parse()) {
            (CellValue::Text(_), Ok(number)) if field.key.is_some_and(is_numeric) => CellValue::Number(number),
            (value, _) => value,
        };
        self.put(&field.sheet, field.cell, value, Purpose::Identity(place), field.label_cell);
        Ok(())
    }

    fn has(&self, sheet: &str, cell: CellRef) -> bool {
        self.cells.contains_key(&(sheet.to_owned(), cell))
    }

    fn put(&mut self, sheet: &str, cell: CellRef, value: CellValue, asked: Purpose, asked_at: CellRef) {
        let filled = Filled { sheet: sheet.to_owned(), cell, value, asked, parts: Vec::new(), asked_at };
        self.cells.insert((sheet.to_owned(), cell), filled);
    }

    /// The wording as a cell takes it: whole, or in one line where the whole is too long for the cell.
    fn text(&self, survey: &Survey, question: &Question, draft: &Draft, at: CellRef) -> Result<String, String> {
        let whole = draft.text.as_deref().unwrap_or_default();
        let short = Some(draft.short.as_str()).filter(|short| !short.is_empty());
        let fits = |text: &str| match question.limit.filter(|limit| !limit.allows(text)) {
            Some(limit) => Err(format!("the form allows {limit} in {at}, which the wording exceeds")),
            None => taken(survey, self.charset, at, text).map(|_| text.to_owned()),
        };
        match short.filter(|_| is_cramped(survey, at, whole)) {
            Some(short) => fits(short).or_else(|_| fits(whole)),
            None => fits(whole).or_else(|why| short.map_or(Err(why), fits)),
        }
    }

    /// The first comment cell that is free and takes the wording, and what it takes.
    fn comment_cell(&self, survey: &Survey, question: &Question, draft: &Draft, overwrite: bool) -> Option<(CellRef, String)> {
        let free = |cell: &&CellRef| {
            let held = survey.sheet.cells.get(cell);
            let empty = held.is_none_or(|held| held.text.trim().is_empty() || overwrite);
            empty && held.is_none_or(|held| !held.formula) && survey.list(**cell).is_none() && !self.has(&question.sheet, **cell)
        };
        let text = |cell: &CellRef| {
            let text = self.text(survey, question, draft, *cell).ok()?;
            let as_text = taken(survey, self.charset, *cell, &text) == Ok(CellValue::Text(text.clone()));
            as_text.then_some((*cell, text))
        };
        question.comment.iter().filter(free).find_map(text)
    }

    /// All cells, by sheet and place.
    pub fn cells(self) -> impl Iterator<Item = Filled> {
        self.cells.into_values()
    }
}

/// A column for words such as "Yes" is narrower, in characters; a sentence or two still fit there in a few lines.
const NARROW: f32 = 30.0;
/// Text that takes more lines in a narrow column, or in any other, is read by nobody.
const MOST_LINES: [usize; 2] = [4, 15];

/// Whether a text takes too many lines in its cell, or in the merged block that it stands in; not where the file does not say how wide the columns are.
#[allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a cell has at most 32,767 characters and a width above 0")]
fn is_cramped(survey: &Survey, at: CellRef, text: &str) -> bool {
    let last = survey.merge(at).map_or(at.col, |block| block.last.col.min(at.col + MOST_COLUMNS));
    let width =
        |col: u32| survey.sheet.widths.iter().rev().find(|(first, last, _)| (*first..=*last).contains(&col)).map(|(.., width)| *width);
    let Some(width) = (at.col..=last).map(width).sum::<Option<f32>>().filter(|width| *width >= 1.0) else { return false };
    let lines: usize = text.lines().map(|line| (line.chars().count() as f32 / width).ceil().max(1.0) as usize).sum();
    lines > MOST_LINES[usize::from(width >= NARROW)]
}

/// So many columns of a merged block are added up.
const MOST_COLUMNS: u32 = 100;

/// The box to mark, and the sign.
fn mark(survey: &Survey, question: &Question, response: &Response) -> Result<(CellRef, String), &'static str> {
    let word = response.draft.word.as_deref().unwrap_or_default();
    let place = question.answer.options.iter().position(|option| option == word).ok_or("its word is not one of the options")?;
    let cell = *question.answer.cells.get(place).ok_or("there is no box for its word")?;
    let own_list = survey.list(cell).filter(|list| list.options.len() == 1);
    let sign = own_list.map(|list| list.options[0].clone()).or_else(|| question.mark.clone());
    Ok((cell, sign.unwrap_or_else(|| USUAL_MARK.to_owned())))
}

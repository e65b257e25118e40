//! What the customer gets back: the received workbook with its answer cells changed or, where its kind is not edited in place, a list of
//! answers with the cells where they belong. Never lets anything internal into either.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Failure, Paper};
use crate::domain::cell::CellRef;
use crate::domain::extract::{Form, Question};
use crate::domain::workbook::FileKind;
use crate::workbook::answer_list::{AnswerList, AnswerRow, write};
use crate::workbook::{CellEdit, Edited, Worker};

/// A file for the customer.
pub(super) struct HandBack {
    pub name: String,
    pub edited: Edited,
    /// What our own people should know about it.
    pub notice: Option<String>,
}

/// Makes the file for the customer.
pub(super) fn hand_back(worker: &Worker, paper: &Paper, date: Date, edits: &[CellEdit]) -> Result<HandBack, Failure> {
    let (name, workbook) = (paper.name.clone(), &paper.asked.workbook);
    if workbook.kind.in_place() {
        let edited = worker.edit(&name, &paper.bytes, edits).map_err(|error| Failure::writing(&paper.path, &error))?;
        return Ok(HandBack { name, edited, notice: None });
    }
    let stem = paper.path.file_stem().unwrap_or_default().to_string_lossy();
    let (ours, kind) = (format!("{stem}.answers.xlsx"), ending(workbook.kind));
    let list = AnswerList {
        title: format!("Answers to {name}"),
        notice: vec![
            format!("{name} is a workbook of a kind ({kind}) that we cannot edit in place. These are our answers to it."),
            "Each answer belongs into the cell named to the left of it, on the sheet named in the first column. Where there is no answer, none is given yet."
                .into(),
        ],
        rows: rows(&paper.asked.found.questions, edits),
        date: crate::engine::output::file_date(date),
    };
    let bytes = write(&list).map_err(|what| Failure::new(format!("{ours}: {what}"), "this is a bug; please report it"))?;
    let held = |edit: &CellEdit| workbook.sheet(&edit.sheet).map_or("", |sheet| sheet.text(edit.cell)).to_owned();
    let edited = Edited { bytes, old: edits.iter().map(held).collect(), untouched: Vec::new(), changed: Vec::new() };
    let notice =
        format!("{kind} workbooks are not edited in place: the answers are in {ours}, each beside the cell of {name} where it belongs");
    Ok(HandBack { name: ours, edited, notice: Some(notice) })
}

fn ending(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Xlsx => ".xlsx",
        FileKind::Ods => ".ods",
        FileKind::Csv => ".csv",
        FileKind::Xls => ".xls",
        FileKind::Xlsb => ".xlsb",
    }
}

/// A row for each question, then one for each other cell that gets something.
fn rows<'a>(questions: &'a [Question], edits: &'a [CellEdit]) -> Vec<AnswerRow> {
    let mut open: BTreeMap<(&str, CellRef), String> =
        edits.iter().map(|edit| ((edit.sheet.as_str(), edit.cell), edit.value.to_string())).collect();
    let mut rows: Vec<AnswerRow> = questions.iter().map(|question| row(question, &mut open)).collect();
    rows.extend(open.into_iter().map(|((sheet, cell), answer)| AnswerRow {
        sheet: sheet.to_owned(),
        answer_cell: cell.to_string(),
        answer,
        ..AnswerRow::default()
    }));
    rows
}

fn row<'a>(question: &'a Question, open: &mut BTreeMap<(&'a str, CellRef), String>) -> AnswerRow {
    let mut take = |cells: &[CellRef]| {
        let cell = cells.iter().find(|cell| open.contains_key(&(question.sheet.as_str(), **cell)))?;
        open.remove(&(question.sheet.as_str(), *cell)).map(|text| (cell.to_string(), text))
    };
    let named = |cells: &[CellRef]| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let cells = &question.answer.cells;
    let places = if question.answer.kind == Form::Mark { &cells[..] } else { &cells[..cells.len().min(1)] };
    let (answer_cell, answer) = take(cells).unwrap_or_else(|| (named(places), question.given.clone().unwrap_or_default()));
    let (text_cell, text) =
        take(&question.comment).unwrap_or_else(|| (named(&question.comment[..question.comment.len().min(1)]), String::new()));
    AnswerRow {
        sheet: question.sheet.clone(),
        question_cell: question.cell.to_string(),
        id: question.id.clone().unwrap_or_default(),
        question: question.text.clone(),
        answer_cell,
        answer,
        text_cell,
        text,
    }
}

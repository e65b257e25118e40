//! Fuzz target: workbooks of plain cells. What they ask is found twice alike, can be written, says the same as a mapping, and every cell
//! can be explained.

use std::collections::BTreeSet;

use answerbank::bank::mappings::{read, text};
use answerbank::domain::cell::CellRef;
use answerbank::domain::explain::explain;
use answerbank::domain::extract::{Form, Question, Questionnaire, questionnaire};
use answerbank::domain::map_found::map_found;
use answerbank::domain::workbook::Workbook;

use super::forms;
use crate::workbook::random::Random;

/// Cells that are explained of one workbook, at most.
const EXPLAINED: usize = 2;

/// Finds what the workbook asks, and checks it.
pub fn check(bytes: &[u8]) -> String {
    let book = forms::grow(&mut Random::Told(bytes));
    let found = questionnaire(&book, None);
    assert_eq!(found, questionnaire(&book, None), "the second time it asks otherwise");
    found.questions.iter().for_each(|question| can_be_answered(&book, question));
    no_answer_overwrites_a_question(&found);
    says_the_same_as_a_mapping(&book, &found);
    let cells: Vec<_> = book.sheets.iter().flat_map(|sheet| sheet.cells.keys().map(move |at| (sheet, at))).collect();
    let other = bytes.iter().fold(0, |sum, byte| sum + usize::from(*byte));
    for (sheet, at) in (0..cells.len().min(EXPLAINED)).map(|nth| cells[(other * (nth + 1)) % cells.len()]) {
        let told = explain(&book, None, &found, &format!("{}!{at}", sheet.name)).unwrap();
        assert!(told.iter().all(|told| !told.is.is_empty()), "{}!{at} is not explained", sheet.name);
    }
    "sound".into()
}

fn can_be_answered(book: &Workbook, question: &Question) {
    let sheet = book.sheet(&question.sheet).unwrap();
    assert!(!question.text.trim().is_empty() && !question.why.is_empty(), "{question:?}");
    let cells = &question.answer.cells;
    match question.answer.kind {
        Form::None => assert!(cells.is_empty() && !question.writable, "{question:?}"),
        Form::Mark => assert!(!cells.is_empty() && cells.len() == question.answer.options.len(), "{question:?}"),
        Form::Choice | Form::Text => assert!(!cells.is_empty(), "{question:?}"),
    }
    let open = |at: &CellRef| !sheet.locked(*at) && sheet.anchor(*at) == *at && !sheet.cells.get(at).is_some_and(|cell| cell.formula);
    assert!(!question.writable || cells.iter().all(open), "cannot be written: {question:?}");
    assert!(!cells.contains(&question.cell) && !question.comment.contains(&question.cell), "the answer would overwrite {question:?}");
}

/// No answer may go where another question is asked. Two may have one cell: then filling writes one of them and tells of the other.
fn no_answer_overwrites_a_question(found: &Questionnaire) {
    let asked: BTreeSet<(&str, CellRef)> = found.questions.iter().map(|question| (question.sheet.as_str(), question.cell)).collect();
    for question in found.questions.iter().filter(|question| question.writable) {
        let over = question.answer.cells.iter().find(|cell| asked.contains(&(question.sheet.as_str(), **cell)));
        assert_eq!(over, None, "an answer would overwrite a question: {question:?}");
    }
}

fn says_the_same_as_a_mapping(book: &Workbook, found: &Questionnaire) {
    let written = text(&map_found(book, None, found), "book.xlsx");
    let mapping = read("m.toml", &written).unwrap_or_else(|problems| panic!("{problems:?}\n{written}"));
    assert_eq!(mapping.misfits(book), [], "{written}");
    let obeyed = questionnaire(book, Some(&mapping));
    assert_eq!(without_reasons(found), without_reasons(&obeyed), "{written}");
}

fn without_reasons(found: &Questionnaire) -> Questionnaire {
    let mut found = found.clone();
    found.questions.iter_mut().for_each(|question| question.why.clear());
    found.left_out.clear();
    found
}

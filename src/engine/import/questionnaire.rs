//! Filled questionnaires of past years → statements.

use std::path::Path;

use super::{FileTold, Imported, Order, name_of, origin};
use crate::domain::bank::Origin;
use crate::domain::extract::Question;
use crate::domain::list_word::verdict_of;
use crate::domain::statement::{Statement, given, settle_verdict};
use crate::engine::Failure;
use crate::engine::mapping::LayoutFrom;
use crate::engine::questions;
use crate::workbook::answer_list::{self, AnswerRow};

/// What was answered in one file.
pub fn statements(order: &Order, path: &Path, imported: &mut Imported) -> Result<Vec<Statement>, Failure> {
    let bytes = crate::engine::read_file(path, order.worker.limits.file)?;
    let workbook = questions::workbook(&order.worker, path, &bytes)?;
    if let Some(rows) = answer_list::rows(&workbook) {
        let statements: Vec<Statement> = rows.iter().filter_map(|row| of_row(row, &origin(order, path))).collect();
        let (file, found, given) = (name_of(path), rows.len(), statements.len());
        imported.files.push(FileTold { file, source: "list of answers", found, given, notes: Vec::new() });
        return Ok(statements);
    }
    let asked = questions::with_questions(workbook, path, &LayoutFrom::default(), &order.bank.root)?;
    let origin = origin(order, path);
    let mut statements = Vec::new();
    let left: usize = asked.found.left_out.iter().filter(|left| left.cell.is_none()).count();
    for sheet in &asked.workbook.sheets {
        let questions: Vec<&Question> = asked.found.questions.iter().filter(|question| question.sheet == sheet.name).collect();
        statements.extend(given(&questions, sheet, &origin).into_iter().flatten());
    }
    imported.files.push(FileTold {
        file: name_of(path),
        source: "questionnaire",
        found: asked.found.questions.len(),
        given: statements.len(),
        notes: asked
            .notes
            .into_iter()
            .chain((left > 0).then(|| format!("{left} sheets were left out: see answerbank questions")))
            .collect(),
    });
    Ok(statements)
}

/// What a row of our own list of answers says, for a form that could not be filled in place.
fn of_row(row: &AnswerRow, origin: &Origin) -> Option<Statement> {
    if row.answer.is_empty() && row.text.is_empty() {
        return None;
    }
    let bare = verdict_of(&row.answer).is_some() || !row.text.is_empty();
    let (word, text) = if bare { (row.answer.clone(), row.text.clone()) } else { (String::new(), row.answer.clone()) };
    let at = format!("{}!{}", row.sheet, row.question_cell);
    let mut statement = Statement {
        question: row.question.clone(),
        origin: Origin { at, asked: row.question.clone(), word, text, ..origin.clone() },
        ..Statement::default()
    };
    settle_verdict(&mut statement, &[]);
    Some(statement)
}

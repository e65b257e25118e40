//! Filled questionnaires of past years → statements.

use std::path::Path;

use super::{FileTold, Imported, Order, name_of, origin};
use crate::domain::extract::Question;
use crate::domain::statement::{Statement, given};
use crate::engine::Failure;
use crate::engine::mapping::LayoutFrom;
use crate::engine::questions::with_questions;

/// What was answered in one file.
pub fn statements(order: &Order, path: &Path, imported: &mut Imported) -> Result<Vec<Statement>, Failure> {
    let bytes = crate::engine::read_file(path, order.worker.limits.file)?;
    let asked = with_questions(&order.worker, path, &bytes, &LayoutFrom::default(), &order.bank.root)?;
    let origin = origin(order, path);
    let mut statements = Vec::new();
    for sheet in &asked.workbook.sheets {
        let questions: Vec<&Question> = asked.found.questions.iter().filter(|question| question.sheet == sheet.name).collect();
        statements.extend(given(&questions, sheet, &origin).into_iter().flatten());
    }
    imported.files.push(FileTold {
        file: name_of(path),
        source: "questionnaire",
        found: asked.found.questions.len(),
        given: statements.len(),
        notes: asked.notes,
    });
    Ok(statements)
}

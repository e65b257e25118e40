//! Use case: what a workbook asks, where, and why.

use std::path::Path;

use super::{Failure, FailureKind};
use crate::domain::extract::{Questionnaire, questionnaire};
use crate::domain::workbook::Workbook;
use crate::workbook::Worker;

/// Reads a workbook and finds its questions.
///
/// # Errors
/// The file cannot be read.
pub fn questions(worker: &Worker, path: &Path) -> Result<Questionnaire, Failure> {
    let bytes = super::read_file(path, worker.limits.file)?;
    Ok(questionnaire(&worker.read(&path.to_string_lossy(), &bytes).map_err(|error| Failure::reading(path, &error))?))
}

/// A workbook with its questions; one without any is a failure of its own kind.
pub(super) fn with_questions(worker: &Worker, path: &Path, bytes: &[u8]) -> Result<(Workbook, Questionnaire), Failure> {
    let workbook = worker.read(&path.to_string_lossy(), bytes).map_err(|error| Failure::reading(path, &error))?;
    let found = questionnaire(&workbook);
    if found.questions.is_empty() {
        return Err(no_question(path));
    }
    Ok((workbook, found))
}

/// The failure of a workbook that asks nothing.
#[must_use]
pub fn no_question(path: &Path) -> Failure {
    Failure {
        kind: FailureKind::NoQuestion,
        ..Failure::new(
            format!("{}: no question was found", path.display()),
            format!("see what was left out, and why: answerbank questions {}", path.display()),
        )
    }
}

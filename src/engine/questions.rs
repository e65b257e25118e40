//! Use case: what a workbook asks, where, and why; of all of it, or of one cell.

use std::path::Path;

use serde::Serialize;

use super::mapping::{LayoutFrom, Obeyed, choose};
use super::{Failure, FailureKind};
use crate::bank::folder::BankError;
use crate::domain::explain::{self, Explained};
use crate::domain::extract::{Questionnaire, questionnaire};
use crate::domain::workbook::Workbook;
use crate::workbook::Worker;

/// A workbook with what it asks.
#[derive(Serialize)]
pub struct Asked {
    /// The workbook as it was read.
    #[serde(skip)]
    pub workbook: Workbook,
    /// What it asks.
    #[serde(flatten)]
    pub found: Questionnaire,
    /// The mapping that was obeyed, if there was one.
    #[serde(rename = "mapping", skip_serializing_if = "Option::is_none")]
    pub obeyed: Option<Obeyed>,
    /// What deserves attention.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// Reads a workbook and finds its questions. `bank` is where mappings are remembered.
///
/// # Errors
/// The file cannot be read, the mapping cannot be obeyed, or there is no bank in that folder.
pub fn questions(worker: &Worker, path: &Path, layout: &LayoutFrom, bank: Option<&Path>) -> Result<Asked, Failure> {
    if let Some(bank) = bank.filter(|bank| !bank.join("bank.toml").is_file()) {
        return Err(BankError::NotABank { path: bank.to_owned() }.into());
    }
    let bytes = super::read_file(path, worker.limits.file)?;
    ask(workbook(worker, path, &bytes)?, layout, bank)
}

/// The workbook that a file holds.
pub(super) fn workbook(worker: &Worker, path: &Path, bytes: &[u8]) -> Result<Workbook, Failure> {
    worker.read(&path.to_string_lossy(), bytes).map_err(|error| Failure::reading(path, &error))
}

fn ask(workbook: Workbook, layout: &LayoutFrom, bank: Option<&Path>) -> Result<Asked, Failure> {
    let (obeyed, notes) = choose(layout, bank, &workbook)?;
    let found = questionnaire(&workbook, obeyed.as_ref().map(|obeyed| &obeyed.mapping));
    Ok(Asked { workbook, found, obeyed, notes })
}

/// A workbook with its questions; one without any is a failure of its own kind.
pub(super) fn with_questions(workbook: Workbook, path: &Path, layout: &LayoutFrom, bank: &Path) -> Result<Asked, Failure> {
    let asked = ask(workbook, layout, Some(bank))?;
    if asked.found.questions.is_empty() { Err(no_question(path)) } else { Ok(asked) }
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

/// What a cell was taken for, and why: `Sheet!B13`, or `B13` on every sheet that has something there.
///
/// # Errors
/// The place names no cell, or no sheet of this workbook.
pub fn explain(asked: &Asked, place: &str) -> Result<Vec<Explained>, Failure> {
    let mapping = asked.obeyed.as_ref().map(|obeyed| &obeyed.mapping);
    explain::explain(&asked.workbook, mapping, &asked.found, place)
        .map_err(|what| Failure::usage(what, "name a cell as B13, or with its sheet as 'Sheet!B13'"))
}

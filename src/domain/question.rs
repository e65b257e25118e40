//! What a questionnaire asks, as values: each question with its cells, and what was left out. Never finds anything.

use std::fmt;

use serde::Serialize;

use super::cell::{CellRef, as_a1, maybe_a1, one_as_a1};
use super::identity::IdentityField;
use super::workbook::Unread;

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// With a word of a list.
    Choice,
    /// With free text.
    Text,
    /// With a mark in one of several cells.
    Mark,
    /// Not at all: there is no cell to write into.
    None,
}

/// Where and how the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerCells {
    /// How it is answered.
    pub kind: Form,
    /// The cells; for a mark, `options[i]` belongs to `cells[i]`.
    #[serde(serialize_with = "as_a1")]
    pub cells: Vec<CellRef>,
    /// The words to choose from.
    pub options: Vec<String>,
}

impl AnswerCells {
    /// No place for an answer.
    #[must_use]
    pub fn none() -> Self {
        Self { kind: Form::None, cells: Vec::new(), options: Vec::new() }
    }
}

/// How much text a form allows, as the head of the column or the question says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Limit {
    /// So many characters.
    Characters(usize),
    /// So many words.
    Words(usize),
}

impl Limit {
    /// Whether a text is short enough.
    #[must_use]
    pub fn allows(self, text: &str) -> bool {
        match self {
            Self::Characters(most) => text.chars().count() <= most,
            Self::Words(most) => text.split_whitespace().count() <= most,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters(most) => write!(f, "{most} characters"),
            Self::Words(most) => write!(f, "{most} words"),
        }
    }
}

/// Another cell of the row that belongs to the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExtraCell {
    /// The cell.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// What its header says.
    pub role: String,
    /// Its list, where it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// One thing asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Name of the sheet.
    pub sheet: String,
    /// Where it is asked.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// Which of several questions at this cell it is, from 1; none where it is the only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// What is asked.
    pub text: String,
    /// For what it is asked, where the same question is asked for several things.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The question that it hangs on, where it asks on from the one before.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_a1")]
    pub follows: Option<CellRef>,
    /// Its id in the sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The requirements of frameworks that the sheet names for it, as it spells them, with the head of their column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
    /// The heading above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Where and how the answer goes.
    pub answer: AnswerCells,
    /// Cells for free text beside the answer, the best first.
    #[serde(serialize_with = "as_a1")]
    pub comment: Vec<CellRef>,
    /// How much text it may be answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Other cells that belong to the answer; they stay as they are.
    pub extra: Vec<ExtraCell>,
    /// Whether the answer may be written.
    pub writable: bool,
    /// What stands in the answer cells already; placeholders do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// The sign with which this table is marked, for the form `mark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Why this is a question, and its cells what they are.
    pub why: Vec<String>,
}

impl Question {
    /// Its place as shown to people: `Sheet!B13`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}!{}", self.sheet, self.name())
    }

    /// Its place inside the sheet, by which decisions name it: `B13`, or `B13#2` for the second of several questions at one cell.
    #[must_use]
    pub fn name(&self) -> String {
        self.part.map_or_else(|| self.cell.to_string(), |part| format!("{}#{part}", self.cell))
    }
}

/// A sheet or a row that holds text and is no question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell, where it is one row.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_a1")]
    pub cell: Option<CellRef>,
    /// Its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Why it is no question.
    pub why: String,
}

/// All questions of a workbook and all that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Questionnaire {
    /// Questions in the order of sheets and rows.
    pub questions: Vec<Question>,
    /// Cells that ask who answers.
    pub identity: Vec<IdentityField>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What the reader saw but does not read.
    pub unread: Vec<Unread>,
    /// What the workbook's owner should know of it.
    pub warnings: Vec<String>,
}

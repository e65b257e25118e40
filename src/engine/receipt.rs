//! The receipt: the list of written cells and the proof that nothing else changed. For our own people; never goes to the customer.

use serde::{Deserialize, Serialize};

use crate::domain::digest::sha256_hex;
use crate::domain::propose::Band;
use crate::domain::question::{LeftOut, Question};
use crate::domain::review::OutcomeKind;
use crate::domain::standing::Scope;
use crate::domain::workbook::Unread;

/// A file, by name and content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileDigest {
    /// Its name without folders.
    pub name: String,
    /// SHA-256, in hex.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
}

/// A part of the workbook's container.
#[derive(Clone, Debug, Serialize)]
pub struct PartDigest {
    /// Its name.
    pub name: String,
    /// SHA-256, in hex; the same before and after.
    pub sha256: String,
}

/// What the run was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Options {
    /// Date, audience, products, regions.
    #[serde(flatten)]
    pub scope: Scope,
    /// Whether answers already there were replaced.
    pub overwrite: bool,
    /// SHA-256 of the file with decisions, in hex.
    pub decisions: Option<String>,
    /// Who asks.
    pub customer: Option<String>,
    /// The sale.
    pub deal: Option<String>,
}

/// One written cell.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell.
    pub cell: String,
    /// What it held before; empty for nothing.
    pub old: String,
    /// What it holds now.
    pub new: String,
    /// The question's cell.
    pub question_cell: String,
    /// The question.
    pub question: String,
    /// The answer of the bank.
    pub answer: String,
    /// Digest of the answer as approved.
    pub digest: String,
    /// Who approved it, and when.
    pub approved: String,
    /// Controls that it stands on.
    pub controls: Vec<String>,
    /// Evidence that it and its controls stand on.
    pub evidence: Vec<String>,
    /// The proposal's band.
    pub band: Band,
    /// On whose word: the policy for `ready`, or a person's decision.
    pub ground: String,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// What became of one question.
#[derive(Clone, Debug, Serialize)]
pub struct Accounted {
    /// Name of the sheet.
    pub sheet: String,
    /// The question's cell.
    pub cell: String,
    /// SHA-256 of its text, in hex.
    pub question_sha256: String,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// The work item that it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_item: Option<String>,
}

/// What became of one cell that asks who answers.
#[derive(Clone, Debug, Serialize)]
pub struct IdentityTold {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell for the value.
    pub cell: String,
    /// Its label.
    pub label: String,
    /// The key of the profile; empty where it has none.
    pub key: String,
    /// `filled`, `kept` or `left`.
    pub outcome: &'static str,
    /// Why it was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How many questions became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Questions found.
    pub found: usize,
    /// Answered in this run.
    pub filled: usize,
    /// Answered before, and left as they were.
    pub kept: usize,
    /// Waiting for a person to decide.
    pub review: usize,
    /// Rejected by a person.
    pub rejected: usize,
    /// Without an answer that may be given.
    pub gap: usize,
}

impl Counts {
    /// What became of the questions, and of how many, as the summaries of workbooks tell it.
    #[must_use]
    pub fn in_words(&self) -> Vec<(String, u32)> {
        let told = [
            ("filled", self.filled),
            ("kept as they were", self.kept),
            ("waiting for review", self.review),
            ("rejected", self.rejected),
            ("gaps", self.gap),
        ];
        told.map(|(what, count)| (what.to_owned(), u32::try_from(count).unwrap_or(u32::MAX))).to_vec()
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: &Self) -> Self {
        Self {
            found: self.found + other.found,
            filled: self.filled + other.filled,
            kept: self.kept + other.kept,
            review: self.review + other.review,
            rejected: self.rejected + other.rejected,
            gap: self.gap + other.gap,
        }
    }
}

/// The program as receipts name it.
pub const PROGRAM: &str = concat!("answerbank ", env!("CARGO_PKG_VERSION"));

/// The receipt of one fill.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// Version of this format.
    pub receipt: u32,
    /// Program and version.
    pub program: String,
    /// The workbook as received.
    pub input: FileDigest,
    /// The workbook as handed back.
    pub output: FileDigest,
    /// Name of the bank.
    pub bank: String,
    /// Digest of all of the bank's files.
    pub bank_digest: String,
    /// Name of the mapping that was obeyed: of its file, or in the bank; none: the layout was found.
    pub mapping: Option<String>,
    /// Digest of that mapping's text.
    pub mapping_digest: Option<String>,
    /// Digest of the sentence model; none was used.
    pub model_digest: Option<String>,
    /// What the run was told.
    pub options: Options,
    /// Why the output is not the received workbook with cells changed, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// How many questions became what.
    pub counts: Counts,
    /// Every written cell.
    pub written: Vec<Written>,
    /// What became of the cells that ask who answers.
    pub identity: Vec<IdentityTold>,
    /// What became of every question.
    pub questions: Vec<Accounted>,
    /// What was left out, and why.
    pub left_out: Vec<LeftOut>,
    /// What the reader saw but does not read.
    pub unread: Vec<Unread>,
    /// What the workbook's owner should know of it: macros, links, a signature that the edit makes invalid.
    pub warnings: Vec<String>,
    /// Parts of the container that changed.
    pub changed_parts: Vec<String>,
    /// Parts of the container that are the same bytes.
    pub untouched_parts: Vec<PartDigest>,
}

/// SHA-256 of a question's text, in hex.
#[must_use]
pub fn question_sha256(question: &Question) -> String {
    sha256_hex(question.text.as_bytes())
}

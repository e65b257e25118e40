//! What can be wrong with a workbook file, in words for its owner. Never names the file: the caller knows it.

use serde::{Deserialize, Serialize};

use super::limits::{as_typed, in_words};
use crate::domain::cell::CellRef;

/// Why a workbook could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReadError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not a workbook of a kind that we read.
    #[error("this is {found}, not a workbook that can be read")]
    Kind {
        /// What the bytes look like.
        found: String,
    },
    /// A workbook of another kind than its name says.
    #[error("this is {found}, but its name {}", if ending.is_empty() { "has no ending".into() } else { format!("ends in .{ending}") })]
    Misnamed {
        /// What it is.
        found: String,
        /// The ending of its name, without the dot.
        ending: String,
    },
    /// Encrypted with a password.
    #[error("the workbook is protected with a password")]
    Encrypted,
    /// The container is broken.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The container is larger or stranger than an honest workbook is.
    #[error("the file is refused: {0}")]
    Refused(String),
    /// The process that opened it was stopped, or stopped itself.
    #[error("the file could not be opened safely: {0}")]
    Stopped(Stop),
    /// A part inside is broken.
    #[error("{part}: {what}")]
    Part {
        /// Name of the part, or of the sheet.
        part: String,
        /// What is wrong with it.
        what: String,
    },
    /// A line of a text file is broken.
    #[error("line {line}: {what}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl ReadError {
    /// What the owner of the file can do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Empty | Self::Damaged(_) => "ask for the file again, or open it in a spreadsheet program and save it anew".into(),
            Self::Kind { .. } => format!("{} files can be read; save it as .xlsx in a spreadsheet program", super::SUPPORTED),
            Self::Misnamed { .. } => "give the file its right ending, or ask for it again: a program that trusts the name would not open it".into(),
            Self::Encrypted => "open it with the password, remove the password, save it, and try again".into(),
            // Of what a part may hold, cells and text are limited.
            Self::Part { what, .. } | Self::Line { what, .. } if what.starts_with("the workbook has more than ") => {
                "if you trust the file and it is only large, raise the limit with --limit (see --help)".into()
            }
            Self::Line { .. } => "correct that line, or open the file in a spreadsheet program and save it anew as \"CSV UTF-8\"".into(),
            Self::Refused(_) => "if you trust the file, open it in a spreadsheet program and save it anew; if it is only large, raise the limit with --limit (see --help)".into(),
            Self::Stopped(stop) => stop.hint(),
            Self::Part { .. } => "open it in a spreadsheet program and save it anew".into(),
        }
    }
}

/// What stopped the process that opened a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Stop {
    /// It needs more bytes of memory.
    #[error("it needs more than {} of memory", in_words(*.0))]
    Memory(u64),
    /// It needs more seconds of processor time.
    #[error("it takes more than {} of processor time", seconds(*.0))]
    Processor(u64),
    /// It needs more seconds.
    #[error("it takes more than {}", seconds(*.0))]
    Time(u64),
    /// What was read from it has more bytes.
    #[error("it holds more than {} to read", in_words(*.0))]
    Answer(u64),
    /// It broke the reader.
    #[error("the reader broke down over it")]
    Crash,
    /// The process could not be started at all.
    #[error("the process that reads it could not be started: {0}")]
    Start(String),
}

impl Stop {
    fn hint(&self) -> String {
        let raise = |limit: &str| {
            format!(
                "if you trust the file and it is only large, raise the limit with --limit {limit}; otherwise open it in a spreadsheet program and save it anew, or ask for it again"
            )
        };
        match self {
            Self::Memory(bytes) => raise(&format!("memory={}", as_typed(twice(*bytes)))),
            Self::Processor(seconds) => raise(&format!("cpu_seconds={}", twice(*seconds))),
            Self::Time(seconds) => raise(&format!("seconds={}", twice(*seconds))),
            Self::Answer(_) => raise("text=…"),
            Self::Crash => {
                "ask for the file again, or open it in a spreadsheet program and save it anew; please report it with the file, if you may"
                    .into()
            }
            Self::Start(_) => "nothing is wrong with the file; start answerbank again, and install it anew if that does not help".into(),
        }
    }
}

const fn twice(limit: u64) -> u64 {
    if limit == 0 { 1 } else { limit.saturating_mul(2) }
}

fn seconds(count: u64) -> String {
    if count == 1 { "1 second".into() } else { format!("{count} seconds") }
}

/// Why cells could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WriteError {
    /// The file could not be read again.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No such sheet.
    #[error("{0}: there is no such sheet")]
    NoSheet(String),
    /// One cell must not be written.
    #[error("{sheet}!{cell}: {why}")]
    Cell {
        /// Name of the sheet.
        sheet: String,
        /// The cell.
        cell: CellRef,
        /// Why not.
        why: String,
    },
}

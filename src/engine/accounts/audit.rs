//! The audit log: the journal itself, newest first, a page at a time, each entry in a line of words.

use jiff::Timestamp;
use serde::Serialize;

use super::{Act, Audited};
use crate::domain::journal::Event;
use crate::domain::log::in_words;
use crate::engine::Failure;
use crate::engine::questionnaire::Desk;
use crate::store::Filter;

/// So many lines a page has at most.
const PAGE: usize = 500;

/// One thing that happened, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its place in the journal.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it; empty where nobody was signed in.
    pub by: String,
    /// The questionnaire that it is about.
    pub questionnaire: Option<String>,
    /// The kind of entry.
    pub kind: &'static str,
    /// The address that it came from, where that is known.
    pub address: String,
    /// What was done.
    pub words: String,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The newest first.
    pub lines: Vec<Line>,
    /// The number to give for the next page; none where this is the last.
    pub before: Option<i64>,
}

/// Reads the log: the newest entries before a number, or the newest of all. Each is checked against the chain as it is read.
///
/// # Errors
/// There is no store, or an entry is not what was written.
pub fn audit(desk: &Desk, filter: &Filter, before: Option<i64>, most: usize) -> Result<Page, Failure> {
    let most = most.clamp(1, PAGE);
    let mut entries = desk.store()?.entries_before(filter, before.unwrap_or(i64::MAX), i64::try_from(most + 1).unwrap_or(i64::MAX))?;
    let more = entries.len() > most;
    entries.truncate(most);
    let before = entries.last().filter(|_| more).map(|entry| entry.number);
    let lines = entries.into_iter().map(|entry| {
        let address = if let Event::Audited(audited) = &entry.what { audited.address.clone() } else { String::new() };
        let (kind, words) = (entry.what.kind(), in_words(&entry.what));
        Line { number: entry.number, at: entry.at, by: entry.by, questionnaire: entry.questionnaire, kind, address, words }
    });
    Ok(Page { lines: lines.collect(), before })
}

/// Records what a face saw happen: something denied, fetched, or changed in the bank. Never give it a secret.
///
/// # Errors
/// There is no store, or it cannot be written.
pub fn record(desk: &Desk, what: Act, about: &str, address: &str, outcome: &str) -> Result<(), Failure> {
    let text = |text: &str| text.to_owned();
    let audited = Audited { what, about: text(about), address: text(address), outcome: text(outcome) };
    desk.record(&mut *desk.store()?, None, &Event::Audited(audited))
}

//! Which questions stand otherwise than when somebody was last told, and what became of one: for whoever looks on while others decide. Writes and
//! proposes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Row, row};
use crate::domain::bank::Bank;
use crate::domain::journal::{Entry, Event, Place};
use crate::domain::progress::Progress;
use crate::engine::Failure;
use crate::engine::questionnaire::{Desk, find_id, progress};

/// What changed in a questionnaire after an entry of the journal.
#[derive(Clone, Debug)]
pub struct Since {
    /// Where it stands now; a next call may be given it.
    pub now: Arc<Progress>,
    /// The questions that stand otherwise, with who did it last, in words.
    pub rows: Vec<(Row, Option<String>)>,
    /// Whether other questions are asked than then: the whole list has to be read again.
    pub other_questions: bool,
}

/// Where a questionnaire stands, decisions included.
///
/// # Errors
/// There is no such questionnaire.
pub fn stands_now(desk: &Desk, named: &str) -> Result<Arc<Progress>, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    progress(&mut store, &id)
}

/// What changed in a questionnaire after the entry `after`. `then` is where it stood there, if that is still known; it is read from the journal if not.
///
/// # Errors
/// There is no such questionnaire.
pub fn since(desk: &Desk, named: &str, after: i64, then: Option<Arc<Progress>>) -> Result<Since, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let now = progress(&mut store, &id)?;
    if now.latest <= after {
        return Ok(Since { now, rows: Vec::new(), other_questions: false });
    }
    let then = match then.filter(|then| then.id == id && then.latest == after) {
        Some(then) => then,
        None => match Progress::of(store.entries(Some(&id))?.into_iter().filter(|entry| entry.number <= after)) {
            Some(then) => Arc::new(then),
            None => return Ok(Since { now, rows: Vec::new(), other_questions: true }),
        },
    };
    let before: BTreeMap<&Place, Row> = then.lines().iter().map(|line| (&line.place, row(&then, line))).collect();
    let other_questions = before.len() != now.lines().len() || now.lines().iter().any(|line| !before.contains_key(&line.place));
    let rows = now.lines().iter().map(|line| row(&now, line)).filter(|row| before.get(&row.line.place) != Some(row));
    let rows: Vec<Row> = rows.collect();
    let told = if rows.is_empty() { BTreeMap::new() } else { told(desk, &id, after)? };
    let rows = rows.into_iter().map(|row| (told.get(&row.line.place).cloned(), row)).map(|(told, row)| (row, told)).collect();
    Ok(Since { now, rows, other_questions })
}

/// Decisions, and who was asked to decide, in the order in which it happened.
fn happened(desk: &Desk, id: &str) -> Result<Vec<Entry>, Failure> {
    let mut store = desk.store()?;
    let mut entries = Vec::new();
    for kind in ["decided", "assigned"] {
        entries.extend(store.entries_of_kind(kind)?.iter().filter(|entry| entry.questionnaire.as_deref() == Some(id)).cloned());
    }
    entries.sort_by_key(|entry| entry.number);
    Ok(entries)
}

/// What was done last to each question after an entry, in words.
fn told(desk: &Desk, id: &str, after: i64) -> Result<BTreeMap<Place, String>, Failure> {
    let told = |entry: &Entry| match &entry.what {
        Event::Decided(decided) => Some((decided.place.clone(), format!("{} {}", entry.by, decided.choice.in_words()))),
        Event::Assigned(assigned) => {
            let what = if assigned.to.is_empty() { "asks nobody any more".to_owned() } else { format!("asked {} to decide", assigned.to) };
            Some((assigned.place.clone(), format!("{} {what}", entry.by)))
        }
        _ => None,
    };
    Ok(happened(desk, id)?.iter().filter(|entry| entry.number > after).filter_map(told).collect())
}

/// What happened to one question, in order.
///
/// # Errors
/// There is no such questionnaire.
pub fn past(desk: &Desk, named: &str, place: &Place) -> Result<Vec<Entry>, Failure> {
    let id = find_id(&mut *desk.store()?, named)?;
    let about = |entry: &Entry| match &entry.what {
        Event::Decided(decided) => decided.place == *place,
        Event::Assigned(assigned) => assigned.place == *place,
        _ => false,
    };
    Ok(happened(desk, &id)?.into_iter().filter(about).collect())
}

/// The bank at a desk, to tell what stands behind an answer.
///
/// # Errors
/// There is none, or its rules cannot be read.
pub fn bank(desk: &Desk) -> Result<Arc<Bank>, Failure> {
    desk.bank.bank()
}

//! Which questions stand otherwise than at an earlier entry of the journal, for whoever looks on while others decide. Writes and proposes nothing.

use std::collections::BTreeMap;

use super::{Row, row};
use crate::domain::bank::Bank;
use crate::domain::journal::{Entry, Event, Place};
use crate::domain::progress::Progress;
use crate::engine::Failure;
use crate::engine::questionnaire::{Desk, find_id, unknown};

/// What changed in a questionnaire after an entry.
#[derive(Clone, Debug)]
pub struct Since {
    /// How far its journal goes now.
    pub seen: i64,
    /// The questions that stand otherwise, with who did it last, in words.
    pub rows: Vec<(Row, Option<String>)>,
    /// Whether other questions are asked than then: the whole list has to be read again.
    pub other_questions: bool,
}

/// What changed in a questionnaire after the entry `after`.
///
/// # Errors
/// There is no such questionnaire.
pub fn since(desk: &Desk, named: &str, after: i64) -> Result<Since, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let entries = store.entries(Some(&id))?;
    let later: BTreeMap<Place, String> = entries.iter().filter(|entry| entry.number > after).filter_map(told).collect();
    let then = Progress::of(entries.iter().filter(|entry| entry.number <= after).cloned());
    let now = Progress::of(entries).ok_or_else(|| unknown(named))?;
    let Some(then) = then else { return Ok(Since { seen: now.latest, rows: Vec::new(), other_questions: true }) };
    let before: BTreeMap<&Place, Row> = then.lines().iter().map(|line| (&line.place, row(&then, line))).collect();
    let other_questions = before.len() != now.lines().len() || now.lines().iter().any(|line| !before.contains_key(&line.place));
    let rows = now.lines().iter().map(|line| row(&now, line)).filter(|row| before.get(&row.line.place) != Some(row));
    let rows = rows.map(|row| (later.get(&row.line.place).cloned(), row)).map(|(told, row)| (row, told)).collect();
    Ok(Since { seen: now.latest, rows, other_questions })
}

/// What an entry did to a question, in words.
fn told(entry: &Entry) -> Option<(Place, String)> {
    match &entry.what {
        Event::Decided(decided) => Some((decided.place.clone(), format!("{} {}", entry.by, decided.choice.in_words()))),
        Event::Assigned(assigned) if assigned.to.is_empty() => {
            Some((assigned.place.clone(), format!("{} took back who is to decide", entry.by)))
        }
        Event::Assigned(assigned) => Some((assigned.place.clone(), format!("{} asked {} to decide", entry.by, assigned.to))),
        _ => None,
    }
}

/// How far the journal of a questionnaire goes.
///
/// # Errors
/// There is no such questionnaire.
pub fn latest(desk: &Desk, named: &str) -> Result<i64, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    Ok(store.entries(Some(&id))?.last().map_or(0, |entry| entry.number))
}

/// The bank at a desk, to tell what stands behind an answer.
///
/// # Errors
/// There is none, or its rules cannot be read.
pub fn bank(desk: &Desk) -> Result<Bank, Failure> {
    desk.bank.read()
}

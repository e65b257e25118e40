//! Evidence as people look at it: all of it as it is on a date, and its file for the reader's own disk. Never gives bytes whose digest is not
//! the recorded one.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::{file_name, unchanged};
use crate::domain::bank::{Bank, Evidence, EvidenceFile};
use crate::domain::standing::evidence_fault;
use crate::engine::{BankPlace, Failure};

/// Evidence that ends within so many days is called so.
const SOON: i64 = 30;

/// How a piece of evidence is on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its file is not there.
    Missing,
    /// Its file is another one than was recorded.
    Changed,
    /// Its record cannot be relied on, or names no digest.
    Unproven,
    /// Its last day has passed.
    Expired,
    /// Its last day is within 30 days.
    Ending,
    /// Its first day is still to come.
    NotYet,
    /// It holds.
    Holds,
}

impl State {
    /// All of them, the worst first, in words.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Missing, "missing file"),
        (Self::Changed, "changed file"),
        (Self::Unproven, "not proven"),
        (Self::Expired, "expired"),
        (Self::Ending, "ends within 30 days"),
        (Self::NotYet, "not yet issued"),
        (Self::Holds, "in date"),
    ];

    /// How a piece of evidence is.
    #[must_use]
    pub fn of(evidence: &Evidence, date: Date) -> Self {
        match evidence.content {
            EvidenceFile::Missing => return Self::Missing,
            EvidenceFile::Differs => return Self::Changed,
            EvidenceFile::NoDigest | EvidenceFile::Unreadable => return Self::Unproven,
            EvidenceFile::Same | EvidenceFile::Elsewhere => {}
        }
        let left = evidence.valid_until.map(|until| days(date, until));
        match left {
            _ if evidence.issued.is_some_and(|issued| issued > date) => Self::NotYet,
            Some(left) if left < 0 => Self::Expired,
            Some(left) if left <= SOON => Self::Ending,
            _ => Self::Holds,
        }
    }

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// Days from one to another.
fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// A piece of evidence with how it is and what names it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The evidence.
    pub evidence: Evidence,
    /// How it is.
    pub state: State,
    /// Why it does not hold.
    pub fault: Option<String>,
    /// Controls that it shows at work.
    pub controls: Vec<String>,
    /// Answers in use that name it or one of these controls.
    pub answers: Vec<String>,
}

impl Kept {
    /// One piece of evidence of a bank.
    #[must_use]
    pub fn of(bank: &Bank, evidence: &Evidence, date: Date) -> Self {
        let named = bank.controls.values().filter(|control| control.evidence.contains(&evidence.id));
        let controls: BTreeSet<String> = named.map(|control| control.id.clone()).collect();
        let rests = |answer: &&crate::domain::bank::Answer| {
            let named = answer.evidence.contains(&evidence.id) || answer.controls.iter().any(|id| controls.contains(id));
            named && answer.retired.is_none()
        };
        let answers = bank.answers.iter().filter(rests).map(|answer| answer.id.clone()).collect();
        Self {
            evidence: evidence.clone(),
            state: State::of(evidence, date),
            fault: evidence_fault(evidence, date),
            controls: controls.into_iter().collect(),
            answers,
        }
    }
}

/// All evidence, what ends first first.
///
/// # Errors
/// There is no bank.
pub fn all(place: &BankPlace, date: Date) -> Result<Vec<Kept>, Failure> {
    let bank = place.bank()?;
    let mut all: Vec<Kept> = bank.evidence.values().map(|evidence| Kept::of(&bank, evidence, date)).collect();
    let end = |kept: &Kept| (kept.evidence.valid_until.unwrap_or(Date::MAX), kept.evidence.id.clone());
    all.sort_by_cached_key(end);
    Ok(all)
}

/// Those who own evidence, controls and answers, so that a name is not spelled in two ways.
///
/// # Errors
/// There is no bank.
pub fn owners(place: &BankPlace) -> Result<Vec<String>, Failure> {
    let bank = place.bank()?;
    let all = bank.evidence.values().map(|one| &one.owner).chain(bank.controls.values().map(|one| &one.owner));
    let all = all.chain(bank.answers.iter().map(|one| &one.owner)).chain([&bank.default_owner]);
    Ok(all.filter(|owner| !owner.is_empty()).collect::<BTreeSet<_>>().into_iter().cloned().collect())
}

/// The file of a piece of evidence: what to call it, and its bytes, which are those that were recorded.
///
/// # Errors
/// There is no such evidence or file, or it is not the one that was recorded.
pub fn fetch(place: &BankPlace, id: &str) -> Result<(String, Vec<u8>), Failure> {
    let bank = place.read()?;
    let none = |what: &str, hint: &str| Failure::not_there(format!("{id}: {what}"), hint);
    let evidence = bank.evidence.get(id).ok_or_else(|| none("there is no such evidence", "look for it in the list of evidence"))?;
    let Some(path) = &evidence.path else { return Err(none("it has no file in the bank", "it is kept under its address")) };
    match evidence.content {
        EvidenceFile::Same => Ok((file_name(evidence, path), unchanged(place, path, evidence)?)),
        EvidenceFile::Differs | EvidenceFile::NoDigest => Err(Failure::new(
            format!("{id}: its file is not the one that was recorded, so it is not given out"),
            "look at the file in the bank's folder, and record it anew as a renewal",
        )),
        _ => Err(none("its file is not there", "put the file back, or record a newer one as a renewal")),
    }
}

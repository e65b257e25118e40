//! How the work goes, month by month, counted from the journal: how much was filled by itself, how long people took, what was wrong, which controls lack answers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::journal::{Decided, Entry, Event, Line, Place};
use super::propose::Band;
use super::review::{Choice, OutcomeKind};

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Month {
    /// The month, as `2026-11`, in UTC.
    pub month: String,
    /// Questionnaires that came in.
    pub questionnaires: usize,
    /// Their questions that were open.
    pub questions: usize,
    /// Those of them that were filled by themselves.
    pub by_itself: usize,
    /// Decisions that people took.
    pub decisions: usize,
    /// Minutes that they took, as far as the times between decisions tell.
    pub minutes: f64,
    /// Questionnaires released.
    pub releases: usize,
    /// Answers that would have been given without a look, and that a person replaced or rejected, and statements recalled because they had been untrue.
    pub wrong: usize,
    /// Gaps by the control behind them, most first; those with no control under an empty name.
    pub gaps: Vec<(String, usize)>,
}

/// A pause of more minutes is no work on one question.
const PAUSE: f64 = 10.0;
/// The first decision after a pause took so many minutes.
const FIRST: f64 = 2.0;

/// Counts the months in which anything happened, in order.
#[must_use]
pub fn trends(entries: &[Entry]) -> Vec<Month> {
    let mut months: BTreeMap<String, (Month, BTreeMap<String, usize>)> = BTreeMap::new();
    let mut last: BTreeMap<&str, Timestamp> = BTreeMap::new();
    let mut proposed: BTreeMap<&str, BTreeMap<Place, Line>> = BTreeMap::new();
    let mut overturned: BTreeSet<(&str, Place)> = BTreeSet::new();
    for entry in entries {
        let name = entry.at.to_zoned(TimeZone::UTC).strftime("%Y-%m").to_string();
        let (month, gaps) = months.entry(name.clone()).or_insert_with(|| (Month { month: name, ..Month::default() }, BTreeMap::new()));
        let questionnaire = entry.questionnaire.as_deref().unwrap_or_default();
        match &entry.what {
            Event::Received(_) => month.questionnaires += 1,
            Event::Proposed(snapshot) => {
                if !proposed.contains_key(questionnaire) {
                    for line in snapshot.lines.iter().filter(|line| line.outcome != OutcomeKind::Kept) {
                        month.questions += 1;
                        month.by_itself += usize::from(line.outcome == OutcomeKind::Filled && line.band == Band::Ready);
                        if line.outcome == OutcomeKind::Gap {
                            *gaps.entry(line.control.clone().unwrap_or_default()).or_default() += 1;
                        }
                    }
                }
                proposed.insert(questionnaire, snapshot.lines.iter().map(|line| (line.place.clone(), line.clone())).collect());
            }
            Event::ProposedAgain(difference) => {
                let lines = difference.lines.iter().map(|line| (line.place.clone(), line.clone()));
                proposed.entry(questionnaire).or_default().extend(lines);
            }
            Event::Decided(decided) if decided.carried_from.is_none() => {
                month.decisions += 1;
                month.minutes += minutes(last.insert(&entry.by, entry.at), entry.at);
                let line = proposed.get(questionnaire).and_then(|lines| lines.get(&decided.place));
                if line.is_some_and(|line| overturns(decided, line)) && overturned.insert((questionnaire, decided.place.clone())) {
                    month.wrong += 1;
                }
            }
            Event::Released(_) => month.releases += 1,
            Event::Recalled(recalled) if recalled.wrong => month.wrong += 1,
            _ => {}
        }
    }
    let told = |(mut month, gaps): (Month, BTreeMap<String, usize>)| {
        month.gaps = gaps.into_iter().collect();
        month.gaps.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        month
    };
    months.into_values().map(told).collect()
}

/// The minutes that one decision took: the time since the same person's last one, unless that was a pause.
fn minutes(last: Option<Timestamp>, now: Timestamp) -> f64 {
    let since = last.map(|last| now.duration_since(last).as_secs_f64() / 60.0);
    since.filter(|minutes| (0.0..=PAUSE).contains(minutes)).unwrap_or(FIRST)
}

/// Whether a person decided against what would have been given without a look.
fn overturns(decided: &Decided, line: &Line) -> bool {
    let given = line.band == Band::Ready && line.outcome == OutcomeKind::Filled;
    given
        && match &decided.choice {
            Choice::Give { answer, .. } => Some(answer) != line.answer.as_ref(),
            Choice::Reword { .. } | Choice::Reject => true,
            Choice::Leave => false,
        }
}

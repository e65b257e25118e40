//! The last check before anything leaves: the one function that `fill` and `release` ask. Never changes what is to be told; it lets it pass or names why not.

use super::bank::Bank;
use super::journal::{Line, Place, Snapshot, Told};
use super::names::Names;
use super::progress::Progress;
use super::review::{Choice, OutcomeKind};
use super::standing::{Scope, standing};

/// Why something may not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The question.
    pub place: Place,
    /// What is in the way.
    pub why: String,
}

/// What of that which is to be told may not be told: an answer leaves only while it stands in this bank, for this scope, in its approved wording.
#[must_use]
pub fn may_leave(bank: &Bank, scope: &Scope, told: &[Told]) -> Vec<Blocked> {
    let blocked = |told: &Told| {
        let why = match bank.answer(&told.answer) {
            None => format!("{} is not in the bank", told.answer),
            Some(answer) if answer.digest() != told.digest || answer.wording != told.wording => {
                format!("{} says something else now", told.answer)
            }
            Some(answer) => {
                let bars: Vec<String> = standing(bank, answer, scope).iter().map(ToString::to_string).collect();
                if bars.is_empty() {
                    return None;
                }
                format!("{} may not be given: {}", told.answer, bars.join("; "))
            }
        };
        Some(Blocked { place: told.place.clone(), why })
    };
    told.iter().filter_map(blocked).collect()
}

/// What of it was retired, on whatever day: whoever releases by an earlier day knows by now that it is not to be told.
#[must_use]
pub fn never_again(bank: &Bank, told: &[Told]) -> Vec<Blocked> {
    let retired = |told: &Told| {
        let (stamp, why) = bank.answer(&told.answer)?.retired.as_ref()?;
        Some(Blocked { place: told.place.clone(), why: format!("{} is retired by {} on {}: {why}", told.answer, stamp.by, stamp.on) })
    };
    told.iter().filter_map(retired).collect()
}

/// What of it names another customer.
#[must_use]
pub fn names_others(others: &Names, told: &[Told]) -> Vec<Blocked> {
    let named = |told: &Told| {
        let written = told.written.iter().find_map(|(_, text)| others.in_text(text))?;
        Some(Blocked { place: told.place.clone(), why: format!("{} names another customer, {written:?}", told.answer) })
    };
    told.iter().filter_map(named).collect()
}

/// What keeps a questionnaire from being released as `now` has it: what may not leave, decisions that contest each other or cannot be carried
/// out, and answers other than those that the review showed last.
#[must_use]
pub fn blocked(progress: &Progress, now: &Snapshot) -> Vec<Blocked> {
    let shown = |place: &Place| progress.shown.as_ref().and_then(|last| last.lines.iter().find(|line| line.place == *place));
    now.lines
        .iter()
        .filter_map(|line| Some(Blocked { place: line.place.clone(), why: in_the_way(progress, shown(&line.place), line)? }))
        .collect()
}

fn in_the_way(progress: &Progress, shown: Option<&Line>, now: &Line) -> Option<String> {
    let taken = progress.decisions.get(&now.place).filter(|taken| taken.decided.question == now.question);
    let because = now.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    if let Some(taken) = taken.filter(|taken| taken.decided.choice != Choice::Leave || !taken.against.is_empty()) {
        if !taken.against.is_empty() {
            return Some("two people decided differently, and neither knew of the other".to_owned());
        }
        let to_be_given = matches!(taken.decided.choice, Choice::Give { .. } | Choice::Reword { .. });
        let given = matches!(now.outcome, OutcomeKind::Filled | OutcomeKind::Kept);
        return (to_be_given && !given).then(|| format!("{}, and that cannot be given{because}", taken.in_words()));
    }
    let given = |line: &Line| (line.outcome == OutcomeKind::Filled).then(|| (line.answer.clone(), line.digest.clone()));
    match (shown.and_then(given), given(now)) {
        (before, now) if before == now => None,
        (None, Some((answer, _))) => Some(format!("{} would be given, which the review has not shown", answer.unwrap_or_default())),
        (Some((answer, _)), None) => Some(format!("{} was to be given, and is not any more{because}", answer.unwrap_or_default())),
        (Some(_), Some((answer, _))) => {
            Some(format!("{} would be given now, in words that the review has not shown", answer.unwrap_or_default()))
        }
        (None, None) => None,
    }
}

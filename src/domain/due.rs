//! What needs whom, by when: reviews that come up, evidence that runs out, drafts that wait. Computed for a date; never stored.

use jiff::civil::Date;
use serde::Serialize;

use super::bank::Bank;
use super::standing::{Bar, evidence_fault, validity};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Look whether an answer is still true.
    Review,
    /// Bring in evidence that takes the place of one that runs out.
    Renew,
    /// Mend evidence that is missing or changed.
    Mend,
    /// Read a draft, and approve it or not.
    Approve,
    /// Bring a control to what an answer claims, or correct the answer.
    Correct,
}

impl Task {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Renew => "renew",
            Self::Mend => "mend",
            Self::Approve => "approve",
            Self::Correct => "correct",
        }
    }
}

/// One thing that is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Due {
    /// The last day for it; none: it is due since somebody changed something.
    pub by: Option<Date>,
    /// What is to be done.
    pub task: Task,
    /// `answer:ID` or `evidence:ID`.
    pub about: String,
    /// Who should.
    pub owner: String,
    /// Why, in words.
    pub why: String,
    /// Answers that rest on it, drafts and ended ones left aside.
    pub answers: usize,
}

/// All that is due on a date or will be until `until`: what is overdue or waits first, then by day.
#[must_use]
pub fn due(bank: &Bank, date: Date, until: Date) -> Vec<Due> {
    let owner = |owner: &str| if owner.is_empty() { bank.default_owner.clone() } else { owner.to_owned() };
    let mut all = Vec::new();
    for answer in bank.answers.iter().filter(|answer| answer.retired.as_ref().is_none_or(|(stamp, _)| stamp.on > date)) {
        let mut add = |by, task, why| {
            all.push(Due { by, task, about: format!("answer:{}", answer.id), owner: owner(&answer.owner), why, answers: 1 });
        };
        for bar in validity(bank, answer, date) {
            match bar {
                Bar::NotApproved | Bar::ChangedSinceApproval | Bar::OwnApproval(_) => add(None, Task::Approve, bar.to_string()),
                Bar::Control(..) | Bar::NoSuchControl(_) | Bar::NoSuchEvidence(_) | Bar::NothingBehind | Bar::Empty | Bar::Faulty => {
                    add(None, Task::Correct, bar.to_string());
                }
                _ => {}
            }
        }
        if let Some(by) = answer.review_by.filter(|by| *by <= until) {
            let why = if by < date { format!("it was to be reviewed by {by}") } else { format!("it is to be reviewed by {by}") };
            add(Some(by), Task::Review, why);
        }
    }
    for evidence in bank.evidence.values() {
        let rests = |ids: &[String]| ids.contains(&evidence.id);
        let lives = |answer: &&super::bank::Answer| answer.approved.is_some() && answer.retired.is_none();
        let answers = bank.answers.iter().filter(lives).filter(|answer| {
            let behind = || bank.controls_of(answer).any(|control| rests(&control.evidence));
            rests(&answer.evidence) || (answer.verdict == Some(super::bank::Verdict::Yes) && behind())
        });
        let ends = evidence.valid_until.filter(|by| *by <= until);
        let (by, task, why) = match (ends, evidence_fault(evidence, date)) {
            (Some(by), _) if by < date => (Some(by), Task::Renew, format!("it expired on {by}")),
            (Some(by), None) => (Some(by), Task::Renew, format!("it expires on {by}")),
            // Evidence of the future is no fault to be mended.
            (_, Some(why)) if evidence.issued.is_none_or(|issued| issued <= date) => (None, Task::Mend, format!("it {why}")),
            _ => continue,
        };
        all.push(Due {
            by,
            task,
            about: format!("evidence:{}", evidence.id),
            owner: owner(&evidence.owner),
            why,
            answers: answers.count(),
        });
    }
    all.sort();
    all
}

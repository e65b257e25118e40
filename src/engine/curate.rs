//! Use cases of the security team: what is wrong in the bank, and approving answers.

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::{BankPlace, Failure};
use crate::bank::edit::{self, EditError};
use crate::bank::{folder, mappings};
use crate::domain::bank::{Bank, Problem, Severity, Verdict};
use crate::domain::standing::{Bar, validity};

/// Everything that is wrong in a bank on a date: in its files, and with the standing of its answers.
///
/// # Errors
/// There is no bank.
pub fn lint(place: &BankPlace, date: Date) -> Result<(Bank, Vec<Problem>), Failure> {
    let bank = place.read()?;
    let mut problems = bank.problems.clone();
    problems.extend(mappings::problems(&place.root));
    for answer in &bank.answers {
        problems.extend(validity(&bank, answer, date).iter().filter_map(|bar| standing_problem(bar, answer)));
        if answer.verdict == Some(Verdict::Yes) && answer.controls.is_empty() && !answer.evidence.is_empty() {
            let what = "it says yes on evidence alone: no control stands behind it".to_owned();
            problems.push(Problem { file: answer.file.clone(), line: 1, severity: Severity::Warning, kind: "no-control", what });
        }
    }
    let mut evidence: Vec<_> = bank.evidence.values().collect();
    evidence.sort_by(|a, b| a.id.cmp(&b.id));
    for evidence in evidence {
        if let Some(until) = evidence.valid_until.filter(|until| *until < date) {
            let what = format!("it expired on {until}");
            problems.push(Problem { file: evidence.file.clone(), line: 1, severity: Severity::Warning, kind: "expired", what });
        }
    }
    folder::place_problems(&place.root, &mut problems);
    problems.sort();
    problems.dedup();
    Ok((bank, problems))
}

/// What bars an answer from standing, as a problem of its file; links that lead nowhere are told already.
fn standing_problem(bar: &Bar, answer: &crate::domain::bank::Answer) -> Option<Problem> {
    let (severity, kind) = match bar {
        Bar::ChangedSinceApproval => (Severity::Error, "digest"),
        Bar::NotApproved => (Severity::Warning, "draft"),
        Bar::ReviewOverdue(_) => (Severity::Warning, "out-of-date"),
        Bar::Control(..) => (Severity::Warning, "control-state"),
        Bar::Evidence(..) => (Severity::Warning, "evidence"),
        Bar::NothingBehind => (Severity::Warning, "nothing-behind"),
        Bar::Empty => (Severity::Error, "empty"),
        // Told of the file already, or no fault.
        Bar::Faulty
        | Bar::Retired(_)
        | Bar::NoSuchControl(_)
        | Bar::NoSuchEvidence(_)
        | Bar::Audience(_)
        | Bar::Product(_)
        | Bar::Region(_) => {
            return None;
        }
    };
    Some(Problem { file: answer.file.clone(), line: 1, severity, kind, what: bar.to_string() })
}

/// One approval that was recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Approved {
    /// Id of the answer.
    pub id: String,
    /// The file that records it.
    pub file: String,
    /// What was approved.
    pub digest: String,
}

/// Approves answers as they stand in their files. All ids are checked before the first file is changed.
///
/// # Errors
/// An id is unknown, an answer has errors, or a file cannot be changed.
pub fn approve(place: &BankPlace, ids: &[String], by: &str, on: Date) -> Result<Vec<Approved>, Failure> {
    if by.trim().is_empty() {
        return Err(Failure::usage("--by: the name is empty", "say who approves: --by NAME"));
    }
    let bank = place.read()?;
    let mut answers = Vec::new();
    for id in ids {
        let answer = bank
            .answer(id)
            .ok_or_else(|| Failure::new(format!("{id}: there is no such answer"), format!("find its id: answerbank search {id}")))?;
        if let Some(problem) = bank.problems.iter().find(|problem| problem.file == answer.file && problem.severity == Severity::Error) {
            return Err(Failure::new(problem.to_string(), "mend the file first, then approve it"));
        }
        if answer.wording.is_empty() {
            return Err(Failure::new(
                format!("{}: it has no wording", answer.file),
                "write the answer below the front matter, then approve it",
            ));
        }
        answers.push(answer);
    }
    let mut done = Vec::new();
    for answer in answers {
        let digest = answer.digest();
        edit::approve(&place.root.join(Path::new(&answer.file)), by, on, &digest).map_err(|error| edit_failure(&error))?;
        done.push(Approved { id: answer.id.clone(), file: answer.file.clone(), digest });
    }
    Ok(done)
}

fn edit_failure(error: &EditError) -> Failure {
    Failure::new(error.to_string(), "the file is as it was; look at it and try again")
}

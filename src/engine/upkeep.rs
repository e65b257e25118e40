//! Use cases of whoever keeps the bank true: what is due, the bank in numbers, coverage of a framework, what falls with a thing, history.

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::curate::{known, read};
use super::{BankPlace, Failure};
use crate::bank::format;
use crate::bank::history::{HistoryError, versions};
use crate::domain::bank::{Answer, Bank, Control, ControlState};
use crate::domain::changes::{Piece, changes, pieces};
use crate::domain::coverage::{Covered, Standings, control_faults};
use crate::domain::due::{self, Due};
use crate::domain::impact::{self, Impact, Thing};
use crate::domain::standing::validity;
use crate::domain::stats::{self, Stats};

/// What is due on a date or until another one, for one owner or for all.
///
/// # Errors
/// There is no bank.
pub fn due(place: &BankPlace, date: Date, until: Date, owner: Option<&str>) -> Result<Vec<Due>, Failure> {
    let bank = place.bank()?;
    let mut all = due::due(&bank, date, until);
    all.retain(|due| owner.is_none_or(|owner| due.owner == owner));
    Ok(all)
}

/// One thing that is due, as a page shows it.
#[derive(Clone, Debug)]
pub struct DueShown {
    /// What is due.
    pub due: Due,
    /// `answer` or `evidence`.
    pub kind: String,
    /// The id of it.
    pub id: String,
    /// The question, or the evidence's title.
    pub title: String,
    /// Whether somebody may say that it is still true as it stands.
    pub verifiable: bool,
}

/// As [`due`] for all owners, each with what it is about.
///
/// # Errors
/// There is no bank.
pub fn due_shown(place: &BankPlace, date: Date, until: Date) -> Result<Vec<DueShown>, Failure> {
    let bank = place.bank()?;
    let shown = |due: Due| {
        let (kind, id) = due.about.split_once(':').unwrap_or_default();
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let answer = bank.answer(&id).filter(|_| kind == "answer");
        let title = answer.map(|answer| answer.question.clone()).or_else(|| bank.evidence.get(&id).map(|one| one.title.clone()));
        let verifiable = due.task == due::Task::Review && answer.is_some_and(|answer| may_be_verified(&bank, answer, date));
        DueShown { title: title.unwrap_or_default(), verifiable, kind, id, due }
    };
    Ok(due::due(&bank, date, until).into_iter().map(shown).collect())
}

fn may_be_verified(bank: &Bank, answer: &Answer, date: Date) -> bool {
    !validity(bank, answer, date).iter().any(|bar| matches!(bar.kind(), "not-approved" | "retired"))
}

/// An answer for somebody who says whether it is still true.
#[derive(Clone, Debug)]
pub struct ForReview {
    /// The answer.
    pub answer: Answer,
    /// Digest of its file.
    pub seen: String,
    /// Why it may not be given, whoever asks.
    pub bars: Vec<String>,
    /// Its controls, with what is wrong with their evidence.
    pub controls: Vec<ControlTold>,
}

/// Answers for review, by their ids, each once.
///
/// # Errors
/// There is no bank, or no such answer.
pub fn for_review(place: &BankPlace, ids: &[String], date: Date) -> Result<Vec<ForReview>, Failure> {
    let bank = place.read()?;
    let mut all: Vec<ForReview> = Vec::new();
    for id in ids {
        let answer = known(&bank, id)?;
        if all.iter().any(|one| one.answer.id == answer.id) {
            continue;
        }
        all.push(ForReview {
            seen: read(place, &answer.file)?.digest(),
            bars: validity(&bank, answer, date).iter().map(ToString::to_string).collect(),
            controls: bank.controls_of(answer).map(|control| told(&bank, control, date)).collect(),
            answer: answer.clone(),
        });
    }
    Ok(all)
}

/// The bank in numbers.
///
/// # Errors
/// There is no bank.
pub fn stats(place: &BankPlace, date: Date) -> Result<Stats, Failure> {
    Ok(stats::stats(&*place.bank()?, date))
}

/// The coverage of one framework.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// Id of the framework.
    pub framework: String,
    /// What it is called.
    pub title: String,
    /// Each of its requirements.
    pub requirements: Vec<Covered>,
}

/// How far frameworks are met: one, or all that the bank has.
///
/// # Errors
/// There is no bank, or no such framework.
pub fn coverage(place: &BankPlace, framework: Option<&str>, date: Date) -> Result<Vec<Coverage>, Failure> {
    let bank = place.bank()?;
    if let Some(id) = framework.filter(|id| !bank.frameworks.contains_key(*id)) {
        let known: Vec<&str> = bank.frameworks.keys().map(String::as_str).collect();
        return Err(Failure::usage(format!("{id}: there is no such framework"), format!("one of {}", known.join(", "))));
    }
    let standings = Standings::new(&bank, date);
    let wanted = bank.frameworks.values().filter(|one| framework.is_none_or(|id| one.id == id));
    Ok(wanted.map(|one| Coverage { framework: one.id.clone(), title: one.title.clone(), requirements: standings.coverage(one) }).collect())
}

/// A control, with how it is.
#[derive(Clone, Debug, Serialize)]
pub struct ControlTold {
    /// Its id.
    pub id: String,
    /// Short name.
    pub title: String,
    /// How far it is run.
    pub state: ControlState,
    /// Who runs it.
    pub owner: String,
    /// What is wrong with its evidence.
    pub faults: Vec<String>,
    /// Answers that stand on it.
    pub answers: Vec<String>,
    /// Requirements that it satisfies.
    pub satisfies: Vec<String>,
}

/// The controls in whose id, title, statement or requirements all of some words stand; without words, all.
///
/// # Errors
/// There is no bank.
pub fn controls(place: &BankPlace, words: &[String], date: Date) -> Result<Vec<ControlTold>, Failure> {
    let bank = place.bank()?;
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let text_of = |control: &Control| {
        format!("{} {} {} {}", control.id, control.title, control.statement, control.satisfies.join(" ")).to_lowercase()
    };
    let mut found: Vec<&Control> = bank
        .controls
        .values()
        .filter(|control| {
            let text = text_of(control);
            words.iter().all(|word| text.contains(word.as_str()))
        })
        .collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found.into_iter().map(|control| told(&bank, control, date)).collect())
}

fn told(bank: &Bank, control: &Control, date: Date) -> ControlTold {
    let answers = bank.answers.iter().filter(|answer| answer.controls.contains(&control.id));
    ControlTold {
        id: control.id.clone(),
        title: control.title.clone(),
        state: control.state,
        owner: control.owner.clone(),
        faults: control_faults(bank, control, date),
        answers: answers.map(|answer| answer.id.clone()).collect(),
        satisfies: control.satisfies.clone(),
    }
}

/// What falls when a thing is lost.
///
/// # Errors
/// There is no bank, or no such thing in it.
pub fn impact(place: &BankPlace, thing: &str, date: Date) -> Result<Impact, Failure> {
    let parsed =
        Thing::parse(thing).ok_or_else(|| Failure::usage(format!("{thing:?} names no thing"), "name evidence:ID or control:ID"))?;
    let bank = place.bank()?;
    impact::impact(&bank, &parsed, date)
        .ok_or_else(|| Failure::new(format!("{thing}: the bank has no such thing"), "look into the folders evidence and controls"))
}

/// One version of an answer, and what it changed.
#[derive(Clone, Debug, Serialize)]
pub struct Past {
    /// The commit; empty for what is not committed yet.
    pub commit: String,
    /// Who committed it.
    pub author: String,
    /// The day.
    pub day: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// What it changed in the answer.
    pub changes: Vec<String>,
    /// The wording word by word, where it changed.
    #[serde(skip)]
    pub wording: Vec<Piece>,
}

/// The history of an answer, the newest version first.
///
/// # Errors
/// There is no bank, no such answer, no git, or the bank is in no repository.
pub fn history(place: &BankPlace, id: &str, git: &Path) -> Result<Vec<Past>, Failure> {
    let bank = place.bank()?;
    let answer = known(&bank, id)?;
    let versions = versions(git, &place.root, &answer.file).map_err(|error| {
        let hint = match &error {
            HistoryError::NoGit { .. } => "history is read from git: install it",
            HistoryError::Refused { what, .. } if what.contains("not a git repository") => {
                "history is read from git: keep the bank in a repository (git init, git add, git commit)"
            }
            HistoryError::Refused { .. } => "history is read from git, which refused; see what it says of the repository",
        };
        Failure::new(error.to_string(), hint)
    })?;
    let read: Vec<_> = versions.iter().map(|version| format::answer(&version.file, &version.text, &mut Vec::new())).collect();
    let told = |place: usize| match (read.get(place + 1), &read[place]) {
        (None, _) => vec!["first version".to_owned()],
        (Some(Some(old)), Some(new)) => changes(old, new),
        _ => vec!["one of the two versions cannot be read as an answer".to_owned()],
    };
    let past = |(place, version): (usize, &crate::bank::history::Version)| Past {
        commit: version.commit.clone(),
        author: version.author.clone(),
        day: version.day.clone(),
        subject: version.subject.clone(),
        changes: told(place),
        wording: match (read.get(place + 1), &read[place]) {
            (Some(Some(old)), Some(new)) if old.wording != new.wording => pieces(&old.wording, &new.wording),
            _ => Vec::new(),
        },
    };
    Ok(versions.iter().enumerate().map(past).collect())
}

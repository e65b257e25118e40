//! `answerbank review accept | choose | edit | reject | undo`: one decision, or several alike.

use std::fmt::Write;

use clap::Args;

use super::super::desk::ByFlag;
use super::super::{Ended, clipped, counted, print, print_json, shown};
use super::{Common, rows_in_words};
use crate::engine::Failure;
use crate::engine::review::{Asked, Recorded, TOGETHER, Wanted, acceptable, decide};

#[derive(Args)]
struct DecisionFlags {
    /// How far the journal went when you looked, as `review show` says; needed to decide over somebody else's decision
    #[arg(long, value_name = "ENTRY")]
    seen: Option<i64>,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl DecisionFlags {
    fn take(&self, questionnaire: &str, places: &[String], wanted: &Wanted, reason: &str) -> Result<Ended, Failure> {
        let asked: Vec<Asked> = places
            .iter()
            .map(|place| Asked { place: place.clone(), wanted: wanted.clone(), reason: reason.to_owned(), seen: self.seen })
            .collect();
        let recorded = decide(&self.common.desk.desk_of(&self.by)?, questionnaire, &asked)?;
        if self.common.json {
            print_json(&recorded)?;
        } else {
            print(&recorded_in_words(&recorded))?;
        }
        Ok(Ended::Done)
    }
}

fn recorded_in_words(recorded: &[Recorded]) -> String {
    let mut out = String::new();
    for one in recorded {
        let _ = writeln!(out, "{}  {}", one.place, clipped(&one.question, 90));
        if let Some(answer) = &one.answer {
            let word = one.word.as_ref().map(|word| format!(" {word:?}")).unwrap_or_default();
            let text = one.text.as_ref().map(|text| format!(" {}", clipped(text, 90))).unwrap_or_default();
            let _ = writeln!(out, "    {answer}:{}{}", shown(&word), text);
        }
    }
    let _ = writeln!(out, "{} recorded", counted(recorded.len(), "decision"));
    out
}

/// Accepts what is proposed. Together: --above lists what would be accepted, and --yes accepts what was listed.
#[derive(Args)]
pub struct Accept {
    /// The questionnaire
    questionnaire: String,
    /// The questions
    questions: Vec<String>,
    /// All that wait with at least this confidence, such as 0.8; at most 50 at a time
    #[arg(long, value_name = "CONFIDENCE", conflicts_with = "questions", value_parser = share)]
    above: Option<f32>,
    /// Accept what --above lists
    #[arg(long, requires = "above")]
    yes: bool,
    /// Why; needed where the answer is that something does not apply
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    decision: DecisionFlags,
}

fn share(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "a share from 0 to 1, such as 0.8".to_owned())
}

impl Accept {
    pub fn run(self) -> Result<Ended, Failure> {
        let Some(least) = self.above else {
            if self.questions.is_empty() {
                return Err(Failure::usage("no question is named", "name questions, or accept several together with --above 0.8"));
            }
            return self.decision.take(&self.questionnaire, &self.questions, &Wanted::Accept, &self.reason);
        };
        let rows = acceptable(&self.decision.common.desk.desk()?, &self.questionnaire, least)?;
        if !self.yes {
            if self.decision.common.json {
                print_json(&rows)?;
            } else {
                print(&rows_in_words(&rows))?;
                eprintln!("note: nothing was accepted; look at each, and accept what is listed with --yes (at most {TOGETHER} at a time)");
            }
            return Ok(Ended::Done);
        }
        let places: Vec<String> = rows.rows.iter().map(|row| row.line.place.to_string()).collect();
        self.decision.take(&self.questionnaire, &places, &Wanted::Accept, &self.reason)
    }
}

/// Gives another answer of the bank.
#[derive(Args)]
pub struct Choose {
    /// The questionnaire
    questionnaire: String,
    /// The question
    question: String,
    /// Id of the answer
    answer: String,
    /// Why; needed where the answer is that something does not apply
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    decision: DecisionFlags,
}

impl Choose {
    pub fn run(self) -> Result<Ended, Failure> {
        self.decision.take(&self.questionnaire, &[self.question], &Wanted::Choose(self.answer), &self.reason)
    }
}

/// Puts it in other words. They leave only once a curator has taken them into the bank (`bank learn`) and somebody has approved them.
#[derive(Args)]
pub struct Edit {
    /// The questionnaire
    questionnaire: String,
    /// The question
    question: String,
    /// The words
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    decision: DecisionFlags,
}

impl Edit {
    pub fn run(self) -> Result<Ended, Failure> {
        self.decision.take(&self.questionnaire, &[self.question], &Wanted::Edit(self.text), &self.reason)
    }
}

/// Gives nothing.
#[derive(Args)]
pub struct Reject {
    /// The questionnaire
    questionnaire: String,
    /// The questions
    #[arg(required = true)]
    questions: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    decision: DecisionFlags,
}

impl Reject {
    pub fn run(self) -> Result<Ended, Failure> {
        self.decision.take(&self.questionnaire, &self.questions, &Wanted::Reject, &self.reason)
    }
}

/// Takes a decision back.
#[derive(Args)]
pub struct Undo {
    /// The questionnaire
    questionnaire: String,
    /// The questions
    #[arg(required = true)]
    questions: Vec<String>,
    #[command(flatten)]
    decision: DecisionFlags,
}

impl Undo {
    pub fn run(self) -> Result<Ended, Failure> {
        self.decision.take(&self.questionnaire, &self.questions, &Wanted::Undo, "")
    }
}

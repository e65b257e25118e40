//! `answerbank bank …`: what is wrong in the bank, and approving answers.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::Serialize;

use super::{BankFlags, Ended, counted, print, print_json, today};
use crate::domain::bank::{Problem, Severity};
use crate::engine::Failure;
use crate::engine::curate::{approve, lint};

#[derive(Args)]
pub struct BankArguments {
    #[command(subcommand)]
    command: BankCommand,
}

#[derive(Subcommand)]
enum BankCommand {
    /// List what is wrong in the bank, with file and line; exit code 1 where there are errors
    Lint {
        #[command(flatten)]
        bank: BankFlags,
        /// Day on which the answers must stand [default: today]
        #[arg(long, value_name = "DATE")]
        date: Option<Date>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Approve answers as they stand: records who, when, and the digest of what was approved
    Approve {
        /// Ids of the answers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Who approves
        #[arg(long, value_name = "NAME")]
        by: String,
        #[command(flatten)]
        bank: BankFlags,
        /// Day of the approval [default: today]
        #[arg(long, value_name = "DATE")]
        date: Option<Date>,
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Lint<'a> {
    answers: usize,
    controls: usize,
    evidence: usize,
    frameworks: usize,
    errors: usize,
    warnings: usize,
    problems: &'a [Problem],
}

impl BankArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            BankCommand::Lint { bank, date, json } => run_lint(&bank, date.unwrap_or_else(today), json),
            BankCommand::Approve { ids, by, bank, date, json } => {
                let done = approve(&bank.place(), &ids, &by, date.unwrap_or_else(today))?;
                if json {
                    print_json(&done)?;
                } else {
                    print(&done.iter().map(|one| format!("approved {} ({}) {}\n", one.id, one.file, one.digest)).collect::<String>())?;
                }
                Ok(Ended::Done)
            }
        }
    }
}

fn run_lint(flags: &BankFlags, date: Date, json: bool) -> Result<Ended, Failure> {
    let (bank, problems) = lint(&flags.place(), date)?;
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let told = Lint {
        answers: bank.answers.len(),
        controls: bank.controls.len(),
        evidence: bank.evidence.len(),
        frameworks: bank.frameworks.len(),
        errors,
        warnings: problems.len() - errors,
        problems: &problems,
    };
    if json {
        print_json(&told)?;
    } else {
        let mut out: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
        out.push_str(&format!(
            "{}, {}, {} of evidence, {}: {}, {}\n",
            counted(told.answers, "answer"),
            counted(told.controls, "control"),
            counted(told.evidence, "piece"),
            counted(told.frameworks, "framework"),
            counted(told.errors, "error"),
            counted(told.warnings, "warning"),
        ));
        print(&out)?;
    }
    Ok(if errors > 0 { Ended::Problems } else { Ended::Done })
}

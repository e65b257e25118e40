//! `answerbank bank …`: the security team's commands, a file for each kind.

mod curate;
mod export;
mod import;
mod learn;
mod lint;
mod upkeep;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{BankFlags, Ended, clipped, columns, counted, days_after, installed_program, print, print_json, shown, shown_lines, today};
use crate::engine::Failure;

#[derive(Args)]
pub struct BankArguments {
    #[command(subcommand)]
    command: BankCommand,
}

#[derive(Subcommand)]
enum BankCommand {
    /// Show an answer with all that stands behind it, and whether it may be given
    Show(curate::Show),
    /// Write a new answer, as a draft
    New(curate::New),
    /// Change an answer: by flags, or in your editor; comments in its file stay
    Edit(curate::Edit),
    /// Approve answers as they stand: records who, when, and the digest of what was approved
    Approve(curate::Approve),
    /// End an answer: it is not given any more
    Retire(curate::Retire),
    /// Record that answers are still true as they stand, and move their day of review
    Verify(curate::Verify),
    /// List what is wrong in the bank, with file and line; exit code 1 where there are errors
    Lint(lint::Lint),
    /// What needs whom, by when: reviews, evidence that runs out, drafts
    Due(upkeep::Due),
    /// The bank in numbers
    Stats(upkeep::Stats),
    /// List controls: those that some words speak of, or all
    Controls(upkeep::Controls),
    /// How far the requirements of a framework are met, by which controls, shown by what
    Coverage(upkeep::Coverage),
    /// What falls with a piece of evidence or a control: answers, controls, requirements
    Impact(upkeep::Impact),
    /// Bring in what was said elsewhere: filled questionnaires, other libraries, OSCAL, crosswalks
    Import(import::Import),
    /// What reviewers' decisions could teach the bank, by a curator's yes
    Learn(learn::Learn),
    /// Write the bank, or what may be told to an audience about a product, as xlsx, csv, json or Markdown
    Export(export::Export),
    /// Write the trust page: a static site of what everybody may be told and see
    Publish(export::Publish),
    /// What changed in an answer, when and by whom, as git keeps it
    History(upkeep::History),
}

impl BankArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            BankCommand::Show(command) => command.run(),
            BankCommand::New(command) => command.run(),
            BankCommand::Edit(command) => command.run(),
            BankCommand::Approve(command) => command.run(),
            BankCommand::Retire(command) => command.run(),
            BankCommand::Verify(command) => command.run(),
            BankCommand::Lint(command) => command.run(),
            BankCommand::Due(command) => command.run(),
            BankCommand::Stats(command) => command.run(),
            BankCommand::Controls(command) => command.run(),
            BankCommand::Coverage(command) => command.run(),
            BankCommand::Impact(command) => command.run(),
            BankCommand::Import(command) => command.run(),
            BankCommand::Learn(command) => command.run(),
            BankCommand::Export(command) => command.run(),
            BankCommand::Publish(command) => command.run(),
            BankCommand::History(command) => command.run(),
        }
    }
}

/// Where the bank is, on which day, and how it is told: what nearly every command takes.
#[derive(Args)]
struct Common {
    #[command(flatten)]
    bank: BankFlags,
    /// The day, such as 2026-11-21 [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Common {
    fn date(&self) -> Date {
        self.date.unwrap_or_else(today)
    }
}

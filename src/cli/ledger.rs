//! `answerbank ledger`: what was told to whom, where two were told different things, and who has to be told that something is no longer so.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::desk::{ByFlag, Common};
use super::{Ended, clipped, columns, counted, print, print_json, shown};
use crate::engine::Failure;
use crate::engine::ledger::{Line, RecallOrder, contradictions, customer, recall, unused, who};
use crate::engine::questionnaire::Desk;

/// What was told to whom.
#[derive(Args)]
pub struct LedgerArguments {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Who was told an answer, when, in which words
    Who(Who),
    /// What a customer was told
    Customer(Customer),
    /// Where two customers hold different statements about one thing (exit code 1 if there are any)
    Contradictions(Plain),
    /// Who holds a statement that is no longer so, with a draft notice for each
    Recall(Recall),
    /// Approved answers that nobody was ever told
    Unused(Plain),
}

impl LedgerArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            LedgerCommand::Who(command) => tell(&command.common, |desk| who(desk, &command.answer)),
            LedgerCommand::Customer(command) => tell(&command.common, |desk| customer(desk, &command.name)),
            LedgerCommand::Contradictions(command) => command.contradictions(),
            LedgerCommand::Recall(command) => command.run(),
            LedgerCommand::Unused(command) => command.unused(),
        }
    }
}

/// Tells lines of the ledger.
fn tell(common: &Common, found: impl FnOnce(&Desk) -> Result<Vec<Line>, Failure>) -> Result<Ended, Failure> {
    let lines = found(&common.desk.desk()?)?;
    if common.json {
        print_json(&lines)?;
    } else if lines.is_empty() {
        print("Nobody was told that.\n")?;
    } else {
        let mut rows = vec![["DATE", "CUSTOMER", "WORKBOOK", "AT", "ANSWER", "QUESTION", "TOLD"].map(str::to_owned).to_vec()];
        rows.extend(lines.iter().map(row));
        print(&columns(&rows))?;
    }
    Ok(Ended::Done)
}

fn row(line: &Line) -> Vec<String> {
    let told = &line.told;
    let words: Vec<&str> = told.written.iter().map(|(_, text)| text.as_str()).collect();
    vec![
        format!("{}{}", told.date, if line.replaced { " (replaced)" } else { "" }),
        clipped(&told.customer, 24),
        clipped(&told.workbook, 30),
        told.place.to_string(),
        told.answer.clone(),
        clipped(&told.question, 50),
        clipped(&words.join(" | "), 80),
    ]
}

#[derive(Args)]
struct Who {
    /// Id of the answer
    answer: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Customer {
    /// Who
    name: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Plain {
    #[command(flatten)]
    common: Common,
}

impl Plain {
    fn contradictions(&self) -> Result<Ended, Failure> {
        let found = contradictions(&self.common.desk.desk()?)?;
        if self.common.json {
            print_json(&found)?;
        } else if found.is_empty() {
            print("No two customers hold statements that contradict each other.\n")?;
        } else {
            for one in &found {
                print(&format!("{}\n", shown(&one.why)))?;
                for told in [&one.one, &one.other] {
                    print(&format!(
                        "    {}, {}, {} {}: {}\n        {}\n",
                        shown(&told.customer),
                        told.date,
                        shown(&told.workbook),
                        told.place,
                        clipped(&told.question, 90),
                        clipped(&told.wording, 140)
                    ))?;
                }
            }
        }
        Ok(if found.is_empty() { Ended::Done } else { Ended::Problems })
    }

    fn unused(&self) -> Result<Ended, Failure> {
        let ids = unused(&self.common.desk.desk()?)?;
        if self.common.json {
            print_json(&ids)?;
        } else {
            print(&ids.iter().map(|id| format!("{id}\n")).collect::<String>())?;
        }
        Ok(Ended::Done)
    }
}

/// Finds who holds a statement that is no longer so: the answer says something else now, or does not stand any more. With --why, everybody who holds it.
#[derive(Args)]
struct Recall {
    /// An answer's id, control:ID or evidence:ID
    about: String,
    /// Why it is taken back, where it was not so when it was told or must not be relied on
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
    /// It was untrue when it was told
    #[arg(long, requires = "why")]
    wrong: bool,
    /// Folder for draft notices, one a customer
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Record the recall
    #[arg(long, requires = "why")]
    record: bool,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    common: Common,
}

impl Recall {
    fn run(self) -> Result<Ended, Failure> {
        let order = RecallOrder { about: self.about, why: self.why, wrong: self.wrong, out: self.out, record: self.record };
        let found = recall(&self.common.desk.desk_of(&self.by)?, &order)?;
        if self.common.json {
            print_json(&found)?;
        } else if found.stale.is_empty() {
            print("Nobody holds an old statement.\n")?;
        } else {
            for one in &found.stale {
                let told = &one.told;
                print(&format!(
                    "{}  {}  {} {}  {}\n    {}\n",
                    shown(&told.customer),
                    told.date,
                    shown(&told.workbook),
                    told.place,
                    told.answer,
                    shown(&one.why)
                ))?;
            }
            print(&format!("\n{}\n", counted(found.stale.len(), "statement")))?;
            for notice in &found.notices {
                print(&format!("{}\n", notice.display()))?;
            }
        }
        Ok(Ended::Done)
    }
}

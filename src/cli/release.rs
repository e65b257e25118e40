//! `answerbank release`: answers leave, or the reasons why they may not.

use std::path::PathBuf;

use clap::Args;

use super::desk::{ByFlag, DeskFlags};
use super::{Ended, counted, print, print_json, shown};
use crate::engine::Failure;
use crate::engine::release::{Done, Release as Outcome, put_out_again, release};

/// Writes the customer's workbook as its review stands, and records in the ledger what the customer is told.
///
/// Everything is checked once more, on today's bank. If anything that was decided may not leave, nothing is written and the reasons are listed (exit code 1).
#[derive(Args)]
pub struct Release {
    /// The questionnaire: its id or the beginning of it, or the name of its file, customer or deal
    questionnaire: String,
    /// Output folder [default: NAME.answers in this folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace output that is there
    #[arg(long)]
    force: bool,
    /// Put out the files of the last release again, as they were
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Release {
    pub fn run(self) -> Result<Ended, Failure> {
        let desk = self.desk.desk_of(&self.by)?;
        if self.again {
            let (out, number) = put_out_again(&desk, &self.questionnaire, self.out.as_deref(), self.force)?;
            if self.json {
                print_json(&serde_json::json!({ "out": out, "number": number, "again": true }))?;
            } else {
                print(&format!("release {number}, as it was: {}\n", out.display()))?;
            }
            return Ok(Ended::Done);
        }
        match release(&desk, &self.questionnaire, self.out.as_deref(), self.force)? {
            Outcome::Blocked { id, why } => {
                let reasons: Vec<String> = why.iter().map(|one| format!("{}: {}", one.place, one.why)).collect();
                if self.json {
                    print_json(&serde_json::json!({ "id": id, "blocked": reasons }))?;
                }
                Err(Failure::new(
                    format!(
                        "{id}: {} in the way, and nothing was written:\n  {}",
                        if reasons.len() == 1 { "this is" } else { "these are" },
                        reasons.iter().map(|reason| shown(reason)).collect::<Vec<_>>().join("\n  ")
                    ),
                    format!("look at how it stands now, and decide: answerbank review list {id}"),
                ))
            }
            Outcome::Done(done) => {
                if self.json {
                    print_json(&done)?;
                } else {
                    print(&in_words(&done))?;
                }
                for notice in &done.notices {
                    eprintln!("note: {notice}");
                }
                Ok(if done.counts.gap + done.counts.review > 0 { Ended::OpenEnds } else { Ended::Done })
            }
        }
    }
}

fn in_words(done: &Done) -> String {
    let counts = &done.counts;
    format!(
        "{}: {} told{}\n\n  {:>5}  kept as the customer sent them\n  {:>5}  left empty: {} without an answer, {} not decided, {} rejected\n\nFor the customer:  {}\nFor yourselves:    {}\n",
        done.id,
        counted(done.told, "answer"),
        if done.again { ", as in the release before" } else { "" },
        counts.kept,
        counts.gap + counts.review + counts.rejected,
        counts.gap,
        counts.review,
        counts.rejected,
        done.workbook.display(),
        done.out.join("internal").display(),
    )
}

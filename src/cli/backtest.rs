//! `answerbank backtest`: the team's own history played again, and how often each band was right.

use std::fmt::Write;

use clap::Args;

use super::desk::DeskFlags;
use super::{Ended, clipped, columns, counted, print, print_json};
use crate::engine::Failure;
use crate::engine::backtest::{Backtest, backtest, calibrate};

/// So many wrong proposals are listed.
const LISTED: usize = 20;

/// Answers every questionnaire of the store by the bank as it would be without it, and compares with what people decided.
#[derive(Args)]
pub struct BacktestCommand {
    /// Record in bank.toml how often the band `ready` was wrong; where that may be more than the bank's bar, only answers asked in the same words are ready from then on
    #[arg(long)]
    calibrate: bool,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl BacktestCommand {
    pub fn run(self) -> Result<Ended, Failure> {
        let desk = self.desk.desk()?;
        let told = backtest(&desk)?;
        if self.calibrate {
            calibrate(&desk, &told)?;
        }
        if self.json {
            print_json(&told)?;
        } else {
            print(&in_words(&told))?;
            if self.calibrate {
                print("\nRecorded in bank.toml as `measured`.\n")?;
            }
        }
        for failed in &told.failed {
            eprintln!("note: not played again: {failed}");
        }
        Ok(Ended::Done)
    }
}

fn in_words(told: &Backtest) -> String {
    let mut rows = vec![["BAND", "DECIDED", "RIGHT", "WRONG", "WRONG AT MOST"].map(str::to_owned).to_vec()];
    rows.extend(told.bands.iter().map(|band| {
        let at_most = if band.given == 0 { "nothing is known".to_owned() } else { format!("{:.1} %", 100.0 * band.at_most) };
        vec![band.band.clone(), band.given.to_string(), band.right.to_string(), band.wrong.to_string(), at_most]
    }));
    let mut out = columns(&rows);
    let _ = writeln!(
        out,
        "\n{} of {}, each answered by the bank without it; with a confidence of 95 % no larger share is wrong.\n{} that nobody decided about do not count.\nWhen the program itself was measured, at most {:.2} % of the band ready were wrong.",
        counted(told.questions, "decision"),
        counted(told.questionnaires, "questionnaire"),
        counted(told.without_decision, "question"),
        100.0 * told.shipped_at_most
    );
    for wrong in told.wrong.iter().take(LISTED) {
        let given = wrong.given.clone().unwrap_or_else(|| "nothing".to_owned());
        let proposed = if wrong.proposed.is_empty() { "nothing" } else { &wrong.proposed };
        let _ = writeln!(
            out,
            "\n{}  {} {}  {}\n    proposed {proposed}, given {given}",
            wrong.band,
            wrong.questionnaire,
            wrong.place,
            clipped(&wrong.question, 90)
        );
    }
    if told.wrong.len() > LISTED {
        let _ = writeln!(out, "\n… and {} more (--json)", told.wrong.len() - LISTED);
    }
    out
}

//! `answerbank trends`: how the work goes, month by month.

use std::fmt::Write;

use clap::Args;

use super::desk::DeskFlags;
use super::{Ended, columns, print, print_json};
use crate::engine::Failure;
use crate::engine::trends::{Month, trends};

/// Tells month by month how much was filled by itself, how long people took, what was wrong, and which controls lacked answers.
#[derive(Args)]
pub struct Trends {
    #[command(flatten)]
    desk: DeskFlags,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

impl Trends {
    pub fn run(self) -> Result<Ended, Failure> {
        let months = trends(&self.desk.desk()?)?;
        if self.json {
            print_json(&months)?;
        } else {
            print(&in_words(&months))?;
        }
        Ok(Ended::Done)
    }
}

#[allow(clippy::cast_precision_loss, reason = "no month has so many questions")]
fn in_words(months: &[Month]) -> String {
    let titles = ["MONTH", "QUESTIONNAIRES", "QUESTIONS", "BY ITSELF", "DECISIONS", "MINUTES", "RELEASES", "WRONG"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(months.iter().map(|month| {
        let share =
            if month.questions == 0 { String::new() } else { format!("{:.0} %", 100.0 * month.by_itself as f64 / month.questions as f64) };
        vec![
            month.month.clone(),
            month.questionnaires.to_string(),
            month.questions.to_string(),
            share,
            month.decisions.to_string(),
            format!("{:.0}", month.minutes),
            month.releases.to_string(),
            month.wrong.to_string(),
        ]
    }));
    let mut out = columns(&rows);
    for month in months.iter().filter(|month| !month.gaps.is_empty()) {
        let name = |control: &str| if control.is_empty() { "no control".to_owned() } else { control.to_owned() };
        let gaps: Vec<String> = month.gaps.iter().take(8).map(|(control, count)| format!("{} {count}", name(control))).collect();
        let _ = writeln!(out, "\nGaps in {}, by control: {}", month.month, gaps.join(", "));
    }
    out
}

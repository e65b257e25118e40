//! `answerbank questions`: what a workbook asks, where, and why.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Ended, clipped, counted, print, print_json};
use crate::domain::extract::{Form, Question, Questionnaire};
use crate::engine::{self, Failure, Worker};

#[derive(Args)]
pub struct Questions {
    /// The workbook (.xlsx or .xlsm)
    file: PathBuf,
    /// Say for each question why it is one, and what was left out
    #[arg(long)]
    why: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Questions {
    pub fn run(self) -> Result<Ended, Failure> {
        let found = engine::questions::questions(&Worker::default(), &self.file)?;
        if self.json {
            print_json(&found)?;
        } else {
            print(&text(&found, self.why))?;
        }
        if found.questions.is_empty() { Err(engine::questions::no_question(&self.file)) } else { Ok(Ended::Done) }
    }
}

fn text(found: &Questionnaire, why: bool) -> String {
    let mut out = String::new();
    let mut sheet = None;
    let mut reasons: &[String] = &[];
    for question in &found.questions {
        if sheet != Some(&question.sheet) {
            let _ = writeln!(out, "{}{}", if sheet.is_some() { "\n" } else { "" }, question.sheet);
            (sheet, reasons) = (Some(&question.sheet), &[]);
        }
        if why && question.why != reasons {
            for reason in &question.why {
                let _ = writeln!(out, "    because {reason}");
            }
            reasons = &question.why;
        }
        let _ = writeln!(out, "  {:<6} {}  {}", question.cell.to_string(), clipped(&question.text, 70), places(question));
    }
    if why {
        let _ = writeln!(out, "\nLeft out");
        for left in &found.left_out {
            let place = left.cell.map_or_else(|| left.sheet.clone(), |cell| format!("{}!{cell}", left.sheet));
            let _ = writeln!(
                out,
                "  {place}: {}{}",
                left.why,
                if left.text.is_empty() { String::new() } else { format!(": {}", clipped(&left.text, 60)) }
            );
        }
    }
    let count = |kind: Form| found.questions.iter().filter(|question| question.answer.kind == kind).count();
    let given = found.questions.iter().filter(|question| question.given.is_some()).count();
    let blocked = found.questions.iter().filter(|question| !question.writable).count();
    let _ = writeln!(
        out,
        "\n{}: {} from a list, {} in words, {} by a mark; {given} answered already, {blocked} that cannot be written",
        counted(found.questions.len(), "question"),
        count(Form::Choice),
        count(Form::Text),
        count(Form::Mark),
    );
    for what in &found.unread {
        let _ = writeln!(out, "not read: {what}");
    }
    for warning in &found.warnings {
        let _ = writeln!(out, "careful: {warning}");
    }
    out
}

fn places(question: &Question) -> String {
    let cells: Vec<String> = question.answer.cells.iter().map(ToString::to_string).collect();
    let mut text = if cells.is_empty() { "no answer cell".to_owned() } else { format!("→ {}", cells.join(" ")) };
    if !question.answer.options.is_empty() {
        let _ = write!(text, " [{}]", clipped(&question.answer.options.join(" | "), 60));
    }
    if let Some(comment) = question.comment.first() {
        let _ = write!(text, " text {comment}");
    }
    if let Some(given) = &question.given {
        let _ = write!(text, " = {}", clipped(given, 30));
    }
    if !question.writable {
        text.push_str(" (not written)");
    }
    text
}

//! `answerbank bank learn`: what decisions could teach the bank, and a curator's word on each.

use std::fmt::Write;

use clap::Args;

use super::super::desk::{ByFlag, DeskFlags};
use super::{Ended, clipped, counted, print, print_json, shown};
use crate::domain::lessons::{Lesson, What};
use crate::engine::Failure;
use crate::engine::learn::{learn, lessons, refuse};

/// Without an id: lists what the reviewers' decisions could teach the bank. With ids: adds a wording to its answer, or makes a draft of a reviewer's words.
///
/// Nothing is learned by itself, and what is learned has to be approved before it leaves.
#[derive(Args)]
pub struct Learn {
    /// Lessons to learn, or with --no not to
    lessons: Vec<String>,
    /// These shall not be learned
    #[arg(long, requires = "reason")]
    no: bool,
    /// Why not
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Learn {
    pub fn run(self) -> Result<Ended, Failure> {
        let desk = self.desk.desk_of(&self.by)?;
        if self.lessons.is_empty() {
            let open = lessons(&desk)?;
            if self.json {
                print_json(&open)?;
            } else {
                print(&in_words(&open))?;
            }
            return Ok(Ended::Done);
        }
        let mut told = Vec::new();
        for id in &self.lessons {
            if self.no {
                let lesson = refuse(&desk, id, &self.reason)?;
                told.push(serde_json::json!({ "lesson": lesson.id, "learned": false }));
                if !self.json {
                    print(&format!("{} is not learned\n", lesson.id))?;
                }
                continue;
            }
            let done = learn(&desk, id)?;
            told.push(serde_json::json!({ "lesson": id, "learned": true, "answer": done }));
            if !self.json {
                let bars: Vec<String> = done.bars.iter().map(|bar| format!("    {}\n", shown(bar))).collect();
                print(&format!("{}: {}\n{}", done.id, done.file, bars.concat()))?;
                if !done.bars.is_empty() {
                    print(&format!("    approve it: answerbank bank approve {} --by NAME\n", done.id))?;
                }
            }
        }
        if self.json {
            print_json(&told)?;
        }
        Ok(Ended::Done)
    }
}

fn in_words(open: &[Lesson]) -> String {
    if open.is_empty() {
        return "There is nothing to learn.\n".into();
    }
    let mut out = String::new();
    for lesson in open {
        let _ = match &lesson.what {
            What::AlsoAsked { answer, wording } => writeln!(out, "{}  {answer} is also asked as\n    {}", lesson.id, clipped(wording, 110)),
            What::Draft { answer, question, text } => {
                writeln!(out, "{}  a draft beside {answer} for\n    {}\n    {}", lesson.id, clipped(question, 110), clipped(text, 110))
            }
        };
        for source in &lesson.from {
            let _ = writeln!(out, "    {} for {} ({}, {})", shown(&source.by), shown(&source.customer), source.questionnaire, source.place);
        }
        for careful in &lesson.careful {
            let _ = writeln!(out, "    careful: {}", shown(careful));
        }
    }
    let _ = writeln!(out, "\n{}; learn one: answerbank bank learn ID --by NAME", counted(open.len(), "lesson"));
    out
}

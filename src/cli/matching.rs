//! `answerbank match`: questions on standard input → ranked answers, one JSON object a line.

use std::cell::RefCell;
use std::io::{self, BufRead};
use std::sync::mpsc;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::{BankFlags, Ended, ScopeFlags, clipped, print};
use crate::engine::Failure;
use crate::engine::matching::{Ranked, TOGETHER, match_questions};

/// Reads `{"id": "q1", "question": "…"}`, one a line, from standard input; a line that is no JSON object is taken for the question itself.
#[derive(Args)]
pub struct Matching {
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    /// Print one JSON object a line: id, band, matches
    #[arg(long)]
    json: bool,
    /// Tell what the confidence is made of
    #[arg(long)]
    explain: bool,
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    id: serde_json::Value,
    question: String,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a serde_json::Value,
    #[serde(flatten)]
    ranked: &'a Ranked,
}

impl Matching {
    pub fn run(self) -> Result<Ended, Failure> {
        let lines = spawn_reader();
        // The questions that are being matched, for the lines that tell of them.
        let asked: RefCell<Vec<Asked>> = RefCell::default();
        let mut next = || {
            let mut asked = asked.borrow_mut();
            asked.clear();
            // One is waited for; whatever else stands there already goes with it.
            let mut line = lines.recv().ok();
            while let Some(read) = line {
                asked.push(read?);
                line = if asked.len() < TOGETHER { lines.try_recv().ok() } else { None };
            }
            Ok(asked.iter().map(|asked| asked.question.clone()).collect())
        };
        let mut tell = |at: usize, ranked: &Ranked| {
            let asked = &asked.borrow()[at];
            print(&if self.json { json(asked, ranked)? } else { text(asked, ranked) })
        };
        match_questions(&self.bank.place(), &self.scope.scope(), self.explain, &mut next, &mut tell)?;
        Ok(Ended::Done)
    }
}

/// Reads questions from standard input as they come.
fn spawn_reader() -> mpsc::Receiver<Result<Asked, Failure>> {
    let (sender, receiver) = mpsc::sync_channel(TOGETHER);
    std::thread::spawn(move || {
        for (number, line) in io::stdin().lock().lines().enumerate() {
            let place = format!("standard input, line {}", number + 1);
            let line = line.map_err(|error| Failure::new(format!("{place}: {error}"), "send UTF-8 text"));
            let asked = match line {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => read(&line)
                    .map_err(|what| Failure::usage(format!("{place}: {what}"), "send {\"id\": …, \"question\": \"…\"}, one a line")),
                Err(failure) => Err(failure),
            };
            let failed = asked.is_err();
            if sender.send(asked).is_err() || failed {
                return;
            }
        }
    });
    receiver
}

fn read(line: &str) -> Result<Asked, String> {
    if line.trim_start().starts_with('{') {
        return serde_json::from_str(line).map_err(|error| error.to_string());
    }
    Ok(Asked { id: serde_json::Value::Null, question: line.to_owned() })
}

fn json(asked: &Asked, ranked: &Ranked) -> Result<String, Failure> {
    let line = serde_json::to_string(&Line { id: &asked.id, ranked })
        .map_err(|error| Failure::new(error.to_string(), "this is a bug; please report it"))?;
    Ok(line + "\n")
}

fn text(asked: &Asked, ranked: &Ranked) -> String {
    let mut out = format!("{} [{}]\n", clipped(&asked.question, 100), ranked.band);
    for told in ranked.matches.iter().take(5) {
        out.push_str(&format!("  {:.2}  {:<32} {}\n", told.confidence, told.answer, clipped(&told.wording, 60)));
        for reason in told.warnings.iter().chain(&told.bars) {
            out.push_str(&format!("        but {}\n", clipped(reason, 90)));
        }
        for (what, by) in told.made_of.iter().take(8) {
            out.push_str(&format!("        {by:+.2} {what}\n"));
        }
    }
    out
}

//! `answerbank match`: questions on standard input → ranked answers, one JSON object a line.

use std::io::{self, BufRead};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::{BankFlags, Ended, ScopeFlags, clipped, print};
use crate::engine::Failure;
use crate::engine::matching::{Matcher, Ranked, read_bank};

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
}

#[derive(Deserialize)]
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
        let place = self.bank.place();
        let bank = read_bank(&place)?;
        let matcher = Matcher::new(&bank, &place, self.scope.scope())?;
        for (number, line) in io::stdin().lock().lines().enumerate() {
            let line = line.map_err(|error| Failure::new(format!("standard input, line {}: {error}", number + 1), "send UTF-8 text"))?;
            if line.trim().is_empty() {
                continue;
            }
            let asked = read(&line).map_err(|what| {
                Failure::usage(format!("standard input, line {}: {what}", number + 1), "send {\"id\": …, \"question\": \"…\"}, one a line")
            })?;
            let ranked = matcher.ranked(&asked.question)?;
            print(&if self.json { json(&asked, &ranked)? } else { text(&asked, &ranked) })?;
        }
        Ok(Ended::Done)
    }
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
    }
    out
}

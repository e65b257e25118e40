//! `answerbank search`: the bank, as a person searches.

use clap::Args;

use super::{BankFlags, Ended, ScopeFlags, clipped, print, print_json};
use crate::engine::Failure;
use crate::engine::search::{Hit, search};

#[derive(Args)]
pub struct Search {
    /// Words to look for, or the id of an answer
    #[arg(required = true)]
    words: Vec<String>,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    /// Show so many answers
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

impl Search {
    pub fn run(self) -> Result<Ended, Failure> {
        let hits = search(&self.bank.place(), &self.words.join(" "), self.limit, &self.scope.scope())?;
        if self.json {
            print_json(&hits)?;
        } else if hits.is_empty() {
            print("nothing in the bank has these words\n")?;
        } else {
            print(&hits.iter().map(text).collect::<String>())?;
        }
        Ok(Ended::Done)
    }
}

fn text(hit: &Hit) -> String {
    let verdict = hit.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
    let mut out = format!(
        "{}  [{verdict}, {}, {}]\n  {}\n  {}\n",
        hit.id,
        hit.audience,
        hit.owner,
        clipped(&hit.question, 100),
        clipped(&hit.text, 200)
    );
    for bar in &hit.bars {
        out.push_str(&format!("  not given: {bar}\n"));
    }
    out.push_str(&format!("  {}\n\n", hit.file));
    out
}

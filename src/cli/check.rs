//! `answerbank check`: what filling would come to, before anyone starts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::desk::StoreFlag;
use super::questions::LayoutFlags;
use super::{BankFlags, Ended, LimitFlags, ScopeFlags, clipped, columns, counted, note_unconfined, print, print_json, shown};
use crate::engine::Failure;
use crate::engine::check::{Forecast, Order, check};

/// How many work items are listed.
const LISTED: usize = 10;

/// Tells what filling would come to: how much is ready, who is needed for how many, what is missing, how long it takes. Writes nothing.
///
/// Exit code 0 where nothing would be left open or, with --min-ready, where at least that share is ready; else 10. A file that cannot be read is told, the others are looked at, and the exit code is 1.
#[derive(Args)]
pub struct Check {
    /// The received workbooks
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    #[command(flatten)]
    layout: LayoutFlags,
    /// Who asks: what was decided for the last questionnaire of this customer is reckoned with
    #[arg(long, value_name = "NAME")]
    customer: Option<String>,
    /// The sale that this is for; named in the forecast
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
    #[command(flatten)]
    store: StoreFlag,
    /// Reckon as if answers that stand in the workbook were replaced
    #[arg(long)]
    overwrite: bool,
    /// The share of open questions that must be ready, such as 0.6
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_ready: Option<f64>,
    /// Minutes that a person takes to look at one proposal
    #[arg(long, value_name = "MINUTES", default_value_t = 2.0)]
    review_minutes: f64,
    /// Minutes that a person takes for one work item
    #[arg(long, value_name = "MINUTES", default_value_t = 15.0)]
    item_minutes: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitFlags,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "a share from 0 to 1, such as 0.6".to_owned())
}

impl Check {
    pub fn run(self) -> Result<Ended, Failure> {
        let order = Order {
            files: self.files,
            worker: self.limits.worker()?,
            layout: self.layout.layout(),
            store: self.store.folder(&self.bank.bank),
            customer: self.customer,
            deal: self.deal,
            bank: self.bank.place(),
            scope: self.scope.scope(),
            overwrite: self.overwrite,
            review_minutes: self.review_minutes,
            item_minutes: self.item_minutes,
        };
        let forecast = check(&order)?;
        note_unconfined(&order.worker);
        if self.json {
            print_json(&forecast)?;
        } else {
            print(&in_words(&order, &forecast))?;
        }
        for failed in &forecast.failed {
            eprintln!("error: {}", failed.why);
        }
        let open = forecast.counts.review + forecast.counts.gap > 0;
        Ok(match self.min_ready {
            _ if !forecast.failed.is_empty() => Ended::Problems,
            Some(least) if forecast.ready < least => Ended::OpenEnds,
            None if open => Ended::OpenEnds,
            _ => Ended::Done,
        })
    }
}

fn in_words(order: &Order, forecast: &Forecast) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let mut rows = vec![["file", "questions", "ready", "kept", "to review", "gaps", "work items", "time"].map(str::to_owned).to_vec()];
    for file in &forecast.files {
        let counts = &file.counts;
        rows.push(vec![
            shown(&file.file.display().to_string()),
            counts.found.to_string(),
            format!("{} ({})", counts.filled, percent(file.ready)),
            counts.kept.to_string(),
            counts.review.to_string(),
            counts.gap.to_string(),
            file.work_items.to_string(),
            time(file.minutes),
        ]);
    }
    let mut out = columns(&rows);
    let counts = &forecast.counts;
    let _ = writeln!(
        out,
        "\n{}, {} ready without a look; of such answers at most {:.2} % were wrong when it was measured",
        counted(counts.found, "question"),
        percent(forecast.ready),
        100.0 * forecast.wrong_at_most
    );
    let _ = writeln!(
        out,
        "About {} of work: {} at {} min, {} at {} min",
        time(forecast.minutes),
        counted(counts.review, "review"),
        order.review_minutes,
        counted(forecast.missing.len(), "work item"),
        order.item_minutes
    );
    if !forecast.needed.is_empty() {
        let list: Vec<String> = forecast
            .needed
            .iter()
            .map(|one| format!("{} {} ({})", one.owner, one.work_items, counted(one.questions, "question")))
            .collect();
        let _ = writeln!(out, "\nNeeded, by work items: {}", list.join(", "));
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for missing in &forecast.missing {
            *kinds.entry(missing.kind.name()).or_default() += 1;
        }
        let list: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let _ = writeln!(out, "What is missing: {}", list.join(", "));
        let row = |one: &crate::engine::check::Missing| vec![format!("  {}", one.questions), clipped(&one.title, 80), one.owner.clone()];
        out.push_str(&columns(&forecast.missing.iter().take(LISTED).map(row).collect::<Vec<_>>()));
        if forecast.missing.len() > LISTED {
            let _ = writeln!(out, "  … and {} more (--json)", forecast.missing.len() - LISTED);
        }
    }
    out
}

/// Minutes as people say them.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of work are few, and never less than none")]
fn time(minutes: f64) -> String {
    let minutes = minutes.max(0.0).round() as u64;
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

//! `answerbank fill`: the main job, and its summary.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::questions::LayoutFlags;
use super::{BankFlags, Ended, LimitFlags, ScopeFlags, clipped, counted, note_unconfined, print, print_json};
use crate::engine::Failure;
use crate::engine::fill::{Done, Order, fill};

/// Writes what may safely be written into a copy of the customer's workbook, and lists the rest for people.
///
/// The output folder gets customer/ with the workbook under its own name, and internal/ with receipt.json, report.xlsx, work-items.csv and work-items.json.
/// Nothing in internal/ is for the customer.
#[derive(Args)]
pub struct Fill {
    /// The received workbook; it stays as it is
    file: PathBuf,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    #[command(flatten)]
    layout: LayoutFlags,
    /// Output folder [default: NAME.answers beside the file]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A report.xlsx of an earlier run with its decision column filled in
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Who asks; recorded in the receipt
    #[arg(long, value_name = "NAME")]
    customer: Option<String>,
    /// The sale that this belongs to; recorded in the receipt
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
    /// Replace answers that stand in the workbook already
    #[arg(long)]
    overwrite: bool,
    /// Replace the output of an earlier run
    #[arg(long)]
    force: bool,
    /// Also write a draft into internal/, with the proposals that wait for review filled in; it is not for the customer
    #[arg(long)]
    include_review: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitFlags,
}

impl Fill {
    pub fn run(self) -> Result<Ended, Failure> {
        let order = Order {
            file: self.file,
            worker: self.limits.worker()?,
            layout: self.layout.layout(),
            bank: self.bank.place(),
            out: self.out,
            decisions: self.decisions,
            customer: self.customer,
            deal: self.deal,
            scope: self.scope.scope(),
            overwrite: self.overwrite,
            force: self.force,
            include_review: self.include_review,
        };
        let done = fill(&order)?;
        note_unconfined(&order.worker);
        if self.json {
            print_json(&done)?;
        } else {
            print(&summary(&order, &done))?;
        }
        for notice in &done.notices {
            eprintln!("note: {notice}");
        }
        Ok(if done.counts.gap + done.counts.review > 0 { Ended::OpenEnds } else { Ended::Done })
    }
}

fn summary(order: &Order, done: &Done) -> String {
    let counts = &done.counts;
    let name = order.file.file_name().unwrap_or_default().to_string_lossy();
    let mut out = format!("{name}: {}\n\n", counted(counts.found, "question"));
    let mut line = |count: usize, what: &str| {
        let _ = writeln!(out, "  {count:>5}  {what}");
    };
    line(counts.filled, &format!("filled from approved answers ({} written)", counted(done.cells, "cell")));
    line(counts.kept, "answered before, kept as they were");
    line(counts.review, "waiting for your decision (report.xlsx, sheet Review)");
    line(counts.rejected, "rejected");
    line(counts.gap, &format!("without an answer that may be given ({})", counted(done.work_items.len(), "work item")));
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &done.work_items {
        *owners.entry(&item.owner).or_default() += 1;
    }
    if !owners.is_empty() {
        let mut owners: Vec<_> = owners.into_iter().collect();
        owners.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let list: Vec<String> = owners.iter().map(|(owner, count)| format!("{owner} {count}")).collect();
        let _ = writeln!(out, "\nWork items by owner: {}", list.join(", "));
        let mut items: Vec<_> = done.work_items.iter().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.waiting.len()));
        for item in items.iter().take(5) {
            let _ = writeln!(out, "  {:<60}  {} ({})", clipped(&item.title, 60), item.owner, counted(item.waiting.len(), "question"));
        }
        if items.len() > 5 {
            let _ = writeln!(out, "  … and {} more in internal/work-items.csv", items.len() - 5);
        }
    }
    let _ = writeln!(out, "\nFor the customer:  {}", done.workbook.display());
    let _ = writeln!(out, "For yourselves:    {}", done.out.join("internal").display());
    out
}

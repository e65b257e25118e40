//! `answerbank batch`: many questionnaires at once, and what is told of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::questions::LayoutFlags;
use super::{BankFlags, Ended, LimitFlags, ScopeFlags, clipped, columns, counted, note_unconfined, print, shown};
use crate::domain::journal::Sale;
use crate::engine::Failure;
use crate::engine::batch::{FileOutcome, Heard, Log, Missing, Order, batch};

/// How many work items are listed.
const LISTED: usize = 10;

/// Fills many workbooks, each as `fill` does it, and sums up what is missing over all of them.
///
/// The output folder gets a folder for each file, with customer/ and internal/ in it; summary.xlsx with the files, the work items by the value that waits for them, and what failed; and batch.json with the same for programs.
/// A batch that was stopped goes on where it was when it is started again with the same options. A file that cannot be filled is told, the others are filled, and the exit code is 1.
#[derive(Args)]
pub struct Batch {
    /// Workbooks, and folders with workbooks; with --manifest, the folder that its files lie in
    #[arg(required_unless_present = "manifest", value_name = "DIR|FILE")]
    places: Vec<PathBuf>,
    /// Output folder
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A table of the files, .csv or .toml, with the columns file, customer, deal, value, due, product, region, audience
    #[arg(
        long,
        value_name = "FILE",
        long_help = "A table of the files: separated by commas (.csv), with the names of the columns in its first line, or TOML (.toml), with a table [[file]] for each. \
Columns or keys: file, from the folder that is named, else from the folder of the manifest; customer; deal; value, a whole number; due, a day; product and region, \
several separated by ; (in TOML lists); audience. Only file is needed. What it says of a file goes over --customer, --deal, --product, --region and --audience."
    )]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    #[command(flatten)]
    layout: LayoutFlags,
    /// Who asks; recorded in the receipts
    #[arg(long, value_name = "NAME")]
    customer: Option<String>,
    /// The sale that these belong to; recorded in the receipts
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
    /// Replace answers that stand in the workbooks already
    #[arg(long)]
    overwrite: bool,
    /// Replace output of an earlier run that was made from other files, another bank or with other options
    #[arg(long)]
    force: bool,
    /// How many threads [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    /// Print one JSON object for each file, a line each, when it is finished
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitFlags,
}

impl Batch {
    pub fn run(self) -> Result<Ended, Failure> {
        let order = Order {
            places: self.places,
            manifest: self.manifest,
            out: self.out,
            worker: self.limits.worker()?,
            layout: self.layout.layout(),
            bank: self.bank.place(),
            sale: Sale { customer: self.customer.unwrap_or_default(), deal: self.deal.unwrap_or_default(), ..Sale::default() },
            scope: self.scope.scope(),
            overwrite: self.overwrite,
            force: self.force,
            threads: self.threads.map(NonZeroUsize::get),
        };
        let mut before: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let json = self.json;
        let log = batch(&order, &mut |heard: &Heard| {
            let why =
                heard.left.map(|why| format!("not filled again: {why}")).or(heard.redone.as_ref().map(|why| format!("redone: {why}")));
            if let Some(why) = why {
                before.entry(why).or_default().push(heard.told.file.clone());
            }
            if json { print_line(heard) } else { Ok(()) }
        })?;
        note_unconfined(&order.worker);
        for (why, files) in &before {
            let which = if files.len() == 1 { shown(&files[0]) } else { counted(files.len(), "file") };
            eprintln!("note: {which} {why}");
        }
        if !json {
            print(&in_words(&order, &log))?;
        }
        for file in &log.files {
            if let FileOutcome::Failed { why, .. } = &file.outcome {
                eprintln!("error: {}", shown(why));
            }
        }
        Ok(match &log.counts {
            _ if log.failed > 0 => Ended::Problems,
            counts if counts.gap + counts.review > 0 => Ended::OpenEnds,
            _ => Ended::Done,
        })
    }
}

fn print_line(heard: &Heard) -> Result<(), Failure> {
    let line = serde_json::to_string(heard).map_err(|error| Failure::new(error.to_string(), "this is a bug; please report it"))?;
    print(&format!("{line}\n"))
}

fn in_words(order: &Order, log: &Log) -> String {
    let counts = &log.counts;
    let failed = if log.failed > 0 { format!(", {} could not be filled", log.failed) } else { String::new() };
    let mut out = format!("{} filled{failed}\n\n", counted(log.done, "file"));
    let lines = [
        (counts.found, "questions".to_owned()),
        (counts.filled, "filled from approved answers".to_owned()),
        (counts.kept, "answered before, kept as they were".to_owned()),
        (counts.review, "waiting for your decision".to_owned()),
        (counts.rejected, "rejected".to_owned()),
        (counts.gap, format!("without an answer that may be given ({})", counted(log.work_items.len(), "work item"))),
    ];
    for (count, what) in lines {
        let _ = writeln!(out, "  {count:>7}  {what}");
    }
    if !log.work_items.is_empty() {
        let valued = log.work_items.iter().any(|item| item.value > 0);
        let _ = writeln!(out, "\nWhat is missing{}:", if valued { ", by the value that waits for it" } else { "" });
        let head = ["  value", "questions", "files", "due", "work item", "owner"].map(str::to_owned).to_vec();
        let rows = log.work_items.iter().take(LISTED).map(row);
        out.push_str(&columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
        if log.work_items.len() > LISTED {
            let _ = writeln!(out, "  … and {} more in summary.xlsx", log.work_items.len() - LISTED);
        }
    }
    let _ = writeln!(out, "\nSummary:  {}", order.out.join("summary.xlsx").display());
    out
}

fn row(item: &Missing) -> Vec<String> {
    vec![
        format!("  {}", if item.value > 0 { item.value.to_string() } else { "-".to_owned() }),
        item.questions.to_string(),
        item.files.len().to_string(),
        item.due.map_or_else(|| "-".to_owned(), |due| due.to_string()),
        clipped(&item.title, 70),
        item.owner.clone(),
    ]
}

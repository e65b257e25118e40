//! All files of a batch together: each gap once with what waits for it, as summary.xlsx for people and batch.json for programs.
//! Made of what lies in the output folders alone, so that a run that was killed comes to the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::{FileOutcome, FileTold, Order, finished};
use crate::domain::journal::{Sale, at_stake};
use crate::domain::propose::GapKind;
use crate::domain::work_item::WorkItem;
use crate::engine::Failure;
use crate::engine::matching::Search;
use crate::engine::output::{file_date, json, put_by_way_of};
use crate::engine::receipt::{Counts, PROGRAM};
use crate::workbook::report::{self, Report, ReportTable};

/// The summary for people.
pub(super) const SUMMARY: &str = "summary.xlsx";
/// The log for programs.
pub(super) const LOG: &str = "batch.json";

/// One work item over all files.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its id, as in each file's work-items.json.
    pub id: String,
    /// The kind of gap.
    pub kind: GapKind,
    /// What it is.
    pub title: String,
    /// Why it is there.
    pub why: String,
    /// What to do about it.
    pub to_do: String,
    /// Who should.
    pub owner: String,
    /// What the sales that wait for it are worth together, each deal once.
    pub value: u64,
    /// How many questions wait for it.
    pub questions: usize,
    /// The files in which they stand.
    pub files: Vec<String>,
    /// The sales that wait for it: customer and deal, as far as they are named.
    pub deals: Vec<String>,
    /// The earliest day on which one of these files is due.
    pub due: Option<Date>,
}

/// What became of a batch, as in batch.json.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// Version of this format.
    pub batch: u32,
    /// Program and version.
    pub program: &'static str,
    /// The day for which answers were given.
    pub date: Date,
    /// Name of the bank.
    pub bank: String,
    /// Digest of all of the bank's files.
    pub bank_digest: String,
    /// How many files are filled.
    pub done: usize,
    /// How many could not be.
    pub failed: usize,
    /// Questions over all files.
    #[serde(flatten)]
    pub counts: Counts,
    /// File by file, by name.
    pub files: Vec<FileTold>,
    /// The work items, each once, the one at which most is at stake first.
    pub work_items: Vec<Missing>,
}

/// Writes both files.
pub(super) fn write(order: &Order, search: &Search, aside: &Path, files: Vec<FileTold>) -> Result<Log, Failure> {
    let done = files.iter().filter(|file| matches!(file.outcome, FileOutcome::Done { .. })).count();
    let counts = files.iter().filter_map(|file| match &file.outcome {
        FileOutcome::Done { counts, .. } => Some(counts),
        FileOutcome::Failed { .. } => None,
    });
    let log = Log {
        batch: 1,
        program: PROGRAM,
        date: order.scope.date,
        bank: search.bank.name.clone(),
        bank_digest: search.bank.digest.clone(),
        done,
        failed: files.len() - done,
        counts: counts.fold(Counts::default(), Counts::with),
        work_items: missing(&order.out, &files)?,
        files,
    };
    // Where there is a summary there is a log: another summary is not ours to replace.
    put_by_way_of(aside, &order.out.join(LOG), &json(&log)?)?;
    let workbook =
        report::write(&tables(&log)).map_err(|what| Failure::new(format!("{SUMMARY}: {what}"), "this is a bug; please report it"))?;
    put_by_way_of(aside, &order.out.join(SUMMARY), &workbook)?;
    Ok(log)
}

/// A work item while the files that wait for it are gathered.
struct Gathered<'a> {
    item: WorkItem,
    questions: usize,
    files: Vec<&'a FileTold>,
}

/// All work items, each once, the one at which most is at stake first.
fn missing(out: &Path, files: &[FileTold]) -> Result<Vec<Missing>, Failure> {
    let mut all: BTreeMap<String, Gathered> = BTreeMap::new();
    for file in files.iter().filter(|file| matches!(file.outcome, FileOutcome::Done { .. })) {
        for mut item in finished::work_items(out, &file.file)? {
            let questions = std::mem::take(&mut item.waiting).len();
            let known = all.entry(item.id.clone()).or_insert_with(|| Gathered { item, questions: 0, files: Vec::new() });
            known.questions += questions;
            known.files.push(file);
        }
    }
    let mut missing: Vec<Missing> = all.into_values().map(told).collect();
    missing.sort_by(|a, b| (b.value, b.questions).cmp(&(a.value, a.questions)).then_with(|| a.id.cmp(&b.id)));
    Ok(missing)
}

fn told(gathered: Gathered) -> Missing {
    let Gathered { item, questions, files } = gathered;
    let sales = || files.iter().map(|file| &file.sale);
    let deals: BTreeSet<String> = sales().map(Sale::called).filter(|name| !name.is_empty()).collect();
    Missing {
        id: item.id,
        kind: item.kind,
        title: item.title,
        why: item.why,
        to_do: item.to_do,
        owner: item.owner,
        value: at_stake(files.iter().map(|file| (file.file.as_str(), &file.sale))),
        questions,
        deals: deals.into_iter().collect(),
        due: sales().filter_map(|sale| sale.due).min(),
        files: files.iter().map(|file| file.file.clone()).collect(),
    }
}

fn tables(log: &Log) -> Report {
    let counts = &log.counts;
    Report {
        title: "Summary of a batch of questionnaires".into(),
        facts: vec![
            ("Files filled".into(), log.done.to_string()),
            ("Files that could not be filled".into(), log.failed.to_string()),
            ("Questions".into(), counts.found.to_string()),
            ("Work items".into(), log.work_items.len().to_string()),
            ("Date".into(), log.date.to_string()),
            ("Bank".into(), log.bank.clone()),
            ("Digest of the bank".into(), log.bank_digest.clone()),
        ],
        counts: counts.in_words(),
        tables: vec![files(log), work_items(log), failed(log)],
        date: file_date(log.date),
    }
}

fn table(name: &str, columns: &[(&str, f64)], numbers: &[&str], rows: Vec<Vec<String>>) -> ReportTable {
    ReportTable {
        name: name.into(),
        numbers: (0..columns.len()).filter(|place| numbers.contains(&columns[*place].0)).collect(),
        columns: columns.iter().map(|(title, width)| ((*title).to_owned(), *width)).collect(),
        rows,
        ..ReportTable::default()
    }
}

/// File, customer, deal, value, due.
fn sale(file: &FileTold) -> Vec<String> {
    let sale = &file.sale;
    vec![
        file.file.clone(),
        sale.customer.clone(),
        sale.deal.clone(),
        sale.value.map(|value| value.to_string()).unwrap_or_default(),
        sale.due.map(|due| due.to_string()).unwrap_or_default(),
    ]
}

/// The heads over a [`sale`].
const SALE: [(&str, f64); 5] = [("File", 50.0), ("Customer", 24.0), ("Deal", 20.0), ("Value", 12.0), ("Due", 12.0)];

fn files(log: &Log) -> ReportTable {
    let counted = ["Questions", "Filled", "Kept", "To review", "Rejected", "Gaps", "Work items", "Cells written"];
    let columns: Vec<(&str, f64)> = SALE.into_iter().chain(counted.map(|title| (title, 12.0))).chain([("Careful", 50.0)]).collect();
    let row = |file: &FileTold| {
        let FileOutcome::Done { counts, cells, work_items, warnings } = &file.outcome else { return None };
        let numbers = [counts.found, counts.filled, counts.kept, counts.review, counts.rejected, counts.gap, *work_items, *cells];
        let mut row = sale(file);
        row.extend(numbers.map(|number| number.to_string()));
        row.push(warnings.join("\n"));
        Some(row)
    };
    let numbers: Vec<&str> = counted.into_iter().chain(["Value"]).collect();
    table("Files", &columns, &numbers, log.files.iter().filter_map(row).collect())
}

fn work_items(log: &Log) -> ReportTable {
    let columns = [
        ("Value at stake", 14.0),
        ("Questions", 11.0),
        ("In files", 9.0),
        ("Title", 60.0),
        ("Owner", 20.0),
        ("Earliest due", 12.0),
        ("Deals", 24.0),
        ("Kind", 16.0),
        ("Why", 50.0),
        ("What to do", 50.0),
        ("Files", 50.0),
        ("Id", 18.0),
    ];
    let row = |item: &Missing| {
        vec![
            if item.value > 0 { item.value.to_string() } else { String::new() },
            item.questions.to_string(),
            item.files.len().to_string(),
            item.title.clone(),
            item.owner.clone(),
            item.due.map(|due| due.to_string()).unwrap_or_default(),
            item.deals.join(", "),
            item.kind.name().to_owned(),
            item.why.clone(),
            item.to_do.clone(),
            item.files.join("\n"),
            item.id.clone(),
        ]
    };
    table("Work items", &columns, &["Value at stake", "Questions", "In files"], log.work_items.iter().map(row).collect())
}

fn failed(log: &Log) -> ReportTable {
    let columns: Vec<(&str, f64)> = SALE.into_iter().chain([("Why", 60.0), ("What to do", 60.0)]).collect();
    let row = |file: &FileTold| {
        let FileOutcome::Failed { why, hint } = &file.outcome else { return None };
        let mut row = sale(file);
        row.extend([why.clone(), hint.clone()]);
        Some(row)
    };
    table("Failed", &columns, &["Value"], log.files.iter().filter_map(row).collect())
}

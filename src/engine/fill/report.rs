//! The tables of report.xlsx and work-items.csv, and reading back the decisions taken in a report.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Settled, outcome_name};
use crate::domain::bank::Bank;
use crate::domain::cell::CellRef;
use crate::domain::propose::Judged;
use crate::domain::review::{Choice, Decision, Outcome};
use crate::domain::work_item::WorkItem;
use crate::engine::Failure;
use crate::engine::output::{csv_table, file_date};
use crate::engine::receipt::Receipt;
use crate::workbook::Worker;
use crate::workbook::report::{self as file, Report, ReportTable};

/// The sheet that holds what waits for a decision.
const REVIEW: &str = "Review";
/// Alternatives beside the proposed answer.
const ALTERNATIVES: usize = 4;

/// Makes report.xlsx.
pub(super) fn report(bank: &Bank, receipt: &Receipt, settled: &[Settled], items: &[WorkItem]) -> Result<Vec<u8>, String> {
    let options = &receipt.options;
    let scope = &options.scope;
    let list = |values: &[String]| if values.is_empty() { "not named".to_owned() } else { values.join(", ") };
    let mut facts = vec![
        ("Workbook".to_owned(), receipt.input.name.clone()),
        ("Customer".to_owned(), options.customer.clone().unwrap_or_else(|| "not named".into())),
        ("Deal".to_owned(), options.deal.clone().unwrap_or_else(|| "not named".into())),
        ("Date".to_owned(), scope.date.to_string()),
        ("Audience".to_owned(), scope.audience.to_string()),
        ("Products".to_owned(), list(&scope.products)),
        ("Regions".to_owned(), list(&scope.regions)),
        ("Bank".to_owned(), receipt.bank.clone()),
        ("Digest of the bank".to_owned(), receipt.bank_digest.clone()),
        ("Cells written".to_owned(), receipt.written.len().to_string()),
        (
            "Parts of the file left as they were".to_owned(),
            format!("{} of {}", receipt.untouched_parts.len(), receipt.untouched_parts.len() + receipt.changed_parts.len()),
        ),
    ];
    facts.extend(receipt.unread.iter().map(|what| ("Not read".to_owned(), what.to_string())));
    facts.extend(receipt.warnings.iter().map(|warning| ("Careful".to_owned(), warning.clone())));
    let counts = &receipt.counts;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    file::write(&Report {
        title: format!("Answers to {}", receipt.input.name),
        facts,
        counts: vec![
            ("filled".into(), number(counts.filled)),
            ("kept as they were".into(), number(counts.kept)),
            ("waiting for review".into(), number(counts.review)),
            ("rejected".into(), number(counts.rejected)),
            ("gaps".into(), number(counts.gap)),
        ],
        tables: vec![answers(receipt), review(settled), gaps(settled), work(items), all(bank, settled), left_out(receipt)],
        date: file_date(scope.date),
    })
}

fn columns(titles: &[(&str, f64)]) -> Vec<(String, f64)> {
    titles.iter().map(|(title, width)| ((*title).to_owned(), *width)).collect()
}

fn answers(receipt: &Receipt) -> ReportTable {
    let row = |cell: &crate::engine::receipt::Written| {
        vec![
            cell.sheet.clone(),
            cell.cell.clone(),
            cell.question.clone(),
            cell.new.clone(),
            cell.answer.clone(),
            cell.controls.join(", "),
            cell.evidence.join(", "),
            cell.approved.clone(),
            cell.ground.clone(),
            cell.reasons.join("\n"),
        ]
    };
    ReportTable {
        name: "Answers".into(),
        columns: columns(&[
            ("Sheet", 18.0),
            ("Cell", 8.0),
            ("Question", 50.0),
            ("Written", 50.0),
            ("Answer", 26.0),
            ("Controls", 16.0),
            ("Evidence", 24.0),
            ("Approved", 22.0),
            ("On whose word", 18.0),
            ("Why", 60.0),
        ]),
        rows: receipt.written.iter().map(row).collect(),
        choices: None,
    }
}

/// An alternative in one cell: its id on the first line, which is what is read back.
fn alternative(judged: &Judged) -> String {
    let answer = judged.found.answer;
    let bars: Vec<String> = judged.bars.iter().map(ToString::to_string).collect();
    let bars = if bars.is_empty() { String::new() } else { format!("\nmay not be given: {}", bars.join("; ")) };
    format!("{}\n{}\n{}{bars}", answer.id, answer.question, answer.wording)
}

fn review(settled: &[Settled]) -> ReportTable {
    let mut titles =
        vec![("Sheet", 18.0), ("Cell", 8.0), ("Question", 45.0), ("Proposed answer", 26.0), ("Word", 14.0), ("Text", 50.0), ("Why", 50.0)];
    let names: Vec<String> = (1..=ALTERNATIVES).map(|number| format!("Alternative {number}")).collect();
    titles.extend(names.iter().map(|name| (name.as_str(), 36.0)));
    let decision = titles.len();
    titles.extend([("Decision", 16.0), ("Decided by", 16.0)]);
    let rows = settled.iter().filter(|one| matches!(one.outcome, Outcome::Waiting)).map(|one| {
        let draft = one.proposal.draft.as_ref();
        let mut row = vec![
            one.question.sheet.clone(),
            one.question.name(),
            one.question.text.clone(),
            one.proposal.matches.first().map(|judged| judged.found.answer.id.clone()).unwrap_or_default(),
            draft.and_then(|draft| draft.word.clone()).unwrap_or_default(),
            one.proposal.matches.first().map(|judged| judged.found.answer.wording.clone()).unwrap_or_default(),
            one.proposal.reasons.join("\n"),
        ];
        let others = one.proposal.matches.iter().skip(1).take(ALTERNATIVES).map(alternative);
        row.extend(others.chain(std::iter::repeat(String::new())).take(ALTERNATIVES));
        row.extend([String::new(), String::new()]);
        row
    });
    let mut words = vec!["accept".to_owned()];
    words.extend((1..=ALTERNATIVES).map(|number| format!("alternative {number}")));
    words.extend(["reject".to_owned(), "leave".to_owned()]);
    ReportTable { name: REVIEW.into(), columns: columns(&titles), rows: rows.collect(), choices: Some((decision, words)) }
}

fn gaps(settled: &[Settled]) -> ReportTable {
    let rows = settled.iter().filter_map(|one| {
        let Outcome::Gap(gap) = &one.outcome else { return None };
        let nearest = one.proposal.matches.first().map(alternative).unwrap_or_default();
        Some(vec![
            one.question.sheet.clone(),
            one.question.name(),
            one.question.text.clone(),
            gap.kind.name().to_owned(),
            gap.why.clone(),
            nearest,
        ])
    });
    ReportTable {
        name: "Gaps".into(),
        columns: columns(&[("Sheet", 18.0), ("Cell", 8.0), ("Question", 55.0), ("Kind", 16.0), ("Why", 55.0), ("Nearest answer", 50.0)]),
        rows: rows.collect(),
        choices: None,
    }
}

fn work(items: &[WorkItem]) -> ReportTable {
    ReportTable {
        name: "Work items".into(),
        columns: columns(&[
            ("Id", 18.0),
            ("Title", 50.0),
            ("Kind", 16.0),
            ("Owner", 20.0),
            ("Why", 50.0),
            ("What to do", 50.0),
            ("Answer", 24.0),
            ("Control or evidence", 20.0),
            ("Requirements", 30.0),
            ("Questions", 40.0),
        ]),
        rows: items.iter().map(work_row).collect(),
        choices: None,
    }
}

fn work_row(item: &WorkItem) -> Vec<String> {
    let places: Vec<String> = item.waiting.iter().map(|waiting| format!("{}!{}", waiting.sheet, waiting.cell)).collect();
    vec![
        item.id.clone(),
        item.title.clone(),
        item.kind.name().to_owned(),
        item.owner.clone(),
        item.why.clone(),
        item.to_do.clone(),
        item.answer.clone().unwrap_or_default(),
        item.about.clone().unwrap_or_default(),
        item.requirements.join(", "),
        places.join(", "),
    ]
}

/// Every question with what became of it, so that none can be overlooked.
fn all(bank: &Bank, settled: &[Settled]) -> ReportTable {
    let rows = settled.iter().map(|one| {
        let answer = match &one.outcome {
            Outcome::Respond(response) => Some(response.answer),
            _ => None,
        };
        vec![
            one.question.sheet.clone(),
            one.question.name(),
            one.question.id.clone().unwrap_or_default(),
            one.question.section.clone().unwrap_or_default(),
            one.question.text.clone(),
            outcome_name(&one.outcome).to_owned(),
            answer.map(|answer| answer.id.clone()).unwrap_or_default(),
            answer.map(|answer| bank.requirements_of(answer).join(", ")).unwrap_or_default(),
            one.question.given.clone().unwrap_or_default(),
        ]
    });
    ReportTable {
        name: "All questions".into(),
        columns: columns(&[
            ("Sheet", 18.0),
            ("Cell", 8.0),
            ("Id", 14.0),
            ("Section", 24.0),
            ("Question", 60.0),
            ("Outcome", 12.0),
            ("Answer", 26.0),
            ("Requirements", 40.0),
            ("Stood there before", 30.0),
        ]),
        rows: rows.collect(),
        choices: None,
    }
}

fn left_out(receipt: &Receipt) -> ReportTable {
    let rows = receipt.left_out.iter().map(|left| {
        vec![left.sheet.clone(), left.cell.map(|cell| cell.to_string()).unwrap_or_default(), left.text.clone(), left.why.clone()]
    });
    ReportTable {
        name: "Left out".into(),
        columns: columns(&[("Sheet", 24.0), ("Cell", 8.0), ("Text", 60.0), ("Why", 70.0)]),
        rows: rows.collect(),
        choices: None,
    }
}

/// Work items as separated values.
pub(super) fn work_items_csv(items: &[WorkItem]) -> Vec<u8> {
    let titles = ["id", "title", "kind", "owner", "why", "to_do", "answer", "control_or_evidence", "requirements", "questions"];
    csv_table(&titles, &items.iter().map(work_row).collect::<Vec<_>>())
}

/// Reads the decisions that were taken in a report.
///
/// # Errors
/// The file is no report of ours, or a decision makes no sense; nothing is decided then.
pub fn read_decisions(worker: &Worker, path: &Path, bytes: &[u8]) -> Result<Vec<Decision>, Failure> {
    let workbook = worker.read(&path.to_string_lossy(), bytes).map_err(|error| Failure::reading(path, &error))?;
    let hint = "pass the report.xlsx of an earlier fill, with its decision column filled in";
    let sheet = workbook.sheet(REVIEW).ok_or_else(|| Failure::new(format!("{}: there is no sheet {REVIEW:?}", path.display()), hint))?;
    let heads: BTreeMap<&str, u32> = sheet.row(0).map(|(at, cell)| (cell.text.as_str(), at.col)).collect();
    let column = |title: &str| {
        heads.get(title).copied().ok_or_else(|| Failure::new(format!("{}, {REVIEW}: there is no column {title:?}", path.display()), hint))
    };
    let (sheet_col, cell_col, question_col) = (column("Sheet")?, column("Cell")?, column("Question")?);
    let (proposed_col, decision_col, by_col) = (column("Proposed answer")?, column("Decision")?, column("Decided by")?);
    let mut decisions = Vec::new();
    let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).filter(|row| *row > 0).collect();
    rows.dedup();
    for row in rows {
        let text = |col: u32| sheet.text(CellRef::new(row, col));
        let word = text(decision_col).trim().to_lowercase();
        let choice = match word.as_str() {
            "" | "leave" => continue,
            "accept" => Choice::Give(text(proposed_col).trim().to_owned()),
            "reject" => Choice::Reject,
            other => {
                let id = other
                    .strip_prefix("alternative ")
                    .and_then(|number| column(&format!("Alternative {number}")).ok())
                    .map(|col| text(col).lines().next().unwrap_or_default().trim());
                let Some(id) = id.filter(|id| !id.is_empty()) else {
                    let at = CellRef::new(row, decision_col);
                    return Err(Failure::new(
                        format!("{}, {REVIEW}!{at}: {other:?} is no decision for this row", path.display()),
                        "choose one of the words of the cell's list",
                    ));
                };
                Choice::Give(id.to_owned())
            }
        };
        decisions.push(Decision {
            sheet: text(sheet_col).to_owned(),
            cell: text(cell_col).to_owned(),
            question: text(question_col).to_owned(),
            choice,
            by: text(by_col).trim().to_owned(),
        });
    }
    Ok(decisions)
}

//! The tables of report.xlsx and work-items.csv, and reading back the decisions taken in a report.

use std::collections::BTreeMap;
use std::path::Path;

use super::Settled;
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
/// The decision for words that stand in their own column.
const OWN_WORDS: &str = "your words";
/// Alternatives beside the proposed answer.
const ALTERNATIVES: usize = 4;

/// Makes report.xlsx.
pub(super) fn report(
    bank: &Bank,
    receipt: &Receipt,
    settled: &[Settled],
    items: &[WorkItem],
    seen: Option<&(String, i64)>,
) -> Result<Vec<u8>, String> {
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
    file::write(&Report {
        title: format!("Answers to {}", receipt.input.name),
        facts,
        counts: receipt.counts.in_words(),
        tables: vec![answers(receipt), review(settled, seen), gaps(settled), work(items), all(bank, settled), left_out(receipt)],
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
        ..ReportTable::default()
    }
}

/// An alternative in one cell: its id on the first line, which is what is read back.
fn alternative(judged: &Judged) -> String {
    let answer = judged.found.answer;
    let bars: Vec<String> = judged.bars.iter().map(ToString::to_string).collect();
    let bars = if bars.is_empty() { String::new() } else { format!("\nmay not be given: {}", bars.join("; ")) };
    format!("{}\n{}\n{}{bars}", answer.id, answer.question, answer.wording)
}

/// What a reviewer sees on a row: how far the journal went, and the digests of the answers that are offered. Read back with the decision, so
/// that nobody accepts words that they did not see, or decides over a decision that they did not know of.
fn seen_on(row: &[&Judged], seen: Option<&(String, i64)>) -> String {
    let versions = row.iter().map(|judged| format!("\n{} {}", judged.found.answer.id, judged.found.answer.digest()));
    let journal = seen.map_or_else(|| "0".to_owned(), |(id, number)| format!("{number} {id}"));
    format!("{journal}{}", versions.collect::<String>())
}

fn review(settled: &[Settled], seen: Option<&(String, i64)>) -> ReportTable {
    let mut titles =
        vec![("Sheet", 18.0), ("Cell", 8.0), ("Question", 45.0), ("Proposed answer", 26.0), ("Word", 14.0), ("Text", 50.0), ("Why", 50.0)];
    let names: Vec<String> = (1..=ALTERNATIVES).map(|number| format!("Alternative {number}")).collect();
    titles.extend(names.iter().map(|name| (name.as_str(), 36.0)));
    let decision = titles.len();
    titles.extend([("Decision", 16.0), ("Decided by", 16.0), ("Reason", 30.0), ("Your words", 50.0), ("Seen", 0.0)]);
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
        let offered: Vec<&Judged> = one.proposal.matches.iter().take(ALTERNATIVES + 1).collect();
        row.extend([String::new(), String::new(), String::new(), String::new(), seen_on(&offered, seen)]);
        row
    });
    let mut words = vec!["accept".to_owned()];
    words.extend((1..=ALTERNATIVES).map(|number| format!("alternative {number}")));
    words.extend([OWN_WORDS.to_owned(), "reject".to_owned(), "leave".to_owned()]);
    ReportTable {
        name: REVIEW.into(),
        columns: columns(&titles),
        rows: rows.collect(),
        choices: Some((decision, words)),
        ..ReportTable::default()
    }
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
        ..ReportTable::default()
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
        ..ReportTable::default()
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
            one.outcome.kind().name().to_owned(),
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
        ..ReportTable::default()
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
        ..ReportTable::default()
    }
}

/// Work items as separated values.
pub(super) fn work_items_csv(items: &[WorkItem]) -> Vec<u8> {
    let titles = ["id", "title", "kind", "owner", "why", "to_do", "answer", "control_or_evidence", "requirements", "questions"];
    csv_table(&titles, &items.iter().map(work_row).collect::<Vec<_>>())
}

/// A decision that was taken in a report.
pub struct Returned {
    /// The decision.
    pub decision: Decision,
    /// How far the journal went when the report was made; 0 where there was none.
    pub seen: i64,
    /// The questionnaire that the report is about; empty where it came from no store.
    pub questionnaire: String,
}

/// Reads the decisions that were taken in a report.
///
/// # Errors
/// The file is no report of ours, or a decision makes no sense; nothing is decided then.
pub fn read_decisions(worker: &Worker, path: &Path, bytes: &[u8]) -> Result<Vec<Returned>, Failure> {
    let workbook = worker.read(&path.to_string_lossy(), bytes).map_err(|error| Failure::reading(path, &error))?;
    let hint = "pass the report.xlsx of an earlier fill, with its decision column filled in";
    let sheet = workbook.sheet(REVIEW).ok_or_else(|| Failure::new(format!("{}: there is no sheet {REVIEW:?}", path.display()), hint))?;
    let heads: BTreeMap<&str, u32> = sheet.row(0).map(|(at, cell)| (cell.text.as_str(), at.col)).collect();
    for title in ["Sheet", "Cell", "Question", "Proposed answer", "Decision", "Decided by"] {
        if !heads.contains_key(title) {
            return Err(Failure::new(format!("{}, {REVIEW}: there is no column {title:?}", path.display()), hint));
        }
    }
    let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).filter(|row| *row > 0).collect();
    rows.dedup();
    let mut decisions = Vec::new();
    for row in rows {
        let text = |title: &str| heads.get(title).map_or("", |col| sheet.text(CellRef::new(row, *col)));
        decisions.extend(returned(&text).map_err(|(what, hint)| {
            let at = CellRef::new(row, heads["Decision"]);
            Failure::new(format!("{}, {REVIEW}!{at}: {what}", path.display()), hint)
        })?);
    }
    Ok(decisions)
}

/// The decision of one row; none where nothing was decided.
///
/// # Errors
/// What is wrong, and what to do.
fn returned<'a>(text: &dyn Fn(&str) -> &'a str) -> Result<Option<Returned>, (String, &'static str)> {
    let word = text("Decision").trim().to_lowercase();
    let Seen { number: seen, questionnaire, versions } = Seen::read(text("Seen"));
    // A report that says what was offered takes no other answer in its place.
    let give = |answer: &str| match versions.get(answer) {
        None if !versions.is_empty() => {
            Err((format!("{answer:?} was not offered on this row"), "choose one that is offered, or decide by `review choose`"))
        }
        digest => Ok(Choice::Give { answer: answer.to_owned(), digest: digest.map(|digest| (*digest).to_owned()) }),
    };
    let proposed = text("Proposed answer").trim();
    let choice = match word.as_str() {
        "" | "leave" => return Ok(None),
        "accept" => give(proposed)?,
        "reject" if text("Reason").trim().is_empty() => {
            return Err(("a question is rejected only with a reason".to_owned(), "write it into the column \"Reason\""));
        }
        "reject" => Choice::Reject,
        OWN_WORDS => match text("Your words").trim() {
            "" => return Err(("there are no words".to_owned(), "write them into the column \"Your words\"")),
            words => Choice::Reword { answer: proposed.to_owned(), text: words.to_owned() },
        },
        other => {
            let number = other.strip_prefix("alternative ").filter(|number| number.chars().all(|c| c.is_ascii_digit()));
            let id = number.and_then(|number| text(&format!("Alternative {number}")).lines().next()).unwrap_or_default().trim();
            if id.is_empty() {
                return Err((format!("{other:?} is no decision for this row"), "choose one of the words of the cell's list"));
            }
            give(id)?
        }
    };
    let decision = Decision {
        sheet: text("Sheet").to_owned(),
        cell: text("Cell").to_owned(),
        question: text("Question").to_owned(),
        choice,
        by: text("Decided by").trim().to_owned(),
        reason: text("Reason").trim().to_owned(),
        contested: None,
    };
    Ok(Some(Returned { decision, seen, questionnaire }))
}

/// What the column says that a reviewer saw.
struct Seen<'a> {
    number: i64,
    questionnaire: String,
    versions: BTreeMap<&'a str, &'a str>,
}

impl<'a> Seen<'a> {
    fn read(text: &'a str) -> Self {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().trim();
        let (number, questionnaire) = first.split_once(' ').unwrap_or((first, ""));
        let versions = lines.filter_map(|line| line.trim().split_once(' ')).collect();
        Self { number: number.parse().unwrap_or(0), questionnaire: questionnaire.to_owned(), versions }
    }
}

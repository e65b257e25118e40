//! Use case: the bank or a slice of it as a file: for an audience and product what may be told, for ourselves everything.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::output::csv_table;
use super::{BankPlace, Failure, check_scope};
use crate::domain::bank::{Answer, Bank, Verdict};
use crate::domain::health::opposed;
use crate::domain::standing::{Scope, standing, validity};
use crate::domain::wording::Analyzer;
use crate::workbook::report::{self, Report, ReportTable};

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A workbook.
    Xlsx,
    /// Separated values, every field in quotes.
    Csv,
    /// One object.
    Json,
    /// A text with headings.
    Markdown,
}

/// One answer as somebody outside may see it.
#[derive(Clone, Debug, Serialize)]
struct Told<'a> {
    id: &'a str,
    topic: &'a str,
    question: &'a str,
    verdict: Option<Verdict>,
    answer: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    short: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    products: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    regions: &'a [String],
    requirements: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inside: Option<Inside<'a>>,
}

/// What only we may see.
#[derive(Clone, Debug, Serialize)]
struct Inside<'a> {
    also_asked: &'a [String],
    tags: &'a [String],
    owner: &'a str,
    audience: String,
    controls: &'a [String],
    evidence: &'a [String],
    edited: String,
    approved: String,
    review_by: String,
    bars: Vec<String>,
}

#[derive(Serialize)]
struct Slice<'a> {
    bank: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a Scope>,
    answers: Vec<Told<'a>>,
}

/// How many answers a file holds, and the file.
#[derive(Clone, Debug)]
pub struct Exported {
    /// How many answers.
    pub answers: usize,
    /// Answers that contradict each other, of which none is in it.
    pub left_out: Vec<String>,
    /// The file's content.
    pub bytes: Vec<u8>,
}

/// Exports what stands in a scope, or, for ourselves, every answer with all that is known of it.
///
/// # Errors
/// There is no bank, or the file cannot be made.
pub fn export(place: &BankPlace, scope: &Scope, everything: bool, format: ExportFormat) -> Result<Exported, Failure> {
    let bank = place.read()?;
    check_scope(&bank, scope)?;
    let chosen: Vec<&Answer> = bank.answers.iter().filter(|answer| everything || standing(&bank, answer, scope).is_empty()).collect();
    // What contradicts itself is told to nobody; for ourselves it is there, and the linter tells it.
    let opposed = if everything { BTreeMap::new() } else { opposed(&chosen, &Analyzer::new(&bank.vocabulary)) };
    let told: Vec<Told> = chosen
        .iter()
        .filter(|answer| !opposed.contains_key(answer.id.as_str()))
        .map(|answer| told(&bank, answer, scope, everything))
        .collect();
    let answers = told.len();
    let left_out = opposed.iter().map(|(id, how)| format!("{id}: {how}")).collect();
    let bytes = match format {
        ExportFormat::Json => super::output::json(&Slice { bank: &bank.name, scope: (!everything).then_some(scope), answers: told })?,
        ExportFormat::Csv => csv_table(&titles(everything), &rows(&told)),
        ExportFormat::Markdown => markdown(&bank, scope, everything, &told).into_bytes(),
        ExportFormat::Xlsx => workbook(&bank, scope, everything, &told)?,
    };
    Ok(Exported { answers, left_out, bytes })
}

fn told<'a>(bank: &Bank, answer: &'a Answer, scope: &Scope, everything: bool) -> Told<'a> {
    let stamp = |stamp: Option<&crate::domain::bank::Stamp>| stamp.map(|stamp| format!("{}, {}", stamp.by, stamp.on)).unwrap_or_default();
    let inside = || Inside {
        also_asked: &answer.also_asked,
        tags: &answer.tags,
        owner: &answer.owner,
        audience: answer.audience.to_string(),
        controls: &answer.controls,
        evidence: &answer.evidence,
        edited: stamp(answer.edited.as_ref()),
        approved: stamp(answer.approved.as_ref().map(|(stamp, _)| stamp)),
        review_by: answer.review_by.map(|day| day.to_string()).unwrap_or_default(),
        bars: validity(bank, answer, scope.date).iter().map(ToString::to_string).collect(),
    };
    Told {
        id: &answer.id,
        topic: answer.topic(),
        question: &answer.question,
        verdict: answer.verdict,
        answer: &answer.wording,
        short: &answer.short,
        products: &answer.products,
        regions: &answer.regions,
        requirements: bank.requirements_of(answer),
        inside: everything.then(inside),
    }
}

/// The heads of the columns. `bank import --as library` reads them.
fn titles(everything: bool) -> Vec<&'static str> {
    let mut titles = vec!["Id", "Category", "Question", "Verdict", "Answer", "Short wording", "Products", "Regions", "Requirements"];
    if everything {
        titles.extend([
            "Alternate questions",
            "Tags",
            "Owner",
            "Audience",
            "Controls",
            "Evidence",
            "Edited",
            "Approved",
            "Review by",
            "Not given because",
        ]);
    }
    titles
}

fn rows(told: &[Told]) -> Vec<Vec<String>> {
    let row = |one: &Told| {
        let mut row = vec![
            one.id.to_owned(),
            one.topic.to_owned(),
            one.question.to_owned(),
            one.verdict.map(|verdict| verdict.to_string()).unwrap_or_default(),
            one.answer.to_owned(),
            one.short.to_owned(),
            one.products.join(", "),
            one.regions.join(", "),
            one.requirements.join(", "),
        ];
        if let Some(inside) = &one.inside {
            row.extend([
                inside.also_asked.join("\n"),
                inside.tags.join(", "),
                inside.owner.to_owned(),
                inside.audience.clone(),
                inside.controls.join(", "),
                inside.evidence.join(", "),
                inside.edited.clone(),
                inside.approved.clone(),
                inside.review_by.clone(),
                inside.bars.join("; "),
            ]);
        }
        row
    };
    told.iter().map(row).collect()
}

/// What the file is, in one line a fact.
fn facts(scope: &Scope, everything: bool, count: usize) -> Vec<(String, String)> {
    let list = |list: &[String]| if list.is_empty() { "none in particular".to_owned() } else { list.join(", ") };
    let mut facts = vec![("Date".to_owned(), scope.date.to_string()), ("Answers".to_owned(), count.to_string())];
    if everything {
        facts.push(("For".to_owned(), "ourselves: this file holds drafts and internal answers".to_owned()));
    } else {
        facts.push(("For".to_owned(), scope.audience.to_string()));
        facts.push(("Products".to_owned(), list(&scope.products)));
        facts.push(("Regions".to_owned(), list(&scope.regions)));
    }
    facts
}

fn markdown(bank: &Bank, scope: &Scope, everything: bool, told: &[Told]) -> String {
    let mut out = format!("# Answers of {}\n", bank.name);
    for (what, value) in facts(scope, everything, told.len()) {
        let _ = writeln!(out, "- {what}: {value}");
    }
    let mut topic = None;
    for one in told {
        if topic != Some(one.topic) {
            topic = Some(one.topic);
            let _ = writeln!(out, "\n## {}", if one.topic.is_empty() { "Other" } else { one.topic });
        }
        let line = one.question.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "\n### {line}\n");
        match one.verdict {
            Some(Verdict::Info) | None => {}
            Some(verdict) => {
                let _ = writeln!(out, "**{verdict}**\n");
            }
        }
        let _ = writeln!(out, "{}", one.answer);
        if let Some(inside) = &one.inside {
            let _ = writeln!(
                out,
                "\n*{} · {} · owner {} · {}*",
                one.id,
                inside.audience,
                inside.owner,
                if inside.bars.is_empty() { "stands".to_owned() } else { inside.bars.join("; ") }
            );
        }
    }
    out
}

fn workbook(bank: &Bank, scope: &Scope, everything: bool, told: &[Told]) -> Result<Vec<u8>, Failure> {
    // A cell holds so much; a wording that is cut is another one than was approved.
    if let Some(long) = told.iter().find(|one| one.answer.encode_utf16().count() > report::CELL_LIMIT) {
        return Err(Failure::new(
            format!("{}: its wording is longer than a cell of a workbook holds", long.id),
            "export as csv, json or Markdown, or shorten the wording",
        ));
    }
    let width = |title: &str| match title {
        "Question" | "Answer" | "Alternate questions" => 60.0,
        "Short wording" | "Requirements" | "Not given because" => 36.0,
        _ => 16.0,
    };
    let table = ReportTable {
        name: "Answers".into(),
        columns: titles(everything).into_iter().map(|title| (title.to_owned(), width(title))).collect(),
        rows: rows(told),
        ..ReportTable::default()
    };
    let date = scope.date;
    let report = Report {
        title: format!("Answers of {}", bank.name),
        facts: facts(scope, everything, told.len()),
        counts: Vec::new(),
        tables: vec![table],
        date: super::output::file_date(date),
    };
    report::write(&report).map_err(|what| Failure::new(format!("the workbook: {what}"), "this is a bug; please report it"))
}

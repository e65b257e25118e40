//! Use case: the main job. A received workbook and a bank → the same workbook with answers, a receipt, a report and work items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Serialize;

use super::mapping::{LayoutFrom, Obeyed};
use super::matching::Finders;
use super::output::{self, CUSTOMER, INTERNAL, OutputFile, RECEIPT, REPORT, json};
use super::questions::{self, Asked};
use super::receipt::{Accounted, Counts, FileDigest, IdentityTold, Options, PROGRAM, PartDigest, Receipt, Written, question_sha256};
use super::{BankPlace, Failure};
use crate::domain::around::{Around, around};
use crate::domain::bank::{Answer, Bank, Severity};
use crate::domain::digest::sha256_hex;
use crate::domain::extract::{Questionnaire, layouts};
use crate::domain::fill::{Filled, Purpose, could_become_formula};
use crate::domain::identity::IdentityField;
use crate::domain::journal::{Place, Snapshot, Told};
use crate::domain::layout::{Layout, Table};
use crate::domain::propose::{Band, Judged, reasons};
use crate::domain::question::Question;
use crate::domain::release::may_leave;
use crate::domain::review::{Decision, Ground, Outcome, Response};
use crate::domain::standing::Scope;
use crate::domain::work_item::WorkItem;
use crate::domain::workbook::{FileKind, Workbook};
use crate::workbook::{CellEdit, Worker};
use hand_back::HandBack;

mod hand_back;
mod report;
mod settlement;

pub use report::read_decisions;
use settlement::{Settled, waiting};
pub(super) use settlement::{Settlement, Terms, counts};

/// What to fill, from what, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// The received workbook.
    pub file: PathBuf,
    /// What opens workbooks.
    pub worker: Worker,
    /// Where the layout comes from.
    pub layout: LayoutFrom,
    /// The bank.
    pub bank: BankPlace,
    /// The output folder; none: `NAME.answers` beside the file.
    pub out: Option<PathBuf>,
    /// A report with its decision column filled in.
    pub decisions: Option<PathBuf>,
    /// Who asks.
    pub customer: Option<String>,
    /// The sale.
    pub deal: Option<String>,
    /// Date, audience, products, regions.
    pub scope: Scope,
    /// Whether answers already there are replaced.
    pub overwrite: bool,
    /// Whether output of an earlier run is replaced.
    pub force: bool,
    /// Whether our own people also get a draft with what waits for review.
    pub include_review: bool,
}

/// What was done, for the terminal.
#[derive(Clone, Debug, Serialize)]
pub struct Done {
    /// The output folder.
    pub out: PathBuf,
    /// The workbook for the customer.
    pub workbook: PathBuf,
    /// How many questions became what.
    pub counts: Counts,
    /// Cells written.
    pub cells: usize,
    /// Work items, as in work-items.json.
    pub work_items: Vec<WorkItem>,
    /// What deserves attention.
    pub notices: Vec<String>,
}

/// A received workbook with its questions.
pub(super) struct Paper {
    /// Where it came from, for messages; its name is that of the output.
    pub path: PathBuf,
    /// Its name without folders.
    pub name: String,
    /// As it was received.
    pub bytes: Vec<u8>,
    /// What it asks.
    pub asked: Asked,
    /// The layout of each sheet, found again when a question is first shown where it stands.
    layouts: OnceLock<Vec<Layout>>,
}

impl Paper {
    /// Reads a file.
    pub fn read(worker: &Worker, file: &Path, layout: &LayoutFrom, bank: &Path) -> Result<Self, Failure> {
        Self::of(worker, file, super::read_file(file, worker.limits.file)?, layout, bank)
    }

    /// Reads what was received under a name.
    pub fn of(worker: &Worker, path: &Path, bytes: Vec<u8>, layout: &LayoutFrom, bank: &Path) -> Result<Self, Failure> {
        let name = file_name(path)?;
        let workbook = questions::workbook(worker, path, &bytes)?;
        let asked = questions::with_questions(workbook, path, layout, bank)?;
        Ok(Self { path: path.to_owned(), name, bytes, asked, layouts: OnceLock::new() })
    }

    /// The cells around a question.
    pub fn around(&self, question: &Question) -> Option<Around> {
        let Asked { workbook, obeyed, .. } = &self.asked;
        let layouts = self.layouts.get_or_init(|| layouts(workbook, obeyed.as_ref().map(|obeyed| &obeyed.mapping)));
        let (sheet, layout) = workbook.sheets.iter().zip(layouts).find(|(sheet, _)| sheet.name == question.sheet)?;
        let asks = |table: &&Table| table.question == question.cell.col;
        let of_column = layout.tables.iter().filter(asks).find_map(|table| table.header_of(question.cell.row));
        let header = of_column.or_else(|| layout.tables.iter().find_map(|table| table.header_of(question.cell.row)));
        Some(around(sheet, question, header))
    }
}

/// A workbook with its answers: the files to put out, and what there is to tell.
pub(super) struct Answered {
    /// Everything for the output folder.
    pub files: Vec<OutputFile>,
    /// The list of written cells and the proof that nothing else changed.
    pub receipt: Receipt,
    /// Work items of its gaps.
    pub work_items: Vec<WorkItem>,
    /// What the customer would hold.
    pub told: Vec<Told>,
    /// How every question stands.
    pub snapshot: Snapshot,
    /// What deserves attention.
    pub notices: Vec<String>,
}

impl Answered {
    /// What is told of it once it is put out.
    pub fn done(self, out: &Path) -> Done {
        Done {
            workbook: out.join(CUSTOMER).join(&self.receipt.output.name),
            out: out.to_owned(),
            counts: self.receipt.counts,
            cells: self.receipt.written.len(),
            work_items: self.work_items,
            notices: self.notices,
        }
    }
}

/// Fills a workbook.
///
/// # Errors
/// Anything that keeps it from being done; then no output exists.
pub fn fill(order: &Order) -> Result<Done, Failure> {
    let out = order.out.clone().unwrap_or_else(|| default_out(&order.file));
    output::check_free(&out, order.force)?;
    let paper = Paper::read(&order.worker, &order.file, &order.layout, &order.bank.root)?;
    let opened = order.bank.open()?;
    super::check_scope(&opened.bank, &order.scope)?;
    let (decisions, decisions_digest) = decisions(order)?;
    check_reasons(&opened.bank, &decisions)?;
    let terms = Terms {
        scope: &order.scope,
        overwrite: order.overwrite,
        decisions: &decisions,
        decisions_digest,
        seen: None,
        include_review: order.include_review,
        look_again: &[],
        customer: order.customer.clone(),
        deal: order.deal.clone(),
        progress: &order.bank.progress,
    };
    let search = opened.search();
    let answered = answer(&mut Finders::new(&search), &order.worker, &paper, &terms)?;
    output::write(&out, &answered.files)?;
    Ok(answered.done(&out))
}

/// Answers a workbook, by decisions and by the policy for what is ready. Writes nothing.
pub(super) fn answer(finders: &mut Finders, worker: &Worker, paper: &Paper, terms: &Terms) -> Result<Answered, Failure> {
    let Asked { workbook, found, obeyed, notes } = &paper.asked;
    let search = finders.search;
    let bank = search.bank;
    let settlement = Settlement::new(finders, workbook, found, terms)?;
    let items = settlement.work_items(search);
    let snapshot = settlement.snapshot(bank, &items, terms.scope.date);
    let draft = terms.include_review.then(|| draft(worker, paper, &settlement, bank, terms)).transpose()?;
    let Settlement { settled, filled, identity } = settlement;
    let told = told(&settled, &filled, paper, bank, terms);
    if let Some(blocked) = may_leave(bank, terms.scope, &told).first() {
        return Err(Failure::new(
            format!("{}: {}", blocked.place, blocked.why),
            "this is a bug, and nothing was written; please report it",
        ));
    }
    let back = hand_back::hand_back(worker, paper, terms.scope.date, &edits(&filled))?;
    let receipt = receipt(&Parts {
        paper,
        terms,
        bank,
        model_digest: search.meaning.model_digest(),
        found,
        settled: &settled,
        filled: &filled,
        identity,
        back: &back,
        items: &items,
        obeyed: obeyed.as_ref(),
    });
    let report = report::report(bank, &receipt, &settled, &items, terms.seen.as_ref())
        .map_err(|what| Failure::new(format!("report.xlsx: {what}"), "this is a bug; please report it"))?;
    let notices = back.notice.iter().chain(notes).cloned().chain(notices(bank, found, terms.decisions, &settled));
    let notices = notices.chain(apostrophes(workbook, &filled)).collect();
    let mut files = vec![
        OutputFile { folder: CUSTOMER, name: back.name, bytes: back.edited.bytes },
        OutputFile { folder: INTERNAL, name: RECEIPT.into(), bytes: json(&receipt)? },
        OutputFile { folder: INTERNAL, name: REPORT.into(), bytes: report },
        OutputFile { folder: INTERNAL, name: "work-items.json".into(), bytes: json(&items)? },
        OutputFile { folder: INTERNAL, name: "work-items.csv".into(), bytes: report::work_items_csv(&items) },
    ];
    files.extend(draft);
    Ok(Answered { files, receipt, work_items: items, told, snapshot, notices })
}

/// The workbook with what waits for review in it as well: for our own people, under a name that says so.
fn draft(worker: &Worker, paper: &Paper, settlement: &Settlement, bank: &Bank, terms: &Terms) -> Result<OutputFile, Failure> {
    let filled = settlement.with_review(&paper.asked, bank, terms);
    let back = hand_back::hand_back(worker, paper, terms.scope.date, &edits(&filled))?;
    Ok(OutputFile { folder: INTERNAL, name: format!("DRAFT-{}", back.name), bytes: back.edited.bytes })
}

fn edits(filled: &[Filled]) -> Vec<CellEdit> {
    filled.iter().map(|cell| CellEdit { sheet: cell.sheet.clone(), cell: cell.cell, value: cell.value.clone() }).collect()
}

/// What the customer would hold, question by question.
fn told(settled: &[Settled], filled: &[Filled], paper: &Paper, bank: &Bank, terms: &Terms) -> Vec<Told> {
    let mut written: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for cell in filled {
        let Purpose::Question(first) = cell.asked else { continue };
        for place in std::iter::once(&first).chain(&cell.parts) {
            written.entry(*place).or_default().push((cell.cell.to_string(), cell.value.to_string()));
        }
    }
    let told = |(place, one): (usize, &Settled)| {
        let Outcome::Respond(Response { answer, ground, .. }) = &one.outcome else { return None };
        let digest = |id: &String| bank.evidence.get(id).and_then(|evidence| evidence.sha256.clone()).unwrap_or_default();
        Some(Told {
            questionnaire: String::new(),
            customer: terms.customer.clone().unwrap_or_default(),
            deal: terms.deal.clone().unwrap_or_default(),
            products: terms.scope.products.clone(),
            workbook: paper.name.clone(),
            date: terms.scope.date,
            place: Place::of(one.question),
            question: one.question.text.clone(),
            answer: answer.id.clone(),
            digest: answer.digest(),
            verdict: answer.verdict,
            wording: answer.wording.clone(),
            written: written.remove(&place).unwrap_or_default(),
            controls: answer.controls.clone(),
            evidence: stands_on(bank, answer).into_iter().map(|id| (id.clone(), digest(&id))).collect(),
            approved: approved(answer),
            ground: in_words(ground),
        })
    };
    settled.iter().enumerate().filter_map(told).collect()
}

/// Evidence that an answer and its controls stand on, each once.
fn stands_on(bank: &Bank, answer: &Answer) -> Vec<String> {
    let mut evidence = answer.evidence.clone();
    evidence.extend(bank.controls_of(answer).flat_map(|control| control.evidence.iter().cloned()));
    evidence.sort();
    evidence.dedup();
    evidence
}

fn approved(answer: &Answer) -> String {
    answer.approved.as_ref().map(|(stamp, _)| format!("{} on {}", stamp.by, stamp.on)).unwrap_or_default()
}

fn in_words(ground: &Ground) -> String {
    match ground {
        Ground::Ready => "policy: band ready".into(),
        Ground::Decision { by } if by.is_empty() => "decision".into(),
        Ground::Decision { by } => format!("decision by {by}"),
    }
}

pub(super) fn file_name(file: &Path) -> Result<String, Failure> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| Failure::usage(format!("{}: this names no file", file.display()), "name one workbook"))
}

/// The output folder where none is named: beside the file.
pub(super) fn default_out(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}.answers"))
}

fn decisions(order: &Order) -> Result<(Vec<Decision>, Option<String>), Failure> {
    let Some(path) = &order.decisions else { return Ok((Vec::new(), None)) };
    let bytes = super::read_file(path, order.worker.limits.file)?;
    let returned = read_decisions(&order.worker, path, &bytes)?;
    Ok((returned.into_iter().map(|returned| returned.decision).collect(), Some(sha256_hex(&bytes))))
}

/// Refuses decisions that need a reason and have none.
pub(super) fn check_reasons(bank: &Bank, decisions: &[Decision]) -> Result<(), Failure> {
    let lacking = decisions.iter().find_map(|decision| Some((decision, decision.lacks_reason(bank)?)));
    lacking.map_or(Ok(()), |(decision, why)| {
        Err(Failure::new(
            format!("{}!{}: {why}", decision.sheet, decision.cell),
            "say why: --reason, or the column \"Reason\" of the report",
        ))
    })
}

/// Everything that the receipt tells of.
struct Parts<'a> {
    paper: &'a Paper,
    terms: &'a Terms<'a>,
    bank: &'a Bank,
    model_digest: Option<String>,
    found: &'a Questionnaire,
    settled: &'a [Settled<'a>],
    filled: &'a [Filled],
    identity: Vec<IdentityTold>,
    back: &'a HandBack,
    items: &'a [WorkItem],
    obeyed: Option<&'a Obeyed>,
}

fn receipt(parts: &Parts) -> Receipt {
    let digest = |name: &str, bytes: &[u8]| FileDigest { name: name.to_owned(), sha256: sha256_hex(bytes), bytes: bytes.len() };
    let waiting = waiting(parts.items);
    let options = Options {
        scope: parts.terms.scope.clone(),
        overwrite: parts.terms.overwrite,
        decisions: parts.terms.decisions_digest.clone(),
        customer: parts.terms.customer.clone(),
        deal: parts.terms.deal.clone(),
    };
    Receipt {
        receipt: 1,
        program: PROGRAM.into(),
        input: digest(&parts.paper.name, &parts.paper.bytes),
        output: digest(&parts.back.name, &parts.back.edited.bytes),
        bank: parts.bank.name.clone(),
        bank_digest: parts.bank.digest.clone(),
        mapping: parts.obeyed.map(|obeyed| obeyed.name.clone()),
        mapping_digest: parts.obeyed.map(|obeyed| obeyed.digest.clone()),
        model_digest: parts.model_digest.clone(),
        options,
        notice: parts.back.notice.clone(),
        counts: counts(parts.settled),
        written: parts.filled.iter().zip(&parts.back.edited.old).filter_map(|(cell, old)| written(parts, cell, old)).collect(),
        identity: parts.identity.clone(),
        questions: parts.settled.iter().map(|one| accounted(one, &waiting)).collect(),
        left_out: parts.found.left_out.clone(),
        unread: parts.found.unread.clone(),
        warnings: parts.found.warnings.clone(),
        changed_parts: parts.back.edited.changed.clone(),
        untouched_parts: parts
            .back
            .edited
            .untouched
            .iter()
            .map(|(name, sha256)| PartDigest { name: name.clone(), sha256: sha256.clone() })
            .collect(),
    }
}

fn written(parts: &Parts, cell: &Filled, old: &str) -> Option<Written> {
    let one = match cell.asked {
        Purpose::Question(place) => &parts.settled[place],
        Purpose::Identity(place) => return Some(written_identity(parts, &parts.found.identity[place], cell, old)),
    };
    let mut told = written_answer(parts, one, cell, old)?;
    for part in cell.parts.iter().filter_map(|place| written_answer(parts, &parts.settled[*place], cell, old)) {
        // One cell, several answers: everything that it stands on is named.
        told.question = format!("{}\n{}", told.question, part.question);
        told.answer = format!("{}, {}", told.answer, part.answer);
        told.digest = format!("{}, {}", told.digest, part.digest);
        told.approved = format!("{}, {}", told.approved, part.approved);
        told.ground = format!("{}, {}", told.ground, part.ground);
        told.controls.extend(part.controls);
        told.evidence.extend(part.evidence);
        told.reasons.extend(part.reasons);
    }
    Some(told)
}

fn written_answer(parts: &Parts, one: &Settled, cell: &Filled, old: &str) -> Option<Written> {
    let Outcome::Respond(Response { answer, ground, .. }) = &one.outcome else { return None };
    let bank = parts.bank;
    let judged = one.proposal.matches.iter().find(|judged: &&Judged| judged.found.answer.id == answer.id);
    Some(Written {
        sheet: cell.sheet.clone(),
        cell: cell.cell.to_string(),
        old: old.to_owned(),
        new: cell.value.to_string(),
        question_cell: one.question.name(),
        question: one.question.text.clone(),
        answer: answer.id.clone(),
        digest: answer.digest(),
        approved: approved(answer),
        controls: answer.controls.clone(),
        evidence: stands_on(bank, answer),
        band: one.proposal.band,
        ground: in_words(ground),
        reasons: judged.map(|judged| reasons(bank, judged)).unwrap_or_default(),
    })
}

fn written_identity(parts: &Parts, field: &IdentityField, cell: &Filled, old: &str) -> Written {
    Written {
        sheet: cell.sheet.clone(),
        cell: cell.cell.to_string(),
        old: old.to_owned(),
        new: cell.value.to_string(),
        question_cell: field.label_cell.to_string(),
        question: field.label.clone(),
        answer: field.key.map(|key| format!("profile: {key}")).unwrap_or_default(),
        digest: parts.bank.digest.clone(),
        approved: String::new(),
        controls: Vec::new(),
        evidence: Vec::new(),
        band: Band::Ready,
        ground: "policy: profile".into(),
        reasons: vec![format!("{} is labelled {:?}", cell.cell, field.label)],
    }
}

fn accounted(one: &Settled, waiting: &BTreeMap<(&str, &str), &str>) -> Accounted {
    let (sheet, cell) = (one.question.sheet.clone(), one.question.name());
    let work_item = waiting.get(&(sheet.as_str(), cell.as_str())).filter(|_| matches!(one.outcome, Outcome::Gap(_)));
    let work_item = work_item.map(|id| (*id).to_owned());
    Accounted { question_sha256: question_sha256(one.question), outcome: one.outcome.kind(), work_item, sheet, cell }
}

/// Says where texts stand behind an apostrophe that is not theirs.
fn apostrophes(workbook: &Workbook, filled: &[Filled]) -> Option<String> {
    let cells: Vec<String> =
        filled.iter().filter(|cell| could_become_formula(&cell.value.to_string())).map(|cell| cell.cell.to_string()).collect();
    let told = workbook.kind == FileKind::Csv && !cells.is_empty();
    told.then(|| format!("written with ' in front, so that no program takes the text for a formula: {}", cells.join(", ")))
}

/// What deserves attention beside the counts.
fn notices(bank: &Bank, found: &Questionnaire, decisions: &[Decision], settled: &[Settled]) -> Vec<String> {
    let mut notices = Vec::new();
    let errors = bank.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors > 0 {
        notices.push(format!("the bank has {errors} errors, and what they touch is not used: answerbank bank lint"));
    }
    if !found.unread.is_empty() {
        notices.push(format!("not read: {}", found.unread.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")));
    }
    notices.extend(found.warnings.iter().map(|warning| format!("careful: {warning}")));
    let asked: BTreeSet<(&str, String, &str)> =
        settled.iter().map(|one| (one.question.sheet.as_str(), one.question.name(), one.question.text.as_str())).collect();
    let lost =
        decisions.iter().filter(|decision| !asked.contains(&(decision.sheet.as_str(), decision.cell.clone(), decision.question.as_str())));
    notices.extend(lost.map(|decision| {
        format!(
            "the decision for {}!{} was not used: that question is not there any more, or asks something else",
            decision.sheet, decision.cell
        )
    }));
    notices
}

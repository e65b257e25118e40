//! What a release would come to, without recording anything, and the bytes of those that were recorded. Lets nothing leave by itself.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{answered, in_the_way, kept};
use crate::domain::journal::{Event, Line, PutOut, Released};
use crate::domain::release::Blocked;
use crate::domain::review::OutcomeKind;
use crate::engine::Failure;
use crate::engine::fill::{Terms, answer};
use crate::engine::matching::Finders;
use crate::engine::output::{OutputFile, REPORT, file_date};
use crate::engine::questionnaire::{Case, Desk, find_id};
use crate::engine::receipt::Counts;
use crate::workbook::archive::pack;

/// What a release would come to now.
#[derive(Clone, Debug)]
pub struct Look {
    /// The questionnaire.
    pub id: String,
    /// The name of the customer's workbook as it would leave.
    pub workbook: String,
    /// How many questions would become what.
    pub counts: Counts,
    /// Cells that would be written.
    pub cells: usize,
    /// Answers that the customer would hold.
    pub told: usize,
    /// What is in the way.
    pub why: Vec<Blocked>,
    /// Questions that would stay without an answer.
    pub empty: Vec<Line>,
    /// What deserves attention.
    pub notices: Vec<String>,
}

/// Looks what a release would come to. Records nothing.
///
/// # Errors
/// There is no such questionnaire, or it cannot be answered.
pub fn look(desk: &Desk, named: &str) -> Result<Look, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let case = Case::open(desk, &mut store, &id)?;
    let answered = answered(desk, &case)?;
    let why = in_the_way(&desk.bank.read()?, &case, &answered, &mut store)?;
    let left = |line: &&Line| matches!(line.outcome, OutcomeKind::Review | OutcomeKind::Gap | OutcomeKind::Rejected);
    Ok(Look {
        id,
        workbook: answered.receipt.output.name.clone(),
        counts: answered.receipt.counts,
        cells: answered.receipt.written.len(),
        told: answered.told.len(),
        why,
        empty: answered.snapshot.lines.iter().filter(left).cloned().collect(),
        notices: answered.notices,
    })
}

/// A release that was recorded.
#[derive(Clone, Debug)]
pub struct Out {
    /// Its place in the journal.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who released it.
    pub by: String,
    /// The day on which the answers stood.
    pub date: Date,
    /// How many answers were told.
    pub told: usize,
    /// Its files.
    pub files: Vec<PutOut>,
}

/// The recorded releases of a questionnaire, the last one first.
///
/// # Errors
/// There is no such questionnaire.
pub fn releases(desk: &Desk, named: &str) -> Result<Vec<Out>, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let out = store.entries(Some(&id))?.into_iter().rev().filter_map(|entry| match entry.what {
        Event::Released(Released { date, files, told, .. }) => {
            Some(Out { number: entry.number, at: entry.at, by: entry.by, date, told, files })
        }
        _ => None,
    });
    Ok(out.collect())
}

fn one(desk: &Desk, named: &str, number: i64) -> Result<(Date, Vec<OutputFile>), Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let entry = store.entries(Some(&id))?.into_iter().find(|entry| entry.number == number);
    match entry.map(|entry| entry.what) {
        Some(Event::Released(released)) => Ok((released.date, kept(&mut store, &released)?)),
        _ => Err(Failure::not_there(format!("{id}: there is no release {number}"), "look at the list of its releases")),
    }
}

/// One file of a recorded release, byte for byte.
///
/// # Errors
/// There is no such release or file.
pub fn file(desk: &Desk, named: &str, number: i64, folder: &str, name: &str) -> Result<OutputFile, Failure> {
    let found = one(desk, named, number)?.1.into_iter().find(|file| file.folder == folder && file.name == name);
    found.ok_or_else(|| Failure::not_there(format!("release {number} has no such file"), "look at the list of its files"))
}

/// All files of a recorded release as one archive, in the folders `customer` and `internal`.
///
/// # Errors
/// There is no such release.
pub fn archive(desk: &Desk, named: &str, number: i64) -> Result<Vec<u8>, Failure> {
    let (date, files) = one(desk, named, number)?;
    let files: Vec<(String, Vec<u8>)> = files.into_iter().map(|file| (format!("{}/{}", file.folder, file.name), file.bytes)).collect();
    pack(&files, file_date(date)).map_err(|what| Failure::new(format!("the archive: {what}"), "this is a bug; please report it"))
}

/// What our own people may have before anything is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// The workbook with what waits for review in it as well, under a name that says so.
    Workbook,
    /// The report.
    Report,
    /// The work items as a table.
    WorkItems,
}

/// A file for our own people as it would be now. Records nothing, and never leaves for a customer.
///
/// # Errors
/// There is no such questionnaire, or it cannot be answered.
pub fn draft(desk: &Desk, named: &str, wanted: Draft) -> Result<OutputFile, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let case = Case::open(desk, &mut store, &id)?;
    let opened = desk.bank.open()?;
    let search = opened.search();
    let terms = Terms { include_review: wanted == Draft::Workbook, ..case.terms(desk) };
    let answered = answer(&mut Finders::new(&search), &desk.worker, &case.paper, &terms)?;
    let is_it = |file: &OutputFile| match wanted {
        Draft::Workbook => file.name.starts_with("DRAFT-"),
        Draft::Report => file.name == REPORT,
        Draft::WorkItems => file.name == "work-items.csv",
    };
    let mut inside = answered.files.into_iter().filter(|file| file.folder == crate::engine::output::INTERNAL);
    inside.find(is_it).ok_or_else(|| Failure::new(format!("{id}: there is no such file"), "this is a bug; please report it"))
}

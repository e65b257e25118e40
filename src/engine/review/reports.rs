//! The report of a questionnaire as a workbook, and decisions that come back in one. Decides nothing itself.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::refuse_closed;
use crate::domain::journal::{Decided, Event, Place};
use crate::domain::review::{Choice, Decision};
use crate::engine::fill::read_decisions;
use crate::engine::output::{self, CUSTOMER, OutputFile};
use crate::engine::questionnaire::{Case, Desk, find_id, mark_shown, progress, propose_anew};
use crate::engine::{Failure, read_file};

/// The report of a questionnaire: everything that waits, with a column for decisions.
///
/// # Errors
/// As for [`questions`].
pub fn report(desk: &Desk, named: &str) -> Result<Vec<u8>, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let opened = desk.bank.open()?;
    let search = opened.search();
    let progress = propose_anew(desk, &mut store, &search, &id)?;
    mark_shown(desk, &mut store, progress)?;
    let case = Case::open(desk, &mut store, &id)?;
    let answered = case.answer(desk, &search)?;
    let report = answered.files.into_iter().find(|file: &OutputFile| file.folder != CUSTOMER && file.name == output::REPORT);
    report.map(|file| file.bytes).ok_or_else(|| Failure::new("there is no report", "this is a bug; please report it"))
}

/// What became of the decisions of a report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Taking {
    /// Recorded.
    pub recorded: Vec<Place>,
    /// Decided the same already.
    pub same: usize,
    /// Recorded, and contested: somebody decided otherwise meanwhile.
    pub contested: Vec<String>,
    /// Not recorded, and why.
    pub lost: Vec<String>,
}

/// Takes in the decisions of a report. Where somebody decided otherwise since the report was made, both stand until one of them has seen both.
///
/// # Errors
/// The file is no report of ours, or a decision in it makes no sense; nothing is recorded then.
pub fn take_report(desk: &Desk, named: &str, file: &Path) -> Result<Taking, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let bytes = read_file(file, desk.worker.limits.file)?;
    let returned = read_decisions(&desk.worker, file, &bytes)?;
    let bank = desk.bank.bank()?;
    let mut transaction = store.begin()?;
    let progress = progress(&mut transaction, &id)?;
    refuse_closed(&progress)?;
    let asked: BTreeSet<(&Place, &str)> =
        progress.proposed.iter().flat_map(|snapshot| snapshot.lines.iter().map(|line| (&line.place, line.question.as_str()))).collect();
    let mut taking = Taking::default();
    for one in returned {
        let Decision { sheet, cell, question, choice, by, reason, .. } = one.decision.clone();
        let place = Place { sheet, cell };
        if let Some(why) = one.decision.lacks_reason(&bank) {
            return Err(Failure::new(format!("{}, {place}: {why}", file.display()), "write it into the column \"Reason\""));
        }
        if !one.questionnaire.is_empty() && one.questionnaire != id {
            return Err(Failure::new(
                format!("{}: this is the report of {}", file.display(), one.questionnaire),
                format!("take it in there: answerbank review take {}", one.questionnaire),
            ));
        }
        if one.seen > progress.latest {
            let what = format!("{place}: the report says that entry {} was seen, and the journal goes to {}", one.seen, progress.latest);
            taking.lost.push(what);
            continue;
        }
        if let Choice::Give { answer, .. } = &choice
            && bank.answer(answer).is_none()
        {
            taking.lost.push(format!("{place}: {answer:?} is not in the bank"));
            continue;
        }
        if !asked.contains(&(&place, question.as_str())) {
            taking.lost.push(format!("{place}: that question is not there, or asks something else"));
            continue;
        }
        let by = if by.is_empty() { desk.by.clone() } else { by };
        let last = progress.decisions.get(&place);
        if last.is_some_and(|last| last.against.is_empty() && last.decided.choice == choice) {
            taking.same += 1;
            continue;
        }
        let decided = Decided { place: place.clone(), question, choice, reason, seen: one.seen, carried_from: None };
        transaction.append(Some(&id), &by, desk.now, &Event::Decided(decided))?;
        taking.recorded.push(place);
    }
    transaction.commit()?;
    let now = crate::engine::questionnaire::progress(&mut store, &id)?;
    let contested = now.decisions.values().filter(|taken| !taken.against.is_empty());
    taking.contested = contested.map(|taken| format!("{}: {}", taken.decided.place, taken.all_in_words())).collect();
    Ok(taking)
}

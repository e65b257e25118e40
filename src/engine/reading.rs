//! Use case: how a questionnaire of the store is read: shown, tried otherwise, and read anew with the layout that a person corrected.

use std::sync::Arc;

use std::path::{Path, PathBuf};

use super::Failure;
use super::fill::Paper;
use super::mapping::{LayoutFrom, remember};
use super::questionnaire::{Case, Desk, find_id, progress, propose_anew};
use super::questions::Asked;
use super::review::refuse_closed;
use crate::bank::mappings;
use crate::domain::digest::sha256;
use crate::domain::journal::{Correction, Event, Place};
use crate::domain::map_found::map_found;
use crate::domain::mapping::Mapping;
use crate::domain::progress::Progress;
use crate::domain::review::Choice;

/// A questionnaire's workbook as it is read.
pub struct Read {
    /// Where the questionnaire stands.
    pub progress: Arc<Progress>,
    paper: Arc<Paper>,
    /// The layout as a mapping to correct.
    pub mapping: Mapping,
    /// The same as text.
    pub text: String,
    /// What a correction names as the reading that it was made from.
    pub seen: String,
}

impl Read {
    /// The workbook with what it asks.
    #[must_use]
    pub fn asked(&self) -> &Asked {
        &self.paper.asked
    }
}

/// Reads a questionnaire's workbook as it is read now; `anew` as the program finds it, whatever a person said.
///
/// # Errors
/// There is no such questionnaire, or its workbook cannot be read.
pub fn look(desk: &Desk, named: &str, anew: bool) -> Result<Read, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let (progress, paper) = if anew {
        let progress = progress(&mut store, &id)?;
        let bytes = store.content(&progress.received.content)?;
        let paper = Paper::of(&desk.worker, Path::new(&progress.received.name), bytes, &LayoutFrom::Finder, &desk.bank.root)?;
        (progress, Arc::new(paper))
    } else {
        let case = Case::open(desk, &mut store, &id)?;
        (case.progress, case.paper)
    };
    let asked = &paper.asked;
    let mapping = map_found(&asked.workbook, asked.obeyed.as_ref().map(|obeyed| &obeyed.mapping), &asked.found);
    let text = mappings::text(&mapping, &progress.received.name);
    Ok(Read { seen: seen(&progress), progress, paper, mapping, text })
}

fn seen(progress: &Progress) -> String {
    progress.received.mapping.as_ref().map_or_else(|| "found".to_owned(), |text| sha256(text.as_bytes()))
}

/// A mapping out of its text.
///
/// # Errors
/// Something in it cannot be meant; all of it is told, with lines.
pub fn of_text(text: &str) -> Result<Mapping, Failure> {
    mappings::read("the layout", text).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(|problem| format!("line {}: {}", problem.line, problem.what)).collect();
        Failure::usage(told.join("\n"), "nothing was changed; correct these lines, the head of the text explains the keys")
    })
}

/// A mapping as text, for a questionnaire's workbook.
#[must_use]
pub fn as_text(mapping: &Mapping, workbook: &str) -> String {
    mappings::text(mapping, workbook)
}

fn with(desk: &Desk, progress: &Progress, bytes: Vec<u8>, text: &str) -> Result<Paper, Failure> {
    let layout = LayoutFrom::Text(text.to_owned());
    Paper::of(&desk.worker, Path::new(&progress.received.name), bytes, &layout, &desk.bank.root)
}

/// What a questionnaire's workbook would ask with another layout. Records nothing.
///
/// # Errors
/// The layout cannot be obeyed, or nothing would be asked.
pub fn try_out(desk: &Desk, named: &str, text: &str) -> Result<Asked, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let progress = progress(&mut store, &id)?;
    let bytes = store.content(&progress.received.content)?;
    Ok(with(desk, &progress, bytes, text)?.asked)
}

/// What a corrected layout came to.
#[derive(Clone, Debug)]
pub struct Corrected {
    /// The questionnaire.
    pub id: String,
    /// How many questions it asks now.
    pub questions: usize,
    /// How many asked before.
    pub before: usize,
    /// How many decisions still fit.
    pub kept: usize,
    /// Questions that somebody decided about and that are not asked any more, in words.
    pub lost: Vec<String>,
    /// Where the bank remembers the layout for the next copies of this form.
    pub remembered: Option<PathBuf>,
}

/// Reads a questionnaire anew with a corrected layout. Decisions about questions that are still asked in the same place and words stay.
///
/// # Errors
/// Somebody corrected it meanwhile, the layout cannot be obeyed, nothing would be asked, or the disk says no; nothing is recorded then.
pub fn correct(desk: &Desk, named: &str, text: &str, from: &str, keep: bool) -> Result<Corrected, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let before = progress(&mut store, &id)?;
    refuse_closed(&before)?;
    let bytes = store.content(&before.received.content)?;
    let paper = with(desk, &before, bytes, text)?;
    let mut transaction = store.begin()?;
    let now = progress(&mut transaction, &id)?;
    if seen(&now) != from {
        return Err(Failure::new(
            "somebody else corrected this layout meanwhile",
            "nothing was changed; open the layout again in another tab, compare it with yours, and save the one that is right",
        ));
    }
    let remembered = if keep { Some(remember(&paper.asked, Some(&desk.bank.root))?) } else { None };
    let correction = Correction { mapping: Some(text.to_owned()), ..now.received.correctable() };
    transaction.append(Some(&id), &desk.by, desk.now, &Event::Corrected(correction))?;
    transaction.commit()?;
    let (kept, lost) = decisions(&now, &paper.asked);
    let opened = desk.bank.open()?;
    propose_anew(desk, &mut store, &opened.search(), &id)?;
    Ok(Corrected { id, questions: paper.asked.found.questions.len(), before: now.lines().len(), kept, lost, remembered })
}

/// How many decisions are about questions that are asked, and the questions of the others.
fn decisions(progress: &Progress, asked: &Asked) -> (usize, Vec<String>) {
    let there = |place: &Place, text: &str| asked.found.questions.iter().any(|one| one.text == text && Place::of(one) == *place);
    let decided = progress.decisions.iter().filter(|(_, taken)| taken.decided.choice != Choice::Leave);
    let (kept, lost): (Vec<_>, Vec<_>) = decided.partition(|(place, taken)| there(place, &taken.decided.question));
    (kept.len(), lost.into_iter().map(|(place, taken)| format!("{place}: {}", taken.decided.question)).collect())
}

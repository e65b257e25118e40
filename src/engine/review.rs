//! Use cases of the review: what waits for whom, one question with its reasons, decisions one by one, together, or out of a report.

use std::sync::Arc;

use serde::Serialize;

use super::Failure;
use super::fill::check_reasons;
use super::questionnaire::{Case, Desk, all, current, find_id, mark_shown, progress, unseen};
use super::receipt::Counts;
use crate::domain::around::Around;
use crate::domain::bank::Bank;
use crate::domain::extract::Question;
use crate::domain::journal::{Assigned, Decided, Entry, Event, Line, Place, Sale};
use crate::domain::progress::{Progress, Taken};
use crate::domain::propose::{Draft, Proposal, draft, reasons};
use crate::domain::question::Form;
use crate::domain::review::{Choice, Outcome, OutcomeKind};
use crate::domain::standing::standing;

mod reports;
mod since;

pub use reports::{Taking, report, take_report};
pub use since::{Since, bank, past, since, stands_now};

pub use super::questionnaire::{Added, CarriesOn, Incoming, Moved, add, correct};

/// So many decisions are taken together at most, so that each was looked at.
pub const TOGETHER: usize = 50;

/// One questionnaire in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The workbook's name.
    pub name: String,
    /// Whose it is.
    #[serde(flatten)]
    pub sale: Sale,
    /// How many questions stand how.
    #[serde(flatten)]
    pub counts: Counts,
    /// How many decisions contest each other.
    pub contested: usize,
    /// How often it was released.
    pub releases: usize,
    /// Why nobody waits for it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
}

/// How many questions of a questionnaire stand how, with the decisions that were taken since it was proposed for.
pub(super) fn counts(progress: &Progress) -> Counts {
    let lines = progress.lines();
    let count = |kind: OutcomeKind| lines.iter().filter(|line| stands(progress, line) == kind).count();
    Counts {
        found: lines.len(),
        filled: count(OutcomeKind::Filled),
        kept: count(OutcomeKind::Kept),
        review: count(OutcomeKind::Review),
        rejected: count(OutcomeKind::Rejected),
        gap: count(OutcomeKind::Gap),
    }
}

/// How a question stands, with a decision that was taken since the last proposal.
fn stands(progress: &Progress, line: &Line) -> OutcomeKind {
    let later = |taken: &&Taken| taken.number > progress.proposed_at && taken.decided.question == line.question;
    match progress.decisions.get(&line.place).filter(later) {
        Some(taken) if !taken.against.is_empty() => OutcomeKind::Review,
        Some(taken) => match taken.decided.choice {
            Choice::Give { .. } => OutcomeKind::Filled,
            Choice::Reword { .. } => OutcomeKind::Gap,
            Choice::Reject => OutcomeKind::Rejected,
            Choice::Leave => OutcomeKind::Review,
        },
        None => line.outcome,
    }
}

/// All questionnaires, the last one first; those that are closed or released only where asked for.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn list(desk: &Desk, also_done: bool) -> Result<Vec<Listed>, Failure> {
    let listed = |progress: &Arc<Progress>| Listed {
        counts: counts(progress),
        contested: progress.decisions.values().filter(|taken| !taken.against.is_empty()).count(),
        releases: progress.releases.len(),
        id: progress.id.clone(),
        name: progress.received.name.clone(),
        sale: progress.received.sale.clone(),
        closed: progress.closed.clone(),
    };
    let all = all(&mut *desk.store()?)?;
    Ok(all.iter().rev().filter(|progress| also_done || progress.is_open()).map(listed).collect())
}

/// One question in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// How it stands.
    #[serde(flatten)]
    pub line: Line,
    /// With the decisions taken since.
    pub stands: OutcomeKind,
    /// The last decision, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
    /// Decisions that contest it, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<String>,
    /// Who is to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
}

/// The questions of one questionnaire.
#[derive(Clone, Debug, Serialize)]
pub struct Rows {
    /// Its id.
    pub id: String,
    /// The workbook's name.
    pub name: String,
    /// Whose it is.
    #[serde(flatten)]
    pub sale: Sale,
    /// How far its journal goes; a decision names it as `--seen`.
    pub seen: i64,
    /// Question by question.
    pub rows: Vec<Row>,
    /// What stands otherwise than when it was last looked at.
    pub changed: Vec<Moved>,
}

/// Which questions are listed.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only these.
    pub stands: Option<OutcomeKind>,
    /// Only where decisions contest each other.
    pub contested: bool,
    /// Only this person's.
    pub assigned: Option<String>,
}

/// The questions of one questionnaire as they stand with today's bank.
///
/// # Errors
/// There is no such questionnaire, or it cannot be proposed for.
pub fn questions(desk: &Desk, named: &str, which: &Which) -> Result<Rows, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let progress = current(desk, &mut store, &id)?;
    let changed = unseen(&progress);
    // What is listed in part is still told as a whole where it stands otherwise.
    let progress = mark_shown(desk, &mut store, progress)?;
    let wanted = |row: &Row| {
        which.stands.is_none_or(|kind| row.stands == kind)
            && (!which.contested || !row.against.is_empty())
            && which.assigned.as_ref().is_none_or(|name| row.assigned.as_ref().is_some_and(|to| to.eq_ignore_ascii_case(name)))
    };
    let lines = progress.lines();
    let rows = lines.iter().map(|line| row(&progress, line)).filter(wanted).collect();
    let received = &progress.received;
    Ok(Rows { id, name: received.name.clone(), sale: received.sale.clone(), seen: progress.latest, rows, changed })
}

fn row(progress: &Progress, line: &Line) -> Row {
    Row { stands: stands(progress, line), ..row_of_now(progress, line) }
}

/// A line that was settled with all decisions.
fn row_of_now(progress: &Progress, line: &Line) -> Row {
    let taken = progress.decisions.get(&line.place).filter(|taken| taken.decided.question == line.question);
    Row {
        stands: line.outcome,
        decided: taken.map(Taken::in_words),
        against: taken.map(|taken| taken.against.iter().map(Taken::in_words).collect()).unwrap_or_default(),
        assigned: progress.assigned.get(&line.place).cloned(),
        line: line.clone(),
    }
}

/// An answer that a reviewer may choose.
#[derive(Clone, Debug, Serialize)]
pub struct Offered {
    /// Its id.
    pub answer: String,
    /// The measured chance that giving it unseen would be right.
    pub confidence: f32,
    /// The question as the bank asks it.
    pub question: String,
    /// Its wording.
    pub wording: String,
    /// What would be written into a list or as a mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Why it may not be given; empty where it may.
    pub bars: Vec<String>,
    /// Why it fits, and what speaks against it.
    pub reasons: Vec<String>,
}

/// One question with all that a reviewer needs.
#[derive(Clone, Debug, Serialize)]
pub struct ShownQuestion {
    /// How it stands.
    #[serde(flatten)]
    pub row: Row,
    /// How far the questionnaire's journal goes; a decision names it as `--seen`.
    pub seen: i64,
    /// How it is answered.
    pub form: Form,
    /// The words to choose from.
    pub options: Vec<String>,
    /// Why it stands so.
    pub why: Vec<String>,
    /// Answers to choose from, the proposed one first.
    pub offered: Vec<Offered>,
    /// What is given, or would be if the proposal were accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gives: Option<Gives>,
    /// The cells around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub around: Option<Around>,
}

/// What an answer writes into a question's cells.
#[derive(Clone, Debug, Serialize)]
pub struct Gives {
    /// The answer.
    pub answer: String,
    /// What is written into a list or as a mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The wording, where there is a cell for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Gives {
    fn of(outcome: &Outcome, proposal: &Proposal) -> Option<Self> {
        let (answer, draft) = match outcome {
            Outcome::Respond(response) => (response.answer, &response.draft),
            Outcome::Waiting => (proposal.matches.first()?.found.answer, proposal.draft.as_ref()?),
            Outcome::Kept | Outcome::Rejected | Outcome::Gap(_) => return None,
        };
        Some(Self { answer: answer.id.clone(), word: draft.word.clone(), text: draft.text.clone() })
    }
}

/// One question with its reasons and alternatives.
///
/// # Errors
/// There is no such questionnaire or question.
pub fn show(desk: &Desk, named: &str, place: &str) -> Result<ShownQuestion, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let case = Case::open(desk, &mut store, &id)?;
    let opened = desk.bank.open()?;
    let search = opened.search();
    let questions = &case.paper.asked.found.questions;
    let places: Vec<Place> = questions.iter().map(Place::of).collect();
    let one = question_at(places.iter().zip(questions).map(|(place, question)| (place, question.id.as_deref())), place)?;
    let (settlement, at) = case.settle_one(desk, &search, one)?;
    let items = settlement.work_items(&search);
    let snapshot = settlement.snapshot(search.bank, &items, desk.date);
    let settled = &settlement.settled[at];
    let offered = settled.proposal.matches.iter().map(|judged| Offered {
        answer: judged.found.answer.id.clone(),
        confidence: judged.found.confidence,
        question: judged.found.answer.question.clone(),
        wording: judged.found.answer.wording.clone(),
        word: draft(settled.question, judged.found.answer).ok().and_then(|draft| draft.word),
        bars: judged.bars.iter().map(ToString::to_string).collect(),
        reasons: reasons(search.bank, judged),
    });
    Ok(ShownQuestion {
        row: row_of_now(&case.progress, &snapshot.lines[at]),
        seen: case.progress.latest,
        form: settled.question.answer.kind,
        options: settled.question.answer.options.clone(),
        why: settled.proposal.reasons.clone(),
        offered: offered.collect(),
        gives: Gives::of(&settled.outcome, &settled.proposal),
        around: case.paper.around(settled.question),
    })
}

fn line_at(lines: &[Line], named: &str) -> Result<usize, Failure> {
    question_at(lines.iter().map(|line| (&line.place, line.id.as_deref())), named)
}

/// Whether a question at a place, with an id, is meant.
type IsMeant<'t> = dyn Fn(&Place, Option<&str>) -> bool + 't;

/// The question that somebody means: `Sheet!B13`, `B13` where only one sheet has it, or its id in the form.
fn question_at<'l>(questions: impl Iterator<Item = (&'l Place, Option<&'l str>)>, named: &str) -> Result<usize, Failure> {
    let questions: Vec<(&Place, Option<&str>)> = questions.collect();
    // As spreadsheet programs write places: with the sheet in quotes, and the cell absolute.
    let plain = |text: &str| text.replace(['$', '\''], "").to_lowercase();
    let whole = plain(named);
    let exact = |place: &Place, _: Option<&str>| {
        let last = whole.len().checked_sub(place.cell.len()).and_then(|at| whole.get(at..));
        last.is_some_and(|last| last.eq_ignore_ascii_case(&place.cell)) && plain(&place.to_string()) == whole
    };
    let named = named.trim_start_matches('$');
    let by_cell = |place: &Place, _: Option<&str>| place.cell.eq_ignore_ascii_case(named);
    let by_id = |_: &Place, id: Option<&str>| id.is_some_and(|id| id.eq_ignore_ascii_case(named));
    let tests: [&IsMeant; 3] = [&exact, &by_cell, &by_id];
    let fitting =
        |test: &IsMeant| questions.iter().enumerate().filter(|(_, (place, id))| test(place, *id)).map(|(at, _)| at).collect::<Vec<_>>();
    match tests.iter().map(|test| fitting(test)).find(|found| !found.is_empty()).as_deref() {
        Some([one]) => Ok(*one),
        Some(several) => {
            let places: Vec<String> = several.iter().map(|at| questions[*at].0.to_string()).collect();
            Err(Failure::usage(format!("{named}: this may be {}", places.join(", ")), "name the question with its sheet: 'Sheet!B13'"))
        }
        None => Err(Failure::not_there(format!("{named}: no question stands there"), "see where they are: answerbank review list ID")),
    }
}

/// What somebody wants to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Give the proposed answer.
    Accept,
    /// Give this one.
    Choose(String),
    /// Give this one, as long as it says what was shown.
    Shown {
        /// Its id.
        answer: String,
        /// Its digest as it was shown.
        digest: String,
    },
    /// Say it in these words, once the bank has them.
    Edit(String),
    /// Give nothing.
    Reject,
    /// As if nothing had been decided.
    Undo,
}

/// A decision to be recorded.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The question, as [`show`] takes it.
    pub place: String,
    /// What is decided.
    pub wanted: Wanted,
    /// Why.
    pub reason: String,
    /// How far the journal went when the person looked; none: now.
    pub seen: Option<i64>,
}

/// A decision that was recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Its place in the journal.
    pub number: i64,
    /// The question.
    #[serde(flatten)]
    pub place: Place,
    /// What is asked.
    pub question: String,
    /// The answer that is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// What would be written into a list or as a mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The wording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Records decisions, all or none. What may not be given is refused at once, and again at the release.
///
/// # Errors
/// A question is not there, an answer may not be given or does not fit into the cell, a reason is missing, or somebody decided meanwhile.
pub fn decide(desk: &Desk, named: &str, asked: &[Asked]) -> Result<Vec<Recorded>, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    current(desk, &mut store, &id)?;
    let bank = desk.bank.bank()?;
    let mut transaction = store.begin()?;
    let case = Case::open(desk, &mut transaction, &id)?;
    refuse_closed(&case.progress)?;
    let mut recorded = Vec::new();
    for one in asked {
        let decided = decided(desk, &bank, &case, one)?;
        let given = given(&bank, &case, &decided)?;
        let number = transaction.append(Some(&id), &desk.by, desk.now, &Event::Decided(decided.clone()))?;
        let (answer, draft) = given.map_or((None, None), |(answer, draft)| (Some(answer), Some(draft)));
        let (word, text) = draft.map_or((None, None), |draft: Draft| (draft.word, draft.text));
        recorded.push(Recorded { number, place: decided.place, question: decided.question, answer, word, text });
    }
    transaction.commit()?;
    Ok(recorded)
}

/// Refuses to go on with a questionnaire for which nobody waits any more.
pub(super) fn refuse_closed(progress: &Progress) -> Result<(), Failure> {
    progress.closed.as_ref().map_or(Ok(()), |why| {
        Err(Failure::new(
            format!("{}: it is closed: {why}", progress.id),
            format!("open it again: answerbank review reopen {}", progress.id),
        ))
    })
}

/// A decision as the journal takes it.
fn decided(desk: &Desk, bank: &Bank, case: &Case, asked: &Asked) -> Result<Decided, Failure> {
    let lines = case.progress.lines();
    let line = &lines[line_at(lines, &asked.place)?];
    if asked.seen.is_some_and(|seen| seen > case.progress.latest || seen < 0) {
        return Err(Failure::usage(
            format!("--seen: the journal of {} goes to entry {}", case.progress.id, case.progress.latest),
            "name what `review show` said",
        ));
    }
    if line.outcome == OutcomeKind::Kept && asked.wanted != Wanted::Undo {
        return Err(Failure::new(
            format!("{}: an answer stands in its cell already, and is kept", line.place),
            format!("have such answers replaced: answerbank review correct {} --overwrite true", case.progress.id),
        ));
    }
    let last = case.progress.decisions.get(&line.place);
    if let Some(last) = last.filter(|last| !knows_of(desk, last, asked.seen)) {
        return Err(Failure::new(
            format!("{}: {}", line.place, last.all_in_words()),
            format!(
                "look at it, and decide over it: answerbank review show {} '{}', then --seen {}",
                case.progress.id, line.place, case.progress.latest
            ),
        ));
    }
    let choice = match &asked.wanted {
        Wanted::Accept => match &line.answer {
            Some(answer) if matches!(line.outcome, OutcomeKind::Filled | OutcomeKind::Review) => {
                Choice::Give { answer: answer.clone(), digest: line.digest.clone() }
            }
            _ => {
                let why = line.why.clone().unwrap_or_else(|| match line.outcome {
                    OutcomeKind::Rejected => "it is rejected; take that back first: answerbank review undo".to_owned(),
                    other => format!("it is {}", other.name()),
                });
                let what = format!("{}: there is nothing to accept: {why}", line.place);
                return Err(Failure::new(what, "choose an answer: answerbank review choose"));
            }
        },
        Wanted::Choose(answer) => Choice::Give { answer: answer.clone(), digest: bank.answer(answer).map(|answer| bank.digest_of(answer)) },
        Wanted::Shown { answer, digest } => Choice::Give { answer: answer.clone(), digest: Some(digest.clone()) },
        Wanted::Edit(text) if text.trim().is_empty() => {
            return Err(Failure::usage(format!("{}: there are no words", line.place), "give them with --text"));
        }
        Wanted::Edit(text) => Choice::Reword { answer: line.answer.clone().unwrap_or_default(), text: text.trim().to_owned() },
        Wanted::Reject => Choice::Reject,
        Wanted::Undo => Choice::Leave,
    };
    let decided = Decided {
        place: line.place.clone(),
        question: line.question.clone(),
        choice,
        reason: asked.reason.trim().to_owned(),
        seen: asked.seen.unwrap_or(case.progress.latest),
        carried_from: None,
    };
    check_reasons(bank, &[decided.in_review(&desk.by)])?;
    Ok(decided)
}

/// Whether who decides knows of the last decision: it is their own, or they have seen it.
fn knows_of(desk: &Desk, last: &Taken, seen: Option<i64>) -> bool {
    let own = last.against.is_empty() && last.by.eq_ignore_ascii_case(&desk.by);
    match seen {
        Some(seen) => seen >= last.latest(),
        None => own || last.decided.choice == Choice::Leave || last.decided.carried_from.is_some(),
    }
}

/// What a decision would give, if it may be given and the cell takes it.
fn given(bank: &Bank, case: &Case, decided: &Decided) -> Result<Option<(String, Draft)>, Failure> {
    let Choice::Give { answer: id, digest } = &decided.choice else { return Ok(None) };
    let place = &decided.place;
    let answer = bank
        .answer(id)
        .ok_or_else(|| Failure::usage(format!("{place}: {id} is not in the bank"), "see what there is: answerbank search WORDS"))?;
    if digest.as_ref().is_some_and(|digest| *digest != bank.digest_of(answer)) {
        return Err(Failure::new(
            format!("{place}: {id} says something else now than when it was shown"),
            "look at it again: answerbank review show",
        ));
    }
    let bars: Vec<String> = standing(bank, answer, case.scope()).iter().map(ToString::to_string).collect();
    if !bars.is_empty() {
        return Err(Failure::new(format!("{place}: {id} may not be given: {}", bars.join("; ")), format!("answerbank bank show {id}")));
    }
    let found = case.paper.asked.found.questions.iter().find(|question: &&Question| Place::of(question) == *place);
    let question =
        found.ok_or_else(|| Failure::new(format!("{place}: no question stands there"), "see where they are: answerbank review list"))?;
    if !question.writable {
        return Err(Failure::new(format!("{place}: its cell may not be written"), "answer this one by hand"));
    }
    let draft = draft(question, answer).map_err(|gap| {
        Failure::new(format!("{place}: {}", gap.why), "choose another answer, or give the answer a word for this list: choices")
    })?;
    Ok(Some((id.clone(), draft)))
}

/// Says who is to decide about questions; an empty name takes it back.
///
/// # Errors
/// A question is not there.
pub fn assign(desk: &Desk, named: &str, places: &[String], to: &str) -> Result<Vec<Place>, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let mut transaction = store.begin()?;
    let progress = progress(&mut transaction, &id)?;
    let lines = progress.lines();
    let mut assigned = Vec::new();
    for place in places {
        let place = lines[line_at(lines, place)?].place.clone();
        transaction.append(Some(&id), &desk.by, desk.now, &Event::Assigned(Assigned { place: place.clone(), to: to.trim().to_owned() }))?;
        assigned.push(place);
    }
    transaction.commit()?;
    Ok(assigned)
}

/// Ends a questionnaire: nobody waits for it any more.
///
/// # Errors
/// There is no such questionnaire, or no reason is given.
pub fn close(desk: &Desk, named: &str, why: &str) -> Result<String, Failure> {
    desk.named()?;
    if why.trim().is_empty() {
        return Err(Failure::usage("--reason: the reason is empty", "say why nobody waits for it any more"));
    }
    note(desk, named, &Event::Closed { why: why.trim().to_owned() })
}

/// Opens a closed questionnaire again.
///
/// # Errors
/// There is no such questionnaire.
pub fn reopen(desk: &Desk, named: &str) -> Result<String, Failure> {
    desk.named()?;
    note(desk, named, &Event::Reopened)
}

fn note(desk: &Desk, named: &str, what: &Event) -> Result<String, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    desk.record(&mut store, Some(&id), what)?;
    Ok(id)
}

/// Everything that happened to a questionnaire, in order.
///
/// # Errors
/// There is no such questionnaire.
pub fn log(desk: &Desk, named: &str) -> Result<Vec<Entry>, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    Ok(store.entries(Some(&id))?)
}

/// Decisions that could be accepted together: waiting for a person, with at least this confidence.
///
/// # Errors
/// As for [`questions`].
pub fn acceptable(desk: &Desk, named: &str, least: f32) -> Result<Rows, Failure> {
    let mut rows = questions(desk, named, &Which { stands: Some(OutcomeKind::Review), ..Which::default() })?;
    // What something speaks against is looked at one by one.
    let doubted = |row: &Row| row.line.why.as_ref().is_some_and(|why| why.starts_with("careful") || why.starts_with("close call"));
    rows.rows.retain(|row| row.against.is_empty() && row.decided.is_none() && row.line.confidence >= least && !doubted(row));
    rows.rows.truncate(TOGETHER);
    Ok(rows)
}

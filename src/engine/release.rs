//! Use case: answers leave. Settled, checked and recorded as one; what is put out is what was recorded, byte for byte.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::fill::{Answered, Done as Filled, default_out};
use super::output::{self, CUSTOMER, INTERNAL, OutputFile};
use super::questionnaire::{Case, Desk, customers, find_id, progress};
use super::receipt::Counts;
use super::review::refuse_closed;
use super::{Failure, check_scope};
use crate::domain::bank::Bank;
use crate::domain::journal::{Event, Place, PutOut, Released, Told};
use crate::domain::ledger::no_longer;
use crate::domain::names::{Names, same};
use crate::domain::progress::Progress;
use crate::domain::question::Question;
use crate::domain::release::{Blocked, blocked, may_leave, names_others, never_again};
use crate::store::{Store, ToldOf, Transaction, told_sha256};

mod look;

pub use look::{Draft, Look, Out, archive, draft, file, look, releases};

/// A customer's name of fewer letters is a word of many texts.
const NAME: usize = 4;
/// So often a release begins anew because somebody decided or edited meanwhile.
const ATTEMPTS: usize = 3;
/// Milliseconds by which the clock may go back before nothing leaves any more.
const CLOCK_BACK: i64 = 5 * 60 * 1000;

/// What was released.
#[derive(Clone, Debug, Serialize)]
pub struct Done {
    /// The questionnaire.
    pub id: String,
    /// Its place in the journal.
    pub number: i64,
    /// Whether exactly this was released before, so that only the files were put back.
    pub again: bool,
    /// The output folder.
    pub out: PathBuf,
    /// The workbook for the customer.
    pub workbook: PathBuf,
    /// How many questions became what.
    pub counts: Counts,
    /// How many answers the customer holds now.
    pub told: usize,
    /// What deserves attention.
    pub notices: Vec<String>,
}

/// How a release ended.
#[derive(Clone, Debug)]
pub enum Release {
    /// It is out.
    Done(Done),
    /// It may not leave; nothing was written.
    Blocked {
        /// The questionnaire.
        id: String,
        /// Why.
        why: Vec<Blocked>,
    },
}

/// Releases a questionnaire as its review stands, into a folder that holds no output yet, unless `force`.
///
/// # Errors
/// There is no such questionnaire, the clock went back, the disk says no. Nothing is recorded then; or it is recorded, and the next call puts
/// out the same files.
pub fn release(desk: &Desk, named: &str, out: Option<&Path>, force: bool) -> Result<Release, Failure> {
    let place = |name: &str| out.map_or_else(|| default_out(Path::new(name)), Path::to_owned);
    let free = |case: &Case| output::check_free(&place(&case.progress.received.name), force);
    match recorded(desk, named, &free)? {
        (id, Outcome::Blocked(why)) => Ok(Release::Blocked { id, why }),
        (id, Outcome::Recorded { answered, number, again }) => {
            let out = place(&answered.receipt.input.name);
            output::write(&out, &answered.files)?;
            let told = answered.told.len();
            let done = answered.done(&out);
            let Filled { workbook, counts, notices, .. } = done;
            Ok(Release::Done(Done { id, number, again, out, workbook, counts, told, notices }))
        }
    }
}

/// What was released, where no folder was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The questionnaire.
    pub id: String,
    /// Its place in the journal.
    pub number: i64,
    /// Whether exactly this was released before.
    pub again: bool,
    /// How many questions became what.
    pub counts: Counts,
    /// How many answers the customer holds now.
    pub told: usize,
    /// What deserves attention.
    pub notices: Vec<String>,
}

/// As [`release`], with the files kept in the store alone: `file` and `archive` give them, byte for byte. Blocked: what is in the way.
///
/// # Errors
/// As for [`release`].
pub fn release_kept(desk: &Desk, named: &str) -> Result<Result<Kept, Vec<Blocked>>, Failure> {
    Ok(match recorded(desk, named, &|_| Ok(()))? {
        (_, Outcome::Blocked(why)) => Err(why),
        (id, Outcome::Recorded { answered, number, again }) => {
            let told = answered.told.len();
            Ok(Kept { id, number, again, counts: answered.receipt.counts, told, notices: answered.notices })
        }
    })
}

/// How an attempt to release ended.
enum Outcome {
    Recorded { answered: Box<Answered>, number: i64, again: bool },
    Blocked(Vec<Blocked>),
}

/// Settles a questionnaire and records its release, if it fits and nothing is in the way.
fn recorded(desk: &Desk, named: &str, fits: &dyn Fn(&Case) -> Result<(), Failure>) -> Result<(String, Outcome), Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    check_clock(desk, &mut store)?;
    desk.bank.look_again();
    for _ in 0..ATTEMPTS {
        let case = Case::open(desk, &mut store, &id)?;
        refuse_closed(&case.progress)?;
        fits(&case)?;
        let mut answered = answered(desk, &case)?;
        let mut transaction = store.begin()?;
        // Whatever was decided or edited since is seen here, and from here on nobody decides until this is recorded.
        if progress(&mut transaction, &id)?.latest != case.progress.latest {
            continue;
        }
        let bank = desk.bank.read()?;
        let why = in_the_way(&bank, &case, &answered, &mut transaction)?;
        if !why.is_empty() {
            return Ok((id, Outcome::Blocked(why)));
        }
        if bank.digest != answered.snapshot.bank {
            if let Some(memory) = &desk.bank.memory {
                memory.forget_bank();
            }
            continue;
        }
        let (number, again) = match repeated(&mut transaction, &case.progress, &answered)? {
            Some((number, files)) => {
                answered.files = files;
                (number, true)
            }
            None => (record(&mut transaction, desk, &case.progress, &answered)?, false),
        };
        transaction.commit()?;
        return Ok((id, Outcome::Recorded { answered: Box::new(answered), number, again }));
    }
    Err(Failure::new(
        format!("{id}: the bank or the review changed {ATTEMPTS} times while it was released"),
        "nothing was written; release it again when nobody is at work on it",
    ))
}

/// The questionnaire answered with today's bank.
fn answered(desk: &Desk, case: &Case) -> Result<Answered, Failure> {
    let opened = desk.bank.open()?;
    check_scope(&opened.bank, case.scope())?;
    let mut answered = case.answer(desk, &opened.search())?;
    for told in &mut answered.told {
        told.questionnaire.clone_from(&case.progress.id);
    }
    Ok(answered)
}

/// Everything that keeps it from leaving, by place.
fn in_the_way(bank: &Bank, case: &Case, answered: &Answered, store: &mut Store) -> Result<Vec<Blocked>, Failure> {
    let mut why = blocked(&case.progress, &answered.snapshot);
    why.extend(may_leave(bank, case.scope(), &answered.told));
    why.extend(never_again(bank, &answered.told));
    let others = others(store, &case.progress)?;
    why.extend(names_others(&Names::new(others.iter().map(String::as_str)), &answered.told));
    why.extend(kept_of_ours(bank, case, store)?);
    why.sort_by(|a, b| a.place.cmp(&b.place));
    why.dedup();
    Ok(why)
}

/// Names of the customers of all other questionnaires.
fn others(store: &mut Store, progress: &Progress) -> Result<BTreeSet<String>, Failure> {
    let own = &progress.received.sale.customer;
    Ok(customers(store)?.into_iter().filter(|name| !same(name, own) && name.chars().count() >= NAME).collect())
}

/// What the customer's own file holds of what we told before, and what may not be told any more: kept, it would be said again.
fn kept_of_ours(bank: &Bank, case: &Case, store: &mut Store) -> Result<Vec<Blocked>, Failure> {
    let overwrite = case.progress.received.overwrite;
    let questions: Vec<&Question> =
        case.paper.asked.found.questions.iter().filter(|question| question.given.is_some() && !overwrite).collect();
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let told = store.told(&ToldOf::All)?;
    let customer = &case.progress.received.sale.customer;
    let ours: Vec<&Told> = told.iter().map(|(_, told)| told).filter(|told| same(&told.customer, customer)).collect();
    let kept = |question: &Question| {
        let given = question.given.as_deref()?.trim();
        let told =
            ours.iter().rev().find(|told| told.question == question.text && told.written.iter().any(|(_, text)| text.trim() == given))?;
        let why = no_longer(bank, told, case.scope().date)?;
        let why = format!(
            "the file still holds what {} said on {}, and {why}; have it replaced: answerbank review correct {} --overwrite true",
            told.answer, told.date, case.progress.id
        );
        Some(Blocked { place: Place::of(question), why })
    };
    Ok(questions.into_iter().filter_map(kept).collect())
}

/// Puts out again what was released last, as it was.
///
/// # Errors
/// Nothing was released yet; the disk says no.
pub fn put_out_again(desk: &Desk, named: &str, out: Option<&Path>, force: bool) -> Result<(PathBuf, i64), Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let progress = progress(&mut store, &id)?;
    let (number, released) = progress
        .releases
        .last()
        .ok_or_else(|| Failure::new(format!("{id}: nothing was released yet"), format!("answerbank release {id}")))?;
    let out = out.map_or_else(|| default_out(Path::new(&progress.received.name)), Path::to_owned);
    output::check_free(&out, force)?;
    output::write(&out, &kept(&mut store, released)?)?;
    Ok((out, *number))
}

/// The files of a release.
fn kept(store: &mut Store, released: &Released) -> Result<Vec<OutputFile>, Failure> {
    let file = |file: &PutOut| {
        let folder = if file.folder == CUSTOMER { CUSTOMER } else { INTERNAL };
        Ok(OutputFile { folder, name: file.name.clone(), bytes: store.content(&file.content)? })
    };
    released.files.iter().map(file).collect()
}

/// Refuses to let anything leave by a clock that went back: what has expired would come to life again.
fn check_clock(desk: &Desk, store: &mut Store) -> Result<(), Failure> {
    // It may be tomorrow already where somebody is.
    let tomorrow = (desk.now + SignedDuration::from_hours(24)).to_zoned(TimeZone::UTC).date();
    if desk.date > tomorrow {
        return Err(Failure::usage(
            format!("--date {}: nothing is told on a day that has not come", desk.date),
            "leave --date out, for today",
        ));
    }
    match store.latest()? {
        Some(latest) if desk.now.as_millisecond() + CLOCK_BACK < latest.as_millisecond() => Err(Failure::new(
            format!("this machine's clock says {}, and the store has entries of {latest}", desk.now),
            "set the clock; nothing is released while it stands behind what has happened",
        )),
        _ => Ok(()),
    }
}

/// The last release, if it gave the customer this workbook on these grounds, which the receipt names; with its files.
fn repeated(store: &mut Store, progress: &Progress, answered: &Answered) -> Result<Option<(i64, Vec<OutputFile>)>, Failure> {
    let Some((number, released)) = progress.releases.last() else { return Ok(None) };
    let files = kept(store, released)?;
    let same = |name: &str| {
        let bytes = |files: &[OutputFile]| files.iter().find(|file| file.name == name).map(|file| file.bytes.clone());
        bytes(&files).is_some() && bytes(&files) == bytes(&answered.files)
    };
    Ok((same(&answered.receipt.output.name) && same(output::RECEIPT)).then_some((*number, files)))
}

fn record(transaction: &mut Transaction, desk: &Desk, progress: &Progress, answered: &Answered) -> Result<i64, Failure> {
    if let Some(proposal) = progress.proposal(&answered.snapshot) {
        let proposal = transaction.append(Some(&progress.id), &desk.by, desk.now, &proposal)?;
        transaction.append(Some(&progress.id), &desk.by, desk.now, &Event::Shown { proposal })?;
    }
    let mut files = Vec::new();
    for file in &answered.files {
        let content = transaction.keep(&file.bytes)?;
        files.push(PutOut { folder: file.folder.to_owned(), name: file.name.clone(), content });
    }
    let told: &[Told] = &answered.told;
    let released = Released {
        date: desk.date,
        bank: answered.snapshot.bank.clone(),
        upto: progress.latest,
        files,
        told: told.len(),
        told_sha256: told_sha256(told),
    };
    let number = transaction.append(Some(&progress.id), &desk.by, desk.now, &Event::Released(released))?;
    transaction.tell(number, told)?;
    Ok(number)
}

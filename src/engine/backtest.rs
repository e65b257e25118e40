//! Use case: a team's own history, played again. Each questionnaire is answered by the bank as it would be without it, and compared with what people decided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::Failure;
use super::curate::{self, edit_failure};
use super::fill::{Settlement, Terms};
use super::matching::Finders;
use super::questionnaire::{Case, Desk, all};
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::BANK_KEYS;
use crate::domain::bank::Bank;
use crate::domain::confidence::Model;
use crate::domain::journal::{Entry, Event, Place};
use crate::domain::lessons::What;
use crate::domain::measured::upper_bound;
use crate::domain::progress::{Progress, Taken};
use crate::domain::review::{Choice, Outcome};

/// How often one band was right.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Band {
    /// Its name.
    pub band: String,
    /// Questions in it about which a person decided.
    pub given: u32,
    /// Of these: proposed what the person gave.
    pub right: u32,
    /// Of these: proposed something else.
    pub wrong: u32,
    /// The largest share that may be wrong, with a confidence of 95 %.
    pub at_most: f64,
}

/// One proposal that was not what the person gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The questionnaire.
    pub questionnaire: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What was asked.
    pub question: String,
    /// The band.
    pub band: String,
    /// What was proposed.
    pub proposed: String,
    /// What the person gave; none for nothing.
    pub given: Option<String>,
}

/// What a team's history shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Backtest {
    /// Questionnaires that were played again.
    pub questionnaires: usize,
    /// Their questions about which a person decided.
    pub questions: usize,
    /// Questions that nobody decided about: what was filled there by itself is no witness for itself, and does not count.
    pub without_decision: usize,
    /// Band by band: `ready`, then those for review by their confidence, then `gap`, where right means that the person gave nothing.
    pub bands: Vec<Band>,
    /// Proposals that were not what the person gave, of the band `ready` first.
    pub wrong: Vec<Wrong>,
    /// Of answers given without a look, the share that was wrong at most when the program itself was measured.
    pub shipped_at_most: f64,
    /// Questionnaires that could not be played again, and why.
    pub failed: Vec<String>,
}

/// So many decided answers of the band ready are needed for a bar of one's own.
const ENOUGH: u32 = 20;
/// The bands in their order.
const BANDS: [&str; 4] = ["ready", "review, from 0.5", "review, below 0.5", "gap"];

impl Backtest {
    fn count(&mut self, wrong: Wrong, right: bool) {
        let name = wrong.band.clone();
        let Some(band) = self.bands.iter_mut().find(|band| band.band == name) else { return };
        band.given += 1;
        band.right += u32::from(right);
        band.wrong += u32::from(!right);
        self.questions += 1;
        if !right {
            self.wrong.push(wrong);
        }
    }
}

/// Plays the history of a store again.
///
/// # Errors
/// There is no store or bank, or nobody decided anything yet.
pub fn backtest(desk: &Desk) -> Result<Backtest, Failure> {
    let mut store = desk.store()?;
    let history = all(&mut store)?;
    let opened = desk.bank.open()?;
    let learned = store.entries_of_kind("learned")?;
    let taught = Taught::new(&history, &learned);
    let mut told = Backtest { bands: BANDS.map(|band| Band { band: band.to_owned(), ..Band::default() }).to_vec(), ..Backtest::default() };
    let whole = opened.search();
    told.shipped_at_most = f64::from(Model::of(whole.meaning.view()).measured().bound);
    for progress in &history {
        let people: Vec<&Taken> = decided(progress).collect();
        if people.is_empty() {
            continue;
        }
        let reduced = without(&opened.bank, progress, &taught).map(|bank| opened.without(bank)).transpose()?;
        let search = match &reduced {
            Some(reduced) => reduced.search(),
            None => whole,
        };
        match Case::open(desk, &mut store, &progress.id) {
            Err(failure) => told.failed.push(format!("{}: {}", progress.id, failure.message)),
            Ok(case) => {
                let terms = Terms { decisions: &[], ..case.terms(desk) };
                let settlement = Settlement::new(&mut Finders::new(&search), &case.paper.asked.workbook, &case.paper.asked.found, &terms)?;
                compare(&mut told, progress, &people, &settlement);
                told.questionnaires += 1;
            }
        }
    }
    for band in &mut told.bands {
        band.at_most = upper_bound(band.wrong, band.given);
    }
    told.wrong.sort_by_key(|wrong| BANDS.iter().position(|band| *band == wrong.band));
    if told.questions == 0 {
        return Err(Failure::new(
            "nobody has decided about a question yet, so there is nothing to compare with",
            "accept, choose and reject proposals: answerbank review list",
        ));
    }
    Ok(told)
}

/// What people decided about this very questionnaire, so that it can be right or wrong.
fn decided(progress: &Progress) -> impl Iterator<Item = &Taken> {
    let tells = |taken: &&Taken| matches!(taken.decided.choice, Choice::Give { .. } | Choice::Reject);
    progress.decisions.values().filter(|taken| taken.is_first_hand()).filter(tells)
}

fn compare(told: &mut Backtest, progress: &Progress, people: &[&Taken], settlement: &Settlement) {
    let by_place: BTreeMap<&Place, &Taken> = people.iter().map(|taken| (&taken.decided.place, *taken)).collect();
    for one in &settlement.settled {
        let place = Place::of(one.question);
        let Some(taken) = by_place.get(&place).filter(|taken| taken.decided.question == one.question.text) else {
            told.without_decision += usize::from(!matches!(one.outcome, Outcome::Kept));
            continue;
        };
        let first = one.proposal.matches.first();
        let (band, proposed) = match &one.outcome {
            Outcome::Respond(response) => (BANDS[0], Some(response.answer.id.clone())),
            Outcome::Waiting => {
                let sure = first.is_some_and(|first| first.found.confidence >= 0.5);
                (if sure { BANDS[1] } else { BANDS[2] }, first.map(|first| first.found.answer.id.clone()))
            }
            Outcome::Gap(_) => (BANDS[3], None),
            Outcome::Kept | Outcome::Rejected => continue,
        };
        let given = if let Choice::Give { answer, .. } = &taken.decided.choice { Some(answer.clone()) } else { None };
        let right = proposed == given;
        let wrong = Wrong {
            questionnaire: progress.id.clone(),
            place,
            question: one.question.text.clone(),
            band: band.to_owned(),
            proposed: proposed.unwrap_or_default(),
            given,
        };
        told.count(wrong, right);
    }
}

/// What the bank learned from each questionnaire, and how many taught it the same.
struct Taught<'a> {
    /// Lesson → the answer that was changed or written.
    answers: BTreeMap<&'a str, &'a str>,
    times: BTreeMap<What, usize>,
}

impl<'a> Taught<'a> {
    fn new(history: &[Arc<Progress>], learned: &'a [Entry]) -> Self {
        let answer = |entry: &'a Entry| {
            if let Event::Learned(learned) = &entry.what { Some((learned.lesson.as_str(), learned.answer.as_deref()?)) } else { None }
        };
        let mut taught = Self { answers: learned.iter().filter_map(answer).collect(), times: BTreeMap::new() };
        for what in history.iter().flat_map(|progress| taught.by(progress)).collect::<Vec<_>>() {
            *taught.times.entry(what).or_default() += 1;
        }
        taught
    }

    /// What one questionnaire taught, each once.
    fn by(&self, progress: &Progress) -> BTreeSet<What> {
        if self.answers.is_empty() {
            return BTreeSet::new();
        }
        progress.decisions.values().filter_map(What::of).filter(|what| self.answers.contains_key(what.id().as_str())).collect()
    }
}

/// The bank as it would be without one questionnaire: without wordings and entries that were learned from it alone. None where nothing was.
fn without(bank: &Bank, left_out: &Progress, taught: &Taught) -> Option<Bank> {
    let mut reduced: Option<Bank> = None;
    for what in taught.by(left_out).iter().filter(|what| taught.times[*what] == 1) {
        let bank = reduced.get_or_insert_with(|| bank.clone());
        match what {
            What::Draft { .. } => {
                let id = taught.answers[what.id().as_str()];
                bank.answers.retain(|answer| answer.id != id);
            }
            What::AlsoAsked { answer, wording } => {
                let Some(answer) = bank.answers.iter_mut().find(|known| known.id == *answer) else { continue };
                let stood = answer.approved.as_ref().is_some_and(|(_, digest)| *digest == answer.digest());
                answer.also_asked.retain(|known| known != wording);
                // It was approved without that wording once; its absence is no reason against it.
                let digest = answer.digest();
                if let Some((_, approved)) = answer.approved.as_mut().filter(|_| stood) {
                    *approved = digest;
                }
            }
        }
    }
    reduced
}

/// Writes into `bank.toml` how often answers that would have been given without a look were wrong, so that the bar is kept on the team's own questions too.
///
/// # Errors
/// The file cannot be changed.
pub fn calibrate(desk: &Desk, told: &Backtest) -> Result<(), Failure> {
    let ready = &told.bands[0];
    if ready.given < ENOUGH {
        return Err(Failure::new(
            format!("people decided about {} answers of the band ready, which is too few to hold a bar on", ready.given),
            format!("from {ENOUGH} on it says something; look at some that were filled by themselves, and accept or replace them"),
        ));
    }
    let _lock = curate::lock(&desk.bank)?;
    let number = |count: u32| Value::Number(i64::from(count));
    let measured = Value::Table(vec![("given", number(ready.given)), ("wrong", number(ready.wrong))]);
    let seen = curate::read(&desk.bank, "bank.toml")?;
    let text = edit::toml_text(&seen.text, BANK_KEYS, &[Change::Set("measured", measured)]);
    let text = text.map_err(|what| edit_failure(&seen.unfit(what)))?;
    seen.replace(&text).map_err(|error| edit_failure(&error))
}

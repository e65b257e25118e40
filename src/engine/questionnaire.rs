//! Questionnaires of the store: taken in, found again, opened with their workbook, proposed for anew where the bank has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::fill::{self, Paper, Settlement, Terms};
use super::mapping::LayoutFrom;
use super::matching::{Finders, Search};
use super::{BankPlace, Failure, check_scope};
use crate::domain::bank::Audience;
use crate::domain::carry::{Before, Changed, before, carried};
use crate::domain::digest::sha256_hex;
use crate::domain::journal::{Correction, Entry, Event, Line, Place, Received, Sale, Snapshot};
use crate::domain::names::{compared, same, tidy};
use crate::domain::progress::Progress;
use crate::domain::review::Decision;
use crate::domain::standing::Scope;
use crate::store::{Lent, Store};
use crate::workbook::Worker;

/// Where the work is done, and by whom.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The bank.
    pub bank: BankPlace,
    /// The store's folder.
    pub store: PathBuf,
    /// What opens workbooks.
    pub worker: Worker,
    /// The day on which answers must stand.
    pub date: Date,
    /// Now, for the journal.
    pub now: Timestamp,
    /// Who does it, for the journal; empty where nothing is written.
    pub by: String,
}

impl Desk {
    pub(super) fn store(&self) -> Result<Lent, Failure> {
        self.lent(false)
    }

    /// The store; with `begin` it is begun where there is none.
    fn lent(&self, begin: bool) -> Result<Lent, Failure> {
        Ok(match &self.bank.memory {
            Some(memory) => memory.store(&self.store).lend(begin)?,
            None if begin => Store::open_or_begin(&self.store)?.into(),
            None => Store::open(&self.store)?.into(),
        })
    }

    /// Records one thing that happened now.
    pub(super) fn record(&self, store: &mut Store, questionnaire: Option<&str>, what: &Event) -> Result<(), Failure> {
        let mut transaction = store.begin()?;
        transaction.append(questionnaire, &self.by, self.now, what)?;
        Ok(transaction.commit()?)
    }

    /// Refuses to write for nobody.
    pub(super) fn named(&self) -> Result<(), Failure> {
        if self.by.trim().is_empty() {
            return Err(Failure::usage("--by: the name is empty", "say who does it: --by NAME"));
        }
        Ok(())
    }
}

/// A questionnaire as it comes in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The received workbook.
    pub file: PathBuf,
    /// Whose it is.
    pub sale: Sale,
    /// Who will read the answers.
    pub audience: Audience,
    /// Products asked about.
    pub products: Vec<String>,
    /// Regions asked about.
    pub regions: Vec<String>,
    /// Whether answers that stand in it already are replaced.
    pub overwrite: bool,
    /// A mapping that a person wrote for it.
    pub mapping: Option<PathBuf>,
    /// What it carries on.
    pub carries_on: CarriesOn,
}

/// What a questionnaire carries on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CarriesOn {
    /// The customer's last one that asks at least a third of its questions in the same words.
    #[default]
    Latest,
    /// Nothing.
    Nothing,
    /// This one.
    From(String),
}

/// The share of questions in the same words from which on a questionnaire is a new copy of an older one.
const CARRIED_SHARE: usize = 3;

/// What taking a questionnaire in came to.
#[derive(Clone, Debug, Serialize)]
pub struct Added {
    /// Its id.
    pub id: String,
    /// Whether the same file of the same customer was there already.
    pub known: bool,
    /// The questionnaire that it carries on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries_on: Option<String>,
    /// How many questions are the same as in that one.
    pub same: usize,
    /// How many decisions were carried forward.
    pub carried: usize,
    /// Questions that were changed since.
    pub changed: Vec<Changed>,
    /// Questions that were not asked before; none are listed where there was no questionnaire before.
    pub new: Vec<Place>,
    /// How its questions stand.
    #[serde(skip)]
    pub progress: Arc<Progress>,
}

/// Takes a questionnaire in. The same bytes for the same customer are the questionnaire that is there already.
///
/// # Errors
/// The file or the mapping cannot be read, nothing is asked, the scope names what the bank does not have, the store says no.
pub fn add(desk: &Desk, incoming: &Incoming) -> Result<Added, Failure> {
    let bytes = super::read_file(&incoming.file, desk.worker.limits.file)?;
    add_bytes(desk, incoming, bytes)
}

/// As [`add`], of bytes that came under the name of the file.
pub(super) fn add_bytes(desk: &Desk, incoming: &Incoming, bytes: Vec<u8>) -> Result<Added, Failure> {
    desk.named()?;
    let sale = Sale { customer: tidy(&incoming.sale.customer), deal: tidy(&incoming.sale.deal), ..incoming.sale.clone() };
    if sale.customer.is_empty() {
        return Err(Failure::usage("--customer: the name is empty", "say who asks: --customer NAME"));
    }
    let layout = incoming.mapping.clone().map_or(LayoutFrom::Memory, LayoutFrom::File);
    let paper = Paper::of(&desk.worker, &incoming.file, bytes, &layout, &desk.bank.root)?;
    let mut received = Received {
        name: paper.name.clone(),
        content: sha256_hex(&paper.bytes),
        sale: sale.clone(),
        audience: incoming.audience,
        products: incoming.products.clone(),
        regions: incoming.regions.clone(),
        overwrite: incoming.overwrite,
        mapping: incoming.mapping.as_ref().and(paper.asked.obeyed.as_ref()).map(|obeyed| obeyed.text().to_owned()),
        carries_on: None,
        look_again: Vec::new(),
    };
    let opened = desk.bank.open()?;
    let scope = received.scope(desk.date);
    check_scope(&opened.bank, &scope)?;
    let mut store = desk.lent(true)?;
    let mut transaction = store.begin()?;
    let (id, known) = id_for(&mut transaction, &sale.customer, &received.content)?;
    let mut told = Added {
        id: id.clone(),
        known: known.is_some(),
        carries_on: None,
        same: 0,
        carried: 0,
        changed: Vec::new(),
        new: Vec::new(),
        progress: Arc::new(Progress::begun(id.clone(), received.clone(), desk.now)),
    };
    if let Some(known) = known {
        same_terms(&known, &received)?;
    } else {
        let earlier = earlier(&mut transaction, &incoming.carries_on, &sale.customer, &scope, &paper)?;
        let carried = earlier.as_ref().map(|earlier| carried(earlier, &paper.asked.found.questions)).unwrap_or_default();
        (told.same, told.carried, told.changed, told.new) = (carried.same, carried.decisions.len(), carried.changed, carried.new);
        told.carries_on = earlier.map(|earlier| earlier.id.clone());
        received.carries_on.clone_from(&told.carries_on);
        received.look_again = carried.look_again;
        transaction.keep(&paper.bytes)?;
        transaction.append(Some(&id), &desk.by, desk.now, &Event::Received(received))?;
        for (by, decided) in carried.decisions {
            transaction.append(Some(&id), &by, desk.now, &Event::Decided(decided))?;
        }
    }
    transaction.commit()?;
    let progress = propose_anew(desk, &mut store, &opened.search(), &id)?;
    // Of what the policy gives by itself nobody needs to have seen more than how much it is.
    told.progress = if told.known { progress } else { mark_shown(desk, &mut store, progress)? };
    Ok(told)
}

/// Refuses to take a questionnaire for one that is there on other terms.
fn same_terms(known: &Progress, asked: &Received) -> Result<(), Failure> {
    let (was, now) = (known.received.correctable(), asked.correctable());
    let list = |values: &[String]| if values.is_empty() { "none".to_owned() } else { values.join(", ") };
    let told = |name: &str, was: String, now: String| (was != now).then(|| format!("{name} {was:?}, not {now:?}"));
    let value = |value: Option<u64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
    let due = |due: Option<Date>| due.map_or_else(|| "none".to_owned(), |due| due.to_string());
    let other: Vec<String> = [
        told("audience", was.audience.to_string(), now.audience.to_string()),
        told("products", list(&was.products), list(&now.products)),
        told("regions", list(&was.regions), list(&now.regions)),
        told("deal", was.sale.deal.clone(), now.sale.deal.clone()),
        told("value", value(was.sale.value), value(now.sale.value)),
        told("due", due(was.sale.due), due(now.sale.due)),
        told("overwrite", was.overwrite.to_string(), now.overwrite.to_string()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if other.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} is there already as {}, with {}", known.received.name, known.id, other.join("; ")),
        format!(
            "correct it: answerbank review correct {0}; or, if the customer sent it anew, end the old one first: answerbank review close {0}",
            known.id
        ),
    ))
}

/// Records that somebody was shown how the questions stand; a release gives nothing else.
pub(super) fn mark_shown(desk: &Desk, store: &mut Store, seen: Arc<Progress>) -> Result<Arc<Progress>, Failure> {
    if seen.shown == seen.proposed {
        return Ok(seen);
    }
    let mut transaction = store.begin()?;
    let mut now = progress(&mut transaction, &seen.id)?;
    // Whoever else was shown the same has said so; what was proposed meanwhile nobody has seen.
    if now.proposed_at == seen.proposed_at && now.shown != now.proposed {
        let latest = transaction.append(Some(&now.id), &desk.by, desk.now, &Event::Shown { proposal: now.proposed_at })?;
        transaction.mark_fresh_upto(&now.id, latest)?;
        let now = Arc::make_mut(&mut now);
        now.latest = latest;
        now.shown.clone_from(&now.proposed);
    }
    transaction.commit()?;
    Ok(now)
}

/// Corrects what is known of a questionnaire's sale, reader and scope.
///
/// # Errors
/// There is no such questionnaire, or the scope names what the bank does not have.
pub fn correct(desk: &Desk, named: &str, with: &dyn Fn(&mut Correction)) -> Result<Arc<Progress>, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let mut transaction = store.begin()?;
    let before = progress(&mut transaction, &id)?;
    let mut correction = before.received.correctable();
    with(&mut correction);
    let (customer, deal) = (tidy(&correction.sale.customer), tidy(&correction.sale.deal));
    if !same(&customer, &before.received.sale.customer) {
        return Err(Failure::usage(
            "--customer: a questionnaire stays with who sent it",
            "close this one, and take it in for the other customer",
        ));
    }
    (correction.sale.customer, correction.sale.deal) = (customer, deal);
    let scope = Scope {
        date: desk.date,
        audience: correction.audience,
        products: correction.products.clone(),
        regions: correction.regions.clone(),
    };
    check_scope(&*desk.bank.bank()?, &scope)?;
    transaction.append(Some(&id), &desk.by, desk.now, &Event::Corrected(correction))?;
    transaction.commit()?;
    progress(&mut store, &id)
}

/// The id for a form of a customer, and the questionnaire if it is there and open. Once that is released or closed, the same form begins anew: a customer may
/// send it every year.
fn id_for(store: &mut Store, customer: &str, content: &str) -> Result<(String, Option<Progress>), Failure> {
    let mut round = 0_usize;
    loop {
        let again = if round == 0 { String::new() } else { format!("\n{round}") };
        let digest = sha256_hex(format!("{}\n{content}{again}", compared(customer)).as_bytes());
        let id = format!("q-{}", &digest[..10]);
        match Progress::of(store.entries(Some(&id))?) {
            None => return Ok((id, None)),
            Some(progress) if progress.is_open() => return Ok((id, Some(progress))),
            Some(_) => round += 1,
        }
    }
}

/// The questionnaire that another one carries on.
fn earlier(
    store: &mut Store,
    carries_on: &CarriesOn,
    customer: &str,
    scope: &Scope,
    paper: &Paper,
) -> Result<Option<Arc<Progress>>, Failure> {
    match carries_on {
        CarriesOn::Nothing => Ok(None),
        CarriesOn::From(named) => {
            let id = find_id(store, named)?;
            let progress = progress(store, &id)?;
            if !same_customer(&progress, customer) {
                return Err(Failure::usage(
                    format!("--carries-on {named}: that is a questionnaire of {}", progress.received.sale.customer),
                    "answers are carried forward only for the same customer",
                ));
            }
            Ok(Some(progress))
        }
        CarriesOn::Latest => {
            let questions = &paper.asked.found.questions;
            let alike = |progress: &Progress| {
                let lines = progress.lines();
                let same = before(questions, lines).iter().filter(|one| matches!(one, Before::Same(_))).count();
                same * CARRIED_SHARE >= questions.len()
            };
            // What was decided for another product, region or reader was decided about something else.
            let same_scope = |progress: &Progress| progress.received.scope(scope.date) == *scope;
            let fits = |progress: &Arc<Progress>| same_customer(progress, customer) && same_scope(progress) && alike(progress);
            Ok(all(store)?.into_iter().rev().find(fits))
        }
    }
}

fn same_customer(progress: &Progress, customer: &str) -> bool {
    same(&progress.received.sale.customer, customer)
}

/// The decisions that a questionnaire would take from the customer's last one; for a forecast.
pub(super) fn decided_before(store: &mut Store, customer: &str, scope: &Scope, paper: &Paper) -> Result<Vec<Decision>, Failure> {
    let earlier = earlier(store, &CarriesOn::Latest, customer, scope, paper)?;
    let carried = earlier.map(|earlier| carried(&earlier, &paper.asked.found.questions)).unwrap_or_default();
    Ok(carried.decisions.iter().map(|(by, decided)| decided.in_review(by)).collect())
}

/// Every questionnaire of a store, in the order in which they came in.
pub(super) fn all(store: &mut Store) -> Result<Vec<Arc<Progress>>, Failure> {
    Ok(store.questionnaires()?)
}

/// The customers of all questionnaires.
pub(super) fn customers(store: &mut Store) -> Result<BTreeSet<String>, Failure> {
    let entries = store.entries_of_kind("received")?;
    Ok(entries.iter().filter_map(received).map(|received| received.sale.customer.clone()).collect())
}

/// The id of the questionnaire that somebody means: by its id or the beginning of it, or by its file, customer or deal where only one fits.
pub(super) fn find_id(store: &mut Store, named: &str) -> Result<String, Failure> {
    let entries = store.entries_of_kind("received")?;
    let known: Vec<(&str, &Received)> =
        entries.iter().filter_map(|entry| Some((entry.questionnaire.as_deref()?, received(entry)?))).collect();
    let beginning = |id: &str| begins(id, "q-", named);
    let name = |received: &Received| [&received.name, &received.sale.customer, &received.sale.deal].iter().any(|name| same(name, named));
    let fits = |(id, received): &&(&str, &Received)| !compared(named).is_empty() && (beginning(id) || name(received));
    let mut fitting: Vec<String> = known.iter().filter(fits).map(|(id, _)| (*id).to_owned()).collect();
    if fitting.len() > 1 {
        // Last year's form has the same name; who names it means the one at which they are.
        let mut open = Vec::new();
        for id in &fitting {
            if progress(store, id)?.is_open() {
                open.push(id.clone());
            }
        }
        if open.len() == 1 {
            fitting = open;
        }
    }
    match &fitting[..] {
        [one] => Ok(one.clone()),
        [] => Err(unknown(named)),
        _ => {
            let told = known.iter().filter(|(id, _)| fitting.iter().any(|fitting| fitting == id));
            let told: Vec<String> = told.map(|(id, received)| format!("{id} ({}, {})", received.sale.customer, received.name)).collect();
            Err(Failure::usage(format!("{named}: this may be {}", told.join(", ")), "name one by its id"))
        }
    }
}

/// So much of an id must be given, so that a short name does not hit somebody else's.
const BEGINNING: usize = 4;

/// Whether an id is meant by its beginning, with or without what all ids begin with.
pub(super) fn begins(id: &str, all: &str, named: &str) -> bool {
    let given = named.strip_prefix(all).unwrap_or(named);
    given.chars().count() >= BEGINNING && id.strip_prefix(all).unwrap_or(id).starts_with(given)
}

fn received(entry: &Entry) -> Option<&Received> {
    if let Event::Received(received) = &entry.what { Some(received) } else { None }
}

pub(super) fn unknown(named: &str) -> Failure {
    Failure::not_there(format!("{named}: there is no such questionnaire"), "see which there are: answerbank review list")
}

/// The entries of one questionnaire, folded.
pub(super) fn progress(store: &mut Store, id: &str) -> Result<Arc<Progress>, Failure> {
    store.progress(id)?.ok_or_else(|| unknown(id))
}

/// A questionnaire with its workbook as it was received.
pub(super) struct Case {
    pub progress: Arc<Progress>,
    pub paper: Arc<Paper>,
    decisions: Vec<Decision>,
    scope: Scope,
}

impl Case {
    pub fn open(desk: &Desk, store: &mut Store, id: &str) -> Result<Self, Failure> {
        let progress = progress(store, id)?;
        let received = &progress.received;
        let mut read = || {
            let bytes = store.content(&received.content)?;
            let layout = received.mapping.clone().map_or(LayoutFrom::Memory, LayoutFrom::Text);
            Paper::of(&desk.worker, Path::new(&received.name), bytes, &layout, &desk.bank.root).map(Arc::new)
        };
        let paper = match &desk.bank.memory {
            Some(memory) => memory.paper(&desk.bank, received, read)?,
            None => read()?,
        };
        Ok(Self { decisions: progress.in_force(), scope: progress.received.scope(desk.date), progress, paper })
    }

    /// What is asked about, by whom, on the desk's day.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// On what terms it is settled.
    pub fn terms<'o>(&'o self, desk: &'o Desk) -> Terms<'o> {
        let received = &self.progress.received;
        Terms {
            scope: &self.scope,
            overwrite: received.overwrite,
            decisions: &self.decisions,
            decisions_digest: None,
            seen: Some((self.progress.id.clone(), self.progress.latest)),
            include_review: false,
            look_again: &received.look_again,
            customer: Some(received.sale.customer.clone()),
            deal: Some(received.sale.deal.clone()).filter(|deal| !deal.is_empty()),
            progress: &desk.bank.progress,
        }
    }

    pub fn settle<'a>(&'a self, desk: &Desk, search: &Search<'a>) -> Result<Settlement<'a>, Failure> {
        let asked = &self.paper.asked;
        Settlement::new(&mut Finders::new(search), &asked.workbook, &asked.found, &self.terms(desk))
    }

    /// One question, by its place among them, with those that could stand in its way; and its place among these.
    pub fn settle_one<'a>(&'a self, desk: &Desk, search: &'a Search<'a>, one: usize) -> Result<(Settlement<'a>, usize), Failure> {
        let asked = &self.paper.asked;
        Settlement::of_one(&mut Finders::new(search), &asked.workbook, &asked.found, one, &self.terms(desk))
    }

    pub fn answer(&self, desk: &Desk, search: &Search) -> Result<fill::Answered, Failure> {
        fill::answer(&mut Finders::new(search), &desk.worker, &self.paper, &self.terms(desk))
    }
}

/// A question whose outcome is another than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The questionnaire.
    pub questionnaire: String,
    /// How the question stands now.
    #[serde(flatten)]
    pub line: Line,
    /// How it stood before, in a word.
    pub before: String,
    /// The work item that it waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_for: Option<String>,
}

/// Proposes anew, and records how the questions stand where that is another outcome than the last one. Nobody's decision is touched.
pub(super) fn propose_anew(desk: &Desk, store: &mut Store, search: &Search, id: &str) -> Result<Arc<Progress>, Failure> {
    loop {
        let case = Case::open(desk, store, id)?;
        let settlement = case.settle(desk, search)?;
        let items = settlement.work_items(search);
        let now = settlement.snapshot(search.bank, &items, desk.date);
        let mut transaction = store.begin()?;
        if progress(&mut transaction, id)?.latest != case.progress.latest {
            // Somebody decided meanwhile; recorded now, this would hide it.
            continue;
        }
        let mut progress = case.progress;
        if let Some(proposal) = progress.proposal(&now) {
            let latest = transaction.append(Some(id), &desk.by, desk.now, &proposal)?;
            let progress = Arc::make_mut(&mut progress);
            (progress.latest, progress.proposed_at, progress.proposed) = (latest, latest, Some(Arc::new(now)));
        }
        transaction.mark_fresh(id, &search.bank.digest, desk.date, progress.latest)?;
        transaction.commit()?;
        return Ok(progress);
    }
}

/// Questions that stand otherwise than somebody was last shown.
pub(super) fn unseen(progress: &Progress) -> Vec<Moved> {
    let both = progress.shown.as_ref().zip(progress.proposed.as_ref());
    both.map(|(shown, now)| moved(&progress.id, shown, now)).unwrap_or_default()
}

fn moved(id: &str, last: &Snapshot, now: &Snapshot) -> Vec<Moved> {
    let before: BTreeMap<&Place, &Line> = last.lines.iter().map(|line| (&line.place, line)).collect();
    let moved = |line: &Line| {
        let before = before.get(&line.place)?;
        let same = (before.outcome, &before.answer, &before.digest, before.gap) == (line.outcome, &line.answer, &line.digest, line.gap);
        (!same).then(|| Moved {
            questionnaire: id.to_owned(),
            line: line.clone(),
            before: before.outcome.name().to_owned(),
            waited_for: before.work_item.clone(),
        })
    };
    now.lines.iter().filter_map(moved).collect()
}

/// How the questions stand with today's bank: as they were recorded, or proposed for anew where the bank, the day or a decision is another one.
pub(super) fn current(desk: &Desk, store: &mut Store, id: &str) -> Result<Arc<Progress>, Failure> {
    let progress = progress(store, id)?;
    let bank = desk.bank.bank()?;
    if is_fresh(desk, store, &bank.digest, &progress)? {
        return Ok(progress);
    }
    let opened = desk.bank.opened(&bank)?;
    propose_anew(desk, store, &opened.search(), id)
}

/// How many questions are proposed for anew before something is told about all questionnaires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anew {
    /// As many as there are.
    All,
    /// No more than somebody waits for with patience; what is left is told as it was recorded last.
    Few,
}

/// So many are a few: about a second where nothing is known of any.
const FEW: usize = 500;

/// Every questionnaire for which somebody waits, and how many of them stand as they were recorded for another bank, day or decision.
pub(super) struct AllOpen {
    pub open: Vec<Arc<Progress>>,
    pub stale: usize,
}

/// As [`current`], of every questionnaire for which somebody waits; the bank is opened once.
pub(super) fn current_of_all_open(desk: &Desk, store: &mut Store, anew: Anew) -> Result<AllOpen, Failure> {
    let mut all = AllOpen { open: all(store)?.into_iter().filter(|progress| progress.is_open()).collect(), stale: 0 };
    let bank = desk.bank.bank()?;
    let mut stale = Vec::new();
    for (place, progress) in all.open.iter().enumerate() {
        if !is_fresh(desk, store, &bank.digest, progress)? {
            stale.push(place);
        }
    }
    if stale.is_empty() {
        return Ok(all);
    }
    let opened = desk.bank.opened(&bank)?;
    let search = opened.search();
    let mut questions = 0;
    for place in stale {
        questions += all.open[place].lines().len();
        if anew == Anew::Few && questions > FEW {
            all.stale += 1;
        } else {
            all.open[place] = propose_anew(desk, store, &search, &all.open[place].id)?;
        }
    }
    Ok(all)
}

/// Proposes anew for one of the questionnaires that stand as they were recorded for another bank, day or decision; says whether there was one.
///
/// # Errors
/// There is no store or no bank, or none of those that are left can be read.
pub fn bring_one_up(desk: &Desk) -> Result<bool, Failure> {
    let mut store = desk.store()?;
    let bank = desk.bank.bank()?;
    let mut failed = None;
    for progress in all(&mut store)?.into_iter().filter(|progress| progress.is_open()) {
        if !is_fresh(desk, &mut store, &bank.digest, &progress)? {
            match propose_anew(desk, &mut store, &desk.bank.opened(&bank)?.search(), &progress.id) {
                Ok(_) => return Ok(true),
                // The others shall not wait for one that cannot be read.
                Err(failure) => failed = Some(failure),
            }
        }
    }
    failed.map_or(Ok(false), Err)
}

fn is_fresh(desk: &Desk, store: &mut Store, bank: &str, progress: &Progress) -> Result<bool, Failure> {
    Ok(progress.proposed.is_some() && store.is_fresh(&progress.id, bank, desk.date, progress.latest)?)
}

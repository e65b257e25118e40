//! Every question of a workbook, from proposals to outcomes, and the cells that they come to. Writes nothing: `fill` and `check` both begin with it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::domain::bank::{Answer, Bank};
use crate::domain::cell::CellRef;
use crate::domain::extract::{Question, Questionnaire};
use crate::domain::fill::{Filled, Filling};
use crate::domain::identity::{self, IdentityField};
use crate::domain::journal::{Line, Place, Snapshot};
use crate::domain::propose::{Gap, Judged, Proposal, draft_in_the_way, hold_back, propose, propose_past};
use crate::domain::rank::Match;
use crate::domain::requirement::Crosswalk;
use crate::domain::review::{Choice, Decision, Outcome, OutcomeKind, settle};
use crate::domain::standing::Scope;
use crate::domain::work_item::{WorkItem, work_items};
use crate::domain::workbook::Workbook;
use crate::engine::matching::{Finders, Query, Search};
use crate::engine::questions::Asked;
use crate::engine::receipt::{Counts, IdentityTold};
use crate::engine::{Failure, Listener};

/// On what terms a workbook is settled.
pub struct Terms<'o> {
    /// Date, audience, products, regions.
    pub scope: &'o Scope,
    /// Whether answers already there are replaced.
    pub overwrite: bool,
    /// What people decided.
    pub decisions: &'o [Decision],
    /// SHA-256 of the file that the decisions were read from, in hex, for the receipt.
    pub decisions_digest: Option<String>,
    /// The questionnaire and how far its journal went, for who decides in the report; none without a store.
    pub seen: Option<(String, i64)>,
    /// Whether our own people also get a draft with what waits for review.
    pub include_review: bool,
    /// Who asks, for the receipt.
    pub customer: Option<String>,
    /// The sale, for the receipt.
    pub deal: Option<String>,
    /// Questions that a person has to look at, whatever is proposed for them.
    pub look_again: &'o [Place],
    /// Hears of long work.
    pub progress: &'o Listener,
}

/// One question, from proposal to outcome.
#[derive(Clone)]
pub struct Settled<'a> {
    pub question: &'a Question,
    pub proposal: Proposal<'a>,
    pub outcome: Outcome<'a>,
}

/// All questions of a workbook with what becomes of them.
pub struct Settlement<'a> {
    /// Question by question.
    pub settled: Vec<Settled<'a>>,
    /// The cells of all responses and identity fields.
    pub filled: Vec<Filled>,
    /// What became of the identity fields.
    pub identity: Vec<IdentityTold>,
}

impl<'a> Settlement<'a> {
    /// Settles all questions of a workbook.
    pub fn new<'b: 'a>(
        finders: &mut Finders<'_, 'b>,
        workbook: &Workbook,
        found: &'a Questionnaire,
        terms: &Terms,
    ) -> Result<Self, Failure> {
        let all: Vec<usize> = (0..found.questions.len()).collect();
        let mut settled = settle_all(finders, found, &all, terms)?;
        let (filled, identity) = collect(workbook, found, &mut settled, finders.search.bank, terms);
        Ok(Self { settled, filled, identity })
    }

    /// One question of a workbook as it is settled with all others, and those whose answers could stand in its way; with its place among these.
    pub fn of_one<'b: 'a>(
        finders: &mut Finders<'_, 'b>,
        workbook: &Workbook,
        found: &'a Questionnaire,
        one: usize,
        terms: &Terms,
    ) -> Result<(Self, usize), Failure> {
        let beside = beside(found, one);
        let mut settled = settle_all(finders, found, &beside, terms)?;
        let (filled, identity) = collect(workbook, found, &mut settled, finders.search.bank, terms);
        let place = beside.iter().position(|place| *place == one).unwrap_or_default();
        Ok((Self { settled, filled, identity }, place))
    }

    /// The work items that its gaps make.
    pub fn work_items(&self, search: &Search) -> Vec<WorkItem> {
        let gap = |one: &'_ Settled| match &one.outcome {
            Outcome::Gap(gap) => Some(gap.clone()),
            // A person settles this one question; that the bank leaves it open is work for who keeps the bank.
            Outcome::Waiting => one.proposal.doubt.clone(),
            _ => None,
        };
        let gaps: Vec<(&Question, &Proposal, Gap)> =
            self.settled.iter().filter_map(|one| Some((one.question, &one.proposal, gap(one)?))).collect();
        work_items(search.bank, search.index.analyzer(), &gaps)
    }

    /// The cells as they would be if every proposal were accepted, each again only if it may be given.
    pub fn with_review(&self, asked: &Asked, bank: &'a Bank, terms: &Terms) -> Vec<Filled> {
        let accepted = |one: &Settled<'a>| {
            let (Outcome::Waiting, Some(first)) = (&one.outcome, one.proposal.matches.first()) else { return one.clone() };
            let decision = Decision {
                sheet: one.question.sheet.clone(),
                cell: one.question.name(),
                question: one.question.text.clone(),
                choice: Choice::give(first.found.answer.id.clone()),
                by: String::new(),
                reason: String::new(),
                contested: None,
            };
            let outcome = settle(bank, one.question, &one.proposal, Some(&decision), terms.scope, terms.overwrite);
            Settled { outcome, ..one.clone() }
        };
        let mut settled: Vec<Settled> = self.settled.iter().map(accepted).collect();
        collect(&asked.workbook, &asked.found, &mut settled, bank, terms).0
    }

    /// How every question stands.
    pub fn snapshot(&self, bank: &Bank, items: &[WorkItem], date: Date) -> Snapshot {
        let waiting = waiting(items);
        let lines = self.settled.iter().map(|one| line(bank, one, &waiting)).collect();
        Snapshot { date, bank: bank.digest.clone(), lines, work_items: items.to_vec() }
    }

    /// How many questions became what.
    pub fn counts(&self) -> Counts {
        counts(&self.settled)
    }
}

/// The work item of each question that waits for one.
pub fn waiting(items: &[WorkItem]) -> BTreeMap<(&str, &str), &str> {
    items.iter().flat_map(|item| item.waiting.iter().map(|one| ((one.sheet.as_str(), one.cell.as_str()), item.id.as_str()))).collect()
}

fn line(bank: &Bank, one: &Settled, waiting: &BTreeMap<(&str, &str), &str>) -> Line {
    let place = Place::of(one.question);
    let first = one.proposal.matches.first();
    let (answer, gap) = match &one.outcome {
        Outcome::Respond(response) => (Some(response.answer), None),
        Outcome::Waiting => (first.map(|judged| judged.found.answer), None),
        Outcome::Gap(gap) => (gap.answer.as_deref().and_then(|id| bank.answer(id)), Some(gap)),
        Outcome::Kept | Outcome::Rejected => (None, None),
    };
    let of_gap = gap.and_then(|gap| gap.about.clone()).filter(|about| bank.controls.contains_key(about));
    let same = |judged: &&Judged| answer.is_some_and(|answer| answer.id == judged.found.answer.id);
    Line {
        work_item: waiting.get(&(place.sheet.as_str(), place.cell.as_str())).map(|id| (*id).to_owned()),
        place,
        id: one.question.id.clone(),
        section: one.question.section.clone(),
        question: one.question.text.clone(),
        outcome: one.outcome.kind(),
        band: one.proposal.band,
        answer: answer.map(|answer| answer.id.clone()),
        digest: answer.map(|answer| bank.digest_of(answer)),
        // Any edit of the bank moves it a little; recorded as it is shown, most lines stay as they were.
        confidence: one.proposal.matches.iter().find(same).map_or(0.0, |judged| (judged.found.confidence * 100.0).round() / 100.0),
        gap: gap.map(|gap| gap.kind),
        why: gap
            .map(|gap| gap.why.clone())
            .or_else(|| one.proposal.reasons.first().filter(|_| one.outcome.kind() == OutcomeKind::Review).cloned()),
        control: of_gap.or_else(|| answer.and_then(|answer| answer.controls.first().cloned())),
    }
}

/// A question with all that want a cell which it wants, or which one of those wants, in their order.
fn beside(found: &Questionnaire, one: usize) -> Vec<usize> {
    let mut wanted: BTreeMap<(&str, CellRef), Vec<usize>> = BTreeMap::new();
    let cells = |question: &Question| question.answer.cells.iter().chain(&question.comment).copied().collect::<Vec<CellRef>>();
    for (place, question) in found.questions.iter().enumerate() {
        for cell in cells(question) {
            wanted.entry((question.sheet.as_str(), cell)).or_default().push(place);
        }
    }
    let (mut beside, mut next) = (BTreeSet::from([one]), vec![one]);
    while let Some(place) = next.pop() {
        let question = &found.questions[place];
        for cell in cells(question) {
            let others = wanted.remove(&(question.sheet.as_str(), cell)).unwrap_or_default();
            next.extend(others.into_iter().filter(|other| beside.insert(*other)));
        }
    }
    beside.into_iter().collect()
}

/// Proposes and settles questions, given by their places. What is asked in the same words and surroundings is matched once.
fn settle_all<'a, 'b: 'a>(
    finders: &mut Finders<'_, 'b>,
    found: &'a Questionnaire,
    which: &[usize],
    terms: &Terms,
) -> Result<Vec<Settled<'a>>, Failure> {
    let questions: Vec<&'a Question> = which.iter().map(|place| &found.questions[*place]).collect();
    let by_place: BTreeMap<(&str, &str), &Decision> =
        terms.decisions.iter().map(|decision| ((decision.sheet.as_str(), decision.cell.as_str()), decision)).collect();
    let bank = finders.search.bank;
    // What stands there is kept; searching for it would be most of the work in a form that is filled in already.
    let kept = |question: &Question| question.given.is_some() && !terms.overwrite;
    let crosswalk = Crosswalk::new(bank);
    let query = |question: &&'a Question| (!kept(question)).then(|| Query::on_sheet(question, &crosswalk));
    let queries: Vec<Option<Query>> = questions.iter().map(query).collect();
    let asked: BTreeSet<&Query> = queries.iter().flatten().collect();
    let asked: Vec<&Query> = asked.into_iter().collect();
    let matches = finders.best_matches(&asked, &|done, all| terms.progress.tell("matching", done, all))?;
    let known: BTreeMap<&Query, Vec<Match>> = asked.into_iter().zip(matches).collect();
    let proposals: Vec<Proposal> = questions
        .iter()
        .zip(&queries)
        .map(|(question, query)| propose(bank, question, query.as_ref().map_or_else(Vec::new, |query| known[query].clone()), terms.scope))
        .collect();
    let proposals = past_drafts(finders, &questions, &queries, proposals, bank, terms)?;
    let mut settled = Vec::new();
    let shared = shared_cells(found);
    for ((question, query), mut proposal) in questions.into_iter().zip(&queries).zip(proposals) {
        if query.is_none() {
            let outcome = settle(bank, question, &proposal, None, terms.scope, terms.overwrite);
            settled.push(Settled { question, proposal, outcome });
            continue;
        }
        if let Some(cell) = question.answer.cells.iter().find(|cell| shared.contains(&(question.sheet.as_str(), **cell))) {
            hold_back(
                &mut proposal,
                &format!("careful, context: {cell} takes the answers to several questions, so this one would answer the others too"),
            );
        }
        if terms.look_again.contains(&Place::of(question)) {
            hold_back(
                &mut proposal,
                "careful, last year: somebody decided about this question, and it was changed or cannot be told from another",
            );
        }
        let cell = question.name();
        let decision = by_place.get(&(question.sheet.as_str(), cell.as_str())).copied();
        let decision = decision.filter(|decision| decision.question == question.text);
        if let Some(why) = decision.and_then(|decision| decision.needs_another_look(bank)) {
            proposal.reasons.insert(0, why);
        }
        let outcome = settle(bank, question, &proposal, decision, terms.scope, terms.overwrite);
        settled.push(Settled { question, proposal, outcome });
    }
    Ok(settled)
}

/// Where a draft stands in the way of answers that may be given, these are proposed to a person.
fn past_drafts<'a, 'b: 'a>(
    finders: &mut Finders<'_, 'b>,
    questions: &[&'a Question],
    queries: &[Option<Query<'a, 'b>>],
    mut proposals: Vec<Proposal<'a>>,
    bank: &'b Bank,
    terms: &Terms,
) -> Result<Vec<Proposal<'a>>, Failure> {
    let blocked = proposals.iter().enumerate().filter_map(|(place, proposal)| Some((place, draft_in_the_way(bank, proposal)?)));
    let blocked: Vec<(usize, &Answer)> = blocked.collect();
    let again: Vec<Query> =
        blocked.iter().filter_map(|(place, _)| queries[*place].clone().map(|query| Query { approved_only: true, ..query })).collect();
    let asked: Vec<&Query> = again.iter().collect();
    let matches = finders.best_matches(&asked, &|_, _| {})?;
    for ((place, draft), approved) in blocked.into_iter().zip(matches) {
        if let Some(proposal) = propose_past(bank, questions[place], draft, approved, terms.scope) {
            proposals[place] = proposal;
        }
    }
    Ok(proposals)
}

/// The cells into which the answers to several questions go.
fn shared_cells(found: &Questionnaire) -> BTreeSet<(&str, CellRef)> {
    let mut seen = BTreeSet::new();
    let all = found.questions.iter().flat_map(|question| question.answer.cells.iter().map(|cell| (question.sheet.as_str(), *cell)));
    all.filter(|place| !seen.insert(*place)).collect()
}

/// The cells of all responses and identity fields, and what became of each field. A response whose cells cannot be had becomes a gap.
fn collect(
    workbook: &Workbook,
    found: &Questionnaire,
    settled: &mut [Settled],
    bank: &Bank,
    terms: &Terms,
) -> (Vec<Filled>, Vec<IdentityTold>) {
    let mut filling = Filling::new(workbook);
    for (place, one) in settled.iter_mut().enumerate() {
        let Outcome::Respond(response) = &one.outcome else { continue };
        if let Err(gap) = filling.add(one.question, place, response, terms.overwrite) {
            one.outcome = Outcome::Gap(gap);
        }
    }
    let identity = found.identity.iter().enumerate();
    let told = identity.map(|(place, field)| tell_identity(field, place, bank, terms, &mut filling)).collect();
    (filling.cells().collect(), told)
}

/// Fills one identity field from the profile.
fn tell_identity(field: &IdentityField, place: usize, bank: &Bank, terms: &Terms, filling: &mut Filling) -> IdentityTold {
    let (outcome, why) = match identity::value(field, &bank.profile, terms.scope.date) {
        // What stands there may be the customer's own words, so `--overwrite` does not reach it.
        _ if field.given.is_some() => ("kept", None),
        None if field.key.is_none() => ("left", Some("it is not clear whom it asks about, or the profile has no place for it".to_owned())),
        None => ("left", Some(format!("the profile in bank.toml has no {}", field.key.unwrap_or_default()))),
        Some(value) => match filling.add_identity(field, place, &value) {
            Ok(()) => ("filled", None),
            Err(why) => ("left", Some(why)),
        },
    };
    IdentityTold {
        sheet: field.sheet.clone(),
        cell: field.cell.to_string(),
        label: field.label.clone(),
        key: field.key.unwrap_or_default().to_owned(),
        outcome,
        why,
    }
}

/// How many questions became what.
pub fn counts(settled: &[Settled]) -> Counts {
    let count = |kind: OutcomeKind| settled.iter().filter(|one| one.outcome.kind() == kind).count();
    Counts {
        found: settled.len(),
        filled: count(OutcomeKind::Filled),
        kept: count(OutcomeKind::Kept),
        review: count(OutcomeKind::Review),
        rejected: count(OutcomeKind::Rejected),
        gap: count(OutcomeKind::Gap),
    }
}

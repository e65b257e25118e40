//! Use case: questions one by one → ranked answers, without any workbook.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{BankPlace, Failure};
use crate::bank::index::Index;
use crate::bank::meaning::{Bodies, Meaning, is_word, word_direction};
use crate::domain::bank::{Bank, Verdict};
use crate::domain::confidence::{FEATURES, Model};
use crate::domain::context::read_below;
use crate::domain::extract::Question;
use crate::domain::propose::{Band, Fit, Judged, disagreement, fit, judge};
use crate::domain::rank::{Candidate, Lexicon, Match, Ranker, Texts};
use crate::domain::requirement::Crosswalk;
use crate::domain::standing::Scope;

mod before;

pub(super) use before::AskedBefore;

/// So many answers the search by words fetches for ranking, and so many the search by meaning.
const CANDIDATES: [usize; 2] = [30, 40];
/// So many matches are told.
const TOLD: usize = 10;
/// So many questions are matched together, where as many are waiting.
pub const TOGETHER: usize = 512;

/// What a bank is searched by: words and meanings. One for all threads.
#[derive(Clone, Copy)]
pub(super) struct Search<'b> {
    pub bank: &'b Bank,
    pub index: &'b Index,
    pub meaning: &'b Meaning,
    pub asked_before: Option<&'b AskedBefore>,
}

/// What is asked, and what the sheet says around it. Equal ones have equal matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Query<'q, 'b> {
    pub text: &'q str,
    /// The heading that it has to be read with.
    pub heading: Option<&'q str>,
    /// Answers behind the requirements that the sheet names, each with one of these.
    pub reached: BTreeMap<&'b str, &'b str>,
    /// Whether drafts that nobody ever approved are left aside.
    pub approved_only: bool,
}

impl<'q, 'b> Query<'q, 'b> {
    /// A question by itself.
    pub fn alone(text: &'q str) -> Self {
        Self { text, heading: None, reached: BTreeMap::new(), approved_only: false }
    }

    /// A question of a sheet.
    pub fn on_sheet(question: &'q Question, crosswalk: &Crosswalk<'b>) -> Self {
        Self { text: &question.text, heading: read_below(question), reached: crosswalk.reached(question), approved_only: false }
    }
}

/// Search and ranking over one bank, for one thread.
pub(super) struct Finder<'s, 'b> {
    search: &'s Search<'b>,
    ranker: Ranker<'s>,
    bodies: Bodies,
}

impl<'s, 'b: 's> Finder<'s, 'b> {
    pub(super) fn new(search: &'s Search<'b>, texts: Arc<Texts<'s>>) -> Self {
        let model = Model::of(search.meaning.view());
        let lexicon =
            Lexicon { rarity: Box::new(|term| search.index.rarity(term)), embed: Box::new(word_direction), known: Box::new(is_word) };
        let ranker = Ranker::new(search.index.analyzer(), model, search.bank.bar(), lexicon, texts);
        Self { search, ranker, bodies: Bodies::default() }
    }

    /// Matches of one question, best first.
    pub(super) fn matches(&self, asked: &Query<'_, 'b>) -> Result<Vec<Match<'b>>, Failure> {
        let alone = self.rank(asked.text, asked)?;
        let likely = |matches: &[Match]| matches.first().map_or(0.0, |first| first.place);
        let Some(heading) = asked.heading.filter(|_| !alone.iter().any(Match::is_ready)) else { return Ok(alone) };
        let mut below = self.rank(&format!("{heading}: {}", asked.text), asked)?;
        for found in &mut below {
            found.with_heading = true;
        }
        Ok(if likely(&below) > likely(&alone) { below } else { alone })
    }

    fn rank(&self, question: &str, query: &Query<'_, 'b>) -> Result<Vec<Match<'b>>, Failure> {
        let reached = &query.reached;
        let Search { bank, index, meaning, .. } = *self.search;
        let asked = meaning.question(question)?;
        let mut candidates = index.candidates(question, CANDIDATES[0])?;
        let further = meaning.nearest(&asked, CANDIDATES[1]).into_iter();
        for answer in further.chain(reached.keys().filter_map(|id| bank.answers.get(index.place(id)?))) {
            if !candidates.iter().any(|known| known.answer.id == answer.id) {
                candidates.push(Candidate::new(answer, 0.0));
            }
        }
        if query.approved_only {
            candidates.retain(|candidate| candidate.answer.approved.is_some());
        }
        for candidate in &mut candidates {
            candidate.requirement = reached.get(candidate.answer.id.as_str()).copied();
            if let Some(place) = index.place(&candidate.answer.id) {
                candidate.meaning = meaning.cosines(&asked, place, &self.bodies);
            }
        }
        Ok(self.ranker.rank(question, &candidates))
    }
}

/// A finder for each thread; each remembers what it has seen of the bank.
pub(super) struct Finders<'s, 'b> {
    pub search: &'s Search<'b>,
    finders: Vec<Finder<'s, 'b>>,
}

/// How many threads there are where nobody said so: one for each processor.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl<'s, 'b: 's> Finders<'s, 'b> {
    pub(super) fn new(search: &'s Search<'b>) -> Self {
        Self::apart(search, 1, processors()).pop().unwrap_or(Self { search, finders: Vec::new() })
    }

    /// For so many tasks at a time, with so many threads in all, at least one for each task. They share what is remembered of the bank.
    pub(super) fn apart(search: &'s Search<'b>, tasks: usize, threads: usize) -> Vec<Self> {
        let texts = Arc::<Texts>::default();
        let finders = |task| (task..threads.max(task + 1)).step_by(tasks).map(|_| Finder::new(search, Arc::clone(&texts))).collect();
        (0..tasks).map(|task| Self { search, finders: finders(task) }).collect()
    }

    /// The best matches of several questions, in their order; only what was not asked before is searched for.
    pub(super) fn best_matches(
        &mut self,
        questions: &[&Query<'_, 'b>],
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<Vec<Match<'b>>>, Failure> {
        let Some(before) = self.search.asked_before else { return self.matches(questions, &|done| progress(done, questions.len())) };
        let mut known: Vec<Option<Vec<Match<'b>>>> = questions.iter().map(|question| before.find(question, self.search.bank)).collect();
        let new: Vec<&Query<'_, 'b>> =
            questions.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(question, _)| *question).collect();
        let mut found = self.matches(&new, &|done| progress(done, new.len()))?.into_iter();
        for (question, known) in questions.iter().zip(&mut known).filter(|(_, known)| known.is_none()) {
            *known = found.next().inspect(|matches| before.keep(question, matches, self.search.index));
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Matches of several questions, in their order, on all of its threads.
    pub(super) fn matches(
        &mut self,
        questions: &[&Query<'_, 'b>],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Vec<Match<'b>>>, Failure> {
        let threads = self.finders.len().min(questions.len().div_ceil(4)).max(1);
        let done = std::sync::atomic::AtomicUsize::new(0);
        // Every n-th question each: long and short ones are spread, and the order is found again.
        let part = |first: usize, finder: &mut Finder<'s, 'b>| -> Result<Vec<Vec<Match<'b>>>, Failure> {
            let mut found = Vec::new();
            for question in questions.iter().skip(first).step_by(threads) {
                found.push(finder.matches(question)?);
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1);
            }
            Ok(found)
        };
        let mut parts = Vec::new();
        std::thread::scope(|scope| {
            let part = &part;
            let mut finders = self.finders.iter_mut().take(threads).enumerate();
            let own = finders.next();
            let others: Vec<_> = finders.map(|(first, finder)| scope.spawn(move || part(first, finder))).collect();
            parts.extend(own.map(|(first, finder)| part(first, finder)));
            parts.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        });
        let mut parts = parts.into_iter().map(|part| part.map(Vec::into_iter)).collect::<Result<Vec<_>, _>>()?;
        Ok((0..questions.len()).filter_map(|place| parts[place % threads].next()).collect())
    }
}

/// A ranked answer as told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Id of the answer.
    pub answer: String,
    /// The measured chance that giving the answer unseen would be right, 0 to 1.
    pub confidence: f32,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// The stored wording that is nearest.
    pub wording: String,
    /// Why it may not be given in this scope; empty where it may.
    pub bars: Vec<String>,
    /// What the guards say against it.
    pub warnings: Vec<String>,
    /// What only the question names, and what only the stored wording names.
    pub lacks: [Vec<String>; 2],
    /// What the confidence is made of, by name; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeMap<&'static str, f32>>,
    /// What each of these adds to the confidence, in units of log-odds, the largest first; only where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made_of: Vec<(&'static str, f32)>,
}

/// One question with its ranked answers.
#[derive(Clone, Debug, Serialize)]
pub struct Ranked {
    /// `ready`: the best answer may be given without a look; `gap`: nothing alike.
    pub band: Band,
    /// Best first.
    pub matches: Vec<Told>,
}

/// Ranks the answers to questions: `next` gives those that wait, none when all are done; `tell` takes what was found, in their order.
///
/// # Errors
/// There is no bank, its index cannot be built or is damaged, or `next` or `tell` fail.
pub fn match_questions(
    place: &BankPlace,
    scope: &Scope,
    explain: bool,
    next: &mut dyn FnMut() -> Result<Vec<String>, Failure>,
    tell: &mut dyn FnMut(usize, &Ranked) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let opened = place.open()?;
    let search = opened.search();
    let mut finders = Finders::new(&search);
    loop {
        let questions = next()?;
        if questions.is_empty() {
            return Ok(());
        }
        let asked: Vec<Query> = questions.iter().map(|text| Query::alone(text)).collect();
        let asked: Vec<&Query> = asked.iter().collect();
        for (at, matches) in finders.matches(&asked, &|_| {})?.into_iter().enumerate() {
            tell(at, &ranked(&search, matches, scope, explain))?;
        }
    }
}

fn ranked(search: &Search, matches: Vec<Match>, scope: &Scope, explain: bool) -> Ranked {
    let mut judged = judge(search.bank, matches, scope);
    let band = match fit(&judged) {
        Fit::Ready(place) if disagreement(&judged, place).is_none() => {
            judged[..=place].rotate_right(1);
            Band::Ready
        }
        _ if judged.is_empty() => Band::Gap,
        _ => Band::Review,
    };
    judged.truncate(TOLD);
    let model = Model::of(search.meaning.view());
    let told = judged.iter().map(|Judged { found, bars }| Told {
        answer: found.answer.id.clone(),
        confidence: found.confidence,
        verdict: found.answer.verdict,
        wording: found.wording.to_owned(),
        bars: bars.iter().map(ToString::to_string).collect(),
        warnings: found.warnings.iter().map(|warning| format!("{}: {}", warning.guard, warning.says)).collect(),
        lacks: [found.alignment.lacks.clone(), found.alignment.beyond.clone()],
        features: explain.then(|| FEATURES.iter().copied().zip(found.features).collect()),
        made_of: if explain { model.explain(&found.features) } else { Vec::new() },
    });
    Ranked { band, matches: told.collect() }
}

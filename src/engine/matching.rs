//! Use case: questions one by one → ranked answers, without any workbook.

use serde::Serialize;

use super::{BankPlace, Failure};
use crate::bank::index::Index;
use crate::domain::bank::{Bank, Verdict};
use crate::domain::propose::{Band, Fit, Judged, fit, judge};
use crate::domain::rank::{Match, Ranker};
use crate::domain::standing::Scope;

/// So many answers the search fetches for ranking.
const CANDIDATES: usize = 20;
/// So many matches are told.
const TOLD: usize = 10;

/// Search and ranking over one bank.
pub(super) struct Finder<'i, 'b> {
    index: &'i Index<'b>,
    ranker: Ranker<'i>,
}

impl<'i, 'b: 'i> Finder<'i, 'b> {
    pub(super) fn new(index: &'i Index<'b>) -> Self {
        Self { index, ranker: Ranker::new(index.analyzer(), |term| index.rarity(term)) }
    }

    /// Matches of one question, best first.
    pub(super) fn matches(&self, question: &str) -> Result<Vec<Match<'b>>, Failure> {
        Ok(self.ranker.rank(question, &self.index.candidates(question, CANDIDATES)?))
    }
}

/// A ranked answer as told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Id of the answer.
    pub answer: String,
    /// 0 to 1.
    pub confidence: f32,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// The stored wording that is nearest.
    pub wording: String,
    /// Why it may not be given in this scope; empty where it may.
    pub bars: Vec<String>,
    /// What the guards say against it.
    pub warnings: Vec<String>,
}

/// One question with its ranked answers.
#[derive(Clone, Debug, Serialize)]
pub struct Ranked {
    /// `ready`: the wording is the same and the best answer may be given; `gap`: nothing alike.
    pub band: Band,
    /// Best first.
    pub matches: Vec<Told>,
}

/// Ranks the answers to questions, one after the other: `next` gives them, `tell` takes what was found.
///
/// # Errors
/// There is no bank, its index cannot be built or is damaged, or `next` or `tell` fail.
pub fn match_questions(
    place: &BankPlace,
    scope: &Scope,
    next: &mut dyn FnMut() -> Result<Option<String>, Failure>,
    tell: &mut dyn FnMut(&Ranked) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bank = place.read()?;
    let index = place.index(&bank)?;
    let finder = Finder::new(&index);
    while let Some(question) = next()? {
        tell(&ranked(&bank, &finder, &question, scope)?)?;
    }
    Ok(())
}

fn ranked(bank: &Bank, finder: &Finder, question: &str, scope: &Scope) -> Result<Ranked, Failure> {
    let mut judged = judge(bank, finder.matches(question)?, scope);
    let band = match fit(&judged) {
        Fit::Ready(place) => {
            judged[..=place].rotate_right(1);
            Band::Ready
        }
        _ if judged.is_empty() => Band::Gap,
        _ => Band::Review,
    };
    judged.truncate(TOLD);
    let told = judged.iter().map(|Judged { found, bars }| Told {
        answer: found.answer.id.clone(),
        confidence: found.confidence,
        verdict: found.answer.verdict,
        wording: found.wording.to_owned(),
        bars: bars.iter().map(ToString::to_string).collect(),
        warnings: found.warnings.iter().map(|warning| warning.says.clone()).collect(),
    });
    Ok(Ranked { band, matches: told.collect() })
}

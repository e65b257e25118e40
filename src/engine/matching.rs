//! Use case: questions one by one → ranked answers, without any workbook.

use serde::Serialize;

use super::{BankPlace, Failure};
use crate::bank::index::Index;
use crate::domain::bank::{Bank, Verdict};
use crate::domain::propose::Band;
use crate::domain::rank::{Match, rank};
use crate::domain::standing::{Scope, standing};

/// So many answers the search fetches for ranking.
const CANDIDATES: usize = 30;
/// So many matches are told.
const TOLD: usize = 10;

/// Matches of one question, best first.
pub(super) fn matches<'b>(index: &Index<'b>, question: &str) -> Result<Vec<Match<'b>>, Failure> {
    let candidates = index.candidates(question, CANDIDATES)?;
    Ok(rank(question, &candidates, index.analyzer(), &|term| index.rarity(term)))
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

/// A matcher over one bank.
pub struct Matcher<'b> {
    bank: &'b Bank,
    index: Index<'b>,
    scope: Scope,
}

/// Reads a bank for matching.
///
/// # Errors
/// There is no bank.
pub fn read_bank(place: &BankPlace) -> Result<Bank, Failure> {
    place.read()
}

impl<'b> Matcher<'b> {
    /// A matcher for one scope.
    ///
    /// # Errors
    /// The index cannot be built.
    pub fn new(bank: &'b Bank, place: &BankPlace, scope: Scope) -> Result<Self, Failure> {
        Ok(Self { bank, index: place.index(bank)?, scope })
    }

    /// Ranks the answers to a question.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn ranked(&self, question: &str) -> Result<Ranked, Failure> {
        let matches = matches(&self.index, question)?;
        let bars: Vec<Vec<String>> = matches
            .iter()
            .take(TOLD)
            .map(|found| standing(self.bank, found.answer, &self.scope).iter().map(ToString::to_string).collect())
            .collect();
        let ready = matches.iter().zip(&bars).filter(|(found, _)| found.is_ready()).collect::<Vec<_>>();
        let band = match ready.as_slice() {
            [(_, bars)] if bars.is_empty() => Band::Ready,
            _ if matches.is_empty() => Band::Gap,
            _ => Band::Review,
        };
        let told = matches.iter().zip(bars).map(|(found, bars)| Told {
            answer: found.answer.id.clone(),
            confidence: found.confidence,
            verdict: found.answer.verdict,
            wording: found.wording.to_owned(),
            bars,
            warnings: found.warnings.iter().map(|warning| warning.says.clone()).collect(),
        });
        Ok(Ranked { band, matches: told.collect() })
    }
}

//! Candidates → matches, best first, with reasons and a confidence. Never decides whether an answer may be given.

use std::collections::{BTreeSet, HashMap};

use super::bank::Answer;
use super::guard::{self, Warning};
use super::wording::{Analyzer, cosine, grams};

/// An answer that the search found for a question.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// What the search says of it; only comparable within one question.
    pub score: f32,
}

/// How near a stored wording is to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Some words agree.
    Alike,
    /// The same words in the same order, but for endings, spelling, articles, numbering and politeness.
    NearlyEqual,
    /// The same text but for case, white space and punctuation.
    Equal,
}

/// One candidate, ranked.
#[derive(Clone, Debug)]
pub struct Match<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// The stored wording that is nearest.
    pub wording: &'a str,
    /// How near it is.
    pub nearness: Nearness,
    /// 0 to 1; until it is measured, only an order: 0.99 and above is the band `ready`.
    pub confidence: f32,
    /// Terms that both have.
    pub agree: Vec<String>,
    /// Terms of the question that the stored wording lacks.
    pub lacks: Vec<String>,
    /// What the guards say against it.
    pub warnings: Vec<Warning>,
}

impl Match<'_> {
    /// Whether the stored answer answers this very question, as far as wording shows.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.nearness >= Nearness::NearlyEqual && self.warnings.is_empty()
    }
}

/// Confidence of a match that is no more than alike: below this, whatever agrees.
const ALIKE_CEILING: f32 = 0.90;
/// Weights of likeness: shared terms both ways, shared letters, terms covered by wording and answer together, and the
/// search's own order. Chosen on the matching sets; fitted weights and measured confidence replace them.
const WEIGHTS: [f32; 4] = [0.30, 0.30, 0.25, 0.15];

/// How rare a term is in the bank; higher is rarer.
pub type Rarity<'a> = &'a dyn Fn(&str) -> f32;

/// Ranks candidates for a question.
#[must_use]
pub fn rank<'a>(question: &str, candidates: &[Candidate<'a>], analyzer: &Analyzer, rarity: Rarity) -> Vec<Match<'a>> {
    let asked = Asked::new(question, analyzer);
    let best_score = candidates.iter().map(|candidate| candidate.score).fold(f32::EPSILON, f32::max);
    let mut known = HashMap::new();
    let mut rare = |term: &str| *known.entry(term.to_owned()).or_insert_with(|| rarity(term));
    let mut matches: Vec<Match> = candidates.iter().map(|candidate| asked.compare(*candidate, best_score, analyzer, &mut rare)).collect();
    matches.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.answer.id.cmp(&b.answer.id)));
    matches
}

/// The question in all forms that are compared.
struct Asked<'q> {
    text: &'q str,
    plain: String,
    key: String,
    terms: BTreeSet<String>,
    grams: std::collections::BTreeMap<u64, f32>,
}

fn plain(text: &str) -> String {
    super::wording::words(text).join(" ")
}

impl<'q> Asked<'q> {
    fn new(text: &'q str, analyzer: &Analyzer) -> Self {
        Self { text, plain: plain(text), key: analyzer.key(text), terms: analyzer.terms(text).into_iter().collect(), grams: grams(text) }
    }

    fn nearness(&self, wording: &str, analyzer: &Analyzer) -> Nearness {
        if self.plain.is_empty() {
            Nearness::Alike
        } else if plain(wording) == self.plain {
            Nearness::Equal
        } else if !self.key.is_empty() && analyzer.key(wording) == self.key {
            Nearness::NearlyEqual
        } else {
            Nearness::Alike
        }
    }

    fn compare<'a>(&self, candidate: Candidate<'a>, best_score: f32, analyzer: &Analyzer, rare: &mut dyn FnMut(&str) -> f32) -> Match<'a> {
        let answer = candidate.answer;
        let mut mass = |terms: &mut dyn Iterator<Item = &String>| terms.map(|term| rare(term)).sum::<f32>();
        let all = mass(&mut self.terms.iter());
        let mut best: Option<(Nearness, f32, &'a str, BTreeSet<String>)> = None;
        for wording in answer.wordings() {
            let terms: BTreeSet<String> = analyzer.terms(wording).into_iter().collect();
            let shared = mass(&mut self.terms.intersection(&terms));
            let (of_question, of_wording) = (ratio(shared, all), ratio(shared, mass(&mut terms.iter())));
            let both = ratio(2.0 * of_question * of_wording, of_question + of_wording);
            let likeness = WEIGHTS[0] * both + WEIGHTS[1] * cosine(&self.grams, &grams(wording));
            let nearness = self.nearness(wording, analyzer);
            if best.as_ref().is_none_or(|(n, l, ..)| (nearness, likeness) > (*n, *l)) {
                best = Some((nearness, likeness, wording, terms));
            }
        }
        let (nearness, likeness, wording, terms) = best.unwrap_or((Nearness::Alike, 0.0, &answer.question, BTreeSet::new()));
        let mut everywhere = terms.clone();
        everywhere.extend(analyzer.terms(&answer.wording));
        everywhere.extend(answer.tags.iter().flat_map(|tag| analyzer.terms(tag)));
        let covered = ratio(mass(&mut self.terms.intersection(&everywhere)), all);
        let warnings = guard::warnings(self.text, wording);
        let alike = ALIKE_CEILING * (likeness + WEIGHTS[2] * covered + WEIGHTS[3] * candidate.score / best_score);
        let guarded = alike * 0.85f32.powi(i32::try_from(warnings.len()).unwrap_or(3));
        let confidence = match nearness {
            Nearness::Equal if warnings.is_empty() => 0.999,
            Nearness::NearlyEqual if warnings.is_empty() => 0.995,
            _ => guarded,
        };
        let list = |terms: &mut dyn Iterator<Item = &String>| terms.map(|term| term.trim_start_matches('~').to_owned()).collect();
        Match {
            answer,
            wording,
            nearness,
            confidence,
            agree: list(&mut self.terms.intersection(&terms)),
            lacks: list(&mut self.terms.difference(&terms)),
            warnings,
        }
    }
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

//! Candidates → matches, best first, with reasons and a confidence. Never decides whether an answer may be given.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::bank::Answer;
use super::guard::{self, Warning};
use super::wording::{Analyzer, Grams, SearchTerm, words};

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
    /// What both name, in the words of the question.
    pub agree: Vec<String>,
    /// What the question names and the stored wording does not.
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

/// So many of the best are shown to the guards; the others are dropped.
const GUARDED: usize = 15;
/// What each warning of a guard leaves of the confidence.
const GUARDED_SHARE: f32 = 0.85;

/// Ranks candidates, question after question, over one bank.
pub struct Ranker<'b> {
    analyzer: &'b Analyzer,
    /// How rare a term is in the bank; higher is rarer.
    rarity: Box<dyn Fn(&str) -> f32 + 'b>,
    rarities: RefCell<HashMap<String, f32>>,
    /// Texts of the bank seen before: alike questions meet the same answers.
    texts: RefCell<HashMap<&'b str, Rc<Text>>>,
    /// The terms of answers and tags seen before.
    bodies: RefCell<HashMap<&'b str, Rc<Terms>>>,
}

/// Terms, sorted, each once, with how rare each is.
type Terms = Vec<(SearchTerm, f32)>;

fn has(terms: &Terms, term: &str) -> bool {
    terms.binary_search_by(|(known, _)| known.term.as_str().cmp(term)).is_ok()
}

/// So many texts of a bank are remembered, a few kilobytes each.
const REMEMBERED_TEXTS: usize = 4_000;

/// A text in all forms that are compared.
struct Text {
    plain: String,
    key: String,
    terms: Terms,
    grams: Grams,
}

impl Text {
    fn has(&self, term: &str) -> bool {
        has(&self.terms, term)
    }

    fn mass(&self) -> f32 {
        self.terms.iter().map(|(_, rarity)| rarity).sum()
    }

    /// How rare the terms are together that another text, or one of two, has too.
    fn shared(&self, has: impl Fn(&str) -> bool) -> f32 {
        self.terms.iter().filter(|(known, _)| has(&known.term)).map(|(_, rarity)| rarity).sum()
    }
}

impl<'b> Ranker<'b> {
    /// A ranker that asks `rarity` how rare a term is.
    #[must_use]
    pub fn new(analyzer: &'b Analyzer, rarity: impl Fn(&str) -> f32 + 'b) -> Self {
        Self { analyzer, rarity: Box::new(rarity), rarities: RefCell::default(), texts: RefCell::default(), bodies: RefCell::default() }
    }

    /// Ranks the candidates for a question, best first.
    #[must_use]
    pub fn rank<'a>(&self, question: &str, candidates: &[Candidate<'a>]) -> Vec<Match<'a>>
    where
        'a: 'b,
    {
        let asked = self.text(question);
        let best_score = candidates.iter().map(|candidate| candidate.score).fold(f32::EPSILON, f32::max);
        let mut matches: Vec<Match> = candidates.iter().map(|candidate| self.compare(&asked, *candidate, best_score)).collect();
        best_first(&mut matches);
        matches.truncate(GUARDED);
        for found in &mut matches {
            found.warnings = guard::warnings(question, found.wording);
            found.confidence = confidence(found);
        }
        best_first(&mut matches);
        matches
    }

    fn text(&self, text: &str) -> Text {
        let words = words(text);
        Text { plain: words.join(" "), key: self.analyzer.key(text), terms: self.terms(&words), grams: Grams::new(&words) }
    }

    fn terms(&self, words: &[String]) -> Terms {
        let mut terms = self.analyzer.terms_of(words);
        terms.sort_unstable();
        terms.dedup_by(|a, b| a.term == b.term);
        terms.into_iter().map(|term| (self.rare(&term.term), term)).map(|(rarity, term)| (term, rarity)).collect()
    }

    fn rare(&self, term: &str) -> f32 {
        if let Some(known) = self.rarities.borrow().get(term) {
            return *known;
        }
        let rarity = (self.rarity)(term);
        self.rarities.borrow_mut().insert(term.to_owned(), rarity);
        rarity
    }

    fn bank_text(&self, text: &'b str) -> Rc<Text> {
        if let Some(known) = self.texts.borrow().get(text) {
            return Rc::clone(known);
        }
        let new = Rc::new(self.text(text));
        let mut texts = self.texts.borrow_mut();
        if texts.len() < REMEMBERED_TEXTS {
            texts.insert(text, Rc::clone(&new));
        }
        new
    }

    fn body(&self, text: &'b str) -> Rc<Terms> {
        if let Some(known) = self.bodies.borrow().get(text) {
            return Rc::clone(known);
        }
        let new = Rc::new(self.terms(&words(text)));
        let mut bodies = self.bodies.borrow_mut();
        if bodies.len() < REMEMBERED_TEXTS {
            bodies.insert(text, Rc::clone(&new));
        }
        new
    }

    /// How alike a candidate is; what speaks against it is asked later.
    fn compare<'a: 'b>(&self, asked: &Text, candidate: Candidate<'a>, best_score: f32) -> Match<'a> {
        let answer = candidate.answer;
        let all = asked.mass();
        let mut best: Option<(Nearness, f32, &'a str, Rc<Text>)> = None;
        for wording in answer.wordings() {
            let text = self.bank_text(wording);
            let shared = asked.shared(|term| text.has(term));
            let (of_question, of_wording) = (ratio(shared, all), ratio(shared, text.mass()));
            let both = ratio(2.0 * of_question * of_wording, of_question + of_wording);
            let likeness = WEIGHTS[0] * both + WEIGHTS[1] * asked.grams.cosine(&text.grams);
            let nearness = nearness(asked, &text);
            if best.as_ref().is_none_or(|(n, l, ..)| (nearness, likeness) > (*n, *l)) {
                best = Some((nearness, likeness, wording, text));
            }
        }
        let (nearness, likeness, wording, text) =
            best.unwrap_or_else(|| (Nearness::Alike, 0.0, &answer.question, self.bank_text(&answer.question)));
        let told = self.body(&answer.wording);
        let tags: Vec<Rc<Terms>> = answer.tags.iter().map(|tag| self.body(tag)).collect();
        let covered = ratio(asked.shared(|term| text.has(term) || has(&told, term) || tags.iter().any(|tag| has(tag, term))), all);
        let confidence = ALIKE_CEILING * (likeness + WEIGHTS[2] * covered + WEIGHTS[3] * candidate.score / best_score);
        let list = |shared: bool| {
            let terms = asked.terms.iter().filter(|(known, _)| text.has(&known.term) == shared);
            terms.map(|(known, _)| known.words.clone()).collect()
        };
        Match { answer, wording, nearness, confidence, agree: list(true), lacks: list(false), warnings: Vec::new() }
    }
}

fn best_first(matches: &mut [Match]) {
    let order = |found: &Match| (found.nearness >= Nearness::NearlyEqual, found.confidence);
    matches.sort_by(|a, b| {
        let ((equal_a, a_sure), (equal_b, b_sure)) = (order(a), order(b));
        equal_b.cmp(&equal_a).then(b_sure.total_cmp(&a_sure)).then_with(|| a.answer.id.cmp(&b.answer.id))
    });
}

/// The confidence of a match, now that the guards have spoken.
fn confidence(found: &Match) -> f32 {
    match (found.nearness, found.warnings.len()) {
        (Nearness::Equal, 0) => 0.999,
        (Nearness::NearlyEqual, 0) => 0.995,
        (_, warnings) => found.confidence * GUARDED_SHARE.powi(i32::try_from(warnings).unwrap_or(3)),
    }
}

fn nearness(asked: &Text, stored: &Text) -> Nearness {
    if asked.plain.is_empty() {
        Nearness::Alike
    } else if asked.plain == stored.plain {
        Nearness::Equal
    } else if !asked.key.is_empty() && asked.key == stored.key {
        Nearness::NearlyEqual
    } else {
        Nearness::Alike
    }
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

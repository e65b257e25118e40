//! Candidates → matches, best first, with reasons and a confidence. Never decides whether an answer may be given.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use foldhash::HashMap;

use super::align::{Alignment, Piece, align, content};
use super::bank::Answer;
use super::confidence::{FIRST_GUARD, Features, LEAD, Model, NO_FEATURES, RELEVANCE, SHARES, TOGETHER, View};
use super::guard::{GUARDS, Sense, Warning, same_form, warnings};
use super::language::foreign;
use super::wording::{Analyzer, Grams, digest, plain_question, words};

/// An answer that the search found for a question.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// What the search by words says of it; only comparable within one question.
    pub score: f32,
    /// How near the stored question, the answer's text and both together are to the question in meaning: cosines, 0 where nothing was compared.
    pub meaning: [f32; 3],
    /// The requirement that the sheet names for the question and that a control behind the answer satisfies.
    pub requirement: Option<&'a str>,
}

impl<'a> Candidate<'a> {
    /// An answer with what the search by words says of it, before anything else is known.
    #[must_use]
    pub fn new(answer: &'a Answer, score: f32) -> Self {
        Self { answer, score, meaning: [0.0; 3], requirement: None }
    }
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
    /// The chance that this is the entry to start from, whatever differs, 0 to 1.
    pub place: f32,
    /// The measured chance that giving the answer unseen would be right, 0 to 1.
    pub confidence: f32,
    /// Which words agree, and which stand on one side only.
    pub alignment: Alignment,
    /// What the guards say against it.
    pub warnings: Vec<Warning>,
    /// Whether it asks for the same kind of thing: whether, how often, who …
    pub same_facet: bool,
    /// The requirement that the sheet names for the question and that a control behind the answer satisfies.
    pub requirement: Option<&'a str>,
    /// Whether the question was read with the heading above it.
    pub with_heading: bool,
    /// What the confidence is made of.
    pub features: Features,
    /// Whether matches like it were measured to be right often enough for the bank's bar.
    pub(super) sure: bool,
}

impl Match<'_> {
    /// Whether the stored answer answers this very question: asked in the same words; or each side says all that the other says, no guard speaks,
    /// and matches like it were measured to be right.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.warnings.is_empty() && !self.with_heading && (self.nearness >= Nearness::NearlyEqual || self.is_settled() && self.sure)
    }

    /// Whether nothing is left that could make a difference, as far as words show.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.warnings.is_empty() && self.same_facet && self.alignment.is_whole()
    }
}

/// What a requirement that the sheet names is worth, in the units of the relevance, where 3 is a clear lead: it decides between answers that are
/// nearly alike in words, and puts a likely one before a reviewer. It never adds to the confidence.
const REQUIREMENT: f32 = 1.0;
/// So many of the best are shown to the guards; the others are dropped.
const GUARDED: usize = 24;
/// Confidence where the wording is the same and no guard speaks.
const SAME_WORDS: [f32; 2] = [0.995, 0.999];

/// Ranks candidates, question after question, over one bank.
pub struct Ranker<'b> {
    analyzer: &'b Analyzer,
    model: Model,
    /// The model for questions in other languages.
    words_alone: Model,
    /// Whether the measured error of the band `ready` is under the bank's bar.
    sure: bool,
    lexicon: Lexicon<'b>,
    rarities: RefCell<HashMap<String, f32>>,
    texts: Arc<Texts<'b>>,
    directions: RefCell<HashMap<String, Direction>>,
}

/// The direction of a word in the space of meanings: of length 1, or empty.
type Direction = Arc<Vec<f32>>;

/// Gives the direction of a word in the space of meanings.
pub type Embed<'b> = Box<dyn Fn(&str) -> Vec<f32> + Send + 'b>;

/// What is known of words.
pub struct Lexicon<'b> {
    /// How rare a term is in the bank; higher is rarer.
    pub rarity: Box<dyn Fn(&str) -> f32 + Send + 'b>,
    /// The direction of a word in the space of meanings: of length 1, or empty.
    pub embed: Embed<'b>,
    /// Whether a word is in the dictionary.
    pub known: Box<dyn Fn(&str) -> bool + Send + 'b>,
}

/// Texts of a bank seen before, shared by the rankers of all threads: alike questions meet the same answers.
#[derive(Default)]
pub struct Texts<'b>(RwLock<HashMap<&'b str, Arc<Text<'b>>>>);

/// So many texts of a bank are remembered, a few kilobytes each.
const REMEMBERED_TEXTS: usize = 20_000;

/// So many words are remembered with their rarity and direction.
const REMEMBERED_WORDS: usize = 50_000;

/// A text in the forms that are compared; those that few texts are compared by are made when they are first asked for.
struct Text<'t> {
    source: &'t str,
    /// Digests of its terms, sorted, each once, with how rare each is.
    terms: Vec<(u64, f32)>,
    spelt: OnceLock<Spelt>,
    read: OnceLock<Read>,
}

/// How a text is spelt.
struct Spelt {
    plain: String,
    key: String,
    grams: Grams,
}

/// What a text says, word by word.
struct Read {
    content: Vec<Piece>,
    /// Where each word of the content points.
    directions: Vec<Direction>,
    sense: Sense,
    /// The language, where it is not English.
    language: Option<&'static str>,
}

/// Keeps what was found for a word, while there is room: strangers choose the words of questions.
fn remember<T>(known: &mut HashMap<String, T>, word: &str, found: T) {
    if known.len() < REMEMBERED_WORDS {
        known.insert(word.to_owned(), found);
    }
}

impl Text<'_> {
    fn has(&self, term: u64) -> bool {
        self.terms.binary_search_by_key(&term, |(known, _)| *known).is_ok()
    }

    fn mass(&self) -> f32 {
        self.terms.iter().map(|(_, rarity)| rarity).sum()
    }

    /// How rare the terms are together that another text, or one of two, has too.
    fn shared(&self, has: impl Fn(u64) -> bool) -> f32 {
        self.terms.iter().filter(|(term, _)| has(*term)).map(|(_, rarity)| rarity).sum()
    }
}

/// A candidate with its nearest wording, before it is looked at closely.
struct Near<'a, 't> {
    answer: &'a Answer,
    wording: &'a str,
    nearness: Nearness,
    text: Arc<Text<'t>>,
    body: Arc<Text<'t>>,
    requirement: Option<&'a str>,
    features: Features,
    order: f32,
}

impl<'b> Ranker<'b> {
    /// A ranker over a bank. `bar`: how often a match in the band `ready` may be wrong.
    #[must_use]
    pub fn new(analyzer: &'b Analyzer, model: Model, bar: f32, lexicon: Lexicon<'b>, texts: Arc<Texts<'b>>) -> Self {
        let sure = model.measured().given > 0 && model.measured().bound <= bar;
        Self {
            analyzer,
            model,
            words_alone: Model::of(View::Words),
            sure,
            lexicon,
            rarities: RefCell::default(),
            texts,
            directions: RefCell::default(),
        }
    }

    /// Ranks the candidates for a question, best first.
    #[must_use]
    pub fn rank<'a>(&self, question: &str, candidates: &[Candidate<'a>]) -> Vec<Match<'a>>
    where
        'a: 'b,
    {
        let asked = self.text(question);
        // In other languages the table and the sentence model know too little: words alone decide.
        let model = if self.read(&asked).language.is_some() { &self.words_alone } else { &self.model };
        let best_score = candidates.iter().map(|candidate| candidate.score).fold(f32::EPSILON, f32::max);
        let mut near: Vec<Near> = candidates.iter().map(|candidate| self.near(&asked, candidate, best_score, model)).collect();
        best_first(&mut near, |one| (one.nearness, one.order, one.answer));
        near.truncate(GUARDED);
        let mut matches: Vec<Match> = near.into_iter().map(|one| self.look(&asked, one, model)).collect();
        best_first(&mut matches, |one| (one.nearness, one.features[RELEVANCE] + worth(one.requirement), one.answer));
        self.weigh(&mut matches, model);
        matches
    }

    fn text<'t>(&self, source: &'t str) -> Text<'t> {
        let mut terms: Vec<(u64, f32)> =
            self.analyzer.terms(plain_question(source)).iter().map(|term| (digest(term.bytes()), self.rare(term))).collect();
        terms.sort_unstable_by_key(|(term, _)| *term);
        terms.dedup_by_key(|(term, _)| *term);
        Text { source, terms, spelt: OnceLock::new(), read: OnceLock::new() }
    }

    fn spelt<'t>(&self, text: &'t Text) -> &'t Spelt {
        text.spelt.get_or_init(|| {
            let words = words(plain_question(text.source));
            Spelt { plain: words.join(" "), key: self.analyzer.key(text.source), grams: Grams::new(&words) }
        })
    }

    fn read<'t>(&self, text: &'t Text) -> &'t Read {
        text.read.get_or_init(|| {
            let sense = Sense::of(plain_question(text.source));
            let content = content(self.analyzer, &sense);
            let directions = content.iter().map(|piece| self.direction(piece.words())).collect();
            Read { content, directions, language: foreign(&words(plain_question(text.source))), sense }
        })
    }

    fn rare(&self, term: &str) -> f32 {
        if let Some(known) = self.rarities.borrow().get(term) {
            return *known;
        }
        let rarity = (self.lexicon.rarity)(term);
        remember(&mut self.rarities.borrow_mut(), term, rarity);
        rarity
    }

    fn bank_text(&self, text: &'b str) -> Arc<Text<'b>> {
        if let Some(known) = self.texts.0.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Arc::clone(known);
        }
        let new = Arc::new(self.text(text));
        let mut texts = self.texts.0.write().unwrap_or_else(PoisonError::into_inner);
        if texts.len() < REMEMBERED_TEXTS {
            texts.insert(text, Arc::clone(&new));
        }
        new
    }

    /// How alike a candidate is, by what is cheap to compare.
    #[allow(clippy::type_complexity, reason = "the best so far, used in these lines alone")]
    fn near<'a: 'b>(&self, asked: &Text, candidate: &Candidate<'a>, best_score: f32, model: &Model) -> Near<'a, 'b> {
        let answer = candidate.answer;
        let all = asked.mass();
        let spelt = self.spelt(asked);
        let mut best: Option<(Nearness, f32, [f32; 3], &'a str, Arc<Text>)> = None;
        for wording in answer.wordings() {
            let text = self.bank_text(wording);
            let shared = asked.shared(|term| text.has(term));
            let (of_question, of_wording) = (ratio(shared, all), ratio(shared, text.mass()));
            let both = ratio(2.0 * of_question * of_wording, of_question + of_wording);
            let letters = spelt.grams.cosine(&self.spelt(&text).grams);
            let likeness = both + letters;
            let nearness = nearness(spelt, self.spelt(&text));
            if best.as_ref().is_none_or(|(n, l, ..)| (nearness, likeness) > (*n, *l)) {
                best = Some((nearness, likeness, [of_question, of_wording, letters], wording, text));
            }
        }
        let (nearness, _, [of_question, of_wording, letters], wording, text) =
            best.unwrap_or_else(|| (Nearness::Alike, 0.0, [0.0; 3], &answer.question, self.bank_text(&answer.question)));
        let body = self.bank_text(&answer.wording);
        let tags: Vec<Arc<Text>> = answer.tags.iter().map(|tag| self.bank_text(tag)).collect();
        let covered = ratio(asked.shared(|term| text.has(term) || body.has(term) || tags.iter().any(|tag| tag.has(term))), all);
        let search = candidate.score / best_score;
        let mut features = NO_FEATURES;
        features[..8].copy_from_slice(&[
            search,
            of_question,
            of_wording,
            letters,
            covered,
            ratio(asked.shared(|term| body.has(term)), all),
            candidate.meaning[0],
            candidate.meaning[1],
        ]);
        features[TOGETHER] = candidate.meaning[2];
        if self.read(asked).language.is_some() {
            [features[6], features[7], features[TOGETHER]] = [0.0; 3];
        }
        let requirement = candidate.requirement;
        let order = model.relevance(&features) + worth(requirement);
        Near { answer, wording, nearness, text, body, requirement, features, order }
    }

    /// Looks at a candidate closely: word by word, and with all guards.
    #[allow(clippy::cast_precision_loss, reason = "counts of words")]
    fn look<'a>(&self, asked: &Text, one: Near<'a, 'b>, model: &Model) -> Match<'a> {
        let Near { answer, wording, nearness, text, body, requirement, mut features, .. } = one;
        let (asked, text, body) = (self.read(asked), self.read(&text), self.read(&body));
        let alignment = align(&asked.content, &text.content, &*self.lexicon.known);
        let mut warnings = warnings(&asked.sense, &text.sense, &body.sense);
        if asked.language != text.language {
            let name = |language: Option<&'static str>| language.unwrap_or("English");
            let says = format!("the question is in {}, the stored wording in {}", name(asked.language), name(text.language));
            warnings.push(Warning { guard: "language", says });
        }
        let same_facet = same_form(&asked.sense, &text.sense);
        let set = |so: bool| if so { 1.0 } else { 0.0 };
        let few = |words: &[String]| words.len().min(6) as f32 / 6.0;
        let rarest = |words: &[String]| {
            words.iter().flat_map(|words| self.analyzer.terms(words)).map(|term| self.rare(&term)).fold(0.0, f32::max) / 8.0
        };
        features[8..FIRST_GUARD].copy_from_slice(&[few(&alignment.lacks), few(&alignment.beyond), set(alignment.is_whole())]);
        for (place, guard) in GUARDS.iter().enumerate() {
            features[FIRST_GUARD + place] = set(warnings.iter().any(|warning| warning.guard == *guard));
        }
        // How far the word that is farthest from anything on the other side is.
        let gap = |words: &[String], others: &Read| words.iter().map(|word| 1.0 - self.nearest_word(word, others)).fold(0.0, f32::max);
        let brevity = 1.0 / (1.0 + asked.content.len() as f32);
        let length = (asked.content.len() as f32 / 20.0).min(1.0);
        let letters = features[3];
        let nearly_verbatim = if alignment.is_whole() { 0.0 } else { letters };
        features[20..LEAD].copy_from_slice(&[
            set(same_facet),
            rarest(&alignment.lacks),
            rarest(&alignment.beyond),
            brevity,
            gap(&alignment.lacks, text),
            gap(&alignment.beyond, asked),
            set(!alignment.lacks.is_empty() && alignment.beyond.is_empty()),
            set(alignment.lacks.is_empty() && !alignment.beyond.is_empty()),
            nearly_verbatim,
            nearly_verbatim * brevity * 4.0,
            length,
            letters * length,
            set(!warnings.is_empty()) * length,
        ]);
        let share = |words: &[String], all: &Read| words.len() as f32 / all.content.len().max(1) as f32;
        let (lack, beyond) = (share(&alignment.lacks, asked).min(1.0), share(&alignment.beyond, text).min(1.0));
        features[SHARES].copy_from_slice(&[lack, beyond, lack * length, beyond * length]);
        features[RELEVANCE] = model.relevance(&features);
        Match {
            answer,
            wording,
            nearness,
            place: 0.0,
            confidence: 0.0,
            alignment,
            warnings,
            same_facet,
            requirement,
            with_heading: false,
            features,
            sure: false,
        }
    }

    /// How near the nearest word of a text comes to a word, 0 to 1.
    fn nearest_word(&self, word: &str, text: &Read) -> f32 {
        let own = self.direction(word);
        text.directions.iter().map(|other| cosine(&own, other)).fold(0.0, f32::max)
    }

    fn direction(&self, word: &str) -> Direction {
        if let Some(known) = self.directions.borrow().get(word) {
            return Arc::clone(known);
        }
        let new = Arc::new((self.lexicon.embed)(word));
        remember(&mut self.directions.borrow_mut(), word, Arc::clone(&new));
        new
    }

    /// Gives each match its confidence, now that all are ranked.
    fn weigh(&self, matches: &mut [Match], model: &Model) {
        let relevance: Vec<f32> = matches.iter().map(|found| found.features[RELEVANCE]).collect();
        for (place, found) in matches.iter_mut().enumerate() {
            let best_other =
                relevance.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, relevance)| *relevance).fold(0.0, f32::max);
            found.features[LEAD] = (relevance[place] - best_other).clamp(-3.0, 3.0) / 3.0;
            let chance = model.confidence(&found.features, found.is_settled());
            found.sure = self.sure;
            let mut likely = found.features;
            likely[RELEVANCE] += worth(found.requirement);
            found.place = if found.nearness >= Nearness::NearlyEqual { 1.0 } else { model.place(&likely) };
            found.confidence = match found.nearness {
                Nearness::NearlyEqual if found.warnings.is_empty() => SAME_WORDS[0],
                Nearness::Equal if found.warnings.is_empty() => SAME_WORDS[1],
                _ => chance,
            };
        }
    }
}

fn worth(requirement: Option<&str>) -> f32 {
    if requirement.is_some() { REQUIREMENT } else { 0.0 }
}

/// The same words first, then by how likely each is, then by id, so that the order is always the same.
fn best_first<'a, T>(found: &mut [T], of: impl Fn(&T) -> (Nearness, f32, &'a Answer)) {
    found.sort_by(|a, b| {
        let ((near_a, likely_a, a), (near_b, likely_b, b)) = (of(a), of(b));
        let equal = |nearness: Nearness| nearness >= Nearness::NearlyEqual;
        equal(near_b).cmp(&equal(near_a)).then(likely_b.total_cmp(&likely_a)).then_with(|| a.id.cmp(&b.id))
    });
}

fn nearness(asked: &Spelt, stored: &Spelt) -> Nearness {
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

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, which a processor adds at once.
    let mut sums = [0.0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for (sum, (x, y)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>().clamp(0.0, 1.0)
}

//! Sentences of two answers that say the same but for a number, a rhythm or a "not". Only those of answers that stand on one control are
//! compared; others may speak of other things in the same words.

use std::collections::{HashMap, HashSet};

use super::super::bank::Answer;
use super::super::guard::{Sense, is_measure, warnings};
use super::super::wording::{Analyzer, SearchTerm, words};
use super::alike::{Terms, alike};

/// Two sentences share at least so many in a hundred of their words, numbers left aside.
const SAME_MATTER: usize = 80;
/// A sentence of fewer words, stop words left aside, says too little to be taken for the same matter.
const FEW_WORDS: usize = 2;

/// Of the answers that one sentence stands in, so many are told.
const STANDS_IN: usize = 20;

/// A sentence of one answer that disagrees with one of another.
pub struct Disagreement<'a> {
    /// Place of the earlier answer.
    pub one: usize,
    /// Place of the later answer.
    pub other: usize,
    /// The sentence of the earlier one.
    pub against: &'a str,
    /// The sentence of the later one.
    pub says: &'a str,
    /// What differs: quantity, period, polarity, standard.
    pub how: String,
}

/// All pairs of answers whose facts disagree.
pub fn disagreements<'a>(answers: &[&'a Answer], analyzer: &Analyzer) -> Vec<Disagreement<'a>> {
    // Each sentence once, with the answers that it stands in: some stand in thousands.
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut sentences: Vec<(&str, Vec<usize>)> = Vec::new();
    let (mut terms, mut sets) = (Terms::default(), Vec::new());
    for (place, answer) in answers.iter().enumerate().filter(|(_, answer)| !answer.controls.is_empty()) {
        for sentence in sentences_of(&answer.wording) {
            if let Some(known) = places.get(sentence) {
                sentences[*known].1.push(place);
                continue;
            }
            let matter = matter(analyzer, sentence);
            if matter.iter().map(|term| term.words.split(' ').count()).sum::<usize>() >= FEW_WORDS {
                places.insert(sentence, sentences.len());
                sentences.push((sentence, vec![place]));
                sets.push(terms.set(matter.into_iter().map(|term| term.term).collect()));
            }
        }
    }
    let one_control = |a: usize, b: usize| answers[a].controls.iter().any(|control| answers[b].controls.contains(control));
    let mut found = Vec::new();
    for (one, other) in alike(&sets, SAME_MATTER) {
        let ((first, these), (second, those)) = (&sentences[one], &sentences[other]);
        let Some(how) = differs(first, second) else { continue };
        let pairs = these.iter().take(STANDS_IN).flat_map(|a| those.iter().take(STANDS_IN).map(move |b| (*a, *b)));
        for (a, b) in pairs.filter(|(a, b)| a != b && one_control(*a, *b)) {
            let (one, other, against, says) = if a < b { (a, b, *first, *second) } else { (b, a, *second, *first) };
            found.push(Disagreement { one, other, against, says, how: how.clone() });
        }
    }
    found
}

/// How the facts of two texts about one matter disagree: the first pair of sentences that say the same but for a fact.
#[must_use]
pub fn between(analyzer: &Analyzer, old: &str, new: &str) -> Option<String> {
    let (mut terms, mut sets, mut sentences) = (Terms::default(), Vec::new(), Vec::new());
    let both: HashSet<&str> = sentences_of(old).collect::<HashSet<_>>().intersection(&sentences_of(new).collect()).copied().collect();
    for (of, text) in [old, new].into_iter().enumerate() {
        for sentence in sentences_of(text).filter(|sentence| !both.contains(sentence)) {
            sets.push(terms.set(matter(analyzer, sentence).into_iter().map(|term| term.term).collect()));
            sentences.push((of, sentence));
        }
    }
    alike(&sets, SAME_MATTER).into_iter().find_map(|(one, other)| {
        let ((a, against), (b, says)) = (sentences[one], sentences[other]);
        (a != b).then(|| differs(against, says)).flatten().map(|how| format!("{against:?} against {says:?}: {how}"))
    })
}

/// Which facts differ between two sentences that share nearly all their words; none where anything else differs too.
fn differs(against: &str, says: &str) -> Option<String> {
    if against == says {
        return None;
    }
    // Of a day, a year or an edition there is a new one each time.
    let (old, new) = (undated(against), undated(says));
    let told = warnings(&Sense::of(&new), &Sense::of(&old), &Sense::of(""));
    let facts = told.iter().all(|warning| matches!(warning.guard, "quantity" | "period" | "polarity" | "standard"));
    // A sentence that adds a number to what the other says does not contradict it.
    let sure = told.iter().any(|warning| warning.guard != "quantity" || both_measure(&new, &old));
    (facts && sure).then(|| format!("{} differs", told.iter().map(|warning| warning.guard).collect::<Vec<_>>().join(" and ")))
}

/// The sentences of a text; a line is one too.
fn sentences_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split_inclusive(". ")).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// What a sentence is about: its terms, but for numbers, units and rhythms.
fn matter(analyzer: &Analyzer, sentence: &str) -> Vec<SearchTerm> {
    let aside = |term: &SearchTerm| term.words.split(' ').any(|word| is_measure(word) || NEGATIONS.contains(&word));
    analyzer.terms_of(&words(&undated(sentence))).into_iter().filter(|term| !aside(term)).collect()
}

/// Words that turn a sentence round: the guard of polarity weighs them, they name no matter.
const NEGATIONS: &[&str] = &["not", "no", "never", "none", "neither", "nor", "cannot", "without", "every", "each", "all", "any"];

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
];

/// A sentence without days, months, years and numbers of editions.
fn undated(sentence: &str) -> String {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let month = |place: usize| words.get(place).is_some_and(|word| MONTHS.contains(&plain(word).as_str()));
    let before = |place: usize| place.checked_sub(1).and_then(|before| words.get(before)).map(|word| plain(word)).unwrap_or_default();
    let dated = |place: usize| {
        let word = plain(words[place]);
        let number = word.parse::<u32>().ok();
        let year = word.len() == 4 && number.is_some_and(|number| (1980..2100).contains(&number));
        let day = number.is_some_and(|number| number <= 31) && (month(place + 1) || place > 0 && month(place - 1));
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let date = digits >= 6 && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'));
        let edition = matches!(before(place).as_str(), "version" | "edition" | "revision" | "release") && digits > 0;
        year || day || date || edition || (word != "may" && month(place))
    };
    (0..words.len()).filter(|place| !dated(*place)).map(|place| words[place]).collect::<Vec<_>>().join(" ")
}

/// Whether both sentences measure something.
fn both_measure(one: &str, other: &str) -> bool {
    [one, other].iter().all(|sentence| words(sentence).iter().any(|word| is_measure(word)))
}

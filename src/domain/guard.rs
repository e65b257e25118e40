//! Guards: each sees one kind of difference in meaning between a question and a stored wording, and says it in words. Never ranks.

use super::wording::{without_numbering, words};

mod actor;
mod compound;
mod facet;
mod period;
mod polarity;
mod quantity;
mod scope;
mod standard;
mod tense;

/// A difference that a guard saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which guard; one of [`GUARDS`].
    pub guard: &'static str,
    /// What differs, for a reviewer.
    pub says: String,
}

impl Warning {
    /// What a guard gives that saw something.
    #[allow(clippy::unnecessary_wraps, reason = "every guard gives an option")]
    fn new(guard: &'static str, says: String) -> Option<Self> {
        Some(Self { guard, says })
    }
}

/// The names of all guards, in the order in which they speak.
pub const GUARDS: &[&str] = &["polarity", "quantity", "period", "standard", "scope", "actor", "facet", "tense", "compound"];

/// What a text says of everything that a guard looks at; read once a text.
#[derive(Clone, Debug, Default)]
pub struct Sense {
    words: Vec<String>,
    polarity: polarity::Turns,
    quantities: quantity::Quantities,
    periods: period::Periods,
    standards: standard::Standards,
    scopes: scope::Scopes,
    actors: actor::Actors,
    asking: facet::Asking,
    tense: tense::Tense,
    aspect: tense::Aspect,
}

impl Sense {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = &actor::plain_possessives(text);
        let words = plain_words(text);
        let standards = standard::Standards::read(&words);
        let actors = actor::Actors::read(&words);
        Self {
            polarity: polarity::Turns::read(&words),
            quantities: quantity::Quantities::read(text, &words, &standards),
            periods: period::Periods::read(&words),
            scopes: scope::Scopes::read(&words, &actors),
            actors,
            asking: facet::Asking::read(&words),
            tense: tense::Tense::read(&words),
            aspect: tense::Aspect::read(&words),
            standards,
            words,
        }
    }

    /// The words of the text.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether the word at a place says nothing about the matter: it names whoever answers, or asks.
    #[must_use]
    pub fn is_frame(&self, place: usize) -> bool {
        self.actors.is_supplier(place) || self.asking.words.contains(&place)
    }

    /// Whether "your" at a place makes data the supplier's own, and not the customer's.
    #[must_use]
    pub fn is_own(&self, place: usize) -> bool {
        self.actors.is_own(place)
    }

    /// What whoever asks is to the matter, if the word at a place names them.
    #[must_use]
    pub fn customer(&self, place: usize) -> Option<Part> {
        self.actors.customer(place)
    }

    /// What the text asks for: whether, how often, who …
    #[must_use]
    pub fn facet(&self) -> facet::Facet {
        self.asking.facet
    }
}

pub use actor::{Part, is_owned};
pub use facet::Facet;
pub use quantity::is_measure;

/// The words of a text without its number.
fn plain_words(text: &str) -> Vec<String> {
    words(without_numbering(text))
}

/// Nouns that mean nothing by themselves: "the policies" are those named before, and "policies" are all.
#[rustfmt::skip]
const BARE_NOUNS: &[&str] = &[
    "policy", "policies", "procedure", "procedures", "plan", "plans", "process", "processes", "measures", "controls", "control", "program", "programme", "programs", "review", "reviews", "results",
    "requirements", "standards", "standard", "assessment", "assessments", "agreement", "agreements", "above", "following", "former", "latter", "same",
];

/// Whether a text points back to something named before it: "are the policies reviewed", "is it tested".
fn points_back(words: &[String]) -> bool {
    let pointing = |word: &str| matches!(word, "the" | "this" | "these" | "those" | "such" | "said");
    words.windows(2).any(|pair| pointing(&pair[0]) && BARE_NOUNS.contains(&pair[1].as_str()))
        || words.iter().any(|word| matches!(word.as_str(), "it" | "they" | "them" | "these" | "those" | "aforementioned"))
}

/// Whether two texts ask for the same kind of thing, in the same form of the verb, once or twice: only then can one answer fit both as it stands.
#[must_use]
pub fn same_form(asked: &Sense, stored: &Sense) -> bool {
    let has = |sense: &Sense, word: &str| sense.words.iter().any(|known| known == word);
    let from_to = |a: &Sense, b: &Sense| has(a, "from") && !has(a, "to") && has(b, "to") && !has(b, "from");
    let directed = from_to(asked, stored) || from_to(stored, asked);
    let between = has(asked, "between") && has(stored, "between") && has(asked, "and") != has(stored, "and");
    // "Are you a …" asks what somebody is, not what is done.
    let being = |sense: &Sense| at(&sense.words, 0, "are you a") || at(&sense.words, 0, "are you an");
    asked.facet().same_kind(stored.facet())
        && asked.aspect == stored.aspect
        && !directed
        && !between
        && being(asked) == being(stored)
        && points_back(&asked.words) == points_back(&stored.words)
        && compound::asks_twice(asked) == compound::asks_twice(stored)
}

/// What each of the guards has to say about giving an answer, stored under the wording `stored`, to `asked`. The answer's own text settles some
/// differences: it may name what only the question names.
#[must_use]
pub fn warnings(asked: &Sense, stored: &Sense, answer: &Sense) -> Vec<Warning> {
    [
        polarity::differs(asked, stored),
        quantity::differs(asked, stored, answer),
        period::differs(asked, stored, answer),
        standard::differs(asked, stored, answer),
        scope::differs(asked, stored, answer),
        actor::differs(asked, stored),
        facet::differs(asked, stored, answer),
        tense::differs(asked, stored),
        compound::differs(asked, stored, answer),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a text can be read by itself; one that points back, or has hardly a word, means what the heading above it names.
#[must_use]
pub fn stands_alone(text: &str) -> bool {
    let words = plain_words(&actor::plain_possessives(text));
    words.len() > FEW_WORDS && !points_back(&words)
}

/// A text of so few words says too little by itself: "Retention period".
const FEW_WORDS: usize = 3;

/// What a heading makes of the question below it: it names a scope, or third parties, that neither the question, nor the stored wording, nor the
/// answer names.
#[must_use]
pub fn under_heading(heading: &Sense, asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let (guard, named) = if let Some(scope) = scope::only_in(heading, &[asked, stored, answer]) {
        ("scope", scope)
    } else {
        let third = heading.actors.third().filter(|_| ![asked, stored, answer].iter().any(|text| text.actors.third().is_some()))?;
        ("actor", third.to_owned())
    };
    Warning::new(guard, format!("it stands under a heading about {named}, which neither the stored wording nor the answer names"))
}

/// Whether some words stand in a text at a place; behind its end stands nothing.
fn at(words: &[String], place: usize, phrase: &str) -> bool {
    // Nearly all phrases begin with another letter: that is seen at a glance.
    if words.get(place).is_none_or(|word| word.as_bytes().first() != phrase.as_bytes().first() || !phrase.starts_with(word.as_str())) {
        return false;
    }
    let mut rest = words[place..].iter();
    phrase.split(' ').all(|word| rest.next().is_some_and(|known| known == word))
}

/// The first of some phrases that stands in a text at a place, and how many words it has. Longer ones go first.
fn first_of<'p>(words: &[String], place: usize, phrases: &[&'p str]) -> Option<&'p str> {
    phrases.iter().copied().filter(|phrase| at(words, place, phrase)).max_by_key(|phrase| phrase.len())
}

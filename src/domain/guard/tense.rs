//! The guard of tense: what is in place today, what is planned, and what was.

use super::{Sense, Warning, first_of};

/// The time that a text is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tense {
    #[default]
    Present,
    Planned,
    Past,
}

#[rustfmt::skip]
const PLANNED: &[&str] = &[
    "plan to", "plans to", "planning to", "planned to", "plan on", "plans for adding", "do you plan", "are you planning", "is it planned", "is there a plan to",
    "are there plans", "any plans", "plans to", "intend to", "intends to", "intending", "intention", "roadmap", "road map", "in the future", "in future", "future",
    "upcoming", "next year", "next release", "your next", "the next", "coming year", "coming years", "years to come", "coming months", "next 12 months", "next twelve months",
    "next two years", "soon be", "expect to", "expects to", "expected to be", "will be added", "by when will", "when will", "scheduled to", "aim to", "considering",
    "under consideration", "pursuing", "working towards", "in progress", "coming", "eventually", "not yet",
];
#[rustfmt::skip]
const PAST: &[&str] = &[
    "previously", "formerly", "in the past", "used to be", "last time", "when did you last", "did you last", "historically", "have you ever", "has there ever been", "last year", "at the time", "prior year",
    "past year", "past years", "past two years", "past three years", "past five years", "past ten years", "past 12 months", "last 12 months", "last three years", "last two years",
    "last five years", "past 24 months", "past 36 months", "last 24 months", "last 36 months", "since when",
];

impl Tense {
    pub(super) fn read(words: &[String]) -> Self {
        let has = |phrases: &[&str]| (0..words.len()).any(|place| first_of(words, place, phrases).is_some());
        let past = words.first().is_some_and(|word| matches!(word.as_str(), "was" | "were" | "did" | "had"));
        match (has(PLANNED), past || has(PAST)) {
            (true, _) => Self::Planned,
            (_, true) => Self::Past,
            _ => Self::Present,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Present => "today",
            Self::Planned => "what is planned",
            Self::Past => "the past",
        }
    }
}

/// The form of a text's verb, which carries its time where no word does: "did you notify", "have logs been kept", "will you use".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Aspect {
    #[default]
    Present,
    Past,
    Perfect,
    Future,
}

impl Aspect {
    /// Reads the verb's form. "The supplier will notify" asks for what is so, as "shall" does.
    pub(super) fn read(words: &[String]) -> Self {
        let front = words.iter().take(12);
        let perfect = |at: usize| {
            let behind = words[at + 1..].iter().take(if at == 0 { 12 } else { 6 });
            // "Do you have a documented plan" has no perfect in it.
            let owns = at.checked_sub(1).is_some_and(|before| {
                matches!(words[before].as_str(), "you" | "do" | "does" | "to" | "we" | "must" | "shall" | "should" | "can")
            });
            let noun = words.get(at + 1).is_some_and(|word| matches!(word.as_str(), "a" | "an" | "the" | "any" | "in"));
            !owns
                && (!noun || at == 0)
                && behind.clone().any(|word| {
                    word == "been"
                        || word == "had"
                        || word.ends_with("ed")
                        || matches!(word.as_str(), "done" | "made" | "taken" | "undergone")
                })
        };
        for (at, word) in front.enumerate() {
            match word.as_str() {
                "did" | "was" | "were" | "had" => return Self::Past,
                "will" | "would"
                    if at == 0
                        || words
                            .get(at + 1)
                            .is_some_and(|next| matches!(next.as_str(), "you" | "we" | "be" | "customers" | "the" | "your")) =>
                {
                    return Self::Future;
                }
                "have" | "has" if perfect(at) => return Self::Perfect,
                _ => {}
            }
        }
        Self::Present
    }
}

/// Another time.
pub(super) fn differs(asked: &Sense, stored: &Sense) -> Option<Warning> {
    let (a, b) = (asked.tense, stored.tense);
    if a == b {
        return None;
    }
    Warning::new("tense", format!("asks about {}, the stored wording is about {}", a.name(), b.name()))
}

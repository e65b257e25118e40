//! From what speaks for and against a match to a measured chance. The weights are data: `benches/accuracy/fit.py` wrote them, with the figures that they reached.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What is known of a match, by name: likenesses from 0 to 1, and 0 or 1 for what is so or not.
pub const FEATURES: &[&str] = &[
    "search",
    "asked_covered",
    "wording_covered",
    "letters",
    "covered",
    "answer_covered",
    "meaning",
    "answer_meaning",
    "lacks",
    "beyond",
    "whole",
    "polarity",
    "quantity",
    "period",
    "standard",
    "scope",
    "actor",
    "facet",
    "tense",
    "compound",
    "same_facet",
    "rarest_lack",
    "rarest_beyond",
    "brevity",
    "lack_gap",
    "beyond_gap",
    "only_asked",
    "only_stored",
    "nearly_verbatim",
    "brief_verbatim",
    "length",
    "long_letters",
    "long_warned",
    "lead",
    "relevance",
    "together",
    "lack_share",
    "beyond_share",
    "long_lack_share",
    "long_beyond_share",
];
/// The features of guards begin here, in the order of [`super::guard::GUARDS`].
pub const FIRST_GUARD: usize = 11;
/// The lead over the next match, known only once all are ranked.
pub const LEAD: usize = 33;
/// The relevance itself.
pub const RELEVANCE: usize = 34;

/// How near question and answer together are in meaning, known only where the sentence model embedded them.
pub const TOGETHER: usize = 35;

/// How much of the question the stored wording lacks, how much it says beyond, and both again for long texts, in which a few other words weigh less.
pub const SHARES: std::ops::Range<usize> = 36..40;

/// One value for each of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];
/// Nothing known.
pub const NO_FEATURES: Features = [0.0; FEATURES.len()];

/// What questions and wordings were compared by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Words alone.
    #[default]
    Words,
    /// Words, and the small table of meanings on both sides.
    Table,
    /// Words, the table for the question, and the sentence model for the bank.
    Mixed,
    /// Words, and the sentence model on both sides.
    Model,
}

/// How often answers that would have been given without a look were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Measured {
    /// Answers that would have been given.
    pub given: u32,
    /// Those of them that were wrong.
    pub wrong: u32,
    /// The upper end of the one-sided 95 % Clopper–Pearson interval of the share that is wrong.
    pub bound: f32,
}

/// Fitted weights for one view.
#[derive(Clone, Debug, Default, Deserialize)]
struct Weights {
    /// What makes a stored wording the right place to look.
    relevance: BTreeMap<String, f32>,
    /// What makes it the right place to look, in chances; `bias` besides the features.
    place: BTreeMap<String, f32>,
    /// What makes its answer safe to give; `bias` besides the features.
    confidence: BTreeMap<String, f32>,
    /// Measured on questions that the weights were not fitted on.
    measured: Measured,
}

#[derive(Deserialize)]
struct File {
    views: BTreeMap<View, Weights>,
}

static FITTED: LazyLock<BTreeMap<View, Model>> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("weights.json")).unwrap_or(File { views: BTreeMap::new() });
    file.views
        .into_iter()
        .map(|(view, weights)| {
            (
                view,
                Model {
                    relevance: Vector::new(&weights.relevance),
                    place: Vector::new(&weights.place),
                    confidence: Vector::new(&weights.confidence),
                    measured: weights.measured,
                },
            )
        })
        .collect()
});

#[derive(Clone, Copy, Debug)]
struct Vector {
    bias: f32,
    of: Features,
}

impl Vector {
    fn new(named: &BTreeMap<String, f32>) -> Self {
        let weight = |name: &str| named.get(name).copied().unwrap_or(0.0);
        let mut of = NO_FEATURES;
        for (place, name) in FEATURES.iter().enumerate() {
            of[place] = weight(name);
        }
        Self { bias: weight("bias"), of }
    }

    fn dot(&self, features: &Features) -> f32 {
        self.bias + self.of.iter().zip(features).map(|(weight, value)| weight * value).sum::<f32>()
    }
}

/// The weights that were fitted for one view.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    relevance: Vector,
    place: Vector,
    confidence: Vector,
    measured: Measured,
}

/// A match in which nothing is left that could make a difference is at least so sure, and any other is less.
const SETTLED: f32 = 0.97;

impl Model {
    /// The model of a view.
    #[must_use]
    pub fn of(view: View) -> Self {
        FITTED[&view]
    }

    /// How often the band `ready` was right when it was measured.
    #[must_use]
    pub const fn measured(&self) -> Measured {
        self.measured
    }

    /// How likely a wording is the right place to look; only comparable within one question.
    #[must_use]
    pub fn relevance(&self, features: &Features) -> f32 {
        self.relevance.dot(features)
    }

    /// The chance that this is the entry to start from, 0 to 1, whatever differs.
    #[must_use]
    pub fn place(&self, features: &Features) -> f32 {
        1.0 / (1.0 + (-self.place.dot(features)).exp())
    }

    /// The chance that giving the answer is right, 0 to 1. `settled`: nothing is left that could make a difference, as far as words show.
    #[must_use]
    pub fn confidence(&self, features: &Features, settled: bool) -> f32 {
        let chance = 1.0 / (1.0 + (-self.confidence.dot(features)).exp());
        if settled { SETTLED + (0.999 - SETTLED) * chance } else { chance.min(SETTLED - 0.01) }
    }

    /// What each feature adds to the confidence, in units of log-odds, the largest first.
    #[must_use]
    pub fn explain(&self, features: &Features) -> Vec<(&'static str, f32)> {
        let mut parts: Vec<(&str, f32)> =
            FEATURES.iter().zip(self.confidence.of.iter().zip(features)).map(|(name, (weight, value))| (*name, weight * value)).collect();
        parts.retain(|(_, part)| part.abs() > 0.05);
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        parts
    }
}

//! Matches without their bank: kept as long as the bank is searched as it was, so that what was asked once need not be searched again. Says nothing that was
//! not found.

use std::sync::Arc;

use super::align::Alignment;
use super::bank::{Answer, Bank};
use super::confidence::Features;
use super::guard::Warning;
use super::rank::{Match, Nearness};

/// Whether every question has the same matches in two banks: what is searched and ranked by is the same, whatever else was edited, approved or
/// came to an end. Who adds to what ranking reads of an answer has to add it here.
#[must_use]
pub fn matches_alike(one: &Bank, other: &Bank) -> bool {
    let alike = |(a, b): (&Answer, &Answer)| {
        (&a.id, &a.question, &a.also_asked, &a.wording, &a.tags) == (&b.id, &b.question, &b.also_asked, &b.wording, &b.tags)
            && a.approved.is_some() == b.approved.is_some()
    };
    one.vocabulary == other.vocabulary
        && one.bar().to_bits() == other.bar().to_bits()
        && one.answers.len() == other.answers.len()
        && one.answers.iter().zip(&other.answers).all(alike)
}

/// A match that names its answer by its place in the bank.
#[derive(Clone, Debug)]
pub struct Found {
    answer: u32,
    wording: u32,
    nearness: Nearness,
    place: f32,
    confidence: f32,
    /// What agrees, lacks and is beyond, a line each; words have no line ends.
    words: [Box<str>; 3],
    agreed: usize,
    crossed: bool,
    warnings: Arc<[Warning]>,
    same_facet: bool,
    by_requirement: bool,
    with_heading: bool,
    features: Features,
    sure: bool,
}

impl Found {
    /// A match of a bank's answer, which is the one at a place.
    #[must_use]
    pub fn new(found: &Match, answer: usize) -> Self {
        let Alignment { agree, lacks, beyond, agreed, crossed } = &found.alignment;
        let wording = found.answer.wordings().position(|wording| wording == found.wording).unwrap_or_default();
        Self {
            answer: answer as u32,
            wording: wording as u32,
            nearness: found.nearness,
            place: found.place,
            confidence: found.confidence,
            words: [agree, lacks, beyond].map(|words| words.iter().map(|word| format!("{word}\n")).collect::<String>().into()),
            agreed: *agreed,
            crossed: *crossed,
            warnings: found.warnings.clone().into(),
            same_facet: found.same_facet,
            by_requirement: found.requirement.is_some(),
            with_heading: found.with_heading,
            features: found.features,
            sure: found.sure,
        }
    }

    /// The match in the same bank; `requirement` gives the requirement by which an answer was reached. None where the bank is another one.
    #[must_use]
    pub fn in_bank<'b>(&self, bank: &'b Bank, requirement: impl Fn(&str) -> Option<&'b str>) -> Option<Match<'b>> {
        let answer = bank.answers.get(self.answer as usize)?;
        let wording = answer.wordings().nth(self.wording as usize)?;
        let [agree, lacks, beyond] = self.words.each_ref().map(|words| words.lines().map(str::to_owned).collect());
        Some(Match {
            answer,
            wording,
            nearness: self.nearness,
            place: self.place,
            confidence: self.confidence,
            alignment: Alignment { agree, lacks, beyond, agreed: self.agreed, crossed: self.crossed },
            warnings: self.warnings.to_vec(),
            same_facet: self.same_facet,
            requirement: if self.by_requirement { Some(requirement(&answer.id)?) } else { None },
            with_heading: self.with_heading,
            features: self.features,
            sure: self.sure,
        })
    }
}

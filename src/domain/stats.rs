//! The bank in numbers, on a date. Never stores them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::bank::Bank;
use super::coverage::control_faults;
use super::standing::{evidence_fault, validity};

/// The bank in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// All answers.
    pub answers: usize,
    /// Those that stand, whoever asks.
    pub stand: usize,
    /// Those that do not, by the first reason.
    pub barred: BTreeMap<&'static str, usize>,
    /// Answers by verdict.
    pub verdicts: BTreeMap<String, usize>,
    /// Answers that stand, by audience.
    pub audiences: BTreeMap<String, usize>,
    /// Answers by owner.
    pub owners: BTreeMap<String, usize>,
    /// Answers by the folder that they lie in.
    pub topics: BTreeMap<String, usize>,
    /// Wordings of questions, over all answers.
    pub wordings: usize,
    /// Controls by state.
    pub controls: BTreeMap<String, usize>,
    /// Controls with evidence that is missing, changed or out of date.
    pub controls_unproven: usize,
    /// Pieces of evidence.
    pub evidence: usize,
    /// Those that do not hold on that date.
    pub evidence_faulty: usize,
    /// Frameworks, with the number of their requirements.
    pub frameworks: BTreeMap<String, usize>,
}

/// Counts a bank on a date.
#[must_use]
pub fn stats(bank: &Bank, date: Date) -> Stats {
    let mut stats = Stats { answers: bank.answers.len(), evidence: bank.evidence.len(), ..Stats::default() };
    let count = |counts: &mut BTreeMap<String, usize>, what: String| *counts.entry(what).or_default() += 1;
    for answer in &bank.answers {
        let bars = validity(bank, answer, date);
        match bars.first() {
            None => {
                stats.stand += 1;
                count(&mut stats.audiences, answer.audience.to_string());
            }
            Some(bar) => *stats.barred.entry(bar.kind()).or_default() += 1,
        }
        count(&mut stats.verdicts, answer.verdict.map_or_else(|| "unreadable".into(), |verdict| verdict.to_string()));
        count(&mut stats.owners, if answer.owner.is_empty() { "nobody".into() } else { answer.owner.clone() });
        count(&mut stats.topics, answer.topic().to_owned());
        stats.wordings += answer.wordings().count();
    }
    for control in bank.controls.values() {
        count(&mut stats.controls, control.state.to_string());
        stats.controls_unproven += usize::from(!control_faults(bank, control, date).is_empty());
    }
    stats.evidence_faulty = bank.evidence.values().filter(|evidence| evidence_fault(evidence, date).is_some()).count();
    stats.frameworks = bank.frameworks.values().map(|framework| (framework.id.clone(), framework.requirements.len())).collect();
    stats
}

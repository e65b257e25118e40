//! What was asked of a bank before, with the best that was found: proposing again after a decision or on another day does not search again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Query;
use crate::bank::index::Index;
use crate::domain::bank::Bank;
use crate::domain::found::Found;
use crate::domain::propose::JUDGED;
use crate::domain::rank::Match;

/// So many questions are remembered at least, and twice as many at most: about 6 kilobytes each.
const REMEMBERED: usize = 10_000;

type Known = HashMap<String, Arc<[Found]>>;

/// Questions with their matches: those asked lately, and those asked before these.
#[derive(Default)]
pub(in crate::engine) struct AskedBefore(Mutex<[Known; 2]>);

/// Everything that a query asks, each part with its length in front, so that no two are written alike.
fn written(query: &Query) -> String {
    let Query { text, heading, reached, approved_only } = query;
    let mut key = format!("{approved_only} {} {text}", text.len());
    key.extend(heading.map(|heading| format!(" heading {} {heading}", heading.len())));
    for (answer, requirement) in reached {
        key.push_str(&format!(" reached {} {answer} {} {requirement}", answer.len(), requirement.len()));
    }
    key
}

impl AskedBefore {
    /// What was found for a query in this bank; none where it was not asked before.
    pub fn find<'b>(&self, query: &Query<'_, 'b>, bank: &'b Bank) -> Option<Vec<Match<'b>>> {
        let key = written(query);
        let found = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = known[0].get(&key) {
                Arc::clone(found)
            } else {
                let found = known[1].remove(&key)?;
                add(&mut known, key, Arc::clone(&found));
                found
            }
        };
        found.iter().map(|found| found.in_bank(bank, |answer| query.reached.get(answer).copied())).collect()
    }

    /// Remembers the best of what was found.
    pub fn keep(&self, query: &Query, matches: &[Match], index: &Index) {
        let best = matches.iter().take(JUDGED).map(|found| Some(Found::new(found, index.place(&found.answer.id)?)));
        let Some(best) = best.collect::<Option<Vec<Found>>>() else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut known, written(query), best.into());
    }
}

/// Adds a question to those asked lately; where these are many, they become those asked before, and what was asked before them is forgotten.
fn add(known: &mut [Known; 2], key: String, found: Arc<[Found]>) {
    if known[0].len() >= REMEMBERED {
        known.swap(0, 1);
        known[0] = Known::new();
    }
    known[0].insert(key, found);
}

//! Use case: the bank, as a person searches it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::matching::{Finder, Query, Search};
use super::{BankPlace, Failure};
use crate::domain::bank::{Answer, Audience, Verdict};
use crate::domain::standing::{Scope, standing};

/// One answer that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// Who may be told.
    pub audience: Audience,
    /// Who keeps it true.
    pub owner: String,
    /// Its wording.
    pub text: String,
    /// Why it may not be given; empty where it may.
    pub bars: Vec<String>,
    /// Its file, from the bank's folder.
    pub file: String,
}

impl Hit {
    fn new(answer: &Answer, bars: Vec<String>) -> Self {
        Self {
            id: answer.id.clone(),
            question: answer.question.clone(),
            verdict: answer.verdict,
            audience: answer.audience,
            owner: answer.owner.clone(),
            text: answer.wording.clone(),
            bars,
            file: answer.file.clone(),
        }
    }
}

/// Searches the bank; answers that share most of the words come first.
///
/// # Errors
/// There is no bank, or its index cannot be built.
pub fn search(place: &BankPlace, words: &str, limit: usize, scope: &Scope) -> Result<Vec<Hit>, Failure> {
    let opened = place.open()?;
    let search = opened.search();
    let bank = &opened.bank;
    let hit = |answer: &Answer| Hit::new(answer, standing(bank, answer, scope).iter().map(ToString::to_string).collect());
    Ok(found(&search, words)?.into_iter().take(limit).map(hit).collect())
}

/// The answers that some words find, the one of that id first.
pub(super) fn found<'b>(search: &Search<'b>, words: &str) -> Result<Vec<&'b Answer>, Failure> {
    let found = Finder::new(search, Arc::default()).matches(&Query::alone(words))?;
    let exact = search.bank.answers.iter().filter(|answer| answer.id == words.trim());
    // What shares no word with the search was found by its meaning alone, which says little of two or three words.
    let wanted: BTreeSet<String> = search.index.analyzer().terms(words).into_iter().collect();
    let shares = |answer: &Answer| {
        let texts = answer.wordings().chain([answer.wording.as_str()]).chain(answer.tags.iter().map(String::as_str));
        texts.flat_map(|text| search.index.analyzer().terms(text)).any(|term| wanted.contains(&term))
    };
    let others = found.iter().map(|found| found.answer).filter(|answer| answer.id != words.trim() && shares(answer));
    Ok(exact.chain(others).collect())
}

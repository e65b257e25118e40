//! A short piece of a text around the words that somebody looked for, with those words marked. Never changes a word of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::wording::{Analyzer, words};

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
}

/// What somebody looks for, as a text is compared with it.
#[derive(Clone)]
pub struct Sought<'a> {
    analyzer: &'a Analyzer,
    terms: BTreeSet<String>,
    /// The words as typed; the last one may not be finished yet.
    typed: Vec<String>,
}

/// So many characters stand before the first word that was found.
const BEFORE: usize = 60;
/// A typed piece of fewer letters marks no longer word.
const FEW: usize = 3;

impl<'a> Sought<'a> {
    /// What the words that were typed look for.
    #[must_use]
    pub fn new(analyzer: &'a Analyzer, typed: &str) -> Self {
        Self { analyzer, terms: analyzer.terms(typed).into_iter().collect(), typed: words(typed) }
    }

    /// Whether a text holds every word that was typed, or a word that begins so.
    #[must_use]
    pub fn all_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let begins = |typed: &String| {
            text.match_indices(typed.as_str()).any(|(at, _)| !text[..at].ends_with(|before: char| before.is_alphanumeric()))
        };
        !self.typed.is_empty() && self.typed.iter().all(begins)
    }

    fn found(&self, word: &str) -> bool {
        let plain = word.to_lowercase();
        let begins = |typed: &String| typed.chars().count() >= FEW && plain.starts_with(typed.as_str());
        self.typed.iter().any(begins) || self.terms.contains(&self.analyzer.term(&plain))
    }

    /// A whole text with the words marked.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        for run in runs(text) {
            self.push(&mut parts, run);
        }
        parts
    }

    /// A text on one line with the words marked, cut to about so many characters around the first of them.
    #[must_use]
    pub fn around(&self, text: &str, most: usize) -> Vec<Part> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let runs = runs(&line);
        let first = runs.iter().position(|run| is_word(run) && self.found(run)).unwrap_or_default();
        let (mut from, mut before) = (first, 0);
        while from > 0 && before < BEFORE {
            from -= 1;
            before += runs[from].chars().count();
        }
        let (mut to, mut all) = (from, 0);
        while to < runs.len() && all < most {
            all += runs[to].chars().count();
            to += 1;
        }
        let mut parts = Vec::new();
        let cut = |text: &str| Part { text: text.to_owned(), found: false };
        parts.extend((from > 0).then(|| cut("… ")));
        for run in &runs[from..to] {
            self.push(&mut parts, run);
        }
        parts.extend((to < runs.len()).then(|| cut(" …")));
        parts
    }

    fn push(&self, parts: &mut Vec<Part>, run: &str) {
        let found = is_word(run) && self.found(run);
        match parts.last_mut() {
            Some(last) if last.found == found => last.text.push_str(run),
            _ => parts.push(Part { text: run.to_owned(), found }),
        }
    }
}

fn is_word(run: &str) -> bool {
    run.starts_with(char::is_alphanumeric)
}

/// A text as words and what stands between them; together they are the text.
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let (mut from, mut inside) = (0, None);
    for (at, c) in text.char_indices() {
        let word = c.is_alphanumeric();
        if inside.is_some_and(|inside| inside != word) {
            runs.push(&text[from..at]);
            from = at;
        }
        inside = Some(word);
    }
    if from < text.len() {
        runs.push(&text[from..]);
    }
    runs
}

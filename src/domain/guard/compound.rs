//! The guard of compound questions: a second thing asked, which the stored answer does not cover.

use super::{Sense, Warning, first_of};

/// Words that begin a second question behind "and", a comma or a full stop.
const BEGINNINGS: &[&str] = &[
    "is",
    "are",
    "do",
    "does",
    "did",
    "can",
    "could",
    "will",
    "would",
    "has",
    "have",
    "who",
    "whom",
    "how",
    "when",
    "where",
    "which",
    "what",
    "why",
    "must",
    "should",
    "by whom",
    "for how long",
    "to where",
    "from where",
    "by when",
    "in which",
    "for whom",
    "with whom",
    "on what",
    "in what",
    "under what",
    "since when",
    "with what",
    "to whom",
    "at what",
    "describe",
    "explain",
    "provide",
    "list",
    "state",
    "name",
    "attach",
];
const JOINS: &[&str] = &["and if so", "if so", "if yes", "and", "or", "as well as", "along with", "together with", "plus"];
/// Words that ask for no more than the details of what was asked before.
#[rustfmt::skip]
const DETAILS: &[&str] = &[
    "and", "or", "if", "so", "yes", "no", "not", "please", "describe", "explain", "provide", "give", "details", "detail", "how", "is", "are", "it", "this", "they", "your", "the",
    "a", "an", "of", "what", "which", "in", "to", "state", "elaborate", "briefly", "further", "comment", "specify", "you", "do", "does", "comply", "list", "any", "that", "them",
    "by", "for", "with", "been", "be", "has", "have", "was", "were", "process", "procedure", "can", "will", "would", "attach", "evidence", "answer", "why", "information", "more",
    "on", "at", "y", "n", "contact", "contacted", "reach", "reached", "conditions", "policy", "say", "says", "place", "from", "name", "who", "when", "where", "there", "these", "those", "we", "us", "our", "must", "should", "could", "did", "long", "often",
];

/// The words of the second question that a text asks, if it asks one.
fn second(words: &[String]) -> Option<&[String]> {
    let joined = (1..words.len()).find_map(|place| {
        let join = first_of(words, place, JOINS)?;
        let behind = place + join.split(' ').count();
        let condition = join.starts_with("if") || join.starts_with("and if");
        (condition || first_of(words, behind, BEGINNINGS).is_some()).then_some(behind)
    })?;
    // What stands before must itself be a question.
    (joined > 3).then(|| &words[joined.min(words.len())..])
}

/// Whether a text asks a second question, of whatever.
pub(super) fn asks_twice(sense: &Sense) -> bool {
    let asking = |word: &str| matches!(word, "how" | "where" | "who" | "whom" | "when" | "which" | "what" | "why");
    let joined = sense.words.windows(2).any(|pair| matches!(pair[0].as_str(), "and" | "or") && asking(&pair[1]));
    joined || second(&sense.words).is_some()
}

/// A second question with something in it that neither the stored wording nor the answer names.
pub(super) fn differs(asked: &Sense, stored: &Sense, answer: &Sense) -> Option<Warning> {
    let more = second(&asked.words)?;
    if second(&stored.words).is_some() {
        return None;
    }
    let known = |word: &str| {
        let stem: String = word.chars().take(word.chars().count().saturating_sub(2).max(4)).collect();
        asked.words[..asked.words.len() - more.len()].iter().chain(&stored.words).chain(&answer.words).any(|other| other.starts_with(&stem))
    };
    let new: Vec<&str> = more.iter().map(String::as_str).filter(|word| !DETAILS.contains(word) && !known(word)).collect();
    if new.is_empty() {
        return None;
    }
    Warning::new("compound", format!("asks a second thing, {:?}, which the stored wording does not ask", clip(&more.join(" "))))
}

fn clip(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).collect::<String>() + "…" }
}

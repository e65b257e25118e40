//! What decisions could teach the bank: wordings that an answer was given to, words that a reviewer would rather use. Never teaches by itself: a
//! curator says yes to each.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bank::Bank;
use super::digest::sha256_hex;
use super::journal::{Entry, Event, Place};
use super::progress::{Progress, Taken};
use super::review::{Choice, says};
use super::wording::Analyzer;

/// Something that the bank could learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// Stable: the same lesson has the same id, wherever it comes from.
    pub id: String,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// Where it comes from: questionnaire, customer, place, who decided.
    pub from: Vec<Source>,
    /// What a curator should think of first.
    pub careful: Vec<String>,
}

/// What could be learned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "learn", rename_all = "kebab-case")]
pub enum What {
    /// An answer is also asked in these words.
    AlsoAsked {
        /// The answer.
        answer: String,
        /// The words.
        wording: String,
    },
    /// A new draft with a reviewer's words.
    Draft {
        /// The answer that they were made of; empty for none.
        answer: String,
        /// What was asked.
        question: String,
        /// The words.
        text: String,
    },
}

/// Where a lesson comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The questionnaire.
    pub questionnaire: String,
    /// Who asked.
    pub customer: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Who decided.
    pub by: String,
}

impl What {
    /// The id of a lesson.
    #[must_use]
    pub fn id(&self) -> String {
        let parts = match self {
            Self::AlsoAsked { answer, wording } => ["asked", answer, wording, ""],
            Self::Draft { answer, question, text } => ["draft", answer, question, text],
        };
        format!("ls-{}", &sha256_hex(parts.join("\n").as_bytes())[..10])
    }

    /// What a decision could teach.
    #[must_use]
    pub fn of(taken: &Taken) -> Option<Self> {
        let question = taken.decided.question.clone();
        match &taken.decided.choice {
            Choice::Give { answer, .. } => Some(Self::AlsoAsked { answer: answer.clone(), wording: question }),
            Choice::Reword { answer, text } => Some(Self::Draft { answer: answer.clone(), question, text: text.clone() }),
            Choice::Reject | Choice::Leave => None,
        }
    }
}

/// A question of fewer terms than this says too little by itself.
const FEW: usize = 3;

/// All that could be learned from the decisions of people and that no curator has spoken about.
#[must_use]
pub fn lessons<P: Borrow<Progress>>(bank: &Bank, analyzer: &Analyzer, questionnaires: &[P], learned: &[Entry]) -> Vec<Lesson> {
    let settled: BTreeSet<&str> = learned
        .iter()
        .filter_map(|entry| if let Event::Learned(learned) = &entry.what { Some(learned.lesson.as_str()) } else { None })
        .collect();
    let mut lessons: BTreeMap<String, Lesson> = BTreeMap::new();
    for (progress, taken) in decided(questionnaires) {
        let Some(what) = What::of(taken).filter(|what| is_new(bank, analyzer, what)) else { continue };
        let id = what.id();
        if settled.contains(id.as_str()) {
            continue;
        }
        let lesson = lessons.entry(id.clone()).or_insert_with(|| Lesson {
            id,
            careful: careful(bank, analyzer, &what, progress),
            what,
            from: Vec::new(),
        });
        lesson.from.push(Source {
            questionnaire: progress.id.clone(),
            customer: progress.received.sale.customer.clone(),
            place: taken.decided.place.clone(),
            by: taken.by.clone(),
        });
    }
    lessons.into_values().collect()
}

/// Decisions in force that were taken by people for this very questionnaire, and that nobody contests.
fn decided<P: Borrow<Progress>>(questionnaires: &[P]) -> impl Iterator<Item = (&Progress, &Taken)> {
    let all = questionnaires
        .iter()
        .map(Borrow::borrow)
        .flat_map(|progress: &Progress| progress.decisions.values().map(move |taken| (progress, taken)));
    all.filter(|(_, taken)| taken.is_first_hand())
}

fn is_new(bank: &Bank, analyzer: &Analyzer, what: &What) -> bool {
    match what {
        What::AlsoAsked { answer, wording } => {
            let key = analyzer.key(wording);
            bank.answer(answer).is_some_and(|answer| !answer.wordings().any(|known| analyzer.key(known) == key))
        }
        What::Draft { question, text, .. } => !bank.answers.iter().any(|answer| says(answer, question, text)),
    }
}

fn careful(bank: &Bank, analyzer: &Analyzer, what: &What, progress: &Progress) -> Vec<String> {
    let mut careful = Vec::new();
    let (question, text) = match what {
        What::AlsoAsked { wording, .. } => (wording, ""),
        What::Draft { question, text, .. } => (question, text.as_str()),
    };
    if analyzer.terms(question).len() < FEW {
        careful.push("it says little by itself: under another heading it may ask something else".to_owned());
    }
    let key = analyzer.key(question);
    let own = match what {
        What::AlsoAsked { answer, .. } | What::Draft { answer, .. } => answer,
    };
    for other in bank.answers.iter().filter(|other| other.id != *own && other.retired.is_none()) {
        if other.wordings().any(|wording| analyzer.key(wording) == key) {
            careful.push(format!("{} is asked in these words already", other.id));
        }
    }
    let customer = std::iter::once(&progress.received.sale.customer).chain(&bank.customers);
    let both = format!("{question}\n{text}").to_lowercase();
    let named: BTreeSet<&String> = customer.filter(|name| !name.trim().is_empty() && both.contains(&name.to_lowercase())).collect();
    careful.extend(named.into_iter().map(|name| format!("it names {name}, which no answer may do")));
    careful
}

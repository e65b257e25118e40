//! What customers hold: who was told what, where two were told different things, who holds what is no longer so. Never changes what was told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::bank::{Bank, Verdict};
use super::health::facts;
use super::journal::{Received, Told};
use super::names::{same, tidy};
use super::standing::{standing, validity};
use super::wording::Analyzer;

/// What customers hold now: what the last release of each questionnaire told. `last`: questionnaire → number of that release.
#[must_use]
pub fn held<'t>(told: &'t [(i64, Told)], last: &BTreeMap<String, i64>) -> Vec<&'t Told> {
    told.iter().filter(|(release, told)| last.get(&told.questionnaire) == Some(release)).map(|(_, told)| told).collect()
}

/// Two customers who were told different things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// In what they differ.
    pub why: String,
    /// What the one was told.
    pub one: Told,
    /// What the other was told.
    pub other: Told,
}

/// Where two customers hold different statements about one thing: by the same answer, or to a question in the same words.
#[must_use]
pub fn contradictions(analyzer: &Analyzer, held: &[&Told]) -> Vec<Contradiction> {
    let mut groups: BTreeMap<(bool, String), Vec<&Told>> = BTreeMap::new();
    for told in held {
        groups.entry((false, told.answer.clone())).or_default().push(told);
        groups.entry((true, analyzer.key(&told.question))).or_default().push(told);
    }
    let (mut found, mut compared) = (Vec::new(), BTreeSet::new());
    for ((by_question, _), mut group) in groups {
        group.sort_by(|a, b| (a.date, &a.customer).cmp(&(b.date, &b.customer)));
        // Whoever was told the same words was told the same; the first of each is compared.
        let mut different: Vec<&Told> = Vec::new();
        for told in group {
            if !different
                .iter()
                .any(|other| other.verdict == told.verdict && other.wording == told.wording && other.customer == told.customer)
            {
                different.push(told);
            }
        }
        for (at, one) in different.iter().enumerate() {
            for other in different[at + 1..].iter().filter(|other| !same(&other.customer, &one.customer)) {
                let pair = (one.digest.clone(), other.digest.clone(), one.customer.clone(), other.customer.clone());
                let Some(why) = differs(analyzer, one, other, by_question) else { continue };
                if compared.insert(pair) {
                    found.push(Contradiction { why, one: (*one).clone(), other: (*other).clone() });
                }
            }
        }
    }
    found
}

fn differs(analyzer: &Analyzer, one: &Told, other: &Told, by_question: bool) -> Option<String> {
    // Of another product other things are true.
    let elsewhere = one.answer != other.answer && one.products != other.products;
    if one.wording == other.wording && one.verdict == other.verdict || elsewhere {
        return None;
    }
    if let (Some(a), Some(b)) = (one.verdict, other.verdict)
        && a != b
    {
        return (a != Verdict::Info && b != Verdict::Info).then(|| format!("{a} against {b}"));
    }
    let facts = facts::between(analyzer, &one.wording, &other.wording);
    // Two answers may add different things to one question; one answer was told in words that changed since.
    facts.or_else(|| (!by_question && one.answer == other.answer).then(|| format!("{} in other words", one.answer)))
}

/// What a recall is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// An answer of the bank.
    Answer(String),
    /// All answers that stood on this control.
    Control(String),
    /// All answers that stood on this evidence.
    Evidence(String),
}

impl About {
    /// Reads `control:ID`, `evidence:ID` or the id of an answer.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("control", id)) => Self::Control(id.to_owned()),
            Some(("evidence", id)) => Self::Evidence(id.to_owned()),
            _ => Self::Answer(text.to_owned()),
        }
    }

    /// Whether what was told is, or stood on, this.
    #[must_use]
    pub fn concerns(&self, told: &Told) -> bool {
        match self {
            Self::Answer(id) => told.answer == *id,
            Self::Control(id) => told.controls.contains(id),
            Self::Evidence(id) => told.evidence.iter().any(|(evidence, _)| evidence == id),
        }
    }
}

/// A statement that a customer holds and that is no longer so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// What was told.
    #[serde(flatten)]
    pub told: Told,
    /// Why it is no longer so.
    pub why: String,
    /// What may be told now; none where nothing may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

/// Which of the statements that customers hold are no longer so: what the answer says has changed, or it does not stand any more. With `all`,
/// every statement that is concerned, because somebody knows that it was wrong.
#[must_use]
pub fn stale(bank: &Bank, held: &[&Told], about: &About, date: Date, all: bool, received: &dyn Fn(&str) -> Option<Received>) -> Vec<Stale> {
    let stale = |told: &&Told| {
        let why = no_longer(bank, told, date).or_else(|| all.then(|| "it is taken back".to_owned()))?;
        // What holds now is told only as far as this customer may be told of it.
        let scope = received(&told.questionnaire).map(|received| received.scope(date));
        let answer = bank.answer(&told.answer).filter(|answer| answer.wording != told.wording);
        let now = answer.filter(|answer| scope.is_some_and(|scope| standing(bank, answer, &scope).is_empty()));
        let now = now.map(|answer| answer.wording.clone());
        Some(Stale { told: (*told).clone(), why, now })
    };
    held.iter().filter(|told| about.concerns(told)).filter_map(stale).collect()
}

/// Why what was told is no longer so; none where it is.
#[must_use]
pub fn no_longer(bank: &Bank, told: &Told, date: Date) -> Option<String> {
    let Some(answer) = bank.answer(&told.answer) else { return Some(format!("{} is not in the bank any more", told.answer)) };
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if answer.verdict.is_some() && answer.verdict != told.verdict {
        let name = |verdict: Option<Verdict>| verdict.map_or_else(|| "nothing".to_owned(), |verdict| verdict.to_string());
        return Some(format!("it says {:?} now, where {:?} was told", name(answer.verdict), name(told.verdict)));
    }
    if answer.verdict.is_some() && words(&answer.wording) != words(&told.wording) {
        return Some("it is said in other words now".to_owned());
    }
    let bars: Vec<String> = validity(bank, answer, date).iter().map(ToString::to_string).collect();
    (!bars.is_empty()).then(|| bars.join("; "))
}

/// A draft of what to tell a customer whose statements are no longer so, as Markdown. It holds nothing but what they were told and what may be told now.
#[must_use]
pub fn notice(company: &str, customer: &str, stale: &[&Stale]) -> String {
    let mut out = format!(
        "# Correction of our answers to {customer}\n\nSome of the answers that we gave you have changed, or can no longer be confirmed. Please replace them.\n"
    );
    for one in stale {
        let told = &one.told;
        let lines = |text: &str| text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n");
        let written: Vec<String> = told.written.iter().map(|(_, text)| lines(text)).collect();
        out.push_str(&format!(
            "\n## {} ({}, {})\n\nYou asked:\n\n{}\n\nOn {} we answered:\n\n{}\n\n",
            tidy(&told.workbook),
            tidy(&told.place.to_string()),
            told.date,
            lines(&told.question),
            told.date,
            written.join("\n>\n"),
        ));
        match &one.now {
            Some(now) => out.push_str(&format!("Our answer is now:\n\n{}\n", lines(now))),
            None => out.push_str("We no longer make this statement. We will send you our answer as soon as there is one.\n"),
        }
    }
    if !company.is_empty() {
        out.push_str(&format!("\n{company}\n"));
    }
    out
}

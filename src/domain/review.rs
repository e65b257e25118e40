//! Proposals + decisions → responses. The last door: nothing becomes a response that may not be given at this moment, in its approved wording.

use serde::{Deserialize, Serialize};

use super::bank::{Answer, Bank, Verdict};
use super::extract::Question;
use super::propose::{Band, Draft, Gap, GapKind, Proposal, draft};
use super::standing::{Scope, standing};

/// What a person decided about one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Give this answer of the bank.
    Give {
        /// Its id.
        answer: String,
        /// Its digest as the person saw it; where the answer says something else now, it waits for another look.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    },
    /// Say it in these words. They leave only once the bank has them, approved.
    Reword {
        /// The answer that they were made of.
        answer: String,
        /// The words.
        text: String,
    },
    /// Give nothing.
    Reject,
    /// As if nothing had been decided.
    Leave,
}

impl Choice {
    /// Giving an answer in whatever words it has.
    #[must_use]
    pub fn give(answer: impl Into<String>) -> Self {
        Self::Give { answer: answer.into(), digest: None }
    }

    /// What somebody did who decided so, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Give { answer, .. } => format!("gave {answer}"),
            Self::Reword { .. } => "put it in other words".to_owned(),
            Self::Reject => "rejected it".to_owned(),
            Self::Leave => "took a decision back".to_owned(),
        }
    }
}

/// A decision, and where it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Name of the sheet of the question.
    pub sheet: String,
    /// The question's cell as written, `B13`.
    pub cell: String,
    /// The question as the reviewer saw it; a decision about another text does not count.
    pub question: String,
    /// What was decided.
    pub choice: Choice,
    /// Who decided; empty where it is not said.
    pub by: String,
    /// Why; empty where it is not said.
    pub reason: String,
    /// What somebody else decided without knowing of it; then nothing is given until one of them has seen both.
    pub contested: Option<String>,
}

impl Decision {
    /// Whether it lacks the reason that it must have: giving nothing, or giving that something does not apply, is never taken for granted.
    #[must_use]
    pub fn lacks_reason(&self, bank: &Bank) -> Option<&'static str> {
        let not_applicable = |answer: &String| bank.answer(answer).is_some_and(|answer| answer.verdict == Some(Verdict::NotApplicable));
        match &self.choice {
            _ if !self.reason.trim().is_empty() => None,
            Choice::Reject => Some("a question is rejected only with a reason"),
            Choice::Give { answer, .. } if not_applicable(answer) => Some("that something does not apply is said only with a reason"),
            Choice::Reword { text, .. } => {
                let answer = bank.answers.iter().find(|answer| says(answer, &self.question, text))?;
                not_applicable(&answer.id).then_some("that something does not apply is said only with a reason")
            }
            _ => None,
        }
    }

    /// Why it cannot be carried out as it was taken, so that a person has to look again.
    #[must_use]
    pub fn needs_another_look(&self, bank: &Bank) -> Option<String> {
        if let Some(other) = &self.contested {
            return Some(format!("careful, contested: {other}; one of them has to see both and decide"));
        }
        let Choice::Give { answer, digest: Some(digest) } = &self.choice else { return None };
        let now = bank.answer(answer).map(|answer| bank.digest_of(answer))?;
        (now != *digest).then(|| format!("careful, changed: {answer} says something else now than when {} accepted it", self.by))
    }
}

/// On whose word something is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The policy for the band `ready`.
    Ready,
    /// A person's decision.
    Decision {
        /// Who decided; empty where it is not said.
        by: String,
    },
}

/// The settled answer to one question.
#[derive(Clone, Debug)]
pub struct Response<'a> {
    /// The answer of the bank.
    pub answer: &'a Answer,
    /// What is written.
    pub draft: Draft,
    /// On whose word.
    pub ground: Ground,
}

/// What becomes of one question.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// It is answered.
    Respond(Response<'a>),
    /// What stood there stays.
    Kept,
    /// It waits for a person.
    Waiting,
    /// A person decided to give nothing.
    Rejected,
    /// It cannot be answered.
    Gap(Gap),
}

impl Outcome<'_> {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Respond(_) => OutcomeKind::Filled,
            Self::Kept => OutcomeKind::Kept,
            Self::Waiting => OutcomeKind::Review,
            Self::Rejected => OutcomeKind::Rejected,
            Self::Gap(_) => OutcomeKind::Gap,
        }
    }
}

/// What became of one question, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// It is answered.
    Filled,
    /// What stood there stays.
    Kept,
    /// It waits for a person.
    Review,
    /// A person decided to give nothing.
    Rejected,
    /// It cannot be answered.
    Gap,
}

impl OutcomeKind {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::Kept => "kept",
            Self::Review => "review",
            Self::Rejected => "rejected",
            Self::Gap => "gap",
        }
    }
}

/// Settles one question. An answer that is already there stays unless `overwrite`.
#[must_use]
pub fn settle<'a>(
    bank: &'a Bank,
    question: &Question,
    proposal: &Proposal<'a>,
    decision: Option<&Decision>,
    scope: &Scope,
    overwrite: bool,
) -> Outcome<'a> {
    if question.given.is_some() && !overwrite {
        return Outcome::Kept;
    }
    let decision = decision.filter(|decision| decision.choice != Choice::Leave || decision.contested.is_some());
    match decision {
        Some(decision) if decision.needs_another_look(bank).is_some() => Outcome::Waiting,
        Some(Decision { choice: Choice::Reject, .. }) => Outcome::Rejected,
        Some(Decision { choice: Choice::Give { answer, .. }, by, .. }) => decided(bank, question, answer, by, scope),
        Some(Decision { choice: Choice::Reword { answer, text }, by, .. }) => reworded(bank, question, answer, text, by, scope),
        Some(Decision { choice: Choice::Leave, .. }) | None => match (&proposal.gap, proposal.band, &proposal.draft) {
            (None, Band::Ready, Some(draft)) => give(bank, question, proposal.matches[0].found.answer, draft.clone(), Ground::Ready, scope),
            (Some(gap), ..) => Outcome::Gap(gap.clone()),
            _ => Outcome::Waiting,
        },
    }
}

/// Whether an answer gives exactly these words to this question.
#[must_use]
pub fn says(answer: &Answer, question: &str, text: &str) -> bool {
    answer.wording.trim() == text.trim() && answer.wordings().any(|wording| wording == question)
}

/// A reviewer's own words are given once the bank says them, and only as far as they stand there.
fn reworded<'a>(bank: &'a Bank, question: &Question, made_of: &str, text: &str, by: &str, scope: &Scope) -> Outcome<'a> {
    match bank.answers.iter().find(|answer| says(answer, &question.text, text)) {
        Some(answer) => decided(bank, question, &answer.id, by, scope),
        None => Outcome::Gap(Gap {
            kind: GapKind::Reworded,
            why: format!("{by} put it in other words, which are not in the bank"),
            answer: Some(made_of.to_owned()).filter(|answer| !answer.is_empty()),
            about: None,
        }),
    }
}

fn decided<'a>(bank: &'a Bank, question: &Question, id: &str, by: &str, scope: &Scope) -> Outcome<'a> {
    let Some(answer) = bank.answer(id) else {
        let why = format!("the decision names {id}, which is not in the bank");
        return Outcome::Gap(Gap { kind: GapKind::NoAnswer, why, answer: Some(id.to_owned()), about: None });
    };
    if !question.writable {
        return Outcome::Gap(Gap {
            kind: GapKind::NoPlace,
            why: "its cell may not be written".into(),
            answer: Some(id.to_owned()),
            about: None,
        });
    }
    match draft(question, answer) {
        Ok(draft) => give(bank, question, answer, draft, Ground::Decision { by: by.to_owned() }, scope),
        Err(gap) => Outcome::Gap(gap),
    }
}

/// The one door: an answer passes only with a good standing, in this scope, on this date.
fn give<'a>(bank: &'a Bank, question: &Question, answer: &'a Answer, draft: Draft, ground: Ground, scope: &Scope) -> Outcome<'a> {
    let bars = standing(bank, answer, scope);
    debug_assert!(question.writable, "only writable questions get here");
    if bars.is_empty() {
        return Outcome::Respond(Response { answer, draft, ground });
    }
    Outcome::Gap(Gap::barred(answer, &bars))
}

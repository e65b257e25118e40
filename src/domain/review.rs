//! Proposals + decisions → responses. The last door: nothing becomes a response that may not be given at this moment, in its approved wording.

use super::bank::{Answer, Bank};
use super::extract::Question;
use super::propose::{Band, Draft, Gap, GapKind, Proposal, draft};
use super::standing::{Scope, standing};

/// What a person decided about one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Give this answer of the bank.
    Give(String),
    /// Give nothing.
    Reject,
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
    match decision.map(|decision| (&decision.choice, &decision.by)) {
        Some((Choice::Reject, _)) => Outcome::Rejected,
        Some((Choice::Give(id), by)) => decided(bank, question, id, by, scope),
        None => match (&proposal.gap, proposal.band, &proposal.draft) {
            (None, Band::Ready, Some(draft)) => give(bank, question, proposal.matches[0].found.answer, draft.clone(), Ground::Ready, scope),
            (Some(gap), ..) => Outcome::Gap(gap.clone()),
            _ => Outcome::Waiting,
        },
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

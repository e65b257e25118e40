//! The domain as tables: what is nearly equal, what the guards see, the word of a list, who may be told what, and what becomes of a question.

mod guard;
mod list_word;
mod propose;
mod standing;
mod wording;

use answerbank::domain::bank::{Answer, Audience, Bank, Control, ControlState, Evidence, EvidenceFile, Stamp, Verdict};
use answerbank::domain::standing::Scope;
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn list(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// An answer that stands from 2026-01-05 on, for everybody.
fn answer(id: &str, question: &str, verdict: Verdict) -> Answer {
    let mut answer = Answer {
        id: id.to_owned(),
        question: question.to_owned(),
        verdict: Some(verdict),
        controls: if verdict == Verdict::Yes { list("C-1") } else { Vec::new() },
        audience: Audience::Public,
        owner: "team".into(),
        body: format!("Wording of {id}."),
        wording: format!("Wording of {id}."),
        ..Answer::default()
    };
    approve(&mut answer);
    answer
}

fn approve(answer: &mut Answer) {
    answer.approved = Some((Stamp { by: "m.okafor".into(), on: day("2026-01-05") }, answer.digest()));
}

/// A bank with one control of each state and evidence in each condition.
fn bank(answers: Vec<Answer>) -> Bank {
    let mut bank = Bank { answers, ..Bank::default() };
    for row in
        ["C-1 in-place", "C-2 in-place fresh", "C-3 in-place old", "C-4 partly", "C-5 planned", "C-6 not-applicable", "C-7 in-place none"]
    {
        let text = list(row);
        let (id, state) = (text[0].clone(), ControlState::parse(&text[1]).unwrap());
        let (title, evidence) = (format!("Title of {id}"), text[2..].to_vec());
        let none = String::new;
        let control =
            Control { id: id.clone(), title, statement: none(), state, owner: none(), satisfies: Vec::new(), evidence, file: none() };
        bank.controls.insert(id, control);
    }
    for (id, content, issued, until) in [
        ("fresh", EvidenceFile::Same, "2026-02-01", "2026-08-31"),
        ("page", EvidenceFile::Elsewhere, "", ""),
        ("old", EvidenceFile::Same, "", "2026-02-28"),
        ("changed", EvidenceFile::Differs, "", ""),
        ("gone", EvidenceFile::Missing, "", ""),
        ("unmarked", EvidenceFile::NoDigest, "", ""),
    ] {
        let (title, none, audience) = (format!("Title of {id}"), String::new, Audience::Public);
        let (issued, valid_until) = (issued.parse().ok(), until.parse().ok());
        let evidence = Evidence { id: id.into(), title, kind: none(), content, issued, valid_until, audience, owner: none(), file: none() };
        bank.evidence.insert(id.into(), evidence);
    }
    bank
}

/// Asked by anybody, about everything, on 2026-03-01.
fn scope() -> Scope {
    Scope { date: day("2026-03-01"), audience: Audience::Public, products: Vec::new(), regions: Vec::new() }
}

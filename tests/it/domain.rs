//! The domain as tables: what is nearly equal, what the guards see, the word of a list, who may be told what, and what becomes of a question.

mod align;
mod blocks;
mod confidence;
mod context;
mod found;
mod guard;
mod identity;
mod journal;
mod layout;
mod list_word;
mod mapping;
pub mod propose;
mod standing;
mod upkeep;
mod wording;

use answerbank::domain::bank::{Answer, Audience, Bank, Control, ControlState, Evidence, EvidenceFile, Stamp, Verdict};
use answerbank::domain::standing::Scope;
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn list(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

const ENCRYPTED: &str = "Is customer data encrypted at rest?";

/// An answer as tables write it: `id verdict key=value,value …`. Without more it stands, for everybody, from 2026-01-05 on; one that says
/// `yes` stands on C-1, which is in place.
fn answer(spec: &str) -> Answer {
    let words: Vec<&str> = spec.split_whitespace().collect();
    let (id, verdict) = (words[0].to_owned(), Verdict::parse(words[1]));
    let controls = if words[1] == "yes" { list("C-1") } else { Vec::new() };
    let (wording, question, audience) = (format!("Wording of {id}."), ENCRYPTED.to_owned(), Audience::Public);
    let mut answer = Answer { id, verdict, controls, question, audience, body: wording.clone(), wording, ..Answer::default() };
    let (mut approved, mut later) = ("2026-01-05", "");
    for (key, value) in words[2..].iter().map(|word| word.split_once('=').unwrap_or((word, ""))) {
        let stamp = || Stamp { by: "r.ellis".into(), on: day(value) };
        match key {
            "controls" => answer.controls = list(value),
            "evidence" => answer.evidence = list(value),
            "audience" => answer.audience = Audience::parse(value).unwrap(),
            "products" => answer.products = list(value),
            "regions" => answer.regions = list(value),
            "review" => answer.review_by = Some(day(value)),
            "retired" => answer.retired = Some((stamp(), "replaced".into())),
            "asks" => (answer.question, answer.also_asked) = ("Anything else?".into(), vec![value.replace('_', " ")]),
            "needs_text" => answer.needs_text = true,
            "no_wording" => answer.wording.clear(),
            "approved" => approved = value,
            "later" => later = value,
            other => panic!("{other}"),
        }
    }
    answer.approved = approved.parse().ok().map(|on| (Stamp { by: "m.okafor".into(), on }, answer.digest()));
    match later {
        "wording" => answer.body.push('!'),
        "owner" => answer.owner = "another".into(),
        "digest" => answer.approved.as_mut().unwrap().1.clear(),
        _ => {}
    }
    answer
}

/// A bank of `answer + answer`, with one control of each state and evidence in each condition.
pub fn bank(answers: &str) -> Bank {
    let mut bank = Bank { answers: answers.split(" + ").filter(|spec| !spec.is_empty()).map(answer).collect(), ..Bank::default() };
    for row in "C-1 in-place;C-2 in-place fresh;C-3 in-place old;C-4 partly;C-5 planned;C-6 not-applicable;C-7 in-place none".split(';') {
        let (words, none) = (list(row), String::new);
        let (id, title, state) = (words[0].clone(), none(), ControlState::parse(&words[1]).unwrap());
        let (evidence, satisfies) = (words[2..].to_vec(), Vec::new());
        let control = Control {
            id: id.clone(),
            title,
            statement: none(),
            state,
            owner: none(),
            responsibility: none(),
            satisfies,
            evidence,
            file: none(),
        };
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
        let (none, audience, issued, valid_until) = (String::new, Audience::Public, issued.parse().ok(), until.parse().ok());
        let (id, title) = (id.to_owned(), none());
        let (path, url, sha256) = (None, None, None);
        let (kind, owner, file) = (none(), none(), none());
        let evidence = Evidence { id: id.clone(), title, kind, path, url, sha256, content, issued, valid_until, audience, owner, file };
        bank.evidence.insert(id, evidence);
    }
    bank
}

/// A scope as tables write it: `audience [date] [products=…] [regions=…]`; on 2026-03-01, about everything, unless they say so.
fn scope(spec: &str) -> Scope {
    let mut scope = Scope { date: day("2026-03-01"), audience: Audience::Public, products: Vec::new(), regions: Vec::new() };
    for word in spec.split_whitespace() {
        match word.split_once('=') {
            Some(("products", value)) => scope.products = list(value),
            Some(("regions", value)) => scope.regions = list(value),
            _ => match Audience::parse(word) {
                Some(audience) => scope.audience = audience,
                None => scope.date = day(word),
            },
        }
    }
    scope
}

//! One question as a reviewer looks at it: the proposal and the alternatives with what stands behind each, compared word by word, and its history.

use jiff::Timestamp;

use crate::domain::bank::{Answer, Bank};
use crate::domain::changes::{Piece, Stands, pieces};
use crate::domain::journal::{Entry, Event};
use crate::domain::review::Choice;
use crate::domain::standing::{evidence_bar, same_person};
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Offered, ShownQuestion};
use crate::engine::{Failure, publish};

/// One question with everything that is shown of it.
pub struct Looked {
    /// As the engine shows it.
    pub shown: ShownQuestion,
    /// The answer that is proposed or given, if there is one.
    pub main: Option<Offer>,
    /// The other answers that could be given.
    pub others: Vec<Offer>,
    /// What happened to it, the last first.
    pub past: Vec<Past>,
    /// Decisions that contest each other, if they do.
    pub contested: Vec<Past>,
    /// The number of the last decision.
    pub decided_at: Option<i64>,
}

/// An answer that could be given.
pub struct Offer {
    /// As the engine offers it; an answer that somebody chose from the bank may not be among those that it found.
    pub found: Option<Offered>,
    /// The entry.
    pub entry: Answer,
    /// Its digest as it is shown, so that nothing else is given.
    pub digest: String,
    /// Its wording.
    pub html: String,
    /// The customer's question beside the entry's.
    pub asked: Vec<Word>,
    /// The proposed wording beside this one; empty for the proposed one.
    pub differs: Vec<Word>,
    /// Controls that it stands on: id, title, state.
    pub controls: Vec<(String, String, String)>,
    /// Evidence that it stands on.
    pub evidence: Vec<Shows>,
}

/// A piece of evidence, as a reviewer wants to know it.
pub struct Shows {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its last day.
    pub until: Option<jiff::civil::Date>,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// A piece of text: whether both have it (nothing), only the first (`del`) or only the second (`ins`).
pub struct Word {
    /// Where it is.
    pub mark: &'static str,
    /// The text.
    pub text: String,
}

/// Something that happened to a question.
#[derive(Clone)]
pub struct Past {
    /// Its place in the journal.
    pub number: i64,
    /// Whether it is a decision.
    pub decision: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The words that somebody wanted instead.
    pub text: String,
    /// The answer that was given, `ID DIGEST` as it says now, so that a contested one can be chosen.
    pub gives: Option<String>,
    /// Where it was decided before it was carried here.
    pub carried_from: Option<String>,
}

/// Looks at a question.
pub fn look(desk: &Desk, id: &str, place: &str) -> Result<Looked, Failure> {
    let shown = review::show(desk, id, place)?;
    let bank = review::bank(desk)?;
    let question = &shown.row.line.question;
    let proposed = shown.row.line.answer.as_deref().and_then(|id| bank.answer(id));
    let wording = proposed.map_or("", |answer| answer.wording.as_str());
    let offer = |entry: &Answer, found: Option<&Offered>, beside: &str| offer(desk, &bank, question, entry, found, beside);
    let found = |id: &str| shown.offered.iter().find(|offered| offered.answer == id);
    let main = proposed.map(|answer| offer(answer, found(&answer.id), ""));
    let others = shown.offered.iter().filter(|offered| proposed.is_none_or(|answer| answer.id != offered.answer));
    let others = others.filter_map(|offered| Some(offer(bank.answer(&offered.answer)?, Some(offered), wording))).collect();
    let past = past(desk, &bank, id, &shown)?;
    let contested = if shown.row.against.is_empty() { Vec::new() } else { contested(&past) };
    let decided_at = past.iter().find(|past| past.decision).map(|past| past.number);
    Ok(Looked { shown, main, others, past, contested, decided_at })
}

fn offer(desk: &Desk, bank: &Bank, question: &str, entry: &Answer, found: Option<&Offered>, beside: &str) -> Offer {
    let controls = entry.controls.iter().filter_map(|id| bank.controls.get(id));
    let behind: Vec<&String> = entry.evidence.iter().chain(controls.clone().flat_map(|control| &control.evidence)).collect();
    let mut evidence: Vec<Shows> = Vec::new();
    for id in behind {
        if evidence.iter().all(|shows| shows.id != *id) {
            let known = bank.evidence.get(id);
            evidence.push(Shows {
                id: id.clone(),
                title: known.map_or_else(|| id.clone(), |known| known.title.clone()),
                until: known.and_then(|known| known.valid_until),
                fault: evidence_bar(bank, id, desk.date).map(|bar| bar.to_string()),
            });
        }
    }
    Offer {
        found: found.cloned(),
        digest: bank.digest_of(entry),
        html: publish::as_html(&entry.wording),
        asked: compared(&entry.question, question),
        differs: if beside.is_empty() { Vec::new() } else { compared(beside, &entry.wording) },
        controls: controls.map(|control| (control.id.clone(), control.title.clone(), control.state.to_string())).collect(),
        evidence,
        entry: entry.clone(),
    }
}

/// Two texts beside each other; nothing where they are the same.
fn compared(first: &str, second: &str) -> Vec<Word> {
    if first == second {
        return Vec::new();
    }
    // Words that differ side by side are told together: first all that went, then all that came, with the space between them.
    let (mut words, mut gone, mut come, mut space): (Vec<Word>, String, String, String) = Default::default();
    let close = |gone: &mut String, come: &mut String, words: &mut Vec<Word>| {
        for (mark, text) in [("del", std::mem::take(gone)), ("ins", std::mem::take(come))] {
            if !text.is_empty() {
                words.push(Word { mark, text });
            }
        }
    };
    for Piece { stands, text } in pieces(first, second) {
        match stands {
            Stands::Both if text.trim().is_empty() && !(gone.is_empty() && come.is_empty()) => space = text,
            Stands::Both => {
                close(&mut gone, &mut come, &mut words);
                let space = std::mem::take(&mut space);
                words.push(Word { mark: "", text: if text.starts_with(char::is_whitespace) { text } else { space + &text } });
            }
            Stands::Old => joined(&mut gone, &space, &text),
            Stands::New => joined(&mut come, &space, &text),
        }
    }
    close(&mut gone, &mut come, &mut words);
    words
}

/// A word behind others that went or came with it.
fn joined(words: &mut String, space: &str, word: &str) {
    if !words.is_empty() && !words.ends_with(char::is_whitespace) && !word.starts_with(char::is_whitespace) {
        words.push_str(if space.is_empty() { " " } else { space });
    }
    words.push_str(word);
}

/// What happened to a question, the last first.
fn past(desk: &Desk, bank: &Bank, id: &str, shown: &ShownQuestion) -> Result<Vec<Past>, Failure> {
    let place = &shown.row.line.place;
    let told = |entry: Entry| {
        let Entry { number, at, by, what, .. } = entry;
        let bare = Past {
            number,
            at,
            by,
            decision: false,
            what: String::new(),
            reason: String::new(),
            text: String::new(),
            gives: None,
            carried_from: None,
        };
        match what {
            Event::Decided(decided) if decided.place == *place => {
                let what = decided.choice.in_words();
                let (gives, text) = match decided.choice {
                    Choice::Give { answer, .. } => {
                        (bank.answer(&answer).map(|known| format!("{answer} {}", bank.digest_of(known))), String::new())
                    }
                    Choice::Reword { text, .. } => (None, text),
                    Choice::Reject | Choice::Leave => (None, String::new()),
                };
                Some(Past { decision: true, what, reason: decided.reason, text, gives, carried_from: decided.carried_from, ..bare })
            }
            Event::Assigned(assigned) if assigned.place == *place => {
                let nobody = assigned.to.is_empty();
                Some(Past {
                    what: if nobody { "asked nobody any more".into() } else { format!("asked {} to decide", assigned.to) },
                    ..bare
                })
            }
            _ => None,
        }
    };
    Ok(review::past(desk, id, place)?.into_iter().rev().filter_map(told).collect())
}

/// The decisions that stand against each other: the last ones of different people.
fn contested(past: &[Past]) -> Vec<Past> {
    let mut each: Vec<Past> = Vec::new();
    for one in past.iter().filter(|one| one.decision) {
        if each.iter().all(|known| !same_person(&known.by, &one.by)) {
            each.push(one.clone());
        }
    }
    each
}

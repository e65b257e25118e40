//! Use cases of learning: what decisions could teach the bank, and a curator's word on it.

use super::Failure;
use super::curate::{self, Done, Fields, Hand};
use super::questionnaire::{Desk, all, begins, customers};
use crate::domain::bank::{Answer, Bank};
use crate::domain::journal::{Event, Learned};
use crate::domain::lessons::{Lesson, What, lessons as possible};
use crate::domain::names::Names;
use crate::domain::wording::Analyzer;
use crate::store::Store;

/// What could be learned, and nobody has said yes or no to.
///
/// # Errors
/// There is no store or bank.
pub fn lessons(desk: &Desk) -> Result<Vec<Lesson>, Failure> {
    let bank = desk.bank.bank()?;
    open(&bank, &mut *desk.store()?)
}

/// A lesson beside the answer that it is about.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The lesson.
    pub lesson: Lesson,
    /// The answer; none where the words were made of none.
    pub answer: Option<Answer>,
    /// The customer whom it names, so that the bank cannot learn it.
    pub names: Option<String>,
}

/// As [`lessons`], each beside its answer.
///
/// # Errors
/// There is no store or bank.
pub fn shown(desk: &Desk) -> Result<Vec<Shown>, Failure> {
    let bank = desk.bank.bank()?;
    let mut store = desk.store()?;
    let lessons = open(&bank, &mut store)?;
    let customers = customers(&mut store)?;
    let names = Names::new(customers.iter().map(String::as_str));
    let shown = |lesson: Lesson| {
        let (What::AlsoAsked { answer, .. } | What::Draft { answer, .. }) = &lesson.what;
        Shown { answer: bank.answer(answer).cloned(), names: named(&names, &lesson), lesson }
    };
    Ok(lessons.into_iter().map(shown).collect())
}

/// The customer whom a lesson names.
fn named(names: &Names, lesson: &Lesson) -> Option<String> {
    let texts = match &lesson.what {
        What::AlsoAsked { wording, .. } => [wording.as_str(), ""],
        What::Draft { question, text, .. } => [question.as_str(), text.as_str()],
    };
    texts.into_iter().find_map(|text| names.in_text(text)).map(str::to_owned)
}

fn open(bank: &Bank, store: &mut Store) -> Result<Vec<Lesson>, Failure> {
    let learned = store.entries_of_kind("learned")?;
    Ok(possible(bank, &Analyzer::new(&bank.vocabulary), &all(store)?, &learned))
}

fn find(lessons: Vec<Lesson>, named: &str) -> Result<Lesson, Failure> {
    let mut fitting: Vec<Lesson> = lessons.into_iter().filter(|lesson| begins(&lesson.id, "ls-", named)).collect();
    match (fitting.pop(), fitting.is_empty()) {
        (Some(lesson), true) => Ok(lesson),
        _ => Err(Failure::usage(format!("{named}: there is no such lesson"), "see which there are: answerbank bank learn")),
    }
}

/// Teaches the bank: a wording is added to its answer, a reviewer's words become a new draft. Either has to be approved before it leaves.
///
/// # Errors
/// There is no such lesson, or the bank does not take it.
pub fn learn(desk: &Desk, named: &str) -> Result<Done, Failure> {
    desk.named()?;
    let bank = desk.bank.bank()?;
    let mut store = desk.store()?;
    let lesson = find(open(&bank, &mut store)?, named)?;
    refuse_names(&mut store, &lesson)?;
    let hand = Hand { by: desk.by.clone(), on: desk.date, seen: None };
    let done = match &lesson.what {
        What::AlsoAsked { answer, wording } => {
            let fields = Fields { ask: vec![wording.clone()], ..Fields::default() };
            curate::edit(&desk.bank, answer, &fields, &hand)?
        }
        What::Draft { answer, question, text } => new_draft(desk, &bank, answer, question, text, &hand)?,
    };
    let learned = Learned { lesson: lesson.id, answer: Some(done.id.clone()), why: String::new() };
    desk.record(&mut store, None, &Event::Learned(learned))?;
    Ok(done)
}

/// No answer may name a customer: every other one would be told of it.
fn refuse_names(store: &mut Store, lesson: &Lesson) -> Result<(), Failure> {
    let customers = customers(store)?;
    let names = Names::new(customers.iter().map(String::as_str));
    named(&names, lesson).map_or(Ok(()), |name| {
        Err(Failure::new(
            format!("{}: it names the customer {name:?}, of whom every other one would be told", lesson.id),
            "leave it (--no), and write the answer without the name: answerbank bank edit",
        ))
    })
}

/// Says that nothing shall be learned from something.
///
/// # Errors
/// There is no such lesson, or no reason is given.
pub fn refuse(desk: &Desk, named: &str, why: &str) -> Result<Lesson, Failure> {
    desk.named()?;
    if why.trim().is_empty() {
        return Err(Failure::usage("--reason: the reason is empty", "say why the bank shall not learn it"));
    }
    let bank = desk.bank.bank()?;
    let mut store = desk.store()?;
    let lesson = find(open(&bank, &mut store)?, named)?;
    let refused = Learned { lesson: lesson.id.clone(), answer: None, why: why.trim().to_owned() };
    desk.record(&mut store, None, &Event::Learned(refused))?;
    Ok(lesson)
}

/// A draft with a reviewer's words, beside the answer that they were made of and on the same grounds.
fn new_draft(desk: &Desk, bank: &Bank, made_of: &str, question: &str, text: &str, hand: &Hand) -> Result<Done, Failure> {
    let base = bank.answer(made_of).ok_or_else(|| {
        Failure::new(
            "these words were made of no answer of the bank, so nothing says what they stand on",
            format!("write the answer: answerbank bank new ID --question {question:?} --verdict … --text …"),
        )
    })?;
    let fields = Fields {
        question: Some(question.to_owned()),
        verdict: base.verdict,
        controls: Some(base.controls.clone()),
        evidence: Some(base.evidence.clone()),
        owner: Some(base.owner.clone()),
        audience: Some(base.audience),
        products: Some(base.products.clone()),
        regions: Some(base.regions.clone()),
        tags: Some(base.tags.clone()),
        needs_text: Some(base.needs_text).filter(|needs| *needs),
        text: Some(text.to_owned()),
        ..Fields::default()
    };
    let topic = base.file.strip_prefix("answers/").and_then(|file| file.rsplit_once('/')).map_or("", |(topic, _)| topic);
    let taken = |id: &String| bank.answers.iter().any(|answer| answer.id.eq_ignore_ascii_case(id));
    let id = (2..=bank.answers.len() + 2).map(|number| format!("{}-{number}", base.id)).find(|id| !taken(id)).unwrap_or_default();
    curate::new(&desk.bank, &id, topic, &fields, hand)
}

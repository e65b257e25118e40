//! Use case: one control, requirement or piece of evidence as people look at it: what rests on it, what falls with it, whom that touches.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::evidence::Kept;
use super::ledger::held_on;
use super::questionnaire::{Desk, all};
use super::{BankPlace, Failure};
use crate::domain::bank::{Bank, Control, Verdict};
use crate::domain::coverage::{Covered, Standings, control_faults};
use crate::domain::impact::{Impact, Thing, impact};
use crate::domain::journal::Sale;
use crate::domain::review::OutcomeKind;
use crate::domain::standing::validity;

/// An answer in short.
#[derive(Clone, Debug)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// What it answers.
    pub question: String,
    /// Its short part.
    pub verdict: Option<Verdict>,
    /// Why it may not be given, whoever asks; empty where it may.
    pub bars: Vec<String>,
}

/// A customer who was told something that stood on it.
#[derive(Clone, Debug)]
pub struct ToldTo {
    /// The customer.
    pub customer: String,
    /// The last day.
    pub on: Date,
    /// The questionnaires: id and workbook.
    pub questionnaires: BTreeSet<(String, String)>,
    /// Answers that were told.
    pub answers: BTreeSet<String>,
    /// How many statements.
    pub statements: usize,
}

/// A questionnaire in progress that counts on answers which would fall.
#[derive(Clone, Debug)]
pub struct Waits {
    /// Its id.
    pub id: String,
    /// The workbook's name.
    pub name: String,
    /// Whose it is.
    pub sale: Sale,
    /// How many of its questions are given or offered such an answer.
    pub questions: usize,
}

/// What follows where a thing is lost.
#[derive(Clone, Debug)]
pub struct Follows {
    /// What falls in the bank.
    pub impact: Impact,
    /// Questionnaires in progress.
    pub open: Vec<Waits>,
    /// Customers who hold statements that stood on it.
    pub told: Vec<ToldTo>,
}

/// A piece of evidence with all that rests on it.
#[derive(Clone, Debug)]
pub struct EvidenceShown {
    /// The evidence.
    pub kept: Kept,
    /// The controls that it shows at work.
    pub controls: Vec<Control>,
    /// The answers that name it or one of them.
    pub answers: Vec<Brief>,
    /// What follows where it ends or is withdrawn.
    pub follows: Follows,
}

/// A control with all that it rests on and that rests on it.
#[derive(Clone, Debug)]
pub struct ControlShown {
    /// The control.
    pub control: Control,
    /// What is wrong with its evidence.
    pub faults: Vec<String>,
    /// Requirement and its title.
    pub requirements: Vec<(String, String)>,
    /// Its evidence, as far as the bank has it.
    pub evidence: Vec<Kept>,
    /// The answers that name it.
    pub answers: Vec<Brief>,
    /// What follows where it does not run any more.
    pub follows: Follows,
}

/// A requirement with all that covers it.
#[derive(Clone, Debug)]
pub struct RequirementShown {
    /// How far it is met.
    pub covered: Covered,
    /// Its controls.
    pub controls: Vec<Control>,
    /// Their evidence.
    pub evidence: Vec<Kept>,
    /// Answers in use that stand on these controls.
    pub answers: Vec<Brief>,
    /// For one that nothing covers: controls that satisfy a requirement like it in another framework.
    pub near: Vec<Control>,
}

/// Shows a requirement of a framework.
///
/// # Errors
/// There is no bank, or no such framework or requirement.
pub fn requirement(place: &BankPlace, framework: &str, id: &str, date: Date) -> Result<RequirementShown, Failure> {
    let bank = place.bank()?;
    let rules = bank.frameworks.get(framework).filter(|rules| rules.requirements.contains_key(id)).ok_or_else(|| {
        Failure::not_there(format!("{framework}/{id}: there is no such requirement"), "look for it in its framework, under coverage")
    })?;
    let covered = Standings::new(&bank, date).covered(rules, id);
    let controls = |ids: Vec<&String>| ids.into_iter().filter_map(|id| bank.controls.get(id)).cloned().collect::<Vec<_>>();
    let answers: Vec<String> = covered.answers.iter().chain(&covered.barred).cloned().collect();
    let in_use = |brief: &Brief| bank.answer(&brief.id).is_some_and(|answer| answer.retired.is_none());
    Ok(RequirementShown {
        controls: controls(covered.controls.iter().map(|behind| &behind.control).collect()),
        near: controls(covered.near.iter().collect()),
        evidence: covered.evidence.iter().filter_map(|id| bank.evidence.get(id)).map(|one| Kept::of(&bank, one, date)).collect(),
        answers: briefs(&bank, &answers, date).into_iter().filter(in_use).collect(),
        covered,
    })
}

/// Shows a piece of evidence.
///
/// # Errors
/// There is no bank, store, or no such evidence.
pub fn evidence(desk: &Desk, id: &str) -> Result<EvidenceShown, Failure> {
    let bank = desk.bank.bank()?;
    let missing = || Failure::not_there(format!("{id}: there is no such evidence"), "look for it in the list of evidence");
    let kept = Kept::of(&bank, bank.evidence.get(id).ok_or_else(missing)?, desk.date);
    let follows = follows(desk, &bank, &Thing::Evidence(id.to_owned()))?.ok_or_else(missing)?;
    let controls = kept.controls.iter().filter_map(|id| bank.controls.get(id)).cloned().collect();
    let answers = briefs(&bank, &kept.answers, desk.date);
    Ok(EvidenceShown { kept, controls, answers, follows })
}

/// Shows a control.
///
/// # Errors
/// There is no bank, store, or no such control.
pub fn control(desk: &Desk, id: &str) -> Result<ControlShown, Failure> {
    let bank = desk.bank.bank()?;
    let missing = || Failure::not_there(format!("{id}: there is no such control"), "look for it under coverage");
    let control = bank.controls.get(id).ok_or_else(missing)?.clone();
    let title = |name: &String| {
        let (framework, requirement) = name.split_once('/')?;
        bank.frameworks.get(framework)?.requirements.get(requirement).cloned()
    };
    let named = |answer: &&crate::domain::bank::Answer| answer.controls.contains(&control.id) && answer.retired.is_none();
    let answers: Vec<String> = bank.answers.iter().filter(named).map(|answer| answer.id.clone()).collect();
    Ok(ControlShown {
        faults: control_faults(&bank, &control, desk.date),
        requirements: control.satisfies.iter().map(|name| (name.clone(), title(name).unwrap_or_default())).collect(),
        evidence: control.evidence.iter().filter_map(|id| bank.evidence.get(id)).map(|one| Kept::of(&bank, one, desk.date)).collect(),
        answers: briefs(&bank, &answers, desk.date),
        follows: follows(desk, &bank, &Thing::Control(id.to_owned()))?.ok_or_else(missing)?,
        control,
    })
}

/// Answers in short, by their ids.
fn briefs(bank: &Bank, ids: &[String], date: Date) -> Vec<Brief> {
    let brief = |answer: &crate::domain::bank::Answer| Brief {
        id: answer.id.clone(),
        question: answer.question.clone(),
        verdict: answer.verdict,
        bars: validity(bank, answer, date).iter().map(ToString::to_string).collect(),
    };
    ids.iter().filter_map(|id| bank.answer(id)).map(brief).collect()
}

fn follows(desk: &Desk, bank: &Bank, thing: &Thing) -> Result<Option<Follows>, Failure> {
    let Some(impact) = impact(bank, thing, desk.date) else { return Ok(None) };
    let falls: BTreeSet<&str> = impact.falls.iter().map(|fallen| fallen.id.as_str()).collect();
    let mut open = Vec::new();
    for progress in all(&mut *desk.store()?)?.into_iter().filter(|progress| progress.is_open()) {
        let given = |line: &&crate::domain::journal::Line| {
            let offered = matches!(line.outcome, OutcomeKind::Filled | OutcomeKind::Review);
            offered && line.answer.as_deref().is_some_and(|answer| falls.contains(answer))
        };
        let questions = progress.lines().iter().filter(given).count();
        if questions > 0 {
            let received = &progress.received;
            open.push(Waits { id: progress.id.clone(), name: received.name.clone(), sale: received.sale.clone(), questions });
        }
    }
    let mut told: BTreeMap<String, ToldTo> = BTreeMap::new();
    for line in held_on(desk, &thing.to_string())? {
        let to = told.entry(line.customer.clone()).or_insert_with(|| ToldTo {
            customer: line.customer.clone(),
            on: line.date,
            questionnaires: BTreeSet::new(),
            answers: BTreeSet::new(),
            statements: 0,
        });
        to.on = to.on.max(line.date);
        to.questionnaires.insert((line.questionnaire, line.workbook));
        to.answers.insert(line.answer);
        to.statements += 1;
    }
    Ok(Some(Follows { impact, open, told: told.into_values().collect() }))
}

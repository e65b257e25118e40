//! Use case: everything that is wrong in a bank, and mending what may be mended without asking anybody.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::curate::{edit_failure, lock, read};
use super::{BankPlace, Failure};
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::CONTROL_KEYS;
use crate::bank::{folder, mappings};
use crate::domain::bank::{Answer, Bank, Problem, Severity};
use crate::domain::health::{Pair, alone, pairs};
use crate::domain::requirement::Crosswalk;
use crate::domain::standing::{Bar, validity};
use crate::domain::statement::told_differently;
use crate::domain::wording::Analyzer;

/// Everything that is wrong in a bank on a date: in its files, and with the standing of its answers.
///
/// # Errors
/// There is no bank.
pub fn lint(place: &BankPlace, date: Date) -> Result<(Bank, Vec<Problem>), Failure> {
    let mut health = apart(place, date)?;
    health.problems.extend(health.pairs.into_iter().map(|pair| pair.problem));
    health.problems.sort();
    health.problems.dedup();
    Ok((health.bank, health.problems))
}

/// What is wrong in a bank, with entries that do not go together apart from the rest.
#[derive(Debug)]
pub struct Health {
    /// The bank.
    pub bank: Bank,
    /// Entries that ask the same, or that disagree.
    pub pairs: Vec<Pair>,
    /// All else that is wrong.
    pub problems: Vec<Problem>,
}

/// As [`lint`], with pairs of entries by their ids.
///
/// # Errors
/// There is no bank.
pub fn apart(place: &BankPlace, date: Date) -> Result<Health, Failure> {
    // Also a bank that cannot be used is looked at.
    let bank = folder::read(&place.root)?;
    let mut problems = bank.problems.clone();
    problems.extend(mappings::problems(&place.root));
    for answer in &bank.answers {
        problems.extend(validity(&bank, answer, date).iter().filter_map(|bar| standing_problem(bar, answer)));
    }
    let analyzer = Analyzer::new(&bank.vocabulary);
    problems.extend(alone(&bank, date));
    problems.extend(told_differently(&bank, &analyzer));
    folder::place_problems(&place.root, &mut problems);
    problems.sort();
    problems.dedup();
    let mut pairs = pairs(&bank, &analyzer, date);
    let mut told: Vec<Problem> = pairs.iter().map(|pair| pair.problem.clone()).collect();
    folder::place_problems(&place.root, &mut told);
    pairs.iter_mut().zip(told).for_each(|(pair, told)| pair.problem = told);
    Ok(Health { bank, pairs, problems })
}

/// What bars an answer from standing, as a problem of its file; links that lead nowhere are told already.
fn standing_problem(bar: &Bar, answer: &Answer) -> Option<Problem> {
    let (severity, kind) = match bar {
        // An edit that is recorded waits for its approval; one that nobody recorded may be an accident.
        Bar::ChangedSinceApproval if edited_since(answer) => (Severity::Warning, "draft"),
        Bar::ChangedSinceApproval => (Severity::Error, "digest"),
        Bar::OwnApproval(_) => (Severity::Error, "self-approved"),
        Bar::NotApproved => (Severity::Warning, "draft"),
        Bar::ReviewOverdue(_) => (Severity::Warning, "out-of-date"),
        Bar::Control(..) => (Severity::Warning, "control-state"),
        Bar::Evidence(..) => (Severity::Warning, "evidence"),
        Bar::NothingBehind => (Severity::Warning, "nothing-behind"),
        Bar::Empty => (Severity::Error, "empty"),
        // Told of the file already, or no fault.
        Bar::Faulty
        | Bar::Retired(_)
        | Bar::NoSuchControl(_)
        | Bar::NoSuchEvidence(_)
        | Bar::Audience(_)
        | Bar::Product(_)
        | Bar::Region(_) => {
            return None;
        }
    };
    Some(Problem { file: answer.file.clone(), line: 1, severity, kind, what: bar.to_string() })
}

fn edited_since(answer: &Answer) -> bool {
    matches!((&answer.edited, &answer.approved), (Some(edited), Some((approved, _))) if edited.on > approved.on)
}

/// Something that was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// The file, from the bank's folder.
    pub file: String,
    /// What was mended.
    pub what: String,
}

/// Mends what may be mended without asking anybody: texts that stand twice in one list, and requirements that are spelled in another
/// way than their framework spells them. What an approval covers is only touched in drafts.
///
/// # Errors
/// There is no bank, or a file cannot be changed; those before it are mended then.
pub fn fix(place: &BankPlace) -> Result<Vec<Fixed>, Failure> {
    let _lock = lock(place)?;
    let bank = place.read()?;
    let mut fixed = Vec::new();
    for answer in &bank.answers {
        let mut lists = vec![("tags", &answer.tags)];
        // An approval, also one that does not fit any more, might fit again after a change that nobody looked at.
        if answer.approved.is_none() {
            lists.extend([("also_asked", &answer.also_asked), ("controls", &answer.controls), ("evidence", &answer.evidence)]);
            lists.extend([("products", &answer.products), ("regions", &answer.regions)]);
        }
        let mut changes = Vec::new();
        let mut told = Vec::new();
        for (key, list) in lists {
            let mut once = unique(list);
            if key == "also_asked" {
                once.retain(|wording| *wording != answer.question && !wording.trim().is_empty());
            }
            if once.len() < list.len() {
                told.push(format!("{key}: what stood there twice or was empty stands there once"));
                changes.push(Change::Set(key, Value::Texts(once)));
            }
        }
        apply(place, &answer.file, &changes, told, &mut fixed)?;
    }
    let crosswalk = Crosswalk::new(&bank);
    let mut controls: Vec<_> = bank.controls.values().collect();
    controls.sort_by(|a, b| a.id.cmp(&b.id));
    for control in controls {
        let mut told = Vec::new();
        let spell = |name: &String| match crosswalk.spelled(name) {
            Some(right) if right != *name => {
                told.push(format!("satisfies: {name} is spelled {right}"));
                right
            }
            _ => name.clone(),
        };
        let satisfies = unique(&control.satisfies.iter().map(spell).collect::<Vec<_>>());
        let evidence = unique(&control.evidence);
        let mut changes = Vec::new();
        for (key, old, new) in [("satisfies", &control.satisfies, satisfies), ("evidence", &control.evidence, evidence)] {
            if new.len() < old.len() {
                told.push(format!("{key}: what stood there twice stands there once"));
            }
            if new != *old {
                changes.push(Change::Set(key, Value::Texts(new)));
            }
        }
        apply(place, &control.file, &changes, told, &mut fixed)?;
    }
    Ok(fixed)
}

fn unique(list: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    list.iter().filter(|one| seen.insert(*one)).cloned().collect()
}

fn apply(place: &BankPlace, file: &str, changes: &[Change], told: Vec<String>, fixed: &mut Vec<Fixed>) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let seen = read(place, file)?;
    let text = if file.ends_with(".md") {
        edit::answer_text(&seen.text, changes, None)
    } else {
        edit::toml_text(&seen.text, CONTROL_KEYS, changes)
    };
    let text = text.map_err(|what| edit_failure(&seen.unfit(what)))?;
    seen.replace(&text).map_err(|error| edit_failure(&error))?;
    fixed.extend(told.into_iter().map(|what| Fixed { file: file.to_owned(), what }));
    Ok(())
}

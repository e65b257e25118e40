//! What is unhealthy in a bank although every file can be read: entries that repeat or contradict each other, that stand on nothing, that
//! nobody uses, that say too much. Only tells; never changes anything.

mod alike;
pub mod facts;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::bank::{Answer, Audience, Bank, ControlState, Problem, Severity, Verdict};
use super::guard::{Sense, same_form, warnings};
use super::list_word::{first_words, verdict_of};
use super::shown::is_hidden;
use super::standing::{scopes_meet, validity};
use super::wording::{Analyzer, words};
use alike::{Terms, alike};

/// Two questions share at least so many in a hundred of their words (Jaccard index over terms) before the guards are asked whether they are
/// the same.
const NEARLY_THE_SAME: usize = 75;
/// A wording of more characters than this is seldom read, and cut by many forms.
const LONG: usize = 1_500;

/// Two entries that ask the same, nearly the same, or that disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that comes first in the bank.
    pub one: String,
    /// The other one, in whose file it is told.
    pub other: String,
    /// How they stand to each other.
    pub problem: Problem,
}

/// All that is unhealthy on a date.
#[must_use]
pub fn health(bank: &Bank, analyzer: &Analyzer, date: Date) -> Vec<Problem> {
    let mut problems: Vec<Problem> = pairs(bank, analyzer, date).into_iter().map(|pair| pair.problem).collect();
    problems.extend(alone(bank, date));
    problems
}

/// What is unhealthy on a date of entries, controls and evidence by themselves.
#[must_use]
pub fn alone(bank: &Bank, date: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    for answer in bank.answers.iter().filter(|answer| lives(answer, date)) {
        of_answer(answer, date, &mut problems);
    }
    unused(bank, &mut problems);
    dates(bank, date, &mut problems);
    problems
}

fn problem(file: &str, severity: Severity, kind: &'static str, what: String) -> Problem {
    Problem { file: file.to_owned(), line: 1, severity, kind, what }
}

fn lives(answer: &Answer, date: Date) -> bool {
    answer.retired.as_ref().is_none_or(|(stamp, _)| stamp.on > date)
}

/// How two entries belong together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// A wording of the one is a wording of the other.
    Same,
    /// Their questions are nearly the same.
    Near,
}

/// Entries that ask the same, and entries whose facts disagree.
#[must_use]
pub fn pairs(bank: &Bank, analyzer: &Analyzer, date: Date) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut pair = |a: &Answer, b: &Answer, severity, kind, what| {
        found.push(Pair { one: a.id.clone(), other: b.id.clone(), problem: problem(&b.file, severity, kind, what) });
    };
    let answers: Vec<&Answer> = bank.answers.iter().filter(|answer| lives(answer, date)).collect();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for ((one, other), (bond, wordings)) in bonds(&answers, analyzer) {
        let (a, b) = (answers[one], answers[other]);
        if !overlap(a, b) {
            continue;
        }
        let said = match bond {
            Bond::Same => format!("{:?} is asked by {} too", wordings.1, a.id),
            Bond::Near => format!("{:?} is nearly the same question as {:?} of {}", wordings.1, wordings.0, a.id),
        };
        if let Some(how) = verdicts_disagree(a, b) {
            // Only where both are given as they stand is it sure that somebody is told something untrue.
            let leaves = |answer: &&Answer| answer.audience != Audience::Internal && validity(bank, answer, date).is_empty();
            let both = bond == Bond::Same && [a, b].iter().all(leaves);
            let severity = if both { Severity::Error } else { Severity::Warning };
            told.insert((one, other));
            pair(a, b, severity, "contradiction", format!("{said}, and {how}"));
        } else {
            let kind = if bond == Bond::Same { "wording-twice" } else { "near-duplicate" };
            pair(a, b, Severity::Warning, kind, said);
        }
    }
    for found in facts::disagreements(&answers, analyzer) {
        let (a, b) = (answers[found.one], answers[found.other]);
        if overlap(a, b) && told.insert((found.one, found.other)) {
            let what = format!("{:?} disagrees with {} ({:?}): {}", found.says, a.id, found.against, found.how);
            pair(a, b, Severity::Warning, "contradiction", what);
        }
    }
    found
}

/// Pairs of entries by place, the first in order first, each with how they belong together and by which wordings.
type Bonds<'a> = BTreeMap<(usize, usize), (Bond, (&'a str, &'a str))>;

/// Entries that ask the same or nearly so.
fn bonds<'a>(answers: &[&'a Answer], analyzer: &Analyzer) -> Bonds<'a> {
    let wordings: Vec<(usize, &str)> =
        answers.iter().enumerate().flat_map(|(place, answer)| answer.wordings().map(move |wording| (place, wording))).collect();
    let mut bonds = BTreeMap::new();
    let mut add = |(a, one): (usize, &'a str), (b, other): (usize, &'a str), bond: Bond| {
        let (pair, texts) = if a < b { ((a, b), (one, other)) } else { ((b, a), (other, one)) };
        let known = bonds.entry(pair).or_insert((bond, texts));
        if bond < known.0 {
            *known = (bond, texts);
        }
    };
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (_, wording)) in wordings.iter().enumerate() {
        by_key.entry(analyzer.key(wording)).or_default().push(at);
    }
    for (_, same) in by_key.into_iter().filter(|(key, same)| !key.is_empty() && same.len() > 1) {
        // Each beside the first one, and beside the first one that says something else: all pairs would be too many to read.
        let verdict = |at: usize| answers[wordings[at].0].verdict;
        for (at, one) in same.iter().enumerate().skip(1) {
            let otherwise = same[..at].iter().find(|other| verdict(**other) != verdict(*one));
            for other in [Some(&same[0]), otherwise].into_iter().flatten().filter(|other| wordings[**other].0 != wordings[*one].0) {
                add(wordings[*other], wordings[*one], Bond::Same);
            }
        }
    }
    let mut terms = Terms::default();
    let sets: Vec<Vec<u32>> = wordings.iter().map(|(_, wording)| terms.set(analyzer.terms(wording))).collect();
    let mut senses: HashMap<usize, Sense> = HashMap::new();
    for (one, other) in alike(&sets, NEARLY_THE_SAME) {
        if wordings[one].0 == wordings[other].0 {
            continue;
        }
        for at in [one, other] {
            senses.entry(at).or_insert_with(|| Sense::of(wordings[at].1));
        }
        if no_difference(&senses[&one], &senses[&other]) {
            add(wordings[one], wordings[other], Bond::Near);
        }
    }
    bonds
}

/// Whether no guard sees a difference between two questions that share most of their words.
#[must_use]
pub fn no_difference(one: &Sense, other: &Sense) -> bool {
    let nothing = Sense::of("");
    same_form(one, other) && warnings(one, other, &nothing).is_empty() && warnings(other, one, &nothing).is_empty()
}

/// Answers that somebody may be told and that contradict each other in the same words: id → the other one, and how.
#[must_use]
pub fn opposed<'a>(answers: &[&'a Answer], analyzer: &Analyzer) -> BTreeMap<&'a str, String> {
    let mut by_key: HashMap<String, Vec<&'a Answer>> = HashMap::new();
    for answer in answers {
        for wording in answer.wordings() {
            by_key.entry(analyzer.key(wording)).or_default().push(answer);
        }
    }
    let mut found = BTreeMap::new();
    for same in by_key.values().filter(|same| same.len() > 1) {
        for one in same {
            let how = |other: &&Answer| verdicts_disagree(other, one).filter(|_| other.id != one.id && overlap(one, other));
            if let Some((other, how)) = same.iter().find_map(|other| Some((other, how(other)?))) {
                found.insert(one.id.as_str(), format!("{} asks the same, and {how}", other.id));
            }
        }
    }
    found
}

/// Whether somebody may be told both.
fn overlap(a: &Answer, b: &Answer) -> bool {
    scopes_meet(&a.products, &b.products) && scopes_meet(&a.regions, &b.regions)
}

fn verdicts_disagree(a: &Answer, b: &Answer) -> Option<String> {
    let (one, other) = (a.verdict?, b.verdict?);
    let disagree = one != other && one != Verdict::Info && other != Verdict::Info;
    disagree.then(|| format!("that says {one} where this says {other}"))
}

/// What one entry shows by itself.
fn of_answer(answer: &Answer, date: Date, problems: &mut Vec<Problem>) {
    let mut add = |severity, kind, what: String| problems.push(problem(&answer.file, severity, kind, what));
    let claims = matches!(answer.verdict, Some(Verdict::Yes | Verdict::Partly));
    if claims && answer.controls.is_empty() && !answer.evidence.is_empty() {
        let verdict = answer.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
        add(Severity::Warning, "no-control", format!("it says {verdict} on evidence alone: no control stands behind it"));
    } else if answer.verdict == Some(Verdict::Partly) && answer.controls.is_empty() {
        add(Severity::Hint, "no-control", "it says partly, and no control stands behind it".into());
    }
    let length = answer.wording.chars().count();
    if length > LONG {
        let short = if answer.short.is_empty() { "; a section \"## Short\" would fit cramped cells" } else { "" };
        add(Severity::Warning, "over-long", format!("its wording has {length} characters, more than {LONG}{short}"));
    }
    for promise in promises(&answer.body) {
        add(Severity::Hint, "promise", format!("{promise:?} promises much: is it so on every day, without exception?"));
    }
    if answer.review_by.is_none() && answer.approved.is_some() {
        add(Severity::Hint, "no-review", "it has no review_by: nobody will be asked whether it is still true".into());
    }
    of_words(answer, &mut add);
    for (key, list) in [("controls", &answer.controls), ("evidence", &answer.evidence), ("tags", &answer.tags)] {
        for twice in repeated(list) {
            add(Severity::Warning, "repeated", format!("{key}: {twice:?} stands there twice"));
        }
    }
    let future = [("edited", answer.edited.as_ref()), ("approved", answer.approved.as_ref().map(|(stamp, _)| stamp))];
    for (key, stamp) in future {
        if let Some(stamp) = stamp.filter(|stamp| stamp.on > date) {
            add(Severity::Warning, "future", format!("{key}: {} is still to come", stamp.on));
        }
    }
}

/// What the words of an entry show.
fn of_words(answer: &Answer, add: &mut dyn FnMut(Severity, &'static str, String)) {
    let first = first_words(&answer.wording);
    let opposite = |one: Verdict, other: Verdict| matches!((one, other), (Verdict::Yes, Verdict::No) | (Verdict::No, Verdict::Yes));
    if let (Some(verdict), Some(said)) = (answer.verdict, verdict_of(first))
        && opposite(verdict, said)
    {
        add(Severity::Warning, "verdict-and-words", format!("verdict: it says {verdict}, and its wording begins with {first:?}"));
    }
    if !answer.short.is_empty() && answer.short.chars().count() > answer.wording.chars().count() {
        add(Severity::Warning, "short-too-long", "its short wording is longer than its wording".into());
    }
    let all = [answer.question.as_str(), &answer.body];
    let hidden = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t');
    if all.iter().any(|text| text.contains(hidden)) {
        add(Severity::Warning, "hidden-characters", "it holds characters that do not show".into());
    }
    let unfinished = ["<<<<<<<", ">>>>>>>", "TBD", "[insert", "[company", "[your", "lorem ipsum"];
    if let Some(mark) = unfinished.iter().find(|mark| answer.body.contains(**mark)) {
        add(Severity::Warning, "unfinished", format!("{mark:?} stands in its text, as if it were not finished"));
    }
    let mut asked = BTreeSet::from([words(&answer.question)]);
    for wording in &answer.also_asked {
        if !asked.insert(words(wording)) {
            add(Severity::Warning, "repeated", format!("also_asked: {wording:?} is asked already"));
        }
    }
}

/// Words that claim that something holds always and everywhere.
#[rustfmt::skip]
const PROMISES: &[&str] = &[
    "always", "never", "guarantee", "guarantees", "guaranteed", "100 %", "100%", "100 percent", "completely secure", "fully secure", "totally secure", "impossible", "unbreakable",
    "unhackable", "zero risk", "zero downtime", "foolproof", "forever", "in every case", "at no time", "fully compliant", "cannot be breached", "eliminates all risk", "without exception", "without exceptions", "in all cases", "under all circumstances", "at all times", "absolutely", "military grade", "bulletproof",
];
/// Words in front of a promise that take it back.
const TAKEN_BACK: &[&str] = &["not", "cannot", "no", "nor", "neither", "hardly", "almost"];

/// The promises in a text.
fn promises(text: &str) -> Vec<String> {
    let words: Vec<String> = words(&text.replace("100 %", "100 percent").replace("100%", "100 percent").replace('-', " "));
    let mut found = Vec::new();
    for promise in PROMISES {
        let parts: Vec<&str> = promise.split(' ').collect();
        for (place, window) in words.windows(parts.len()).enumerate() {
            let back = place.checked_sub(1).is_some_and(|before| TAKEN_BACK.contains(&words[before].as_str()));
            if window.iter().zip(&parts).all(|(word, part)| word == part) && !back && !found.contains(&(*promise).to_owned()) {
                found.push((*promise).to_owned());
            }
        }
    }
    found
}

fn repeated(list: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&String> = list.iter().filter(|one| !seen.insert(*one)).collect();
    twice.into_iter().collect()
}

/// Controls without evidence, and what nobody names.
fn unused(bank: &Bank, problems: &mut Vec<Problem>) {
    let named: BTreeSet<&String> = bank.answers.iter().flat_map(|answer| &answer.controls).collect();
    let shown: BTreeSet<&String> = bank
        .answers
        .iter()
        .flat_map(|answer| &answer.evidence)
        .chain(bank.controls.values().flat_map(|control| &control.evidence))
        .collect();
    let satisfied: BTreeSet<&str> = bank
        .controls
        .values()
        .flat_map(|control| &control.satisfies)
        .filter_map(|name| name.split_once('/').map(|(framework, _)| framework))
        .collect();
    let mut add = |file: &str, severity, kind, what: String| problems.push(problem(file, severity, kind, what));
    for control in bank.controls.values() {
        let runs = matches!(control.state, ControlState::InPlace | ControlState::Partly);
        if runs && control.evidence.is_empty() {
            let what = format!("it is {}, and no evidence shows it", control.state);
            add(&control.file, Severity::Warning, "control-without-evidence", what);
        }
        if !named.contains(&control.id) {
            add(&control.file, Severity::Hint, "unused-control", "no answer stands on it".into());
        }
        for (key, list) in [("satisfies", &control.satisfies), ("evidence", &control.evidence)] {
            for twice in repeated(list) {
                add(&control.file, Severity::Warning, "repeated", format!("{key}: {twice:?} stands there twice"));
            }
        }
    }
    for evidence in bank.evidence.values().filter(|evidence| !shown.contains(&evidence.id)) {
        add(&evidence.file, Severity::Hint, "unused-evidence", "no answer and no control stands on it".into());
    }
    for framework in bank.frameworks.values().filter(|framework| !satisfied.contains(framework.id.as_str())) {
        add(&framework.file, Severity::Hint, "unused-framework", "no control satisfies any of its requirements".into());
    }
}

/// Evidence out of date, or that could never hold.
fn dates(bank: &Bank, date: Date, problems: &mut Vec<Problem>) {
    for evidence in bank.evidence.values() {
        let mut add = |severity, kind, what: String| problems.push(problem(&evidence.file, severity, kind, what));
        if let (Some(issued), Some(until)) = (evidence.issued, evidence.valid_until)
            && until < issued
        {
            add(Severity::Error, "dates", format!("valid_until: {until} is before it was issued on {issued}"));
        } else if let Some(until) = evidence.valid_until.filter(|until| *until < date) {
            add(Severity::Warning, "expired", format!("it expired on {until}"));
        }
    }
}

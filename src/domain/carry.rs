//! This year's questions against last year's: which are the same, which were changed, which are new. Never decides whether an answer still stands.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::journal::{Decided, Line, Place};
use super::progress::Progress;
use super::question::Question;
use super::review::Choice;
use super::wording::without_numbering;

/// What a question is, seen from the questionnaire before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Before<'a> {
    /// It was asked in the same words.
    Same(&'a Line),
    /// Something else was asked under its id, or at its place.
    Changed(&'a Line),
    /// It was not asked.
    New,
}

/// The words of a question without what sheets change by themselves: case and space. Numbers and negations stay.
fn words(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Finds each question among those of last year: by its words, and of several in the same words by id, by place, by heading; else by id or
/// place alone, as one that was changed.
#[must_use]
pub fn before<'a>(questions: &[Question], last: &'a [Line]) -> Vec<Before<'a>> {
    let mut by_words: HashMap<String, Vec<&Line>> = HashMap::new();
    let mut by_id: HashMap<&str, Vec<&Line>> = HashMap::new();
    let mut by_place: BTreeMap<&Place, &Line> = BTreeMap::new();
    for line in last {
        by_words.entry(words(&line.question)).or_default().push(line);
        by_place.insert(&line.place, line);
        if let Some(id) = &line.id {
            by_id.entry(id).or_default().push(line);
        }
    }
    let find = |question: &Question| {
        let same = by_words.get(&words(&question.text)).map_or(&[][..], Vec::as_slice);
        if let Some(line) = the_same(question, same) {
            return Before::Same(line);
        }
        let of_id = question.id.as_deref().and_then(|id| by_id.get(id)).filter(|lines| lines.len() == 1).map(|lines| lines[0]);
        // In the same words and yet not told apart: whoever decides must look.
        let ambiguous = same.first().copied();
        match ambiguous.or(of_id).or_else(|| by_place.get(&Place::of(question)).copied()) {
            Some(line) => Before::Changed(line),
            None => Before::New,
        }
    };
    questions.iter().map(find).collect()
}

/// Of lines in the same words the one that is surely meant: under the same heading, since under another one they ask something else, and told
/// apart by id or place where several are.
fn the_same<'a>(question: &Question, same: &[&'a Line]) -> Option<&'a Line> {
    let place = Place::of(question);
    let heading = |section: &Option<String>| section.as_deref().map(|text| words(without_numbering(text)));
    let below: Vec<&Line> = same.iter().copied().filter(|line| heading(&line.section) == heading(&question.section)).collect();
    let only = |fits: &dyn Fn(&Line) -> bool| {
        let mut fitting = below.iter().copied().filter(|line| fits(line));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    only(&|line| line.id.is_some() && line.id == question.id).or_else(|| only(&|line| line.place == place)).or_else(|| only(&|_| true))
}

/// A question that was changed since last year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Where it stands now.
    #[serde(flatten)]
    pub place: Place,
    /// What was asked.
    pub before: String,
    /// What is asked.
    pub now: String,
}

/// What a questionnaire takes from the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// How many questions are the same.
    pub same: usize,
    /// Those that were changed.
    pub changed: Vec<Changed>,
    /// Those that are new.
    pub new: Vec<Place>,
    /// Those of the changed ones about which somebody had decided.
    pub look_again: Vec<Place>,
    /// Decisions about those that are the same, with who took them.
    pub decisions: Vec<(String, Decided)>,
}

/// Carries decisions forward to the questions that are the same. Whether their answers still stand is asked when they are settled, as always; a
/// decision that somebody contests, took back, or took in words of their own is not carried.
#[must_use]
pub fn carried(earlier: &Progress, questions: &[Question]) -> Carried {
    let lines = earlier.lines();
    let mut carried = Carried::default();
    for (question, before) in questions.iter().zip(before(questions, lines)) {
        let place = Place::of(question);
        match before {
            Before::New => carried.new.push(place),
            Before::Changed(line) => {
                let decided = earlier.decisions.get(&line.place).is_some_and(|taken| taken.decided.choice != Choice::Leave);
                carried.look_again.extend(decided.then(|| place.clone()));
                carried.changed.push(Changed { place, before: line.question.clone(), now: question.text.clone() });
            }
            Before::Same(line) => {
                carried.same += 1;
                carried.decisions.extend(decision(earlier, line, place, question));
            }
        }
    }
    carried
}

fn decision(earlier: &Progress, line: &Line, place: Place, question: &Question) -> Option<(String, Decided)> {
    let taken = earlier.decisions.get(&line.place)?;
    let holds = taken.against.is_empty() && taken.decided.question == line.question;
    let of_use = matches!(taken.decided.choice, Choice::Give { .. } | Choice::Reject);
    (holds && of_use).then(|| {
        let decided = Decided {
            place,
            question: question.text.clone(),
            choice: taken.decided.choice.clone(),
            reason: taken.decided.reason.clone(),
            // The new journal begins with it.
            seen: 0,
            carried_from: Some(earlier.id.clone()),
        };
        (taken.by.clone(), decided)
    })
}

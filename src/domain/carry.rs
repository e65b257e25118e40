//! This year's questions against last year's: which are the same, which were changed, which are new. Never decides whether an answer still stands.

use std::collections::{BTreeMap, HashMap};

use super::journal::{Line, Place};
use super::question::Question;
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

/// Of lines in the same words the one that is surely meant: words alone may ask something else under another heading.
fn the_same<'a>(question: &Question, same: &[&'a Line]) -> Option<&'a Line> {
    let place = Place::of(question);
    let heading = |section: &Option<String>| section.as_deref().map(|text| words(without_numbering(text)));
    let only = |fits: &dyn Fn(&Line) -> bool| {
        let mut fitting = same.iter().copied().filter(|line| fits(line));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    only(&|line| line.id.is_some() && line.id == question.id)
        .or_else(|| only(&|line| line.place == place))
        .or_else(|| only(&|line| heading(&line.section) == heading(&question.section)))
}

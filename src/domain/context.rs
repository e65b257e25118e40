//! What a question means besides its own words: the heading above it, for what it is asked, the question that it asks on from. Never ranks.

use super::bank::Answer;
use super::guard::{Sense, stands_alone, under_heading};
use super::question::Question;

/// A heading of more words is none: a row that explains.
const LONGEST_HEADING: usize = 12;

/// Up to so many words, a question may mean what the heading names: "Is data encrypted at rest?" below "Mobile devices".
const SHORT_QUESTION: usize = 10;

fn heading(question: &Question) -> Option<&str> {
    question.section.as_deref().filter(|heading| heading.split_whitespace().count() <= LONGEST_HEADING)
}

/// The heading that a question has to be read with, since it does not stand alone: "Is it tested?" below "Restoring backups".
#[must_use]
pub fn read_below(question: &Question) -> Option<&str> {
    heading(question).filter(|_| !stands_alone(&question.text))
}

/// What no wording of the bank can match, so that a person has to look before an answer is given to this question.
#[must_use]
pub fn depends(question: &Question, wording: &str, answer: &Answer) -> Option<String> {
    if let Some(about) = &question.about {
        return Some(format!("careful, scope: it is asked for {about:?} by itself"));
    }
    if let Some(before) = question.follows {
        return Some(format!("careful, context: it asks on from the question at {before}"));
    }
    // A longer question says for itself what it is about.
    let heading = heading(question).filter(|_| question.text.split_whitespace().count() <= SHORT_QUESTION)?;
    let warning = under_heading(&Sense::of(heading), &Sense::of(&question.text), &Sense::of(wording), &Sense::of(&answer.wording))?;
    Some(format!("careful, {}: {} ({heading:?})", warning.guard, warning.says))
}

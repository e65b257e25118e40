//! What an edit would come to, before it is done: the same checks and the same text, and nothing is written.

use super::super::{BankPlace, Failure};
use super::{Fields, Hand, checked, checked_beside, draft_text, edited, known, read};
use crate::bank::edit::{Change, Value};
use crate::domain::bank::Answer;
use crate::domain::changes::{Piece, changes, pieces};

/// An edit as it would be.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The answer after it.
    pub answer: Answer,
    /// What it changes, a line each, without the texts.
    pub changes: Vec<String>,
    /// The wording, word by word against what the file says now.
    pub wording: Vec<Piece>,
    /// The same for the short form.
    pub short: Vec<Piece>,
    /// Whether it changes anything.
    pub changed: bool,
    /// Whether an approval that holds now would fall.
    pub falls: bool,
    /// Whether the file is another one than was seen.
    pub newer: bool,
}

/// Whether an approval covers what an answer says.
fn covered(answer: &Answer) -> bool {
    answer.approved.as_ref().is_some_and(|(_, digest)| *digest == answer.digest())
}

/// What changed from one version to another, without the texts, which are shown word by word, and without who did it.
pub(in super::super) fn changes_beside_texts(old: &Answer, new: &Answer) -> Vec<String> {
    let beside = |line: &String| !["wording: ", "short wording: ", "edited by "].iter().any(|begin| line.starts_with(begin));
    changes(old, new).into_iter().filter(beside).collect()
}

/// What an edit of an answer would come to.
///
/// # Errors
/// As for [`super::edit`], but for a file that is not the one that was seen: of that the preview tells.
pub fn preview(place: &BankPlace, id: &str, fields: &Fields, hand: &Hand) -> Result<Preview, Failure> {
    hand.check()?;
    fields.check()?;
    let bank = place.bank()?;
    let old = known(&bank, id)?;
    let seen = read(place, &old.file)?;
    let text = edited(&seen, old, fields, hand)?;
    let new = checked_beside(&bank, &old.file, &text, &seen.text)?;
    Ok(Preview {
        changes: changes_beside_texts(old, &new),
        wording: pieces(&old.wording, &new.wording),
        short: pieces(&old.short, &new.short),
        changed: text != seen.text,
        falls: covered(old) && !covered(&new),
        newer: hand.seen.as_ref().is_some_and(|wanted| *wanted != seen.digest()),
        answer: new,
    })
}

/// What a new answer would come to; its id and topic are only looked at when it is written.
///
/// # Errors
/// What is said of it has errors, or names what the bank does not have.
pub fn preview_new(place: &BankPlace, fields: &Fields, hand: &Hand) -> Result<Preview, Failure> {
    hand.check()?;
    fields.check()?;
    let bank = place.bank()?;
    let mut changes = vec![Change::Set("id", Value::Text("preview".to_owned()))];
    changes.extend(fields.changes(&Answer::default()));
    if fields.owner.is_none() {
        changes.push(Change::Set("owner", Value::Text(bank.default_owner.clone())));
    }
    changes.push(Change::Set("edited", hand.stamp()));
    let answer = checked(&bank, "answers/preview.md", &draft_text(&changes, fields)?)?;
    Ok(Preview {
        wording: pieces("", &answer.wording),
        short: pieces("", &answer.short),
        changes: Vec::new(),
        changed: true,
        falls: false,
        newer: false,
        answer,
    })
}

//! Use cases of the security team: write, edit, approve, retire and verify answers. Each takes the bank's lock, checks all that was asked
//! for before the first file is touched, and changes nothing else in a file.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use super::{BankPlace, Failure, FailureKind};
use crate::bank::edit::{self, Change, EditError, Lock, Seen, Value};
use crate::bank::sections::body_with;
use crate::bank::{folder, format};
use crate::domain::bank::{Answer, Bank, Problem, Severity, Stamp};
use crate::domain::standing::{same_person, validity};
use crate::domain::statement::IMPORT;
use crate::domain::wording::Analyzer;

mod fields;
mod merge;
mod preview;

pub use fields::Fields;
pub use merge::{Merge, Plan, Side, merge, plan};
pub(super) use preview::changes_beside_texts;
pub use preview::{Preview, preview, preview_new};

/// Who does it, when, and which text of the file they saw.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Name as the file records it.
    pub by: String,
    /// The day.
    pub on: Date,
    /// Digest of the file as it was seen (`bank show` tells it); where it is another one now, nothing is changed.
    pub seen: Option<String>,
}

impl Hand {
    fn stamp(&self) -> Value {
        stamp_value(&Stamp { by: self.by.clone(), on: self.on })
    }

    fn check(&self) -> Result<(), Failure> {
        if self.by.trim().is_empty() {
            return Err(Failure::usage("--by: the name is empty", "say who does it: --by NAME"));
        }
        if same_person(&self.by, IMPORT) {
            return Err(Failure::usage(format!("--by {}: this is what imports are called", self.by), "say who does it: --by NAME"));
        }
        Ok(())
    }
}

fn stamp_value(stamp: &Stamp) -> Value {
    Value::Table(vec![("by", Value::Text(stamp.by.clone())), ("on", Value::Date(stamp.on))])
}

/// One answer as it stands after a command.
#[derive(Clone, Debug, Serialize)]
pub struct Done {
    /// Id of the answer.
    pub id: String,
    /// The file, from the bank's folder.
    pub file: String,
    /// Digest of what an approval covers.
    pub digest: String,
    /// Why it may not be given now, whoever asks; empty where it may.
    pub bars: Vec<String>,
    /// What deserves attention: another answer that asks the same, a day of review that is missing.
    pub notes: Vec<String>,
}

/// An answer with all that stands behind it.
#[derive(Debug)]
pub struct Shown {
    /// The bank that it is of.
    pub bank: Arc<Bank>,
    /// The answer.
    pub answer: Answer,
    /// Digest of its file, to be named by an edit.
    pub seen: String,
    /// Its file as it stands.
    pub text: String,
}

/// Shows an answer.
///
/// # Errors
/// There is no bank, or no such answer.
pub fn show(place: &BankPlace, id: &str) -> Result<Shown, Failure> {
    at_one_moment(place, |bank| {
        let read = as_read(place, &bank, id)?;
        Ok(read.map(|(answer, seen)| Shown { seen: seen.digest(), text: seen.text, bank, answer }))
    })
}

/// So often it is looked again where a file is changed while it is read, and so long it is waited in between.
const LOOKS: u32 = 40;
const BETWEEN: std::time::Duration = std::time::Duration::from_millis(25);

/// Reads what belongs together: again, where somebody writes a file between the reading of the bank and that of the file.
pub(super) fn at_one_moment<T>(place: &BankPlace, look: impl Fn(Arc<Bank>) -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    for _ in 0..LOOKS {
        if let Some(read) = look(place.bank()?)? {
            return Ok(read);
        }
        place.look_again();
        std::thread::sleep(BETWEEN);
    }
    let message = format!("{}: somebody changes it while it is read", place.root.display());
    Err(Failure { kind: FailureKind::Changed, ..Failure::new(message, "try again when they have finished") })
}

/// An answer with the very text that it was read from; none where the file says something else by now. Who edits or approves names the
/// digest of this text, so it must be the one that was shown.
pub(super) fn as_read(place: &BankPlace, bank: &Bank, id: &str) -> Result<Option<(Answer, Seen)>, Failure> {
    let answer = known(bank, id)?;
    let seen = match read(place, &answer.file) {
        Ok(seen) => seen,
        // It was taken away meanwhile; the bank will say so.
        Err(_) if !place.root.join(&answer.file).exists() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    // A bank takes the verdict of an answer that names a customer.
    let said = format::answer(&answer.file, &seen.text, &mut Vec::new()).map(|said| Answer { verdict: answer.verdict, ..said });
    Ok((said.as_ref() == Some(answer)).then(|| (answer.clone(), seen)))
}

/// Writes a new answer, as a draft.
///
/// # Errors
/// The id is taken or makes no file name, what is said of it is not complete, or it names what the bank does not have.
pub fn new(place: &BankPlace, id: &str, topic: &str, fields: &Fields, hand: &Hand) -> Result<Done, Failure> {
    hand.check()?;
    fields.check()?;
    let _lock = lock(place)?;
    let bank = place.read()?;
    let file = answer_file(&bank, topic, id)?;
    let missing: Vec<&str> = [
        ("--question", fields.question.is_none()),
        ("--verdict", fields.verdict.is_none()),
        ("--owner", fields.owner.is_none() && bank.default_owner.is_empty()),
    ]
    .into_iter()
    .filter_map(|(flag, missing)| missing.then_some(flag))
    .collect();
    if !missing.is_empty() {
        return Err(Failure::usage(format!("{id}: missing: {}", missing.join(", ")), "a draft has a question, a verdict and an owner"));
    }
    let mut changes = vec![Change::Set("id", Value::Text(id.to_owned()))];
    changes.extend(fields.changes(&Answer::default()));
    if fields.owner.is_none() {
        changes.push(Change::Set("owner", Value::Text(bank.default_owner.clone())));
    }
    changes.push(Change::Set("edited", hand.stamp()));
    let text = draft_text(&changes, fields)?;
    let answer = checked(&bank, &file, &text)?;
    edit::create(&place.root.join(&file), text.as_bytes()).map_err(|error| edit_failure(&error))?;
    Ok(done(&bank, &Asked::of(&bank), &answer, hand.on))
}

/// The text of a new answer's file.
pub(super) fn draft_text(changes: &[Change], fields: &Fields) -> Result<String, Failure> {
    let body = body_with("", Some(fields.text.as_deref().unwrap_or_default()), fields.short.as_deref(), fields.internal.as_deref());
    edit::answer_text("+++\n+++\n", changes, Some(&body)).map_err(|what| Failure::new(what, "this is a bug; please report it"))
}

/// Where a new answer goes, if its id and topic make a name and the id is free.
pub(super) fn answer_file(bank: &Bank, topic: &str, id: &str) -> Result<String, Failure> {
    if !format::is_id(id) {
        return Err(Failure::usage(format!("{id:?} makes no id"), "use letters, digits and dashes, such as encryption-at-rest"));
    }
    if !topic.is_empty() && !topic.split('/').all(format::is_id) {
        return Err(Failure::usage(format!("--topic: {topic:?} makes no folder"), "use letters, digits and dashes, such as encryption"));
    }
    if let Some(other) = bank.answers.iter().find(|answer| answer.id.eq_ignore_ascii_case(id)) {
        return Err(Failure::new(
            format!("{id}: there is such an answer in {}", other.file),
            format!("change it: answerbank bank edit {id}"),
        ));
    }
    Ok(if topic.is_empty() { format!("answers/{id}.md") } else { format!("answers/{topic}/{id}.md") })
}

/// Changes what is said of an answer; it is a draft again where an approval covered it.
///
/// # Errors
/// There is no such answer, the file is not the one that was seen, or what it would say has errors.
pub fn edit(place: &BankPlace, id: &str, fields: &Fields, hand: &Hand) -> Result<Done, Failure> {
    fields.check()?;
    revise(place, id, hand, |_, seen, answer| edited(seen, answer, fields, hand))
}

/// The text of an answer's file after an edit.
fn edited(seen: &Seen, answer: &Answer, fields: &Fields, hand: &Hand) -> Result<String, Failure> {
    if let Some(wording) = fields.unask.iter().find(|wording| !answer.also_asked.contains(wording)) {
        let message = format!("{}: also_asked does not hold {wording:?}", answer.id);
        return Err(Failure::new(message, "see what it holds: answerbank bank show"));
    }
    let old = seen.body();
    let fields = fields.differing(answer, &old);
    let body = fields.changes_body().then(|| body_with(&old, fields.text.as_deref(), fields.short.as_deref(), fields.internal.as_deref()));
    let text = with_changes(seen, &seen.text, &fields.changes(answer), body.as_deref())?;
    stamped(seen, answer, text, hand)
}

/// A text with who edited it, if it says something else than before of what an approval covers. An owner or a tag is nobody's words: who
/// changes these alone does not become the editor, who may not approve.
fn stamped(seen: &Seen, old: &Answer, text: String, hand: &Hand) -> Result<String, Failure> {
    let new = format::answer(&old.file, &text, &mut Vec::new());
    let same = new.is_some_and(|new| new.digest() == old.digest());
    if same { Ok(text) } else { with_changes(seen, &text, &[Change::Set("edited", hand.stamp())], None) }
}

/// Puts a text that somebody edited by hand in the place of an answer's file, and records who did; `edited` in the text is not believed.
///
/// # Errors
/// As for [`edit`]; the text says that it is approved, verified or retired where the file did not.
pub fn edit_text(place: &BankPlace, id: &str, text: &str, hand: &Hand) -> Result<Done, Failure> {
    revise(place, id, hand, |_, seen, answer| {
        let new = format::answer(&answer.file, text, &mut Vec::new());
        if let Some(new) = &new {
            let kept = (new.approved == answer.approved, new.verified == answer.verified, new.retired == answer.retired);
            if kept != (true, true, true) {
                return Err(Failure::new(
                    format!("{id}: the text changes what the file says of its approval, review or end"),
                    "leave approved, verified and retired as they are: bank approve, verify and retire write them",
                ));
            }
        }
        let mut changes: Vec<Change> = Vec::new();
        if new.as_ref().is_some_and(|new| new.edited != answer.edited) {
            changes.push(answer.edited.as_ref().map_or(Change::Remove("edited"), |stamp| Change::Set("edited", stamp_value(stamp))));
        }
        let text = with_changes(seen, text, &changes, None)?;
        stamped(seen, answer, text, hand)
    })
}

/// Ends an answer: from that day on it is not given any more.
///
/// # Errors
/// As for [`edit`]; no reason is given.
pub fn retire(place: &BankPlace, id: &str, why: &str, hand: &Hand) -> Result<Done, Failure> {
    if why.trim().is_empty() {
        return Err(Failure::usage("--why: the reason is empty", "say why it is no longer given, and what takes its place"));
    }
    let stamp =
        Value::Table(vec![("by", Value::Text(hand.by.clone())), ("on", Value::Date(hand.on)), ("why", Value::Text(why.trim().to_owned()))]);
    revise(place, id, hand, |_, seen, answer| match &answer.retired {
        Some((stamp, why)) => Err(Failure::new(
            format!("{id}: it is retired by {} on {}: {why}", stamp.by, stamp.on),
            "an end is not moved; write a new answer that takes its place",
        )),
        None => with_changes(seen, &seen.text, &[Change::Set("retired", stamp)], None),
    })
}

/// Records that answers are still true as they stand, and moves the day of their next review. All are checked before the first is changed.
///
/// # Errors
/// As for [`edit`]; one is a draft or retired, or the next review is not in the future.
pub fn verify(place: &BankPlace, ids: &[String], until: Date, hand: &Hand) -> Result<Vec<Done>, Failure> {
    let read: Vec<Read> = ids.iter().map(|id| Read { id: id.clone(), seen: hand.seen.clone() }).collect();
    verify_read(place, &read, until, hand)
}

/// As [`verify`], where somebody read several answers and says of each which text it was.
///
/// # Errors
/// As for [`verify`]; a file is not the one that was read.
pub fn verify_read(place: &BankPlace, read: &[Read], until: Date, hand: &Hand) -> Result<Vec<Done>, Failure> {
    hand.check()?;
    if until <= hand.on {
        return Err(Failure::usage(format!("--until {until}: this is not after {}", hand.on), "name the day of the next review"));
    }
    let changes = [Change::Set("verified", hand.stamp()), Change::Set("review_by", Value::Date(until))];
    let _lock = lock(place)?;
    let bank = place.read()?;
    let mut texts = Vec::new();
    let ids: Vec<String> = read.iter().map(|read| read.id.clone()).collect();
    for answer in once(&bank, &ids)? {
        let draft = validity(&bank, answer, hand.on).into_iter().find(|bar| matches!(bar.kind(), "not-approved" | "retired"));
        if let Some(bar) = draft {
            return Err(Failure::new(format!("{}: {bar}", answer.id), "only an answer that is approved and not retired can be still true"));
        }
        let read = read.iter().find(|read| read.id == answer.id).and_then(|read| read.seen.as_deref());
        let seen = seen(place, answer, read)?;
        let text = with_changes(&seen, &seen.text, &changes, None)?;
        texts.push((checked(&bank, &answer.file, &text)?, seen, text));
    }
    let asked = Asked::of(&bank);
    let mut verified = Vec::new();
    for (answer, seen, text) in texts {
        seen.replace(&text).map_err(|error| edit_failure(&error))?;
        verified.push(done(&bank, &asked, &answer, hand.on));
    }
    Ok(verified)
}

/// The answers of some ids, each once.
fn once<'b>(bank: &'b Bank, ids: &[String]) -> Result<Vec<&'b Answer>, Failure> {
    let mut answers: Vec<&Answer> = Vec::new();
    for id in ids {
        let answer = known(bank, id)?;
        if !answers.iter().any(|known| known.id == answer.id) {
            answers.push(answer);
        }
    }
    Ok(answers)
}

fn with_changes(seen: &Seen, text: &str, changes: &[Change], body: Option<&str>) -> Result<String, Failure> {
    edit::answer_text(text, changes, body).map_err(|what| edit_failure(&seen.unfit(what)))
}

/// Approves answers as they stand in their files. All ids are checked before the first file is changed.
///
/// # Errors
/// An id is unknown, an answer has errors, who approves edited it last where the bank forbids that, or a file cannot be changed.
pub fn approve(place: &BankPlace, ids: &[String], hand: &Hand) -> Result<Vec<Done>, Failure> {
    let read: Vec<Read> = ids.iter().map(|id| Read { id: id.clone(), seen: hand.seen.clone() }).collect();
    approve_read(place, &read, hand)
}

/// An answer that somebody read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its id.
    pub id: String,
    /// Digest of its file as it was read; where it is another one now, nothing is changed.
    pub seen: Option<String>,
}

/// As [`approve`], where somebody read several answers and says of each which text it was.
///
/// # Errors
/// As for [`approve`]; a file is not the one that was read.
pub fn approve_read(place: &BankPlace, read: &[Read], hand: &Hand) -> Result<Vec<Done>, Failure> {
    hand.check()?;
    let _lock = lock(place)?;
    let bank = place.read()?;
    let mut approvals = Vec::new();
    let ids: Vec<String> = read.iter().map(|read| read.id.clone()).collect();
    for answer in once(&bank, &ids)? {
        if let Some(problem) = bank.problems.iter().find(|problem| problem.file == answer.file && problem.severity == Severity::Error) {
            return Err(Failure::new(problem.to_string(), "mend the file first, then approve it"));
        }
        if answer.wording.is_empty() {
            return Err(Failure::new(
                format!("{}: it has no wording", answer.file),
                "write the answer below the front matter, then approve it",
            ));
        }
        if let Some((stamp, why)) = &answer.retired {
            let message = format!("{}: it is retired by {} on {}: {why}", answer.id, stamp.by, stamp.on);
            return Err(Failure::new(message, "an end is not taken back; write a new answer that takes its place: answerbank bank new"));
        }
        may_approve(&bank, answer, &hand.by)?;
        let read = read.iter().find(|read| read.id == answer.id).and_then(|read| read.seen.as_deref());
        let seen = seen(place, answer, read)?;
        let digest = answer.digest();
        let text = edit::approved_text(&seen.text, &hand.by, hand.on, &digest).map_err(|what| edit_failure(&seen.unfit(what)))?;
        approvals.push((checked(&bank, &answer.file, &text)?, seen, text));
    }
    let asked = Asked::of(&bank);
    let mut approved = Vec::new();
    for (answer, seen, text) in approvals {
        seen.replace(&text).map_err(|error| edit_failure(&error))?;
        approved.push(done(&bank, &asked, &answer, hand.on));
    }
    Ok(approved)
}

/// Whether somebody may approve an answer, by the bank's rule.
pub(super) fn may_approve(bank: &Bank, answer: &Answer, by: &str) -> Result<(), Failure> {
    if !bank.approver_is_not_editor {
        return Ok(());
    }
    match &answer.edited {
        None => Err(Failure::new(
            format!("{}: it does not say who edited it last, and this bank lets nobody approve their own words", answer.file),
            "record who wrote it: edited = { by = \"name\", on = 2026-05-03 }",
        )),
        Some(edited) if same_person(&edited.by, by) => Err(Failure::new(
            format!("{}: {} edited it last on {}, and this bank lets nobody approve their own words", answer.file, edited.by, edited.on),
            "let somebody else read and approve it; the rule is approver_is_not_editor in bank.toml",
        )),
        Some(_) => Ok(()),
    }
}

/// Gives an answer's file a new text, if it has no errors.
fn revise(
    place: &BankPlace,
    id: &str,
    hand: &Hand,
    text: impl FnOnce(&Bank, &Seen, &Answer) -> Result<String, Failure>,
) -> Result<Done, Failure> {
    hand.check()?;
    let _lock = lock(place)?;
    let bank = place.read()?;
    let answer = known(&bank, id)?;
    let seen = seen(place, answer, hand.seen.as_deref())?;
    let text = text(&bank, &seen, answer)?;
    let new = checked_beside(&bank, &answer.file, &text, &seen.text)?;
    seen.replace(&text).map_err(|error| edit_failure(&error))?;
    Ok(done(&bank, &Asked::of(&bank), &new, hand.on))
}

/// The file of an answer, if it is the one that somebody saw.
fn seen(place: &BankPlace, answer: &Answer, wanted: Option<&str>) -> Result<Seen, Failure> {
    let seen = read(place, &answer.file)?;
    match wanted {
        Some(wanted) if *wanted != seen.digest() => Err(edit_failure(&EditError::Changed { path: seen.path })),
        _ => Ok(seen),
    }
}

/// What a file's text says, if there are no errors in it.
pub(super) fn checked(bank: &Bank, file: &str, text: &str) -> Result<Answer, Failure> {
    checked_beside(bank, file, text, "")
}

/// What a file's text says, if there are no errors in it but those of the old text.
fn checked_beside(bank: &Bank, file: &str, text: &str, old: &str) -> Result<Answer, Failure> {
    let read = |text: &str| {
        let mut problems: Vec<Problem> = Vec::new();
        let answer = format::answer(file, text, &mut problems);
        problems.extend(answer.iter().flat_map(|answer| folder::answer_links(bank, answer)));
        (answer, problems)
    };
    let before: Vec<String> = if old.is_empty() { Vec::new() } else { read(old).1.into_iter().map(|problem| problem.what).collect() };
    let (answer, problems) = read(text);
    let wrong = problems.into_iter().find(|problem| problem.severity == Severity::Error && !before.contains(&problem.what));
    match (answer, wrong) {
        (Some(answer), None) => Ok(answer),
        (_, Some(problem)) => {
            let hint = match problem.kind {
                "unknown-control" => "nothing was changed; see which there are: answerbank bank controls WORDS",
                "unknown-evidence" => "nothing was changed; see which there is: answerbank evidence check",
                _ => "nothing was changed; say it right, and try again",
            };
            Err(Failure::new(problem.to_string(), hint))
        }
        (None, None) => Err(Failure::new(format!("{file}: this is no answer"), "nothing was changed")),
    }
}

fn done(bank: &Bank, asked: &Asked, answer: &Answer, date: Date) -> Done {
    Done {
        id: answer.id.clone(),
        file: answer.file.clone(),
        digest: answer.digest(),
        bars: validity(bank, answer, date).iter().map(ToString::to_string).collect(),
        notes: asked.notes(answer),
    }
}

/// The wordings of a bank's living answers, for what somebody should know who writes or approves one.
struct Asked<'b> {
    analyzer: Analyzer,
    by_key: HashMap<String, Vec<(&'b Answer, &'b str)>>,
}

impl<'b> Asked<'b> {
    fn of(bank: &'b Bank) -> Self {
        let analyzer = Analyzer::new(&bank.vocabulary);
        let mut by_key: HashMap<String, Vec<(&Answer, &str)>> = HashMap::new();
        for answer in bank.answers.iter().filter(|answer| answer.retired.is_none()) {
            for wording in answer.wordings() {
                by_key.entry(analyzer.key(wording)).or_default().push((answer, wording));
            }
        }
        Self { analyzer, by_key }
    }

    fn notes(&self, answer: &Answer) -> Vec<String> {
        let verdict = |other: &Answer| other.verdict.map_or_else(|| "nothing that can be read".to_owned(), |verdict| verdict.to_string());
        let mut notes: Vec<String> = Vec::new();
        let mut told = BTreeSet::new();
        for (other, wording) in answer.wordings().filter_map(|wording| self.by_key.get(&self.analyzer.key(wording))).flatten() {
            if other.id != answer.id && told.insert(&other.id) {
                notes.push(format!("{wording:?} is asked by {} too, which says {}", other.id, verdict(other)));
            }
        }
        if answer.approved.is_some() && answer.review_by.is_none() {
            let how = format!("answerbank bank edit {} --review-by DATE", answer.id);
            notes.push(format!("it has no day of review, so nobody will be asked whether it is still true: {how}"));
        }
        notes
    }
}

/// The answer of an id.
pub(super) fn known<'b>(bank: &'b Bank, id: &str) -> Result<&'b Answer, Failure> {
    bank.answer(id)
        .ok_or_else(|| Failure::not_there(format!("{id}: there is no such answer"), format!("find its id: answerbank search {id}")))
}

/// The bank while this process alone writes in it.
pub(super) struct Writing<'p> {
    _lock: Lock,
    place: &'p BankPlace,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.place.look_again();
    }
}

pub(super) fn lock(place: &BankPlace) -> Result<Writing<'_>, Failure> {
    if !place.root.join("bank.toml").is_file() {
        return Err(folder::BankError::NotABank { path: place.root.clone() }.into());
    }
    let lock = Lock::take(&place.root).map_err(|error| edit_failure(&error))?;
    Ok(Writing { _lock: lock, place })
}

pub(super) fn read(place: &BankPlace, file: &str) -> Result<Seen, Failure> {
    let path: PathBuf = place.root.join(Path::new(file));
    Seen::read(&path).map_err(|error| edit_failure(&error))
}

pub(super) fn edit_failure(error: &EditError) -> Failure {
    let hint = match error {
        EditError::Changed { .. } => "nothing was changed; look at what it says now, and edit that: answerbank bank show",
        EditError::Exists { .. } => "nothing was changed; choose another name",
        _ => "the file is as it was; look at it and try again",
    };
    let kind = if matches!(error, EditError::Changed { .. }) { FailureKind::Changed } else { FailureKind::Failed };
    Failure { kind, ..Failure::new(error.to_string(), hint) }
}

//! Use case: two entries that ask the same become one. One takes over what the other has, the other is retired; both files or none. Never
//! takes over an approval: where what it covers changes, the one that stays is a draft again.

use serde::Serialize;

use super::{Fields, Hand, checked_beside, edit_failure, known, lock, read, stamp_value, stamped, with_changes};
use crate::bank::edit::{Change, EditError, Seen, Value, replace_all};
use crate::domain::bank::{Answer, Bank, Stamp};
use crate::domain::changes::changes;
use crate::domain::standing::validity;
use crate::domain::wording::Analyzer;
use crate::engine::{BankPlace, Failure};

/// Which of two entries stays, and what it takes over.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// The one that stays.
    pub stays: String,
    /// The one that is retired.
    pub goes: String,
    /// Whether it is asked in the other one's words too.
    pub asked: bool,
    /// Whether it stands on the other one's controls too.
    pub controls: bool,
    /// Whether it stands on the other one's evidence too.
    pub evidence: bool,
    /// Why the other one is retired.
    pub why: String,
}

/// What becomes of one of the two files.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// Id of the entry.
    pub id: String,
    /// Digest of its file as it stands.
    pub seen: String,
    /// What changes, a line each.
    pub changes: Vec<String>,
    /// The file's text as it stands.
    pub before: String,
    /// The file's text as it will be.
    pub after: String,
    /// Why it may not be given then, whoever asks.
    pub bars: Vec<String>,
}

/// What a merge writes.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The one that stays.
    pub stays: Side,
    /// The one that is retired.
    pub goes: Side,
    /// Whether the one that stays has to be approved anew.
    pub approval_falls: bool,
    /// In what the two differ, so that who merges them should think twice.
    pub careful: Vec<String>,
}

/// What a merge would write; writes nothing.
///
/// # Errors
/// There is no bank or no such entry, they are the same one, one is retired, or what would be written has errors.
pub fn plan(place: &BankPlace, merge: &Merge, hand: &Hand) -> Result<Plan, Failure> {
    Ok(drawn(place, &place.read()?, merge, hand)?.0)
}

/// Merges two entries, if both files are those that were seen: first the digest of the one that stays.
///
/// # Errors
/// As for [`plan`]; no reason is given, a file is another one than was seen, or cannot be written; then neither is changed.
pub fn merge(place: &BankPlace, merge: &Merge, seen: [&str; 2], hand: &Hand) -> Result<Plan, Failure> {
    if merge.why.trim().is_empty() {
        return Err(Failure::usage("the reason is empty", "say why the two are one"));
    }
    let _lock = lock(place)?;
    let (plan, writes) = drawn(place, &place.read()?, merge, hand)?;
    for ((file, _), wanted) in writes.iter().zip(seen) {
        if file.digest() != wanted {
            return Err(edit_failure(&EditError::Changed { path: file.path.clone() }));
        }
    }
    replace_all(&writes).map_err(|error| edit_failure(&error))?;
    Ok(plan)
}

/// What a merge writes, in words and as files: the one that stays first.
fn drawn(place: &BankPlace, bank: &Bank, merge: &Merge, hand: &Hand) -> Result<(Plan, [(Seen, String); 2]), Failure> {
    hand.check()?;
    let (stays, goes) = (known(bank, &merge.stays)?, known(bank, &merge.goes)?);
    if stays.id == goes.id {
        return Err(Failure::usage(format!("{}: this is one entry", stays.id), "name two"));
    }
    if let Some((answer, (stamp, why))) = [stays, goes].into_iter().find_map(|answer| Some((answer, answer.retired.as_ref()?))) {
        return Err(Failure::new(
            format!("{}: it is retired by {} on {}: {why}", answer.id, stamp.by, stamp.on),
            "only entries that are in use can be merged",
        ));
    }
    let fields = taken_over(bank, stays, goes, merge);
    let seen = read(place, &stays.file)?;
    let text = with_changes(&seen, &seen.text, &fields.changes(stays), None)?;
    let text = stamped(&seen, stays, text, hand)?;
    let (stays_side, new) = side(bank, stays, &seen, &text, hand)?;
    let stamp = stamp_value(&Stamp { by: hand.by.clone(), on: hand.on });
    let Value::Table(mut end) = stamp else { return Err(Failure::new("a stamp that is no table", "this is a bug; please report it")) };
    end.push(("why", Value::Text(format!("merged into {}: {}", stays.id, merge.why.trim()))));
    let gone = read(place, &goes.file)?;
    let gone_text = with_changes(&gone, &gone.text, &[Change::Set("retired", Value::Table(end))], None)?;
    let (goes_side, _) = side(bank, goes, &gone, &gone_text, hand)?;
    let plan = Plan {
        approval_falls: stays.approved.as_ref().is_some_and(|(_, digest)| *digest == stays.digest() && *digest != new.digest()),
        stays: stays_side,
        goes: goes_side,
        careful: careful(stays, goes),
    };
    Ok((plan, [(seen, text), (gone, gone_text)]))
}

/// What the one that stays says more than before. A wording that it is asked in already, but for small things, is not added again.
fn taken_over(bank: &Bank, stays: &Answer, goes: &Answer, merge: &Merge) -> Fields {
    let analyzer = Analyzer::new(&bank.vocabulary);
    let mut keys: Vec<String> = stays.wordings().map(|wording| analyzer.key(wording)).collect();
    let mut ask = Vec::new();
    for wording in goes.wordings().filter(|_| merge.asked) {
        let key = analyzer.key(wording);
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
            ask.push(wording.to_owned());
        }
    }
    let both = |own: &[String], other: &[String], wanted: bool| {
        let further: Vec<&String> = other.iter().filter(|id| wanted && !own.contains(id)).collect();
        (!further.is_empty()).then(|| own.iter().chain(further).cloned().collect())
    };
    Fields {
        ask,
        controls: both(&stays.controls, &goes.controls, merge.controls),
        evidence: both(&stays.evidence, &goes.evidence, merge.evidence),
        ..Fields::default()
    }
}

fn side(bank: &Bank, old: &Answer, seen: &Seen, text: &str, hand: &Hand) -> Result<(Side, Answer), Failure> {
    let new = checked_beside(bank, &old.file, text, &seen.text)?;
    let side = Side {
        id: old.id.clone(),
        seen: seen.digest(),
        changes: changes(old, &new),
        before: seen.text.clone(),
        after: text.to_owned(),
        bars: validity(bank, &new, hand.on).iter().map(ToString::to_string).collect(),
    };
    Ok((side, new))
}

/// In what two entries differ that a merge does not settle.
fn careful(stays: &Answer, goes: &Answer) -> Vec<String> {
    let mut careful = Vec::new();
    let mut differ = |what: &str, one: String, other: String| {
        if one != other {
            let said = |text: String| if text.is_empty() { "every one".to_owned() } else { text };
            careful.push(format!("{what}: {} has {}, {} has {}", stays.id, said(one), goes.id, said(other)));
        }
    };
    let verdict = |answer: &Answer| answer.verdict.map(|verdict| verdict.to_string()).unwrap_or_default();
    differ("verdict", verdict(stays), verdict(goes));
    differ("audience", stays.audience.to_string(), goes.audience.to_string());
    differ("products", stays.products.join(", "), goes.products.join(", "));
    differ("regions", stays.regions.join(", "), goes.regions.join(", "));
    careful
}

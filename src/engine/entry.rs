//! Use case: one answer of the bank with all that stands behind it and all that hangs on it: grounds, standing, where it is used, who was told.

use std::path::Path;

use jiff::civil::Date;

use super::curate::{as_read, at_one_moment, may_approve};
use super::entries::State;
use super::ledger::{Line, who};
use super::questionnaire::{Desk, all};
use super::{BankPlace, Failure};
use crate::bank::edit::Seen;
use crate::bank::sections::internal_note;
use crate::bank::{format, history};
use crate::domain::bank::{Answer, Bank, ControlState, Offered, Verdict};
use crate::domain::changes::{Piece, pieces};
use crate::domain::coverage::control_faults;
use crate::domain::lessons::{Lesson, What};
use crate::domain::standing::{evidence_fault, validity};

/// One answer as its page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The answer.
    pub answer: Answer,
    /// What never leaves the bank.
    pub internal: String,
    /// Digest of its file, which a change of it names.
    pub seen: String,
    /// How far it is.
    pub state: State,
    /// Why it may not be given to anybody on the date; empty where its standing is good.
    pub bars: Vec<String>,
    /// Last day on which it stands if nobody does anything, and what ends then.
    pub until: Option<(Date, String)>,
    /// Controls that it stands on.
    pub controls: Vec<ControlBehind>,
    /// Evidence that it stands on, its own and that of its controls.
    pub evidence: Vec<EvidenceBehind>,
    /// Requirements behind it.
    pub requirements: Vec<String>,
    /// Why who looks may not approve it; empty where they may.
    pub not_approvable: String,
}

/// A control behind an answer.
#[derive(Clone, Debug)]
pub struct ControlBehind {
    /// Its id.
    pub id: String,
    /// Its short name; empty where there is no such control.
    pub title: String,
    /// How far it is run; none where there is no such control.
    pub state: Option<ControlState>,
    /// What is wrong with its evidence.
    pub faults: Vec<String>,
}

/// Evidence behind an answer.
#[derive(Clone, Debug)]
pub struct EvidenceBehind {
    /// Its id.
    pub id: String,
    /// What it is called; empty where there is none of that id.
    pub title: String,
    /// Report, certificate, policy …
    pub kind: String,
    /// First day on which it holds.
    pub issued: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
    /// What is wrong with it on the date; empty where it holds.
    pub fault: String,
    /// The controls that it shows at work; empty for evidence of the answer itself.
    pub of: Vec<String>,
}

/// A questionnaire in progress that gives or proposes an answer.
#[derive(Clone, Debug)]
pub struct Use {
    /// Its id.
    pub questionnaire: String,
    /// Who asks.
    pub customer: String,
    /// The workbook's name.
    pub workbook: String,
    /// Where, at how many questions.
    pub places: Vec<String>,
}

/// What hangs on an answer.
#[derive(Clone, Debug)]
pub struct Uses {
    /// Questionnaires in progress.
    pub in_progress: Vec<Use>,
    /// What was told to whom, the latest first.
    pub told: Vec<Line>,
    /// Lessons that wait for it.
    pub lessons: Vec<Lesson>,
}

/// Shows an answer as it stands on a date.
///
/// # Errors
/// There is no bank, or no such answer.
pub fn show(desk: &Desk, id: &str, date: Date) -> Result<Entry, Failure> {
    at_one_moment(&desk.bank, |bank| Ok(as_read(&desk.bank, &bank, id)?.map(|(answer, seen)| entry(&bank, answer, &seen, date, &desk.by))))
}

fn entry(bank: &Bank, answer: Answer, seen: &Seen, date: Date, by: &str) -> Entry {
    let bars = validity(bank, &answer, date);
    Entry {
        internal: internal_note(&seen.body()),
        seen: seen.digest(),
        state: State::of(&answer, &bars),
        until: if bars.is_empty() { until(bank, &answer) } else { None },
        bars: bars.iter().map(ToString::to_string).collect(),
        controls: answer.controls.iter().map(|id| control(bank, id, date)).collect(),
        evidence: evidence(bank, &answer, date),
        requirements: bank.requirements_of(&answer),
        not_approvable: may_approve(bank, &answer, by)
            .err()
            .map(|failure| failure.message.trim_start_matches(&format!("{}: ", answer.file)).to_owned())
            .unwrap_or_default(),
        answer,
    }
}

fn control(bank: &Bank, id: &str, date: Date) -> ControlBehind {
    let control = bank.controls.get(id);
    ControlBehind {
        id: id.to_owned(),
        title: control.map(|control| control.title.clone()).unwrap_or_default(),
        state: control.map(|control| control.state),
        faults: control.map(|control| control_faults(bank, control, date)).unwrap_or_default(),
    }
}

fn evidence(bank: &Bank, answer: &Answer, date: Date) -> Vec<EvidenceBehind> {
    let mut ids: Vec<(&String, Vec<String>)> = answer.evidence.iter().map(|id| (id, Vec::new())).collect();
    for control in bank.controls_of(answer) {
        for id in &control.evidence {
            match ids.iter_mut().find(|(known, _)| *known == id) {
                Some((_, of)) => of.push(control.id.clone()),
                None => ids.push((id, vec![control.id.clone()])),
            }
        }
    }
    let behind = |(id, of): (&String, Vec<String>)| {
        let evidence = bank.evidence.get(id);
        let fault = evidence.map_or_else(|| Some("does not exist".to_owned()), |evidence| evidence_fault(evidence, date));
        EvidenceBehind {
            id: id.clone(),
            title: evidence.map(|evidence| evidence.title.clone()).unwrap_or_default(),
            kind: evidence.map(|evidence| evidence.kind.clone()).unwrap_or_default(),
            issued: evidence.and_then(|evidence| evidence.issued),
            valid_until: evidence.and_then(|evidence| evidence.valid_until),
            fault: fault.unwrap_or_default(),
            of,
        }
    };
    ids.into_iter().map(behind).collect()
}

/// The first day that ends an answer's good standing, of those that are known today.
fn until(bank: &Bank, answer: &Answer) -> Option<(Date, String)> {
    let mut ends: Vec<(Date, String)> = Vec::new();
    ends.extend(answer.review_by.map(|day| (day, "its day of review passes".to_owned())));
    ends.extend(answer.retired.as_ref().and_then(|(stamp, _)| Some((stamp.on.yesterday().ok()?, "it is retired".to_owned()))));
    let own = answer.evidence.iter();
    let of_controls = bank.controls_of(answer).filter(|_| answer.verdict == Some(Verdict::Yes)).flat_map(|control| control.evidence.iter());
    for evidence in own.chain(of_controls).filter_map(|id| bank.evidence.get(id)) {
        ends.extend(evidence.valid_until.map(|day| (day, format!("the evidence {} runs out", evidence.id))));
    }
    ends.into_iter().min()
}

/// What hangs on an answer: questionnaires, what was told, lessons.
///
/// # Errors
/// There is no store or bank, or the store is damaged.
pub fn uses(desk: &Desk, id: &str) -> Result<Uses, Failure> {
    let mut told = who(desk, id)?;
    told.sort_by_key(|line| std::cmp::Reverse((line.told.date, line.release)));
    let waits = |lesson: &Lesson| match &lesson.what {
        What::AlsoAsked { answer, .. } | What::Draft { answer, .. } => answer == id,
    };
    let lessons = super::learn::lessons(desk)?.into_iter().filter(waits).collect();
    Ok(Uses { in_progress: in_progress(desk, id)?, told, lessons })
}

/// Questionnaires in progress that give or propose an answer.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn in_progress(desk: &Desk, id: &str) -> Result<Vec<Use>, Failure> {
    let mut uses = Vec::new();
    for progress in all(&mut *desk.store()?)?.iter().rev().filter(|progress| progress.is_open()) {
        let at = progress.lines().iter().filter(|line| line.answer.as_deref() == Some(id)).map(|line| line.place.to_string());
        let places: Vec<String> = at.collect();
        if !places.is_empty() {
            let received = &progress.received;
            let (customer, workbook) = (received.sale.customer.clone(), received.name.clone());
            uses.push(Use { questionnaire: progress.id.clone(), customer, workbook, places });
        }
    }
    Ok(uses)
}

/// An answer as somebody reads it who is to approve it.
#[derive(Clone, Debug)]
pub struct ToApprove {
    /// The answer.
    pub entry: Entry,
    /// What it says otherwise than when it was last approved, where git still has that; none where it was never approved, or nobody knows.
    pub since: Option<Since>,
}

/// What changed since an approval.
#[derive(Clone, Debug)]
pub struct Since {
    /// A line each, without the wording.
    pub changes: Vec<String>,
    /// The wording, word by word.
    pub wording: Vec<Piece>,
}

/// Answers as somebody reads them who is to approve them.
///
/// # Errors
/// There is no bank, or no such answer.
pub fn to_approve(desk: &Desk, ids: &[String], git: Option<&Path>) -> Result<Vec<ToApprove>, Failure> {
    let entries = at_one_moment(&desk.bank, |bank| {
        let mut entries = Vec::new();
        for id in ids {
            let Some((answer, seen)) = as_read(&desk.bank, &bank, id)? else { return Ok(None) };
            entries.push(entry(&bank, answer, &seen, desk.date, &desk.by));
        }
        Ok(Some(entries))
    })?;
    let with = |entry: Entry| ToApprove { since: git.and_then(|git| since_approval(&desk.bank, &entry.answer, git)), entry };
    Ok(entries.into_iter().map(with).collect())
}

/// What an answer says otherwise than the version that its approval covers.
fn since_approval(place: &BankPlace, answer: &Answer, git: &Path) -> Option<Since> {
    let (_, digest) = answer.approved.as_ref().filter(|(_, digest)| *digest != answer.digest())?;
    let versions = history::versions(git, &place.root, &answer.file).ok()?;
    let old = versions.iter().filter_map(|version| format::answer(&version.file, &version.text, &mut Vec::new()));
    let old = old.into_iter().find(|old| old.digest() == *digest)?;
    Some(Since { changes: super::curate::changes_beside_texts(&old, answer), wording: pieces(&old.wording, &answer.wording) })
}

/// What the bank has that an answer may name: for whoever fills in a form.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Controls: id and short name.
    pub controls: Vec<(String, String)>,
    /// Evidence: id and title.
    pub evidence: Vec<(String, String)>,
    /// Products.
    pub products: Vec<Offered>,
    /// Regions.
    pub regions: Vec<Offered>,
    /// Owners that there are.
    pub owners: Vec<String>,
    /// Folders of answers that there are.
    pub topics: Vec<String>,
    /// Who gets what has no other owner.
    pub default_owner: String,
    /// Whether nobody may approve what they edited last.
    pub two_people: bool,
}

/// What the bank has that an answer may name.
///
/// # Errors
/// There is no bank.
pub fn offer(place: &BankPlace) -> Result<Offer, Failure> {
    let bank = place.bank()?;
    let sorted = |mut list: Vec<(String, String)>| {
        list.sort();
        list
    };
    let each = |texts: Vec<String>| texts.into_iter().filter(|text| !text.is_empty()).collect::<std::collections::BTreeSet<_>>();
    Ok(Offer {
        controls: sorted(bank.controls.values().map(|control| (control.id.clone(), control.title.clone())).collect()),
        evidence: sorted(bank.evidence.values().map(|evidence| (evidence.id.clone(), evidence.title.clone())).collect()),
        owners: each(bank.answers.iter().map(|answer| answer.owner.clone()).collect()).into_iter().collect(),
        topics: each(bank.answers.iter().map(|answer| answer.topic().to_owned()).collect()).into_iter().collect(),
        products: bank.products.clone(),
        regions: bank.regions.clone(),
        default_owner: bank.default_owner.clone(),
        two_people: bank.approver_is_not_editor,
    })
}

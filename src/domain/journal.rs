//! What happened to questionnaires and work items, entry by entry; what is the case is folded from these and stored nowhere. Never changes an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::audit::Audited;
use super::bank::{Audience, Verdict};
use super::propose::{Band, GapKind};
use super::question::Question;
use super::review::{Choice, Decision, OutcomeKind};
use super::standing::Scope;
use super::work_item::{Purpose, Work, WorkItem};

/// A question's place in its workbook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell inside it, `B13`, or `B13#2` for the second of several questions at one cell.
    pub cell: String,
}

impl Place {
    /// Where a question stands.
    #[must_use]
    pub fn of(question: &Question) -> Self {
        Self { sheet: question.sheet.clone(), cell: question.name() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.sheet, self.cell)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the journal, from 1 without a gap.
    pub number: i64,
    /// The questionnaire that it is about; none for work items and the store itself.
    pub questionnaire: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// What happened.
    pub what: Event,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// A questionnaire came in.
    Received(Received),
    /// Its questions were proposed for, with another outcome than before.
    Proposed(Snapshot),
    /// The same questions were proposed for again, and some stand otherwise.
    ProposedAgain(Difference),
    /// Somebody was shown how they stand.
    Shown {
        /// The number of the proposal.
        proposal: i64,
    },
    /// What is known of the sale was corrected.
    Corrected(Correction),
    /// Somebody decided about a question.
    Decided(Decided),
    /// Somebody is to decide about a question.
    Assigned(Assigned),
    /// Answers were released.
    Released(Released),
    /// Nobody waits for it any more.
    Closed {
        /// Why.
        why: String,
    },
    /// Somebody waits for it again.
    Reopened,
    /// Something became of a work item.
    Moved(Moved),
    /// A curator said what shall be learned from a decision.
    Learned(Learned),
    /// Customers are told that something is no longer so.
    Recalled(Recalled),
    /// Somebody came, went, was turned away, or changed or fetched something beside questionnaires: the audit log.
    Audited(Audited),
    /// The store was put back from a backup.
    Restored {
        /// The last number of the backup.
        upto: i64,
    },
}

impl Event {
    /// Its stable name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Received(_) => "received",
            Self::Proposed(_) => "proposed",
            Self::ProposedAgain(_) => "proposed-again",
            Self::Shown { .. } => "shown",
            Self::Corrected(_) => "corrected",
            Self::Reopened => "reopened",
            Self::Decided(_) => "decided",
            Self::Assigned(_) => "assigned",
            Self::Released(_) => "released",
            Self::Closed { .. } => "closed",
            Self::Moved(_) => "moved",
            Self::Learned(_) => "learned",
            Self::Recalled(_) => "recalled",
            Self::Audited(_) => "audited",
            Self::Restored { .. } => "restored",
        }
    }
}

/// Whose questionnaire it is, and what hangs on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Who asks.
    pub customer: String,
    /// The sale that it belongs to; empty where it is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deal: String,
    /// What the sale is worth, in whole units of the team's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
    /// The day on which the customer wants it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

impl Sale {
    /// What tells it from other sales: customer and deal, or where it belongs to no deal the questionnaire or file itself.
    #[must_use]
    pub fn key<'s>(&'s self, itself: &'s str) -> (&'s str, &'s str) {
        (&self.customer, if self.deal.is_empty() { itself } else { &self.deal })
    }

    /// What people call it: customer and deal, as far as they are named.
    #[must_use]
    pub fn called(&self) -> String {
        [&self.customer, &self.deal].into_iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(": ")
    }
}

/// What sales are worth together, each once; each comes with the questionnaire or file that it was named for. Two that name different values for
/// one sale mean the larger.
pub fn at_stake<'s>(sales: impl IntoIterator<Item = (&'s str, &'s Sale)>) -> u64 {
    let mut values: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (itself, sale) in sales {
        let value = values.entry(sale.key(itself)).or_default();
        *value = (*value).max(sale.value.unwrap_or(0));
    }
    values.values().fold(0, |sum, value| sum.saturating_add(*value))
}

/// A questionnaire as it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The workbook's own name.
    pub name: String,
    /// SHA-256 of its bytes, in hex; by this they are kept.
    pub content: String,
    /// Whose it is.
    #[serde(flatten)]
    pub sale: Sale,
    /// Who will read the answers.
    pub audience: Audience,
    /// Products asked about.
    pub products: Vec<String>,
    /// Regions asked about.
    pub regions: Vec<String>,
    /// Whether answers that stand in it already are replaced.
    #[serde(default)]
    pub overwrite: bool,
    /// The layout that a person named for it, as the text of a mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
    /// The same customer's questionnaire before it, whose answers were carried forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carries_on: Option<String>,
    /// Questions about which somebody decided last year, and that were changed since or are not told apart: a person has to look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub look_again: Vec<Place>,
}

/// Whose questionnaire it is, who will read the answers, and what is asked about, as it should have been said at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Whose it is.
    #[serde(flatten)]
    pub sale: Sale,
    /// Who will read the answers.
    pub audience: Audience,
    /// Products asked about.
    pub products: Vec<String>,
    /// Regions asked about.
    pub regions: Vec<String>,
    /// Whether answers that stand in it already are replaced.
    pub overwrite: bool,
    /// How it is to be read from now on, as the text of a mapping; none: as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
}

impl Received {
    /// What of it can be corrected.
    #[must_use]
    pub fn correctable(&self) -> Correction {
        Correction {
            sale: self.sale.clone(),
            audience: self.audience,
            products: self.products.clone(),
            regions: self.regions.clone(),
            overwrite: self.overwrite,
            mapping: None,
        }
    }

    /// What is asked about, by whom, on a day.
    #[must_use]
    pub fn scope(&self, date: Date) -> Scope {
        Scope { date, audience: self.audience, products: self.products.clone(), regions: self.regions.clone() }
    }
}

/// One question as it stood when the questionnaire was last proposed for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Its id in the sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The heading above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// What is asked.
    pub question: String,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// How sure the proposal was.
    pub band: Band,
    /// The answer that is given, or proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The measured chance that giving it unseen would be right, in hundredths; 0 where there is none.
    pub confidence: f32,
    /// Why nothing can be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapKind>,
    /// Why nothing can be given, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The control that stands behind the answer or the gap, for counting gaps by control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The work item that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item: Option<String>,
}

/// All questions of a questionnaire as they stood on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The day on which answers had to stand.
    pub date: Date,
    /// Digest of the bank.
    pub bank: String,
    /// Question by question.
    pub lines: Vec<Line>,
    /// What its gaps make somebody do.
    pub work_items: Vec<WorkItem>,
}

impl Snapshot {
    /// Whether nothing is different but the day and the bank's digest.
    #[must_use]
    pub fn same_but_for_the_day(&self, other: &Self) -> bool {
        self.lines == other.lines && self.work_items == other.work_items
    }

    /// What stands otherwise in a later one; none where that one has other questions, or their places do not tell them apart.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Option<Difference> {
        let each_once = self.lines.iter().map(|line| &line.place).collect::<BTreeSet<_>>().len() == self.lines.len();
        let same_questions = each_once && self.lines.iter().map(|line| &line.place).eq(later.lines.iter().map(|line| &line.place));
        let known: BTreeMap<&str, &WorkItem> = self.work_items.iter().map(|item| (item.id.as_str(), item)).collect();
        same_questions.then(|| Difference {
            date: later.date,
            bank: later.bank.clone(),
            lines: self.lines.iter().zip(&later.lines).filter(|(was, is)| was != is).map(|(_, is)| is.clone()).collect(),
            work_items: later.work_items.iter().filter(|item| known.get(item.id.as_str()) != Some(item)).cloned().collect(),
            order: (!self.item_ids().eq(later.item_ids())).then(|| later.item_ids().map(str::to_owned).collect()),
        })
    }

    /// Becomes the later one.
    pub fn follow(&mut self, Difference { date, bank, lines, work_items, order }: Difference) {
        (self.date, self.bank) = (date, bank);
        let mut lines: BTreeMap<Place, Line> = lines.into_iter().map(|line| (line.place.clone(), line)).collect();
        for line in &mut self.lines {
            if let Some(is) = lines.remove(&line.place) {
                *line = is;
            }
        }
        let order = order.unwrap_or_else(|| self.item_ids().map(str::to_owned).collect());
        let all = std::mem::take(&mut self.work_items).into_iter().chain(work_items);
        let mut all: BTreeMap<String, WorkItem> = all.map(|item| (item.id.clone(), item)).collect();
        self.work_items = order.iter().filter_map(|id| all.remove(id)).collect();
    }

    fn item_ids(&self) -> impl Iterator<Item = &str> {
        self.work_items.iter().map(|item| item.id.as_str())
    }
}

/// What stands otherwise than in the snapshot before it. A decision moves few of a form's thousands of questions, so the journal grows by these alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The day on which answers had to stand.
    pub date: Date,
    /// Digest of the bank.
    pub bank: String,
    /// The questions that stand otherwise.
    pub lines: Vec<Line>,
    /// The work items that are new or otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work_items: Vec<WorkItem>,
    /// The ids of all work items in their order, where these are not the same as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
}

/// A decision, as it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The question as the person saw it.
    pub question: String,
    /// What was decided.
    pub choice: Choice,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How far the journal went when the person looked.
    pub seen: i64,
    /// Where the decision was first taken, if it was carried forward from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_from: Option<String>,
}

impl Decided {
    /// The decision as the review takes it, by somebody.
    #[must_use]
    pub fn in_review(&self, by: &str) -> Decision {
        Decision {
            sheet: self.place.sheet.clone(),
            cell: self.place.cell.clone(),
            question: self.question.clone(),
            choice: self.choice.clone(),
            by: by.to_owned(),
            reason: self.reason.clone(),
            contested: None,
        }
    }
}

/// Who is to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Who; empty for nobody any more.
    pub to: String,
}

/// A file that was put out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutOut {
    /// `customer` or `internal`.
    pub folder: String,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, in hex; by this they are kept.
    pub content: String,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The day on which the answers stood.
    pub date: Date,
    /// Digest of the bank.
    pub bank: String,
    /// How far the journal of this questionnaire went.
    pub upto: i64,
    /// The files.
    pub files: Vec<PutOut>,
    /// How many answers were told.
    pub told: usize,
    /// SHA-256 of what was told as the ledger has it, in hex.
    pub told_sha256: String,
}

/// What became of a work item; `None` leaves a thing as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The work item.
    pub item: String,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ItemState>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The kind of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// The work item that it is the same as; empty where it is one of its own again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// The state of a work item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Nobody has begun.
    #[default]
    Open,
    /// Somebody is at it.
    InProgress,
    /// It is done.
    Done,
    /// It will not be done.
    WontDo,
}

impl ItemState {
    /// All states, as they are spelled.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Open, "open"), (Self::InProgress, "in-progress"), (Self::Done, "done"), (Self::WontDo, "wont-do")];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// A curator's word on what a decision could teach the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The lesson.
    pub lesson: String,
    /// The answer that was changed or written; none where nothing shall be learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A statement that is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// What it is about: an answer, `control:ID` or `evidence:ID`.
    pub about: String,
    /// Why.
    pub why: String,
    /// Whether it was untrue when it was told.
    pub wrong: bool,
    /// Who was told.
    pub customers: Vec<String>,
}

/// One answer as a customer holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The questionnaire.
    pub questionnaire: String,
    /// Who holds it.
    pub customer: String,
    /// The sale.
    pub deal: String,
    /// Products asked about.
    #[serde(default)]
    pub products: Vec<String>,
    /// The workbook's name.
    pub workbook: String,
    /// The day.
    pub date: Date,
    /// Where the question stands.
    #[serde(flatten)]
    pub place: Place,
    /// What was asked.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Its digest.
    pub digest: String,
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// Its wording as it was approved.
    pub wording: String,
    /// What was written, cell by cell.
    pub written: Vec<(String, String)>,
    /// Controls that it stood on.
    pub controls: Vec<String>,
    /// Evidence that it stood on, with the digest of each file.
    pub evidence: Vec<(String, String)>,
    /// Who approved it, and when.
    pub approved: String,
    /// On whose word it was given.
    pub ground: String,
}

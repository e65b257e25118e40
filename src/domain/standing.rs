//! Standing: whether an answer may be given on a date, to an audience, for a product. The one place that decides it; never stores it.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::bank::{Answer, Audience, Bank, Control, ControlState, Evidence, EvidenceFile, Offered, Stamp, Verdict};

/// Who asks, about what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The day, in the local calendar.
    pub date: Date,
    /// The widest audience that the questionnaire's reader belongs to.
    pub audience: Audience,
    /// Products asked about.
    pub products: Vec<String>,
    /// Regions asked about.
    pub regions: Vec<String>,
}

/// One reason why an answer may not be given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// Nobody approved it.
    NotApproved,
    /// It was changed after it was approved.
    ChangedSinceApproval,
    /// Who edited it last approved it, which the bank forbids.
    OwnApproval(String),
    /// It says nothing.
    Empty,
    /// Its file has an error, so what else it says cannot be relied on.
    Faulty,
    /// It is no longer given.
    Retired(String),
    /// Its day of review has passed.
    ReviewOverdue(Date),
    /// It may only be told to others than the one who asks.
    Audience(Audience),
    /// It holds for other products.
    Product(Vec<String>),
    /// It holds for other regions.
    Region(Vec<String>),
    /// A control that it names does not exist.
    NoSuchControl(String),
    /// A control is not run as far as the verdict says.
    Control(String, String),
    /// Evidence that it stands on does not exist.
    NoSuchEvidence(String),
    /// Evidence is missing, changed or out of date.
    Evidence(String, String),
    /// A `yes` that stands on nothing.
    NothingBehind,
}

impl Bar {
    /// A stable word for work items and filters.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotApproved | Self::ChangedSinceApproval | Self::OwnApproval(_) | Self::Empty | Self::Faulty => "not-approved",
            Self::Retired(_) => "retired",
            Self::ReviewOverdue(_) => "out-of-date",
            Self::Audience(_) => "audience",
            Self::Product(_) | Self::Region(_) => "scope",
            Self::NoSuchControl(_) | Self::Control(..) => "control",
            Self::NoSuchEvidence(_) | Self::Evidence(..) | Self::NothingBehind => "evidence",
        }
    }

    /// The control or evidence that it is about.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        match self {
            Self::NoSuchControl(id) | Self::Control(id, _) | Self::NoSuchEvidence(id) | Self::Evidence(id, _) => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotApproved => write!(f, "it is a draft: nobody approved it"),
            Self::ChangedSinceApproval => write!(f, "it was changed after it was approved"),
            Self::OwnApproval(by) => write!(f, "{by} approved it and edited it last, which bank.toml forbids"),
            Self::Empty => write!(f, "it has no wording"),
            Self::Faulty => write!(f, "its file has an error"),
            Self::Retired(why) => write!(f, "it is retired: {why}"),
            Self::ReviewOverdue(date) => write!(f, "it was to be reviewed by {date}"),
            Self::Audience(Audience::Internal) => write!(f, "it is internal and never leaves"),
            Self::Audience(audience) => write!(f, "it may only be told under {audience}"),
            Self::Product(list) => write!(f, "it holds only for the product {}", list.join(", ")),
            Self::Region(list) => write!(f, "it holds only for the region {}", list.join(", ")),
            Self::NoSuchControl(id) => write!(f, "control {id} does not exist"),
            Self::Control(id, why) => write!(f, "control {id} {why}"),
            Self::NoSuchEvidence(id) => write!(f, "evidence {id} does not exist"),
            Self::Evidence(id, why) => write!(f, "evidence {id} {why}"),
            Self::NothingBehind => write!(f, "it says yes, and no control or evidence stands behind it"),
        }
    }
}

/// Why an answer may not be given in this scope; empty where its standing is good.
#[must_use]
pub fn standing(bank: &Bank, answer: &Answer, scope: &Scope) -> Vec<Bar> {
    let mut bars = validity(bank, answer, scope.date);
    if answer.audience == Audience::Internal || answer.audience > scope.audience {
        bars.push(Bar::Audience(answer.audience));
    }
    if !covers(&answer.products, &scope.products, &bank.products) {
        bars.push(Bar::Product(answer.products.clone()));
    }
    if !covers(&answer.regions, &scope.regions, &bank.regions) {
        bars.push(Bar::Region(answer.regions.clone()));
    }
    bars
}

/// Why an answer does not stand on a date, whoever asks.
#[must_use]
pub fn validity(bank: &Bank, answer: &Answer, date: Date) -> Vec<Bar> {
    let Some(verdict) = answer.verdict else { return vec![Bar::Faulty] };
    let mut bars = Vec::new();
    match &answer.approved {
        None => bars.push(Bar::NotApproved),
        Some((stamp, _)) if stamp.on > date => bars.push(Bar::NotApproved),
        Some((_, digest)) if *digest != bank.digest_of(answer) => bars.push(Bar::ChangedSinceApproval),
        Some((approved, _)) if bank.approver_is_not_editor && own_words(answer, approved) => {
            bars.push(Bar::OwnApproval(approved.by.clone()));
        }
        Some(_) => {}
    }
    if answer.wording.is_empty() {
        bars.push(Bar::Empty);
    }
    if let Some((stamp, why)) = &answer.retired
        && stamp.on <= date
    {
        bars.push(Bar::Retired(why.clone()));
    }
    if let Some(review_by) = answer.review_by
        && review_by < date
    {
        bars.push(Bar::ReviewOverdue(review_by));
    }
    bars.extend(answer.evidence.iter().filter_map(|id| evidence_bar(bank, id, date)));
    verdict_bars(bank, answer, verdict, date, &mut bars);
    // The answer and its controls may stand on the same evidence.
    let mut told = BTreeSet::new();
    bars.retain(|bar| told.insert(bar.clone()));
    bars
}

/// Whether an approval is by who edited the answer last.
fn own_words(answer: &Answer, approved: &Stamp) -> bool {
    answer.edited.as_ref().is_some_and(|edited| same_person(&edited.by, &approved.by) && edited.on <= approved.on)
}

/// What the verdict needs besides.
fn verdict_bars(bank: &Bank, answer: &Answer, verdict: Verdict, date: Date, bars: &mut Vec<Bar>) {
    let missing = answer.controls.iter().filter(|id| !bank.controls.contains_key(*id));
    bars.extend(missing.map(|id| Bar::NoSuchControl(id.clone())));
    match verdict {
        Verdict::Yes => {
            if answer.controls.is_empty() && answer.evidence.is_empty() {
                bars.push(Bar::NothingBehind);
            }
            for control in bank.controls_of(answer) {
                bars.extend(state_bar(control, &[ControlState::InPlace]));
                bars.extend(control.evidence.iter().filter_map(|id| evidence_bar(bank, id, date)));
            }
        }
        Verdict::Partly => {
            let allowed = [ControlState::InPlace, ControlState::Partly, ControlState::NotApplicable];
            bars.extend(bank.controls_of(answer).filter_map(|control| state_bar(control, &allowed)));
        }
        Verdict::Planned | Verdict::No | Verdict::NotApplicable | Verdict::Info => {}
    }
}

fn state_bar(control: &Control, allowed: &[ControlState]) -> Option<Bar> {
    (!allowed.contains(&control.state)).then(|| Bar::Control(control.id.clone(), format!("is {}", control.state)))
}

/// What is wrong with a piece of evidence that something stands on.
#[must_use]
pub fn evidence_bar(bank: &Bank, id: &str, date: Date) -> Option<Bar> {
    match bank.evidence.get(id) {
        None => Some(Bar::NoSuchEvidence(id.to_owned())),
        Some(evidence) => evidence_fault(evidence, date).map(|why| Bar::Evidence(id.to_owned(), why)),
    }
}

/// What is wrong with a piece of evidence on a date; `None` where it holds.
#[must_use]
pub fn evidence_fault(evidence: &Evidence, date: Date) -> Option<String> {
    match evidence.content {
        EvidenceFile::Missing => return Some("is missing: its file is not there".into()),
        EvidenceFile::Differs => return Some("was changed: its file has another digest".into()),
        EvidenceFile::Unreadable => return Some("cannot be relied on: its record has an error".into()),
        EvidenceFile::NoDigest => return Some("has no recorded digest".into()),
        EvidenceFile::Same | EvidenceFile::Elsewhere => {}
    }
    if let Some(issued) = evidence.issued.filter(|issued| *issued > date) {
        return Some(format!("is only issued on {issued}"));
    }
    evidence.valid_until.filter(|until| *until < date).map(|until| format!("expired on {until}"))
}

/// A product as a scope names it: its id, and a version where one is named (`cloud`, `cloud 4.x`).
#[must_use]
pub fn product_and_version(named: &str) -> (&str, Option<&str>) {
    let mut words = named.splitn(2, char::is_whitespace);
    let (id, version) = (words.next().unwrap_or_default(), words.next().map(str::trim));
    (id, version.filter(|version| !version.is_empty()))
}

/// Whether something scoped to `holds_for` may be said to somebody who asked about `asked`.
fn covers(holds_for: &[String], asked: &[String], offered: &[Offered]) -> bool {
    let holds = |asked: &String| holds_for.iter().any(|held| names(held, asked, offered));
    holds_for.is_empty() || (!asked.is_empty() && asked.iter().all(holds))
}

/// Whether what a scope names is what is asked about, in its version. Who asks about no version means the one that is sold now; where
/// `bank.toml` does not say which that is, only a scope without a version holds.
fn names(held: &str, asked: &str, offered: &[Offered]) -> bool {
    let ((id, versions), (asked, version)) = (product_and_version(held), product_and_version(asked));
    let sold = || offered.iter().find(|offered| offered.id == asked)?.version.as_deref();
    id == asked && versions.is_none_or(|versions| version.or_else(sold).is_some_and(|version| in_version(versions, version)))
}

/// Whether somebody may ask about what both of two scopes name: the same product in versions of which the one may be the other.
#[must_use]
pub fn scopes_meet(one: &[String], other: &[String]) -> bool {
    let meet = |one: &String, other: &String| {
        let ((a, one), (b, other)) = (product_and_version(one), product_and_version(other));
        a == b && one.zip(other).is_none_or(|(one, other)| in_version(one, other) || in_version(other, one))
    };
    one.is_empty() || other.is_empty() || one.iter().any(|one| other.iter().any(|other| meet(one, other)))
}

/// Whether two names are of one person, as files record them.
#[must_use]
pub fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether `version` is among `versions`: `4.x` and `4` hold 4.2.1, `4.2` does not hold 4 nor 4.20.
fn in_version(versions: &str, version: &str) -> bool {
    let parts = |text: &str| text.trim_start_matches(['v', 'V']).split('.').map(str::to_lowercase).collect::<Vec<_>>();
    let mut wanted = parts(versions);
    while wanted.last().is_some_and(|part| matches!(part.as_str(), "x" | "*")) {
        wanted.pop();
    }
    let version = parts(version);
    version.len() >= wanted.len() && wanted.iter().zip(&version).all(|(wanted, part)| wanted == part)
}

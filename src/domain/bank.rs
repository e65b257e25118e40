//! The answer bank as values: answers, controls, evidence, frameworks, profile. Never reads a file and never asks what day it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::digest;
use super::measured::upper_bound;

/// The short part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is so, today.
    Yes,
    /// It is so in part.
    Partly,
    /// It is not so yet, but decided.
    Planned,
    /// It is not so.
    No,
    /// The question does not apply to us.
    NotApplicable,
    /// The question is not of the yes-or-no kind.
    Info,
}

impl Verdict {
    /// All verdicts, as the bank spells them.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Yes, "yes"),
        (Self::Partly, "partly"),
        (Self::Planned, "planned"),
        (Self::No, "no"),
        (Self::NotApplicable, "not-applicable"),
        (Self::Info, "info"),
    ];

    /// Reads the bank's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(verdict, _)| *verdict)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(verdict, _)| verdict == self).map_or("", |(_, name)| name))
    }
}

/// Who may be told; ordered from the widest to the narrowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Anybody.
    Public,
    /// Whoever signed a non-disclosure agreement.
    Nda,
    /// Nobody outside.
    #[default]
    Internal,
}

impl Audience {
    /// Reads the bank's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "nda" => Some(Self::Nda),
            "internal" => Some(Self::Internal),
            _ => None,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Nda => "nda",
            Self::Internal => "internal",
        })
    }
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Name as the file records it.
    pub by: String,
    /// The day.
    pub on: Date,
}

/// The word that an answer's owner wants from one particular list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The list, in order.
    pub list: Vec<String>,
    /// The word of it.
    pub word: String,
}

/// One statement that an answer was made of: what was said in a questionnaire of the past, or in another library. For ourselves alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file that it stood in.
    pub file: String,
    /// Its place there: `Sheet!B13`, or the id in the other library.
    pub at: String,
    /// What was asked there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub asked: String,
    /// Who was told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub customer: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The word chosen or written in the answer cell, as it stood there; empty where there was text alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// The text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// One reusable answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Unique, and the file's name.
    pub id: String,
    /// The question as the bank asks it.
    pub question: String,
    /// Other wordings of the same question.
    pub also_asked: Vec<String>,
    /// The short part; `None` never stands: a file without a verdict is a problem.
    pub verdict: Option<Verdict>,
    /// Controls that make it true, by id.
    pub controls: Vec<String>,
    /// Evidence besides that of the controls, by id.
    pub evidence: Vec<String>,
    /// Who keeps it true.
    pub owner: String,
    /// Who may be told.
    pub audience: Audience,
    /// Products that it holds for; empty: every product.
    pub products: Vec<String>,
    /// Regions that it holds for; empty: every region.
    pub regions: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Words for particular lists.
    pub choices: Vec<Choice>,
    /// Whether the verdict may not stand alone where there is no cell for the wording.
    pub needs_text: bool,
    /// Last change.
    pub edited: Option<Stamp>,
    /// Approval, and the digest of what was approved.
    pub approved: Option<(Stamp, String)>,
    /// Last day on which it stands without being looked at again.
    pub review_by: Option<Date>,
    /// Set once it is no longer given: who, when, why.
    pub retired: Option<(Stamp, String)>,
    /// The whole text after the front matter without `## Internal`, trimmed: what an approval covers.
    pub body: String,
    /// The wording to give: the body without its sections.
    pub wording: String,
    /// One line for cramped cells; empty where there is none.
    pub short: String,
    /// Last time that somebody found it still true without changing it.
    pub verified: Option<Stamp>,
    /// What it was made of, where it was imported.
    pub origins: Vec<Origin>,
    /// The file, from the bank's folder.
    pub file: String,
}

impl Answer {
    /// The folder that it lies in, under `answers/`.
    #[must_use]
    pub fn topic(&self) -> &str {
        let inside = self.file.strip_prefix("answers/").unwrap_or(&self.file);
        inside.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Every wording of the question.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.also_asked.iter().map(String::as_str))
    }

    /// The digest of everything that an approval covers: SHA-256 of its canonical JSON (sorted keys, no spaces, UTF-8).
    #[must_use]
    pub fn digest(&self) -> String {
        #[derive(Serialize)]
        struct Covered<'a> {
            also_asked: &'a [String],
            audience: Audience,
            body: &'a str,
            choices: &'a [Choice],
            controls: &'a [String],
            evidence: &'a [String],
            products: &'a [String],
            question: &'a str,
            regions: &'a [String],
            verdict: String,
        }
        let covered = Covered {
            also_asked: &self.also_asked,
            audience: self.audience,
            body: &self.body,
            choices: &self.choices,
            controls: &self.controls,
            evidence: &self.evidence,
            products: &self.products,
            question: &self.question,
            regions: &self.regions,
            verdict: self.verdict.map(|verdict| verdict.to_string()).unwrap_or_default(),
        };
        digest::sha256(&serde_json::to_vec(&covered).unwrap_or_default())
    }
}

/// How far a control is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlState {
    /// It runs.
    InPlace,
    /// It runs in part.
    Partly,
    /// It is decided, not running.
    Planned,
    /// It does not apply to us.
    NotApplicable,
}

impl ControlState {
    /// Reads the bank's spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "in-place" => Some(Self::InPlace),
            "partly" => Some(Self::Partly),
            "planned" => Some(Self::Planned),
            "not-applicable" => Some(Self::NotApplicable),
            _ => None,
        }
    }
}

impl fmt::Display for ControlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InPlace => "in place",
            Self::Partly => "partly in place",
            Self::Planned => "only planned",
            Self::NotApplicable => "not applicable",
        })
    }
}

/// A safeguard that we run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Unique, and the file's name.
    pub id: String,
    /// Short name.
    pub title: String,
    /// What is done.
    pub statement: String,
    /// How far it is run.
    pub state: ControlState,
    /// Who runs it.
    pub owner: String,
    /// Whose part it is: `provider`, `customer` or `shared`; empty where the file does not say.
    pub responsibility: String,
    /// Requirements that it satisfies, as `framework/requirement`.
    pub satisfies: Vec<String>,
    /// Evidence that shows it at work, by id.
    pub evidence: Vec<String>,
    /// The file, from the bank's folder.
    pub file: String,
}

/// What the bank found where a piece of evidence should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceFile {
    /// It is kept elsewhere, under an address.
    Elsewhere,
    /// The file is there and its digest is the recorded one.
    Same,
    /// The file is there, no digest is recorded.
    NoDigest,
    /// The file is there with another digest.
    Differs,
    /// There is no such file.
    Missing,
    /// Its record has an error, so nothing that it says can be relied on.
    Unreadable,
}

/// Whether a name is one that some system keeps for a device, so that no file can bear it.
#[must_use]
pub fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered.is_some_and(|number| number.len() == 1 && number.chars().all(|c| c.is_ascii_digit()))
}

/// Something that shows a control at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Unique, and the file's name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Report, certificate, policy …
    pub kind: String,
    /// Its file, inside the bank's folder `evidence`.
    pub path: Option<String>,
    /// Where it is kept, if that is elsewhere.
    pub url: Option<String>,
    /// The recorded SHA-256 of its file or of what is at its address, in hex.
    pub sha256: Option<String>,
    /// Whether the thing itself is there, unchanged.
    pub content: EvidenceFile,
    /// First day on which it holds.
    pub issued: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
    /// Who may see it.
    pub audience: Audience,
    /// Who renews it.
    pub owner: String,
    /// The file, from the bank's folder.
    pub file: String,
}

/// A published set of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framework {
    /// Unique, and the file's name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Which edition it is.
    pub edition: String,
    /// Requirement id → short title.
    pub requirements: BTreeMap<String, String>,
    /// Requirement id → requirements of other frameworks that a crosswalk relates to it, as `framework/id`.
    pub related: BTreeMap<String, Vec<String>>,
    /// The file, from the bank's folder.
    pub file: String,
}

/// Something that we sell, or a region where we sell it, as answers name it in their scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offered {
    /// What answers and `--product` call it.
    pub id: String,
    /// What people call it; the id where `bank.toml` says nothing.
    pub title: String,
    /// The version that is sold now: what somebody means who asks about the product and names no version.
    pub version: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The bank is wrong there, and something is not used because of it.
    Error,
    /// Somebody should look.
    Warning,
    /// Nothing is wrong; somebody may want to look.
    Hint,
}

/// Something wrong in a file of the bank.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, from the bank's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// How bad.
    pub severity: Severity,
    /// A stable word for its kind.
    pub kind: &'static str,
    /// What is wrong, in words.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        };
        write!(f, "{}:{}: {severity}: {} [{}]", self.file, self.line, self.what, self.kind)
    }
}

/// How often an answer given without a person's look may be wrong, where the bank says nothing: 1 in 200.
pub const READY_BAR: f32 = 0.005;

/// All that a bank holds, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    /// Its name.
    pub name: String,
    /// Who gets work that has no other owner.
    pub default_owner: String,
    /// Who gets work about a topic that nobody answers for yet: folder of answers or word of a question → owner.
    pub owners: BTreeMap<String, String>,
    /// Products.
    pub products: Vec<Offered>,
    /// Regions.
    pub regions: Vec<Offered>,
    /// Names of customers, which no wording may mention.
    pub customers: Vec<String>,
    /// Whether nobody may approve what they edited last.
    pub approver_is_not_editor: bool,
    /// Hosts whose links may be looked at.
    pub link_hosts: Vec<String>,
    /// Facts about the company: key → value.
    pub profile: BTreeMap<String, String>,
    /// Answers in the order of their files' names.
    pub answers: Vec<Answer>,
    /// Controls by id.
    pub controls: HashMap<String, Control>,
    /// Evidence by id.
    pub evidence: HashMap<String, Evidence>,
    /// Frameworks by id.
    pub frameworks: BTreeMap<String, Framework>,
    /// Groups of words that mean the same.
    pub vocabulary: Vec<Vec<String>>,
    /// How often an answer in the band `ready` may be wrong, as a share with its stated bound.
    pub ready_bar: f32,
    /// Of answers that the team's own history would have been given without a look: how many, and how many of them were wrong.
    pub measured: Option<(u32, u32)>,
    /// What is wrong in its files.
    pub problems: Vec<Problem>,
    /// Digest of all files that answers depend on.
    pub digest: String,
    /// Where answers stand, for a bank that is never changed any more.
    pub sealed: Sealed,
}

/// The answers of a bank by id, each with its digest once it was asked for. A copy of the bank has none, since it may be changed.
#[derive(Debug, Default)]
pub struct Sealed(Option<HashMap<String, (usize, OnceLock<String>)>>);

impl Clone for Sealed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Bank {
    /// The bar for answers whose wording is not the question's own: that of `bank.toml`, or none at all where the team's own history shows more that is wrong.
    #[must_use]
    pub fn bar(&self) -> f32 {
        let too_many = |(given, wrong): (u32, u32)| wrong > 0 && upper_bound(wrong, given) > f64::from(self.ready_bar);
        if self.measured.is_some_and(too_many) { 0.0 } else { self.ready_bar }
    }

    /// The answer of that id.
    #[must_use]
    pub fn answer(&self, id: &str) -> Option<&Answer> {
        match &self.sealed.0 {
            Some(places) => self.answers.get(places.get(id)?.0),
            None => self.answers.iter().find(|answer| answer.id == id),
        }
    }

    /// The bank as one that is not changed any more, and in which an answer is found at once.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        let places = self.answers.iter().enumerate().map(|(place, answer)| (answer.id.clone(), (place, OnceLock::new())));
        self.sealed = Sealed(Some(places.collect()));
        self
    }

    /// [`Answer::digest`], computed once where the answer is one of a sealed bank.
    #[must_use]
    pub fn digest_of(&self, answer: &Answer) -> String {
        let known = self.sealed.0.as_ref().and_then(|places| places.get(&answer.id));
        match known.filter(|(place, _)| self.answers.get(*place).is_some_and(|own| std::ptr::eq(own, answer))) {
            Some((_, digest)) => digest.get_or_init(|| answer.digest()).clone(),
            None => answer.digest(),
        }
    }

    /// The controls that an answer names and that exist.
    pub fn controls_of<'a>(&'a self, answer: &'a Answer) -> impl Iterator<Item = &'a Control> {
        answer.controls.iter().filter_map(|id| self.controls.get(id))
    }

    /// Requirement as `framework/id` → requirements that a crosswalk relates to it, in either direction.
    #[must_use]
    pub fn related(&self) -> HashMap<String, BTreeSet<String>> {
        let mut related: HashMap<String, BTreeSet<String>> = HashMap::new();
        for framework in self.frameworks.values() {
            for (id, others) in &framework.related {
                let own = format!("{}/{id}", framework.id);
                for other in others {
                    related.entry(own.clone()).or_default().insert(other.clone());
                    related.entry(other.clone()).or_default().insert(own.clone());
                }
            }
        }
        related
    }

    /// The requirements behind an answer, each once.
    #[must_use]
    pub fn requirements_of(&self, answer: &Answer) -> Vec<String> {
        let mut all: Vec<String> = self.controls_of(answer).flat_map(|control| control.satisfies.iter().cloned()).collect();
        all.sort();
        all.dedup();
        all
    }
}

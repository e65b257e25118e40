//! Use cases of the ledger: who holds an answer, what a customer holds, where two hold different things, who must be told that something is no longer so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::questionnaire::{Desk, all};
use super::{Failure, output};
use crate::domain::journal::{Event, Recalled, Received, Told};
use crate::domain::ledger::{About, Contradiction, Stale, contradictions as differing, held, no_longer, notice, stale};
use crate::domain::names::same;
use crate::domain::wording::Analyzer;
use crate::store::{Store, ToldOf, told_sha256};

/// A line of the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The release's place in the journal.
    pub release: i64,
    /// What was told.
    #[serde(flatten)]
    pub told: Told,
    /// Whether a later release of the same questionnaire took its place.
    pub replaced: bool,
}

/// All that was told, if it is what the releases wrote.
struct Book {
    told: Vec<(i64, Told)>,
    /// Questionnaire → number of its last release, which may have told nothing.
    last: BTreeMap<String, i64>,
}

impl Book {
    fn open(store: &mut Store) -> Result<Self, Failure> {
        let (told, releases) =
            store.at_one_moment(|store| Ok::<_, Failure>((store.told(&ToldOf::All)?, store.entries_of_kind("released")?)))?;
        let mut by_release: BTreeMap<i64, Vec<Told>> = BTreeMap::new();
        for (release, line) in &told {
            by_release.entry(*release).or_default().push(line.clone());
        }
        let mut last = BTreeMap::new();
        for entry in releases.iter() {
            let Event::Released(released) = &entry.what else { continue };
            let lines = by_release.remove(&entry.number).unwrap_or_default();
            if told_sha256(&lines) != released.told_sha256 {
                return Err(Failure::new(
                    format!("{}: what release {} told is not what was written", store.path().display(), entry.number),
                    "see what is wrong: answerbank store verify",
                ));
            }
            last.insert(entry.questionnaire.clone().unwrap_or_default(), entry.number);
        }
        Ok(Self { told, last })
    }

    fn held(&self) -> Vec<&Told> {
        held(&self.told, &self.last)
    }

    fn lines(self, wanted: impl Fn(&Told) -> bool) -> Vec<Line> {
        let last = self.last;
        let line = |(release, told): (i64, Told)| Line { replaced: last.get(&told.questionnaire) != Some(&release), release, told };
        self.told.into_iter().filter(|(_, told)| wanted(told)).map(line).collect()
    }
}

/// All that was ever told, the last first.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn everything(desk: &Desk) -> Result<Vec<Line>, Failure> {
    let mut lines = Book::open(&mut *desk.store()?)?.lines(|_| true);
    // Lines of one release stay in the order of its questions.
    lines.sort_by_key(|line| std::cmp::Reverse(line.release));
    Ok(lines)
}

/// Who was told an answer, when, in which words.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn who(desk: &Desk, answer: &str) -> Result<Vec<Line>, Failure> {
    Ok(Book::open(&mut *desk.store()?)?.lines(|told| told.answer == answer))
}

/// What customers hold now that is, or stood on, a thing: an answer, `control:ID` or `evidence:ID`.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn held_on(desk: &Desk, about: &str) -> Result<Vec<Told>, Failure> {
    let about = About::parse(about);
    let book = Book::open(&mut *desk.store()?)?;
    Ok(book.held().into_iter().filter(|told| about.concerns(told)).cloned().collect())
}

/// What a customer was told.
///
/// # Errors
/// There is no store, it is damaged, or nothing was told to such a customer.
pub fn customer(desk: &Desk, name: &str) -> Result<Vec<Line>, Failure> {
    let book = Book::open(&mut *desk.store()?)?;
    let known: BTreeSet<String> = book.told.iter().map(|(_, told)| told.customer.clone()).collect();
    let lines = book.lines(|told| same(&told.customer, name));
    if lines.is_empty() {
        let names = if known.is_empty() {
            "nobody was told anything yet".to_owned()
        } else {
            format!("one of {}", known.into_iter().collect::<Vec<_>>().join(", "))
        };
        return Err(Failure::not_there(format!("{name}: nothing was told to such a customer"), names));
    }
    Ok(lines)
}

/// What a customer was told, each statement with why it is no longer so, where it is not.
///
/// # Errors
/// As [`customer`]; or there is no bank.
pub fn customer_today(desk: &Desk, name: &str) -> Result<Vec<(Line, Option<String>)>, Failure> {
    let bank = desk.bank.bank()?;
    let today = |line: Line| {
        let why = no_longer(&bank, &line.told, desk.date);
        (line, why)
    };
    Ok(customer(desk, name)?.into_iter().map(today).collect())
}

/// Where two customers hold different statements about one thing.
///
/// # Errors
/// There is no store or bank.
pub fn contradictions(desk: &Desk) -> Result<Vec<Contradiction>, Failure> {
    let bank = desk.bank.bank()?;
    let book = Book::open(&mut *desk.store()?)?;
    Ok(differing(&Analyzer::new(&bank.vocabulary), &book.held()))
}

/// Answers of the bank that stand and were never told to anybody.
///
/// # Errors
/// There is no store or bank.
pub fn unused(desk: &Desk) -> Result<Vec<String>, Failure> {
    let bank = desk.bank.bank()?;
    let told: BTreeSet<String> = Book::open(&mut *desk.store()?)?.told.into_iter().map(|(_, told)| told.answer).collect();
    let unused = bank.answers.iter().filter(|answer| answer.approved.is_some() && answer.retired.is_none() && !told.contains(&answer.id));
    Ok(unused.map(|answer| answer.id.clone()).collect())
}

/// What a recall is asked to do.
#[derive(Clone, Debug, Default)]
pub struct RecallOrder {
    /// An answer, `control:ID` or `evidence:ID`.
    pub about: String,
    /// Why, where somebody knows that what was told was not so; then everybody who holds it is named, changed or not.
    pub why: String,
    /// Whether it was untrue when it was told.
    pub wrong: bool,
    /// A folder for the notices; none: they are not written.
    pub out: Option<PathBuf>,
    /// Whether the recall is recorded.
    pub record: bool,
}

/// A draft of what to tell one customer.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// Who.
    pub customer: String,
    /// A name for its file.
    pub file: String,
    /// The draft, as Markdown.
    pub text: String,
}

/// Who holds what is no longer so.
#[derive(Clone, Debug, Serialize)]
pub struct Recall {
    /// Statement by statement.
    pub stale: Vec<Stale>,
    /// What to tell each customer; the terminal writes them into files.
    #[serde(skip)]
    pub drafts: Vec<Notice>,
    /// Draft notices that were written, one a customer.
    pub notices: Vec<PathBuf>,
}

/// Finds who holds an old statement, drafts a notice for each, and records the recall where asked to.
///
/// # Errors
/// There is no store or bank, nothing is known of the thing, a notice is there already.
pub fn recall(desk: &Desk, order: &RecallOrder) -> Result<Recall, Failure> {
    if order.record || order.wrong {
        desk.named()?;
        if order.why.trim().is_empty() {
            return Err(Failure::usage("--why: the reason is empty", "say why the statement is taken back"));
        }
    }
    let bank = desk.bank.bank()?;
    let mut store = desk.store()?;
    let about = About::parse(&order.about);
    let book = Book::open(&mut store)?;
    let received: BTreeMap<String, Received> =
        all(&mut store)?.iter().map(|progress| (progress.id.clone(), progress.received.clone())).collect();
    let in_bank = match &about {
        About::Answer(id) => bank.answer(id).is_some(),
        About::Control(id) => bank.controls.contains_key(id),
        About::Evidence(id) => bank.evidence.contains_key(id),
    };
    if !in_bank && !book.told.iter().any(|(_, told)| about.concerns(told)) {
        return Err(Failure::not_there(
            format!("{}: neither the bank nor the ledger knows it", order.about),
            "an answer's id, control:ID or evidence:ID",
        ));
    }
    let stale = stale(&bank, &book.held(), &about, desk.date, !order.why.trim().is_empty(), &|id| received.get(id).cloned());
    let mut by_customer: BTreeMap<&str, Vec<&Stale>> = BTreeMap::new();
    for one in &stale {
        by_customer.entry(&one.told.customer).or_default().push(one);
    }
    let company = bank.profile.get("company_name").cloned().unwrap_or_default();
    let mut taken = BTreeSet::new();
    let draft = |(customer, stale): (&&str, &Vec<&Stale>)| Notice {
        customer: (*customer).to_owned(),
        file: file_name(customer, &mut taken),
        text: notice(&company, customer, stale),
    };
    let drafts: Vec<Notice> = by_customer.iter().map(draft).collect();
    let mut notices = Vec::new();
    if let Some(out) = &order.out {
        std::fs::create_dir_all(out).map_err(|error| Failure::io(out, &error))?;
        for draft in &drafts {
            let path = out.join(&draft.file);
            write_once(&path, draft.text.as_bytes())?;
            notices.push(path);
        }
    }
    if order.record {
        let recalled = Recalled {
            about: order.about.clone(),
            why: order.why.trim().to_owned(),
            wrong: order.wrong,
            customers: by_customer.keys().map(|name| (*name).to_owned()).collect(),
        };
        desk.record(&mut store, None, &Event::Recalled(recalled))?;
    }
    Ok(Recall { stale, drafts, notices })
}

/// A recall that was recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Past {
    /// Its place in the journal.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What was recalled.
    #[serde(flatten)]
    pub recalled: Recalled,
}

/// The recalls that were recorded, the last first.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn recalls(desk: &Desk) -> Result<Vec<Past>, Failure> {
    let entries = desk.store()?.entries_of_kind("recalled")?;
    let past = entries.iter().rev().filter_map(|entry| match &entry.what {
        Event::Recalled(recalled) => Some(Past { number: entry.number, at: entry.at, by: entry.by.clone(), recalled: recalled.clone() }),
        _ => None,
    });
    Ok(past.collect())
}

/// A file name for a customer's notice, whatever the customer is called.
fn file_name(customer: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = customer.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let name = |number: usize| if number == 1 { format!("notice-{plain}.md") } else { format!("notice-{plain}-{number}.md") };
    let free = (1..=taken.len() + 1).map(name).find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn write_once(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::new(format!("{}: there is such a file", path.display()), "name another folder with --out"));
    }
    output::put(path, bytes)
}

//! `/recall`: who holds a statement that is no longer so, what to tell each of them, and the record that it was taken back.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use crate::domain::ledger::{About, Stale};
use crate::engine::accounts::Right;
use crate::engine::ledger::{self, Notice, Past, RecallOrder};
use crate::engine::questionnaire::Desk;
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, download, go_to, page};
use crate::web::words::{filters, in_address};

/// What is recalled, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    about: String,
    why: String,
    wrong: bool,
}

impl Wanted {
    fn order(&self, record: bool) -> RecallOrder {
        RecallOrder { about: self.about.trim().to_owned(), why: self.why.clone(), wrong: self.wrong && record, out: None, record }
    }
}

/// Who holds what, and what each is to be told.
struct Found {
    /// Statements by customer.
    customers: Vec<(String, Vec<Stale>)>,
    drafts: Vec<Notice>,
    statements: usize,
    /// How many customers hold it at all.
    holders: usize,
}

impl Found {
    fn of(desk: &Desk, wanted: &Wanted) -> Result<Self, crate::engine::Failure> {
        let recall = ledger::recall(desk, &wanted.order(false))?;
        let about = About::parse(wanted.about.trim());
        let held = ledger::everything(desk)?.into_iter().filter(|line| !line.replaced && about.concerns(&line.told));
        let holders: BTreeSet<String> = held.map(|line| line.told.customer).collect();
        let statements = recall.stale.len();
        let mut customers: BTreeMap<String, Vec<Stale>> = BTreeMap::new();
        for stale in recall.stale {
            customers.entry(stale.told.customer.clone()).or_default().push(stale);
        }
        Ok(Self { customers: customers.into_iter().collect(), drafts: recall.drafts, statements, holders: holders.len() })
    }

    /// Each customer with what they hold and the draft for them.
    fn each(&self) -> Vec<(&str, &[Stale], Option<&Notice>)> {
        let draft = |name: &str| self.drafts.iter().find(|draft| draft.customer == name);
        self.customers.iter().map(|(name, stale)| (name.as_str(), stale.as_slice(), draft(name))).collect()
    }
}

/// Where a draft is fetched as a file.
fn file_of(wanted: &Wanted, customer: &str) -> String {
    format!("/recall/notice?about={}&why={}&customer={}", in_address(wanted.about.trim()), in_address(&wanted.why), in_address(customer))
}

#[derive(Template)]
#[template(path = "recall/form.html")]
struct RecallPage<'a> {
    frame: &'a Frame,
    wanted: &'a Wanted,
    found: Option<&'a Found>,
    known: Vec<String>,
    past: &'a [Past],
    may: bool,
}

/// `GET /recall`: who would be told what; nothing is recorded.
pub async fn show(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let asked = wanted.clone();
    let (found, told, past) = app
        .desk(frame.name(), move |desk| {
            let found = if asked.about.trim().is_empty() { None } else { Some(Found::of(desk, &asked)?) };
            Ok((found, ledger::everything(desk)?, ledger::recalls(desk)?))
        })
        .await?;
    let mut known: BTreeSet<String> = BTreeSet::new();
    for line in told {
        known.insert(line.told.answer);
        known.extend(line.told.controls.iter().map(|id| format!("control:{id}")));
        known.extend(line.told.evidence.iter().map(|(id, _)| format!("evidence:{id}")));
    }
    let may = frame.may(Right::Curate);
    let known = known.into_iter().collect();
    page(&RecallPage { frame: &frame, wanted: &wanted, found: found.as_ref(), known, past: &past, may })
}

/// `POST /recall`: records it, and leads to what each customer is to be told.
pub async fn record(State(app): State<App>, frame: Frame, Form(wanted): Form<Wanted>) -> Reply {
    if wanted.why.trim().is_empty() {
        return Err(Refusal::wrong("the reason is empty", "say why the statement is taken back; nothing was recorded"));
    }
    let number = app
        .desk(frame.name(), move |desk| {
            ledger::recall(desk, &wanted.order(true))?;
            let about = wanted.about.trim().to_owned();
            Ok(ledger::recalls(desk)?.into_iter().find(|past| past.recalled.about == about).map(|past| past.number))
        })
        .await?;
    go_to(&number.map_or_else(|| "/recall".to_owned(), |number| format!("/recall/{number}")))
}

#[derive(Template)]
#[template(path = "recall/past.html")]
struct PastPage<'a> {
    frame: &'a Frame,
    past: &'a Past,
    wanted: &'a Wanted,
    found: &'a Found,
    /// Who was told then and holds nothing of it any more.
    gone: Vec<&'a str>,
}

/// `GET /recall/{number}`: a recall that was recorded, with what to tell each customer by today's bank.
pub async fn past(State(app): State<App>, frame: Frame, Path(number): Path<i64>) -> Reply {
    let (past, wanted, found) = app
        .desk(frame.name(), move |desk| {
            let past = ledger::recalls(desk)?.into_iter().find(|past| past.number == number);
            let past = past.ok_or_else(|| {
                crate::engine::Failure::not_there(format!("{number}: there is no such recall"), "see them under “Recall”")
            })?;
            let wanted = Wanted { about: past.recalled.about.clone(), why: past.recalled.why.clone(), wrong: past.recalled.wrong };
            let found = Found::of(desk, &wanted)?;
            Ok((past, wanted, found))
        })
        .await?;
    let holds = |name: &&str| !found.customers.iter().any(|(customer, _)| customer == name);
    let gone = past.recalled.customers.iter().map(String::as_str).filter(holds).collect();
    page(&PastPage { frame: &frame, past: &past, wanted: &wanted, found: &found, gone })
}

/// Whose draft is wanted.
#[derive(Debug, Deserialize)]
pub struct Draft {
    about: String,
    #[serde(default)]
    why: String,
    customer: String,
}

/// `GET /recall/notice`: the draft for one customer, as a file.
pub async fn notice(State(app): State<App>, frame: Frame, Query(draft): Query<Draft>) -> Reply {
    let wanted = Wanted { about: draft.about, why: draft.why, wrong: false };
    let recall = app.desk(frame.name(), move |desk| ledger::recall(desk, &wanted.order(false))).await?;
    let Some(notice) = recall.drafts.into_iter().find(|notice| notice.customer == draft.customer) else {
        return Err(Refusal::not_there("customer in this recall"));
    };
    Ok(download(&notice.file, notice.text.into_bytes()).into_response())
}

//! The ledger: what was told to whom, where two hold different things, what was taken back; and the months in numbers.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::point::{Ask, Nothing, Paged, Point, change, paged, read};
use super::{LOOK, given};
use crate::domain::ledger::{Contradiction, Stale};
use crate::engine::accounts::Right;
use crate::engine::ledger::{self, Line, Notice, Past, Recall, RecallOrder};
use crate::engine::questionnaire::Desk;
use crate::engine::trends::{Month, trends};
use crate::web::reply::Refusal;
use crate::web::route::Access::Again;

pub fn points() -> Vec<Point> {
    vec![
        read("/api/v1/ledger", LOOK, "Lists what was told: all of it, out of one answer, or to one customer", told),
        read("/api/v1/ledger/contradictions", LOOK, "Lists where two customers hold different statements about one thing", contradictions),
        read("/api/v1/ledger/unused", LOOK, "Lists answers that stand and were never told to anybody", unused),
        read("/api/v1/recall", LOOK, "Tells who holds a statement that is no longer so; records nothing", look),
        change("/api/v1/recall", Again(Right::Curate), "Records that a statement is taken back; gives whom to tell", record),
        read("/api/v1/recalls", LOOK, "Lists the recalls that were recorded, the last one first", past),
        read("/api/v1/trends", LOOK, "Tells the months in numbers: questions, what was given by itself, minutes of review", months),
    ]
}

/// Whose lines.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Of {
    /// What was told out of this answer of the bank
    answer: Option<String>,
    /// What this customer was told
    customer: Option<String>,
    /// The place of the first to list, from 0
    offset: Option<usize>,
    /// How many to list, at most 1000
    limit: Option<usize>,
}

fn told(desk: &Desk, ask: &Ask<(), Of>) -> Result<Paged<Line>, Refusal> {
    let (answer, customer) = (given(ask.sent.answer.as_ref()), given(ask.sent.customer.as_ref()));
    let lines = match (&answer, &customer) {
        (Some(answer), None) => ledger::who(desk, answer)?,
        (None, Some(customer)) => ledger::customer(desk, customer)?,
        (Some(answer), Some(customer)) => {
            ledger::customer(desk, customer)?.into_iter().filter(|line| line.told.answer == *answer).collect()
        }
        (None, None) => ledger::everything(desk)?,
    };
    Ok(paged(lines, ask.sent.offset, ask.sent.limit))
}

fn contradictions(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<Contradiction>, Refusal> {
    Ok(ledger::contradictions(desk)?)
}

fn unused(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<String>, Refusal> {
    Ok(ledger::unused(desk)?)
}

fn past(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<Past>, Refusal> {
    Ok(ledger::recalls(desk)?)
}

/// Who holds what is no longer so, and a draft of what to tell each.
#[derive(Serialize)]
struct ToTell {
    stale: Vec<Stale>,
    notices: Vec<Notice>,
}

impl ToTell {
    fn of(recall: Recall) -> Self {
        Self { stale: recall.stale, notices: recall.drafts }
    }
}

/// What would be taken back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct About {
    /// An answer's id, `control:ID` or `evidence:ID`
    #[param(example = "control:CRY-01")]
    about: String,
    /// Why, where what was told is known not to be so; then everybody who holds it is named, changed or not
    why: Option<String>,
}

fn look(desk: &Desk, ask: &Ask<(), About>) -> Result<ToTell, Refusal> {
    let why = ask.sent.why.clone().unwrap_or_default();
    Ok(ToTell::of(ledger::recall(desk, &RecallOrder { about: ask.sent.about.trim().to_owned(), why, ..RecallOrder::default() })?))
}

/// What is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakenBack {
    /// An answer's id, `control:ID` or `evidence:ID`
    #[schema(example = "control:CRY-01")]
    about: String,
    /// Why
    why: String,
    /// Whether it was untrue when it was told
    #[serde(default)]
    wrong: bool,
}

fn record(desk: &Desk, ask: &Ask<(), TakenBack>) -> Result<ToTell, Refusal> {
    if ask.sent.why.trim().is_empty() {
        return Err(Refusal::wrong("why: the reason is empty", "say why the statement is taken back; nothing was recorded"));
    }
    let about = ask.sent.about.trim().to_owned();
    let order = RecallOrder { about, why: ask.sent.why.clone(), wrong: ask.sent.wrong, record: true, out: None };
    Ok(ToTell::of(ledger::recall(desk, &order)?))
}

#[derive(Serialize)]
struct Months {
    months: Vec<Month>,
}

fn months(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Months, Refusal> {
    Ok(Months { months: trends(desk)? })
}

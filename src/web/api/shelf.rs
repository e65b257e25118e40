//! The answers of the bank as a list, one with what stands behind it, and where it is used.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::point::{Ask, Nothing, Point, read};
use super::told::AnswerTold;
use super::{LOOK, given};
use crate::domain::bank::Audience;
use crate::domain::lessons::Lesson;
use crate::domain::standing::Scope;
use crate::engine::curate;
use crate::engine::entries::{self, Facet, LONGEST, Order, Shelf, Wanted};
use crate::engine::entry;
use crate::engine::ledger::Line;
use crate::engine::questionnaire::Desk;
use crate::engine::search::{Hit, search};
use crate::engine::upkeep::{Past, history};
use crate::web::reply::Refusal;

pub fn points() -> Vec<Point> {
    vec![
        read("/api/v1/search", LOOK, "Searches the bank for words, the best answer first", find),
        read("/api/v1/answers", LOOK, "Lists the answers of the bank, filtered and searched", list),
        read("/api/v1/answers/{id}", LOOK, "Shows one answer with what stands behind it", show),
        read(
            "/api/v1/answers/{id}/uses",
            LOOK,
            "Tells where an answer is used: questionnaires in progress, who was told, lessons about it",
            uses,
        ),
        read(
            "/api/v1/answers/{id}/history",
            LOOK,
            "Tells an answer's versions with what each changed, where the bank is kept in git",
            past,
        ),
    ]
}

/// Words.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Words, at most 1000 characters
    words: String,
    /// How many answers, at most 100
    limit: Option<usize>,
}

fn not_too_long(words: &str) -> Result<(), Refusal> {
    if words.chars().count() > LONGEST {
        return Err(Refusal::wrong(format!("words: this is longer than {LONGEST} characters"), "search for fewer words"));
    }
    Ok(())
}

fn find(desk: &Desk, ask: &Ask<(), Words>) -> Result<Vec<Hit>, Refusal> {
    not_too_long(&ask.sent.words)?;
    let scope = Scope { date: desk.date, audience: Audience::Internal, products: Vec::new(), regions: Vec::new() };
    Ok(search(&desk.bank, &ask.sent.words, ask.sent.limit.unwrap_or(20).min(100), &scope)?)
}

/// Which answers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Listing {
    /// Words to search for, at most 1000 characters
    words: Option<String>,
    /// How far they are: `draft`, `approved` or `retired`
    state: Option<String>,
    /// Whether they may be given today: `good` or `not`
    standing: Option<String>,
    /// The folder
    topic: Option<String>,
    /// The verdict
    verdict: Option<String>,
    /// Who keeps them true
    owner: Option<String>,
    /// Who may be told
    audience: Option<String>,
    /// A product that they hold for
    product: Option<String>,
    /// A word to find them by
    tag: Option<String>,
    /// The place of the first to list, from 0
    offset: Option<usize>,
    /// How many to list, at most 500
    limit: Option<usize>,
}

fn list(desk: &Desk, ask: &Ask<(), Listing>) -> Result<Shelf, Refusal> {
    let sent = &ask.sent;
    let words = sent.words.clone().unwrap_or_default();
    not_too_long(&words)?;
    let filters = [
        ("state", &sent.state),
        ("standing", &sent.standing),
        ("topic", &sent.topic),
        ("verdict", &sent.verdict),
        ("owner", &sent.owner),
        ("audience", &sent.audience),
        ("product", &sent.product),
        ("tag", &sent.tag),
    ];
    let chosen: BTreeMap<Facet, String> =
        filters.into_iter().filter_map(|(name, value)| Some((Facet::parse(name)?, given(value.as_ref())?))).collect();
    let wanted = Wanted { words, chosen, order: Order::default() };
    Ok(entries::list(&desk.bank, &wanted, desk.date, sent.offset.unwrap_or(0), sent.limit.unwrap_or(100).min(500))?)
}

fn show(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<AnswerTold, Refusal> {
    known(desk, &ask.path)
}

/// An answer of the bank.
pub fn known(desk: &Desk, id: &str) -> Result<AnswerTold, Refusal> {
    Ok(AnswerTold::of(&curate::show(&desk.bank, id)?, desk.date))
}

/// Where an answer is used.
#[derive(Serialize)]
struct Uses {
    in_progress: Vec<Use>,
    told: Vec<Line>,
    lessons: Vec<Lesson>,
}

/// A questionnaire in progress that gives it.
#[derive(Serialize)]
struct Use {
    questionnaire: String,
    customer: String,
    workbook: String,
    places: Vec<String>,
}

fn uses(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Uses, Refusal> {
    let entry::Uses { in_progress, told, lessons } = entry::uses(desk, &ask.path)?;
    let one =
        |one: entry::Use| Use { questionnaire: one.questionnaire, customer: one.customer, workbook: one.workbook, places: one.places };
    Ok(Uses { in_progress: in_progress.into_iter().map(one).collect(), told, lessons })
}

fn past(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Vec<Past>, Refusal> {
    known(desk, &ask.path)?;
    let none = || Refusal::new(StatusCode::NOT_FOUND, "there is no git on this server", "histories are read from git");
    Ok(history(&desk.bank, &ask.path, ask.git.as_ref().ok_or_else(none)?)?)
}

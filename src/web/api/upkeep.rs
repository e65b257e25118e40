//! What keeps the bank true: what is due, its health, lessons out of decisions.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::LOOK;
use super::point::{Ask, Nothing, Point, change, read};
use crate::domain::bank::Problem;
use crate::domain::due::Due;
use crate::domain::lessons::Lesson;
use crate::domain::stats::Stats;
use crate::engine::accounts::{Act, Right, record};
use crate::engine::curate::{self, Done, Hand, Merge, Plan};
use crate::engine::lint::lint;
use crate::engine::questionnaire::Desk;
use crate::engine::{learn, upkeep};
use crate::web::reply::Refusal;
use crate::web::route::Access::Needs;

pub fn points() -> Vec<Point> {
    let curates = Needs(Right::Curate);
    let mut points = vec![
        read("/api/v1/upkeep/due", LOOK, "Lists what is due, or will be until a day: reviews of answers, evidence that ends", due),
        read(
            "/api/v1/upkeep/health",
            LOOK,
            "Lists what is wrong with the bank: duplicates, contradictions, files that cannot be read",
            health,
        ),
        read("/api/v1/upkeep/stats", LOOK, "Tells the bank in numbers", stats),
        read("/api/v1/lessons", LOOK, "Lists what decisions could teach the bank", lessons),
        change("/api/v1/lessons/{id}/learn", curates, "Teaches the bank a lesson; the answer has to be approved before it leaves", take_up),
        change("/api/v1/lessons/{id}/refuse", curates, "Says no to a lesson, with a reason", refuse),
        read("/api/v1/upkeep/merge", curates, "Tells what merging two answers would come to; changes nothing", merge_look),
        change("/api/v1/upkeep/merge", curates, "Merges two answers as it was told: one takes over, the other one ends", merge),
    ];
    points.extend(super::bring::of_imports());
    points
}

/// What is due, until when, for whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Until {
    /// The day; a month from today where nothing is said
    #[param(value_type = Option<String>, example = "2027-01-31")]
    until: Option<Date>,
    /// Only this owner's
    owner: Option<String>,
}

fn due(desk: &Desk, ask: &Ask<(), Until>) -> Result<Vec<Due>, Refusal> {
    let until = ask.sent.until.unwrap_or_else(|| super::in_a_month(desk));
    Ok(upkeep::due(&desk.bank, desk.date, until, ask.sent.owner.as_deref())?)
}

#[derive(Serialize)]
struct Health {
    answers: usize,
    problems: Vec<Problem>,
}

fn health(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Health, Refusal> {
    let (bank, problems) = lint(&desk.bank, desk.date)?;
    Ok(Health { answers: bank.answers.len(), problems })
}

fn stats(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Stats, Refusal> {
    Ok(upkeep::stats(&desk.bank, desk.date)?)
}

fn lessons(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<Lesson>, Refusal> {
    Ok(learn::lessons(desk)?)
}

fn take_up(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Done, Refusal> {
    let done = learn::learn(desk, &ask.path)?;
    record(desk, Act::BankChanged, &done.id, &ask.address, &format!("learned {}", ask.path))?;
    Ok(done)
}

/// Why not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Why {
    /// The reason
    why: String,
}

fn refuse(desk: &Desk, ask: &Ask<String, Why>) -> Result<Lesson, Refusal> {
    Ok(learn::refuse(desk, &ask.path, &ask.sent.why)?)
}

/// Which two, and what is taken over.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Two {
    /// The answer that stays
    stays: String,
    /// The one that ends
    goes: String,
    /// Whether the wordings of its question are taken over; true where nothing is said
    asked: Option<bool>,
    /// Whether its controls are taken over; true where nothing is said
    controls: Option<bool>,
    /// Whether its evidence is taken over; true where nothing is said
    evidence: Option<bool>,
}

fn by(desk: &Desk) -> Hand {
    Hand { by: desk.by.clone(), on: desk.date, seen: None }
}

fn merge_look(desk: &Desk, ask: &Ask<(), Two>) -> Result<Plan, Refusal> {
    let two = &ask.sent;
    let merge = Merge {
        stays: two.stays.clone(),
        goes: two.goes.clone(),
        asked: two.asked.unwrap_or(true),
        controls: two.controls.unwrap_or(true),
        evidence: two.evidence.unwrap_or(true),
        why: String::new(),
    };
    Ok(curate::plan(&desk.bank, &merge, &by(desk))?)
}

/// Two answers to be merged, as the look at it told them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merging {
    /// The answer that stays
    stays: String,
    /// The one that ends
    goes: String,
    /// Which text of the first was read, as the look told it
    seen_stays: String,
    /// Which text of the second was read, as the look told it
    seen_goes: String,
    /// Whether the wordings of its question are taken over
    #[serde(default = "yes")]
    asked: bool,
    /// Whether its controls are taken over
    #[serde(default = "yes")]
    controls: bool,
    /// Whether its evidence is taken over
    #[serde(default = "yes")]
    evidence: bool,
    /// Why
    #[serde(default)]
    why: String,
}

const fn yes() -> bool {
    true
}

fn merge(desk: &Desk, ask: &Ask<(), Merging>) -> Result<Plan, Refusal> {
    let sent = &ask.sent;
    let merge = Merge {
        stays: sent.stays.clone(),
        goes: sent.goes.clone(),
        asked: sent.asked,
        controls: sent.controls,
        evidence: sent.evidence,
        why: sent.why.clone(),
    };
    let plan = curate::merge(&desk.bank, &merge, [&sent.seen_stays, &sent.seen_goes], &by(desk))?;
    record(desk, Act::BankChanged, &merge.stays, &ask.address, &format!("took over {}", merge.goes))?;
    record(desk, Act::BankChanged, &merge.goes, &ask.address, &format!("retired, merged into {}", merge.stays))?;
    Ok(plan)
}

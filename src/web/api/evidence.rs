//! Evidence, controls, and how far frameworks are met.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::LOOK;
use super::point::{Ask, Nothing, Point, file, read};
use super::rests::{ControlShown, EvidenceShown, RequirementShown};
use crate::domain::impact::Impact;
use crate::engine::accounts::{self, Act};
use crate::engine::evidence::{Checked, check, fetch};
use crate::engine::questionnaire::Desk;
use crate::engine::rests;
use crate::engine::upkeep::{self, ControlTold, Coverage};
use crate::web::reply::Refusal;

pub fn points() -> Vec<Point> {
    let mut points = vec![
        read("/api/v1/evidence", LOOK, "Lists the evidence with what is wrong with it", list),
        read("/api/v1/evidence/{id}", LOOK, "Shows a piece of evidence with what rests on it and what follows where it ends", one),
        file("/api/v1/evidence/{id}/file", LOOK, "Gives the file of a piece of evidence, if it is the recorded one", bytes),
        read("/api/v1/impact", LOOK, "Tells what falls where evidence or a control is lost", impact),
        read("/api/v1/controls", LOOK, "Lists the controls, or those that bear all of some words", controls),
        read("/api/v1/controls/{id}", LOOK, "Shows a control with what it rests on and what rests on it", control),
        read("/api/v1/coverage", LOOK, "Tells how far each framework is met, in numbers", coverage),
        read("/api/v1/coverage/{framework}", LOOK, "Tells how far each requirement of a framework is met, and by what", framework),
        read("/api/v1/coverage/{framework}/{requirement}", LOOK, "Shows a requirement with all that covers it", requirement),
    ];
    points.extend(super::bring::of_evidence());
    points
}

/// Until when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Until {
    /// Evidence that ends until this day is named as such; a month from today where nothing is said
    #[param(value_type = Option<String>, example = "2027-01-31")]
    until: Option<Date>,
}

fn list(desk: &Desk, ask: &Ask<(), Until>) -> Result<Vec<Checked>, Refusal> {
    let until = ask.sent.until.unwrap_or_else(|| super::in_a_month(desk));
    // Addresses are never looked at from the server.
    Ok(check(&desk.bank, desk.date, until, None)?)
}

/// What is lost.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Lost {
    /// `evidence:ID` or `control:ID`
    #[param(example = "control:CRY-01")]
    thing: String,
}

fn impact(desk: &Desk, ask: &Ask<(), Lost>) -> Result<Impact, Refusal> {
    Ok(upkeep::impact(&desk.bank, &ask.sent.thing, desk.date)?)
}

/// Which controls.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Words that all stand in its id, title, statement or requirements
    words: Option<String>,
}

fn controls(desk: &Desk, ask: &Ask<(), Words>) -> Result<Vec<ControlTold>, Refusal> {
    let words: Vec<String> = ask.sent.words.iter().flat_map(|words| words.split_whitespace()).map(str::to_owned).collect();
    Ok(upkeep::controls(&desk.bank, &words, desk.date)?)
}

/// A framework in numbers.
#[derive(Serialize)]
struct InNumbers {
    framework: String,
    title: String,
    requirements: usize,
    /// How many are met how.
    met: BTreeMap<&'static str, usize>,
}

fn coverage(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<InNumbers>, Refusal> {
    let in_numbers = |coverage: Coverage| {
        let mut met = BTreeMap::new();
        for requirement in &coverage.requirements {
            *met.entry(requirement.met.name()).or_insert(0) += 1;
        }
        InNumbers { framework: coverage.framework, title: coverage.title, requirements: coverage.requirements.len(), met }
    };
    Ok(upkeep::coverage(&desk.bank, None, desk.date)?.into_iter().map(in_numbers).collect())
}

fn framework(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Coverage, Refusal> {
    let found = upkeep::coverage(&desk.bank, None, desk.date)?.into_iter().find(|coverage| coverage.framework == ask.path);
    found.ok_or_else(|| Refusal::not_there("framework"))
}

fn one(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<EvidenceShown, Refusal> {
    Ok(EvidenceShown::of(rests::evidence(desk, &ask.path)?))
}

fn bytes(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<(String, Vec<u8>), Refusal> {
    let (name, bytes) = fetch(&desk.bank, &ask.path)?;
    accounts::record(desk, Act::Downloaded, &format!("evidence {}: {name}", ask.path), &ask.address, "")?;
    Ok((name, bytes))
}

fn control(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<ControlShown, Refusal> {
    Ok(ControlShown::of(rests::control(desk, &ask.path)?))
}

fn requirement(desk: &Desk, ask: &Ask<(String, String), Nothing>) -> Result<RequirementShown, Refusal> {
    let (framework, id) = &ask.path;
    Ok(RequirementShown::of(rests::requirement(&desk.bank, framework, id, desk.date)?))
}

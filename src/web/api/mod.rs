//! `/api/v1`: everything that the pages do, as JSON for programs. A file a topic; `point` makes routes, `document` says what they are, `reader` shows that.

mod account;
mod bank;
mod bring;
mod document;
mod evidence;
mod ledger;
mod point;
mod questionnaires;
mod reader;
mod release;
mod rests;
mod review;
mod shelf;
mod taking_in;
mod told;
mod upkeep;
mod work;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::engine::accounts::Right;
use crate::engine::questionnaire::Desk;
use crate::web::reply::Refusal;
use crate::web::route::{Access, Route};
use point::Point;

/// Whoever is signed in.
const LOOK: Access = Access::Needs(Right::Look);

/// Every route of the API with what the document says of it, in the order of the reader.
fn points() -> Vec<Point> {
    let topics = [
        ("Taking in", taking_in::points()),
        ("Questionnaires", questionnaires::points()),
        ("Review", review::points()),
        ("Release", release::points()),
        ("Answers", bank::points()),
        ("Evidence, controls and coverage", evidence::points()),
        ("Upkeep, lessons and import", upkeep::points()),
        ("Work items", work::points()),
        ("Ledger and overview", ledger::points()),
        ("Accounts and the log", account::points()),
        ("This document", reader::points()),
    ];
    topics.into_iter().flat_map(|(topic, points)| points.into_iter().map(move |point| Point { topic, ..point })).collect()
}

/// The routes, for the one table.
pub fn routes() -> Vec<Route> {
    points().into_iter().map(|point| point.route).collect()
}

/// A text that was given and is not empty.
fn given(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The day until which is looked ahead where nobody says one.
fn in_a_month(desk: &Desk) -> Date {
    desk.date.checked_add(1.month()).unwrap_or(desk.date)
}

/// One of some names, or a refusal that lists them.
fn one_of<T: Copy>(all: &[(T, &'static str)], named: &str, what: &str) -> Result<T, Refusal> {
    let names = || all.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    let found = all.iter().find(|(_, name)| *name == named).map(|(value, _)| *value);
    found.ok_or_else(|| Refusal::wrong(format!("{named}: there is no such {what}"), format!("one of {}", names())))
}

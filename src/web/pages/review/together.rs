//! Accepting together: every single one is shown with its question, its words and the reasons before the button that accepts them.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use serde::Deserialize;

use super::looked::{Looked, look};
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Asked, Recorded, Wanted, Which};
use crate::engine::{Failure, FailureKind};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::filters;

/// Which are to be accepted: by their number in the list, from 0, with dots between; or all that may be, from a percentage on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Picked {
    rows: String,
    least: Option<u8>,
}

#[derive(Template)]
#[template(path = "review/together.html")]
struct Together<'a> {
    id: &'a str,
    /// Those that can be accepted.
    items: &'a [Looked],
    /// Those that cannot, with why.
    left: &'a [(String, String)],
    seen: i64,
    least: u8,
    most: usize,
}

#[derive(Template)]
#[template(path = "review/accepted.html")]
struct Accepted<'a> {
    recorded: &'a [Recorded],
}

/// `GET /questionnaires/{id}/review/together`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>, Query(picked): Query<Picked>) -> Reply {
    let asked = id.clone();
    let least = picked.least.unwrap_or(80).min(100);
    let Seen { upto: seen, items, left } = app.desk(frame.name(), move |desk| picked.look(desk, &asked, least)).await?;
    page(&Together { id: &id, items: &items, left: &left, seen, least, most: review::TOGETHER })
}

/// What is about to be accepted together.
struct Seen {
    /// How far the journal went.
    upto: i64,
    /// Those that can be accepted.
    items: Vec<Looked>,
    /// Those that cannot, by place, with why.
    left: Vec<(String, String)>,
}

impl Picked {
    fn look(&self, desk: &Desk, id: &str, least: u8) -> Result<Seen, Failure> {
        let places: Vec<String> = if self.rows.is_empty() {
            let rows = review::acceptable(desk, id, f32::from(least) / 100.0)?;
            rows.rows.iter().map(|row| row.line.place.to_string()).collect()
        } else {
            let numbers: BTreeSet<usize> = self.rows.split('.').filter_map(|number| number.parse().ok()).collect();
            let rows = review::questions(desk, id, &Which::default())?;
            numbers.iter().filter_map(|number| rows.rows.get(*number)).map(|row| row.line.place.to_string()).collect()
        };
        let (mut items, mut left, mut seen) = (Vec::new(), Vec::new(), i64::MAX);
        for place in places {
            let looked = look(desk, id, &place)?;
            // What was seen is what was seen of the first of them.
            seen = seen.min(looked.shown.seen);
            match why_not(&looked) {
                None if items.len() < review::TOGETHER => items.push(looked),
                None => left.push((place, format!("at most {} at a time", review::TOGETHER))),
                Some(why) => left.push((place, why)),
            }
        }
        Ok(Seen { upto: if seen == i64::MAX { 0 } else { seen }, items, left })
    }
}

/// Why a question cannot be accepted together with others.
fn why_not(looked: &Looked) -> Option<String> {
    let row = &looked.shown.row;
    match &looked.main {
        _ if !row.against.is_empty() => Some("it is contested: look at it by itself".into()),
        _ if row.decided.is_some() => row.decided.clone(),
        None => Some("nothing is proposed".into()),
        Some(main) => {
            let bars = main.found.as_ref().map(|found| found.bars.join("; ")).filter(|bars| !bars.is_empty());
            bars.or_else(|| {
                (row.line.outcome != crate::domain::review::OutcomeKind::Review)
                    .then(|| row.line.why.clone().unwrap_or_else(|| format!("it is {}", row.line.outcome.name())))
            })
        }
    }
}

/// `POST /questionnaires/{id}/review/together`: `seen`, and an `item` for each, `DIGEST ANSWER PLACE` as they were shown.
pub async fn accept(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let seen = fields.iter().find(|(name, _)| name == "seen").and_then(|(_, value)| value.parse::<i64>().ok());
    let item = |text: &str| {
        let mut parts = text.splitn(3, ' ');
        let (digest, answer, place) = (parts.next()?, parts.next()?, parts.next()?);
        let wanted = Wanted::Shown { answer: answer.to_owned(), digest: digest.to_owned() };
        Some(Asked { place: place.to_owned(), wanted, reason: String::new(), seen })
    };
    let items: Option<Vec<Asked>> = fields.iter().filter(|(name, _)| name == "item").map(|(_, value)| item(value)).collect();
    let items = items.filter(|items| !items.is_empty() && seen.is_some());
    let Some(items) = items else { return Err(Refusal::wrong("nothing is selected", "select at least one question")) };
    let recorded = app.desk(frame.name(), move |desk| {
        if items.len() > review::TOGETHER {
            let what = format!("{} at once are too many to have been looked at", items.len());
            return Err(Failure {
                kind: FailureKind::Usage,
                ..Failure::new(what, format!("accept at most {} together", review::TOGETHER))
            });
        }
        review::decide(desk, &id, &items)
    });
    page(&Accepted { recorded: &recorded.await? })
}

//! `/log`: everything that happened, newest first, out of the journal, which nobody can change.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::engine::accounts::{Filter, Page, audit};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// So many lines stand on a page.
const LINES: usize = 100;

/// What of the log is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    by: String,
    kind: String,
    questionnaire: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Log<'a> {
    frame: &'a Frame,
    told: &'a Page,
    wanted: &'a Wanted,
    kinds: &'static [&'static str],
}

/// The kinds of entries, as the journal calls them.
const KINDS: &[&str] = &[
    "audited",
    "received",
    "proposed",
    "proposed-again",
    "shown",
    "corrected",
    "decided",
    "assigned",
    "released",
    "closed",
    "reopened",
    "moved",
    "learned",
    "recalled",
    "restored",
];

/// `GET /log`
pub async fn show(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let filter = Filter { by: given(&wanted.by), kind: given(&wanted.kind), questionnaire: given(&wanted.questionnaire) };
    let before = wanted.before;
    let told = app.desk(frame.name(), move |desk| audit(desk, &filter, before, LINES)).await?;
    page(&Log { frame: &frame, told: &told, wanted: &wanted, kinds: KINDS })
}

//! `/questionnaires`: those for which somebody waits, how far each is, and where the next one comes in.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::engine::accounts::Right;
use crate::engine::review::{self, Listed};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, go_to, page};
use crate::web::words::filters;

/// What of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    all: bool,
}

#[derive(Template)]
#[template(path = "questionnaires.html")]
struct List<'a> {
    frame: &'a Frame,
    listed: &'a [Listed],
    all: bool,
    may_take_in: bool,
}

/// `GET /`
pub async fn home() -> Reply {
    go_to("/questionnaires")
}

/// `GET /questionnaires`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let all = wanted.all;
    let listed = app.desk(frame.name(), move |desk| review::list(desk, all)).await?;
    page(&List { frame: &frame, listed: &listed, all, may_take_in: frame.may(Right::TakeIn) })
}

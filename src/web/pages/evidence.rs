//! `/evidence`: what shows our controls at work, when each piece ends, what stands on it and whom its end touches; its file, as a download
//! alone.

mod add;
mod timeline;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use crate::engine::accounts::{Act, Right, record};
use crate::engine::evidence::{self, Kept, State as How};
use crate::engine::rests::{self, EvidenceShown, Follows};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, download, page};
use crate::web::session::Address;
use crate::web::words::filters;
pub use add::{add, add_page, renew_page};
use timeline::{Timeline, timeline};

/// What of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    state: String,
    owner: String,
}

/// How many pieces of evidence are in a state.
struct Figure {
    key: String,
    name: &'static str,
    class: &'static str,
    count: usize,
}

#[derive(Template)]
#[template(path = "evidence/list.html")]
struct List<'a> {
    frame: &'a Frame,
    all: usize,
    listed: &'a [&'a Kept],
    figures: &'a [Figure],
    owners: &'a [String],
    wanted: &'a Wanted,
    timeline: &'a Timeline,
    may_curate: bool,
}

/// The class of a state's tag.
pub fn class(state: &How) -> &'static str {
    match state {
        How::Holds => "good",
        How::Ending | How::NotYet | How::Unproven => "wait",
        How::Missing | How::Changed | How::Expired => "gap",
    }
}

/// A state as addresses name it.
fn key(state: How) -> String {
    state.name().split(' ').collect::<Vec<_>>().join("-")
}

/// `GET /evidence`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let date = frame.date;
    let all = app.desk(frame.name(), move |desk| evidence::all(&desk.bank, date)).await?;
    let fits = |kept: &&Kept| {
        (wanted.state.is_empty() || key(kept.state) == wanted.state) && (wanted.owner.is_empty() || kept.evidence.owner == wanted.owner)
    };
    let listed: Vec<&Kept> = all.iter().filter(fits).collect();
    let count = |state: How| all.iter().filter(|kept| kept.state == state).count();
    let figures: Vec<Figure> = How::ALL
        .into_iter()
        .map(|(state, name)| Figure { key: key(state), name, class: class(&state), count: count(state) })
        .filter(|figure| figure.count > 0)
        .collect();
    let mut owners: Vec<String> = all.iter().map(|kept| kept.evidence.owner.clone()).filter(|owner| !owner.is_empty()).collect();
    owners.sort();
    owners.dedup();
    let timeline = timeline(&listed, date);
    let may_curate = frame.may(Right::Curate);
    page(&List {
        frame: &frame,
        all: all.len(),
        listed: &listed,
        figures: &figures,
        owners: &owners,
        wanted: &wanted,
        timeline: &timeline,
        may_curate,
    })
}

#[derive(Template)]
#[template(path = "evidence/one.html")]
struct One<'a> {
    frame: &'a Frame,
    shown: &'a EvidenceShown,
    follows: &'a Follows,
    timeline: &'a Timeline,
    link: Option<&'a str>,
    may_curate: bool,
}

/// `GET /evidence/{id}`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let shown = app.desk(frame.name(), move |desk| rests::evidence(desk, &id)).await?;
    let timeline = timeline(&[&shown.kept], frame.date);
    // Only what a browser opens safely is a link; anything else is shown as text.
    let link = shown.kept.evidence.url.as_deref().filter(|url| url.starts_with("https://"));
    let may_curate = frame.may(Right::Curate);
    page(&One { frame: &frame, follows: &shown.follows, timeline: &timeline, link, may_curate, shown: &shown })
}

/// `GET /evidence/{id}/file`
pub async fn file(State(app): State<App>, frame: Frame, Address(address): Address, Path(id): Path<String>) -> Reply {
    let (name, bytes) = app
        .desk(frame.name(), move |desk| {
            let fetched = evidence::fetch(&desk.bank, &id)?;
            record(desk, Act::Downloaded, &format!("evidence:{id}"), &address, "")?;
            Ok(fetched)
        })
        .await?;
    Ok(download(&name, bytes).into_response())
}

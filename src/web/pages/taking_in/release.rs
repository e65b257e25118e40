//! `/questionnaires/{id}/release`: what would leave, what is in the way, and what left, to be fetched as it was recorded.

use askama::Template;
use axum::extract::{Path, State};

use crate::domain::bank::Audience;
use crate::domain::journal::Received;
use crate::domain::release::Blocked;
use crate::engine::accounts::Right;
use crate::engine::output::CUSTOMER;
use crate::engine::release::{self, Kept, Look, Out};
use crate::engine::summary;
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// So many of a kind are listed before the rest is only counted.
const LISTED: usize = 200;

#[derive(Template)]
#[template(path = "taking_in/release.html")]
struct ReleasePage<'a> {
    frame: &'a Frame,
    id: &'a str,
    received: &'a Received,
    closed: Option<&'a str>,
    look: &'a Look,
    out: &'a [Out],
    done: Option<&'a Kept>,
    stopped: bool,
}

impl ReleasePage<'_> {
    fn may_release(&self) -> bool {
        self.frame.may(Right::Release)
    }

    fn nda(&self) -> bool {
        self.received.audience == Audience::Nda
    }

    fn for_customer(folder: &str) -> bool {
        folder == CUSTOMER
    }

    fn listed() -> usize {
        LISTED
    }

    /// What a file of a release is, in words.
    fn called(name: &str) -> &'static str {
        match name {
            "receipt.json" => "the receipt: each written cell, and the proof that nothing else changed",
            "report.xlsx" => "the report: every question, with reasons",
            "work-items.csv" => "the work items as a table",
            "work-items.json" => "the work items for programs",
            _ => "the filled workbook",
        }
    }
}

async fn render(app: &App, frame: &Frame, id: String, done: Option<Result<Kept, Vec<Blocked>>>) -> Reply {
    let (one, look, out) = app
        .desk(frame.name(), move |desk| {
            let one = summary::known(desk, &id)?;
            let look = release::look(desk, &one.id)?;
            let out = release::releases(desk, &one.id)?;
            Ok((one, look, out))
        })
        .await?;
    page(&ReleasePage {
        frame,
        id: &one.id,
        received: &one.received,
        closed: one.closed.as_deref(),
        look: &look,
        out: &out,
        stopped: matches!(done, Some(Err(_))),
        done: done.as_ref().and_then(|done| done.as_ref().ok()),
    })
}

/// `GET /questionnaires/{id}/release`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    render(&app, &frame, id, None).await
}

/// `POST /questionnaires/{id}/release`
pub async fn release(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let named = id.clone();
    let done = app.desk(frame.name(), move |desk| release::release_kept(desk, &named)).await?;
    render(&app, &frame, id, Some(done)).await
}

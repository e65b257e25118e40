//! `/upkeep`: what is due until a day, by owner; answers that somebody finds still true, each read before it is said; what is unhealthy.

mod health;
mod merge;

use askama::Template;
use axum::extract::{Form, Query, State};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::due::Task;
use crate::engine::accounts::{Act, Right, record};
use crate::engine::curate::{self, Hand, Read};
use crate::engine::publish::as_html;
use crate::engine::upkeep::{self, DueShown, ForReview};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::upload::{every, one};
use crate::web::words::filters;
pub use health::{compare, list as health};
pub use merge::{merge, preview as merge_preview};

/// How far ahead the list looks, in days, as it is offered.
const AHEAD: [u16; 4] = [30, 90, 180, 365];
/// So many answers are verified together at most, so that each is read.
const TOGETHER: usize = 50;

/// What of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    days: Option<u16>,
    owner: String,
}

#[derive(Template)]
#[template(path = "upkeep/due.html")]
struct DueList<'a> {
    frame: &'a Frame,
    listed: &'a [&'a DueShown],
    owners: &'a [(String, usize)],
    days: u16,
    ahead: [u16; 4],
    wanted: &'a Wanted,
    may_curate: bool,
    verifiable: usize,
}

impl DueList<'_> {
    fn is_late(&self, one: &DueShown) -> bool {
        one.due.by.is_none_or(|by| by < self.frame.date)
    }
}

/// The page of what is due.
fn address(one: &DueShown) -> String {
    let place = if one.kind == "evidence" { "evidence" } else { "bank" };
    format!("/{place}/{}", crate::web::words::in_address(&one.id))
}

/// What somebody should do, as a sentence begins.
fn said(task: &Task) -> &'static str {
    match task {
        Task::Review => "see if it is still true",
        Task::Renew => "renew",
        Task::Mend => "mend",
        Task::Approve => "read and approve",
        Task::Correct => "correct",
    }
}

/// `GET /upkeep`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let days = wanted.days.unwrap_or(90).min(3650);
    let date = frame.date;
    let until = date.saturating_add(i64::from(days).days());
    let all = app.desk(frame.name(), move |desk| upkeep::due_shown(&desk.bank, date, until)).await?;
    let mut owners: Vec<(String, usize)> = Vec::new();
    for one in &all {
        match owners.iter_mut().find(|(owner, _)| *owner == one.due.owner) {
            Some((_, count)) => *count += 1,
            None => owners.push((one.due.owner.clone(), 1)),
        }
    }
    owners.sort();
    let listed: Vec<&DueShown> = all.iter().filter(|one| wanted.owner.is_empty() || one.due.owner == wanted.owner).collect();
    let may_curate = frame.may(Right::Curate);
    page(&DueList {
        frame: &frame,
        verifiable: listed.iter().filter(|one| one.verifiable && may_curate).count(),
        listed: &listed,
        owners: &owners,
        days,
        ahead: AHEAD,
        wanted: &wanted,
        may_curate,
    })
}

/// An answer to be read, with its wording as a page shows it.
struct Shown {
    one: ForReview,
    /// Made by [`as_html`], which escapes it.
    html: String,
}

#[derive(Template)]
#[template(path = "upkeep/verify.html")]
struct Verify<'a> {
    frame: &'a Frame,
    all: &'a [Shown],
    until: Date,
}

/// `GET /upkeep/verify`
pub async fn verify_page(State(app): State<App>, frame: Frame, Query(fields): Query<Vec<(String, String)>>) -> Reply {
    let ids = every(&fields, "id");
    if ids.is_empty() {
        return Err(Refusal::wrong("no answer was chosen", "tick those that you want to look at, then go on"));
    }
    if ids.len() > TOGETHER {
        return Err(Refusal::wrong(format!("{} answers are too many to be read at once", ids.len()), format!("choose {TOGETHER} at most")));
    }
    let date = frame.date;
    let all = app.desk(frame.name(), move |desk| upkeep::for_review(&desk.bank, &ids, date)).await?;
    let all: Vec<Shown> = all.into_iter().map(|one| Shown { html: as_html(&one.answer.wording), one }).collect();
    page(&Verify { frame: &frame, all: &all, until: date.saturating_add(1.year()) })
}

/// `POST /upkeep/verify`
pub async fn verify(State(app): State<App>, frame: Frame, Address(address): Address, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let until: Date = one(&fields, "until")
        .parse()
        .map_err(|_| Refusal::wrong("no day of the next review is named", "name one, as 2027-11-21; nothing was changed"))?;
    let mut read = Vec::new();
    for id in every(&fields, "true") {
        let seen = one(&fields, &format!("seen-{id}"));
        if seen.is_empty() {
            return Err(Refusal::wrong(format!("{id}: nothing says which text was read"), "load the page anew; nothing was changed"));
        }
        read.push(Read { id, seen: Some(seen) });
    }
    if read.is_empty() {
        return Err(Refusal::wrong("no answer is ticked as still true", "tick those that are; nothing was changed"));
    }
    if read.len() > TOGETHER {
        return Err(Refusal::wrong(format!("{} answers are too many at once", read.len()), format!("choose {TOGETHER} at most")));
    }
    app.desk(frame.name(), move |desk| {
        let hand = Hand { by: desk.by.clone(), on: desk.date, seen: None };
        for done in curate::verify_read(&desk.bank, &read, until, &hand)? {
            record(desk, Act::BankChanged, &done.id, &address, &format!("verified until {until}"))?;
        }
        Ok(())
    })
    .await?;
    go_to("/upkeep")
}

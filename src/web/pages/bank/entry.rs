//! `/bank/{id}`: one answer with all that stands behind it and hangs on it; where it is verified and retired.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::{hand, logged, refusal};
use crate::domain::bank::Verdict;
use crate::engine::accounts::Right;
use crate::engine::entry::{self, Entry, Uses};
use crate::engine::ledger::Line;
use crate::engine::upkeep::{Past, history};
use crate::engine::{curate, publish};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::{filters, in_address};

/// So many lines of the ledger and places of a questionnaire are shown before the rest is only counted.
const SHOWN: usize = 20;

/// How the page is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    date: String,
    done: String,
}

#[derive(Template)]
#[template(path = "bank/entry.html")]
struct EntryPage<'a> {
    frame: &'a Frame,
    entry: &'a Entry,
    uses: &'a Uses,
    date: Date,
    today: Date,
    next_review: String,
    done: &'a str,
    may_curate: bool,
    wording: String,
}

impl EntryPage<'_> {
    /// The digest of what an approval covers, short enough to be compared by eye.
    fn approved_digest(&self) -> String {
        self.entry.answer.approved.as_ref().map(|(_, digest)| digest.chars().take(19).collect()).unwrap_or_default()
    }

    fn is_yes(&self) -> bool {
        self.entry.answer.verdict == Some(Verdict::Yes)
    }

    /// Requirements, as many as are shown at once.
    fn requirements(&self) -> &[String] {
        let all = &self.entry.requirements;
        &all[..all.len().min(2 * SHOWN)]
    }

    fn more_requirements(&self) -> usize {
        self.entry.requirements.len().saturating_sub(2 * SHOWN)
    }

    /// What was told, as many lines as are shown at once.
    fn told(&self) -> &[Line] {
        &self.uses.told[..self.uses.told.len().min(SHOWN)]
    }

    fn more_told(&self) -> usize {
        self.uses.told.len().saturating_sub(SHOWN)
    }
}

/// `GET /bank/{id}`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> Reply {
    let today = app.today();
    let date = wanted.date.parse().unwrap_or(today);
    let found = app.desk(frame.name(), move |desk| {
        Ok(entry::show(desk, &id, date).and_then(|entry| Ok((entry::uses(desk, &entry.answer.id)?, entry))))
    });
    let (uses, entry) = found.await?.map_err(refusal)?;
    let next_review = today.checked_add(1.year()).unwrap_or(today).to_string();
    page(&EntryPage {
        frame: &frame,
        wording: publish::as_html(&entry.answer.wording),
        entry: &entry,
        uses: &uses,
        date,
        today,
        next_review,
        done: &wanted.done,
        may_curate: frame.may(Right::Curate),
    })
}

#[derive(Template)]
#[template(path = "bank/history.html")]
struct History<'a> {
    past: &'a [Past],
    missing: &'a str,
}

/// `GET /bank/{id}/history`
pub async fn past(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let Some(git) = app.order.git.clone() else {
        return page(&History { past: &[], missing: "History is read from git, which is not installed on this server." });
    };
    let past = app.desk(frame.name(), move |desk| Ok(history(&desk.bank, &id, &git))).await?;
    match past {
        Ok(past) => page(&History { past: &past, missing: "" }),
        Err(failure) if failure.hint.contains("git init") => page(&History {
            past: &[],
            missing: "There is no history: the bank’s folder is not kept in git. Keep it in a repository, and every committed version is shown here with its differences.",
        }),
        Err(failure) => page(&History { past: &[], missing: &format!("There is no history to be read: {}.", failure.hint) }),
    }
}

/// How long an answer is found to be still true.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    seen: String,
    until: String,
}

/// `POST /bank/{id}/verify`
pub async fn verify(
    State(app): State<App>,
    frame: Frame,
    Address(address): Address,
    Path(id): Path<String>,
    Form(sent): Form<Verified>,
) -> Reply {
    let wrong = |error: &str| Refusal::wrong(error, "name a day after today, such as a year from now; nothing was changed");
    let until: Date = sent.until.parse().map_err(|_| wrong("the day of the next review is missing"))?;
    if until <= app.today() {
        return Err(wrong("the day of the next review is not after today"));
    }
    let back = format!("/bank/{}?done=verified", in_address(&id));
    let verified = app.desk(frame.name(), move |desk| {
        let verified = curate::verify(&desk.bank, std::slice::from_ref(&id), until, &hand(desk, &sent.seen));
        Ok(verified.and_then(|_| logged(desk, &id, &address, "verified")))
    });
    verified.await?.map_err(refusal)?;
    go_to(&back)
}

/// Why an answer is no longer given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    seen: String,
    why: String,
}

/// `POST /bank/{id}/retire`
pub async fn retire(
    State(app): State<App>,
    frame: Frame,
    Address(address): Address,
    Path(id): Path<String>,
    Form(sent): Form<Retired>,
) -> Reply {
    if sent.why.trim().is_empty() {
        return Err(Refusal::wrong("the reason is empty", "say why it is no longer given, and what takes its place; nothing was changed"));
    }
    let back = format!("/bank/{}?done=retired", in_address(&id));
    let retired = app.desk(frame.name(), move |desk| {
        let why = sent.why.split_whitespace().collect::<Vec<_>>().join(" ");
        let retired = curate::retire(&desk.bank, &id, &why, &hand(desk, &sent.seen));
        Ok(retired.and_then(|_| logged(desk, &id, &address, "retired")))
    });
    retired.await?.map_err(refusal)?;
    go_to(&back)
}

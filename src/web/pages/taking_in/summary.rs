//! `/questionnaires/{id}`: one questionnaire at a glance, its sale corrected, its end and its new beginning, and all that happened to it.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;

use super::terms::{Fields, TermsShown};
use crate::domain::digest::sha256;
use crate::domain::journal::{Correction, Entry};
use crate::domain::log::in_words;
use crate::engine::accounts::Right;
use crate::engine::review;
use crate::engine::summary::{self, Beside, Summary};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::words::filters;

/// So many of a kind are listed before the rest is only counted.
const LISTED: usize = 200;

#[derive(Template)]
#[template(path = "taking_in/summary.html")]
struct SummaryPage<'a> {
    frame: &'a Frame,
    one: &'a Summary,
    terms: &'a TermsShown,
    seen: String,
}

impl SummaryPage<'_> {
    fn may_take_in(&self) -> bool {
        self.frame.may(Right::TakeIn)
    }

    fn may_release(&self) -> bool {
        self.frame.may(Right::Release)
    }

    fn late(&self) -> bool {
        self.one.received.sale.due.is_some_and(|due| due < self.frame.date) && self.one.releases == 0 && self.one.closed.is_none()
    }

    /// What stands otherwise, as far as it is listed.
    fn changed(&self) -> &[review::Moved] {
        &self.one.changed[..self.one.changed.len().min(LISTED)]
    }
}

#[derive(Template)]
#[template(path = "taking_in/beside.html")]
struct BesidePart<'a> {
    beside: &'a Beside,
}

impl BesidePart<'_> {
    fn listed() -> usize {
        LISTED
    }
}

#[derive(Template)]
#[template(path = "taking_in/history.html")]
struct History<'a> {
    frame: &'a Frame,
    id: &'a str,
    days: &'a [(String, Vec<Line>)],
}

/// One line of the history.
struct Line {
    at: String,
    by: String,
    what: &'static str,
    words: String,
    state: &'static str,
}

/// By what a form says which terms it was filled in from.
fn seen(correction: &Correction) -> String {
    sha256(format!("{correction:?}").as_bytes())
}

/// `GET /questionnaires/{id}`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let (one, offers) = app.desk(frame.name(), move |desk| Ok((summary::summary(desk, &id)?, summary::offers(desk)?))).await?;
    let known = one.received.correctable();
    page(&SummaryPage { frame: &frame, one: &one, terms: &TermsShown::new(offers, Some(&known)), seen: seen(&known) })
}

/// `GET /questionnaires/{id}/beside`: what was left out and carried forward, a part of the summary.
pub async fn beside(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let beside = app.desk(frame.name(), move |desk| summary::beside(desk, &id)).await?;
    page(&BesidePart { beside: &beside })
}

/// `POST /questionnaires/{id}/sale`
pub async fn correct(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let fields = Fields(fields);
    let was = fields.text("seen").to_owned();
    let wanted = fields.terms("")?;
    let corrected = app.desk(frame.name(), move |desk| {
        let now = summary::known(desk, &id)?.received.correctable();
        if seen(&now) != was {
            return Ok(Err(now));
        }
        let with = |correction: &mut Correction| {
            let customer = std::mem::take(&mut correction.sale.customer);
            *correction = wanted.clone();
            correction.sale.customer = customer;
        };
        Ok(Ok(review::correct(desk, &id, &with)?.id.clone()))
    });
    match corrected.await? {
        Ok(id) => go_to(&format!("/questionnaires/{id}")),
        Err(now) => Err(changed_meanwhile(&now)),
    }
}

/// Somebody else corrected the same terms since the form was opened: what they are now, beside what the reader still has in the form.
fn changed_meanwhile(now: &Correction) -> Refusal {
    let list = |values: &[String]| if values.is_empty() { "none".to_owned() } else { values.join(", ") };
    let told = format!(
        "now it says: deal {:?}; worth {}; wanted back {}; for {}; products {}; regions {}; existing answers {}",
        now.sale.deal,
        now.sale.value.map_or_else(|| "nothing said".to_owned(), |value| value.to_string()),
        now.sale.due.map_or_else(|| "on no day".to_owned(), |due| due.to_string()),
        now.audience,
        list(&now.products),
        list(&now.regions),
        if now.overwrite { "replaced" } else { "kept" },
    );
    Refusal::new(
        StatusCode::CONFLICT,
        "somebody else corrected this sale meanwhile",
        format!("{told}. What you filled in is still in the form, and was not saved: load the page anew to correct what it says now"),
    )
}

/// `POST /questionnaires/{id}/close`
pub async fn close(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let why = Fields(fields).text("reason").to_owned();
    if why.is_empty() {
        return Err(Refusal::wrong("there is no reason", "say why nobody waits for it any more"));
    }
    let id = app.desk(frame.name(), move |desk| review::close(desk, &id, &why)).await?;
    go_to(&format!("/questionnaires/{id}"))
}

/// `POST /questionnaires/{id}/reopen`
pub async fn reopen(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let id = app.desk(frame.name(), move |desk| review::reopen(desk, &id)).await?;
    go_to(&format!("/questionnaires/{id}"))
}

/// `GET /questionnaires/{id}/history`
pub async fn history(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let entries = app.desk(frame.name(), move |desk| review::log(desk, &id)).await?;
    let id = entries.first().and_then(|entry| entry.questionnaire.clone()).unwrap_or_default();
    let mut days: Vec<(String, Vec<Line>)> = Vec::new();
    for entry in entries.iter().rev() {
        let day = entry.at.strftime("%Y-%m-%d").to_string();
        let line = line(entry);
        match days.last_mut() {
            Some((last, lines)) if *last == day => lines.push(line),
            _ => days.push((day, vec![line])),
        }
    }
    page(&History { frame: &frame, id: &id, days: &days })
}

fn line(entry: &Entry) -> Line {
    let (what, state) = match entry.what.kind() {
        "received" => ("took it in", "info"),
        "proposed" => ("had answers proposed", "flat"),
        "proposed-again" => ("had answers proposed again", "flat"),
        "shown" => ("was shown", "flat"),
        "corrected" => ("corrected", "wait"),
        "decided" => ("decided", "good"),
        "assigned" => ("assigned", "flat"),
        "released" => ("released", "good"),
        "closed" => ("closed it", "gap"),
        "reopened" => ("opened it again", "info"),
        other => (other, "flat"),
    };
    Line { at: entry.at.to_string(), by: entry.by.clone(), what, words: in_words(&entry.what), state }
}

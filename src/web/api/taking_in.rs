//! Workbooks that come in, how they are read, what they come to.

use std::path::PathBuf;

use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::LOOK;
use super::point::{Ask, Gives, Nothing, Point, Takes, change, change_of_uploads, read};
use crate::engine::accounts::Right;
use crate::engine::inbox::{self, End, Ticket};
use crate::engine::questionnaire::Desk;
use crate::engine::reading;
use crate::engine::summary::{self, Beside, Offers, Summary};
use crate::web::app::App;
use crate::web::pages::taking_in::uploads;
use crate::web::reply::{Refusal, Reply};
use crate::web::route;
use crate::web::route::Access::{self, Needs};
use crate::web::session::Who;

const TAKES_IN: Access = Needs(Right::TakeIn);

pub fn points() -> Vec<Point> {
    vec![
        Point {
            route: route::post("/api/v1/uploads", TAKES_IN, upload).body_at_most(uploads::MOST),
            topic: "",
            what: "Takes workbooks in: they wait in the inbox, and each becomes a questionnaire",
            takes: Takes::Form(&[
                ("customer", false, "Who asks; needed"),
                ("audience", false, "Who will read the answers: `public` or `nda`; needed"),
                ("deal", false, "The sale that it belongs to"),
                ("value", false, "What the sale is worth, in whole units of your currency"),
                ("due", false, "The day on which the customer wants it back"),
                ("product", false, "A product asked about; may be there several times"),
                ("region", false, "A region asked about; may be there several times"),
                ("overwrite", false, "Anything: answers that stand in the workbook already are replaced"),
                ("carries_on", false, "`nothing`: it carries on no earlier questionnaire of the customer"),
                ("file", true, "The workbook; may be there several times, at most 50"),
            ]),
            gives: Gives::Json,
        },
        read("/api/v1/uploads", TAKES_IN, "Lists what waits in the inbox and what became of the rest", list),
        change_of_uploads("/api/v1/uploads/{id}/dismiss", TAKES_IN, "Takes a file out of the inbox", dismiss),
        change_of_uploads("/api/v1/uploads/{id}/again", TAKES_IN, "Tries a file of the inbox once more", again),
        read("/api/v1/offers", LOOK, "Lists the products and regions that the bank knows", offers),
        read("/api/v1/questionnaires/{id}", LOOK, "Shows a questionnaire at a glance: whose it is, how it stands, who is needed", show),
        read(
            "/api/v1/questionnaires/{id}/beside",
            LOOK,
            "Tells what was left out, what could not be read, and what changed since last time",
            beside,
        ),
        read("/api/v1/questionnaires/{id}/layout", LOOK, "Shows how the workbook is read, as the text of a mapping", layout),
        change(
            "/api/v1/questionnaires/{id}/layout/preview",
            LOOK,
            "Tells what would be asked with another layout; records nothing",
            preview,
        ),
        change("/api/v1/questionnaires/{id}/layout", TAKES_IN, "Keeps another layout, and reads the questionnaire anew by it", correct),
    ]
}

/// `POST /api/v1/uploads`
async fn upload(State(app): State<App>, who: Who, headers: HeaderMap, form: Multipart) -> Reply {
    let ids = uploads::arrive(&app, &who.name, &headers, form).await?;
    Ok(axum::Json(serde_json::json!({ "uploads": ids })).into_response())
}

/// A file of the inbox.
#[derive(Serialize)]
struct Upload {
    id: String,
    #[serde(flatten)]
    ticket: Ticket,
    /// What became of it; none while it waits.
    end: Option<End>,
}

fn list(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<Upload>, Refusal> {
    let told = |ticket: Ticket| Upload { id: ticket.id.clone(), end: ticket.end.clone(), ticket };
    Ok(inbox::list(&desk.store)?.into_iter().map(told).collect())
}

#[derive(Serialize)]
struct Named {
    id: String,
}

fn dismiss(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Named, Refusal> {
    inbox::dismiss(&desk.store, &ask.path)?;
    Ok(Named { id: ask.path.clone() })
}

fn again(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Named, Refusal> {
    inbox::again(&desk.store, &ask.path)?;
    Ok(Named { id: ask.path.clone() })
}

fn offers(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Offers, Refusal> {
    Ok(summary::offers(desk)?)
}

fn show(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Summary, Refusal> {
    Ok(summary::summary(desk, &ask.path)?)
}

fn beside(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Beside, Refusal> {
    Ok(summary::beside(desk, &ask.path)?)
}

/// How the layout is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Anew {
    /// As the program finds it, whatever a person said
    anew: Option<bool>,
}

/// How a workbook is read.
#[derive(Serialize)]
struct Layout {
    id: String,
    /// The mapping, as text.
    text: String,
    /// What a correction names as the reading that it was made from.
    seen: String,
    questions: usize,
    left_out: usize,
}

fn layout(desk: &Desk, ask: &Ask<String, Anew>) -> Result<Layout, Refusal> {
    let read = reading::look(desk, &ask.path, ask.sent.anew.unwrap_or(false))?;
    let found = &read.asked().found;
    let (questions, left_out) = (found.questions.len(), found.left_out.len());
    Ok(Layout { id: read.progress.id.clone(), text: read.text, seen: read.seen, questions, left_out })
}

/// A layout to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tried {
    /// The mapping, as text
    text: String,
}

/// What would be asked.
#[derive(Serialize)]
struct WouldAsk {
    questions: Vec<Question>,
    left_out: usize,
}

/// A question with the place of its answer.
#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the names that programs read")]
struct Question {
    sheet: String,
    question: String,
    cells: Vec<String>,
    options: Vec<String>,
}

fn preview(desk: &Desk, ask: &Ask<String, Tried>) -> Result<WouldAsk, Refusal> {
    let asked = reading::try_out(desk, &ask.path, &ask.sent.text)?;
    let question = |question: &crate::domain::extract::Question| Question {
        sheet: question.sheet.clone(),
        question: question.text.clone(),
        cells: question.answer.cells.iter().map(ToString::to_string).collect(),
        options: question.answer.options.clone(),
    };
    Ok(WouldAsk { questions: asked.found.questions.iter().map(question).collect(), left_out: asked.found.left_out.len() })
}

/// A layout to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// The mapping, as text
    text: String,
    /// Which reading it was made from, as the layout told it
    seen: String,
    /// Whether the bank remembers it for the next copies of this form
    #[serde(default)]
    remember: bool,
}

/// What a corrected layout came to.
#[derive(Serialize)]
struct Corrected {
    id: String,
    questions: usize,
    before: usize,
    /// How many decisions still fit.
    kept: usize,
    /// Questions that somebody decided about and that are not asked any more.
    lost: Vec<String>,
    remembered: Option<PathBuf>,
}

fn correct(desk: &Desk, ask: &Ask<String, Kept>) -> Result<Corrected, Refusal> {
    let done = reading::correct(desk, &ask.path, &ask.sent.text, &ask.sent.seen, ask.sent.remember)?;
    // Where on this machine it lies is nobody's business; its name in the bank is.
    let remembered = done.remembered.map(|path| path.strip_prefix(&desk.bank.root).map(PathBuf::from).unwrap_or_default());
    Ok(Corrected { id: done.id, questions: done.questions, before: done.before, kept: done.kept, lost: done.lost, remembered })
}

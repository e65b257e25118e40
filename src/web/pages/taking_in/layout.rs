//! `/questionnaires/{id}/layout`: how the workbook is read, sheet by sheet, corrected column by column, tried out, and remembered.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use serde::Deserialize;

use super::roles::{self, ROLES, SheetShown};
use super::terms::Fields;
use crate::domain::extract::Question;
use crate::domain::mapping::Mapping;
use crate::domain::workbook::Workbook;
use crate::engine::accounts::Right;
use crate::engine::questions::Asked;
use crate::engine::reading::{self, Corrected};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// So many questions of a sheet are shown when a layout is tried out.
const SHOWN: usize = 8;

/// How the page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    anew: bool,
}

#[derive(Template)]
#[template(path = "taking_in/columns.html")]
struct LayoutPage<'a> {
    frame: &'a Frame,
    id: &'a str,
    customer: &'a str,
    name: &'a str,
    sheets: &'a [SheetShown],
    text: &'a str,
    seen: &'a str,
    anew: bool,
    by_hand: bool,
    done: Option<Corrected>,
}

impl LayoutPage<'_> {
    fn may_correct(&self) -> bool {
        self.frame.may(Right::TakeIn)
    }

    fn roles() -> &'static [(&'static str, &'static str)] {
        ROLES
    }
}

/// What one sheet would ask.
struct Tried<'a> {
    sheet: &'a str,
    count: usize,
    first: Vec<&'a Question>,
}

#[derive(Template)]
#[template(path = "taking_in/columns_preview.html")]
struct Preview<'a> {
    count: usize,
    sheets: &'a [Tried<'a>],
    left_out: usize,
}

impl Preview<'_> {
    /// Where the answer to a question would go, in words.
    fn place(question: &Question) -> String {
        let cells: Vec<String> = question.answer.cells.iter().map(ToString::to_string).collect();
        match (cells.is_empty(), question.answer.options.is_empty()) {
            (true, _) => "no place for an answer".to_owned(),
            (false, true) => cells.join(", "),
            (false, false) => format!("{} ({})", cells.join(", "), question.answer.options.join(", ")),
        }
    }
}

/// `GET /questionnaires/{id}/layout`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>, Query(asking): Query<Asking>) -> Reply {
    render(&app, &frame, id, asking.anew, None).await
}

async fn render(app: &App, frame: &Frame, id: String, anew: bool, done: Option<Corrected>) -> Reply {
    let read = app.desk(frame.name(), move |desk| reading::look(desk, &id, anew)).await?;
    let sheets = roles::sheets(&read.asked().workbook, &read.mapping, &read.asked().found);
    page(&LayoutPage {
        frame,
        id: &read.progress.id,
        customer: &read.progress.received.sale.customer,
        name: &read.progress.received.name,
        sheets: &sheets,
        text: &read.text,
        seen: &read.seen,
        anew,
        by_hand: read.progress.received.mapping.is_some(),
        done,
    })
}

/// The layout that a form comes to, as text: the one that is written in it, or the one that its columns say.
fn said(fields: &Fields, workbook: &Workbook, name: &str) -> Result<String, crate::engine::Failure> {
    let written = fields.text("text").to_owned();
    if fields.ticked("by_text") {
        return Ok(written);
    }
    let base: Mapping = reading::of_text(&written)?;
    Ok(reading::as_text(&roles::corrected(base, workbook, fields)?, name))
}

/// `POST /questionnaires/{id}/layout/preview`: what would be asked; nothing is recorded.
pub async fn preview(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let fields = Fields(fields);
    let asked: Asked = app
        .desk(frame.name(), move |desk| {
            let read = reading::look(desk, &id, false)?;
            let text = said(&fields, &read.asked().workbook, &read.progress.received.name)?;
            reading::try_out(desk, &id, &text)
        })
        .await?;
    let mut sheets: Vec<Tried> = Vec::new();
    for sheet in &asked.workbook.sheets {
        let mut of_sheet = asked.found.questions.iter().filter(|question| question.sheet == sheet.name);
        let first: Vec<&Question> = of_sheet.by_ref().take(SHOWN).collect();
        let count = first.len() + of_sheet.count();
        if count > 0 {
            sheets.push(Tried { sheet: &sheet.name, count, first });
        }
    }
    page(&Preview { count: asked.found.questions.len(), sheets: &sheets, left_out: asked.found.left_out.len() })
}

/// `POST /questionnaires/{id}/layout`: the layout is kept, and the questionnaire read anew by it.
pub async fn correct(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Reply {
    let fields = Fields(fields);
    let done = app
        .desk(frame.name(), move |desk| {
            let read = reading::look(desk, &id, false)?;
            let text = said(&fields, &read.asked().workbook, &read.progress.received.name)?;
            reading::correct(desk, &id, &text, fields.text("seen"), fields.ticked("remember"))
        })
        .await?;
    render(&app, &frame, done.id.clone(), false, Some(done)).await
}

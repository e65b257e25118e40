//! `/lessons`: what decisions could teach the bank, from reviewers' own words; a curator takes each up or leaves it with a reason.

use askama::Template;
use axum::extract::{Form, Path, State};
use serde::Deserialize;

use crate::domain::changes::{Piece, Stands, pieces};
use crate::domain::lessons::What;
use crate::engine::accounts::{Act, Right, record};
use crate::engine::learn::{self, Shown};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::{filters, in_address};

/// A lesson with what it changes, word by word.
struct Told<'a> {
    shown: &'a Shown,
    /// Whether it is a further wording of a question, and no draft.
    asked: bool,
    /// The new text over the one that the bank has.
    words: Vec<Piece>,
    /// What was asked, where the lesson is a draft.
    question: &'a str,
}

impl<'a> Told<'a> {
    fn of(shown: &'a Shown) -> Self {
        let answer = shown.answer.as_ref();
        match &shown.lesson.what {
            What::AlsoAsked { wording, .. } => {
                let known = answer.map_or("", |answer| answer.question.as_str());
                // Two questions with little in common are easier read one below the other.
                let words = pieces(known, wording);
                let length = |both: bool| -> usize {
                    words.iter().filter(|piece| (piece.stands == Stands::Both) == both).map(|piece| piece.text.trim().len()).sum()
                };
                let near = length(true) > length(false);
                Self { shown, asked: true, words: if near { words } else { Vec::new() }, question: wording }
            }
            What::Draft { question, text, .. } => {
                let known = answer.map_or("", |answer| answer.wording.as_str());
                Self { shown, asked: false, words: pieces(known, text), question }
            }
        }
    }
}

#[derive(Template)]
#[template(path = "lessons.html")]
struct Lessons<'a> {
    frame: &'a Frame,
    all: &'a [Told<'a>],
    may_curate: bool,
}

/// `GET /lessons`
pub async fn list(State(app): State<App>, frame: Frame) -> Reply {
    let shown = app.desk(frame.name(), learn::shown).await?;
    let all: Vec<Told> = shown.iter().map(Told::of).collect();
    page(&Lessons { frame: &frame, all: &all, may_curate: frame.may(Right::Curate) })
}

/// `POST /lessons/{id}/take-up`
pub async fn take_up(State(app): State<App>, frame: Frame, Address(address): Address, Path(id): Path<String>) -> Reply {
    let done = app
        .desk(frame.name(), move |desk| {
            let done = learn::learn(desk, &id)?;
            record(desk, Act::BankChanged, &done.id, &address, &format!("learned {id}"))?;
            Ok(done)
        })
        .await?;
    go_to(&format!("/bank/{}", in_address(&done.id)))
}

/// Why a lesson is left.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    why: String,
}

/// `POST /lessons/{id}/leave`
pub async fn leave(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(said): Form<Why>) -> Reply {
    if said.why.trim().is_empty() {
        return Err(Refusal::wrong("the reason is missing", "say why the bank shall not learn it; nothing was changed"));
    }
    app.desk(frame.name(), move |desk| learn::refuse(desk, &id, &said.why)).await?;
    go_to("/lessons")
}

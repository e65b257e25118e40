//! What somebody does with a work item: take it or give it away, begin, close, open again, file it otherwise, merge it with another one, take them apart.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::item::{After, Told};
use crate::domain::backlog::Item;
use crate::domain::work_item::{Purpose, Work};
use crate::engine::backlog::{self, Moving, Step};
use crate::engine::questionnaire::{Anew, Desk};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};

/// Takes a step, and reads the item anew.
async fn step(app: &App, frame: &Frame, id: String, step: Step) -> Result<(Told, Moving), Refusal> {
    app.desk(frame.name(), move |desk| {
        let moving = backlog::step(desk, &id, step)?;
        Ok((Told::of(desk, &moving.item.item.id, Anew::All)?, moving))
    })
    .await
}

/// To whom it is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct To {
    owner: String,
}

/// `POST /work-items/{id}/owner`
pub async fn give(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(to): Form<To>) -> Reply {
    let owner = to.owner.trim().to_owned();
    if owner.is_empty() {
        return Err(Refusal::wrong("the name is empty", "say who shall do it; nothing was changed"));
    }
    let (told, _) = step(&app, &frame, id, Step::Owner(owner.clone())).await?;
    let words = if owner == frame.name() { "It is yours now".to_owned() } else { format!("{owner} has it now") };
    page(&told.shown(&frame, After::Did(words)))
}

/// Another state, with the reason for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Into {
    state: String,
    #[serde(default)]
    reason: String,
    /// Whether it was answered by hand, so that the bank need not have the answer.
    #[serde(default)]
    by_hand: bool,
}

/// `POST /work-items/{id}/state`
pub async fn move_to(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(into): Form<Into>) -> Reply {
    let reason = into.reason.trim().to_owned();
    match into.state.as_str() {
        "in-progress" => {
            let (told, _) = step(&app, &frame, id, Step::Start).await?;
            page(&told.shown(&frame, After::Did("Somebody is at it now".to_owned())))
        }
        "open" => {
            let (told, _) = step(&app, &frame, id, Step::Reopen).await?;
            page(&told.shown(&frame, After::Did("It is open again".to_owned())))
        }
        "wont-do" if reason.is_empty() => Err(Refusal::wrong("the reason is empty", "say why it will not be done; nothing was changed")),
        "wont-do" => {
            let (told, _) = step(&app, &frame, id, Step::WontDo { reason }).await?;
            page(&told.shown(&frame, After::Did("It will not be done; the reason stands in its history".to_owned())))
        }
        "done" if into.by_hand && reason.is_empty() => {
            Err(Refusal::wrong("it is not said how it was answered by hand", "say it in a few words; nothing was changed"))
        }
        "done" => done(&app, &frame, id, if into.by_hand { reason } else { String::new() }).await,
        other => Err(Refusal::wrong(format!("{other}: there is no such state"), "nothing was changed")),
    }
}

/// Closes it, and shows what that refilled; or which questions still have nothing that may be given.
async fn done(app: &App, frame: &Frame, id: String, reason: String) -> Reply {
    let closed = move |desk: &Desk| {
        desk.bank.look_again();
        let now = Told::of(desk, &id, Anew::All)?;
        if reason.is_empty() && now.waits() {
            return Ok((now, None));
        }
        let moving = backlog::step(desk, &id, Step::Done { reason })?;
        Ok((Told::of(desk, &moving.item.item.id, Anew::All)?, Some(moving)))
    };
    let (told, moving) = app.desk(frame.name(), closed).await?;
    match &moving {
        Some(moving) => page(&told.shown(frame, After::Closed(told.refilled(moving)))),
        None => Ok((StatusCode::CONFLICT, page(&told.shown(frame, After::StillThere))).into_response()),
    }
}

/// What kind of work it is, and what for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    work: String,
    purpose: String,
}

/// `POST /work-items/{id}/tags`
pub async fn tag(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(tags): Form<Tags>) -> Reply {
    let work = Work::ALL.iter().find(|(_, name)| *name == tags.work).map(|(work, _)| *work);
    let purpose = Purpose::ALL.iter().find(|(_, name)| *name == tags.purpose).map(|(purpose, _)| *purpose);
    if work.is_none() || purpose.is_none() {
        return Err(Refusal::wrong("there is no such kind of work or purpose", "choose one from each list; nothing was changed"));
    }
    let (told, _) = step(&app, &frame, id, Step::Tag(work, purpose)).await?;
    page(&told.shown(&frame, After::Did("It is filed so now".to_owned())))
}

/// Another item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    other: String,
}

fn address(item: &Item) -> String {
    format!("/work-items/{}", item.item.id)
}

/// `POST /work-items/{id}/merge`: it is the same as another one, which stands for both.
pub async fn merge(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(other): Form<Other>) -> Reply {
    let (_, moving) = step(&app, &frame, id, Step::Same(other.other)).await?;
    go_to(&address(&moving.item))
}

/// `POST /work-items/{id}/apart`: one that was merged into it is one of its own again.
pub async fn apart(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(other): Form<Other>) -> Reply {
    let moving = app
        .desk(frame.name(), move |desk| {
            backlog::step(desk, &other.other, Step::Same("none".to_owned()))?;
            backlog::show(desk, &id)
        })
        .await?;
    go_to(&address(&moving))
}

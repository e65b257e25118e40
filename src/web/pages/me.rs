//! `/me`: one's own account: the password, where one is signed in, tokens for programs.

use askama::Template;
use axum::extract::{Form, Path, State};
use serde::Deserialize;

use crate::engine::Failure;
use crate::engine::accounts::{self, NewToken, SessionLine, TokenLine};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, go_to, page};
use crate::web::session::{Address, Secret, Who};
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "me.html")]
struct Me<'a> {
    frame: &'a Frame,
    sessions: &'a [SessionLine],
    tokens: &'a [TokenLine],
    new: Option<&'a NewToken>,
}

async fn shown(app: &App, frame: &Frame, who: &Who, new: Option<&NewToken>) -> Reply {
    let signed = who.0.clone();
    let told = move |desk: &crate::engine::questionnaire::Desk| -> Result<_, Failure> {
        let tokens = accounts::tokens(desk, &signed)?.into_iter().filter(|token| token.name == signed.name).collect::<Vec<_>>();
        Ok((accounts::sessions(desk, &signed.name)?, tokens))
    };
    let (sessions, tokens) = app.desk(frame.name(), told).await?;
    page(&Me { frame, sessions: &sessions, tokens: &tokens, new })
}

/// `GET /me`
pub async fn show(State(app): State<App>, frame: Frame, who: Who) -> Reply {
    shown(&app, &frame, &who, None).await
}

/// The old and the new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    old: String,
    new: String,
}

/// `POST /me/password`
pub async fn change_password(
    State(app): State<App>,
    frame: Frame,
    Secret(secret): Secret,
    Address(address): Address,
    Form(typed): Form<Passwords>,
) -> Reply {
    app.hash(frame.name(), move |desk| accounts::change_password(desk, &secret, &typed.old, &typed.new, &address)).await?;
    go_to("/me")
}

/// The password once more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    password: String,
}

/// `POST /me/again`
pub async fn again(
    State(app): State<App>,
    frame: Frame,
    Secret(secret): Secret,
    Address(address): Address,
    Form(typed): Form<Password>,
) -> Reply {
    app.hash(frame.name(), move |desk| accounts::reauthenticate(desk, &secret, &typed.password, &address)).await?;
    go_to("/me")
}

/// What a token is for, and how long.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    label: String,
    days: i64,
}

/// `POST /me/tokens`
pub async fn new_token(State(app): State<App>, frame: Frame, who: Who, Address(address): Address, Form(token): Form<Token>) -> Reply {
    let signed = who.0.clone();
    let new = app.desk(frame.name(), move |desk| accounts::new_token(desk, &signed, &token.label, token.days, &address)).await?;
    shown(&app, &frame, &who, Some(&new)).await
}

/// `POST /tokens/{id}/revoke`
pub async fn revoke(State(app): State<App>, frame: Frame, who: Who, Address(address): Address, Path(id): Path<String>) -> Reply {
    app.desk(frame.name(), move |desk| accounts::revoke(desk, &who.0, &id, &address)).await?;
    go_to("/me")
}

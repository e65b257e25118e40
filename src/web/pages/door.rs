//! Coming in and going out: the first account, invitations, signing in and out.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::engine::accounts::{self, Given, Whose};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::session::{Address, Secret, cookie};
use crate::web::words::filters;

/// Where somebody wanted to go before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Then {
    then: String,
}

/// A link with a secret for one use.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    token: String,
}

/// A name and a password, and what came with them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    #[serde(default)]
    name: String,
    password: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    then: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    then: &'a str,
}

#[derive(Template)]
#[template(path = "accept.html")]
struct AcceptPage<'a> {
    frame: &'a Frame,
    token: &'a str,
    /// Whose password is chosen; none for the first account, which is still to be named.
    name: Option<&'a str>,
}

/// `GET /sign-in`
pub async fn sign_in_page(frame: Frame, Query(then): Query<Then>) -> Reply {
    page(&SignInPage { frame: &frame, then: &then.then })
}

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    Secret(old): Secret,
    jar: CookieJar,
    Form(door): Form<Door>,
) -> Reply {
    come_in(&app, address, old, jar, door.name, door.password, &door.then).await
}

async fn come_in(app: &App, address: String, old: String, jar: CookieJar, name: String, password: String, then: &str) -> Reply {
    let old = Some(old).filter(|old| !old.is_empty());
    let begun = app
        .hash("", move |desk| accounts::sign_in(desk, &Given { name: &name, password: &password, address: &address }, old.as_deref()))
        .await?;
    Ok((jar.add(cookie(&begun.token)), Redirect::to(own_path(then))).into_response())
}

/// A path of ours; whatever else was asked for leads to the beginning.
fn own_path(then: &str) -> &str {
    let plain = then.starts_with('/') && !then.starts_with("//") && !then.contains(['\\', '\n', '\r', '\t']);
    if plain && !then.starts_with("/sign-") { then } else { "/questionnaires" }
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, frame: Frame, Address(address): Address, Secret(secret): Secret, jar: CookieJar) -> Reply {
    app.desk(frame.name(), move |desk| accounts::sign_out(desk, &secret, &address)).await?;
    Ok((jar.add(cookie("")), Redirect::to("/sign-in")).into_response())
}

/// `GET /setup`
pub async fn set_up_page(State(app): State<App>, frame: Frame, Query(link): Query<Link>) -> Reply {
    let token = link.token.clone();
    match app.desk("", move |desk| accounts::whose(desk, &token)).await? {
        Some(Whose::First) => page(&AcceptPage { frame: &frame, token: &link.token, name: None }),
        _ => Err(used_up()),
    }
}

/// `POST /setup`
pub async fn set_up(
    State(app): State<App>,
    Address(address): Address,
    Secret(old): Secret,
    jar: CookieJar,
    Form(door): Form<Door>,
) -> Reply {
    let (name, password, from) = (door.name.clone(), door.password.clone(), address.clone());
    app.hash("", move |desk| accounts::set_up(desk, &door.token, &name, &password, &from)).await?;
    come_in(&app, address, old, jar, door.name, door.password, "").await
}

/// `GET /accept`
pub async fn accept_page(State(app): State<App>, frame: Frame, Query(link): Query<Link>) -> Reply {
    let token = link.token.clone();
    match app.desk("", move |desk| accounts::whose(desk, &token)).await? {
        Some(Whose::Of(name)) => page(&AcceptPage { frame: &frame, token: &link.token, name: Some(&name) }),
        _ => Err(used_up()),
    }
}

/// `POST /accept`
pub async fn accept(
    State(app): State<App>,
    Address(address): Address,
    Secret(old): Secret,
    jar: CookieJar,
    Form(door): Form<Door>,
) -> Reply {
    let (password, from) = (door.password.clone(), address.clone());
    let name = app.hash("", move |desk| accounts::accept(desk, &door.token, &password, &from)).await?;
    come_in(&app, address, old, jar, name, door.password, "").await
}

fn used_up() -> Refusal {
    Refusal::new(
        axum::http::StatusCode::NOT_FOUND,
        "this link was used already, or is too old",
        "sign in, or ask somebody with the role admin for a new one; the first link of all is printed when the server starts",
    )
}

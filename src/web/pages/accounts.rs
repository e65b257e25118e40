//! `/accounts`: who may sign in, with which role; links for new people and new passwords.

use askama::Template;
use axum::extract::{Form, Path, State};
use serde::Deserialize;

use crate::engine::Failure;
use crate::engine::accounts::{self, AccountLine, Invitation, Role};
use crate::engine::questionnaire::Desk;
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "accounts.html")]
struct Accounts<'a> {
    frame: &'a Frame,
    listed: &'a [AccountLine],
    roles: [(Role, &'static str); 4],
    /// A link that was just made, and its whole address.
    link: Option<(&'a Invitation, String)>,
}

/// What a role is for.
#[allow(clippy::trivially_copy_pass_by_ref)] // as the template gives it
fn is_for(role: &Role) -> &'static str {
    match role {
        Role::Sales => "takes questionnaires in, reviews, releases",
        Role::Reviewer => "reviews, does work items",
        Role::Curator => "looks after the bank and evidence, recalls, reviews",
        Role::Admin => "all of that, and looks after accounts",
    }
}

async fn shown(app: &App, frame: &Frame, link: Option<Invitation>) -> Reply {
    let accounts = app.desk(frame.name(), accounts::accounts).await?;
    let link = link.as_ref().map(|link| (link, format!("{}{}", app.address(), link.path())));
    page(&Accounts { frame, listed: &accounts, roles: Role::ALL, link })
}

/// `GET /accounts`
pub async fn list(State(app): State<App>, frame: Frame) -> Reply {
    shown(&app, &frame, None).await
}

/// Who is invited.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invited {
    name: String,
    role: String,
}

fn role(named: &str) -> Result<Role, Refusal> {
    Role::parse(named).ok_or_else(|| Refusal::wrong("there is no such role", "one of sales, reviewer, curator, admin"))
}

/// `POST /accounts`
pub async fn invite(State(app): State<App>, frame: Frame, Address(address): Address, Form(invited): Form<Invited>) -> Reply {
    let role = role(&invited.role)?;
    let link = app.desk(frame.name(), move |desk| accounts::invite(desk, &invited.name, role, &address)).await?;
    shown(&app, &frame, Some(link)).await
}

/// `POST /accounts/{name}/reset`
pub async fn reset(State(app): State<App>, frame: Frame, Address(address): Address, Path(name): Path<String>) -> Reply {
    let link = app.desk(frame.name(), move |desk| accounts::reset(desk, &name, &address)).await?;
    shown(&app, &frame, Some(link)).await
}

/// The role that somebody gets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    role: String,
}

/// `POST /accounts/{name}/role`
pub async fn change_role(
    State(app): State<App>,
    frame: Frame,
    Address(address): Address,
    Path(name): Path<String>,
    Form(new): Form<NewRole>,
) -> Reply {
    let role = role(&new.role)?;
    change(&app, &frame, move |desk| accounts::change_role(desk, &name, role, &address)).await
}

/// `POST /accounts/{name}/disable`
pub async fn disable(State(app): State<App>, frame: Frame, Address(address): Address, Path(name): Path<String>) -> Reply {
    change(&app, &frame, move |desk| accounts::disable(desk, &name, &address)).await
}

/// `POST /accounts/{name}/enable`
pub async fn enable(State(app): State<App>, frame: Frame, Address(address): Address, Path(name): Path<String>) -> Reply {
    change(&app, &frame, move |desk| accounts::enable(desk, &name, &address)).await
}

async fn change(app: &App, frame: &Frame, how: impl FnOnce(&Desk) -> Result<(), Failure> + Send + 'static) -> Reply {
    app.desk(frame.name(), how).await?;
    go_to("/accounts")
}

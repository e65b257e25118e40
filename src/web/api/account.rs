//! One's own account, the accounts of all, and the log.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::point::{Ask, Nothing, Point, change, change_by_password, read};
use super::{LOOK, given};
use crate::engine::accounts::{self, AccountLine, Filter, NewToken, Page, Right, Role, SessionLine, TokenLine};
use crate::engine::questionnaire::Desk;
use crate::web::reply::Refusal;
use crate::web::route::Access::{Again, Needs};

/// So many lines of the log are given where nothing is said.
const LINES: usize = 100;

pub fn points() -> Vec<Point> {
    let administers = Again(Right::Administer);
    vec![
        read("/api/v1/me", LOOK, "Tells one's own account, its sessions and its tokens", me),
        change_by_password(
            "/api/v1/me/password",
            LOOK,
            "Changes one's own password; all other sessions and all tokens end",
            change_password,
        ),
        change_by_password("/api/v1/me/again", LOOK, "Takes the password once more, for what reaches far", again),
        change("/api/v1/me/tokens", Again(Right::Look), "Makes a token; its secret is told this once", new_token),
        change("/api/v1/tokens/{id}/revoke", LOOK, "Ends a token at once", revoke),
        read("/api/v1/accounts", Needs(Right::Administer), "Lists the accounts", list),
        change("/api/v1/accounts", administers, "Invites somebody; gives the link under which they choose a password", invite),
        change("/api/v1/accounts/{name}/role", administers, "Gives an account another role; its sessions and tokens end", change_role),
        change(
            "/api/v1/accounts/{name}/reset",
            administers,
            "Makes a link for a new password; the old one, sessions and tokens end",
            reset,
        ),
        change("/api/v1/accounts/{name}/disable", administers, "Closes an account; its sessions and tokens end", disable),
        change("/api/v1/accounts/{name}/enable", administers, "Opens a closed account", enable),
        read("/api/v1/log", Needs(Right::Administer), "Reads the log, the newest first", log),
    ]
}

#[derive(Serialize)]
struct Me {
    name: String,
    role: Role,
    by_token: bool,
    sessions: Vec<SessionLine>,
    tokens: Vec<TokenLine>,
}

fn me(desk: &Desk, ask: &Ask<(), Nothing>) -> Result<Me, Refusal> {
    let who = &ask.who;
    let tokens = accounts::tokens(desk, who)?.into_iter().filter(|token| token.name == who.name).collect();
    Ok(Me { name: who.name.clone(), role: who.role, by_token: who.by_token, sessions: accounts::sessions(desk, &who.name)?, tokens })
}

/// What was done, where there is nothing more to say of it.
#[derive(Serialize)]
struct Did {
    done: bool,
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Passwords {
    /// The old one
    old: String,
    /// The new one, of at least 12 characters
    new: String,
}

fn change_password(desk: &Desk, ask: &Ask<(), Passwords>) -> Result<Did, Refusal> {
    accounts::change_password(desk, &ask.secret, &ask.sent.old, &ask.sent.new, &ask.address)?;
    Ok(Did { done: true })
}

/// The password once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    /// The password
    password: String,
}

fn again(desk: &Desk, ask: &Ask<(), Password>) -> Result<Did, Refusal> {
    accounts::reauthenticate(desk, &ask.secret, &ask.sent.password, &ask.address)?;
    Ok(Did { done: true })
}

/// What a token is for, and how long.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Token {
    /// What it is for
    #[schema(example = "nightly export")]
    label: String,
    /// Days that it holds, 1 to 366
    #[schema(example = 90)]
    days: i64,
}

fn new_token(desk: &Desk, ask: &Ask<(), Token>) -> Result<NewToken, Refusal> {
    Ok(accounts::new_token(desk, &ask.who, &ask.sent.label, ask.sent.days, &ask.address)?)
}

fn revoke(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Did, Refusal> {
    accounts::revoke(desk, &ask.who, &ask.path, &ask.address)?;
    Ok(Did { done: true })
}

fn list(desk: &Desk, _: &Ask<(), Nothing>) -> Result<Vec<AccountLine>, Refusal> {
    Ok(accounts::accounts(desk)?)
}

/// Who is invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invited {
    /// The name, which stands beside everything that they do
    #[schema(example = "mira.holm")]
    name: String,
    /// `sales`, `reviewer`, `curator` or `admin`
    #[schema(value_type = String, example = "reviewer")]
    role: Role,
}

/// A link for one person, for one use.
#[derive(Serialize)]
struct Link {
    name: String,
    until: jiff::Timestamp,
    /// The path on this server.
    path: String,
}

fn link(invitation: &accounts::Invitation) -> Link {
    Link { name: invitation.name.clone(), until: invitation.until, path: invitation.path() }
}

fn invite(desk: &Desk, ask: &Ask<(), Invited>) -> Result<Link, Refusal> {
    Ok(link(&accounts::invite(desk, &ask.sent.name, ask.sent.role, &ask.address)?))
}

fn reset(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Link, Refusal> {
    Ok(link(&accounts::reset(desk, &ask.path, &ask.address)?))
}

/// The role that somebody gets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    /// `sales`, `reviewer`, `curator` or `admin`
    #[schema(value_type = String, example = "curator")]
    role: Role,
}

fn change_role(desk: &Desk, ask: &Ask<String, NewRole>) -> Result<Did, Refusal> {
    accounts::change_role(desk, &ask.path, ask.sent.role, &ask.address)?;
    Ok(Did { done: true })
}

fn disable(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Did, Refusal> {
    accounts::disable(desk, &ask.path, &ask.address)?;
    Ok(Did { done: true })
}

fn enable(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Did, Refusal> {
    accounts::enable(desk, &ask.path, &ask.address)?;
    Ok(Did { done: true })
}

/// What of the log is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Only what this person did
    by: Option<String>,
    /// Only entries of this kind, such as `decided` or `released`
    kind: Option<String>,
    /// Only what is about this questionnaire
    questionnaire: Option<String>,
    /// Only what came before this entry, as the answer names it
    before: Option<i64>,
    /// How many lines, at most 500
    limit: Option<usize>,
}

fn log(desk: &Desk, ask: &Ask<(), Wanted>) -> Result<Page, Refusal> {
    let sent = &ask.sent;
    let filter = Filter { by: given(sent.by.as_ref()), kind: given(sent.kind.as_ref()), questionnaire: given(sent.questionnaire.as_ref()) };
    Ok(accounts::audit(desk, &filter, sent.before, sent.limit.unwrap_or(LINES))?)
}

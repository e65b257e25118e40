//! Results as pages; failures as words that say what happened and what became of the reader's work.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;

use super::app::App;
use super::session::Who;
use super::words::{error_for_pages, filters, hint_for_pages};
use crate::engine::accounts::{Refused, Right, Role};
use crate::engine::{Failure, FailureKind};

/// What a handler gives.
pub type Reply = Result<Response, Refusal>;

/// Why a request was not answered as it was meant.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// The HTTP status.
    #[serde(skip)]
    pub status: StatusCode,
    /// What is wrong.
    pub error: String,
    /// What to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(status: StatusCode, error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, error: error.into(), hint: hint.into() }
    }

    /// Nobody is signed in.
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "nobody is signed in here any more", "sign in, and do it again; nothing was changed")
    }

    /// The account's role does not have the right.
    pub fn not_yours(role: Role, right: Right) -> Self {
        let able: Vec<&str> = Role::ALL.into_iter().filter(|(role, _)| role.may(right)).map(|(_, name)| name).collect();
        Self::new(
            StatusCode::FORBIDDEN,
            format!("your account has the role {}, which may not do this", role.name()),
            format!("ask somebody with the role {}", able.join(" or ")),
        )
    }

    /// The password must be typed again.
    pub fn type_password() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "this needs your password again",
            "type it under “Your account”, then come back; nothing was changed",
        )
    }

    /// The request does not come from a page of this session.
    pub fn not_from_our_page() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "this did not come from a page of your session",
            "load the page anew, and do it again; nothing was changed",
        )
    }

    /// There is no such thing.
    pub fn not_there(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"), "it may have been taken away; look for it in its list")
    }

    /// What was sent cannot be meant.
    pub fn wrong(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error, hint)
    }

    /// Too much at once.
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many people ask at once",
            "wait a few seconds, and do it again; nothing was changed",
        )
    }

    /// The server ends.
    pub fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping", "wait until it is there again, and look whether this was done")
    }

    /// A fault of ours.
    pub fn bug() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the program failed here; this is a fault of ours",
            "look whether it was done before you do it again; please report what you did",
        )
    }

    /// Without a page around it, for what stands before the pages.
    pub fn plain(&self) -> Response {
        (self.status, format!("{}\n{}\n", self.error, self.hint)).into_response()
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = match failure.kind {
            FailureKind::Failed | FailureKind::Changed => StatusCode::CONFLICT,
            FailureKind::Usage | FailureKind::NoQuestion => StatusCode::UNPROCESSABLE_ENTITY,
            FailureKind::NotThere => StatusCode::NOT_FOUND,
            FailureKind::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
            FailureKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
            FailureKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        };
        Self::new(status, error_for_pages(&failure.message), hint_for_pages(&failure.hint))
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let told = refused.to_string();
        match refused {
            Refused::Wrong => Self::new(
                StatusCode::UNAUTHORIZED,
                told,
                "type both again; somebody with the role admin can send a link for a new password",
            ),
            Refused::Wait { .. } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, told, "this holds off whoever tries out passwords; yours was not looked at")
            }
            Refused::Failed(failure) => failure.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Pages for everybody, for the navigation: path and name.
pub const FOR_ALL: &[(&str, &str)] =
    &[("/questionnaires", "Questionnaires"), ("/work-items", "Work items"), ("/ledger", "Ledger"), ("/overview", "Overview")];
/// Pages of the bank.
pub const OF_BANK: &[(&str, &str)] = &[
    ("/bank", "Answers"),
    ("/evidence", "Evidence"),
    ("/coverage", "Coverage"),
    ("/upkeep", "Upkeep"),
    ("/lessons", "Lessons"),
    ("/import", "Import"),
];
/// Pages of who looks after accounts.
pub const OF_ADMIN: &[(&str, &str)] = &[("/accounts", "Accounts"), ("/log", "Log")];

/// What a page needs around it: who looks, where, how.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Who looks.
    pub who: Option<Who>,
    /// The page's path.
    pub path: String,
    /// Whether only a part of a page is asked for.
    pub part: bool,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// The day on which answers must stand.
    pub date: Date,
}

impl FromRequestParts<App> for Frame {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        Ok(Self::of(app, parts.extensions.get::<Who>().cloned(), parts.uri.path(), &parts.headers))
    }
}

impl Frame {
    fn of(app: &App, who: Option<Who>, path: &str, headers: &HeaderMap) -> Self {
        let header = |name: &str| headers.get(name).is_some_and(|value| value == "true");
        let part = header("hx-request") && !header("hx-boosted");
        Self { who, path: path.to_owned(), part, demo: app.order.demo, date: app.today() }
    }

    /// Whether the page stands under a path, for the navigation.
    pub fn under(&self, path: &str) -> bool {
        self.path == path || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether who looks may look after something, by the right's name.
    pub fn may(&self, right: Right) -> bool {
        self.who.as_ref().is_some_and(|who| who.may(right))
    }

    /// Whether who looks may look after accounts.
    pub fn may_administer(&self) -> bool {
        self.may(Right::Administer)
    }

    /// What forms of this session send back.
    pub fn ours(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.csrf)
    }

    /// Who looks, by name.
    pub fn name(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.name)
    }
}

/// A page or a part of one.
pub fn page(template: &impl Template) -> Reply {
    match template.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(_) => Err(Refusal::bug()),
    }
}

/// Leads the browser to another page, after something was done.
#[allow(clippy::unnecessary_wraps)] // as all that pages end with
pub fn go_to(path: &str) -> Reply {
    Ok(axum::response::Redirect::to(path).into_response())
}

/// Bytes for the reader's disk, never shown in the browser.
pub fn download(name: &str, bytes: Vec<u8>) -> Response {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ()".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", super::words::in_address(name));
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    ([(axum::http::header::CONTENT_TYPE, kind), (axum::http::header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    frame: &'a Frame,
    refusal: &'a Refusal,
}

#[derive(Template)]
#[template(path = "refusal_part.html")]
struct RefusalPart<'a> {
    refusal: &'a Refusal,
}

/// Puts a page around what is refused: a whole one, a notice inside the one that is open, or JSON.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let who = request.extensions().get::<Who>().cloned();
    let frame = Frame::of(&app, who, request.uri().path(), request.headers());
    let in_page = request.headers().contains_key("hx-request");
    let response = next.run(request).await;
    let refusal = match response.extensions().get::<Refusal>() {
        Some(refusal) => refusal.clone(),
        None => match bare(&response) {
            Some(refusal) => refusal,
            None => return response,
        },
    };
    let status = refusal.status;
    let body = if frame.path.starts_with("/api/") {
        axum::Json(&refusal).into_response()
    } else if in_page {
        let mut notice = page(&RefusalPart { refusal: &refusal }).unwrap_or_else(|refusal| refusal.plain());
        notice.headers_mut().insert("hx-retarget", HeaderValue::from_static("#notice"));
        notice.headers_mut().insert("hx-reswap", HeaderValue::from_static("innerHTML"));
        notice
    } else {
        page(&RefusalPage { frame: &frame, refusal: &refusal }).unwrap_or_else(|refusal| refusal.plain())
    };
    let mut response = (status, body).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

/// What the framework itself refused, in our words.
fn bare(response: &Response) -> Option<Refusal> {
    let (error, hint) = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ("this is larger than what is taken here", "send less at once"),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("what was sent cannot be read", "load the page anew, and do it again; nothing was changed")
        }
        StatusCode::REQUEST_TIMEOUT => ("it took too long to arrive", "send it again; nothing was changed"),
        _ => return None,
    };
    Some(Refusal::new(response.status(), error, hint))
}

/// For every path that is not in the table.
pub async fn nothing_here() -> Refusal {
    Refusal::not_there("page")
}

/// For a path that is in the table with another method.
pub async fn not_this_way() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here in this way", "go on from the page itself")
}

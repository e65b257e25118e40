//! One route of the API: its answer and what the document says of it, both out of the same types.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};

use crate::engine::questionnaire::Desk;
use crate::web::app::App;
use crate::web::reply::{Refusal, Reply, download};
use crate::web::route::{self, Access, Route};
use crate::web::session::{Address, Secret, Who};

/// The deepest JSON that is read, in objects and lists inside each other.
const DEPTH: usize = 64;

/// A schema with the name under which others refer to it.
pub type Named = (String, RefOr<Schema>);

/// What a route takes besides what stands in its path.
pub enum Takes {
    /// Fields behind the path.
    Query(Vec<Parameter>),
    /// A JSON object: its schema, and the schemas that it refers to.
    Json(Box<RefOr<Schema>>, Vec<Named>),
    /// A form with files: name, whether it is a file, and what it is, of each field.
    Form(&'static [(&'static str, bool, &'static str)]),
}

/// What a route answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// JSON.
    Json,
    /// A file to be kept.
    File,
    /// A page to be read.
    Page,
}

/// One route of the API.
pub struct Point {
    /// As the table of all routes takes it.
    pub route: Route,
    /// Under which heading it stands.
    pub topic: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it gives.
    pub gives: Gives,
}

/// What is asked, and by whom.
pub struct Ask<P, I> {
    /// What stands in the path.
    pub path: P,
    /// What was sent with it.
    pub sent: I,
    /// Who asks.
    pub who: Who,
    /// The session's secret; empty where a program asks.
    pub secret: String,
    /// Where the request comes from.
    pub address: String,
    /// Where git is, for histories.
    pub git: Option<std::path::PathBuf>,
}

/// Nothing is taken.
#[derive(serde::Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What somebody does for a request, at the desk of who asks.
pub type Work<P, I, T> = fn(&Desk, &Ask<P, I>) -> Result<T, Refusal>;

/// A route that shows something.
pub fn read<P, Q, T>(path: &'static str, access: Access, what: &'static str, work: Work<P, Q, T>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    Q: DeserializeOwned + IntoParams + Send + 'static,
    T: Serialize + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask = asked_in_query(&app, request).await?;
        Ok::<_, Refusal>(axum::Json(done(&app, ask, work).await?))
    };
    let takes = Takes::Query(Q::into_params(|| Some(ParameterIn::Query)));
    Point { route: route::get(path, access, answer), topic: "", what, takes, gives: Gives::Json }
}

/// A route that gives a file: its name and its bytes.
pub fn file<P, Q>(path: &'static str, access: Access, what: &'static str, work: Work<P, Q, (String, Vec<u8>)>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    Q: DeserializeOwned + IntoParams + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask = asked_in_query(&app, request).await?;
        let (name, bytes) = done(&app, ask, work).await?;
        Ok::<_, Refusal>(download(&name, bytes).into_response())
    };
    let takes = Takes::Query(Q::into_params(|| Some(ParameterIn::Query)));
    Point { route: route::get(path, access, answer), topic: "", what, takes, gives: Gives::File }
}

/// A route that changes something.
pub fn change<P, B, T>(path: &'static str, access: Access, what: &'static str, work: Work<P, B, T>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    B: DeserializeOwned + ToSchema + Send + 'static,
    T: Serialize + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask = asked_in_body(&app, request).await?;
        Ok::<_, Refusal>(axum::Json(done(&app, ask, work).await?))
    };
    changing::<B>(route::post(path, access, answer), what)
}

/// As [`change`], for files of the inbox: whoever looks at it hears of it.
pub fn change_of_uploads<P, B, T>(path: &'static str, access: Access, what: &'static str, work: Work<P, B, T>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    B: DeserializeOwned + ToSchema + Send + 'static,
    T: Serialize + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask = asked_in_body(&app, request).await?;
        let told = done(&app, ask, work).await?;
        app.uploads.changed();
        Ok::<_, Refusal>(axum::Json(told))
    };
    changing::<B>(route::post(path, access, answer), what)
}

/// As [`change`], for what looks at a password: few at one time.
pub fn change_by_password<P, B, T>(path: &'static str, access: Access, what: &'static str, work: Work<P, B, T>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    B: DeserializeOwned + ToSchema + Send + 'static,
    T: Serialize + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask: Ask<P, B> = asked_in_body(&app, request).await?;
        let name = ask.who.name.clone();
        Ok::<_, Refusal>(axum::Json(app.hash(&name, move |desk| work(desk, &ask)).await?))
    };
    changing::<B>(route::post(path, access, answer), what)
}

/// As [`change`], for what gives more than JSON of one kind, such as both texts of a conflict.
pub fn change_or_tell<P, B>(path: &'static str, access: Access, what: &'static str, work: Work<P, B, Reply>) -> Point
where
    P: DeserializeOwned + Send + 'static,
    B: DeserializeOwned + ToSchema + Send + 'static,
{
    let answer = move |State(app): State<App>, request: Request| async move {
        let ask = asked_in_body(&app, request).await?;
        done(&app, ask, work).await?
    };
    changing::<B>(route::post(path, access, answer), what)
}

fn changing<B: ToSchema>(route: Route, what: &'static str) -> Point {
    let mut beside = Vec::new();
    B::schemas(&mut beside);
    Point { route, topic: "", what, takes: Takes::Json(Box::new(B::schema()), beside), gives: Gives::Json }
}

/// Does the work at the desk of who asks.
pub async fn done<P: Send + 'static, I: Send + 'static, T: Send + 'static>(
    app: &App,
    ask: Ask<P, I>,
    work: Work<P, I, T>,
) -> Result<T, Refusal> {
    let name = ask.who.name.clone();
    app.desk(&name, move |desk| Ok(work(desk, &ask))).await?
}

async fn asked_in_query<P: DeserializeOwned + Send, Q: DeserializeOwned>(app: &App, request: Request) -> Result<Ask<P, Q>, Refusal> {
    let (mut parts, _) = request.into_parts();
    let sent = Query::<Q>::try_from_uri(&parts.uri).map_err(|error| {
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        Refusal::wrong(format!("what stands behind the path: {why}"), "the document at /api/v1 names each field; nothing was changed")
    })?;
    asked(app, &mut parts, sent.0).await
}

async fn asked_in_body<P: DeserializeOwned + Send, B: DeserializeOwned>(app: &App, request: Request) -> Result<Ask<P, B>, Refusal> {
    let (mut parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(whole, app).await.map_err(|rejection| {
        Refusal::new(rejection.status(), "the body is larger than 1 MiB, or did not arrive whole", "send less at once; nothing was changed")
    })?;
    let sent = from_json(&parts.headers, &bytes)?;
    asked(app, &mut parts, sent).await
}

/// What stands in the path, and who asks.
pub async fn asked<P: DeserializeOwned + Send, I>(
    app: &App,
    parts: &mut axum::http::request::Parts,
    sent: I,
) -> Result<Ask<P, I>, Refusal> {
    let Path(path) = Path::<P>::from_request_parts(parts, app).await.map_err(|_| Refusal::not_there("thing"))?;
    let who = Who::from_request_parts(parts, app).await?;
    let Ok(Secret(secret)) = Secret::from_request_parts(parts, app).await;
    let Ok(Address(address)) = Address::from_request_parts(parts, app).await;
    Ok(Ask { path, sent, who, secret, address, git: app.order.git.clone() })
}

/// A body as what it is meant to be; an empty one is an empty object.
fn from_json<B: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<B, Refusal> {
    let wrong = |error: String| Refusal::wrong(error, "the document at /api/v1 names each field; nothing was changed");
    if bytes.is_empty() {
        return serde_json::from_str("{}").map_err(|error| wrong(plain(&error)));
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is not called JSON",
            "send it with Content-Type: application/json; nothing was changed",
        ));
    }
    if too_deep(bytes) {
        return Err(wrong(format!("the body has more than {DEPTH} objects and lists inside each other")));
    }
    serde_json::from_slice(bytes).map_err(|error| wrong(plain(&error)))
}

/// What the reader of JSON says, without its place where that says nothing.
fn plain(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.strip_suffix(" at line 1 column 2").unwrap_or(&told).to_owned()
}

/// Whether objects and lists stand deeper inside each other than is read.
fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return true;
        }
    }
    false
}

/// A list in parts.
#[derive(Serialize)]
pub struct Paged<T> {
    /// How many there are.
    pub total: usize,
    /// The place of the first that is listed, from 0.
    pub offset: usize,
    /// Those that are listed.
    pub items: Vec<T>,
}

/// So many are listed at once where nothing is said, and at most.
const LISTED: (usize, usize) = (100, 1_000);

/// A part of a list.
pub fn paged<T>(all: Vec<T>, offset: Option<usize>, limit: Option<usize>) -> Paged<T> {
    let (total, offset) = (all.len(), offset.unwrap_or(0));
    let limit = limit.unwrap_or(LISTED.0).min(LISTED.1);
    Paged { total, offset, items: all.into_iter().skip(offset).take(limit).collect() }
}

//! Who asks: the session behind the cookie or the token behind the header, and whether that person may have the route.

use std::convert::Infallible;
use std::net::IpAddr;
use std::ops::Deref;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::app::App;
use super::listen::Peer;
use super::reply::Refusal;
use super::route::Access;
use crate::engine::accounts::{self, Act, Right, Signed};

/// The cookie's name; with this beginning, browsers take it only over TLS (or from this machine), for this host alone.
const COOKIE: &str = "__Host-answerbank";
/// The header in which our pages send back what only they know of the session.
const OURS: &str = "x-answerbank";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Who(pub Signed);

impl Deref for Who {
    type Target = Signed;

    fn deref(&self) -> &Signed {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Refusal::sign_in)
    }
}

/// The session's secret, if one was sent.
pub fn secret(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a session, or ends it.
pub fn cookie(secret: &str) -> Cookie<'static> {
    let mut cookie = Cookie::new(COOKIE, secret.to_owned());
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_path("/");
    if secret.is_empty() {
        cookie.make_removal();
    }
    cookie
}

/// Finds out who asks.
pub async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned));
    let cookie = secret(request.headers());
    let found = match (bearer, cookie) {
        (Some(token), _) => app.desk("", move |desk| accounts::of_token(desk, &token)).await,
        (None, Some(secret)) => app.desk("", move |desk| accounts::session(desk, &secret)).await,
        (None, None) => Ok(None),
    };
    match found {
        Ok(Some(signed)) => {
            request.extensions_mut().insert(Who(signed));
        }
        Ok(None) => {}
        Err(refusal) => return refusal.plain(),
    }
    next.run(request).await
}

/// Lets a request through to its route, or says why not.
pub async fn admit(access: Access, State(app): State<App>, request: Request, next: Next) -> Response {
    match refused(access, &request) {
        None => next.run(request).await,
        Some(refusal) => {
            let who = request.extensions().get::<Who>().cloned();
            if let Some(who) = who {
                let about = format!("{} {}", request.method(), request.uri().path());
                let (from, why) = (address(&app, &request), refusal.error.clone());
                let _ = app.desk(&who.name, move |desk| accounts::record(desk, Act::Denied, &about, &from, &why)).await;
            } else if request.method() == Method::GET
                && !request.uri().path().starts_with("/api/")
                && !request.headers().contains_key("hx-request")
            {
                return to_sign_in(&request);
            }
            refusal.into_response()
        }
    }
}

fn refused(access: Access, request: &Request) -> Option<Refusal> {
    let who = request.extensions().get::<Who>();
    let (right, again) = match access {
        Access::Anybody => (None, false),
        Access::Needs(right) => (Some(right), false),
        Access::Again(right) => (Some(right), true),
    };
    if let Some(right) = right {
        let Some(who) = who else { return Some(Refusal::sign_in()) };
        if !who.role.may(right) {
            return Some(Refusal::not_yours(who.role, right));
        }
        if again && !who.reauthenticated_recently {
            return Some(Refusal::type_password());
        }
    }
    // Who has no session yet has nothing that another site could use; that the request is not another site's was checked before.
    let sent = request.headers().get(OURS).and_then(|value| value.to_str().ok());
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let theirs = who.is_some_and(|who| !who.by_token && sent != Some(who.csrf.as_str()));
    (changes && theirs && right.is_some()).then(Refusal::not_from_our_page)
}

fn to_sign_in(request: &Request) -> Response {
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let to = format!("/sign-in?then={}", super::words::in_address(wanted));
    let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/sign-in"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// Where a request comes from: the connection's other end, or what our own proxy says of it.
pub fn address(app: &App, request: &Request) -> String {
    from(app, request.headers(), request.extensions().get::<Peer>().copied())
}

fn from(app: &App, headers: &HeaderMap, peer: Option<Peer>) -> String {
    // Only a proxy of ours is believed, and of what it says only what it added itself, which stands last.
    let told = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()?.rsplit(',').next()).map(str::trim);
    match (app.order.behind_proxy, told.and_then(|told| told.parse::<IpAddr>().ok()), peer) {
        (true, Some(told), _) => told.to_string(),
        (_, _, Some(Peer(peer))) => peer.to_string(),
        _ => String::new(),
    }
}

/// The address that a request comes from, for the log and against guessing.
#[derive(Clone, Debug)]
pub struct Address(pub String);

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(from(app, &parts.headers, parts.extensions.get::<Peer>().copied())))
    }
}

/// The session's secret as the browser sent it; empty where none was.
#[derive(Clone)]
pub struct Secret(pub String);

impl FromRequestParts<App> for Secret {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(secret(&parts.headers).unwrap_or_default()))
    }
}

impl Who {
    /// Whether this person may do something.
    pub fn may(&self, right: Right) -> bool {
        self.role.may(right)
    }
}

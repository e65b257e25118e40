//! What every answer bears, errors included, so that a browser does nothing with it that we did not mean; and which hosts we are.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::reply::Refusal;

/// Nothing but our own files, nothing in frames, no script in the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; report-uri /csp";
/// A year, in seconds.
const YEAR: &str = "max-age=31536000; includeSubDomains";
/// The longest address that is read.
const LONGEST: usize = 4096;

/// Adds the headers, and refuses what is not for us.
pub async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let refused = if request.uri().to_string().len() > LONGEST {
        Some(Refusal::new(StatusCode::URI_TOO_LONG, "the address is too long", "shorten what is searched for"))
    } else if !is_ours(&app, &request) {
        Some(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server is not known by that name",
            "start it with --url and the address that people type",
        ))
    } else {
        None
    };
    let mut response = match refused {
        Some(refusal) => refusal.plain(),
        None => next.run(request).await,
    };
    let tls = app.order.url.as_ref().is_some_and(|url| url.starts_with("https://"));
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if tls {
        set(header::STRICT_TRANSPORT_SECURITY, YEAR);
    }
    // Whoever may keep something says so itself: our own style and scripts.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a request names this machine, or the address that people type: another site's name that leads here must not get an answer.
fn is_ours(app: &App, request: &Request) -> bool {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let named = request.uri().authority().map_or(named, |authority| authority.as_str());
    let url = app.order.url.as_deref().and_then(|url| url.split_once("://"));
    if url.is_some_and(|(_, host)| host.eq_ignore_ascii_case(named)) {
        return true;
    }
    let host = named.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(named, |(host, _)| host);
    let listens = app.order.listen.ip();
    ["localhost", "127.0.0.1", "[::1]"].contains(&host) || (!listens.is_unspecified() && host == listens.to_string())
}

/// Browsers tell here what a page tried that it may not.
pub async fn told_of_policy(body: String) -> Response {
    let told: String = body.chars().take(500).filter(|c| !c.is_control()).collect();
    eprintln!("a page tried what it may not: {told}");
    StatusCode::NO_CONTENT.into_response()
}

//! Style, scripts and the icon, inside the program; their addresses bear a digest, so that browsers keep them until they change.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::reply::{Refusal, Reply};
use crate::domain::digest::sha256_hex;

/// Name, kind and bytes of each.
const ASSETS: &[(&str, &str, &[u8])] = &[
    ("style.css", "text/css; charset=utf-8", include_bytes!("assets/style.css")),
    ("icon.svg", "image/svg+xml", include_bytes!("assets/icon.svg")),
    ("htmx.min.js", "text/javascript; charset=utf-8", include_bytes!("assets/htmx.min.js")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("assets/app.js")),
    ("review.js", "text/javascript; charset=utf-8", include_bytes!("assets/review.js")),
    ("rows.js", "text/javascript; charset=utf-8", include_bytes!("assets/rows.js")),
    ("lists.js", "text/javascript; charset=utf-8", include_bytes!("assets/lists.js")),
    ("layout.js", "text/javascript; charset=utf-8", include_bytes!("assets/layout.js")),
    ("uploads.js", "text/javascript; charset=utf-8", include_bytes!("assets/uploads.js")),
    ("theme.js", "text/javascript; charset=utf-8", include_bytes!("assets/theme.js")),
];

static ADDRESSES: LazyLock<BTreeMap<&str, String>> =
    LazyLock::new(|| ASSETS.iter().map(|(name, _, bytes)| (*name, format!("/assets/{}/{name}", &sha256_hex(bytes)[..12]))).collect());

/// Where a page finds one.
pub fn address(name: &str) -> &str {
    ADDRESSES.get(name).map_or("", String::as_str)
}

/// `GET /assets/{digest}/{name}`
pub async fn show(Path((digest, name)): Path<(String, String)>) -> Reply {
    let Some((_, kind, bytes)) = ASSETS.iter().find(|(known, ..)| *known == name) else { return Err(Refusal::not_there("file")) };
    // An old page's address gets today's file, but nobody keeps it under that address.
    let keep = if address(&name).contains(&digest) { "public, max-age=31536000, immutable" } else { "no-store" };
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CACHE_CONTROL, HeaderValue::from_static(keep))], *bytes).into_response())
}

//! `/health`: whether the server and its store work, for whatever watches it. Tells strangers nothing else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::engine::keep;
use crate::web::app::App;
use crate::web::reply::Reply;

/// `GET /health`
pub async fn show(State(app): State<App>) -> Reply {
    let works = app.desk("", keep::entries).await.is_ok();
    let (status, word) = if works { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n") };
    Ok((status, word).into_response())
}

//! `/questionnaires/{id}/events`: tells a page that something happened, as long as its session lasts and the server runs.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use tokio::sync::mpsc;
use tokio::time::interval;
use tokio_stream::wrappers::ReceiverStream;

use crate::engine::{accounts, review};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply};
use crate::web::session::Secret;

/// So often it is asked whether the session still lasts; a browser that is gone is noticed by then, too.
const STILL: Duration = Duration::from_secs(3);

/// `GET /questionnaires/{id}/events`
pub async fn stream(State(app): State<App>, frame: Frame, Path(id): Path<String>, Secret(secret): Secret) -> Reply {
    let latest = app.desk(frame.name(), move |desk| review::stands_now(desk, &id).map(|now| now.latest)).await?;
    let (send, receive) = mpsc::channel::<Result<Event, Infallible>>(4);
    tokio::spawn(async move {
        let _ = tell(&app, &secret, latest, &send).await;
    });
    Ok(Sse::new(ReceiverStream::new(receive)).into_response())
}

/// Tells until nobody listens, the session ends or the server stops.
async fn tell(
    app: &App,
    secret: &str,
    latest: i64,
    send: &mpsc::Sender<Result<Event, Infallible>>,
) -> Result<(), mpsc::error::SendError<Result<Event, Infallible>>> {
    let (mut news, mut stopping) = (app.news.subscribe(), app.stopping.subscribe());
    news.mark_changed();
    send.send(Ok(Event::default().event("news").data(latest.to_string()))).await?;
    let mut look = interval(STILL);
    loop {
        tokio::select! {
            () = async { let _ = stopping.wait_for(|stopping| *stopping).await; } => return Ok(()),
            changed = news.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let entries = *news.borrow_and_update();
                send.send(Ok(Event::default().event("news").data(entries.to_string()))).await?;
            }
            _ = look.tick() => {
                let asked = secret.to_owned();
                // A store that does not answer now is asked again.
                if matches!(app.desk("", move |desk| accounts::lasts(desk, &asked)).await, Ok(false)) {
                    return send.send(Ok(Event::default().event("over").data("over"))).await;
                }
                send.send(Ok(Event::default().comment(""))).await?;
            }
        }
    }
}

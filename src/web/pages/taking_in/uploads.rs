//! `/uploads`: files arrive, streamed to the disk while they are counted, and are followed live until each is a questionnaire.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::terms::Fields;
use crate::engine::Failure;
use crate::engine::inbox::{self, Arriving, End, TOGETHER, Terms, Ticket};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::uploads::{Now, Running};
use crate::web::words::{filters, hint_for_pages};

/// All files of one upload may have so many bytes together.
pub const MOST: usize = 2 << 30;
/// So many other fields a form may have …
const FIELDS: usize = 500;
/// … of so many bytes each.
const FIELD: usize = 4 << 10;
/// So many pieces of a file wait for the disk before no more are taken from the network.
const PIECES: usize = 8;
/// So much of a refused upload is still read, so that the browser gets to see why: one that is cut off shows nothing.
const READ_ON: usize = 256 << 20;
/// So often news is told at most.
const PAUSE: Duration = Duration::from_millis(200);
/// After so many news the browser asks anew, and is asked anew who it is.
const NEWS: usize = 1_000;

/// `POST /uploads`
pub async fn take(State(app): State<App>, frame: Frame, headers: HeaderMap, form: Multipart) -> Reply {
    arrive(&app, frame.name(), &headers, form).await?;
    let mut reply = go_to("/uploads")?;
    if headers.contains_key("hx-request") {
        // The page that follows has a script of its own, so the browser has to load it as a whole.
        reply = StatusCode::NO_CONTENT.into_response();
        reply.headers_mut().insert("hx-redirect", HeaderValue::from_static("/uploads"));
    }
    Ok(reply)
}

/// Takes files in to the inbox; gives their ids.
pub async fn arrive(app: &App, by: &str, headers: &HeaderMap, mut form: Multipart) -> Result<Vec<String>, Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0);
    app.desk(by, move |desk| inbox::check_room(&desk.store, announced)).await?;
    let (fields, arrived) = match receive(app, &mut form).await {
        Ok(received) => received,
        Err(refusal) => {
            read_on(&mut form).await;
            return Err(refusal);
        }
    };
    let customer = fields.text("customer").to_owned();
    let said = fields.terms(&customer)?;
    let terms = Terms {
        sale: said.sale,
        audience: said.audience,
        products: said.products,
        regions: said.regions,
        overwrite: said.overwrite,
        carries_on: fields.text("carries_on") != "nothing",
    };
    let ids = app.desk(by, move |desk| inbox::accept(desk, &terms, arrived)).await?;
    app.uploads.changed();
    Ok(ids)
}

/// Takes all fields of a form, whatever their order.
async fn receive(app: &App, form: &mut Multipart) -> Result<(Fields, Vec<Arriving>), Refusal> {
    let (mut fields, mut arrived) = (Fields::default(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            // A browser sends an empty file where none was chosen.
            Some(file) if file.is_empty() => {}
            Some(_) if arrived.len() >= TOGETHER => {
                return Err(Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("these are more than {TOGETHER} files"),
                    "nothing of this upload was taken in; send them in several parts",
                ));
            }
            Some(file) => arrived.push(to_disk(app, field, file).await?),
            None if fields.0.len() >= FIELDS => return Err(too_long()),
            None => fields.0.push((name, text(field).await?)),
        }
    }
    Ok((fields, arrived))
}

/// Streams one file to the disk: no more of it is in memory than a few pieces.
async fn to_disk(app: &App, mut field: Field<'_>, name: String) -> Result<Arriving, Refusal> {
    let (sender, mut pieces) = mpsc::channel::<Bytes>(PIECES);
    let (store, most) = (app.order.store.clone(), app.order.worker.limits.file);
    let written = spawn_blocking(move || {
        let mut arriving = Arriving::begin(&store, &name, most)?;
        while let Some(piece) = pieces.blocking_recv() {
            arriving.take(&piece)?;
        }
        Ok::<Arriving, Failure>(arriving)
    });
    let mut sent = Ok(());
    loop {
        match field.chunk().await {
            Ok(Some(piece)) => {
                // Whoever writes has failed, and says below why.
                if sender.send(piece).await.is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                sent = Err(broken(error));
                break;
            }
        }
    }
    drop(sender);
    let arrived = written.await.map_err(|_| Refusal::bug())?.map_err(Refusal::from);
    sent.and(arrived)
}

async fn text(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD {
            return Err(too_long());
        }
    }
    String::from_utf8(bytes).map_err(|_| Refusal::wrong("a field is no text", "load the page anew, and send it again"))
}

fn too_long() -> Refusal {
    Refusal::wrong("what was filled in is too long", "nothing was taken in; shorten it, and send it again")
}

/// What did not arrive as it was meant.
#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn broken(error: MultipartError) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "these files are more than 2 GiB together",
            "nothing of this upload was taken in; send them in several parts",
        ),
        _ => Refusal::new(
            StatusCode::BAD_REQUEST,
            "the upload did not arrive whole",
            "nothing of it was taken in; send it again when the connection is there",
        ),
    }
}

/// Reads what else comes, into nothing.
async fn read_on(form: &mut Multipart) {
    let mut read = 0;
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(piece)) = field.chunk().await {
            read += piece.len();
            if read > READ_ON {
                return;
            }
        }
    }
}

/// A file of the list, as it is shown.
struct Shown {
    ticket: Ticket,
    /// Its place among those that wait, from 1.
    waits: usize,
    running: Option<Running>,
}

impl Shown {
    /// The questionnaire that a failure names.
    fn named(&self) -> Option<&str> {
        let Some(End::Failed { message, .. }) = &self.ticket.end else { return None };
        let at = message.find(" q-").map(|at| at + 1)?;
        let id = message.get(at..at + 12)?;
        id[2..].bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(id)
    }

    /// What to do about a failure, where that is nothing for a terminal.
    fn hint(&self) -> String {
        match &self.ticket.end {
            Some(End::Failed { hint, .. }) => hint_for_pages(hint),
            _ => String::new(),
        }
    }

    fn size(&self) -> String {
        let kib = self.ticket.bytes.div_ceil(1 << 10);
        if kib < 1_000 { format!("{kib} KiB") } else { format!("{}.{} MiB", kib >> 10, ((kib & 1023) * 10) >> 10) }
    }
}

#[derive(Template)]
#[template(path = "taking_in/uploads.html")]
struct Uploads<'a> {
    frame: &'a Frame,
    files: &'a [Shown],
}

#[derive(Template)]
#[template(path = "taking_in/uploads_list.html")]
struct UploadsList<'a> {
    files: &'a [Shown],
}

async fn files(app: &App, by: &str) -> Result<Vec<Shown>, Refusal> {
    let listed = app.desk(by, |desk| inbox::list(&desk.store)).await?;
    let running = app.uploads.running();
    let shown = |(place, ticket): (usize, Ticket)| {
        let running = running.clone().filter(|running| running.id == ticket.id && ticket.end.is_none());
        Shown { ticket, waits: place + 1, running }
    };
    Ok(listed.into_iter().enumerate().map(shown).collect())
}

/// `GET /uploads`
pub async fn list(State(app): State<App>, frame: Frame) -> Reply {
    let files = files(&app, frame.name()).await?;
    if frame.part { page(&UploadsList { files: &files }) } else { page(&Uploads { frame: &frame, files: &files }) }
}

/// `GET /uploads/events`: the list anew whenever something in it is another; once, to who does not ask for a stream.
pub async fn events(State(app): State<App>, frame: Frame, headers: HeaderMap) -> Reply {
    if !headers.get(ACCEPT).is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/event-stream"))) {
        return page(&UploadsList { files: &files(&app, frame.name()).await? });
    }
    let hears = WatchStream::new(app.uploads.hear()).take(NEWS).take_while(|now: &Now| !now.ending());
    let told = hears.then(move |_| {
        let (app, by) = (app.clone(), frame.name().to_owned());
        async move {
            tokio::time::sleep(PAUSE).await;
            let event = Event::default().event("uploads");
            Ok::<Event, Infallible>(match files(&app, &by).await {
                Ok(files) => event.data(UploadsList { files: &files }.render().unwrap_or_default().replace('\r', "")),
                Err(_) => event.comment("the store does not answer"),
            })
        }
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()).into_response())
}

/// `POST /uploads/{id}/dismiss`
pub async fn dismiss(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    app.desk(frame.name(), move |desk| inbox::dismiss(&desk.store, &id)).await?;
    app.uploads.changed();
    list(State(app), frame).await
}

/// `POST /uploads/{id}/again`
pub async fn again(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    app.desk(frame.name(), move |desk| inbox::again(&desk.store, &id)).await?;
    app.uploads.changed();
    list(State(app), frame).await
}

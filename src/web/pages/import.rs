//! `/import`: filled questionnaires and libraries of the past into drafts. First it is only looked at; then what was chosen is written.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Multipart, Path, State};
use axum::http::HeaderValue;
use jiff::civil::Date;

use crate::engine::accounts::{Act, record};
use crate::engine::import::staged::{self, Said};
use crate::engine::import::{self, Contradiction, Imported};
use crate::engine::{Failure, evidence};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::upload::{Most, every, receive};
use crate::web::words::filters;

/// As many files, of as many bytes each, as are looked at together.
const MOST: Most = Most { files: 20, bytes: 64 << 20 };
/// Bytes of a whole form.
pub const BODY: usize = 256 << 20;
/// So many drafts stand on a page.
const LISTED: usize = 500;

#[derive(Template)]
#[template(path = "import/begin.html")]
struct Begin<'a> {
    frame: &'a Frame,
    owners: &'a [String],
    done: Option<&'a Imported>,
}

async fn begin_page(app: &App, frame: &Frame, done: Option<&Imported>) -> Reply {
    let owners = app.desk(frame.name(), |desk| evidence::owners(&desk.bank)).await?;
    page(&Begin { frame, owners: &owners, done })
}

/// `GET /import`
pub async fn begin(State(app): State<App>, frame: Frame) -> Reply {
    begin_page(&app, &frame, None).await
}

/// `POST /import`
pub async fn bring(State(app): State<App>, frame: Frame, sent: Multipart) -> Reply {
    let brought = receive(&app, &frame, sent, MOST).await?;
    if brought.files.is_empty() {
        return Err(Refusal::wrong("no file was chosen", "choose the filled workbooks that you want to import"));
    }
    let given_on = match brought.some("given_on") {
        None => None,
        Some(text) => Some(
            text.parse::<Date>()
                .map_err(|_| Refusal::wrong(format!("{text:?} is no day"), "write it as 2025-11-21; nothing was taken in"))?,
        ),
    };
    let said = Said {
        kind: brought.text("kind"),
        customer: brought.text("customer"),
        given_on,
        owner: brought.text("owner"),
        topic: brought.some("topic").unwrap_or_else(|| "imported".to_owned()),
        by: frame.name().to_owned(),
        files: brought.files.iter().map(|(name, _)| name.clone()).collect(),
    };
    let arriving = brought.arriving;
    let id = app
        .desk(frame.name(), move |desk| {
            let id = staged::keep(arriving, &said)?;
            // What cannot be read is told now, while the form with the files is still open.
            look(desk, &id).inspect_err(|_| {
                let _ = staged::leave(desk, &id);
            })?;
            Ok(id)
        })
        .await?;
    go_to(&format!("/import/{id}"))
}

fn look(desk: &crate::engine::questionnaire::Desk, id: &str) -> Result<(Said, Imported), Failure> {
    let (said, order) = staged::order(desk, id)?;
    Ok((said, import::import(&order)?))
}

#[derive(Template)]
#[template(path = "import/look.html")]
struct Look<'a> {
    frame: &'a Frame,
    id: &'a str,
    said: &'a Said,
    found: &'a Imported,
    /// Contradictions with entries that are not the import's to change.
    against: &'a [&'a Contradiction],
    not_listed: usize,
}

/// `GET /import/{id}`
pub async fn review(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let named = id.clone();
    let (said, mut found) = app.desk(frame.name(), move |desk| look(desk, &named)).await?;
    let not_listed = found.items.len().saturating_sub(LISTED);
    found.items.truncate(LISTED);
    let own: BTreeSet<&str> = found.drafted.iter().chain(&found.extended).map(String::as_str).collect();
    let against: Vec<&Contradiction> = found.contradictions.iter().filter(|one| !own.contains(one.answer.as_str())).collect();
    page(&Look { frame: &frame, id: &id, said: &said, found: &found, against: &against, not_listed })
}

/// `POST /import/{id}`
pub async fn take(
    State(app): State<App>,
    frame: Frame,
    Address(address): Address,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Reply {
    let chosen: BTreeSet<String> = every(&fields, "item").into_iter().collect();
    let all = !every(&fields, "all").is_empty();
    if chosen.is_empty() && !all {
        return Err(Refusal::wrong("nothing was chosen", "tick what shall become a draft; nothing was written"));
    }
    let done = app
        .desk(frame.name(), move |desk| {
            let (_, mut order) = staged::order(desk, &id)?;
            order.dry_run = false;
            order.only = (!all).then_some(chosen);
            let done = import::import(&order)?;
            for answer in done.drafted.iter().chain(&done.extended) {
                record(desk, Act::BankChanged, answer, &address, "a draft was imported")?;
            }
            for written in &done.written {
                record(desk, Act::BankChanged, "import", &address, written)?;
            }
            staged::leave(desk, &id)?;
            Ok(done)
        })
        .await?;
    let mut shown = begin_page(&app, &frame, Some(&done)).await?;
    // The files are gone, so the page's address is that of the next import.
    shown.headers_mut().insert("hx-push-url", HeaderValue::from_static("/import"));
    Ok(shown)
}

/// `POST /import/{id}/leave`
pub async fn leave(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    app.desk(frame.name(), move |desk| staged::leave(desk, &id)).await?;
    go_to("/import")
}

//! `/bank/new` and `/bank/{id}/edit`: the form of an answer, a look at what it would come to, and what happens where two people edited the same.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::draft::Typed;
use super::{hand, logged, refusal};
use crate::domain::changes::{Piece, pieces};
use crate::engine::curate::{self, Preview};
use crate::engine::entry::{self, Offer, Use};
use crate::engine::questionnaire::Desk;
use crate::engine::{Failure, FailureKind, publish};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::{filters, in_address};

/// Ids that are pages of their own.
const PAGES: [&str; 2] = ["new", "approve"];

#[derive(Template)]
#[template(path = "bank/edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    typed: &'a Typed,
    offer: &'a Offer,
    uses: &'a [Use],
    approved: bool,
    retired: bool,
    is_new: bool,
}

/// What a new answer begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    question: String,
    topic: String,
}

/// `GET /bank/new`
pub async fn new_page(State(app): State<App>, frame: Frame, Query(begun): Query<Begun>) -> Reply {
    let offer = app.desk(frame.name(), |desk| entry::offer(&desk.bank)).await?;
    let typed = Typed {
        question: begun.question,
        topic: begun.topic,
        audience: "nda".into(),
        owner: offer.default_owner.clone(),
        ..Typed::default()
    };
    page(&EditPage { frame: &frame, typed: &typed, offer: &offer, uses: &[], approved: false, retired: false, is_new: true })
}

/// `GET /bank/{id}/edit`
pub async fn edit_page(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let (entry, offer, uses) = app.desk(frame.name(), move |desk| Ok(opened(desk, &id))).await?.map_err(refusal)?;
    let approved = entry.answer.approved.as_ref().is_some_and(|(_, digest)| *digest == entry.answer.digest());
    let (typed, retired) = (Typed::of(&entry), entry.answer.retired.is_some());
    page(&EditPage { frame: &frame, typed: &typed, offer: &offer, uses: &uses, approved, retired, is_new: false })
}

fn opened(desk: &Desk, id: &str) -> Result<(entry::Entry, Offer, Vec<Use>), Failure> {
    let entry = entry::show(desk, id, desk.date)?;
    Ok((entry, entry::offer(&desk.bank)?, entry::in_progress(desk, id)?))
}

/// `POST /bank/new`
pub async fn create(State(app): State<App>, frame: Frame, Address(address): Address, Form(typed): Form<Typed>) -> Reply {
    let typed = typed.plain();
    let (id, fields) = (typed.id.trim().to_owned(), typed.fields()?);
    if PAGES.contains(&id.to_lowercase().as_str()) {
        return Err(Refusal::wrong(
            format!("{id:?} cannot be the id of an answer: a page is called so"),
            "choose another one; what you typed is still here",
        ));
    }
    let back = format!("/bank/{}?done=new", in_address(&id));
    let made = app.desk(frame.name(), move |desk| {
        let made = curate::new(&desk.bank, &id, typed.topic.trim(), &fields, &hand(desk, ""));
        Ok(made.and_then(|_| logged(desk, &id, &address, "written")))
    });
    made.await?.map_err(refusal)?;
    go_to(&back)
}

/// A text that two people wrote differently.
struct Differs {
    name: &'static str,
    now: String,
    yours: String,
    pieces: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "bank/conflict.html")]
struct Conflict<'a> {
    frame: &'a Frame,
    typed: &'a Typed,
    offer: &'a Offer,
    now: &'a entry::Entry,
    differs: Vec<Differs>,
}

/// `POST /bank/{id}/edit`
pub async fn edit(
    State(app): State<App>,
    frame: Frame,
    Address(address): Address,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Reply {
    let typed = typed.plain();
    if typed.seen.is_empty() {
        return Err(Refusal::wrong("the form does not say which text it was opened with", "load the page anew; nothing was changed"));
    }
    let (fields, seen) = (typed.fields()?, typed.seen.clone());
    let back = format!("/bank/{}?done=saved", in_address(&id));
    let edited = app.desk(frame.name(), move |desk| match curate::edit(&desk.bank, &id, &fields, &hand(desk, &seen)) {
        Ok(_) => Ok(logged(desk, &id, &address, "edited").map(|()| None)),
        // Nobody's text is lost: both are shown, and the reader decides.
        Err(failure) if failure.kind == FailureKind::Changed => Ok(opened(desk, &id).map(Some)),
        Err(failure) => Ok(Err(failure)),
    });
    let Some((now, offer, _)) = edited.await?.map_err(refusal)? else { return go_to(&back) };
    let theirs = Typed::of(&now);
    let both = theirs.texts().into_iter().zip(typed.texts());
    let differs = both.filter(|((_, now), (_, yours))| now.trim() != yours.trim()).map(|((name, now), (_, yours))| Differs {
        name,
        now: now.to_owned(),
        yours: yours.to_owned(),
        pieces: pieces(now.trim(), yours.trim()),
    });
    let differs: Vec<Differs> = differs.collect();
    // What the reader saves next is meant for the text that is shown here.
    let typed = Typed { seen: now.seen.clone(), ..typed };
    let reply = page(&Conflict { frame: &frame, typed: &typed, offer: &offer, now: &now, differs })?;
    Ok((StatusCode::CONFLICT, reply).into_response())
}

#[derive(Template)]
#[template(path = "bank/preview.html")]
struct PreviewPart<'a> {
    preview: Option<&'a Preview>,
    wording: String,
    uses: &'a [Use],
    is_new: bool,
    two_people: bool,
    wrong: &'a str,
    hint: &'a str,
}

/// `POST /bank/{id}/preview`; changes nothing.
pub async fn preview(State(app): State<App>, frame: Frame, Path(id): Path<String>, Form(typed): Form<Typed>) -> Reply {
    let typed = typed.plain();
    let fields = match typed.fields() {
        Ok(fields) => fields,
        Err(refused) => return wrong(&refused),
    };
    let found = app.desk(frame.name(), move |desk| {
        let preview = curate::preview(&desk.bank, &id, &fields, &hand(desk, &typed.seen));
        Ok(preview.and_then(|preview| Ok((preview, entry::in_progress(desk, &id)?, entry::offer(&desk.bank)?.two_people))))
    });
    match found.await? {
        Ok((preview, uses, two_people)) => told(&preview, &uses, two_people, false),
        Err(failure) => wrong(&refusal(failure)),
    }
}

/// `POST /bank/new/preview`; changes nothing.
pub async fn preview_new(State(app): State<App>, frame: Frame, Form(typed): Form<Typed>) -> Reply {
    let fields = match typed.plain().fields() {
        Ok(fields) => fields,
        Err(refused) => return wrong(&refused),
    };
    let found = app.desk(frame.name(), move |desk| {
        let preview = curate::preview_new(&desk.bank, &fields, &hand(desk, ""));
        Ok(preview.and_then(|preview| Ok((preview, entry::offer(&desk.bank)?.two_people))))
    });
    match found.await? {
        Ok((preview, two_people)) => told(&preview, &[], two_people, true),
        Err(failure) => wrong(&refusal(failure)),
    }
}

fn told(preview: &Preview, uses: &[Use], two_people: bool, is_new: bool) -> Reply {
    let wording = publish::as_html(&preview.answer.wording);
    page(&PreviewPart { preview: Some(preview), wording, uses, is_new, two_people, wrong: "", hint: "" })
}

/// While somebody types, much is not finished yet: that is said beside the form, not as an error.
fn wrong(refused: &Refusal) -> Reply {
    let hint = refused.hint.split("; nothing was changed").next().unwrap_or_default();
    page(&PreviewPart { preview: None, wording: String::new(), uses: &[], is_new: false, two_people: false, wrong: &refused.error, hint })
}

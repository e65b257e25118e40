//! Files that are brought for the bank: new evidence, and questionnaires and libraries of the past that become drafts.

use std::collections::BTreeSet;

use axum::extract::{Multipart, State};
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::point::{Ask, Gives, Nothing, Point, Takes, change, read};
use crate::domain::bank::{Audience, Verdict};
use crate::engine::accounts::{Act, Right, record};
use crate::engine::evidence::{NewEvidence, add};
use crate::engine::import::staged::{self, Said};
use crate::engine::import::{self, Imported};
use crate::engine::questionnaire::Desk;
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply};
use crate::web::route;
use crate::web::route::Access::{self, Needs};
use crate::web::session::Address;
use crate::web::upload::{Brought, Most, receive};

const CURATES: Access = Needs(Right::Curate);
/// As many files, of as many bytes each, as are looked at together.
const MOST: Most = Most { files: 20, bytes: 64 << 20 };
/// One file of evidence.
const ONE: Most = Most { files: 1, bytes: 64 << 20 };

/// The routes for evidence.
pub fn of_evidence() -> Vec<Point> {
    vec![Point {
        route: route::post("/api/v1/evidence", CURATES, bring_evidence).body_at_most(65 << 20),
        topic: "",
        what: "Records a file or an address as evidence, or as a renewal of what runs out",
        takes: Takes::Form(&[
            ("file", true, "The file; none for something that is kept elsewhere"),
            ("url", false, "Where it is kept, if that is elsewhere"),
            ("id", false, "Its id; made of the file's name where none is said"),
            ("title", false, "What it is called"),
            ("kind", false, "Report, certificate, policy …"),
            ("issued", false, "First day on which it holds"),
            ("valid_until", false, "Last day on which it holds"),
            ("audience", false, "Who may see it: `public`, `nda` or `internal`"),
            ("owner", false, "Who renews it"),
            ("control", false, "A control that it shows at work; may be there several times"),
            ("renew", false, "Anything: it takes the place of what is recorded under that id"),
            ("no_end", false, "Anything: what takes the place of something with an end is said to have none"),
        ]),
        gives: Gives::Json,
    }]
}

/// The routes for imports.
pub fn of_imports() -> Vec<Point> {
    vec![
        Point {
            route: route::post("/api/v1/import", CURATES, bring_past).body_at_most(256 << 20),
            topic: "",
            what: "Brings files of the past to be looked at; nothing is written yet",
            takes: Takes::Form(&[
                ("file", true, "A filled questionnaire, a library, OSCAL or a crosswalk; may be there several times, at most 20"),
                ("kind", false, "`questionnaire`, `library`, `oscal` or `crosswalk`; found out where nothing is said"),
                ("customer", false, "Whom the answers were given to"),
                ("given_on", false, "When they were given"),
                ("owner", false, "Who keeps the drafts"),
                ("topic", false, "The folder under answers/ for drafts that say no topic"),
            ]),
            gives: Gives::Json,
        },
        read("/api/v1/import/{id}", CURATES, "Tells what would be imported of files that were brought, item by item", look_again),
        change("/api/v1/import/{id}", CURATES, "Writes the drafts that are chosen; the files are gone then", take),
        change("/api/v1/import/{id}/leave", CURATES, "Lets files that were brought go", leave),
    ]
}

/// A day out of a form.
fn day(brought: &Brought, name: &str) -> Result<Option<Date>, Refusal> {
    let parse = |text: String| {
        text.parse().map_err(|_| Refusal::wrong(format!("{name}: {text:?} is no day"), "write it as 2026-11-21; nothing was taken in"))
    };
    brought.some(name).map(parse).transpose()
}

/// `POST /api/v1/evidence`
async fn bring_evidence(State(app): State<App>, frame: Frame, Address(address): Address, sent: Multipart) -> Reply {
    let brought = receive(&app, &frame, sent, ONE).await?;
    let audience = brought.some("audience").map(|named| {
        Audience::parse(&named).ok_or_else(|| Refusal::wrong(format!("{named}: there is no such reader"), "one of public, nda, internal"))
    });
    let new = NewEvidence {
        file: brought.files.first().map(|(_, path)| path.clone()),
        url: brought.some("url"),
        id: brought.some("id"),
        title: brought.some("title"),
        kind: brought.some("kind"),
        issued: day(&brought, "issued")?,
        valid_until: day(&brought, "valid_until")?,
        audience: audience.transpose()?,
        owner: brought.some("owner"),
        controls: brought.every("control"),
        renew: brought.some("renew").is_some(),
        no_end: brought.some("no_end").is_some(),
    };
    let recorded = app
        .desk(frame.name(), move |desk| {
            // The files go with this value.
            let _held = &brought;
            let recorded = add(&desk.bank, &new)?;
            if recorded.changed {
                record(desk, Act::BankChanged, &recorded.id, &address, if new.renew { "evidence renewed" } else { "evidence recorded" })?;
            }
            Ok(recorded)
        })
        .await?;
    Ok(axum::Json(recorded).into_response())
}

/// `POST /api/v1/import`
async fn bring_past(State(app): State<App>, frame: Frame, sent: Multipart) -> Reply {
    let brought = receive(&app, &frame, sent, MOST).await?;
    if brought.files.is_empty() {
        return Err(Refusal::wrong("no file was sent", "send at least one; nothing was taken in"));
    }
    let said = Said {
        kind: brought.text("kind"),
        customer: brought.text("customer"),
        given_on: day(&brought, "given_on")?,
        owner: brought.text("owner"),
        topic: brought.some("topic").unwrap_or_else(|| "imported".to_owned()),
        by: frame.name().to_owned(),
        files: brought.files.iter().map(|(name, _)| name.clone()).collect(),
    };
    let arriving = brought.arriving;
    let (id, found) = app
        .desk(frame.name(), move |desk| {
            let id = staged::keep(arriving, &said)?;
            let found = looked(desk, &id).inspect_err(|_| {
                let _ = staged::leave(desk, &id);
            })?;
            Ok((id, found))
        })
        .await?;
    Ok(axum::Json(json!({ "id": id, "found": found })).into_response())
}

/// What would be imported.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    imported: Imported,
    /// Each draft that would be written or added to; an import chooses among them by `key`.
    items: Vec<Item>,
}

/// A draft that an import makes or adds to.
#[derive(Serialize)]
struct Item {
    key: String,
    id: String,
    known: bool,
    question: String,
    also_asked: Vec<String>,
    verdict: Option<Verdict>,
    wording: String,
    from: Vec<String>,
    careful: Vec<String>,
}

fn looked(desk: &Desk, id: &str) -> Result<Found, crate::engine::Failure> {
    let (_, order) = staged::order(desk, id)?;
    let mut imported = import::import(&order)?;
    let item = |item: import::Item| Item {
        key: item.key,
        id: item.id,
        known: item.known,
        question: item.question,
        also_asked: item.also_asked,
        verdict: item.verdict,
        wording: item.wording,
        from: item.from,
        careful: item.careful,
    };
    let items = std::mem::take(&mut imported.items).into_iter().map(item).collect();
    Ok(Found { imported, items })
}

fn look_again(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Found, Refusal> {
    Ok(looked(desk, &ask.path)?)
}

/// What is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Chosen {
    /// The keys of the drafts that are wanted
    #[serde(default)]
    items: Vec<String>,
    /// Whether all are wanted
    #[serde(default)]
    all: bool,
}

fn take(desk: &Desk, ask: &Ask<String, Chosen>) -> Result<Imported, Refusal> {
    let chosen: BTreeSet<String> = ask.sent.items.iter().cloned().collect();
    if chosen.is_empty() && !ask.sent.all {
        return Err(Refusal::wrong("nothing is chosen", "name items by their keys, or all; nothing was written"));
    }
    let (_, mut order) = staged::order(desk, &ask.path)?;
    order.dry_run = false;
    order.only = (!ask.sent.all).then_some(chosen);
    let done = import::import(&order)?;
    for answer in done.drafted.iter().chain(&done.extended) {
        record(desk, Act::BankChanged, answer, &ask.address, "a draft was imported")?;
    }
    for written in &done.written {
        record(desk, Act::BankChanged, "import", &ask.address, written)?;
    }
    staged::leave(desk, &ask.path)?;
    Ok(done)
}

#[derive(Serialize)]
struct Left {
    id: String,
}

fn leave(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Left, Refusal> {
    staged::leave(desk, &ask.path)?;
    Ok(Left { id: ask.path.clone() })
}

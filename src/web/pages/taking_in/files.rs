//! What is fetched of a questionnaire: files of a release as they were recorded, drafts for our own people, the evidence pack. Each fetch is in the log.

use axum::extract::{Path, State};
use axum::response::IntoResponse;

use crate::engine::accounts::{self, Act};
use crate::engine::evidence::pack;
use crate::engine::output::CUSTOMER;
use crate::engine::questionnaire::Desk;
use crate::engine::release::{self, Draft};
use crate::engine::{Failure, summary};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, download};
use crate::web::session::Address;

/// Makes a file, notes who fetched it, and sends it.
async fn fetch(
    app: &App,
    frame: &Frame,
    from: Address,
    make: impl FnOnce(&Desk) -> Result<(String, String, Vec<u8>), Failure> + Send + 'static,
) -> Reply {
    let made = app.desk(frame.name(), move |desk| {
        let (about, name, bytes) = make(desk)?;
        // Before a byte leaves: what is not in the log was not given.
        accounts::record(desk, Act::Downloaded, &about, &from.0, "")?;
        Ok((name, bytes))
    });
    let (name, bytes) = made.await?;
    Ok(download(&name, bytes).into_response())
}

/// `GET /questionnaires/{id}/releases/{number}/{folder}/{name}`
pub async fn released(
    State(app): State<App>,
    frame: Frame,
    from: Address,
    Path((id, number, folder, name)): Path<(String, i64, String, String)>,
) -> Reply {
    let make = move |desk: &Desk| {
        let file = release::file(desk, &id, number, &folder, &name)?;
        let whose = if file.folder == CUSTOMER { "for the customer" } else { "internal" };
        Ok((format!("{id}, release {number}, {whose}: {}", file.name), file.name, file.bytes))
    };
    fetch(&app, &frame, from, make).await
}

/// `GET /questionnaires/{id}/releases/{number}/all.zip`
pub async fn all(State(app): State<App>, frame: Frame, from: Address, Path((id, number)): Path<(String, i64)>) -> Reply {
    let make = move |desk: &Desk| {
        let bytes = release::archive(desk, &id, number)?;
        Ok((format!("{id}, release {number}: all files"), format!("INTERNAL-{id}-release-{number}.zip"), bytes))
    };
    fetch(&app, &frame, from, make).await
}

/// `GET /questionnaires/{id}/draft/{which}`
pub async fn draft(State(app): State<App>, frame: Frame, from: Address, Path((id, which)): Path<(String, String)>) -> Reply {
    let wanted = match which.as_str() {
        "workbook" => Draft::Workbook,
        "report" => Draft::Report,
        "work-items" => Draft::WorkItems,
        _ => return Err(Refusal::not_there("file")),
    };
    let make = move |desk: &Desk| {
        let file = release::draft(desk, &id, wanted)?;
        let name = if file.name.starts_with("DRAFT-") { format!("INTERNAL-{}", file.name) } else { format!("INTERNAL-{id}-{}", file.name) };
        Ok((format!("{id}, not released, internal: {}", file.name), name, file.bytes))
    };
    fetch(&app, &frame, from, make).await
}

/// `GET /questionnaires/{id}/evidence-pack`: the evidence that this customer's reader may see.
pub async fn evidence_pack(State(app): State<App>, frame: Frame, from: Address, Path(id): Path<String>) -> Reply {
    let make = move |desk: &Desk| {
        let one = summary::known(desk, &id)?;
        let customer = &one.received.sale.customer;
        let pack = pack(&desk.bank, &one.received.scope(desk.date), Some(customer))?;
        let name: String = customer.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        Ok((format!("{}: evidence pack for {customer}, {}", one.id, one.received.audience), format!("evidence-{name}.zip"), pack.bytes))
    };
    fetch(&app, &frame, from, make).await
}

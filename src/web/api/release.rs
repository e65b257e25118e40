//! What leaves: what a release would come to, the release itself, its files, and drafts for our own people.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use super::LOOK;
use super::point::{Ask, Nothing, Point, change_or_tell, file, read};
use crate::domain::journal::{Line, PutOut};
use crate::domain::release::Blocked;
use crate::engine::accounts::{self, Act, Right};
use crate::engine::evidence::pack;
use crate::engine::output::CUSTOMER;
use crate::engine::questionnaire::Desk;
use crate::engine::receipt::Counts;
use crate::engine::release::{self, Draft};
use crate::engine::summary::summary;
use crate::web::reply::{Refusal, Reply};
use crate::web::route::Access::Needs;

pub fn points() -> Vec<Point> {
    vec![
        read(
            "/api/v1/questionnaires/{id}/release",
            LOOK,
            "Tells what a release would come to, and what is in its way; records nothing",
            look,
        ),
        change_or_tell(
            "/api/v1/questionnaires/{id}/release",
            Needs(Right::Release),
            "Releases a questionnaire as its review stands; where something is in the way, answers 409 and names it",
            out,
        ),
        read("/api/v1/questionnaires/{id}/releases", LOOK, "Lists the recorded releases with their files, the last one first", releases),
        file("/api/v1/questionnaires/{id}/releases/{number}/all.zip", LOOK, "Gives all files of a release; internal", all),
        file("/api/v1/questionnaires/{id}/releases/{number}/{folder}/{name}", LOOK, "Gives one file of a release, byte for byte", one),
        file("/api/v1/questionnaires/{id}/draft/{which}", LOOK, "Gives a file for our own people as it would be now; internal", draft),
        file("/api/v1/questionnaires/{id}/evidence-pack", LOOK, "Gives the evidence that this customer's reader may see", evidence_pack),
    ]
}

/// Something in the way.
#[derive(Serialize)]
struct InTheWay {
    place: String,
    why: String,
}

fn in_the_way(blocked: &[Blocked]) -> Vec<InTheWay> {
    blocked.iter().map(|one| InTheWay { place: one.place.to_string(), why: one.why.clone() }).collect()
}

/// What a release would come to.
#[derive(Serialize)]
struct Look {
    id: String,
    workbook: String,
    counts: Counts,
    /// Cells that would be written.
    cells: usize,
    /// Answers that the customer would hold.
    told: usize,
    in_the_way: Vec<InTheWay>,
    /// Questions that would stay without an answer.
    empty: Vec<Line>,
    notices: Vec<String>,
}

fn look(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Look, Refusal> {
    let look = release::look(desk, &ask.path)?;
    let in_the_way = in_the_way(&look.why);
    let release::Look { id, workbook, counts, cells, told, empty, notices, .. } = look;
    Ok(Look { id, workbook, counts, cells, told, in_the_way, empty, notices })
}

fn out(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Reply, Refusal> {
    Ok(Ok(match release::release_kept(desk, &ask.path)? {
        Ok(kept) => axum::Json(kept).into_response(),
        Err(why) => {
            let told = json!({
                "error": "something is in the way of this release",
                "hint": "nothing was released; settle each, and release again",
                "in_the_way": in_the_way(&why),
            });
            (StatusCode::CONFLICT, axum::Json(told)).into_response()
        }
    }))
}

/// A recorded release.
#[derive(Serialize)]
struct Out {
    number: i64,
    at: Timestamp,
    by: String,
    /// The day on which the answers stood.
    date: Date,
    /// How many answers were told.
    told: usize,
    files: Vec<PutOut>,
}

fn releases(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Vec<Out>, Refusal> {
    let told = |out: release::Out| Out { number: out.number, at: out.at, by: out.by, date: out.date, told: out.told, files: out.files };
    Ok(release::releases(desk, &ask.path)?.into_iter().map(told).collect())
}

/// Before a byte leaves: what is not in the log was not given.
fn noted(desk: &Desk, address: &str, about: &str) -> Result<(), Refusal> {
    Ok(accounts::record(desk, Act::Downloaded, about, address, "")?)
}

fn one(desk: &Desk, ask: &Ask<(String, i64, String, String), Nothing>) -> Result<(String, Vec<u8>), Refusal> {
    let (id, number, folder, name) = &ask.path;
    let file = release::file(desk, id, *number, folder, name)?;
    let whose = if file.folder == CUSTOMER { "for the customer" } else { "internal" };
    noted(desk, &ask.address, &format!("{id}, release {number}, {whose}: {}", file.name))?;
    Ok((file.name, file.bytes))
}

fn all(desk: &Desk, ask: &Ask<(String, i64), Nothing>) -> Result<(String, Vec<u8>), Refusal> {
    let (id, number) = &ask.path;
    let bytes = release::archive(desk, id, *number)?;
    noted(desk, &ask.address, &format!("{id}, release {number}: all files"))?;
    Ok((format!("INTERNAL-{id}-release-{number}.zip"), bytes))
}

fn draft(desk: &Desk, ask: &Ask<(String, String), Nothing>) -> Result<(String, Vec<u8>), Refusal> {
    let (id, which) = &ask.path;
    let wanted = match which.as_str() {
        "workbook" => Draft::Workbook,
        "report" => Draft::Report,
        "work-items" => Draft::WorkItems,
        _ => return Err(Refusal::not_there("file")),
    };
    let file = release::draft(desk, id, wanted)?;
    let name = if file.name.starts_with("DRAFT-") { format!("INTERNAL-{}", file.name) } else { format!("INTERNAL-{id}-{}", file.name) };
    noted(desk, &ask.address, &format!("{id}, not released, internal: {}", file.name))?;
    Ok((name, file.bytes))
}

fn evidence_pack(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<(String, Vec<u8>), Refusal> {
    let one = summary(desk, &ask.path)?;
    let customer = &one.received.sale.customer;
    let packed = pack(&desk.bank, &one.received.scope(desk.date), Some(customer))?;
    let name: String = customer.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    noted(desk, &ask.address, &format!("{}: evidence pack for {customer}, {}", one.id, one.received.audience))?;
    Ok((format!("evidence-{name}.zip"), packed.bytes))
}

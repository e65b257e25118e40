//! `/ledger/customers/{name}`: every statement that a customer was told, as it was told, and whether it still is so.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::colour;
use crate::engine::accounts::Right;
use crate::engine::ledger::{self, Line};
use crate::engine::publish::as_html;
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// Whether also what a later release replaced is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    replaced: bool,
}

/// A statement, with why it is no longer so.
struct Statement<'a> {
    line: &'a Line,
    old: Option<&'a str>,
    html: String,
}

/// What one release told.
struct Release<'a> {
    first: &'a Line,
    statements: Vec<Statement<'a>>,
}

#[derive(Template)]
#[template(path = "ledger/customer.html")]
struct CustomerPage<'a> {
    frame: &'a Frame,
    name: &'a str,
    releases: Vec<Release<'a>>,
    held: usize,
    old: usize,
    replaced: usize,
    all: bool,
}

/// `GET /ledger/customers/{name}`
pub async fn show(State(app): State<App>, frame: Frame, Path(name): Path<String>, Query(wanted): Query<Wanted>) -> Reply {
    let told = app.desk(frame.name(), move |desk| ledger::customer_today(desk, &name)).await?;
    let mut releases: Vec<Release> = Vec::new();
    for (line, old) in told.iter().rev().filter(|(line, _)| wanted.replaced || !line.replaced) {
        let statement = Statement { line, old: old.as_deref(), html: as_html(&line.told.wording) };
        match releases.iter_mut().find(|release| release.first.release == line.release) {
            Some(release) => release.statements.insert(0, statement),
            None => releases.push(Release { first: line, statements: vec![statement] }),
        }
    }
    let replaced = told.iter().filter(|(line, _)| line.replaced).count();
    page(&CustomerPage {
        frame: &frame,
        name: told.first().map_or("", |(line, _)| line.told.customer.as_str()),
        held: told.len() - replaced,
        old: told.iter().filter(|(line, old)| old.is_some() && !line.replaced).count(),
        replaced,
        all: wanted.replaced,
        releases,
    })
}

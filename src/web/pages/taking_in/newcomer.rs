//! `/questionnaires/new`: where workbooks are handed over, with whose they are and on what terms.

use askama::Template;
use axum::extract::State;

use super::terms::TermsShown;
use crate::engine::{inbox, summary};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "taking_in/new.html")]
struct New<'a> {
    frame: &'a Frame,
    customers: &'a [String],
    terms: &'a TermsShown,
    most: u64,
    together: usize,
}

/// `GET /questionnaires/new`
pub async fn show(State(app): State<App>, frame: Frame) -> Reply {
    let known = |desk: &_| Ok((summary::known_customers(desk)?, summary::offers(desk)?));
    let (customers, offers) = app.desk(frame.name(), known).await?;
    let most = app.order.worker.limits.file >> 20;
    page(&New { frame: &frame, customers: &customers, terms: &TermsShown::new(offers, None), most, together: inbox::TOGETHER })
}

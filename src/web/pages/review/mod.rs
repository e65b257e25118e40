//! The review: all questions of a questionnaire beside the one that is looked at; decisions one by one and together; what others decide meanwhile.

mod decide;
mod events;
mod grid;
mod looked;
mod question;
mod together;

use crate::engine::accounts::Right;
use crate::web::route::{Access, Route, get, post};

/// The routes of the review.
pub fn routes() -> Vec<Route> {
    let (look, decides) = (Access::Needs(Right::Look), Access::Needs(Right::Decide));
    vec![
        get("/questionnaires/{id}/review", look, grid::show),
        get("/questionnaires/{id}/review/rows", look, grid::rows_since),
        get("/questionnaires/{id}/review/together", decides, together::show),
        post("/questionnaires/{id}/review/together", decides, together::accept),
        get("/questionnaires/{id}/events", look, events::stream),
        get("/questionnaires/{id}/questions/{place}", look, question::show),
        post("/questionnaires/{id}/questions/{place}/decide", decides, decide::decide),
        post("/questionnaires/{id}/questions/{place}/assign", decides, decide::assign),
    ]
}

//! The pages, a file each, and the table of their routes.

mod accounts;
mod coverage;
mod bank;
mod door;
mod evidence;
mod health;
mod import;
mod lessons;
mod ledger;
mod log;
mod me;
mod overview;
mod questionnaires;
mod recall;
mod review;
mod upkeep;
mod work;
pub mod taking_in;

use super::route::{Access, Route, get, post};
use super::{assets, headers};
use crate::engine::accounts::Right;

/// Every route, with the right that it needs.
pub fn routes() -> Vec<Route> {
    use Access::{Again, Anybody, Needs};
    let pages = vec![
        get("/", Needs(Right::Look), questionnaires::home),
        get("/health", Anybody, health::show),
        get("/assets/{digest}/{name}", Anybody, assets::show),
        post("/csp", Anybody, headers::told_of_policy),
        // Who comes in.
        get("/sign-in", Anybody, door::sign_in_page),
        post("/sign-in", Anybody, door::sign_in),
        post("/sign-out", Needs(Right::Look), door::sign_out),
        get("/setup", Anybody, door::set_up_page),
        post("/setup", Anybody, door::set_up),
        get("/accept", Anybody, door::accept_page),
        post("/accept", Anybody, door::accept),
        // Questionnaires: taking in, summary, layout, release.
        get("/questionnaires", Needs(Right::Look), questionnaires::list),
        get("/questionnaires/new", Needs(Right::TakeIn), taking_in::newcomer::show),
        post("/uploads", Needs(Right::TakeIn), taking_in::uploads::take).body_at_most(taking_in::uploads::MOST),
        get("/uploads", Needs(Right::TakeIn), taking_in::uploads::list),
        get("/uploads/events", Needs(Right::TakeIn), taking_in::uploads::events),
        post("/uploads/{id}/dismiss", Needs(Right::TakeIn), taking_in::uploads::dismiss),
        post("/uploads/{id}/again", Needs(Right::TakeIn), taking_in::uploads::again),
        get("/questionnaires/{id}", Needs(Right::Look), taking_in::summary::show),
        get("/questionnaires/{id}/beside", Needs(Right::Look), taking_in::summary::beside),
        get("/questionnaires/{id}/history", Needs(Right::Look), taking_in::summary::history),
        post("/questionnaires/{id}/sale", Needs(Right::TakeIn), taking_in::summary::correct),
        post("/questionnaires/{id}/close", Needs(Right::TakeIn), taking_in::summary::close),
        post("/questionnaires/{id}/reopen", Needs(Right::TakeIn), taking_in::summary::reopen),
        get("/questionnaires/{id}/layout", Needs(Right::Look), taking_in::layout::show),
        post("/questionnaires/{id}/layout", Needs(Right::TakeIn), taking_in::layout::correct),
        post("/questionnaires/{id}/layout/preview", Needs(Right::Look), taking_in::layout::preview),
        get("/questionnaires/{id}/release", Needs(Right::Look), taking_in::release::show),
        post("/questionnaires/{id}/release", Needs(Right::Release), taking_in::release::release),
        get("/questionnaires/{id}/releases/{number}/all.zip", Needs(Right::Look), taking_in::files::all),
        get("/questionnaires/{id}/releases/{number}/{folder}/{name}", Needs(Right::Look), taking_in::files::released),
        get("/questionnaires/{id}/draft/{which}", Needs(Right::Look), taking_in::files::draft),
        get("/questionnaires/{id}/evidence-pack", Needs(Right::Look), taking_in::files::evidence_pack),
        // Answers of the bank.
        get("/bank", Needs(Right::Look), bank::list),
        get("/bank/new", Needs(Right::Curate), bank::edit::new_page),
        post("/bank/new", Needs(Right::Curate), bank::edit::create),
        post("/bank/new/preview", Needs(Right::Curate), bank::edit::preview_new),
        get("/bank/approve", Needs(Right::Curate), bank::approve::read),
        post("/bank/approve", Needs(Right::Curate), bank::approve::approve),
        get("/bank/{id}", Needs(Right::Look), bank::entry::show),
        get("/bank/{id}/history", Needs(Right::Look), bank::entry::past),
        get("/bank/{id}/edit", Needs(Right::Curate), bank::edit::edit_page),
        post("/bank/{id}/edit", Needs(Right::Curate), bank::edit::edit),
        post("/bank/{id}/preview", Needs(Right::Curate), bank::edit::preview),
        post("/bank/{id}/verify", Needs(Right::Curate), bank::entry::verify),
        post("/bank/{id}/retire", Needs(Right::Curate), bank::entry::retire),
        // Evidence.
        get("/evidence", Needs(Right::Look), evidence::list),
        get("/evidence/new", Needs(Right::Curate), evidence::add_page),
        post("/evidence", Needs(Right::Curate), evidence::add).body_at_most(65 << 20),
        get("/evidence/{id}", Needs(Right::Look), evidence::show),
        get("/evidence/{id}/file", Needs(Right::Look), evidence::file),
        get("/evidence/{id}/renew", Needs(Right::Curate), evidence::renew_page),
        // Coverage, upkeep, lessons, import.
        get("/coverage", Needs(Right::Look), coverage::list),
        get("/coverage/{framework}", Needs(Right::Look), coverage::framework),
        get("/coverage/{framework}/{requirement}", Needs(Right::Look), coverage::requirement),
        get("/controls/{id}", Needs(Right::Look), coverage::control),
        get("/upkeep", Needs(Right::Look), upkeep::list),
        get("/upkeep/verify", Needs(Right::Curate), upkeep::verify_page),
        post("/upkeep/verify", Needs(Right::Curate), upkeep::verify),
        get("/upkeep/health", Needs(Right::Look), upkeep::health),
        get("/upkeep/compare", Needs(Right::Look), upkeep::compare),
        get("/upkeep/merge", Needs(Right::Curate), upkeep::merge_preview),
        post("/upkeep/merge", Needs(Right::Curate), upkeep::merge),
        get("/lessons", Needs(Right::Look), lessons::list),
        post("/lessons/{id}/take-up", Needs(Right::Curate), lessons::take_up),
        post("/lessons/{id}/leave", Needs(Right::Curate), lessons::leave),
        get("/import", Needs(Right::Curate), import::begin),
        post("/import", Needs(Right::Curate), import::bring).body_at_most(import::BODY),
        get("/import/{id}", Needs(Right::Curate), import::review),
        post("/import/{id}", Needs(Right::Curate), import::take),
        post("/import/{id}/leave", Needs(Right::Curate), import::leave),
        // Work items, ledger, overview.
        get("/work-items", Needs(Right::Look), work::list),
        get("/work-items/export/{to}", Needs(Right::Look), work::exported),
        get("/work-items/{id}", Needs(Right::Look), work::show),
        get("/work-items/{id}/merge", Needs(Right::Look), work::two),
        post("/work-items/{id}/owner", Needs(Right::Follow), work::give),
        post("/work-items/{id}/state", Needs(Right::Follow), work::move_to),
        post("/work-items/{id}/tags", Needs(Right::Follow), work::tag),
        post("/work-items/{id}/merge", Needs(Right::Follow), work::merge),
        post("/work-items/{id}/apart", Needs(Right::Follow), work::apart),
        get("/ledger", Needs(Right::Look), ledger::list),
        get("/ledger/contradictions", Needs(Right::Look), ledger::contradictions),
        get("/ledger/unused", Needs(Right::Look), ledger::unused),
        get("/ledger/customers/{name}", Needs(Right::Look), ledger::customer),
        get("/recall", Needs(Right::Look), recall::show),
        post("/recall", Again(Right::Curate), recall::record),
        get("/recall/notice", Needs(Right::Look), recall::notice),
        get("/recall/{number}", Needs(Right::Look), recall::past),
        get("/overview", Needs(Right::Look), overview::show),
        // Accounts and the log.
        get("/me", Needs(Right::Look), me::show),
        post("/me/password", Needs(Right::Look), me::change_password),
        post("/me/again", Needs(Right::Look), me::again),
        post("/me/tokens", Again(Right::Look), me::new_token),
        post("/tokens/{id}/revoke", Needs(Right::Look), me::revoke),
        get("/accounts", Needs(Right::Administer), accounts::list),
        post("/accounts", Again(Right::Administer), accounts::invite),
        post("/accounts/{name}/role", Again(Right::Administer), accounts::change_role),
        post("/accounts/{name}/reset", Again(Right::Administer), accounts::reset),
        post("/accounts/{name}/disable", Again(Right::Administer), accounts::disable),
        post("/accounts/{name}/enable", Again(Right::Administer), accounts::enable),
        get("/log", Needs(Right::Administer), log::show),
    ];
    pages.into_iter().chain(review::routes()).collect()
}

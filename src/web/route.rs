//! The one table of routes: each with the right that it needs. A route that is not in it does not exist, so none can be open by mistake.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::app::App;
use super::{api, pages, session};
use crate::engine::accounts::Right;

/// Who may have a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Anybody,
    /// Whoever is signed in and has this right.
    Needs(Right),
    /// As [`Access::Needs`], with the password typed within the last minutes.
    Again(Right),
}

/// One route.
pub struct Route {
    name: Method,
    path: &'static str,
    access: Access,
    answer: MethodRouter<App>,
}

/// A route that shows something; it changes nothing.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, answer: H) -> Route {
    Route { name: Method::GET, path, access, answer: on(MethodFilter::GET, answer) }
}

/// A route that changes something.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, answer: H) -> Route {
    Route { name: Method::POST, path, access, answer: on(MethodFilter::POST, answer) }
}

impl Route {
    /// With another limit for its body than that of a form.
    pub fn body_at_most(self, bytes: usize) -> Self {
        Self { answer: self.answer.layer(axum::extract::DefaultBodyLimit::max(bytes)), ..self }
    }

    /// What it is, without its answer.
    pub fn told(&self) -> Told {
        Told { method: self.name.to_string(), path: self.path, access: self.access }
    }
}

/// A route as a test or a reader is told of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// `GET` or `POST`.
    pub method: String,
    /// Its path, with `{names}` of what varies.
    pub path: &'static str,
    /// Who may have it.
    pub access: Access,
}

/// Every route that there is.
pub fn routes_told() -> Vec<Told> {
    routes().iter().map(Route::told).collect()
}

/// Pages and the API.
fn routes() -> Vec<Route> {
    pages::routes().into_iter().chain(api::routes()).collect()
}

/// The router that the table comes to.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let access = route.access;
        let guarded = route.answer.route_layer(from_fn_with_state(app.clone(), move |state: State<App>, request: Request, next: Next| {
            let answer: std::pin::Pin<Box<dyn Future<Output = Response> + Send>> = Box::pin(session::admit(access, state, request, next));
            answer
        }));
        router = router.route(route.path, guarded);
    }
    router.fallback(super::reply::nothing_here).method_not_allowed_fallback(super::reply::not_this_way).with_state(app)
}

//! The web face: requests → options as meant, results → pages and JSON, failures → words that say what happened to the reader's work.
//!
//! `route` is the one table of what there is and who may have it; `listen` keeps strangers' connections within limits; `app` is what all
//! requests share; `session` says who asks; `uploads` takes in what was handed over; `reply` turns results into pages; `pages` has a file a page, `api` the same as JSON.

mod api;
mod app;
mod assets;
mod charts;
mod headers;
mod listen;
mod pages;
mod reply;
mod route;
mod session;
mod upload;
mod uploads;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::civil::Date;

pub use app::App;
pub use listen::application;
pub use route::{Access, Told, routes_told};

use crate::engine::{BankPlace, Failure, Worker};

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct Order {
    /// The bank.
    pub bank: BankPlace,
    /// The store's folder.
    pub store: PathBuf,
    /// What opens workbooks.
    pub worker: Worker,
    /// The program that history is read from, where it is installed.
    pub git: Option<PathBuf>,
    /// The day on which answers must stand; none: today, each day anew.
    pub date: Option<Date>,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address that people type, where a proxy stands before this server; without `/` at its end.
    pub url: Option<String>,
    /// Whether a proxy of ours stands before this server, whose word on where a request comes from is believed.
    pub behind_proxy: bool,
    /// Whether it is a demonstration; pages say so.
    pub demo: bool,
}

/// Serves until the system asks it to stop; what is being written is finished first.
///
/// # Errors
/// The address cannot be had, or the store cannot be opened.
pub fn serve(order: Order) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("the server cannot start: {error}"), ""))?;
    runtime.block_on(async {
        let listener = listen::bind(order.listen).await?;
        // Port 0 means any that is free.
        let order = Order { listen: listener.local_addr().unwrap_or(order.listen), ..order };
        let app = App::new(order);
        let begun = app.clone();
        tokio::task::spawn_blocking(move || begun.begin()).await.map_err(|_| Failure::new("the server cannot start", ""))??;
        eprintln!("answerbank is at {}", app.address());
        tokio::spawn(app.clone().watch());
        tokio::spawn(uploads::work(app.clone()));
        listen::listen(listener, app).await;
        Ok(())
    })
}

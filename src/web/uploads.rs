//! Takes in what waits in the inbox, one file at a time as long as the server runs, and says how far it is. Knows nothing of pages.

use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::app::App;
use crate::engine::inbox::{self, Ticket, Turn};
use crate::engine::{Failure, Listener};

/// So often it is asked whether another server still takes files in for this store.
const ANOTHER: Duration = Duration::from_secs(2);
/// So often it is looked for files of which nobody told.
const LOOK: Duration = Duration::from_secs(10);
/// So long it waits before a file that could not be taken in just now.
const LATER: Duration = Duration::from_secs(3);

/// The file that is being taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its id in the inbox.
    pub id: String,
    /// What is done with it.
    pub what: String,
    /// How many of …
    pub done: usize,
    /// … how many; 0 where nothing is counted.
    pub all: usize,
}

/// How far it is, for whoever has a page open.
#[derive(Clone, Debug, Default)]
pub struct Now {
    running: Option<Running>,
    ending: bool,
}

/// News of the inbox.
pub struct Uploads {
    now: watch::Sender<Now>,
    woken: Notify,
}

impl Uploads {
    /// Nothing is being taken in yet.
    pub fn new() -> Self {
        Self { now: watch::Sender::new(Now::default()), woken: Notify::new() }
    }

    /// The file that is being taken in.
    pub fn running(&self) -> Option<Running> {
        self.now.borrow().running.clone()
    }

    /// Hears whenever something is another.
    pub fn hear(&self) -> watch::Receiver<Now> {
        self.now.subscribe()
    }

    /// Files came, or one was taken out of the list.
    pub fn changed(&self) {
        self.now.send_modify(|_| {});
        self.woken.notify_one();
    }

    /// The server ends: whoever hears shall not keep it waiting.
    pub fn end(&self) {
        self.now.send_modify(|now| now.ending = true);
    }

    fn tell(&self, running: Option<Running>) {
        self.now.send_modify(|now| now.running = running);
    }
}

impl Now {
    /// Whether the server ends.
    pub fn ending(&self) -> bool {
        self.ending
    }
}

/// Takes files in as long as the server runs.
pub async fn work(app: App) {
    let _turn = turn(&app).await;
    loop {
        let store = app.order.store.clone();
        match spawn_blocking(move || inbox::next(&store)).await {
            Ok(Ok(Some(ticket))) => one(&app, ticket).await,
            Ok(Ok(None)) => {
                let _ = timeout(LOOK, app.uploads.woken.notified()).await;
            }
            _ => sleep(LATER).await,
        }
    }
}

/// Waits until no other process takes files in for this store.
async fn turn(app: &App) -> Turn {
    let mut at_start = true;
    loop {
        let store = app.order.store.clone();
        match spawn_blocking(move || inbox::turn(&store, at_start)).await {
            Ok(Ok(Some(turn))) => return turn,
            Ok(Err(failure)) => eprintln!("uploads are not taken in: {failure}"),
            _ => {}
        }
        at_start = false;
        sleep(ANOTHER).await;
    }
}

async fn one(app: &App, ticket: Ticket) {
    let id = ticket.id.clone();
    let running = move |what: &str, done, all| Running { id: id.clone(), what: what.to_owned(), done, all };
    app.uploads.tell(Some(running("reading", 0, 0)));
    let mut desk = app.desk_of(&ticket.by);
    let told = app.clone();
    desk.bank.progress = Listener::new(move |what, done, all| told.uploads.tell(Some(running(what, done, all))));
    // A bug that brings the thread down is counted against the file, and the next look comes to it again.
    let ended = spawn_blocking(move || inbox::take_in(&desk, &ticket)).await;
    app.uploads.tell(None);
    match ended {
        Ok(Ok(_)) => {}
        Ok(Err(Failure { message, .. })) => {
            eprintln!("a file waits on: {message}");
            sleep(LATER).await;
        }
        Err(_) => sleep(LATER).await,
    }
}

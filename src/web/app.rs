//! What all requests share: the bank and the store, the clock, who hashes passwords, and news of what changed.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;

use super::Order;
use super::reply::Refusal;
use super::uploads::Uploads;
use crate::domain::progress::Progress;
use crate::engine::memory::Memory;
use crate::engine::questionnaire::{Desk, bring_one_up};
use crate::engine::review::{self, Since};
use crate::engine::{BankPlace, Failure, accounts, keep};

/// So many requests work at one time on what is not waiting; the others wait for them.
const AT_ONCE: usize = 8;
/// So many passwords are hashed at one time; each takes 19 MiB.
const HASHES: usize = 2;
/// So many wait for a hash before the next one is sent away.
const HASHES_WAITING: usize = 20;

/// So often it is looked for news.
const NEWS: Duration = Duration::from_millis(700);

/// So many states of questionnaires are remembered.
const STOOD: usize = 64;

/// What all requests share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The shared part of [`App`].
pub struct Shared {
    /// What is served.
    pub order: Order,
    /// What was read and still holds.
    memory: Arc<Memory>,
    working: Semaphore,
    hashing: Semaphore,
    hashes: Semaphore,
    /// The number of the journal's last entry, as far as it was noticed.
    pub news: watch::Sender<i64>,
    /// Whether the server was asked to stop: what would go on for ever ends then.
    pub stopping: watch::Sender<bool>,
    /// Files on their way in.
    pub uploads: Uploads,
    /// Whether questionnaires are being proposed for anew though nobody looks at one of them.
    bringing_up: AtomicBool,
    /// Where questionnaires stood when somebody was last told.
    stood: Mutex<VecDeque<Arc<Progress>>>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Nothing is opened yet.
    pub fn new(order: Order) -> Self {
        Self(Arc::new(Shared {
            order,
            memory: Arc::default(),
            working: Semaphore::new(AT_ONCE),
            hashing: Semaphore::new(HASHES),
            hashes: Semaphore::new(HASHES + HASHES_WAITING),
            news: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
            uploads: Uploads::new(),
            bringing_up: AtomicBool::new(false),
            stood: Mutex::default(),
        }))
    }

    /// The day on which answers must stand.
    pub fn today(&self) -> Date {
        self.order.date.unwrap_or_else(|| Zoned::now().date())
    }

    /// Does something at the desk of somebody, apart from the threads that answer requests.
    ///
    /// # Errors
    /// It failed, or the server is stopping.
    pub async fn desk<T: Send + 'static>(
        &self,
        by: &str,
        work: impl FnOnce(&Desk) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _turn = self.working.acquire().await.map_err(|_| Refusal::stopping())?;
        let desk = self.desk_of(by);
        let done = spawn_blocking(move || work(&desk)).await;
        done.map_err(|_| Refusal::bug())?.map_err(Refusal::from)
    }

    /// Proposes anew for all questionnaires that stand as they were recorded for another bank, day or decision, one after the other, so that others
    /// get their turn in between. Does nothing where it is at it already.
    pub fn bring_up(&self, by: &str) {
        if self.bringing_up.swap(true, Ordering::Relaxed) {
            return;
        }
        let (app, by) = (self.clone(), by.to_owned());
        tokio::spawn(async move {
            let mut another = Ok(true);
            while let Ok(true) = another {
                another = app.desk(&by, bring_one_up).await;
            }
            if let Err(refusal) = another {
                eprintln!("not looked at anew: {}", refusal.error);
            }
            app.bringing_up.store(false, Ordering::Relaxed);
        });
    }

    /// As [`App::desk`], for what hashes a password.
    ///
    /// # Errors
    /// As there, or too many wait for it.
    pub async fn hash<T, E>(&self, by: &str, work: impl FnOnce(&Desk) -> Result<T, E> + Send + 'static) -> Result<T, Refusal>
    where
        T: Send + 'static,
        E: Send + 'static,
        Refusal: From<E>,
    {
        let _place = self.hashes.try_acquire().map_err(|_| Refusal::busy())?;
        let _turn = self.hashing.acquire().await.map_err(|_| Refusal::stopping())?;
        let desk = self.desk_of(by);
        spawn_blocking(move || work(&desk)).await.map_err(|_| Refusal::bug())?.map_err(Refusal::from)
    }

    /// Makes the store where there is none; where nobody can sign in yet, says how somebody can.
    ///
    /// # Errors
    /// The store cannot be used.
    pub fn begin(&self) -> Result<(), Failure> {
        keep::begin(&self.order.store)?;
        let desk = self.desk_of("");
        self.news.send_replace(keep::entries(&desk)?);
        if let Some(link) = accounts::begin(&desk)? {
            eprintln!("Nobody has an account yet. Make the first one within an hour: {}{}", self.address(), link.path());
        }
        Ok(())
    }

    /// The address that people type.
    pub fn address(&self) -> String {
        self.order.url.clone().unwrap_or_else(|| format!("http://{}", self.order.listen))
    }

    /// Looks for news as long as the server runs: whoever has a page open hears of what others did, also at the terminal.
    pub async fn watch(self) {
        let mut seconds = tokio::time::interval(NEWS);
        loop {
            seconds.tick().await;
            if self.news.receiver_count() == 0 {
                continue;
            }
            if let Ok(entries) = self.desk("", keep::entries).await {
                self.news.send_if_modified(|known| std::mem::replace(known, entries) != entries);
            }
        }
    }

    /// What changed in a questionnaire after an entry of the journal, for a page that was told up to there.
    ///
    /// # Errors
    /// There is no such questionnaire, or it cannot be read.
    pub fn since(&self, desk: &Desk, id: &str, after: i64) -> Result<Since, Failure> {
        let then = self.stood().iter().find(|stood| stood.latest == after && stood.id == id).cloned();
        let since = review::since(desk, id, after, then)?;
        self.remember(Arc::clone(&since.now));
        Ok(since)
    }

    /// Remembers where a questionnaire stood, so that what changes from there on is found without the journal.
    pub fn remember(&self, now: Arc<Progress>) {
        let mut stood = self.stood();
        if !stood.iter().any(|known| known.latest == now.latest && known.id == now.id) {
            stood.push_back(now);
            while stood.len() > STOOD {
                stood.pop_front();
            }
        }
    }

    fn stood(&self) -> MutexGuard<'_, VecDeque<Arc<Progress>>> {
        self.stood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The desk of somebody, now.
    pub fn desk_of(&self, by: &str) -> Desk {
        let now = Timestamp::now();
        Desk {
            bank: BankPlace { memory: Some(self.memory.at(now)), ..self.order.bank.clone() },
            store: self.order.store.clone(),
            worker: self.order.worker.clone(),
            date: self.today(),
            now,
            by: by.to_owned(),
        }
    }
}

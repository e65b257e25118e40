//! Use case: workbooks that were handed over and wait to be taken in, each in a folder of its own inside the store's folder. What was
//! acknowledged outlasts a kill, and what was not is gone; never believes a file's name.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::output::{json, put};
use super::questionnaire::{Added, CarriesOn, Desk, Incoming, add_bytes};
use super::receipt::Counts;
use super::{Failure, FailureKind};
use crate::bank::edit::Lock;
use crate::domain::bank::Audience;
use crate::domain::journal::Sale;
use crate::domain::names::tidy;
use crate::domain::review::OutcomeKind;
use crate::domain::shown::is_hidden;
use crate::store::room;
use crate::workbook::limits;

/// The folder inside the store's.
const FOLDER: &str = "inbox";
/// What the folder of a file begins with that did not arrive whole yet.
const PARTIAL: &str = ".partial-";
/// Letters and digits of an id.
const ID: usize = 16;
/// The file as it was sent.
const WORKBOOK: &str = "workbook";
/// On what terms it came.
const TICKET: &str = "ticket.json";
/// How often it was begun with.
const TRIES: &str = "tries";
/// What became of it.
const END: &str = "end.json";

/// So many files may come at once.
pub const TOGETHER: usize = 50;
/// So many files may wait.
pub const WAITING: usize = 200;
/// A file during which the program ended so often is set aside.
const ENOUGH: u32 = 3;
/// So many files that were taken in are still listed.
const DONE: usize = 50;
/// So many bytes must be free before anything is received …
const LEAST_FREE: u64 = 512 << 20;
/// … or so many times what is announced: the file, its copy in the store, and what is made of it.
const TIMES_FREE: u64 = 5;
/// The longest name of a file that is kept, in bytes.
const NAME: usize = 200;

/// On what terms files come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whose they are.
    #[serde(flatten)]
    pub sale: Sale,
    /// Who will read the answers.
    pub audience: Audience,
    /// Products asked about.
    #[serde(default)]
    pub products: Vec<String>,
    /// Regions asked about.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Whether answers that stand in them already are replaced.
    #[serde(default)]
    pub overwrite: bool,
    /// Whether they carry on the customer's last ones.
    pub carries_on: bool,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "became")]
pub enum End {
    /// A questionnaire.
    Taken {
        /// Its id.
        questionnaire: String,
        /// Whether it was there already.
        known: bool,
        /// How its questions stand.
        counts: Counts,
        /// How many decisions were carried forward.
        carried: usize,
    },
    /// Nothing, and why.
    Failed {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
}

/// A file with its terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id in the inbox; its folder's name.
    #[serde(skip)]
    pub id: String,
    /// The workbook's name, without what could lead elsewhere.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Who handed it over.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Its place among those that came together.
    pub place: usize,
    /// On what terms.
    pub terms: Terms,
    /// What became of it; none while it waits.
    #[serde(skip)]
    pub end: Option<End>,
    #[serde(skip)]
    tries: u32,
}

fn folder(store: &Path) -> PathBuf {
    store.join(FOLDER)
}

/// What the system said of a place in the inbox; a full disk is told as such.
fn failed(path: &Path, error: &std::io::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return no_room("there is no space left on the disk");
    }
    Failure::io(path, error)
}

fn no_room(what: &str) -> Failure {
    let hint = "nothing was taken in, and nothing is lost; whoever looks after this machine has to free some space, then send it again";
    Failure { kind: FailureKind::NoSpace, ..Failure::new(what, hint) }
}

/// Makes a rename survive a power cut, where the system lets a folder be synced.
fn sync_folder(path: &Path) -> Result<(), Failure> {
    if cfg!(unix) { File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| failed(path, &error)) } else { Ok(()) }
}

/// Refuses to receive so many bytes where the disk has not enough room for what follows from them.
///
/// # Errors
/// There is too little room.
pub fn check_room(store: &Path, announced: u64) -> Result<(), Failure> {
    let needed = announced.saturating_mul(TIMES_FREE).max(LEAST_FREE);
    match room::free(store) {
        Some(free) if free < needed => {
            // Whole MiB are enough to know.
            let words = |bytes: u64| limits::in_words(bytes >> 20 << 20);
            Err(no_room(&format!("the disk has {} left, and this needs {}", words(free), words(needed))))
        }
        _ => Ok(()),
    }
}

/// A file that is on its way; dropped before it was accepted, it is gone.
pub struct Arriving {
    folder: tempfile::TempDir,
    file: File,
    name: String,
    bytes: u64,
    most: u64,
}

impl Arriving {
    /// Begins to receive a file of at most so many bytes.
    ///
    /// # Errors
    /// The disk says no.
    pub fn begin(store: &Path, name: &str, most: u64) -> Result<Self, Failure> {
        let inbox = folder(store);
        fs::create_dir_all(&inbox).map_err(|error| failed(&inbox, &error))?;
        let folder = tempfile::Builder::new().prefix(PARTIAL).rand_bytes(ID).tempdir_in(&inbox).map_err(|error| failed(&inbox, &error))?;
        let path = folder.path().join(WORKBOOK);
        let file = File::create_new(&path).map_err(|error| failed(&path, &error))?;
        Ok(Self { folder, file, name: safe_name(name), bytes: 0, most })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// There are too many, or the disk says no.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.most {
            return Err(Failure {
                kind: FailureKind::TooLarge,
                ..Failure::new(
                    format!("{}: the file is larger than {}", self.name, limits::in_words(self.most)),
                    "nothing of this upload was taken in; send the others without it, and ask whether this is really a questionnaire",
                )
            });
        }
        self.file.write_all(bytes).map_err(|error| failed(self.folder.path(), &error))
    }

    /// How many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its name as it is kept.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Accepts files that arrived whole: afterwards they are taken in, whatever happens to the program. Gives their ids.
///
/// # Errors
/// Nobody is named, the terms cannot be meant, too many wait already, the disk says no; then nothing was accepted.
pub fn accept(desk: &Desk, terms: &Terms, arrived: Vec<Arriving>) -> Result<Vec<String>, Failure> {
    desk.named()?;
    if tidy(&terms.sale.customer).is_empty() {
        return Err(Failure::usage("nobody is named as the customer", "say who asks, then send the files again"));
    }
    if arrived.is_empty() {
        return Err(Failure::usage("there was no workbook in it", "choose at least one file"));
    }
    if let Some(empty) = arrived.iter().find(|one| one.bytes == 0) {
        return Err(Failure::usage(format!("{}: the file is empty", empty.name), "nothing was taken in; choose another file"));
    }
    let waiting = list(&desk.store)?.iter().filter(|ticket| ticket.end.is_none()).count();
    if waiting + arrived.len() > WAITING {
        return Err(Failure {
            kind: FailureKind::Busy,
            ..Failure::new(
                format!("{waiting} files wait to be taken in, and no more than {WAITING} may"),
                "nothing of this upload was taken in; wait until some are done, and send it again",
            )
        });
    }
    for (place, one) in arrived.iter().enumerate() {
        let ticket = Ticket {
            id: String::new(),
            name: one.name.clone(),
            bytes: one.bytes,
            by: desk.by.clone(),
            at: desk.now,
            place,
            terms: terms.clone(),
            end: None,
            tries: 0,
        };
        one.file.sync_all().map_err(|error| failed(one.folder.path(), &error))?;
        put(&one.folder.path().join(TICKET), &json(&ticket)?)?;
    }
    let inbox = folder(&desk.store);
    let mut ids = Vec::new();
    for one in arrived {
        let partial = one.folder.keep();
        let id =
            partial.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(PARTIAL)).unwrap_or_default().to_owned();
        fs::rename(&partial, inbox.join(&id)).map_err(|error| failed(&inbox, &error))?;
        ids.push(id);
    }
    sync_folder(&inbox)?;
    Ok(ids)
}

/// A file's name as people know it, without folders and without what does not show or turns text round.
fn safe_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let unfit = |c: char| is_hidden(c) || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    let plain: String = name.chars().map(|c| if unfit(c) { '_' } else { c }).collect();
    let plain = plain.trim().trim_start_matches('.').trim_end_matches('.');
    let (stem, ending) = plain.rsplit_once('.').filter(|(_, ending)| ending.len() <= 8).unwrap_or((plain, ""));
    let mut stem = stem.to_owned();
    while stem.len() > NAME {
        stem.pop();
    }
    match (stem.is_empty(), ending.is_empty()) {
        (true, true) => "workbook".to_owned(),
        (true, false) => format!("workbook.{ending}"),
        (false, true) => stem,
        (false, false) => format!("{stem}.{ending}"),
    }
}

/// All files of the inbox: those that wait in their order, then those that failed, then those that were taken in, the last one first.
///
/// # Errors
/// The folder cannot be read.
pub fn list(store: &Path) -> Result<Vec<Ticket>, Failure> {
    let inbox = folder(store);
    let entries = match fs::read_dir(&inbox) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| failed(&inbox, &error))?,
    };
    let mut tickets = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| failed(&inbox, &error))?.file_name();
        // One that is dismissed while we look is none any more.
        tickets.extend(name.to_str().filter(|name| is_id(name)).and_then(|id| read(&inbox, id)));
    }
    let rank = |ticket: &Ticket| match ticket.end {
        None => 0,
        Some(End::Failed { .. }) => 1,
        Some(End::Taken { .. }) => 2,
    };
    tickets.sort_by_key(|ticket| (ticket.at, ticket.place));
    let (waiting, mut ended): (Vec<Ticket>, Vec<Ticket>) = tickets.into_iter().partition(|ticket| ticket.end.is_none());
    ended.reverse();
    ended.sort_by_key(rank);
    Ok(waiting.into_iter().chain(ended).collect())
}

fn is_id(name: &str) -> bool {
    name.len() == ID && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn read(inbox: &Path, id: &str) -> Option<Ticket> {
    let folder = inbox.join(id);
    let of_file = |name: &str| fs::read(folder.join(name)).ok();
    let ticket: Ticket = serde_json::from_slice(&of_file(TICKET)?).ok()?;
    let end = of_file(END).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let tries = of_file(TRIES).and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse().ok()).unwrap_or(0);
    Some(Ticket { id: id.to_owned(), end, tries, ..ticket })
}

fn find(store: &Path, id: &str) -> Result<Ticket, Failure> {
    let found = Some(id).filter(|id| is_id(id)).and_then(|id| read(&folder(store), id));
    found.ok_or_else(|| Failure::not_there("there is no such file among the uploads", "somebody may have dismissed it"))
}

/// The turn of the one who takes files in.
pub struct Turn(#[allow(dead_code, reason = "held, never read")] Lock);

/// Takes the turn of taking files in; none while another process has it. At the start, what never arrived whole is cleared away.
///
/// # Errors
/// The folder cannot be made or locked.
pub fn turn(store: &Path, at_start: bool) -> Result<Option<Turn>, Failure> {
    let inbox = folder(store);
    fs::create_dir_all(&inbox).map_err(|error| failed(&inbox, &error))?;
    let lock = Lock::try_take(&inbox).map_err(|error| Failure::new(error.to_string(), "check who may read and write there"))?;
    if lock.is_some() && at_start {
        for entry in fs::read_dir(&inbox).map_err(|error| failed(&inbox, &error))?.flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(PARTIAL)) {
                fs::remove_dir_all(entry.path()).map_err(|error| failed(&entry.path(), &error))?;
            }
        }
    }
    Ok(lock.map(Turn))
}

/// The file that waits longest.
///
/// # Errors
/// As for [`list`].
pub fn next(store: &Path) -> Result<Option<Ticket>, Failure> {
    Ok(list(store)?.into_iter().find(|ticket| ticket.end.is_none()))
}

/// Takes one file in, at the desk of who handed it over, and keeps what became of it. Doing it again after a kill comes to the same
/// questionnaire; a file during which the program ended three times is set aside.
///
/// # Errors
/// It cannot be done just now, since somebody else writes or the disk is full; the file waits on.
pub fn take_in(desk: &Desk, ticket: &Ticket) -> Result<End, Failure> {
    let folder = folder(&desk.store).join(&ticket.id);
    let tries = |tries: u32| put(&folder.join(TRIES), tries.to_string().as_bytes());
    let end = if ticket.tries >= ENOUGH {
        End::Failed {
            message: format!("{}: the program ended {} times while it took this file in, so it was set aside", ticket.name, ticket.tries),
            hint: "nothing else is touched by it; please report the file, or try it once more".to_owned(),
        }
    } else {
        tries(ticket.tries + 1)?;
        match taken(desk, ticket, &folder) {
            Ok(added) => end_of(added),
            Err(failure) if matches!(failure.kind, FailureKind::Busy | FailureKind::NoSpace) => {
                tries(ticket.tries)?;
                return Err(failure);
            }
            Err(failure) => End::Failed { message: failure.message, hint: failure.hint },
        }
    };
    put(&folder.join(END), &json(&end)?)?;
    if matches!(end, End::Taken { .. }) {
        // The store has the bytes now.
        let _ = fs::remove_file(folder.join(WORKBOOK));
        forget_old(&desk.store);
    }
    Ok(end)
}

fn taken(desk: &Desk, ticket: &Ticket, folder: &Path) -> Result<Added, Failure> {
    let bytes = super::read_file(&folder.join(WORKBOOK), desk.worker.limits.file)?;
    let Terms { sale, audience, products, regions, overwrite, carries_on } = ticket.terms.clone();
    let incoming = Incoming {
        file: PathBuf::from(&ticket.name),
        sale,
        audience,
        products,
        regions,
        overwrite,
        mapping: None,
        carries_on: if carries_on { CarriesOn::Latest } else { CarriesOn::Nothing },
    };
    add_bytes(desk, &incoming, bytes)
}

fn end_of(added: Added) -> End {
    let count = |kind: OutcomeKind| added.progress.lines().iter().filter(|line| line.outcome == kind).count();
    let counts = Counts {
        found: added.progress.lines().len(),
        filled: count(OutcomeKind::Filled),
        kept: count(OutcomeKind::Kept),
        review: count(OutcomeKind::Review),
        rejected: count(OutcomeKind::Rejected),
        gap: count(OutcomeKind::Gap),
    };
    End::Taken { questionnaire: added.id, known: added.known, counts, carried: added.carried }
}

/// Of files that were taken in, only the last ones stay in the list.
fn forget_old(store: &Path) {
    let done = |ticket: &Ticket| matches!(ticket.end, Some(End::Taken { .. }));
    for old in list(store).unwrap_or_default().into_iter().filter(done).skip(DONE) {
        // Best effort: it is only a line of a list.
        let _ = fs::remove_dir_all(folder(store).join(old.id));
    }
}

/// Takes a file out of the list: one that failed, or that was taken in.
///
/// # Errors
/// It is not there, or it still waits.
pub fn dismiss(store: &Path, id: &str) -> Result<(), Failure> {
    let ticket = find(store, id)?;
    if ticket.end.is_none() {
        return Err(Failure::new(format!("{}: it waits to be taken in", ticket.name), "wait until it is done"));
    }
    let path = folder(store).join(id);
    fs::remove_dir_all(&path).map_err(|error| failed(&path, &error))
}

/// Has a file that failed taken in once more.
///
/// # Errors
/// It is not there, or it did not fail.
pub fn again(store: &Path, id: &str) -> Result<(), Failure> {
    let ticket = find(store, id)?;
    if !matches!(ticket.end, Some(End::Failed { .. })) {
        return Err(Failure::new(format!("{}: it did not fail", ticket.name), "look at the list again"));
    }
    let path = folder(store).join(id);
    let remove = |name: &str| match fs::remove_file(path.join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&path, &error)),
        _ => Ok(()),
    };
    // The count first: a kill in between leaves it set aside, not tried for ever.
    remove(TRIES)?;
    remove(END)?;
    sync_folder(&path)
}

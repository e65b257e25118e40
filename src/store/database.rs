//! The database: opened with settings that make what is acknowledged last, read with every row checked, written in transactions that one process has at a time.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Executor, Row};
use tokio::runtime::{Builder, Runtime};

use super::folded::Remembered;
use super::folder::{make_folder, on_this_machine};
use super::transaction::Transaction;
use super::{FILE, StoreError};
use crate::domain::digest::sha256_hex;
use crate::domain::journal::{Entry, Event, Told};

/// The versions of the schema, each from the one before.
pub const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql"), include_str!("migrations/2.sql")];
/// So long one process waits for another that writes.
const WAIT: u64 = 5;
/// The oldest `SQLite` whose write-ahead log cannot be damaged by its own reset.
const SQLITE: [u32; 3] = [3, 51, 3];

/// `SQLITE_IOERR_SHMSIZE`.
const NO_ROOM_FOR_LOG: i32 = 4874;

/// What must hold of the database so that a power cut loses nothing that was acknowledged: statement to set it, statement to read it, value.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("PRAGMA busy_timeout = 5000", "PRAGMA busy_timeout", "5000"),
    ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"),
    ("PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"),
    ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"),
    ("PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"),
    ("PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"),
    ("PRAGMA mmap_size = 0", "PRAGMA mmap_size", "0"),
];

/// Selects entries with the chain before each, so that every row can be checked.
macro_rules! entries {
    () => {
        "SELECT j.number, j.questionnaire, j.happened, j.person, j.kind, j.body, j.chain, COALESCE(b.chain, '') \
         FROM journal j LEFT JOIN journal b ON b.number = j.number - 1"
    };
}

/// Selects entries with the chain before each.
pub(super) const ENTRIES: &str = entries!();

/// Selects lines of the ledger.
macro_rules! told {
    () => {
        "SELECT entry, body, customer, answer FROM told"
    };
}

/// The chain before some entries, and each of them with the chain at it.
pub(super) type Appended = (String, Vec<(Entry, String)>);

/// The last entry: its number and its chain.
pub(super) type Head = (i64, String);

/// A connection to one store.
pub struct Store {
    runtime: Runtime,
    connection: AnyConnection,
    path: PathBuf,
    /// Set by the first failure; such a connection is not used for another job.
    failed: Cell<bool>,
    /// The journal as the process remembers it; none: it is read anew.
    pub(super) remembered: Option<Arc<Remembered>>,
    /// What the transaction that is open appended so far, for the memory once it is committed.
    pub(super) appended: Option<Appended>,
    /// Whether other connections see something else: own entries that are not committed, or only those of an earlier moment.
    pub(super) apart: bool,
}

impl Store {
    /// Opens the store in a folder.
    ///
    /// # Errors
    /// There is none, it is damaged or newer than this program, or what must hold of it does not.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join(FILE).is_file() {
            return Err(StoreError::NotThere { path: folder.to_owned() });
        }
        Self::open_file(&folder.join(FILE), false)
    }

    /// Opens the store in a folder, or begins one there.
    ///
    /// # Errors
    /// As for [`Store::open`]; the folder cannot be made.
    pub fn open_or_begin(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder)?;
        Self::open_file(&folder.join(FILE), true)
    }

    pub(super) fn open_file(path: &Path, begin: bool) -> Result<Self, StoreError> {
        let settings = |what: String| StoreError::Settings { path: path.to_owned(), what };
        on_this_machine(path).map_err(settings)?;
        sqlx::any::install_default_drivers();
        let runtime = Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|error| StoreError::Io { path: path.to_owned(), what: error.to_string() })?;
        let connection = runtime.block_on(AnyConnection::connect(&address(path))).map_err(|error| failed(path, &error))?;
        let mut store =
            Self { runtime, connection, path: path.to_owned(), failed: Cell::new(false), remembered: None, appended: None, apart: false };
        if !begin && !store.has_table("schema_version")? {
            return Err(store.damaged("this is no store".into()));
        }
        store.settle_in()?;
        store.migrate(MIGRATIONS)?;
        Ok(store)
    }

    /// Closes it, so that all is in its file and none of it in a log beside that.
    pub(super) fn close(self) -> Result<(), StoreError> {
        let Self { runtime, connection, path, .. } = self;
        runtime.block_on(connection.close()).map_err(|error| failed(&path, &error))
    }

    /// Its settings as the database reads them back, by name.
    ///
    /// # Errors
    /// The database says no.
    pub fn settings(&mut self) -> Result<Vec<(&'static str, String)>, StoreError> {
        let mut settings = Vec::new();
        for (_, read, _) in SETTINGS {
            let now = self.runtime.block_on(sqlx::query(*read).fetch_one(&mut self.connection)).map_err(|error| self.failed(&error))?;
            let now = now.try_get::<String, _>(0).or_else(|_| now.try_get::<i64, _>(0).map(|now| now.to_string())).unwrap_or_default();
            settings.push((read.trim_start_matches("PRAGMA "), now));
        }
        Ok(settings)
    }

    fn settle_in(&mut self) -> Result<(), StoreError> {
        for (set, ..) in SETTINGS {
            self.execute(sqlx::query(*set))?;
        }
        for ((read, now), (.., value)) in self.settings()?.into_iter().zip(SETTINGS) {
            if now != *value {
                let what = format!("{read} says {now:?} where {value:?} must hold");
                return Err(StoreError::Settings { path: self.path.clone(), what });
            }
        }
        let version: String = self.one(sqlx::query_scalar("SELECT sqlite_version()"))?;
        let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
        if parts[..] < SQLITE[..] {
            let what = format!("SQLite is {version}; versions before 3.51.3 can damage the log");
            return Err(StoreError::Settings { path: self.path.clone(), what });
        }
        Ok(())
    }

    /// Brings the schema to the version after the last of `steps`, each step whole or not at all, with a copy of the file before it.
    ///
    /// # Errors
    /// The store is newer, or a step fails; then it is of the version before that step.
    pub fn migrate(&mut self, steps: &[&'static str]) -> Result<(), StoreError> {
        let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
        self.execute(sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)"))?;
        let now = self.version()?;
        if now > known {
            return Err(StoreError::Newer { path: self.path.clone(), version: now, known });
        }
        for (version, step) in (now..known).zip(&steps[usize::try_from(now).unwrap_or(0)..]) {
            if version > 0 {
                let copy = self.path.with_extension(format!("db.version-{version}"));
                if !copy.exists() {
                    self.copy_to(&copy)?;
                }
            }
            let mut transaction = self.begin()?;
            // Another process may have been first.
            if transaction.version()? == version {
                let store = &mut *transaction;
                store.runtime.block_on(store.connection.execute(sqlx::raw_sql(*step))).map_err(|error| failed(&store.path, &error))?;
                store.execute(sqlx::query("INSERT INTO schema_version (version) VALUES ($1)").bind(version + 1))?;
            }
            transaction.commit()?;
        }
        Ok(())
    }

    /// The version of the schema; 0 for none.
    pub(super) fn version(&mut self) -> Result<i64, StoreError> {
        self.one(sqlx::query_scalar("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_version"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a transaction: from here on no other process writes.
    ///
    /// # Errors
    /// Another one writes and does not end.
    pub fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        self.execute(sqlx::query("BEGIN"))?;
        // Writing what every writer writes makes others wait, whichever database it is. It must come first: SQLite does not let a transaction
        // that has read wait for one that writes.
        match self.execute(sqlx::query("UPDATE schema_version SET version = version")) {
            Ok(()) => Ok(Transaction::begun(self)),
            Err(error) => {
                let _ = self.execute(sqlx::query("ROLLBACK"));
                Err(error)
            }
        }
    }

    /// Reads several things as they are at one moment, whoever writes meanwhile.
    ///
    /// # Errors
    /// As `read`; the database says no.
    pub fn at_one_moment<T, E: From<StoreError>>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.execute(sqlx::query("BEGIN"))?;
        self.apart = true;
        let told = read(self);
        self.apart = false;
        let _ = self.execute(sqlx::query("ROLLBACK"));
        told
    }

    fn has_table(&mut self, name: &str) -> Result<bool, StoreError> {
        let found: i64 = self.one(
            sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM sqlite_master WHERE type = 'table' AND name = $1")
                .bind(name.to_owned()),
        )?;
        Ok(found > 0)
    }

    /// All entries, or those of one questionnaire, in their order.
    ///
    /// # Errors
    /// One of them is not what was written.
    pub fn entries(&mut self, questionnaire: Option<&str>) -> Result<Vec<Entry>, StoreError> {
        match questionnaire {
            None => self.rows(sqlx::query(concat!(entries!(), " ORDER BY j.number"))),
            Some(id) => self.rows(sqlx::query(concat!(entries!(), " WHERE j.questionnaire = $1 ORDER BY j.number")).bind(id.to_owned())),
        }
    }

    /// Entries of one kind, in their order.
    pub(super) fn read_kind(&mut self, kind: &str) -> Result<Vec<Entry>, StoreError> {
        self.rows(sqlx::query(concat!(entries!(), " WHERE j.kind = $1 ORDER BY j.number")).bind(kind.to_owned()))
    }

    /// Entries of all questionnaires, in their order; nothing of the audit log, which is longer than all of them.
    ///
    /// # Errors
    /// One of them is not what was written.
    pub fn entries_of_questionnaires(&mut self) -> Result<Vec<Entry>, StoreError> {
        self.rows(sqlx::query(concat!(entries!(), " WHERE j.questionnaire > '' ORDER BY j.number")))
    }

    /// The entries after one that is known by its number and chain, each with its chain; none where the journal has another one there.
    pub(super) fn entries_after(&mut self, number: i64, chain: &str) -> Result<Option<Vec<(Entry, String)>>, StoreError> {
        let here: Option<String> = self.maybe(sqlx::query_scalar("SELECT chain FROM journal WHERE number = $1").bind(number))?;
        if number > 0 && here.as_deref() != Some(chain) {
            return Ok(None);
        }
        self.chained_rows(sqlx::query(concat!(entries!(), " WHERE j.number > $1 ORDER BY j.number")).bind(number)).map(Some)
    }

    /// The last entry's number and chain, and all entries up to it but those of the audit log, each with its chain.
    pub(super) fn entries_to_head(&mut self) -> Result<(Head, Vec<(Entry, String)>), StoreError> {
        let last = self.fetch(sqlx::query("SELECT number, chain FROM journal ORDER BY number DESC LIMIT 1"))?;
        let Some(last) = last.first() else { return Ok(Default::default()) };
        let head: Head = (get(last, 0).map_err(|what| self.damaged(what))?, get(last, 1).map_err(|what| self.damaged(what))?);
        let query = sqlx::query(concat!(entries!(), " WHERE j.number <= $1 AND j.kind <> 'audited' ORDER BY j.number")).bind(head.0);
        Ok((head, self.chained_rows(query)?))
    }

    pub(super) fn rows(&mut self, query: Query) -> Result<Vec<Entry>, StoreError> {
        Ok(self.chained_rows(query)?.into_iter().map(|(entry, _)| entry).collect())
    }

    fn chained_rows(&mut self, query: Query) -> Result<Vec<(Entry, String)>, StoreError> {
        let rows = self.fetch(query)?;
        rows.iter().map(|row| entry(row).map_err(|what| self.damaged(what))).collect()
    }

    /// Whether nothing ever failed with this connection.
    pub(super) fn is_sound(&self) -> bool {
        !self.failed.get()
    }

    /// Bytes by their digest.
    ///
    /// # Errors
    /// They are not there, or not what was kept.
    pub fn content(&mut self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let query = sqlx::query_scalar("SELECT bytes FROM content WHERE sha256 = $1").bind(sha256.to_owned());
        match self.maybe::<Vec<u8>>(query)? {
            Some(bytes) if sha256_hex(&bytes) == sha256 => Ok(bytes),
            Some(_) => Err(self.damaged(format!("the bytes kept as {sha256} are not what they were"))),
            None => Err(self.damaged(format!("the bytes kept as {sha256} are not there"))),
        }
    }

    /// What was told, by every release or by one. With the number of the release's entry.
    ///
    /// # Errors
    /// A line is not what was written.
    pub fn told(&mut self, of: &ToldOf) -> Result<Vec<(i64, Told)>, StoreError> {
        let query = match of {
            ToldOf::All => sqlx::query(concat!(told!(), " ORDER BY entry, position")),
            ToldOf::Release(entry) => sqlx::query(concat!(told!(), " WHERE entry = $1 ORDER BY position")).bind(*entry),
        };
        let rows = self.fetch(query)?;
        let line = |row: &AnyRow| -> Result<(i64, Told), String> {
            let (entry, body, customer, answer): (i64, String, String, String) = (get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?);
            let told: Told = serde_json::from_str(&body).map_err(|error| format!("a line of release {entry} cannot be read: {error}"))?;
            if (&told.customer, &told.answer) != (&customer, &answer) {
                return Err(format!("a line of release {entry} is filed as another one"));
            }
            Ok((entry, told))
        };
        rows.iter().map(|row| line(row).map_err(|what| self.damaged(what))).collect()
    }

    /// Whether the last proposal of a questionnaire was found to hold for this bank on this day, with the journal as far as `upto`.
    ///
    /// # Errors
    /// The database says no.
    pub fn is_fresh(&mut self, questionnaire: &str, bank: &str, day: Date, upto: i64) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM fresh WHERE questionnaire = $1 AND bank = $2 AND day = $3 AND upto = $4",
        );
        let found: i64 = self.one(query.bind(questionnaire.to_owned()).bind(bank.to_owned()).bind(day.to_string()).bind(upto))?;
        Ok(found > 0)
    }

    /// The latest time at which anything happened; none in an empty store.
    ///
    /// # Errors
    /// The database says no.
    pub fn latest(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let latest: i64 = self.one(sqlx::query_scalar("SELECT CAST(COALESCE(MAX(happened), -1) AS BIGINT) FROM journal"))?;
        Ok((latest >= 0).then(|| Timestamp::from_millisecond(latest).ok()).flatten())
    }

    /// The next entries after a number, each with its number and its chain, for checking the whole.
    pub(super) fn chained(&mut self, after: i64) -> Result<Vec<(i64, Chained)>, StoreError> {
        let query = sqlx::query(concat!(entries!(), " WHERE j.number > $1 ORDER BY j.number LIMIT 1000")).bind(after);
        let rows = self.fetch(query)?;
        rows.iter().map(|row| Ok((get(row, 0).map_err(|what| self.damaged(what))?, entry(row)))).collect()
    }

    /// How many entries were ever written.
    ///
    /// # Errors
    /// The database says no.
    pub fn written(&mut self) -> Result<i64, StoreError> {
        self.one(sqlx::query_scalar("SELECT value FROM tally WHERE name = 'journal'"))
    }

    /// How many lines the ledger has.
    pub(super) fn lines(&mut self) -> Result<usize, StoreError> {
        let lines: i64 = self.one(sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM told"))?;
        Ok(usize::try_from(lines).unwrap_or_default())
    }

    /// Digests of all bytes that are kept.
    pub(super) fn contents(&mut self) -> Result<Vec<String>, StoreError> {
        self.column(sqlx::query_scalar("SELECT sha256 FROM content ORDER BY sha256"))
    }

    /// What the database finds wrong with its own file.
    pub(super) fn own_checks(&mut self) -> Result<Vec<String>, StoreError> {
        let told: Vec<String> = self.column(sqlx::query_scalar("PRAGMA integrity_check"))?;
        let loose = self.fetch(sqlx::query("PRAGMA foreign_key_check"))?;
        let mut wrong: Vec<String> = told.into_iter().filter(|line| line != "ok").collect();
        wrong.extend(loose.iter().map(|_| "a line of the ledger has no release".to_owned()));
        Ok(wrong)
    }

    /// Writes a copy of the database as it is now, while others go on.
    pub(super) fn copy_to(&mut self, to: &Path) -> Result<(), StoreError> {
        self.execute(sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()))
    }

    pub(super) fn execute(&mut self, query: Query) -> Result<(), StoreError> {
        self.runtime.block_on(query.execute(&mut self.connection)).map(|_| ()).map_err(|error| self.failed(&error))
    }

    pub(super) fn fetch(&mut self, query: Query) -> Result<Vec<AnyRow>, StoreError> {
        self.runtime.block_on(query.fetch_all(&mut self.connection)).map_err(|error| self.failed(&error))
    }

    pub(super) fn one<T: Value>(&mut self, query: Scalar<T>) -> Result<T, StoreError> {
        self.runtime.block_on(query.fetch_one(&mut self.connection)).map_err(|error| self.failed(&error))
    }

    pub(super) fn maybe<T: Value>(&mut self, query: Scalar<T>) -> Result<Option<T>, StoreError> {
        self.runtime.block_on(query.fetch_optional(&mut self.connection)).map_err(|error| self.failed(&error))
    }

    pub(super) fn column<T: Value>(&mut self, query: Scalar<T>) -> Result<Vec<T>, StoreError> {
        self.runtime.block_on(query.fetch_all(&mut self.connection)).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &sqlx::Error) -> StoreError {
        self.failed.set(true);
        failed(&self.path, error)
    }

    pub(super) fn damaged(&self, what: String) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), what }
    }
}

/// An entry with its chain, or what is wrong with it.
pub(super) type Chained = Result<(Entry, String), String>;
pub(super) type Query = sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>;
/// What one column can hold.
pub(super) trait Value: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any> {}
impl<T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any>> Value for T {}
pub(super) type Scalar<T> = sqlx::query::QueryScalar<'static, sqlx::Any, T, sqlx::any::AnyArguments>;

/// Which lines of the ledger.
#[derive(Clone, Debug)]
pub enum ToldOf {
    /// All.
    All,
    /// Those of the release at this place of the journal.
    Release(i64),
}

/// The digest of told lines, as a release's entry has it.
#[must_use]
pub fn told_sha256(told: &[Told]) -> String {
    sha256_hex(&serde_json::to_vec(told).unwrap_or_default())
}

pub(super) fn missing(number: i64) -> String {
    format!("entry {number} of the journal is missing")
}

pub(super) fn get<'r, T: sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any>>(row: &'r AnyRow, column: usize) -> Result<T, String> {
    row.try_get(column).map_err(|error| error.to_string())
}

/// An entry with its chain, if it is what was written.
fn entry(row: &AnyRow) -> Result<(Entry, String), String> {
    let number: i64 = get(row, 0)?;
    let wrong = |what: String| format!("entry {number} of the journal {what}");
    let (questionnaire, happened, by): (Option<String>, i64, String) = (get(row, 1)?, get(row, 2)?, get(row, 3)?);
    let (kind, body, told, before): (String, String, String, String) = (get(row, 4)?, get(row, 5)?, get(row, 6)?, get(row, 7)?);
    if chain(&before, number, questionnaire.as_deref(), happened, &by, &body) != told {
        return Err(wrong("is not what was written, or does not follow the one before it".into()));
    }
    let what: Event = serde_json::from_str(&body).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if what.kind() != kind {
        return Err(wrong(format!("is filed as {kind} and is {}", what.kind())));
    }
    let at = Timestamp::from_millisecond(happened).map_err(|error| wrong(format!("has no time: {error}")))?;
    Ok((Entry { number, questionnaire, at, by, what }, told))
}

pub(super) fn chain(before: &str, number: i64, questionnaire: Option<&str>, at: i64, by: &str, body: &str) -> String {
    // Numbers, texts and a list of them always can be written.
    let row = serde_json::to_string(&(before, number, questionnaire, at, by, body)).unwrap_or_default();
    sha256_hex(row.as_bytes())
}

/// The database's address: the path with what has a meaning in addresses escaped.
fn address(path: &Path) -> String {
    let escaped: String = path
        .to_string_lossy()
        .chars()
        .map(|c| match c {
            '%' => "%25".to_owned(),
            '?' => "%3f".to_owned(),
            '#' => "%23".to_owned(),
            c => c.to_string(),
        })
        .collect();
    format!("sqlite://{escaped}?mode=rwc")
}

fn failed(path: &Path, error: &sqlx::Error) -> StoreError {
    let path = path.to_owned();
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    // The lower byte is the primary result code, https://www.sqlite.org/rescode.html. The index of the log that cannot grow has one of its own.
    match code.map(|code| if code == NO_ROOM_FOR_LOG { 13 } else { code & 0xff }) {
        Some(5 | 6) => StoreError::Locked { path, seconds: WAIT },
        Some(13) => StoreError::NoSpace { path },
        Some(11 | 26) => StoreError::Damaged { path, what: "the file is damaged, or no store".into() },
        Some(8 | 14) => StoreError::Io { path, what: "it cannot be opened for writing".into() },
        _ => StoreError::Database { path, what: error.to_string() },
    }
}

//! The store under faults: versions, damage, copies, several processes at once, kills, full disks. What was acknowledged is there, and nothing is half there.

mod copies;
mod damage;
mod kills;
mod processes;
mod space;
mod version;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use answerbank::domain::bank::Audience;
use answerbank::domain::journal::{Entry, Event, Sale, Told};
use answerbank::domain::progress::Progress;
use answerbank::domain::review::OutcomeKind;
use answerbank::engine::BankPlace;
use answerbank::engine::curate::{Hand, approve};
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::review::{CarriesOn, Incoming, add};
use answerbank::store::{Store, ToldOf};
use jiff::civil::date;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// Answers of the bank, each with the question that the form asks in the same words.
const ANSWERS: [(&str, &str, &str); 8] = [
    ("data-centres", "Where are your data centres?", "In Bern and Graz."),
    ("encryption", "How is stored customer data encrypted?", "With AES-256."),
    ("restores", "How often are restores from backup tested?", "Twice a year."),
    ("training", "How often are employees trained in security?", "Each year in May."),
    ("logs", "How long are audit logs kept?", "For 400 days."),
    ("penetration", "Who carries out penetration tests?", "An outside company, each spring."),
    ("incidents", "How soon are customers told of an incident?", "Within 48 hours."),
    ("deletion", "When is customer data deleted after a contract ends?", "After 30 days."),
];
const FORM: &str = "form.xlsx";
const CUSTOMER: &str = "Harbour Bank";

/// Whether tests that take minutes take them.
pub fn at_length() -> bool {
    std::env::var_os("ANSWERBANK_LONG").is_some()
}

/// The cell of a question of the form.
fn cell(number: usize) -> String {
    format!("A{}", number + 2)
}

/// A form, always the same bytes for the same questions.
fn form(file: &Path, asked: &[&str]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 6, 30).unwrap();
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Question").unwrap();
    sheet.write(0, 1, "Answer").unwrap();
    for (row, question) in (1..).zip(asked) {
        sheet.write(row, 0, *question).unwrap();
    }
    book.save(file).unwrap();
}

/// A bank, a form that asks what it answers, and the store beside them.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// Without a store.
    fn new() -> Self {
        static TEMPLATE: OnceLock<Place> = OnceLock::new();
        let place = Self { folder: tempfile::tempdir().unwrap() };
        crate::cli::copy(TEMPLATE.get_or_init(Self::made).path(), place.path());
        place
    }

    /// With a store that holds the form as a questionnaire.
    fn with_questionnaire() -> Self {
        static TEMPLATE: OnceLock<Place> = OnceLock::new();
        let made = || {
            let place = Self::new();
            add(&place.desk("j.lind"), &place.incoming()).unwrap();
            settle(&place.file());
            place
        };
        let place = Self { folder: tempfile::tempdir().unwrap() };
        crate::cli::copy(TEMPLATE.get_or_init(made).path(), place.path());
        place
    }

    fn made() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let answers = place.path().join("answer-bank/answers");
        fs::create_dir_all(&answers).unwrap();
        fs::write(place.path().join("answer-bank/bank.toml"), "version = 1\nname = \"eight\"\n").unwrap();
        for (id, question, words) in ANSWERS {
            let head = format!("id = {id:?}\nquestion = {question:?}\nverdict = \"info\"\nowner = \"a\"\naudience = \"public\"");
            fs::write(answers.join(format!("{id}.md")), format!("+++\n{head}\n+++\n{words}\n")).unwrap();
        }
        let ids = ANSWERS.map(|(id, ..)| id.to_owned());
        approve(&BankPlace::new(place.path().join("answer-bank")), &ids, &Hand { by: "a".into(), on: date(2026, 6, 30), seen: None })
            .unwrap();
        form(&place.path().join(FORM), &ANSWERS.map(|(_, question, _)| question));
        place
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> PathBuf {
        self.path().join(".answerbank")
    }

    fn file(&self) -> PathBuf {
        self.store().join(answerbank::store::FILE)
    }

    fn desk(&self, by: &str) -> Desk {
        Desk {
            bank: BankPlace::new(self.path().join("answer-bank")),
            store: self.store(),
            worker: answerbank::workbook::Worker::default(),
            date: date(2026, 11, 21),
            now: "2026-11-21T09:00:00Z".parse().unwrap(),
            by: by.into(),
        }
    }

    fn incoming(&self) -> Incoming {
        Incoming {
            file: self.path().join(FORM),
            sale: Sale { customer: CUSTOMER.into(), ..Sale::default() },
            audience: Audience::Public,
            products: Vec::new(),
            regions: Vec::new(),
            overwrite: false,
            mapping: None,
            carries_on: CarriesOn::Latest,
        }
    }

    /// The real program on this bank and store, with `arguments` between spaces.
    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_answerbank"));
        command.current_dir(self.path()).args(arguments.split(' '));
        if !arguments.starts_with("store") {
            command.args(["--date", "2026-11-21"]);
        }
        for name in ["ANSWERBANK_BANK", "ANSWERBANK_STORE", "ANSWERBANK_LIMITS"] {
            command.env_remove(name);
        }
        command.env("ANSWERBANK_MODEL", "none").env("ANSWERBANK_BY", "j.lind");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The store, whose every part is checked to be what was written.
    #[track_caller]
    fn verified(&self) -> Store {
        verified(&self.store())
    }

    fn entries(&self) -> Vec<Entry> {
        self.verified().entries(None).unwrap()
    }

    fn progress(&self) -> Progress {
        Progress::of(self.entries()).unwrap()
    }
}

#[track_caller]
fn verified(folder: &Path) -> Store {
    let mut store = Store::open(folder).unwrap();
    let verified = store.verify().unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);
    store
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Which of the journal's entries are of a kind.
fn of_kind<'e>(entries: &'e [Entry], kind: &str) -> Vec<&'e Event> {
    entries.iter().map(|entry| &entry.what).filter(|what| what.kind() == kind).collect()
}

/// All that a store says: its journal, what was told, and the kept bytes that they name.
#[derive(Debug, PartialEq)]
struct Said {
    entries: Vec<Entry>,
    told: Vec<(i64, Told)>,
    kept: Vec<Vec<u8>>,
}

fn said(store: &mut Store) -> Result<Said, answerbank::store::StoreError> {
    let (entries, told) = (store.entries(None)?, store.told(&ToldOf::All)?);
    let mut kept = Vec::new();
    for entry in &entries {
        match &entry.what {
            Event::Received(received) => kept.push(store.content(&received.content)?),
            Event::Released(released) => {
                for file in &released.files {
                    kept.push(store.content(&file.content)?);
                }
            }
            _ => {}
        }
    }
    Ok(Said { entries, told, kept })
}

/// The database file as another program meets it.
pub struct Raw {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Raw {
    pub fn open(file: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let connection = runtime.block_on(SqliteConnectOptions::new().filename(file).foreign_keys(false).connect()).unwrap();
        Self { runtime, connection }
    }

    pub fn open_new(file: &Path) -> Self {
        fs::write(file, "").unwrap();
        Self::open(file)
    }

    pub fn run(&mut self, sql: impl Into<String>) {
        self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql.into())).execute(&mut self.connection)).unwrap();
    }

    /// Closes the file, so that all is in it and nothing in its log.
    pub fn close(self) {
        self.runtime.block_on(self.connection.close()).unwrap();
    }
}

/// Waits until all of a store is in its file: whoever used it last closes it from a thread of its own.
fn settle(file: &Path) {
    let log = file.with_extension("db-wal");
    for _ in 0..100 {
        if !log.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        Raw::open(file).close();
    }
    panic!("{} stays", log.display());
}

#[test]
fn a_decision_adds_to_the_journal_what_it_changed() {
    let place = Place::with_questionnaire();
    for cell in ["A3", "A5"] {
        assert!(place.run(&format!("review reject form.xlsx {cell} --reason no")).status.success());
        assert!(place.run("review list form.xlsx").status.success());
    }
    let entries = place.entries();
    let again = of_kind(&entries, "proposed-again");
    let told: Vec<Vec<&str>> = again
        .iter()
        .map(|what| match what {
            Event::ProposedAgain(difference) => difference.lines.iter().map(|line| line.place.cell.as_str()).collect(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [["A3"], ["A5"]]);
    let rejected = place.progress().lines().iter().filter(|line| line.outcome == OutcomeKind::Rejected).count();
    assert_eq!((rejected, place.progress().lines().len(), of_kind(&entries, "proposed").len()), (2, ANSWERS.len(), 1));
}

//! The store's settings and versions: what is set is read back, a newer store is refused, older ones open and say the same, a step that fails leaves the old one.

use std::fs;
use std::path::{Path, PathBuf};

use answerbank::engine::ledger::customer;
use answerbank::engine::release::release;
use answerbank::engine::review::{Asked, Wanted, Which, decide, list, questions};
use answerbank::engine::{FailureKind, backlog, keep};
use answerbank::store::{FILE, MIGRATIONS, Store};

use super::{CUSTOMER, Place, Raw, cell, verified};
use crate::table::check;

#[test]
fn a_store_holds_its_settings_and_its_version() {
    let place = Place::with_questionnaire();
    assert_eq!(place.verified().verify().unwrap().version, MIGRATIONS.len() as i64);
    // Settings of a connection are read back when it is opened; what stays in the file can be read by another program.
    let mut raw = Raw::open(&place.file());
    let mode: String = raw.runtime.block_on(sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut raw.connection)).unwrap();
    assert_eq!(mode, "wal");
    let mut store = place.verified();
    let told = store.settings().unwrap().iter().map(|(name, value)| format!("{name} {value}\n")).collect::<String>();
    check(
        &told,
        "
        busy_timeout 5000
        journal_mode wal
        synchronous 2
        foreign_keys 1
        trusted_schema 0
        cell_size_check 1
        mmap_size 0
        ",
    );
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let place = Place::with_questionnaire();
    let mut raw = Raw::open(&place.file());
    raw.run("INSERT INTO schema_version (version) VALUES (99)");
    raw.close();
    let before = fs::read(place.file()).unwrap();
    let refused = place.run("review list");
    assert_eq!(refused.status.code(), Some(1));
    let said = super::err(&refused);
    assert!(said.contains("the store is of version 99, and this program knows versions up to"), "{said}");
    assert!(said.contains("hint: use the newer program"), "{said}");
    assert!(fs::read(place.file()).unwrap() == before);
}

#[test]
fn migrations_hold_only_what_every_database_understands() {
    let barred =
        ["BOOLEAN", "INTEGER", "INT", "DATETIME", "TIMESTAMP", "AUTOINCREMENT", "JSON", "SERIAL", "REAL", "VARCHAR", "PRAGMA", "STRICT"];
    let mut files: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), MIGRATIONS.len());
    for (file, step) in files.iter().zip(MIGRATIONS) {
        assert_eq!(fs::read_to_string(file).unwrap(), *step, "steps stand in the order of their files");
        for line in step.lines().map(|line| line.split("--").next().unwrap()) {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_uppercase);
            assert!(!words.any(|word| barred.contains(&word.as_str())), "{}: {line}", file.display());
            if let Some((_, rest)) =
                line.strip_prefix("    ").and_then(|column| column.split_once(' ')).filter(|_| !line.contains("PRIMARY KEY ("))
            {
                assert!(["TEXT", "BIGINT", "BLOB"].iter().any(|kind| rest.starts_with(kind)), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn a_step_to_a_newer_version_happens_whole_or_not_at_all() {
    let place = Place::with_questionnaire();
    let now = MIGRATIONS.len() as i64;
    let said = super::said(&mut place.verified()).unwrap();
    let failing = "CREATE TABLE another (name TEXT NOT NULL); DELETE FROM journal; INSERT INTO nowhere (name) VALUES ('x')";
    let steps = |last: &'static str| MIGRATIONS.iter().copied().chain([last]).collect::<Vec<_>>();
    let mut store = place.verified();
    store.migrate(&steps(failing)).unwrap_err();
    drop(store);
    let mut store = place.verified();
    assert_eq!(store.verify().unwrap().version, now);
    assert_eq!(super::said(&mut store).unwrap(), said);
    store.migrate(&steps("CREATE TABLE another (name TEXT NOT NULL)")).unwrap();
    assert_eq!(super::said(&mut store).unwrap(), said);
    assert!(Store::open(&place.store()).is_err(), "it is newer than the program now");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(place.file().with_extension(format!("db.version-{now}")), folder.path().join(FILE)).unwrap();
    assert_eq!(super::said(&mut verified(folder.path())).unwrap(), said, "a copy of the old one stays beside it");
}

fn kept(version: usize) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/stores/{version}.db"))
}

/// A store with a decision, a release and a work item that moved.
fn lived_in() -> Place {
    let place = Place::with_questionnaire();
    fs::remove_file(place.path().join("answer-bank/answers/logs.md")).unwrap();
    let desk = place.desk("r.ellis");
    let asked = |number: usize, wanted| Asked { place: cell(number), wanted, reason: "asked of the lawyers".into(), seen: None };
    decide(&desk, "form.xlsx", &[asked(0, Wanted::Accept), asked(1, Wanted::Reject)]).unwrap();
    let items = backlog::list(&desk, &backlog::Which::default()).unwrap();
    backlog::step(&desk, &items[0].item.id, backlog::Step::Start).unwrap();
    questions(&desk, "form.xlsx", &Which::default()).unwrap();
    release(&desk, "form.xlsx", Some(&place.path().join("out")), false).unwrap();
    place
}

/// What a store says of its questionnaires, work items and the ledger.
fn derived(place: &Place) -> String {
    let desk = place.desk("");
    let mut told = String::new();
    for one in list(&desk, true).unwrap() {
        told.push_str(&format!("{} {} {:?} released {}\n", one.id, one.name, one.counts, one.releases));
    }
    for item in backlog::list(&desk, &backlog::Which { all: true, ..backlog::Which::default() }).unwrap() {
        told.push_str(&format!("{} {}: {}\n", item.item.id, item.state.name(), item.item.why));
    }
    for line in customer(&desk, CUSTOMER).unwrap() {
        told.push_str(&format!("{} {} {}: {}\n", line.release, line.told.place, line.told.ground, line.told.wording));
    }
    told
}

#[test]
fn a_store_of_every_version_opens_and_says_the_same() {
    let newest = kept(MIGRATIONS.len());
    if !newest.exists() && std::env::var_os("ANSWERBANK_KEEP_STORE").is_some() {
        keep::backup(&lived_in().store(), &newest).unwrap();
    }
    for version in 1..=MIGRATIONS.len() {
        let place = Place::new();
        fs::create_dir(place.store()).unwrap();
        fs::copy(kept(version), place.file()).expect("run once with ANSWERBANK_KEEP_STORE=1 and keep the file that it makes");
        place.verified();
        check(&derived(&place), DERIVED);
    }
    check(&derived(&lived_in()), DERIVED);
}

const DERIVED: &str = "
q-39454774d8 form.xlsx Counts { found: 8, filled: 6, kept: 0, review: 0, rejected: 1, gap: 1 } released 1
wi-ede1738c9c9f in-progress: the bank has no answer to this
10 Sheet1!A2 decision by r.ellis: In Bern and Graz.
10 Sheet1!A4 policy: band ready: Twice a year.
10 Sheet1!A5 policy: band ready: Each year in May.
10 Sheet1!A7 policy: band ready: An outside company, each spring.
10 Sheet1!A8 policy: band ready: Within 48 hours.
10 Sheet1!A9 policy: band ready: After 30 days.
";

#[test]
fn a_file_that_is_no_store_is_not_made_one_by_looking() {
    let place = Place::new();
    fs::create_dir(place.store()).unwrap();
    for bytes in [&b""[..], b"no database", b"SQLite format 3\0 and no more"] {
        fs::write(place.file(), bytes).unwrap();
        let failure = keep::verify(&place.store()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Failed);
        assert!(fs::read(place.file()).unwrap() == bytes, "{failure:?}");
    }
}

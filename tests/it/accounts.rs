//! Accounts: who gets in, for how long, what holds guessing back, what is left in the audit log. Times are passed in.

mod rules;
mod sessions;
mod trail;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use answerbank::engine::accounts::{Given, Refused, Role, SignedIn, accept, begin, invite, set_up, sign_in};
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::{BankPlace, Failure};
use jiff::SignedDuration;
use jiff::civil::date;

const ADMIN: &str = "j.lind";
const PASSWORD: &str = "kettle orbit plank 71 fjord";
const OTHER: &str = "mossy gramophone 8 tundra";
const HERE: &str = "192.0.2.7";

/// A store with one admin, and nothing beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn new() -> Self {
        static TEMPLATE: OnceLock<Place> = OnceLock::new();
        let made = || {
            let place = Self::empty();
            let token = begin(&place.at("09:00")).unwrap().unwrap().token;
            set_up(&place.at("09:00"), &token, ADMIN, PASSWORD, HERE).unwrap();
            place
        };
        let place = Self::empty();
        crate::cli::copy(TEMPLATE.get_or_init(made).path(), place.path());
        place
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> PathBuf {
        self.path().join(".answerbank")
    }

    /// The admin's desk at a time of the first day, or of another one: `2d 09:00`.
    fn at(&self, time: &str) -> Desk {
        let (day, time) = time.split_once("d ").unwrap_or(("0", time));
        let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
        let now: jiff::Timestamp = format!("2026-11-23T{time}Z").parse().unwrap();
        Desk {
            bank: BankPlace::new(self.path().join("answer-bank")),
            store: self.store(),
            worker: answerbank::workbook::Worker::default(),
            date: date(2026, 11, 23),
            now: now + SignedDuration::from_hours(24 * day.parse::<i64>().unwrap()),
            by: ADMIN.into(),
        }
    }

    fn sign_in(&self, time: &str, name: &str, password: &str) -> Result<SignedIn, Refused> {
        sign_in(&self.at(time), &Given { name, password, address: HERE }, None)
    }

    /// Somebody else with an account, who has chosen their password.
    fn with(&self, name: &str, role: Role) {
        let desk = self.at("09:00");
        let token = invite(&desk, name, role, HERE).unwrap().token;
        accept(&desk, &token, OTHER, HERE).unwrap();
    }
}

/// What a failure says.
fn said<T>(done: Result<T, Failure>) -> String {
    done.map(|_| "done".to_owned()).unwrap_or_else(|failure| failure.message)
}

/// Why somebody was not let in.
fn refused<T>(done: Result<T, Refused>) -> String {
    done.map(|_| "let in".to_owned()).unwrap_or_else(|refused| refused.to_string())
}

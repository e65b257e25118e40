//! Use case: a demonstration. The sample bank of an invented company in a folder of its own, one questionnaire that was released and three in progress.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use rust_embed::RustEmbed;
use tempfile::TempDir;

use super::accounts::{self, Role};
use super::memory::Memory;
use super::questionnaire::Desk;
use super::review::{self, Asked, CarriesOn, Incoming, Wanted, Which};
use super::{BankPlace, Failure, Worker, release};
use crate::domain::bank::Audience;
use crate::domain::journal::Sale;
use crate::domain::review::OutcomeKind;

/// The day on which the sample bank's answers stand; later ones would show little but what has run out.
pub const DAY: Date = date(2026, 11, 21);

/// The people of the demonstration.
pub const PEOPLE: [(&str, Role); 4] =
    [("Dana Weiss", Role::Sales), ("Robin Ellis", Role::Reviewer), ("Mira Lindqvist", Role::Curator), ("Alex Brandt", Role::Admin)];

#[derive(RustEmbed)]
#[folder = "answer-bank"]
struct SampleBank;

#[derive(RustEmbed)]
#[folder = "fixtures"]
#[include = "*.xlsx"]
struct Forms;

/// A demonstration that was laid out.
pub struct Demo {
    /// Where all of it is; gone with this value.
    pub folder: TempDir,
    /// The password of all its people, another one each time.
    pub password: String,
}

/// A questionnaire of the demonstration: workbook, customer, deal, worth, days until it is wanted, days since it came.
type Form = (&'static str, &'static str, &'static str, u64, i64, i64);
const RELEASED: Form = ("brightwater-requirements-matrix.xlsx", "Brightwater Utilities", "Brightwater renewal", 64_000, 2, 41);
const OPEN: [Form; 3] = [
    ("harbour-bank-vendor-assessment.xlsx", "Harbour Bank", "Harbour core rollout", 240_000, 9, 6),
    ("fernhill-trust-cloud-catalogue.xlsx", "Fernhill Trust", "Fernhill pilot", 85_000, 20, 3),
    ("marlowe-university-rfi.xlsx", "Marlowe University", "", 30_000, 33, 1),
];

/// Lays a demonstration out in a new folder.
///
/// # Errors
/// The folder cannot be written, or one of the steps that a person would take fails.
pub fn begin(worker: &Worker, now: Timestamp) -> Result<Demo, Failure> {
    let folder = tempfile::Builder::new().prefix("answerbank-demo-").tempdir();
    let folder = folder
        .map_err(|error| Failure::new(format!("the demonstration has no folder: {error}"), "set TMPDIR to one that can be written"))?;
    lay_out::<SampleBank>(&folder.path().join("answer-bank"))?;
    lay_out::<Forms>(&folder.path().join("received"))?;
    // Nothing is told on a day that has not come, so no step is taken before the demonstration's day.
    let earliest = DAY.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_or(now, |noon| noon.timestamp());
    let memory = Arc::<Memory>::default();
    let desk = |by: usize, days_ago: i64| Desk {
        bank: BankPlace { memory: Some(memory.at(now)), ..BankPlace::new(folder.path().join("answer-bank")) },
        store: folder.path().join(".answerbank"),
        worker: worker.clone(),
        date: DAY,
        now: (now - SignedDuration::from_hours(24 * days_ago)).max(earliest.min(now)),
        by: PEOPLE[by].0.to_owned(),
    };
    let sales = |days_ago: i64| desk(0, days_ago);
    let reviewer = |days_ago: i64| desk(1, days_ago);
    let take_in = |form: &Form| -> Result<String, Failure> { Ok(review::add(&sales(form.5), &incoming(folder.path(), form))?.id) };
    let id = take_in(&RELEASED)?;
    decide_all(&reviewer(RELEASED.5 - 1), &id)?;
    release::release(&sales(RELEASED.5 - 2), &id, Some(&folder.path().join("released")), false)?;
    let ids = OPEN.iter().map(take_in).collect::<Result<Vec<_>, _>>()?;
    for (id, share) in ids.iter().zip([2, 3, 9]) {
        let waiting = waiting(&reviewer(1), id)?;
        for place in waiting.iter().step_by(share) {
            // What may not be given, or has no draft, stays as it is for whoever tries the demonstration.
            let _ = review::decide(&reviewer(1), id, &[asked(place, Wanted::Accept)]);
        }
        if let [.., last] = &waiting[..] {
            review::assign(&sales(1), id, std::slice::from_ref(last), PEOPLE[2].0)?;
        }
    }
    let password = people(&desk(3, 0))?;
    Ok(Demo { folder, password })
}

/// Makes the accounts, and gives the password of all of them.
fn people(desk: &Desk) -> Result<String, Failure> {
    let (admin, _) = PEOPLE[3];
    let first = accounts::begin(desk)?.ok_or_else(|| Failure::new("the demonstration has accounts already", ""))?;
    // The link's secret is as good a password as any.
    let password: String = first.token.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    accounts::set_up(desk, &first.token, admin, &password, "")?;
    for (name, role) in &PEOPLE[..3] {
        let link = accounts::invite(desk, name, *role, "")?;
        accounts::accept(desk, &link.token, &password, "")?;
    }
    Ok(password)
}

fn incoming(folder: &Path, (file, customer, deal, value, due, _): &Form) -> Incoming {
    Incoming {
        file: folder.join("received").join(file),
        sale: Sale {
            customer: (*customer).to_owned(),
            deal: (*deal).to_owned(),
            value: Some(*value),
            due: DAY.checked_add(SignedDuration::from_hours(24 * due)).ok(),
        },
        audience: Audience::Nda,
        products: vec!["cloud".to_owned()],
        regions: Vec::new(),
        overwrite: false,
        mapping: None,
        carries_on: CarriesOn::Latest,
    }
}

fn waiting(desk: &Desk, id: &str) -> Result<Vec<String>, Failure> {
    let rows = review::questions(desk, id, &Which { stands: Some(OutcomeKind::Review), ..Which::default() })?.rows;
    Ok(rows.iter().map(|row| row.line.place.to_string()).collect())
}

/// Accepts what may be given, and leaves out the rest with a reason.
fn decide_all(desk: &Desk, id: &str) -> Result<(), Failure> {
    for place in waiting(desk, id)? {
        if review::decide(desk, id, &[asked(&place, Wanted::Accept)]).is_err() {
            review::decide(desk, id, &[asked(&place, Wanted::Reject)])?;
        }
    }
    Ok(())
}

fn asked(place: &str, wanted: Wanted) -> Asked {
    Asked { place: place.to_owned(), wanted, reason: "agreed with the customer in a call".to_owned(), seen: None }
}

/// Writes files that are inside the program into a folder.
fn lay_out<Files: RustEmbed>(folder: &Path) -> Result<(), Failure> {
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else { continue };
        let path = folder.join(name.as_ref());
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| Failure::io(parent, &error))?;
        std::fs::write(&path, &file.data).map_err(|error| Failure::io(&path, &error))?;
    }
    Ok(())
}

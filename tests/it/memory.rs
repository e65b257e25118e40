//! What a process remembers changes nothing that it says: random work at desks that remember, beside the same work at desks that read all anew.

use std::path::PathBuf;
use std::sync::Arc;

use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::curate::{self, Fields, Hand};
use answerbank::engine::memory::Memory;
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::release::{Release, release};
use answerbank::engine::review::{self, Asked, CarriesOn, Incoming, Wanted, Which};
use answerbank::engine::{BankPlace, Failure, backlog, search};
use answerbank::workbook::Worker;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde::Serialize;

use crate::workbook::random::Random;

const FORM: &str = "harbour-bank-vendor-assessment.xlsx";
const PLACES: [&str; 4] = ["Access & Encryption!C12", "Access & Encryption!C13", "Governance & People!C8", "Governance & People!C11"];
const ANSWERS: [&str; 3] = ["encryption-at-rest", "security-leadership", "workforce-mfa"];

/// A bank and a store, and the processes that work there.
struct Office {
    folder: tempfile::TempDir,
    /// None: every job reads all anew.
    memories: Vec<Arc<Memory>>,
}

impl Office {
    fn begin(processes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        crate::cli::copy(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("answer-bank"), &folder.path().join("answer-bank"));
        Self { folder, memories: (0..processes).map(|_| Arc::default()).collect() }
    }

    fn desk(&self, by: &str, on: Date, second: i64) -> Desk {
        let now = on.at(9, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_secs(second);
        let memory = self.memories.get(second as usize % self.memories.len().max(1)).map(|memory| memory.at(now));
        Desk {
            bank: BankPlace { memory, ..BankPlace::new(self.folder.path().join("answer-bank")) },
            store: self.folder.path().join("store"),
            worker: Worker::default(),
            date: on,
            now,
            by: by.to_owned(),
        }
    }

    fn file_of(&self, answer: &str) -> PathBuf {
        let desk = self.desk("", date(2026, 11, 21), 0);
        let place = BankPlace::new(&desk.bank.root);
        desk.bank.root.join(curate::show(&place, answer).unwrap().answer.file)
    }
}

/// What somebody does, the same in both offices.
#[derive(Clone, Debug)]
enum Step {
    Questions,
    Show(&'static str),
    Decide(&'static str, u32, Option<i64>),
    List,
    WorkItems,
    Search(&'static str),
    /// Somebody else writes into a file of the bank.
    Write(&'static str, u32),
    Edit(&'static str, u32),
    Approve(&'static str),
    Shown(&'static str),
    Release(u32),
    Correct,
    NextDay,
}

fn drawn(random: &mut Random, number: u32) -> Step {
    let (place, answer) = (random.pick(&PLACES), random.pick(&ANSWERS));
    let place = PLACES.into_iter().find(|known| *known == place).unwrap();
    let answer = ANSWERS.into_iter().find(|known| *known == answer).unwrap();
    match random.below(16) {
        0 | 1 => Step::Questions,
        2 | 3 => Step::Show(place),
        4..=6 => Step::Decide(place, random.below(5), None),
        7 => Step::Decide(place, random.below(5), Some(i64::from(random.below(4)))),
        8 => Step::List,
        9 => Step::WorkItems,
        10 => Step::Search(answer),
        11 => Step::Write(answer, number),
        12 => Step::Edit(answer, number),
        13 => Step::Approve(answer),
        14 => [Step::Shown(answer), Step::NextDay][random.below(2) as usize].clone(),
        _ => [Step::Release(number), Step::Correct][random.below(2) as usize].clone(),
    }
}

fn said<T: Serialize>(told: Result<T, Failure>) -> String {
    match told {
        Ok(told) => serde_json::to_string_pretty(&told).unwrap(),
        Err(failure) => format!("{failure}\n{}", failure.hint),
    }
}

/// An answer's file with some words in front of its wording.
fn in_front(text: &str, words: &str) -> String {
    assert!(text.contains("\n+++\n"));
    text.replacen("\n+++\n", &format!("\n+++\n{words} "), 1)
}

/// Does a step, and gives all that was said.
fn done(office: &Office, desk: &Desk, id: &str, step: &Step) -> String {
    let hand = |by: &str| Hand { by: by.into(), on: desk.date, seen: None };
    let scope = Scope { date: desk.date, audience: Audience::Nda, products: vec!["cloud".into()], regions: Vec::new() };
    let told = match step {
        Step::Questions => said(review::questions(desk, id, &Which::default())),
        Step::Show(place) => said(review::show(desk, id, place)),
        Step::Decide(place, wanted, seen) => {
            let wanted = match wanted {
                0 | 1 => Wanted::Accept,
                2 => Wanted::Choose("encryption-at-rest".into()),
                3 => Wanted::Reject,
                _ => Wanted::Undo,
            };
            said(review::decide(desk, id, &[Asked { place: (*place).into(), wanted, reason: "as we agreed".into(), seen: *seen }]))
        }
        Step::List => said(review::list(desk, true)),
        Step::WorkItems => said(backlog::list(desk, &backlog::Which::default())),
        Step::Search(words) => said(search::search(&desk.bank, words, 5, &scope)),
        Step::Write(answer, number) => {
            let path = office.file_of(answer);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(path, in_front(&text, &format!("Written as number {number}."))).unwrap();
            String::new()
        }
        Step::Edit(answer, number) => {
            let fields = Fields { short: Some(format!("In short, {number}.")), ..Fields::default() };
            said(curate::edit(&desk.bank, answer, &fields, &hand("s.lund")))
        }
        Step::Approve(answer) => said(curate::approve(&desk.bank, &[(*answer).to_owned()], &hand("m.okafor"))),
        Step::Shown(answer) => match curate::show(&desk.bank, answer) {
            Ok(shown) => format!("{} {}\n{:?}", shown.seen, shown.text, shown.answer),
            Err(failure) => failure.to_string(),
        },
        Step::Release(number) => match release(desk, id, Some(&office.folder.path().join(format!("out-{number}"))), false) {
            Ok(Release::Done(done)) => format!("{:?} {:?} {:?}", done.counts, done.told, done.number),
            Ok(Release::Blocked { why, .. }) => format!("{why:?}"),
            Err(failure) => failure.to_string(),
        },
        Step::Correct => {
            let other = |now: Audience| if now == Audience::Nda { Audience::Public } else { Audience::Nda };
            let corrected =
                answerbank::engine::questionnaire::correct(desk, id, &|correction| correction.audience = other(correction.audience));
            corrected.map_or_else(|failure| failure.to_string(), |progress| format!("{progress:?}"))
        }
        Step::NextDay => String::new(),
    };
    told.replace(&office.folder.path().display().to_string(), "")
}

#[test]
fn a_process_that_remembers_says_what_one_says_that_reads_all_anew() {
    let (histories, steps) = if crate::store::at_length() { (20, 40) } else { (1, 30) };
    let mut random = Random::Drawn(0x5eed_0000_0000_0941);
    for history in 0..histories {
        let (with, without) = (Office::begin(2), Office::begin(0));
        let mut day = date(2026, 11, 21);
        let incoming = Incoming {
            file: crate::fixtures::folder().join(FORM),
            sale: answerbank::domain::journal::Sale { customer: "Harbour Bank".into(), ..Default::default() },
            audience: Audience::Nda,
            products: vec!["cloud".into()],
            regions: Vec::new(),
            overwrite: false,
            mapping: None,
            carries_on: CarriesOn::Latest,
        };
        let ids = [&with, &without].map(|office| review::add(&office.desk("r.ellis", day, 0), &incoming).unwrap().id);
        assert_eq!(ids[0], ids[1]);
        let mut past = Vec::new();
        for number in 1..=steps {
            let step = drawn(&mut random, number);
            let by = ["r.ellis", "j.lind"][random.below(2) as usize];
            // Two seconds later, so that what somebody else wrote has to be seen; and each process has its turn.
            let second = i64::from(2 * number + random.below(2));
            if matches!(step, Step::NextDay) {
                day = day.checked_add(1.day()).unwrap();
            }
            past.push(step.clone());
            let said = [&with, &without].map(|office| done(office, &office.desk(by, day, second), &ids[0], &step));
            assert!(said[0] == said[1], "history {history}: {past:?}\n--- remembered\n{}\n--- read anew\n{}", said[0], said[1]);
        }
    }
}

#[test]
fn what_somebody_else_writes_into_the_bank_is_seen_within_a_second() {
    let office = Office::begin(1);
    let day = date(2026, 11, 21);
    let desk = |millisecond: i64| {
        let desk = office.desk("j.lind", day, 1);
        let now = desk.now + SignedDuration::from_millis(millisecond);
        Desk { bank: BankPlace { memory: Some(office.memories[0].at(now)), ..desk.bank.clone() }, now, ..desk }
    };
    let scope = Scope { date: day, audience: Audience::Nda, products: vec!["cloud".into()], regions: Vec::new() };
    let found = |millisecond: i64| {
        let hits = search::search(&desk(millisecond).bank, "encryption-at-rest", 1, &scope).unwrap();
        hits[0].text.contains("In other words.")
    };
    assert!(!found(0));
    let path = office.file_of("encryption-at-rest");
    let text = std::fs::read_to_string(&path).unwrap();
    let times = std::fs::metadata(&path).unwrap().modified().unwrap();
    std::fs::write(&path, in_front(&text, "In other words.")).unwrap();
    assert!(!found(900), "the files are looked at once a second");
    assert!(found(1_000));
    // As long as before, and of the same time.
    let other = std::fs::read_to_string(&path).unwrap().replace("In other words.", "In other terms.");
    std::fs::write(&path, other).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(times).unwrap();
    assert!(!found(2_500));
    // What this process writes itself it sees at once.
    let hand = Hand { by: "s.lund".into(), on: day, seen: None };
    let fields = Fields { text: Some("In other words.".into()), ..Fields::default() };
    curate::edit(&desk(2_600).bank, "encryption-at-rest", &fields, &hand).unwrap();
    assert!(found(2_600));
}

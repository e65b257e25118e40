//! A desk as the web server keeps it, hour after hour: a bank of 5,000 answers, a questionnaire of 2,000 questions with as many decisions, 200 questionnaires in the store.
//!
//! `cargo bench --bench desk` prints milliseconds of each use case that a page waits for, the first time and warm. Bank and forms come from a generator with a fixed seed.
#![allow(clippy::expect_used, clippy::cast_precision_loss, missing_docs)]

mod generated;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use answerbank::domain::bank::Audience;
use answerbank::domain::journal::Sale;
use answerbank::domain::standing::Scope;
use answerbank::engine::memory::Memory;
use answerbank::engine::questionnaire::Desk;
use answerbank::engine::review::{self, Asked, CarriesOn, Incoming, Wanted};
use answerbank::engine::{BankPlace, backlog, curate, ledger, search};
use generated::{Random, make_bank, question};
use rust_xlsxwriter::Workbook;

const ANSWERS: usize = 5_000;
const QUESTIONS: usize = 2_000;
const OTHERS: usize = 199;
const EACH: usize = 30;
const ROUNDS: usize = 9;

fn date() -> jiff::civil::Date {
    jiff::civil::date(2026, 6, 30)
}

/// A workbook with so many questions of the bank from one on, every third in other words, every seventh in nobody's.
fn make_form(path: &Path, first: usize, count: usize) {
    let mut random = Random(42);
    let mut others = Random(4_711);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0u16..).zip(["ID", "Question", "Answer"]) {
        sheet.write_string(0, column, title).expect("a header");
    }
    for number in 0..first + count {
        let asked = question(&mut random, number);
        let _ = (random.words(10), random.words(50));
        if number < first {
            continue;
        }
        let row = u32::try_from(number - first).expect("few questions") + 1;
        let asked = match number {
            _ if number % 7 == 0 => format!("Who would {}?", others.words(9)),
            _ if number % 3 == 0 => asked.replace("Do you", "Please describe how you"),
            _ => asked,
        };
        sheet.write_string(row, 0, format!("Q-{number}")).expect("an id");
        sheet.write_string(row, 1, asked).expect("a question");
    }
    workbook.save(path).expect("the workbook");
}

fn desk(folder: &Path, now: jiff::Timestamp) -> Desk {
    Desk {
        bank: BankPlace { cache: Some(folder.join("cache")), ..BankPlace::new(folder.join("bank")) },
        store: folder.join("store"),
        worker: answerbank::workbook::Worker::default(),
        date: date(),
        now,
        by: "bench".into(),
    }
}

fn take_in(desk: &Desk, file: PathBuf, customer: &str) -> String {
    let incoming = Incoming {
        file,
        sale: Sale { customer: customer.into(), value: Some(1_000), ..Sale::default() },
        audience: Audience::Public,
        products: Vec::new(),
        regions: Vec::new(),
        overwrite: false,
        mapping: None,
        carries_on: CarriesOn::Nothing,
    };
    review::add(desk, &incoming).expect("it is taken in").id
}

fn choose(row: usize) -> Asked {
    Asked {
        place: format!("Sheet1!B{}", row + 2),
        wanted: Wanted::Choose(format!("a{:06}", row % ANSWERS)),
        reason: String::new(),
        seen: None,
    }
}

/// Milliseconds: the first time, and median and worst of the others.
fn measure(what: &str, least: Option<f64>, mut task: impl FnMut(usize)) {
    let mut times: Vec<f64> = (0..=ROUNDS)
        .map(|round| {
            let begun = Instant::now();
            task(round);
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    let first = times.remove(0);
    times.sort_by(f64::total_cmp);
    let least = least.map_or(String::new(), |least| format!("{least:>8.0}"));
    println!("{what:<52} {first:>9.1} {:>9.1} {:>9.1} {least}", times[ROUNDS / 2], times[ROUNDS - 1]);
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_bank(&folder.join("bank"), ANSWERS, ANSWERS, date());
    let now = jiff::Timestamp::now();
    let shared = desk(folder, now);
    let memory = Arc::new(Memory::default());
    let desk = || {
        let now = jiff::Timestamp::now();
        Desk { now, bank: BankPlace { memory: Some(memory.at(now)), ..shared.bank.clone() }, ..shared.clone() }
    };
    make_form(&folder.join("large.xlsx"), 0, QUESTIONS);
    let begun = Instant::now();
    let large = take_in(&desk(), folder.join("large.xlsx"), "Large");
    println!("{QUESTIONS} questions taken in: {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    for other in 0..OTHERS {
        let form = folder.join(format!("small-{}.xlsx", other % 20));
        if other < 20 {
            make_form(&form, 200 * other, EACH);
        }
        take_in(&desk(), form, &format!("Customer {other}"));
    }
    println!("{OTHERS} questionnaires of {EACH} questions taken in: {:.1} s", begun.elapsed().as_secs_f64());
    let decisions: usize = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(QUESTIONS);
    let begun = Instant::now();
    for first in (0..decisions).step_by(50) {
        let asked: Vec<Asked> = (first..first + 50).map(choose).collect();
        review::decide(&desk(), &large, &asked).expect("decisions");
    }
    println!("{decisions} decisions, 50 at a time: {:.1} s", begun.elapsed().as_secs_f64());
    println!("{:<52} {:>9} {:>9} {:>9} {:>8}", "milliseconds", "first", "median", "worst", "wanted");
    let which = review::Which::default;
    measure("questions of 2,000", Some(60.0), |_| drop(review::questions(&desk(), &large, &which()).expect("questions")));
    measure("one question shown", Some(25.0), |at| {
        drop(review::show(&desk(), &large, &format!("Sheet1!B{}", at + 20)).expect("a question"));
    });
    measure("one decision", Some(80.0), |at| drop(review::decide(&desk(), &large, &[choose(at + 100)]).expect("a decision")));
    measure("a decision, then the questions", None, |at| {
        review::decide(&desk(), &large, &[choose(at + 200)]).expect("a decision");
        review::questions(&desk(), &large, &which()).expect("questions");
    });
    measure("a decision, then one question shown", None, |at| {
        review::decide(&desk(), &large, &[choose(at + 300)]).expect("a decision");
        review::show(&desk(), &large, &format!("Sheet1!B{}", at + 301)).expect("a question");
    });
    measure("fifty decisions", None, |at| {
        let asked: Vec<Asked> = (at * 50..at * 50 + 50).map(choose).collect();
        review::decide(&desk(), &large, &asked).expect("decisions");
    });
    measure("list of 200 questionnaires", Some(60.0), |_| drop(review::list(&desk(), true).expect("a list")));
    let scope = Scope { date: date(), audience: Audience::Public, products: Vec::new(), regions: Vec::new() };
    let mut random = Random(1);
    measure("search", Some(25.0), |_| drop(search::search(&desk().bank, &random.words(4), 20, &scope).expect("hits")));
    measure("work items", Some(150.0), |_| drop(backlog::list(&desk(), &backlog::Which::default()).expect("items")));
    measure("an entry shown", Some(20.0), |at| drop(curate::show(&desk().bank, &format!("a{:06}", at * 17)).expect("an entry")));
    measure("who holds an answer", None, |_| drop(ledger::who(&desk(), "a000001").expect("lines")));
    measure("an entry edited, then searched", None, |at| {
        let hand = curate::Hand { by: "bench".into(), on: date(), seen: None };
        let fields = curate::Fields { tags: Some(vec![format!("round-{at}")]), ..curate::Fields::default() };
        curate::edit(&desk().bank, "a004999", &fields, &hand).expect("an edit");
        search::search(&desk().bank, &random.words(4), 20, &scope).expect("hits");
    });
}

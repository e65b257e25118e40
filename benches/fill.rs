//! How long it takes to fill a 261-question workbook from banks of 1,000, 10,000 and 100,000 answers: as a fresh process and warm.
//!
//! `cargo bench --bench fill` prints CPU seconds and the ratio to the smallest bank; `cargo bench --bench fill -- 1000 10000` names the sizes.
//! The bank and the workbook come from a generator with a fixed seed, so two machines fill the same.
#![allow(clippy::expect_used, clippy::cast_precision_loss, clippy::cast_sign_loss, missing_docs)]

mod generated;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::BankPlace;
use answerbank::engine::fill::{Order, fill};
use generated::{Random, make_bank, question};
use rust_xlsxwriter::{DataValidation, Workbook};

const QUESTIONS: usize = 261;
const ROUNDS: u32 = 5;

fn date() -> jiff::civil::Date {
    jiff::civil::date(2026, 6, 30)
}

/// A workbook that asks the first questions of the bank, every third in other words.
fn make_workbook(path: &Path) {
    let mut random = Random(42);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0u16..).zip(["ID", "Question", "Answer", "Comments"]) {
        sheet.write_string(0, column, title).expect("a header");
    }
    for number in 0..QUESTIONS {
        let row = u32::try_from(number).expect("few questions") + 1;
        let asked = question(&mut random, number);
        let _ = (random.words(10), random.words(50));
        let asked = if number % 3 == 0 { asked.replace("Do you", "Please describe how you") } else { asked };
        sheet.write_string(row, 0, format!("Q-{number}")).expect("an id");
        sheet.write_string(row, 1, asked).expect("a question");
    }
    let list = DataValidation::new().allow_list_strings(&["Yes", "No", "N/A"]).expect("a list");
    sheet.add_data_validation(1, 2, u32::try_from(QUESTIONS).expect("few questions"), 2, &list).expect("a list");
    workbook.save(path).expect("the workbook");
}

fn order(folder: &Path, bank: &Path) -> Order {
    Order {
        worker: answerbank::workbook::Worker::default(),
        layout: answerbank::engine::mapping::LayoutFrom::default(),
        file: folder.join("questionnaire.xlsx"),
        bank: BankPlace { cache: Some(folder.join("cache")), ..BankPlace::new(bank) },
        out: Some(folder.join("out")),
        decisions: None,
        customer: None,
        deal: None,
        scope: Scope { date: date(), audience: Audience::Public, products: Vec::new(), regions: Vec::new() },
        overwrite: false,
        force: true,
        include_review: false,
    }
}

/// CPU seconds of all finished child processes, from the kernel's count in hundredths; none where it does not tell.
fn children_cpu() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?) / 100.0)
}

/// Seconds of one fresh process: CPU where the system tells it, else by the wall clock.
fn cold(order: &Order) -> f64 {
    let (before, start) = (children_cpu(), Instant::now());
    let status = Command::new(env!("CARGO_BIN_EXE_answerbank"))
        .arg("fill")
        .arg(&order.file)
        .args(["--date", "2026-06-30", "--force", "--out"])
        .arg(order.out.as_ref().expect("an output folder"))
        .arg("--bank")
        .arg(&order.bank.root)
        .arg("--cache")
        .arg(order.bank.cache.as_ref().expect("a cache folder"))
        .stdout(Stdio::null())
        .status()
        .expect("the program runs");
    assert_eq!(status.code(), Some(10), "some questions stay open");
    match (before, children_cpu()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    }
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn main() {
    let named: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if named.is_empty() { vec![1_000, 10_000, 100_000] } else { named };
    let folder = tempfile::tempdir().expect("a folder");
    make_workbook(&folder.path().join("questionnaire.xlsx"));
    println!("{QUESTIONS} questions; median of {ROUNDS} runs, seconds; the ratio is to the first row");
    println!("{:>9} {:>12} {:>12} {:>12} {:>8}", "answers", "first run", "cold", "warm", "ratio");
    let mut base = None;
    for answers in sizes {
        let bank: PathBuf = folder.path().join(format!("bank-{answers}"));
        make_bank(&bank, answers, QUESTIONS, date());
        let order = order(folder.path(), &bank);
        let first = cold(&order);
        let cold_runs = median((0..ROUNDS).map(|_| cold(&order)).collect());
        let warm = || {
            let start = Instant::now();
            let done = fill(&order).expect("it fills");
            assert!(done.counts.filled > 100, "it fills most questions");
            start.elapsed().as_secs_f64()
        };
        let warm_runs = median((0..ROUNDS).map(|_| warm()).collect());
        let ratio = cold_runs / *base.get_or_insert(cold_runs);
        println!("{answers:>9} {first:>12.2} {cold_runs:>12.2} {warm_runs:>12.2} {ratio:>8.2}");
    }
}

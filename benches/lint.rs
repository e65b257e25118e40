//! How long `bank lint` takes over banks of 1,000, 10,000 and 100,000 answers, duplicates and contradictions among them.
//!
//! `cargo bench --bench lint` prints seconds, and the ratio to reading the bank alone; `cargo bench --bench lint -- 10000` names the sizes.
#![allow(clippy::expect_used, clippy::cast_precision_loss, clippy::cast_sign_loss, missing_docs)]

mod generated;

use std::time::Instant;

use answerbank::bank::folder;
use answerbank::domain::health::health;
use answerbank::domain::wording::Analyzer;
use answerbank::engine::BankPlace;
use answerbank::engine::lint::lint;
use generated::{Random, make_bank, question};

fn main() {
    let named: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if named.is_empty() { vec![1_000, 10_000, 100_000] } else { named };
    let date = jiff::civil::date(2026, 6, 30);
    println!("{:>9}  {:>9}  {:>9}  {:>9}  {:>7}  {:>9}", "answers", "reading", "pairs", "lint", "ratio", "problems");
    for size in sizes {
        let bank = tempfile::tempdir().expect("a folder");
        make_bank(bank.path(), size, 200, date);
        plant(bank.path(), size);
        let (read, reading) = timed(|| folder::read(bank.path()).expect("a bank"));
        let (_, pairs) = timed(|| health(&read, &Analyzer::new(&read.vocabulary), date));
        let ((_, problems), all) = timed(|| lint(&BankPlace::new(bank.path()), date).expect("a bank"));
        println!("{size:>9}  {reading:>8.2}s  {pairs:>8.2}s  {all:>8.2}s  {:>6.1}x  {:>9}", all / reading, problems.len());
    }
}

/// One entry in a hundred repeats the question of another one, and says the opposite.
fn plant(root: &std::path::Path, size: usize) {
    let mut random = Random(42);
    for number in 0..size {
        let (asked, _, _) = (question(&mut random, number), random.words(10), random.words(50));
        if number % 100 == 0 {
            let text = format!(
                "+++\nid = \"z{number:06}\"\nquestion = \"{asked}\"\nverdict = \"no\"\ncontrols = [\"C-1\"]\nowner = \"bench\"\n+++\nIt is not.\n"
            );
            std::fs::write(root.join(format!("answers/z{number:06}.md")), text).expect("a bank file");
        }
    }
}

/// What comes of some work, and the seconds that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

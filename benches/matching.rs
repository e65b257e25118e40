//! Questions a second over banks of 1,000, 10,000 and 100,000 answers, warm, and what opening the bank's index costs.
//!
//! `cargo bench --bench matching`; `ANSWERBANK_MODEL=FILE` measures with the sentence model too (on the smallest bank, whose texts are embedded
//! first). `-- 1000 10000` names the sizes. The banks are the questions of `benches/accuracy` asked of many teams and places.
#![allow(clippy::expect_used, clippy::cast_precision_loss, missing_docs)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use answerbank::domain::bank::Audience;
use answerbank::domain::standing::Scope;
use answerbank::engine::BankPlace;
use answerbank::engine::matching::match_questions;

const TEAMS: &[&str] = &["billing", "support", "research", "logistics", "sales", "clinical", "archive", "payments", "mobile", "analytics"];
const PLACES: &[&str] =
    &["Leeds", "Dublin", "Oslo", "Porto", "Gdansk", "Lyon", "Turin", "Graz", "Ghent", "Malmo", "Bergen", "Cork", "Bremen"];

fn texts(file: &str) -> Vec<Vec<String>> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/accuracy/sets");
    let mut folders: Vec<_> = fs::read_dir(home).expect("the sets").flatten().map(|entry| entry.path().join(file)).collect();
    folders.sort();
    let lines =
        folders.iter().flat_map(|path| fs::read_to_string(path).expect("a table").lines().skip(1).map(str::to_owned).collect::<Vec<_>>());
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// Processor seconds of this process so far; Linux only.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // Behind the name: the state is no number, so user and system ticks are the 11th and 12th of the others.
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

fn make_bank(folder: &Path, size: usize) {
    fs::write(folder.join("bank.toml"), "version = 1\nname = \"bench\"\n").expect("bank.toml");
    let entries = texts("bank.tsv");
    for number in 0..size {
        let entry = &entries[number % entries.len()];
        let round = number / entries.len();
        let (team, place) = (TEAMS[round % TEAMS.len()], PLACES[round / TEAMS.len() % PLACES.len()]);
        let question = entry[1].trim_end_matches(['?', '.']).replace('\\', "").replace('"', "'");
        let question = if round == 0 { question } else { format!("{question} for the {team} team in {place}") };
        let path = folder.join(format!("answers/{:03}", number / 1_000));
        fs::create_dir_all(&path).expect("a folder");
        let text =
            format!("+++\nid = \"a{number:06}\"\nquestion = \"{question}?\"\nverdict = \"info\"\nowner = \"o\"\n+++\n{}\n", entry[2]);
        fs::write(path.join(format!("a{number:06}.md")), text).expect("an answer");
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000, 100_000] } else { sizes };
    let model = std::env::var_os("ANSWERBANK_MODEL").filter(|model| model != "none").map(std::path::PathBuf::from);
    println!("{:>8} {:>9} {:>12} {:>12} {:>12} {:>10}", "answers", "compared", "opened, CPU", "asked", "questions/s", "to 1st");
    let mut first = None;
    for size in sizes {
        let folder = tempfile::tempdir().expect("a folder");
        make_bank(folder.path(), size);
        let plain = BankPlace { cache: Some(folder.path().join(".cache")), ..BankPlace::new(folder.path()) };
        let mut places = vec![("words", plain.clone())];
        if first.is_none() {
            places.extend(model.clone().map(|model| ("model", BankPlace { model: Some(model), ..plain })));
        }
        for (name, place) in places {
            let count = if name == "model" { 300 } else { 3_000 };
            let (opened, rate) = run(&place, count);
            let base = *first.get_or_insert(rate);
            println!("{size:>8} {name:>9} {opened:>10.2} s {count:>12} {rate:>12.0} {:>10.2}", rate / base);
        }
    }
}

/// Processor seconds until the bank is open, and questions a second after that.
fn run(place: &BankPlace, count: usize) -> (f64, f64) {
    let asked: Vec<String> = texts("queries.tsv").into_iter().step_by(3).take(count).map(|query| query[1].clone()).collect();
    let (before, warm) = (cpu(), asked[..asked.len().min(100)].to_vec());
    let mut waiting = vec![asked.clone(), warm];
    let (mut opened, mut started) = (0.0, None);
    let mut next = || {
        // The first batch opens what is opened late; the second one is measured.
        match waiting.len() {
            2 => opened = cpu() - before,
            1 => started = Some(Instant::now()),
            _ => {}
        }
        Ok(waiting.pop().unwrap_or_default())
    };
    let scope = Scope { date: jiff::civil::date(2026, 6, 30), audience: Audience::Public, products: Vec::new(), regions: Vec::new() };
    match_questions(place, &scope, false, &mut next, &mut |_, _| Ok(())).expect("matches");
    (opened, asked.len() as f64 / started.expect("a start").elapsed().as_secs_f64())
}

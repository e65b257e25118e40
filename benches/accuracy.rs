//! How well answers are found, and how often one that would be given without a look is wrong: on sets of our own.
//!
//! `cargo bench --bench accuracy` prints the table; `ANSWERBANK_MODEL=FILE` measures with the sentence model, `-- NAME …` only sets of these names.
//! `sets/` are the questions that the weights were fitted and the guards were mended on; `held-out/` were written afterwards, by others, and
//! nothing was changed for them. In both, three questions in ten are near misses, written to be taken for a stored one and to make its answer untrue.
//! `pairs/` are questions beside one stored question each, most of them differing in one fact: they show what the guards see by themselves.
#![allow(clippy::expect_used, clippy::cast_precision_loss, missing_docs)]

use std::fs;
use std::path::Path;

use answerbank::domain::bank::Audience;
use answerbank::domain::propose::Band;
use answerbank::domain::standing::Scope;
use answerbank::engine::matching::match_questions;
use answerbank::engine::{BankPlace, curate};

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/accuracy");
    println!("{:12} {:>6} {:>6} {:>6} {:>7} {:>6} {:>12} {:>9}", "set", "asked", "r@1", "r@5", "given", "wrong", "near misses", "bound");
    for group in ["sets", "held-out", "pairs"] {
        let mut folders: Vec<_> = fs::read_dir(home.join(group)).expect("the sets").flatten().map(|entry| entry.path()).collect();
        folders.sort();
        let mut all = Figures::default();
        for folder in folders {
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            if names.is_empty() || names.contains(&name) {
                let figures = measure(&folder);
                figures.print(&name);
                all.add(&figures);
            }
        }
        all.print(group);
        if group == "pairs" {
            let [(differ, seen), (same, wrongly)] = all.guards;
            println!("guards alone: of {differ} pairs that differ in one fact they speak of {seen}, of {same} that do not of {wrongly}");
        }
    }
}

#[derive(Default)]
struct Figures {
    asked: usize,
    with_answer: usize,
    first: usize,
    among_five: usize,
    given: usize,
    wrong: usize,
    near_misses: usize,
    /// Questions of which one fact differs from the stored one, and of which none does: how many, and of how many a guard spoke.
    guards: [(usize, usize); 2],
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.with_answer += other.with_answer;
        self.first += other.first;
        self.among_five += other.among_five;
        self.given += other.given;
        self.wrong += other.wrong;
        self.near_misses += other.near_misses;
        for (all, one) in self.guards.iter_mut().zip(other.guards) {
            *all = (all.0 + one.0, all.1 + one.1);
        }
    }

    fn print(&self, name: &str) {
        let share = |part: usize| part as f64 / self.with_answer.max(1) as f64;
        println!(
            "{name:12} {:>6} {:>6.3} {:>6.3} {:>7} {:>6} {:>12} {:>8.2}%",
            self.asked,
            share(self.first),
            share(self.among_five),
            self.given,
            self.wrong,
            self.near_misses,
            100.0 * bound(self.wrong, self.given)
        );
    }
}

/// The upper end of the one-sided 95 % Clopper–Pearson interval of a share (Clopper and Pearson 1934): the share at which so few wrong ones would
/// come out in one of twenty measurements.
fn bound(wrong: usize, given: usize) -> f64 {
    let at_most = |share: f64| {
        let (mut term, mut sum) = ((1.0 - share).powf(given as f64), 0.0);
        for k in 0..=wrong {
            sum += term;
            term *= (given - k) as f64 / (k + 1) as f64 * share / (1.0 - share);
        }
        sum
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if given > 0 && at_most(middle) < 0.05 { high = middle } else { low = middle }
    }
    if given == 0 { 1.0 } else { high }
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).expect("a table");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn measure(folder: &Path) -> Figures {
    let day = jiff::civil::date(2026, 6, 30);
    let bank = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(bank.path().join(name), text).expect("a bank file");
    fs::create_dir(bank.path().join("answers")).expect("a folder");
    write("bank.toml", "version = 1\nname = \"accuracy\"\n");
    let entries = rows(&folder.join("bank.tsv"));
    for entry in &entries {
        let question = entry[1].replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!(
            "+++\nid = \"{}\"\nquestion = \"{question}\"\nverdict = \"info\"\nowner = \"o\"\naudience = \"public\"\nreview_by = 2099-01-01\n+++\n{}\n",
            entry[0], entry[2]
        );
        write(&format!("answers/{}.md", entry[0]), &text);
    }
    let model = std::env::var_os("ANSWERBANK_MODEL").filter(|model| model != "none").map(Into::into);
    let place = BankPlace { model, ..BankPlace::new(bank.path()) };
    let ids: Vec<String> = entries.iter().map(|entry| entry[0].clone()).collect();
    curate::approve(&place, &ids, &curate::Hand { by: "accuracy".into(), on: day, seen: None }).expect("approved answers");
    let queries = rows(&folder.join("queries.tsv"));
    let mut waiting = vec![queries.iter().map(|query| query[1].clone()).collect::<Vec<_>>()];
    let mut figures = Figures { asked: queries.len(), ..Figures::default() };
    let scope = Scope { date: day, audience: Audience::Public, products: Vec::new(), regions: Vec::new() };
    match_questions(&place, &scope, false, &mut || Ok(waiting.pop().unwrap_or_default()), &mut |at, ranked| {
        let (right, relation) = (&queries[at][2], queries[at][3].as_str());
        let is_right = |id: &str| right.split('|').any(|one| one == id);
        let found = ranked.matches.iter().position(|told| is_right(&told.answer));
        figures.with_answer += usize::from(!right.is_empty());
        figures.first += usize::from(found == Some(0));
        figures.among_five += usize::from(found.is_some_and(|place| place < 5));
        figures.near_misses += usize::from(relation == "changed");
        if let Some(kind) = ["changed", "same"].iter().position(|kind| *kind == relation) {
            let spoke = found.is_some_and(|place| !ranked.matches[place].warnings.is_empty());
            figures.guards[kind] = (figures.guards[kind].0 + 1, figures.guards[kind].1 + usize::from(spoke));
        }
        if ranked.band == Band::Ready && (relation != "modified" || found != Some(0)) {
            figures.given += 1;
            figures.wrong += usize::from(relation != "same" || found != Some(0));
        }
        Ok(())
    })
    .expect("matches");
    figures
}

//! The full-text index: the same bank gives the same candidates, and a cache is used only while it is whole and of this bank.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use answerbank::bank::{folder, index::Index};
use answerbank::domain::bank::{Answer, Bank};

use super::sample;
use crate::table::check;

/// A bank of many entries that are much alike.
fn generated(digest: &str, count: usize) -> Bank {
    let pick = |words: &str, n: usize| words.split(", ").nth(n % words.split(", ").count()).unwrap().to_owned();
    let answer = |n: usize| {
        let subject = pick("laptops, servers, backups, suppliers, visitors, keys, logs, networks, accounts, releases", n);
        let act = pick("reviewed, encrypted, monitored, tested, recorded, approved, labelled, counted, isolated, replaced", n / 10);
        let when = pick("daily, weekly, monthly, quarterly, yearly, on request", n / 100);
        let place = pick("in Leeds, in the cloud, at customers, in transit, at rest", n / 600);
        let question = format!("Are {subject} {act} {when} {place}?");
        Answer { id: format!("a{n:04}"), question, wording: format!("Our {subject} are {act} {when}."), ..Answer::default() }
    };
    Bank { digest: format!("sha256:{digest}"), answers: (0..count).map(answer).collect(), ..Bank::default() }
}

fn found(index: &Index, question: &str) -> String {
    let candidates = index.candidates(question, 5).unwrap();
    candidates.iter().map(|candidate| format!("{} {:.3}\n", candidate.answer.id, candidate.score)).collect()
}

fn found_in(bank: &Bank, cache: Option<&Path>) -> String {
    Index::open(&Arc::new(bank.clone()), cache)
        .map_or_else(|error| error.to_string(), |index| found(&index, "Are keys tested monthly in Leeds?"))
}

/// The files of the cache and when they were written, but for locks and the list of what to clear away.
fn files(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => all.extend(files(&path)),
            path if path.to_string_lossy().contains("lock") || path.ends_with(".managed.json") => {}
            path => all.push((path, entry.metadata().unwrap().modified().unwrap())),
        }
    }
    all.sort();
    all
}

#[test]
fn the_same_bank_gives_the_same_candidates_and_each_question_its_own_answer_first() {
    let (bank, again) = (Arc::new(folder::read(&sample()).unwrap()), Arc::new(folder::read(&sample()).unwrap()));
    let (one, other) = (Index::open(&bank, None).unwrap(), Index::open(&again, None).unwrap());
    assert_eq!((&bank.digest, bank.answers.len() >= 120), (&again.digest, true));
    for answer in &bank.answers {
        let told = found(&one, &answer.question);
        assert_eq!([found(&other, &answer.question), found(&one, &answer.question)], [told.clone(), told.clone()]);
        assert!(told.starts_with(&format!("{} ", answer.id)), "{}\n{told}", answer.id);
    }
}

#[test]
fn a_planted_question_is_found_first_among_thousands() {
    let mut bank = generated("01", 3_000);
    let planted = "Do you encrypt the laptops of visitors in Leeds weekly?";
    let (id, also_asked) = ("planted".to_owned(), vec![planted.to_owned()]);
    bank.answers.insert(1_500, Answer { id, question: "Anything else?".into(), also_asked, ..Answer::default() });
    let bank = Arc::new(bank);
    let index = Index::open(&bank, None).unwrap();
    for asked in [
        planted,
        "4.2 Please do you encrypt the Laptop of visitors in Leeds weekly",
        "DO YOU encrypt the laptops of visitors - in Leeds, weekly",
    ] {
        assert!(found(&index, asked).starts_with("planted "), "{asked}\n{}", found(&index, asked));
    }
    for answer in bank.answers.iter().step_by(97) {
        assert!(found(&index, &answer.question).starts_with(&format!("{} ", answer.id)), "{}", answer.question);
    }
    check(&[found(&index, ""), found(&index, "是否？ 🔒 qqq")].concat(), "");
}

#[test]
fn a_cache_on_disk_is_written_once_and_used_again() {
    let (cache, bank) = (tempfile::tempdir().unwrap(), generated("02", 2_000));
    let told = found_in(&bank, None);
    assert_eq!(found_in(&bank, Some(cache.path())), told);
    let written = files(cache.path());
    assert!(written.len() > 3);
    assert_eq!(found_in(&bank, Some(cache.path())), told);
    found_in(&generated("03", 100), Some(cache.path()));
    assert_eq!(files(cache.path()), written, "neither a second start nor a small bank writes anything");
}

#[test]
fn a_damaged_cache_is_built_again() {
    let (cache, bank) = (tempfile::tempdir().unwrap(), generated("04", 2_000));
    let told = found_in(&bank, Some(cache.path()));
    assert_eq!(told, found_in(&bank, None));
    let count = files(cache.path()).len();
    for (damage, nth) in ["cut", "overwritten", "gone"].into_iter().flat_map(|damage| (0..count).map(move |nth| (damage, nth))) {
        let path = &files(cache.path())[nth].0;
        let mut bytes = std::fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        match damage {
            "cut" => bytes.truncate(middle),
            _ => bytes.iter_mut().skip(middle / 2).take(64).for_each(|byte| *byte ^= 0x5a),
        }
        std::fs::remove_file(path).unwrap();
        if damage != "gone" {
            std::fs::write(path, &bytes).unwrap();
        }
        assert_eq!(found_in(&bank, Some(cache.path())), told, "{} was {damage}", path.display());
        assert_eq!(files(cache.path()).len(), count, "{} was {damage}, and it was not built again", path.display());
        assert!(std::fs::read(path).map_or(true, |now| now != bytes), "{} is still {damage}", path.display());
    }
    std::fs::remove_dir_all(cache.path().join("index")).unwrap();
    std::fs::write(cache.path().join("index"), "no folder").unwrap();
    assert_eq!(found_in(&bank, Some(cache.path())), told, "without a folder to write to, it is built in memory");
}

#[test]
fn the_cache_of_another_bank_is_never_used() {
    let (cache, one, mut other) = (tempfile::tempdir().unwrap(), generated("05", 2_100), generated("06", 2_000));
    other.answers.iter_mut().for_each(|answer| answer.question = answer.question.replace("keys", "doors"));
    let [first, second] = [&one, &other].map(|bank| found_in(bank, Some(cache.path())));
    assert!(first != second && second == found_in(&other, None));
    // Even where the one lies under the name of the other.
    let named = |digest: &str| {
        files(cache.path())
            .into_iter()
            .map(|(path, _)| path.parent().unwrap().to_owned())
            .find(|path| path.to_string_lossy().ends_with(digest))
            .unwrap()
    };
    let (right, wrong) = (named("-05"), named("-06"));
    std::fs::remove_dir_all(&right).unwrap();
    std::fs::rename(wrong, right).unwrap();
    assert_eq!(found_in(&one, Some(cache.path())), first);
}

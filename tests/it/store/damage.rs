//! Damage to the store's file: `verify` names it, and whatever it does not find changed nothing.

use std::fs;

use answerbank::engine::release::release;
use answerbank::engine::review::{Asked, Wanted, decide};
use answerbank::store::Store;

use super::{Place, Raw, cell, said, settle};
use crate::workbook::random::Random;

/// A store with a release, all in its file.
fn released() -> Place {
    let place = Place::with_questionnaire();
    let desk = place.desk("r.ellis");
    for number in 0..3 {
        decide(&desk, "form.xlsx", &[Asked { place: cell(number), wanted: Wanted::Accept, reason: String::new(), seen: None }]).unwrap();
    }
    release(&desk, "form.xlsx", Some(&place.path().join("out")), false).unwrap();
    settle(&place.file());
    place
}

#[test]
fn verify_names_what_is_not_as_it_was_written() {
    let place = released();
    let before = fs::read(place.file()).unwrap();
    let rows = [
        ("UPDATE journal SET body = replace(body, 'Harbour', 'Arbour') WHERE number = 1", "entry 1 of the journal is not what was written"),
        ("UPDATE journal SET person = 'somebody' WHERE number = 3", "entry 3 of the journal is not what was written"),
        ("UPDATE journal SET questionnaire = 'q-0' WHERE number = 3", "entry 3 of the journal is not what was written"),
        ("UPDATE journal SET happened = happened + 1 WHERE number = 3", "entry 3 of the journal is not what was written"),
        ("UPDATE journal SET kind = 'closed' WHERE number = 3", "entry 3 of the journal is filed as closed"),
        ("DELETE FROM journal WHERE number = 3", "entry 3 of the journal is missing"),
        ("DELETE FROM journal WHERE number IN (2, 3)", "entry 2 of the journal is missing"),
        ("DELETE FROM journal WHERE number = 1", "entry 1 of the journal is missing"),
        ("DELETE FROM journal WHERE number = (SELECT MAX(number) FROM journal)", "entry 7 of the journal is missing"),
        (
            "UPDATE journal SET number = -3 WHERE number = 3; UPDATE journal SET number = 3 WHERE number = 4; UPDATE journal SET number = 4 WHERE number = -3",
            "entry 3 of the journal is not what was written",
        ),
        ("UPDATE tally SET value = value + 1", "entry 8 of the journal is missing"),
        (
            "UPDATE content SET bytes = CAST(X'00' || substr(bytes, 2) AS BLOB) WHERE sha256 = (SELECT MIN(sha256) FROM content)",
            "are not what they were",
        ),
        ("DELETE FROM content WHERE sha256 = (SELECT MIN(sha256) FROM content)", "are not there"),
        ("UPDATE told SET body = replace(body, 'Bern', 'Basel')", "what release 7 told is not what was written"),
        ("UPDATE told SET body = 'nothing' WHERE position = 1", "what release 7 told is not what was written"),
        ("UPDATE told SET answer = 'another' WHERE position = 1", "what release 7 told is not what was written"),
        ("DELETE FROM told WHERE position = 1", "what release 7 told is not what was written"),
        ("INSERT INTO told SELECT 5, position, customer, answer, body FROM told", "the ledger has 16 lines, and the releases told 8"),
    ];
    for (sql, named) in rows {
        fs::write(place.file(), &before).unwrap();
        let mut raw = Raw::open(&place.file());
        raw.run(sql);
        raw.close();
        let problems = Store::open(&place.store()).unwrap().verify().unwrap().problems;
        assert!(problems.iter().any(|problem| problem.contains(named)), "{sql}: {problems:?}");
        // An entry is missing once, and what follows it does not follow; all else is as it was.
        assert!(problems.iter().filter(|problem| problem.contains("is missing")).count() <= 2, "{sql}: {problems:?}");
        let told = place.run("store verify");
        assert_eq!(told.status.code(), Some(1), "{sql}");
    }
    fs::write(place.file(), &before).unwrap();
    place.verified();
}

#[test]
fn nothing_is_written_behind_a_journal_whose_end_is_gone() {
    let place = released();
    let mut raw = Raw::open(&place.file());
    raw.run("DELETE FROM told; DELETE FROM journal WHERE number = (SELECT MAX(number) FROM journal)");
    raw.close();
    let refused = place.run(&format!("review accept form.xlsx {}", cell(5)));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(super::err(&refused).contains("entry 7 of the journal is missing"), "{}", super::err(&refused));
}

#[test]
fn a_flipped_page_is_detected_or_harmless() {
    let place = released();
    let whole = said(&mut place.verified()).unwrap();
    settle(&place.file());
    let before = fs::read(place.file()).unwrap();
    let page = 4096;
    let pages = before.len() / page;
    let mut random = Random::Drawn(0x5eed_0000_0000_0035);
    let (mut detected, rounds) = (0, if super::at_length() { 2000 } else { 120 });
    for round in 0..rounds {
        let mut bytes = before.clone();
        let mut below = |limit: usize| random.below(limit as u32) as usize;
        let (one, other, at) = (below(pages) * page, below(pages) * page, below(before.len()));
        match round % 4 {
            0 => bytes[at] ^= 1 << below(8),
            1 => bytes[at..(at + 16).min(before.len())].fill(below(256) as u8),
            2 => bytes[one..one + page].fill(0),
            _ => bytes[one..one + page].copy_from_slice(&before[other..other + page]),
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(answerbank::store::FILE), &bytes).unwrap();
        let verified = Store::open(folder.path()).and_then(|mut store| Ok((store.verify()?, said(&mut store)?)));
        match verified {
            Ok((verified, now)) if verified.problems.is_empty() => assert!(now == whole, "round {round}: it says something else unnoticed"),
            _ => detected += 1,
        }
    }
    println!("{detected} of {rounds} damaged files were noticed");
    assert!(detected > rounds / 2, "{detected}");
}

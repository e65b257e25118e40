//! The program is killed at random moments: what it told is there, what it did not tell is there whole or not at all, and running it again ends as if nothing had been.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use answerbank::domain::digest::sha256_hex;
use answerbank::domain::journal::Event;
use answerbank::engine::questionnaire::Desk;
use answerbank::store::Store;

use super::{FORM, Place, of_kind};
use crate::workbook::random::Random;

const ADD: &str = "review add form.xlsx --customer Harbour --json";
const ACCEPT: &str = "review accept form.xlsx A2 A3 A4 --json";
const RELEASE: &str = "release form.xlsx --out out --json";

/// Runs a command, kills it after a while, and gives what it had told until then.
fn killed(place: &Place, arguments: &str, after: Duration) -> String {
    let mut child = place.command(arguments).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    let mut told = String::new();
    child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    child.wait().unwrap();
    told
}

/// Every file of a folder's `customer` and `internal` with its SHA-256.
fn files(out: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in ["customer", "internal"] {
        for entry in fs::read_dir(out.join(folder)).into_iter().flatten() {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            files.insert(format!("{folder}/{}", entry.file_name().to_string_lossy()), sha256_hex(&bytes));
        }
    }
    files
}

/// A place where the command can be run.
fn before(arguments: &str) -> Place {
    if arguments == ADD {
        return Place::new();
    }
    let place = Place::with_questionnaire();
    if arguments == RELEASE {
        assert!(place.run(ACCEPT).status.success());
    }
    place
}

/// Whether what was told before the kill is there, and nothing by halves.
fn check(place: &Place, arguments: &str, told: &str, whole: &BTreeMap<String, String>) {
    if Store::open(&place.store()).is_err() {
        assert_eq!((arguments, told), (ADD, ""), "a store that was told of cannot be opened");
        return;
    }
    let entries = place.entries();
    let (received, decided, released) =
        (of_kind(&entries, "received").len(), of_kind(&entries, "decided").len(), of_kind(&entries, "released").len());
    match arguments {
        ADD => assert!(received == 1 || (received, told) == (0, "")),
        ACCEPT => assert!(decided == 3 || (decided, told) == (0, "")),
        _ => {
            let out = place.path().join("out");
            assert!(released == 1 || (released, told) == (0, ""));
            if out.join("customer").exists() || !told.is_empty() {
                assert_eq!(&files(&out), whole);
                let recorded: BTreeMap<String, String> = entries
                    .iter()
                    .filter_map(|entry| match &entry.what {
                        Event::Released(released) => Some(released.files.iter()),
                        _ => None,
                    })
                    .flatten()
                    .map(|file| (format!("{}/{}", file.folder, file.name), file.content.clone()))
                    .collect();
                assert_eq!(&recorded, whole);
            }
        }
    }
}

#[test]
fn a_killed_program_loses_nothing_that_it_told_and_leaves_nothing_by_halves() {
    let mut random = Random::Drawn(0x5eed_0000_0000_0009);
    let rounds = if super::at_length() { 200 } else { 10 };
    let (mut early, mut late) = (0, 0);
    for arguments in [ADD, ACCEPT, RELEASE] {
        let undisturbed = before(arguments);
        let began = Instant::now();
        assert!(undisturbed.run(arguments).status.success());
        let lasts = began.elapsed();
        let whole = files(&undisturbed.path().join("out"));
        assert_eq!(whole.len(), if arguments == RELEASE { 5 } else { 0 });
        let kinds = |place: &Place| place.entries().iter().map(|entry| entry.what.kind()).collect::<Vec<_>>();
        for _ in 0..(rounds + 2) / 3 {
            let place = before(arguments);
            let after = lasts * (400 + random.below(750)) / 1000;
            let told = killed(&place, arguments, after);
            *(if told.is_empty() { &mut early } else { &mut late }) += 1;
            check(&place, arguments, &told, &whole);
            let again = place.run(arguments);
            let again = if super::err(&again).contains("there is output of an earlier run") {
                place.run(&format!("{arguments} --force"))
            } else {
                again
            };
            assert!(again.status.success(), "{arguments} after {after:?}: {again:?}");
            assert_eq!(files(&place.path().join("out")), whole, "{arguments} after {after:?}");
            if arguments != ACCEPT {
                assert_eq!(kinds(&place), kinds(&undisturbed), "{arguments} after {after:?}");
            }
        }
    }
    println!("{early} were killed before they told anything, {late} after");
}

#[test]
fn what_a_killed_release_left_aside_is_not_in_the_way_of_a_process_with_the_same_number() {
    let place = before(RELEASE);
    // The number of a process comes again: in a container it is nearly always the same.
    let aside = place.path().join("out").join(format!(".partial-{}", std::process::id()));
    fs::create_dir_all(aside.join("customer")).unwrap();
    fs::write(aside.join("customer").join(FORM), "half of it").unwrap();
    let desk = Desk { now: jiff::Timestamp::now(), ..place.desk("j.lind") };
    answerbank::engine::release::release(&desk, FORM, Some(&place.path().join("out")), false).unwrap();
    assert_eq!(files(&place.path().join("out")).len(), 5);
}

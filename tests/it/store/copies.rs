//! Backups and what is put back: a copy made while others write is whole, and a store is only ever replaced by a whole one.

use std::fs;

use answerbank::domain::journal::{Event, Moved};
use answerbank::engine::keep::{backup, restore};
use answerbank::store::Store;
use jiff::Timestamp;

use super::{Place, Raw, of_kind, said, settle, verified};

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

#[test]
fn a_backup_made_while_another_writes_is_one_moment_of_it() {
    let place = Place::with_questionnaire();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut store = Store::open(&place.store()).unwrap();
            for _ in 0..100 {
                let mut transaction = store.begin().unwrap();
                for _ in 0..3 {
                    let moved = Moved { item: "wi-1".into(), ..Moved::default() };
                    transaction.append(None, "r.ellis", now(), &Event::Moved(moved)).unwrap();
                }
                transaction.commit().unwrap();
            }
        });
        for number in 0..3 {
            let file = place.path().join(format!("backup-{number}.db"));
            let copied = backup(&place.store(), &file).unwrap();
            let folder = tempfile::tempdir().unwrap();
            fs::copy(&file, folder.path().join(answerbank::store::FILE)).unwrap();
            let mut store = verified(folder.path());
            assert_eq!(store.verify().unwrap(), copied);
            assert_eq!((copied.entries - 3) % 3, 0, "no transaction is in it by halves");
            let entries = store.entries(None).unwrap();
            assert_eq!(place.verified().entries(None).unwrap()[..entries.len()], entries[..]);
        }
    });
    let still = backup(&place.store(), &place.path().join("still.db")).unwrap();
    assert_eq!(still.head, place.verified().verify().unwrap().head);
    let names: Vec<_> = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("partial")), "{names:?}");
    assert!(backup(&place.store(), &place.path().join("still.db")).unwrap_err().message.contains("there is such a file"));
}

#[test]
fn a_backup_is_put_back_into_an_empty_folder_and_that_is_recorded() {
    let place = Place::with_questionnaire();
    let (file, folder) = (place.path().join("backup.db"), place.path().join("new/store"));
    let whole = said(&mut place.verified()).unwrap();
    backup(&place.store(), &file).unwrap();
    let restored = restore(&file, &folder, false, "r.ellis", now()).unwrap();
    assert_eq!(restored.head, place.verified().verify().unwrap().head);
    let mut store = verified(&folder);
    let said = said(&mut store).unwrap();
    assert_eq!((&said.entries[..whole.entries.len()], said.kept), (&whole.entries[..], whole.kept));
    assert_eq!(of_kind(&said.entries, "restored"), [&Event::Restored { upto: whole.entries.len() as i64 }]);
    assert_eq!(said.entries.len(), whole.entries.len() + 1);
    drop(store);
    settle(&folder.join(answerbank::store::FILE));
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "store.db"], "a store that was put back is as private as any");
}

#[test]
fn a_store_is_replaced_only_where_that_is_asked_for_and_is_kept() {
    let place = Place::with_questionnaire();
    let file = place.path().join("backup.db");
    backup(&place.store(), &file).unwrap();
    assert!(place.run("review accept form.xlsx A2").status.success());
    let later = said(&mut place.verified()).unwrap();
    let refused = restore(&file, &place.store(), false, "r.ellis", now()).unwrap_err();
    assert!(refused.message.contains("there is a store already"), "{}", refused.message);
    assert!(restore(&file, &place.store(), true, " ", now()).is_err());
    assert_eq!(said(&mut place.verified()).unwrap(), later);
    restore(&file, &place.store(), true, "r.ellis", now()).unwrap();
    let entries = place.entries();
    assert_eq!((of_kind(&entries, "decided").len(), of_kind(&entries, "restored").len()), (0, 1));
    let folder = tempfile::tempdir().unwrap();
    let replaced = place.store().join(format!("store.db.replaced-{}", now().as_millisecond()));
    fs::copy(replaced, folder.path().join(answerbank::store::FILE)).unwrap();
    assert_eq!(said(&mut verified(folder.path())).unwrap(), later);
}

#[test]
fn what_is_no_whole_store_replaces_none() {
    let place = Place::with_questionnaire();
    let file = place.path().join("backup.db");
    backup(&place.store(), &file).unwrap();
    let whole = fs::read(&file).unwrap();
    let before = said(&mut place.verified()).unwrap();
    let other = place.path().join("other.db");
    let mut raw = Raw::open_new(&other);
    raw.run("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");
    raw.close();
    let halves = [0, 1, 100, 4096, whole.len() / 2 / 4096 * 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1];
    let mut garbage: Vec<Vec<u8>> = halves.iter().map(|length| whole[..*length].to_vec()).collect();
    garbage.push(vec![7; 20_000]);
    garbage.push(fs::read(place.path().join(super::FORM)).unwrap());
    garbage.push(fs::read(&other).unwrap());
    for (number, bytes) in garbage.iter().enumerate() {
        fs::write(&file, bytes).unwrap();
        for folder in [place.store(), place.path().join("empty")] {
            let refused = restore(&file, &folder, true, "r.ellis", now());
            assert!(refused.is_err(), "{number}: {refused:?}");
        }
        assert_eq!(said(&mut place.verified()).unwrap(), before, "{number}");
        assert!(!place.path().join("empty").join(answerbank::store::FILE).exists());
        let left: Vec<_> = fs::read_dir(place.path().join("empty")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name == ".gitignore"), "{number}: {left:?}");
    }
}

#[test]
fn a_log_that_a_killed_restore_left_behind_does_not_get_into_the_next_one() {
    let place = Place::with_questionnaire();
    let file = place.path().join("backup.db");
    let copied = backup(&place.store(), &file).unwrap();
    let aside = place.store().join("store.db.restored");
    fs::copy(&file, &aside).unwrap();
    let mut raw = Raw::open(&aside);
    raw.run("PRAGMA journal_mode = WAL; UPDATE journal SET person = 'nobody'");
    let log = fs::read(place.store().join("store.db.restored-wal")).unwrap();
    raw.close();
    fs::write(place.store().join("store.db.restored-wal"), log).unwrap();
    assert_eq!(restore(&file, &place.store(), true, "r.ellis", now()).unwrap().head, copied.head);
    assert_eq!(place.entries().len(), copied.entries + 1);
}

#[test]
fn a_store_in_which_somebody_writes_is_not_replaced() {
    let place = Place::with_questionnaire();
    let file = place.path().join("backup.db");
    backup(&place.store(), &file).unwrap();
    let mut writing = Store::open(&place.store()).unwrap();
    let mut transaction = writing.begin().unwrap();
    transaction.append(None, "r.ellis", now(), &Event::Moved(Moved::default())).unwrap();
    let refused = restore(&file, &place.store(), true, "r.ellis", now()).unwrap_err();
    assert!(refused.message.contains("another process is writing"), "{}", refused.message);
    transaction.commit().unwrap();
    assert_eq!(of_kind(&place.entries(), "moved").len(), 1);
}

#[test]
fn a_damaged_store_is_replaced_and_kept_as_it_is() {
    let place = Place::with_questionnaire();
    let file = place.path().join("backup.db");
    let copied = backup(&place.store(), &file).unwrap();
    for (number, bytes) in [b"no database".to_vec(), fs::read(&file).unwrap()[..9000].to_vec()].iter().enumerate() {
        fs::write(place.file(), bytes).unwrap();
        let at = Timestamp::from_second(1_800_000_000 + number as i64).unwrap();
        restore(&file, &place.store(), true, "r.ellis", at).unwrap();
        assert_eq!(place.entries().len(), copied.entries + 1);
        let kept = place.store().join(format!("store.db.replaced-{}", at.as_millisecond()));
        assert!(fs::read(kept).unwrap() == *bytes);
    }
}

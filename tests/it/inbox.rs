//! Files on their way in: what was acknowledged outlasts every kill, what was not is gone, and no name leads elsewhere.

use std::fs;
use std::path::PathBuf;

use answerbank::domain::bank::Audience;
use answerbank::domain::journal::Sale;
use answerbank::engine::FailureKind;
use answerbank::engine::inbox::{self, Arriving, End, Terms, accept, again, dismiss, list, next, take_in, turn};
use jiff::civil::{Date, date};

use crate::quarter::Team;

const DAY: Date = date(2026, 11, 21);
const FORM: &str = "brightwater-requirements-matrix.xlsx";

fn terms(customer: &str) -> Terms {
    Terms {
        sale: Sale { customer: customer.into(), deal: "Renewal".into(), value: Some(90_000), due: None },
        audience: Audience::Nda,
        products: vec!["cloud".into()],
        regions: Vec::new(),
        overwrite: false,
        carries_on: true,
    }
}

fn store(team: &Team) -> PathBuf {
    team.desk("", DAY).store
}

fn arrived(team: &Team, name: &str, bytes: &[u8]) -> Arriving {
    let mut arriving = Arriving::begin(&store(team), name, 1 << 20).unwrap();
    for piece in bytes.chunks(1000) {
        arriving.take(piece).unwrap();
    }
    arriving
}

fn form() -> Vec<u8> {
    fs::read(crate::fixtures::folder().join(FORM)).unwrap()
}

/// Hands a form over; its id in the inbox.
fn handed_over(team: &Team, name: &str, bytes: &[u8]) -> String {
    let arriving = arrived(team, name, bytes);
    accept(&team.desk("s.haddad", DAY), &terms("Brightwater"), vec![arriving]).unwrap().remove(0)
}

/// Takes the next one in, as the server does.
fn take_next(team: &Team) -> End {
    let ticket = next(&store(team)).unwrap().expect("one waits");
    take_in(&team.desk(&ticket.by, DAY), &ticket).unwrap()
}

fn folders(team: &Team) -> Vec<String> {
    let entries = fs::read_dir(store(team).join("inbox")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_that_was_cut_off_is_gone_and_one_that_arrived_is_not() {
    let team = Team::begin();
    let kept = handed_over(&team, FORM, &form());
    // What a killed program leaves: a folder that was begun.
    std::mem::forget(arrived(&team, "half.xlsx", &form()[..3000]));
    assert_eq!(folders(&team).len(), 2);
    assert_eq!(list(&store(&team)).unwrap().len(), 1, "what did not arrive is not listed");
    let turn = turn(&store(&team), true).unwrap();
    assert!(turn.is_some());
    assert_eq!(folders(&team), std::slice::from_ref(&kept));
    assert!(inbox::turn(&store(&team), true).unwrap().is_none(), "one takes files in at a time");
    let End::Taken { known, counts, .. } = take_next(&team) else { panic!("it is taken in") };
    assert!(!known && counts.found > 5);
    assert_eq!(next(&store(&team)).unwrap(), None);
}

#[test]
fn a_kill_between_the_store_and_the_list_comes_to_the_same_questionnaire() {
    let team = Team::begin();
    let id = handed_over(&team, FORM, &form());
    let End::Taken { questionnaire, .. } = take_next(&team) else { panic!() };
    let folder = store(&team).join("inbox").join(&id);
    assert!(!folder.join("workbook").exists(), "the store has the bytes");
    // As if the program had ended just before it noted what became of the file.
    fs::remove_file(folder.join("end.json")).unwrap();
    fs::write(folder.join("workbook"), form()).unwrap();
    let End::Taken { questionnaire: again, known, .. } = take_next(&team) else { panic!() };
    assert_eq!((again, known), (questionnaire.clone(), true));
    // Handed over twice, by two people.
    handed_over(&team, "copy.xlsx", &form());
    let End::Taken { questionnaire: twice, known, .. } = take_next(&team) else { panic!() };
    assert_eq!((twice, known), (questionnaire, true));
}

#[test]
fn a_file_that_brings_the_program_down_three_times_is_set_aside() {
    let team = Team::begin();
    let id = handed_over(&team, FORM, &form());
    let folder = store(&team).join("inbox").join(&id);
    fs::write(folder.join("tries"), "3").unwrap();
    let End::Failed { message, .. } = take_next(&team) else { panic!("it is set aside") };
    assert!(message.contains("3 times") && message.contains("set aside"), "{message}");
    assert_eq!(next(&store(&team)).unwrap(), None, "others are not kept waiting");
    again(&store(&team), &id).unwrap();
    assert!(matches!(take_next(&team), End::Taken { .. }));
    assert!(again(&store(&team), &id).is_err(), "what was taken in is not tried again");
}

#[test]
fn a_file_that_cannot_be_read_stays_in_the_list_with_its_reason() {
    let team = Team::begin();
    let id = handed_over(&team, "torn.xlsx", &form()[..4000]);
    let End::Failed { message, .. } = take_next(&team) else { panic!("it cannot be read") };
    assert!(message.starts_with("torn.xlsx: ") && !message.contains("inbox"), "{message}");
    let listed = list(&store(&team)).unwrap();
    assert!(matches!(&listed[0].end, Some(End::Failed { message: kept, .. }) if *kept == message));
    for strange in ["", "..", "../../answer-bank", "inbox", "0123456789abcdeg", &format!("{id}/..")] {
        assert_eq!(dismiss(&store(&team), strange).unwrap_err().kind, FailureKind::NotThere, "{strange}");
    }
    dismiss(&store(&team), &id).unwrap();
    assert!(folders(&team).is_empty());
}

#[test]
fn nothing_stays_of_what_is_refused() {
    let team = Team::begin();
    let store = store(&team);
    let mut large = Arriving::begin(&store, "large.xlsx", 5000).unwrap();
    large.take(&[0; 4000]).unwrap();
    assert_eq!(large.take(&[0; 4000]).unwrap_err().kind, FailureKind::TooLarge);
    drop(large);
    let desk = team.desk("s.haddad", DAY);
    assert!(accept(&desk, &terms(" \u{a0}"), vec![arrived(&team, FORM, &form())]).is_err(), "for nobody");
    assert!(accept(&desk, &terms("Brightwater"), vec![arrived(&team, FORM, b"")]).is_err(), "an empty file");
    assert!(accept(&desk, &terms("Brightwater"), Vec::new()).is_err(), "no file");
    assert_eq!(inbox::check_room(&store, 1 << 60).unwrap_err().kind, FailureKind::NoSpace);
    inbox::check_room(&store, 1000).unwrap();
    assert!(folders(&team).is_empty());
    for number in 0..4 {
        let fifty = (0..50).map(|one| arrived(&team, &format!("{number}-{one}.xlsx"), b"x")).collect();
        accept(&team.desk("s.haddad", DAY), &terms("Brightwater"), fifty).unwrap();
    }
    let one_more = accept(&desk, &terms("Brightwater"), vec![arrived(&team, FORM, &form())]).unwrap_err();
    assert_eq!(one_more.kind, FailureKind::Busy);
    assert_eq!(folders(&team).len(), inbox::WAITING);
    let order: Vec<String> = list(&store).unwrap().into_iter().map(|ticket| ticket.name).take(51).collect();
    assert_eq!((order[0].as_str(), order[49].as_str(), order[50].as_str()), ("0-0.xlsx", "0-49.xlsx", "1-0.xlsx"));
}

#[test]
fn names_of_files_lead_nowhere() {
    let team = Team::begin();
    let long = "x".repeat(5000);
    for (sent, kept) in [
        ("form.xlsx", "form.xlsx"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\me\Form 2.xlsx", "Form 2.xlsx"),
        ("/", "workbook"),
        ("..", "workbook"),
        ("", "workbook"),
        (".xlsx", "xlsx"),
        ("a\r\nb.xlsx", "a__b.xlsx"),
        ("x.xlsx\u{202e}xslx", "x.xlsx_xslx"),
        ("<img src=x>.csv", "_img src=x_.csv"),
        ("Fragebogen für Kunden.ods", "Fragebogen für Kunden.ods"),
        (&format!("{long}.xlsx"), &format!("{}.xlsx", "x".repeat(200))),
    ] {
        assert_eq!(Arriving::begin(&store(&team), sent, 10).unwrap().name(), kept, "{sent:?}");
    }
    assert!(folders(&team).is_empty());
}

//! Several processes on one store: each waits for the others or says that it did not, and nothing that one of them was told is lost.

use std::collections::BTreeSet;
use std::process::{Child, Output};
use std::time::{Duration, Instant};

use answerbank::domain::journal::Event;

use super::{ANSWERS, FORM, Place, Raw, cell, err, json, of_kind};

fn all(children: Vec<Child>) -> Vec<Output> {
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

#[test]
fn who_writes_is_waited_for() {
    let place = Place::with_questionnaire();
    let mut raw = Raw::open(&place.file());
    raw.run("BEGIN IMMEDIATE; UPDATE tally SET value = value");
    let mut child = place.command("review accept form.xlsx A2").spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "{:?}", child.wait_with_output());
    raw.run("COMMIT");
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(of_kind(&place.entries(), "decided").len(), 1);
}

#[test]
fn who_does_not_end_is_waited_for_five_seconds_and_no_longer() {
    let place = Place::with_questionnaire();
    let before = place.entries();
    let mut raw = Raw::open(&place.file());
    raw.run("BEGIN IMMEDIATE; UPDATE tally SET value = value");
    for arguments in ["review accept form.xlsx A2", "release form.xlsx --out out"] {
        let began = Instant::now();
        let refused = place.run(arguments);
        assert!(began.elapsed() >= Duration::from_secs(5) && began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        assert_eq!(refused.status.code(), Some(1));
        assert!(err(&refused).contains("another process is writing to the store and did not end within 5 seconds"), "{}", err(&refused));
        assert!(err(&refused).contains("hint: nothing was changed; wait"), "{}", err(&refused));
    }
    assert!(place.run("review list").status.success(), "who only reads need not wait");
    raw.run("ROLLBACK");
    assert_eq!(place.entries(), before);
    assert!(!place.path().join("out/customer").exists());
}

#[test]
fn eight_processes_decide_at_once_and_nothing_is_lost() {
    let place = Place::with_questionnaire();
    let decide = |number: usize| place.command(&format!("review reject form.xlsx {} --reason no --by p-{number}", cell(number)));
    for output in all((0..ANSWERS.len()).map(|number| decide(number).spawn().unwrap()).collect()) {
        assert!(output.status.success(), "{output:?}");
    }
    let entries = place.entries();
    let people: BTreeSet<&str> = entries.iter().filter(|entry| entry.what.kind() == "decided").map(|entry| entry.by.as_str()).collect();
    assert_eq!(people.len(), ANSWERS.len());
    let listed = json(&place.run("review list form.xlsx --json"));
    let rows = listed["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["stands"] == "rejected"), "each decision is seen by who looks: {rows:#?}");
}

#[test]
fn twenty_processes_take_in_one_file_as_one_questionnaire() {
    let place = Place::new();
    let add = || place.command(&format!("review add {FORM} --customer Harbour --json"));
    let outputs = all((0..20).map(|_| add().spawn().unwrap()).collect());
    let ids: BTreeSet<String> = outputs.iter().map(|output| json(output)["added"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(outputs.iter().filter(|output| json(output)["added"]["known"] == false).count(), 1);
    let entries = place.entries();
    assert_eq!(
        (of_kind(&entries, "received").len(), of_kind(&entries, "proposed").len(), entries.len()),
        (1, 1, 3),
        "received, proposed, shown"
    );
}

#[test]
fn of_two_who_decide_differently_at_once_one_is_told() {
    for round in 0..3 {
        let place = Place::with_questionnaire();
        let one = place.command("review accept form.xlsx A2 --by a").spawn().unwrap();
        let other = place.command("review reject form.xlsx A2 --reason no --by b").spawn().unwrap();
        let outputs = all(vec![one, other]);
        let (won, told): (Vec<&Output>, Vec<&Output>) = outputs.iter().partition(|output| output.status.success());
        assert_eq!((won.len(), told.len()), (1, 1), "round {round}: {outputs:?}");
        assert!(err(told[0]).contains("Sheet1!A2: "), "{}", err(told[0]));
        let entries = place.entries();
        let decided = of_kind(&entries, "decided");
        let [Event::Decided(decided)] = decided[..] else { panic!("{decided:?}") };
        let winner = if outputs[0].status.success() { "a gave" } else { "b rejected" };
        assert!(err(told[0]).contains(winner), "{} {decided:?}", err(told[0]));
        // Who was told looks, and then knows of it.
        let seen = place.progress().latest;
        let again = place.run(&format!("review reject form.xlsx A2 --reason no --by c --seen {seen}"));
        assert!(again.status.success(), "{again:?}");
    }
}

#[test]
fn two_who_decided_in_reports_contest_each_other_and_nothing_leaves() {
    let place = Place::new();
    let asked = ["Where are your data centres?", "How long are audit logs of administrators kept?", "Who is allowed to read audit logs?"];
    super::form(&place.path().join("near.xlsx"), &asked);
    assert!(place.run("review add near.xlsx --customer Harbour").status.success());
    assert!(place.run("review report near.xlsx --out report.xlsx").status.success());
    assert!(place.run("review reject near.xlsx A3 --reason no --by a").status.success());
    let path = |name: &str| place.path().join(name);
    crate::stories::decide(&path("report.xlsx"), &path("decided.xlsx"), |row, _| (row == 0).then(|| "accept".into()));
    let taken = place.run("review take near.xlsx decided.xlsx --json --by b");
    assert_eq!(json(&taken)["contested"].as_array().unwrap().len(), 1, "{taken:?}");
    let blocked = place.run("release near.xlsx --out out");
    assert_eq!(blocked.status.code(), Some(1));
    assert!(err(&blocked).contains("two people decided differently"), "{}", err(&blocked));
    assert!(!place.path().join("out").exists());
}

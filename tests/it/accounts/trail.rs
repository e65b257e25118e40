//! The audit log: everything that happened, in order, checked, without secrets; and the terminal's way in.

use std::process::Command;
use std::time::{Duration, Instant};

use answerbank::domain::audit::{Act, Audited};
use answerbank::domain::journal::Event;
use answerbank::engine::accounts::{
    Filter, Role, accept, audit, begin, change_password, change_role, disable, enable, invite, new_token, reauthenticate, record, reset,
    revoke, sign_out,
};
use answerbank::engine::keep;
use answerbank::store::Store;
use serde_json::Value;

use super::{ADMIN, HERE, OTHER, PASSWORD, Place};
use crate::store::{Raw, at_length};
use crate::table::check;

/// The whole log, oldest first.
fn log(place: &Place, filter: &Filter) -> String {
    let (mut lines, mut before) = (Vec::new(), None);
    loop {
        let page = audit(&place.at("12:00"), filter, before, 3).unwrap();
        assert!(page.lines.len() <= 3);
        lines.extend(page.lines);
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    lines.reverse();
    assert!(lines.windows(2).all(|pair| pair[0].number < pair[1].number));
    lines.iter().map(|line| format!("{} {} {} {}\n", line.kind, line.by, line.address, line.words)).collect()
}

/// Everything that can happen to accounts, and the secrets that were in play.
fn lived_in(place: &Place) -> Vec<String> {
    let desk = place.at("09:10");
    let invited = invite(&desk, "r.ellis", Role::Curator, HERE).unwrap();
    accept(&desk, &invited.token, OTHER, HERE).unwrap();
    let signed_in = place.sign_in("09:11", "R.Ellis", OTHER).unwrap();
    let _ = place.sign_in("09:12", "r.ellis", "a wrong password 17");
    let _ = place.sign_in("09:12", "my secret typed as a name", "");
    reauthenticate(&desk, &signed_in.token, OTHER, HERE).unwrap();
    let made = new_token(&desk, &signed_in.signed, "nightly export", 30, HERE).unwrap();
    revoke(&desk, &signed_in.signed, &made.id, HERE).unwrap();
    change_password(&desk, &signed_in.token, OTHER, PASSWORD, HERE).unwrap();
    sign_out(&desk, &signed_in.token, HERE).unwrap();
    change_role(&desk, "r.ellis", Role::Sales, HERE).unwrap();
    disable(&desk, "r.ellis", HERE).unwrap();
    enable(&desk, "r.ellis", HERE).unwrap();
    let again = reset(&desk, "r.ellis", HERE).unwrap();
    record(&desk, Act::Denied, "/bank/encryption/approve", HERE, "sales may not curate").unwrap();
    record(&desk, Act::Downloaded, "q-39454774d8 form.xlsx", HERE, "").unwrap();
    let secrets =
        [&invited.token, OTHER, PASSWORD, "a wrong password 17", "my secret typed as a name", &signed_in.token, &made.token, &again.token];
    secrets.map(str::to_owned).into()
}

#[test]
fn the_log_tells_everything_and_no_secret() {
    let place = Place::new();
    let secrets = lived_in(&place);
    check(
        &log(&place, &Filter::default()),
        "
        audited j.lind 192.0.2.7 set up the first account: j.lind (admin)
        audited j.lind 192.0.2.7 invited: r.ellis (curator)
        audited r.ellis 192.0.2.7 chose a password by a link: r.ellis
        audited r.ellis 192.0.2.7 signed in: r.ellis
        audited  192.0.2.7 failed to sign in: r.ellis
        audited  192.0.2.7 failed to sign in
        audited r.ellis 192.0.2.7 gave the password once more: r.ellis
        audited r.ellis 192.0.2.7 made a token: nightly export (for 30 days)
        audited r.ellis 192.0.2.7 revoked a token: nightly export
        audited r.ellis 192.0.2.7 changed the password: r.ellis
        audited r.ellis 192.0.2.7 signed out: r.ellis
        audited j.lind 192.0.2.7 changed the role of: r.ellis (curator → sales)
        audited j.lind 192.0.2.7 disabled: r.ellis
        audited j.lind 192.0.2.7 enabled: r.ellis
        audited j.lind 192.0.2.7 reset the password of: r.ellis
        audited j.lind 192.0.2.7 was denied: /bank/encryption/approve (sales may not curate)
        audited j.lind 192.0.2.7 downloaded: q-39454774d8 form.xlsx
        ",
    );
    check(
        &log(&place, &Filter { by: Some("r.ellis".into()), ..Filter::default() }).lines().take(2).collect::<Vec<_>>().join("\n"),
        "audited r.ellis 192.0.2.7 chose a password by a link: r.ellis\naudited r.ellis 192.0.2.7 signed in: r.ellis",
    );
    assert_eq!(log(&place, &Filter { kind: Some("released".into()), ..Filter::default() }), "");
    let read = || -> std::io::Result<Vec<u8>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(place.store())? {
            files.extend(std::fs::read(entry?.path())?);
        }
        Ok(files)
    };
    // Whoever used the database last takes its log away, at some moment.
    let files = (0..100).find_map(|_| read().ok()).unwrap();
    let holds = |text: &str| files.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("nightly export") && holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    for secret in secrets {
        assert!(!holds(&secret), "{secret}");
    }
}

#[test]
fn a_log_that_was_changed_says_where() {
    let place = Place::new();
    lived_in(&place);
    assert_eq!(keep::verify(&place.store()).unwrap().problems, Vec::<String>::new());
    let number = audit(&place.at("12:00"), &Filter::default(), None, 3).unwrap().lines[2].number;
    for (change, told) in [
        (format!("UPDATE journal SET body = replace(body, 'r.ellis', 'j.lind') WHERE number = {number}"), "is not what was written"),
        (format!("UPDATE journal SET person = 'm.okafor' WHERE number = {number}"), "is not what was written"),
        (format!("DELETE FROM journal WHERE number = {number}"), "is missing"),
    ] {
        let changed = Place::empty();
        crate::cli::copy(place.path(), changed.path());
        let mut raw = Raw::open(&changed.store().join(answerbank::store::FILE));
        raw.run(change.as_str());
        raw.close();
        let problems = keep::verify(&changed.store()).unwrap().problems;
        assert!(
            problems.iter().any(|problem| problem.contains(&format!("entry {number} of the journal {told}"))),
            "{change}: {problems:?}"
        );
        assert!(audit(&changed.at("12:00"), &Filter::default(), None, 3).is_err(), "{change}: a page shows nothing that was changed");
    }
}

#[test]
fn a_page_of_a_long_log_is_as_quick_as_of_a_short_one() {
    let place = Place::new();
    let many = if at_length() { 1_000_000 } else { 3_000 };
    let mut store = Store::open(&place.store()).unwrap();
    let mut transaction = store.begin().unwrap();
    for n in 0..many {
        let audited = Audited { what: Act::Downloaded, about: format!("file {n}"), address: HERE.into(), outcome: String::new() };
        let by = if n % 1000 == 0 { "rare" } else { "often" };
        transaction.append(None, by, place.at("10:00").now, &Event::Audited(audited)).unwrap();
    }
    transaction.commit().unwrap();
    let timed = |filter: &Filter, before: Option<i64>| {
        let began = Instant::now();
        let page = audit(&place.at("11:00"), filter, before, 100).unwrap();
        let took = began.elapsed();
        assert!(took < Duration::from_millis(500), "{took:?}");
        (page.lines.len(), took)
    };
    let rare = Filter { by: Some("rare".into()), kind: Some("audited".into()), ..Filter::default() };
    let nobody = Filter { by: Some("nobody".into()), ..Filter::default() };
    let token = place.sign_in("11:00", ADMIN, PASSWORD).unwrap().token;
    let began = Instant::now();
    let looks = 20;
    for _ in 0..looks {
        answerbank::engine::accounts::session(&place.at("11:00"), &token).unwrap().unwrap();
    }
    let each = began.elapsed() / looks;
    let told = [timed(&Filter::default(), None), timed(&Filter::default(), Some(many / 2)), timed(&rare, None), timed(&nobody, None)];
    eprintln!("{many} entries: pages {told:?}, a session {each:?}");
    assert_eq!(told.map(|(lines, _)| lines), [100, 100, usize::try_from(many / 1000).unwrap().min(100), 0]);
    assert!(each < Duration::from_millis(100), "{each:?}");
}

#[test]
fn whoever_looks_after_the_machine_gets_a_last_admin_in_again() {
    let place = Place::new();
    place.with("r.ellis", Role::Sales);
    let run = |arguments: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_answerbank"));
        command.current_dir(place.path()).args(arguments.split(' '));
        for name in ["ANSWERBANK_BANK", "ANSWERBANK_STORE", "ANSWERBANK_BY"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = run("account list");
    assert_eq!((code, err.as_str()), (0, ""));
    check(&out, "j.lind   admin  2026-11-23\nr.ellis  sales  2026-11-23");
    let (code, out, _) = run("account list --json");
    let listed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &listed[1]["name"], &listed[1]["role"]), (0, &Value::from("r.ellis"), &Value::from("sales")));
    assert!(!out.contains("argon2"));
    let (code, _, err) = run("account reset j.lind");
    assert_eq!(code, 2, "nobody said who does it: {err}");
    let (code, out, err) = run("account reset J.Lind --by m.okafor");
    assert_eq!(code, 0, "{err}");
    let token = out.trim().strip_prefix("/accept?token=").unwrap();
    let desk = answerbank::engine::questionnaire::Desk { now: jiff::Timestamp::now(), ..place.at("09:00") };
    assert_eq!(accept(&desk, token, OTHER, HERE).unwrap(), ADMIN);
    let (code, out, _) = run("account reset j.lind --by m.okafor --json");
    let made: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &made["path"]), (0, &Value::from(format!("/accept?token={}", made["token"].as_str().unwrap()))));
    let (code, out, _) = run("account disable r.ellis --by m.okafor");
    assert_eq!((code, out.as_str()), (0, "r.ellis can no longer sign in\n"));
    let (code, _, err) = run("account disable nobody --by m.okafor");
    assert_eq!(code, 1);
    check(&err, "error: nobody: there is no such account\nhint: see who has one: answerbank account list");
    let told = log(&place, &Filter { by: Some("m.okafor".into()), ..Filter::default() });
    assert_eq!(told.lines().count(), 3, "{told}");
}

#[test]
fn a_store_from_before_accounts_gets_them() {
    let place = Place::empty();
    std::fs::create_dir(place.store()).unwrap();
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/1.db");
    std::fs::copy(kept, place.store().join(answerbank::store::FILE)).unwrap();
    assert!(begin(&place.at("09:00")).unwrap().is_some());
    let page = audit(&place.at("09:00"), &Filter::default(), None, 500).unwrap();
    let told: String = page.lines.iter().rev().map(|line| format!("{} {} {}\n", line.kind, line.by, line.words)).collect();
    check(
        &told,
        "
        received j.lind form.xlsx for Harbour Bank
        proposed j.lind for 2026-11-21
        shown j.lind the proposal of entry 2
        proposed r.ellis for 2026-11-21
        decided r.ellis Sheet1!A2: gives data-centres (asked of the lawyers)
        decided r.ellis Sheet1!A3: rejected (asked of the lawyers)
        proposed r.ellis for 2026-11-21
        moved r.ellis wi-ede1738c9c9f: in-progress
        shown r.ellis the proposal of entry 7
        released r.ellis 6 answers, as of 2026-11-21
        ",
    );
}

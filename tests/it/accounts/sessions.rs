//! Signing in, sessions, links and tokens: when they hold, and what ends them at once.

use std::sync::OnceLock;
use std::time::Instant;

use answerbank::engine::accounts::{
    Given, Refused, Role, Whose, accept, accounts, begin, change_password, change_role, disable, enable, invite, new_token, of_token,
    reauthenticate, reset, revoke, session, sessions, set_up, sign_in, sign_out, tokens, whose,
};
use answerbank::engine::keep;

use super::{ADMIN, HERE, OTHER, PASSWORD, Place, refused, said};
use crate::store::at_length;
use crate::table::check_rows;

#[test]
fn the_first_account_is_made_once_by_a_link_that_holds_an_hour() {
    let place = Place::empty();
    let first = begin(&place.at("09:00")).unwrap().unwrap();
    assert!(first.path().starts_with("/setup?token=") && first.token.len() == 64, "{first:?}");
    let second = begin(&place.at("09:01")).unwrap().unwrap();
    let none = "this link does not hold: it was used, is too old, or was replaced by a newer one";
    let set_up = |time: &str, token: &str, name: &str, password: &str| said(set_up(&place.at(time), token, name, password, HERE));
    assert_eq!(set_up("09:02", &first.token, ADMIN, PASSWORD), none, "a newer one takes its place");
    assert_eq!(set_up("10:02", &second.token, ADMIN, PASSWORD), none, "an hour is over");
    assert_eq!(set_up("09:02", "", ADMIN, PASSWORD), none);
    assert_eq!(set_up("09:02", &second.token, "j\nlind", PASSWORD), "the name holds a character that does not show");
    assert_eq!(set_up("09:02", &second.token, ADMIN, "short"), "the password has fewer than 12 characters");
    assert_eq!(whose(&place.at("09:02"), &second.token).unwrap(), Some(Whose::First));
    assert_eq!(set_up("09:02", &second.token, ADMIN, PASSWORD), "done");
    assert_eq!(set_up("09:02", &second.token, "another", PASSWORD), none, "it was used");
    assert_eq!(whose(&place.at("09:02"), &second.token).unwrap(), None);
    assert!(begin(&place.at("09:03")).unwrap().is_none());
    assert_eq!(place.sign_in("09:03", "J.LIND", PASSWORD).unwrap().signed.role, Role::Admin);
    // A password that was reset has its own way in; no second first account.
    reset(&place.at("09:04"), ADMIN, "").unwrap();
    assert!(begin(&place.at("09:05")).unwrap().is_none());
}

#[test]
fn an_invitation_is_taken_up_once_within_seven_days() {
    let place = Place::new();
    let invited = invite(&place.at("09:00"), "R. Ellis", Role::Reviewer, HERE).unwrap();
    assert_eq!(whose(&place.at("09:00"), &invited.token).unwrap(), Some(Whose::Of("R. Ellis".into())));
    assert_eq!(said(invite(&place.at("09:00"), "r. ellis", Role::Admin, HERE)), "r. ellis: R. Ellis has this name");
    assert_eq!(refused(place.sign_in("09:01", "R. Ellis", "")), "the name or the password is wrong", "no password is chosen yet");
    let none = "this link does not hold: it was used, is too old, or was replaced by a newer one";
    assert_eq!(said(accept(&place.at("7d 09:01"), &invited.token, OTHER, HERE)), none);
    assert_eq!(said(set_up(&place.at("09:02"), &invited.token, "x.y", OTHER, HERE)), none, "it is no link for a first account");
    assert_eq!(accept(&place.at("6d 09:00"), &invited.token, OTHER, HERE).unwrap(), "R. Ellis");
    assert_eq!(said(accept(&place.at("6d 09:00"), &invited.token, PASSWORD, HERE)), none);
    let newer = reset(&place.at("6d 10:00"), "r. ellis", HERE).unwrap();
    let newest = reset(&place.at("6d 10:00"), "r. ellis", HERE).unwrap();
    assert_eq!(said(accept(&place.at("6d 10:01"), &newer.token, PASSWORD, HERE)), none, "the newest one counts");
    assert_eq!(refused(place.sign_in("6d 10:01", "R. Ellis", OTHER)), "the name or the password is wrong", "the old password is gone");
    assert_eq!(
        said(accept(&place.at("6d 10:01"), &newest.token, "R. Ellis mossy gramophone", HERE)),
        "the password holds the account's name"
    );
    accept(&place.at("6d 10:01"), &newest.token, PASSWORD, HERE).unwrap();
    disable(&place.at("6d 10:02"), "R. Ellis", HERE).unwrap();
    assert_eq!(said(reset(&place.at("6d 10:02"), "R. Ellis", HERE)), "R. Ellis: the account is disabled");
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_and_last_the_same() {
    let place = Place::new();
    place.with("r.ellis", Role::Reviewer);
    place.with("left", Role::Reviewer);
    disable(&place.at("09:00"), "left", HERE).unwrap();
    let tries = [(ADMIN, OTHER), ("nobody", PASSWORD), ("left", OTHER), ("", "")];
    let rounds = if at_length() { 200 } else { 3 };
    let mut worked = [0.0; 4];
    for round in 0..rounds {
        for ((name, password), worked) in tries.iter().zip(&mut worked) {
            let began = work_of_this_thread();
            // Every other day, so that nobody waits.
            let refused = place.sign_in(&format!("{}d 09:01", 2 * round), name, password).unwrap_err();
            *worked += (work_of_this_thread() - began) / f64::from(rounds);
            assert_eq!(refused, Refused::Wrong, "{name}");
        }
    }
    let (least, most) = worked.iter().fold((f64::MAX, 0.0_f64), |(least, most), one| (least.min(*one), most.max(*one)));
    eprintln!("{rounds} tries each, mean seconds of work: {worked:?}");
    assert!(least > most * if at_length() { 0.95 } else { 0.5 }, "a name that nobody has was told by the time it took: {worked:?}");
}

/// Seconds that this thread has worked; where the system does not tell, seconds that went by.
fn work_of_this_thread() -> f64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let worked = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok()).map(|nanoseconds| nanoseconds / 1e9);
    worked.unwrap_or_else(|| BEGAN.get_or_init(Instant::now).elapsed().as_secs_f64())
}

#[test]
fn guesses_wait_and_the_right_password_waits_with_them() {
    let place = Place::new();
    for name in [ADMIN, "nobody"] {
        let sign_in =
            |time: &str, password: &str, address: &str| refused(sign_in(&place.at(time), &Given { name, password, address }, None));
        for n in 0..5 {
            assert_eq!(sign_in("09:10:00", "wrong", &format!("198.51.100.{n}")), "the name or the password is wrong");
        }
        assert_eq!(sign_in("09:10:00", PASSWORD, "198.51.100.6"), "too many tries: wait 1 s and try again");
        assert_eq!(sign_in("09:10:01", "wrong", "198.51.100.6"), "the name or the password is wrong");
        assert_eq!(sign_in("09:10:02", PASSWORD, "198.51.100.6"), "too many tries: wait 1 s and try again");
    }
    assert_eq!(refused(place.sign_in("09:10:03", ADMIN, PASSWORD)), "let in");
    assert_eq!(refused(place.sign_in("09:10:03", ADMIN, "wrong")), "the name or the password is wrong", "they are counted anew");
    // From one address names may change as they like; an address of the new kind counts with its network.
    let from =
        |n: usize, address: &str| refused(sign_in(&place.at("09:20"), &Given { name: &format!("name {n}"), password: "", address }, None));
    for n in 0..10 {
        assert_eq!(from(n, &format!("2001:db8:1:2::{n}")), "the name or the password is wrong");
    }
    assert_eq!(from(10, "2001:db8:1:2:ffff::1"), "too many tries: wait 3 s and try again");
    assert_eq!(from(10, "2001:db8:1:3::1"), "the name or the password is wrong");
}

#[test]
fn many_guesses_at_once_are_no_more_than_one_after_the_other() {
    let place = Place::new();
    let looked_at = std::thread::scope(|threads| {
        let guess = |n: usize| {
            let place = &place;
            threads.spawn(move || {
                let given = Given { name: ADMIN, password: "wrong", address: &format!("198.51.100.{n}") };
                matches!(sign_in(&place.at("09:10"), &given, None), Err(Refused::Wrong))
            })
        };
        let guesses: Vec<_> = (0..8).map(guess).collect();
        guesses.into_iter().filter(|_| true).map(|guess| usize::from(guess.join().unwrap())).sum::<usize>()
    });
    assert_eq!(looked_at, 5);
}

#[test]
fn a_session_ends_when_it_is_left_alone_and_after_half_a_day() {
    let place = Place::new();
    let signed_in = place.sign_in("09:00", ADMIN, PASSWORD).unwrap();
    let is_open = |time: &str| session(&place.at(time), &signed_in.token).unwrap().is_some();
    // Each look is half an hour after the one before, to the second.
    for time in ["09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30"] {
        assert!(is_open(time), "{time}");
    }
    for time in ["16:00", "16:30", "17:00", "17:30", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30", "21:00"] {
        assert!(is_open(time), "{time}");
    }
    assert!(!is_open("21:00:01"), "half a day");
    assert!(!is_open("21:00"), "it does not come back");
    let signed_in = place.sign_in("21:10", ADMIN, PASSWORD).unwrap();
    assert!(session(&place.at("21:40"), &signed_in.token).unwrap().is_some());
    assert!(session(&place.at("22:10:01"), &signed_in.token).unwrap().is_none(), "left alone");
}

#[test]
fn a_session_that_was_planted_is_worth_nothing() {
    let place = Place::new();
    let planted = "0".repeat(64);
    let given = Given { name: ADMIN, password: PASSWORD, address: HERE };
    let first = sign_in(&place.at("09:00"), &given, Some(&planted)).unwrap();
    assert!(session(&place.at("09:00"), &planted).unwrap().is_none());
    let second = sign_in(&place.at("09:01"), &given, Some(&first.token)).unwrap();
    assert!(session(&place.at("09:01"), &first.token).unwrap().is_none(), "the one that came with it has ended");
    assert!(first.token != second.token && first.signed.csrf != second.signed.csrf);
    let signed = session(&place.at("09:01"), &second.token).unwrap().unwrap();
    assert_eq!(signed, second.signed, "what stands in pages is the same as at first");
    assert!(!second.token.contains(&signed.csrf));
    sign_out(&place.at("09:02"), &second.token, HERE).unwrap();
    assert!(session(&place.at("09:02"), &second.token).unwrap().is_none());
}

#[test]
fn what_changes_an_account_ends_its_sessions_and_tokens_at_once() {
    check_rows(
        "role     | session ended, token ended
         disable  | session ended, token ended
         reset    | session ended, token ended
         password | session ended, token ended
         nothing  | session open, token open
         same role | session open, token open",
        |row| {
            let place = Place::new();
            place.with("r.ellis", Role::Curator);
            let signed_in = place.sign_in("09:01", "r.ellis", OTHER).unwrap();
            let token = new_token(&place.at("09:01"), &signed_in.signed, "export", 30, HERE).unwrap().token;
            let desk = place.at("09:02");
            match row[0] {
                "role" => change_role(&desk, "r.ellis", Role::Reviewer, HERE).unwrap(),
                "same role" => change_role(&desk, "r.ellis", Role::Curator, HERE).unwrap(),
                "disable" => disable(&desk, "r.ellis", HERE).unwrap(),
                "reset" => drop(reset(&desk, "r.ellis", HERE).unwrap()),
                "password" => {
                    let other = place.sign_in("09:02", "r.ellis", OTHER).unwrap().token;
                    let change = |old: &str, new: &str| refused(change_password(&desk, &other, old, new, HERE));
                    assert_eq!(change(PASSWORD, PASSWORD), "the name or the password is wrong");
                    assert_eq!(
                        change(OTHER, "password1234"),
                        "the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side"
                    );
                    assert_eq!(change(OTHER, PASSWORD), "let in");
                    assert!(session(&desk, &other).unwrap().is_some(), "one's own session stays");
                    assert_eq!(refused(place.sign_in("09:03", "r.ellis", OTHER)), "the name or the password is wrong");
                    assert_eq!(refused(place.sign_in("09:03", "r.ellis", PASSWORD)), "let in");
                }
                _ => {}
            }
            let state = |open: bool| if open { "open" } else { "ended" };
            let desk = place.at("09:03");
            format!(
                "session {}, token {}",
                state(session(&desk, &signed_in.token).unwrap().is_some()),
                state(of_token(&desk, &token).unwrap().is_some())
            )
        },
    );
}

#[test]
fn an_account_that_is_opened_again_gets_nothing_back() {
    let place = Place::new();
    place.with("r.ellis", Role::Curator);
    let signed_in = place.sign_in("09:01", "r.ellis", OTHER).unwrap();
    let token = new_token(&place.at("09:01"), &signed_in.signed, "export", 30, HERE).unwrap().token;
    disable(&place.at("09:02"), "r.ellis", HERE).unwrap();
    enable(&place.at("09:03"), "r.ellis", HERE).unwrap();
    assert!(session(&place.at("09:04"), &signed_in.token).unwrap().is_none());
    assert!(of_token(&place.at("09:04"), &token).unwrap().is_none());
    assert_eq!(refused(place.sign_in("09:04", "r.ellis", OTHER)), "let in");
    assert_eq!(sessions(&place.at("09:04"), "r.ellis").unwrap().len(), 1);
}

#[test]
fn there_is_always_an_admin_who_can_sign_in() {
    let place = Place::new();
    let desk = place.at("09:00");
    let last = "j.lind: this is the last admin who can sign in";
    invite(&desk, "invited", Role::Admin, HERE).unwrap();
    place.with("left", Role::Admin);
    disable(&desk, "left", HERE).unwrap();
    assert_eq!(said(disable(&desk, ADMIN, HERE)), last, "one who was invited and one who left do not count");
    assert_eq!(said(change_role(&desk, ADMIN, Role::Curator, HERE)), last);
    enable(&desk, "left", HERE).unwrap();
    assert_eq!(said(change_role(&desk, ADMIN, Role::Curator, HERE)), "done");
    assert_eq!(said(disable(&desk, "left", HERE)), "left: this is the last admin who can sign in");
    assert_eq!(said(disable(&desk, "nobody", HERE)), "nobody: there is no such account");
    let told: Vec<String> =
        accounts(&desk).unwrap().iter().map(|one| format!("{} {} {} {}", one.name, one.role.name(), one.accepted, one.disabled)).collect();
    assert_eq!(told, ["invited admin false false", "j.lind curator true false", "left admin true false"]);
}

#[test]
fn what_is_dangerous_asks_for_the_password_once_more() {
    let place = Place::new();
    let token = place.sign_in("09:00", ADMIN, PASSWORD).unwrap().token;
    let recently = |time: &str| session(&place.at(time), &token).unwrap().unwrap().reauthenticated_recently;
    assert!(recently("09:10"));
    assert!(!recently("09:10:01"));
    assert_eq!(refused(reauthenticate(&place.at("09:11"), &token, OTHER, HERE)), "the name or the password is wrong");
    assert!(!recently("09:11"));
    reauthenticate(&place.at("09:12"), &token, PASSWORD, HERE).unwrap();
    assert!(recently("09:22"));
    assert!(!recently("09:22:01"));
    // A session that was stolen is no way to guess the password.
    for _ in 0..5 {
        let _ = reauthenticate(&place.at("09:23"), &token, "wrong", HERE);
    }
    assert_eq!(refused(reauthenticate(&place.at("09:23"), &token, PASSWORD, HERE)), "too many tries: wait 1 s and try again");
}

#[test]
fn a_token_does_what_its_account_may_for_as_long_as_was_said() {
    let place = Place::new();
    place.with("r.ellis", Role::Curator);
    let (admin, ellis) =
        (place.sign_in("09:00", ADMIN, PASSWORD).unwrap().signed, place.sign_in("09:00", "r.ellis", OTHER).unwrap().signed);
    let desk = place.at("09:00");
    let made = new_token(&desk, &ellis, " nightly\nexport ", 30, HERE).unwrap();
    assert!(made.token.starts_with("abt_") && made.token.len() == 68, "{made:?}");
    let signed = of_token(&place.at("30d 09:00"), &made.token).unwrap().unwrap();
    assert_eq!((signed.name.as_str(), signed.role), ("r.ellis", Role::Curator));
    assert!(signed.by_token && signed.csrf.is_empty() && !signed.reauthenticated_recently);
    assert!(of_token(&place.at("30d 09:01"), &made.token).unwrap().is_none());
    assert!(of_token(&desk, &made.token[..67]).unwrap().is_none());
    assert!(session(&desk, &made.token).unwrap().is_none(), "a token is no session");
    assert_eq!(said(new_token(&desk, &signed, "more", 30, HERE)), "a token makes no token");
    for days in [0, -1, 367] {
        assert_eq!(said(new_token(&desk, &ellis, "x", days, HERE)), format!("{days} days: a token lasts 1 to 366 days"));
    }
    assert_eq!(said(new_token(&desk, &ellis, " ", 1, HERE)), "the label is empty or longer than 64 characters");
    let own = new_token(&desk, &admin, "of the admin", 1, HERE).unwrap();
    let labels = |signed| tokens(&desk, signed).unwrap().iter().map(|token| format!("{} {}", token.name, token.label)).collect::<Vec<_>>();
    assert_eq!(labels(&ellis), ["r.ellis nightly export"]);
    assert_eq!(labels(&admin).len(), 2);
    assert_eq!(
        said(revoke(&desk, &ellis, &own.id, HERE)),
        said(revoke(&desk, &ellis, &own.id.replace(|_: char| true, "0"), HERE)).replace(&"0".repeat(32), &own.id)
    );
    assert!(of_token(&desk, &own.token).unwrap().is_some(), "nobody ends another's");
    revoke(&desk, &admin, &made.id, HERE).unwrap();
    assert!(of_token(&desk, &made.token).unwrap().is_none());
}

#[test]
fn a_clock_that_is_turned_back_gives_nothing_back() {
    let place = Place::new();
    let invited = invite(&place.at("09:00"), "late", Role::Sales, HERE).unwrap();
    let left = place.sign_in("09:00", ADMIN, PASSWORD).unwrap();
    let token = new_token(&place.at("09:00"), &left.signed, "export", 1, HERE).unwrap().token;
    // Ten days later somebody does something; then the clock stands an hour after the first sign-in.
    place.sign_in("10d 09:00", ADMIN, PASSWORD).unwrap();
    assert!(session(&place.at("09:20"), &left.token).unwrap().is_none());
    assert!(of_token(&place.at("09:20"), &token).unwrap().is_none());
    assert!(whose(&place.at("09:20"), &invited.token).unwrap().is_none());
    // Whoever signs in now has a session like any other, which ends by the clock as it stands.
    let now = place.sign_in("09:21", ADMIN, PASSWORD).unwrap();
    assert!(session(&place.at("09:50"), &now.token).unwrap().is_some());
    assert!(session(&place.at("10:21"), &now.token).unwrap().is_none());
    let now = place.sign_in("10:30", ADMIN, PASSWORD).unwrap();
    assert!(session(&place.at("10:24"), &now.token).unwrap().is_none(), "nobody can say how long it was left alone");
}

#[test]
fn a_backup_does_not_give_back_what_was_ended() {
    let place = Place::new();
    let signed_in = place.sign_in("09:00", ADMIN, PASSWORD).unwrap();
    let token = new_token(&place.at("09:00"), &signed_in.signed, "export", 30, HERE).unwrap().token;
    let invited = invite(&place.at("09:00"), "late", Role::Sales, HERE).unwrap();
    let copy = place.path().join("backup.db");
    keep::backup(&place.store(), &copy).unwrap();
    keep::restore(&copy, &place.store(), true, "m.okafor", place.at("09:05").now).unwrap();
    let desk = place.at("09:06");
    assert!(session(&desk, &signed_in.token).unwrap().is_none());
    assert!(of_token(&desk, &token).unwrap().is_none());
    assert!(whose(&desk, &invited.token).unwrap().is_none());
    assert_eq!(refused(place.sign_in("09:06", ADMIN, PASSWORD)), "let in");
}

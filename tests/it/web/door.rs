//! Coming in and going out: links for one use, sessions, what is sent and what is refused.

use super::{House, PASSWORD};
use axum::body::Body;
use axum::http::StatusCode;

#[test]
fn who_signs_in_gets_a_new_session_and_the_old_one_is_dead() {
    let house = House::open();
    let old = house.people["sales"].secret.clone();
    let planted = house.request("POST", "/sign-in", "sales").header("content-type", "application/x-www-form-urlencoded");
    let body = format!("name=sales.person&password={}", PASSWORD.replace(' ', "+"));
    let answer = house.send(planted.body(Body::from(body)).unwrap());
    assert_eq!((answer.status, answer.leads_to()), (StatusCode::SEE_OTHER, "/questionnaires"));
    let cookie = answer.cookie();
    assert!(cookie.starts_with("__Host-answerbank="), "{cookie}");
    for part in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains(&old), "{cookie}");
    let page = house.get("/questionnaires", "sales");
    assert_eq!((page.status, page.leads_to()), (StatusCode::SEE_OTHER, "/sign-in?then=%2Fquestionnaires"));
}

#[test]
fn a_wrong_password_and_an_unknown_name_say_the_same() {
    let house = House::open();
    let wrong = house.post("/sign-in", "", &[("name", "sales.person"), ("password", "not this one at all")]);
    let unknown = house.post("/sign-in", "", &[("name", "nobody.person"), ("password", "not this one at all")]);
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!((wrong.status, wrong.text), (unknown.status, unknown.text));
    for _ in 0..5 {
        house.post("/sign-in", "", &[("name", "sales.person"), ("password", "not this one at all")]);
    }
    let held = house.post("/sign-in", "", &[("name", "sales.person"), ("password", PASSWORD)]);
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS, "{}", held.text);
}

#[test]
fn signing_in_leads_only_to_our_own_pages() {
    let house = House::open();
    for (then, to) in [
        ("/bank?words=key", "/bank?words=key"),
        ("//evil.example/", "/questionnaires"),
        ("https://evil.example/", "/questionnaires"),
        ("/\\evil.example", "/questionnaires"),
        ("/sign-out", "/questionnaires"),
    ] {
        let answer = house.post("/sign-in", "", &[("name", "sales.person"), ("password", PASSWORD), ("then", then)]);
        assert_eq!((answer.status, answer.leads_to()), (StatusCode::SEE_OTHER, to), "{then}");
    }
}

#[test]
fn an_invitation_is_used_once_and_a_reset_ends_what_was_open() {
    let house = House::open();
    let invited = house.post("/accounts", "admin", &[("name", "Mira Holm"), ("role", "reviewer")]);
    assert_eq!(invited.status, StatusCode::OK, "{}", invited.text);
    let link = invited.text.split("/accept?token=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(house.get(&format!("/accept?token={link}"), "").text.contains("Welcome, Mira Holm"));
    let form = [("token", link.as_str()), ("password", "meadow copper lantern tide")];
    let accepted = house.post("/accept", "", &form);
    assert_eq!((accepted.status, accepted.leads_to()), (StatusCode::SEE_OTHER, "/questionnaires"), "{}", accepted.text);
    assert_eq!(house.post("/accept", "", &form).status, StatusCode::CONFLICT);
    assert_eq!(house.get(&format!("/accept?token={link}"), "").status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/accounts/reviewer.person/reset", "admin", &[]).status, StatusCode::OK);
    assert_eq!(house.get("/me", "reviewer").leads_to(), "/sign-in?then=%2Fme");
}

#[test]
fn a_changed_role_or_a_closed_account_counts_at_once() {
    let house = House::open();
    assert_eq!(house.get("/log", "sales").status, StatusCode::FORBIDDEN);
    house.post("/accounts/sales.person/role", "admin", &[("role", "reviewer")]);
    assert_eq!(house.get("/me", "sales").status, StatusCode::SEE_OTHER, "the session ended with the role");
    house.post("/accounts/curator.person/disable", "admin", &[]);
    assert_eq!(house.get("/me", "curator").status, StatusCode::SEE_OTHER);
    let last = house.post("/accounts/admin.person/disable", "admin", &[]);
    assert!(last.status.is_client_error(), "the last admin stays: {}", last.status);
}

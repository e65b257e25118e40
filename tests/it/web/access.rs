//! Who may have which route, by the one table: every route × every role, other sites' requests, and what every answer bears.

use std::fmt::Write;

use answerbank::engine::accounts::Role;
use answerbank::web::{Access, routes_told};
use axum::body::Body;
use axum::http::StatusCode;

use super::House;

/// A path of the table with something in the place of each name.
fn somewhere(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "q-0000000000" } else { part }).collect::<Vec<_>>().join("/")
}

fn matrix() -> String {
    let mut out = String::from("# method path: anonymous sales reviewer curator admin; + may, - may not, ! after the password once more\n");
    for route in routes_told() {
        let may = |role: Option<Role>| match (route.access, role) {
            (Access::Anybody, _) => '+',
            (_, None) => '-',
            (Access::Needs(right), Some(role)) => {
                if role.may(right) {
                    '+'
                } else {
                    '-'
                }
            }
            (Access::Again(right), Some(role)) => {
                if role.may(right) {
                    '!'
                } else {
                    '-'
                }
            }
        };
        let cells: Vec<String> =
            std::iter::once(None).chain(Role::ALL.map(|(role, _)| Some(role))).map(|role| may(role).to_string()).collect();
        let _ = writeln!(out, "{} {}: {}", route.method, route.path, cells.join(" "));
    }
    out
}

/// The table as a person wrote it down, so that nobody gives a right away by a slip.
#[test]
fn the_matrix_is_as_it_was_written_down() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/web/matrix.txt");
    let now = matrix();
    if std::env::var_os("ANSWERBANK_BLESS").is_some() {
        std::fs::write(kept, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(kept).unwrap(), now, "look at each changed line, then ANSWERBANK_BLESS=1");
}

/// Each cell of the matrix as the server answers: 303 or 401 for nobody, 403 for a role without the right, anything else where it may.
#[test]
fn every_role_gets_what_the_matrix_says() {
    let house = House::open();
    let mut wrong = Vec::new();
    for route in routes_told() {
        // It ends the session with which the other routes are asked; the door has tests of its own.
        if route.path == "/sign-out" || route.path.starts_with("/accounts/") {
            continue;
        }
        let path = somewhere(route.path);
        for role in ["", "sales", "reviewer", "curator", "admin"] {
            let answer = if route.method == "GET" { house.get(&path, role) } else { house.post(&path, role, &[]) };
            let right = match route.access {
                Access::Anybody => None,
                Access::Needs(right) | Access::Again(right) => Some(right),
            };
            let may = right.is_none_or(|right| Role::parse(role).is_some_and(|role| role.may(right)));
            let refused = match answer.status {
                StatusCode::FORBIDDEN => true,
                StatusCode::SEE_OTHER => answer.leads_to().starts_with("/sign-in?"),
                StatusCode::UNAUTHORIZED => right.is_some(),
                _ => false,
            };
            if refused == may || answer.status.is_server_error() {
                wrong.push(format!("{} {path} by {role:?}: {} {}", route.method, answer.status, answer.leads_to()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// What another site's page could send with our cookie, and what of ours it cannot know.
#[test]
fn a_change_comes_from_a_page_of_the_session_or_not_at_all() {
    let house = House::open();
    let person = &house.people["admin"];
    let cookie = format!("__Host-answerbank={}", person.secret);
    for route in routes_told().iter().filter(|route| route.method == "POST" && route.access != Access::Anybody) {
        let sends: [(&str, &[(&str, &str)]); 6] = [
            ("of another site", &[("sec-fetch-site", "cross-site"), ("x-answerbank", &person.mark)]),
            ("of a neighbour", &[("sec-fetch-site", "same-site"), ("x-answerbank", &person.mark)]),
            ("of another origin", &[("origin", "https://evil.example"), ("x-answerbank", &person.mark)]),
            ("without the mark", &[("sec-fetch-site", "same-origin")]),
            ("with a wrong mark", &[("sec-fetch-site", "same-origin"), ("x-answerbank", "0123456789abcdef")]),
            ("with somebody else's mark", &[("sec-fetch-site", "same-origin"), ("x-answerbank", &house.people["sales"].mark)]),
        ];
        for (what, headers) in sends {
            let mut request = axum::http::Request::builder().method("POST").uri(somewhere(route.path)).header("host", "127.0.0.1:8711");
            request = request.header("cookie", &cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = house.send(request.body(Body::empty()).unwrap());
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {what}", route.path);
        }
    }
    let signing_in = axum::http::Request::builder().method("POST").uri("/sign-in").header("host", "127.0.0.1:8711");
    let signing_in = signing_in.header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(house.send(signing_in).status, StatusCode::FORBIDDEN);
}

#[test]
fn every_answer_bears_what_protects_the_reader() {
    let house = House::open();
    let mut paths: Vec<String> = routes_told().iter().filter(|route| route.method == "GET").map(|route| somewhere(route.path)).collect();
    paths.push("/no/such/page".into());
    for path in &paths {
        for role in ["", "admin"] {
            let answer = house.get(path, role);
            let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let policy = header("content-security-policy");
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "require-trusted-types-for 'script'",
            ] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
            assert_eq!(header("access-control-allow-origin"), "", "{path}");
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.cookie(), "", "{path}: a page sets no cookie");
        }
    }
}

#[test]
fn other_names_and_too_long_addresses_are_refused() {
    let house = House::open();
    let named = |host: &str| {
        let request = axum::http::Request::builder().uri("/questionnaires").header("host", host);
        house.send(request.body(Body::empty()).unwrap()).status
    };
    assert_eq!(named("evil.example"), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(named("127.0.0.1.evil.example:8711"), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(named("localhost:8711"), StatusCode::SEE_OTHER);
    let long = format!("/questionnaires?x={}", "a".repeat(5000));
    assert_eq!(house.get(&long, "admin").status, StatusCode::URI_TOO_LONG);
}

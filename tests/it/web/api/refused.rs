//! What the API refuses: bodies that cannot be meant, fields that nobody may set, other sites; and never by a fault of ours.

use answerbank::web::routes_told;
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{House, Program, filled};

/// The routes that take JSON, with something for each name of their paths.
fn posts(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .filter_map(|(path, item)| {
            let content = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
            (!content.is_null()).then(|| (path.clone(), content.clone()))
        })
        .collect()
}

fn somewhere(path: &str) -> String {
    filled(path, &["q-0000000000"; 4])
}

/// What nobody may set by adding it to a body.
#[test]
fn fields_that_are_not_listed_are_refused() {
    let house = House::open();
    let document = super::document(&Program::of(&house, "admin"));
    let mut asked = 0;
    for (path, schema) in posts(&document) {
        for field in ["id", "state", "approved_by", "audience", "role", "by", "digest", "approved"] {
            if !schema["properties"][field].is_null() {
                continue;
            }
            // Whoever is signed in as admin and typed the password may ask for every route.
            let mut body = json!({});
            for name in schema["required"].as_array().into_iter().flatten() {
                body[name.as_str().unwrap()] = json!("x");
            }
            body[field] = json!("x");
            let request = house.request("POST", &somewhere(&path), "admin").header("content-type", "application/json");
            let answer = house.send(request.body(Body::from(body.to_string())).unwrap());
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field}: {}", answer.text);
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} bodies were sent");
}

#[test]
fn no_other_site_is_let_in() {
    let house = House::open();
    let program = Program::of(&house, "sales");
    for method in ["GET", "OPTIONS", "POST"] {
        let request = axum::http::Request::builder().method(method).uri("/api/v1/questionnaires").header("host", "127.0.0.1:8711");
        let request = request.header("origin", "https://evil.example").header("authorization", format!("Bearer {}", program.token));
        let answer = house.send(request.header("access-control-request-method", "POST").body(Body::empty()).unwrap());
        let allowed: Vec<&str> =
            answer.headers.keys().map(axum::http::HeaderName::as_str).filter(|name| name.starts_with("access-control")).collect();
        assert!(allowed.is_empty(), "{method}: {allowed:?}");
    }
}

#[test]
fn bodies_are_held_within_limits() {
    let house = House::open();
    let program = Program::of(&house, "sales");
    let send = |kind: &str, body: String| {
        let request = program.request("POST", "/api/v1/questionnaires/q-0000000000/decisions").header("content-type", kind);
        let answer = house.send(request.body(Body::from(body)).unwrap());
        let told: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        assert!(told["error"].is_string(), "{}", answer.text);
        answer.status.as_u16()
    };
    assert_eq!(send("application/json", format!("{{\"decisions\":{}1{}}}", "[".repeat(64), "]".repeat(64))), 422, "too deep");
    assert_eq!(send("application/json", format!("\"{}\"", "x".repeat(2 << 20))), 413, "too large");
    assert_eq!(send("text/plain", "{}".into()), 415, "not called JSON");
    assert_eq!(send("application/json", "{\"decisions\":[]}".into()), 422, "nothing is decided");
    assert_eq!(send("application/json", "{\"decisions\":[],\"decisions\":[]}".into()), 422, "twice");
    let strange = program.sends("GET", "/api/v1/questionnaires", &[], "?stat=open", None);
    assert_eq!((strange.status, strange.text.contains("stat")), (StatusCode::UNPROCESSABLE_ENTITY, true), "{}", strange.text);
}

/// Bodies made by chance over all routes that change something: refused, or done, but never a fault of ours.
#[test]
fn five_hundred_strange_bodies_never_make_a_fault() {
    let house = House::open();
    let document = super::document(&Program::of(&house, "admin"));
    // Those that end what the test itself asks with have tests of their own.
    let ends = ["/api/v1/me/password", "/api/v1/me/again", "/api/v1/accounts", "/api/v1/accounts/{name}/reset"];
    let posts: Vec<_> = posts(&document).into_iter().filter(|(path, _)| !ends.contains(&path.as_str())).collect();
    assert!(posts.len() > 15 && posts.len() <= routes_told().len());
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut wrong = Vec::new();
    for round in 0..500 {
        let (path, schema) = &posts[round % posts.len()];
        let body = strange(schema, &mut seed);
        let request = house.request("POST", &somewhere(path), "admin").header("content-type", "application/json");
        let answer = house.send(request.body(Body::from(body.clone())).unwrap());
        if answer.status.is_server_error() {
            wrong.push(format!("{path}: {} for {}", answer.status, String::from_utf8_lossy(&body)));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The next number by chance (xorshift).
fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed >> 33).unwrap()
}

/// A body that is nearly one of the route's: its fields with values of any kind, or bytes of none.
fn strange(schema: &Value, seed: &mut u64) -> Vec<u8> {
    let values = [
        json!(null),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("../../etc/passwd"),
        json!("\u{0}\u{202e}\u{feff}"),
        json!("none"),
        json!("9999-99-99"),
        json!("2026-12-01"),
        json!(true),
        json!([]),
        json!(["x", "x"]),
        json!([[{}]]),
        json!({ "a": { "b": [] } }),
        json!("é".repeat(5000)),
    ];
    let mut body = json!({});
    for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        if !next(seed).is_multiple_of(5) {
            body[name] = values[next(seed) % values.len()].clone();
        }
    }
    let mut bytes = body.to_string().into_bytes();
    match next(seed) % 8 {
        0 => bytes.truncate(next(seed) % (bytes.len() + 1)),
        1 => {
            let at = next(seed) % bytes.len();
            bytes[at] = next(seed) as u8;
        }
        2 => bytes.extend_from_slice(b"{}"),
        _ => {}
    }
    bytes
}

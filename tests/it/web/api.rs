//! The API: a story told by a program with a token, what its document says beside what the server answers, and what is refused.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use answerbank::web::{Access, routes_told};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Map, Value, json};

use super::{Answer, DAY, House};

mod refused;
mod story;

/// Where the examples of the document stand.
const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/api/examples.json");

/// A program that asks, in the name of somebody of a role; it keeps what each route answered first.
pub struct Program<'h> {
    pub house: &'h House,
    pub token: String,
    role: &'static str,
    told: RefCell<BTreeMap<String, Value>>,
}

impl<'h> Program<'h> {
    /// Makes a token for it.
    pub fn of(house: &'h House, role: &'static str) -> Self {
        let program = Self { house, token: String::new(), role, told: RefCell::default() };
        let made = program.signed_in("/api/v1/me/tokens", &[], &json!({ "label": "nightly run", "days": 30 }));
        let told = program.told.borrow().clone();
        Self { token: made["token"].as_str().unwrap().to_owned(), told: RefCell::new(told), ..program }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:8711")
            .header("authorization", format!("Bearer {}", self.token))
    }

    /// Sends a request with the token; the path is one of the table, with something for each of its names.
    pub fn sends(&self, method: &str, path: &str, names: &[&str], query: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, &format!("{}{query}", filled(path, names)));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.house.send(request.unwrap())
    }

    /// Reads.
    pub fn reads(&self, path: &str, names: &[&str], query: &str) -> Value {
        let answer = self.sends("GET", path, names, query, None);
        assert_eq!(answer.status, StatusCode::OK, "{path} {names:?} {query}: {}", answer.text);
        self.keep("GET", path, answer)
    }

    /// Changes.
    pub fn does(&self, path: &str, names: &[&str], body: &Value) -> Value {
        let answer = self.sends("POST", path, names, "", Some(body));
        assert_eq!(answer.status, StatusCode::OK, "{path} {names:?} {body}: {}", answer.text);
        self.keep("POST", path, answer)
    }

    /// Is refused.
    pub fn is_refused(&self, path: &str, names: &[&str], body: &Value) -> (u16, Value) {
        let answer = self.sends("POST", path, names, "", Some(body));
        let told: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        assert!(told["error"].is_string(), "{path}: {} {}", answer.status, answer.text);
        (answer.status.as_u16(), told)
    }

    /// Changes what no token may, as the browser of the same person.
    pub fn signed_in(&self, path: &str, names: &[&str], body: &Value) -> Value {
        let request = self.house.request("POST", &filled(path, names), self.role).header("content-type", "application/json");
        let answer = self.house.send(request.body(Body::from(body.to_string())).unwrap());
        assert_eq!(answer.status, StatusCode::OK, "{path} {names:?}: {}", answer.text);
        self.keep("POST", path, answer)
    }

    /// Brings files in a form.
    pub fn brings(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Value {
        const EDGE: &str = "answerbank-form-edge";
        let mut body: Vec<u8> = Vec::new();
        for (name, text) in fields {
            body.extend(format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes());
        }
        for (name, bytes) in files {
            body.extend(format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").bytes());
        let request = self.request("POST", path).header("content-type", format!("multipart/form-data; boundary={EDGE}"));
        let answer = self.house.send(request.body(Body::from(body)).unwrap());
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        self.keep("POST", path, answer)
    }

    /// Keeps an answer as an example of its route.
    pub fn keep(&self, method: &str, path: &str, answer: Answer) -> Value {
        let told: Value = serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{path}: {error}: {}", answer.text));
        self.told.borrow_mut().entry(format!("{method} {path}")).or_insert_with(|| told.clone());
        told
    }
}

impl Answer {
    /// An answer of somebody else, to be kept.
    fn of(told: &Value) -> Self {
        Self { status: StatusCode::OK, headers: axum::http::HeaderMap::new(), text: told.to_string(), bytes: Vec::new() }
    }
}

/// A path with something in the place of each name.
pub fn filled(path: &str, names: &[&str]) -> String {
    let mut names = names.iter();
    let part = |part: &str| if part.starts_with('{') { super::in_form(names.next().expect(path)) } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Routes of the API: method and path.
fn of_the_api() -> BTreeSet<String> {
    routes_told().iter().filter(|route| route.path.starts_with("/api/")).map(|route| format!("{} {}", route.method, route.path)).collect()
}

fn document(program: &Program) -> Value {
    program.reads("/api/v1/openapi.json", &[], "")
}

#[test]
fn the_document_has_every_route_and_no_other() {
    let house = House::open();
    let document = document(&Program::of(&house, "sales"));
    assert_eq!(document["openapi"], "3.1.0");
    let mut told = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            told.insert(format!("{} {path}", method.to_uppercase()));
            assert!(ids.insert(operation["operationId"].to_string()), "two are called {}", operation["operationId"]);
            let route = routes_told().into_iter().find(|route| route.path == path && route.method.eq_ignore_ascii_case(method)).unwrap();
            let roles: Vec<&str> = operation["x-role"].as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect();
            let (Access::Needs(right) | Access::Again(right)) = route.access else { panic!("{path} is open to anybody") };
            let may = |role: &&&str| answerbank::engine::accounts::Role::parse(role).unwrap().may(right);
            assert_eq!(roles.iter().filter(may).count(), roles.len(), "{path}");
            let by_token = operation["security"].as_array().unwrap().iter().any(|way| way.get("token").is_some());
            assert_eq!(by_token, matches!(route.access, Access::Needs(_)), "{path}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
        }
    }
    assert_eq!(told, of_the_api());
    for refers in references(&document) {
        let found = document.pointer(refers.trim_start_matches('#'));
        assert!(found.is_some_and(|schema| !schema.is_null()), "{refers} leads nowhere");
    }
}

/// Everything that the document refers to inside itself.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value.as_str() {
                Some(to) if name == "$ref" => vec![to.to_owned()],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// A real answer, with long lists and texts cut short and without secrets.
fn example(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), example(value, name))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().take(1).map(|item| example(item, "")).collect(),
        Value::String(text) if name == "token" => json!(format!("{}…", text.chars().take(4).collect::<String>())),
        Value::String(text) if text.starts_with("/accept?token=") => json!("/accept?token=…"),
        Value::String(text) if text.chars().count() > 160 => json!(format!("{}…", text.chars().take(159).collect::<String>())),
        other => other.clone(),
    }
}

/// Where two answers are not of one shape.
fn differs(path: &str, kept: &Value, now: &Value, out: &mut Vec<String>) {
    match (kept, now) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(kept), Value::Object(now)) => {
            let both: BTreeSet<&String> = kept.keys().chain(now.keys()).collect();
            for name in both {
                match (kept.get(name), now.get(name)) {
                    (Some(kept), Some(now)) => differs(&format!("{path}.{name}"), kept, now, out),
                    (None, _) => out.push(format!("{path}.{name} is not in the document")),
                    (_, None) => out.push(format!("{path}.{name} is not in the answer")),
                }
            }
        }
        (Value::Array(kept), Value::Array(now)) => match (kept.first(), now.first()) {
            (Some(kept), Some(now)) => differs(&format!("{path}[]"), kept, now, out),
            (None, None) => {}
            _ => out.push(format!("{path} is empty on one side")),
        },
        (kept, now) if std::mem::discriminant(kept) != std::mem::discriminant(now) => out.push(format!("{path} is of another kind")),
        _ => {}
    }
}

/// The story's answers are the examples of the document, and every route that answers in JSON has one.
#[test]
fn the_document_says_what_the_server_answers() {
    let house = House::open();
    let told = story::told(&house);
    let now: Map<String, Value> = told.iter().map(|(route, value)| (route.clone(), example(value, ""))).collect();
    if std::env::var_os("ANSWERBANK_BLESS").is_some() {
        std::fs::write(EXAMPLES, format!("{}\n", serde_json::to_string_pretty(&now).unwrap())).unwrap();
    }
    let kept: Map<String, Value> = serde_json::from_slice(&std::fs::read(EXAMPLES).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (route, example) in &kept {
        match now.get(route) {
            Some(now) => differs(route, example, now, &mut wrong),
            None => wrong.push(format!("{route}: the story does not ask for it")),
        }
    }
    // The document itself, and what is read from a git repository, which this bank is not in.
    let files = ["GET /api/v1/openapi.json", "GET /api/v1/answers/{id}/history"];
    let document = document(&Program::of(&house, "sales"));
    for route in of_the_api() {
        let (method, path) = route.split_once(' ').unwrap();
        let answer = &document["paths"][path][method.to_lowercase()]["responses"]["200"]["content"];
        let in_json = answer.get("application/json").is_some();
        if in_json && !kept.contains_key(&route) && !files.contains(&route.as_str()) {
            wrong.push(format!("{route}: the document has no example"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\nlook at each, then ANSWERBANK_BLESS=1\n", wrong.join("\n"));
}

#[test]
fn the_reader_shows_every_route() {
    let house = House::open();
    let page = house.get("/api/v1", "reviewer");
    assert_eq!(page.status, StatusCode::OK);
    for route in of_the_api() {
        let (method, path) = route.split_once(' ').unwrap();
        assert!(page.text.contains(&format!("{method}</span> <code>{path}</code>")), "{route}");
    }
    assert!(house.get("/me", "reviewer").text.contains("href=\"/api/v1\""));
    assert!(!page.text.contains("abt_0") && page.text.contains("Bearer $TOKEN"), "no real token");
    assert_eq!(house.get("/api/v1", "").status, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_token_may_what_its_account_may_and_ends_at_once() {
    let house = House::open();
    let reviewer = Program::of(&house, "reviewer");
    assert_eq!(reviewer.reads("/api/v1/me", &[], "")["role"], "reviewer");
    for path in ["/api/v1/log", "/api/v1/accounts"] {
        assert_eq!(reviewer.sends("GET", path, &[], "", None).status, StatusCode::FORBIDDEN, "{path}");
    }
    let close = "/api/v1/questionnaires/{id}/close";
    assert_eq!(reviewer.is_refused(close, &["q-0000000000"], &json!({ "why": "no" })).0, 403);
    assert_eq!(reviewer.is_refused("/api/v1/me/tokens", &[], &json!({ "label": "more", "days": 3 })).0, 403, "a token makes no token");
    let id = reviewer.reads("/api/v1/me", &[], "")["tokens"][0]["id"].as_str().unwrap().to_owned();
    reviewer.does("/api/v1/tokens/{id}/revoke", &[&id], &json!({}));
    let after = reviewer.sends("GET", "/api/v1/me", &[], "", None);
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    assert!(after.text.contains("\"error\""), "{}", after.text);
    // Another role, and a closed account: at once as well.
    let sales = Program::of(&house, "sales");
    house.post("/accounts/sales.person/role", "admin", &[("role", "reviewer")]);
    assert_eq!(sales.sends("GET", "/api/v1/me", &[], "", None).status, StatusCode::UNAUTHORIZED);
    let curator = Program::of(&house, "curator");
    house.post("/accounts/curator.person/disable", "admin", &[]);
    assert_eq!(curator.sends("GET", "/api/v1/me", &[], "", None).status, StatusCode::UNAUTHORIZED);
}

/// A day in the words of JSON.
fn day() -> String {
    DAY.to_string()
}

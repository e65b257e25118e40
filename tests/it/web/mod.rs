//! The web app without a connection: a bank and a store of its own, one person of each role, requests as a browser sends them.

mod access;
mod api;
mod bank;
mod door;
mod limits;
mod review;
mod upkeep;
mod work;
mod taking_in;

use std::collections::BTreeMap;

use answerbank::engine::BankPlace;
use answerbank::engine::accounts::{self, Given, Role};
use answerbank::web::{App, Order, application};
use answerbank::workbook::Worker;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use jiff::civil::{Date, date};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::quarter::Team;

/// The password of everybody here.
pub const PASSWORD: &str = "violin gravel otter sunrise";
/// The day on which the sample bank's answers stand.
pub const DAY: Date = date(2026, 11, 21);

/// A running web app that nothing listens to.
pub struct House {
    pub team: Team,
    pub app: Router,
    pub people: BTreeMap<&'static str, Person>,
    runtime: Runtime,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    pub secret: String,
    pub mark: String,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl House {
    /// Opens one with an account for each role, whose name is the role's with `.person` behind it.
    pub fn open() -> Self {
        let team = Team::begin();
        let order = Order {
            bank: BankPlace::new(team.bank()),
            store: team.desk("", DAY).store,
            worker: Worker::default(),
            git: None,
            date: Some(DAY),
            listen: "127.0.0.1:8711".parse().unwrap(),
            url: None,
            behind_proxy: false,
            demo: false,
        };
        let shared = App::new(order);
        let desk = shared.desk_of("admin.person");
        let first = accounts::begin(&desk).unwrap().unwrap();
        accounts::set_up(&desk, &first.token, "admin.person", PASSWORD, "test").unwrap();
        let mut people = BTreeMap::new();
        for (role, named) in Role::ALL {
            let name = format!("{named}.person");
            if role != Role::Admin {
                let link = accounts::invite(&desk, &name, role, "test").unwrap();
                accounts::accept(&desk, &link.token, PASSWORD, "test").unwrap();
            }
            let given = Given { name: &name, password: PASSWORD, address: named };
            let begun = accounts::sign_in(&desk, &given, None).unwrap();
            people.insert(named, Person { secret: begun.token, mark: begun.signed.csrf });
        }
        shared.begin().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { team, app: application(shared), people, runtime }
    }

    /// Sends a request as it is.
    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response: Response<Body> = self.app.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
            Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
        })
    }

    /// A request as a browser of this host sends it, by somebody of a role; `""` is nobody.
    pub fn request(&self, method: &str, path: &str, role: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8711").header("sec-fetch-site", "same-origin");
        match self.people.get(role) {
            None => request,
            Some(person) => {
                request.header("cookie", format!("__Host-answerbank={}", person.secret)).header("x-answerbank", person.mark.clone())
            }
        }
    }

    /// Sends many requests at once, and gives their statuses.
    pub fn send_together(&self, requests: Vec<Request<Body>>) -> Vec<StatusCode> {
        self.runtime.block_on(async {
            let sent: Vec<_> = requests.into_iter().map(|request| tokio::spawn(self.app.clone().oneshot(request))).collect();
            let mut told = Vec::new();
            for one in sent {
                told.push(one.await.unwrap().unwrap().status());
            }
            told
        })
    }

    pub fn get(&self, path: &str, role: &str) -> Answer {
        self.send(self.request("GET", path, role).body(Body::empty()).unwrap())
    }

    /// Sends a form.
    pub fn post(&self, path: &str, role: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", in_form(value))).collect();
        let request = self.request("POST", path, role).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap())
    }
}

/// A text as a form sends it.
fn in_form(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Answer {
    /// Where it leads.
    pub fn leads_to(&self) -> &str {
        self.headers.get("location").map_or("", |location| location.to_str().unwrap())
    }

    /// The cookie that it sets.
    pub fn cookie(&self) -> &str {
        self.headers.get("set-cookie").map_or("", |cookie| cookie.to_str().unwrap())
    }
}

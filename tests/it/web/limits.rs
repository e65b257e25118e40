//! What strangers may send, and how much of it: bodies, headers, silence, many at once; on a real connection where the limit is one of the connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::StatusCode;

use super::House;
use crate::quarter::Team;

#[test]
fn a_form_has_a_megabyte_and_no_more() {
    let house = House::open();
    let large = house.post("/sign-in", "", &[("name", "sales.person"), ("password", &"a".repeat(2 << 20))]);
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.text);
    assert!(large.text.contains("larger than what is taken here"), "{}", large.text);
    let fits = house.post("/sign-in", "", &[("name", "sales.person"), ("password", &"a".repeat(500 << 10))]);
    assert_eq!(fits.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn what_cannot_be_read_is_said_in_words_and_changes_nothing() {
    let house = House::open();
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "name=a"),
        ("application/x-www-form-urlencoded", "name=a&password=b&role=admin"),
        ("application/json", "{\"name\": "),
        ("text/plain", "hello"),
    ] {
        let request = house.request("POST", "/sign-in", "").header("content-type", kind).body(Body::from(body)).unwrap();
        let answer = house.send(request);
        assert!(answer.status.is_client_error(), "{kind} {body}: {}", answer.status);
        assert!(answer.text.contains("nothing was changed"), "{}", answer.text);
    }
}

/// Passwords are hashed two at a time; of many who wait, those beyond the queue are sent away at once, and nobody else waits for them.
#[test]
fn a_crowd_at_the_door_does_not_hold_up_who_is_inside() {
    let house = House::open();
    let crowd: Vec<_> = (0..60)
        .map(|n| {
            let request = house.request("POST", "/sign-in", "").header("content-type", "application/x-www-form-urlencoded");
            request.body(Body::from(format!("name=person.{n}&password=wrong+password+here"))).unwrap()
        })
        .collect();
    let told = house.send_together(crowd);
    let count = |status: StatusCode| told.iter().filter(|told| **told == status).count();
    assert!(count(StatusCode::SERVICE_UNAVAILABLE) >= 20, "{told:?}");
    assert!(count(StatusCode::UNAUTHORIZED) >= 2, "{told:?}");
    assert_eq!(house.get("/me", "sales").status, StatusCode::OK);
}

/// A server of its own on a real port.
struct Server {
    child: Child,
    address: String,
    _team: Team,
}

impl Server {
    fn start() -> Self {
        let team = Team::begin();
        let mut child = Command::new(env!("CARGO_BIN_EXE_answerbank"))
            .args(["serve", "--listen", "127.0.0.1:0", "--bank"])
            .arg(team.bank())
            .env("ANSWERBANK_MODEL", "none")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let mut told = String::new();
        let address = loop {
            let mut some = [0; 512];
            let read = stderr.read(&mut some).unwrap();
            assert!(read > 0, "{told}");
            told.push_str(&String::from_utf8_lossy(&some[..read]));
            if let Some(line) = told.lines().find_map(|line| line.strip_prefix("answerbank is at http://")).filter(|_| told.ends_with('\n'))
            {
                break line.to_owned();
            }
        };
        Self { child, address, _team: team }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    fn says(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn headers_have_a_size_a_number_and_a_time() {
    let server = Server::start();
    let host = &server.address;
    let large = server.says(&format!("GET /health HTTP/1.1\r\nHost: {host}\r\nX-Large: {}\r\n\r\n", "a".repeat(64 << 10)));
    assert!(large.is_empty() || large.starts_with("HTTP/1.1 431"), "{large}");
    let many = (0..200).map(|n| format!("X-{n}: a\r\n")).collect::<String>();
    let many = server.says(&format!("GET /health HTTP/1.1\r\nHost: {host}\r\n{many}\r\n"));
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
    // Who sends a header bit by bit is cut off, and holds up nobody meanwhile.
    let begun = Instant::now();
    let mut slow: Vec<TcpStream> = (0..100).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /health HTTP/1.1\r\nX-Slow: ").unwrap();
    }
    let other = server.says(&format!("GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    assert!(other.starts_with("HTTP/1.1 200"), "{other}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let mut rest = Vec::new();
    let _ = slow[0].read_to_end(&mut rest);
    assert!(begun.elapsed() < Duration::from_secs(19), "cut off after {:?}", begun.elapsed());
}

#[test]
fn it_serves_from_a_folder_that_is_not_its_own_only_what_it_should() {
    let server = Server::start();
    for path in [
        "/assets/x/../../Cargo.toml",
        "/assets/x/..%2f..%2fCargo.toml",
        "/assets/x/%2e%2e",
        "/../answer-bank/bank.toml",
        "/.answerbank/store.db",
    ] {
        let answer = server.says(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address));
        assert!(
            answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"),
            "{path}: {}",
            answer.lines().next().unwrap_or_default()
        );
    }
}

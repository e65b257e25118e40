//! `/bank/approve`: drafts to be read and approved, each shown as it would be approved.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::{hand, logged, refusal};
use crate::engine::curate::{self, Read};
use crate::engine::entry::{ToApprove, to_approve};
use crate::engine::questionnaire::Desk;
use crate::engine::{Failure, FailureKind, publish};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to, page};
use crate::web::session::Address;
use crate::web::words::{filters, in_address};

/// So many answers are approved together at most, so that each is read.
const TOGETHER: usize = 50;

#[derive(Template)]
#[template(path = "bank/approve.html")]
struct ApprovePage<'a> {
    frame: &'a Frame,
    shown: Vec<Shown<'a>>,
    able: usize,
    /// Which of them somebody changed between the look and the click.
    changed: &'a [String],
}

impl ApprovePage<'_> {
    /// Whether there is one alone, which is ticked already: who came for it needs no second choice.
    fn alone(&self) -> bool {
        self.shown.len() == 1
    }
}

/// One answer that would be approved.
struct Shown<'a> {
    one: &'a ToApprove,
    wording: String,
    /// Why it cannot be approved; empty where it can.
    not: String,
}

fn shown(one: &ToApprove) -> Shown<'_> {
    let (entry, answer) = (&one.entry, &one.entry.answer);
    let not = if let Some((stamp, why)) = &answer.retired {
        format!("it was retired by {} on {}: {why}; an end is not taken back", stamp.by, stamp.on)
    } else if answer.wording.is_empty() {
        "it has no wording; write one first".to_owned()
    } else if answer.approved.as_ref().is_some_and(|(_, digest)| *digest == answer.digest()) && entry.state.name() != "draft" {
        "it is approved as it stands".to_owned()
    } else {
        entry.not_approvable.clone()
    };
    Shown { one, wording: publish::as_html(&answer.wording), not }
}

fn show(frame: &Frame, read: &[ToApprove], changed: &[String]) -> Reply {
    let shown: Vec<Shown> = read.iter().map(shown).collect();
    let able = shown.iter().filter(|shown| shown.not.is_empty()).count();
    page(&ApprovePage { frame, shown, able, changed })
}

fn at_most(count: usize) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::wrong("no answer is chosen", "tick those that you want to read; drafts are listed under Answers")),
        count if count > TOGETHER => {
            Err(Refusal::wrong(format!("{count} answers are too many at once"), format!("choose {TOGETHER} at most, so that each is read")))
        }
        _ => Ok(()),
    }
}

/// `GET /bank/approve?id=…&id=…`
pub async fn read(State(app): State<App>, frame: Frame, Query(pairs): Query<Vec<(String, String)>>) -> Reply {
    let ids: Vec<String> = pairs.into_iter().filter(|(name, _)| name == "id").map(|(_, id)| id).collect();
    at_most(ids.len())?;
    let git = app.order.git.clone();
    let read = app.desk(frame.name(), move |desk| Ok(to_approve(desk, &ids, git.as_deref()))).await?.map_err(refusal)?;
    show(&frame, &read, &[])
}

/// What came of an approval.
enum Outcome {
    Approved(Vec<String>),
    /// Somebody changed some of them meanwhile; nothing was approved.
    Changed(Vec<ToApprove>, Vec<String>),
}

/// `POST /bank/approve`, with each answer as its id and the digest of the file that was read.
pub async fn approve(State(app): State<App>, frame: Frame, Address(address): Address, Form(sent): Form<Vec<(String, String)>>) -> Reply {
    let mut wanted: Vec<Read> = Vec::new();
    for (name, value) in sent {
        let Some((id, seen)) = value.split_once(' ').filter(|_| name == "entry") else {
            return Err(Refusal::wrong("what was sent names no answer as it was read", "load the page anew; nothing was approved"));
        };
        wanted.push(Read { id: id.to_owned(), seen: Some(seen.to_owned()) });
    }
    at_most(wanted.len())?;
    let git = app.order.git.clone();
    let outcome = app.desk(frame.name(), move |desk| Ok(approved(desk, &wanted, git.as_deref(), &address))).await?.map_err(refusal)?;
    match outcome {
        Outcome::Approved(ids) => match &ids[..] {
            [one] => go_to(&format!("/bank/{}?done=approved", in_address(one))),
            all => go_to(&format!("/bank?state=draft&approved={}", all.len())),
        },
        Outcome::Changed(read, changed) => {
            let reply = show(&frame, &read, &changed)?;
            Ok((StatusCode::CONFLICT, reply).into_response())
        }
    }
}

fn approved(desk: &Desk, wanted: &[Read], git: Option<&std::path::Path>, address: &str) -> Result<Outcome, Failure> {
    match curate::approve_read(&desk.bank, wanted, &hand(desk, "")) {
        Ok(done) => {
            for one in &done {
                logged(desk, &one.id, address, "approved")?;
            }
            Ok(Outcome::Approved(done.into_iter().map(|done| done.id).collect()))
        }
        Err(failure) if failure.kind == FailureKind::Changed => {
            let ids: Vec<String> = wanted.iter().map(|read| read.id.clone()).collect();
            let read = to_approve(desk, &ids, git)?;
            let other =
                |one: &&ToApprove| wanted.iter().any(|read| read.id == one.entry.answer.id && read.seen.as_ref() != Some(&one.entry.seen));
            let changed = read.iter().filter(other).map(|one| one.entry.answer.id.clone()).collect();
            Ok(Outcome::Changed(read, changed))
        }
        Err(failure) => Err(failure),
    }
}

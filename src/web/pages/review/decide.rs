//! Decisions about one question: each bears what its reader had seen; where somebody decided meanwhile, both are shown and nothing is recorded.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::grid::rows_part;
use super::looked::{Looked, look};
use super::question::{Trouble, drawn};
use crate::engine::Failure;
use crate::engine::FailureKind;
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Asked, Since, Wanted};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, go_to};
use crate::web::words::in_address;

/// A decision as its form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    /// `accept`, `edit`, `reject`, `undo`, or `give ID DIGEST`.
    what: String,
    /// The proposed answer as it was shown, `ID DIGEST`; empty where there was none.
    proposed: String,
    text: String,
    reason: String,
    /// How far the journal went when the question was shown.
    seen: i64,
    /// How far the journal goes that the reader's list knows.
    since: i64,
}

impl Given {
    fn wanted(&self) -> Result<Wanted, Refusal> {
        let shown = |told: &str| {
            let (answer, digest) = told.split_once(' ')?;
            Some(Wanted::Shown { answer: answer.to_owned(), digest: digest.to_owned() })
        };
        let wanted = match self.what.as_str() {
            "accept" => shown(&self.proposed).or(Some(Wanted::Accept)),
            "edit" => Some(Wanted::Edit(self.text.clone())),
            "reject" => Some(Wanted::Reject),
            "undo" => Some(Wanted::Undo),
            other => other.strip_prefix("give ").and_then(shown),
        };
        wanted.ok_or_else(|| Refusal::wrong("nothing was decided", "use the buttons of the question"))
    }
}

/// `POST /questionnaires/{id}/questions/{place}/decide`
pub async fn decide(State(app): State<App>, frame: Frame, Path((id, place)): Path<(String, String)>, Form(given): Form<Given>) -> Reply {
    let asked = Asked { place: place.clone(), wanted: given.wanted()?, reason: given.reason.clone(), seen: Some(given.seen) };
    let work = move |desk: &Desk, id: &str| review::decide(desk, id, &[asked]).map(|_| ());
    recorded(&app, &frame, (&id, &place), &given, work).await
}

/// Whom somebody asks to decide.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct To {
    to: String,
    since: i64,
}

/// `POST /questionnaires/{id}/questions/{place}/assign`
pub async fn assign(State(app): State<App>, frame: Frame, Path((id, place)): Path<(String, String)>, Form(given): Form<To>) -> Reply {
    let (asked, to) = (place.clone(), given.to.clone());
    let work = move |desk: &Desk, id: &str| review::assign(desk, id, &[asked], &to).map(|_| ());
    let given = Given { seen: i64::MAX, since: given.since, ..Given::default() };
    recorded(&app, &frame, (&id, &place), &given, work).await
}

/// Records something; then the reader's list hears what changed, or the question is shown as it stands now with why nothing was recorded.
async fn recorded(
    app: &App,
    frame: &Frame,
    (id, place): (&str, &str),
    given: &Given,
    work: impl FnOnce(&Desk, &str) -> Result<(), Failure> + Send + 'static,
) -> Reply {
    let (asked, at) = (id.to_owned(), place.to_owned());
    let (in_review, since) = (frame.part, given.since);
    let cards = app.clone();
    let done = app.desk(frame.name(), move |desk| match work(desk, &asked) {
        Ok(()) if in_review => Ok(Done::Recorded(Some(cards.since(desk, &asked, since)?))),
        Ok(()) => Ok(Done::Recorded(None)),
        // What cannot be found cannot be shown.
        Err(failure) if failure.kind == FailureKind::NotThere => Err(failure),
        Err(failure) => Ok(Done::Not(Box::new(look(desk, &asked, &at)?), failure)),
    });
    match done.await? {
        Done::Recorded(Some(since)) => rows_part(id, &since),
        Done::Recorded(None) => go_to(&format!("/questionnaires/{}/questions/{}", in_address(id), in_address(place))),
        Done::Not(looked, failure) => {
            let meanwhile = looked.decided_at.is_some_and(|decided| decided > given.seen);
            let trouble = Trouble { refusal: Refusal::from(failure), meanwhile, text: given.text.clone(), reason: given.reason.clone() };
            let status = trouble.refusal.status;
            Ok(with(status, drawn(frame, id, &looked, Some(&trouble))?))
        }
    }
}

enum Done {
    Recorded(Option<Since>),
    Not(Box<Looked>, Failure),
}

fn with(status: StatusCode, page: Response) -> Response {
    (status, page).into_response()
}

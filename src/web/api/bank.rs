//! The answers of the bank: found, read, written, approved. Who edits names the text that was read; where it is another one now, both are told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::point::{Ask, Point, change, change_or_tell};
use super::shelf::known;
use super::told::AnswerTold;
use crate::domain::bank::{Audience, Choice, Verdict};
use crate::domain::changes::Piece;
use crate::engine::accounts::{self, Act, Right};
use crate::engine::curate::{self, Done, Fields, Hand, Read};
use crate::engine::questionnaire::Desk;
use crate::web::reply::{Refusal, Reply};
use crate::web::route::Access::Needs;

pub fn points() -> Vec<Point> {
    let curates = Needs(Right::Curate);
    let mut points = super::shelf::points();
    points.extend([
        change("/api/v1/answers", curates, "Writes a new answer, as a draft", create),
        change(
            "/api/v1/answers/approve",
            curates,
            "Approves several answers in the texts that were read, all or none, at most 50 at once",
            approve_all,
        ),
        change("/api/v1/answers/{id}/preview", curates, "Tells what an edit would come to; changes nothing", look),
        change_or_tell(
            "/api/v1/answers/{id}/edit",
            curates,
            "Changes an answer; where its text is another one than was read, answers 409 with both texts and changes nothing",
            edit,
        ),
        change("/api/v1/answers/{id}/approve", curates, "Approves an answer in the text that was read", approve),
        change("/api/v1/answers/{id}/verify", curates, "Says that an answer is still true as it stands, and when to look again", verify),
        change("/api/v1/answers/{id}/retire", curates, "Ends an answer: from this day on it is not given any more", retire),
    ]);
    points
}

/// Who changes an answer, on the day, having seen this text of its file.
fn hand(desk: &Desk, seen: &str) -> Hand {
    Hand { by: desk.by.clone(), on: desk.date, seen: Some(seen.to_owned()).filter(|seen| !seen.is_empty()) }
}

/// Writes into the log that an answer was changed.
fn logged(desk: &Desk, id: &str, address: &str, what: &str) -> Result<(), Refusal> {
    Ok(accounts::record(desk, Act::BankChanged, id, address, what)?)
}

/// What is said of an answer; what is not named stays as it is, and a list that is named takes the place of the one that stands.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Said {
    /// The question as the bank asks it
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// Other wordings of the question, all of them
    #[serde(skip_serializing_if = "Option::is_none")]
    also_asked: Option<Vec<String>>,
    /// Wordings of the question to be added
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ask: Vec<String>,
    /// Wordings of the question to be taken away
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unask: Vec<String>,
    /// The short part: `yes`, `partly`, `planned`, `no`, `not-applicable` or `info`
    #[schema(value_type = Option<String>, example = "yes")]
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    /// The wording to give
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The wording for cramped cells
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<String>,
    /// A note that never leaves the bank
    #[serde(skip_serializing_if = "Option::is_none")]
    internal: Option<String>,
    /// Controls that make it true
    #[serde(skip_serializing_if = "Option::is_none")]
    controls: Option<Vec<String>>,
    /// Evidence besides that of the controls
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<String>>,
    /// Who keeps it true
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Who may be told: `public`, `nda` or `internal`
    #[schema(value_type = Option<String>, example = "nda")]
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Audience>,
    /// Products that it holds for
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<Vec<String>>,
    /// Regions that it holds for
    #[serde(skip_serializing_if = "Option::is_none")]
    regions: Option<Vec<String>>,
    /// Words to find it by
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    /// Words for particular lists
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    choices: Option<Vec<Word>>,
    /// Whether the verdict may not stand alone
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_text: Option<bool>,
    /// Last day on which it stands without being looked at again
    #[schema(value_type = Option<String>, example = "2027-11-21")]
    #[serde(skip_serializing_if = "Option::is_none")]
    review_by: Option<Date>,
    /// Whether that day is taken away
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_review_by: bool,
}

/// The word of one list.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Word {
    /// The list, in order
    list: Vec<String>,
    /// The word of it
    word: String,
}

impl Said {
    fn fields(&self) -> Fields {
        let said = self.clone();
        Fields {
            question: said.question,
            also_asked: said.also_asked,
            ask: said.ask,
            unask: said.unask,
            verdict: said.verdict,
            controls: said.controls,
            evidence: said.evidence,
            owner: said.owner,
            audience: said.audience,
            products: said.products,
            regions: said.regions,
            tags: said.tags,
            choices: said.choices.map(|words| words.into_iter().map(|one| Choice { list: one.list, word: one.word }).collect()),
            needs_text: said.needs_text,
            review_by: said.review_by,
            no_review_by: said.no_review_by,
            text: said.text.map(|text| text.replace("\r\n", "\n")),
            short: said.short,
            internal: said.internal,
        }
    }

    fn is_nothing(&self) -> bool {
        json!(self) == json!({})
    }
}

/// A new answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAnswer {
    /// Its name in the bank: letters, digits and dashes
    #[schema(example = "encryption-at-rest")]
    name: String,
    /// The folder under answers/
    #[serde(default)]
    topic: String,
    /// What is said of it: at least question, verdict and text
    #[schema(inline)]
    said: Said,
}

fn create(desk: &Desk, ask: &Ask<(), NewAnswer>) -> Result<Done, Refusal> {
    let sent = &ask.sent;
    let done = curate::new(&desk.bank, sent.name.trim(), sent.topic.trim(), &sent.said.fields(), &hand(desk, ""))?;
    logged(desk, &done.id, &ask.address, "written")?;
    Ok(done)
}

/// An edit of a text that was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// Which text was read, as the answer told it
    seen: String,
    /// What is to be another
    #[schema(inline)]
    said: Said,
}

fn edit(desk: &Desk, ask: &Ask<String, Edit>) -> Result<Reply, Refusal> {
    let (id, sent) = (&ask.path, &ask.sent);
    read_before(&sent.seen)?;
    if sent.said.is_nothing() {
        return Err(Refusal::wrong("said: nothing is to be another", "name what to change; nothing was changed"));
    }
    let before = known(desk, id)?;
    let edited = if before.is(&sent.seen) {
        curate::edit(&desk.bank, id, &sent.said.fields(), &hand(desk, &sent.seen))
    } else {
        return Ok(Ok(both(&before, sent)));
    };
    match edited {
        Ok(done) => {
            logged(desk, id, &ask.address, "edited")?;
            Ok(Ok(axum::Json(done).into_response()))
        }
        // Somebody may have been quicker in between.
        Err(failure) => match known(desk, id)? {
            now if !now.is(&sent.seen) => Ok(Ok(both(&now, sent))),
            _ => Err(failure.into()),
        },
    }
}

/// Both texts, where somebody changed it meanwhile.
fn both(now: &AnswerTold, sent: &Edit) -> Response {
    let (there, yours) = (json!(now), json!(sent.said));
    let differs: Vec<Value> = yours
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, yours)| there[name.as_str()] != **yours)
        .map(|(name, yours)| json!({ "field": name, "now": there[name.as_str()], "yours": yours }))
        .collect();
    let told = json!({
        "error": "somebody changed this answer after you read it",
        "hint": "nothing was changed; look at both texts, and send what is right with the new `seen`",
        "now": there,
        "yours": yours,
        "differs": differs,
    });
    (StatusCode::CONFLICT, axum::Json(told)).into_response()
}

/// A change names the text that was read.
fn read_before(seen: &str) -> Result<(), Refusal> {
    if seen.trim().is_empty() {
        return Err(Refusal::wrong("seen: it is not said which text was read", "take `seen` from the answer; nothing was changed"));
    }
    Ok(())
}

/// Which text was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// Which text was read, as the answer told it
    seen: String,
}

fn approve(desk: &Desk, ask: &Ask<String, Seen>) -> Result<Vec<Done>, Refusal> {
    read_before(&ask.sent.seen)?;
    known(desk, &ask.path)?;
    let done = curate::approve(&desk.bank, std::slice::from_ref(&ask.path), &hand(desk, &ask.sent.seen))?;
    logged(desk, &ask.path, &ask.address, "approved")?;
    Ok(done)
}

/// Answers that were read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllSeen {
    /// Each with the text that was read
    #[schema(inline)]
    answers: Vec<OneSeen>,
}

/// An answer that was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OneSeen {
    /// Its id
    answer: String,
    /// Which text was read, as the answer told it
    seen: String,
}

/// So many answers are approved together at most, so that each is read.
const TOGETHER: usize = 50;

fn approve_all(desk: &Desk, ask: &Ask<(), AllSeen>) -> Result<Vec<Done>, Refusal> {
    let answers = &ask.sent.answers;
    if answers.is_empty() || answers.len() > TOGETHER {
        return Err(Refusal::wrong(
            format!("between 1 and {TOGETHER} answers are approved at once"),
            "each has to be read; nothing was approved",
        ));
    }
    let seen = |one: &OneSeen| read_before(&one.seen).map(|()| Read { id: one.answer.clone(), seen: Some(one.seen.clone()) });
    let read: Vec<Read> = answers.iter().map(seen).collect::<Result<_, _>>()?;
    let done = curate::approve_read(&desk.bank, &read, &hand(desk, ""))?;
    for one in &done {
        logged(desk, &one.id, &ask.address, "approved")?;
    }
    Ok(done)
}

/// What an edit would come to.
#[derive(Serialize)]
struct WouldBe {
    changes: Vec<String>,
    /// The wording word by word against what stands.
    wording: Vec<Piece>,
    short: Vec<Piece>,
    changed: bool,
    /// Whether an approval that holds now would fall.
    falls: bool,
    /// Whether the text is another one than was read.
    newer: bool,
}

fn look(desk: &Desk, ask: &Ask<String, Edit>) -> Result<WouldBe, Refusal> {
    let preview = curate::preview(&desk.bank, &ask.path, &ask.sent.said.fields(), &hand(desk, &ask.sent.seen))?;
    let curate::Preview { changes, wording, short, changed, falls, newer, .. } = preview;
    Ok(WouldBe { changes, wording, short, changed, falls, newer })
}

/// Until when it is found to be true.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StillTrue {
    /// Which text was read, as the answer told it
    seen: String,
    /// The day of the next review, after today
    #[schema(value_type = String, example = "2027-11-21")]
    until: Date,
}

fn verify(desk: &Desk, ask: &Ask<String, StillTrue>) -> Result<Vec<Done>, Refusal> {
    read_before(&ask.sent.seen)?;
    known(desk, &ask.path)?;
    let done = curate::verify(&desk.bank, std::slice::from_ref(&ask.path), ask.sent.until, &hand(desk, &ask.sent.seen))?;
    logged(desk, &ask.path, &ask.address, "verified")?;
    Ok(done)
}

/// Why it ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct End {
    /// Which text was read, as the answer told it
    seen: String,
    /// Why it is no longer given, and what takes its place
    why: String,
}

fn retire(desk: &Desk, ask: &Ask<String, End>) -> Result<Done, Refusal> {
    read_before(&ask.sent.seen)?;
    known(desk, &ask.path)?;
    let why = ask.sent.why.split_whitespace().collect::<Vec<_>>().join(" ");
    let done = curate::retire(&desk.bank, &ask.path, &why, &hand(desk, &ask.sent.seen))?;
    logged(desk, &ask.path, &ask.address, "retired")?;
    Ok(done)
}

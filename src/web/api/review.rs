//! The review: questions with their proposals, decisions, who is to decide.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::LOOK;
use super::point::{Ask, Nothing, Point, change, read};
use crate::domain::journal::Place;
use crate::domain::review::OutcomeKind;
use crate::engine::accounts::Right;
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Asked, Recorded, Row, Rows, ShownQuestion, TOGETHER, Wanted, Which};
use crate::web::reply::Refusal;
use crate::web::route::Access::Needs;

/// So many questions are listed at once where nothing is said, and at most.
const LISTED: (usize, usize) = (200, 5_000);

pub fn points() -> Vec<Point> {
    let decides = Needs(Right::Decide);
    vec![
        read("/api/v1/questionnaires/{id}/questions", LOOK, "Lists the questions as they stand with today's bank", questions),
        read("/api/v1/questionnaires/{id}/questions/{place}", LOOK, "Shows one question with its proposal, reasons and alternatives", show),
        read(
            "/api/v1/questionnaires/{id}/acceptable",
            LOOK,
            "Lists what could be accepted together: sure enough, with nothing that speaks against it",
            acceptable,
        ),
        read("/api/v1/questionnaires/{id}/since", LOOK, "Tells which questions stand otherwise than at an entry of the journal", since),
        change(
            "/api/v1/questionnaires/{id}/decisions",
            decides,
            "Records decisions about questions, all or none, at most 50 at once",
            decide,
        ),
        change("/api/v1/questionnaires/{id}/assign", decides, "Says who is to decide about questions", assign),
    ]
}

/// Which questions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Listing {
    /// Only those that stand so: `filled`, `kept`, `review`, `rejected` or `gap`
    #[param(value_type = Option<String>)]
    stands: Option<OutcomeKind>,
    /// Only those about which two people decided differently
    contested: Option<bool>,
    /// Only those that this person is to decide about
    assigned: Option<String>,
    /// The place of the first to list, from 0
    offset: Option<usize>,
    /// How many to list, at most 5000
    limit: Option<usize>,
}

/// Questions, in parts.
#[derive(Serialize)]
struct Questions {
    total: usize,
    offset: usize,
    #[serde(flatten)]
    rows: Rows,
}

fn questions(desk: &Desk, ask: &Ask<String, Listing>) -> Result<Questions, Refusal> {
    let sent = &ask.sent;
    let which = Which { stands: sent.stands, contested: sent.contested.unwrap_or(false), assigned: sent.assigned.clone() };
    let mut rows = review::questions(desk, &ask.path, &which)?;
    let (total, offset) = (rows.rows.len(), sent.offset.unwrap_or(0));
    rows.rows = rows.rows.into_iter().skip(offset).take(sent.limit.unwrap_or(LISTED.0).min(LISTED.1)).collect();
    Ok(Questions { total, offset, rows })
}

fn show(desk: &Desk, ask: &Ask<(String, String), Nothing>) -> Result<ShownQuestion, Refusal> {
    let (id, place) = &ask.path;
    Ok(review::show(desk, id, place)?)
}

/// How sure.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Least {
    /// The least confidence, from 0 to 1; 0.8 where nothing is said
    least: Option<f32>,
}

fn acceptable(desk: &Desk, ask: &Ask<String, Least>) -> Result<Rows, Refusal> {
    let least = ask.sent.least.unwrap_or(0.8);
    if !(0.0..=1.0).contains(&least) {
        return Err(Refusal::wrong("least: this is no share", "a share from 0 to 1, such as 0.8"));
    }
    Ok(review::acceptable(desk, &ask.path, least)?)
}

/// After which entry.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct After {
    /// How far the journal went, as an answer told it (`seen`)
    after: i64,
}

/// What changed meanwhile.
#[derive(Serialize)]
struct Meanwhile {
    seen: i64,
    /// Whether other questions are asked than then: the whole list has to be read again.
    other_questions: bool,
    rows: Vec<ChangedRow>,
}

/// A question that stands otherwise.
#[derive(Serialize)]
struct ChangedRow {
    #[serde(flatten)]
    row: Row,
    /// Who did what, in words.
    told: Option<String>,
}

fn since(desk: &Desk, ask: &Ask<String, After>) -> Result<Meanwhile, Refusal> {
    let since = review::since(desk, &ask.path, ask.sent.after, None)?;
    let rows = since.rows.into_iter().map(|(row, told)| ChangedRow { row, told });
    Ok(Meanwhile { seen: since.now.latest, other_questions: since.other_questions, rows: rows.collect() })
}

/// What is decided about a question.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Give the proposed answer
    Accept,
    /// Give the answer that is named
    Choose,
    /// Say it in other words, once the bank has them
    Edit,
    /// Give nothing, with a reason
    Reject,
    /// As if nothing had been decided
    Undo,
}

/// One decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names that programs send")]
struct Decision {
    /// The question: `Sheet!B13`, `B13` where one sheet alone has it, or its id in the form
    #[schema(example = "Controls!B13")]
    question: String,
    /// `accept`, `choose`, `edit`, `reject` or `undo`
    #[schema(inline)]
    decision: Kind,
    /// With `choose`: the answer's id
    #[serde(default)]
    answer: Option<String>,
    /// With `edit`: the words
    #[serde(default)]
    text: Option<String>,
    /// Why; needed to reject, and where something does not apply
    #[serde(default)]
    reason: Option<String>,
    /// How far the journal went when the question was looked at, as the answer told it (`seen`); a decision over somebody else's needs it
    #[serde(default)]
    seen: Option<i64>,
}

/// Decisions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decisions {
    /// Each about one question
    decisions: Vec<Decision>,
}

impl Decision {
    fn asked(&self) -> Result<Asked, Refusal> {
        let only = |name: &str, value: Option<&String>, wanted: bool| match (value, wanted) {
            (Some(_), false) => Err(Refusal::wrong(
                format!("{}: {name} does not go with this decision", self.question),
                "answer goes with choose, text goes with edit; nothing was recorded",
            )),
            (None, true) => Err(Refusal::wrong(format!("{}: {name} is missing", self.question), "nothing was recorded")),
            (value, _) => Ok(value.cloned().unwrap_or_default()),
        };
        let answer = only("answer", self.answer.as_ref(), matches!(self.decision, Kind::Choose))?;
        let text = only("text", self.text.as_ref(), matches!(self.decision, Kind::Edit))?;
        let wanted = match self.decision {
            Kind::Accept => Wanted::Accept,
            Kind::Choose => Wanted::Choose(answer),
            Kind::Edit => Wanted::Edit(text),
            Kind::Reject => Wanted::Reject,
            Kind::Undo => Wanted::Undo,
        };
        Ok(Asked { place: self.question.clone(), wanted, reason: self.reason.clone().unwrap_or_default(), seen: self.seen })
    }
}

fn decide(desk: &Desk, ask: &Ask<String, Decisions>) -> Result<Vec<Recorded>, Refusal> {
    let decisions = &ask.sent.decisions;
    if decisions.is_empty() || decisions.len() > TOGETHER {
        return Err(Refusal::wrong(
            format!("{} decisions: between 1 and {TOGETHER} are taken at once", decisions.len()),
            "each has to have been looked at; nothing was recorded",
        ));
    }
    let asked: Vec<Asked> = decisions.iter().map(Decision::asked).collect::<Result<_, _>>()?;
    Ok(review::decide(desk, &ask.path, &asked)?)
}

/// Who is to decide about what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assigned {
    /// The questions, as decisions name them
    questions: Vec<String>,
    /// Who; an empty name takes it back
    #[schema(example = "mira.holm")]
    to: String,
}

fn assign(desk: &Desk, ask: &Ask<String, Assigned>) -> Result<Vec<Place>, Refusal> {
    Ok(review::assign(desk, &ask.path, &ask.sent.questions, &ask.sent.to)?)
}

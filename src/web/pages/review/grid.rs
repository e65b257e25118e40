//! `/questionnaires/{id}/review`: every question in one go, in groups, filtered and sorted by the address; and the rows that changed since.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::{Html, IntoResponse};
use serde::Deserialize;

use crate::domain::propose::Band;
use crate::domain::review::OutcomeKind;
use crate::engine::accounts::Right;
use crate::engine::questionnaire::Desk;
use crate::engine::review::{self, Row, Rows, Since, Which};
use crate::engine::{Failure, accounts};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::filters;

/// Which rows are wanted, as the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    stand: String,
    sheet: String,
    band: String,
    words: String,
    sort: String,
}

impl Wanted {
    fn takes(&self, row: &Row, me: &str) -> bool {
        let stand = match self.stand.as_str() {
            "" => true,
            "contested" => !row.against.is_empty(),
            "mine" => row.assigned.as_ref().is_some_and(|to| to.eq_ignore_ascii_case(me)),
            stand => stand == row.stands.name(),
        };
        let line = &row.line;
        let holds = |text: &str| text.to_lowercase().contains(&self.words.to_lowercase());
        stand
            && (self.sheet.is_empty() || self.sheet == line.place.sheet)
            && (self.band.is_empty() || self.band == line.band.to_string())
            && (self.words.is_empty() || holds(&line.question) || holds(&line.place.to_string()) || line.id.as_deref().is_some_and(holds))
    }
}

/// One row as it is drawn.
pub struct Drawn<'r> {
    row: &'r Row,
    /// The questionnaire.
    questionnaire: &'r str,
    /// Whether the filters leave it out.
    hidden: bool,
    /// What somebody just did to it.
    told: &'r str,
}

impl Drawn<'_> {
    /// The state's colour and word.
    fn stand(&self) -> (&'static str, &'static str) {
        if self.row.against.is_empty() { stand_in_words(self.row.stands) } else { ("gap", "contested") }
    }

    fn percent(&self) -> String {
        if self.row.line.confidence > 0.0 { format!("{:.0} %", self.row.line.confidence * 100.0) } else { String::new() }
    }
}

/// How a question stands: the colour's name and the word.
pub const fn stand_in_words(stands: OutcomeKind) -> (&'static str, &'static str) {
    match stands {
        OutcomeKind::Filled => ("filled", "filled"),
        OutcomeKind::Review => ("review", "to review"),
        OutcomeKind::Gap => ("gap", "gap"),
        OutcomeKind::Kept => ("kept", "kept"),
        OutcomeKind::Rejected => ("rejected", "rejected"),
    }
}

/// Rows under one heading.
struct Group<'r> {
    sheet: &'r str,
    section: Option<&'r str>,
    rows: Vec<Drawn<'r>>,
}

/// A filter with how many rows it takes: its name in the address, its word, the count.
type Counted = (&'static str, &'static str, usize);

#[derive(Template)]
#[template(path = "review/grid.html")]
struct Grid<'a> {
    frame: &'a Frame,
    rows: &'a Rows,
    groups: Vec<Group<'a>>,
    stands: Vec<Counted>,
    bands: Vec<Counted>,
    sheets: Vec<&'a str>,
    people: &'a [String],
    wanted: &'a Wanted,
    may_decide: bool,
    may_release: bool,
    most: usize,
}

/// `GET /questionnaires/{id}/review`
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    uri: Uri,
) -> Reply {
    if headers.contains_key("hx-boosted") {
        // The page's script comes with a whole page only.
        let to = HeaderValue::from_str(&uri.to_string()).map_err(|_| Refusal::bug())?;
        return Ok(([(HeaderName::from_static("hx-redirect"), to)], Html("")).into_response());
    }
    let cards = app.clone();
    let (rows, people) = app
        .desk(frame.name(), move |desk| {
            let rows = review::questions(desk, &id, &Which::default())?;
            let people = people(desk, &rows.rows)?;
            cards.remember(review::stands_now(desk, &id)?);
            Ok((rows, people))
        })
        .await?;
    let by_confidence = wanted.sort == "confidence";
    let mut listed: Vec<&Row> = rows.rows.iter().collect();
    if by_confidence {
        listed.sort_by(|a, b| b.line.confidence.total_cmp(&a.line.confidence));
    }
    let mut groups: Vec<Group> = Vec::new();
    for row in listed {
        let (sheet, section) = (row.line.place.sheet.as_str(), row.line.section.as_deref());
        if groups.last().is_none_or(|last| !by_confidence && (last.sheet, last.section) != (sheet, section)) {
            groups.push(Group { sheet, section, rows: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.rows.push(Drawn { row, questionnaire: &rows.id, hidden: !wanted.takes(row, frame.name()), told: "" });
        }
    }
    let mut sheets: Vec<&str> = rows.rows.iter().map(|row| row.line.place.sheet.as_str()).collect();
    sheets.dedup();
    page(&Grid {
        frame: &frame,
        stands: stands(&rows.rows, frame.name()),
        bands: bands(&rows.rows),
        groups,
        sheets,
        people: &people,
        wanted: &wanted,
        may_decide: frame.may(Right::Decide),
        may_release: frame.may(Right::Release),
        most: review::TOGETHER,
        rows: &rows,
    })
}

/// How many rows stand how.
fn stands(rows: &[Row], me: &str) -> Vec<Counted> {
    let of = |stand: &'static str, word: &'static str| {
        let only = Wanted { stand: stand.to_owned(), ..Wanted::default() };
        (stand, word, rows.iter().filter(|row| only.takes(row, me)).count())
    };
    let words = [("", "All"), ("review", "To review"), ("gap", "Gaps"), ("filled", "Filled"), ("kept", "Kept"), ("rejected", "Rejected")];
    words.into_iter().chain([("contested", "Contested"), ("mine", "Mine")]).map(|(stand, word)| of(stand, word)).collect()
}

/// How many rows are how sure.
fn bands(rows: &[Row]) -> Vec<Counted> {
    let count = |band: Band| rows.iter().filter(|row| row.line.band == band).count();
    vec![("ready", "Sure", count(Band::Ready)), ("review", "Less sure", count(Band::Review)), ("gap", "Nothing offered", count(Band::Gap))]
}

/// Who can be asked to decide: who has an account, and who was asked already.
pub fn people(desk: &Desk, rows: &[Row]) -> Result<Vec<String>, Failure> {
    let mut people: BTreeSet<String> = rows.iter().filter_map(|row| row.assigned.clone()).collect();
    people.extend(accounts::accounts(desk)?.into_iter().filter(|line| line.accepted && !line.disabled).map(|line| line.name));
    Ok(people.into_iter().collect())
}

/// How far the reader's list goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Known {
    since: i64,
}

#[derive(Template)]
#[template(path = "review/rows.html")]
struct RowsPart<'a> {
    since: &'a Since,
    rows: Vec<Drawn<'a>>,
}

/// `GET /questionnaires/{id}/review/rows`
pub async fn rows_since(State(app): State<App>, frame: Frame, Path(id): Path<String>, Query(known): Query<Known>) -> Reply {
    let (asked, cards) = (id.clone(), app.clone());
    let since = app.desk(frame.name(), move |desk| cards.since(desk, &asked, known.since)).await?;
    rows_part(&id, &since)
}

/// The rows that changed, to be put in the place of what the reader has.
pub fn rows_part(id: &str, since: &Since) -> Reply {
    let drawn =
        since.rows.iter().map(|(row, told)| Drawn { row, questionnaire: id, hidden: false, told: told.as_deref().unwrap_or_default() });
    page(&RowsPart { rows: drawn.collect(), since })
}

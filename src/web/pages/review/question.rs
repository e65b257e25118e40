//! `/questionnaires/{id}/questions/{place}`: one question, as a part of the review or as a page of its own.

use askama::Template;
use axum::extract::{Path, State};

use super::looked::{Looked, Past, look};
use crate::domain::around::{Cell, Part};
use crate::domain::question::Form;
use crate::domain::review::OutcomeKind;
use crate::engine::accounts::Right;
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::filters;

/// Why something was not recorded, above the question as it stands now.
pub struct Trouble {
    /// What is wrong, and what to do.
    pub refusal: Refusal,
    /// Whether somebody decided meanwhile.
    pub meanwhile: bool,
    /// The words and the reason that were typed, which must not be lost.
    pub text: String,
    /// See `text`.
    pub reason: String,
}

#[derive(Template)]
#[template(path = "review/detail.html")]
struct Detail<'a> {
    id: &'a str,
    looked: &'a Looked,
    trouble: Option<&'a Trouble>,
    may_decide: bool,
}

#[derive(Template)]
#[template(path = "review/question.html")]
struct Page<'a> {
    frame: &'a Frame,
    id: &'a str,
    looked: &'a Looked,
    detail: String,
}

/// `GET /questionnaires/{id}/questions/{place}`
pub async fn show(State(app): State<App>, frame: Frame, Path((id, place)): Path<(String, String)>) -> Reply {
    let asked = id.clone();
    let looked = app.desk(frame.name(), move |desk| look(desk, &asked, &place)).await?;
    drawn(&frame, &id, &looked, None)
}

/// A question that was looked at, as a part or as a page.
pub fn drawn(frame: &Frame, id: &str, looked: &Looked, trouble: Option<&Trouble>) -> Reply {
    let detail = Detail { id, looked, trouble, may_decide: frame.may(Right::Decide) };
    if frame.part {
        return page(&detail);
    }
    page(&Page { frame, id, looked, detail: detail.render().map_err(|_| Refusal::bug())? })
}

impl Detail<'_> {
    fn stand(&self) -> (&'static str, &'static str) {
        let row = &self.looked.shown.row;
        if row.against.is_empty() { super::grid::stand_in_words(row.stands) } else { ("gap", "contested") }
    }

    /// The last decision.
    fn last(&self) -> Option<&Past> {
        self.looked.past.iter().find(|past| past.decision)
    }

    /// Why it stands so, as far as the proposed answer's own reasons do not say it.
    fn why(&self) -> Vec<&String> {
        let found = self.looked.main.as_ref().and_then(|main| main.found.as_ref());
        self.looked.shown.why.iter().filter(|why| found.is_none_or(|found| !found.reasons.contains(why))).collect()
    }

    /// The words that are written into a list or as a mark, and the text.
    fn gives(&self) -> (Option<&str>, Option<&str>) {
        self.looked.shown.gives.as_ref().map_or((None, None), |gives| (gives.word.as_deref(), gives.text.as_deref()))
    }

    /// What a cell of the picture is to the question.
    fn part(cell: &Cell) -> &'static str {
        match cell.part {
            Some(Part::Question) => "is-question",
            Some(Part::Answer) => "is-answer",
            Some(Part::Comment) => "is-comment",
            None => "",
        }
    }

    /// What stands in the field for own words: what was typed, or the proposed wording to begin with.
    fn typed_text(&self) -> &str {
        let typed = self.trouble.map_or("", |trouble| trouble.text.as_str());
        let proposed = self.looked.main.as_ref().map_or("", |main| main.entry.wording.as_str());
        if typed.is_empty() { proposed } else { typed }
    }

    /// Whether something can be decided here at all.
    fn decidable(&self) -> bool {
        self.may_decide && self.looked.shown.row.line.outcome != OutcomeKind::Kept
    }

    /// Whether what is proposed can be accepted as it stands.
    fn acceptable(&self) -> bool {
        let row = &self.looked.shown.row;
        let barred = self.looked.main.as_ref().and_then(|main| main.found.as_ref()).is_some_and(|found| !found.bars.is_empty());
        self.looked.main.is_some() && !barred && matches!(row.line.outcome, OutcomeKind::Filled | OutcomeKind::Review)
    }

    fn form(&self) -> &'static str {
        match self.looked.shown.form {
            Form::Choice => "a word of this list",
            Form::Text => "free text",
            Form::Mark => "a mark",
            Form::None => "nothing: no cell may be written",
        }
    }
}

//! `/work-items/{id}`: what is missing, who waits for it, what to do and where, what people did so far; and two items beside each other.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::{colour, spelled};
use crate::domain::backlog::{Item, WaitingFor};
use crate::domain::journal::{ItemState, Moved};
use crate::domain::propose::GapKind;
use crate::domain::work_item::{Purpose, Work, WorkItem};
use crate::engine::Failure;
use crate::engine::accounts::Right;
use crate::engine::backlog::{self, Did, Moving, Which};
use crate::engine::questionnaire::{Anew, Desk};
use crate::engine::review::{self, Listed, Moved as Refilled};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, page};
use crate::web::words::{filters, in_address};

/// An item with all that its page tells.
pub struct Told {
    item: Item,
    history: Vec<Did>,
    questionnaires: BTreeMap<String, Listed>,
    owners: Vec<String>,
    others: Vec<(String, String)>,
    /// How many questionnaires stand as they were before the bank or a decision changed.
    stale: usize,
}

impl Told {
    /// Reads all of it.
    pub fn of(desk: &Desk, named: &str, anew: Anew) -> Result<Self, Failure> {
        let (all, stale) = backlog::list_soon(desk, &Which { all: true, ..Which::default() }, anew)?;
        let open = || all.iter().filter(|item| Which::default().holds(item)).map(|other| &other.item);
        let mut owners: Vec<String> = open().map(|other| other.owner.clone()).collect();
        owners.sort();
        owners.dedup();
        let mut others: Vec<(String, String)> = open().map(|other| (other.id.clone(), other.title.clone())).collect();
        let item = backlog::find(all, named)?;
        others.retain(|(id, _)| *id != item.item.id);
        Ok(Self {
            history: backlog::history(desk, &item)?,
            questionnaires: review::list(desk, true)?.into_iter().map(|one| (one.id.clone(), one)).collect(),
            others,
            owners,
            item,
            stale,
        })
    }

    /// What of it is shown, after something was done with it.
    pub fn shown<'a>(&'a self, frame: &'a Frame, after: After<'a>) -> Part<'a> {
        Part {
            frame,
            item: &self.item,
            told: self,
            stale: self.stale,
            asks: self.asks(),
            places: places(&self.item),
            to_do: to_do(&self.item.item),
            works: Work::ALL.iter().map(|(work, name)| (*name, *work == self.item.item.work)).collect(),
            purposes: Purpose::ALL.iter().map(|(purpose, name)| (*name, *purpose == self.item.item.purpose)).collect(),
            closed: matches!(self.item.state, ItemState::Done | ItemState::WontDo),
            mine: self.item.item.owner.eq_ignore_ascii_case(frame.name()),
            may: frame.may(Right::Follow),
            after,
        }
    }

    /// The questionnaires that wait, each with its questions.
    fn asks(&self) -> Vec<Asks<'_>> {
        let mut asks: Vec<Asks> = Vec::new();
        for waits in &self.item.waits {
            match asks.iter_mut().find(|asks| asks.id == waits.questionnaire) {
                Some(asks) => asks.questions.push(waits),
                None => asks.push(Asks {
                    id: &waits.questionnaire,
                    customer: &waits.customer,
                    deal: &waits.deal,
                    listed: self.questionnaires.get(&waits.questionnaire),
                    questions: vec![waits],
                }),
            }
        }
        asks
    }

    /// Whether somebody waits for it.
    pub fn waits(&self) -> bool {
        !self.item.waits.is_empty()
    }

    /// What was proposed anew, by questionnaire: what waited for this item first.
    pub fn refilled<'a>(&'a self, moving: &'a Moving) -> Vec<Refills<'a>> {
        let mut refills: Vec<Refills> = Vec::new();
        for moved in &moving.refilled {
            let here = moved.waited_for.as_ref().is_some_and(|id| *id == self.item.item.id || self.item.same.contains(id));
            match refills.iter_mut().find(|refills| refills.here == here && refills.id == moved.questionnaire) {
                Some(refills) => refills.questions.push(moved),
                None => refills.push(Refills {
                    here,
                    id: &moved.questionnaire,
                    listed: self.questionnaires.get(&moved.questionnaire),
                    questions: vec![moved],
                }),
            }
        }
        refills.sort_by_key(|refills| !refills.here);
        refills
    }
}

/// A questionnaire that waits, with its questions.
struct Asks<'a> {
    id: &'a str,
    customer: &'a str,
    deal: &'a str,
    listed: Option<&'a Listed>,
    questions: Vec<&'a WaitingFor>,
}

/// A questionnaire whose questions stand otherwise now.
pub struct Refills<'a> {
    /// Whether they waited for the item that was closed.
    here: bool,
    id: &'a str,
    listed: Option<&'a Listed>,
    questions: Vec<&'a Refilled>,
}

/// How a question stands, in words.
fn outcome(name: &str) -> &'static str {
    match name {
        "filled" => "answered",
        "kept" => "kept as it was",
        "review" => "to review",
        "rejected" => "rejected",
        _ => "gap",
    }
}

/// What was done just before, if anything.
#[derive(Default)]
pub enum After<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// This, in words.
    Did(String),
    /// It was closed; this stands otherwise now.
    Closed(Vec<Refills<'a>>),
    /// It was to be closed, and the gap is still there.
    StillThere,
}

/// The item's part of its page.
#[derive(Template)]
#[template(path = "work/item_part.html")]
pub struct Part<'a> {
    frame: &'a Frame,
    item: &'a Item,
    told: &'a Told,
    stale: usize,
    asks: Vec<Asks<'a>>,
    places: Vec<(String, String)>,
    to_do: String,
    works: Vec<(&'static str, bool)>,
    purposes: Vec<(&'static str, bool)>,
    closed: bool,
    mine: bool,
    may: bool,
    after: After<'a>,
}

#[derive(Template)]
#[template(path = "work/item.html")]
struct ItemPage<'a> {
    frame: &'a Frame,
    item: &'a Item,
    part: Part<'a>,
}

/// `GET /work-items/{id}`
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let told = app.desk(frame.name(), move |desk| Told::of(desk, &id, Anew::Few)).await?;
    if told.stale > 0 {
        app.bring_up(frame.name());
    }
    page(&ItemPage { frame: &frame, item: &told.item, part: told.shown(&frame, After::Nothing) })
}

/// The item with which another one is to be merged.
#[derive(Debug, Deserialize)]
pub struct With {
    with: String,
}

#[derive(Template)]
#[template(path = "work/two.html")]
struct Two<'a> {
    frame: &'a Frame,
    both: [&'a Item; 2],
}

/// `GET /work-items/{id}/merge`: the two beside each other, before somebody says that they are one.
pub async fn two(State(app): State<App>, frame: Frame, Path(id): Path<String>, Query(with): Query<With>) -> Reply {
    let both = move |desk: &Desk| Ok((backlog::show(desk, &id)?, backlog::show(desk, with.with.trim())?));
    let (one, other) = app.desk(frame.name(), both).await?;
    if one.item.id == other.item.id {
        return Err(Refusal::wrong(format!("{}: this is the same item", one.item.id), "name another one; nothing was changed"));
    }
    page(&Two { frame: &frame, both: [&one, &other] })
}

/// Where the reader looks at a question that waits.
fn at_question(waits: &WaitingFor) -> String {
    question_address(&waits.questionnaire, &waits.place.to_string())
}

/// Where a question stands in the review.
pub fn question_address(questionnaire: &str, place: &str) -> String {
    format!("/questionnaires/{}/review#{}", in_address(questionnaire), in_address(place))
}

/// What must be done, as somebody does it on these pages: a sentence.
fn to_do(item: &WorkItem) -> String {
    let text = steps_of(item);
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect::<String>() + "."
}

fn steps_of(item: &WorkItem) -> String {
    let id = item.answer.as_deref().unwrap_or("the answer");
    match item.kind {
        GapKind::Audience => {
            format!(
                "decide whether {id} may be told to this audience; or agree on confidentiality with the customer, and correct the questionnaire’s reader"
            )
        }
        GapKind::Scope => "correct the product and region of the questionnaire, or write an answer for what was asked about".to_owned(),
        GapKind::ListCannotSay => format!("say in {id} which of the list’s words it means: {}", after_choices(&item.to_do)),
        // What follows is how the terminal does it.
        _ => item.to_do.split(": answerbank ").next().unwrap_or(&item.to_do).to_owned(),
    }
}

/// The words of a list, out of what the terminal is told to write.
fn after_choices(to_do: &str) -> String {
    let list = to_do.split_once("list = [").and_then(|(_, rest)| rest.split_once("], word"));
    list.map_or_else(String::new, |(words, _)| words.replace('"', "“").replace("“,", "”,"))
}

/// The pages on which it is done, with what is done there.
fn places(item: &Item) -> Vec<(String, String)> {
    let answer = item.item.answer.as_deref();
    let about = item.item.about.as_deref();
    let entry = |id: &str, what: &str| (format!("/bank/{}", in_address(id)), format!("{what} {id}"));
    let new = || {
        let question = item.waits.first().map_or("", |waits| waits.question.as_str());
        (format!("/bank/new?question={}", in_address(question)), "Write the answer".to_owned())
    };
    let form = || item.waits.first().map(|waits| (at_question(waits), "See the question in its form".to_owned()));
    let sale =
        || item.waits.first().map(|waits| (format!("/questionnaires/{}", waits.questionnaire), "Correct the questionnaire".to_owned()));
    let look = answer.map(|id| entry(id, "Look at"));
    let edit = answer.map(|id| entry(id, "Edit"));
    let other = about.map(|id| entry(id, "Look at"));
    let places = match item.item.kind {
        GapKind::NoAnswer => vec![Some(new()), form()],
        GapKind::CloseCall | GapKind::Disagree => vec![look, other],
        GapKind::Reworded => vec![Some(("/lessons".to_owned(), "Take up the reviewer’s words".to_owned())), form()],
        GapKind::Retired => vec![Some(new()), look],
        GapKind::Control => vec![about.map(|id| (format!("/controls/{}", in_address(id)), format!("See control {id}"))), edit],
        GapKind::Evidence => vec![about.map(|id| (format!("/evidence/{}", in_address(id)), format!("Renew {id}"))), edit],
        GapKind::NotApproved | GapKind::OutOfDate => vec![answer.map(|id| entry(id, "Check and approve"))],
        GapKind::ListCannotSay => vec![edit],
        GapKind::Audience | GapKind::Scope => vec![look, sale()],
        GapKind::NoRoomForText | GapKind::CellCannotHold | GapKind::NoPlace => vec![form(), look],
    };
    places.into_iter().flatten().collect()
}

/// What somebody did, in words.
fn in_words(moved: &Moved) -> String {
    let mut out = Vec::new();
    if let Some(state) = moved.state {
        out.push(match state {
            ItemState::Open => "opened it again".to_owned(),
            ItemState::InProgress => "began".to_owned(),
            ItemState::Done if moved.reason.is_empty() => "said that it is done: the gap is gone".to_owned(),
            ItemState::Done => format!("said that it is done by hand: {}", moved.reason),
            ItemState::WontDo => format!("said that it will not be done: {}", moved.reason),
        });
    }
    if let Some(owner) = &moved.owner {
        out.push(if owner.is_empty() { "took it from its owner".to_owned() } else { format!("gave it to {owner}") });
    }
    let mut tags = String::new();
    if let Some(work) = moved.work {
        let _ = write!(tags, "{} ", spelled(work.name()));
    }
    if let Some(purpose) = moved.purpose {
        let _ = write!(tags, "for {}", purpose.name());
    }
    if !tags.is_empty() {
        out.push(format!("filed it as {}", tags.trim()));
    }
    match moved.same_as.as_deref() {
        Some("") => out.push(format!("took {} apart from it", moved.item)),
        Some(other) => out.push(format!("said that {} is the same as {other}", moved.item)),
        None => {}
    }
    out.join("; ")
}

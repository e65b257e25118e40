//! Work items over all questionnaires: what there is to do, and what became of it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::point::{Ask, Nothing, Paged, Point, change, file, paged, read};
use super::{LOOK, given, one_of};
use crate::domain::backlog::Item;
use crate::domain::journal::ItemState;
use crate::domain::work_item::{Purpose, Work};
use crate::engine::accounts::Right;
use crate::engine::backlog::{self, Did, For, Moving, Step, Which};
use crate::engine::questionnaire::Desk;
use crate::web::reply::Refusal;
use crate::web::route::Access::Needs;

pub fn points() -> Vec<Point> {
    let follows = Needs(Right::Follow);
    vec![
        read("/api/v1/work-items", LOOK, "Lists the work items, those with most at stake first", list),
        file("/api/v1/work-items/export/{to}", LOOK, "Gives the work items as a file that another tool takes in", export),
        read("/api/v1/work-items/{id}", LOOK, "Shows one work item with the questions that wait for it", show),
        change("/api/v1/work-items/{id}/owner", follows, "Gives a work item to somebody", owner),
        change("/api/v1/work-items/{id}/state", follows, "Begins, ends or reopens a work item; ending it tells what that refilled", state),
        change("/api/v1/work-items/{id}/tags", follows, "Files a work item as another kind of work, or for another purpose", tags),
        change("/api/v1/work-items/{id}/merge", follows, "Says that a work item is the same as another one, which stands for both", merge),
        change("/api/v1/work-items/{id}/apart", follows, "Takes a work item that was merged out again; name the merged one", apart),
    ]
}

/// Which work items.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Only in this state: `open`, `in-progress`, `done` or `wont-do`; `all` for every one. Nothing said: what is still to do
    state: Option<String>,
    /// Only this person's
    owner: Option<String>,
    /// Only this kind of work: as an item's `work` says it
    work: Option<String>,
    /// Only for this: as an item's `purpose` says it
    purpose: Option<String>,
    /// Only this kind of gap: as an item's `kind` says it
    kind: Option<String>,
    /// Only those that bear all of these words, in themselves or in a question or customer that waits
    words: Option<String>,
    /// The place of the first to list, from 0
    offset: Option<usize>,
    /// How many to list, at most 1000
    limit: Option<usize>,
}

impl Wanted {
    fn which(&self) -> Result<Which, Refusal> {
        let state = match self.state.as_deref() {
            None | Some("" | "all") => None,
            Some(named) => Some(one_of(&ItemState::ALL, named, "state")?),
        };
        Ok(Which {
            state,
            owner: given(self.owner.as_ref()),
            work: given(self.work.as_ref()).map(|named| one_of(&Work::ALL, &named, "kind of work")).transpose()?,
            purpose: given(self.purpose.as_ref()).map(|named| one_of(&Purpose::ALL, &named, "purpose")).transpose()?,
            kind: given(self.kind.as_ref()),
            // For what is closed nobody waits any more.
            all: matches!(self.state.as_deref(), Some("all" | "done" | "wont-do")),
            words: self.words.clone().unwrap_or_default(),
        })
    }
}

fn list(desk: &Desk, ask: &Ask<(), Wanted>) -> Result<Paged<Item>, Refusal> {
    Ok(paged(backlog::list(desk, &ask.sent.which()?)?, ask.sent.offset, ask.sent.limit))
}

/// What other tools take, with the file's ending.
const EXPORTS: [(For, &str); 5] =
    [(For::Json, "json"), (For::Csv, "csv"), (For::Jira, "jira"), (For::Gitlab, "gitlab"), (For::Github, "github")];

fn export(desk: &Desk, ask: &Ask<String, Wanted>) -> Result<(String, Vec<u8>), Refusal> {
    let Some((format, name)) = EXPORTS.iter().find(|(_, name)| *name == ask.path) else { return Err(Refusal::not_there("format")) };
    let bytes = backlog::export(&backlog::list(desk, &ask.sent.which()?)?, *format)?;
    let name = match format {
        For::Json | For::Csv => format!("work-items.{name}"),
        _ => format!("work-items-{name}.csv"),
    };
    Ok((name, bytes))
}

/// A work item with what people did with it.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    item: Item,
    history: Vec<Did>,
}

fn show(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Shown, Refusal> {
    let item = backlog::show(desk, &ask.path)?;
    Ok(Shown { history: backlog::history(desk, &item)?, item })
}

/// Who shall do it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Owner {
    /// The name
    #[schema(example = "platform-security")]
    owner: String,
}

fn owner(desk: &Desk, ask: &Ask<String, Owner>) -> Result<Moving, Refusal> {
    if ask.sent.owner.trim().is_empty() {
        return Err(Refusal::wrong("the name is empty", "say who shall do it; nothing was changed"));
    }
    Ok(backlog::step(desk, &ask.path, Step::Owner(ask.sent.owner.clone()))?)
}

/// Another state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewState {
    /// `in-progress`, `open`, `done` or `wont-do`
    #[schema(example = "done")]
    state: String,
    /// Why it will not be done; or with `done`, how it was answered by hand: without it, the bank must have the answer now
    #[serde(default)]
    reason: String,
}

fn state(desk: &Desk, ask: &Ask<String, NewState>) -> Result<Moving, Refusal> {
    let reason = ask.sent.reason.clone();
    let step = match one_of(&ItemState::ALL, &ask.sent.state, "state")? {
        ItemState::InProgress => Step::Start,
        ItemState::Open => Step::Reopen,
        ItemState::Done => Step::Done { reason },
        ItemState::WontDo => Step::WontDo { reason },
    };
    Ok(backlog::step(desk, &ask.path, step)?)
}

/// What kind of work it is, and what for; what is not named stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tags {
    /// The kind of work
    #[serde(default)]
    work: Option<String>,
    /// The purpose
    #[serde(default)]
    purpose: Option<String>,
}

fn tags(desk: &Desk, ask: &Ask<String, Tags>) -> Result<Moving, Refusal> {
    let work = ask.sent.work.as_ref().map(|named| one_of(&Work::ALL, named, "kind of work")).transpose()?;
    let purpose = ask.sent.purpose.as_ref().map(|named| one_of(&Purpose::ALL, named, "purpose")).transpose()?;
    if work.is_none() && purpose.is_none() {
        return Err(Refusal::wrong("neither a kind of work nor a purpose is named", "name work or purpose; nothing was changed"));
    }
    Ok(backlog::step(desk, &ask.path, Step::Tag(work, purpose))?)
}

/// Another work item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Other {
    /// Its id
    #[schema(example = "wi-0123456789")]
    other: String,
}

fn merge(desk: &Desk, ask: &Ask<String, Other>) -> Result<Moving, Refusal> {
    if ask.sent.other == "none" {
        return Err(Refusal::wrong("other: this is no id", "to take one apart, send a POST to its /apart; nothing was changed"));
    }
    Ok(backlog::step(desk, &ask.path, Step::Same(ask.sent.other.clone()))?)
}

fn apart(desk: &Desk, ask: &Ask<String, Nothing>) -> Result<Moving, Refusal> {
    Ok(backlog::step(desk, &ask.path, Step::Same("none".to_owned()))?)
}

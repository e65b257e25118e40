//! `/work-items`: what somebody has to do, over all questionnaires, those with most at stake first; and the same as files for other tools.

mod item;
mod steps;

use std::collections::BTreeSet;
use std::fmt::Write;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use crate::domain::backlog::Item;
use crate::domain::journal::ItemState;
use crate::domain::work_item::{Purpose, Work};
use crate::engine::backlog::{self, For, Which, export, kinds};
use crate::engine::questionnaire::{Anew, Desk};
use crate::web::app::App;
use crate::web::reply::{Frame, Refusal, Reply, download, page};
use crate::web::words::{filters, in_address};

pub use item::{show, two};
pub use steps::{apart, give, merge, move_to, tag};

/// Which items are wanted, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    state: String,
    owner: String,
    kind: String,
    work: String,
    purpose: String,
    words: String,
}

/// What stands for whoever is signed in.
const MINE: &str = "mine";

impl Wanted {
    fn which(&self, me: &str) -> Result<Which, Refusal> {
        let wrong = |what: &str, named: &str| Refusal::wrong(format!("{named}: there is no such {what}"), "choose one from the list");
        let some = |named: &str| Some(named.to_owned()).filter(|named| !named.is_empty());
        let state = match self.state.as_str() {
            "" | "all" => None,
            named => Some(ItemState::ALL.iter().find(|(_, known)| *known == named).ok_or_else(|| wrong("state", named))?.0),
        };
        let work = match self.work.as_str() {
            "" => None,
            named => Some(Work::ALL.iter().find(|(_, known)| *known == named).ok_or_else(|| wrong("kind of work", named))?.0),
        };
        let purpose = match self.purpose.as_str() {
            "" => None,
            named => Some(Purpose::ALL.iter().find(|(_, known)| *known == named).ok_or_else(|| wrong("purpose", named))?.0),
        };
        let owner = if self.owner == MINE { some(me) } else { some(self.owner.trim()) };
        // For what is closed nobody waits any more.
        let all = matches!(self.state.as_str(), "all" | "done" | "wont-do");
        Ok(Which { state, owner, work, purpose, kind: some(&self.kind), words: self.words.clone(), all })
    }

    /// The address of the list with another state and owner, or of an export.
    fn address(&self, path: &str, state: &str, owner: &str) -> String {
        let fields = [
            ("state", state),
            ("owner", owner),
            ("kind", &self.kind),
            ("work", &self.work),
            ("purpose", &self.purpose),
            ("words", &self.words),
        ];
        let mut out = path.to_owned();
        for (at, (name, value)) in fields.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
            let _ = write!(out, "{}{name}={}", if at == 0 { '?' } else { '&' }, in_address(value));
        }
        out
    }

    fn narrows(&self) -> bool {
        [&self.owner, &self.kind, &self.work, &self.purpose, &self.words].iter().any(|value| !value.is_empty())
    }
}

/// A name as the program spells it, in words.
pub fn spelled(name: &str) -> String {
    if name == ItemState::WontDo.name() { "will not do".to_owned() } else { name.replace('-', " ") }
}

/// The colour of a state.
pub fn colour(item: &Item) -> &'static str {
    match item.state {
        ItemState::Open if item.came_back => "gap",
        ItemState::Open => "wait",
        ItemState::InProgress => "info",
        ItemState::Done => "good",
        ItemState::WontDo => "flat",
    }
}

/// One of the tabs.
struct Tab {
    name: &'static str,
    address: String,
    count: usize,
    here: bool,
}

/// Something to choose.
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

impl Choice {
    fn of<'n>(names: impl IntoIterator<Item = &'n str>, chosen: &str) -> Vec<Self> {
        names.into_iter().map(|name| Self { value: name.to_owned(), name: spelled(name), chosen: name == chosen }).collect()
    }
}

#[derive(Template)]
#[template(path = "work/list.html")]
struct List<'a> {
    frame: &'a Frame,
    wanted: &'a Wanted,
    items: &'a [&'a Item],
    tabs: Vec<Tab>,
    owners: Vec<Choice>,
    kinds: Vec<Choice>,
    works: Vec<Choice>,
    purposes: Vec<Choice>,
    exports: Vec<(&'static str, String)>,
    none_at_all: bool,
    stale: usize,
}

/// `GET /work-items`
pub async fn list(State(app): State<App>, frame: Frame, Query(wanted): Query<Wanted>) -> Reply {
    let which = wanted.which(frame.name())?;
    let every = |desk: &Desk| backlog::list_soon(desk, &Which { all: true, ..Which::default() }, Anew::Few);
    let (every, stale) = app.desk(frame.name(), every).await?;
    if stale > 0 {
        app.bring_up(frame.name());
    }
    let items: Vec<&Item> = every.iter().filter(|item| which.holds(item)).collect();
    let tab = |name, state: &str, owner: &str| {
        let other = Wanted { state: state.to_owned(), owner: owner.to_owned(), ..wanted.clone() };
        let which = other.which(frame.name())?;
        let count = every.iter().filter(|item| which.holds(item)).count();
        let here = wanted.state == state && (wanted.owner == MINE) == (owner == MINE);
        Ok::<_, Refusal>(Tab { name, address: wanted.address("/work-items", state, owner), count, here })
    };
    let named = if wanted.owner == MINE { "" } else { &wanted.owner };
    let tabs = vec![
        tab("To do", "", named)?,
        tab("Mine", "", MINE)?,
        tab("In progress", "in-progress", named)?,
        tab("Done", "done", named)?,
        tab("Will not do", "wont-do", named)?,
        tab("All", "all", named)?,
    ];
    let known: BTreeSet<&str> = every.iter().map(|item| item.item.owner.as_str()).collect();
    let owners = known.into_iter().map(|name| Choice { value: name.to_owned(), name: name.to_owned(), chosen: name == wanted.owner });
    let exports =
        EXPORTS.iter().map(|(to, name, ..)| (*name, wanted.address(&format!("/work-items/export/{to}"), &wanted.state, &wanted.owner)));
    page(&List {
        frame: &frame,
        items: &items,
        tabs,
        owners: owners.collect(),
        kinds: Choice::of(kinds(), &wanted.kind),
        works: Choice::of(Work::ALL.iter().map(|(_, name)| *name), &wanted.work),
        purposes: Choice::of(Purpose::ALL.iter().map(|(_, name)| *name), &wanted.purpose),
        exports: exports.collect(),
        none_at_all: every.is_empty() && stale == 0,
        stale,
        wanted: &wanted,
    })
}

/// What other tools take: as the address names it, as people do, with the file's ending.
const EXPORTS: [(&str, &str, For, &str); 5] = [
    ("csv", "Spreadsheet (CSV)", For::Csv, "csv"),
    ("jira", "Jira", For::Jira, "csv"),
    ("gitlab", "GitLab", For::Gitlab, "csv"),
    ("github", "GitHub", For::Github, "csv"),
    ("json", "JSON", For::Json, "json"),
];

/// `GET /work-items/export/{to}`
pub async fn exported(State(app): State<App>, frame: Frame, Path(to): Path<String>, Query(wanted): Query<Wanted>) -> Reply {
    let Some((name, _, format, ending)) = EXPORTS.iter().find(|(name, ..)| *name == to) else { return Err(Refusal::not_there("format")) };
    let which = wanted.which(frame.name())?;
    let bytes = app.desk(frame.name(), move |desk| export(&backlog::list(desk, &which)?, *format)).await?;
    let name = if *name == *ending { format!("work-items.{ending}") } else { format!("work-items-{name}.{ending}") };
    Ok(download(&name, bytes).into_response())
}

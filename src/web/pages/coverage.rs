//! `/coverage`: how far each framework is met, as a picture and as a table; a requirement and a control with all that stands behind them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};

use crate::domain::coverage::{Covered, Met, heading};
use crate::engine::accounts::Right;
use crate::engine::rests::{self, ControlShown, Follows, RequirementShown};
use crate::engine::upkeep::{self, Coverage};
use crate::web::app::App;
use crate::web::reply::{Frame, Reply, page};
use crate::web::words::filters;

/// How far requirements are met, in counts.
struct Share {
    met: Met,
    count: usize,
    /// Where its part of the bar begins.
    from: usize,
}

/// A framework in the list.
struct Rules {
    id: String,
    title: String,
    all: usize,
    shares: Vec<Share>,
}

impl Rules {
    fn of(coverage: &Coverage) -> Self {
        let mut from = 0;
        let share = |(met, _)| {
            let count = coverage.requirements.iter().filter(|one| one.met == met).count();
            let share = Share { met, count, from };
            from += count;
            share
        };
        let shares = Met::ALL.into_iter().map(share).collect();
        Self { id: coverage.framework.clone(), title: coverage.title.clone(), all: coverage.requirements.len(), shares }
    }
}

/// The colour of a cell or a part of a bar.
fn fill(met: &Met) -> &'static str {
    match met {
        Met::Met => "f-good",
        Met::Unproven | Met::Partly => "f-wait",
        Met::Planned => "f-info",
        Met::NotApplicable => "f-kept",
        Met::Bare => "f-gap",
    }
}

/// The class of a state's tag, and of a cell of the picture.
fn class(met: &Met) -> &'static str {
    match met {
        Met::Met => "good",
        Met::Unproven | Met::Partly => "wait",
        Met::Planned => "info",
        Met::NotApplicable => "flat",
        Met::Bare => "gap",
    }
}

/// What stands in a cell besides its colour, so that it can be told without seeing colours.
fn sign(met: &Met) -> &'static str {
    match met {
        Met::Met => "✓",
        Met::Unproven => "?",
        Met::Partly => "½",
        Met::Planned => "…",
        Met::NotApplicable => "–",
        Met::Bare => "✕",
    }
}

/// How far a requirement is met, in words that need no glossary.
fn said(met: &Met) -> &'static str {
    match met {
        Met::Met => "in place, with good evidence",
        Met::Unproven => "in place, without good evidence",
        Met::Partly => "partly in place",
        Met::Planned => "planned",
        Met::NotApplicable => "does not apply to us",
        Met::Bare => "nothing covers it",
    }
}

#[derive(Template)]
#[template(path = "coverage/list.html")]
struct List<'a> {
    frame: &'a Frame,
    rules: &'a [Rules],
}

/// `GET /coverage`
pub async fn list(State(app): State<App>, frame: Frame) -> Reply {
    let date = frame.date;
    let all = app.desk(frame.name(), move |desk| upkeep::coverage(&desk.bank, None, date)).await?;
    let rules: Vec<Rules> = all.iter().map(Rules::of).collect();
    page(&List { frame: &frame, rules: &rules })
}

/// Requirements under one heading.
struct Group<'a> {
    /// What their ids share.
    name: String,
    /// The heading's own title, where the framework has one.
    title: String,
    cells: Vec<Cell<'a>>,
}

struct Cell<'a> {
    /// The id without the framework.
    id: &'a str,
    covered: &'a Covered,
}

#[derive(Template)]
#[template(path = "coverage/framework.html")]
struct Framework<'a> {
    frame: &'a Frame,
    rules: &'a Rules,
    groups: &'a [Group<'a>],
    others: &'a [(String, String)],
}

/// `GET /coverage/{framework}`
pub async fn framework(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let date = frame.date;
    let all = app.desk(frame.name(), move |desk| upkeep::coverage(&desk.bank, None, date)).await?;
    let others: Vec<(String, String)> = all.iter().map(|one| (one.framework.clone(), one.title.clone())).collect();
    let Some(coverage) = all.iter().find(|one| one.framework == id) else {
        return Err(crate::web::reply::Refusal::not_there("framework"));
    };
    page(&Framework { frame: &frame, rules: &Rules::of(coverage), groups: &groups(coverage), others: &others })
}

fn groups(coverage: &Coverage) -> Vec<Group<'_>> {
    let own = |covered: &'_ Covered| covered.requirement.len().min(coverage.framework.len() + 1);
    let titles: BTreeMap<&str, &str> = coverage.requirements.iter().map(|one| (&one.requirement[own(one)..], one.title.as_str())).collect();
    let mut groups: Vec<Group> = Vec::new();
    for covered in &coverage.requirements {
        let id = &covered.requirement[own(covered)..];
        let name = heading(id);
        let cell = Cell { id, covered };
        if let Some(group) = groups.iter_mut().find(|group| group.name == name) {
            group.cells.push(cell);
            continue;
        }
        let title = titles.get(name).copied().unwrap_or_default().to_owned();
        groups.push(Group { name: name.to_owned(), title, cells: vec![cell] });
    }
    groups
}

#[derive(Template)]
#[template(path = "coverage/requirement.html")]
struct Requirement<'a> {
    frame: &'a Frame,
    framework: &'a str,
    id: &'a str,
    shown: &'a RequirementShown,
    may_curate: bool,
}

/// `GET /coverage/{framework}/{requirement}`
pub async fn requirement(State(app): State<App>, frame: Frame, Path((framework, id)): Path<(String, String)>) -> Reply {
    let date = frame.date;
    let named = (framework.clone(), id.clone());
    let shown = app.desk(frame.name(), move |desk| rests::requirement(&desk.bank, &named.0, &named.1, date)).await?;
    page(&Requirement { frame: &frame, framework: &framework, id: &id, shown: &shown, may_curate: frame.may(Right::Curate) })
}

#[derive(Template)]
#[template(path = "coverage/control.html")]
struct Control<'a> {
    frame: &'a Frame,
    shown: &'a ControlShown,
    follows: &'a Follows,
}

/// A requirement's page.
fn address(requirement: &str) -> String {
    let (framework, id) = requirement.split_once('/').unwrap_or((requirement, ""));
    format!("/coverage/{}/{}", crate::web::words::in_address(framework), crate::web::words::in_address(id))
}

impl Control<'_> {
    fn state_class(&self) -> &'static str {
        use crate::domain::bank::ControlState::{InPlace, NotApplicable, Partly, Planned};
        match self.shown.control.state {
            InPlace if self.shown.faults.is_empty() => "good",
            InPlace | Partly => "wait",
            Planned => "info",
            NotApplicable => "flat",
        }
    }
}

/// `GET /controls/{id}`
pub async fn control(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Reply {
    let shown = app.desk(frame.name(), move |desk| rests::control(desk, &id)).await?;
    page(&Control { frame: &frame, follows: &shown.follows, shown: &shown })
}

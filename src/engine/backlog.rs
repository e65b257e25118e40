//! Use cases of the work items: all of them over all questionnaires, what becomes of one, and lists that other tools take in.

use jiff::Timestamp;
use serde::Serialize;

use super::output::csv_table;
use super::questionnaire::{Anew, Desk, Moved as Refilled, all, begins, current_of_all_open, unseen};
use super::{Failure, output};
use crate::domain::backlog::{Item, backlog};
use crate::domain::journal::{Event, ItemState, Moved};
use crate::domain::propose::GapKind;
use crate::domain::work_item::{Purpose, Work};
use crate::store::Store;

/// Which work items are listed.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only in this state; none: those that are open or in progress.
    pub state: Option<ItemState>,
    /// Only this person's.
    pub owner: Option<String>,
    /// Only this kind of work.
    pub work: Option<Work>,
    /// Only for this.
    pub purpose: Option<Purpose>,
    /// Only this kind of gap, by its name.
    pub kind: Option<String>,
    /// Only those that bear all of these words in what they say of themselves, or in a question or customer that waits.
    pub words: String,
    /// Also those for which nobody waits any more.
    pub all: bool,
}

impl Which {
    /// Whether an item is one of those that are listed.
    #[must_use]
    pub fn holds(&self, item: &Item) -> bool {
        let state = match self.state {
            Some(state) => item.state == state,
            None => self.all || item.came_back || matches!(item.state, ItemState::Open | ItemState::InProgress),
        };
        state
            && (self.all || !item.waits.is_empty())
            && self.owner.as_ref().is_none_or(|owner| item.item.owner.eq_ignore_ascii_case(owner))
            && self.work.is_none_or(|work| item.item.work == work)
            && self.purpose.is_none_or(|purpose| item.item.purpose == purpose)
            && self.kind.as_ref().is_none_or(|kind| item.item.kind.name() == kind)
            && bears(item, &self.words)
    }
}

fn bears(item: &Item, words: &str) -> bool {
    if words.trim().is_empty() {
        return true;
    }
    let own = &item.item;
    let mut text = format!("{} {} {} {} {}", own.id, own.title, own.why, own.to_do, own.owner);
    for more in [own.answer.iter(), own.about.iter()].into_iter().flatten().chain(&own.requirements).chain(&item.deals) {
        text.push(' ');
        text.push_str(more);
    }
    for waits in &item.waits {
        text.push_str(&format!(" {} {}", waits.customer, waits.question));
    }
    let text = text.to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// Work items with today's bank, those with most at stake first.
///
/// # Errors
/// There is no store or no bank.
pub fn list(desk: &Desk, which: &Which) -> Result<Vec<Item>, Failure> {
    Ok(list_soon(desk, which, Anew::All)?.0)
}

/// As [`list`], for somebody who waits; and how many questionnaires were not proposed for anew yet, so that their work items are those of before.
///
/// # Errors
/// As there.
pub fn list_soon(desk: &Desk, which: &Which, anew: Anew) -> Result<(Vec<Item>, usize), Failure> {
    let mut store = desk.store()?;
    let stale = current_of_all_open(desk, &mut store, anew)?.stale;
    Ok((every(&mut store)?.into_iter().filter(|item| which.holds(item)).collect(), stale))
}

pub(super) fn every(store: &mut Store) -> Result<Vec<Item>, Failure> {
    let moves = store.entries_of_kind(Event::Moved(Moved::default()).kind())?;
    Ok(backlog(&all(store)?, &moves))
}

/// One work item.
///
/// # Errors
/// There is no such item, or several begin so.
pub fn show(desk: &Desk, named: &str) -> Result<Item, Failure> {
    find(list(desk, &Which { all: true, ..Which::default() })?, named)
}

/// Something that somebody once did with a work item.
#[derive(Clone, Debug, Serialize)]
pub struct Did {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    #[serde(flatten)]
    pub moved: Moved,
}

/// What people did with a work item and with those that are merged into it, the last first.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn history(desk: &Desk, item: &Item) -> Result<Vec<Did>, Failure> {
    let entries = desk.store()?.entries_of_kind(Event::Moved(Moved::default()).kind())?;
    let did = entries.iter().rev().filter_map(|entry| match &entry.what {
        Event::Moved(moved) if moved.item == item.item.id || item.same.contains(&moved.item) => {
            Some(Did { at: entry.at, by: entry.by.clone(), moved: moved.clone() })
        }
        _ => None,
    });
    Ok(did.collect())
}

/// One of these items, by its id or the beginning of it.
///
/// # Errors
/// There is no such item, or several begin so.
pub fn find(items: Vec<Item>, named: &str) -> Result<Item, Failure> {
    let fits = |item: &Item| {
        let ids = std::iter::once(&item.item.id).chain(&item.same);
        ids.into_iter().any(|id| begins(id, "wi-", named))
    };
    let mut fitting: Vec<Item> = items.into_iter().filter(fits).collect();
    match (fitting.pop(), fitting.is_empty()) {
        (Some(item), true) => Ok(item),
        (None, _) => {
            Err(Failure::not_there(format!("{named}: there is no such work item"), "see which there are: answerbank work-items list --all"))
        }
        (Some(_), false) => Err(Failure::usage(format!("{named}: several work items begin so"), "give more of its id")),
    }
}

/// What somebody does with a work item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begins.
    Start,
    /// Is done: with a reason, by hand; without one, in the bank, so that the gap is gone.
    Done {
        /// How it was done by hand; empty where the bank has the answer now.
        reason: String,
    },
    /// Will not do it.
    WontDo {
        /// Why.
        reason: String,
    },
    /// Opens it again.
    Reopen,
    /// Gives it to somebody.
    Owner(String),
    /// Files it otherwise.
    Tag(Option<Work>, Option<Purpose>),
    /// Says that it is the same as another one.
    Same(String),
}

/// What a step came to.
#[derive(Clone, Debug, Serialize)]
pub struct Moving {
    /// The item as it is now.
    #[serde(flatten)]
    pub item: Item,
    /// Questions that stand otherwise than somebody was last shown, in all questionnaires that are open.
    pub refilled: Vec<Refilled>,
}

/// Takes a step. Closing an item proposes anew for every questionnaire that is open; what is refilled so waits for review as any proposal does.
///
/// # Errors
/// There is no such item, a reason is missing, or the gap is still there.
pub fn step(desk: &Desk, named: &str, step: Step) -> Result<Moving, Failure> {
    desk.named()?;
    if matches!(step, Step::Done { .. }) {
        // Whether the gap is gone, the bank's files say as they are now.
        desk.bank.look_again();
    }
    let mut store = desk.store()?;
    let refilled: Vec<Refilled> =
        current_of_all_open(desk, &mut store, Anew::All)?.open.iter().flat_map(|progress| unseen(progress)).collect();
    let item = find(every(&mut store)?, named)?;
    let id = item.item.id.clone();
    let mut moved = Moved { item: id.clone(), ..Moved::default() };
    match step {
        Step::Start => moved.state = Some(ItemState::InProgress),
        Step::Reopen => moved.state = Some(ItemState::Open),
        Step::Owner(owner) => moved.owner = Some(owner.trim().to_owned()),
        Step::Tag(work, purpose) => (moved.work, moved.purpose) = (work, purpose),
        Step::WontDo { reason } if reason.trim().is_empty() => {
            return Err(Failure::usage("--reason: the reason is empty", "say why it will not be done"));
        }
        Step::WontDo { reason } => (moved.state, moved.reason) = (Some(ItemState::WontDo), reason.trim().to_owned()),
        Step::Done { reason } => {
            if let Some(waits) = item.waits.first().filter(|_| reason.trim().is_empty()) {
                return Err(Failure::new(
                    format!(
                        "{id}: the gap is still there: {} ({} of {}, {})",
                        item.item.why, waits.place, waits.questionnaire, waits.customer
                    ),
                    format!("{}; or, if it was answered by hand, say how with --reason", item.item.to_do),
                ));
            }
            (moved.state, moved.reason) = (Some(ItemState::Done), reason.trim().to_owned());
        }
        Step::Same(other) if other == "none" => {
            let merged = item.same.iter().find(|same| begins(same, "wi-", named));
            let merged = merged
                .ok_or_else(|| Failure::usage(format!("{named}: it is not said to be the same as another one"), "nothing was changed"))?;
            moved.item.clone_from(merged);
            moved.same_as = Some(String::new());
        }
        Step::Same(other) => {
            let other = find(every(&mut store)?, &other)?.item.id;
            if other == id {
                return Err(Failure::usage(format!("{id}: this is the same item"), "name another one"));
            }
            moved.same_as = Some(other);
        }
    }
    let shown = moved.same_as.clone().filter(|other| !other.is_empty()).unwrap_or(id);
    desk.record(&mut store, None, &Event::Moved(moved))?;
    Ok(Moving { item: find(every(&mut store)?, &shown)?, refilled })
}

/// A tool that takes in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// JSON, for programs.
    Json,
    /// Separated values with a column for each thing, for a spreadsheet.
    Csv,
    /// Jira's importer of separated values.
    Jira,
    /// GitLab's importer of separated values.
    Gitlab,
    /// The usual importers for GitHub, which take the columns of its interface.
    Github,
}

/// Work items as another tool takes them. The id stands in the title and among the labels, so that a second list finds what the first one made.
///
/// # Errors
/// It cannot be written; a bug of ours.
pub fn export(items: &[Item], to: For) -> Result<Vec<u8>, Failure> {
    let titles: &[&str] = match to {
        For::Json => return output::json(&items),
        For::Csv => &[
            "ID",
            "Title",
            "State",
            "Owner",
            "Due",
            "At stake",
            "Sales",
            "Questionnaires",
            "Questions",
            "Kind",
            "Work",
            "Purpose",
            "Why",
            "What to do",
        ],
        For::Jira => &["Summary", "Description", "Issue Type", "Labels", "Labels", "Labels", "Labels", "Due Date", "Status", "External ID"],
        For::Gitlab => &["title", "description", "due_date", "labels"],
        For::Github => &["title", "body", "labels", "state"],
    };
    let rows: Vec<Vec<String>> = items.iter().map(|item| exported(item, to)).collect();
    Ok(csv_table(titles, &rows))
}

fn exported(item: &Item, to: For) -> Vec<String> {
    let due = item.due.map(|due| due.to_string()).unwrap_or_default();
    let title = format!("[{}] {}", item.item.id, item.item.title);
    let labels = [item.item.id.as_str(), item.item.work.name(), item.item.purpose.name(), item.item.kind.name()].map(str::to_owned);
    let done = matches!(item.state, ItemState::Done | ItemState::WontDo);
    match to {
        For::Csv => vec![
            item.item.id.clone(),
            item.item.title.clone(),
            item.state.name().to_owned(),
            item.item.owner.clone(),
            due,
            item.value.to_string(),
            item.deals.join("; "),
            item.questionnaires.to_string(),
            item.waits.len().to_string(),
            item.item.kind.name().to_owned(),
            item.item.work.name().to_owned(),
            item.item.purpose.name().to_owned(),
            item.item.why.clone(),
            item.item.to_do.clone(),
        ],
        For::Jira => {
            let mut row = vec![title, description(item), "Task".to_owned()];
            row.extend(labels);
            row.extend([due, item.state.name().to_owned(), item.item.id.clone()]);
            row
        }
        For::Gitlab => vec![title, description(item), due, labels.join(",")],
        For::Github | For::Json => vec![title, description(item), labels.join(","), if done { "closed" } else { "open" }.to_owned()],
    }
}

/// What somebody who only has the tool's page needs to know.
fn description(item: &Item) -> String {
    let mut lines = vec![
        format!("Why: {}", item.item.why),
        format!("What to do: {}", item.item.to_do),
        format!("Owner: {}", item.item.owner),
        format!("At stake: {} ({})", item.value, if item.deals.is_empty() { "no sale waits".to_owned() } else { item.deals.join(", ") }),
        format!("State: {}{}", item.state.name(), if item.reason.is_empty() { String::new() } else { format!(" ({})", item.reason) }),
    ];
    if !item.item.requirements.is_empty() {
        lines.push(format!("Requirements: {}", item.item.requirements.join(", ")));
    }
    lines.push(String::new());
    lines.push("Questions that wait:".to_owned());
    lines.extend(
        item.waits.iter().map(|waits| format!("- {} ({}, {}): {}", waits.customer, waits.questionnaire, waits.place, waits.question)),
    );
    lines.join("\n")
}

/// Names of all kinds of gaps, for choosing.
#[must_use]
pub fn kinds() -> Vec<&'static str> {
    GapKind::ALL.iter().map(|kind| kind.name()).collect()
}

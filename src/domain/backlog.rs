//! The work items of all questionnaires: each gap once, with who waits for it, what is at stake and how far it is. Never stores a state.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::journal::{Entry, Event, ItemState, Moved, Place, Sale, at_stake};
use super::progress::Progress;
use super::work_item::{Waiting, WorkItem};

/// A question of some customer that waits for a work item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitingFor {
    /// The questionnaire.
    pub questionnaire: String,
    /// Who asks.
    pub customer: String,
    /// The sale.
    pub deal: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is asked.
    pub question: String,
}

/// A work item with all that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What has to be done, as the first questionnaire has it, with owner and tags as people set them.
    #[serde(flatten)]
    pub item: WorkItem,
    /// How far it is.
    pub state: ItemState,
    /// Why it is in that state, where somebody said so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether it was done once and the gap is there again.
    pub came_back: bool,
    /// Work items that somebody said are the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<String>,
    /// Questions that wait.
    pub waits: Vec<WaitingFor>,
    /// How many questionnaires wait.
    pub questionnaires: usize,
    /// The sales that wait.
    pub deals: Vec<String>,
    /// What they are worth together, each once, in whole units of the team's currency.
    pub value: u64,
    /// The first day on which one of them is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// In how many questionnaires that are done the same gap was left.
    pub left_before: usize,
}

/// All work items: those with most at stake first, then those that are due first, then those for which most questions wait. Items for which nobody
/// waits any more are at the end.
#[must_use]
pub fn backlog<P: Borrow<Progress>>(questionnaires: &[P], moves: &[Entry]) -> Vec<Item> {
    let states = Moves::of(moves);
    let mut items: BTreeMap<String, (Item, Stake)> = BTreeMap::new();
    for progress in questionnaires.iter().map(Borrow::borrow) {
        for found in progress.proposed.iter().flat_map(|snapshot| &snapshot.work_items) {
            let id = states.same_as(&found.id);
            let (item, stake) = items.entry(id.clone()).or_insert_with(|| (begun(&id, found), Stake::default()));
            if found.id == id {
                // The title of the item itself counts, not that of one that was merged into it.
                item.item = WorkItem { waiting: Vec::new(), ..found.clone() };
            } else if !item.same.contains(&found.id) {
                item.same.push(found.id.clone());
            }
            if progress.is_open() {
                stake.0.insert(&progress.id, &progress.received.sale);
                item.waits.extend(found.waiting.iter().map(|waiting| waiting_for(progress, waiting)));
            } else {
                item.left_before += 1;
            }
        }
    }
    // What nobody waits for any more can still be looked at, and closed.
    for (id, found) in questionnaires.iter().flat_map(|progress| &progress.borrow().items) {
        items.entry(states.same_as(id)).or_insert_with(|| (begun(id, found), Stake::default()));
    }
    let mut items: Vec<Item> = items.into_values().map(|(item, stake)| states.told(stake.told(item), questionnaires)).collect();
    let rank = |item: &Item| {
        let due = item.due.unwrap_or(Date::MAX);
        (item.waits.is_empty(), std::cmp::Reverse(item.value), due, std::cmp::Reverse(item.waits.len()), item.item.id.clone())
    };
    items.sort_by_key(rank);
    items
}

fn begun(id: &str, found: &WorkItem) -> Item {
    Item {
        item: WorkItem { id: id.to_owned(), waiting: Vec::new(), ..found.clone() },
        state: ItemState::Open,
        reason: String::new(),
        came_back: false,
        same: Vec::new(),
        waits: Vec::new(),
        questionnaires: 0,
        deals: Vec::new(),
        value: 0,
        due: None,
        left_before: 0,
    }
}

fn waiting_for(progress: &Progress, waiting: &Waiting) -> WaitingFor {
    WaitingFor {
        questionnaire: progress.id.clone(),
        customer: progress.received.sale.customer.clone(),
        deal: progress.received.sale.deal.clone(),
        place: Place { sheet: waiting.sheet.clone(), cell: waiting.cell.clone() },
        question: waiting.question.clone(),
    }
}

/// The questionnaires that wait for one item.
#[derive(Default)]
struct Stake<'a>(BTreeMap<&'a str, &'a Sale>);

impl Stake<'_> {
    fn told(self, item: Item) -> Item {
        let sales = || self.0.iter().map(|(id, sale)| (*id, *sale));
        let deals: BTreeMap<(&str, &str), String> = sales().map(|(id, sale)| (sale.key(id), sale.called())).collect();
        Item {
            questionnaires: self.0.len(),
            deals: deals.into_values().collect(),
            value: at_stake(sales()),
            due: sales().filter_map(|(_, sale)| sale.due).min(),
            ..item
        }
    }
}

/// What people said of work items.
struct Moves<'a> {
    /// Work item → what was said of it, in order.
    of: BTreeMap<&'a str, Vec<(i64, &'a Moved)>>,
    same: BTreeMap<&'a str, &'a str>,
}

impl<'a> Moves<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let mut moves = Self { of: BTreeMap::new(), same: BTreeMap::new() };
        for entry in entries {
            let Event::Moved(moved) = &entry.what else { continue };
            moves.of.entry(&moved.item).or_default().push((entry.number, moved));
            match moved.same_as.as_deref() {
                Some("") => drop(moves.same.remove(moved.item.as_str())),
                Some(other) => drop(moves.same.insert(&moved.item, other)),
                None => {}
            }
        }
        moves
    }

    /// The item that stands for this one. Whoever said that two are the same may have said it of a third before.
    fn same_as(&self, id: &str) -> String {
        let mut id = id;
        for _ in 0..self.same.len() {
            match self.same.get(id) {
                Some(other) => id = other,
                None => break,
            }
        }
        id.to_owned()
    }

    fn told<P: Borrow<Progress>>(&self, mut item: Item, questionnaires: &[P]) -> Item {
        let mut since = 0;
        for (number, moved) in self.of.get(item.item.id.as_str()).into_iter().flatten() {
            if let Some(state) = moved.state {
                item.state = state;
                item.reason.clone_from(&moved.reason);
                since = *number;
            }
            if let Some(owner) = &moved.owner {
                item.item.owner.clone_from(owner);
            }
            item.item.work = moved.work.unwrap_or(item.item.work);
            item.item.purpose = moved.purpose.unwrap_or(item.item.purpose);
        }
        // Done by hand, it is done for those who asked until then; done in the bank, the gap must be gone.
        let waits = |progress: &&Progress| item.waits.iter().any(|waiting| waiting.questionnaire == progress.id);
        let by_hand = !item.reason.is_empty();
        let again = |progress: &Progress| progress.number > since || (!by_hand && progress.proposed_at > since);
        let closed = matches!(item.state, ItemState::Done | ItemState::WontDo);
        if closed && questionnaires.iter().map(Borrow::borrow).filter(waits).any(again) {
            item.came_back = true;
            if item.state == ItemState::Done {
                item.state = ItemState::Open;
            }
        }
        item
    }
}

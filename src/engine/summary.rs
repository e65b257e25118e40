//! Use case: one questionnaire at a glance: whose, how far, who is needed, what came from last time, what is another now. Decides nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Failure;
use super::backlog::every;
use super::questionnaire::{Case, Desk, Moved, current, customers, find_id, progress, unseen};
use super::receipt::Counts;
use super::review::counts;
use crate::domain::backlog::Item;
use crate::domain::carry::{Changed, carried};
use crate::domain::journal::{ItemState, Place, Received};
use crate::domain::question::LeftOut;

/// A questionnaire at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Its id.
    pub id: String,
    /// As it came in, with what was corrected since.
    #[serde(flatten)]
    pub received: Received,
    /// When it came in.
    pub at: Timestamp,
    /// How its questions stand.
    pub counts: Counts,
    /// How many decisions contest each other.
    pub contested: usize,
    /// Who has to do something before all of it can be answered.
    pub needed: Vec<Needed>,
    /// The workbook's name of the one that it carries on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier: Option<String>,
    /// How many decisions were carried forward from there and are in force.
    pub carried: usize,
    /// What stands otherwise than when somebody was last shown it.
    pub changed: Vec<Moved>,
    /// How often it was released.
    pub releases: usize,
    /// Why nobody waits for it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// How far its journal goes.
    pub latest: i64,
}

/// Somebody who has to do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Needed {
    /// Who; empty where nobody is named.
    pub owner: String,
    /// How many work items.
    pub items: usize,
    /// How many questions of this questionnaire wait for them.
    pub questions: usize,
}

/// A questionnaire at a glance, with today's bank.
///
/// # Errors
/// There is no such questionnaire, or it cannot be proposed for.
pub fn summary(desk: &Desk, named: &str) -> Result<Summary, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let now = current(desk, &mut store, &id)?;
    let needed = needed(&every(&mut store)?, &id);
    let earlier = match &now.received.carries_on {
        Some(earlier) => Some(progress(&mut store, earlier)?.received.name.clone()),
        None => None,
    };
    Ok(Summary {
        counts: counts(&now),
        contested: now.decisions.values().filter(|taken| !taken.against.is_empty()).count(),
        needed,
        earlier,
        carried: now.decisions.values().filter(|taken| taken.decided.carried_from.is_some()).count(),
        changed: unseen(&now),
        releases: now.releases.len(),
        id,
        at: now.at,
        received: now.received.clone(),
        closed: now.closed.clone(),
        latest: now.latest,
    })
}

/// What is known of a questionnaire without looking into it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// As it came in, with what was corrected since.
    pub received: Received,
    /// Why nobody waits for it any more.
    pub closed: Option<String>,
}

/// What is known of a questionnaire, whatever the bank says today.
///
/// # Errors
/// There is no such questionnaire.
pub fn known(desk: &Desk, named: &str) -> Result<Known, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let progress = progress(&mut store, &id)?;
    Ok(Known { id, received: progress.received.clone(), closed: progress.closed.clone() })
}

/// Who has to do something for a questionnaire, whoever most questions wait for first.
fn needed(items: &[Item], id: &str) -> Vec<Needed> {
    let mut owners: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for item in items {
        let open = item.came_back || matches!(item.state, ItemState::Open | ItemState::InProgress);
        let questions = item.waits.iter().filter(|waiting| waiting.questionnaire == id).count();
        if open && questions > 0 {
            let (items, waiting) = owners.entry(&item.item.owner).or_default();
            *items += 1;
            *waiting += questions;
        }
    }
    let mut needed: Vec<Needed> =
        owners.into_iter().map(|(owner, (items, questions))| Needed { owner: owner.to_owned(), items, questions }).collect();
    needed.sort_by_key(|one| std::cmp::Reverse(one.questions));
    needed
}

/// What reading a questionnaire's workbook told beside its questions.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    /// Its id.
    pub id: String,
    /// Rows and sheets that were left out, and why.
    pub left_out: Vec<LeftOut>,
    /// What the reader saw but does not read, in words.
    pub unread: Vec<String>,
    /// What deserves attention.
    pub warnings: Vec<String>,
    /// How many questions are the same as last time; none where there was none before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<usize>,
    /// Questions that were changed since last time.
    pub changed: Vec<Changed>,
    /// Questions that were not asked last time.
    pub new: Vec<(Place, String)>,
}

/// Reads a questionnaire's workbook again, for what stands beside its questions.
///
/// # Errors
/// There is no such questionnaire, or its workbook cannot be read.
pub fn beside(desk: &Desk, named: &str) -> Result<Beside, Failure> {
    let mut store = desk.store()?;
    let id = find_id(&mut store, named)?;
    let case = Case::open(desk, &mut store, &id)?;
    let found = &case.paper.asked.found;
    let earlier = case.progress.received.carries_on.as_ref().map(|earlier| progress(&mut store, earlier)).transpose()?;
    let carried = earlier.as_ref().map(|earlier| carried(earlier, &found.questions));
    let same = carried.as_ref().map(|carried| carried.same);
    let (changed, new) = carried.map(|carried| (carried.changed, carried.new)).unwrap_or_default();
    let text = |place: &Place| {
        let question = found.questions.iter().find(|question| Place::of(question) == *place);
        question.map(|question| question.text.clone()).unwrap_or_default()
    };
    Ok(Beside {
        id,
        left_out: found.left_out.clone(),
        unread: found.unread.iter().map(ToString::to_string).collect(),
        warnings: found.warnings.iter().chain(&case.paper.asked.notes).cloned().collect(),
        same,
        changed,
        new: new.into_iter().map(|place| (place.clone(), text(&place))).collect(),
    })
}

/// The customers that a store knows, by name.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn known_customers(desk: &Desk) -> Result<Vec<String>, Failure> {
    Ok(customers(&mut *desk.store()?)?.into_iter().collect())
}

/// Products and regions of a bank, each with id and title, for who has to choose among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offers {
    /// Products.
    pub products: Vec<(String, String)>,
    /// Regions.
    pub regions: Vec<(String, String)>,
}

/// What a questionnaire may be about.
///
/// # Errors
/// There is no bank, or its rules cannot be read.
pub fn offers(desk: &Desk) -> Result<Offers, Failure> {
    let bank = desk.bank.bank()?;
    let pairs = |offered: &[crate::domain::bank::Offered]| offered.iter().map(|one| (one.id.clone(), one.title.clone())).collect();
    Ok(Offers { products: pairs(&bank.products), regions: pairs(&bank.regions) })
}

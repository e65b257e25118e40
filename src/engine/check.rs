//! Use case: what filling would come to, before anyone starts: how much, who is needed for how many, what is missing. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::fill::{Paper, Settlement, Terms};
use super::mapping::LayoutFrom;
use super::matching::Finders;
use super::questionnaire::decided_before;
use super::receipt::Counts;
use super::{BankPlace, Failure, check_scope};
use crate::domain::confidence::Model;
use crate::domain::propose::GapKind;
use crate::domain::standing::Scope;
use crate::domain::work_item::WorkItem;
use crate::store::{FILE, Store};
use crate::workbook::Worker;

/// What to look at, and how long a person takes.
#[derive(Clone, Debug)]
pub struct Order {
    /// The received workbooks.
    pub files: Vec<PathBuf>,
    /// What opens workbooks.
    pub worker: Worker,
    /// Where the layout comes from.
    pub layout: LayoutFrom,
    /// The bank.
    pub bank: BankPlace,
    /// Date, audience, products, regions.
    pub scope: Scope,
    /// Who asks: what was decided for this customer's last questionnaire would be carried forward.
    pub customer: Option<String>,
    /// The sale.
    pub deal: Option<String>,
    /// The store's folder; without one there, nothing is carried forward.
    pub store: PathBuf,
    /// Whether answers already there would be replaced.
    pub overwrite: bool,
    /// Minutes that a person takes to look at one proposal.
    pub review_minutes: f64,
    /// Minutes that a person takes for one work item.
    pub item_minutes: f64,
}

/// What one workbook would come to.
#[derive(Clone, Debug, Serialize)]
pub struct FileForecast {
    /// The file.
    pub file: PathBuf,
    /// How many questions would become what.
    #[serde(flatten)]
    pub counts: Counts,
    /// Of the questions that are open, the share that would be filled without a look.
    pub ready: f64,
    /// How many work items the gaps make.
    pub work_items: usize,
    /// How many minutes people need.
    pub minutes: f64,
}

/// A workbook that could not be looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub why: String,
    /// What to do.
    pub hint: String,
}

/// Somebody who is needed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Needed {
    /// Who.
    pub owner: String,
    /// For how many work items.
    pub work_items: usize,
    /// How many questions wait for them.
    pub questions: usize,
}

/// One work item over all files.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its id, as in work-items.json.
    pub id: String,
    /// The kind of gap.
    pub kind: GapKind,
    /// What it is.
    pub title: String,
    /// Who should.
    pub owner: String,
    /// How many questions wait for it.
    pub questions: usize,
    /// In how many of the files.
    pub files: usize,
}

/// What all of them would come to.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    /// Who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<String>,
    /// File by file.
    pub files: Vec<FileForecast>,
    /// Those that could not be looked at.
    pub failed: Vec<Failed>,
    /// Questions over all files.
    #[serde(flatten)]
    pub counts: Counts,
    /// Of the questions that are open, the share that would be filled without a look.
    pub ready: f64,
    /// Of answers given without a look, the share that was wrong at most when it was measured, with a confidence of 95 %.
    pub wrong_at_most: f64,
    /// Who is needed, the one with the most questions first.
    pub needed: Vec<Needed>,
    /// The work items, each once over all files, the one for which most questions wait first.
    pub missing: Vec<Missing>,
    /// How many minutes people need: reviews of each file, and each work item once.
    pub minutes: f64,
}

/// Looks at workbooks. One that cannot be read is told, and the others are looked at.
///
/// # Errors
/// There is no bank, or it cannot be searched.
pub fn check(order: &Order) -> Result<Forecast, Failure> {
    let opened = order.bank.open()?;
    check_scope(&opened.bank, &order.scope)?;
    let search = opened.search();
    let mut finders = Finders::new(&search);
    let mut all: BTreeMap<String, (WorkItem, usize, BTreeSet<&Path>)> = BTreeMap::new();
    let (mut files, mut failed) = (Vec::new(), Vec::new());
    for file in &order.files {
        match one(order, &mut finders, file) {
            Ok((forecast, items)) => {
                files.push(forecast);
                for item in items {
                    let known = all.entry(item.id.clone()).or_insert_with(|| (item.clone(), 0, BTreeSet::new()));
                    known.1 += item.waiting.len();
                    known.2.insert(file);
                }
            }
            Err(failure) => failed.push(Failed { file: file.clone(), why: failure.message, hint: failure.hint }),
        }
    }
    let counts = files.iter().fold(Counts::default(), |sum, file| sum.with(&file.counts));
    let mut owners: BTreeMap<String, Needed> = BTreeMap::new();
    let mut missing: Vec<Missing> = Vec::new();
    for (item, questions, within) in all.into_values() {
        let needed = owners.entry(item.owner.clone()).or_insert_with(|| Needed { owner: item.owner.clone(), ..Needed::default() });
        needed.work_items += 1;
        needed.questions += questions;
        missing.push(Missing { id: item.id, kind: item.kind, title: item.title, owner: item.owner, questions, files: within.len() });
    }
    missing.sort_by(|a, b| b.questions.cmp(&a.questions).then_with(|| a.id.cmp(&b.id)));
    let mut needed: Vec<Needed> = owners.into_values().collect();
    needed.sort_by(|a, b| b.questions.cmp(&a.questions).then_with(|| a.owner.cmp(&b.owner)));
    Ok(Forecast {
        customer: order.customer.clone(),
        deal: order.deal.clone(),
        ready: ready(&counts),
        wrong_at_most: f64::from(Model::of(search.meaning.view()).measured().bound),
        minutes: minutes(order, counts.review, missing.len()),
        files,
        failed,
        counts,
        needed,
        missing,
    })
}

fn one(order: &Order, finders: &mut Finders, file: &Path) -> Result<(FileForecast, Vec<WorkItem>), Failure> {
    let paper = Paper::read(&order.worker, file, &order.layout, &order.bank.root)?;
    let asked = &paper.asked;
    let decisions = match (&order.customer, order.store.join(FILE).is_file()) {
        (Some(customer), true) => decided_before(&mut Store::open(&order.store)?, customer, &order.scope, &paper)?,
        _ => Vec::new(),
    };
    let terms = Terms {
        scope: &order.scope,
        overwrite: order.overwrite,
        decisions: &decisions,
        decisions_digest: None,
        seen: None,
        include_review: false,
        look_again: &[],
        customer: order.customer.clone(),
        deal: order.deal.clone(),
        progress: &order.bank.progress,
    };
    let settlement = Settlement::new(finders, &asked.workbook, &asked.found, &terms)?;
    let (counts, items) = (settlement.counts(), settlement.work_items(finders.search));
    let minutes = minutes(order, counts.review, items.len());
    Ok((FileForecast { file: file.to_owned(), ready: ready(&counts), work_items: items.len(), minutes, counts }, items))
}

/// Of the questions that are open, the share that would be filled; of none, all.
#[allow(clippy::cast_precision_loss, reason = "no form has so many questions")]
fn ready(counts: &Counts) -> f64 {
    let open = counts.found - counts.kept;
    if open == 0 { 1.0 } else { counts.filled as f64 / open as f64 }
}

#[allow(clippy::cast_precision_loss, reason = "no form has so many questions")]
fn minutes(order: &Order, reviews: usize, items: usize) -> f64 {
    order.review_minutes * reviews as f64 + order.item_minutes * items as f64
}

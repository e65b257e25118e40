//! Files that wait beside the store until somebody has chosen what of them is imported. They are customers' files: they go once they are
//! imported or left, and after a day by themselves.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Order, Source};
use crate::bank::edit::replace;
use crate::engine::Failure;
use crate::engine::arriving::{Arriving, folder, safe_name};
use crate::engine::output::json;
use crate::engine::questionnaire::Desk;

/// What is said of the files, beside them.
const SAID: &str = "said.json";

/// What somebody said of files that wait.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Said {
    /// What they are: `questionnaire`, `library`, `oscal` or `crosswalk`; empty: see [`Order::source`].
    pub kind: String,
    /// Whom the answers were given to.
    pub customer: String,
    /// When they were given.
    pub given_on: Option<Date>,
    /// Who keeps the drafts; empty: the bank's default owner.
    pub owner: String,
    /// The folder under answers/ for drafts that say no topic.
    pub topic: String,
    /// Who brought them.
    pub by: String,
    /// Names of the files, in the order in which they came.
    pub files: Vec<String>,
}

/// Lets files wait; gives the id by which they are found again.
///
/// # Errors
/// The disk says no.
pub fn keep(arriving: Arriving, said: &Said) -> Result<String, Failure> {
    let path = arriving.path().join(SAID);
    replace(&path, &json(said)?).map_err(|error| Failure::io(&path, &error))?;
    Ok(arriving.keep())
}

/// The files that wait under an id, and what was said of them.
///
/// # Errors
/// There are none any more.
pub fn find(desk: &Desk, id: &str) -> Result<(Said, Vec<PathBuf>), Failure> {
    let gone =
        || Failure::not_there("these files do not wait here any more", "they were imported or left, or a day has passed; bring them again");
    let folder = folder(desk, id).ok_or_else(gone)?;
    let bytes = std::fs::read(folder.join(SAID)).map_err(|_| gone())?;
    let said: Said = serde_json::from_slice(&bytes).map_err(|_| gone())?;
    let paths = said.files.iter().enumerate().map(|(number, name)| folder.join(number.to_string()).join(safe_name(name))).collect();
    Ok((said, paths))
}

/// Lets the files go.
///
/// # Errors
/// There are none, or the disk says no.
pub fn leave(desk: &Desk, id: &str) -> Result<(), Failure> {
    find(desk, id)?;
    let folder = folder(desk, id).unwrap_or_default();
    std::fs::remove_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))
}

/// What to import of files that wait.
///
/// # Errors
/// There are none any more.
pub fn order(desk: &Desk, id: &str) -> Result<(Said, Order), Failure> {
    let (said, files) = find(desk, id)?;
    let source = match said.kind.as_str() {
        "questionnaire" => Some(Source::Questionnaire),
        "library" => Some(Source::Library),
        "oscal" => Some(Source::Oscal),
        "crosswalk" => Some(Source::Crosswalk),
        _ => None,
    };
    let order = Order {
        files,
        source,
        worker: desk.worker.clone(),
        bank: desk.bank.clone(),
        customer: said.customer.clone(),
        given_on: said.given_on,
        date: desk.date,
        owner: Some(said.owner.clone()).filter(|owner| !owner.is_empty()),
        topic: said.topic.clone(),
        columns: std::collections::BTreeMap::new(),
        framework: None,
        dry_run: true,
        only: None,
    };
    Ok((said, order))
}

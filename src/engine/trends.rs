//! Use case: how the work goes, month by month.

use super::Failure;
use super::questionnaire::Desk;
pub use crate::domain::trends::Month;
use crate::domain::trends::trends as counted;

/// Counts the months of a store.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn trends(desk: &Desk) -> Result<Vec<Month>, Failure> {
    let mut store = desk.store()?;
    let mut entries = store.entries_of_questionnaires()?;
    entries.extend(store.entries_of_kind("recalled")?.iter().cloned());
    entries.sort_by_key(|entry| entry.number);
    entries.dedup_by_key(|entry| entry.number);
    Ok(counted(&entries))
}

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
    Ok(counted(&desk.store()?.entries(None)?))
}

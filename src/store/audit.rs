//! The journal read backwards, a page at a time. A page costs the same however long the journal is.

use super::StoreError;
use super::database::{ENTRIES, Store};
use crate::domain::journal::Entry;

/// Which entries; all that is named has to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who did it, in the very spelling of the journal.
    pub by: Option<String>,
    /// The kind of entry, such as `released` or `audited`.
    pub kind: Option<String>,
    /// The questionnaire's id.
    pub questionnaire: Option<String>,
}

impl Store {
    /// The newest entries before a number, at most so many, newest first.
    ///
    /// # Errors
    /// One of them is not what was written.
    pub fn entries_before(&mut self, filter: &Filter, before: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
        let mut query = String::from(ENTRIES);
        query.push_str(" WHERE j.number < $1");
        let given: Vec<(&str, &String)> = [("j.person", &filter.by), ("j.kind", &filter.kind), ("j.questionnaire", &filter.questionnaire)]
            .into_iter()
            .filter_map(|(column, wanted)| Some((column, wanted.as_ref()?)))
            .collect();
        for (place, (column, _)) in (3..).zip(&given) {
            query.push_str(&format!(" AND {column} = ${place}"));
        }
        query.push_str(" ORDER BY j.number DESC LIMIT $2");
        // Only the names of columns above and numbers of places are put together here.
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(before).bind(most);
        self.rows(given.into_iter().fold(query, |query, (_, wanted)| query.bind(wanted.clone())))
    }
}

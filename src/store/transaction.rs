//! A transaction: from its beginning on no other process writes, and what it wrote is gone unless it is committed.

use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use jiff::civil::Date;

use super::StoreError;
use super::database::{Store, chain, missing};
use crate::domain::digest::sha256_hex;
use crate::domain::journal::{Entry, Event, Told};

/// A transaction; what it wrote is gone unless it is committed.
pub struct Transaction<'s> {
    store: &'s mut Store,
    done: bool,
}

impl Deref for Transaction<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store
    }
}

impl DerefMut for Transaction<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        self.store
    }
}

impl<'s> Transaction<'s> {
    pub(super) fn begun(store: &'s mut Store) -> Self {
        Self { store, done: false }
    }

    /// Adds an entry, and gives its number.
    ///
    /// # Errors
    /// The database says no.
    pub fn append(&mut self, questionnaire: Option<&str>, by: &str, at: Timestamp, what: &Event) -> Result<i64, StoreError> {
        let number: i64 = self.one(sqlx::query_scalar("UPDATE tally SET value = value + 1 WHERE name = 'journal' RETURNING value"))?;
        let before = self.chain_at(number - 1)?;
        let body = serde_json::to_string(what).map_err(|error| self.damaged(error.to_string()))?;
        let chain = chain(&before, number, questionnaire, at.as_millisecond(), by, &body);
        self.execute(
            sqlx::query(
                "INSERT INTO journal (number, questionnaire, happened, person, kind, body, chain) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(number)
            .bind(questionnaire.map(str::to_owned))
            .bind(at.as_millisecond())
            .bind(by.to_owned())
            .bind(what.kind().to_owned())
            .bind(body)
            .bind(chain.clone()),
        )?;
        // The journal keeps milliseconds.
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        let entry = || Entry { number, questionnaire: questionnaire.map(str::to_owned), at, by: by.to_owned(), what: what.clone() };
        self.store.follow(entry, [before, chain]);
        Ok(number)
    }

    fn chain_at(&mut self, number: i64) -> Result<String, StoreError> {
        let query = sqlx::query_scalar("SELECT chain FROM journal WHERE number = $1").bind(number);
        match self.maybe::<String>(query)? {
            None if number > 0 => Err(self.damaged(missing(number))),
            chain => Ok(chain.unwrap_or_default()),
        }
    }

    /// Keeps bytes, and gives their digest.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        let sha256 = sha256_hex(bytes);
        self.execute(
            sqlx::query("INSERT INTO content (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING")
                .bind(sha256.clone())
                .bind(bytes.to_vec()),
        )?;
        Ok(sha256)
    }

    /// Adds the lines of a release to the ledger.
    ///
    /// # Errors
    /// The database says no.
    pub fn tell(&mut self, entry: i64, told: &[Told]) -> Result<(), StoreError> {
        for (position, line) in (0_i64..).zip(told) {
            let body = serde_json::to_string(line).map_err(|error| self.damaged(error.to_string()))?;
            self.execute(
                sqlx::query("INSERT INTO told (entry, position, customer, answer, body) VALUES ($1, $2, $3, $4, $5)")
                    .bind(entry)
                    .bind(position)
                    .bind(line.customer.clone())
                    .bind(line.answer.clone())
                    .bind(body),
            )?;
        }
        Ok(())
    }

    /// Remembers for which bank and day the last proposal of a questionnaire holds.
    ///
    /// # Errors
    /// The database says no.
    pub fn mark_fresh(&mut self, questionnaire: &str, bank: &str, day: Date, upto: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO fresh (questionnaire, bank, day, upto) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (questionnaire) DO UPDATE SET bank = excluded.bank, day = excluded.day, upto = excluded.upto",
        );
        self.execute(query.bind(questionnaire.to_owned()).bind(bank.to_owned()).bind(day.to_string()).bind(upto))
    }

    /// Remembers that the last proposal holds with the journal as far as `upto` too.
    ///
    /// # Errors
    /// The database says no.
    pub fn mark_fresh_upto(&mut self, questionnaire: &str, upto: i64) -> Result<(), StoreError> {
        self.execute(sqlx::query("UPDATE fresh SET upto = $2 WHERE questionnaire = $1").bind(questionnaire.to_owned()).bind(upto))
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// The database says no; then nothing was written.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.execute(sqlx::query("COMMIT"))?;
        self.done = true;
        self.store.committed();
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.done {
            // What cannot be rolled back now is rolled back when the file is opened again.
            let _ = self.store.execute(sqlx::query("ROLLBACK"));
            self.store.rolled_back();
        }
    }
}

//! Accounts, links, sessions and tokens: rows as they are kept. Whether one still holds is asked of the domain.

use jiff::{SignedDuration, Timestamp};
use sqlx::any::AnyRow;

use super::StoreError;
use super::database::{Query, Store, get};
use super::transaction::Transaction;
use crate::domain::account::{Moment, Role};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id: 128 bits by chance, in hex.
    pub id: String,
    /// The name that the journal records.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The password as argon2id; none until one is chosen.
    pub password: Option<String>,
    /// Whether it is closed.
    pub disabled: bool,
    /// When it was made.
    pub made: Timestamp,
}

/// A link for one use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of the token, in hex.
    pub sha256: String,
    /// Id of the account whose password it chooses; none for the link that makes the first account.
    pub account: Option<String>,
    /// When it was made.
    pub made: Moment,
    /// How long it lasts.
    pub lasts: SignedDuration,
}

/// Somebody's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token, in hex.
    pub sha256: String,
    /// Id of the account.
    pub account: String,
    /// Where it was begun from.
    pub address: String,
    /// When it was begun.
    pub made: Moment,
    /// When it was used last, to the minute.
    pub seen: Moment,
    /// When the password was given last.
    pub proved: Moment,
}

/// A token by which a program comes in an account's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// SHA-256 of the token, in hex.
    pub sha256: String,
    /// Its id, for naming it.
    pub id: String,
    /// Id of the account.
    pub account: String,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub made: Moment,
    /// How long it lasts.
    pub lasts: SignedDuration,
    /// When it was used last, to the minute.
    pub used: Option<Timestamp>,
    /// When it was ended.
    pub revoked: Option<Timestamp>,
}

/// Selects accounts.
macro_rules! accounts {
    () => {
        "SELECT id, name, role, password, disabled, made FROM account"
    };
}

/// Selects sessions.
macro_rules! sessions {
    () => {
        "SELECT sha256, account, address, made, made_high, seen, seen_high, proved, proved_high FROM session"
    };
}

/// Selects tokens.
macro_rules! tokens {
    () => {
        "SELECT sha256, id, account, label, made, made_high, lasts, used, revoked FROM token"
    };
}

impl Store {
    /// All accounts, by name.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn accounts(&mut self) -> Result<Vec<Account>, StoreError> {
        self.read(sqlx::query(concat!(accounts!(), " ORDER BY compared")), account)
    }

    /// The account of an id.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn account(&mut self, id: &str) -> Result<Option<Account>, StoreError> {
        self.first(sqlx::query(concat!(accounts!(), " WHERE id = $1")).bind(id.to_owned()), account)
    }

    /// The account of a name, as names are compared.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn account_named(&mut self, compared: &str) -> Result<Option<Account>, StoreError> {
        self.first(sqlx::query(concat!(accounts!(), " WHERE compared = $1")).bind(compared.to_owned()), account)
    }

    /// A link by the digest of its token.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn link(&mut self, sha256: &str) -> Result<Option<Link>, StoreError> {
        let query = sqlx::query("SELECT sha256, account, made, made_high, lasts FROM link WHERE sha256 = $1").bind(sha256.to_owned());
        self.first(query, |row| Ok(Link { sha256: get(row, 0)?, account: get(row, 1)?, made: moment(row, 2)?, lasts: lasting(row, 4)? }))
    }

    /// A session by the digest of its token.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn session(&mut self, sha256: &str) -> Result<Option<Session>, StoreError> {
        self.first(sqlx::query(concat!(sessions!(), " WHERE sha256 = $1")).bind(sha256.to_owned()), session)
    }

    /// The sessions of an account, the one that was used last first.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn sessions_of(&mut self, account: &str) -> Result<Vec<Session>, StoreError> {
        self.read(sqlx::query(concat!(sessions!(), " WHERE account = $1 ORDER BY seen DESC, sha256")).bind(account.to_owned()), session)
    }

    /// A token by its digest.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn token(&mut self, sha256: &str) -> Result<Option<Token>, StoreError> {
        self.first(sqlx::query(concat!(tokens!(), " WHERE sha256 = $1")).bind(sha256.to_owned()), token)
    }

    /// All tokens, the newest first.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        self.read(sqlx::query(concat!(tokens!(), " ORDER BY made DESC, id")), token)
    }

    /// How often somebody failed in a row, and the time that belongs to it.
    ///
    /// # Errors
    /// The database says no.
    pub fn tries(&mut self, who: &str) -> Result<Option<(u32, Timestamp)>, StoreError> {
        let query = sqlx::query("SELECT failures, at FROM tries WHERE who = $1").bind(who.to_owned());
        self.first(query, |row| Ok((u32::try_from(get::<i64>(row, 0)?).unwrap_or(u32::MAX), time(get(row, 1)?)?)))
    }

    fn read<T>(&mut self, query: Query, of: impl Fn(&AnyRow) -> Result<T, String>) -> Result<Vec<T>, StoreError> {
        let rows = self.fetch(query)?;
        rows.iter().map(|row| of(row).map_err(|what| self.damaged(what))).collect()
    }

    fn first<T>(&mut self, query: Query, of: impl Fn(&AnyRow) -> Result<T, String>) -> Result<Option<T>, StoreError> {
        Ok(self.read(query, of)?.into_iter().next())
    }
}

impl Transaction<'_> {
    /// Keeps an account: a new one, or another role, password or state of one that is there. Names stay.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_account(&mut self, account: &Account, compared: String) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO account (id, name, compared, role, password, disabled, made) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (id) DO UPDATE SET role = excluded.role, password = excluded.password, disabled = excluded.disabled",
        );
        self.execute(
            query
                .bind(account.id.clone())
                .bind(account.name.clone())
                .bind(compared)
                .bind(account.role.name().to_owned())
                .bind(account.password.clone())
                .bind(i64::from(account.disabled))
                .bind(account.made.as_millisecond()),
        )
    }

    /// Keeps a link, in the place of every other one for the same account, or of every other one that makes the first.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_link(&mut self, link: &Link) -> Result<(), StoreError> {
        self.drop_links(link.account.as_deref())?;
        self.execute(
            sqlx::query("INSERT INTO link (sha256, account, made, made_high, lasts) VALUES ($1, $2, $3, $4, $5)")
                .bind(link.sha256.clone())
                .bind(link.account.clone())
                .bind(link.made.now.as_millisecond())
                .bind(link.made.high.as_millisecond())
                .bind(millis(link.lasts)),
        )
    }

    /// Ends the links of an account, or those that make the first.
    ///
    /// # Errors
    /// The database says no.
    pub fn drop_links(&mut self, account: Option<&str>) -> Result<(), StoreError> {
        self.execute(match account {
            Some(account) => sqlx::query("DELETE FROM link WHERE account = $1").bind(account.to_owned()),
            None => sqlx::query("DELETE FROM link WHERE account IS NULL"),
        })
    }

    /// Keeps a session: a new one, or when it was used and the password given last.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO session (sha256, account, address, made, made_high, seen, seen_high, proved, proved_high) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (sha256) DO UPDATE SET seen = excluded.seen, seen_high = excluded.seen_high, \
             proved = excluded.proved, proved_high = excluded.proved_high",
        );
        let query = query.bind(session.sha256.clone()).bind(session.account.clone()).bind(session.address.clone());
        let moments = [session.made, session.seen, session.proved];
        let times = moments.iter().flat_map(|moment| [moment.now, moment.high]);
        self.execute(times.fold(query, |query, time| query.bind(time.as_millisecond())))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database says no.
    pub fn drop_session(&mut self, sha256: &str) -> Result<(), StoreError> {
        self.execute(sqlx::query("DELETE FROM session WHERE sha256 = $1").bind(sha256.to_owned()))
    }

    /// Ends all sessions of an account but one, if one is named.
    ///
    /// # Errors
    /// The database says no.
    pub fn drop_sessions(&mut self, account: &str, but: Option<&str>) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM session WHERE account = $1 AND sha256 <> $2");
        self.execute(query.bind(account.to_owned()).bind(but.unwrap_or_default().to_owned()))
    }

    /// Forgets sessions that were begun before a time: none of them holds any more.
    ///
    /// # Errors
    /// The database says no.
    pub fn drop_sessions_before(&mut self, time: Timestamp) -> Result<(), StoreError> {
        self.execute(sqlx::query("DELETE FROM session WHERE made < $1").bind(time.as_millisecond()))
    }

    /// Keeps a new token.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_token(&mut self, token: &Token) -> Result<(), StoreError> {
        self.execute(
            sqlx::query("INSERT INTO token (sha256, id, account, label, made, made_high, lasts) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .bind(token.sha256.clone())
                .bind(token.id.clone())
                .bind(token.account.clone())
                .bind(token.label.clone())
                .bind(token.made.now.as_millisecond())
                .bind(token.made.high.as_millisecond())
                .bind(millis(token.lasts)),
        )
    }

    /// Remembers that a token was used.
    ///
    /// # Errors
    /// The database says no.
    pub fn use_token(&mut self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        self.execute(sqlx::query("UPDATE token SET used = $2 WHERE id = $1").bind(id.to_owned()).bind(at.as_millisecond()))
    }

    /// Ends one token of an account, or all of them.
    ///
    /// # Errors
    /// The database says no.
    pub fn revoke_tokens(&mut self, account: &str, id: Option<&str>, at: Timestamp) -> Result<(), StoreError> {
        let at = at.as_millisecond();
        self.execute(match id {
            None => sqlx::query("UPDATE token SET revoked = $2 WHERE account = $1 AND revoked IS NULL").bind(account.to_owned()).bind(at),
            Some(id) => sqlx::query("UPDATE token SET revoked = $2 WHERE account = $1 AND revoked IS NULL AND id = $3")
                .bind(account.to_owned())
                .bind(at)
                .bind(id.to_owned()),
        })
    }

    /// Ends every link, session and token of the store: a backup must not give back what was ended after it was made.
    ///
    /// # Errors
    /// The database says no.
    pub fn end_all(&mut self, at: Timestamp) -> Result<(), StoreError> {
        self.execute(sqlx::query("DELETE FROM link"))?;
        self.execute(sqlx::query("DELETE FROM session"))?;
        self.execute(sqlx::query("UPDATE token SET revoked = $1 WHERE revoked IS NULL").bind(at.as_millisecond()))
    }

    /// Remembers how often somebody failed in a row, and the time that belongs to it.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_tries(&mut self, who: &str, failures: u32, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO tries (who, failures, at) VALUES ($1, $2, $3) \
             ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, at = excluded.at",
        );
        self.execute(query.bind(who.to_owned()).bind(i64::from(failures)).bind(at.as_millisecond()))
    }

    /// Forgets tries: those of one, and all that are older than a time.
    ///
    /// # Errors
    /// The database says no.
    pub fn forget_tries(&mut self, who: &str, before: Timestamp) -> Result<(), StoreError> {
        self.execute(sqlx::query("DELETE FROM tries WHERE who = $1 OR at < $2").bind(who.to_owned()).bind(before.as_millisecond()))
    }
}

fn account(row: &AnyRow) -> Result<Account, String> {
    let (name, role): (String, String) = (get(row, 1)?, get(row, 2)?);
    let role = Role::parse(&role).ok_or_else(|| format!("the account {name} has a role {role} that there is not"))?;
    Ok(Account { id: get(row, 0)?, name, role, password: get(row, 3)?, disabled: get::<i64>(row, 4)? != 0, made: time(get(row, 5)?)? })
}

fn session(row: &AnyRow) -> Result<Session, String> {
    Ok(Session {
        sha256: get(row, 0)?,
        account: get(row, 1)?,
        address: get(row, 2)?,
        made: moment(row, 3)?,
        seen: moment(row, 5)?,
        proved: moment(row, 7)?,
    })
}

fn token(row: &AnyRow) -> Result<Token, String> {
    let maybe = |column: usize| get::<Option<i64>>(row, column)?.map(time).transpose();
    Ok(Token {
        sha256: get(row, 0)?,
        id: get(row, 1)?,
        account: get(row, 2)?,
        label: get(row, 3)?,
        made: moment(row, 4)?,
        lasts: lasting(row, 6)?,
        used: maybe(7)?,
        revoked: maybe(8)?,
    })
}

fn moment(row: &AnyRow, column: usize) -> Result<Moment, String> {
    Ok(Moment { now: time(get(row, column)?)?, high: time(get(row, column + 1)?)? })
}

fn lasting(row: &AnyRow, column: usize) -> Result<SignedDuration, String> {
    Ok(SignedDuration::from_millis(get(row, column)?))
}

fn time(milliseconds: i64) -> Result<Timestamp, String> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| error.to_string())
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

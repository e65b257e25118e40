//! Signing in: passwords, sessions, and what holds guessing back. Whether somebody may do a thing is asked of their role, by the face.
//!
//! Looking at a password takes 30 to 50 ms and 19 MiB (argon2id); a server should let no more than two be looked at at once. All else is quick.

mod audit;
mod people;
mod secrets;
mod tokens;

use std::net::IpAddr;

use jiff::SignedDuration;
use serde::Serialize;

use super::Failure;
use super::questionnaire::Desk;
use crate::domain::account::{FORGOTTEN, FREE, IDLE, LONGEST_SESSION, PROVED, check_password, one_more, wait};
pub use crate::domain::account::{Moment, Right, Role, Unfit};
pub use crate::domain::audit::{Act, Audited};
use crate::domain::digest::sha256_hex;
use crate::domain::journal::Event;
use crate::domain::names::compared;
pub use crate::store::Filter;
use crate::store::{Account, Session, Store, Transaction};
pub use audit::{Line, Page, audit, record};
pub use people::{
    AccountLine, Invitation, SessionLine, Whose, accept, accounts, begin, change_role, disable, enable, invite, reset, sessions, set_up,
    whose,
};
use secrets::{fresh, is_password, kept_password};
pub use tokens::{NewToken, TokenLine, new_token, of_token, revoke, tokens};

/// Somebody who is signed in, or for whom a program comes with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// Id of the account.
    pub account: String,
    /// The name, for the desk's `by`.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What every request that changes something must bear besides; empty for a token, which no browser adds by itself.
    pub csrf: String,
    /// Whether the password was given in the last 10 minutes; never with a token.
    pub reauthenticated_recently: bool,
    /// Whether a program comes with a token.
    pub by_token: bool,
}

/// A session that was begun.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The secret for the cookie; nothing else knows it.
    pub token: String,
    /// Who it is.
    pub signed: Signed,
}

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The name or the password is wrong; which of them is not told, nor whether the account is closed.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many tries; nothing was looked at.
    #[error("too many tries: wait {seconds} s and try again")]
    Wait {
        /// How long, in whole seconds.
        seconds: u64,
    },
    /// It could not be done.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<crate::store::StoreError> for Refused {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What somebody gives to be let in.
#[derive(Clone, Copy)]
pub struct Given<'g> {
    /// The name, as typed.
    pub name: &'g str,
    /// The password, as typed.
    pub password: &'g str,
    /// The address that it came from.
    pub address: &'g str,
}

/// Signs somebody in with a new session; the one that came with the request ends, whosever it was. Slow on purpose, and as slow for a name that nobody has.
///
/// # Errors
/// The name or the password is wrong, there were too many tries, or there is no store.
pub fn sign_in(desk: &Desk, given: &Given, old: Option<&str>) -> Result<SignedIn, Refused> {
    let mut store = desk.store()?;
    let account = looked_at(desk, &mut store, given)?;
    let token = fresh()?;
    let mut transaction = store.begin()?;
    let now = moment(desk, &mut transaction)?;
    // Somebody may have reset or closed the account while the password was looked at.
    if transaction.account(&account.id)?.is_none_or(|still| still.disabled || still.password != account.password) {
        return Err(Refused::Wrong);
    }
    if let Some(old) = old {
        transaction.drop_session(&sha256_hex(old.as_bytes()))?;
    }
    transaction.drop_sessions_before(desk.now - LONGEST_SESSION - LONGEST_SESSION)?;
    let session = Session {
        sha256: sha256_hex(token.as_bytes()),
        account: account.id.clone(),
        address: given.address.to_owned(),
        made: now,
        seen: now,
        proved: now,
    };
    transaction.keep_session(&session)?;
    note(&mut transaction, desk, &account.name, Act::SignedIn, &account.name, given.address, "")?;
    transaction.commit()?;
    let signed = signed(&account, csrf_of(&token), true);
    Ok(SignedIn { token, signed })
}

/// Who a session is of; none where it has ended. Costs little, and is meant to be asked on every request.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn session(desk: &Desk, token: &str) -> Result<Option<Signed>, Failure> {
    let mut store = desk.store()?;
    let Some((account, session, now)) = open_session(desk, &mut store, token)? else { return Ok(None) };
    if now.now.duration_since(session.seen.now) >= SEEN_EACH {
        let mut transaction = store.begin()?;
        // One that was ended meanwhile stays ended.
        if let Some(still) = transaction.session(&session.sha256)? {
            transaction.keep_session(&Session { seen: now, ..still })?;
        }
        transaction.commit()?;
    }
    let proved = !now.is_over(&session.proved, PROVED);
    Ok(Some(signed(&account, csrf_of(token), proved)))
}

/// Whether a session lasts, for a page that only listens: this does not count as using it.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn lasts(desk: &Desk, token: &str) -> Result<bool, Failure> {
    Ok(open_session(desk, &mut *desk.store()?, token)?.is_some())
}

/// Ends a session.
///
/// # Errors
/// There is no store, or it cannot be written.
pub fn sign_out(desk: &Desk, token: &str, address: &str) -> Result<(), Failure> {
    let mut store = desk.store()?;
    let open = open_session(desk, &mut store, token)?;
    let mut transaction = store.begin()?;
    transaction.drop_session(&sha256_hex(token.as_bytes()))?;
    if let Some((account, ..)) = open {
        note(&mut transaction, desk, &account.name, Act::SignedOut, &account.name, address, "")?;
    }
    Ok(transaction.commit()?)
}

/// Takes the password once more, so that for 10 minutes what is dangerous may be done. Slow on purpose.
///
/// # Errors
/// The session has ended or the password is wrong, there were too many tries, or there is no store.
pub fn reauthenticate(desk: &Desk, token: &str, password: &str, address: &str) -> Result<(), Refused> {
    let mut store = desk.store()?;
    let Some((account, session, _)) = open_session(desk, &mut store, token)? else { return Err(Refused::Wrong) };
    looked_at(desk, &mut store, &Given { name: &account.name, password, address })?;
    let mut transaction = store.begin()?;
    let Some(still) = transaction.session(&session.sha256)? else { return Err(Refused::Wrong) };
    let now = moment(desk, &mut transaction)?;
    transaction.keep_session(&Session { seen: now, proved: now, ..still })?;
    note(&mut transaction, desk, &account.name, Act::Proved, &account.name, address, "")?;
    Ok(transaction.commit()?)
}

/// Gives somebody another password; every other session and every token of theirs ends at once. Slow on purpose.
///
/// # Errors
/// The session has ended or the old password is wrong, there were too many tries, the new one is not taken, or there is no store.
pub fn change_password(desk: &Desk, token: &str, old: &str, new: &str, address: &str) -> Result<(), Refused> {
    let mut store = desk.store()?;
    let Some((account, session, _)) = open_session(desk, &mut store, token)? else { return Err(Refused::Wrong) };
    check_password(new, &account.name).map_err(unfit)?;
    let account = looked_at(desk, &mut store, &Given { name: &account.name, password: old, address })?;
    let password = Some(kept_password(new)?);
    let mut transaction = store.begin()?;
    let still = transaction.account(&account.id)?.filter(|still| !still.disabled && still.password == account.password);
    let (Some(still), Some(own)) = (still, transaction.session(&session.sha256)?) else { return Err(Refused::Wrong) };
    transaction.keep_account(&Account { password, ..still }, compared(&account.name))?;
    end(&mut transaction, desk, &account.id, Some(&own.sha256))?;
    let now = moment(desk, &mut transaction)?;
    transaction.keep_session(&Session { seen: now, proved: now, ..own })?;
    note(&mut transaction, desk, &account.name, Act::PasswordChanged, &account.name, address, "")?;
    Ok(transaction.commit()?)
}

/// When a session was used last is written no more often than this.
const SEEN_EACH: SignedDuration = SignedDuration::from_mins(1);

/// A session that has not ended, with its account.
fn open_session(desk: &Desk, store: &mut Store, token: &str) -> Result<Option<(Account, Session, Moment)>, Failure> {
    let Some(session) = store.session(&sha256_hex(token.as_bytes()))? else { return Ok(None) };
    let now = moment(desk, store)?;
    // Where the clock was turned back, nobody can say how long it was left alone.
    if now.is_over(&session.seen, IDLE) || now.is_over(&session.made, LONGEST_SESSION) || now.is_before(&session.seen) {
        let mut transaction = store.begin()?;
        transaction.drop_session(&session.sha256)?;
        transaction.commit()?;
        return Ok(None);
    }
    let account = store.account(&session.account)?.filter(|account| !account.disabled);
    Ok(account.map(|account| (account, session, now)))
}

/// Looks at a password. The try is counted before, so that many at once do not slip through.
fn looked_at(desk: &Desk, store: &mut Store, given: &Given) -> Result<Account, Refused> {
    let who = sha256_hex(format!("name {}", compared(given.name)).as_bytes());
    let failures = counted(desk, store, &who, given.address)?;
    let account = store.account_named(&compared(given.name))?;
    let kept = account.as_ref().filter(|account| !account.disabled).and_then(|account| account.password.clone());
    let right = is_password(given.password, kept.as_deref());
    let mut transaction = store.begin()?;
    if let Some(account) = account.as_ref().filter(|_| right) {
        transaction.forget_tries(&who, desk.now - FORGOTTEN)?;
        transaction.commit()?;
        return Ok(account.clone());
    }
    // What was typed as a name that nobody has may be a password.
    let about = account.map(|account| account.name).unwrap_or_default();
    let held = if failures >= FREE { format!("{failures} times in a row; the next try has to wait") } else { String::new() };
    note(&mut transaction, desk, "", Act::SignInFailed, &about, given.address, &held)?;
    transaction.commit()?;
    Err(Refused::Wrong)
}

/// Counts a try against the address and as a wrong one against the name, and gives how many the name has now.
fn counted(desk: &Desk, store: &mut Store, who: &str, address: &str) -> Result<u32, Refused> {
    let from = sha256_hex(format!("address {}", network(address)).as_bytes());
    let held = |left: SignedDuration| Refused::Wait { seconds: u64::try_from(left.as_millis()).unwrap_or_default().div_ceil(1000).max(1) };
    let mut transaction = store.begin()?;
    let full = transaction.tries(&from)?.map(|(_, full)| full);
    let full = one_more(full, desk.now).map_err(held)?;
    transaction.keep_tries(&from, 0, full)?;
    let (failures, last) = transaction.tries(who)?.unwrap_or((0, desk.now));
    let failures = if desk.now.duration_since(last) > FORGOTTEN { 0 } else { failures };
    let left = wait(failures, last, desk.now);
    // Where the clock was turned back, the wait begins now.
    let at = if left > SignedDuration::ZERO { last.min(desk.now) } else { desk.now };
    let failures = if left > SignedDuration::ZERO { failures } else { failures + 1 };
    transaction.keep_tries(who, failures, at)?;
    transaction.commit()?;
    if left > SignedDuration::ZERO { Err(held(left)) } else { Ok(failures) }
}

/// What tries are counted by: an address, or of the new kind the network, of which one customer has more addresses than can be counted.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        },
        _ => address.to_owned(),
    }
}

/// Now, and the highest time that the store knows.
fn moment(desk: &Desk, store: &mut Store) -> Result<Moment, Failure> {
    Ok(Moment::new(desk.now, store.latest()?))
}

/// Ends the sessions of an account, all or all but one, and its tokens.
fn end(transaction: &mut Transaction, desk: &Desk, account: &str, but: Option<&str>) -> Result<(), Failure> {
    transaction.drop_sessions(account, but)?;
    Ok(transaction.revoke_tokens(account, None, desk.now)?)
}

fn signed(account: &Account, csrf: String, reauthenticated_recently: bool) -> Signed {
    let by_token = csrf.is_empty();
    Signed { account: account.id.clone(), name: account.name.clone(), role: account.role, csrf, reauthenticated_recently, by_token }
}

/// What a request of a session bears besides: it follows from the session's secret, which the page cannot read.
fn csrf_of(token: &str) -> String {
    sha256_hex(format!("csrf {token}").as_bytes())
}

/// Writes into the audit log inside a transaction.
fn note(transaction: &mut Transaction, desk: &Desk, by: &str, what: Act, about: &str, address: &str, outcome: &str) -> Result<(), Failure> {
    let audited = Audited { what, about: about.into(), address: address.into(), outcome: outcome.into() };
    transaction.append(None, by, desk.now, &Event::Audited(audited))?;
    Ok(())
}

/// A name or a password that is not taken.
fn unfit(unfit: Unfit) -> Failure {
    let hint = match unfit {
        Unfit::PasswordShort | Unfit::PasswordLong | Unfit::PasswordNamed | Unfit::PasswordCommon => {
            "four or five words that have nothing to do with each other are long, strong and easy to keep"
        }
        _ => "a name such as j.lind",
    };
    Failure::usage(unfit.to_string(), hint)
}

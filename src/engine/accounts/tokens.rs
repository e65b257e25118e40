//! Tokens by which programs come in an account's place: they may do what it may, and never more.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::secrets::{fresh, fresh_id};
use super::{Act, SEEN_EACH, Signed, moment, note, signed};
use crate::domain::account::Right;
use crate::domain::digest::sha256_hex;
use crate::domain::names::tidy;
use crate::engine::Failure;
use crate::engine::questionnaire::Desk;
use crate::store::Token;

/// What each of them begins with, so that it is known for one where it was left lying.
const BEGINNING: &str = "abt_";
/// No token lasts longer.
const DAYS: i64 = 366;
/// No label is longer.
const LABEL: usize = 64;

/// A token that was just made.
#[derive(Clone, Debug, Serialize)]
pub struct NewToken {
    /// The secret; it cannot be shown again.
    pub token: String,
    /// Its id.
    pub id: String,
    /// Until when it holds, by this machine's clock.
    pub until: Timestamp,
}

/// A token, for a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenLine {
    /// Its id.
    pub id: String,
    /// The name of its account.
    pub name: String,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
    /// When it was last used, to the minute.
    pub used: Option<Timestamp>,
    /// When it was ended.
    pub revoked: Option<Timestamp>,
    /// Whether it has ended by age.
    pub over: bool,
}

/// Makes a token for a program of somebody's own, for 1 to 366 days.
///
/// # Errors
/// The label or the days make no sense, or a token asks for a token.
pub fn new_token(desk: &Desk, signed: &Signed, label: &str, days: i64, address: &str) -> Result<NewToken, Failure> {
    let label = tidy(label);
    if label.is_empty() || label.chars().count() > LABEL {
        return Err(Failure::usage(
            "the label is empty or longer than 64 characters",
            "say what the token is for, such as: nightly export",
        ));
    }
    if !(1..=DAYS).contains(&days) {
        return Err(Failure::usage(format!("{days} days: a token lasts 1 to 366 days"), "such as 90"));
    }
    if signed.by_token {
        return Err(Failure::new("a token makes no token", "sign in and make it there"));
    }
    let mut store = desk.store()?;
    let (token, id) = (format!("{BEGINNING}{}", fresh()?), fresh_id()?);
    let lasts = SignedDuration::from_hours(24 * days);
    let mut transaction = store.begin()?;
    let made = moment(desk, &mut transaction)?;
    let sha256 = sha256_hex(token.as_bytes());
    let account = signed.account.clone();
    let kept = Token { sha256, id: id.clone(), account, label: label.clone(), made, lasts, used: None, revoked: None };
    transaction.keep_token(&kept)?;
    note(&mut transaction, desk, &signed.name, Act::TokenMade, &label, address, &format!("for {days} days"))?;
    transaction.commit()?;
    Ok(NewToken { token, id, until: desk.now + lasts })
}

/// Whom a token stands for; none where it has ended. Costs little.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn of_token(desk: &Desk, token: &str) -> Result<Option<Signed>, Failure> {
    if !token.starts_with(BEGINNING) {
        return Ok(None);
    }
    let mut store = desk.store()?;
    let Some(kept) = store.token(&sha256_hex(token.as_bytes()))? else { return Ok(None) };
    if kept.revoked.is_some() || moment(desk, &mut store)?.is_over(&kept.made, kept.lasts) {
        return Ok(None);
    }
    let Some(account) = store.account(&kept.account)?.filter(|account| !account.disabled) else { return Ok(None) };
    if kept.used.is_none_or(|used| desk.now.duration_since(used).abs() >= SEEN_EACH) {
        let mut transaction = store.begin()?;
        transaction.use_token(&kept.id, desk.now)?;
        transaction.commit()?;
    }
    Ok(Some(signed(&account, String::new(), false)))
}

/// The tokens that somebody may see, the newest first: their own, an admin all.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn tokens(desk: &Desk, signed: &Signed) -> Result<Vec<TokenLine>, Failure> {
    let mut store = desk.store()?;
    let now = moment(desk, &mut store)?;
    let accounts = store.accounts()?;
    let line = |token: Token| {
        let name = accounts.iter().find(|account| account.id == token.account).map(|account| account.name.clone());
        let (over, until) = (now.is_over(&token.made, token.lasts), token.made.now + token.lasts);
        let Token { id, label, made, used, revoked, .. } = token;
        TokenLine { id, name: name.unwrap_or_default(), label, made: made.now, until, used, revoked, over }
    };
    Ok(store.tokens()?.into_iter().filter(|token| may_see(signed, token)).map(line).collect())
}

/// Ends a token at once: one's own, or as an admin anybody's.
///
/// # Errors
/// There is no such token for this person.
pub fn revoke(desk: &Desk, signed: &Signed, id: &str, address: &str) -> Result<(), Failure> {
    let mut store = desk.store()?;
    let mut transaction = store.begin()?;
    let mut kept = transaction.tokens()?.into_iter().filter(|token| may_see(signed, token) && token.id == id);
    let Some(token) = kept.next() else {
        return Err(Failure::new(format!("{id}: there is no such token"), "see the list of tokens"));
    };
    if token.revoked.is_none() {
        transaction.revoke_tokens(&token.account, Some(id), desk.now)?;
        note(&mut transaction, desk, &signed.name, Act::TokenRevoked, &token.label, address, "")?;
    }
    Ok(transaction.commit()?)
}

fn may_see(signed: &Signed, token: &Token) -> bool {
    token.account == signed.account || signed.role.may(Right::Administer)
}

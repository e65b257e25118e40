//! Accounts: the first one, invitations, roles, closing and opening, links for choosing a password. There is always an admin who can sign in.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::secrets::{fresh, fresh_id, kept_password};
use super::{Act, end, moment, note, unfit};
use crate::domain::account::{IDLE, INVITATION_LASTS, LONGEST_SESSION, Role, SET_UP_LASTS, check_name, check_password};
use crate::domain::digest::sha256_hex;
use crate::domain::names::compared;
use crate::engine::Failure;
use crate::engine::questionnaire::Desk;
use crate::store::{Account, Link, Store, Transaction};

/// A secret for one use, to be given to one person as the end of a link.
#[derive(Clone, Debug, Serialize)]
pub struct Invitation {
    /// The secret; only its digest is kept.
    pub token: String,
    /// The account's id; empty for the link that makes the first account.
    pub account: String,
    /// The account's name; empty as above.
    pub name: String,
    /// Until when it holds, by this machine's clock.
    pub until: Timestamp,
}

impl Invitation {
    /// The path on the server where it is used.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}?token={}", if self.account.is_empty() { "setup" } else { "accept" }, self.token)
    }
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Whoever makes the first account.
    First,
    /// The person of this name.
    Of(String),
}

/// An account, for a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Whether a password has been chosen.
    pub accepted: bool,
    /// Whether it is closed.
    pub disabled: bool,
    /// When it was made.
    pub made: Timestamp,
    /// When one of its sessions was last used, to the minute; none where it has no session now.
    pub seen: Option<Timestamp>,
}

/// A session, for a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionLine {
    /// Where it was begun from.
    pub address: String,
    /// When it was begun.
    pub made: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
}

/// The link that makes the first account, where no admin is there: a server prints it when it starts. Begins the store if there is none; a link made before ends.
///
/// # Errors
/// The store cannot be made, opened or written.
pub fn begin(desk: &Desk) -> Result<Option<Invitation>, Failure> {
    let mut store = Store::open_or_begin(&desk.store)?;
    let mut transaction = store.begin()?;
    if has_admin(&mut transaction)? {
        return Ok(None);
    }
    let invitation = link(&mut transaction, desk, None, SET_UP_LASTS)?;
    transaction.commit()?;
    Ok(Some(invitation))
}

/// Whom a link is for, if it holds still; for the page that it leads to.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn whose(desk: &Desk, token: &str) -> Result<Option<Whose>, Failure> {
    let mut store = desk.store()?;
    let Some(link) = open_link(desk, &mut store, token)? else { return Ok(None) };
    match &link.account {
        None => Ok((!has_admin(&mut store)?).then_some(Whose::First)),
        Some(id) => Ok(store.account(id)?.filter(|account| !account.disabled).map(|account| Whose::Of(account.name))),
    }
}

/// Makes the first account, an admin, by the link of [`begin`].
///
/// # Errors
/// The link does not hold, or the name or the password is not taken.
pub fn set_up(desk: &Desk, token: &str, name: &str, password: &str, address: &str) -> Result<(), Failure> {
    check_name(name).and_then(|()| check_password(password, name)).map_err(unfit)?;
    let mut store = desk.store()?;
    let first = |store: &mut Store| -> Result<bool, Failure> {
        Ok(open_link(desk, store, token)?.is_some_and(|link| link.account.is_none()) && !has_admin(store)?)
    };
    if !first(&mut store)? {
        return Err(no_link());
    }
    let password = Some(kept_password(password)?);
    let mut transaction = store.begin()?;
    if !first(&mut transaction)? {
        return Err(no_link());
    }
    new_account(&mut transaction, desk, name, Role::Admin, password)?;
    transaction.drop_links(None)?;
    note(&mut transaction, desk, name, Act::SetUp, name, address, "admin")?;
    Ok(transaction.commit()?)
}

/// Makes an account whose person chooses the password by a link, within 7 days.
///
/// # Errors
/// The name is not taken, or somebody has it.
pub fn invite(desk: &Desk, name: &str, role: Role, address: &str) -> Result<Invitation, Failure> {
    desk.named()?;
    check_name(name).map_err(unfit)?;
    let mut store = desk.store()?;
    let mut transaction = store.begin()?;
    let account = new_account(&mut transaction, desk, name, role, None)?;
    let invitation = link(&mut transaction, desk, Some(&account), INVITATION_LASTS)?;
    note(&mut transaction, desk, &desk.by, Act::Invited, name, address, role.name())?;
    transaction.commit()?;
    Ok(invitation)
}

/// Chooses the password of an account by the link for it, and gives the account's name. Slow on purpose.
///
/// # Errors
/// The link does not hold, or the password is not taken.
pub fn accept(desk: &Desk, token: &str, password: &str, address: &str) -> Result<String, Failure> {
    let mut store = desk.store()?;
    let invited = |store: &mut Store| -> Result<Account, Failure> {
        let id = open_link(desk, store, token)?.and_then(|link| link.account).ok_or_else(no_link)?;
        store.account(&id)?.filter(|account| !account.disabled).ok_or_else(no_link)
    };
    let name = invited(&mut store)?.name;
    check_password(password, &name).map_err(unfit)?;
    let password = Some(kept_password(password)?);
    let mut transaction = store.begin()?;
    let account = invited(&mut transaction)?;
    end(&mut transaction, desk, &account.id, None)?;
    transaction.drop_links(Some(&account.id))?;
    transaction.keep_account(&Account { password, ..account }, compared(&name))?;
    note(&mut transaction, desk, &name, Act::Accepted, &name, address, "")?;
    transaction.commit()?;
    Ok(name)
}

/// Takes an account's password away and gives a link by which a new one is chosen, within 7 days; its sessions and tokens end at once.
///
/// # Errors
/// There is no such account, or it is closed.
pub fn reset(desk: &Desk, named: &str, address: &str) -> Result<Invitation, Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let mut transaction = store.begin()?;
    let account = found(&mut transaction, named)?;
    if account.disabled {
        return Err(Failure::new(format!("{}: the account is disabled", account.name), "enable it first"));
    }
    end(&mut transaction, desk, &account.id, None)?;
    let invitation = link(&mut transaction, desk, Some(&account), INVITATION_LASTS)?;
    note(&mut transaction, desk, &desk.by, Act::PasswordReset, &account.name, address, "")?;
    let name = compared(&account.name);
    transaction.keep_account(&Account { password: None, ..account }, name)?;
    transaction.commit()?;
    Ok(invitation)
}

/// Gives an account another role; its sessions and tokens end at once.
///
/// # Errors
/// There is no such account, or it is the last admin.
pub fn change_role(desk: &Desk, named: &str, role: Role, address: &str) -> Result<(), Failure> {
    change(desk, named, Act::RoleChanged, address, |account| {
        let told = format!("{} → {}", account.role.name(), role.name());
        account.role = role;
        told
    })
}

/// Closes an account; its sessions, links and tokens end at once.
///
/// # Errors
/// There is no such account, or it is the last admin.
pub fn disable(desk: &Desk, named: &str, address: &str) -> Result<(), Failure> {
    change(desk, named, Act::Disabled, address, |account| {
        account.disabled = true;
        String::new()
    })
}

/// Opens a closed account again.
///
/// # Errors
/// There is no such account.
pub fn enable(desk: &Desk, named: &str, address: &str) -> Result<(), Failure> {
    change(desk, named, Act::Enabled, address, |account| {
        account.disabled = false;
        String::new()
    })
}

/// All accounts, by name.
///
/// # Errors
/// There is no store, or it is damaged.
pub fn accounts(desk: &Desk) -> Result<Vec<AccountLine>, Failure> {
    let mut store = desk.store()?;
    let mut lines = Vec::new();
    for account in store.accounts()? {
        let seen = open_sessions(desk, &mut store, &account.id)?.first().map(|session| session.seen);
        let (accepted, Account { id, name, role, disabled, made, .. }) = (account.password.is_some(), account);
        lines.push(AccountLine { id, name, role, accepted, disabled, made, seen });
    }
    Ok(lines)
}

/// The sessions of an account that have not ended, the one used last first.
///
/// # Errors
/// There is no such account.
pub fn sessions(desk: &Desk, named: &str) -> Result<Vec<SessionLine>, Failure> {
    let mut store = desk.store()?;
    let account = found(&mut store, named)?;
    open_sessions(desk, &mut store, &account.id)
}

fn open_sessions(desk: &Desk, store: &mut Store, account: &str) -> Result<Vec<SessionLine>, Failure> {
    let now = moment(desk, store)?;
    let mut sessions = store.sessions_of(account)?;
    sessions.retain(|session| !now.is_over(&session.seen, IDLE) && !now.is_over(&session.made, LONGEST_SESSION));
    let line = |session: crate::store::Session| SessionLine { address: session.address, made: session.made.now, seen: session.seen.now };
    Ok(sessions.into_iter().map(line).collect())
}

/// Changes an account; nothing that was open before stays so.
fn change(desk: &Desk, named: &str, what: Act, address: &str, to: impl FnOnce(&mut Account) -> String) -> Result<(), Failure> {
    desk.named()?;
    let mut store = desk.store()?;
    let mut transaction = store.begin()?;
    let before = found(&mut transaction, named)?;
    let mut account = before.clone();
    let told = to(&mut account);
    if account == before {
        return Ok(());
    }
    if is_admin(&before) && !is_admin(&account) && transaction.accounts()?.iter().filter(|account| is_admin(account)).count() == 1 {
        return Err(Failure::new(
            format!("{}: this is the last admin who can sign in", account.name),
            "give somebody else the role admin first, and let them choose their password",
        ));
    }
    end(&mut transaction, desk, &account.id, None)?;
    if account.disabled {
        transaction.drop_links(Some(&account.id))?;
    }
    transaction.keep_account(&account, compared(&account.name))?;
    note(&mut transaction, desk, &desk.by, what, &account.name, address, &told)?;
    Ok(transaction.commit()?)
}

/// An admin who can sign in.
fn is_admin(account: &Account) -> bool {
    account.role == Role::Admin && !account.disabled && account.password.is_some()
}

/// Whether an admin is there, if perhaps one whose password was reset: then the way in is that link.
fn has_admin(store: &mut Store) -> Result<bool, Failure> {
    Ok(store.accounts()?.iter().any(|account| account.role == Role::Admin && !account.disabled))
}

/// The account of an id or a name.
pub(super) fn found(store: &mut Store, named: &str) -> Result<Account, Failure> {
    let known = match store.account(named)? {
        None => store.account_named(&compared(named))?,
        known => known,
    };
    known.ok_or_else(|| Failure::new(format!("{named}: there is no such account"), "see who has one: answerbank account list"))
}

fn new_account(transaction: &mut Transaction, desk: &Desk, name: &str, role: Role, password: Option<String>) -> Result<Account, Failure> {
    if let Some(other) = transaction.account_named(&compared(name))? {
        return Err(Failure::new(format!("{name}: {} has this name", other.name), "names are compared without case; choose another"));
    }
    let account = Account { id: fresh_id()?, name: name.to_owned(), role, password, disabled: false, made: desk.now };
    transaction.keep_account(&account, compared(name))?;
    Ok(account)
}

fn link(transaction: &mut Transaction, desk: &Desk, account: Option<&Account>, lasts: SignedDuration) -> Result<Invitation, Failure> {
    let (token, made) = (fresh()?, moment(desk, transaction)?);
    let id = account.map(|account| account.id.clone());
    transaction.keep_link(&Link { sha256: sha256_hex(token.as_bytes()), account: id.clone(), made, lasts })?;
    let name = account.map(|account| account.name.clone()).unwrap_or_default();
    Ok(Invitation { token, account: id.unwrap_or_default(), name, until: desk.now + lasts })
}

/// A link that holds still.
fn open_link(desk: &Desk, store: &mut Store, token: &str) -> Result<Option<Link>, Failure> {
    let now = moment(desk, store)?;
    Ok(store.link(&sha256_hex(token.as_bytes()))?.filter(|link| !now.is_over(&link.made, link.lasts)))
}

fn no_link() -> Failure {
    Failure::new(
        "this link does not hold: it was used, is too old, or was replaced by a newer one",
        "ask an admin for a new one; the one for the first account is printed when the server starts",
    )
}

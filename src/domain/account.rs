//! Who may sign in and do what: roles and rights, names and passwords, how long a wrong password holds one back. Never sees a stored password.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::names::{compared, tidy};
use super::shown::is_hidden;
use super::standing::same_person;
use super::statement::IMPORT;

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Brings questionnaires in and hands them back.
    Sales,
    /// Decides about answers.
    Reviewer,
    /// Keeps the bank.
    Curator,
    /// All of that, and the accounts.
    Admin,
}

/// What can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See questionnaires, the bank, work items and the ledger.
    Look,
    /// Take questionnaires in, correct their sale and layout, close and reopen them.
    TakeIn,
    /// Decide about answers and say who shall decide.
    Decide,
    /// Release, and fetch what was released.
    Release,
    /// Move work items.
    Follow,
    /// Change the bank and its evidence, take up lessons, import, recall.
    Curate,
    /// Look after accounts, read the audit log, make backups.
    Administer,
}

impl Role {
    /// All roles, as they are spelled.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Sales, "sales"), (Self::Reviewer, "reviewer"), (Self::Curator, "curator"), (Self::Admin, "admin")];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The role of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }

    /// Whether it allows something.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Look | Right::Decide | Right::Follow => true,
            Right::TakeIn | Right::Release => matches!(self, Self::Sales | Self::Admin),
            Right::Curate => matches!(self, Self::Curator | Self::Admin),
            Right::Administer => matches!(self, Self::Admin),
        }
    }
}

/// The fewest and the most characters of a name.
const NAME: (usize, usize) = (2, 64);
/// The fewest and the most characters of a password.
const PASSWORD: (usize, usize) = (12, 128);
/// The least strength of a password, of 0 to 4: "offers moderate protection from offline slow-hash scenario", Wheeler 2016, zxcvbn.
const STRENGTH: zxcvbn::Score = zxcvbn::Score::Three;

/// Why a name or a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The name is too short or too long.
    #[error("a name has 2 to 64 characters")]
    NameLength,
    /// The name bears something that does not show or turns text round.
    #[error("the name holds a character that does not show")]
    NameHidden,
    /// The name is that of something else than a person.
    #[error("the name is what imports are called")]
    NameOfImports,
    /// The name has space that people cannot tell from other space.
    #[error("the name begins or ends with space, or has more than one space between words")]
    NameSpace,
    /// The password is too short.
    #[error("the password has fewer than 12 characters")]
    PasswordShort,
    /// The password is too long.
    #[error("the password has more than 128 characters")]
    PasswordLong,
    /// The password holds the name.
    #[error("the password holds the account's name")]
    PasswordNamed,
    /// The password is among the first that would be tried.
    #[error("the password would be guessed soon: it is made of common words, names, dates or keys that lie side by side")]
    PasswordCommon,
}

/// Checks the name of an account, which is what the journal says somebody did something by.
///
/// # Errors
/// It is too short or long, or two people could be taken for one.
pub fn check_name(name: &str) -> Result<(), Unfit> {
    if name.chars().any(misleads) {
        return Err(Unfit::NameHidden);
    }
    if tidy(name) != name {
        return Err(Unfit::NameSpace);
    }
    if same_person(name, IMPORT) {
        return Err(Unfit::NameOfImports);
    }
    let length = name.chars().count();
    if length < NAME.0 || length > NAME.1 || compared(name).chars().count() < NAME.0 {
        return Err(Unfit::NameLength);
    }
    Ok(())
}

/// Whether a character could make two names look like one: it does not show, is a space unlike others, or only changes a shape.
fn misleads(c: char) -> bool {
    is_hidden(c)
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0080}'..='\u{e0fff}')
}

/// Checks a new password for an account. It is taken as it is: no kind of character is asked for, none is refused.
///
/// # Errors
/// It is too short or long, holds the name, or is among the first that would be tried.
pub fn check_password(password: &str, name: &str) -> Result<(), Unfit> {
    let length = password.chars().count();
    if length < PASSWORD.0 {
        return Err(Unfit::PasswordShort);
    }
    if length > PASSWORD.1 {
        return Err(Unfit::PasswordLong);
    }
    if password.to_lowercase().contains(&name.to_lowercase()) || compared(password).contains(&compared(name)) {
        return Err(Unfit::PasswordNamed);
    }
    if zxcvbn::zxcvbn(password, &[name, "answerbank"]).score() < STRENGTH {
        return Err(Unfit::PasswordCommon);
    }
    Ok(())
}

/// So many wrong passwords cost nothing.
pub const FREE: u32 = 5;
/// No wait is longer.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// After so long without a wrong password they are forgotten.
pub const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// How long somebody has to wait before the next password is looked at: 1 s after the fifth wrong one in a row, twice as long after each more,
/// 15 minutes at most. Where the clock was turned back behind the last one, the whole wait begins now, and no longer one than that.
#[must_use]
pub fn wait(failures: u32, last: Timestamp, now: Timestamp) -> SignedDuration {
    let whole = if failures < FREE { SignedDuration::ZERO } else { SignedDuration::from_secs(1 << (failures - FREE).min(10)).min(LONGEST) };
    whole.saturating_sub(now.duration_since(last).max(SignedDuration::ZERO)).max(SignedDuration::ZERO)
}

/// An address may try so many times at once …
const BURST: i32 = 10;
/// … and once in this time over long.
const EACH: SignedDuration = SignedDuration::from_secs(3);

/// Counts one more try of an address. `full` is the time up to which its earlier tries are reckoned; gives the new one.
/// (The generic cell rate algorithm: one time stands for the whole bucket.)
///
/// # Errors
/// It has tried too often; how long it has to wait.
pub fn one_more(full: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, SignedDuration> {
    let most = EACH * BURST;
    // A time that is further ahead than a full bucket was written before the clock was turned back: nobody waits until it comes again.
    let in_time = |full: &Timestamp| full.duration_since(now) <= most;
    let full = full.filter(in_time).map_or(now, |full| full.max(now));
    let next = full.saturating_add(EACH).unwrap_or(full);
    let over = next.duration_since(now) - most;
    if over > SignedDuration::ZERO { Err(over) } else { Ok(next) }
}

/// A moment as the clock says it, and the highest that was ever seen: a clock that is turned back must not give back what had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the clock says.
    pub now: Timestamp,
    /// The highest time that the store knows, or this one.
    pub high: Timestamp,
}

/// So far back a clock is set right by the system without anybody noticing.
const SET_RIGHT: SignedDuration = SignedDuration::from_mins(5);

impl Moment {
    /// A moment by the clock, in a store whose latest entry is of `latest`.
    #[must_use]
    pub fn new(now: Timestamp, latest: Option<Timestamp>) -> Self {
        Self { now, high: latest.map_or(now, |latest| latest.max(now)) }
    }

    /// Whether something that lasts so long from an earlier moment is over.
    #[must_use]
    pub fn is_over(&self, from: &Self, lasts: SignedDuration) -> bool {
        self.now.duration_since(from.now).max(self.high.duration_since(from.high)) > lasts
    }

    /// Whether the clock is behind what it said before.
    #[must_use]
    pub fn is_before(&self, earlier: &Self) -> bool {
        earlier.now.duration_since(self.now) > SET_RIGHT
    }
}

/// A session nobody uses ends after this.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after this, however much it is used.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(12);
/// A password given so recently counts as just given.
pub const PROVED: SignedDuration = SignedDuration::from_mins(10);
/// How long the link lasts that makes the first account.
pub const SET_UP_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// How long an invitation lasts.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

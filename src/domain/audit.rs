//! What the audit log says besides the work itself: who came, was turned away, changed accounts, fetched something. Never holds a secret.

use serde::{Deserialize, Serialize};

/// An entry of the audit log. It never holds a password or a token, nor what was typed as a name that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audited {
    /// What was done.
    pub what: Act,
    /// The account, answer, questionnaire, file or page that it was done to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The address that it came from; empty for the machine itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What came of it, where that is not plain.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
}

/// What the audit log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// The first account was made.
    SetUp,
    /// Somebody signed in.
    SignedIn,
    /// Somebody gave no right name and password.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// Somebody gave their password once more.
    Proved,
    /// Somebody asked for what their role does not allow.
    Denied,
    /// An account was made.
    Invited,
    /// A password was chosen by a link.
    Accepted,
    /// An account got another role.
    RoleChanged,
    /// An account was closed.
    Disabled,
    /// A closed account was opened again.
    Enabled,
    /// Somebody changed their password.
    PasswordChanged,
    /// A password was taken away, so that a new one is chosen.
    PasswordReset,
    /// A token for programs was made.
    TokenMade,
    /// A token for programs was ended.
    TokenRevoked,
    /// Something was fetched: a workbook, a receipt, a pack, a list, a backup.
    Downloaded,
    /// The bank was changed: an answer written, edited, approved, verified or retired, evidence added, a file taken in.
    BankChanged,
}

impl Act {
    /// All acts, in words of what the person did.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::SetUp, "set up the first account"),
        (Self::SignedIn, "signed in"),
        (Self::SignInFailed, "failed to sign in"),
        (Self::SignedOut, "signed out"),
        (Self::Proved, "gave the password once more"),
        (Self::Denied, "was denied"),
        (Self::Invited, "invited"),
        (Self::Accepted, "chose a password by a link"),
        (Self::RoleChanged, "changed the role of"),
        (Self::Disabled, "disabled"),
        (Self::Enabled, "enabled"),
        (Self::PasswordChanged, "changed the password"),
        (Self::PasswordReset, "reset the password of"),
        (Self::TokenMade, "made a token"),
        (Self::TokenRevoked, "revoked a token"),
        (Self::Downloaded, "downloaded"),
        (Self::BankChanged, "changed the bank"),
    ];

    /// It in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

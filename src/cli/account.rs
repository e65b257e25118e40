//! `answerbank account`: who may sign in to the web app, for whoever looks after the machine: when the last admin forgot the password, or left.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::desk::{ByFlag, StoreFlag};
use super::{Ended, columns, print, print_json, shown, today};
use crate::engine::accounts::{AccountLine, accounts, disable, reset};
use crate::engine::questionnaire::Desk;
use crate::engine::{BankPlace, Failure, Worker};

/// Accounts of the web app.
#[derive(Args)]
pub struct AccountArguments {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// List accounts with their roles
    List(List),
    /// Take an account's password away, end its sessions and tokens, and print a link for one use by which a new password is chosen within 7 days
    Reset(Change),
    /// Close an account; its sessions, links and tokens end at once
    Disable(Change),
}

impl AccountArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            AccountCommand::List(command) => command.run(),
            AccountCommand::Reset(command) => command.reset(),
            AccountCommand::Disable(command) => command.disable(),
        }
    }
}

#[derive(Args)]
struct AccountPlace {
    /// Folder of the answer bank, beside which the store is
    #[arg(long, value_name = "DIR", default_value = "answer-bank", env = "ANSWERBANK_BANK")]
    bank: PathBuf,
    #[command(flatten)]
    store: StoreFlag,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl AccountPlace {
    fn desk(&self, by: &str) -> Desk {
        Desk {
            bank: BankPlace::new(&self.bank),
            store: self.store.folder(&self.bank),
            worker: Worker::default(),
            date: today(),
            now: Timestamp::now(),
            by: by.to_owned(),
        }
    }
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    place: AccountPlace,
}

impl List {
    fn run(self) -> Result<Ended, Failure> {
        let accounts = accounts(&self.place.desk(""))?;
        if self.place.json {
            print_json(&accounts)?;
        } else if accounts.is_empty() {
            print("There are no accounts; `answerbank serve` prints a link for the first one.\n")?;
        } else {
            print(&columns(&accounts.iter().map(row).collect::<Vec<_>>()))?;
        }
        Ok(Ended::Done)
    }
}

fn row(account: &AccountLine) -> Vec<String> {
    let state = match account {
        AccountLine { disabled: true, .. } => "disabled".to_owned(),
        AccountLine { accepted: false, .. } => "no password yet".to_owned(),
        AccountLine { seen: Some(seen), .. } => format!("signed in, seen {}", seen.strftime("%Y-%m-%d %H:%M UTC")),
        _ => String::new(),
    };
    vec![account.name.clone(), account.role.name().to_owned(), account.made.strftime("%Y-%m-%d").to_string(), state]
}

#[derive(Args)]
struct Change {
    /// The account's name
    name: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    place: AccountPlace,
}

impl Change {
    fn desk(&self) -> Desk {
        self.place.desk(self.by.by.as_deref().unwrap_or_default())
    }

    fn reset(self) -> Result<Ended, Failure> {
        let invitation = reset(&self.desk(), &self.name, "")?;
        if self.place.json {
            let path = invitation.path();
            print_json(
                &serde_json::json!({ "name": invitation.name, "token": invitation.token, "path": path, "until": invitation.until }),
            )?;
        } else {
            let until = invitation.until.strftime("%Y-%m-%d %H:%M UTC");
            print(&format!("{}\n", invitation.path()))?;
            eprintln!("{} chooses a new password there, once, until {until}", shown(&invitation.name));
        }
        Ok(Ended::Done)
    }

    fn disable(self) -> Result<Ended, Failure> {
        disable(&self.desk(), &self.name, "")?;
        if self.place.json {
            print_json(&serde_json::json!({ "name": self.name, "disabled": true }))?;
        } else {
            print(&format!("{} can no longer sign in\n", shown(&self.name)))?;
        }
        Ok(Ended::Done)
    }
}

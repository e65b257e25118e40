//! The flags of every command that works on questionnaires of the store: bank, store, day, person.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::{BankFlags, LimitFlags, today};
use crate::engine::Failure;
use crate::engine::questionnaire::Desk;

/// Where the store is.
#[derive(Args)]
pub struct StoreFlag {
    /// Folder of the store [default: .answerbank beside the bank]
    #[arg(long, value_name = "DIR", env = "ANSWERBANK_STORE")]
    store: Option<PathBuf>,
}

impl StoreFlag {
    /// The store's folder, for a bank.
    pub fn folder(&self, bank: &Path) -> PathBuf {
        let beside = || bank.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).join(".answerbank");
        self.store.clone().unwrap_or_else(beside)
    }
}

/// Bank, store, day.
#[derive(Args)]
pub struct DeskFlags {
    #[command(flatten)]
    bank: BankFlags,
    #[command(flatten)]
    store: StoreFlag,
    /// Day on which the answers must stand, such as 2026-11-21 [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    #[command(flatten)]
    limits: LimitFlags,
}

impl DeskFlags {
    /// The day, if one was named.
    pub fn named_date(&self) -> Option<Date> {
        self.date
    }

    /// The desk of somebody who only looks.
    pub fn desk(&self) -> Result<Desk, Failure> {
        self.desk_of(&ByFlag { by: None })
    }

    /// The desk of somebody who changes something, by name.
    pub fn desk_of(&self, by: &ByFlag) -> Result<Desk, Failure> {
        Ok(Desk {
            bank: self.bank.place(),
            store: self.store.folder(&self.bank.bank),
            worker: self.limits.worker()?,
            date: self.date.unwrap_or_else(today),
            now: jiff::Timestamp::now(),
            by: by.by.clone().unwrap_or_default(),
        })
    }
}

/// Bank, store, day, and how it is told.
#[derive(Args)]
pub struct Common {
    #[command(flatten)]
    pub desk: DeskFlags,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Who does it.
#[derive(Args)]
pub struct ByFlag {
    /// Who does it; recorded in the store
    #[arg(long, value_name = "NAME", env = "ANSWERBANK_BY")]
    pub by: Option<String>,
}

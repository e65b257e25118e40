//! `answerbank store`: is all of it what was written, a copy of it, a copy put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::desk::{ByFlag, StoreFlag};
use super::{Ended, counted, print, print_json, shown};
use crate::engine::Failure;
use crate::engine::keep::{Verified, backup, restore, verify};

/// Looks after the store of questionnaires in progress and of what was told.
#[derive(Args)]
pub struct StoreArguments {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Subcommand)]
enum StoreCommand {
    /// Check every entry, every file and every line of the ledger (exit code 1 if anything is not as it was written)
    Verify(Verify),
    /// Copy the store into one file while others go on working, and check the copy
    Backup(Backup),
    /// Put a backup in the place of the store
    Restore(Restore),
}

impl StoreArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            StoreCommand::Verify(command) => {
                let folder = command.place.folder();
                told(&verify(&folder)?, command.place.json, "is as it was written")
            }
            StoreCommand::Backup(command) => told(&backup(&command.place.folder(), &command.file)?, command.place.json, "is copied"),
            StoreCommand::Restore(command) => {
                let by = command.by.by.clone().unwrap_or_default();
                let verified = restore(&command.file, &command.place.folder(), command.force, &by, jiff::Timestamp::now())?;
                told(&verified, command.place.json, "is put back")
            }
        }
    }
}

#[derive(Args)]
struct StorePlace {
    /// Folder of the answer bank, beside which the store is
    #[arg(long, value_name = "DIR", default_value = "answer-bank", env = "ANSWERBANK_BANK")]
    bank: PathBuf,
    #[command(flatten)]
    store: StoreFlag,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl StorePlace {
    fn folder(&self) -> PathBuf {
        self.store.folder(&self.bank)
    }
}

#[derive(Args)]
struct Verify {
    #[command(flatten)]
    place: StorePlace,
}

#[derive(Args)]
struct Backup {
    /// The file to make
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
}

#[derive(Args)]
struct Restore {
    /// A backup
    file: PathBuf,
    /// Replace the store that is there; it is kept beside the new one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    place: StorePlace,
}

fn told(verified: &Verified, json: bool, what: &str) -> Result<Ended, Failure> {
    if json {
        print_json(verified)?;
    } else {
        for problem in &verified.problems {
            print(&format!("{}\n", shown(problem)))?;
        }
        let entries = if verified.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", verified.entries) };
        print(&format!(
            "{entries}, {}, {} of the ledger: {}\n",
            counted(verified.contents, "file"),
            counted(verified.told, "line"),
            if verified.problems.is_empty() { what.to_owned() } else { counted(verified.problems.len(), "problem") },
        ))?;
    }
    Ok(if verified.problems.is_empty() { Ended::Done } else { Ended::Problems })
}

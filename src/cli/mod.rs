//! The terminal face: flags as typed → options as meant, results → text or JSON, failures → messages and exit codes.

mod account;
mod bank;
mod backtest;
mod batch;
mod check;
mod desk;
mod evidence;
mod fill;
mod ledger;
mod matching;
mod model;
mod open;
mod questions;
mod release;
mod review;
mod search;
mod serve;
mod store;
mod trends;
mod work_items;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::bank::Audience;
use crate::domain::shown::{counted, is_hidden};
use crate::domain::standing::Scope;
use crate::engine::{BankPlace, Failure, FailureKind, Listener, output, worker};
pub use serve::Served;

use open::{LimitFlags, OpenWorkbook, note_unconfined};

/// Exit codes, as documented in the help and the README.
const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   failed: the message says what and where
  2   wrong usage
  3   the workbook has no question
  10  done, and gaps or open reviews are left (fill, batch, check, release), or decisions contest each other (review take)

Results go to standard output, everything else to standard error.";

/// Answers security questionnaires from your answer bank, in the customer's own workbook.
///
/// The first minute:  answerbank fill QUESTIONNAIRE.xlsx --bank answer-bank --audience nda
#[derive(Parser)]
#[command(name = "answerbank", version, after_help = EXIT_CODES, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill a questionnaire: write what may safely be written, list what needs a person
    Fill(fill::Fill),
    /// Fill many questionnaires; go on where a stopped run was; sum up what is missing
    Batch(batch::Batch),
    /// Tell what filling would come to: how much is ready, who is needed, what is missing; writes nothing
    Check(check::Check),
    /// Questionnaires in progress: take in, list, show, accept, choose, edit, reject, assign
    Review(review::ReviewArguments),
    /// Write the customer's workbook as its review stands, and record what the customer is told
    Release(release::Release),
    /// What somebody has to do, over all questionnaires, ranked by what is at stake
    WorkItems(work_items::WorkItemArguments),
    /// What was told to whom, and who must be told that it is no longer so
    Ledger(ledger::LedgerArguments),
    /// Play the team's own history again: how often each band was right
    Backtest(backtest::BacktestCommand),
    /// How the work goes, month by month
    Trends(trends::Trends),
    /// Show what a workbook asks, where the answers go, and why
    Questions(questions::Questions),
    /// Rank answers for questions from standard input, one JSON object a line
    Match(matching::Matching),
    /// Search the bank
    Search(search::Search),
    /// The sentence model, which finds answers to questions in other words: install it, show it, embed a bank by it
    Model(model::ModelArguments),
    /// Look after the bank: write, approve, check and renew answers; bring in and give out
    Bank(bank::BankArguments),
    /// Look after evidence: check it, record it, pack what a customer may see
    Evidence(evidence::EvidenceArguments),
    /// Look after the store of questionnaires in progress: verify, back up, restore
    Store(store::StoreArguments),
    /// Serve the web app: questionnaires, the bank, work items and the ledger in the browser
    Serve(serve::Serve),
    /// Accounts of the web app: list, reset a password, disable
    Account(account::AccountArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Where the bank is.
#[derive(clap::Args)]
struct BankFlags {
    /// Folder of the answer bank
    #[arg(long, value_name = "DIR", default_value = "answer-bank", env = "ANSWERBANK_BANK")]
    bank: PathBuf,
    /// Folder for indexes of large banks [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "ANSWERBANK_CACHE")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    model: ModelFlag,
}

impl BankFlags {
    fn place(&self) -> BankPlace {
        BankPlace {
            cache: self.cache.clone().or_else(|| user_folder("XDG_CACHE_HOME", ".cache", "Library/Caches")),
            model: self.model.installed(),
            progress: Listener::new(show_progress),
            ..BankPlace::new(&self.bank)
        }
    }
}

/// Which sentence model.
#[derive(clap::Args)]
struct ModelFlag {
    /// File of the sentence model, or `none` [default: the installed one, see `answerbank model`]
    #[arg(long, value_name = "FILE", env = "ANSWERBANK_MODEL")]
    model: Option<PathBuf>,
}

impl ModelFlag {
    /// Where a model is or would be installed.
    fn path(&self) -> Option<PathBuf> {
        self.model
            .clone()
            .or_else(|| user_folder("XDG_DATA_HOME", ".local/share", "Library/Application Support").map(|folder| folder.join("model.onnx")))
    }

    /// The model that is used: the one that was named, else the installed one, if there is one.
    fn installed(&self) -> Option<PathBuf> {
        match &self.model {
            Some(none) if none.as_os_str() == "none" => None,
            Some(named) => Some(named.clone()),
            None => self.path().filter(|path| path.exists()),
        }
    }
}

/// A folder of the user's for this program, by the customs of the system.
fn user_folder(variable: &str, unix: &str, mac: &str) -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join(mac))
    } else {
        folder(variable).or_else(|| folder("HOME").map(|home| home.join(unix)))
    };
    base.map(|base| base.join("answerbank"))
}

/// Shows how far long work is, on a terminal only.
fn show_progress(what: &str, done: usize, all: usize) {
    if all < 50 || !io::stderr().is_terminal() {
        return;
    }
    let step = (all / 100).max(1);
    if done == all {
        eprint!("\r\x1b[K");
    } else if done.is_multiple_of(step) {
        eprint!("\r{what}: {done} of {all}\x1b[K");
    }
}

/// Who asks, about what, when.
#[derive(clap::Args)]
struct ScopeFlags {
    /// Who will read the answers; answers for a narrower audience are kept back
    #[arg(long, value_parser = ["public", "nda"], default_value = "public")]
    audience: String,
    /// Product asked about, by its id in bank.toml; may be given several times
    #[arg(long, value_name = "ID")]
    product: Vec<String>,
    /// Region asked about, by its id in bank.toml; may be given several times
    #[arg(long, value_name = "ID")]
    region: Vec<String>,
    /// Day on which the answers must stand, such as 2026-11-21 [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
}

impl ScopeFlags {
    fn scope(&self) -> Scope {
        Scope {
            date: self.date.unwrap_or_else(today),
            audience: Audience::parse(&self.audience).unwrap_or(Audience::Public),
            products: self.product.clone(),
            regions: self.region.clone(),
        }
    }
}

/// Today in the local calendar.
fn today() -> Date {
    jiff::Zoned::now().date()
}

/// How a command that printed its results ended.
enum Ended {
    Done,
    OpenEnds,
    Problems,
}

/// Runs the program; `serve` is the web face, which this one does not know.
#[must_use]
pub fn run(serve: impl FnOnce(Served) -> Result<(), Failure>) -> ExitCode {
    // The program's own command is none of those that people see: help and completions do not offer it.
    if std::env::args_os().nth(1).is_some_and(|word| word == worker::COMMAND) {
        return exit_code(OpenWorkbook::parse_from(std::env::args_os().skip(1)).run());
    }
    let ended = match Arguments::parse().command {
        Command::Fill(command) => command.run(),
        Command::Batch(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Review(command) => command.run(),
        Command::Release(command) => command.run(),
        Command::WorkItems(command) => command.run(),
        Command::Ledger(command) => command.run(),
        Command::Store(command) => command.run(),
        Command::Account(command) => command.run(),
        Command::Backtest(command) => command.run(),
        Command::Trends(command) => command.run(),
        Command::Questions(command) => command.run(),
        Command::Match(command) => command.run(),
        Command::Search(command) => command.run(),
        Command::Model(command) => command.run(),
        Command::Bank(command) => command.run(),
        Command::Evidence(command) => command.run(),
        Command::Serve(command) => command.run(serve),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "answerbank", &mut script);
            print_bytes(&script).map(|()| Ended::Done)
        }
    };
    exit_code(ended)
}

fn exit_code(ended: Result<Ended, Failure>) -> ExitCode {
    match ended {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::OpenEnds) => ExitCode::from(10),
        Ok(Ended::Problems) => ExitCode::from(1),
        Err(failure) => {
            // A message may bear a name that somebody else chose.
            eprintln!("error: {}", shown_lines(&failure.message));
            if !failure.hint.is_empty() {
                eprintln!("hint: {}", shown_lines(&failure.hint));
            }
            ExitCode::from(match failure.kind {
                FailureKind::Failed | FailureKind::NoSpace | FailureKind::Busy | FailureKind::Changed | FailureKind::TooLarge => 1,
                FailureKind::Usage | FailureKind::NotThere => 2,
                FailureKind::NoQuestion => 3,
            })
        }
    }
}

/// Prints to standard output; a reader that went away is no failure.
fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output: {error}"), "")),
        _ => Ok(()),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(error.to_string(), "this is a bug; please report it"))?;
    print(&format!("{text}\n"))
}

/// Customer text for a terminal: control and direction characters shown, not obeyed.
fn shown(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\r' | '\t' => " ".to_owned(),
        c if is_hidden(c) => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    text.chars().map(visible).collect()
}

/// As [`shown`], but for the ends of lines.
fn shown_lines(text: &str) -> String {
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

/// A text on one line of so many characters.
fn clipped(text: &str, width: usize) -> String {
    let text = shown(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= width { text } else { text.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}

/// Rows of a table under each other, each column as wide as its widest cell, the last one as it is.
fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().map(|cell| shown(cell)).enumerate() {
            line.push_str(&cell);
            if column + 1 < row.len() {
                line.push_str(&" ".repeat((widths[column] + 2).saturating_sub(cell.chars().count())));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// So many days after a day.
fn days_after(date: Date, days: u32) -> Result<Date, Failure> {
    let after = jiff::Span::new().try_days(days).and_then(|span| date.checked_add(span));
    after
        .map_err(|_| Failure::usage(format!("--within {days}: that is after the last day of the calendar"), "a number of days, such as 30"))
}

/// Writes a result into a file that is not there yet, or may be replaced.
fn write_new(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    if path.exists() && !force {
        return Err(Failure::new(format!("{}: there is such a file", path.display()), "name another one, or replace it with --force"));
    }
    output::put(path, bytes)
}

/// A program of the system by its full path: a folder with a program of that name must not stand in for it.
fn installed_program(name: &str, hint: &str) -> Result<PathBuf, Failure> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders
        .find_map(|folder| Some(folder.join(&file)).filter(|program| program.is_file()))
        .ok_or_else(|| Failure::new(format!("{name}: there is no such program"), hint))
}

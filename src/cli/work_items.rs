//! `answerbank work-items`: what somebody has to do, over all questionnaires, ranked by what is at stake.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::desk::{ByFlag, DeskFlags};
use super::review::moved_in_words;
use super::{Ended, clipped, columns, counted, print, print_bytes, print_json, shown, write_new};
use crate::domain::backlog::Item;
use crate::domain::journal::ItemState;
use crate::domain::work_item::{Purpose, Work};
use crate::engine::Failure;
use crate::engine::backlog::{For, Step, Which, export, kinds, list, show, step};

/// What somebody has to do so that questions can be answered.
#[derive(Args)]
pub struct WorkItemArguments {
    #[command(subcommand)]
    command: WorkItemCommand,
}

#[derive(Subcommand)]
enum WorkItemCommand {
    /// List work items, those with most at stake first
    List(List),
    /// Show one with all questions that wait for it
    Show(Show),
    /// Begin
    Start(Plain),
    /// Close one that is done: the gap is gone from the bank, or it was answered by hand (--reason)
    Done(Done),
    /// Close one that will not be done
    WontDo(WontDo),
    /// Open one again
    Reopen(Plain),
    /// Give one to somebody
    Owner(Owner),
    /// File one under another kind of work or purpose
    Tag(Tag),
    /// Say that one is the same as another
    Same(Same),
    /// Write them as another tool takes them in
    Export(Export),
}

impl WorkItemArguments {
    pub fn run(self) -> Result<Ended, Failure> {
        match self.command {
            WorkItemCommand::List(command) => command.run(),
            WorkItemCommand::Show(command) => command.run(),
            WorkItemCommand::Start(command) => command.item.step(Step::Start),
            WorkItemCommand::Done(command) => command.item.step(Step::Done { reason: command.reason }),
            WorkItemCommand::WontDo(command) => command.item.step(Step::WontDo { reason: command.reason }),
            WorkItemCommand::Reopen(command) => command.item.step(Step::Reopen),
            WorkItemCommand::Owner(command) => command.item.step(Step::Owner(command.to)),
            WorkItemCommand::Tag(command) => {
                command.item.step(Step::Tag(command.work.as_deref().and_then(work), command.purpose.as_deref().and_then(purpose)))
            }
            WorkItemCommand::Same(command) => command.item.step(Step::Same(command.other)),
            WorkItemCommand::Export(command) => command.run(),
        }
    }
}

fn work(name: &str) -> Option<Work> {
    Work::ALL.iter().find(|(_, known)| *known == name).map(|(work, _)| *work)
}

fn purpose(name: &str) -> Option<Purpose> {
    Purpose::ALL.iter().find(|(_, known)| *known == name).map(|(purpose, _)| *purpose)
}

fn state(name: &str) -> Option<ItemState> {
    ItemState::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
}

const STATES: [&str; 4] = ["open", "in-progress", "done", "wont-do"];
const WORKS: [&str; 4] = ["business-project", "operations", "engineering", "incident"];
const PURPOSES: [&str; 3] = ["risk", "trust", "governance"];

#[derive(Args)]
struct WhichFlags {
    /// Only in this state [default: open and in progress]
    #[arg(long, value_parser = STATES)]
    state: Option<String>,
    /// Only this person's
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only this kind of work
    #[arg(long, value_parser = WORKS)]
    work: Option<String>,
    /// Only for this
    #[arg(long, value_parser = PURPOSES)]
    purpose: Option<String>,
    /// Only this kind of gap
    #[arg(long, value_parser = kinds())]
    kind: Option<String>,
    /// Only those in which all of these words stand
    #[arg(long)]
    words: Option<String>,
    /// Also those that are closed, and those for which nobody waits any more
    #[arg(long)]
    all: bool,
}

impl WhichFlags {
    fn which(self) -> Which {
        Which {
            state: self.state.as_deref().and_then(state),
            owner: self.owner,
            work: self.work.as_deref().and_then(work),
            purpose: self.purpose.as_deref().and_then(purpose),
            kind: self.kind,
            words: self.words.unwrap_or_default(),
            all: self.all,
        }
    }
}

/// Lists work items, those with most at stake first.
#[derive(Args)]
struct List {
    #[command(flatten)]
    which: WhichFlags,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

impl List {
    fn run(self) -> Result<Ended, Failure> {
        let items = list(&self.desk.desk()?, &self.which.which())?;
        if self.json {
            print_json(&items)?;
        } else if items.is_empty() {
            print("Nothing is to be done.\n")?;
        } else {
            let mut rows = vec![["ID", "VALUE", "DUE", "QUESTIONS", "STATE", "WORK", "OWNER", "TITLE"].map(str::to_owned).to_vec()];
            rows.extend(items.iter().map(row));
            print(&columns(&rows))?;
        }
        Ok(Ended::Done)
    }
}

fn row(item: &Item) -> Vec<String> {
    vec![
        item.item.id.clone(),
        item.value.to_string(),
        item.due.map(|due| due.to_string()).unwrap_or_default(),
        item.waits.len().to_string(),
        format!("{}{}", item.state.name(), if item.came_back { " (again)" } else { "" }),
        format!("{}/{}", item.item.work.name(), item.item.purpose.name()),
        clipped(&item.item.owner, 20),
        clipped(&item.item.title, 70),
    ]
}

fn in_words(item: &Item) -> String {
    let mut out = format!("{}  {}\n\n", item.item.id, clipped(&item.item.title, 100));
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "  {name:<13} {}", shown(text));
        }
    };
    line("state", &format!("{}{}", item.state.name(), if item.came_back { ", after it was done: the gap is there again" } else { "" }));
    line("reason", &item.reason);
    line("kind", &format!("{}, {} work for {}", item.item.kind.name(), item.item.work.name(), item.item.purpose.name()));
    line("owner", &item.item.owner);
    line("why", &item.item.why);
    line("what to do", &item.item.to_do);
    line("requirements", &item.item.requirements.join(", "));
    line("same", &item.same.join(", "));
    line("at stake", &format!("{} in {}", item.value, counted(item.deals.len(), "sale")));
    line("due", &item.due.map(|due| due.to_string()).unwrap_or_default());
    for waits in &item.waits {
        let _ =
            writeln!(out, "  {}  {}  {}: {}", waits.questionnaire, clipped(&waits.customer, 24), waits.place, clipped(&waits.question, 80));
    }
    out
}

#[derive(Args)]
struct Named {
    /// The work item: its id or the beginning of it
    item: String,
    #[command(flatten)]
    by: ByFlag,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Named {
    fn step(&self, taken: Step) -> Result<Ended, Failure> {
        let moving = step(&self.desk.desk_of(&self.by)?, &self.item, taken)?;
        if self.json {
            print_json(&moving)?;
        } else {
            print(&format!("{}{}", moved_in_words(&moving.refilled), in_words(&moving.item)))?;
        }
        Ok(Ended::Done)
    }
}

/// Shows one work item with all questions that wait for it.
#[derive(Args)]
struct Show {
    /// The work item: its id or the beginning of it
    item: String,
    #[command(flatten)]
    desk: DeskFlags,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Show {
    fn run(self) -> Result<Ended, Failure> {
        let item = show(&self.desk.desk()?, &self.item)?;
        if self.json {
            print_json(&item)?;
        } else {
            print(&in_words(&item))?;
        }
        Ok(Ended::Done)
    }
}

#[derive(Args)]
struct Plain {
    #[command(flatten)]
    item: Named,
}

#[derive(Args)]
struct Done {
    #[command(flatten)]
    item: Named,
    /// How it was answered by hand; without it, the gap must be gone from the bank
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

#[derive(Args)]
struct WontDo {
    #[command(flatten)]
    item: Named,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Args)]
struct Owner {
    #[command(flatten)]
    item: Named,
    /// Who
    #[arg(long, value_name = "NAME")]
    to: String,
}

#[derive(Args)]
struct Tag {
    #[command(flatten)]
    item: Named,
    /// The kind of work
    #[arg(long, value_parser = WORKS, required_unless_present = "purpose")]
    work: Option<String>,
    /// What it is for
    #[arg(long, value_parser = PURPOSES)]
    purpose: Option<String>,
}

#[derive(Args)]
struct Same {
    #[command(flatten)]
    item: Named,
    /// The work item that it is the same as, or `none`: it is one of its own again
    other: String,
}

/// A format that another tool takes in.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Csv,
    Jira,
    Gitlab,
    Github,
}

/// Writes work items as another tool takes them in. The id stands in each title and among the labels, so that a second list updates what the first one made.
#[derive(Args)]
struct Export {
    /// For which tool
    #[arg(long = "for", value_enum, default_value = "json")]
    to: Format,
    /// The file [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    which: WhichFlags,
    #[command(flatten)]
    desk: DeskFlags,
}

impl Export {
    fn run(self) -> Result<Ended, Failure> {
        let items = list(&self.desk.desk()?, &self.which.which())?;
        let to = match self.to {
            Format::Json => For::Json,
            Format::Csv => For::Csv,
            Format::Jira => For::Jira,
            Format::Gitlab => For::Gitlab,
            Format::Github => For::Github,
        };
        let bytes = export(&items, to)?;
        match &self.out {
            Some(path) => {
                write_new(path, &bytes, self.force)?;
                print(&format!("{}: {}\n", path.display(), counted(items.len(), "work item")))?;
            }
            None => print_bytes(&bytes)?,
        }
        Ok(Ended::Done)
    }
}

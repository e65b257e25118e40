//! Use case: many received workbooks at once. Each is filled as `fill` does it, whole or not at all; a run that was killed goes on where it was.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::curate::edit_failure;
use super::fill::{Paper, Terms, answer};
use super::mapping::LayoutFrom;
use super::matching::{Finders, Search, processors};
use super::output::{Aside, write_by_way_of};
use super::receipt::Counts;
use super::{BankPlace, Failure, Listener, check_scope};
use crate::bank::edit::Lock;
use crate::domain::journal::Sale;
use crate::domain::standing::Scope;
use crate::workbook::Worker;
use finished::{Now, State};

mod finished;
mod listing;
mod manifest;
mod summary;

pub use summary::{Log, Missing};

/// What to fill, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// Folders and workbooks; with a manifest, the folder that its files lie in, or none: its own.
    pub places: Vec<PathBuf>,
    /// A table of the files with what is known of each sale.
    pub manifest: Option<PathBuf>,
    /// The output folder.
    pub out: PathBuf,
    /// What opens workbooks.
    pub worker: Worker,
    /// Where the layout comes from.
    pub layout: LayoutFrom,
    /// The bank.
    pub bank: BankPlace,
    /// Whose they are, where the manifest does not say so.
    pub sale: Sale,
    /// Date; and audience, products, regions where the manifest does not say them.
    pub scope: Scope,
    /// Whether answers already there are replaced.
    pub overwrite: bool,
    /// Whether output that was made on other terms is replaced.
    pub force: bool,
    /// How many threads; none: one for each processor.
    pub threads: Option<usize>,
}

/// One file of a batch.
#[derive(Clone, Debug)]
struct Listed {
    /// Its path from the folder in which all files of the batch lie, with `/`; its output lies under the same in the output folder.
    name: String,
    path: PathBuf,
    sale: Sale,
    scope: Scope,
}

/// What became of one file.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum FileOutcome {
    /// It is filled, in this run or before.
    Done {
        /// How many questions became what.
        #[serde(flatten)]
        counts: Counts,
        /// Cells written.
        cells: usize,
        /// How many work items its gaps make.
        work_items: usize,
        /// What its owner should know of it.
        warnings: Vec<String>,
    },
    /// It could not be filled.
    Failed {
        /// Why.
        why: String,
        /// What to do.
        hint: String,
    },
}

/// One file as told.
#[derive(Clone, Debug, Serialize)]
pub struct FileTold {
    /// Its path from the folder in which all files of the batch lie, with `/`.
    pub file: String,
    /// The sale.
    #[serde(flatten)]
    pub sale: Sale,
    /// Date, audience, products, regions.
    #[serde(flatten)]
    pub scope: Scope,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: FileOutcome,
}

/// One file as told while the batch runs.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The file.
    #[serde(flatten)]
    pub told: FileTold,
    /// Why it was left as it is: it was finished before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<&'static str>,
    /// Why it was filled although there was output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redone: Option<String>,
}

/// Fills all files. One that fails is told, and the others are filled. `hear` hears of each, in the order of their names.
///
/// # Errors
/// The manifest is wrong, there is no bank, another batch writes there, or output on other terms would be replaced: then nothing was done.
pub fn batch(order: &Order, hear: &mut (dyn FnMut(&Heard) -> Result<(), Failure> + Send)) -> Result<Log, Failure> {
    let files = listing::listed(order)?;
    let opened = order.bank.open()?;
    check_scope(&opened.bank, &order.scope)?;
    if let Some(manifest) = &order.manifest {
        manifest::check_scopes(manifest, &files, &opened.bank)?;
    }
    let search = opened.search();
    let files: Vec<Listed> = files.into_iter().map(|file| file.listed).collect();
    let _lock = claim(order)?;
    let states = states(order, &search, &files)?;
    let aside = Aside::in_folder(&order.out);
    let told = fill_all(order, &search, &files, &states, &aside.0, hear)?;
    summary::write(order, &search, &aside.0, told)
}

/// Makes the output folder, keeps others out of it, and clears away what a killed run left.
fn claim(order: &Order) -> Result<Lock, Failure> {
    let out = &order.out;
    std::fs::create_dir_all(out).map_err(|error| Failure::io(out, &error))?;
    let lock = Lock::try_take(out).map_err(|error| edit_failure(&error))?;
    let busy =
        || Failure::new(format!("{}: another batch is writing there", out.display()), "wait for it, or name another folder with --out");
    let lock = lock.ok_or_else(busy)?;
    Aside::clear(out)?;
    if out.join(summary::SUMMARY).exists() && !out.join(summary::LOG).exists() && !order.force {
        let what = format!("{}: this file is of no batch", out.join(summary::SUMMARY).display());
        return Err(Failure::new(what, "name another folder with --out, or replace it with --force"));
    }
    Ok(lock)
}

/// What there is of each file's output. Nothing is done where some of it was made on other terms, unless that is forced.
fn states(order: &Order, search: &Search, files: &[Listed]) -> Result<Vec<State>, Failure> {
    let now = Now::new(order, search)?;
    let mut states = Vec::new();
    let threads = order.threads.unwrap_or_else(processors).min(files.len());
    let look = |(): &mut (), at: usize| finished::state(order, &now, &files[at]);
    in_order(vec![(); threads.max(1)], files.len(), &look, &mut |_, state| {
        states.push(state);
        Ok(())
    })?;
    let other = |(file, state): (&Listed, &State)| match state {
        State::Other(why) => Some(format!("{} ({why})", file.name)),
        _ => None,
    };
    let others: Vec<String> = files.iter().zip(&states).filter_map(other).collect();
    if others.is_empty() || order.force {
        return Ok(states);
    }
    let shown = others.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
    let more = if others.len() > 5 { format!("; and {} more", others.len() - 5) } else { String::new() };
    Err(Failure::new(
        format!("{}: output of an earlier run was made on other terms: {shown}{more}", order.out.display()),
        "nothing was changed; give the same options (such as --date) to go on with that run, name another folder with --out, or replace that output with --force",
    ))
}

/// Fills what is not finished yet, several files at a time.
fn fill_all(
    order: &Order,
    search: &Search,
    files: &[Listed],
    states: &[State],
    aside: &Path,
    hear: &mut (dyn FnMut(&Heard) -> Result<(), Failure> + Send),
) -> Result<Vec<FileTold>, Failure> {
    let threads = order.threads.unwrap_or_else(processors).max(1);
    let open = states.iter().filter(|state| !matches!(state, State::Finished { .. })).count();
    let mut told = Vec::new();
    let fill = |finders: &mut Finders, at: usize| tell(order, finders, &files[at], &states[at], &aside.join(at.to_string()));
    // Files beside each other leave no processor waiting while a workbook is opened; a single one gets all threads.
    let tools = Finders::apart(search, threads.min(open.max(1)), threads);
    in_order(tools, files.len(), &fill, &mut |at, heard: Heard| {
        order.bank.progress.tell("files", at + 1, files.len());
        hear(&heard)?;
        told.push(heard.told);
        Ok(())
    })?;
    Ok(told)
}

/// Fills one file unless it is finished, and tells what its output says.
fn tell(order: &Order, finders: &mut Finders, file: &Listed, state: &State, aside: &Path) -> Heard {
    let (mut left, mut redone) = (None, None);
    let filled = match state {
        State::Finished { by_hand } => {
            left = Some(if *by_hand { "finished before, and the workbook was changed since" } else { "finished before" });
            Ok(())
        }
        State::Open => fill_one(order, finders, file, aside),
        State::Broken => {
            redone = Some("there was output, but not all of it".to_owned());
            fill_one(order, finders, file, aside)
        }
        State::Other(why) => {
            redone = Some(why.clone());
            fill_one(order, finders, file, aside)
        }
    };
    let outcome = filled.and_then(|()| finished::outcome(&order.out, file)).unwrap_or_else(|failure| {
        redone = None;
        let old = if finished::is_there(&order.out, file) { "; the output of an earlier run is still there" } else { "" };
        FileOutcome::Failed { why: failure.message, hint: format!("{}{old}", failure.hint) }
    });
    let told = FileTold { file: file.name.clone(), sale: file.sale.clone(), scope: file.scope.clone(), outcome };
    Heard { told, left, redone }
}

/// A name, unless it is empty.
fn said(name: &str) -> Option<String> {
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// A bug that one workbook brings up costs that file, not the others.
fn fill_one(order: &Order, finders: &mut Finders, file: &Listed, aside: &Path) -> Result<(), Failure> {
    let filled = catch_unwind(AssertUnwindSafe(|| {
        let out = finished::folder(&order.out, &file.name)?;
        let paper = Paper::read(&order.worker, &file.path, &order.layout, &order.bank.root)?;
        let terms = Terms {
            scope: &file.scope,
            overwrite: order.overwrite,
            decisions: &[],
            decisions_digest: None,
            seen: None,
            include_review: false,
            look_again: &[],
            customer: said(&file.sale.customer),
            deal: said(&file.sale.deal),
            progress: &Listener::default(),
        };
        let answered = answer(finders, &order.worker, &paper, &terms)?;
        write_by_way_of(aside, &out, &answered.files)
    }));
    filled.unwrap_or_else(|_| {
        let what = format!("{}: answering it broke down", file.path.display());
        Err(Failure::new(what, "this is a bug; please report it, with the file if you may"))
    })
}

/// Does so many tasks, each tool in a thread of its own, and hands on what comes of them in their order. The first failure of `take` ends it.
fn in_order<W: Send, T: Send>(
    tools: Vec<W>,
    tasks: usize,
    run: &(dyn Fn(&mut W, usize) -> T + Sync),
    take: &mut (dyn FnMut(usize, T) -> Result<(), Failure> + Send),
) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let taken = Mutex::new((BTreeMap::new(), 0, Ok(()), take));
    std::thread::scope(|scope| {
        let (next, taken) = (&next, &taken);
        for mut tool in tools {
            scope.spawn(move || {
                loop {
                    let task = next.fetch_add(1, Ordering::Relaxed);
                    if task >= tasks {
                        return;
                    }
                    let done = run(&mut tool, task);
                    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                    let (waiting, at, ended, take) = &mut *taken;
                    waiting.insert(task, done);
                    while let Some(done) = waiting.remove(at).filter(|_| ended.is_ok()) {
                        *ended = take(*at, done);
                        *at += 1;
                    }
                    if ended.is_err() {
                        next.store(tasks, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    taken.into_inner().unwrap_or_else(PoisonError::into_inner).2
}

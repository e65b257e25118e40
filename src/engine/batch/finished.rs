//! What there is of a file's output: nothing, all of it on the terms of now, or something else. Looks at receipts, writes nothing.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{FileOutcome, Listed, Order, said, summary};
use crate::bank::mappings;
use crate::domain::digest::sha256_hex;
use crate::domain::work_item::WorkItem;
use crate::engine::Failure;
use crate::engine::fill::Paper;
use crate::engine::mapping::LayoutFrom;
use crate::engine::matching::Search;
use crate::engine::output::{CUSTOMER, INTERNAL, RECEIPT, REPORT};
use crate::engine::receipt::{Counts, FileDigest, Options, PROGRAM};

/// What there is of a file's output.
pub(super) enum State {
    /// Nothing.
    Open,
    /// Some of it.
    Broken,
    /// All of it, as this run would make it, apart from what people did with it since.
    Finished {
        /// Whether somebody changed the customer's workbook afterwards.
        by_hand: bool,
    },
    /// All of it, but made on other terms, which are named.
    Other(String),
}

/// What a receipt says that tells whether its output is what this run would make.
#[derive(Deserialize)]
struct Kept {
    program: String,
    input: FileDigest,
    output: FileDigest,
    bank_digest: String,
    mapping: Option<String>,
    mapping_digest: Option<String>,
    model_digest: Option<String>,
    options: Options,
    counts: Counts,
    written: Vec<IgnoredAny>,
    warnings: Vec<String>,
}

/// What all files are filled from.
pub(super) struct Now {
    bank_digest: String,
    model_digest: Option<String>,
    /// Whether a mapping could be obeyed at all.
    mapped: bool,
}

impl Now {
    /// Of this run.
    pub fn new(order: &Order, search: &Search) -> Result<Self, Failure> {
        let root = &order.bank.root;
        let remembered = || mappings::remembered(root).map_err(|error| Failure::io(&root.join(mappings::FOLDER), &error));
        let mapped = match order.layout {
            LayoutFrom::Finder => false,
            LayoutFrom::File(_) | LayoutFrom::Text(_) => true,
            LayoutFrom::Memory => !remembered()?.is_empty(),
        };
        Ok(Self { bank_digest: search.bank.digest.clone(), model_digest: search.meaning.model_digest(), mapped })
    }
}

/// The output folder of a file. It lies inside that of the batch: no name and no link leads out of it.
pub(super) fn folder(out: &Path, name: &str) -> Result<PathBuf, Failure> {
    let taken = [summary::SUMMARY, summary::LOG, ".lock"].iter().any(|taken| name.eq_ignore_ascii_case(taken));
    if taken || name.starts_with('.') || !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Failure::new(format!("{name}: the output folder cannot have a folder of that name"), "rename the file"));
    }
    let mut folder = out.to_owned();
    for part in Path::new(name) {
        folder.push(part);
        if folder.is_symlink() || (folder.exists() && !folder.is_dir()) {
            let what = format!("{}: this is no folder of its own, and nothing is written through it", folder.display());
            return Err(Failure::new(what, "move it away, or name another folder with --out"));
        }
    }
    Ok(folder)
}

/// Whether there is output of a file, whatever it was made from.
pub(super) fn is_there(out: &Path, file: &Listed) -> bool {
    folder(out, &file.name).is_ok_and(|folder| [CUSTOMER, INTERNAL].iter().any(|part| folder.join(part).exists()))
}

/// What there is of a file's output.
pub(super) fn state(order: &Order, now: &Now, file: &Listed) -> State {
    let Some(folder) = folder(&order.out, &file.name).ok().filter(|_| is_there(&order.out, file)) else { return State::Open };
    let internal = folder.join(INTERNAL);
    let whole = [RECEIPT, REPORT, "work-items.json", "work-items.csv"].iter().all(|name| internal.join(name).is_file());
    if !whole {
        return State::Broken;
    }
    let Ok(kept) = receipt(&internal) else { return State::Other("its receipt cannot be read".into()) };
    let Ok(workbook) = std::fs::read(folder.join(CUSTOMER).join(&kept.output.name)) else { return State::Broken };
    // What cannot be read now fails when it is filled, and is told then.
    let Ok(bytes) = crate::engine::read_file(&file.path, order.worker.limits.file) else { return State::Open };
    let by_hand = sha256_hex(&workbook) != kept.output.sha256;
    let mut others = others(order, now, file, &kept, &bytes);
    if others.is_empty() && now.mapped {
        others.extend(other_mapping(order, file, &kept, bytes));
    }
    if others.is_empty() {
        return State::Finished { by_hand };
    }
    if by_hand {
        others.push("the workbook was changed by hand since".into());
    }
    State::Other(others.join(", "))
}

/// What was otherwise when the output was made. Decisions that people took since are no other terms.
fn others(order: &Order, now: &Now, file: &Listed, kept: &Kept, bytes: &[u8]) -> Vec<String> {
    let (then, scope) = (&kept.options, &file.scope);
    let list = |values: &[String]| if values.is_empty() { "none".to_owned() } else { values.join(" and ") };
    let name = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let mut others = Vec::new();
    let mut changed = |same: bool, what: String| others.extend((!same).then_some(what));
    changed(sha256_hex(bytes) == kept.input.sha256, "the received file has changed".into());
    changed(now.bank_digest == kept.bank_digest, "the bank has changed".into());
    changed(now.model_digest == kept.model_digest, "the sentence model is another one".into());
    changed(kept.program == PROGRAM, format!("it was made by {}", kept.program));
    changed(scope.date == then.scope.date, format!("the date was {}", then.scope.date));
    changed(scope.audience == then.scope.audience, format!("the audience was {}", then.scope.audience));
    changed(scope.products == then.scope.products, format!("the products were {}", list(&then.scope.products)));
    changed(scope.regions == then.scope.regions, format!("the regions were {}", list(&then.scope.regions)));
    changed(said(&file.sale.customer) == then.customer, format!("the customer was {}", name(&then.customer)));
    changed(said(&file.sale.deal) == then.deal, format!("the deal was {}", name(&then.deal)));
    changed(order.overwrite == then.overwrite, format!("--overwrite was {}", if then.overwrite { "given" } else { "not given" }));
    if !now.mapped {
        changed(kept.mapping.is_none(), "the layout was read by a mapping".into());
    }
    others
}

/// Which mapping is obeyed is only known once the workbook was read.
fn other_mapping(order: &Order, file: &Listed, kept: &Kept, bytes: Vec<u8>) -> Option<String> {
    let paper = Paper::of(&order.worker, &file.path, bytes, &order.layout, &order.bank.root);
    let obeyed = paper.ok().and_then(|paper| paper.asked.obeyed).map(|obeyed| (obeyed.name, obeyed.digest));
    let then = kept.mapping.clone().zip(kept.mapping_digest.clone());
    (obeyed != then).then(|| "another mapping is obeyed".into())
}

fn receipt(internal: &Path) -> Result<Kept, Failure> {
    let kept: Kept = read_json(&internal.join(RECEIPT))?;
    let plain = Path::new(&kept.output.name).file_name().is_some_and(|name| *name == *kept.output.name);
    if plain { Ok(kept) } else { Err(unreadable(&internal.join(RECEIPT), "it names no file of ours")) }
}

/// What a finished file's receipt says of it.
pub(super) fn outcome(out: &Path, file: &Listed) -> Result<FileOutcome, Failure> {
    let Kept { counts, written, warnings, .. } = receipt(&folder(out, &file.name)?.join(INTERNAL))?;
    let work_items = work_items(out, &file.name)?.len();
    Ok(FileOutcome::Done { counts, cells: written.len(), work_items, warnings })
}

/// The work items of a finished file.
pub(super) fn work_items(out: &Path, name: &str) -> Result<Vec<WorkItem>, Failure> {
    read_json(&folder(out, name)?.join(INTERNAL).join("work-items.json"))
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::io(path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &Path, what: &str) -> Failure {
    Failure::new(format!("{}: {what}", path.display()), "delete the folder of this file, and run the batch again")
}

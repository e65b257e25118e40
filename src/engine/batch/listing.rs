//! Which files a batch has, and under which names: those of folders, those that were named, or those of a manifest. Opens no workbook.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::manifest::{self, Line};
use super::{Listed, Order, summary};
use crate::engine::Failure;
use crate::engine::output::{INTERNAL, RECEIPT};

/// Endings of files in a folder that are taken for questionnaires.
const ENDINGS: &[&str] = &["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv"];

/// A file with the places in the manifest where its scope is said.
pub(super) struct Placed {
    pub listed: Listed,
    pub line: Line,
}

/// All files of a batch, by name.
pub(super) fn listed(order: &Order) -> Result<Vec<Placed>, Failure> {
    if order.out.exists() && !order.out.is_dir() {
        return Err(Failure::new(format!("{}: this is a file, not a folder", order.out.display()), "name another folder with --out"));
    }
    if let Some(manifest) = &order.manifest {
        return manifest::read(order, manifest);
    }
    let found = found(order)?;
    if found.is_empty() {
        let places = order.places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ");
        let endings = ENDINGS.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("{places}: there is no workbook"), format!("files ending in {endings} are taken")));
    }
    let placed = |(name, path)| {
        let listed = Listed { name, path, sale: order.sale.clone(), scope: order.scope.clone() };
        Placed { listed, line: Line::default() }
    };
    Ok(found.into_iter().map(placed).collect())
}

/// Names and paths of the files in folders, and of those that were named, by name.
fn found(order: &Order) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut roots = Vec::new();
    // What is ours holds no questionnaires: the output, and the bank with its evidence.
    let ours: Vec<PathBuf> = [&order.out, &order.bank.root].into_iter().filter_map(|ours| ours.canonicalize().ok()).collect();
    for place in &order.places {
        let full = place.canonicalize().or_else(|_| std::path::absolute(place)).map_err(|error| Failure::io(place, &error))?;
        if place.is_dir() {
            if ours.first().is_some_and(|out| *out == full && order.out.is_dir()) {
                return Err(Failure::usage(
                    format!("{}: the output cannot go into the folder that is read", order.out.display()),
                    "name another folder with --out",
                ));
            }
            walk(place, &full, &ours, &mut files)?;
            roots.push(full);
        } else {
            // A link that was named keeps the name that it has where it stands.
            let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = folder.canonicalize().unwrap_or_else(|_| full.parent().unwrap_or(&full).to_owned());
            files.push((folder.join(place.file_name().unwrap_or_default()), place.clone()));
            roots.push(folder);
        }
    }
    let base = roots.iter().skip(1).fold(roots.first().cloned().unwrap_or_default(), |base, root| common(&base, root));
    Ok(files.into_iter().map(|(full, path)| (name(full.strip_prefix(&base).unwrap_or(&full)), path)).collect())
}

/// The folder that two paths have in common.
fn common(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(one, other)| one == other).map(|(part, _)| part).collect()
}

/// A path with `/` between its parts.
pub(super) fn name(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The workbooks in a folder and those below it, in full and as they are shown. Links to folders are not followed: they could lead round.
fn walk(folder: &Path, full: &Path, ours: &[PathBuf], files: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    let failed = |error| Failure::io(folder, &error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, full) = (entry.path(), full.join(entry.file_name()));
        let name = entry.file_name().to_string_lossy().into_owned();
        // Spreadsheet programs leave files that begin so beside an open workbook.
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            if !ours.contains(&full) && !is_output(&path) {
                walk(&path, &full, ours, files)?;
            }
        } else if path.is_file() && ending(&name) {
            files.push((full, path));
        }
    }
    Ok(())
}

fn ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_lowercase().as_str()))
}

/// Whether a folder is output of an earlier fill or batch: its workbooks are answers, not questions.
fn is_output(folder: &Path) -> bool {
    folder.join(INTERNAL).join(RECEIPT).is_file() || folder.join(summary::LOG).is_file()
}

//! What is put out: values as JSON, tables as separated values, and the output folder: `customer/` and `internal/`, put in place whole or not at all. Existing output is refused unless forced.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use super::Failure;
use crate::domain::fill::field_text;

/// A value as JSON, with a line end behind it.
///
/// # Errors
/// It cannot be written so; a bug of ours.
pub fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Failure::new(error.to_string(), "this is a bug; please report it"))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A table as separated values: every field quoted, and none that a spreadsheet program would take for a formula.
#[must_use]
pub fn csv_table(titles: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(titles);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|field| field_text(field)));
    }
    writer.into_inner().unwrap_or_default()
}

/// A day as files of other kinds bear it: year, month, day.
#[must_use]
pub fn file_date(date: Date) -> (u16, u8, u8) {
    // Archives know no year before 1980.
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    (u16::try_from(date.year()).unwrap_or(1980).clamp(1980, 2107), part(date.month()), part(date.day()))
}

/// One file to put out.
pub struct OutputFile {
    /// [`CUSTOMER`] or [`INTERNAL`].
    pub folder: &'static str,
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The folder for the customer.
pub const CUSTOMER: &str = "customer";
/// The folder for our own people.
pub const INTERNAL: &str = "internal";
/// The list of written cells and the proof that nothing else changed.
pub const RECEIPT: &str = "receipt.json";
/// The report for our own people.
pub const REPORT: &str = "report.xlsx";
/// The two folders of an output.
const FOLDERS: [&str; 2] = [CUSTOMER, INTERNAL];

/// Refuses an output folder that holds output already; checked before any work is done.
///
/// # Errors
/// There is output, and `force` is not set.
pub fn check_free(out: &Path, force: bool) -> Result<(), Failure> {
    if out.exists() && !out.is_dir() {
        return Err(Failure::new(format!("{}: this is a file, not a folder", out.display()), "name another folder with --out"));
    }
    match FOLDERS.iter().map(|folder| out.join(folder)).find(|folder| folder.exists()) {
        Some(folder) if !force => Err(Failure::new(
            format!("{}: there is output of an earlier run", folder.display()),
            "name another folder with --out, or replace it with --force",
        )),
        _ => Ok(()),
    }
}

/// What the folder begins with in which a process, whose number follows, writes what is not whole yet.
const PARTIAL: &str = ".partial-";

/// A folder for what is not whole yet; removed with all that was left in it.
pub(super) struct Aside(pub PathBuf);

impl Aside {
    /// One in a folder, for this process.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join(format!("{PARTIAL}{}", std::process::id())))
    }

    /// Removes what killed processes left in a folder; nobody else may be writing there.
    pub fn clear(folder: &Path) -> Result<(), Failure> {
        let failed = |error| Failure::io(folder, &error);
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(PARTIAL)).unwrap_or_default();
            if !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit()) {
                fs::remove_dir_all(entry.path()).map_err(|error| Failure::io(&entry.path(), &error))?;
            }
        }
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Best effort: what stays behind is named so that nobody takes it for output.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes all files aside, syncs them, and renames the folders into place.
///
/// # Errors
/// The disk says no; then the output folder is as it was.
pub fn write(out: &Path, files: &[OutputFile]) -> Result<(), Failure> {
    // Beside a folder that is not there yet, so that it appears whole. A name of its own: what a killed process left must not be in the way.
    let folder = if out.exists() { out } else { beside(out) };
    fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    let aside = tempfile::Builder::new().prefix(PARTIAL).tempdir_in(folder).map_err(|error| Failure::io(folder, &error))?;
    write_by_way_of(&aside.keep(), out, files)
}

/// The folder in which an output folder is or will be.
fn beside(out: &Path) -> &Path {
    out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// As [`write`], by way of a folder on the same disk that is removed afterwards. An output folder that is not there yet appears whole.
///
/// # Errors
/// The disk says no; then the output folder is as it was.
pub(super) fn write_by_way_of(aside: &Path, out: &Path, files: &[OutputFile]) -> Result<(), Failure> {
    let aside = Aside(aside.to_owned());
    let new = aside.0.join("new");
    for folder in FOLDERS {
        let folder = new.join(folder);
        fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
    }
    for file in files {
        let path = new.join(file.folder).join(&file.name);
        write_synced(&path, &file.bytes).map_err(|error| Failure::io(&path, &error))?;
    }
    let parent = if out.exists() {
        exchange(&aside.0, &new, out).map_err(|error| Failure::io(out, &error))?;
        out
    } else {
        let parent = beside(out);
        fs::create_dir_all(parent).and_then(|()| fs::rename(&new, out)).map_err(|error| Failure::io(out, &error))?;
        parent
    };
    drop(aside);
    sync_folder(parent).map_err(|error| Failure::io(parent, &error))
}

/// Takes both old folders away before a new one comes, and puts the receipt in last: where a receipt is, the rest is of the same run.
fn exchange(aside: &Path, new: &Path, out: &Path) -> std::io::Result<()> {
    let old = |folder: &str| aside.join(format!("old-{folder}"));
    let mut there = FOLDERS.iter().rev().filter(|folder| out.join(folder).exists());
    let away = there.try_for_each(|folder| fs::rename(out.join(folder), old(folder)));
    let exchanged = away.and_then(|()| FOLDERS.iter().try_for_each(|folder| fs::rename(new.join(folder), out.join(folder))));
    if exchanged.is_err() {
        // Where one folder cannot be moved, since a program has a file in it open, the other one comes back.
        for folder in FOLDERS.iter().filter(|folder| old(folder).exists()) {
            let _ = fs::rename(out.join(folder), new.join(folder));
            let _ = fs::rename(old(folder), out.join(folder));
        }
    }
    exchanged
}

/// Writes one file by way of such a folder, whole or not at all.
///
/// # Errors
/// The disk says no; then what was there is as it was.
pub(super) fn put_by_way_of(aside: &Path, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let (new, folder) = (aside.join("new-file"), path.parent().unwrap_or(path));
    let written = fs::create_dir_all(aside).and_then(|()| write_synced(&new, bytes)).and_then(|()| fs::rename(&new, path));
    written.and_then(|()| sync_folder(folder)).map_err(|error| Failure::io(path, &error))
}

/// Writes one file, whole or not at all.
///
/// # Errors
/// The disk says no; then what was there is as it was.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    crate::bank::edit::replace(path, bytes).map_err(|error| Failure::io(path, &error))
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes renames survive a power cut, where the system lets a folder be synced.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

//! What is put out: values as JSON, tables as separated values, and the output folder: `customer/` and `internal/`, put in place whole or not at all. Existing output is refused unless forced.

use std::fs;
use std::io::Write;
use std::path::Path;

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
/// The two folders of an output, in the order in which they appear: where there is something for the customer, there is all.
const FOLDERS: [&str; 2] = [INTERNAL, CUSTOMER];

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

/// Writes all files aside, syncs them, and renames the folders into place.
///
/// # Errors
/// The disk says no; then the output folder is as it was.
pub fn write(out: &Path, files: &[OutputFile]) -> Result<(), Failure> {
    fs::create_dir_all(out).map_err(|error| Failure::io(out, &error))?;
    // A name of its own: what a killed process left behind must not be in the way.
    let aside = tempfile::Builder::new().prefix(".partial-").tempdir_in(out).map_err(|error| Failure::io(out, &error))?;
    for folder in FOLDERS {
        let folder = aside.path().join(folder);
        fs::create_dir_all(&folder).map_err(|error| Failure::io(&folder, &error))?;
    }
    for file in files {
        let path = aside.path().join(file.folder).join(&file.name);
        write_synced(&path, &file.bytes).map_err(|error| Failure::io(&path, &error))?;
    }
    for folder in FOLDERS {
        let (from, to, old) = (aside.path().join(folder), out.join(folder), aside.path().join(format!("old-{folder}")));
        let moved = if to.exists() { fs::rename(&to, &old) } else { Ok(()) };
        moved.and_then(|()| fs::rename(&from, &to)).map_err(|error| Failure::io(&to, &error))?;
    }
    drop(aside);
    sync_folder(out).map_err(|error| Failure::io(out, &error))
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

//! Use case: a layout that a person corrects once. Written out, obeyed, remembered in the bank, and found again for the next copy.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::Failure;
use super::questions::Asked;
use crate::bank::edit::replace;
use crate::bank::mappings::{self, Remembered};
use crate::domain::bank::Problem;
use crate::domain::digest::sha256;
use crate::domain::map_found::map_found;
use crate::domain::mapping::Mapping;
use crate::domain::workbook::Workbook;

/// A mapping is a page of text; more bytes than this are something else.
const LARGEST: u64 = 4 << 20;

/// Where the layout of a workbook comes from.
#[derive(Clone, Debug, Default)]
pub enum LayoutFrom {
    /// From the mapping that the bank remembers for this form; it is found where there is none.
    #[default]
    Memory,
    /// It is found, whatever the bank remembers.
    Finder,
    /// From this file.
    File(PathBuf),
    /// From this text, which was taken from a file before.
    Text(String),
}

/// A mapping that is obeyed.
#[derive(Clone, Debug)]
pub struct Obeyed {
    /// What it says.
    pub mapping: Mapping,
    /// The name of its file, or its name in the bank.
    pub name: String,
    /// Digest of its text.
    pub digest: String,
    text: String,
}

impl Serialize for Obeyed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl Obeyed {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn new(mapping: Mapping, name: String, text: String) -> Self {
        Self { digest: sha256(text.as_bytes()), mapping, name, text }
    }
}

/// The bank that stands in the current folder under its usual name.
#[must_use]
pub fn bank_here() -> Option<PathBuf> {
    Some(PathBuf::from("answer-bank")).filter(|bank| bank.join("bank.toml").is_file())
}

/// Chooses the mapping for a workbook, and says what deserves attention.
pub(super) fn choose(from: &LayoutFrom, bank: Option<&Path>, workbook: &Workbook) -> Result<(Option<Obeyed>, Vec<String>), Failure> {
    match (from, bank) {
        (LayoutFrom::File(path), _) => Ok((Some(of_file(path, workbook)?), Vec::new())),
        (LayoutFrom::Text(text), _) => Ok((Some(of_text("mapping", "mapping".to_owned(), text.clone(), workbook)?), Vec::new())),
        (LayoutFrom::Memory, Some(bank)) => of_memory(bank, workbook),
        (LayoutFrom::Finder, _) | (LayoutFrom::Memory, None) => Ok((None, Vec::new())),
    }
}

fn of_file(path: &Path, workbook: &Workbook) -> Result<Obeyed, Failure> {
    let shown = path.display().to_string();
    let text = String::from_utf8(super::read_file(path, LARGEST)?).map_err(|_| {
        Failure::new(format!("{shown}: this is not text in UTF-8"), "write a mapping with --write-mapping FILE, and edit that")
    })?;
    let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    of_text(&shown, name, text, workbook)
}

fn of_text(shown: &str, name: String, text: String, workbook: &Workbook) -> Result<Obeyed, Failure> {
    let hint = "correct these lines and run it again; the head of a file from --write-mapping explains the keys";
    let mapping = mappings::read(shown, &text).map_err(|problems| Failure::new(told(&problems), hint))?;
    fits(&mapping, shown, workbook, hint)?;
    Ok(Obeyed::new(mapping, name, text))
}

fn fits(mapping: &Mapping, file: &str, workbook: &Workbook, hint: &str) -> Result<(), Failure> {
    let misfits: Vec<String> = mapping.misfits(workbook).iter().map(|misfit| format!("{file}:{}: {}", misfit.line, misfit.what)).collect();
    if misfits.is_empty() { Ok(()) } else { Err(Failure::new(misfits.join("\n"), hint)) }
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{}:{}: {}", problem.file, problem.line, problem.what)).collect::<Vec<_>>().join("\n")
}

/// The mapping that a bank remembers for this form.
fn of_memory(bank: &Path, workbook: &Workbook) -> Result<(Option<Obeyed>, Vec<String>), Failure> {
    let mut notes = Vec::new();
    let mut fitting = Vec::new();
    for remembered in mappings::remembered(bank).map_err(|error| Failure::io(&bank.join(mappings::FOLDER), &error))? {
        let place = bank.join(&remembered.name).display().to_string();
        match mappings::read(&place, &remembered.text) {
            Ok(mapping) if knows(&mapping, &remembered, workbook) => fitting.push((mapping, remembered)),
            Ok(mapping) => notes.extend(another_version(&mapping, &remembered, workbook).then(|| {
                format!("{place} is for a form with the same sheets and headers, but other questions; if this is a newer version of that form, check it with --mapping {place}")
            })),
            Err(problems) => notes.push(format!("a remembered mapping cannot be read, and is not used: {}", told(&problems))),
        }
    }
    if fitting.len() > 1 {
        let names: Vec<&str> = fitting.iter().map(|(_, remembered)| remembered.name.as_str()).collect();
        let hint = "delete all but one of them, or read the sheets anew with --no-mapping";
        return Err(Failure::new(format!("{}: {} mappings fit this workbook: {}", bank.display(), names.len(), names.join(", ")), hint));
    }
    let Some((mut mapping, remembered)) = fitting.pop() else { return Ok((None, notes)) };
    // Another copy may lack a sheet that asks nothing.
    mapping.sheets.retain(|sheet| !sheet.tables.is_empty() || workbook.sheet(&sheet.name).is_some());
    let place = bank.join(&remembered.name).display().to_string();
    fits(&mapping, &place, workbook, "correct it, or read the sheets anew with --no-mapping")?;
    notes.clear();
    notes.push(format!("the layout is as remembered in {place}; --no-mapping reads the sheets anew"));
    Ok((Some(Obeyed::new(mapping, remembered.name, remembered.text)), notes))
}

/// Whether a remembered mapping was made for this form: read by it, the workbook has the fingerprint that it bears as its name.
fn knows(mapping: &Mapping, remembered: &Remembered, workbook: &Workbook) -> bool {
    mapping.fingerprint(workbook).is_some_and(|fingerprint| fingerprint.to_string() == remembered.fingerprint())
}

/// Whether it was made for a form with the same sheets and headers.
fn another_version(mapping: &Mapping, remembered: &Remembered, workbook: &Workbook) -> bool {
    let has_headers = mapping.sheets.iter().flat_map(|sheet| &sheet.tables).any(|(_, table)| !table.headers.is_empty());
    let same = |heads: &str| mapping.fingerprint(workbook).is_some_and(|fingerprint| fingerprint.heads == heads);
    has_headers && remembered.fingerprint().split_once('-').is_some_and(|(heads, _)| same(heads))
}

/// Writes the layout of a workbook as a mapping to edit.
///
/// # Errors
/// There is such a file and `force` is not set, or the disk says no.
pub fn write(asked: &Asked, workbook: &Path, to: &Path, force: bool) -> Result<(), Failure> {
    if to.exists() && !force {
        return Err(Failure::new(
            format!("{}: there is such a file already", to.display()),
            "name another one, or replace it with --force",
        ));
    }
    let mapping = map_found(&asked.workbook, asked.obeyed.as_ref().map(|obeyed| &obeyed.mapping), &asked.found);
    let name = workbook.file_name().unwrap_or_default().to_string_lossy();
    replace(to, mappings::text(&mapping, &name).as_bytes()).map_err(|error| Failure::io(to, &error))
}

/// Remembers the mapping that was obeyed, for the next copies of this form; returns its place. Older ones for the same form are forgotten.
///
/// # Errors
/// There is no bank or no mapping, it maps no question, or the disk says no.
pub fn remember(asked: &Asked, bank: Option<&Path>) -> Result<PathBuf, Failure> {
    let bank = bank.ok_or_else(|| Failure::usage("there is no bank to remember it in", "name the bank's folder with --bank"))?;
    let obeyed = asked.obeyed.as_ref().ok_or_else(|| Failure::usage("there is no mapping to remember", "name it with --mapping FILE"))?;
    let fingerprint = obeyed.mapping.fingerprint(&asked.workbook).ok_or_else(|| {
        let what = format!("{}: it maps no question, so the next copy of this form could not be told", obeyed.name);
        Failure::new(what, "keep at least one [[sheet.table]] in it")
    })?;
    let io = |error| Failure::io(&bank.join(mappings::FOLDER), &error);
    let name = mappings::remember(bank, &fingerprint.to_string(), &obeyed.text).map_err(io)?;
    for older in mappings::remembered(bank).map_err(io)?.iter().filter(|older| older.name != name) {
        if mappings::read(&older.name, &older.text).is_ok_and(|mapping| knows(&mapping, older, &asked.workbook)) {
            mappings::forget(bank, older).map_err(io)?;
        }
    }
    Ok(bank.join(name))
}

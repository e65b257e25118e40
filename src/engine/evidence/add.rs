//! Records a file or an address as evidence, or puts a new one in the place of what ran out. Never writes over another one's file.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use super::read_evidence;
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::{CONTROL_KEYS, EVIDENCE_KEYS, is_address, is_id};
use crate::domain::bank::{Answer, Audience, Bank, Evidence, EvidenceFile};
use crate::domain::digest::sha256_hex;
use crate::engine::curate::{edit_failure, lock, read};
use crate::engine::{BankPlace, Failure};

/// What to record of a piece of evidence.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// The file; none for something that is kept elsewhere.
    pub file: Option<PathBuf>,
    /// Where it is kept.
    pub url: Option<String>,
    /// Its id; none: made of the file's name.
    pub id: Option<String>,
    /// What it is called; none: its id.
    pub title: Option<String>,
    /// Report, certificate, policy …; none: by the ending of the file.
    pub kind: Option<String>,
    /// First day on which it holds.
    pub issued: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
    /// Who may see it.
    pub audience: Option<Audience>,
    /// Who renews it.
    pub owner: Option<String>,
    /// Controls that it shows at work.
    pub controls: Vec<String>,
    /// Whether it takes the place of what is recorded under that id.
    pub renew: bool,
    /// Whether what takes the place of something with an end is said to have none.
    pub no_end: bool,
}

/// What was recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Its id.
    pub id: String,
    /// The record, from the bank's folder.
    pub record: String,
    /// Digest of its file.
    pub sha256: Option<String>,
    /// Whether there was anything to change.
    pub changed: bool,
    /// What deserves attention: what stays of the old record, and which answers rest on it.
    pub notes: Vec<String>,
}

/// Records evidence: copies the file into the bank, with its digest, and writes what is said of it.
///
/// # Errors
/// There is no such file, the id is taken and it is no renewal, a control is unknown, or the bank cannot be written.
pub fn add(place: &BankPlace, new: &NewEvidence) -> Result<Recorded, Failure> {
    let _lock = lock(place)?;
    let bank = place.read()?;
    if new.file.is_none() && new.url.is_none() {
        return Err(Failure::usage("there is neither a file nor an address", "name a file, or --url"));
    }
    if let (Some(issued), Some(until)) = (new.issued, new.valid_until)
        && until < issued
    {
        return Err(Failure::usage(format!("--valid-until {until} is before --issued {issued}"), "check the dates"));
    }
    if let Some(id) = new.controls.iter().find(|id| !bank.controls.contains_key(*id)) {
        return Err(Failure::new(format!("{id}: there is no such control"), "write it into controls/ first"));
    }
    if let Some(url) = new.url.as_ref().filter(|url| !is_address(url)) {
        return Err(Failure::usage(format!("--url {url:?} is no address"), "it begins with https:// or http://"));
    }
    let (stem, ending) = plain_name(new.file.as_deref())?;
    let id = new.id.clone().unwrap_or_else(|| stem.clone());
    if !is_id(&id) {
        return Err(Failure::usage(format!("{id:?} makes no id"), "use letters, digits and dashes: --id soc2-report-2026"));
    }
    let old = bank.evidence.get(&id);
    if old.is_none() && new.owner.as_deref().unwrap_or(&bank.default_owner).trim().is_empty() {
        return Err(Failure::usage("nobody owns the evidence", "name its owner with --owner, or default_owner in bank.toml"));
    }
    let content = new.file.as_deref().map(read_evidence).transpose()?;
    let digest = content.as_deref().map(sha256_hex);
    let same = |old: &Evidence| digest.is_some() && old.sha256 == digest && old.content == EvidenceFile::Same;
    match old {
        None if new.renew => {
            return Err(Failure::new(format!("{id}: there is no such evidence to renew"), "check the id, or leave --renew out"));
        }
        Some(old) if new.renew && old.valid_until.is_some() && new.valid_until.is_none() && !new.no_end => {
            return Err(Failure::usage(
                format!("{id}: what is there has an end, and none is named for what takes its place"),
                "name its last day with --valid-until, or say --no-end",
            ));
        }
        // The same file again: what is said of it is all that can be new.
        Some(old) if !new.renew && !same(old) => {
            return Err(Failure::new(
                format!("{}: there is such evidence", old.file),
                "replace its file and dates with --renew, or choose another --id",
            ));
        }
        _ => {}
    }
    let own = old.and_then(|old| old.path.clone());
    let file = content.is_some().then(|| match &own {
        Some(own) if !new.renew => own.clone(),
        _ if ending.is_empty() => format!("files/{id}"),
        _ => format!("files/{id}.{ending}"),
    });
    // A file of its own name that no other record names is one that it had before.
    let of_another = |file: &str| bank.evidence.values().any(|other| other.id != id && other.path.as_deref() == Some(file));
    if let Some(file) = file.as_ref().filter(|file| own.as_ref() != Some(file))
        && place.root.join("evidence").join(file).symlink_metadata().is_ok()
        && (!new.renew || of_another(file))
    {
        return Err(Failure::new(format!("evidence/{file}: there is such a file, and it is not of {id}"), "choose another --id"));
    }
    let changes = changes(new, &bank, &id, file.as_deref(), digest.as_deref(), old);
    let record = format!("evidence/{id}.toml");
    // The record names the new digest, so between the two writes the evidence counts as changed, never as good.
    let mut changed = true;
    if let Some(old) = old {
        let seen = read(place, &old.file)?;
        let text = edit::toml_text(&seen.text, EVIDENCE_KEYS, &changes).map_err(|what| edit_failure(&seen.unfit(what)))?;
        changed = text != seen.text;
        seen.replace(&text).map_err(|error| edit_failure(&error))?;
    } else {
        let text = edit::toml_text("", EVIDENCE_KEYS, &changes).map_err(|what| Failure::new(what, "this is a bug; please report it"))?;
        edit::create(&place.root.join(&record), text.as_bytes()).map_err(|error| edit_failure(&error))?;
    }
    if let (Some(file), Some(bytes)) = (&file, &content) {
        let target = place.root.join("evidence").join(file);
        let folder = target.parent().unwrap_or(&place.root);
        std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
        edit::replace(&target, bytes).map_err(|error| Failure::io(&target, &error))?;
    }
    for control in new.controls.iter().filter_map(|id| bank.controls.get(id)).filter(|control| !control.evidence.contains(&id)) {
        let seen = read(place, &control.file)?;
        let mut all = control.evidence.clone();
        all.push(id.clone());
        let text = edit::toml_text(&seen.text, CONTROL_KEYS, &[Change::Set("evidence", Value::Texts(all))]);
        changed = true;
        seen.replace(&text.map_err(|what| edit_failure(&seen.unfit(what)))?).map_err(|error| edit_failure(&error))?;
    }
    let notes = old.filter(|_| new.renew).map(|old| renewal_notes(&bank, new, old, file.as_deref())).unwrap_or_default();
    Ok(Recorded { id, record, sha256: digest, changed, notes })
}

/// What somebody should know who put evidence in the place of other evidence.
fn renewal_notes(bank: &Bank, new: &NewEvidence, old: &Evidence, file: Option<&str>) -> Vec<String> {
    let mut notes = Vec::new();
    if new.title.is_none() {
        notes.push(format!("it is still called {:?}; customers see that: --title", old.title));
    }
    if new.issued.is_none() && old.issued.is_some() {
        notes.push("it does not say any more when it was issued: --issued".to_owned());
    }
    if let Some(path) = old.path.as_ref().filter(|path| file != Some(path.as_str())) {
        notes.push(format!("the old file evidence/{path} is still there"));
    }
    let rests =
        |answer: &&Answer| answer.evidence.contains(&old.id) || bank.controls_of(answer).any(|control| control.evidence.contains(&old.id));
    let answers: Vec<&str> = bank.answers.iter().filter(rests).map(|answer| answer.id.as_str()).collect();
    if !answers.is_empty() {
        notes.push(format!("answers rest on it; see that what it shows now makes them true: {}", answers.join(", ")));
    }
    notes
}

/// What a file is called, in letters that every system takes, and how its name ends.
fn plain_name(path: Option<&Path>) -> Result<(String, String), Failure> {
    let Some(path) = path else { return Ok((String::new(), String::new())) };
    if !std::fs::metadata(path).map_err(|error| Failure::io(path, &error))?.is_file() {
        return Err(Failure::new(format!("{}: this is no file", path.display()), "name one file"));
    }
    let plain = |text: &str| {
        let letters: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        letters.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    };
    let part = |part: Option<&std::ffi::OsStr>| plain(&part.unwrap_or_default().to_string_lossy());
    Ok((part(path.file_stem()), part(path.extension())))
}

fn changes(new: &NewEvidence, bank: &Bank, id: &str, file: Option<&str>, digest: Option<&str>, old: Option<&Evidence>) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut set = |key, text: Option<String>| changes.extend(text.map(|text| Change::Set(key, Value::Text(text))));
    let first = |text: &Option<String>, otherwise: String| text.clone().or_else(|| old.is_none().then_some(otherwise));
    set("id", old.is_none().then(|| id.to_owned()));
    set("title", first(&new.title, id.replace('-', " ")));
    set("kind", first(&new.kind, kind_of(file).to_owned()));
    set("file", file.map(str::to_owned));
    set("url", new.url.clone());
    set("sha256", digest.map(str::to_owned));
    set("audience", new.audience.map(|audience| audience.to_string()).or_else(|| old.is_none().then(|| "internal".to_owned())));
    set("owner", first(&new.owner, bank.default_owner.clone()));
    // What takes the place of a file may be kept elsewhere, and the other way round.
    if new.renew && file.is_none() {
        changes.extend([Change::Remove("file"), Change::Remove("sha256")]);
    }
    if new.renew && file.is_some() && new.url.is_none() {
        changes.push(Change::Remove("url"));
    }
    let mut day = |key, day: Option<Date>| match day {
        Some(day) => changes.push(Change::Set(key, Value::Date(day))),
        // The dates of what was there before say nothing of what takes its place.
        None if new.renew => changes.push(Change::Remove(key)),
        None => {}
    };
    day("issued", new.issued);
    day("valid_until", new.valid_until);
    changes
}

fn kind_of(file: Option<&str>) -> &'static str {
    match file.and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending) {
        Some("csv" | "xlsx" | "ods" | "json") => "record",
        Some("png" | "jpg" | "jpeg") => "screenshot",
        None => "page",
        Some(_) => "document",
    }
}

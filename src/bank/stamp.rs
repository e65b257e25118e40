//! What tells whether a bank's files are as they were when they were read, without reading them again. Never says so of a file that could have been
//! changed without a trace.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::domain::digest::sha256;

/// The folders of a bank whose files count; what else lies beside them is not the bank's.
const FOLDERS: [&str; 5] = ["answers", "controls", "evidence", "frameworks", "mappings"];
/// The files beside them.
const FILES: [&str; 3] = ["bank.toml", "vocabulary.toml", "vectors.bin"];
/// A file that was written so short a time ago may be written again under the same time: its content is looked at too.
const YOUNG: Duration = Duration::from_secs(3);

/// The files of a bank as they stood at one moment.
#[derive(Clone, Debug, Default)]
pub struct Stamp(Vec<FileStamp>);

#[derive(Clone, Debug)]
struct FileStamp {
    name: String,
    length: u64,
    times: [SystemTime; 2],
    node: u64,
    /// Of the content, where the times alone do not tell.
    digest: Option<String>,
}

impl Stamp {
    /// The files as they stand now. Where `before` had to look into a file, this one does too.
    ///
    /// # Errors
    /// A folder or file cannot be looked at.
    pub fn of(root: &Path, now: Timestamp, before: &Self) -> io::Result<Self> {
        let mut stamp = Self::default();
        let young = SystemTime::from(now).checked_sub(YOUNG).unwrap_or(SystemTime::UNIX_EPOCH);
        for name in FILES {
            stamp.add(&root.join(name), name.to_owned(), young, before)?;
        }
        for folder in FOLDERS {
            stamp.add_folder(&root.join(folder), folder, young, before)?;
        }
        stamp.0.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(stamp)
    }

    fn add_folder(&mut self, folder: &Path, name: &str, young: SystemTime, before: &Self) -> io::Result<()> {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let own = entry.file_name().to_string_lossy().into_owned();
            let name = format!("{name}/{own}");
            // Evidence may have any name; elsewhere hidden files are no part of the bank.
            if own.starts_with('.') && !name.starts_with("evidence/") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                self.add_folder(&entry.path(), &name, young, before)?;
            } else {
                self.add(&entry.path(), name, young, before)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, name: String, young: SystemTime, before: &Self) -> io::Result<()> {
        let metadata = match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata?,
        };
        let (node, changed) = node(&metadata);
        let modified = metadata.modified()?;
        let times = [modified, changed.unwrap_or(modified)];
        let looked_into = || before.find(&name).is_some_and(|before| before.digest.is_some());
        let digest = (metadata.is_file() && (times.iter().any(|time| *time >= young) || looked_into()))
            .then(|| std::fs::read(path).map(|bytes| sha256(&bytes)))
            .transpose()?;
        self.0.push(FileStamp { name, length: metadata.len(), times, node, digest });
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&FileStamp> {
        self.0.binary_search_by(|file| file.name.as_str().cmp(name)).ok().map(|place| &self.0[place])
    }

    /// Whether nothing was changed between two moments.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let same = |(one, other): (&FileStamp, &FileStamp)| {
            let digests = one.digest.as_ref().zip(other.digest.as_ref());
            (&one.name, one.length, one.times, one.node) == (&other.name, other.length, other.times, other.node)
                && digests.is_none_or(|(one, other)| one == other)
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }

    /// A digest over the files of one folder, or over one file beside them, as far as the stamp tells them.
    #[must_use]
    pub fn of_part(&self, part: &str) -> String {
        let inside = |file: &&FileStamp| file.name.split('/').next() == Some(part);
        let told = |file: &FileStamp| format!("{}\n{} {:?} {}\n", file.name, file.length, file.times, file.node);
        sha256(self.0.iter().filter(inside).map(told).collect::<String>().as_bytes())
    }
}

/// What tells a file from another one that took its place, and when anything of it was changed, where the system says so.
#[cfg(unix)]
fn node(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    use std::os::unix::fs::MetadataExt;
    let since =
        Duration::new(u64::try_from(metadata.ctime()).unwrap_or_default(), u32::try_from(metadata.ctime_nsec()).unwrap_or_default());
    (metadata.ino(), SystemTime::UNIX_EPOCH.checked_add(since))
}

#[cfg(not(unix))]
fn node(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (0, metadata.created().ok())
}

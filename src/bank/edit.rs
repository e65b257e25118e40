//! Changes one key of one bank file and nothing else: comments, order and line ends stay. Written aside, then renamed.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml_edit::{DocumentMut, InlineTable, Item, Value};

use super::format::front_matter;

/// Why a file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file has no front matter that can be edited.
    #[error("{path}: {what}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Somebody changed the file meanwhile.
    #[error("{path}: the file was changed by somebody else meanwhile")]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

/// Records an approval in an answer's file: who, when, and the digest of what was approved.
///
/// # Errors
/// The file cannot be read, has no front matter, changed meanwhile, or cannot be written.
pub fn approve(path: &Path, by: &str, on: Date, digest: &str) -> Result<(), EditError> {
    let io = |error| EditError::Io { path: path.to_owned(), error };
    let old = std::fs::read_to_string(path).map_err(io)?;
    let new = approved_text(&old, by, on, digest).map_err(|what| EditError::Format { path: path.to_owned(), what })?;
    if std::fs::read_to_string(path).map_err(io)? != old {
        return Err(EditError::Changed { path: path.to_owned() });
    }
    replace(path, new.as_bytes()).map_err(io)
}

/// The text of an answer's file with the approval in it.
///
/// # Errors
/// The text has no front matter, or it is not TOML.
pub fn approved_text(text: &str, by: &str, on: Date, digest: &str) -> Result<String, String> {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, _) = front_matter(&plain).ok_or("there is no front matter between lines +++")?;
    let mut document: DocumentMut = front.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let mut approval = InlineTable::new();
    approval.insert("by", by.into());
    approval.insert("on", on.to_string().parse::<toml_edit::Datetime>().map_err(|error| error.to_string())?.into());
    approval.insert("digest", digest.into());
    let mut value = Value::InlineTable(approval);
    match document.get_mut("approved") {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => insert_before(&mut document, "approved", value, "review_by"),
    }
    // What stands above and below the front matter stays byte for byte.
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    let rest: String = lines.skip(front.lines().count()).collect();
    let new = document.to_string();
    let new = if fence.ends_with("\r\n") { new.replace('\n', "\r\n") } else { new };
    Ok(format!("{fence}{new}{rest}"))
}

/// Puts a new key before another one, or at the end where that is missing.
fn insert_before(document: &mut DocumentMut, key: &str, value: Value, before: &str) {
    let table = document.as_table_mut();
    table.remove(key);
    let later: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).skip_while(|key| key != before).collect();
    let moved: Vec<(toml_edit::Key, Item)> = later.iter().filter_map(|key| table.remove_entry(key)).collect();
    table.insert(key, Item::Value(value));
    for (key, item) in moved {
        table.insert_formatted(&key, item);
    }
}

/// Writes a file so that at every moment it is either the old or the new one: aside, synced, renamed.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut aside = tempfile::NamedTempFile::new_in(folder)?;
    aside.write_all(bytes)?;
    if let Ok(old) = std::fs::metadata(path) {
        aside.as_file().set_permissions(old.permissions())?;
    }
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|error| error.error)?;
    // The rename itself must survive a power cut, where the system lets a folder be synced.
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).or_else(|error| if cfg!(unix) { Err(error) } else { Ok(()) })
}

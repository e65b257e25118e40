//! Changes keys and texts of one bank file and nothing else: comments, order and line ends stay. Written aside, then renamed; never
//! decides what may be changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table};

use super::format::{ANSWER_KEYS, front_matter};
use crate::domain::digest::sha256;

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
    /// There is a file of that name already.
    #[error("{path}: there is such a file already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

/// A value to be written into a bank file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A day.
    Date(Date),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A list of values.
    List(Vec<Value>),
    /// `{ by = "…", on = … }`
    Table(Vec<(&'static str, Value)>),
    /// A list of such, one below the other.
    Tables(Vec<Vec<(&'static str, Value)>>),
}

/// One change of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A key gets a value.
    Set(&'static str, Value),
    /// A key is taken away.
    Remove(&'static str),
}

/// Keeps other processes of this program from writing in a folder, the bank's or a batch's, until it is dropped or the process ends.
pub struct Lock(#[allow(dead_code, reason = "held, never read")] File);

impl Lock {
    /// Waits until nobody else writes there.
    ///
    /// # Errors
    /// The folder cannot be opened or locked.
    pub fn take(root: &Path) -> Result<Self, EditError> {
        let (path, file) = Self::open(root)?;
        file.lock().map_err(|error| EditError::Io { path, error })?;
        Ok(Self(file))
    }

    /// Waits for nobody: none where somebody else writes there.
    ///
    /// # Errors
    /// The folder cannot be opened or locked.
    pub fn try_take(root: &Path) -> Result<Option<Self>, EditError> {
        let (path, file) = Self::open(root)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(EditError::Io { path, error }),
        }
    }

    /// A folder can be locked itself where it can be opened as a file; elsewhere a hidden file stands for it.
    fn open(root: &Path) -> Result<(PathBuf, File), EditError> {
        let path = if cfg!(unix) { root.to_owned() } else { root.join(".lock") };
        match if cfg!(unix) { File::open(&path) } else { File::create(&path) } {
            Ok(file) => Ok((path, file)),
            Err(error) => Err(EditError::Io { path, error }),
        }
    }
}

/// A bank file as somebody saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl Seen {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is not UTF-8 text.
    pub fn read(path: &Path) -> Result<Self, EditError> {
        let text = std::fs::read_to_string(path).map_err(|error| EditError::Io { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The digest by which somebody says which text they saw.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(self.text.as_bytes())
    }

    /// What stands after the front matter of an answer, with plain line ends.
    #[must_use]
    pub fn body(&self) -> String {
        let plain = self.text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        front_matter(&plain).map_or_else(String::new, |(_, body)| body.to_owned())
    }

    /// The error that its text cannot be edited.
    #[must_use]
    pub fn unfit(&self, what: String) -> EditError {
        EditError::Format { path: self.path.clone(), what }
    }

    /// Puts a new text in the place of the one that was seen.
    ///
    /// # Errors
    /// The file changed meanwhile, or cannot be written.
    pub fn replace(&self, new: &str) -> Result<(), EditError> {
        let io = |error| EditError::Io { path: self.path.clone(), error };
        let aside = Aside::write(&self.path, new.as_bytes()).map_err(io)?;
        // An editor takes no lock, so what stands there is compared at the last moment.
        if std::fs::read(&self.path).map_err(io)? != self.text.as_bytes() {
            return Err(EditError::Changed { path: self.path.clone() });
        }
        if new == self.text { Ok(()) } else { aside.put().map_err(io) }
    }
}

/// Puts new texts in the place of those that were seen: all of them or, where one cannot be put, none.
///
/// # Errors
/// One of the files changed meanwhile, or cannot be written.
pub fn replace_all(plan: &[(Seen, String)]) -> Result<(), EditError> {
    let io = |seen: &Seen, error| EditError::Io { path: seen.path.clone(), error };
    let mut asides = Vec::new();
    for (seen, new) in plan {
        asides.push(Aside::write(&seen.path, new.as_bytes()).map_err(|error| io(seen, error))?);
    }
    for (seen, _) in plan {
        if std::fs::read(&seen.path).map_err(|error| io(seen, error))? != seen.text.as_bytes() {
            return Err(EditError::Changed { path: seen.path.clone() });
        }
    }
    for (place, aside) in asides.into_iter().enumerate() {
        if let Err(error) = aside.put() {
            for (seen, _) in &plan[..=place] {
                replace(&seen.path, seen.text.as_bytes()).map_err(|error| io(seen, error))?;
            }
            return Err(io(&plan[place].0, error));
        }
    }
    Ok(())
}

/// Puts a new file into the bank, with the folders above it.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), EditError> {
    let io = |error| EditError::Io { path: path.to_owned(), error };
    if path.symlink_metadata().is_ok() {
        return Err(EditError::Exists { path: path.to_owned() });
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    replace(path, bytes).map_err(io)
}

/// The text of an answer's file with other keys and, where one is given, another text after the front matter.
///
/// # Errors
/// The text has no front matter, or it is not TOML.
pub fn answer_text(text: &str, changes: &[Change], body: Option<&str>) -> Result<String, String> {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, _) = front_matter(&plain).ok_or("there is no front matter between lines +++")?;
    // What stands above and below the front matter stays byte for byte.
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    let ends = |text: String| if fence.ends_with("\r\n") { text.replace('\n', "\r\n") } else { text };
    let new = ends(toml_text(front, ANSWER_KEYS, changes)?);
    let mut rest: String = lines.skip(front.lines().count()).collect();
    if let Some(body) = body {
        let close = rest.split_inclusive('\n').next().unwrap_or("+++\n").trim_end().to_owned();
        rest = format!("{}{}", ends(format!("{close}\n")), ends(body.to_owned()));
    }
    Ok(format!("{fence}{new}{rest}"))
}

/// The text of an answer's file with an approval in it.
///
/// # Errors
/// The text has no front matter, or it is not TOML.
pub fn approved_text(text: &str, by: &str, on: Date, digest: &str) -> Result<String, String> {
    let approval = vec![("by", Value::Text(by.to_owned())), ("on", Value::Date(on)), ("digest", Value::Text(digest.to_owned()))];
    answer_text(text, &[Change::Set("approved", Value::Table(approval))], None)
}

/// A TOML text with other keys; new ones stand where `order` puts them.
///
/// # Errors
/// The text is not TOML.
pub fn toml_text(text: &str, order: &[&str], changes: &[Change]) -> Result<String, String> {
    with_document(text, |document| {
        for change in changes {
            match change {
                Change::Remove(key) => drop(document.remove(key)),
                Change::Set(key, value) => set(document, key, value, order)?,
            }
        }
        Ok(())
    })
}

/// A TOML text after something was done with it; its line ends and the mark in front stay.
fn with_document(text: &str, work: impl FnOnce(&mut DocumentMut) -> Result<(), String>) -> Result<String, String> {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut document: DocumentMut = plain.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    work(&mut document)?;
    let (front, new) = (&text[..text.len() - text.trim_start_matches('\u{feff}').len()], document.to_string());
    let crlf = text.lines().next().is_some_and(|first| text[first.len()..].trim_start_matches('\u{feff}').starts_with("\r\n"));
    Ok(format!("{front}{}", if crlf { new.replace('\n', "\r\n") } else { new }))
}

/// The text of a framework's file whose requirements are related to further ones: id → `framework/id`. Those that stand there stay.
///
/// # Errors
/// The text is not TOML.
pub fn related_text(text: &str, related: &BTreeMap<String, Vec<String>>) -> Result<String, String> {
    with_document(text, |document| {
        let requirements = document.get_mut("requirements").and_then(Item::as_array_of_tables_mut).ok_or(AS_TABLES)?;
        for requirement in requirements.iter_mut() {
            let further = requirement.get("id").and_then(Item::as_str).and_then(|id| related.get(id));
            let Some(further) = further else { continue };
            if requirement.get("related").is_none() {
                requirement.insert("related", toml_edit::value(Array::new()));
            }
            if let Some(list) = requirement.get_mut("related").and_then(Item::as_array_mut) {
                let known: Vec<String> = list.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
                further.iter().filter(|name| !known.contains(name)).for_each(|name| list.push(name.as_str()));
            }
        }
        Ok(())
    })
}

/// What is wrong with a framework's file that cannot be added to.
const AS_TABLES: &str = "its requirements are not written as tables [[requirements]]";

/// The text of a framework's file with further requirements, as id and title, at its end.
///
/// # Errors
/// The text is not TOML, or writes its requirements in another way.
pub fn with_requirements(text: &str, further: &[(String, String)]) -> Result<String, String> {
    with_document(text, |document| {
        let list = document.entry("requirements").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let list = list.as_array_of_tables_mut().ok_or(AS_TABLES)?;
        let mut known: BTreeSet<String> = list.iter().filter_map(|table| table.get("id")?.as_str().map(str::to_owned)).collect();
        for (id, title) in further {
            if known.insert(id.clone()) {
                let mut table = Table::new();
                table.insert("id", toml_edit::value(id.as_str()));
                table.insert("title", toml_edit::value(title.as_str()));
                list.push(table);
            }
        }
        Ok(())
    })
}

fn set(document: &mut DocumentMut, key: &str, value: &Value, order: &[&str]) -> Result<(), String> {
    if let (Value::Texts(wanted), Some(list)) = (value, document.get_mut(key).and_then(Item::as_array_mut)) {
        set_texts(list, wanted);
        return Ok(());
    }
    if let Value::Tables(tables) = value {
        let mut list = ArrayOfTables::new();
        for told in tables {
            let mut table = Table::new();
            for (key, value) in told {
                table.insert(key, Item::Value(plain(value)?));
            }
            list.push(table);
        }
        document.insert(key, Item::ArrayOfTables(list));
        return Ok(());
    }
    let mut value = plain(value)?;
    match document.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => insert(document, key, value, order),
    }
    Ok(())
}

/// Makes a list hold the wanted texts: those that stay keep their place, and each its comments, above it and behind it.
fn set_texts(list: &mut Array, wanted: &[String]) {
    let raw = |raw: Option<&toml_edit::RawString>| raw.and_then(toml_edit::RawString::as_str).unwrap_or_default().to_owned();
    // Behind the comma, a comment on the same line belongs to the text in front of it, though it is read as what stands in front of the next.
    let on_line =
        |space: &str| space.find('\n').map_or((String::new(), space.to_owned()), |end| (space[..end].to_owned(), space[end..].to_owned()));
    let mut spaces: Vec<(String, String)> = list.iter().map(|value| on_line(&raw(value.decor().prefix()))).collect();
    let last = list.iter().last().map(|last| raw(last.decor().suffix())).unwrap_or_default();
    spaces.push(on_line(&format!("{last}{}", raw(Some(list.trailing())))));
    let (head, closing) = (spaces[0].0.clone(), spaces[spaces.len() - 1].1.clone());
    let mut kept: Vec<(toml_edit::Value, String, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, value) in list.iter().enumerate() {
        let Some(text) = value.as_str().filter(|text| wanted.iter().any(|wanted| wanted == text)) else { continue };
        if seen.insert(text.to_owned()) {
            let mut value = value.clone();
            value.decor_mut().clear();
            kept.push((value, spaces[place].1.clone(), spaces[place + 1].0.clone()));
        }
    }
    for text in wanted.iter().filter(|text| !seen.contains(*text)) {
        // What stands above the last one may hold a comment of its own.
        let above = kept.last().map(|(_, above, _)| above.rsplit_once('\n').map_or(above.clone(), |(_, indent)| format!("\n{indent}")));
        let above = above.filter(|above| !above.is_empty()).unwrap_or_else(|| if kept.is_empty() { String::new() } else { " ".into() });
        kept.push((text.as_str().into(), above, String::new()));
    }
    list.clear();
    let mut behind = head;
    for (mut value, above, comment) in kept {
        value.decor_mut().set_prefix(format!("{behind}{above}"));
        list.push_formatted(value);
        behind = comment;
    }
    // Without a comma, a comment behind the last text would stand between it and the next one.
    list.set_trailing_comma(list.trailing_comma() || (!list.is_empty() && (!behind.is_empty() || closing.contains('\n'))));
    list.set_trailing(format!("{behind}{closing}"));
}

fn plain(value: &Value) -> Result<toml_edit::Value, String> {
    Ok(match value {
        Value::Text(text) if text.lines().any(|line| line.trim_end() == "+++") => one_line(text)?,
        Value::Text(text) => text.as_str().into(),
        Value::Texts(texts) => texts.iter().map(String::as_str).collect::<Array>().into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Number(number) => (*number).into(),
        Value::Date(date) => {
            date.to_string().parse::<toml_edit::Datetime>().map_err(|error: toml_edit::DatetimeParseError| error.to_string())?.into()
        }
        Value::Table(entries) => toml_edit::Value::InlineTable(inline(entries)?),
        Value::List(values) => values.iter().map(plain).collect::<Result<Array, String>>()?.into(),
        Value::Tables(tables) => plain(&Value::List(tables.iter().cloned().map(Value::Table).collect()))?,
    })
}

/// A text written on one line: a line `+++` in it would end the front matter.
fn one_line(text: &str) -> Result<toml_edit::Value, String> {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", c as u32)),
            c => written.push(c),
        }
    }
    written.push('"');
    written.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())
}

fn inline(entries: &[(&'static str, Value)]) -> Result<InlineTable, String> {
    let mut table = InlineTable::new();
    for (key, value) in entries {
        table.insert(*key, plain(value)?);
    }
    Ok(table)
}

/// Puts a new key before the first one that `order` puts behind it, or at the end.
fn insert(document: &mut DocumentMut, key: &str, value: toml_edit::Value, order: &[&str]) {
    let place = |key: &str| order.iter().position(|known| *known == key);
    let table = document.as_table_mut();
    table.remove(key);
    let behind = |other: &str| place(other).is_some_and(|other| place(key).is_some_and(|own| own < other));
    let later: Vec<String> =
        table.iter().filter(|(_, item)| item.is_value()).map(|(key, _)| key.to_owned()).skip_while(|key| !behind(key)).collect();
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
    Aside::write(path, bytes)?.put()
}

/// A new text of a file, written beside it and synced, waiting for the rename.
struct Aside<'a> {
    path: &'a Path,
    file: tempfile::NamedTempFile,
}

impl<'a> Aside<'a> {
    fn write(path: &'a Path, bytes: &[u8]) -> std::io::Result<Self> {
        let mut file = tempfile::NamedTempFile::new_in(Self::folder(path))?;
        file.write_all(bytes)?;
        match std::fs::metadata(path) {
            Ok(old) => file.as_file().set_permissions(old.permissions())?,
            Err(_) => readable(file.as_file())?,
        }
        file.as_file().sync_all()?;
        Ok(Self { path, file })
    }

    fn put(self) -> std::io::Result<()> {
        self.file.persist(self.path).map_err(|error| error.error)?;
        // The rename itself must survive a power cut, where the system lets a folder be synced.
        let synced = std::fs::File::open(Self::folder(self.path)).and_then(|folder| folder.sync_all());
        synced.or_else(|error| if cfg!(unix) { Err(error) } else { Ok(()) })
    }

    fn folder(path: &Path) -> &Path {
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
}

/// A new file is for the team, not only for who wrote it.
fn readable(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

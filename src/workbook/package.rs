//! The zip container of a workbook: checked before it is used, its parts inflated within limits, untouched parts copied raw.
//! The only file that knows the zip crate.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{Limits, ReadError};

/// Below this size the ratio does not matter.
const RATIO_FREE: u64 = 1 << 20;

/// An opened container.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Raw names in the order of the container.
    names: Vec<String>,
    /// Raw name by comparable name.
    by_key: BTreeMap<String, usize>,
    limits: Limits,
}

/// The form in which part names are compared: `/` between folders, no leading `/`, lower case.
fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

impl<'a> Package<'a> {
    /// Opens and checks the container; no part is inflated yet.
    ///
    /// # Errors
    /// What the bytes are instead, or what is wrong with the container.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ReadError::Damaged(error.to_string()))?;
        if archive.len() > limits.entries {
            return Err(ReadError::Refused(format!("{} parts, more than {}", archive.len(), limits.entries)));
        }
        if listed_entries(bytes).is_some_and(|listed| listed != archive.len()) {
            return Err(ReadError::Refused("two parts have one name".into()));
        }
        let mut names = Vec::new();
        let mut by_key = BTreeMap::new();
        let mut total = 0u64;
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|error| ReadError::Damaged(error.to_string()))?;
            let name = entry.name().map_err(|error| ReadError::Damaged(error.to_string()))?.into_owned();
            if entry.encrypted() {
                return Err(ReadError::Encrypted);
            }
            check_size(&name, entry.size(), entry.compressed_size(), limits)?;
            total = total.saturating_add(entry.size());
            if by_key.insert(key(&name), index).is_some() {
                return Err(ReadError::Refused(format!("two parts are called {name}")));
            }
            names.push(name);
        }
        if total > limits.unpacked {
            return Err(ReadError::Refused(format!("it unpacks to more than {} MiB", limits.unpacked >> 20)));
        }
        if !by_key.contains_key("[content_types].xml") && !by_key.contains_key("content.xml") {
            return Err(ReadError::Kind { found: "a zip archive".into() });
        }
        Ok(Self { archive, names, by_key, limits: *limits })
    }

    /// Names of all parts, as the container spells them, in its order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The spelling of a part's name in the container.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.by_key.get(&key(name)).map(|index| self.names[*index].as_str())
    }

    /// One part's bytes.
    ///
    /// # Errors
    /// The part is missing, damaged or larger than it says.
    pub fn part(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        let broken = |what: String| ReadError::Part { part: name.to_owned(), what };
        let index = *self.by_key.get(&key(name)).ok_or_else(|| broken("this part is missing".into()))?;
        // Some programs pack nothing into no bytes at all, which is no stream that could be inflated.
        let raw = self.archive.by_index_raw(index).map_err(|error| broken(error.to_string()))?;
        if raw.size() == 0 && raw.compressed_size() == 0 {
            return Ok(Vec::new());
        }
        drop(raw);
        let entry = self.archive.by_index(index).map_err(|error| broken(error.to_string()))?;
        let mut bytes = Vec::new();
        entry.take(self.limits.part + 1).read_to_end(&mut bytes).map_err(|error| broken(error.to_string()))?;
        if bytes.len() as u64 > self.limits.part {
            return Err(broken(format!("it unpacks to more than {} MiB", self.limits.part >> 20)));
        }
        Ok(bytes)
    }

    /// One part as text.
    ///
    /// # Errors
    /// As [`Package::part`]; besides, text that is not UTF-8.
    pub fn text(&mut self, name: &str) -> Result<PartText, ReadError> {
        PartText::new(self.part(name)?).map_err(|what| ReadError::Part { part: name.to_owned(), what })
    }

    /// Writes the container again: `changed` parts new, all others copied as they are, in the same order.
    ///
    /// # Errors
    /// The container could not be read again.
    pub fn rewrite(&mut self, changed: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ReadError> {
        let broken = |error: zip::result::ZipError| ReadError::Damaged(error.to_string());
        let comment: Box<[u8]> = self.archive.comment().into();
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (index, name) in self.names.iter().enumerate() {
            if let Some(bytes) = changed.get(name) {
                let options = self.archive.by_index_raw(index).map_err(broken)?.options();
                writer.start_file(name.as_str(), options).map_err(broken)?;
                writer.write_all(bytes).map_err(|error| ReadError::Damaged(error.to_string()))?;
            } else {
                let entry = self.archive.by_index_raw(index).map_err(broken)?;
                writer.raw_copy_file(entry).map_err(broken)?;
            }
        }
        writer.set_raw_comment(comment).map_err(broken)?;
        Ok(writer.finish().map_err(broken)?.into_inner())
    }

    /// SHA-256 (hex) of each part that is not in `changed`.
    ///
    /// # Errors
    /// A part is damaged.
    pub fn digests(&mut self, changed: &BTreeMap<String, Vec<u8>>) -> Result<Vec<(String, String)>, ReadError> {
        let names: Vec<String> = self.names.iter().filter(|name| !changed.contains_key(*name)).cloned().collect();
        names.into_iter().map(|name| Ok((name.clone(), crate::domain::digest::hex(&Sha256::digest(self.part(&name)?))))).collect()
    }
}

/// How many entries the container says to have, by its last record; the zip crate keeps only the last of those with one name.
fn listed_entries(bytes: &[u8]) -> Option<usize> {
    let record = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = bytes.get(record + 10..record + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}

fn check_size(name: &str, size: u64, compressed: u64, limits: &Limits) -> Result<(), ReadError> {
    if size > limits.part {
        return Err(ReadError::Refused(format!("{name} unpacks to more than {} MiB", limits.part >> 20)));
    }
    if size > RATIO_FREE && size / compressed.max(1) > limits.ratio {
        return Err(ReadError::Refused(format!("{name} unpacks to more than {} times its size", limits.ratio)));
    }
    Ok(())
}

/// A part's text with the byte order mark kept apart, since XML readers do not count it.
pub struct PartText {
    /// The text after the mark.
    pub text: String,
    marked: bool,
}

impl PartText {
    fn new(bytes: Vec<u8>) -> Result<Self, String> {
        // XML has no zero bytes, but UTF-16 has one in each of its first two characters, with a mark or without.
        if bytes.iter().take(4).any(|byte| *byte == 0) {
            return Err("text in UTF-16, which is not read".into());
        }
        let mut text = String::from_utf8(bytes).map_err(|_| "text that is not UTF-8".to_owned())?;
        let marked = text.starts_with('\u{feff}');
        if marked {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(Self { text, marked })
    }

    /// New text with the mark that the old one had.
    pub fn with(&self, text: String) -> Vec<u8> {
        if self.marked { format!("\u{feff}{text}").into_bytes() } else { text.into_bytes() }
    }
}

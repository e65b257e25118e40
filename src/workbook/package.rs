//! The zip container of a workbook: checked before it is used, its parts inflated within limits, untouched parts copied raw.
//! Never holds more of it unpacked than one part.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::ZipArchive;

use super::limits::in_words;
use super::preflight::{self, key};
use super::{Edited, Limits, ReadError};
use crate::domain::digest::sha256_hex;

/// An opened container.
pub struct Package<'a> {
    bytes: &'a [u8],
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Raw names in the order of the container.
    names: Vec<String>,
    /// Raw name by comparable name.
    by_key: BTreeMap<String, usize>,
    limits: Limits,
}

impl<'a> Package<'a> {
    /// Opens the container, after a check of all of it.
    ///
    /// # Errors
    /// What the bytes are instead, or what is wrong with the container.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ReadError> {
        if bytes.len() as u64 > limits.file {
            return Err(ReadError::Refused(format!("it has more than {}", in_words(limits.file))));
        }
        preflight::check_directory(bytes, limits)?;
        let damaged = |error: zip::result::ZipError| ReadError::Damaged(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        preflight::check_contents(&mut archive, limits)?;
        let mut names = Vec::new();
        let mut by_key = BTreeMap::new();
        for index in 0..archive.len() {
            let name = archive.by_index_raw(index).map_err(damaged)?.name().map_err(damaged)?.into_owned();
            // A name may be told once more in an extra field; nor may two parts share that one.
            if by_key.insert(key(&name), index).is_some() {
                return Err(ReadError::Refused("two parts have one name".into()));
            }
            names.push(name);
        }
        Ok(Self { bytes, archive, names, by_key, limits: *limits })
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
            return Err(broken(format!("it unpacks to more than {}", in_words(self.limits.part))));
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

    /// The container with `changed` parts, and the proof of what else is untouched; the received bytes where nothing is changed.
    ///
    /// # Errors
    /// The container could not be read again.
    pub fn edited(&mut self, changed: &BTreeMap<String, Vec<u8>>, old: Vec<String>) -> Result<Edited, ReadError> {
        let bytes = if changed.is_empty() { self.bytes.to_vec() } else { self.rewrite(changed)? };
        let names = self.names.iter().filter(|name| changed.contains_key(*name)).cloned().collect();
        Ok(Edited { bytes, old, untouched: self.digests(changed)?, changed: names })
    }

    /// SHA-256 (hex) of each part that is not in `changed`.
    fn digests(&mut self, changed: &BTreeMap<String, Vec<u8>>) -> Result<Vec<(String, String)>, ReadError> {
        let names: Vec<String> = self.names.iter().filter(|name| !changed.contains_key(*name)).cloned().collect();
        names.into_iter().map(|name| Ok((name.clone(), sha256_hex(&self.part(&name)?)))).collect()
    }
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

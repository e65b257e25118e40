//! The look at a zip container before anything else opens it: its directory, its entries' headers, and each entry inflated once.
//! Believes no size, count or name that the file declares, and writes nothing anywhere.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::limits::in_words;
use super::{Limits, ReadError};
use crate::domain::shown::is_hidden;

/// Below this size the ratio does not matter.
const RATIO_FREE: u64 = 1 << 20;
/// Bytes of a name at most.
const LONGEST_NAME: usize = 255;
/// Signatures of the records that a container is made of.
const END: &[u8] = b"PK\x05\x06";
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR64: &[u8] = b"PK\x06\x07";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// Values that say that the true one stands in a zip64 record.
const IN_ZIP64: u64 = 0xFFFF_FFFF;
const COUNT_IN_ZIP64: u64 = 0xFFFF;

/// One entry as the directory lists it.
struct Entry {
    name: String,
    /// Where its header and its bytes lie in the file.
    start: u64,
    end: u64,
}

/// The form in which part names are compared: `/` between folders, no leading `/`, lower case.
pub fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// Checks the directory and the headers; nothing is inflated, and an entry count beyond the limit is refused before the directory is read.
///
/// # Errors
/// What is damaged, or stranger than an honest workbook is.
pub fn check_directory(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let directory = directory(bytes)?;
    if directory.count > limits.entries as u64 {
        return Err(refused(format!("{} parts, more than {}", directory.count, limits.entries)));
    }
    let mut at = directory.start;
    let mut entries = Vec::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..directory.count {
        let (entry, next) = entry(bytes, at)?;
        if let Some(twin) = names.insert(key(&entry.name), entry.name.clone()) {
            let what =
                if twin == entry.name { "two parts have one name" } else { "two parts have names that differ in case or slashes alone" };
            return Err(refused(format!("{what}: {}", shown(&entry.name))));
        }
        entries.push(entry);
        at = next;
    }
    if at != directory.end {
        return Err(damaged("the list of parts is longer than it says"));
    }
    check_places(entries, directory.start)
}

/// The entries must follow each other from the first byte on, none inside another.
fn check_places(mut entries: Vec<Entry>, directory: u64) -> Result<(), ReadError> {
    entries.sort_by_key(|entry| entry.start);
    let mut end = 0;
    for (place, entry) in entries.iter().enumerate() {
        if place == 0 && entry.start > 0 {
            return Err(refused("there are bytes before the first part".into()));
        }
        if entry.start < end {
            return Err(refused(format!("{} overlaps another part", shown(&entry.name))));
        }
        end = entry.end;
    }
    if end > directory { Err(refused("a part overlaps the list of parts".into())) } else { Ok(()) }
}

/// Inflates every entry to its end once, counting; sums and sizes must agree with what was declared.
///
/// # Errors
/// A part is damaged, or unpacks to more than the limits.
pub fn check_contents(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<(), ReadError> {
    let mut total = 0u64;
    let mut buffer = vec![0; 1 << 16];
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(|error| damaged(error.to_string()))?;
        let name = shown(&raw.name().map_err(|error| damaged(error.to_string()))?);
        let (declared, packed) = (raw.size(), raw.compressed_size());
        // Some programs pack nothing into no bytes at all, which is no stream that could be inflated.
        if declared == 0 && packed == 0 {
            continue;
        }
        drop(raw);
        let broken = |error: &dyn std::fmt::Display| damaged(format!("{name}: {error}"));
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let mut size = 0u64;
        loop {
            let read = entry.read(&mut buffer).map_err(|error| broken(&error))? as u64;
            size += read;
            total += read;
            check_size(&name, size, packed, total, limits)?;
            if read == 0 {
                break;
            }
        }
        if size != declared {
            return Err(refused(format!("{name} unpacks to another size than it says")));
        }
    }
    Ok(())
}

fn check_size(name: &str, size: u64, packed: u64, total: u64, limits: &Limits) -> Result<(), ReadError> {
    if size > limits.part {
        return Err(refused(format!("{name} unpacks to more than {}", in_words(limits.part))));
    }
    if total > limits.unpacked {
        return Err(refused(format!("it unpacks to more than {}", in_words(limits.unpacked))));
    }
    if size > RATIO_FREE && size / packed.max(1) > limits.ratio {
        return Err(refused(format!("{name} unpacks to more than {} times its size", limits.ratio)));
    }
    Ok(())
}

/// Where the list of entries stands, and how many it says to have.
struct Directory {
    start: u64,
    end: u64,
    count: u64,
}

/// Finds the list of entries by the container's last record.
fn directory(bytes: &[u8]) -> Result<Directory, ReadError> {
    let last = (0..bytes.len().saturating_sub(21))
        .rev()
        .take(usize::from(u16::MAX) + 1)
        .find(|at| {
            bytes[*at..].starts_with(END) && u16_at(bytes, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) == bytes.len())
        })
        .ok_or_else(|| damaged("its end is missing"))?;
    let field = |at: usize, wide: bool| number(bytes, (last + at) as u64, if wide { 4 } else { 2 });
    let (mut count, mut size, mut start) = (field(10, false)?, field(12, true)?, field(16, true)?);
    if field(4, false)? != field(6, false)? || field(8, false)? != count {
        return Err(refused("it is one of several volumes".into()));
    }
    let mut end = last as u64;
    let locator = last.checked_sub(20).filter(|at| bytes[*at..].starts_with(LOCATOR64));
    if let Some(locator) = locator {
        end = number(bytes, locator as u64 + 8, 8)?;
        if !bytes_at(bytes, end, 4)?.starts_with(END64) {
            return Err(damaged("its zip64 record is missing"));
        }
        (count, size, start) = (number(bytes, end + 32, 8)?, number(bytes, end + 40, 8)?, number(bytes, end + 48, 8)?);
    } else if count == COUNT_IN_ZIP64 || size == IN_ZIP64 || start == IN_ZIP64 {
        return Err(damaged("its zip64 record is missing"));
    }
    match start.checked_add(size) {
        Some(told) if told == end => Ok(Directory { start, end, count }),
        Some(told) if told < end => Err(refused("there are bytes before the first part".into())),
        _ => Err(damaged("the list of parts lies outside the file")),
    }
}

/// One entry of the list at `at`, checked with its own header, and where the next one stands.
fn entry(bytes: &[u8], at: u64) -> Result<(Entry, u64), ReadError> {
    let field = |offset: u64, size: u64| number(bytes, at + offset, size);
    if !bytes_at(bytes, at, 4)?.starts_with(CENTRAL) {
        return Err(damaged("the list of parts is broken"));
    }
    let (made_by, flags, method, outside) = (field(4, 2)?, field(8, 2)?, field(10, 2)?, field(38, 4)?);
    let (name_size, extra_size, comment_size) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
    let raw = bytes_at(bytes, at + 46, name_size)?;
    let name = std::str::from_utf8(raw).map_or_else(|_| raw.iter().copied().map(char::from).collect(), str::to_owned);
    check_name(raw, &name)?;
    let told = shown(&name);
    // Bits 0, 6 and 13: encrypted in one way or another.
    if flags & 0x2041 != 0 {
        return Err(refused(format!("{told} is encrypted")));
    }
    if method != 0 && method != 8 {
        return Err(refused(format!("{told} is packed by a method that workbooks do not use")));
    }
    // The upper half holds the rights that Unix keeps, the file's kind among them, if a Unix program says to have made the entry.
    if made_by >> 8 == 3 && (outside >> 16) & 0o170_000 == 0o120_000 {
        return Err(refused(format!("{told} is a link to another file")));
    }
    let extra = bytes_at(bytes, at + 46 + name_size, extra_size)?;
    let [size, packed, start] =
        sizes(extra, [field(24, 4)?, field(20, 4)?, field(42, 4)?]).ok_or_else(|| damaged("a zip64 field is broken"))?;
    if method == 0 && size != packed {
        return Err(refused(format!("{told} unpacks to another size than it says")));
    }
    let header = |offset: u64, size: u64| number(bytes, start.saturating_add(offset), size);
    if !bytes_at(bytes, start, 4)?.starts_with(LOCAL) || header(8, 2)? != method || header(6, 2)? & 0x2041 != 0 {
        return Err(damaged(format!("the header of {told} is not the one that is listed")));
    }
    let local_name = header(26, 2)?;
    if bytes_at(bytes, start + 30, local_name)? != raw {
        return Err(refused(format!("{told} has two names")));
    }
    let data = start + 30 + local_name + header(28, 2)?;
    let end = data
        .checked_add(packed)
        .filter(|end| *end <= bytes.len() as u64)
        .ok_or_else(|| damaged(format!("{told} lies outside the file")))?;
    Ok((Entry { name, start, end }, at + 46 + name_size + extra_size + comment_size))
}

/// Size, packed size and place, from the zip64 field where they are told to stand there.
fn sizes(extra: &[u8], listed: [u64; 3]) -> Option<[u64; 3]> {
    let mut values = listed;
    let mut at = 0;
    while at + 4 <= extra.len() {
        let (kind, size) = (u16_at(extra, at)?, usize::from(u16_at(extra, at + 2)?));
        if kind == 1 {
            let mut field = extra.get(at + 4..at + 4 + size)?;
            for value in values.iter_mut().filter(|value| **value == IN_ZIP64) {
                let (number, rest) = field.split_first_chunk::<8>()?;
                *value = u64::from_le_bytes(*number);
                field = rest;
            }
            return Some(values);
        }
        at += 4 + size;
    }
    Some(values)
}

/// A part's name must be one that could never name a file outside of a folder, nor show as another.
fn check_name(raw: &[u8], name: &str) -> Result<(), ReadError> {
    let plain = name.replace('\\', "/");
    let steps_out = plain.split('/').any(|step| step == "..");
    let drive = plain.as_bytes().get(1) == Some(&b':');
    if raw.is_empty() || raw.len() > LONGEST_NAME || steps_out || drive || plain.contains(is_hidden) {
        return Err(refused(format!("a part is called {}, which no workbook needs", shown(name))));
    }
    Ok(())
}

/// A name as it may be shown: short, and with nothing in it that does not show.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(80).flat_map(char::escape_debug).collect();
    if name.chars().count() > 80 { format!("{short}…") } else { short }
}

fn bytes_at(bytes: &[u8], at: u64, size: u64) -> Result<&[u8], ReadError> {
    let range = usize::try_from(at).ok().and_then(|at| Some(at..at.checked_add(usize::try_from(size).ok()?)?));
    range.and_then(|range| bytes.get(range)).ok_or_else(|| damaged("it ends too early"))
}

fn number(bytes: &[u8], at: u64, size: u64) -> Result<u64, ReadError> {
    Ok(bytes_at(bytes, at, size)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

fn refused(what: String) -> ReadError {
    ReadError::Refused(what)
}

fn damaged(what: impl Into<String>) -> ReadError {
    ReadError::Damaged(what.into())
}

//! The compound file around an .xls workbook: checked before anything is taken out of it. Never follows a chain further than the file is long.

use crate::workbook::ReadError;
use crate::workbook::le::Bytes;

/// Sector numbers from here on are marks, not sectors.
const FIRST_MARK: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FAT_SECTOR: u32 = 0xFFFF_FFFD;
const NO_ENTRY: u32 = 0xFFFF_FFFF;
const HEADER: usize = 512;
/// Numbers of FAT sectors that the header itself holds.
const IN_HEADER: usize = 109;
const ENTRY: usize = 128;
const MINI_SECTOR: usize = 64;
const STREAM: u8 = 2;

/// An opened and checked container.
pub struct Container<'a> {
    sectors: Sectors<'a>,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_limit: u64,
    root: Entry,
    /// What stands in the root: never the streams of objects that the workbook embeds.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    len: u64,
}

struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    count: usize,
}

fn damaged(what: &str) -> ReadError {
    ReadError::Damaged(what.to_owned())
}

impl<'a> Sectors<'a> {
    /// A sector; the last one of a file may be cut short.
    fn get(&self, id: u32) -> Result<&'a [u8], ReadError> {
        let outside = || damaged("its container points outside the file");
        let start = (id as usize).checked_add(1).and_then(|place| place.checked_mul(self.size)).ok_or_else(outside)?;
        let end = start.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty()).ok_or_else(outside)
    }

    fn joined(&self, ids: &[u32]) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        for id in ids {
            bytes.extend_from_slice(self.get(*id)?);
        }
        Ok(bytes)
    }
}

/// The sectors of a chain, until its end or until there are `enough` of them.
fn chain(start: u32, fat: &[u32], enough: usize) -> Result<Vec<u32>, ReadError> {
    let (mut ids, mut id, mut seen) = (Vec::new(), start, vec![false; fat.len()]);
    while id != END_OF_CHAIN && ids.len() < enough {
        let next = *fat.get(id as usize).ok_or_else(|| damaged("a chain of its container leaves the file"))?;
        if std::mem::replace(&mut seen[id as usize], true) {
            return Err(ReadError::Refused("a chain of its container runs in a ring".into()));
        }
        ids.push(id);
        id = next;
    }
    Ok(ids)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
}

impl<'a> Container<'a> {
    /// Opens and checks the container.
    ///
    /// # Errors
    /// A chain that runs in a ring or leaves the file, or a length that the file does not have.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let header = bytes.get(..HEADER).ok_or_else(|| damaged("its container ends within the header"))?;
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let size = match (short(30), short(32)) {
            (9, 6) => 512,
            (12, 6) => 4096,
            _ => return Err(damaged("its container has sectors of a size that does not exist")),
        };
        let sectors = Sectors { bytes, size, count: bytes.len().div_ceil(size) };
        if [long(44), long(64), long(72)].iter().any(|declared| *declared as usize > sectors.count) {
            return Err(ReadError::Refused("its container declares more sectors than the file has".into()));
        }
        let fat = fat(&sectors, header, long(68))?;
        let entries = directory(&sectors, &fat, long(48))?;
        let root = entries.first().cloned().ok_or_else(|| damaged("its container is empty"))?;
        let entries = in_root(&root, &entries)?;
        if let Some(lying) = entries.iter().find(|entry| entry.kind == STREAM && entry.len > bytes.len() as u64) {
            return Err(ReadError::Refused(format!("its container says that {:?} is longer than the file", lying.name)));
        }
        let mini_fat = if long(64) == 0 { Vec::new() } else { sectors.joined(&chain(long(60), &fat, sectors.count)?)? };
        let mini_fat = numbers(&mini_fat).collect();
        Ok(Self { sectors, fat, mini_fat, mini_limit: u64::from(long(56)), root, entries })
    }

    /// Whether the root holds something of that name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// A stream of the root.
    ///
    /// # Errors
    /// It is not there, or its chain is broken.
    pub fn stream(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let found = self.entries.iter().find(|entry| entry.kind == STREAM && entry.name.eq_ignore_ascii_case(name));
        let entry = found.ok_or_else(|| ReadError::Damaged(format!("it has no stream {name:?}")))?;
        let len = usize::try_from(entry.len).unwrap_or(usize::MAX);
        let mut bytes = if entry.len < self.mini_limit {
            let room = self.sectors.joined(&chain(self.root.start, &self.fat, self.sectors.count)?)?;
            let ids = chain(entry.start, &self.mini_fat, len.div_ceil(MINI_SECTOR))?;
            let outside = || damaged("a small stream of its container leaves the file");
            let mini = |id: &u32| {
                let start = (*id as usize).checked_mul(MINI_SECTOR)?;
                room.get(start..(start + MINI_SECTOR).min(room.len()))
            };
            ids.iter().map(mini).collect::<Option<Vec<_>>>().ok_or_else(outside)?.concat()
        } else {
            self.sectors.joined(&chain(entry.start, &self.fat, len.div_ceil(self.sectors.size))?)?
        };
        if bytes.len() < len {
            return Err(damaged("the stream with its cells is shorter than it says"));
        }
        bytes.truncate(len);
        Ok(bytes)
    }
}

/// The table that says which sector follows which: its own sectors are listed in the header and in a chain of their own.
fn fat(sectors: &Sectors, header: &[u8], mut more: u32) -> Result<Vec<u32>, ReadError> {
    let mut ids: Vec<u32> = numbers(&header[HEADER - 4 * IN_HEADER..]).collect();
    let mut steps = 0;
    while more < FIRST_MARK {
        steps += 1;
        if steps > sectors.count + 1 {
            return Err(ReadError::Refused("a chain of its container runs in a ring".into()));
        }
        let mut listed: Vec<u32> = numbers(sectors.get(more)?).collect();
        more = listed.pop().unwrap_or(END_OF_CHAIN);
        ids.append(&mut listed);
    }
    ids.retain(|id| *id < FIRST_MARK);
    if ids.len() > sectors.count {
        return Err(ReadError::Refused("its container declares more sectors than the file has".into()));
    }
    let mut fat = Vec::with_capacity(sectors.count);
    for id in ids {
        fat.extend(numbers(sectors.get(id)?));
    }
    Ok(fat)
}

fn directory(sectors: &Sectors, fat: &[u32], start: u32) -> Result<Vec<Entry>, ReadError> {
    let bytes = sectors.joined(&chain(start, fat, usize::MAX)?)?;
    bytes.chunks_exact(ENTRY).map(|entry| read_entry(entry, sectors.size).ok_or_else(|| damaged("its directory is broken"))).collect()
}

fn read_entry(entry: &[u8], sector_size: usize) -> Option<Entry> {
    let mut fields = Bytes(entry);
    let name = fields.text(32, true)?;
    let (_, kind, _) = (fields.u16()?, fields.u8()?, fields.u8()?);
    let (left, right, child) = (fields.u32()?, fields.u32()?, fields.u32()?);
    fields.take(36)?;
    let (start, low, high) = (fields.u32()?, fields.u32()?, fields.u32()?);
    // With small sectors the upper half is not in use and may hold anything.
    let high = if sector_size == 512 { 0 } else { high };
    let name = name.split('\0').next().unwrap_or_default().to_owned();
    Some(Entry { name, kind, left, right, child, start, len: u64::from(high) << 32 | u64::from(low) })
}

/// The entries that stand in the root itself.
fn in_root(root: &Entry, entries: &[Entry]) -> Result<Vec<Entry>, ReadError> {
    let (mut found, mut seen, mut open) = (Vec::new(), vec![false; entries.len()], vec![root.child]);
    while let Some(id) = open.pop() {
        if id == NO_ENTRY {
            continue;
        }
        let place = id as usize;
        let entry = entries.get(place).ok_or_else(|| damaged("its directory points outside itself"))?;
        if std::mem::replace(&mut seen[place], true) {
            return Err(ReadError::Refused("the directory of its container runs in a ring".into()));
        }
        found.push(entry.clone());
        open.extend([entry.left, entry.right]);
    }
    Ok(found)
}

/// A plain new container with that stream alone, so that the value reader sees nothing of the one that was received.
pub fn around(stream: &[u8]) -> Vec<u8> {
    const SIZE: usize = 4096;
    // A stream shorter than a sector would have to stand among the small ones.
    let (len, count) = (stream.len().max(SIZE), stream.len().max(SIZE).div_ceil(SIZE));
    let fat_count = (count + 2).div_ceil(SIZE / 4 - 1);
    let first = u32::try_from(1 + fat_count).unwrap_or(FIRST_MARK);
    let mut out = header(fat_count);
    out.resize(SIZE, 0);
    let mut root = entry_of("Root Entry", 5, 1, 0, 0);
    root.extend(entry_of("Workbook", STREAM, NO_ENTRY, first, len as u64));
    root.resize(SIZE, 0);
    out.extend(root);
    let mut fat = vec![END_OF_CHAIN];
    fat.extend((0..fat_count).map(|_| FAT_SECTOR));
    fat.extend((1..).take(count - 1).map(|next| first + next));
    fat.push(END_OF_CHAIN);
    fat.resize(fat_count * SIZE / 4, NO_ENTRY);
    out.extend(fat.iter().flat_map(|id| id.to_le_bytes()));
    out.extend_from_slice(stream);
    out.resize((1 + 1 + fat_count + count) * SIZE, 0);
    out
}

fn header(fat_count: usize) -> Vec<u8> {
    let mut out = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    out.resize(24, 0);
    out.extend([0x3Eu16, 4, 0xFFFE, 12, 6].iter().flat_map(|field| field.to_le_bytes()));
    out.resize(40, 0);
    let fat_len = u32::try_from(fat_count).unwrap_or(FIRST_MARK);
    let fields = [1, fat_len, 0, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0];
    out.extend(fields.iter().flat_map(|field| field.to_le_bytes()));
    out.extend((1..=fat_len).chain(std::iter::repeat(NO_ENTRY)).take(IN_HEADER).flat_map(u32::to_le_bytes));
    out
}

fn entry_of(name: &str, kind: u8, child: u32, start: u32, len: u64) -> Vec<u8> {
    let mut out: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let named = u16::try_from(out.len() + 2).unwrap_or(u16::MAX);
    out.resize(64, 0);
    out.extend(named.to_le_bytes());
    out.extend([kind, 1]);
    out.extend([NO_ENTRY, NO_ENTRY, child].iter().flat_map(|id| id.to_le_bytes()));
    out.resize(116, 0);
    out.extend(start.to_le_bytes());
    out.extend(len.to_le_bytes());
    out
}

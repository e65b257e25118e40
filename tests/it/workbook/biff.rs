//! Writes small .xls workbooks for tests, record by record, in a small container whose every byte stands where a test can reach it.

/// One record.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// Fields of two bytes.
pub fn words(fields: &[u16]) -> Vec<u8> {
    fields.iter().flat_map(|field| field.to_le_bytes()).collect()
}

/// A text with its length before it, one byte a character.
pub fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_le_bytes()[..], &[0], text.as_bytes()].concat()
}

/// A cell with a text of its own.
pub fn label(row: u16, col: u16, content: &str) -> Vec<u8> {
    record(0x0204, &[words(&[row, col, 0]), text(content)].concat())
}

/// A cell with one of the shared texts.
pub fn shared(row: u16, col: u16, number: u32) -> Vec<u8> {
    record(0x00FD, &[words(&[row, col, 1]), number.to_le_bytes().to_vec()].concat())
}

/// A formula's cell; `value` is its stored result.
pub fn formula(row: u16, col: u16, value: [u8; 8]) -> Vec<u8> {
    // Reads all of column A, whose last row the value reader adds one to.
    let tokens = [0x25, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0];
    record(0x0006, &[words(&[row, col, 0]), value.to_vec(), vec![0; 6], words(&[tokens.len() as u16]), tokens.to_vec()].concat())
}

/// A rule for the cells of one block: first and last row, first and last column.
pub fn rule(flags: u32, first: &[u8], second: &[u8], block: [u16; 4]) -> Vec<u8> {
    let mut data = flags.to_le_bytes().to_vec();
    for _ in 0..4 {
        data.extend(text("\0"));
    }
    for tokens in [first, second] {
        data.extend(words(&[tokens.len() as u16, 0]));
        data.extend(tokens);
    }
    data.extend(words(&[1]));
    data.extend(words(&block));
    record(0x01BE, &data)
}

/// A workbook.
#[derive(Clone, Default)]
pub struct Xls {
    /// Records of the workbook as a whole.
    pub globals: Vec<Vec<u8>>,
    /// Name, visibility, kind and records of each sheet.
    pub sheets: Vec<(String, u8, u8, Vec<Vec<u8>>)>,
}

/// What begins the workbook and each sheet.
fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &words(&[0x0600, kind, 0, 0, 0, 0, 0, 0]))
}

fn end() -> Vec<u8> {
    record(0x000A, &[])
}

impl Xls {
    /// One worksheet called S.
    pub fn of(records: &[Vec<u8>]) -> Self {
        Self::default().sheet("S", 0, 0, records)
    }

    pub fn sheet(mut self, name: &str, visibility: u8, kind: u8, records: &[Vec<u8>]) -> Self {
        self.sheets.push((name.to_owned(), visibility, kind, records.to_vec()));
        self
    }

    pub fn global(mut self, record: Vec<u8>) -> Self {
        self.globals.push(record);
        self
    }

    /// The stream of all records.
    pub fn stream(&self) -> Vec<u8> {
        let bodies: Vec<Vec<u8>> = self.sheets.iter().map(|(_, _, _, records)| [begin(0x10), records.concat(), end()].concat()).collect();
        let tab = |at: usize, (name, visibility, kind, _): &(String, u8, u8, Vec<Vec<u8>>)| {
            let head = [&(at as u32).to_le_bytes()[..], &[*visibility, *kind, name.len() as u8, 0], name.as_bytes()].concat();
            record(0x0085, &head)
        };
        let globals = |places: &[usize]| {
            let tabs: Vec<u8> = self.sheets.iter().zip(places).flat_map(|(sheet, at)| tab(*at, sheet)).collect();
            [begin(0x05), self.globals.concat(), tabs, end()].concat()
        };
        let first = globals(&vec![0; bodies.len()]).len();
        let places: Vec<usize> = (0..bodies.len()).map(|index| first + bodies[..index].iter().map(Vec::len).sum::<usize>()).collect();
        [globals(&places), bodies.concat()].concat()
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        contained("Workbook", &self.stream())
    }
}

/// Where the table of sectors stands in a file made here.
pub const FAT: usize = 512;
/// Where the directory stands; its second entry is the stream.
pub const DIRECTORY: usize = 1024;

/// A container with one stream: sector 0 is the table of sectors, 1 the directory, the stream from 2 on.
pub fn contained(name: &str, stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().max(4096).div_ceil(512);
    // The table's first sector comes first of all; what more of them a long stream needs come last.
    let more = (2 + sectors).div_ceil(127) - 1;
    let longs = |fields: &[u32]| fields.iter().flat_map(|field| field.to_le_bytes()).collect::<Vec<u8>>();
    let mut out = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    out.resize(24, 0);
    out.extend(words(&[0x3E, 3, 0xFFFE, 9, 6]));
    out.resize(44, 0);
    out.extend(longs(&[1 + more as u32, 1, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 0]));
    out.extend((0..more).flat_map(|index| ((2 + sectors + index) as u32).to_le_bytes()));
    out.resize(512, 0xFF);
    let mut fat = vec![0xFFFF_FFFD, 0xFFFF_FFFE];
    fat.extend((1..sectors as u32).map(|next| next + 2));
    fat.push(0xFFFF_FFFE);
    fat.resize(2 + sectors + more, 0xFFFF_FFFD);
    fat.resize(128 * (1 + more), u32::MAX);
    out.extend(longs(&fat[..128]));
    for (name, kind, child, start, len) in [("Root Entry", 5, 1, 0xFFFF_FFFE, 0), (name, 2, u32::MAX, 2, stream.len().max(4096) as u32)] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend(words(&[name.len() as u16 * 2 + 2, kind]));
        entry.extend(longs(&[u32::MAX, u32::MAX, child]));
        entry.resize(116, 0);
        entry.extend(longs(&[start, len, 0]));
        out.extend(entry);
    }
    out.resize(DIRECTORY + 512, 0);
    out.extend(stream);
    out.resize(DIRECTORY + 512 + sectors * 512, 0);
    out.extend(longs(&fat[128..]));
    out
}

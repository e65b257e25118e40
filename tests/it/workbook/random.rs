//! Random sheets, random edits: what was there and what was written is read back, and the checker finds no fault. Always the same numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::edit;
use super::package::{Book, sheet};
use super::{edited, one};
use answerbank::domain::cell::CellRef;

/// Where choices come from.
pub enum Random<'a> {
    /// Marsaglia's xorshift, 64 bits.
    Drawn(u64),
    /// A fuzzer's bytes, and nothing but zeros once they are used up.
    Told(&'a [u8]),
}

impl Random<'_> {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        let drawn = match self {
            Self::Drawn(state) => {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                (*state >> 33) as u32
            }
            Self::Told(bytes) => {
                let (told, rest) = bytes.split_at(bytes.len().min(if limit > 256 { 2 } else { 1 }));
                *bytes = rest;
                told.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
            }
        };
        drawn % limit
    }

    /// Yes, once in `n` times.
    pub fn once_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    /// One of some.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u32) as usize]
    }

    /// A text of up to nine pieces, some of them nasty.
    pub fn text(&mut self) -> String {
        let pieces: Vec<&str> = "a¦Yes¦ ¦\n¦\r\n¦\t¦&¦<f>¦\"¦'¦=¦-¦_x¦_x0041_¦0041¦_¦\u{1}¦\u{1F512}¦é¦x¦0¦]]>".split('¦').collect();
        (0..self.below(10)).map(|_| self.pick(&pieces)).collect()
    }
}

fn cell(random: &mut Random, at: CellRef, named: bool, strings: u32, formula: &mut bool) -> String {
    let style = ["", " s=\"0\"", " s=\"1\"", " s=\"3\"", " s='5'"][random.below(5) as usize];
    let place = if named { format!(" r=\"{at}\"") } else { String::new() };
    let open = if random.once_in(2) { format!("{place}{style}") } else { format!("{style}{place}") };
    let end = ["", " ", "\n"][random.below(3) as usize];
    match random.below(10) {
        0 => format!("<c{open}{end}/>"),
        1 => format!("<c{open}></c{end}>"),
        2 | 3 if strings > 0 => format!("<c{open} t=\"s\"><v>{}</v></c>", random.below(strings)),
        4 => format!("<c{open} t=\"inlineStr\"><is><t>in {}</t><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></is></c>", random.below(9)),
        5 => format!("<c{open} t=\"b\"><v>1</v></c>"),
        6 => format!("<c t=\"e\"{open}><v>#N/A</v></c>"),
        7 => {
            *formula = true;
            format!("<c{open} t=\"str\"><f>\"a\"&amp;B{}</f><v>a</v></c>", random.below(9) + 1)
        }
        _ => format!("<c{open}>{end}<v>{}</v></c>", random.below(50_000)),
    }
}

/// A random workbook, and the cells that must not be written: formulas, and the covered part of a merged block.
pub fn grow(random: &mut Random) -> (Book, BTreeSet<CellRef>) {
    let strings = random.below(4);
    let space = random.pick(&["", "\n", "\r\n  ", " <!-- c --> "]);
    let (mut rows, mut forbidden, mut references) = (String::new(), ["Z1", "Y2", "Z2"].map(|at| CellRef::parse(at).unwrap()).into(), 0);
    let (mut row, mut last_row) = (0, None);
    for _ in 0..random.below(7) {
        row += if random.once_in(2) { 0 } else { random.below(4) };
        let named = last_row.map_or(0, |last: u32| last + 1) != row || random.once_in(2);
        let (mut cells, mut col, mut next) = (String::new(), 0, 0);
        for _ in 0..random.below(6) {
            col += if random.once_in(2) { 0 } else { random.below(4) };
            let (at, mut formula) = (CellRef::new(row, col), false);
            let name_it = col != next || random.once_in(2);
            let text = cell(random, at, name_it, strings, &mut formula);
            references += usize::from(text.contains("t=\"s\""));
            BTreeSet::extend(&mut forbidden, formula.then_some(at));
            write!(cells, "{text}{space}").unwrap();
            col += 1;
            next = col;
        }
        let place = if named { format!(" r=\"{}\"", row + 1) } else { String::new() };
        let more = random.pick(&["", " spans=\"1:40\"", " s=\"1\" customFormat=\"1\" ht=\"20\"", " s=\"5\" spans='1:40' "]);
        let shut = cells.is_empty() && random.once_in(2);
        let body = if shut { "/>".to_owned() } else { format!(">{cells}</row>") };
        write!(rows, "<row{place}{more}{body}{space}").unwrap();
        last_row = Some(row);
        row += 1;
    }
    let empty = rows.is_empty() && random.once_in(2);
    let data = if empty { "<sheetData/>".to_owned() } else { format!("<sheetData>{space}{rows}</sheetData>") };
    let head = random.pick(&["", "<dimension ref=\"A1:AN30\"/>", "<cols><col min=\"2\" max=\"4\" style=\"5\"/></cols>"]);
    let mut book = sheet(&format!("{head}{data}<mergeCells><mergeCell ref=\"Y1:Z2\"/></mergeCells>"));
    if strings > 0 || random.once_in(4) {
        let items: Vec<String> = (0..strings).map(|n| format!("<t xml:space=\"preserve\">shared {n} _x000D_</t>")).collect();
        book = book.strings(&items.iter().map(String::as_str).collect::<Vec<_>>(), references);
    }
    if random.once_in(3) {
        book = book.after_sheets("<calcPr calcId=\"191029\"/>");
    }
    (if random.once_in(4) { book.prefix("x:") } else { book }, forbidden)
}

#[test]
fn what_was_there_and_what_was_written_is_read_back() {
    let mut random = Random::Drawn(0x9E37_79B9_7F4A_7C15);
    let mut written = 0;
    for round in 0..300 {
        let (book, forbidden) = grow(&mut random);
        // Most are stored: packing takes more time than everything else.
        let bytes = if random.once_in(4) { book.streamed() } else { book.stored().bytes() };
        let mut edits = BTreeMap::new();
        for _ in 0..random.below(8) {
            let at = CellRef::new(random.below(24), random.below(28));
            edits.insert(at, one(&at.to_string(), &random.text()));
        }
        let refused = edits.keys().any(|at| forbidden.contains(at));
        let mut all: Vec<_> = edits.into_values().collect();
        assert_eq!(edit(&bytes, &all).is_err(), refused, "round {round}");
        all.retain(|edit| !forbidden.contains(&edit.cell));
        written += all.len();
        let done = edited(&bytes, &all).unwrap_or_else(|error| panic!("round {round}: {error}"));
        if random.once_in(4) {
            edited(&done.bytes, &all).unwrap_or_else(|error| panic!("round {round}, again: {error}"));
        }
    }
    assert!(written > 500, "{written} cells were written");
}

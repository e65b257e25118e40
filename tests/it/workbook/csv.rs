//! Separated text: what each file says, what each edit makes of it, what is refused; and random tables against the reader of the crate `csv`.

use std::collections::{BTreeMap, BTreeSet};

use super::one;
use super::random::Random;
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{CellEdit, CellValue, Edited, Limits, ReadError, WriteError, edit, read};

fn open(bytes: &[u8]) -> Result<Workbook, ReadError> {
    read("some/S.csv", bytes, &Limits::default())
}

fn edited(bytes: &[u8], edits: &[CellEdit]) -> Result<Edited, WriteError> {
    edit("S.csv", bytes, edits, &Limits::default())
}

/// All cells on one line: `A1=x B2=y`.
fn cells(book: &Workbook) -> String {
    book.sheets[0].cells.iter().map(|(at, cell)| format!("{at}={}", cell.text)).collect::<Vec<_>>().join(" ")
}

fn utf16(mark: &[u8], text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(bytes_of)).collect()
}

#[test]
fn a_field_stands_where_a_spreadsheet_program_shows_it() {
    for (text, wanted) in [
        ("a,b\nc,d\n", "A1=a B1=b A2=c B2=d"),
        ("a;b\r\nc;d", "A1=a B1=b A2=c B2=d"),
        ("a\tb\rc\td\r", "A1=a B1=b A2=c B2=d"),
        ("a|b\n\n\nc|d\n", "A1=a B1=b A4=c B4=d"),
        ("x, y, z;1\nx, y;2\nx;3\n", "A1=x, y, z B1=1 A2=x, y B2=2 A3=x B3=3"),
        ("\"a;b\";\"c\"\"d\"\n\"e\r\nf\";g\n", "A1=a;b B1=c\"d A2=e\r\nf B2=g"),
        ("\"a\"b,c\n5\" disk,d\n", "A1=ab B1=c A2=5\" disk B2=d"),
        ("sep=;\na,a;b\n", "A1=a,a B1=b"),
        ("\"sep=|\"\r\na,b|c\r\n", "A1=a,b B1=c"),
        ("Sep=\t\na,b\tc", "A1=a,b B1=c"),
        ("one column\n\nalone", "A1=one column A3=alone"),
        (",,\n,,c\n", "C2=c"),
        ("\u{FEFF}a,b\n", "A1=a B1=b"),
        ("'=1,'x,''-1,' +1\n", "A1==1 B1='x C1='-1 D1= +1"),
        ("\u{FEFF}", ""),
    ] {
        let book = open(text.as_bytes()).unwrap();
        assert_eq!(cells(&book), wanted, "{text:?}");
        assert_eq!((book.sheets[0].name.as_str(), book.warnings.len()), ("S", 0));
    }
    let tsv = read("S.TSV", b"a,b,c\td\na,b,c\nx,y,z\n", &Limits::default()).unwrap();
    assert_eq!(cells(&tsv), "A1=a,b,c B1=d A2=a,b,c A3=x,y,z");
}

#[test]
fn an_encoding_that_is_a_guess_is_told() {
    let text = "Frage;Antwort\nFür wen – „alle“?;\n";
    let western = b"Frage;Antwort\nF\xFCr wen \x96 \x84alle\x93?;\n".to_vec();
    for (bytes, warning) in [
        (text.as_bytes().to_vec(), ""),
        (utf16(&[0xFF, 0xFE], text, u16::to_le_bytes), ""),
        (utf16(&[0xFE, 0xFF], text, u16::to_be_bytes), ""),
        (utf16(&[], text, u16::to_le_bytes), "read as UTF-16LE, since every other byte is NUL; check that the text is right"),
        (utf16(&[], text, u16::to_be_bytes), "read as UTF-16BE, since every other byte is NUL; check that the text is right"),
        (western, "read as windows-1252, since it is not UTF-8; check the accents"),
    ] {
        let book = open(&bytes).unwrap();
        assert_eq!(cells(&book), "A1=Frage B1=Antwort A2=Für wen – „alle“?", "{bytes:?}");
        assert_eq!(book.warnings.concat(), warning);
        let done = edited(&bytes, &[one("B2", "schön")]).unwrap();
        let added = if bytes.contains(&0) { 10 } else { 5 + usize::from(warning.is_empty()) };
        assert_eq!((done.bytes.len(), open(&done.bytes).unwrap().sheets[0].text(CellRef::new(1, 1))), (bytes.len() + added, "schön"));
    }
}

#[test]
fn what_is_no_honest_text_is_refused_with_its_line() {
    let long = format!("a,b\n\"{}\",c\n", "x".repeat(32_768));
    let wide = format!("a,b\n{}\n", ",".repeat(16_384));
    let high = "\n".repeat(1_048_576) + "x";
    let russian = b"\xC2\xEE\xEF\xF0\xEE\xF1;\xCE\xF2\xE2\xE5\xF2\n".to_vec();
    for (bytes, wanted) in [
        (b"a,b\nc,\"d\ne\nf".to_vec(), "line 2: a quote is opened here and never closed"),
        (b"a,\"b\r\nc\"\r\n\"\0\",d".to_vec(), "line 3: a character NUL stands here, which no text has"),
        (long.into_bytes(), "line 2: a field is longer than the 32,767 characters that a cell holds"),
        (wide.into_bytes(), "line 2: the row has more than the 16,384 columns that a sheet holds"),
        (high.into_bytes(), "line 1048577: the file has more than the 1,048,576 rows that a sheet holds"),
        (b"\xEF\xBB\xBFa\nb\xFC\n".to_vec(), "line 2: the text is not valid UTF-8"),
        ("ä,ö\nü\u{1F512},".as_bytes()[..10].to_vec(), "line 2: the text is not valid UTF-8"),
        (b"\xFF\xFEa\0b".to_vec(), "line 1: the text is not valid UTF-16LE"),
        (b"\xFF\xFEa\0\x00\xD8b\0".to_vec(), "line 1: the text is not valid UTF-16LE"),
        (russian, "line 1: the text is neither UTF-8 nor UTF-16, nor does it look like windows-1252; its encoding cannot be told"),
    ] {
        let error = open(&bytes).unwrap_err();
        assert_eq!(error.to_string(), wanted);
        assert!(error.hint().contains("CSV UTF-8"), "{}", error.hint());
        assert_eq!(edited(&bytes, &[one("A1", "n")]).unwrap_err().to_string(), wanted);
    }
    let refused = |limits: Limits| read("S.csv", b"aa,bb\ncc,dd\n", &limits).unwrap_err().to_string();
    assert_eq!(refused(Limits { cells: 3, ..Limits::default() }), "line 2: the workbook has more than 3 cells");
    assert_eq!(refused(Limits { text: 7, ..Limits::default() }), "line 2: the workbook has more than 7 bytes of text");
    assert_eq!(refused(Limits { file: 11, ..Limits::default() }), "the file is refused: it has more than 11 bytes");
}

#[test]
fn an_edit_keeps_every_habit_of_the_file() {
    for (before, edits, after) in [
        ("q,a\nx,\n", "B2=yes", "q,a\nx,yes\n"),
        ("q;a\r\nx;", "B2=a, b; c", "q;a\r\nx;\"a, b; c\""),
        ("\u{FEFF}q\ta\nx\t\n", "B2=say \"no\"", "\u{FEFF}q\ta\nx\t\"say \"\"no\"\"\"\n"),
        ("\"q\",\"a\"\n\"x\",\n", "B2=yes", "\"q\",\"a\"\n\"x\",\"yes\"\n"),
        ("q,a\nx,\"\"\n", "B2=yes", "q,a\nx,\"yes\"\n"),
        ("q,a\nx,old\n", "B2=", "q,a\nx,\n"),
        ("q,a,c\nx\ny,,\n", "B2=1¦C2=2¦E3=3", "q,a,c\nx,1,2\ny,,,,3\n"),
        ("q,a\n\nx,\n", "B2=1", "q,a\n,1\nx,\n"),
        ("q,a\r\nx,", "B4=1", "q,a\r\nx,\r\n\r\n,1"),
        ("q,a\rx,\r", "A3=1¦B3=2", "q,a\rx,\r1,2\r"),
        ("sep=|\nq|a,b\nx|\n", "B2=1¦A3=2", "sep=|\nq|a,b\nx|1\n2\n"),
        ("q,\" a \"\nx, \"y\",\n", "C2=z", "q,\" a \"\nx, \"y\",z\n"),
        ("q,a\nx,\n", "B2=two\nlines", "q,a\nx,\"two\nlines\"\n"),
        ("q,a\nx,\n", "B2=-1¦B3==1", "q,a\nx,'-1\n,'=1\n"),
    ] {
        let edits: Vec<CellEdit> =
            edits.split('¦').map(|edit| edit.split_once('=').unwrap()).map(|(place, text)| one(place, text)).collect();
        let done = edited(before.as_bytes(), &edits).unwrap();
        assert_eq!(String::from_utf8(done.bytes).unwrap(), after);
        assert_eq!((done.changed, done.untouched), (vec!["S.csv".to_owned()], vec![]));
    }
    let number = CellEdit { value: CellValue::Number(-2.5), ..one("B2", "") };
    assert_eq!(edited(b"q,a\nx,old\n", &[number]).unwrap().bytes, b"q,a\nx,-2.5\n");
    assert_eq!(edited(b"q,a\nx,'=1\n", &[one("B2", "n")]).unwrap().old, ["=1"]);
    let none = edited(b"q,a\nx,\n", &[]).unwrap();
    assert_eq!((none.bytes.as_slice(), none.changed.len(), none.untouched[0].0.as_str()), (&b"q,a\nx,\n"[..], 0, "S.csv"));
}

#[test]
fn a_text_that_the_file_cannot_hold_is_refused() {
    let western = b"q;a\n\xFC;\n".as_slice();
    let longest = "x".repeat(32_768);
    let formula = format!("={}", "x".repeat(32_766));
    let save = "save the form as \"CSV UTF-8\" and fill that";
    let twist = "with this text it could not be told any more how the file separates its fields; put a line such as sep=; on top";
    let too_long = "the text is longer than the 32,767 characters that a cell holds";
    for (bytes, place, text, wanted) in [
        (western, "B2", "Łódź", format!("S!B2: the file is windows-1252, which has no 'Ł'; {save}")),
        (western, "B2", "a\0", "S!B2: the text has a character NUL, which no text file can hold".into()),
        (western, "B2", &longest, format!("S!B2: {too_long}")),
        (western, "B2", &formula, format!("S!B2: {too_long}")),
        (western, "T!B2", "n", "T: there is no such sheet".into()),
        (b"a\nb\n", "A1", "sep=|", format!("S!A1: {twist}")),
    ] {
        assert_eq!(edited(bytes, &[one(place, text)]).unwrap_err().to_string(), wanted);
    }
    let twice = edited(western, &[one("B2", "n"), one("B2", "m")]).unwrap_err();
    assert_eq!(twice.to_string(), "S!B2: the cell would be written twice");
    let mut outside = one("A1", "n");
    outside.cell.col = 16_384;
    assert_eq!(edited(western, &[outside]).unwrap_err().to_string(), "S!XFE1: the cell is outside the grid");
}

/// How a random file is written.
pub struct Habits {
    pub delimiter: char,
    pub line_end: &'static str,
    pub quotes_all: bool,
    pub ends: bool,
}

pub fn text_with_delimiters(random: &mut Random) -> String {
    random.text().replace('x', random.pick(&[",", ";", "|", "x", "＝"]))
}

/// A table as text, and where each of its rows begins.
pub fn grow(random: &mut Random, habits: &Habits) -> (Vec<Vec<String>>, String, Vec<usize>) {
    let width = 2 + random.below(4);
    let (mut table, mut text, mut starts) = (Vec::new(), String::new(), Vec::new());
    for _ in 0..4 + random.below(8) {
        let row: Vec<String> = (0..width).map(|_| text_with_delimiters(random)).collect();
        let field = |text: &String| {
            let bare = text.is_empty() || !habits.quotes_all && !text.contains(['"', '\r', '\n', habits.delimiter]);
            if bare { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
        };
        starts.push(text.len());
        text += &row.iter().map(field).collect::<Vec<_>>().join(&habits.delimiter.to_string());
        text += habits.line_end;
        table.push(row);
    }
    if !habits.ends {
        text.truncate(text.len() - habits.line_end.len());
    }
    starts.push(text.len());
    (table, text, starts)
}

/// The fields as the crate `csv` reads them.
fn by_crate(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter as u8).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn random_tables_keep_every_other_field_and_every_byte_outside_the_edited_rows() {
    let mut random = Random::Drawn(0x2545_F491_4F6C_DD1D);
    let (mut written, mut guarded) = (0, 0);
    for round in 0..300 {
        let habits = Habits {
            delimiter: [',', ';', '\t', '|'][random.below(4) as usize],
            line_end: ["\n", "\r\n"][random.below(2) as usize],
            quotes_all: random.once_in(3),
            ends: random.once_in(2),
        };
        let (mut table, text, starts) = grow(&mut random, &habits);
        let edits: BTreeMap<CellRef, String> =
            (0..random.below(6)).map(|_| (CellRef::new(random.below(14), random.below(8)), text_with_delimiters(&mut random))).collect();
        let all: Vec<CellEdit> = edits.iter().map(|(at, text)| one(&at.to_string(), text)).collect();
        let done = edited(text.as_bytes(), &all).unwrap_or_else(|error| panic!("round {round}: {error}: {text:?} {edits:?}"));
        let done = String::from_utf8(done.bytes).unwrap();
        let rows: BTreeSet<usize> = edits.keys().map(|at| at.row as usize).collect();
        let kept: Vec<&str> = (0..table.len()).filter(|row| !rows.contains(row)).map(|row| &text[starts[row]..starts[row + 1]]).collect();
        let mut rest = done.as_str();
        for line in kept {
            let at = rest.find(line).unwrap_or_else(|| panic!("round {round}: {line:?} is gone from {done:?}"));
            rest = &rest[at + line.len()..];
        }
        let last = edits.keys().filter(|at| at.row as usize >= table.len()).map(|at| at.row as usize + 1).max().unwrap_or(table.len());
        table.resize(last, Vec::new());
        for (at, text) in &edits {
            let row = &mut table[at.row as usize];
            row.resize(row.len().max(at.col as usize + 1), String::new());
            row[at.col as usize] = format!("\u{0}{text}");
        }
        // The crate skips blank lines; so does the comparison.
        let blank = |row: &Vec<String>| row.iter().all(|field| field.trim_start_matches('\0').is_empty());
        let found: Vec<Vec<String>> = by_crate(&done, habits.delimiter).into_iter().filter(|row| !blank(row)).collect();
        table.retain(|row| !blank(row));
        assert_eq!(found.len(), table.len(), "round {round}: {text:?} {edits:?} {done:?}");
        for (new, old) in found.iter().zip(&table) {
            assert_eq!(new.len(), old.len(), "round {round}: {done:?}");
            for (new, old) in new.iter().zip(old) {
                let Some(text) = old.strip_prefix('\0') else {
                    assert_eq!(new, old, "round {round}");
                    continue;
                };
                let trigger =
                    new.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
                assert!(!trigger && (new == text || *new == format!("'{text}")), "round {round}: {text:?} became {new:?}");
                written += 1;
                guarded += usize::from(new != text);
            }
        }
        let again = open(done.as_bytes()).unwrap();
        assert!(edits.iter().all(|(at, text)| again.sheets[0].text(*at) == text), "round {round}: {edits:?} {done:?}");
    }
    assert!(written > 350 && guarded > 50, "{written} fields written, {guarded} guarded");
}

#[test]
fn whatever_bytes_come_they_are_read_and_edited_or_refused() {
    let mut random = Random::Drawn(0xD1B5_4A32_D192_ED03);
    let pieces: Vec<&[u8]> =
        vec![b"\"", b"\"\"", b",", b";", b"\t", b"\r", b"\n", b"sep=", b"\0", b"a", b"=", b"'", b"\xFF\xFE", b"\xC3", b"\xA4"];
    let (mut done, mut refused) = (0, 0);
    for round in 0..2_000 {
        let bytes: Vec<u8> = (0..random.below(14)).flat_map(|_| random.pick(&pieces).to_vec()).collect();
        let Ok(book) = open(&bytes) else {
            refused += 1;
            continue;
        };
        match edited(&bytes, &[one("C3", "=n")]) {
            Err(WriteError::Cell { why, .. }) => assert!(why.contains("could not be told"), "round {round}: {why}"),
            Err(error) => panic!("round {round}: {error}: {bytes:?}"),
            Ok(edited) => {
                let mut cells = open(&edited.bytes).unwrap().sheets.swap_remove(0).cells;
                assert_eq!(cells.remove(&CellRef::new(2, 2)).unwrap().text, "=n", "round {round}: {bytes:?}");
                assert!(book.sheets[0].cells.iter().filter(|(at, _)| **at != CellRef::new(2, 2)).eq(&cells), "round {round}: {bytes:?}");
                done += 1;
            }
        }
    }
    assert!(done > 300 && refused > 300, "{done} edited, {refused} refused");
}

//! Reading: values, lists, what is hidden or locked, and the one clear error of each broken or foreign file.

use std::time::{Duration, Instant};

use super::package::{Book, rows, sheet};
use super::{edit, read};
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::{Visibility, Workbook};

fn open(book: &Book) -> Workbook {
    read(&book.bytes()).unwrap()
}

fn at(cell: &str) -> CellRef {
    CellRef::parse(cell).unwrap()
}

/// The error and its hint, as they are shown.
fn refused(bytes: &[u8]) -> String {
    let error = read(bytes).unwrap_err();
    format!("{error} | {}", error.hint())
}

#[test]
fn a_value_reads_as_a_person_would_read_it() {
    let rich = r#"<r><t>rich </t></r><r><t xml:space="preserve"> text</t></r><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/>"#;
    let book = |cell: &str| rows(&format!(r#"<row r="1">{cell}</row>"#)).strings(&["<t>shared</t>", rich], 0);
    for (cell, text) in [
        (r#"<c r="A1"><v>1</v></c>"#, "1"),
        (r#"<c r="A1" t="n"><v>0.1</v></c>"#, "0.1"),
        (r#"<c r="A1"><v>1E3</v></c>"#, "1000"),
        (r#"<c r="A1" t="s"><v>0</v></c>"#, "shared"),
        (r#"<c r="A1" t="s"><v>1</v></c>"#, "rich text"),
        (r#"<c r="A1" t="inlineStr"><is><t>in &amp; line</t></is></c>"#, "in & line"),
        (r#"<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>"#, "ab"),
        (r#"<c r="A1" t="str"><f>A2&amp;"x"</f><v>from a formula</v></c>"#, "from a formula"),
        (r#"<c r="A1"><f>1+1</f><v>2</v></c>"#, "2"),
        (r#"<c r="A1" t="b"><v>1</v></c>"#, "TRUE"),
        (r#"<c r="A1" t="b"><v>0</v></c>"#, "FALSE"),
        (r#"<c r="A1" t="e"><v>#DIV/0!</v></c>"#, "#DIV/0!"),
        (r#"<c r="A1" t="e"><f>X</f><v>#NAME?</v></c>"#, "#NAME?"),
        (r#"<c r="A1" s="1"><v>46146</v></c>"#, "2026-05-04"),
        (r#"<c r="A1" s="4"><v>46146.5625</v></c>"#, "2026-05-04 13:30:00"),
        (r#"<c r="A1" t="d"><v>2026-05-04</v></c>"#, "2026-05-04"),
        (r#"<c r="A1" s="5"/>"#, ""),
        (r#"<c r="A1" t="s"/>"#, ""),
        (r#"<c r="A1"><v></v></c>"#, ""),
    ] {
        let workbook = open(&book(cell));
        assert_eq!(workbook.sheets[0].text(at("A1")), text, "{cell}");
        assert_eq!(workbook.sheets[0].cells.get(&at("A1")).is_some_and(|cell| cell.formula), cell.contains("<f>"), "{cell}");
    }
}

#[test]
fn cells_that_an_array_formula_fills_count_as_formulas() {
    let cells = r#"<c r="A1"><f t="array" ref="A1:B1">D1:E1</f><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c>"#;
    let workbook = open(&rows(&format!(r#"<row r="1">{cells}</row>"#)));
    assert!(workbook.sheets[0].cells.values().map(|cell| cell.formula).eq([true, true, false]));
}

#[test]
fn a_list_is_read_wherever_its_words_stand() {
    let here = r#"<sheetData><row r="1"><c r="D1" t="inlineStr"><is><t>here</t></is></c><c r="D2"/></row></sheetData>"#;
    let validation = |inner: &str| {
        format!(r#"{here}<dataValidations><dataValidation type="list" sqref="A1:A3 C5">{inner}</dataValidation></dataValidations>"#)
    };
    let list = |source: &str| validation(&format!("<formula1>{source}</formula1>"));
    let x14 = |source: &str| {
        let inner = format!("<x14:formula1> <xm:f>{source}</xm:f> </x14:formula1><x14:formula2><xm:f>no</xm:f></x14:formula2>");
        let rule = format!(r#"<x14:dataValidation type="list">{inner}<xm:sqref>A1:A3 C5</xm:sqref></x14:dataValidation>"#);
        format!(r#"{here}<extLst><ext xmlns:x14="y" xmlns:xm="z"><x14:dataValidations>{rule}</x14:dataValidations></ext></extLst>"#)
    };
    let row = |(n, word): (usize, &str)| format!(r#"<row r="{0}"><c r="A{0}" t="inlineStr"><is><t> {word} </t></is></c></row>"#, n + 1);
    let words = |words: &str| format!("<sheetData>{}</sheetData>", words.split(' ').enumerate().map(row).collect::<String>());
    let names = r#"<definedNames><definedName name="Answers">'My ''own'' lists'!$A$1:$A$2</definedName><definedName name="YN">Answers</definedName><definedName name="Ring">Ring</definedName><definedName name="Local" localSheetId="0">Lists!$A$2</definedName><definedName name="Local" localSheetId="1">Lists!$A$1</definedName></definedNames>"#;
    let newer = r#"<mc:Choice Requires="x12ac"><x12ac:list xmlns:x12ac="l">Yes,"Yes, but","say ""no"""</x12ac:list></mc:Choice>"#;
    let older = r#"<mc:Fallback><formula1>"Yes,Yes, but,say ""no"""</formula1></mc:Fallback>"#;
    let both = validation(&format!(r#"<mc:AlternateContent xmlns:mc="m">{newer}{older}</mc:AlternateContent>"#));
    for (inner, wanted) in [
        (list("\"Yes,No, N/A ,\""), "Yes|No|N/A"),
        (list("&quot;a &amp; b,say \"\"no\"\"&quot;"), "a & b|say \"no\""),
        (list("$D$1:$D$9"), "here"),
        (list("$D$1"), "here"),
        (list("=Lists!$A$1:$A$3"), "one|two|three"),
        (list("lists!$A:$A"), "one|two|three"),
        (list("'My ''own'' lists'!$A$1:$A$2"), "Yes|No"),
        (list("answers"), "Yes|No"),
        (list("YN"), "Yes|No"),
        (list("Local"), "two"),
        (list("Ring"), ""),
        (list("Nowhere!A1"), ""),
        (list("[1]Lists!A1:A3"), ""),
        (list("5"), ""),
        (x14("Lists!$A$1:$A$3"), "one|two|three"),
        (x14("\"Yes,No\""), "Yes|No"),
        (both, "Yes|Yes, but|say \"no\""),
    ] {
        let book = sheet(&inner).sheet("Lists", "state=\"hidden\"", &words("one two three"));
        let workbook = open(&book.sheet("My &apos;own&apos; lists", "", &words("Yes No")).after_sheets(names));
        let first = &workbook.sheets[0];
        let rule = first.list(at("C5")).unwrap_or_else(|| panic!("{inner}"));
        assert_eq!(rule.options.join("|"), wanted, "{inner}");
        assert!(first.list(at("A2")).is_some() && first.list(at("B1")).is_none() && first.lists.len() == 1);
        assert_eq!(rule.source, rule.source.trim());
    }
}

#[test]
fn hidden_and_locked_places_are_told() {
    let cols = r#"<cols><col min="2" max="3" hidden="1" style="2"/><col min="5" max="16384" hidden="true"/></cols>"#;
    let row1 = r#"<row r="1"><c r="A1"/><c r="B1"/><c r="C1" s="2"/><c r="D1" s="6"/></row>"#;
    let more = r#"<row r="3" hidden="1" s="2" customFormat="1"><c r="A3" s="5"/></row><row r="4" s="2"/>"#;
    let inner = format!(r#"{cols}<sheetData>{row1}{more}</sheetData>PROTECTED<mergeCells><mergeCell ref="A1:A2"/></mergeCells>"#);
    let book = sheet(&inner.replace("PROTECTED", r#"<sheetProtection sheet="1" objects="1"/>"#));
    let book = book.sheet("H", "state=\"hidden\"", &inner.replace("PROTECTED", r#"<sheetProtection objects="1"/>"#));
    let book = book.sheet("V", "state=\"veryHidden\"", "<sheetData/>");
    let workbook = open(&book);
    let states: Vec<_> = workbook.sheets.iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(states, [Visibility::Visible, Visibility::Hidden, Visibility::VeryHidden]);
    let first = &workbook.sheets[0];
    assert!(first.hidden_rows.iter().eq(&[2]) && first.hidden_cols.iter().take(3).eq(&[1, 2, 4]) && first.hidden_cols.len() < 3_000);
    assert_eq!(first.merge(at("A2")).unwrap().to_string(), "A1:A2");
    for (cells, locked) in [("A1 B1 D1 A3 A4 Z9", true), ("C1 B3 Z3 B4", false)] {
        for cell in cells.split(' ') {
            assert_eq!(first.locked(at(cell)), locked, "{cell}");
            assert!(!workbook.sheets[1].locked(at(cell)));
        }
    }
}

#[test]
fn two_cells_in_far_corners_are_two_cells() {
    let cells = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let far = format!(
        r#"<dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData><mergeCells><mergeCell ref="B2:XFC1048575"/></mergeCells>"#
    );
    let lists = r#"<dataValidations><dataValidation type="list" sqref="A1:XFD1048576"><formula1>$B$2:$XFD$1048576</formula1></dataValidation></dataValidations>"#;
    let book = sheet(&format!("{far}{lists}")).bytes();
    let start = Instant::now();
    let workbook = read(&book).unwrap();
    super::edited(&book, &[super::one("A2", "n"), super::one("XFD1", "n")]).unwrap();
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!((workbook.sheets[0].cells.len(), workbook.sheets[0].list(at("Q7")).unwrap().options.len()), (2, 1));
}

#[test]
fn what_a_file_declares_of_its_size_is_not_believed() {
    let cell = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>"#;
    for dimension in ["A1:XFD1048576", "C3"] {
        let book = sheet(&format!(r#"<dimension ref="{dimension}"/>{cell}"#)).strings(&["<t>a</t>"], 9_999_999);
        assert_eq!(open(&book).sheets[0].text(at("A1")), "a", "{dimension}");
    }
    for count in ["4000000000", "18446744073709551615"] {
        let strings = format!(r#"<sst xmlns="m" count="1" uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        let text = refused(&sheet(cell).part("xl/sharedStrings.xml", strings).bytes());
        assert!(text.starts_with("the file is refused: xl/sharedStrings.xml declares"), "{text}");
    }
}

#[test]
fn a_broken_part_costs_one_clear_error() {
    let again = "open it in a spreadsheet program and save it anew";
    let row = |row: &str| rows(row);
    let with = |name: &str, text: &str| rows("").part(name, text);
    let (xml, main) = ("xl/worksheets/sheet1.xml", "http://schemas.openxmlformats.org/spreadsheetml/2006/main");
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let part = format!("<worksheet xmlns='{main}'><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>");
    for (book, wanted) in [
        (row(r#"<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>"#), "S: cell A1 occurs twice"),
        (row(r#"<row r="1048577"><c/></row>"#), "S: row \"1048577\" is outside the grid"),
        (row(r#"<row r="0"><c/></row>"#), "S: row \"0\" is outside the grid"),
        (row(r#"<row r="1"><c r="XFE1"><v>1</v></c></row>"#), "S: cell \"XFE1\" is outside the grid"),
        (row(r#"<row r="1"><c r="A99999999999"><v>1</v></c></row>"#), "S: cell \"A99999999999\" is outside the grid"),
        (row(r#"<row r="1"><c r="ZZZZZZZZZZZZ1"><v>1</v></c></row>"#), "S: cell \"ZZZZZZZZZZZZ1\" is outside the grid"),
        (with(xml, &format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{part}")), "S: a document type declaration, which a workbook never needs"),
        (with("xl/workbook.xml", "<!DOCTYPE x><workbook/>"), "xl/workbook.xml: a document type declaration, which a workbook never needs"),
        (with(xml, &part.replace("<v>1", "<v>&a;")), "S: unknown entity &a;"),
        (with(xml, &part.replace("</row>", "")), "S: not well-formed XML"),
        (with(xml, part.split("</c>").next().unwrap()), "S: not well-formed XML: it ends inside an element"),
        (rows("").part(xml, [vec![0xFF, 0xFE], utf16(&part)].concat()), "xl/worksheets/sheet1.xml: text in UTF-16, which is not read"),
        (rows("").part(xml, utf16(&part)), "xl/worksheets/sheet1.xml: text in UTF-16, which is not read"),
        (rows("").part(xml, vec![0xC3, 0x28]), "xl/worksheets/sheet1.xml: text that is not UTF-8"),
        (with(xml, &format!("<?xml version='1.0' encoding='ISO-8859-1'?>{part}")), "S: text in ISO-8859-1, which is not read"),
        (with(xml, "<worksheet/>"), "S: no sheetData"),
        (sheet(r#"<dimension ref="B2:A1"/><sheetData/>"#), "S: the declared dimension \"B2:A1\" is no block of cells"),
        (sheet(r#"<dimension ref="A99999999999"/><sheetData/>"#), "S: the declared dimension \"A99999999999\" is no block of cells"),
    ] {
        let text = refused(&book.bytes());
        assert!(text.starts_with(wanted) && text.ends_with(again), "{text}\n{wanted}");
    }
}

#[test]
fn a_foreign_or_damaged_file_is_told_apart() {
    let good = rows(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let bytes = good.bytes();
    let compound = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 504], &name].concat()
    };
    let other_main = |target: &str| {
        let relation = format!(r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="{target}"/></Relationships>"#);
        good.clone().part("_rels/.rels", relation).part(target, "<x/>").bytes()
    };
    let case_twin = good.clone().part("XL/workbook.xml", "<x/>").bytes();
    let bomb = good.clone().part("a.bin", vec![0; 3 << 20]).bytes();
    let twins = good.clone().sheet("s", "", "<sheetData/>").bytes();
    let mut same_name = good.clone().part("a.bin", "1").part("b.bin", "2").bytes();
    for at in (0..same_name.len()).filter(|at| same_name[*at..].starts_with(b"b.bin")).collect::<Vec<_>>() {
        same_name[at] = b'a';
    }
    let zip_alone = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let anew = "ask for the file again, or open it in a spreadsheet program and save it anew";
    let trust = "if you trust the file, open it in a spreadsheet program and save it anew";
    let kinds = &*format!("{} files can be read; save it as .xlsx in a spreadsheet program", answerbank::workbook::SUPPORTED);
    for (bytes, wanted, hint) in [
        (Vec::new(), "the file is empty", anew),
        (b"question,answer\n".to_vec(), "this is a text file, not a workbook", kinds),
        (b"%PDF-1.7\n".to_vec(), "this is a PDF, not a workbook", kinds),
        (vec![0x89, b'P', b'N', b'G', 0, 0xFF], "this is a file of another kind, not a workbook", kinds),
        (compound("EncryptedPackage"), "the workbook is protected with a password", "open it with the password, remove the password"),
        (compound("Workbook"), "this is an .xls workbook, but its name ends in .xlsx", "give the file its right ending"),
        (zip_alone, "this is a zip archive, not a workbook", kinds),
        (good.clone().part("_rels/.rels", "<Relationships/>").bytes(), "this is a zip archive without a workbook, not", kinds),
        (other_main("word/document.xml"), "this is a text document (.docx), not", kinds),
        (other_main("ppt/presentation.xml"), "this is a presentation (.pptx), not", kinds),
        (other_main("xl/workbook.bin"), "this is an .xlsb workbook, but its name ends in .xlsx", "give the file its right ending"),
        (bytes[..bytes.len() / 2].to_vec(), "the file is damaged: ", anew),
        (bytes[..bytes.len() - 30].to_vec(), "the file is damaged: ", anew),
        (same_name, "the file is refused: two parts have one name", trust),
        (twins, "the file is refused: two sheets are called \"s\"", trust),
        (case_twin, "the file is refused: two parts have names that differ in case or slashes alone: XL/workbook.xml", trust),
        (bomb, "the file is refused: a.bin unpacks to more than 400 times its size", trust),
    ] {
        let text = refused(&bytes);
        let (error, told) = text.split_once(" | ").unwrap();
        assert!(error.starts_with(wanted) && told.starts_with(hint), "{text}\n{wanted}");
        assert!(edit(&bytes, &[super::one("A1", "n")]).is_err() || wanted.contains("two sheets"), "{wanted}");
    }
}

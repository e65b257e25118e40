//! What an edit writes: its cell alone, out of whatever run it stood in.

use super::super::{one, part};
use super::{Book, body, edit, edited, read, row, said, sheet};
use answerbank::domain::cell::CellRef;
use answerbank::workbook::{CellEdit, CellValue, WriteError};

/// The sheet's XML after an edit, judged.
fn after(book: &Book, edits: &[CellEdit]) -> String {
    let text = part(&edited(&book.bytes(), edits).unwrap().bytes, "content.xml");
    let begin = text.find("<table:table ").unwrap();
    text[begin..text.find("</office:spreadsheet>").unwrap()]
        .replace("table:number-", "#")
        .replace("table:table", "t")
        .replace("office:value-type=\"string\"", "$")
}

#[test]
fn a_cell_is_written_out_of_whatever_run_it_stood_in() {
    let cases = [
        (row("<table:table-cell/>"), "A1", r#"<t-row><t-cell $><text:p>x</text:p></t-cell></t-row>"#),
        (
            row(r#"<table:table-cell table:style-name="s" table:number-columns-repeated="4" table:content-validation-name="v"/>"#),
            "B1",
            r#"<t-row><t-cell table:style-name="s" table:content-validation-name="v"/><t-cell $ table:style-name="s" table:content-validation-name="v"><text:p>x</text:p></t-cell><t-cell table:style-name="s" #columns-repeated="2" table:content-validation-name="v"/></t-row>"#,
        ),
        (
            r#"<table:table-row table:style-name="r" table:number-rows-repeated="5"><table:table-cell/></table:table-row>"#.to_owned(),
            "A2",
            r#"<t-row table:style-name="r"><t-cell/></t-row><t-row table:style-name="r"><t-cell $><text:p>x</text:p></t-cell></t-row><t-row table:style-name="r" #rows-repeated="3"><t-cell/></t-row>"#,
        ),
        (row(""), "C1", r#"<t-row><t-cell #columns-repeated="2"/><t-cell $><text:p>x</text:p></t-cell></t-row>"#),
        ("<table:table-row/>".to_owned(), "A1", "<t-row><t-cell $><text:p>x</text:p></t-cell></t-row>"),
        (
            "<table:table-header-rows><table:table-row/></table:table-header-rows><calcext:conditional-formats/>".to_owned(),
            "B4",
            r#"<t-header-rows><t-row/></t-header-rows><t-row #rows-repeated="2"><t-cell/></t-row><t-row><t-cell/><t-cell $><text:p>x</text:p></t-cell></t-row><calcext:conditional-formats/>"#,
        ),
        ("<table:table-column/>".to_owned(), "A1", "<t-column/><t-row><t-cell $><text:p>x</text:p></t-cell></t-row>"),
        (
            row(
                r#"<table:table-cell office:value-type="float" office:value='1' calcext:value-type="float" table:style-name="s"><office:annotation><text:p>n</text:p></office:annotation><text:p>1</text:p><text:p/></table:table-cell>"#,
            ),
            "A1",
            r#"<t-row><t-cell $ table:style-name="s"><office:annotation><text:p>n</text:p></office:annotation><text:p>x</text:p></t-cell></t-row>"#,
        ),
    ];
    for (xml, place, expected) in cases {
        assert_eq!(after(&sheet(&xml), &[one(place, "x")]), format!(r#"<t table:name="S">{expected}</t>"#), "{xml}");
    }
}

#[test]
fn text_comes_back_as_it_was_given() {
    let texts = ["=1+1", " a  b ", "tab\there", "two\nlines\n", "<&>\"'", "&amp;", "   ", "\r\nx", "", "\u{1F512} é"];
    for text in texts {
        let book = sheet(&row(&said("old"))).bytes();
        let done = edited(&book, &[one("A1", text)]).unwrap();
        assert_eq!(done.old, ["old"]);
        assert_eq!(read(&done.bytes).unwrap().sheets[0].text(CellRef::new(0, 0)), text.replace("\r\n", "\n"), "{text:?}");
    }
}

#[test]
fn a_number_is_written_as_one() {
    let number = CellEdit { value: CellValue::Number(12.5), ..one("A1", "") };
    let text = after(&sheet(&row(&said("old"))), &[number]);
    assert!(text.contains(r#"<t-cell office:value-type="float" office:value="12.5"><text:p>12.5</text:p></t-cell>"#), "{text}");
}

#[test]
fn packed_parts_and_a_byte_order_mark_stay() {
    let book = sheet(&row(&said("a"))).part("Pictures/p.png", vec![7; 5_000]).part("Configurations2/floater/", "").packed();
    let marked = format!("\u{feff}{}", book.content());
    let done = edited(&book.part("content.xml", marked).bytes(), &[one("A1", "b"), one("C9", "c")]).unwrap();
    assert!(part(&done.bytes, "content.xml").starts_with("\u{feff}<?xml"));
    assert_eq!(done.changed, ["content.xml"]);
}

#[test]
fn no_edit_gives_the_same_bytes() {
    let book = sheet(&row(&said("a"))).bytes();
    let done = edit(&book, &[]).unwrap();
    assert!(done.bytes == book && done.changed.is_empty() && done.untouched.len() == 4);
}

#[test]
fn cells_that_must_not_be_written_are_refused() {
    let cells = concat!(
        r#"<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>"#,
        r#"<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"/><table:covered-table-cell/>"#,
        r#"<table:table-cell table:formula="of:={1}" table:number-matrix-columns-spanned="2" table:number-matrix-rows-spanned="1"/><table:table-cell/>"#,
        r#"<table:covered-table-cell table:number-columns-repeated="2"/>"#,
    );
    let copy = r#"<table:table table:name="'file:///x'#S"/>"#;
    let book = body(&format!(r#"<table:table table:name="S">{}</table:table>{copy}"#, row(cells))).bytes();
    let cases = [
        (one("A1", "x"), "S!A1: the cell holds a formula"),
        (one("C1", "x"), "S!C1: the cell is covered by a merged block"),
        (one("E1", "x"), "S!E1: the cell holds a formula"),
        (one("G1", "x"), "S!G1: the cell is covered by a merged block"),
        (CellEdit { cell: CellRef::new(1_048_576, 0), ..one("A1", "x") }, "S!A1048577: the cell is outside the grid"),
        (CellEdit { value: CellValue::Number(f64::NAN), ..one("H1", "") }, "S!H1: this is no number that a cell holds"),
        (one("H1", &"x".repeat(32_768)), "S!H1: the text is longer than the 32,767 characters that a cell holds"),
        (one("No!A1", "x"), "No: there is no such sheet"),
        (one("'file:///x'#S!A1", "x"), "'file:///x'#S: there is no such sheet"),
    ];
    for (wanted, why) in cases {
        assert_eq!(edit(&book, &[wanted]).map(|_| ()).map_err(|error: WriteError| error.to_string()), Err(why.to_owned()));
    }
    let twice = edit(&book, &[one("B1", "x"), one("B1", "y")]).unwrap_err();
    assert_eq!(twice.to_string(), "S!B1: the cell would be written twice");
}

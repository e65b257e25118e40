//! Files that lie, bite or blow up: each costs one clear error, or reads as what little it holds.

use super::{Book, MANIFEST, body, read, row, said, sheet};

/// What came of it: the number of cells, or the error.
fn outcome(book: &Book) -> String {
    match read(&book.bytes()) {
        Ok(workbook) => format!("{} cells", workbook.sheets.iter().map(|sheet| sheet.cells.len()).sum::<usize>()),
        Err(error) => {
            assert!(!error.hint().is_empty());
            error.to_string()
        }
    }
}

fn repeated(cols: &str, rows: &str, cell: &str) -> String {
    let cell = cell.replace("<table:table-cell", &format!("<table:table-cell table:number-columns-repeated=\"{cols}\""));
    format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row>")
}

#[test]
fn each_has_its_outcome() {
    let a = said("a");
    let spaces = |count: &str| format!("<text:s text:c=\"{count}\"/>");
    let note = |inside: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><draw:rect><text:p>{inside}</text:p></draw:rect><text:p>a</text:p></table:table-cell>"
        )
    };
    let thousand = "x".repeat(1_000);
    let merged = r#"<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1"/>"#;
    let two_names = format!(r#"<table:table table:name="S">{}</table:table><table:table table:name="s"/>"#, row(&a));
    let doctype = sheet(&row(&a)).content().replace("<office:document-content", "<!DOCTYPE x [<!ENTITY y \"z\">]><office:document-content");
    let encrypted = MANIFEST.replace("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>");
    let cases = [
        (sheet(&repeated("16384", "1048576", "<table:table-cell/>")), "0 cells"),
        (sheet(&repeated("2147483648", "2147483648", "<table:table-cell/>")), "0 cells"),
        (sheet(&repeated("2147483648", "1", &a)), "S: a cell at row 1, column 2147483648 is outside the grid"),
        (sheet(&repeated("1", "1048577", &a)), "S: a cell at row 1048577, column 1 is outside the grid"),
        (sheet(&repeated("16384", "1048576", &a)), "S: the workbook has more than 2000000 cells"),
        (sheet(&repeated("9", "1000000", &said(&thousand))), "S: the workbook has more than 2000000 cells"),
        (sheet(&repeated("100", "1000", &said(&thousand))), "S: the workbook has more than 64 MiB of text"),
        (sheet(&repeated("100", "1000", &note(&thousand))), "S: the workbook has more than 64 MiB of text"),
        (sheet(&row(&said(&spaces("2147483648")))), "S: more spaces than the text of a workbook may have"),
        (sheet(&row(&said(&spaces("9000000").repeat(9)))), "S: more spaces than the text of a workbook may have"),
        (sheet(&row(&note(&spaces("2147483648")))), "S: more spaces than the text of a workbook may have"),
        (sheet(&row(&said(&spaces("three")))), "S: \"three\" is no number of repeats"),
        (sheet(&repeated("0", "1", &a)), "S: \"0\" is no number of repeats"),
        (sheet(&repeated("-1", "1", &a)), "S: \"-1\" is no number of repeats"),
        (sheet(&repeated("300", "1000", merged)), "S: more than 100000 merged blocks"),
        (sheet(&row(r#"<table:table-cell office:value-type="float" office:value="many"/>"#)), "S: the value \"many\" is no number"),
        (
            sheet(&row(
                r#"<table:table-cell table:formula="of:={1}" table:number-matrix-columns-spanned="16384" table:number-matrix-rows-spanned="1048576"/>"#,
            )),
            "S: the workbook has more than 2000000 cells",
        ),
        (
            sheet(&row(r#"<table:table-cell table:number-columns-spanned="99999999999" table:number-rows-spanned="99999999999"/>"#)),
            "0 cells",
        ),
        (sheet(&row("<table:table-cell><table:table table:name=\"T\"/></table:table-cell>")), "S: a table inside a table"),
        (sheet(&row("<table:table-cell>").replace("</table:table-row>", "")), "S: not well-formed XML at byte"),
        (sheet(&row(&said("&bomb;"))), "S: unknown entity &bomb;"),
        (body(&two_names), "the file is refused: two sheets are called \"s\""),
        (body(&"<table:table table:name=\"\"/>".repeat(513)), "content.xml: more than 512 sheets"),
        (
            sheet("")
                .styles(&(0..65_537).map(|n| format!("<style:style style:name=\"{n}\" style:family=\"table-cell\"/>")).collect::<String>()),
            "content.xml: more than 65536 styles of cells",
        ),
        (sheet("").part("content.xml", doctype), "content.xml: a document type declaration, which a workbook never needs"),
        (
            sheet("").part("content.xml", "<office:document-content/>"),
            "this is an OpenDocument file that is no spreadsheet, not a workbook that can be read",
        ),
        (sheet("").part("content.xml", ""), "this is an OpenDocument file that is no spreadsheet, not a workbook that can be read"),
        (sheet("").part("META-INF/manifest.xml", encrypted), "the workbook is protected with a password"),
        (sheet("").part("styles.xml", "<a>"), "styles.xml: not well-formed XML: it ends inside an element"),
    ];
    for (number, (book, expected)) in cases.iter().enumerate() {
        let outcome = outcome(book);
        assert!(outcome.starts_with(expected), "case {number}: {outcome}\nexpected {expected}");
    }
}

#[test]
fn a_deep_nest_is_walked_without_a_stack() {
    let deep = format!("{}{}", "<table:table-row-group>".repeat(50_000), "</table:table-row-group>".repeat(50_000));
    assert_eq!(outcome(&sheet(&deep)), "0 cells");
}

#[test]
fn two_readers_that_find_different_values_are_told() {
    let lie = r#"<table:table-cell office:value-type="string" office:value="1"/>"#;
    assert_eq!(outcome(&sheet(&row(lie))), "S: 0 cells with a value were read, but a second count finds 1");
    // The other reader takes the words of a shape for those of its cell, which is no difference.
    let shape = r#"<table:table-cell office:value-type="string"><draw:rect><text:p>box</text:p></draw:rect></table:table-cell>"#;
    assert_eq!(outcome(&sheet(&row(&(shape.to_owned() + &said("a"))))), "1 cells");
}

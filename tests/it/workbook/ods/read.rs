//! What is read from content.xml, as a table of cases, and what is told of things that are not read.

use super::{Book, MANIFEST, body, read, row, said, sheet, shown};
use answerbank::domain::cell::CellRef;
use answerbank::domain::workbook::{Takes, Visibility};

/// A cell with these attributes and this inside.
fn cell(attributes: &str, inside: &str) -> String {
    format!("<table:table-cell {attributes}>{inside}</table:table-cell>")
}

#[test]
fn a_cell_is_read_as_a_person_reads_it() {
    let string = r#"office:value-type="string""#;
    let cases = [
        (cell(string, "<text:p>one</text:p><text:p/><text:p>three</text:p>"), "one\n\nthree"),
        (cell(string, "<text:p>a<text:s/><text:s text:c=\"2\"/>b<text:tab/>c<text:line-break/>d</text:p>"), "a   b\tc\nd"),
        (cell(string, "<text:p>\n   much \n <text:span>room</text:span> &amp; &#x41;\n</text:p>"), "much room & A"),
        (cell(string, "<text:p>ends with a space </text:p>"), "ends with a space "),
        (cell(string, "<text:p>see <text:a xlink:href=\"http://x\">the page</text:a></text:p>"), "see the page"),
        (cell(string, "<office:annotation><text:p>a remark</text:p></office:annotation><text:p>text</text:p>"), "text"),
        (cell(string, "<text:p>te<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>xt</text:p>"), "text"),
        (cell(r#"office:value-type="string" office:string-value="whole""#, "<text:p>shown</text:p>"), "whole"),
        (cell("", "<text:p>of no kind</text:p>"), "of no kind"),
        (cell(r#"office:value-type="float" office:value="12.50""#, "<text:p>12,5</text:p>"), "12.5"),
        (cell(r#"calcext:value-type="x" office:value-type="float" office:value="1e3""#, "<text:p>1000</text:p>"), "1000"),
        (cell(r#"office:value-type="percentage" office:value="0.5""#, "<text:p>50 %</text:p>"), "0.5"),
        (cell(r#"office:value-type="currency" office:currency="EUR" office:value="3""#, "<text:p>3 €</text:p>"), "3"),
        (cell(r#"office:value-type="boolean" office:boolean-value="true""#, "<text:p>WAHR</text:p>"), "TRUE"),
        (cell(r#"office:value-type="date" office:date-value="2026-05-04""#, "<text:p>4. Mai</text:p>"), "2026-05-04"),
        (cell(r#"office:value-type="date" office:date-value="2026-05-04T00:00:00""#, ""), "2026-05-04"),
        (cell(r#"office:value-type="date" office:date-value="2026-05-04T13:30:00.5""#, ""), "2026-05-04 13:30:00"),
        (cell(r#"office:value-type="time" office:time-value="PT1H05M09S""#, ""), "01:05:09"),
        (
            cell(
                r#"table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error""#,
                "<text:p>#N/A</text:p>",
            ),
            "#N/A",
        ),
    ];
    for (xml, text) in cases {
        let workbook = read(&sheet(&row(&xml)).bytes()).unwrap_or_else(|error| panic!("{xml}: {error}"));
        assert_eq!(workbook.sheets[0].text(CellRef::new(0, 0)), text, "{xml}");
    }
}

#[test]
fn repeats_are_laid_out_and_cost_nothing_where_they_are_empty() {
    let rows = [
        r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>"#,
        r#"<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>r</text:p></table:table-cell>"#,
        r#"<table:table-cell table:number-columns-repeated="4294967296"/></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="1048572"/>"#,
        &row(&said("last but one")),
        r#"<table:table-row table:number-rows-repeated="99999999999"><table:table-cell table:number-columns-repeated="99999999999"/></table:table-row>"#,
    ];
    assert_eq!(shown(&sheet(&rows.concat()), "S"), "C1 \"r\"\nD1 \"r\"\nC2 \"r\"\nD2 \"r\"\nA1048575 \"last but one\"\n");
}

#[test]
fn text_laid_out_for_the_eye_reads_the_same() {
    let spaced = format!(
        "\n  <table:table-header-rows>\n <table:table-row>\n  {}\n <!-- c --> {} </table:table-row></table:table-header-rows>\n",
        said("a"),
        said("b")
    );
    assert_eq!(shown(&sheet(&spaced), "S"), "A1 \"a\"\nB1 \"b\"\n");
}

#[test]
fn formulas_and_the_cells_that_an_array_fills_are_told() {
    let array = r#"table:formula="of:={1}" table:number-matrix-rows-spanned="1" table:number-matrix-columns-spanned="3" office:value-type="float" office:value="1""#;
    let plain = r#"<table:table-cell office:value-type="float" office:value="2"/>"#;
    let book = sheet(&row(&format!("{}{plain}<table:table-cell/>{plain}", cell(array, ""))));
    assert_eq!(shown(&book, "S"), "A1 =\"1\"\nB1 =\"2\"\nC1 =\"\"\nD1 \"2\"\n");
}

#[test]
fn merges_hidden_things_and_styles_are_read() {
    let styles = r#"<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>"#;
    let rows = concat!(
        r#"<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2" table:default-cell-style-name="c"/>"#,
        r#"<table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3" office:value-type="string"><text:p>m</text:p></table:table-cell><table:covered-table-cell/></table:table-row>"#,
        r#"<table:table-row table:visibility="filter" table:number-rows-repeated="2"/>"#,
        r#"<table:table-row-group table:display="false"><table:table-row/></table:table-row-group>"#,
        r#"<table:table-row><table:table-cell/><table:table-cell office:value-type="float" office:value="1"/><table:table-cell table:style-name="d" office:value-type="float" office:value="1"/></table:table-row>"#,
    );
    let hidden = r#"<table:table table:name="H" table:style-name="gone"/>"#;
    let workbook = read(&body(&format!(r#"<table:table table:name="S">{rows}</table:table>{hidden}"#)).styles(styles).bytes()).unwrap();
    let sheet = &workbook.sheets[0];
    assert_eq!(sheet.merges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:B3"]);
    assert_eq!(
        (sheet.hidden_rows.iter().collect::<Vec<_>>(), sheet.hidden_cols.iter().collect::<Vec<_>>()),
        (vec![&1, &2, &3], vec![&1, &2])
    );
    assert_eq!((sheet.visibility, workbook.sheets[1].visibility), (Visibility::Visible, Visibility::Hidden));
    let style = |name: &str| sheet.cells[&CellRef::parse(name).unwrap()].style;
    assert!(style("B5") != style("C5") && style("B5") != style("A1"));
}

/// A sheet `S` whose B2 and B3 have a validation with this condition, and a sheet `My list` with words in A1 to A3.
fn validated(condition: &str) -> Book {
    let rule = format!(
        r#"<table:content-validations><table:content-validation table:name="v" table:condition="{condition}"/></table:content-validations>"#
    );
    let cells = r#"<table:table-cell/><table:table-cell table:content-validation-name="v"/>"#;
    let words: String = ["Met", "Not met", " "].map(|word| row(&said(word))).concat();
    let names = r#"<table:named-expressions><table:named-range table:name="Words" table:cell-range-address="$'My list'.$A$1:.$A$3"/><table:named-expression table:name="Same" table:expression="Words"/></table:named-expressions>"#;
    body(&format!(
        r#"{rule}<table:table table:name="S"><table:table-row/>{}{}</table:table><table:table table:name="My list">{words}</table:table>{names}"#,
        row(cells),
        row(cells)
    ))
}

#[test]
fn lists_take_their_words_from_wherever_they_stand() {
    let cases = [
        ("of:cell-content-is-in-list(&quot;Yes&quot;;&quot;No; &quot;&quot;never&quot;&quot;&quot;)", "Yes|No; \"never\""),
        ("cell-content-is-in-list([$'My list'.$A$1:.$A$3])", "Met|Not met"),
        ("oooc:cell-content-is-in-list([$'My list'.$A$1:$'My list'.$A$3])", "Met|Not met"),
        ("of:cell-content-is-in-list($'My list'.$A$2:$A$3)", "Not met"),
        ("of:cell-content-is-in-list([.$A$1:.$A$3])", ""),
        ("of:cell-content-is-in-list(words)", "Met|Not met"),
        ("of:cell-content-is-in-list(Same)", "Met|Not met"),
        ("of:cell-content-is-in-list(INDIRECT([.A1]))", ""),
    ];
    for (condition, words) in cases {
        let workbook = read(&validated(condition).bytes()).unwrap();
        let lists = &workbook.sheets[0].lists;
        assert_eq!(lists.len(), 1, "{condition}");
        assert_eq!(lists[0].ranges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["B2:B3"], "{condition}");
        assert_eq!(lists[0].options.join("|"), words, "{condition}");
    }
}

#[test]
fn other_rules_say_what_a_cell_takes() {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    let cases = [
        ("of:cell-content-text-length()&lt;=200", Takes::TextLength { least: low, most: 200.0 }),
        ("of:cell-content-text-length-is-between(2,9)", Takes::TextLength { least: 2.0, most: 9.0 }),
        ("of:cell-content-text-length-is-not-between(2,9)", Takes::Formula),
        ("of:cell-content-is-whole-number() and cell-content()&gt;5", Takes::Whole { least: 6.0, most: high }),
        ("of:cell-content-is-whole-number() and cell-content-is-between(1,9)", Takes::Whole { least: 1.0, most: 9.0 }),
        ("of:cell-content-is-whole-number() and cell-content()=[.A1]", Takes::Whole { least: low, most: high }),
        ("of:cell-content-is-decimal-number() and cell-content()&lt;=0.5", Takes::Decimal { least: low, most: 0.5 }),
        ("of:cell-content-is-date() and cell-content()&gt;=45000", Takes::Date),
        ("of:cell-content-is-time() and cell-content()&gt;=0", Takes::Time),
        ("of:is-true-formula([.B2]&gt;1)", Takes::Formula),
    ];
    for (condition, takes) in cases {
        let workbook = read(&validated(condition).bytes()).unwrap();
        assert_eq!(workbook.sheets[0].rule(CellRef::new(2, 1)), Some(takes), "{condition}");
    }
    assert!(read(&validated("").bytes()).unwrap().sheets[0].rules.is_empty());
}

#[test]
fn locks_come_from_styles_wherever_those_take_them_from() {
    let named = r#"<style:style style:name="Open" style:family="table-cell"><style:table-cell-properties style:cell-protect="none"/></style:style>"#;
    let styles = r#"<style:style style:name="child" style:family="table-cell" style:parent-style-name="Open"/><style:style style:name="shut" style:family="table-cell" style:parent-style-name="Open"><style:table-cell-properties style:cell-protect="hidden-and-protected"/></style:style>"#;
    let xml = concat!(
        r#"<table:table table:name="S" table:protected="true"><table:table-column/><table:table-column table:default-cell-style-name="child"/>"#,
        r#"<table:table-row><table:table-cell table:style-name="child"/><table:table-cell table:style-name="shut"/></table:table-row>"#,
        r#"<table:table-row><table:table-cell/><table:table-cell/></table:table-row><table:table-row table:default-cell-style-name="child"/></table:table>"#,
    );
    let workbook = read(&body(xml).styles(styles).named_styles(named).bytes()).unwrap();
    let locked = |name: &str| workbook.sheets[0].locked(CellRef::parse(name).unwrap());
    let cases = ["A1", "B1", "A2", "B2", "A3", "A9", "B9", "C9"].map(locked);
    assert_eq!(cases, [false, true, true, false, false, true, false, true]);
    let open = read(&body(&xml.replace(r#" table:protected="true""#, "")).styles(styles).named_styles(named).bytes()).unwrap();
    assert!(open.sheets[0].locks.is_none());
}

#[test]
fn what_is_not_read_is_told_by_kind_and_place() {
    let things = [
        "<office:annotation><text:p>n</text:p></office:annotation>",
        "<draw:frame><draw:image/></draw:frame>",
        r#"<draw:frame><draw:object draw:notify-on-update-of-ranges="S.A1"/><draw:image/></draw:frame>"#,
        "<draw:g><draw:custom-shape><text:p>words</text:p></draw:custom-shape><draw:rect/></draw:g>",
        "<draw:control/>",
    ];
    let cells: String = things.map(|thing| cell("", thing)).concat();
    let workbook =
        read(&sheet(&format!("<table:shapes><draw:frame><draw:image/></draw:frame></table:shapes>{}", row(&cells))).bytes()).unwrap();
    let told: Vec<String> = workbook.unread.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "S: 2 pictures at B1",
            "S: 1 comment at A1",
            "S: 1 chart at C1",
            "S: 1 text box at D1",
            "S: 1 shape at D1",
            "S: 1 form control at E1"
        ]
    );
}

#[test]
fn the_owner_is_warned_of_macros_signatures_links_and_stored_results() {
    let plain = sheet(&row(&said("a")));
    let copy = r#"<table:table table:name="'file:///x.ods'#Sheet1"><table:table-source/><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>"#;
    let cases = [
        (plain.clone(), ""),
        (plain.clone().part("Basic/Standard/Module1.xml", "x"), "macros"),
        (plain.clone().part("META-INF/documentsignatures.xml", "x"), "signature invalid"),
        (Book { body: format!("{}{copy}", plain.body), ..plain.clone() }, "other files"),
        (sheet(&row(&cell(r#"table:formula="of:=1" office:value-type="float" office:value="1""#, ""))), "results of formulas"),
    ];
    for (book, word) in cases {
        let workbook = read(&book.bytes()).unwrap();
        assert_eq!(workbook.sheets.len(), 1, "{word}");
        assert!(
            workbook.warnings.len() == usize::from(!word.is_empty()) && workbook.warnings.concat().contains(word),
            "{:?}",
            workbook.warnings
        );
    }
    let old = MANIFEST.replace("<manifest:manifest ", "<!DOCTYPE manifest:manifest PUBLIC \"x\" \"Manifest.dtd\"><manifest:manifest ");
    assert!(read(&plain.part("META-INF/manifest.xml", old).bytes()).is_ok());
}

//! Editing: where new cells go, what they look like, what stays, what is refused. Tables of XML before and after.

use super::package::{Book, rows, sheet};
use super::{edit, read};
use super::{edited, one, part};
use answerbank::domain::cell::CellRef;
use answerbank::workbook::{CellEdit, CellValue};

/// A table of `before | cells | after`: a sheet's XML, cells that the text "new" is written into, the XML then. `[B2]` is the new cell
/// there, `[B2 5]` the same with style 5, `[]` and `[5]` one that does not name its place.
fn check(table: &str) {
    for line in table.trim().lines() {
        let case: Vec<&str> = line.trim().split(" | ").collect();
        check_one(case[0], case[1], case[2]);
    }
}

fn check_one(before: &str, cells: &str, after: &str) {
    let references = before.matches("t=\"s\"").count() + before.matches("t='s'").count();
    let edits: Vec<_> = cells.split(' ').map(|cell| one(cell, "new")).collect();
    let done =
        edited(&sheet(before).strings(&["<t>old</t>"], references).bytes(), &edits).unwrap_or_else(|error| panic!("{before}: {error}"));
    let text = part(&done.bytes, "xl/worksheets/sheet1.xml");
    let inner = &text[text.find("relationships\">").unwrap() + 15..text.rfind("</").unwrap()];
    let mut pieces = after.split('[');
    let mut wanted = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (cell, rest) = piece.split_once(']').unwrap();
        let (place, style) = cell.split_once(' ').unwrap_or(if cell.parse::<u32>().is_ok() { ("", cell) } else { (cell, "") });
        let attribute = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!(" {name}=\"{value}\"") };
        wanted += &format!("<c{}{} t=\"s\"><v>1</v></c>{rest}", attribute("r", place), attribute("s", style));
    }
    assert_eq!(inner, wanted, "\nbefore: {before}\nedited: {cells}");
}

#[test]
fn new_rows_and_cells_stand_where_they_belong() {
    check(
        r#"
        <sheetData/> | B2 | <sheetData><row r="2">[B2]</row></sheetData>
        <sheetData /> | B2 A2 C1 | <sheetData><row r="1">[C1]</row><row r="2">[A2][B2]</row></sheetData>
        <sheetData></sheetData> | XFD1048576 | <sheetData><row r="1048576">[XFD1048576]</row></sheetData>
        <sheetData><row r="2" ht="30"/></sheetData> | B2 | <sheetData><row r="2" ht="30">[B2]</row></sheetData>
        <sheetData><row r='2' /></sheetData> | A1 B2 | <sheetData><row r="1">[A1]</row><row r='2'>[B2]</row></sheetData>
        <sheetData><row r="2"></row></sheetData> | B2 C2 | <sheetData><row r="2">[B2][C2]</row></sheetData>
        <sheetData><row r="2"><c r="B2"/></row><row r="4"/></sheetData> | A1 A3 A5 | <sheetData><row r="1">[A1]</row><row r="2"><c r="B2"/></row><row r="3">[A3]</row><row r="4"/><row r="5">[A5]</row></sheetData>
        <sheetData><row r="2"><c r="B2"/><c r="D2"><v>1</v></c></row></sheetData> | A2 C2 E2 AA2 | <sheetData><row r="2">[A2]<c r="B2"/>[C2]<c r="D2"><v>1</v></c>[E2][AA2]</row></sheetData>
    "#,
    );
}

#[test]
fn rows_and_cells_that_do_not_name_their_place_are_counted() {
    check(
        r#"
        <sheetData><row><c/><c><v>1</v></c></row><row><c/></row></sheetData> | B1 B2 A4 | <sheetData><row><c/>[]</row><row><c/>[B2]</row><row r="4">[A4]</row></sheetData>
        <sheetData><row r="3"><c><v>1</v></c><c r="D3"/><c s="5"/></row><row><c/></row></sheetData> | A3 C3 E3 A4 | <sheetData><row r="3">[][C3]<c r="D3"/>[5]</row><row>[]</row></sheetData>
    "#,
    );
}

#[test]
fn what_a_cell_held_goes_and_how_it_looks_stays() {
    for (before, after) in [
        (r#"<c r="B2"/>"#, "[B2]"),
        (r#"<c r="B2" s="5"/>"#, "[B2 5]"),
        (r#"<c s='5' t='s' r='B2'><v>0</v></c>"#, "[B2 5]"),
        (r#"<c r="B2" s="1"><v>45000.5</v></c>"#, "[B2 1]"),
        (r#"<c r="b2" t="b"><v>1</v></c>"#, "[B2]"),
        (r#"<c r="B2" t="e"><v>#N/A</v></c>"#, "[B2]"),
        (r#"<c r="B2" s="" t="str"><v>a &amp; b</v></c>"#, "[B2]"),
        (r#"<c r="B2" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>"#, "[B2]"),
        (r#"<c r="B2" t="inlineStr"><is><t><![CDATA[a < b]]> &#x263a; _x000D__x005F_x0041_</t></is></c>"#, "[B2]"),
        ("<c r=\"B2\"\r\n\ts=\"5\" t=\"inlineStr\"><is>\r\n<t>one\r\ntwo</t></is></c >", "[B2 5]"),
        (r#"<!-- a --><c r="B2" s="5"/><?pi b?>"#, r#"<!-- a -->[B2 5]<?pi b?>"#),
    ] {
        let around = |cell: &str| format!("<sheetData>\r\n  <row r=\"2\" x=\"y\">\r\n{cell}\t</row>\r\n</sheetData>");
        check_one(&around(before), "B2", &around(after));
    }
}

#[test]
fn a_new_cell_looks_as_its_row_or_column_says() {
    let cols = r#"<cols><col min="2" max="3" width="9" style="5"/><col min="5" max="5" style="2"/></cols>"#;
    check(&r#"
        COLS<sheetData/> | A1 B1 C1 D1 | COLS<sheetData><row r="1">[A1][B1 5][C1 5][D1]</row></sheetData>
        COLS<sheetData><row r="1" s="1" customFormat="1"/></sheetData> | B1 B2 | COLS<sheetData><row r="1" s="1" customFormat="1">[B1 1]</row><row r="2">[B2 5]</row></sheetData>
        COLS<sheetData><row r="1" s="1"><c r="B1"/></row></sheetData> | B1 C1 E1 | COLS<sheetData><row r="1" s="1">[B1][C1 5][E1 2]</row></sheetData>
        COLS<sheetData><row s="1" customFormat="true"><c r="B1"/></row><row/></sheetData> | A1 B2 B3 | COLS<sheetData><row s="1" customFormat="true">[A1 1]<c r="B1"/></row><row>[B2 5]</row><row r="3">[B3 5]</row></sheetData>
    "#.replace("COLS", cols));
}

#[test]
fn hints_of_size_are_widened_or_taken_away() {
    check(
        r#"
        <dimension ref="A1:B2"/><sheetData><row r="1" spans="1:2" ht="9"/><row r="2" spans="1:2"/></sheetData> | D1 | <dimension ref="A1:D2"/><sheetData><row r="1" ht="9">[D1]</row><row r="2" spans="1:2"/></sheetData>
        <dimension ref='C3'></dimension><sheetData/> | B2 | <dimension ref='B2:C3'></dimension><sheetData><row r="2">[B2]</row></sheetData>
        <dimension ref="A1:D4"/><sheetData/> | B2 | <dimension ref="A1:D4"/><sheetData><row r="2">[B2]</row></sheetData>
        <sheetData><row spans='1:1' r="1"/></sheetData> | B1 | <sheetData><row r="1">[B1]</row></sheetData>
    "#,
    );
}

#[test]
fn everything_else_in_the_sheet_stays() {
    let head = r#"<sheetPr><tabColor rgb="FF00FF00"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" state="frozen"/></sheetView></sheetViews>"#;
    let tail = r#"<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells><conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>A1="x"</formula></cfRule></conditionalFormatting><mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x14" xmlns:x14="y"><controls><control><anchor><xdr:row xmlns:xdr="d">5</xdr:row></anchor></control></controls></mc:Choice></mc:AlternateContent><extLst><ext uri="{0}" xmlns:x14="y"><x14:c r="B1"/><x14:row r="1"/></ext></extLst>"#;
    let after = format!(r#"{head}<sheetData><row r="1">[A1]</row><row r="6">[A6]</row></sheetData>{tail}"#);
    check_one(&format!("{head}<sheetData/>{tail}"), "A1 A6", &after);
}

#[test]
fn prefixes_marks_and_line_ends_stay() {
    let book =
        sheet(r#"<dimension ref="A1"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"/></sheetData>"#)
            .prefix("x:");
    let done = edited(&book.bytes(), &[one("A1", " n "), one("B2", "n"), one("B3", "=n")]).unwrap();
    let text = part(&done.bytes, "xl/worksheets/sheet1.xml");
    assert!(
        text.contains(
            r#"<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t xml:space="preserve"> n </x:t></x:is></x:c></x:row><x:row r="2">"#
        ),
        "{text}"
    );
    let strings = r#"<x:sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"#;
    let done = edited(&book.clone().part("xl/sharedStrings.xml", strings).bytes(), &[one("A1", "n")]).unwrap();
    assert!(part(&done.bytes, "xl/sharedStrings.xml").ends_with(r#"main"><x:si><x:t xml:space="preserve">n</x:t></x:si></x:sst>"#));
    let marked = |part: &str, text: &str| book.clone().part(part, format!("\u{feff}<?xml version=\"1.0\"?>\r\n{text}\r\n")).bytes();
    for (name, text) in [
        ("xl/worksheets/sheet1.xml", "<worksheet>\r\n<sheetData>\r\n<row r=\"1\"/>\r\n</sheetData>\r\n</worksheet>"),
        ("xl/sharedStrings.xml", "<sst\r\ncount=\"7\" uniqueCount=\"1\">\r\n<si><t>ä</t></si>\r\n</sst>"),
        ("xl/styles.xml", "<styleSheet>\r\n<cellXfs count=\"1\">\r\n<xf/>\r\n</cellXfs>\r\n</styleSheet>"),
    ] {
        let done = edited(&marked(name, text), &[one("A1", "=ü"), one("C1", "ü")]).unwrap();
        assert!(part(&done.bytes, name).starts_with("\u{feff}<?xml version=\"1.0\"?>\r\n<") && done.changed.contains(&name.to_owned()));
    }
}

#[test]
fn any_text_comes_back_as_it_was_written() {
    let long = "\u{1F512}".repeat(1_000) + &"x".repeat(30_767);
    let texts = "plain¦¦ ¦ both ends ¦a & b < c > d \" e ' f¦]]>¦&amp;lt;¦one\ntwo\n\nfour\n¦one\r\ntwo\rthree¦\ttab\t¦\u{0}\u{1}b\u{1f}\u{7f}\u{85}¦\
        _x000D_¦_x005F_¦__x000D__x0041_¦_x0041\u{b}¦_x0041_x0042\u{1}x0043_¦_x00g1_ _X0041_ _xD83D__xDD12_¦_xé123_¦_x¦\u{2028}\u{a0}¦TRUE¦007¦#N/A¦\
        \u{1F512}\u{1F469}\u{200d}\u{1F4BB} é e\u{301} \u{feff}\u{fffe}\u{ffff}\u{fffd}";
    let texts: Vec<&str> = texts.split('¦').chain([long.as_str()]).collect();
    let empty = r#"<sst count="0" uniqueCount="0"/>"#;
    let plain = rows(r#"<row r="1"><c r="A1" s="5"/></row>"#);
    let edits: Vec<_> = texts.iter().enumerate().map(|(n, text)| one(&format!("A{}", n + 1), text)).collect();
    let strings = [empty.to_owned(), "<sst><si><t>x</t></si><si><r><t>y</t></r></si></sst>".to_owned()];
    for book in strings.map(|text| plain.clone().part("xl/sharedStrings.xml", text)).iter().chain([&plain]) {
        edited(&book.bytes(), &edits).unwrap();
    }
    let twice = edited(&plain.strings(&[], 0).bytes(), &[one("A1", "same"), one("B9", "same")]).unwrap();
    assert!(part(&twice.bytes, "xl/sharedStrings.xml").contains(r#"uniqueCount="1""#), "one text is stored once");
}

#[test]
fn counts_of_shared_strings_stay_right() {
    let before = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c><c r="C1"><v>7</v></c></row>"#;
    for (cells, count) in [("A1", 2), ("A1 B1", 2), ("C1", 3), ("D1 E1", 4), ("A1 D1", 3)] {
        let edits: Vec<_> = cells.split(' ').map(|cell| one(cell, "same")).collect();
        let done = edited(&rows(before).strings(&["<t>old</t>"], 2).bytes(), &edits).unwrap();
        let text = part(&done.bytes, "xl/sharedStrings.xml");
        assert!(text.contains(&format!(r#" count="{count}""#)) && text.contains(r#"uniqueCount="2""#), "{cells}: {text}");
    }
}

#[test]
fn text_that_begins_like_a_formula_stays_text_and_is_quoted() {
    let payloads = "=1+1¦=cmd|' /C calc'!A0¦=HYPERLINK(\"http://x\",\"y\")¦+1¦+cmd|'x'!A1¦-1¦- a list\n- of points¦-2+3¦@SUM(1+1)¦@x¦\t=1¦\r=1¦\n=1¦\
        \r\n=1¦＝1+1¦＋1¦－1¦＠SUM(1)¦=¦+¦-¦@¦=\"a\"&\"b\"¦={1,2}¦=A1¦=IMPORTXML(\"http://x\")¦=WEBSERVICE(\"x\")¦=DDE(\"a\";\"b\")¦=1<2>3¦=_x0041_";
    let payloads: Vec<&str> = payloads.split('¦').collect();
    assert_eq!(payloads.len(), 30);
    let styled = r#"<c r="A1"/><c r="B1" s="5" t="s"><v>0</v></c><c r="C1" s="3"/><c r="D1" s="1"><v>1</v></c>"#;
    let row2 = r#"<row r="2" s="1" customFormat="1"/>"#;
    let inner = format!(r#"<cols><col min="6" max="6" style="5"/></cols><sheetData><row r="1">{styled}</row>{row2}</sheetData>"#);
    for book in [sheet(&inner).strings(&["<t>x</t>"], 1), sheet(&inner.replace(r#" t="s"><v>0</v></c>"#, "/>"))] {
        for payload in &payloads {
            let places = ["A1", "B1", "C1", "D1", "F1", "F2", "F3"];
            let edits: Vec<_> = places.map(|place| one(place, payload)).into_iter().chain([one("G9", "plain")]).collect();
            let done = edited(&book.bytes(), &edits).unwrap();
            let (sheet, styles) = (part(&done.bytes, "xl/worksheets/sheet1.xml"), part(&done.bytes, "xl/styles.xml"));
            let xfs: Vec<&str> = styles.split("<xf ").skip(1).collect();
            let named = |place: &str| Some(sheet.split(&format!(r#"r="{place}" s=""#)).nth(1)?.split('"').next().unwrap());
            let style = |place: &str| named(place).map(|number| number.parse::<usize>().unwrap());
            let quoted = places.iter().all(|place| xfs[style(place).unwrap()].contains(r#"quotePrefix="1""#));
            let kept = style("G9").is_none() && style("C1") == Some(3) && xfs.len() == 10 && !sheet.contains("<f");
            assert!(quoted && kept, "{payload:?}: {sheet} {styles}");
        }
    }
    let plain = edited(&rows("").bytes(), &[one("A1", "a=b"), one("A2", "'=1"), one("A3", " =1")]).unwrap();
    assert_eq!(plain.changed, ["xl/worksheets/sheet1.xml"], "no style is added without need");
}

#[test]
fn a_twin_of_a_style_differs_in_its_quoting_alone() {
    let choice = r#"<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="hs"><xf a="1"/></mc:Choice><mc:Fallback><xf numFmtId="9" quotePrefix='0'><protection locked="0"/></xf></mc:Fallback></mc:AlternateContent>"#;
    let styles = format!(
        r#"<styleSheet><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>{choice}<xf quotePrefix="1"/></cellXfs></styleSheet>"#
    );
    let cells = r#"<sheetData><row r="1"><c r="A1" s="1"/><c r="B1" s="2"/></row></sheetData><sheetProtection sheet="1"/>"#;
    let done = edited(&sheet(cells).part("xl/styles.xml", styles).bytes(), &[one("A1", "=1"), one("B1", "=1")]).unwrap();
    let after = part(&done.bytes, "xl/styles.xml");
    let twin = r#"<xf quotePrefix="1"/><xf numFmtId="9" quotePrefix='1'><protection locked="0"/></xf></cellXfs></styleSheet>"#;
    assert!(after.ends_with(twin) && after.contains(r#"<cellXfs count="4">"#), "{after}");
    assert!(part(&done.bytes, "xl/worksheets/sheet1.xml").contains(r#"<c r="A1" s="3" "#));
    let workbook = read(&done.bytes).unwrap();
    assert!(!workbook.sheets[0].locked(CellRef::new(0, 0)) && workbook.sheets[0].locked(CellRef::new(0, 1)));
}

#[test]
fn what_must_not_be_written_is_refused() {
    let table = r#"<table id="1" name="T" ref="A1:B3"><tableColumns count="2"/></table>"#;
    let relation = r#"<Relationships><Relationship Id="t" Type="x/table" Target="../tables/table1.xml"/></Relationships>"#;
    let related = sheet("<sheetData/>").part("xl/worksheets/_rels/sheet1.xml.rels", relation);
    let with_table = |table: &str| related.clone().part("xl/tables/table1.xml", table);
    let formula = |f: &str| rows(&format!(r#"<row r="1"><c r="A1">{f}<v>1</v></c><c r="B1"/></row>"#));
    let array = formula(r#"<f t="array" ref="A1:B2">C1:D2</f>"#);
    let merged = sheet(r#"<sheetData/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>"#);
    let longest = "x".repeat(32_768);
    for (book, cells, text, wanted) in [
        (formula("<f>1+1</f>"), "A1", "n", "S!A1: the cell holds a formula"),
        (formula(r#"<f t="shared" si="0"/>"#), "B1 A1", "n", "S!A1: the cell holds a formula"),
        (formula("<f/>"), "A1", "n", "S!A1: the cell holds a formula"),
        (formula("<x:f xmlns:x='y'>1</x:f>"), "A1", "n", "S!A1: the cell holds a formula"),
        (array.clone(), "A1", "n", "S!A1: the cell holds a formula"),
        (array.clone(), "B1", "n", "S!B1: the cell is filled by an array formula"),
        (array, "C1 A2", "n", "S!A2: the cell is filled by an array formula"),
        (formula(r#"<f t="dataTable" ref="A1:A3" r1="C1"/>"#), "A3", "n", "S!A3: the cell is filled by an array formula"),
        (merged.clone(), "A1 B2", "n", "S!B2: the cell is covered by a merged block"),
        (with_table(table), "A4 B1", "n", "S!B1: the cell is the header of a table"),
        (sheet("<sheetData/>"), "s!A1", "n", "s: there is no such sheet"),
        (sheet("<sheetData/>"), "A1 A2 A1", "n", "S!A1: the cell would be written twice"),
        (sheet("<sheetData/>"), "A1", &longest, "S!A1: the text is longer than the 32,767 characters that a cell holds"),
    ] {
        let edits: Vec<_> = cells.split(' ').map(|cell| one(cell, text)).collect();
        assert_eq!(edit(&book.bytes(), &edits).unwrap_err().to_string(), wanted);
    }
    edited(&merged.bytes(), &[one("A1", "n"), one("C3", "n")]).unwrap();
    edited(&with_table(table).bytes(), &[one("A2", "n"), one("C1", "n")]).unwrap();
    edited(&with_table(&table.replace("id=", r#"headerRowCount="0" id="#)).bytes(), &[one("A1", "n")]).unwrap();
    let mut outside = one("A1", "n");
    outside.cell.col = 16_384;
    assert_eq!(edit(&sheet("<sheetData/>").bytes(), &[outside]).unwrap_err().to_string(), "S!XFE1: the cell is outside the grid");
}

#[test]
fn a_sheet_that_cannot_be_edited_safely_is_refused() {
    for (inner, wanted) in [
        (r#"<sheetData><row r="2"/><row r="1"/></sheetData>"#, "S: row 1 stands after row 2"),
        (r#"<sheetData><row r="2"/><row r="2"/></sheetData>"#, "S: row 2 stands after row 2"),
        (r#"<sheetData><row r="1"><c r="B1"/><c r="A1"/></row></sheetData>"#, "S: cell A1 stands after cell B1"),
        (r#"<sheetData><row r="1"><c r="B1"/><c r="B1"/></row></sheetData>"#, "S: cell B1 stands after cell B1"),
        (r#"<sheetData><row r="1"><c r="B2"/></row></sheetData>"#, "S: cell B2 stands in row 1"),
        ("<sheetPr/>", "S: no sheetData"),
    ] {
        for cell in ["A1", "B1", "C3"] {
            assert_eq!(edit(&sheet(inner).bytes(), &[one(cell, "n")]).unwrap_err().to_string(), wanted);
        }
    }
}

#[test]
fn formulas_are_calculated_anew_only_where_there_are_some() {
    let formula = r#"<sheetData><row r="9"><c r="A9"><f>A1</f><v>1</v></c></row></sheetData>"#;
    let list = r#"<x14:dataValidation xmlns:xm="z" type="list"><x14:formula1><xm:f>Z99</xm:f></x14:formula1><xm:sqref>B1</xm:sqref></x14:dataValidation>"#;
    let text = r#"<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>a:f b &lt;f> </t></is></c></row></sheetData>"#;
    let none = format!(r#"{text}<extLst><ext xmlns:x14="y"><x14:dataValidations>{list}</x14:dataValidations></ext></extLst>"#);
    let check = |book: Book, before: &str, after: &str| {
        let done = edited(&book.after_sheets(before).bytes(), &[one("A1", "n")]).unwrap();
        assert_eq!(part(&done.bytes, "xl/workbook.xml").split("</sheets>").nth(1).unwrap(), format!("{after}</workbook>"));
        assert_eq!(done.changed.contains(&"xl/workbook.xml".to_owned()), before != after);
    };
    for line in r#"
        <calcPr calcId="1"/><oleSize ref="A1"/> | <calcPr fullCalcOnLoad="1" calcId="1"/><oleSize ref="A1"/>
        <calcPr fullCalcOnLoad='0' calcMode='manual'></calcPr> | <calcPr fullCalcOnLoad='1' calcMode='manual'></calcPr>
        <calcPr calcId="1" fullCalcOnLoad="true"/> | <calcPr calcId="1" fullCalcOnLoad="true"/>
        <oleSize ref="A1"/><extLst/> | <calcPr fullCalcOnLoad="1"/><oleSize ref="A1"/><extLst/>
        <functionGroups/><definedNames><definedName name="N">1</definedName></definedNames><extLst/> | <functionGroups/><definedNames><definedName name="N">1</definedName></definedNames><calcPr fullCalcOnLoad="1"/><extLst/>
        <externalReferences></externalReferences> | <externalReferences></externalReferences><calcPr fullCalcOnLoad="1"/>
    "#.trim().lines() {
        let (before, after) = line.trim().split_once(" | ").unwrap();
        for book in [sheet(formula), sheet("<sheetData/>").sheet("T", "", formula), sheet(formula).prefix("x:")] {
            check(book, before, after);
        }
        check(sheet(&none), before, before);
    }
    check(sheet(formula), "", r#"<calcPr fullCalcOnLoad="1"/>"#);
}

#[test]
fn every_other_part_keeps_its_packed_bytes() {
    let noise: Vec<u8> = (0..5_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let book = sheet("<sheetData/>").sheet("T", "", "<sheetData/>").strings(&["<t>a</t>"], 0).part("xl/vbaProject.bin", noise.clone());
    let book = book.part("xl/media/image1.png", noise).part("docProps/app.xml", "<Properties/>").part("xl/empty.bin", "");
    let mut hollow = book.clone().stored().bytes();
    for at in (46..hollow.len()).filter(|at| hollow[*at..].starts_with(b"xl/empty.bin")).collect::<Vec<_>>() {
        // Some programs say "deflated" of nothing: the method stands 8 bytes into a local header, 10 into one of the directory.
        let local = hollow[at - 30..].starts_with(b"PK\x03\x04");
        hollow[if local { at - 22 } else { at - 36 }] = 8;
    }
    for bytes in [book.bytes(), book.streamed(), book.stored().bytes(), hollow] {
        let none = edited(&bytes, &[]).unwrap();
        assert!(none.bytes == bytes && none.changed.is_empty());
        let done = edited(&bytes, &[one("A1", "n"), one("T!B2", "=n")]).unwrap();
        assert_eq!(done.changed, ["xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"]);
        let again = edited(&done.bytes, &[one("A1", "m"), one("T!A1", "n")]).unwrap();
        assert_eq!(again.old, ["n", ""]);
    }
}

#[test]
fn a_number_is_written_as_a_number_in_the_style_of_its_cell() {
    let cells = r#"<c r="A1" s="5" t="s"><v>0</v></c><c s="2" t="inlineStr" r="B1"><is><t>x</t></is></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="str"><v>y</v></c><c r="E1"/>"#;
    let book = rows(&format!(r#"<row r="1">{cells}</row>"#)).strings(&["<t>old</t>"], 1).bytes();
    for (number, stored) in
        [(12.0, "12"), (0.5, "0.5"), (-3.25, "-3.25"), (1e21, "1000000000000000000000"), (0.1 + 0.2, "0.30000000000000004")]
    {
        let places = ["A1", "B1", "C1", "D1", "E1", "F1", "B7"];
        let edits: Vec<_> = places.map(|place| CellEdit { value: CellValue::Number(number), ..one(place, "") }).into();
        let done = edited(&book, &edits).unwrap();
        let text = part(&done.bytes, "xl/worksheets/sheet1.xml");
        let value = format!("<v>{stored}</v></c>");
        assert_eq!(text.matches(&value).count(), places.len(), "{text}");
        assert!(text.contains(r#"<c r="A1" s="5"><v>"#) && text.contains(r#"<c r="B1" s="2"><v>"#) && !text.contains(" t="), "{text}");
        assert_eq!(done.old, ["old", "x", "1", "y", "", "", ""]);
        let strings = part(&done.bytes, "xl/sharedStrings.xml");
        assert!(strings.contains(r#"count="0""#) && strings.contains(r#"uniqueCount="1""#), "{strings}");
    }
    for number in [f64::NAN, f64::INFINITY] {
        let edits = [CellEdit { value: CellValue::Number(number), ..one("A1", "") }];
        assert_eq!(edit(&book, &edits).unwrap_err().to_string(), "S!A1: this is no number that a cell holds");
    }
}
